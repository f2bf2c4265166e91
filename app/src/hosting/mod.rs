//! Pages about a meeting, for its hosts. Only the server has them: they are forms, and nothing of them is hydrated.

mod bans;
mod chat;
mod hosts;
mod invitations;
mod record;
mod settings;

pub use bans::{BannedRow, NetworkRow};
pub use chat::{ChatDone, ChatRoom, chat};
pub use hosts::HostRow;
pub use invitations::{InvitationRow, MadeInvitation};
pub use record::{DeedRow, Record, StayRow, record};
pub use settings::{Alias, MeetingSettings, Values, meeting_settings};
