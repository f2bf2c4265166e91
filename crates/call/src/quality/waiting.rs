//! A larger picture that LiveKit asks for again and again, and cannot pass on.

use super::Sent;
use super::sample::SOME_LOST;

/// So many looks in a row in which a key frame was asked for are no coincidence.
const LOOKS: u32 = 3;
/// What did not help, as where packets are lost on somebody's way in, is tried less and less often: after these rests.
const REST_MS: u64 = 10_000;
const LONGEST_REST_MS: u64 = 320_000;

/// LiveKit passes a larger picture on from a key frame on, for which it asks the sender each second. It takes none that is
/// behind the smaller one that it has passed on before, by the times that both carry. On a way that was full it has put the
/// smaller one ahead, by as long as packets queued, and that stays so: it would ask for ever, with the larger one there. While
/// the smaller one is not sent, the larger one catches up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    looks: u32,
    people: usize,
    rests_until_ms: u64,
    /// How long it rests.
    rest_ms: u64,
}

impl Waiting {
    /// Takes in a look, of which there is one every two seconds, with how many people there are; answers whether the smallest
    /// picture is to be left out for a moment.
    pub fn look(&mut self, sent: &Sent, people: usize, now_ms: u64) -> bool {
        // Whoever comes asks for key frames, too.
        let is_asked = sent.key_frames_asked > 0 && sent.lost < SOME_LOST && people == self.people;
        self.people = people;
        self.looks = if is_asked { self.looks + 1 } else { 0 };
        if !is_asked && now_ms >= self.rests_until_ms {
            self.rest_ms = 0;
        }
        let due = self.looks >= LOOKS && now_ms >= self.rests_until_ms;
        if due {
            let rest_ms = (2 * self.rest_ms).clamp(REST_MS, LONGEST_REST_MS);
            *self = Self { looks: 0, people, rests_until_ms: now_ms + rest_ms, rest_ms };
        }
        due
    }
}
