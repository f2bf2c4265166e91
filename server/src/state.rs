//! What every request can reach.

use std::ops::Deref;
use std::sync::Arc;

use app::assets::Assets;
use axum::extract::FromRef;
use ipnet::IpNet;
use leptos::config::LeptosOptions;
use livekit_api::access_token::TokenVerifier;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wire::ClientProfile;

use crate::accounts::oidc::Provider;
use crate::accounts::{Access, Accounts, Registration, Revocation, Teachers};
use crate::http::assets::Site;
use crate::http::limits::Limits;
use crate::mail::Mail;
use crate::media::Endpoint;
use crate::media::probe::Pulse;
use crate::meetings::Meetings;
use crate::origin::Origin;
use crate::settings::Settings;

/// The parts of a running Parlour.
pub struct Parts {
    /// The domain.
    pub meetings: Meetings,
    /// Who has an account.
    pub accounts: Accounts,
    /// Who may create meetings, and join them.
    pub access: Access,
    /// Whose accounts are teachers'.
    pub teachers: Teachers,
    /// The OpenID Connect provider that people sign in by.
    pub provider: Option<Provider>,
    /// Sends mail; `None` where there is no mail server.
    pub mail: Option<Mail>,
    /// Who may make an account of their own.
    pub registration: Registration,
    /// Where browsers find LiveKit's signalling.
    pub signalling: Signalling,
    /// Checks the signature of webhooks.
    pub webhooks: TokenVerifier,
    /// The address that people use, when it is not the one of the request.
    pub public_url: Option<Origin>,
    /// Proxies whose `X-Forwarded-*` are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How often one address may ask.
    pub limits: Limits,
    /// How browsers behave.
    pub client_profile: ClientProfile,
    /// Addresses of the built files.
    pub assets: Assets,
    /// The built files.
    pub site: Site,
    /// What administrators set.
    pub settings: Settings,
    /// What is counted; `None` where nothing is.
    pub metrics: Option<PrometheusHandle>,
    /// How LiveKit is.
    pub livekit: watch::Receiver<Pulse>,
    /// Cancelled when Parlour stops: ends what would not end by itself.
    pub shutdown: CancellationToken,
}

/// Where browsers find LiveKit's signalling.
pub enum Signalling {
    /// At an address of its own.
    External(Origin),
    /// At Parlour's address, which passes it on to here.
    Proxied(watch::Receiver<Endpoint>),
}

/// Shared by all requests. Every layer that a request goes through takes a clone, so that a clone is no more than a count.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

struct Shared {
    parts: Parts,
    leptos: LeptosOptions,
    deeds: TaskTracker,
}

impl AppState {
    /// Takes those out of calls whose sessions are revoked, until Parlour stops.
    pub async fn follow_revocations(self) {
        let mut revoked = self.accounts.revocations();
        loop {
            let revocation = tokio::select! {
                () = self.shutdown.cancelled() => return,
                revocation = revoked.recv() => revocation,
            };
            match revocation {
                Ok(Revocation { session, before_s }) => {
                    if let Err(error) = self.meetings.sign_out(&session, before_s).await {
                        error.report();
                    }
                }
                // Whose tokens have ended is found among those inside.
                Err(RecvError::Lagged(_)) => {
                    if let Err(error) = self.meetings.reconcile().await {
                        error.report();
                    }
                }
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// Revokes what keys have begun when they end, until Parlour stops.
    pub async fn follow_ends(self) {
        self.accounts.follow_ends(self.shutdown.clone()).await;
    }

    /// Tells other Parlours at the same database what happens here and hears them, for as long as Parlour runs.
    pub async fn follow_others(self) {
        let on_sign_out = |hash| self.accounts.end_streams(hash);
        tokio::join!(self.meetings.tell_others(), self.meetings.hear_others(on_sign_out));
    }

    /// Wraps the parts.
    pub fn new(parts: Parts) -> Self {
        // Parlour writes its own document and serves its own files; Leptos wants a name all the same.
        let leptos = LeptosOptions::builder().output_name("app").build();
        Self(Arc::new(Shared { parts, leptos, deeds: TaskTracker::new() }))
    }

    /// Requests that are carried out to the end.
    pub fn deeds(&self) -> &TaskTracker {
        &self.0.deeds
    }

    /// Waits until all that was asked for is carried out.
    pub async fn finish(&self) {
        self.deeds().close();
        self.deeds().wait().await;
    }
}

impl Deref for AppState {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.0.leptos.clone()
    }
}
