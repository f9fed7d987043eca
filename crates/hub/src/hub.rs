//! The hub itself: its store, its world, its settings.

use crate::world::{Chance, Clock};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::Store;
use tokio::sync::{Notify, watch};

/// What the operator may set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The hub's name as people read it: the author of items.
    pub name: model::lang::Bilingual,
    /// The address under which people and programs reach it, without a trailing slash.
    pub url: String,
    /// The fewest independent organisations of a sector that is named.
    pub sector_min: usize,
    /// How it looks after itself.
    pub upkeep: Upkeep,
    /// The log: its name, pace, witnesses.
    pub log: crate::log::LogSettings,
    /// Private networks to which webhooks may go, beside the open Internet.
    pub webhook_networks: Vec<ipnet::IpNet>,
}

/// Quotas and retention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Upkeep {
    /// What one organisation may send on a day.
    pub quota: Quota,
    /// How long things are kept.
    pub retention: Retention,
}

/// What one organisation may send on a day (UTC); beyond it the sender is told when to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Submissions: a flood of the largest member's mail gateway passes, a loop does not.
    pub submissions: i64,
    /// Their bytes.
    pub bytes: i64,
}

/// Days that things are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Settled submissions, before they are erased: the five years of most record rules.
    pub submission_days: i64,
    /// Who was served what: a recall reads from it whom it has to reach.
    pub disclosure_days: i64,
    /// Notices to organisations.
    pub notice_days: i64,
    /// Idempotency keys: longer than any client retries.
    pub idempotency_days: i64,
    /// Outcomes of TAXII posts.
    pub status_days: i64,
    /// Done jobs, for whoever looks at what happened.
    pub job_days: i64,
}

impl Default for Quota {
    fn default() -> Self {
        Self { submissions: 10_000, bytes: 8 << 30 }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            submission_days: 1_830,
            disclosure_days: 1_830,
            notice_days: 180,
            idempotency_days: 30,
            status_days: 30,
            job_days: 7,
        }
    }
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
    /// How far the clock jumped since the start, in seconds.
    drift: Arc<AtomicI64>,
    pub(crate) regimes: Arc<crate::regimes::Regimes>,
    pub(crate) log: Arc<crate::log::Log>,
    pub(crate) fresh: Arc<crate::fresh::Fresh>,
    pub(crate) owners: Arc<crate::own::Owners>,
    /// How mail is written; none where the hub has no mail.
    pub(crate) post: Option<Arc<crate::notify::Post>>,
    /// Rung when something may be new for somebody.
    pub(crate) news: watch::Sender<u64>,
    pub(crate) webhooks: Arc<crate::webhook::Webhooks>,
    pub(crate) sets: Arc<crate::ops::set::Sets>,
    pub(crate) past: Arc<crate::ops::quarter::Past>,
}

impl Hub {
    /// A hub over an open store.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>, settings: Settings) -> Self {
        let mut node = [0; 16];
        chance.fill("node", &mut node);
        let fresh = model::id::uuid4(node);
        // A name that cannot be kept serves until the next start, which then waits for the turn to run out.
        let node = store.tiles().node(fresh).unwrap_or(fresh);
        let webhooks = Arc::new(crate::webhook::Webhooks::new(settings.webhook_networks.clone()));
        Self {
            log: Arc::new(crate::log::Log::new(node)),
            store,
            clock,
            chance,
            settings: Arc::new(settings),
            wake: Arc::new(Notify::new()),
            credentials: Arc::default(),
            disclosures: Arc::default(),
            drift: Arc::default(),
            regimes: Arc::new(crate::regimes::Regimes::shipped()),
            fresh: Arc::default(),
            owners: Arc::default(),
            post: None,
            news: watch::Sender::default(),
            webhooks,
            sets: Arc::default(),
            past: Arc::default(),
        }
    }

    /// The same with these regimes: those that ship and the installation's own.
    #[must_use]
    pub fn with_regimes(self, regimes: crate::regimes::Regimes) -> Self {
        Self { regimes: Arc::new(regimes), ..self }
    }

    /// The regimes of incident reports.
    #[must_use]
    pub fn regimes(&self) -> &crate::regimes::Regimes {
        &self.regimes
    }

    /// The same hub with mail.
    #[must_use]
    pub fn with_post(self, post: crate::notify::Post) -> Self {
        Self { post: Some(Arc::new(post)), ..self }
    }

    /// Changes when something may be new for somebody on this node. Whether it is for the caller is read from the store.
    #[must_use]
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
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

    /// Tells how far the clock has moved beside the time that passed since the start, in seconds. Whoever owns the clock measures it.
    pub fn note_drift(&self, seconds: i64) {
        self.drift.store(seconds, Ordering::Relaxed);
    }

    pub(crate) fn drift_seconds(&self) -> i64 {
        self.drift.load(Ordering::Relaxed)
    }

    /// The store, for whoever copies or checks it on the machine itself.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Folds what is pending into the store and closes it.
    pub async fn close(&self) {
        if let Err(why) = crate::disclosures::end(self).await {
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
