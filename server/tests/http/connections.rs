//! Connections: the slow ones, and the end of all.

use std::time::Duration;

use server::http::listen::{HEAD_TIMEOUT, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::support::{App, DEADLINE, run};

/// Everything that the other end still says.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    // A reset is an end as well.
    let _ = tokio::time::timeout(DEADLINE, stream.read_to_end(&mut text)).await.expect("the connection ends");
    String::from_utf8(text).unwrap()
}

#[test]
fn a_head_that_does_not_come_is_not_waited_for() {
    run(async {
        let app = App::new().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut slow = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        tokio::spawn(serve(listener, app.router.clone(), Duration::from_millis(100), app.state.shutdown.clone()));
        slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-more: ").await.unwrap();
        assert!(!rest(&mut slow).await.contains("200 OK"));
    });
}

#[test]
fn a_running_request_is_answered_when_parlour_stops() {
    run(async {
        let app = App::new().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let server = tokio::spawn(serve(listener, app.router.clone(), HEAD_TIMEOUT, shutdown.clone()));
        let mut running = TcpStream::connect(addr).await.unwrap();
        let head = "POST /api/rooms/create HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
                    content-length: 2\r\nexpect: 100-continue\r\n\r\n";
        running.write_all(head.as_bytes()).await.unwrap();
        // The interim answer says that the handler waits for the body.
        let mut interim = [0; 25];
        running.read_exact(&mut interim).await.unwrap();
        assert!(interim.starts_with(b"HTTP/1.1 100 Continue"));
        shutdown.cancel();
        running.write_all(b"{}").await.unwrap();
        assert!(rest(&mut running).await.starts_with("HTTP/1.1 201 Created"));
        tokio::time::timeout(DEADLINE, server).await.unwrap().unwrap();
        assert!(TcpStream::connect(addr).await.is_err(), "nobody is let in any more");
    });
}
