//! The reads and writes behind the TAXII face: collections, objects, manifests. It knows feeds, not the protocol. What
//! posting does stands in [`crate::ops::taxii_post`].

use crate::{Hub, HubError};
use model::id::{CollectionId, OrgId};
use model::lang::Bilingual;
use model::org::Roster;
use sharing::caller::AsReporter;
use sharing::{Caller, ReaderAudiences, Released, admit_page};
use std::sync::Arc;
use store::{CollectionRow, FeedFilter, NewDisclosure, PageText, Span, VersionPick};

pub use store::Shape;

/// The alias of every organisation's own collection.
pub(crate) const OWN: &str = "own";

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

/// What the manifest and the list of versions say of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The STIX id.
    pub id: String,
    /// When it was added, microseconds, unique in the hub.
    pub date_added: i64,
    /// Its version as text.
    pub version: String,
    /// Its `spec_version`.
    pub spec_version: String,
}

/// What a page holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// How many objects.
    pub objects: usize,
    /// When the first of them was added, microseconds.
    pub first_added: i64,
    /// When the last one was.
    pub last_added: i64,
    /// The objects' JSON as stored, with commas between; empty where records were asked for.
    pub text: String,
    /// What is said of each object, where that was asked for.
    pub records: Option<Vec<Record>>,
}

/// A page of a feed.
#[derive(Debug)]
pub struct FeedPage {
    /// What is in it, `None` for nothing.
    pub content: Option<Released<Content>>,
    /// Whether more follow.
    pub more: bool,
}

/// One read of a collection.
#[derive(Clone, Copy, Debug)]
pub struct Read<'a> {
    /// Which.
    pub collection: CollectionId,
    /// What is wanted.
    pub filter: &'a Filter,
    /// Only what was added after this, microseconds: where the page before ended.
    pub position: Option<i64>,
    /// Objects a page.
    pub limit: u32,
    /// Objects, or what is said of them.
    pub shape: Shape,
}

impl Content {
    pub(crate) fn empty(shape: Shape) -> Self {
        let records = (shape == Shape::Records).then(Vec::new);
        Self { objects: 0, first_added: 0, last_added: 0, text: String::new(), records }
    }

    /// Counts an object that is put.
    pub(crate) fn count(&mut self, date_added: i64) {
        if self.objects == 0 {
            self.first_added = date_added;
        }
        self.last_added = date_added;
        self.objects += 1;
    }

    /// Puts texts of objects.
    pub(crate) fn put(&mut self, text: &str) {
        if !text.is_empty() {
            if !self.text.is_empty() {
                self.text.push(',');
            }
            self.text.push_str(text);
        }
    }
}

impl Filter {
    /// Whether an object of this id and `spec_version` passes; its type is in its id (STIX 2.1 section 2.9).
    pub(crate) fn admits(&self, id: &str, spec_version: &str) -> bool {
        let any = |list: &[String], value: &str| list.is_empty() || list.iter().any(|v| v == value);
        let object_type = id.split_once("--").map_or(id, |(object_type, _)| object_type);
        any(&self.ids, id) && any(&self.types, object_type) && any(&self.spec_versions, spec_version)
    }
}

/// The collections of a caller: `all`, its sectors that may be named, `exercise`, its own. Others do not exist for it.
///
/// # Errors
/// `Denied` for a caller that may neither read nor send.
pub async fn collections(hub: &Hub, caller: &Caller) -> Result<Arc<Vec<Collection>>, HubError> {
    let (can_read, can_write) = (caller.reader().is_ok(), caller.reporter().is_ok());
    if !can_read && !can_write {
        return Err(HubError::Denied);
    }
    let key = (caller.org(), can_read, can_write);
    crate::fresh::collections(hub, key, read_collections(hub, key)).await
}

async fn read_collections(
    hub: &Hub,
    (org, can_read, can_write): (OrgId, bool, bool),
) -> Result<Vec<Collection>, HubError> {
    let roster = crate::fresh::roster(hub).await?;
    let mut tx = hub.store.read().await?;
    let member = roster.organisation(org).map(|o| o.sectors.clone()).unwrap_or_default();
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
    out.push(Collection { id: own_collection(hub, org), slug: OWN.to_owned(), title, can_read, can_write });
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
    let all = collections(hub, caller).await?;
    all.iter().find(|c| c.id == id).cloned().ok_or(HubError::NotFound)
}

/// A page: objects of a collection with `date_added` beyond the position, at most `limit`. Cost: the page, merged over the reader's
/// audiences; a poll that finds nothing new costs no statement. The disclosure is noted as one range.
///
/// # Errors
/// `NotFound`, `Alarm`, `Unavailable`.
pub async fn objects(hub: &Hub, caller: &Caller, read: Read<'_>) -> Result<FeedPage, HubError> {
    self::collection(hub, caller, read.collection).await?;
    let reader = crate::fresh::reader(hub, caller).await?;
    let after = read.position.unwrap_or(i64::MIN).max(read.filter.added_after.unwrap_or(i64::MIN));
    if read.collection == own_collection(hub, caller.org()) {
        return own_page(hub, &reader, read, after).await;
    }
    let Some(one_in) = share(hub, &reader, read.collection, after).await? else {
        return Ok(FeedPage { content: None, more: false });
    };
    let span = Span { after, limit: read.limit, one_in };
    let mut tx = hub.store.read().await?;
    let (stored, more) =
        tx.feed(&reader, read.collection, &feed_filter(read.filter), span, read.shape).await?;
    drop(tx);
    let content = match stored {
        Some(stored) => Some(admit_page(stored, &reader)?.map(|page| content(page, read.shape))),
        None => None,
    };
    if let Some(content) = &content {
        note(hub, &reader, read.collection, content.get());
    }
    Ok(FeedPage { content, more })
}

