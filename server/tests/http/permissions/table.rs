//! What can be done in a meeting, and by whom. It is written down here once more: the product's own table is what is tried.

use axum::http::Method;
use serde_json::{Value, json};

use super::Who::{self, CoHost, Guest, Host, Maker, Participant, Student, Viewer};
use super::scene::Scene;
use crate::door_settings::PASSWORD;
use crate::support::{Answer, Browser};

/// In words, by whom, and how.
pub(crate) type Row = (&'static str, &'static [Who], Ask);

const EVERYBODY: &[Who] = &Who::ALL;
const INSIDE: &[Who] = &[Maker, Host, CoHost, Participant, Guest, Student, Viewer];
const WRITERS: &[Who] = &[Maker, Host, CoHost, Participant, Guest, Student];
pub(crate) const HELPERS: &[Who] = &[Maker, Host, CoHost];
const HOSTS: &[Who] = &[Maker, Host];
const MAKER: &[Who] = &[Maker];
const NOBODY: &[Who] = &[];

/// How something is asked for.
#[derive(Debug)]
pub(crate) enum Ask {
    /// By looking at an address.
    See(String),
    /// By a server function.
    Call(&'static str, Value),
    /// By REST.
    Rest(Method, String, Value),
    /// By a form of a page.
    Form(String, Vec<(&'static str, String)>),
    /// By sending a file.
    Upload(String),
}

use Ask::{Call, Form, Rest, See, Upload};

impl Ask {
    pub(crate) async fn send(&self, browser: &mut Browser) -> Answer {
        match self {
            See(path) => browser.get(path).await,
            Call(function, arguments) => browser.call(function, arguments).await,
            Rest(method, path, body) => browser.json(method.clone(), path, body).await,
            Form(path, fields) => {
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                browser.form(path, &fields).await
            }
            Upload(path) => browser.post_raw(path, "application/octet-stream", "notes").await,
        }
    }
}

/// What changes nothing.
pub(crate) fn looks(at: &Scene) -> Vec<Row> {
    let room = &at.room;
    let api = |rest: &str| See(format!("/api/rooms/{room}{rest}"));
    let page = |rest: &str| See(format!("/{room}{rest}"));
    let quality = json!({ "sentKbps": 1, "receivedKbps": 1, "reconnects": 0 });
    vec![
        ("see that there is such a meeting", EVERYBODY, api("")),
        ("ask about it before joining", EVERYBODY, Call("room_status", json!({ "room": room }))),
        ("see who is inside", INSIDE, api("/participants")),
        ("read the chat", INSIDE, Call("messages_after", json!({ "room": room, "seq": 0 }))),
        ("take the chat along", INSIDE, api("/messages")),
        ("fetch a file", INSIDE, api(&format!("/files/{}", at.file))),
        ("report the connection", INSIDE, Rest(Method::POST, format!("/api/rooms/{room}/quality"), quality)),
        ("read who was there", HOSTS, api("/attendance")),
        ("read what hosts did", HOSTS, api("/audit")),
        ("list invitations", HOSTS, api("/invitations")),
        ("list who is kept out", HOSTS, api("/bans")),
        ("see the settings", HOSTS, page("/settings")),
        ("see the record", HOSTS, page("/settings/record")),
        ("see what is kept of the chat", HOSTS, page("/chat")),
        ("see which LiveKit is used", NOBODY, See("/api/config".to_owned())),
    ]
}

/// What leaves a trace, in an order in which each can be done after the others.
pub(crate) fn deeds(at: &Scene) -> Vec<Row> {
    let mut all = own(at);
    all.extend(about_messages(at));
    all.extend(about_people(at));
    all.extend(about_rules(at));
    all.extend(about_the_room(at));
    all.extend(about_bans(at));
    all.extend(by_forms(at));
    all.extend(at_the_end(at));
    all
}

/// What people do for themselves.
fn own(at: &Scene) -> Vec<Row> {
    let room = &at.room;
    vec![
        ("take another name", INSIDE, Call("set_name", json!({ "room": room, "name": "Countess" }))),
        ("raise a hand", WRITERS, Call("set_hand", json!({ "room": room, "raised": true }))),
    ]
}

/// What people do in the chat.
pub(crate) fn about_messages(at: &Scene) -> Vec<Row> {
    let (room, own, bobs) = (&at.room, at.own, at.bobs);
    let change = |what: Value| Call("change_chat", json!({ "room": room, "what": what }));
    let rest = |body| Rest(Method::POST, format!("/api/rooms/{room}/messages"), body);
    let message = json!({ "room": room, "id": "message-of-now", "text": "hello" });
    vec![
        ("write", WRITERS, Call("send_message", message)),
        ("write by REST", WRITERS, rest(json!({ "id": "message-by-rest", "text": "hello" }))),
        ("announce", HELPERS, rest(json!({ "id": "message-for-all", "text": "hello", "mark": "announcement" }))),
        ("send a file", WRITERS, Upload(format!("/api/rooms/{room}/files?id=file-of-now&name=notes.txt"))),
        ("edit what one wrote", WRITERS, change(json!({ "edit": [own, "better"] }))),
        ("take back what one wrote", INSIDE, change(json!({ "delete": own }))),
        ("edit what somebody else wrote", NOBODY, change(json!({ "edit": [bobs, "worse"] }))),
        ("pin what somebody wrote", HELPERS, change(json!({ "mark": [bobs, "pinned"] }))),
        ("delete what somebody wrote", HELPERS, change(json!({ "delete": bobs }))),
    ]
}

fn moderate(at: &Scene, what: &Value) -> Ask {
    Call("moderate", json!({ "room": at.room, "what": what }))
}

/// What hosts and their helpers do about people: not to those who are their equals.
fn about_people(at: &Scene) -> Vec<Row> {
    let about = |word: &str, name: &str| moderate(at, &json!({ word: at.people[name] }));
    let make = |role: &str| moderate(at, &json!({ "assign": [at.people["eddy"], role] }));
    vec![
        ("let somebody in who waits", HELPERS, about("admit", "wim")),
        ("not let somebody in", HELPERS, about("deny", "wanda")),
        ("let all in who wait", HELPERS, moderate(at, &json!({ "admitAll": [at.people["will"]] }))),
        ("mute somebody", HELPERS, about("mute", "bob")),
        ("stop somebody's camera", HELPERS, about("stopCamera", "bob")),
        ("stop somebody's shared screen", HELPERS, about("stopShare", "bob")),
        ("lower somebody's hand", HELPERS, about("lowerHand", "bob")),
        ("mute all", HELPERS, moderate(at, &json!("muteAll"))),
        ("mute a co-host", HOSTS, about("mute", "carl")),
        ("mute a host", MAKER, about("mute", "hal")),
        ("take somebody out", HELPERS, about("remove", "cleo")),
        ("keep somebody out", HELPERS, about("ban", "dan")),
        ("take a co-host out", HOSTS, about("remove", "carl")),
        ("keep a host out", MAKER, about("ban", "harry")),
        ("make somebody listen only", HOSTS, make("viewer")),
        ("make somebody listen and write", HOSTS, make("student")),
        ("make somebody a guest", HOSTS, make("guest")),
        ("make somebody a participant", HOSTS, make("participant")),
        ("make somebody a co-host", HOSTS, make("co_host")),
        ("make somebody a host", HOSTS, make("host")),
    ]
}

fn about_rules(at: &Scene) -> Vec<Row> {
    let rule = |rule: &str| moderate(at, &json!({ "rule": [rule, true] }));
    let off = json!({ "rules": { "shareOff": false } });
    vec![
        ("have newcomers ask", HELPERS, rule("ask")),
        ("lock the door", HELPERS, rule("locked")),
        ("keep the chat to hosts", HELPERS, rule("chatOff")),
        ("keep shared screens to hosts", HELPERS, rule("shareOff")),
        ("switch a rule off by REST", HELPERS, Rest(Method::PATCH, format!("/api/rooms/{}", at.room), off)),
    ]
}

/// What hosts do about the room, by REST and in the call.
fn about_the_room(at: &Scene) -> Vec<Row> {
    let room = &at.room;
    let rest = |method, path: &str, body| Rest(method, format!("/api/rooms/{room}{path}"), body);
    let [one, _] = &at.invitations;
    vec![
        ("change the title", HOSTS, rest(Method::PATCH, "", json!({ "title": "Physics" }))),
        ("set up the door by REST", HOSTS, rest(Method::PATCH, "", json!({ "capacity": 60, "password": PASSWORD }))),
        ("give it a readable name by REST", MAKER, rest(Method::PATCH, "", json!({ "alias": "physics-two" }))),
        ("keep the chat for a meeting by REST", HOSTS, rest(Method::PATCH, "", json!({ "history": "meeting" }))),
        ("invite by REST", HOSTS, rest(Method::POST, "/invitations", json!({ "label": "Grace" }))),
        ("take an invitation back by REST", HOSTS, rest(Method::DELETE, &format!("/invitations/{one}"), Value::Null)),
        ("make a link for hosts", HOSTS, Call("make_host_link", json!({ "room": room }))),
        ("make a link for hosts by REST", HOSTS, rest(Method::POST, "/host-link", json!({}))),
        ("take the link for hosts back by REST", HOSTS, rest(Method::DELETE, "/host-link", Value::Null)),
        ("be a host by a secret of one's own", NOBODY, Call("become_host", json!({ "room": room, "secret": "mine" }))),
        ("use another LiveKit", NOBODY, Rest(Method::PUT, "/api/config".to_owned(), json!({}))),
    ]
}

/// What they do by REST about those who are kept out, and about the chat as a whole.
fn about_bans(at: &Scene) -> Vec<Row> {
    let rest = |method, path: &str, body| Rest(method, format!("/api/rooms/{}{path}", at.room), body);
    let cleo = format!("/bans/{}", at.people["cleo"]);
    let network_out = json!({ "identity": at.people["zoe"], "days": 7 });
    vec![
        ("keep somebody out by REST", HELPERS, rest(Method::PUT, &cleo, Value::Null)),
        ("keep a network out by REST", HOSTS, rest(Method::POST, "/banned-networks", network_out)),
        ("let a network in again by REST", HOSTS, rest(Method::DELETE, "/banned-networks/127.0.0.0%2F24", Value::Null)),
        ("let somebody in again by REST", HOSTS, rest(Method::DELETE, &cleo, Value::Null)),
        ("delete the chat by REST", HOSTS, rest(Method::DELETE, "/messages", Value::Null)),
    ]
}

/// What hosts do on the pages about their meeting.
fn by_forms(at: &Scene) -> Vec<Row> {
    let form = |rest: &str, fields: &[(&'static str, &str)]| {
        let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Form(format!("/{}{rest}", at.room), fields)
    };
    let about = |rest: &str, name: &str| form(rest, &[("person", &*at.people[name])]);
    let [_, other] = &at.invitations;
    let settings = [("title", "Lesson"), ("door", "ask"), ("guests", "on"), ("zone", "0"), ("capacity", "50")];
    let network_out = [("person", &*at.people["zoe"]), ("days", "7")];
    vec![
        ("change the settings", HOSTS, form("/settings", &settings)),
        ("set a password", HOSTS, form("/settings/password", &[("password", PASSWORD)])),
        ("give it a readable name", MAKER, form("/settings/alias", &[("alias", "physics-one")])),
        ("invite", HOSTS, form("/settings/invitations", &[("label", "Grace"), ("lasts", "7")])),
        ("take an invitation back", HOSTS, form("/settings/invitations/end", &[("invitation", &**other)])),
        ("take a host's rights", MAKER, about("/settings/hosts/end", "hal")),
        ("take a host out", MAKER, about("/settings/hosts/out", "hank")),
        ("keep a network out", HOSTS, form("/settings/bans/network", &network_out)),
        ("let a network in again", HOSTS, form("/settings/networks/end", &[("network", "127.0.0.0/24")])),
        ("let somebody in again", HOSTS, about("/settings/bans/end", "zoe")),
        ("keep the chat for ever", HOSTS, form("/chat", &[("history", "ever")])),
        ("delete the chat", HOSTS, form("/chat/delete", &[])),
    ]
}

fn at_the_end(at: &Scene) -> Vec<Row> {
    let path = format!("/api/rooms/{}", at.room);
    vec![
        ("end the meeting", HOSTS, moderate(at, &json!("end"))),
        ("end the meeting by REST", HOSTS, Rest(Method::POST, format!("{path}/end"), Value::Null)),
        ("delete the room", HOSTS, Rest(Method::DELETE, path, Value::Null)),
    ]
}
