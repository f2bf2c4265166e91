//! Whether LiveKit answers, asked all the time: pages that have lost it are told when it is back.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::rooms::Rooms;

/// How often LiveKit is asked.
const EVERY: Duration = Duration::from_millis(500);
/// A LiveKit that takes longer than this is as good as gone.
const PATIENCE: Duration = Duration::from_secs(2);

/// How LiveKit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    /// Whether it answers.
    pub up: bool,
    /// Which of its starts this is: see [`Endpoint`](super::Endpoint).
    pub generation: u64,
}

/// Asks until `stop`.
pub fn start(rooms: Arc<Rooms>, stop: CancellationToken) -> watch::Receiver<Pulse> {
    let (tell, answers) = watch::channel(Pulse { up: true, generation: rooms.generation() });
    let mut endpoint = rooms.endpoint();
    tokio::spawn(async move {
        let mut every = tokio::time::interval(EVERY);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = every.tick() => {}
                // One that Parlour starts says so itself.
                Ok(()) = endpoint.changed() => {}
            }
            // A wrong alarm is cheap: only who has lost the call looks at it.
            let generation = rooms.generation();
            let up = matches!(tokio::time::timeout(PATIENCE, rooms.ping()).await, Ok(Ok(())));
            let now = Pulse { up, generation };
            let mut before = now;
            tell.send_if_modified(|pulse| {
                before = std::mem::replace(pulse, now);
                before != now
            });
            match (before.up, up) {
                (false, true) => tracing::info!("LiveKit answers again"),
                (true, false) => tracing::warn!("LiveKit does not answer"),
                _ => {}
            }
        }
    });
    answers
}
