//! The description of the REST interface is true: what it lists is served, and answers look as it says.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::support::{App, Browser, run};

async fn document(app: &App) -> Value {
    let answer = app.browser().get("/api/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    answer.json()
}

/// What is wrong with a value by a schema, in words; nothing when it fits. Knows the part of JSON Schema that is used.
fn misfit(document: &Value, schema: &Value, value: &Value, place: &str) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let schema = document.pointer(name.strip_prefix('#').unwrap()).unwrap_or_else(|| panic!("{name} is missing"));
        return misfit(document, schema, value, place);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return parts.iter().find_map(|part| misfit(document, part, value, place));
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = choices.iter().filter(|choice| misfit(document, choice, value, place).is_none()).count();
        return (fits != 1).then(|| format!("{place}: {value} fits {fits} of {schema}"));
    }
    if let Some(words) = schema["enum"].as_array() {
        return (!words.contains(value)).then(|| format!("{place}: {value} is none of {schema}"));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = &schema["type"];
    if kinds != kind && !kinds.as_array().is_some_and(|kinds| kinds.contains(&json!(kind))) {
        return Some(format!("{place}: {value} is no {kinds}"));
    }
    if let Value::Array(items) = value {
        // Of a pair, each part has a schema of its own.
        let parts = items.iter().enumerate();
        return parts.into_iter().find_map(|(index, item)| match schema["prefixItems"].get(index) {
            Some(part) => misfit(document, part, item, place),
            None => misfit(document, &schema["items"], item, place),
        });
    }
    let Value::Object(members) = value else { return None };
    let required = schema["required"].as_array().into_iter().flatten();
    let missing = required.filter_map(Value::as_str).find(|name| !members.contains_key(*name));
    if let Some(name) = missing {
        return Some(format!("{place}: {name} is missing"));
    }
    members.iter().find_map(|(name, member)| match schema["properties"].get(name) {
        Some(schema) => misfit(document, schema, member, &format!("{place}.{name}")),
        // One part of a whole says nothing of the others' members.
        None => None,
    })
}

/// Every member of an object is described somewhere in its schema.
fn described(document: &Value, schema: &Value, name: &str) -> bool {
    match (schema["$ref"].as_str(), schema["allOf"].as_array()) {
        (Some(to), _) => described(document, document.pointer(to.strip_prefix('#').unwrap()).unwrap(), name),
        (_, Some(parts)) => parts.iter().any(|part| described(document, part, name)),
        _ => schema["properties"].get(name).is_some(),
    }
}

async fn fits(document: &Value, browser: &mut Browser, method: Method, path: &str, template: &str, body: &Value) {
    let answer = browser.json(method.clone(), path, body).await;
    let operation = &document["paths"][template][method.as_str().to_lowercase()];
    let response = &operation["responses"][answer.status.as_str()];
    assert!(response.is_object(), "{method} {template} answers {} undescribed: {answer:?}", answer.status);
    let Some(content) = response["content"].as_object() else {
        assert!(answer.body.is_empty(), "{method} {template}: {answer:?}");
        return;
    };
    let kind = answer.header("content-type").split(';').next().unwrap();
    let schema = &content.get(kind).unwrap_or_else(|| panic!("{method} {template}: {kind} in {content:?}"))["schema"];
    if kind.ends_with("json") {
        let value = answer.json();
        assert_eq!(misfit(document, schema, &value, template), None, "{value}");
        for name in value.as_object().into_iter().flatten().map(|(name, _)| name) {
            assert!(described(document, schema, name), "{template}: {name} is not described");
        }
    }
}

#[test]
fn what_is_described_is_served() {
    run(async {
        let app = App::new().await;
        let document = document(&app).await;
        assert_eq!(document["openapi"], "3.1.0");
        let mut operations = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in
                item.as_object().unwrap().iter().filter(|(_, value)| value["responses"].is_object())
            {
                operations += 1;
                assert!(operation["summary"].is_string(), "{method} {path} does not say what it is for");
                let here = path.replace("{room}", "abcd-efghj-kmnp");
                let method: Method = method.to_uppercase().parse().unwrap();
                let request = Browser::request(method, &here).body(Body::empty()).unwrap();
                let mut browser = app.browser();
                // A stream has no end: that there is one is enough.
                let answer = tokio::time::timeout(std::time::Duration::from_secs(5), browser.send(request)).await;
                let Ok(answer) = answer else { continue };
                if answer.status.is_client_error() {
                    let code = answer.code();
                    assert!(!["not_found", "method_not_allowed"].contains(&code.as_str()), "{path}: {answer:?}");
                }
                assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}: {answer:?}");
            }
        }
        assert!(operations >= 23, "{operations}");
    });
}

