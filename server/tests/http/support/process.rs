//! The real `parlour` as a process, and a look at other processes.

use std::env;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use app::assets::Assets;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use super::{Database, media_ports, on_postgres, until};

/// A `parlour` that serves.
pub(crate) struct Parlour {
    pub(crate) child: Child,
    pub(crate) url: String,
    pub(crate) data: TempDir,
    log: Arc<Mutex<Vec<String>>>,
    database: Option<Database>,
    pub(crate) site: TempDir,
}

impl Parlour {
    /// Starts it on free ports and returns when it says that it is ready.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same, with more in its environment.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Command)) -> Self {
        // SQLite's file is in the data folder, as it is for everybody who sets nothing.
        let database = if on_postgres() { Some(Database::fresh().await) } else { None };
        Self::on(tempfile::tempdir().unwrap(), database, change).await
    }

    /// One whose database is a file in its data folder, whatever the other tests run on.
    pub(crate) async fn start_on_a_file() -> Self {
        Self::start_on_a_file_with(|_| {}).await
    }

    /// The same, with more in its environment.
    pub(crate) async fn start_on_a_file_with(change: impl FnOnce(&mut Command)) -> Self {
        Self::on(tempfile::tempdir().unwrap(), None, change).await
    }

    /// One whose data folder is a disk of its own, of so many megabytes. Only it sees that one, and [`Self::disk`] does.
    pub(crate) async fn start_on_a_small_disk(megabytes: u32) -> Self {
        let namespaces = if rustix::process::geteuid().is_root() { "-m" } else { "-rm" };
        let mount = format!("mount -t tmpfs -o size={megabytes}m,mode=700 disk \"$PARLOUR_DATA_DIR\" && exec \"$0\"");
        Self::start_on_a_file_with(|command| {
            let parlour = command.as_std();
            let mut inside = Command::new("unshare");
            inside.args([namespaces, "sh", "-c", &mount]).arg(parlour.get_program());
            for (name, value) in parlour.get_envs() {
                match value {
                    Some(value) => inside.env(name, value),
                    None => inside.env_remove(name),
                };
            }
            quiet(&mut inside);
            *command = inside;
        })
        .await
    }

    /// Its data folder, as it sees it.
    pub(crate) fn disk(&self) -> PathBuf {
        let folder = self.data.path().strip_prefix("/").unwrap();
        Path::new("/proc").join(self.child.id().unwrap().to_string()).join("root").join(folder)
    }

    /// Starts another one on what this one has left.
    pub(crate) async fn again(self) -> Self {
        Self::on(self.data, self.database, |_| {}).await
    }

    async fn on(data: TempDir, database: Option<Database>, change: impl FnOnce(&mut Command)) -> Self {
        let site = tempfile::tempdir().unwrap();
        let assets = Assets {
            css: "/a.css".to_owned(),
            account_css: "/b.css".to_owned(),
            js: "/a.js".to_owned(),
            js_imports: Vec::new(),
            wasm: "/a.wasm".to_owned(),
            icon: "/i.svg".to_owned(),
        };
        fs::write(site.path().join("manifest.json"), serde_json::to_vec(&assets).unwrap()).unwrap();
        let media = media_ports();
        let mut command = command();
        if let Some(database) = &database {
            command.env("DATABASE_URL", &database.url);
        }
        command
            .env("PARLOUR_LIMIT_REQUESTS_PER_SECOND", "0")
            .env("PARLOUR_LIMIT_SESSION_REQUESTS_PER_SECOND", "0")
            .env("PARLOUR_LIMIT_ROOM_CHANGES_PER_SECOND", "0")
            .env("PARLOUR_SITE_DIR", site.path())
            .env("PARLOUR_ADDR", "127.0.0.1:0")
            .env("PARLOUR_DATA_DIR", data.path())
            .env("PARLOUR_MEDIA_IP", "127.0.0.1")
            .env("PARLOUR_MEDIA_UDP_PORT", media.udp_port.to_string())
            .env("PARLOUR_MEDIA_TCP_PORT", media.tcp_port.to_string());
        change(&mut command);
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::<Mutex<Vec<String>>>::default();
        let url = loop {
            let Some(line) = lines.next_line().await.unwrap() else { panic!("parlour ended: {log:#?}") };
            let event: Value = serde_json::from_str(&line).unwrap();
            log.lock().unwrap().push(line);
            if event["message"] == "Parlour is ready" {
                break event["url"].as_str().unwrap().to_owned();
            }
        };
        // It must never block on a full pipe.
        let more = Arc::clone(&log);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                more.lock().unwrap().push(line);
            }
        });
        Self { child, url, data, log, database, site }
    }

    /// Where it listens.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.host().parse().unwrap()
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// Waits until this is in the log, which comes by a way of its own, and answers all of it.
    pub(crate) async fn logs(&self, what: &str) -> String {
        until(what, async || Some(self.log().join("\n")).filter(|log| log.contains(what))).await
    }

    /// Waits until it has started anew, and answers its new host and port.
    pub(crate) async fn anew(&self) -> String {
        until("it is ready again", async || {
            let log = self.log();
            let mut events = log.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            let url = events.rfind(|event| event["message"] == "Parlour is ready")?["url"].as_str()?.to_owned();
            (url != self.url).then(|| url.strip_prefix("http://").unwrap().to_owned())
        })
        .await
    }

    /// Host and port.
    pub(crate) fn host(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// Process id of its LiveKit.
    pub(crate) fn livekit(&self) -> i32 {
        program_of(self.data.path())
    }
}

/// `parlour` in an environment of its own.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlour"));
    let ours = |name: &str| ["PARLOUR_", "LIVEKIT_", "DATABASE_URL"].iter().any(|prefix| name.starts_with(prefix));
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| ours(name) && name != "PARLOUR_LIVEKIT_BIN") {
            command.env_remove(name);
        }
    }
    // What would outrank LiveKit's configuration must not reach it.
    command.env("LIVEKIT_KEYS", "other: keys-that-are-long-enough-for-livekit").env("LIVEKIT_CONFIG", "port: 1");
    quiet(&mut command);
    command
}

/// Of what it says, what it logs is read, and it ends with the test.
fn quiet(command: &mut Command) {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
}

/// Ids of the processes whose command line names `path`.
pub(crate) fn pids_with(path: &Path) -> Vec<i32> {
    processes(path).into_iter().map(|(pid, _)| pid).collect()
}

/// Id of the LiveKit itself that was started with a configuration below `path`, not of its guard.
pub(crate) fn program_of(path: &Path) -> i32 {
    let found = processes(path).into_iter().find(|(_, line)| !line.contains("livekit-guard"));
    found.expect("LiveKit runs").0
}

fn processes(path: &Path) -> Vec<(i32, String)> {
    let path = path.to_str().unwrap();
    let lines = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let line = fs::read(entry.path().join("cmdline")).ok()?;
        Some((pid, String::from_utf8_lossy(&line).replace('\0', " ")))
    });
    lines.filter(|(_, line)| line.contains(path)).collect()
}

/// A request over a connection of its own, and its answer: status, head, body.
pub(crate) async fn exchange(host: &str, request: &str, headers: &[(&str, &str)], body: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(host).await.unwrap();
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let head = format!(
        "{request} HTTP/1.1\r\nhost: {host}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer.as_str(), ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{answer}"));
    (status, head.to_owned(), body.to_owned())
}
