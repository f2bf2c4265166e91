//! What a form has beside fields: choices, switches, and buttons that do one thing to one row.

use leptos::prelude::*;

/// One of several.
pub(crate) struct Choice<'a> {
    /// Name in the form, and id in the page.
    pub(crate) name: &'static str,
    /// What it is called.
    pub(crate) label: &'static str,
    /// The values, and what each is called.
    pub(crate) options: &'a [(String, String)],
    /// The value that is chosen.
    pub(crate) chosen: &'a str,
    /// What there is to know before choosing.
    pub(crate) hint: Option<&'static str>,
}

impl Choice<'_> {
    pub(crate) fn view(self) -> AnyView {
        let Self { name, label, options, chosen, hint } = self;
        let hint_id = format!("{name}-hint");
        let options: Vec<_> = options
            .iter()
            .map(|(value, text)| {
                view! {
                    <option value=value.clone() selected=value == chosen>
                        {text.clone()}
                    </option>
                }
            })
            .collect();
        view! {
            <div class="form-field">
                <label for=name>{label}</label>
                {hint.map(|hint| view! { <p id=hint_id.clone() class="hint">{hint}</p> })}
                <select id=name class="field" name=name aria-describedby=hint.map(|_| hint_id.clone())>
                    {options}
                </select>
            </div>
        }
        .into_any()
    }
}

/// Options that are known beforehand.
pub(crate) fn options(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(value, text)| ((*value).to_owned(), (*text).to_owned())).collect()
}

/// On or off.
pub(crate) fn switch(name: &'static str, label: &'static str, on: bool) -> AnyView {
    view! {
        <label class="switch">
            <input type="checkbox" role="switch" name=name value="on" checked=on />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// A button that does one thing to what is named, which is said to those who do not see its row.
pub(crate) fn row_button(to: String, field: &'static str, value: &str, label: &'static str, about: &str) -> AnyView {
    view! {
        <form method="post" action=to>
            <input type="hidden" name=field value=value.to_owned() />
            <button type="submit" class="button">
                {label}
                <span class="visually-hidden">{format!(": {about}")}</span>
            </button>
        </form>
    }
    .into_any()
}
