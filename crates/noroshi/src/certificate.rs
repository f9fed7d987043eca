//! The certificate's files: read at the start, and again when they change.

use crate::settings::File;
use server::Tls;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Seconds between two looks at the files.
const LOOK: Duration = Duration::from_secs(10);

/// Two files and what was made of them.
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    tls: Arc<Tls>,
}

impl Certificate {
    /// The certificate that the settings name.
    pub fn of(file: &File) -> Result<Option<Self>, String> {
        let Some((chain, key)) = file.certificate()? else { return Ok(None) };
        let tls = Tls::new(&read(&chain)?, &read(&key)?)
            .map_err(|why| format!("{} and {}: {why}", chain.display(), key.display()))?;
        Ok(Some(Self { chain, key, tls: Arc::new(tls) }))
    }

    /// What new connections are given.
    pub fn tls(&self) -> Arc<Tls> {
        Arc::clone(&self.tls)
    }

    /// Reads the files again whenever they changed. Files that do not go together (one is written, the other not yet) are read
    /// again at the next look.
    pub async fn follow(self) {
        let mut known = self.changed();
        loop {
            tokio::time::sleep(LOOK).await;
            let now = self.changed();
            if now == known {
                continue;
            }
            match self.reload() {
                Ok(()) => {
                    known = now;
                    tracing::warn!("the certificate was replaced");
                }
                Err(why) => {
                    tracing::error!(error = %why, "the new certificate is not used; the old one stays")
                }
            }
        }
    }

    fn reload(&self) -> Result<(), String> {
        self.tls.replace(&read(&self.chain)?, &read(&self.key)?)
    }

    fn changed(&self) -> [Option<SystemTime>; 2] {
        [&self.chain, &self.key].map(|file| std::fs::metadata(file).and_then(|m| m.modified()).ok())
    }
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|why| format!("{}: {why}", file.display()))
}
