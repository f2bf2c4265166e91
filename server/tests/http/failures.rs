//! What browsers report of their failures: taken, limited, and never trusted.

use serde_json::json;

use super::support::{App, run};

#[test]
fn a_failure_is_taken_and_nonsense_is_not() {
    run(async {
        let app = App::new().await;
        let mut ada = app.browser();
        let failure = json!({ "kind": "error", "name": "TypeError", "frames": ["at f (/pkg/app.js:1:2)"], "more": 1 });
        let taken = ada.post("/api/client-errors", &failure).await;
        assert_eq!((taken.status.as_u16(), taken.body.len()), (204, 0));
        for (body, kind, status) in [
            ("{}", "application/json", 400),
            ("not json", "application/json", 400),
            (r#"{"kind":"whim","name":"x"}"#, "application/json", 400),
            (r#"{"kind":"error","name":"x"}"#, "text/plain", 415),
        ] {
            let answer = ada.post_raw("/api/client-errors", kind, body).await;
            assert_eq!(answer.status.as_u16(), status, "{body}");
        }
        assert_eq!(ada.get("/api/client-errors").await.status.as_u16(), 405);
    });
}

#[test]
fn a_browser_that_fails_in_a_loop_is_heard_only_so_often() {
    run(async {
        let app = App::new().await;
        let mut mallory = app.browser();
        let failure = json!({ "kind": "rejection", "name": "Error" });
        let mut answers = Vec::new();
        for _ in 0..40 {
            answers.push(mallory.post("/api/client-errors", &failure).await.status.as_u16());
        }
        assert_eq!(answers.first(), Some(&204));
        assert_eq!(answers.last(), Some(&429));
        let mut other = app.browser().from("10.9.8.7");
        assert_eq!(other.post("/api/client-errors", &failure).await.status.as_u16(), 204);
    });
}
