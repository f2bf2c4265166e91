//! What a meeting keeps of its chat: for its hosts, with an account or without.

use leptos::prelude::*;
use wire::{History, RoomName};

/// What was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatDone {
    /// Another history is kept.
    Kept,
    /// Everything was deleted.
    Deleted,
}

impl ChatDone {
    /// Reads what the address says.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "kept" => Some(Self::Kept),
            "deleted" => Some(Self::Deleted),
            _ => None,
        }
    }
}

/// A meeting, as this page shows it.
pub struct ChatRoom {
    /// Its name in the link.
    pub name: RoomName,
    /// What it is called.
    pub title: String,
    /// What is kept now.
    pub history: History,
    /// What was just done.
    pub done: Option<ChatDone>,
}

/// `/{room}/chat`
pub fn chat(room: &ChatRoom) -> AnyView {
    let name = room.name.to_string();
    let export = |format: &str| format!("/api/rooms/{name}/messages?format={format}");
    let done = room.done.map(|done| match done {
        ChatDone::Kept => "Saved.",
        ChatDone::Deleted => "All messages and their files are deleted.",
    });
    view! {
        <main class="account-main">
            <h1>{format!("Chat of {}", room.title)}</h1>
            <p class="row-actions">
                <a href=format!("/{name}")>"Back to the meeting"</a>
                <a href=format!("/{name}/settings")>"Settings"</a>
            </p>
            {done.map(|done| view! { <p class="done" role="status">{done}</p> })}
            <form class="card form" method="post" action=format!("/{name}/chat")>
                <fieldset class="choices">
                    <legend>"What is kept"</legend>
                    {History::ALL.map(|history| choice(history, room.history)).collect_view()}
                </fieldset>
                <p class="hint">"What is kept no longer is deleted for good, with its files, as soon as you save."</p>
                <button type="submit" class="button primary">
                    "Save"
                </button>
            </form>
            <section class="card" aria-labelledby="export">
                <h2 id="export">"Export"</h2>
                <p class="hint">"Everybody who was in the meeting can read what is kept, and export it."</p>
                <p class="row-actions">
                    <a class="button" href=export("markdown") download="chat.md">
                        "To read (Markdown)"
                    </a>
                    <a class="button" href=export("json") download="chat.json">
                        "For programs (JSON)"
                    </a>
                </p>
            </section>
            <section class="card" aria-labelledby="delete">
                <h2 id="delete">"Delete everything"</h2>
                <details>
                    <summary>"Delete all messages and files, those that are pinned too"</summary>
                    <form class="form" method="post" action=format!("/{name}/chat/delete")>
                        <p>"Nobody can bring them back. They also go from the pages of those who are inside."</p>
                        <button type="submit" class="button danger">
                            "Delete all messages"
                        </button>
                    </form>
                </details>
            </section>
        </main>
    }
    .into_any()
}

fn choice(history: History, chosen: History) -> impl IntoView {
    let (label, hint) = match history {
        History::None => ("Nothing", "Who comes later sees nothing of it. After ten minutes it is deleted."),
        History::Meeting => ("The meeting", "Who comes later can read it. It is deleted when everybody has left."),
        History::Month => ("30 days", "Everybody who was in the meeting can read it for so long."),
        History::Ever => ("For ever", "Until somebody deletes it."),
    };
    let marked = matches!(history, History::None | History::Meeting)
        .then_some(" Pinned and important messages and announcements stay.");
    view! {
        <label class="choice">
            <input type="radio" name="history" value=history.as_str() checked=history == chosen />
            <span>
                <strong>{label}</strong>
                <span class="hint">{hint} {marked}</span>
            </span>
        </label>
    }
}
