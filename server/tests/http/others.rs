//! Several Parlours at one Postgres: what happens at one is seen at the other.

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::support::{App, Browser, DEADLINE, Database, EMAIL, Events, PASSWORD, run, shared};

/// A Parlour that tells others and hears them, until this is dropped.
struct Sharing(App, JoinHandle<()>);

impl Sharing {
    async fn new(app: App) -> Self {
        // Which it says when it begins to listen: anybody may have been signed out before.
        let listens = app.state.accounts.signed_out([0; 32]);
        let following = tokio::spawn(app.state.clone().follow_others());
        tokio::time::timeout(DEADLINE, listens).await.expect("it listens");
        Self(app, following)
    }
}

impl Drop for Sharing {
    fn drop(&mut self) {
        self.1.abort();
    }
}

/// Two that share a database.
async fn two() -> [Sharing; 2] {
    let one = App::in_database(Database::to_share().await, shared().await, |_| {}).await;
    let other = App::over(&one).await;
    [Sharing::new(one).await, Sharing::new(other).await]
}

/// Has a host ask newcomers of a new meeting; answers its name, and where its door is heard.
async fn meeting_with_a_door(host: &mut Browser) -> (String, String) {
    let room = host.new_meeting().await;
    host.moderate_as(&room, json!({ "rule": ["ask", true] })).await;
    host.join(&room, "Hedy").await;
    let door = format!("/api/events?room={room}");
    (room, door)
}

fn names(news: &Value) -> Option<Vec<&str>> {
    news["queue"].as_array().map(|queue| queue.iter().filter_map(|one| one["name"].as_str()).collect())
}

#[test]
fn whoever_waits_at_one_is_seen_and_let_in_at_the_other() {
    run(async {
        let [Sharing(one, _), Sharing(other, _)] = &two().await;
        let mut host = one.browser();
        let (room, door) = meeting_with_a_door(&mut host).await;
        let mut watch = Events::open(one, &host, &door).await;
        let nobody = |news: &Value| names(news).filter(Vec::is_empty).map(drop);
        watch.door(nobody).await;

        let [mut ada, mut bob, mut carl] = [other.browser(), one.browser(), other.browser()];
        assert_eq!(ada.ask(&room, "Ada").await["waiting"]["place"], 1);
        let mut adas = Events::open(other, &ada, &door).await;
        watch.door(|news| (names(news)? == ["Ada"]).then_some(())).await;
        // Who comes to the host's Parlour stands behind her.
        assert_eq!(bob.ask(&room, "Bob").await["waiting"]["place"], 2);
        let bobs = Events::open(one, &bob, &door).await;
        let adas_identity = |news: &Value| {
            (names(news)? == ["Ada", "Bob"]).then(|| news["queue"][0]["identity"].as_str().unwrap().to_owned())
        };
        let identity = watch.door(adas_identity).await;
        host.moderate_as(&room, json!({ "admit": identity })).await;
        adas.door(|news| (news == "decided").then_some(())).await;
        assert!(ada.ask(&room, "Ada").await["admitted"].is_object());

        // Whoever closes the page is gone, there too.
        carl.ask(&room, "Carl").await;
        let carls = Events::open(other, &carl, &door).await;
        watch.door(|news| (names(news)? == ["Bob", "Carl"]).then_some(())).await;
        drop((bobs, carls));
        watch.door(nobody).await;
    });
}

#[test]
fn whoever_waited_at_a_parlour_that_died_is_not_waited_for() {
    run(async {
        let [one, other] = two().await;
        let Sharing(one, _) = &one;
        let mut host = one.browser();
        let (room, door) = meeting_with_a_door(&mut host).await;
        let mut watch = Events::open(one, &host, &door).await;
        let mut ada = other.0.browser();
        ada.ask(&room, "Ada").await;
        let _adas = Events::open(&other.0, &ada, &door).await;
        watch.door(|news| (names(news)? == ["Ada"]).then_some(())).await;
        // It says nothing more, and not that she has gone.
        other.1.abort();
        watch.door(|news| names(news).filter(Vec::is_empty).map(drop)).await;
    });
}

#[test]
fn whoever_is_signed_out_at_one_hears_nothing_more_at_the_other() {
    run(async {
        let [Sharing(one, _), Sharing(other, _)] = &two().await;
        let mut ada = one.ada().await;
        let (mut phone, mut guest) = (other.browser(), one.browser());
        phone.sign_in(EMAIL, PASSWORD).await;
        let (room, door) = meeting_with_a_door(&mut ada).await;
        let mut heard = Events::open(other, &phone, &door).await;
        guest.ask(&room, "Bob").await;
        let _guests = Events::open(one, &guest, &door).await;
        // Which shows that it listens: one that begins to do so ends its streams anyway.
        heard.door(|news| (names(news)? == ["Bob"]).then_some(())).await;
        ada.form("/settings/sessions/end-others", &[]).await;
        let end = async { while heard.next().await.is_some() {} };
        tokio::time::timeout(DEADLINE, end).await.expect("it ends");
    });
}