/// One in how many rows of the feed this reader may see in a collection; `None` when nothing was added for it after `after`.
async fn share(
    hub: &Hub,
    reader: &ReaderAudiences,
    collection: CollectionId,
    after: i64,
) -> Result<Option<i64>, HubError> {
    let (heads, all) = crate::fresh::heads(hub).await?;
    let Some(lanes) = heads.get(&collection) else { return Ok(None) };
    let mine = reader.ids().filter_map(|audience| lanes.get(&audience));
    let (rows, last) = mine.fold((0, i64::MIN), |(rows, last), head| (rows + head.0, last.max(head.1)));
    Ok((last > after).then_some(all / rows.max(1)))
}

/// When the newest object was added that this caller may read in a collection, microseconds; `None` for none. Of the caller's own
/// collection it is told as of others.
///
/// # Errors
/// `NotFound`, `Denied`, `Unavailable`.
pub async fn newest(hub: &Hub, caller: &Caller, collection: CollectionId) -> Result<Option<i64>, HubError> {
    self::collection(hub, caller, collection).await?;
    let reader = crate::fresh::reader(hub, caller).await?;
    if collection == own_collection(hub, caller.org()) {
        let owner = hub.store.seals().source_tag(reader.org());
        return Ok(hub.store.read().await?.own_head(&owner).await?);
    }
    let (heads, _) = crate::fresh::heads(hub).await?;
    let lanes = heads.get(&collection);
    Ok(reader.ids().filter_map(|audience| lanes?.get(&audience).map(|head| head.1)).max())
}

/// A number that moves with every change of who may do what: a caller that was let in before has to show itself again.
///
/// # Errors
/// `Unavailable`.
pub async fn rights(hub: &Hub) -> Result<i64, HubError> {
    Ok(crate::fresh::epoch(hub).await?.rights)
}

fn content(page: PageText, shape: Shape) -> Content {
    let PageText { objects, first_added, last_added, text } = page;
    match shape {
        Shape::Objects => Content { objects, first_added, last_added, text, records: None },
        Shape::Records => {
            let records = Some(text.lines().filter_map(record).collect());
            Content { objects, first_added, last_added, text: String::new(), records }
        }
    }
}

fn record(line: &str) -> Option<Record> {
    let mut parts = line.split('|');
    Some(Record {
        id: parts.next()?.to_owned(),
        date_added: parts.next()?.parse().ok()?,
        version: parts.next()?.to_owned(),
        spec_version: parts.next()?.to_owned(),
    })
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

fn note(hub: &Hub, reader: &ReaderAudiences, collection: CollectionId, content: &Content) {
    let row = NewDisclosure {
        id: model::id::uuid4(hub.random("disclosure")),
        organisation: reader.org(),
        person: None,
        channel: "taxii",
        collection: Some(collection),
        item: None,
        range: Some((content.first_added, content.last_added)),
        objects: i64::try_from(content.objects).unwrap_or(i64::MAX),
    };
    hub.disclosures.note(row, hub.now());
}

async fn own_page(
    hub: &Hub,
    reader: &ReaderAudiences,
    read: Read<'_>,
    after: i64,
) -> Result<FeedPage, HubError> {
    let owner = hub.store.seals().source_tag(reader.org());
    let mut tx = hub.store.read().await?;
    let (content, more) =
        crate::own::page(hub, &mut tx, &owner, read.filter, (after, read.limit), read.shape).await?;
    let content = match content.objects {
        0 => None,
        _ => Some(sharing::reader::own(reader, reader.org(), content)?),
    };
    Ok(FeedPage { content, more })
}

/// Hides versions of an object in the organisation's own collection: all of them, unless the filter picks some (TAXII 2.1 section 5.7). What
/// was submitted stays under its retention, and what was released of it is recalled by withdrawing, not by this.
///
/// # Errors
/// `NotFound` where there is nothing to hide, `Denied` for a collection that the hub fills.
pub async fn hide(
    hub: &Hub,
    caller: &Caller,
    source: AsReporter,
    collection: CollectionId,
    id: &str,
    filter: &Filter,
) -> Result<(), HubError> {
    if !self::collection(hub, caller, collection).await?.can_write {
        return Err(HubError::Denied);
    }
    let versions = if filter.versions.is_empty() { vec![Versions::All] } else { filter.versions.clone() };
    let wanted = Filter {
        ids: vec![id.to_owned()],
        versions,
        spec_versions: filter.spec_versions.clone(),
        ..Filter::default()
    };
    let owner = hub.store.seals().source_tag(source.org);
    let mut tx = hub.store.write().await?;
    let all = (i64::MIN, u32::MAX);
    let (found, _) = crate::own::page(hub, &mut tx, &owner, &wanted, all, Shape::Records).await?;
    let dates: Vec<i64> = found.records.iter().flatten().map(|one| one.date_added).collect();
    if dates.is_empty() {
        return Err(HubError::NotFound);
    }
    crate::own::hide(hub, &mut tx, &owner, id, &dates).await?;
    Ok(tx.commit().await?)
}
