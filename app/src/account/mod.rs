//! Pages about accounts. Only the server has them: they are forms, and nothing of them is hydrated.

mod admin;
mod again;
mod api_keys;
pub(crate) mod control;
mod field;
mod frame;
mod livekit;
mod mail;
mod meetings;
mod provider;
mod recordings;
mod reference;
mod second_factor;
mod settings;
mod sign_in;
mod visitor;

pub use admin::{AccountRow, Admin, HandOver, admin, admin_setup};
pub use again::Again;
pub use api_keys::{KeyRow, Keys};
pub(crate) use field::Field;
pub use field::Problems;
pub use frame::{Frame, Person, document};
pub use livekit::Livekit;
pub use mail::{NewAccount, Register, forgotten, mail_sent, new_account, register};
pub use meetings::{MeetingRow, meetings};
pub use provider::{SignInBy, Trouble, provider_trouble};
pub use recordings::Recordings;
pub use reference::{Answer, Called, Reference, reference};
pub use second_factor::{Setup, code_again, recovery_codes, set_up};
pub use settings::{SessionRow, Settings, settings};
pub use sign_in::{
    FirstAdministrator, SignIn, Ways, code, first_administrator, link_gone, new_password, sign_in, signed_in,
};
pub use visitor::{Visitor, visitor_links};
