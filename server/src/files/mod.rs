//! Files that people send: what they are, what is taken out of them, and where they are kept.

mod depot;
mod kind;
mod picture;

pub use depot::{Content, Depot, DepotError, FOLDER};
pub use kind::{Damaged, Examined, examine, served_as};