#[test]
fn answers_look_as_they_are_described() {
    run(async {
        let app = App::new().await;
        let document = document(&app).await;
        let (mut host, mut stranger) = (app.browser(), app.browser());
        let room = host.new_meeting().await;
        let path = |rest: &str| format!("/api/rooms/{room}{rest}");
        let (get, post, patch) = (Method::GET, Method::POST, Method::PATCH);
        let join = json!({ "roomName": room, "participantName": "Ada" });
        let nothing = Value::Null;
        let details = format!("/api/connection-details?roomName={room}&participantName=Ada");
        for (by_host, method, path, template, body) in [
            (true, &post, "/api/rooms/create".to_owned(), "/api/rooms/create", &json!({ "title": "Lesson" })),
            (true, &post, "/api/rooms/create".to_owned(), "/api/rooms/create", &json!({ "roomName": room })),
            (true, &get, "/api/rooms".to_owned(), "/api/rooms", &nothing),
            (true, &get, "/api/rooms?limit=1".to_owned(), "/api/rooms", &nothing),
            (true, &get, path(""), "/api/rooms/{room}", &nothing),
            (true, &patch, path(""), "/api/rooms/{room}", &json!({ "rules": { "ask": true } })),
            (true, &patch, path(""), "/api/rooms/{room}", &json!({ "rules": 1 })),
            (true, &patch, path(""), "/api/rooms/{room}", &json!({ "capacity": 9, "startsAtMs": 1, "endsAtMs": null })),
            (true, &patch, path(""), "/api/rooms/{room}", &json!({ "capacity": null, "startsAtMs": null })),
            (false, &get, path(""), "/api/rooms/{room}", &nothing),
            (true, &get, details, "/api/connection-details", &nothing),
            (true, &post, "/api/connection-details".to_owned(), "/api/connection-details", &join),
            (false, &post, "/api/connection-details".to_owned(), "/api/connection-details", &join),
            (true, &get, path("/participants"), "/api/rooms/{room}/participants", &nothing),
            (true, &get, path("/attendance"), "/api/rooms/{room}/attendance", &nothing),
            (true, &post, path("/moderation"), "/api/rooms/{room}/moderation", &json!({ "rule": ["locked", true] })),
            (false, &post, path("/moderation"), "/api/rooms/{room}/moderation", &json!("end")),
            (true, &get, path("/audit"), "/api/rooms/{room}/audit", &nothing),
            (false, &get, path("/audit"), "/api/rooms/{room}/audit", &nothing),
            (true, &post, path("/invitations"), "/api/rooms/{room}/invitations", &json!({ "label": "Grace" })),
            (true, &post, path("/invitations"), "/api/rooms/{room}/invitations", &json!({ "label": "" })),
            (true, &get, path("/invitations"), "/api/rooms/{room}/invitations", &nothing),
            (true, &Method::DELETE, path("/invitations/0"), "/api/rooms/{room}/invitations/{invitation}", &nothing),
            (true, &post, path("/files?id=message-1&name=x"), "/api/rooms/{room}/files", &nothing),
            (true, &post, path("/files?id=&name=x"), "/api/rooms/{room}/files", &nothing),
            (true, &post, path("/messages"), "/api/rooms/{room}/messages", &json!({ "id": "message-2", "text": "x" })),
            (true, &post, path("/messages"), "/api/rooms/{room}/messages", &json!({ "id": "message-3" })),
            (true, &get, path("/messages"), "/api/rooms/{room}/messages", &nothing),
            (true, &get, path("/messages?format=markdown"), "/api/rooms/{room}/messages", &nothing),
            (true, &get, path("/files/0"), "/api/rooms/{room}/files/{file}", &nothing),
            (true, &get, path("/bans"), "/api/rooms/{room}/bans", &nothing),
            (false, &get, path("/bans"), "/api/rooms/{room}/bans", &nothing),
            (true, &Method::PUT, path("/bans/0"), "/api/rooms/{room}/bans/{identity}", &nothing),
            (true, &Method::DELETE, path("/bans/0"), "/api/rooms/{room}/bans/{identity}", &nothing),
            (true, &post, path("/banned-networks"), "/api/rooms/{room}/banned-networks", &json!({ "days": 31 })),
            (
                true,
                &Method::DELETE,
                path("/banned-networks/x"),
                "/api/rooms/{room}/banned-networks/{network}",
                &nothing,
            ),
            (true, &Method::DELETE, path("/messages"), "/api/rooms/{room}/messages", &nothing),
            (true, &post, path("/end"), "/api/rooms/{room}/end", &nothing),
            (false, &post, "/api/connection-details".to_owned(), "/api/connection-details", &join),
            (true, &Method::DELETE, path(""), "/api/rooms/{room}", &nothing),
            (true, &get, path(""), "/api/rooms/{room}", &nothing),
        ] {
            let browser = if by_host { &mut host } else { &mut stranger };
            fits(&document, browser, method.clone(), &path, template, body).await;
        }
        let orders = &document["components"]["schemas"]["Moderation"];
        for order in
            [json!({ "mute": "x" }), json!("muteAll"), json!({ "assign": ["x", "co_host"] }), json!({ "admitAll": [] })]
        {
            assert_eq!(misfit(&document, orders, &order, "moderation"), None);
            assert!(serde_json::from_value::<wire::Moderation>(order).is_ok());
        }
        for nonsense in [json!({ "crown": "x" }), json!({ "assign": ["x", "king"] }), json!({ "rule": ["ask", 1] })] {
            assert!(misfit(&document, orders, &nonsense, "moderation").is_some(), "{nonsense}");
        }
    });
}

#[test]
fn people_read_it_as_a_page_without_scripts_of_others() {
    run(async {
        let app = App::new().await;
        let page = app.browser().get("/api/docs").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.header("content-security-policy").contains("script-src 'nonce-"));
        let html = page.text();
        for text in
            ["Interface for programs", "/api/rooms/{room}/participants", "room_not_found", "id=\"schema-Rules\""]
        {
            assert!(html.contains(text), "{text}");
        }
        assert!(!html.contains("<script src"), "nothing is loaded");
    });
}
