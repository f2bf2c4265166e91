//! Before the call: see and hear yourself, choose devices, say your name.

mod door;
mod guide;
mod move_call;
mod obstacle;
mod preview;
mod setting_up;
mod waiting_room;

pub use door::PreJoin;
pub use guide::DeviceProblem;
pub use move_call::MoveCall;
pub use setting_up::SettingUp;
pub use waiting_room::WaitingRoom;
