//! Parlour over HTTP: the real router, a real database (SQLite, or Postgres with `PARLOUR_TEST_DATABASE=postgres`), a real
//! LiveKit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod accounts;
mod accounts_access;
mod accounts_admin;
mod accounts_codes;
mod accounts_links;
mod accounts_settings;
mod assets;
mod attendance;
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
mod presence;
mod process;
mod proxy;
mod rooms;
mod security;
mod store;
mod support;
mod tasks;
mod webhooks;
