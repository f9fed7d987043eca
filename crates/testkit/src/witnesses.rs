//! Real witnesses on real sockets, with a clock of their own and a memory that a test can put back.

use crate::world::SimClock;
use hub::log::witness::Witness;
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tlog::{KeyKind, Policy, SignerKey, VerifierKey};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Some witnesses for one log.
pub struct Witnesses {
    /// Their clock: nobody at the hub can set it.
    pub clock: Arc<SimClock>,
    /// Where each can be asked.
    pub urls: Vec<String>,
    lines: String,
    folders: Vec<TempDir>,
    running: Vec<oneshot::Sender<()>>,
}

impl Witnesses {
    /// Starts so many for a log. They end with the runtime.
    pub async fn start(count: u8, log: &VerifierKey, at: Timestamp) -> Self {
        let clock = Arc::new(SimClock::new(at));
        let mut all = Self {
            clock: clock.clone(),
            urls: Vec::new(),
            lines: String::new(),
            folders: Vec::new(),
            running: Vec::new(),
        };
        for n in 1..=count {
            let key =
                SignerKey::from_seed(&format!("witness-{n}.example"), KeyKind::Witness, &[n; 32]).unwrap();
            let folder = crate::test_hub::folder();
            let witness = Witness::new(key, vec![log.clone()], folder.path().to_owned(), clock.clone());
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            all.lines.push_str(&format!("witness w{n} {} {url}\n", witness.vkey()));
            let (running, stopped) = oneshot::channel();
            tokio::spawn(server::serve(listener, server::witness_router(Arc::new(witness)), async {
                let _ = stopped.await;
            }));
            all.running.push(running);
            all.urls.push(url);
            all.folders.push(folder);
        }
        all
    }

    /// The last of them goes away.
    pub fn stop_last(&mut self) {
        drop(self.running.pop());
    }

    /// The policy in which so many of them are enough.
    #[must_use]
    pub fn policy(&self, enough: usize) -> Policy {
        let names: Vec<String> = (1..=self.folders.len()).map(|n| format!("w{n}")).collect();
        let text = format!("{}group some {enough} {}\nquorum some\n", self.lines, names.join(" "));
        Policy::parse(text.as_bytes()).unwrap()
    }

    /// What each has seen.
    #[must_use]
    pub fn memory(&self) -> Vec<Vec<(String, Vec<u8>)>> {
        self.folders.iter().map(|folder| files(folder.path())).collect()
    }

    /// Puts their memory back: a test tries many attacks from one point, a real witness never does this.
    pub fn put_back(&self, memory: &[Vec<(String, Vec<u8>)>]) {
        for (folder, files) in self.folders.iter().zip(memory) {
            for (name, bytes) in files {
                std::fs::write(folder.path().join(name), bytes).unwrap();
            }
        }
    }

    /// Requests that were kept as evidence against the log.
    #[must_use]
    pub fn evidence(&self) -> usize {
        let all = self.folders.iter().flat_map(|folder| files(folder.path()));
        all.filter(|(name, _)| name.starts_with("evidence")).count()
    }
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|e| (e.file_name().to_string_lossy().into_owned(), std::fs::read(e.path()).unwrap()))
        .collect()
}
