//! What most routes of the API share on the wire: identifiers in paths, JSON bodies, pages, texts in two languages.

use super::error::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hub::{HubError, Page, PageRequest};
use jiff::Timestamp;
use model::lang::Bilingual;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use utoipa::{IntoParams, ToSchema};

/// What a handler returns.
pub(crate) type Answer = Result<Response, Problem>;

/// A resource as JSON.
pub(crate) fn json(status: StatusCode, resource: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(resource).map_err(|_| Problem::from(crate::error::Refusal::Fault))?;
    Ok((status, [(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// It is done; there is nothing to say.
pub(crate) fn done() -> Answer {
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A signed note to keep under this name.
pub(crate) fn note(name: &str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}.note\"");
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, text).into_response()
}

/// The identifier in a path. What is none is as absent as what does not exist.
pub(crate) struct Id<T>(pub(crate) T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let raw = Path::<String>::from_request_parts(parts, state).await.ok();
        let id = raw.and_then(|Path(raw)| raw.parse().ok());
        id.map(Self).ok_or_else(|| HubError::NotFound.into())
    }
}

/// The body as JSON.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state).await.unwrap_or_default();
        let read = serde_json::from_slice(&bytes);
        read.map(Self).map_err(|why| HubError::said("body", why).into())
    }
}

/// The query of a request.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let read = Query::try_from_uri(&parts.uri);
        read.map(|q| Self(q.0)).map_err(|why| HubError::said("query", why.body_text()).into())
    }
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// The cursor that the previous page gave.
    pub(super) after: Option<String>,
    /// Rows wanted, at most 200; 50 when absent.
    pub(super) limit: Option<u32>,
}

impl From<&Paging> for PageRequest {
    fn from(asked: &Paging) -> Self {
        Self { after: asked.after.clone(), limit: asked.limit.unwrap_or(0) }
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rows<T> {
    /// The rows.
    rows: Vec<T>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A page as JSON, with the address of the next one in `Link` (RFC 8288). `query` is what the address repeats.
pub(crate) fn rows<T, W: Serialize>(
    path: &str,
    query: &str,
    paging: &Paging,
    page: Page<T>,
    wire: fn(T) -> W,
) -> Answer {
    let link = page.next.as_ref().map(|next| {
        let limit = paging.limit.map(|limit| format!("&limit={limit}")).unwrap_or_default();
        format!("<{path}?after={next}{limit}{query}>; rel=\"next\"")
    });
    let rows: Vec<W> = page.rows.into_iter().map(wire).collect();
    let mut response = json(StatusCode::OK, &Rows { rows, next: page.next })?;
    if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// A text in both languages.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub(crate) struct Words {
    /// Japanese.
    pub(crate) ja: String,
    /// English.
    pub(crate) en: String,
}

impl From<Bilingual> for Words {
    fn from(text: Bilingual) -> Self {
        Self { ja: text.ja, en: text.en }
    }
}

impl From<Words> for Bilingual {
    fn from(text: Words) -> Self {
        Self { ja: text.ja, en: text.en }
    }
}

/// A piece of text with what it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Labelled {
    /// What it is, e.g. `subject`.
    label: String,
    /// The text.
    text: String,
}

/// Labelled texts, in order.
pub(crate) fn labelled(all: Vec<(String, String)>) -> Vec<Labelled> {
    all.into_iter().map(|(label, text)| Labelled { label, text }).collect()
}

/// A time on the wire (RFC 3339).
pub(crate) fn time(at: Timestamp) -> String {
    at.to_string()
}

/// Reads a name of one of the model's enumerations.
pub(crate) fn name<T: FromStr>(field: &'static str, text: &str) -> Result<T, Problem>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|why: T::Err| HubError::said(field, why).into())
}

/// Reads a set of names or identifiers.
pub(crate) fn names<T: FromStr + Ord>(
    field: &'static str,
    texts: &[String],
) -> Result<std::collections::BTreeSet<T>, Problem>
where
    T::Err: std::fmt::Display,
{
    texts.iter().map(|text| name(field, text)).collect()
}

/// The names of a set.
pub(crate) fn list<T: ToString>(all: impl IntoIterator<Item = T>) -> Vec<String> {
    all.into_iter().map(|one| one.to_string()).collect()
}
