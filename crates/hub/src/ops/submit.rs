//! Taking in what members send: kept and sealed before anything is parsed.

use crate::ledger::{enqueue_read, leaf};
use crate::{Hub, HubError, Problem, reading};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use model::consent::Delay;
use model::id::{OrgId, SubmissionId};
use model::receipt::ReceiptCode;
use model::state::SubmissionState;
use model::submission::{Door, Kind, SUBMISSION_BYTES_MAX};
use sha2::{Digest, Sha256};
use sharing::caller::AsReporter;
use store::{Lane, SubmissionRow, Tx};

/// A submission as it arrives.
#[derive(Clone, Debug)]
pub struct NewSubmission {
    /// The bytes as they came.
    pub bytes: Vec<u8>,
    /// What it is; `None` to guess from the bytes and the name.
    pub kind: Option<Kind>,
    /// The file's name, a hint only, sealed with the bytes.
    pub filename: Option<String>,
    /// The sender's words to the hub, sealed with the bytes.
    pub note: String,
    /// The way it came.
    pub door: Door,
    /// How soon its part may leave.
    pub delay: Delay,
    /// Part of an exercise.
    pub exercise: bool,
    /// The sender's key: the same key and bytes give the same receipt.
    pub idempotency_key: Option<String>,
    /// The newest checkpoint of the log that the sender saw, in base64: its entry holds it, which proves that the submission is
    /// not older. The hub's newest when absent.
    pub seen: Option<String>,
}

impl NewSubmission {
    /// The same, kept once however often a form that says `once` is sent: pressed twice, or sent again by going back. What was changed in
    /// between is another submission, not a lost one.
    #[must_use]
    pub fn by_form(mut self, once: &str) -> Self {
        if once.is_empty() {
            return self;
        }
        let kind = self.kind.map_or("", Kind::as_str);
        let exercise = if self.exercise { "exercise" } else { "" };
        let name = self.filename.as_deref().unwrap_or_default();
        let mut hash = Sha256::new();
        for part in [once, kind, name, &self.note, self.delay.as_str(), exercise] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        hash.update(&self.bytes);
        self.idempotency_key = Some(BASE64URL_NOPAD.encode(&hash.finalize()));
        self
    }
}

/// What lets a form be known when it is sent twice: drawn anew for each page.
#[must_use]
pub fn once(hub: &Hub, source: AsReporter) -> String {
    BASE64URL_NOPAD.encode(&hub.random::<16>(&format!("send-once/{}", source.org)))
}

/// What the sender holds afterwards. When it has this, the bytes are on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The submission.
    pub id: SubmissionId,
    /// The code for the telephone.
    pub code: ReceiptCode,
    /// When.
    pub received_at: Timestamp,
    /// Its state at the time of asking.
    pub state: SubmissionState,
}

/// The longest idempotency key, in bytes; a UUID has 36.
const KEY_BYTES_MAX: usize = 128;

/// Keeps a submission. Durable when it returns.
///
/// # Errors
/// `TooLarge`, `KeyReused`, `Invalid` (empty), `Unavailable` (nothing was kept).
pub async fn submit(hub: &Hub, source: AsReporter, new: NewSubmission) -> Result<Receipt, HubError> {
    check(&new)?;
    let tag = hub.store.seals().source_tag(source.org);
    let hash = Sha256::digest(&new.bytes).to_vec();
    if let Some(key) = &new.idempotency_key
        && let Some(receipt) = repeated(hub, &tag, key, &hash).await?
    {
        return Ok(receipt);
    }
    let mut tx = hub.store.write().await?;
    let receipt = match keep(hub, &mut tx, source.org, &new, &tag, &hash).await {
        Err(HubError::Unavailable(class)) if class == "unique" => {
            drop(tx);
            let key = new.idempotency_key.as_deref().unwrap_or_default();
            return repeated(hub, &tag, key, &hash).await?.ok_or(HubError::Unavailable(class));
        }
        kept => kept?,
    };
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(receipt)
}

/// Whether it can be kept at all; nothing was written yet.
pub(super) fn check(new: &NewSubmission) -> Result<(), HubError> {
    if new.bytes.is_empty() {
        return Err(HubError::Invalid("bytes", Problem::NothingInIt));
    }
    let limit = if new.kind == Some(Kind::Mail) { mail::MESSAGE_BYTES_MAX } else { SUBMISSION_BYTES_MAX };
    if new.bytes.len() > limit {
        return Err(HubError::TooLarge(limit));
    }
    if new.idempotency_key.as_ref().is_some_and(|k| k.is_empty() || k.len() > KEY_BYTES_MAX) {
        return Err(HubError::Invalid("Idempotency-Key", Problem::IdempotencyKey { most: KEY_BYTES_MAX }));
    }
    Ok(())
}

