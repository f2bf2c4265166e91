//! One file for each page.

mod home;
mod not_found;
mod room;

pub use home::HomePage;
pub use not_found::NotFoundPage;
pub use room::RoomPage;
