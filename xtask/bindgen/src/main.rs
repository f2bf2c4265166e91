//! Turns the browser half's wasm into a module with its JavaScript glue.
fn main() {}
