//! Parlour over HTTP: the real router, a real SQLite file, a real LiveKit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod assets;
mod chat;
mod connections;
mod details;
mod door;
mod events;
mod failures;
mod fuzz;
mod hands;
mod health;
mod hostile;
mod limits;
mod livekit;
mod logs;
mod metrics;
mod moderation;
mod names;
mod pages;
mod process;
mod proxy;
mod rooms;
mod security;
mod support;
mod tasks;
mod webhooks;
