//! What every operation writes beside its state, in the same transaction: a leaf of the log, jobs.

use crate::{Hub, HubError};
use jiff::Timestamp;
use model::id::{JobId, LeafId, SubmissionId};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::seal::SealKey;
use store::{Happened, Lane, NewJob, NewLeaf, Tx};
use uuid::Uuid;

/// A leaf of the log: who did what to which object, as canonical JSON (sorted keys), hidden behind a commitment. The first field
/// names the object; where it is an identifier, the leaf is found by it, but for those that [`is_nameless`] lists.
pub(crate) async fn leaf(
    hub: &Hub,
    tx: &mut Tx,
    kind: &'static str,
    entry: &[(&str, String)],
) -> Result<(), HubError> {
    leaf_with_id(hub, tx, kind, entry).await.map(drop)
}

/// The same, for whoever keeps the leaf's id: [`crate::log::receipt::receipt`] gives its receipt later.
pub(crate) async fn leaf_with_id(
    hub: &Hub,
    tx: &mut Tx,
    kind: &'static str,
    entry: &[(&str, String)],
) -> Result<LeafId, HubError> {
    let new = new_leaf(hub, kind, entry)?;
    tx.append_leaf(&new, hub.now()).await?;
    Ok(new.id)
}

/// A leaf under an identifier that is given: an act that is done again after a restore takes the one of the act, so that the next restore
/// knows that it was done.
pub(crate) async fn leaf_as(
    hub: &Hub,
    tx: &mut Tx,
    id: LeafId,
    kind: &'static str,
    entry: &[(&str, String)],
) -> Result<(), HubError> {
    let new = NewLeaf { id, ..new_leaf(hub, kind, entry)? };
    Ok(tx.append_leaf(&new, hub.now()).await?)
}

/// The end of a right: a leaf, and a line of the journal that names this leaf, so that a restore can tell whether its backup holds the act.
pub(crate) async fn right_ends(
    hub: &Hub,
    tx: &mut Tx,
    (happened, id, whose): (Happened, Uuid, impl Into<Uuid>),
    kind: &'static str,
    entry: &[(&str, String)],
) -> Result<(), HubError> {
    let leaf = leaf_with_id(hub, tx, kind, entry).await?;
    note_right(hub, (happened, id, whose), leaf, "")
}

/// The line of the journal alone, for a leaf that is written; `rest` is what the kind adds.
pub(crate) fn note_right(
    hub: &Hub,
    (happened, id, whose): (Happened, Uuid, impl Into<Uuid>),
    leaf: LeafId,
    rest: &str,
) -> Result<(), HubError> {
    let line = format!("{leaf} {} {rest}", whose.into());
    Ok(hub.store.seals().journal().note(happened, id, line.trim_end(), hub.now())?)
}

/// A look: an act that changes nothing but must be in the log before its result is shown.
pub(crate) async fn look(
    hub: &Hub,
    kind: &'static str,
    entry: &[(&str, String)],
) -> Result<LeafId, HubError> {
    let new = new_leaf(hub, kind, entry)?;
    let id = new.id;
    crate::log::intake::keep(hub, new).await?;
    Ok(id)
}

/// What others wait for: a report has a deadline, and a recall must be provable at once.
fn is_urgent(kind: &str) -> bool {
    ["report", "recall", "decide-recall"].iter().any(|first| kind.starts_with(first))
}

/// Kinds whose leaf is found by nothing: it would say in clear which submissions were taken back or erased at one time, and that time may
/// be somebody's leaving.
fn is_nameless(kind: &str) -> bool {
    ["erase", "withdraw"].contains(&kind)
}

