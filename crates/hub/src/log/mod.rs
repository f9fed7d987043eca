//! The log made live: every act is a leaf, every leaf gets a place, and anyone can check that no place ever changes.
//!
//! [`crate::ledger`] writes a leaf in the transaction of what it records. [`beat`] gives places, at a constant pace that says nothing
//! of what happens; [`writer`] turns the order into tile files and signed checkpoints; [`witnesses`] has them cosigned. [`receipt`]
//! hands out the proof of one leaf, [`certificate`] signs what was erased, [`verdict`] reads it without any hub, [`check`] holds everything against everything, [`epoch`]
//! begins anew after a restore, [`witness`] is what a regulator runs. Formats and arithmetic are `tlog`'s.

pub mod beat;
pub mod certificate;
pub mod check;
pub mod epoch;
pub mod follow;
pub mod health;
pub(crate) mod intake;
pub mod receipt;
pub mod verdict;
pub mod witness;
mod witnesses;
mod writer;

use crate::{Hub, HubError, Problem};
use tlog::{Checkpoint, KeyKind, Note, Policy, SignerKey, VerifierKey};
use uuid::Uuid;

/// What the operator may set about the log.
#[derive(Clone, Debug, Default)]
pub struct LogSettings {
    /// The log's name in its first key; from the hub's address when absent. A key keeps the name that it was made with.
    pub origin: Option<String>,
    /// The pace.
    pub beat: Beat,
    /// The witnesses to ask, and how many are enough.
    pub policy: Option<Policy>,
    /// An RFC 3161 time-stamping service.
    pub stamp_url: Option<String>,
}

/// The pace at which the log grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    /// So many leaves every so many seconds, whatever happens: dummies fill what is not used.
    Every {
        /// Leaves a beat.
        leaves: u32,
        /// Seconds between two.
        seconds: u32,
    },
    /// As leaves come. The log's growth then shows when something happens: for measurements only.
    Off,
}

impl Default for Beat {
    /// 8 leaves a minute: 11,520 a day, room for 480 acts an hour, 135 MB of hashes a year.
    fn default() -> Self {
        Self::Every { leaves: 8, seconds: 60 }
    }
}

/// What a hub holds of its log while it runs.
pub(crate) struct Log {
    /// This process, among several that share a database.
    pub(crate) node: Uuid,
    pub(crate) writer: tokio::sync::Mutex<Option<writer::Writer>>,
    pub(crate) intake: intake::Intake,
    pub(crate) asked: witnesses::Asked,
    pub(crate) away: witnesses::Away,
}

impl Log {
    pub(crate) fn new(node: Uuid) -> Self {
        Self {
            node,
            writer: tokio::sync::Mutex::default(),
            intake: intake::Intake::default(),
            asked: witnesses::Asked::default(),
            away: witnesses::Away::default(),
        }
    }
}

/// A file of the log as anyone may fetch it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFile {
    /// The newest checkpoint.
    Checkpoint,
    /// Hashes.
    Tile(tlog::Tile),
    /// Leaves.
    Entries(tlog::Tile),
}

impl LogFile {
    /// Reads a path below `/log/`. Every file has one spelling.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        match path {
            "checkpoint" => Some(Self::Checkpoint),
            _ if path.starts_with("tile/entries/") => tlog::Tile::parse_entries(path).map(Self::Entries),
            _ => tlog::Tile::parse(path).map(Self::Tile),
        }
    }
}

/// The bytes of a file of the log.
///
/// # Errors
/// `NotFound` for a file that does not exist (yet); `Unavailable`.
pub fn file(hub: &Hub, which: LogFile) -> Result<Vec<u8>, HubError> {
    let tiles = hub.store.tiles();
    let found = match which {
        LogFile::Checkpoint => tiles.checkpoint()?,
        LogFile::Tile(tile) => tiles.tile(tile)?,
        LogFile::Entries(tile) => tiles.entries(tile)?,
    };
    found.ok_or(HubError::NotFound)
}

/// The newest checkpoint as it stands in the file, read but not judged; `None` before the first beat.
pub(crate) fn published(hub: &Hub) -> Result<Option<(Note, Checkpoint)>, HubError> {
    let Some(bytes) = hub.store.tiles().checkpoint()? else { return Ok(None) };
    let unreadable = || HubError::Unavailable("log-checkpoint".to_owned());
    let note = Note::parse(&bytes).map_err(|_| unreadable())?;
    let checkpoint = Checkpoint::parse_text(&note.text).map_err(|_| unreadable())?;
    Ok(Some((note, checkpoint)))
}

