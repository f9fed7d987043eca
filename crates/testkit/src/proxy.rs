//! A plain TCP proxy: connections go round the targets, those that refuse are passed over. Targets can be changed while it runs.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// A proxy that listens. Every connection through it ends when it goes.
pub struct Proxy {
    address: SocketAddr,
    targets: Arc<Mutex<Vec<SocketAddr>>>,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// Listens on a free port of the loopback.
    pub async fn start(targets: &[SocketAddr]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let targets = Arc::new(Mutex::new(targets.to_vec()));
        let listening = tokio::spawn(listen(listener, targets.clone()));
        Self { address, targets, listening }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where new connections go from now on.
    pub fn point_at(&self, targets: &[SocketAddr]) {
        *self.targets.lock().unwrap() = targets.to_vec();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, targets: Arc<Mutex<Vec<SocketAddr>>>) {
    let turn = AtomicUsize::new(0);
    let mut connections = JoinSet::new();
    while let Ok((mut from, _)) = listener.accept().await {
        let targets = targets.lock().unwrap().clone();
        let first = turn.fetch_add(1, Ordering::Relaxed);
        connections.spawn(async move {
            for n in 0..targets.len() {
                if let Ok(mut to) = TcpStream::connect(targets[(first + n) % targets.len()]).await {
                    let _ended = tokio::io::copy_bidirectional(&mut from, &mut to).await;
                    return;
                }
            }
        });
        while connections.try_join_next().is_some() {}
    }
}
