//! What pages are made of.

pub mod chat;
pub mod controls;
pub mod later;
pub mod people;
pub mod prejoin;
pub mod stage;
pub mod ui;
