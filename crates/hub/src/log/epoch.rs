//! Epochs: how a log goes on, honestly, after its database was put back from a backup.
//!
//! Where the files are newer than the database, the log goes on under the same name: the order is taken back from the files, and a
//! leaf says which places lost their openings. Where the files went back too, others have seen leaves that nobody here
//! has: the log ends where it is, and a new one begins under a new name and key, whose first leaf names the old one's end.

use crate::ledger::leaf;
use crate::log::writer::LEAF_BYTES;
use crate::log::{key, published};
use crate::{Hub, HubError, Problem};
use store::{LogState, Tx};
use tlog::tile::TILE_WIDTH;
use tlog::{Checkpoint, Tile};

/// How the log went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Under the same name: these places, from and up to but not including, were taken back from the files.
    Continued(u64, u64),
    /// Under a new name, as this epoch.
    New(i64),
    /// As it was: files and database agree. The restore itself is a leaf.
    Unchanged,
}

/// Goes on after a restore. No process may beat meanwhile. `reason` is logged. With `fresh` a new epoch begins in any case: for a hub
/// whose files went back together with its database, which only a witness can tell.
///
/// # Errors
/// `Invalid` when the files are not this log's; `Unavailable`.
pub async fn open(hub: &Hub, reason: &str, fresh: bool) -> Result<Opened, HubError> {
    let mut tx = hub.store.write().await?;
    let state = tx.log_state().await?;
    let old = key(hub, state.epoch)?;
    let last = published(hub)?;
    let ahead = last.as_ref().filter(|(_, checkpoint)| checkpoint.size > state.size);
    let opened = match ahead {
        Some((note, _)) => {
            let foreign = |_| HubError::Invalid("log", Problem::ForeignCheckpoint);
            let checkpoint = Checkpoint::open_note(note, old.verifier()).map_err(foreign)?;
            take_back(hub, &mut tx, &state, &checkpoint).await?;
            Opened::Continued(state.size, checkpoint.size)
        }
        None if !fresh && (last.is_some() || state.size == 0) => Opened::Unchanged,
        None => {
            let next = LogState { epoch: state.epoch + 1, size: 0, root: tlog::hash::empty_root(), ..state };
            if !tx.log_grows(&state, &next).await? {
                return Err(HubError::Unavailable("log-turn".to_owned()));
            }
            Opened::New(next.epoch)
        }
    };
    let (from, to) = match opened {
        Opened::Continued(from, to) => (from, to),
        Opened::New(_) | Opened::Unchanged => (state.size, state.size),
    };
    let note = last.map(|(note, _)| note.to_string()).unwrap_or_default();
    let entry = [
        ("log", old.verifier().to_string()),
        ("checkpoint", note),
        ("from", from.to_string()),
        ("to", to.to_string()),
        ("reason", reason.to_owned()),
    ];
    leaf(hub, &mut tx, "epoch", &entry).await?;
    // Before the commit: a crash between leaves an epoch without files, which are written again from the database.
    if let Opened::New(_) = opened {
        hub.store.tiles().lay_aside(state.epoch)?;
    }
    tx.commit().await?;
    Ok(opened)
}

/// Takes the order from the files back into the database. Rows that the backup holds as waiting get the places that they have.
async fn take_back(hub: &Hub, tx: &mut Tx, state: &LogState, upto: &Checkpoint) -> Result<(), HubError> {
    let mut at = state.size;
    while at < upto.size {
        let index = at / TILE_WIDTH;
        let width = (upto.size - index * TILE_WIDTH).min(TILE_WIDTH);
        let tile = Tile { level: 0, index, width: width as u16 };
        let bytes =
            hub.store.tiles().entries(tile)?.ok_or_else(|| HubError::Unavailable("log-gap".to_owned()))?;
        let leaves =
            tlog::entries::decode(&bytes).map_err(|_| HubError::Unavailable("log-entry".to_owned()))?;
        if leaves.len() as u64 != width || leaves.iter().any(|leaf| leaf.len() != LEAF_BYTES) {
            return Err(HubError::Unavailable("log-entry".to_owned()));
        }
        tx.put_log_bundle(state.epoch, index, &leaves.concat()).await?;
        for (place, leaf) in (index * TILE_WIDTH..).zip(leaves).filter(|(place, _)| *place >= state.size) {
            tx.place_leaf(state.epoch, place, leaf).await?;
        }
        at = index * TILE_WIDTH + width;
    }
    let next = LogState { size: upto.size, root: upto.root, ..*state };
    if tx.log_grows(state, &next).await? { Ok(()) } else { Err(HubError::Unavailable("log-turn".to_owned())) }
}
