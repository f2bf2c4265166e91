//! What is known of the provider: asked when it is needed, and believed for a while.

use std::sync::Arc;
use std::time::{Duration, Instant};

use openidconnect::IssuerUrl;
use openidconnect::core::{CoreJsonWebKeySet, CoreProviderMetadata};
use tokio::sync::Mutex;

use super::Trouble;
use super::http::Http;

/// How long addresses and keys are believed.
const BELIEVED_FOR: Duration = Duration::from_secs(60 * 60);
/// How long a provider that does not answer is not asked again: everybody else who waits would wait in vain.
const UNREACHABLE_FOR: Duration = Duration::from_secs(5);
/// How often at most keys are fetched because of a key that is unknown.
const KEYS_EVERY: Duration = Duration::from_secs(60);

/// The cache. One at a time asks.
#[derive(Default)]
pub(super) struct Known(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    metadata: Option<(Instant, Arc<CoreProviderMetadata>)>,
    trouble: Option<(Instant, Trouble)>,
    keys_fetched: Option<Instant>,
}

impl Known {
    /// Addresses and keys.
    pub(super) async fn metadata(&self, issuer: &IssuerUrl, http: &Http) -> Result<Arc<CoreProviderMetadata>, Trouble> {
        let mut kept = self.0.lock().await;
        if let Some((since, metadata)) = &kept.metadata
            && since.elapsed() < BELIEVED_FOR
        {
            return Ok(Arc::clone(metadata));
        }
        if let Some((since, trouble)) = &kept.trouble
            && since.elapsed() < UNREACHABLE_FOR
        {
            return Err(trouble.clone());
        }
        match CoreProviderMetadata::discover_async(issuer.clone(), http).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *kept = Kept { metadata: Some((Instant::now(), Arc::clone(&metadata))), ..Kept::default() };
                Ok(metadata)
            }
            Err(error) => {
                let trouble = Trouble::from(error);
                kept.trouble = Some((Instant::now(), trouble.clone()));
                Err(trouble)
            }
        }
    }

    /// The same with the keys of now, when `seen` has not the one that a token names; `None` when they were fetched a
    /// moment ago: whoever makes up keys does not make Parlour ask.
    pub(super) async fn with_new_keys(
        &self,
        seen: &Arc<CoreProviderMetadata>,
        http: &Http,
    ) -> Result<Option<Arc<CoreProviderMetadata>>, Trouble> {
        let mut kept = self.0.lock().await;
        if let Some((_, metadata)) = &kept.metadata
            && !Arc::ptr_eq(metadata, seen)
        {
            return Ok(Some(Arc::clone(metadata)));
        }
        if kept.keys_fetched.is_some_and(|fetched| fetched.elapsed() < KEYS_EVERY) {
            return Ok(None);
        }
        kept.keys_fetched = Some(Instant::now());
        let keys = CoreJsonWebKeySet::fetch_async(seen.jwks_uri(), http).await?;
        let metadata = Arc::new(CoreProviderMetadata::clone(seen).set_jwks(keys));
        if let Some((_, known)) = &mut kept.metadata {
            *known = Arc::clone(&metadata);
        }
        Ok(Some(metadata))
    }
}
