//! The caller's released indicators as one compiled, signed set; with `since`, what came later.

use super::error::Problem;
use super::wire::{Answer, Asked};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use hub::HubError;
use hub::ops::{read, set};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

/// A client asks each time whether its set still stands, and no one in between keeps one.
const KEEP: &str = "private, no-cache";

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Since {
    /// The time that the caller's newest set says it was made: only what came later is sent, to be laid over it, and what is to go.
    since: Option<String>,
}

/// The compiled set, signed with the key of the hub's log. `If-None-Match` with the `ETag` of before gives 304 while nothing changed.
#[utoipa::path(get, path = "/api/v1/set", tag = "items", params(Since), responses(
    (status = 200, body = String, content_type = "application/octet-stream"), (status = 304)))]
pub(crate) async fn get(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    headers: HeaderMap,
    Asked(asked): Asked<Since>,
) -> Answer {
    let reader = read::audiences(&app.hub, &caller).await?;
    let since = asked.since.as_deref().map(time).transpose()?;
    let set = set::compiled(&app.hub, &reader, since, |tag| has(&headers, tag)).await?.into_inner();
    let head = [(header::ETAG, format!("\"{}\"", set.tag)), (header::CACHE_CONTROL, KEEP.to_owned())];
    if has(&headers, &set.tag) {
        return Ok((StatusCode::NOT_MODIFIED, head).into_response());
    }
    let media = [(header::CONTENT_TYPE, "application/octet-stream")];
    Ok((head, media, set.bytes.to_vec()).into_response())
}

fn time(text: &str) -> Result<Timestamp, Problem> {
    text.parse().map_err(|_| HubError::Invalid("since", hub::Problem::Rfc3339).into())
}

/// Whether the request says that its sender has this (RFC 9110 section 13.1.2).
fn has(headers: &HeaderMap, tag: &str) -> bool {
    let listed = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = listed.flat_map(|list| list.split(',')).map(str::trim);
    tags.any(|one| one.strip_prefix("W/").unwrap_or(one).trim_matches('"') == tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn tags_that_a_request_lists() {
        let check = |list: &'static str, expected: bool| {
            let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(list))]);
            assert_eq!(has(&headers, "ab"), expected, "{list}");
        };
        check("\"ab\"", true);
        check("W/\"ab\"", true);
        check("\"x\", \"ab\"", true);
        check("\"abc\"", false);
        check("", false);
        assert!(!has(&HeaderMap::new(), "ab"));
    }
}
