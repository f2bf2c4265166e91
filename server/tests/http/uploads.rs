//! Files on their way: who is slow or sends too much is in nobody's way, and sees why.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use futures_util::stream;
use serde_json::json;
use server::store::Quotas;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use super::support::{App, Browser, DEADLINE, QUOTAS, listen, run};

/// A connection on which the head of an upload was sent.
async fn begin(addr: SocketAddr, browser: &Browser, room: &str, id: &str, bytes: usize) -> TcpStream {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let head = format!(
        "POST /api/rooms/{room}/files?id={id}&name=x HTTP/1.1\r\nhost: {addr}\r\ncookie: {}\r\ncontent-length: {bytes}\r\n\
         connection: close\r\n\r\n",
        browser.cookies()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// The answer as it stands on the wire.
async fn answer(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    tokio::time::timeout(DEADLINE, stream.read_to_end(&mut bytes)).await.expect("an answer").unwrap();
    String::from_utf8(bytes).unwrap()
}

fn is(answer: &str, status: u16, code: &str) -> bool {
    answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.contains(&format!("\"code\":\"{code}\""))
}

/// A request whose body never comes; `asked` is told when it is waited for.
fn hanging(room: &str, id: &str, asked: &Arc<Notify>) -> Request<Body> {
    let asked = Arc::clone(asked);
    let body = stream::once(async move {
        asked.notify_one();
        std::future::pending::<Result<Vec<u8>, std::io::Error>>().await
    });
    let path = format!("/api/rooms/{room}/files?id={id}&name=x");
    Browser::request(Method::POST, &path).body(Body::from_stream(body)).unwrap()
}

#[test]
fn who_sends_nothing_or_drips_is_ended_and_who_sends_slowly_is_not() {
    run(async {
        let app = App::with_quotas(QUOTAS).await;
        let addr = listen(&app).await;
        let (mut ada, mut bob) = (app.browser(), app.browser());
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        bob.join(&room, "Bob").await;
        let silent = async {
            let mut stream = begin(addr, &ada, &room, "message-silent", 1_000).await;
            stream.write_all(b"so much and no more").await.unwrap();
            answer(stream).await
        };
        let dripping = async {
            let (mut from, mut to) = begin(addr, &ada, &room, "message-drips", 10_000).await.into_split();
            let drops = async {
                // Until the other side has had enough.
                while to.write_all(b".").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            };
            let mut said = Vec::new();
            let ((), read) = tokio::join!(drops, tokio::time::timeout(DEADLINE, from.read_to_end(&mut said)));
            // Drops that come too late break the connection.
            drop(read.expect("an answer"));
            String::from_utf8(said).unwrap()
        };
        // A slow telephone: it takes longer than a silence may last.
        let slow = async {
            let start = Instant::now();
            let mut stream = begin(addr, &bob, &room, "message-slow", 90_000).await;
            for _ in 0..9 {
                stream.write_all(&[b'x'; 10_000]).await.unwrap();
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
            let answer = answer(stream).await;
            assert!(start.elapsed() > Duration::from_secs(15));
            answer
        };
        let (silent, dripping, slow) = tokio::join!(silent, dripping, slow);
        assert!(is(&silent, 408, "too_slow"), "{silent}");
        assert!(is(&dripping, 408, "too_slow"), "{dripping}");
        assert!(slow.starts_with("HTTP/1.1 200 "), "{slow}");
        let path = format!("/api/rooms/{room}/files?id=message-again&name=x");
        let again = ada.post_raw(&path, "text/plain", "x").await;
        assert_eq!(again.status, StatusCode::OK, "her places are free again: {again:?}");
    });
}

#[test]
fn one_person_and_one_network_leave_places_to_others() {
    run(async {
        let app = App::new().await;
        let mut ada = app.browser().from("203.0.113.1");
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        let path = format!("/api/rooms/{room}/files?id=message-0001&name=x");
        let (mut sending, mut neighbours) = (JoinSet::new(), Vec::new());
        for number in 0..3 {
            let mut neighbour = app.browser().from(&format!("203.0.113.{}", number + 2));
            neighbour.join(&room, "Bob").await;
            neighbours.push(neighbour);
        }
        for (who, neighbour) in neighbours.iter().enumerate() {
            for number in 0..2 {
                let asked = Arc::<Notify>::default();
                let mut request = hanging(&room, &format!("message-{who}-{number}"), &asked);
                request.headers_mut().insert(header::COOKIE, neighbour.cookies().parse().unwrap());
                let from = SocketAddr::from(([203, 0, 113, 9], 50_000));
                request.extensions_mut().insert(ConnectInfo(from));
                sending.spawn(app.router.clone().oneshot(request));
                tokio::time::timeout(DEADLINE, asked.notified()).await.expect("it has a place");
            }
        }
        let third = neighbours[0].post_raw(&path, "text/plain", "x").await;
        assert_eq!((third.status, third.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
        assert_eq!(third.header("retry-after"), "10");
        let crowded = ada.post_raw(&path, "text/plain", "x").await;
        assert_eq!(crowded.code(), "rate_limited", "the network has its places");
        let mut grace = app.browser().from("198.51.100.1");
        grace.join(&room, "Grace").await;
        assert_eq!(grace.post_raw(&path, "text/plain", "x").await.status, StatusCode::OK, "another network has others");
        sending.shutdown().await;
        let path = path.replace("0001", "0002");
        assert_eq!(
            ada.post_raw(&path, "text/plain", "x").await.status,
            StatusCode::OK,
            "who goes away leaves the place"
        );
    });
}

#[test]
fn a_file_for_which_the_disk_has_no_space_is_not_begun() {
    run(async {
        let much = u64::MAX / 4;
        let app = App::with_quotas(Quotas { file: much, person: much, room: much, server: much }).await;
        let mut ada = app.browser();
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        let mut request = hanging(&room, "message-0001", &Arc::default());
        request.headers_mut().insert(header::CONTENT_LENGTH, "1000000000000000000".parse().unwrap());
        let refused = ada.send(request).await;
        assert_eq!((refused.status, refused.code().as_str()), (StatusCode::INSUFFICIENT_STORAGE, "storage_full"));
        let path = format!("/api/rooms/{room}/files?id=message-0002&name=x");
        let mut small = Browser::request(Method::POST, &path).body(Body::from("x")).unwrap();
        small.headers_mut().insert(header::CONTENT_LENGTH, "1".parse().unwrap());
        assert_eq!(ada.send(small).await.status, StatusCode::OK, "what has space is taken");
    });
}

#[test]
fn a_browser_that_sends_too_much_sees_why_it_is_refused() {
    run(async {
        let app = App::new().await;
        let addr = listen(&app).await;
        let (mut ada, eve) = (app.browser(), app.browser());
        let room = ada.new_meeting().await;
        ada.join(&room, "Ada").await;
        // More than what the system holds between the two: it is all sent before the answer is read, as browsers do.
        let much = vec![b'x'; 20 * 1_024 * 1_024];
        for (browser, id, status, code) in
            [(&ada, "message-0001", 413, "file_too_large"), (&eve, "message-0002", 403, "not_in_meeting")]
        {
            let mut stream = begin(addr, browser, &room, id, much.len()).await;
            stream.write_all(&much).await.unwrap();
            let answer = answer(stream).await;
            assert!(is(&answer, status, code), "{answer}");
        }
        // Who asks first is told first.
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let head = format!(
            "POST /api/rooms/{room}/files?id=message-0003&name=x HTTP/1.1\r\nhost: {addr}\r\ncookie: {}\r\n\
             expect: 100-continue\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            ada.cookies(),
            much.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = answer(stream).await;
        assert!(is(&answer, 413, "file_too_large"), "{answer}");
        let page = ada.call("messages_after", &json!({ "room": room, "seq": 0 })).await.json();
        assert_eq!(page["messages"], json!([]));
    });
}
