//! LiveKit's signalling as a browser speaks it, through Parlour's own address.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use livekit_protocol::{SignalRequest, SignalResponse, signal_request, signal_response};
use prost::Message as _;
use server::http::listen::{HEAD_TIMEOUT, serve};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{App, DEADLINE};

/// An open connection to LiveKit: whoever has one is inside.
pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Serves an app on a real port.
pub(crate) async fn listen(app: &App) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, app.router.clone(), HEAD_TIMEOUT, app.state.shutdown.clone()));
    addr
}

/// Connects with a token.
pub(crate) async fn connect(addr: SocketAddr, token: &str) -> Result<Socket, Error> {
    let url = format!("ws://{addr}/rtc?access_token={token}&protocol=16&auto_subscribe=1&sdk=js&version=2.15.0");
    connect_async(url).await.map(|(socket, _)| socket)
}

/// Says something to LiveKit.
pub(crate) async fn say(socket: &mut Socket, message: signal_request::Message) {
    let request = SignalRequest { message: Some(message) }.encode_to_vec();
    socket.send(Message::Binary(request.into())).await.unwrap();
}

/// Waits for what LiveKit says, until it is something of interest.
pub(crate) async fn hear<T>(socket: &mut Socket, pick: impl Fn(signal_response::Message) -> Option<T>) -> T {
    let hearing = async {
        loop {
            let Message::Binary(bytes) = socket.next().await.unwrap().unwrap() else { continue };
            let said = SignalResponse::decode(bytes).unwrap();
            if let Some(picked) = said.message.and_then(&pick) {
                return picked;
            }
        }
    };
    tokio::time::timeout(DEADLINE, hearing).await.expect("LiveKit says it")
}
