//! The reads and writes behind the TAXII face: collections, objects, manifests, status. It knows feeds, not the protocol.

use crate::ops::submit::Receipt;
use crate::{Hub, HubError};
use jiff::Timestamp;
use model::id::{CollectionId, StatusId};
use model::lang::Bilingual;
use sharing::caller::AsReporter;
use sharing::{Caller, ReaderAudiences, Released};

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

/// The collections of a caller: `all`, its sectors that may be named, its own, `exercise`. Others do not exist for it.
pub async fn collections(hub: &Hub, caller: &Caller) -> Result<Vec<Collection>, HubError> { todo!() }

/// One collection.
pub async fn collection(hub: &Hub, caller: &Caller, id: CollectionId) -> Result<Collection, HubError> { todo!() }

/// A page: objects of `collection` with `date_added` beyond `position` (exclusive), at most `limit`. Cost: the page, merged over the reader's audiences.
pub async fn objects(hub: &Hub, reader: &ReaderAudiences, collection: CollectionId, filter: &Filter, position: Option<i64>, limit: u32) -> Result<FeedPage, HubError> { todo!() }

/// The versions of one object.
pub async fn versions(hub: &Hub, reader: &ReaderAudiences, collection: CollectionId, object: &str, filter: &Filter, position: Option<i64>, limit: u32) -> Result<FeedPage, HubError> { todo!() }

/// Takes an envelope or bundle into the organisation's own collection: durable when it returns.
pub async fn post(hub: &Hub, source: AsReporter, collection: CollectionId, bytes: Vec<u8>) -> Result<Status, HubError> { todo!() }

/// A status resource of this organisation.
pub async fn status(hub: &Hub, source: AsReporter, id: StatusId) -> Result<Status, HubError> { todo!() }
