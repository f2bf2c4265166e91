//! The page of a meeting's settings in several hosts' hands.

use serde_json::json;

use super::support::{Answer, App, run};

#[test]
fn two_hosts_with_the_same_page_undo_nothing_of_each_other() {
    run(async {
        let app = App::new().await;
        let (mut host, mut other) = (app.browser(), app.browser());
        let room = host.new_meeting().await;
        host.join(&room, "Hedy").await;
        let identity = other.ask(&room, "Ada").await["admitted"]["identity"].as_str().unwrap().to_owned();
        host.moderate_as(&room, json!({ "assign": [identity, "host"] })).await;
        host.have(&room, &[("capacity", "5")]).await;
        let fetched = |page: Answer| {
            let page = page.text();
            let value = page.split("name=\"fetched\" value=\"").nth(1).unwrap().split('"').next().unwrap();
            value.replace("&amp;", "&")
        };
        let path = format!("/{room}/settings");
        let (hers, his) = (fetched(host.get(&path).await), fetched(other.get(&path).await));
        host.have(&room, &[("capacity", "50"), ("door", "ask"), ("fetched", &hers)]).await;
        // One mistake later they are where they were.
        let wrong = other.set(&room, &[("capacity", "5"), ("title", &*"x".repeat(121)), ("fetched", &his)]).await;
        assert_eq!(fetched(wrong), his);
        other.have(&room, &[("capacity", "5"), ("title", "Physics"), ("newcomers", "viewer"), ("fetched", &his)]).await;
        let now = host.get(&format!("/api/rooms/{room}")).await.json();
        assert_eq!((&now["capacity"], &now["rules"]["ask"]), (&json!(50), &json!(true)), "the first host's: {now}");
        assert_eq!((&now["title"], &now["newcomers"]), (&json!("Physics"), &json!("viewer")), "the second's");
    });
}
