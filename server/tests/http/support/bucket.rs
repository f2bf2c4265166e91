//! A bucket: somebody else's S3 server, which checks signatures, over a folder.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::{JoinHandle, JoinSet};

const NAME: &str = "parlour-test";
const KEY: &str = "key-of-the-test";
pub(crate) const BUCKET_SECRET: &str = "secret-of-the-test";

pub(crate) struct Bucket {
    addr: SocketAddr,
    folder: TempDir,
    serving: JoinHandle<()>,
    asked: Arc<AtomicUsize>,
}

impl Bucket {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(NAME)).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY, BUCKET_SECRET));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = asked.clone();
        let serving = tokio::spawn(async move {
            let server = Builder::new(TokioExecutor::new());
            // They end with this.
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                let (counted, service) = (counted.clone(), service.clone());
                let service = service_fn(move |request| {
                    counted.fetch_add(1, Ordering::Relaxed);
                    Service::call(&service, request)
                });
                let connection = server.serve_connection(TokioIo::new(socket), service);
                connections.spawn(connection.into_owned());
            }
        });
        Self { addr, folder, serving, asked }
    }

    /// Tells a Parlour about it.
    pub(crate) fn tell(&self, command: &mut Command, secret: &str) {
        command
            .env("S3_BUCKET", NAME)
            .env("AWS_ENDPOINT", format!("http://{}", self.addr))
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", KEY)
            .env("AWS_SECRET_ACCESS_KEY", secret);
    }

    /// How often it was asked for something.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// The files in it.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.folder.path().join(NAME).join("files")) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// Nobody answers there any more.
    pub(crate) async fn stop(&mut self) {
        self.serving.abort();
        let _ = (&mut self.serving).await;
    }
}
