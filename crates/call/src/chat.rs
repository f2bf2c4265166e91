//! The chat as this browser knows it: what is stored, in the server's order, and what we are sending.

use wire::{ChatFile, ChatMessage, ChatPage, Gone, Identity, Mark, MessageId, MessageText};

/// How many messages are kept in memory, the newest, and how many numbers of what is missing or gone.
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
    /// Its name in the room; 0 while it is on its way.
    pub place: u64,
    /// Counts what has become of it since.
    version: u64,
    /// Whether it says something else than at first.
    pub edited: bool,
    /// What a host has made of it.
    pub mark: Mark,
    /// A file that came with it.
    pub file: Option<ChatFile>,
}

impl Entry {
    /// What names this line among all others, from draft to stored; another one once it has changed.
    #[must_use]
    pub fn key(&self) -> String {
        let sender = self.sender.as_ref().map(Identity::as_str).unwrap_or_default();
        let key = [sender, self.id.as_str()].join(" ");
        if self.version == self.place { key } else { [key, self.version.to_string()].join(" ") }
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
    /// Up to this number no change is missing.
    complete: u64,
    /// Numbers of changes that came while earlier ones are missing, in order.
    ahead: Vec<u64>,
    /// Places of messages that are gone, in order: an answer from before that may still hold them.
    gone: Vec<u64>,
    /// All messages up to this place are gone.
    cleared: u64,
    /// Places of the others' messages that have not been read, in order.
    unread: Vec<u64>,
    /// Whether there is more before what is kept here.
    earlier: bool,
}

impl Timeline {
    /// An empty chat, as `me` sees it.
    #[must_use]
    pub const fn new(me: Identity) -> Self {
        Self {
            me,
            messages: Vec::new(),
            drafts: Vec::new(),
            complete: 0,
            ahead: Vec::new(),
            gone: Vec::new(),
            cleared: 0,
            unread: Vec::new(),
            earlier: false,
        }
    }

    /// Whose chat it is.
    #[must_use]
    pub const fn me(&self) -> &Identity {
        &self.me
    }

    /// Takes in a stored message, however it came: pushed, fetched, or as the answer to our own
    /// sending. False when it is known already, gone, or older than all that is kept.
    pub fn insert(&mut self, message: ChatMessage) -> bool {
        let place = message.place;
        let own = message.sender == self.me;
        if own {
            self.drafts.retain(|draft| draft.id != message.id);
        }
        self.note(message.seq);
        if place <= self.cleared || self.gone.binary_search(&place).is_ok() {
            return false;
        }
        let at = match self.find(place) {
            Ok(at) => {
                let older = self.messages.get_mut(at).filter(|known| known.seq < message.seq);
                return older.map(|known| *known = message).is_some();
            }
            Err(0) if self.messages.len() >= MAX_MESSAGES && message.mark == Mark::None => return false,
            Err(at) => at,
        };
        self.messages.insert(at, message);
        if !own {
            let at = self.unread.partition_point(|unread| *unread < place);
            self.unread.insert(at, place);
        }
        if self.messages.len() > MAX_MESSAGES {
            // What a host has marked stays, however old.
            let oldest = self.messages.iter().position(|message| message.mark == Mark::None).unwrap_or_default();
            let oldest = self.messages.remove(oldest);
            self.unread.retain(|unread| *unread != oldest.place);
            self.earlier = true;
        }
        true
    }

    /// Takes messages out that have been deleted.
    pub fn remove(&mut self, gone: Gone) {
        self.note(gone.seq);
        if gone.all { self.clear(gone.place) } else { self.forget(gone.place) }
    }

    /// Takes in what the server answers when it is asked for what is missing.
    pub fn take_page(&mut self, page: ChatPage) {
        for message in page.messages {
            self.insert(message);
        }
        for place in page.gone {
            self.forget(place);
        }
        self.clear(page.cleared);
        self.earlier |= page.earlier;
        self.settle(page.upto);
    }

    /// A change came.
    fn note(&mut self, seq: u64) {
        if let Err(at) = self.ahead.binary_search(&seq) {
            self.ahead.insert(at, seq);
        }
        // What is missing below so many is given up.
        let given_up = self.ahead.first().copied().filter(|_| self.ahead.len() > MAX_MESSAGES);
        self.settle(given_up.unwrap_or_default());
    }

    /// Nothing is missing up to a number, nor further than that as long as one follows the other.
    fn settle(&mut self, upto: u64) {
        self.complete = self.complete.max(upto);
        let mut settled = 0;
        for seq in &self.ahead {
            if *seq > self.complete + 1 {
                break;
            }
            self.complete = self.complete.max(*seq);
            settled += 1;
        }
        self.ahead.drain(..settled);
    }

    fn forget(&mut self, place: u64) {
        self.messages.retain(|message| message.place != place);
        self.unread.retain(|unread| *unread != place);
        if let Err(at) = self.gone.binary_search(&place) {
            self.gone.insert(at, place);
        }
        if self.gone.len() > MAX_MESSAGES {
            self.gone.remove(0);
        }
    }

    fn clear(&mut self, upto: u64) {
        if upto > self.cleared {
            self.cleared = upto;
            self.earlier = false;
        }
        self.messages.retain(|message| message.place > upto);
        self.unread.retain(|unread| *unread > upto);
        self.gone.retain(|gone| *gone > upto);
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

    /// The server could not be reached with a message, unless it has stored it after all: it waits, and so does what was
    /// written after it.
    pub fn unreachable(&mut self, id: &MessageId) {
        if self.drafts.iter().any(|draft| draft.id == *id) {
            for draft in self.drafts.iter_mut().filter(|draft| draft.state == Delivery::Sending) {
                draft.state = Delivery::Waiting;
            }
        }
    }

    /// The first message that is to be stored yet, to be sent now, with the same id.
    pub fn next_unsent(&mut self) -> Option<(MessageId, MessageText)> {
        let draft = self.drafts.iter_mut().find(|draft| draft.state != Delivery::Failed)?;
        draft.state = Delivery::Sending;
        Some((draft.id.clone(), draft.text.clone()))
    }

    /// The person wants a message sent again that was not stored, with the same id.
    pub fn retry(&mut self, id: &MessageId) {
        if let Some(draft) = self.drafts.iter_mut().find(|draft| draft.id == *id) {
            draft.state = Delivery::Sending;
        }
    }

    /// The number after which to ask the server: up to it nothing is missing.
    #[must_use]
    pub const fn next_after(&self) -> u64 {
        self.complete
    }

    /// Whether the server may have messages from before all that are kept here.
    #[must_use]
    pub const fn has_earlier(&self) -> bool {
        self.earlier
    }

    /// Whether something is missing before a change that we know.
    #[must_use]
    pub const fn has_gap(&self) -> bool {
        !self.ahead.is_empty()
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
            place: message.place,
            version: message.seq,
            edited: message.edited,
            mark: message.mark,
            file: message.file.clone(),
        });
        let drafts = self.drafts.iter().map(|draft| Entry {
            id: draft.id.clone(),
            sender: Some(self.me.clone()),
            sender_name: String::new(),
            text: draft.text.clone(),
            sent_at_ms: draft.written_at_ms,
            state: draft.state,
            own: true,
            place: 0,
            version: 0,
            edited: false,
            mark: Mark::None,
            file: None,
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
    fn find(&self, place: u64) -> Result<usize, usize> {
        self.messages.binary_search_by_key(&place, |message| message.place)
    }

    fn is_stored(&self, id: &MessageId) -> bool {
        self.messages.iter().any(|message| message.sender == self.me && message.id == *id)
    }
}

#[cfg(test)]
mod tests;