fn new_leaf(hub: &Hub, kind: &'static str, entry: &[(&str, String)]) -> Result<NewLeaf, HubError> {
    let id = LeafId::from_random(hub.random("leaf-id"));
    let mut fields: BTreeMap<&str, &str> =
        entry.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let now = hub.now().to_string();
    fields.insert("kind", kind);
    fields.insert("at", &now);
    let text = serde_json::to_string(&fields).map_err(store::StoreError::from)?;
    let nonce: [u8; tlog::leaf::NONCE_BYTES] = hub.random("leaf-nonce");
    let commitment = tlog::leaf::commit(&nonce, text.as_bytes()).to_vec();
    let opening: Vec<u8> = nonce.iter().copied().chain(text.bytes()).collect();
    let subject = entry.first().and_then(|(_, value)| Uuid::try_parse(value).ok());
    let subject = subject.filter(|_| !is_nameless(kind));
    let opening = opening_key(hub, kind, subject)?.seal(hub.random("leaf-seal"), "leaf", &opening)?;
    Ok(NewLeaf { id, kind, opening, commitment, subject, urgent: is_urgent(kind) })
}

/// What seals an opening. A submission's, which names the hash of what was sent, goes with the submission's own key when it is
/// erased; the leaf stays and opens to nothing.
pub(crate) fn opening_key(
    hub: &Hub,
    kind: &str,
    subject: Option<Uuid>,
) -> Result<SealKey, store::StoreError> {
    match subject.filter(|_| kind == "submission") {
        Some(id) => hub.store.seals().key(SubmissionId(id)),
        None => Ok(hub.store.seals().hub_key("leaf")),
    }
}

/// One leaf vouches for all rows of the disclosure log that none vouches for yet: who was served which range, and when. One a beat,
/// however often members poll.
pub(crate) async fn cover_disclosures(hub: &Hub, tx: &mut Tx) -> Result<(), HubError> {
    let id = LeafId::from_random(hub.random("leaf-id"));
    // Bound first and read then, so that a row that another node adds meanwhile waits for the next beat.
    if tx.bind_disclosures(id).await? == 0 {
        return Ok(());
    }
    let lines = tx.disclosure_lines(id).await?;
    let entry = [("rows", lines.len().to_string()), ("sha256", disclosures_digest(&lines))];
    let new = NewLeaf { id, ..new_leaf(hub, "disclosures", &entry)? };
    tx.append_leaf(&new, hub.now()).await?;
    Ok(())
}

/// What the leaf says of its rows.
pub(crate) fn disclosures_digest(lines: &[String]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(lines.join("\n")))
}

/// The kinds of jobs.
pub(crate) mod kind {
    /// Reads a submission.
    pub(crate) const READ: &str = "read";
    /// Lets an item leave.
    pub(crate) const RELEASE: &str = "release";
    /// Takes an item back whose source is gone, at its slot.
    pub(crate) const RECALL: &str = "recall";
    /// A day of a check's term: reminders, the due time, the end.
    pub(crate) const CHECK_STEP: &str = "check-step";
    /// Destroys the key of a submission.
    pub(crate) const ERASE: &str = "erase";
    /// Destroys the keys of what an organisation sent that left.
    pub(crate) const DEPART: &str = "depart";
    /// Daily: bands, lapses, forgetting.
    pub(crate) const UPKEEP: &str = "upkeep";
    /// Reminds of a report's due time, or of evidence that may soon be deleted.
    pub(crate) const REMIND: &str = "remind";
    /// Sends one letter.
    pub(crate) const MAIL: &str = "mail";
    /// Every quarter of an hour: digests and urgent calls.
    pub(crate) const ROUND: &str = "round";
}

/// Queues a job and rings the workers after the commit (they look again anyway).
pub(crate) async fn enqueue(
    hub: &Hub,
    tx: &mut Tx,
    kind: &'static str,
    subject: Option<Uuid>,
    number: Option<i64>,
    run_at: Timestamp,
) -> Result<(), HubError> {
    let id = JobId::from_random(hub.random("job"));
    tx.enqueue(&NewJob { id, kind, subject, number, run_at, lane: Lane::First }).await?;
    Ok(())
}

/// Queues the reading of what came in now. In which lane says how much its source sent before.
pub(crate) async fn enqueue_read(
    hub: &Hub,
    tx: &mut Tx,
    id: SubmissionId,
    lane: Lane,
) -> Result<(), HubError> {
    let (job, run_at) = (JobId::from_random(hub.random("job")), hub.now());
    let subject = Some(id.0);
    tx.enqueue(&NewJob { id: job, kind: kind::READ, subject, number: None, run_at, lane }).await?;
    Ok(())
}