/// The newest checkpoint, in base64: what a sender's form or program hands back as "I saw this".
///
/// # Errors
/// `Unavailable`.
pub fn seen_now(hub: &Hub) -> Result<String, HubError> {
    let text = published(hub)?.map(|(note, _)| note.to_string()).unwrap_or_default();
    Ok(data_encoding::BASE64.encode(text.as_bytes()))
}

/// The checkpoint that a new entry embeds: the one its sender saw, or the newest of the hub. Empty before the first beat.
///
/// # Errors
/// `Invalid` for one that this log never signed.
pub(crate) fn not_before(hub: &Hub, seen: Option<&str>) -> Result<String, HubError> {
    let Some(seen) = seen.filter(|seen| !seen.is_empty()) else {
        return Ok(published(hub)?.map(|(note, _)| note.to_string()).unwrap_or_default());
    };
    let wrong = || HubError::Invalid("checkpoint", Problem::NotACheckpoint);
    let bytes = data_encoding::BASE64.decode(seen.as_bytes()).map_err(|_| wrong())?;
    let note = Note::parse(&bytes).map_err(|_| wrong())?;
    let ours = keys(hub)?.into_iter().any(|key| Checkpoint::open_note(&note, &key).is_ok());
    if ours { Ok(note.to_string()) } else { Err(wrong()) }
}

/// The signing key of an epoch, made when it is first needed.
pub(crate) fn key(hub: &Hub, epoch: i64) -> Result<SignerKey, HubError> {
    let seals = hub.store.seals();
    let text = match seals.log_key(epoch)? {
        Some(text) => text,
        None => {
            let fresh = SignerKey::from_seed(&origin(hub, epoch), KeyKind::Log, &hub.random("log-key"))
                .map_err(|why| HubError::said("log.origin", why))?;
            let unique = Uuid::from_bytes(hub.random("log-key-file")).simple().to_string();
            seals.keep_log_key(epoch, &unique, &fresh.to_secret_text())?
        }
    };
    SignerKey::parse(&text).map_err(|why| HubError::Unavailable(format!("log-key: {why}")))
}

/// The public keys of all epochs, the newest last.
///
/// # Errors
/// `Unavailable`.
pub fn keys(hub: &Hub) -> Result<Vec<VerifierKey>, HubError> {
    let mut found = Vec::new();
    for epoch in 1.. {
        let Some(text) = hub.store.seals().log_key(epoch)? else { break };
        let key = SignerKey::parse(&text).map_err(|why| HubError::Unavailable(format!("log-key: {why}")))?;
        found.push(key.verifier().clone());
    }
    Ok(found)
}

/// The policy by which this hub's own pages judge: its keys, and its witnesses where it has some.
///
/// # Errors
/// `Unavailable`.
pub fn own_policy(hub: &Hub) -> Result<Policy, HubError> {
    let keys = keys(hub)?;
    match &hub.settings.log.policy {
        Some(policy) => Ok(policy.clone().with_logs(&keys)),
        None => Ok(Policy::of_logs(&keys)),
    }
}

/// A key name out of the hub's address: no spaces, no plus signs.
fn origin(hub: &Hub, epoch: i64) -> String {
    let host = hub.settings.url.split("://").last().unwrap_or_default();
    let plain: String = host.chars().filter(|c| !c.is_whitespace() && !c.is_control() && *c != '+').collect();
    let first = hub.settings.log.origin.clone().unwrap_or_else(|| format!("{plain}/log"));
    if epoch == 1 { first } else { format!("{first}/{epoch}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: Option<LogFile>) {
        assert_eq!(LogFile::parse(path), expected, "{path}");
    }

    #[test]
    fn paths() {
        let tile = |level, index, width| tlog::Tile { level, index, width };
        check("checkpoint", Some(LogFile::Checkpoint));
        check("tile/0/000", Some(LogFile::Tile(tile(0, 0, 256))));
        check("tile/1/x001/234.p/7", Some(LogFile::Tile(tile(1, 1234, 7))));
        check("tile/entries/000.p/8", Some(LogFile::Entries(tile(0, 0, 8))));
        for bad in [
            "",
            "checkpoint.new",
            "tile/0/0",
            "tile/0/../checkpoint",
            "tile/entries/../../noroshi.db",
            "tile/0/000.p/256",
        ] {
            check(bad, None);
        }
    }
}
