//! The hub itself: its store, its world, its settings.

use crate::world::{Chance, Clock};
use std::sync::Arc;
use store::Store;
use tokio::sync::Notify;

/// What the operator may set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The hub's name as people read it: the author of items.
    pub name: model::lang::Bilingual,
    /// The address under which people and programs reach it, without a trailing slash.
    pub url: String,
    /// The fewest independent organisations of a sector that is named.
    pub sector_min: usize,
}

/// A hub. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) settings: Arc<Settings>,
    /// Rung when a job was queued.
    pub(crate) wake: Arc<Notify>,
    pub(crate) credentials: Arc<crate::ops::auth::CredentialCache>,
    pub(crate) disclosures: Arc<crate::disclosures::Pending>,
}

impl Hub {
    /// A hub over an open store.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>, settings: Settings) -> Self {
        Self {
            store,
            clock,
            chance,
            settings: Arc::new(settings),
            wake: Arc::new(Notify::new()),
            credentials: Arc::default(),
            disclosures: Arc::default(),
        }
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The clock's time. Faces use it for dates they print.
    #[must_use]
    pub fn now(&self) -> jiff::Timestamp {
        self.clock.now()
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn ready(&self) -> Result<(), crate::HubError> {
        self.store.read().await?.commit().await?;
        Ok(())
    }

    /// Folds what is pending into the store and closes it.
    pub async fn close(&self) {
        if let Err(why) = crate::disclosures::flush(self).await {
            tracing::error!(error = %why, "pending disclosures were not written");
        }
        self.store.close().await;
    }

    pub(crate) fn random<const N: usize>(&self, purpose: &str) -> [u8; N] {
        let mut out = [0; N];
        self.chance.fill(purpose, &mut out);
        out
    }
}
