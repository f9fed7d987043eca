//! A receiver of webhooks: a real listener that keeps what it was told and answers as a test wants.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub at: String,
    /// `webhook-signature`.
    pub signature: String,
    /// The body as it came.
    pub body: String,
}

#[derive(Default)]
struct Kept {
    calls: Mutex<Vec<Call>>,
    status: AtomicU16,
}

/// The receiver; it listens until it is dropped.
pub struct Receiver {
    kept: Arc<Kept>,
    address: String,
    task: JoinHandle<()>,
}

impl Receiver {
    /// One that answers 204, on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let kept = Arc::new(Kept { calls: Mutex::default(), status: AtomicU16::new(204) });
        let router = Router::new().fallback(take).with_state(Arc::clone(&kept));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { kept, address, task }
    }

    /// An address at it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// Answers with this status from now on.
    pub fn answer(&self, status: u16) {
        self.kept.status.store(status, Ordering::Release);
    }

    /// What came since the last time that this was asked.
    #[must_use]
    pub fn take(&self) -> Vec<Call> {
        std::mem::take(&mut *self.kept.calls.lock().unwrap())
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(State(kept): State<Arc<Kept>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let said = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    kept.calls.lock().unwrap().push(Call {
        id: said("webhook-id"),
        at: said("webhook-timestamp"),
        signature: said("webhook-signature"),
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    StatusCode::from_u16(kept.status.load(Ordering::Acquire)).unwrap()
}
