//! A body that takes its time: read for as long as it comes, and passed over when nobody wants it.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use futures_util::StreamExt as _;
use tokio::time::{Instant, timeout, timeout_at};
use wire::ErrorCode;

/// So much has to come in so long: slower than any telephone, and faster than somebody who only wants to be in the way.
const PACE_BYTES: usize = 16 * 1_024;
const PACE: Duration = Duration::from_secs(15);
/// How much is passed over of a body that is refused, for how long, and how long nothing may come of it.
const PASSED_OVER_MAX_BYTES: usize = 64 * 1_024 * 1_024;
const PASSED_OVER_FOR: Duration = Duration::from_secs(30);
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// The body of a request, as far as it has not been read.
pub(super) struct Arriving(BodyDataStream);

impl Arriving {
    pub(super) fn new(body: Body) -> Self {
        Self(body.into_data_stream())
    }

    /// All of it, when it is no longer than it may be.
    ///
    /// # Errors
    /// `file_too_large`, `too_slow`, or `bad_request` when it ends early.
    pub(super) async fn read(&mut self, most_bytes: u64) -> Result<Vec<u8>, ErrorCode> {
        let mut bytes = Vec::new();
        let (mut due, mut until) = (PACE_BYTES, Instant::now() + PACE);
        while let Some(piece) = timeout_at(until, self.0.next()).await.map_err(|_| ErrorCode::TooSlow)? {
            bytes.extend_from_slice(&piece.map_err(|_| ErrorCode::BadRequest)?);
            if bytes.len() as u64 > most_bytes {
                return Err(ErrorCode::FileTooLarge);
            }
            if bytes.len() >= due {
                (due, until) = (bytes.len() + PACE_BYTES, Instant::now() + PACE);
            }
        }
        Ok(bytes)
    }

    /// Passes over what still comes, within bounds: a browser that is sending when the connection closes sees no answer.
    pub(super) async fn pass_over(mut self) {
        let mut left = PASSED_OVER_MAX_BYTES;
        let all = async {
            while let Ok(Some(Ok(piece))) = timeout(PAUSE_MAX, self.0.next()).await {
                match left.checked_sub(piece.len()) {
                    Some(less) => left = less,
                    None => return,
                }
            }
        };
        // Who has not finished by then is cut off.
        let _ = timeout(PASSED_OVER_FOR, all).await;
    }
}
