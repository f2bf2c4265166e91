//! Parlour's chores.
fn main() {}