/// The receipt of an earlier request with the same key.
async fn repeated(hub: &Hub, tag: &[u8], key: &str, hash: &[u8]) -> Result<Option<Receipt>, HubError> {
    let mut tx = hub.store.read().await?;
    let Some((id, known)) = tx.idempotent(tag, key).await? else { return Ok(None) };
    if known != hash {
        return Err(HubError::KeyReused);
    }
    let row = tx.submission_of(tag, id).await?.ok_or(HubError::NotFound)?;
    Ok(Some(receipt(&row)?))
}

fn receipt(row: &SubmissionRow) -> Result<Receipt, HubError> {
    let code = ReceiptCode::read(&row.receipt).ok_or_else(|| HubError::Unavailable("row".to_owned()))?;
    Ok(Receipt { id: row.id, code, received_at: row.received_at, state: row.state })
}

/// Submissions of a source in a day that are read in the order in which they came; more than a mailbox forwards by hand. Later ones are
/// read when nobody else's wait, so that a flood of one source keeps no other's warning waiting, and nobody can tell by its own that there
/// is a flood.
const READ_FIRST: i64 = 200;

/// Counts a submission to its source's day. Beyond the quota nothing is kept; the sender is told when the next day begins.
async fn within_quota(hub: &Hub, tx: &mut Tx, tag: &[u8], bytes: usize) -> Result<Lane, HubError> {
    let (quota, now) = (hub.settings.upkeep.quota, hub.now());
    let day = model::time::day(now);
    let sent = tx.count_sent(tag, day, i64::try_from(bytes).unwrap_or(i64::MAX)).await?;
    if sent.submissions <= quota.submissions && sent.bytes <= quota.bytes {
        return Ok(if sent.submissions <= READ_FIRST { Lane::First } else { Lane::Behind });
    }
    let rest = model::time::plus_days(day, 1).duration_since(now).as_secs();
    Err(HubError::SlowDown(rest.unsigned_abs().max(1)))
}

/// Everything of a new submission in one transaction: sealed bytes, leaf, the job that reads it.
pub(crate) async fn keep(
    hub: &Hub,
    tx: &mut Tx,
    org: OrgId,
    new: &NewSubmission,
    tag: &[u8],
    hash: &[u8],
) -> Result<Receipt, HubError> {
    let lane = within_quota(hub, tx, tag, new.bytes.len()).await?;
    let id = SubmissionId::from_random(hub.random(&format!("submission/{org}")));
    let code = ReceiptCode::from_random(hub.random(&format!("receipt/{org}")));
    let key = hub.store.seals().create(id, hub.random("seal-key"))?;
    let now = hub.now();
    let row = store::NewSubmission {
        id,
        receipt: code.as_str().to_owned(),
        source_tag: tag.to_vec(),
        source_sealed: reading::seal_source(hub, &key, id, org)?,
        kind: new.kind.unwrap_or_else(|| deid::sniff(new.filename.as_deref(), &new.bytes)),
        door: new.door,
        exercise: new.exercise,
        delay: new.delay,
        received_at: now,
        bytes: i64::try_from(new.bytes.len()).unwrap_or(i64::MAX),
    };
    tx.insert_submission(&row).await?;
    reading::put(hub, tx, id, reading::RAW, &new.bytes).await?;
    let note = [new.filename.as_deref().unwrap_or_default(), new.note.as_str()].join("\n");
    if note.trim() != "" {
        reading::put(hub, tx, id, reading::NOTE, note.as_bytes()).await?;
    }
    if let Some(key) = &new.idempotency_key {
        tx.put_idempotent(tag, key, hash, id, now).await?;
    }
    let entry = [
        ("submission", id.to_string()),
        ("sha256", data_encoding::HEXLOWER.encode(hash)),
        ("checkpoint", crate::log::not_before(hub, new.seen.as_deref())?),
    ];
    leaf(hub, tx, "submission", &entry).await?;
    enqueue_read(hub, tx, id, lane).await?;
    Ok(Receipt { id, code, received_at: now, state: SubmissionState::Received })
}
