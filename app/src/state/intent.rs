//! What a person wants: the only thing that components say to the call.

use call::{DeviceKind, Pin};
use wire::{ChatChange, Identity, MessageId, Moderation};

/// Something a person asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Join with the name and devices as chosen.
    Join,
    /// Bring the call here from another tab.
    MoveHere,
    /// Leave the call in the other tab.
    StayThere,
    /// Leave the meeting.
    Leave,
    /// Do not wait for the next attempt to connect.
    TryNow,
    /// Back into the meeting that was left.
    Rejoin,
    /// Microphone on or off.
    ToggleMicrophone,
    /// Camera on or off.
    ToggleCamera,
    /// Start or stop sharing a screen.
    ToggleShare,
    /// The own hand up or down.
    ToggleHand,
    /// Stay muted although somebody asks to unmute.
    NotNow,
    /// Use another device.
    ChooseDevice(DeviceKind, String),
    /// Open a device anew: one that could not be opened, or that gives nothing.
    RetryDevice(DeviceKind),
    /// Play the test sound.
    TestSpeaker,
    /// Let the browser play sound (needs a click).
    StartAudio,
    /// The chat has been read.
    ReadChat,
    /// Put the meeting's link on the clipboard.
    CopyLink,
    /// What only parts ask for that are fetched later.
    Later(LaterIntent),
}

/// What it takes to carry these out is fetched later, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaterIntent {
    /// Go away from the door.
    LeaveDoor,
    /// Take the name that is written.
    Rename,
    /// Use another microphone than the one in use.
    OtherMicrophone,
    /// Ask somebody to unmute.
    AskToUnmute(Identity),
    /// Pictures of this size, or as good as it gets.
    PinQuality(Pin),
    /// Save data, or no longer.
    SaveData(bool),
    /// Send the chat message that is written.
    SendMessage,
    /// Send a message again that failed.
    RetryMessage(MessageId),
    /// Delete or mark a message.
    ChangeChat(ChatChange),
    /// Do what a host may do.
    Moderate(Moderation),
    /// Put a link on the clipboard that makes somebody a host.
    CopyHostLink,
    /// Leave the hosts the note that is written.
    LeaveNote,
}

impl From<LaterIntent> for Intent {
    fn from(intent: LaterIntent) -> Self {
        Self::Later(intent)
    }
}
