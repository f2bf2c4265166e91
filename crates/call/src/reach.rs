//! Whether Parlour gives signs of life while nothing else tells: one question at a time, and only the newest counts.

/// Names one question; its outcome bears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question(u32);

/// What is known from questions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    newest: u32,
    /// Whether the newest has no outcome yet.
    asking: bool,
    unreachable: bool,
}

impl Reach {
    /// A room has let us in: what was asked before says nothing about now.
    pub const fn begin_anew(&mut self) {
        *self = Self { newest: self.newest.wrapping_add(1), asking: false, unreachable: false };
    }

    /// The question to ask now; none while another one is under way.
    #[must_use]
    pub const fn ask(&mut self) -> Option<Question> {
        if self.asking {
            return None;
        }
        (self.newest, self.asking) = (self.newest.wrapping_add(1), true);
        Some(Question(self.newest))
    }

    /// A question was answered or lost. Tells whether Parlour answers again after it did not: trying may help.
    #[must_use]
    pub const fn told(&mut self, question: Question, answered: bool) -> bool {
        if question.0 != self.newest {
            return false;
        }
        let was_unreachable = self.unreachable;
        (self.asking, self.unreachable) = (false, !answered);
        answered && was_unreachable
    }

    /// An attempt that began while Parlour was out of reach goes on: the next answer says again that trying may help.
    pub const fn remember(&mut self) {
        self.unreachable = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(reach: &mut Reach) -> Question {
        reach.ask().unwrap()
    }

    #[test]
    fn the_first_answer_after_none_says_that_trying_may_help() {
        let mut reach = Reach::default();
        for (answered, back) in [(true, false), (false, false), (false, false), (true, true), (true, false)] {
            let question = asked(&mut reach);
            assert_eq!(reach.ask(), None, "one at a time");
            assert_eq!(reach.told(question, answered), back);
        }
    }

    #[test]
    fn an_attempt_that_goes_on_is_remembered_until_the_next_answer() {
        let mut reach = Reach::default();
        reach.remember();
        let question = asked(&mut reach);
        assert!(reach.told(question, true));
        let question = asked(&mut reach);
        assert!(!reach.told(question, true));
    }

    #[test]
    fn a_question_that_was_lost_before_a_room_let_us_in_says_nothing_afterwards() {
        let mut reach = Reach::default();
        let old = asked(&mut reach);
        reach.begin_anew();
        assert!(!reach.told(old, false));
        let new = asked(&mut reach);
        assert!(!reach.told(old, false), "nor while a newer one is under way");
        assert_eq!(reach.ask(), None, "which still is");
        assert!(!reach.told(new, true), "it was never out of reach");
        assert!(!reach.told(old, false), "nor after that");
        let next = asked(&mut reach);
        assert!(!reach.told(next, true));
    }

    #[test]
    fn a_room_that_lets_us_in_makes_forget_that_parlour_was_out_of_reach() {
        let mut reach = Reach::default();
        let question = asked(&mut reach);
        assert!(!reach.told(question, false));
        reach.begin_anew();
        let question = asked(&mut reach);
        assert!(!reach.told(question, true));
    }
}
