//! Cookies, headers, other sites, limits.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;

use super::support::{App, Browser, run};

#[test]
fn the_session_is_set_once_and_out_of_reach() {
    run(async {
        let app = App::new().await;
        let mut browser = app.browser();
        let first = browser.get("/").await;
        let cookie = first.header("set-cookie").to_owned();
        let value = cookie.split(['=', ';']).nth(1).unwrap();
        assert_eq!(value.len(), 43, "256 bits");
        assert!(cookie.starts_with("parlour_session="));
        assert!(cookie.ends_with("; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"), "{cookie}");
        assert_eq!(browser.get("/").await.header("set-cookie"), "");
        assert_eq!(browser.post("/api/rooms/create", &json!({})).await.header("set-cookie"), "");
        for path in ["/healthz", "/pkg/x.js", "/rtc/validate"] {
            assert_eq!(app.browser().get(path).await.header("set-cookie"), "", "{path}");
        }
    });
}

#[test]
fn every_answer_is_guarded() {
    run(async {
        let app = App::new().await;
        for path in ["/", "/nothing", "/api/nothing", "/api/connection-details", "/healthz", "/pkg/x.js"] {
            let answer = app.browser().get(path).await;
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
            ] {
                assert_eq!(answer.header(name), value, "{path} {name}");
            }
            assert!(answer.header("permissions-policy").contains("camera=(self)"), "{path}");
            assert_eq!(answer.header("x-request-id").len(), 16, "{path}");
            assert_eq!(answer.header("strict-transport-security"), "", "{path}: not without TLS");
        }
        let policy = app.browser().get("/api/connection-details").await.header("content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    });
}

#[test]
fn another_site_cannot_act_for_a_person() {
    run(async {
        let app = App::new().await;
        let mut browser = app.browser();
        for path in ["/api/rooms/create", "/api/fn/create_room"] {
            for (name, value, status) in [
                ("sec-fetch-site", "cross-site", 403),
                ("sec-fetch-site", "same-site", 403),
                ("origin", "https://evil.example", 403),
                ("origin", "null", 403),
                ("sec-fetch-site", "same-origin", 200),
                ("origin", "http://127.0.0.1:3000", 200),
            ] {
                let request = Browser::request(Method::POST, path)
                    .header("content-type", "application/json")
                    .header(name, value)
                    .body(Body::from("{\"title\":\"\"}"))
                    .unwrap();
                let answer = browser.send(request).await;
                if status == 403 {
                    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "cross_site"), "{path} {value}");
                } else {
                    assert!(answer.status.is_success(), "{path} {name}: {value}: {answer:?}");
                }
            }
        }
        // The seed's admission is a GET, but it admits, under a name that a link could choose for somebody.
        let room = browser.new_meeting().await;
        let details = format!("/api/connection-details?roomName={room}&participantName=Insulted");
        for (site, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)] {
            let request = Browser::request(Method::GET, &details).header("sec-fetch-site", site);
            assert_eq!(browser.send(request.body(Body::empty()).unwrap()).await.status.as_u16(), status, "{site}");
        }
        // A stream of events keeps a place in the queue, and costs one of those that an address may hold.
        for site in ["cross-site", "same-site"] {
            let request = Browser::request(Method::GET, "/api/events").header("sec-fetch-site", site);
            let answer = browser.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "cross_site"), "{site}");
        }
        // Following a link from another site is what links are for.
        let request = Browser::request(Method::GET, "/").header("sec-fetch-site", "cross-site");
        assert_eq!(browser.send(request.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
    });
}

#[test]
fn too_many_requests_wait_and_files_are_free() {
    run(async {
        let app = App::with(|parts| {
            let rates = server::config::Rates { requests_per_second: 1, ..server::config::Rates::NONE };
            parts.limits = server::http::limits::Limits::new(rates);
        })
        .await;
        let mut here = app.browser().from("10.0.0.1");
        for _ in 0..20 {
            assert_eq!(here.get("/api/connection-details").await.status, StatusCode::BAD_REQUEST);
        }
        let answer = here.get("/api/connection-details").await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
        assert_eq!(answer.header("retry-after"), "1");
        assert_eq!(here.get("/healthz").await.status, StatusCode::OK);
        assert_eq!(here.get("/pkg/x.js").await.status, StatusCode::NOT_FOUND);
        let request = Browser::request(Method::GET, "/").header("accept", "text/html,*/*");
        let page = here.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(page.text().contains("too often"), "somebody reads this");
        assert_eq!(app.browser().from("10.0.0.2").get("/").await.status, StatusCode::OK);
    });
}
