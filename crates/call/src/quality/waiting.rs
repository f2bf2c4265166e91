//! A larger picture that LiveKit asks for again and again, and cannot pass on.

use super::Sent;

/// So many looks in a row in which a key frame was asked for are no coincidence.
const LOOKS: u32 = 3;
/// What did not help, or helped only one of many who watch, is not done all the time.
const REST_MS: u64 = 20_000;

/// LiveKit passes a larger picture on from a key frame on, for which it asks the sender each second. It takes none that is
/// behind the smaller one that it has passed on before, by the times that both carry. On a way that was full it has put the
/// smaller one ahead, by as long as packets queued, and that stays so: it would ask for ever, with the larger one there. While the smaller
/// one is not sent, the larger one catches up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    looks: u32,
    rests_until_ms: u64,
}

impl Waiting {
    /// Takes in a look, of which there is one every two seconds; answers whether the smallest picture is to be left out for a
    /// moment.
    pub fn look(&mut self, sent: &Sent, now_ms: u64) -> bool {
        self.looks = if sent.key_frames_asked > 0 { self.looks + 1 } else { 0 };
        let due = self.looks >= LOOKS && now_ms >= self.rests_until_ms;
        if due {
            *self = Self { looks: 0, rests_until_ms: now_ms + REST_MS };
        }
        due
    }
}
