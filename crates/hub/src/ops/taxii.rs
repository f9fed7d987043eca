//! The reads and writes behind the TAXII face: collections, objects, manifests, status. It knows feeds, not the protocol.

use crate::ops::submit::{NewSubmission, Receipt};
use crate::{Hub, HubError};
use jiff::Timestamp;
use model::consent::Delay;
use model::id::{CollectionId, OrgId, StatusId, SubmissionId};
use model::lang::Bilingual;
use model::org::Roster;
use model::submission::{Door, Kind, SUBMISSION_BYTES_MAX};
use sha2::{Digest, Sha256};
use sharing::caller::AsReporter;
use sharing::{Caller, ReaderAudiences, Released, admit};
use std::collections::HashMap;
use store::seal::SealKey;
use store::{CollectionRow, FeedFilter, FeedRow, NewDisclosure, NewOwnObject, OwnFilter, Tx, VersionPick};

/// A collection as this caller sees it.
#[derive(Clone, Debug)]
pub struct Collection {
    /// Its id.
    pub id: CollectionId,
    /// `all`, `own`, `exercise`, or the sector's slug.
    pub slug: String,
    /// Its title.
    pub title: Bilingual,
    /// Whether the caller may read.
    pub can_read: bool,
    /// Whether the caller may post.
    pub can_write: bool,
}

/// Which versions of an object (TAXII 2.1 section 3.4, `match[version]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Versions {
    /// The newest: the default.
    Last,
    /// The oldest.
    First,
    /// Every one.
    All,
    /// Exactly this one, in microseconds.
    At(i64),
}

/// The filters of one request.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only what was added after this (exclusive), microseconds.
    pub added_after: Option<i64>,
    /// Only these ids; empty for any.
    pub ids: Vec<String>,
    /// Only these types; empty for any.
    pub types: Vec<String>,
    /// Only these versions; empty means `Last`.
    pub versions: Vec<Versions>,
    /// Only these `spec_version`s; empty for any.
    pub spec_versions: Vec<String>,
}

/// One object of a page.
#[derive(Clone, Debug)]
pub struct FeedObject {
    /// The STIX id.
    pub id: String,
    /// When it was added, microseconds, unique in the hub.
    pub date_added: i64,
    /// Its version as text.
    pub version: String,
    /// Its `spec_version`.
    pub spec_version: String,
    /// The object's JSON, as stored.
    pub bytes: Vec<u8>,
}

/// A page of a feed.
#[derive(Debug)]
pub struct FeedPage {
    /// The objects, by `date_added`.
    pub objects: Vec<Released<FeedObject>>,
    /// Whether more follow.
    pub more: bool,
}

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

/// The collections of a caller: `all`, its sectors that may be named, `exercise`, its own. Others do not exist for it.
///
/// # Errors
/// `Denied` for a caller that may neither read nor send.
pub async fn collections(hub: &Hub, caller: &Caller) -> Result<Vec<Collection>, HubError> {
    let (can_read, can_write) = (caller.reader().is_ok(), caller.reporter().is_ok());
    if !can_read && !can_write {
        return Err(HubError::Denied);
    }
    let mut tx = hub.store.read().await?;
    let roster = tx.roster().await?;
    let member = roster.organisation(caller.org()).map(|o| o.sectors.clone()).unwrap_or_default();
    let mut out = Vec::new();
    for row in tx.collections().await? {
        let mine = row.sector.is_none_or(|s| {
            member.contains(&s) && sharing::audience::sector_may_be_named(s, &roster, hub.settings.sector_min)
        });
        if mine {
            let title = title(&row, &roster);
            out.push(Collection { id: row.id, slug: row.slug, title, can_read, can_write: false });
        }
    }
    let title =
        Bilingual { ja: "自組織からの提供".to_owned(), en: "Sent by your organisation".to_owned() };
    out.push(Collection {
        id: own_collection(hub, caller.org()),
        slug: "own".to_owned(),
        title,
        can_read,
        can_write,
    });
    Ok(out)
}

/// The id of an organisation's own collection: a keyed hash, so that no table ties the two together.
fn own_collection(hub: &Hub, org: OrgId) -> CollectionId {
    let tag = hub.store.seals().tag("own-collection", org.0.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&tag[..16]);
    CollectionId::from_random(bytes)
}

