//! A Postgres of the tests' own: one throw-away cluster for this process, one database for each Parlour.

use std::env;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};

use server::store::Store;
use sqlx::AnyPool;
use sqlx::any::{AnyPoolOptions, install_default_drivers};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::sync::OnceCell;

use super::until;

/// What ends with the tests: the server, and the folder that it wrote. Asked to end, it saves nothing and waits for nobody.
const SCRIPT: &str = r#"folder=$1; shift; "$@" & server=$!; trap 'kill -QUIT $server' TERM INT; wait $server; wait $server
rm -rf "$folder""#;

/// Somebody without rights: Postgres does not run as root.
const NOBODY: u32 = 65_534;

/// A server of one process of tests, or of one test.
pub(crate) struct Cluster {
    pub(crate) port: u16,
    pub(crate) server: Child,
    control: AnyPool,
    template: OnceCell<String>,
    folder: PathBuf,
}

/// The one that tests share.
pub(super) async fn shared() -> &'static Cluster {
    static SHARED: OnceCell<Cluster> = OnceCell::const_new();
    SHARED.get_or_init(Cluster::start).await
}

impl Cluster {
    pub(crate) async fn start() -> Self {
        let root = rustix::process::geteuid().is_root();
        let folder = TempDir::with_prefix("parlour-postgres-").unwrap().keep();
        if root {
            std::os::unix::fs::chown(&folder, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let as_nobody = |program: &str| {
            let program = programs().join(program);
            let mut words = Vec::new();
            if root {
                let nobody = NOBODY.to_string();
                words.extend(["setpriv", "--reuid", &nobody, "--regid", &nobody, "--clear-groups"].map(str::to_owned));
            }
            words.push(program.display().to_string());
            words
        };
        let data = folder.join("data").display().to_string();
        let mut initdb = as_nobody("initdb");
        initdb.extend(
            ["--no-sync", "--auth=trust", "--username=parlour", "--encoding=UTF8", "--locale=C"].map(str::to_owned),
        );
        initdb.extend(["-D".to_owned(), data.clone()]);
        let made = Command::new(&initdb[0]).args(&initdb[1..]).current_dir(&folder).output().await.unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));

        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let mut postgres = as_nobody("postgres");
        postgres.extend(["-D".to_owned(), data, "-p".to_owned(), port.to_string()]);
        // Nothing here outlives the tests: it need not be safe on the disk.
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "autovacuum=off",
            "shared_buffers=32MB",
            "max_connections=400",
        ] {
            postgres.extend(["-c".to_owned(), setting.to_owned()]);
        }
        // The guard that ends LiveKit with Parlour ends this with the tests, however they end.
        let log = fs::File::create(folder.join("log")).unwrap();
        let server = Command::new(env!("CARGO_BIN_EXE_parlour"))
            .args(["livekit-guard", "sh", "-c", SCRIPT, "sh"])
            .arg(&folder)
            .args(postgres)
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        install_default_drivers();
        let control = AnyPoolOptions::new().max_connections(2);
        let address = url(port, "postgres");
        let control = until("Postgres answers", async || control.clone().connect(&address).await.ok()).await;
        Self { port, server, control, template: OnceCell::new(), folder }
    }

    /// The address of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        url(self.port, database)
    }

    /// A new database's name, with the schema of today: copied, since all of its migrations take longer than most tests.
    pub(super) async fn database(&self) -> String {
        let template = self.template.get_or_init(async || {
            let name = self.empty_database().await;
            Store::open(&self.url(&name)).await.unwrap().close().await;
            name
        });
        self.create(&format!("TEMPLATE {}", template.await)).await
    }

    /// The name of one without any schema.
    pub(super) async fn empty_database(&self) -> String {
        self.create("").await
    }

    async fn create(&self, options: &str) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("parlour_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.say(&format!("CREATE DATABASE {name} {options}")).await;
        name
    }

    pub(super) async fn say(&self, statement: &str) {
        sqlx::query(statement).execute(&self.control).await.unwrap();
    }

    /// Ends it, and returns when it has ended.
    pub(crate) async fn stop(&mut self) {
        drop(self.server.stdin.take());
        self.server.wait().await.unwrap();
        assert!(!self.folder.exists(), "nothing is left of it");
    }
}

fn url(port: u16, database: &str) -> String {
    format!("postgres://parlour@127.0.0.1:{port}/{database}")
}

/// The folder of Postgres's programs: the newest of those that a distribution keeps off the `PATH`, or the `PATH`'s.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        Some((version, entry.path().join("bin")))
    });
    let kept = versions.filter(|(_, folder)| folder.join("initdb").is_file()).max().map(|(_, folder)| folder);
    let places: Vec<PathBuf> = env::var_os("PATH").iter().flat_map(|path| env::split_paths(path)).collect();
    let on_path = places.into_iter().find(|place| place.join("initdb").is_file() && place.join("postgres").is_file());
    // A link there is not enough: `initdb` looks for `postgres` beside itself.
    let real = |folder: PathBuf| fs::canonicalize(folder.join("initdb")).ok()?.parent().map(Path::to_path_buf);
    on_path.and_then(real).or(kept).expect("Postgres's programs are there: `cargo xtask setup` installs them")
}
