//! Types that cross a boundary of Parlour: browser ↔ server, server ↔ room.
//!
//! Everything here is plain data. Text that people type is parsed at the edge into a newtype
//! ([`RoomName`], [`DisplayName`], [`MessageText`], …), so that the rest of the code never sees
//! an unchecked string.

mod chat;
mod door;
mod error;
mod events;
mod file;
mod hand;
mod heard;
mod history;
mod mark;
mod name;
mod packet;
mod peer;
mod profile;
mod read;
mod role;
mod room;
mod text;

pub use chat::{ChatFile, ChatMessage, ChatPage, MESSAGES_PAGE, MessageId, MessageText};
pub use door::{
    DOOR_EVENT, DatedRules, DoorNews, HOST_FRAGMENT, INVITATION_FRAGMENT, Moderation, NOTE_MAX_CHARS, Place, Rule,
    Rules, Waiting,
};
pub use error::{ApiError, ErrorCode};
pub use events::{ALIVE_EVENT, EVENTS_PATH, LIVEKIT_ANEW, LIVEKIT_DOWN, LIVEKIT_EVENT, LIVEKIT_UP};
pub use file::{FileId, FileName};
pub use hand::{HAND_ATTRIBUTE, hand_raised_at_ms};
pub use heard::{HEARD_TOPIC, HeardReport};
pub use history::History;
pub use mark::{ChatChange, Mark};
pub use name::{ROOM_NAME_MAX_CHARS, RoomName};
pub use packet::{Gone, PACKET_TOPIC, ServerPacket};
pub use peer::{PEER_PACKET_MAX_BYTES, PEER_TOPIC, PeerMessage, PeerPacket};
pub use profile::ClientProfile;
pub use role::{HEIR_ATTRIBUTE, ROLE_ATTRIBUTE, Right, Role};
pub use room::{
    Admission, ConnectionDetails, Done, ICE_FROM_LIVEKIT, IceServer, Identity, Joined, RoomCreated, RoomLookup,
    RoomStatus,
};
pub use text::{DISPLAY_NAME_MAX_CHARS, DisplayName, MESSAGE_MAX_CHARS, Note, TITLE_MAX_CHARS, Title};
