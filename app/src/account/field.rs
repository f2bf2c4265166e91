//! A field of a form, with its label and what is wrong with it.

use leptos::prelude::*;

/// What is wrong with a form that was sent: about which field, and a sentence. The name `form` is the whole form.
#[derive(Debug, Clone, Default)]
pub struct Problems(Vec<(&'static str, String)>);

/// Name of what is wrong with the whole form.
const FORM: &str = "form";

impl Problems {
    /// One thing that is wrong with a field.
    #[must_use]
    pub fn one(field: &'static str, sentence: impl Into<String>) -> Self {
        Self(vec![(field, sentence.into())])
    }

    /// One thing that is wrong with the whole form.
    #[must_use]
    pub fn whole(sentence: impl Into<String>) -> Self {
        Self::one(FORM, sentence)
    }

    /// Another thing that is wrong.
    pub fn add(&mut self, field: &'static str, sentence: impl Into<String>) {
        self.0.push((field, sentence.into()));
    }

    /// Whether nothing is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of(&self, field: &str) -> Option<String> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, sentence)| sentence.clone())
    }

    fn is_first(&self, field: &str) -> bool {
        self.0.first().is_some_and(|(name, _)| *name == field)
    }

    /// What is wrong with the whole form, at its head.
    pub(crate) fn view(&self) -> impl IntoView + use<> {
        self.of(FORM).map(|sentence| view! { <p class="problem" role="alert">{sentence}</p> })
    }
}

/// A field that is filled in.
pub(crate) struct Field<'a> {
    /// Name in the form, and id in the page.
    pub(crate) name: &'static str,
    /// What it is called.
    pub(crate) label: &'static str,
    /// Its `type`.
    pub(crate) kind: &'static str,
    /// Its `autocomplete`.
    pub(crate) autocomplete: &'static str,
    /// What stands in it.
    pub(crate) value: &'a str,
    /// What there is to know before filling it in.
    pub(crate) hint: Option<&'static str>,
    /// Whether it may be left empty.
    pub(crate) optional: bool,
}

impl Default for Field<'_> {
    fn default() -> Self {
        Self { name: "", label: "", kind: "text", autocomplete: "off", value: "", hint: None, optional: false }
    }
}

impl<'a> Field<'a> {
    /// The address that an account signs in with.
    pub(crate) fn email(value: &'a str) -> Self {
        Self {
            name: "email",
            label: "E-mail address",
            kind: "email",
            autocomplete: "username",
            value,
            ..Self::default()
        }
    }
}

impl Field<'_> {
    /// A password: what was typed is never sent back.
    pub(crate) const fn password(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self { name, label, kind: "password", autocomplete, value: "", hint: None, optional: false }
    }

    /// The field.
    pub(crate) fn view(self, problems: &Problems) -> impl IntoView + use<> {
        let Self { name, label, kind, autocomplete, value, hint, optional } = self;
        let (hint_id, problem_id) = (format!("{name}-hint"), format!("{name}-problem"));
        let problem = problems.of(name);
        let described: Vec<&str> = [hint.map(|_| hint_id.as_str()), problem.as_ref().map(|_| problem_id.as_str())]
            .into_iter()
            .flatten()
            .collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        let numeric = (autocomplete == "one-time-code").then_some("text");
        view! {
            <div class="form-field">
                <label for=name>{label}</label>
                {hint.map(|hint| view! { <p id=hint_id.clone() class="hint">{hint}</p> })}
                <input
                    id=name
                    class="field"
                    name=name
                    type=kind
                    value=(!value.is_empty()).then(|| value.to_owned())
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    inputmode=numeric
                    required=!optional
                    autofocus=problems.is_first(name)
                    aria-invalid=problem.is_some().then_some("true")
                    aria-describedby=described
                />
                {problem.map(|problem| view! { <p id=problem_id.clone() class="problem">{problem}</p> })}
            </div>
        }
    }
}

/// The address that a password manager keeps a new password beside; nobody sees it.
pub(super) fn kept_beside(email: &str) -> impl IntoView + use<> {
    view! {
        <input
            class="visually-hidden"
            type="email"
            autocomplete="username"
            value=email.to_owned()
            tabindex="-1"
            aria-hidden="true"
            readonly=true
        />
    }
}
