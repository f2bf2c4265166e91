//! A mail server: a program of its own (`end2end/lib/mail-server.mjs`, on the npm package smtp-server), on loopback.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::{Value, json};
use server::mail::{Encryption, Login, Mail, Server, Smtp};
use server::origin::Origin;
use server::secret::Secret;
use server::state::Parts;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};

use super::until;

/// One that runs, and what it has got.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    child: Child,
    commands: ChildStdin,
    told: Arc<Mutex<Vec<Value>>>,
}

/// A mail as it arrived.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub(crate) to: Vec<String>,
    pub(crate) head: String,
    pub(crate) text: String,
    /// Whether the connection was encrypted.
    pub(crate) secure: bool,
    /// Who has signed in.
    pub(crate) user: Option<String>,
}

impl MailServer {
    /// Starts one that takes everything.
    pub(crate) async fn start() -> Self {
        Self::with(&json!({})).await
    }

    /// Starts one with options, for which see the program.
    pub(crate) async fn with(options: &Value) -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../end2end/lib/mail-server.mjs");
        let mut child = Command::new("node")
            .arg(program)
            .arg(options.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node is there");
        let commands = child.stdin.take().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first =
            lines.next_line().await.unwrap().expect("the packages are there: `cargo xtask setup` installs them");
        let port = serde_json::from_str::<Value>(&first).unwrap()["port"].as_u64().unwrap();
        let told = Arc::<Mutex<Vec<Value>>>::default();
        let more = Arc::clone(&told);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                more.lock().unwrap().push(serde_json::from_str(&line).unwrap());
            }
        });
        Self { port: port.try_into().unwrap(), child, commands, told }
    }

    /// Behaves otherwise from now on.
    pub(crate) async fn behave(&mut self, how: &Value) {
        let before = self.all("behaviour").len();
        self.commands.write_all(format!("{how}\n").as_bytes()).await.unwrap();
        until("it behaves so", async || (self.all("behaviour").len() > before).then_some(())).await;
    }

    /// Ends, and returns when it has.
    pub(crate) async fn stop(mut self) {
        drop(self.commands);
        self.child.wait().await.unwrap();
    }

    /// How many mails it has got.
    pub(crate) fn count(&self) -> usize {
        self.all("mail").len()
    }

    /// Returns when it has refused so many recipients.
    pub(crate) async fn refused(&self, times: usize) {
        until("somebody is refused", async || (self.all("refused").len() >= times).then_some(())).await;
    }

    fn all(&self, what: &str) -> Vec<Value> {
        self.told.lock().unwrap().iter().filter_map(|told| told.get(what).cloned()).collect()
    }

    /// The mail with this number, from 0 on, when it has arrived.
    pub(crate) async fn mail(&self, number: usize) -> Arrived {
        let mail = until("a mail arrives", async || self.all("mail").get(number).cloned()).await;
        let text = |member: &str| mail[member].as_str().unwrap().to_owned();
        let to = mail["to"].as_array().unwrap().iter().map(|to| to.as_str().unwrap().to_owned()).collect();
        Arrived {
            to,
            head: text("head"),
            text: text("text"),
            secure: mail["secure"].as_bool().unwrap(),
            user: mail["user"].as_str().map(str::to_owned),
        }
    }

    /// What Parlour is told about it.
    pub(crate) fn smtp(&self, encryption: Encryption, login: Option<(&str, &str)>) -> Smtp {
        let login = login.map(|(user, password)| Login { user: user.to_owned(), password: Secret::new(password) });
        let server = Server { host: "127.0.0.1".to_owned(), port: self.port, encryption, login };
        Smtp { server, from: "Parlour <parlour@example.org>".parse().unwrap() }
    }

    /// Lets a Parlour at https://meet.example send by it.
    pub(crate) fn used_by(&self, parts: &mut Parts) {
        let origin = Origin::new(true, "meet.example").unwrap();
        parts.mail = Some(Mail::new(self.smtp(Encryption::None, None), origin, parts.shutdown.clone()));
    }
}

/// A certificate for this machine, with its key.
pub(crate) fn certificate() -> (String, String) {
    let names = ["localhost", "127.0.0.1"].map(str::to_owned);
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
    (cert.pem(), signing_key.serialize_pem())
}
