//! Plain HTTP/1.1 to a LiveKit on this machine, one connection per request.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response, header};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// How long the connection may take: it does not leave the machine.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long LiveKit may take until its answer begins.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Sends one request; the answer may be an upgrade.
///
/// # Errors
/// When LiveKit does not accept the connection or does not answer.
pub async fn send(to: SocketAddr, request: Request<Body>) -> io::Result<Response<Incoming>> {
    let late = |_| io::Error::from(io::ErrorKind::TimedOut);
    let stream = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(to)).await.map_err(late)??;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    tokio::spawn(async move {
        if let Err(error) = connection.with_upgrades().await {
            tracing::debug!(%error, "connection to LiveKit ended");
        }
    });
    let answer = tokio::time::timeout(ANSWER_TIMEOUT, sender.send_request(request)).await.map_err(late)?;
    answer.map_err(io::Error::other)
}

/// The status that a GET answers.
///
/// # Errors
/// As [`send`].
pub(super) async fn status(to: SocketAddr, path: &str) -> io::Result<u16> {
    let request =
        Request::get(path).header(header::HOST, to.to_string()).body(Body::empty()).map_err(io::Error::other)?;
    Ok(send(to, request).await?.status().as_u16())
}
