//! Whoever waits for what is done: when they have gone, what has not begun by then need not be.

use tokio_util::sync::CancellationToken;

tokio::task_local! {
    /// Cancelled when they have gone.
    static GONE: CancellationToken;
}

/// Does something for whoever has gone when `gone` is cancelled.
pub async fn known<T>(gone: CancellationToken, deed: impl Future<Output = T>) -> T {
    GONE.scope(gone, deed).await
}

/// Waits until they have gone: for ever where nobody is known.
pub async fn gone() {
    match GONE.try_with(CancellationToken::clone) {
        Ok(gone) => gone.cancelled().await,
        Err(_) => std::future::pending().await,
    }
}
