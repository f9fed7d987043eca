//! Posting to the own collection, and what became of it.

use crate::ops::submit::{NewSubmission, Receipt};
use crate::{Hub, HubError};
use jiff::Timestamp;
use model::consent::Delay;
use model::id::{CollectionId, StatusId};
use model::submission::{Door, Kind, SUBMISSION_BYTES_MAX};
use sha2::{Digest, Sha256};
use sharing::Caller;
use sharing::caller::AsReporter;
use store::Tx;

/// The outcome of a POST, kept for the status endpoint.
#[derive(Clone, Debug)]
pub struct Status {
    /// The status resource.
    pub id: StatusId,
    /// When the request came.
    pub requested_at: Timestamp,
    /// Ids (and versions) taken.
    pub successes: Vec<(String, String)>,
    /// Ids (and versions) refused, with the reason.
    pub failures: Vec<(String, String, String)>,
    /// The submission that it became.
    pub receipt: Option<Receipt>,
}

/// Bytes of a body that is read on a thread of its own.
const ASIDE_BYTES: usize = 128 * 1024;

/// Takes an envelope or bundle into the organisation's own collection: durable when it returns. What cannot be read of it is a
/// failure in the status, nothing of it is lost: the raw bytes are the submission.
///
/// # Errors
/// `NotFound` for another collection, `Denied` for one that is read only, `TooLarge`, `Invalid` for what is no envelope.
pub async fn post(
    hub: &Hub,
    caller: &Caller,
    source: AsReporter,
    collection: CollectionId,
    bytes: Vec<u8>,
) -> Result<Status, HubError> {
    let target = crate::ops::taxii::collection(hub, caller, collection).await?;
    if !target.can_write {
        return Err(HubError::Denied);
    }
    if bytes.len() > SUBMISSION_BYTES_MAX {
        return Err(HubError::TooLarge(SUBMISSION_BYTES_MAX));
    }
    let (bytes, read) = read(bytes).await?;
    let (objects, failures, hash) = read?;
    let tag = hub.store.seals().source_tag(source.org);
    let new = NewSubmission {
        bytes,
        kind: Some(Kind::Stix),
        filename: None,
        note: String::new(),
        door: Door::Taxii,
        delay: Delay::Slot,
        exercise: false,
        idempotency_key: None,
        seen: None,
    };
    let mut tx = hub.store.write().await?;
    let receipt = crate::ops::submit::keep(hub, &mut tx, source.org, &new, &tag, &hash).await?;
    crate::own::keep(hub, &mut tx, &tag, receipt.id, &objects).await?;
    let status = Status {
        id: StatusId::from_random(hub.random(&format!("status/{}", source.org))),
        requested_at: hub.now(),
        successes: objects.iter().map(|o| (o.id().as_str().to_owned(), version(o))).collect(),
        failures,
        receipt: Some(receipt),
    };
    keep_status(hub, &mut tx, &tag, &status).await?;
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(status)
}

/// Objects, failures (id, version, reason), and the hash of the whole.
type Read = (Vec<stix::Object>, Vec<(String, String, String)>, Vec<u8>);

/// Reads a body where it keeps nobody waiting: the largest takes half a second.
async fn read(bytes: Vec<u8>) -> Result<(Vec<u8>, Result<Read, HubError>), HubError> {
    if bytes.len() < ASIDE_BYTES {
        let read = read_now(&bytes);
        return Ok((bytes, read));
    }
    let aside = tokio::task::spawn_blocking(move || {
        let read = read_now(&bytes);
        (bytes, read)
    });
    aside.await.map_err(|_| HubError::Unavailable("reader".to_owned()))
}

fn read_now(bytes: &[u8]) -> Result<Read, HubError> {
    let limits = stix::Limits::default();
    let (objects, faults) = stix::read_objects(bytes, &limits).map_err(|f| HubError::said("body", f.text))?;
    // what is wrong with the whole, e.g. that it breaks off, is not one object's fault: nothing is taken
    if let Some(fault) = faults.iter().find(|f| !f.pointer.starts_with("/objects/")) {
        return Err(HubError::said("body", fault));
    }
    let failures = if faults.is_empty() { Vec::new() } else { failures(bytes, faults) };
    Ok((objects, failures, Sha256::digest(bytes).to_vec()))
}

/// What could not be taken, by the id and version that it claims; by its place where it claims none.
fn failures(bytes: &[u8], faults: Vec<stix::Fault>) -> Vec<(String, String, String)> {
    #[derive(serde::Deserialize)]
    struct Whole<'a> {
        #[serde(borrow)]
        objects: Vec<&'a serde_json::value::RawValue>,
    }
    let parts = serde_json::from_slice::<Whole<'_>>(bytes).map(|whole| whole.objects).unwrap_or_default();
    let one = |fault: stix::Fault| {
        let place =
            fault.pointer.trim_start_matches("/objects/").split('/').next().and_then(|n| n.parse().ok());
        let part = place.and_then(|n: usize| parts.get(n));
        let value: serde_json::Value =
            part.and_then(|part| serde_json::from_str(part.get()).ok()).unwrap_or_default();
        let said = |key: &str| value.get(key).and_then(|v| v.as_str()).map(ToOwned::to_owned);
        let version = said("modified").or_else(|| said("created")).unwrap_or_default();
        (said("id").unwrap_or_else(|| fault.pointer.clone()), version, fault.to_string())
    };
    faults.into_iter().map(one).collect()
}

/// The version of an object: modified, else created, else nothing: the time it was added (TAXII 2.1 section 3.4.1).
fn version(object: &stix::Object) -> String {
    object.version().map_or_else(String::new, |at| at.as_str().to_owned())
}

async fn keep_status(hub: &Hub, tx: &mut Tx, tag: &[u8], status: &Status) -> Result<(), HubError> {
    let Some(receipt) = &status.receipt else { return Ok(()) };
    let text = serde_json::to_vec(&(status.requested_at, &status.successes, &status.failures))
        .map_err(store::StoreError::from)?;
    let packed = crate::packed::pack(&text).ok_or(store::StoreError::Sealed)?;
    let sealed = hub.store.seals().key(receipt.id)?.seal(hub.random("seal"), "status", &packed)?;
    tx.insert_status(status.id, tag, receipt.id, &sealed, hub.now()).await?;
    Ok(())
}

/// A status resource of this organisation. It outlives a restart.
///
/// # Errors
/// `NotFound` for another's and for none.
pub async fn status(hub: &Hub, source: AsReporter, id: StatusId) -> Result<Status, HubError> {
    let tag = hub.store.seals().source_tag(source.org);
    let mut tx = hub.store.read().await?;
    let (submission, sealed) = tx.status(id, &tag).await?.ok_or(HubError::NotFound)?;
    let packed = hub.store.seals().key(submission)?.open("status", &sealed)?;
    let text = crate::packed::unpack(&packed).ok_or(store::StoreError::Sealed)?;
    let (requested_at, successes, failures) =
        serde_json::from_slice(&text).map_err(store::StoreError::from)?;
    Ok(Status { id, requested_at, successes, failures, receipt: None })
}
