//! An OpenID Connect provider: a real one in a process of its own, and people at it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use axum::http::{Method, StatusCode, header};
use reqwest::Client;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use server::accounts::oidc::{CALLBACK, Provider, ProviderSettings, issuer};
use server::secret::Secret;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::OnceCell;
use wire::DisplayName;

use super::{Answer, App, Browser};

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end/lib/oidc-provider.mjs");
/// What Parlour shows it.
pub(crate) const SECRET: &str = "secret-of-parlour";

/// A provider, which ends when nobody holds it any more: its standard input does.
pub(crate) struct TestProvider {
    pub(crate) issuer: String,
    child: Child,
}

/// The one that tests share, who use names of their own there.
pub(crate) async fn school() -> &'static TestProvider {
    static SHARED: OnceCell<TestProvider> = OnceCell::const_new();
    SHARED.get_or_init(|| TestProvider::sending_back_to("http://127.0.0.1:3000")).await
}

impl TestProvider {
    /// One of the test's own, for a Parlour at an address.
    pub(crate) async fn sending_back_to(parlour: &str) -> Self {
        let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node_modules/oidc-provider");
        assert!(package.exists(), "run `cargo xtask setup` first");
        let mut child = Command::new("node")
            .args([PROGRAM, &format!("{parlour}{CALLBACK}")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let issuer = BufReader::new(child.stdout.take().unwrap()).lines().next_line().await.unwrap();
        Self { issuer: issuer.expect("the provider starts"), child }
    }

    /// What a Parlour's operator says about it.
    pub(crate) fn settings(&self) -> ProviderSettings {
        ProviderSettings {
            issuer: issuer(&self.issuer).unwrap(),
            client_id: "parlour".to_owned(),
            client_secret: Secret::new(SECRET),
            name: DisplayName::parse("School").unwrap(),
            scopes: ["email", "profile", "groups"].map(str::to_owned).to_vec(),
            groups_claim: "groups".to_owned(),
            administrators: vec!["ops".to_owned()],
            teachers: vec!["staff".to_owned()],
            only: false,
        }
    }

    /// A Parlour whose people it signs in.
    pub(crate) async fn app(&self) -> App {
        self.app_with(|_| {}).await
    }

    /// The same, told something else.
    pub(crate) async fn app_with(&self, change: impl FnOnce(&mut ProviderSettings)) -> App {
        let mut settings = self.settings();
        change(&mut settings);
        App::with(|parts| parts.provider = Provider::new(settings).ok()).await
    }

    /// What it says of somebody from now on.
    pub(crate) async fn knows(&self, subject: &str, claims: Value) {
        self.control(&json!({ "people": { subject: claims } })).await;
    }

    /// From now on for a Parlour at another address.
    pub(crate) async fn send_back_to(&self, parlour: &str) {
        self.control(&json!({ "callbacks": [format!("{parlour}{CALLBACK}")] })).await;
    }

    /// Ends it.
    pub(crate) async fn end(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Changes what it does.
    pub(crate) async fn control(&self, change: &Value) {
        let request = client().post(format!("{}/control", self.issuer)).body(change.to_string());
        assert!(request.send().await.unwrap().status().is_success());
    }
}

/// A client that follows nobody.
fn client() -> Client {
    // Whoever is first sets it for all.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().redirect(Policy::none()).build().unwrap()
}

/// A browser at the provider.
pub(crate) struct AtProvider {
    client: Client,
    cookies: BTreeMap<String, String>,
}

impl AtProvider {
    pub(crate) fn new() -> Self {
        Self { client: client(), cookies: BTreeMap::new() }
    }

    /// Goes where Parlour sends it; signs in as somebody where it is asked to, or cancels as nobody. Answers where it is sent
    /// back to, from the path on.
    pub(crate) async fn go(&mut self, address: &str, subject: &str) -> String {
        let mut address = address.to_owned();
        let origin = address.split("/auth?").next().unwrap().to_owned();
        loop {
            let (method, body) = match address.contains("/interaction/") {
                true => (Method::POST, format!("sub={subject}")),
                false => (Method::GET, String::new()),
            };
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let request = self.client.request(method, &address).header(header::COOKIE, cookies.join("; "));
            let answer = request.body(body).send().await.unwrap();
            for cookie in answer.headers().get_all(header::SET_COOKIE) {
                let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            assert!(answer.status().is_redirection(), "{address}: {:?}", answer.text().await);
            let to = answer.headers()[header::LOCATION].to_str().unwrap().to_owned();
            match to.find(CALLBACK) {
                Some(at) => return to[at..].to_owned(),
                None if to.starts_with('/') => address = format!("{origin}{to}"),
                None => address = to,
            }
        }
    }
}

impl Browser {
    /// Begins at Parlour: where it sends people.
    pub(crate) async fn begin_by_provider(&mut self, query: &str) -> String {
        let answer = self.get(&format!("/signin/oidc{query}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
        answer.header("location").to_owned()
    }

    /// Signs in by the provider, all the way: how Parlour answers in the end.
    pub(crate) async fn by_provider(&mut self, subject: &str) -> Answer {
        let address = self.begin_by_provider("").await;
        let back = AtProvider::new().go(&address, subject).await;
        self.get(&back).await
    }
}