fn title(row: &CollectionRow, roster: &Roster) -> Bilingual {
    let (ja, en) = match row.purpose.as_str() {
        "exercise" => ("演習", "Exercises"),
        "all" => ("全参加組織", "All members"),
        _ => {
            let sector = roster.sectors.iter().find(|s| Some(s.id) == row.sector);
            return sector.map(|s| s.name.clone()).unwrap_or_default();
        }
    };
    Bilingual { ja: ja.to_owned(), en: en.to_owned() }
}

/// One collection.
///
/// # Errors
/// `NotFound` for one that does not exist for this caller.
pub async fn collection(hub: &Hub, caller: &Caller, id: CollectionId) -> Result<Collection, HubError> {
    collections(hub, caller).await?.into_iter().find(|c| c.id == id).ok_or(HubError::NotFound)
}

/// A page: objects of `collection` with `date_added` beyond `position` (exclusive), at most `limit`. Cost: the page, merged
/// over the reader's audiences. The disclosure is noted as one range.
///
/// # Errors
/// `NotFound`, `Alarm`, `Unavailable`.
pub async fn objects(
    hub: &Hub,
    caller: &Caller,
    reader: &ReaderAudiences,
    collection: CollectionId,
    filter: &Filter,
    position: Option<i64>,
    limit: u32,
) -> Result<FeedPage, HubError> {
    self::collection(hub, caller, collection).await?;
    let from = position.unwrap_or(i64::MIN).max(filter.added_after.unwrap_or(i64::MIN));
    if collection == own_collection(hub, caller.org()) {
        return own_page(hub, reader, filter, from, limit).await;
    }
    let mut tx = hub.store.read().await?;
    let (stored, more) = tx.feed(reader, collection, &feed_filter(filter), from, limit).await?;
    drop(tx);
    let objects: Vec<Released<FeedObject>> = stored
        .into_iter()
        .map(|s| Ok(admit(s, reader)?.map(feed_object)))
        .collect::<Result<_, HubError>>()?;
    note(hub, reader, collection, &objects);
    Ok(FeedPage { objects, more })
}

fn feed_object(row: FeedRow) -> FeedObject {
    FeedObject {
        id: row.id,
        date_added: row.date_added,
        version: row.version,
        spec_version: row.spec_version,
        bytes: row.bytes,
    }
}

fn feed_filter(filter: &Filter) -> FeedFilter {
    FeedFilter {
        ids: filter.ids.clone(),
        types: filter.types.clone(),
        versions: filter.versions.iter().map(pick).collect(),
        spec_versions: filter.spec_versions.clone(),
    }
}

fn pick(version: &Versions) -> VersionPick {
    match version {
        Versions::Last => VersionPick::Last,
        Versions::First => VersionPick::First,
        Versions::All => VersionPick::All,
        Versions::At(at) => VersionPick::At(*at),
    }
}

fn note(hub: &Hub, reader: &ReaderAudiences, collection: CollectionId, objects: &[Released<FeedObject>]) {
    if let (Some(first), Some(last)) = (objects.first(), objects.last()) {
        let row = NewDisclosure {
            id: model::id::uuid4(hub.random("disclosure")),
            organisation: reader.org(),
            person: None,
            channel: "taxii",
            collection: Some(collection),
            item: None,
            range: Some((first.get().date_added, last.get().date_added)),
            objects: i64::try_from(objects.len()).unwrap_or(i64::MAX),
        };
        hub.disclosures.note(row, hub.now());
    }
}

async fn own_page(
    hub: &Hub,
    reader: &ReaderAudiences,
    filter: &Filter,
    from: i64,
    limit: u32,
) -> Result<FeedPage, HubError> {
    let seals = hub.store.seals();
    let own = OwnFilter {
        tags: filter.ids.iter().map(|id| seals.tag("object", id.as_bytes())).collect(),
        types: filter.types.clone(),
        versions: filter.versions.iter().map(pick).collect(),
        spec_versions: filter.spec_versions.clone(),
    };
    let owner = seals.source_tag(reader.org());
    let mut tx = hub.store.read().await?;
    let (rows, more) = tx.own_objects(&owner, &own, from, limit).await?;
    drop(tx);
    let mut keys: HashMap<SubmissionId, Option<SealKey>> = HashMap::new();
    let mut objects = Vec::with_capacity(rows.len());
    for row in rows {
        let key = keys.entry(row.submission).or_insert_with(|| seals.key(row.submission).ok());
        // An erased submission's objects are gone; their rows wait for the retention job.
        let Some(key) = key else { continue };
        let plain = key.open(OWN, &row.sealed)?;
        let Some(cut) = plain.iter().position(|b| *b == b'\n') else { continue };
        let object = FeedObject {
            id: String::from_utf8_lossy(&plain[..cut]).into_owned(),
            date_added: row.date_added,
            version: row.version,
            spec_version: row.spec_version,
            bytes: plain[cut + 1..].to_vec(),
        };
        objects.push(sharing::reader::own(reader, reader.org(), object)?);
    }
    Ok(FeedPage { objects, more })
}

