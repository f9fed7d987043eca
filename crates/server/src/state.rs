//! What every handler can reach.

use crate::front::Front;
use crate::limits::Buckets;
use hub::Hub;
use hub::ops::health;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore};

/// Megabytes of large bodies in memory at once: four of the largest submissions. Others wait for their turn.
const UPLOADS_MIB_MAX: usize = 260;

/// How long a look at the health is believed.
const LOOK: SignedDuration = SignedDuration::from_secs(1);

/// The state of the router. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The hub behind the faces.
    pub hub: Hub,
    /// Room for large bodies, one permit a megabyte.
    pub(crate) uploads: Arc<Semaphore>,
    /// What stands before the faces.
    pub(crate) front: Arc<Front>,
    /// How much each caller asked of late.
    pub(crate) buckets: Arc<Buckets>,
    /// When the health was looked at last, and whether the hub was ready.
    looked: Arc<Mutex<Option<(Timestamp, bool)>>>,
}

impl App {
    /// The state over a hub.
    #[must_use]
    pub fn new(hub: Hub, front: Front) -> Self {
        let uploads = Arc::new(Semaphore::new(UPLOADS_MIB_MAX));
        Self { hub, uploads, front: Arc::new(front), buckets: Arc::default(), looked: Arc::default() }
    }

    /// Whether the hub can serve. Looked at once a second at most, however often it is asked.
    pub(crate) async fn is_ready(&self) -> bool {
        let now = self.hub.now();
        let mut last = self.looked.lock().await;
        match *last {
            Some((at, ready)) if now.duration_since(at).abs() < LOOK => ready,
            _ => {
                let ready = health::is_ready(&health::look(&self.hub).await);
                *last = Some((now, ready));
                ready
            }
        }
    }

    /// Whether people reach the hub over TLS, so that the cookie is only sent there.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.hub.settings().url.starts_with("https://")
    }
}
