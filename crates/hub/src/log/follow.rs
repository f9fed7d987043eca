//! Another's log, followed: a copy that grows only while the log does. Whoever keeps one notices any change of the past.

use client::log::LogClient;
use std::path::Path;
use store::{StoreError, Tiles};
use tlog::tile::TILE_WIDTH;
use tlog::{Checkpoint, Frontier, Policy, Tile};

/// The most bytes of a bundle: 256 leaves of the longest form.
const BUNDLE_BYTES_MAX: usize = 256 * (2 + tlog::entries::ENTRY_BYTES_MAX);

/// Bundles written at once.
const BUNDLES_AT_ONCE: u64 = 64;

/// What following found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Followed {
    /// The log continues what is kept here: it had so many leaves, and now has so many.
    Grew {
        /// Leaves before.
        from: u64,
        /// Leaves now.
        to: u64,
    },
    /// It has fewer leaves than it had: it was put back. Both checkpoints are evidence.
    Shrank {
        /// Leaves before.
        from: u64,
        /// Leaves now.
        to: u64,
    },
    /// Its leaves are not those that its checkpoint speaks of, or not those that were seen before.
    Rewritten {
        /// Leaves in the checkpoint that does not fit.
        size: u64,
    },
}

/// Why the log could not be followed this time; nothing is said about its honesty.
#[derive(Debug)]
pub enum FollowFault {
    /// No answer, or not the file.
    Fetch(String),
    /// The checkpoint is not believed under the policy.
    Checkpoint(String),
    /// The copy in the folder cannot be read or written.
    Store(StoreError),
}

impl std::fmt::Display for FollowFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fetch(why) => write!(f, "the log could not be fetched: {why}"),
            Self::Checkpoint(why) => write!(f, "its checkpoint is not believed: {why}"),
            Self::Store(why) => write!(f, "the copy: {why}"),
        }
    }
}

impl std::error::Error for FollowFault {}

impl From<StoreError> for FollowFault {
    fn from(why: StoreError) -> Self {
        Self::Store(why)
    }
}

impl From<client::ClientError> for FollowFault {
    fn from(why: client::ClientError) -> Self {
        Self::Fetch(why.to_string())
    }
}

/// Fetches what is new of the log at `url` (the address below which `checkpoint` and `tile/` lie) into `folder`, and holds it
/// against what is there. `told` hears how many leaves are done of how many.
///
/// # Errors
/// When it cannot be fetched, believed or kept. What is wrong with the log itself is not an error but the result.
pub async fn follow(
    url: &str,
    policy: &Policy,
    folder: &Path,
    mut told: impl FnMut(u64, u64),
) -> Result<Followed, FollowFault> {
    let log = LogClient::new(url)?;
    let copy = Tiles::new(folder.to_owned());
    let bytes = log.get("checkpoint", tlog::note::NOTE_BYTES_MAX).await?;
    let note = tlog::Note::parse(&bytes).map_err(|why| FollowFault::Checkpoint(why.to_string()))?;
    let believed = policy.believe(&note).map_err(|why| FollowFault::Checkpoint(why.to_string()))?;
    let now = believed.checkpoint;
    let mut frontier = kept(&copy)?;
    let from = frontier.size();
    if now.size < from {
        copy.write(&[(format!("evidence-{}", now.size), bytes)])?;
        return Ok(Followed::Shrank { from, to: now.size });
    }
    while frontier.size() < now.size {
        told(frontier.size() - from, now.size - from);
        piece(&log, &copy, &mut frontier, now.size).await?;
    }
    if frontier.root() != now.root {
        copy.write(&[(format!("evidence-{}", now.size), bytes)])?;
        return Ok(Followed::Rewritten { size: now.size });
    }
    copy.publish(&note.to_string())?;
    Ok(Followed::Grew { from, to: now.size })
}

/// The copy's edge. A copy without a readable edge begins anew: it is the fetched leaves that are held against the roots.
fn kept(copy: &Tiles) -> Result<Frontier, FollowFault> {
    let Some(bytes) = copy.checkpoint()? else { return Ok(Frontier::new()) };
    let unreadable = || FollowFault::Store(StoreError::Row("the copy's checkpoint".to_owned()));
    let note = tlog::Note::parse(&bytes).map_err(|_| unreadable())?;
    let kept = Checkpoint::parse_text(&note.text).map_err(|_| unreadable())?;
    let frontier = Frontier::resume(kept.size, |tile| copy.tile(tile).ok().flatten());
    frontier.ok().filter(|frontier| frontier.root() == kept.root).ok_or_else(unreadable)
}

/// Fetches the next bundles and grows the copy. Tiles of a checkpoint that turns out false are written too: they lie beyond the
/// published one, and are overwritten by whatever is true.
async fn piece(log: &LogClient, copy: &Tiles, frontier: &mut Frontier, size: u64) -> Result<(), FollowFault> {
    let first = frontier.size() / TILE_WIDTH;
    let upto = size.div_ceil(TILE_WIDTH).min(first + BUNDLES_AT_ONCE);
    let mut leaves: Vec<Vec<u8>> = Vec::new();
    let mut files = Vec::new();
    for index in first..upto {
        let tile = Tile { level: 0, index, width: (size - index * TILE_WIDTH).min(TILE_WIDTH) as u16 };
        let bytes = log.get(&tile.entries_path(), BUNDLE_BYTES_MAX).await?;
        let entries = tlog::entries::decode(&bytes).ok().filter(|e| e.len() == usize::from(tile.width));
        let entries =
            entries.ok_or_else(|| FollowFault::Fetch(format!("{} is no bundle", tile.entries_path())))?;
        let skip = frontier.size().saturating_sub(index * TILE_WIDTH) as usize;
        leaves.extend(entries.into_iter().skip(skip).map(<[u8]>::to_vec));
        files.push((tile.entries_path(), bytes));
    }
    let grown = frontier.append_data(&leaves).map_err(|why| FollowFault::Fetch(format!("{why:?}")))?;
    files.extend(grown.into_iter().map(|data| (data.tile.path(), data.bytes)));
    Ok(copy.write(&files)?)
}
