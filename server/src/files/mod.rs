//! Files that people send: what they are, what is taken out of them, and where they are kept.

mod blank;
mod depot;
mod heif;
mod jpeg;
mod kind;
mod picture;
mod samples;
mod tiff;

pub use depot::{Content, Depot, DepotError, FOLDER};
pub use kind::{Damaged, Examined, Examiner, served_as};
