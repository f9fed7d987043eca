//! A witness, as a regulator runs it: cosigns a log only while it grows (C2SP tlog-witness).
//!
//! What it has seen is on disk before it signs, so that no crash lets it sign two histories. A signed request that does not
//! continue what it has seen is evidence against the log and is kept.

use crate::HubError;
use crate::world::Clock;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tlog::witness::{AddCheckpoint, SIZE_MEDIA_TYPE, Seen, Verdict, judge};
use tlog::{Hash, SignerKey, VerifierKey, cosignature};

/// The largest request, in bytes: 63 hashes and a note with a hundred signatures.
pub const REQUEST_BYTES_MAX: usize = tlog::note::NOTE_BYTES_MAX + 8 * 1024;

/// A witness over its folder.
pub struct Witness {
    key: SignerKey,
    logs: Vec<VerifierKey>,
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    /// One request at a time: what was seen, the signature and the file change together.
    turn: tokio::sync::Mutex<()>,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The HTTP status of the specification.
    pub status: u16,
    /// The media type of the body.
    pub media: &'static str,
    /// Cosignature lines, the size that is held, or words.
    pub body: String,
}

fn words(status: u16, body: impl Into<String>) -> Said {
    Said { status, media: "text/plain; charset=utf-8", body: body.into() + "\n" }
}

impl Witness {
    /// A witness for these logs, keeping what it has seen in `folder`.
    #[must_use]
    pub fn new(key: SignerKey, logs: Vec<VerifierKey>, folder: PathBuf, clock: Arc<dyn Clock>) -> Self {
        Self { key, logs, folder, clock, turn: tokio::sync::Mutex::default() }
    }

    /// Its public key, for policies.
    #[must_use]
    pub fn vkey(&self) -> String {
        self.key.verifier().to_string()
    }

    /// Answers `POST /add-checkpoint`.
    ///
    /// # Errors
    /// `Unavailable` when what was seen cannot be read or kept: then nothing is signed.
    pub async fn add_checkpoint(&self, body: &[u8]) -> Result<Said, HubError> {
        let request = match AddCheckpoint::parse(body) {
            Ok(request) => request,
            Err(why) => return Ok(words(400, why.to_string())),
        };
        let _turn = self.turn.lock().await;
        let origin = request.checkpoint.text.split('\n').next().unwrap_or_default().to_owned();
        let seen = self.seen(&origin)?;
        let known = |origin: &str| Some((self.logs.iter().find(|log| log.name() == origin)?, seen));
        Ok(match judge(&request, known) {
            Verdict::Cosign(checkpoint) => {
                self.remember(&origin, Seen { size: checkpoint.size, root: checkpoint.root })?;
                let time = u64::try_from(self.clock.now().as_second()).unwrap_or_default();
                match cosignature::cosign(&request.checkpoint.text, &self.key, time) {
                    Some(line) => {
                        Said { status: 200, media: "text/plain; charset=utf-8", body: line.to_string() }
                    }
                    None => return Err(HubError::Unavailable("witness-key".to_owned())),
                }
            }
            Verdict::Conflict(size) => {
                Said { status: 409, media: SIZE_MEDIA_TYPE, body: format!("{size}\n") }
            }
            Verdict::Inconsistent(_) => {
                let name = format!("evidence-{}.txt", name(&String::from_utf8_lossy(body)));
                store::write_durably(&self.folder.join(name), body)?;
                tracing::error!(
                    log.origin = origin,
                    "a log does not continue what was cosigned: the request is kept as evidence"
                );
                words(422, "this does not continue what was cosigned before")
            }
            Verdict::Bad => {
                words(400, "the old size is larger than the checkpoint, or the text is no checkpoint")
            }
            Verdict::UnknownLog => words(404, "this log is not known here"),
            Verdict::Unsigned => words(403, "not signed by the log's key"),
        })
    }

    fn seen(&self, origin: &str) -> Result<Seen, HubError> {
        match std::fs::read_to_string(self.file(origin)) {
            Ok(text) => read_seen(&text).ok_or_else(|| HubError::Unavailable("witness-state".to_owned())),
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(Seen::default()),
            Err(why) => Err(HubError::from(store::StoreError::from(why))),
        }
    }

    fn remember(&self, origin: &str, seen: Seen) -> Result<(), HubError> {
        let text = format!("{}\n{}\n", seen.size, seen.root);
        Ok(store::write_durably(&self.file(origin), text.as_bytes())?)
    }

    fn file(&self, origin: &str) -> PathBuf {
        self.folder.join(format!("seen-{}.txt", name(origin)))
    }
}

/// A file name out of any text.
fn name(text: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes())[..16])
}

fn read_seen(text: &str) -> Option<Seen> {
    let (size, root) = text.strip_suffix('\n')?.split_once('\n')?;
    Some(Seen { size: size.parse().ok()?, root: Hash::from_base64(root)? })
}

/// The key of a witness in its folder, made when it is first needed.
///
/// # Errors
/// `Invalid` for a name that no key may have; `Unavailable`.
pub fn key_in(folder: &Path, name: &str, seed: [u8; 32]) -> Result<SignerKey, HubError> {
    let file = folder.join("witness.key");
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
            let fresh = SignerKey::from_seed(name, tlog::KeyKind::Witness, &seed)
                .map_err(|why| HubError::said("name", why))?;
            std::fs::create_dir_all(folder).map_err(store::StoreError::from)?;
            store::write_durably(&file, format!("{}\n", fresh.to_secret_text()).as_bytes())?;
            return Ok(fresh);
        }
        Err(why) => return Err(store::StoreError::from(why).into()),
    };
    SignerKey::parse(text.trim_end()).map_err(|why| HubError::Unavailable(format!("witness-key: {why}")))
}
