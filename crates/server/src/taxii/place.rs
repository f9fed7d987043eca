//! Where in a collection a read stands: the collection by id or alias, and the cursor that `next` carries.

use super::error::TaxiiError;
use super::filter::Asked;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use hub::ops::cursor;
use hub::ops::taxii::{self, Collection, Filter, Shape, Versions};
use hub::{Hub, HubError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sharing::Caller;

/// The names in a path. What cannot be one is as absent as what does not exist.
pub(crate) struct Named<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = TaxiiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, TaxiiError> {
        let named = Path::from_request_parts(parts, state).await;
        named.map(|Path(named)| Self(named)).map_err(|_| HubError::NotFound.into())
    }
}

/// A read that pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Endpoint {
    /// Objects of a collection.
    Objects,
    /// Versions of one object, whole.
    Object,
    /// The manifest of a collection.
    Manifest,
    /// The versions of one object, by name.
    Versions,
}

impl Endpoint {
    /// Whether `match[id]` and `match[type]` apply.
    pub(crate) fn takes_ids(self) -> bool {
        matches!(self, Self::Objects | Self::Manifest)
    }

    /// Whether it is a list of objects, or of what is said of them.
    pub(crate) fn shape(self) -> Shape {
        match self {
            Self::Objects | Self::Object => Shape::Objects,
            Self::Manifest | Self::Versions => Shape::Records,
        }
    }

    /// Whether `match[version]` applies.
    pub(crate) fn takes_versions(self) -> bool {
        self != Self::Versions
    }
}

/// Where a read begins.
#[derive(Debug)]
pub(crate) struct Place {
    /// The read.
    pub(crate) endpoint: Endpoint,
    /// The collection.
    pub(crate) collection: Collection,
    /// The filters: those of the request, or those that its cursor carries.
    pub(crate) filter: Filter,
    /// Only what was added after this.
    pub(crate) position: Option<i64>,
    /// Objects a page.
    pub(crate) limit: u32,
}

/// What a cursor holds. It is sealed by the hub: nobody reads or makes one, any node continues it, and it does not age.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Held {
    #[serde(rename = "e")]
    endpoint: Endpoint,
    #[serde(rename = "c")]
    collection: String,
    #[serde(rename = "p")]
    position: i64,
    #[serde(rename = "i", default, skip_serializing_if = "Vec::is_empty")]
    ids: Vec<String>,
    #[serde(rename = "t", default, skip_serializing_if = "Vec::is_empty")]
    types: Vec<String>,
    #[serde(rename = "v", default, skip_serializing_if = "Vec::is_empty")]
    versions: Vec<String>,
    #[serde(rename = "s", default, skip_serializing_if = "Vec::is_empty")]
    spec_versions: Vec<String>,
}

/// The collection that a path names by id or by alias (TAXII 2.1, section 5.2). Others' do not exist.
pub(crate) async fn collection(hub: &Hub, caller: &Caller, named: &str) -> Result<Collection, HubError> {
    let all = taxii::collections(hub, caller).await?;
    let id = named.parse().ok();
    all.iter().find(|c| Some(c.id) == id || c.slug == named).cloned().ok_or(HubError::NotFound)
}

impl Place {
    /// The place that a request asks for. A cursor brings its own filters: what the request repeats of them, or leaves out,
    /// changes nothing; its `limit` counts.
    pub(crate) fn find(
        hub: &Hub,
        endpoint: Endpoint,
        collection: Collection,
        asked: Asked,
    ) -> Result<Self, TaxiiError> {
        let limit = asked.limit;
        let Some(next) = asked.next else {
            return Ok(Self { endpoint, collection, filter: asked.filter, position: None, limit });
        };
        let foreign = || TaxiiError::Bad("`next` is not of this list", "start again without it".to_owned());
        let held: Held =
            cursor::open(hub, &next).and_then(|b| serde_json::from_slice(&b).ok()).ok_or_else(foreign)?;
        if held.endpoint != endpoint || held.collection != collection.id.to_string() {
            return Err(foreign());
        }
        let versions = held.versions.iter().filter_map(|text| version(text)).collect();
        let filter = Filter {
            added_after: None,
            ids: held.ids,
            types: held.types,
            versions,
            spec_versions: held.spec_versions,
        };
        Ok(Self { endpoint, collection, filter, position: Some(held.position), limit })
    }

    /// The cursor of what follows `position`.
    pub(crate) fn cursor(&self, hub: &Hub, position: i64) -> String {
        let held = Held {
            endpoint: self.endpoint,
            collection: self.collection.id.to_string(),
            position,
            ids: self.filter.ids.clone(),
            types: self.filter.types.clone(),
            versions: self.filter.versions.iter().map(version_name).collect(),
            spec_versions: self.filter.spec_versions.clone(),
        };
        cursor::seal(hub, &serde_json::to_vec(&held).unwrap_or_default())
    }
}

fn version_name(version: &Versions) -> String {
    match version {
        Versions::Last => "last".to_owned(),
        Versions::First => "first".to_owned(),
        Versions::All => "all".to_owned(),
        Versions::At(at) => at.to_string(),
    }
}

fn version(name: &str) -> Option<Versions> {
    match name {
        "last" => Some(Versions::Last),
        "first" => Some(Versions::First),
        "all" => Some(Versions::All),
        at => at.parse().ok().map(Versions::At),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_survive_the_cursor() {
        for one in [
            Versions::Last,
            Versions::First,
            Versions::All,
            Versions::At(-5),
            Versions::At(1_795_493_700_123_456),
        ] {
            assert_eq!(version(&version_name(&one)), Some(one));
        }
        assert_eq!(version("newest"), None);
    }
}
