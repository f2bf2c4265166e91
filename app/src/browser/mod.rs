//! The door to the browser: what pages need of it. On the server every function does nothing, so
//! that components need no gates of their own.

#[cfg(not(feature = "hydrate"))]
mod inert;
#[cfg(feature = "hydrate")]
mod live;

#[cfg(not(feature = "hydrate"))]
pub use inert::*;
#[cfg(feature = "hydrate")]
pub use live::*;
