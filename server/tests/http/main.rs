//! Parlour over HTTP: the real router, a real SQLite file, a real LiveKit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod accounts;
mod accounts_access;
mod accounts_admin;
mod accounts_codes;
mod accounts_links;
mod accounts_settings;
mod assets;
mod chat;
mod connections;
mod details;
mod events;
mod failures;
mod hands;
mod hostile;
mod livekit;
mod names;
mod pages;
mod process;
mod proxy;
mod rooms;
mod security;
mod support;
mod webhooks;
