//! The receipt of one leaf: a C2SP tlog-proof whose extra line carries the opening, and an RFC 3161 token where there is one.
//!
//! [`receipt`] is for operations that hold a leaf's id; the functions of faces take a capability and the object. A leaf that has
//! no place yet gives a receipt that says *pending* and proves nothing.

use crate::log::published;
use crate::log::verdict::{Extra, PENDING_HEADER};
use crate::log::witnesses::node;
use crate::ops::mine;
use crate::{Hub, HubError, ledger};
use model::id::{ItemId, LeafId, SubmissionId};
use sharing::ReaderAudiences;
use sharing::caller::AsReporter;
use store::{LeafRow, Tx};
use tlog::{Note, Proof, inclusion};
use uuid::Uuid;

/// A receipt as it is handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogReceipt {
    /// Whether the leaf still waits for its place.
    pub pending: bool,
    /// The file. Its name ends in `.tlog-proof`.
    pub file: String,
}

/// The receipt of a leaf as it stands now.
///
/// # Errors
/// `NotFound` for no such leaf; `Unavailable`.
pub async fn receipt(hub: &Hub, leaf: LeafId) -> Result<LogReceipt, HubError> {
    let mut tx = hub.store.read().await?;
    let row = tx.leaf(leaf).await?.ok_or(HubError::NotFound)?;
    of_row(hub, &mut tx, &row).await
}

/// The receipt of an own submission: that it was there, and when.
///
/// # Errors
/// `NotFound` for another's and for none; `Unavailable`.
pub async fn of_submission(hub: &Hub, source: AsReporter, id: SubmissionId) -> Result<LogReceipt, HubError> {
    let mut tx = hub.store.read().await?;
    mine::own(hub, &mut tx, source, id).await?;
    about(hub, &mut tx, id.0, "submission").await
}

/// The receipt of the newest release or recall of an item, for a reader that it was released to: that it was told this, and when.
///
/// # Errors
/// `NotFound` for absent and for not addressed to this reader; `Alarm`, `Unavailable`.
pub async fn of_item(hub: &Hub, reader: &ReaderAudiences, id: ItemId) -> Result<LogReceipt, HubError> {
    let mut tx = hub.store.read().await?;
    let stored = tx.item_of(reader, id).await?.ok_or(HubError::NotFound)?;
    let _at_the_door = sharing::admit(stored, reader)?;
    let leaves = tx.leaves_about(id.0).await?;
    let newest = leaves.iter().rev().find(|leaf| leaf.kind == "release" || leaf.kind == "recall");
    of_row(hub, &mut tx, newest.ok_or(HubError::NotFound)?).await
}

/// The receipt of the newest act of this kind about a subject. The caller has shown that it may see the subject.
pub(crate) async fn about(hub: &Hub, tx: &mut Tx, subject: Uuid, kind: &str) -> Result<LogReceipt, HubError> {
    let leaves = tx.leaves_about(subject).await?;
    let row = leaves.iter().rev().find(|leaf| leaf.kind == kind).ok_or(HubError::NotFound)?;
    of_row(hub, tx, row).await
}

/// The receipt of a leaf whose row is at hand.
pub(crate) async fn of_row(hub: &Hub, tx: &mut Tx, row: &LeafRow) -> Result<LogReceipt, HubError> {
    let (nonce, entry) = opening(hub, row)?;
    let mut extra = Extra { nonce, entry, stamp: None };
    let covered = match row.place {
        Some((epoch, seq)) => tx.checkpoint_over(epoch, seq).await?.map(|found| (epoch, seq, found)),
        None => None,
    };
    let Some((epoch, seq, checkpoint)) = covered else {
        return Ok(pending(&extra));
    };
    let is_open = tx.log_state().await?.epoch == epoch;
    let tiles = match is_open {
        true => hub.store.tiles().clone(),
        false => std::sync::Arc::new(hub.store.tiles().of_epoch(epoch)),
    };
    // Another node published it, and this one has not followed yet.
    if is_open && published(hub)?.is_none_or(|(_, here)| here.size < checkpoint.size) {
        return Ok(pending(&extra));
    }
    extra.stamp = checkpoint.stamp;
    let (index, size) = (u64::try_from(seq).unwrap_or_default(), checkpoint.size);
    let path = inclusion::prove(index, size, |at| node(&tiles, size, at))
        .map_err(|why| HubError::Unavailable(format!("log-proof: {why:?}")))?;
    let checkpoint =
        Note::parse(checkpoint.note.as_bytes()).map_err(|_| HubError::Unavailable("log-note".to_owned()))?;
    let proof = Proof { extra: Some(extra.to_bytes()), index, path, checkpoint };
    Ok(LogReceipt { pending: false, file: proof.to_string() })
}

fn pending(extra: &Extra) -> LogReceipt {
    let file = format!("{PENDING_HEADER}extra {}\n", data_encoding::BASE64.encode(&extra.to_bytes()));
    LogReceipt { pending: true, file }
}

/// The nonce and the entry of a leaf; `NotFound` once its submission is erased.
pub(crate) fn opening(hub: &Hub, row: &LeafRow) -> Result<([u8; tlog::leaf::NONCE_BYTES], String), HubError> {
    let key = match ledger::opening_key(hub, &row.kind, row.subject) {
        Err(store::StoreError::Erased) => return Err(HubError::NotFound),
        key => key?,
    };
    let plain = key.open("leaf", &row.opening)?;
    let broken = || HubError::Unavailable("log-opening".to_owned());
    let (nonce, entry) = plain.split_first_chunk().ok_or_else(broken)?;
    Ok((*nonce, String::from_utf8(entry.to_vec()).map_err(|_| broken())?))
}
