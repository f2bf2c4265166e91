//! The interface for programs, to read.

use leptos::prelude::*;

/// What the page shows.
pub struct Reference {
    /// What is true of everything.
    pub introduction: String,
    /// What can be asked for, in order of paths.
    pub operations: Vec<Called>,
    /// What travels: names, and schemas as JSON.
    pub schemas: Vec<(String, String)>,
}

/// One thing that can be asked for.
pub struct Called {
    /// Its method.
    pub method: &'static str,
    /// Its path.
    pub path: String,
    /// What it does.
    pub summary: String,
    /// What it belongs to.
    pub group: String,
    /// What stands in the path or the query, a line for each.
    pub parameters: Vec<String>,
    /// What is sent: a schema's name, or a type.
    pub body: Option<String>,
    /// What may come back.
    pub answers: Vec<Answer>,
}

/// One answer.
pub struct Answer {
    /// Its status.
    pub status: String,
    /// What it means.
    pub description: String,
    /// What it holds: a schema's name, or a type.
    pub body: Option<String>,
}

/// `/api/docs`
pub fn reference(page: Reference) -> AnyView {
    let Reference { introduction, operations, schemas } = page;
    let mut groups: Vec<(String, Vec<Called>)> = Vec::new();
    for called in operations {
        match groups.iter_mut().find(|(name, _)| *name == called.group) {
            Some((_, group)) => group.push(called),
            None => groups.push((called.group.clone(), vec![called])),
        }
    }
    let groups: Vec<_> = groups.into_iter().map(|(name, group)| group_view(&name, group)).collect();
    let names: Vec<String> = schemas.iter().map(|(name, _)| name.clone()).collect();
    let schemas: Vec<_> = schemas
        .into_iter()
        .map(|(name, json)| {
            view! {
                <details class="schema" id=format!("schema-{name}")>
                    <summary>{name.clone()}</summary>
                    <pre tabindex="0">{json}</pre>
                </details>
            }
        })
        .collect();
    view! {
        <main class="account-main reference">
            <h1>"Interface for programs"</h1>
            <p>{introduction}</p>
            <p>"For machines, the same is at " <a href="/api/openapi.json">"/api/openapi.json"</a> " (OpenAPI 3.1)."</p>
            {groups}
            <section class="card" aria-labelledby="schemas-title">
                <h2 id="schemas-title">"What travels"</h2>
                <p class="hint">{format!("{} schemas, as JSON Schema.", names.len())}</p>
                {schemas}
            </section>
        </main>
    }
    .into_any()
}

fn group_view(name: &str, group: Vec<Called>) -> impl IntoView + use<> {
    let id = format!("{name}-title");
    let operations: Vec<_> = group.into_iter().map(called_view).collect();
    view! {
        <section class="card" aria-labelledby=id.clone()>
            <h2 id=id.clone()>{capital(name)}</h2>
            {operations}
        </section>
    }
}

fn called_view(called: Called) -> impl IntoView {
    let Called { method, path, summary, parameters, body, answers, .. } = called;
    let parameters: Vec<_> = parameters.into_iter().map(|line| view! { <li>{marked(&line)}</li> }).collect();
    let takes = (!parameters.is_empty() || body.is_some()).then(|| {
        view! {
            <ul class="takes">{parameters} {body.map(|body| view! { <li>"Body: " {schema_link(body)}</li> })}</ul>
        }
    });
    let answers: Vec<_> = answers
        .into_iter()
        .map(|Answer { status, description, body }| {
            view! {
                <tr>
                    <th scope="row">{status}</th>
                    <td>{marked(&description)}</td>
                    <td>{body.map(schema_link)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <details class="operation">
            <summary>
                <code>
                    <strong>{method}</strong>
                    " "
                    {path}
                </code>
                <span class="hint">{marked(&summary)}</span>
            </summary>
            {takes}
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Meaning"</th>
                        <th scope="col">"Body"</th>
                    </tr>
                </thead>
                <tbody>{answers}</tbody>
            </table>
        </details>
    }
}

/// A link to a schema, or the plain name of a type.
fn schema_link(name: String) -> AnyView {
    if name.contains('/') {
        view! { <code>{name}</code> }.into_any()
    } else {
        view! { <a href=format!("#schema-{name}")>{name.clone()}</a> }.into_any()
    }
}

/// A sentence in which words between back quotes are code.
fn marked(text: &str) -> Vec<AnyView> {
    let parts = text.split('`').enumerate();
    parts
        .map(|(index, part)| {
            let part = part.to_owned();
            if index % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
        })
        .collect()
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
