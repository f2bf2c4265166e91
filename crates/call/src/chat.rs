//! The chat as this browser knows it: what is stored, in the server's order, and what we are sending.

use wire::{ChatMessage, Identity, MessageId, MessageText};

/// How many messages are kept in memory: the newest.
const MAX_MESSAGES: usize = 2_000;

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// Stored on the server.
    Sent,
    /// On its way.
    Sending,
    /// The server could not be reached: it is sent as soon as it can be.
    Waiting,
    /// Not stored, as far as we know: it can be sent again.
    Failed,
}

/// One line of the chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The sender's id for it. Another sender may use the same one: see [`Entry::key`].
    pub id: MessageId,
    /// Who wrote it.
    pub sender: Option<Identity>,
    /// The sender's name when it was sent; empty while our own is on its way.
    pub sender_name: String,
    /// What it says: plain text.
    pub text: MessageText,
    /// When it was stored or, on its way, written; in milliseconds since 1970.
    pub sent_at_ms: u64,
    /// How far it has come.
    pub state: Delivery,
    /// Whether we wrote it.
    pub own: bool,
}

impl Entry {
    /// What names this line among all others, from draft to stored.
    #[must_use]
    pub fn key(&self) -> String {
        let sender = self.sender.as_ref().map(Identity::as_str).unwrap_or_default();
        [sender, self.id.as_str()].join(" ")
    }
}

/// Our own message before the server has confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Draft {
    id: MessageId,
    text: MessageText,
    written_at_ms: u64,
    state: Delivery,
}

/// The chat of one room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    me: Identity,
    /// Stored messages, in the order of their places.
    messages: Vec<ChatMessage>,
    drafts: Vec<Draft>,
    /// Up to here nothing is missing that would still be kept.
    complete: u64,
    /// Places of the others' messages that have not been read, in order.
    unread: Vec<u64>,
}

impl Timeline {
    /// An empty chat, as `me` sees it.
    #[must_use]
    pub const fn new(me: Identity) -> Self {
        Self { me, messages: Vec::new(), drafts: Vec::new(), complete: 0, unread: Vec::new() }
    }

    /// Whose chat it is.
    #[must_use]
    pub const fn me(&self) -> &Identity {
        &self.me
    }

    /// Takes in a stored message, however it came: pushed, fetched, or as the answer to our own
    /// sending. False when it is known already, or older than all that is kept.
    pub fn insert(&mut self, message: ChatMessage) -> bool {
        let seq = message.seq;
        let own = message.sender == self.me;
        if own {
            self.drafts.retain(|draft| draft.id != message.id);
        }
        let Err(place) = self.find(seq) else { return false };
        if seq == 0 || (seq <= self.complete && self.is_full()) {
            return false;
        }
        self.messages.insert(place, message);
        if !own {
            let place = self.unread.partition_point(|unread| *unread < seq);
            self.unread.insert(place, seq);
        }
        if self.messages.len() > MAX_MESSAGES {
            let oldest = self.messages.remove(0);
            self.unread.retain(|unread| *unread != oldest.seq);
        }
        if self.is_full()
            && let Some(oldest) = self.messages.first()
        {
            // Whatever is missing below would not be kept either.
            self.complete = self.complete.max(oldest.seq - 1);
        }
        while self.find(self.complete + 1).is_ok() {
            self.complete += 1;
        }
        self.find(seq).is_ok()
    }

    /// Shows our own message while it is being sent.
    pub fn send(&mut self, id: MessageId, text: MessageText, now_ms: u64) {
        if !self.is_stored(&id) && !self.drafts.iter().any(|draft| draft.id == id) {
            self.drafts.push(Draft { id, text, written_at_ms: now_ms, state: Delivery::Sending });
        }
    }

    /// Sending did not work; the message stays, marked, unless it has been stored after all.
    pub fn failed(&mut self, id: &MessageId) {
        if let Some(draft) = self.drafts.iter_mut().find(|draft| draft.id == *id) {
            draft.state = Delivery::Failed;
        }
    }

    /// The server could not be reached; the message waits.
    pub fn unreachable(&mut self, id: &MessageId) {
        if let Some(draft) = self.drafts.iter_mut().find(|draft| draft.id == *id) {
            draft.state = Delivery::Waiting;
        }
    }

    /// Whether a message waits for the server: what is written now comes after it.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.drafts.iter().any(|draft| draft.state == Delivery::Waiting)
    }

    /// The first message that waits, to be sent now, with the same id.
    pub fn next_waiting(&mut self) -> Option<(MessageId, MessageText)> {
        let draft = self.drafts.iter_mut().find(|draft| draft.state == Delivery::Waiting)?;
        draft.state = Delivery::Sending;
        Some((draft.id.clone(), draft.text.clone()))
    }

    /// The person wants a message sent again that was not stored, with the same id: the text to send.
    pub fn retry(&mut self, id: &MessageId) -> Option<MessageText> {
        let again = |draft: &&mut Draft| draft.id == *id && draft.state != Delivery::Sending;
        let draft = self.drafts.iter_mut().find(again)?;
        draft.state = Delivery::Sending;
        Some(draft.text.clone())
    }

    /// The place after which to ask the server: up to it nothing is missing.
    #[must_use]
    pub const fn next_after(&self) -> u64 {
        self.complete
    }

    /// Whether something is missing before a message that we have.
    #[must_use]
    pub fn has_gap(&self) -> bool {
        self.messages.last().is_some_and(|last| last.seq > self.complete)
    }

    /// Everything to show: stored messages in the server's order, then ours on their way.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let stored = self.messages.iter().map(|message| Entry {
            id: message.id.clone(),
            sender: Some(message.sender.clone()),
            sender_name: message.sender_name.clone(),
            text: message.text.clone(),
            sent_at_ms: message.sent_at_ms,
            state: Delivery::Sent,
            own: message.sender == self.me,
        });
        let drafts = self.drafts.iter().map(|draft| Entry {
            id: draft.id.clone(),
            sender: Some(self.me.clone()),
            sender_name: String::new(),
            text: draft.text.clone(),
            sent_at_ms: draft.written_at_ms,
            state: draft.state,
            own: true,
        });
        stored.chain(drafts).collect()
    }

    /// The person has seen everything up to now.
    pub fn mark_read(&mut self) {
        self.unread.clear();
    }

    /// How many messages of others have not been seen.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.unread.len()
    }

    /// Where a message stands, or would.
    fn find(&self, seq: u64) -> Result<usize, usize> {
        self.messages.binary_search_by_key(&seq, |message| message.seq)
    }

    fn is_full(&self) -> bool {
        self.messages.len() >= MAX_MESSAGES
    }

    fn is_stored(&self, id: &MessageId) -> bool {
        self.messages.iter().any(|message| message.sender == self.me && message.id == *id)
    }
}

#[cfg(test)]
mod tests;
