//! Parlour's server.

fn main() {
    let _ = app::App;
}
