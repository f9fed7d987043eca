//! What every handler can reach.

use hub::Hub;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Megabytes of large bodies in memory at once: four of the largest submissions. Others wait for their turn.
const UPLOADS_MIB_MAX: usize = 260;

/// The state of the router. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The hub behind the faces.
    pub hub: Hub,
    /// Room for large bodies, one permit a megabyte.
    pub(crate) uploads: Arc<Semaphore>,
}

impl App {
    /// The state over a hub.
    #[must_use]
    pub fn new(hub: Hub) -> Self {
        Self { hub, uploads: Arc::new(Semaphore::new(UPLOADS_MIB_MAX)) }
    }

    /// Whether people reach the hub over TLS, so that the cookie is only sent there.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.hub.settings().url.starts_with("https://")
    }
}