/// The context under which posted objects are sealed.
const OWN: &str = "own-object";

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
    let target = self::collection(hub, caller, collection).await?;
    if !target.can_write {
        return Err(HubError::Denied);
    }
    if bytes.len() > SUBMISSION_BYTES_MAX {
        return Err(HubError::TooLarge(SUBMISSION_BYTES_MAX));
    }
    let limits = stix::Limits::default();
    let (objects, faults) =
        stix::read_objects(&bytes, &limits).map_err(|f| HubError::Invalid("body", f.text))?;
    let tag = hub.store.seals().source_tag(source.org);
    let hash = Sha256::digest(&bytes).to_vec();
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
    keep_objects(hub, &mut tx, &tag, receipt.id, &objects).await?;
    let status = Status {
        id: StatusId::from_random(hub.random(&format!("status/{}", source.org))),
        requested_at: hub.now(),
        successes: objects.iter().map(|o| (o.id().as_str().to_owned(), version(o, hub.now()).0)).collect(),
        failures: faults.into_iter().map(|f| (f.pointer.clone(), String::new(), f.text)).collect(),
        receipt: Some(receipt),
    };
    keep_status(hub, &mut tx, &tag, &status).await?;
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(status)
}

/// The version of an object: modified, else created, else the time it was added (TAXII 2.1 section 3.4.1).
fn version(object: &stix::Object, now: Timestamp) -> (String, i64) {
    match object.version() {
        Some(at) => (at.as_str().to_owned(), at.micros()),
        None => {
            let at = stix::Timestamp::from_micros(now.as_microsecond());
            (at.as_str().to_owned(), at.micros())
        }
    }
}

async fn keep_objects(
    hub: &Hub,
    tx: &mut Tx,
    owner: &[u8],
    id: SubmissionId,
    objects: &[stix::Object],
) -> Result<(), HubError> {
    let seals = hub.store.seals();
    let key = seals.key(id)?;
    let mut rows = Vec::with_capacity(objects.len());
    let mut seen = std::collections::HashSet::new();
    for object in objects {
        let (version, version_at) = version(object, hub.now());
        let object_tag = seals.tag("object", object.id().as_str().as_bytes());
        if !seen.insert((object_tag.clone(), version_at)) {
            continue;
        }
        let plain = [object.id().as_str().as_bytes(), b"\n", object.raw().as_bytes()].concat();
        rows.push(NewOwnObject {
            object_tag,
            object_type: object.type_().to_owned(),
            spec_version: object.spec_version().unwrap_or("2.0").to_owned(),
            version,
            version_at,
            sealed: key.seal(hub.random("seal"), OWN, &plain)?,
        });
    }
    let known = tx.own_known(owner, &rows).await?;
    rows.retain(|r| !known.contains(&(r.object_tag.clone(), r.version_at)));
    tx.insert_own(owner, id, &rows, hub.now()).await?;
    Ok(())
}

async fn keep_status(hub: &Hub, tx: &mut Tx, tag: &[u8], status: &Status) -> Result<(), HubError> {
    let Some(receipt) = &status.receipt else { return Ok(()) };
    let text = serde_json::to_vec(&(status.requested_at, &status.successes, &status.failures))
        .map_err(store::StoreError::from)?;
    let sealed = hub.store.seals().key(receipt.id)?.seal(hub.random("seal"), "status", &text)?;
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
    let text = hub.store.seals().key(submission)?.open("status", &sealed)?;
    let (requested_at, successes, failures) =
        serde_json::from_slice(&text).map_err(store::StoreError::from)?;
    Ok(Status { id, requested_at, successes, failures, receipt: None })
}
