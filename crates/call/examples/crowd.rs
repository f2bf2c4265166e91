//! How long a room of many takes to build in WebAssembly: a module for `end2end/bench/state.mjs`, which keeps the time.
#![allow(unsafe_code, missing_docs)] // what JavaScript calls needs its name

use std::hint::black_box;

use people::everybody;
use room::build;

#[path = "../benches/people/mod.rs"]
mod people;
#[path = "../benches/room/mod.rs"]
mod room;

/// Builds a room of so many people; answers how many have a tile.
#[unsafe(no_mangle)]
pub extern "C" fn room(people: u32) -> u32 {
    let crowd = everybody(people as usize);
    build(black_box(&crowd)) as u32
}
