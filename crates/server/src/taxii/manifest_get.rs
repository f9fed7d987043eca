//! The manifest of a collection (TAXII 2.1, section 5.3). `next` is given here too, though the standard forgot it: without it a
//! client can only ask for the first page again.

use super::error::TaxiiError;
use super::filter::Pairs;
use super::media::{Accept, STIX};
use super::objects_get;
use super::page::{self, List};
use super::place::{Endpoint, Named};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::response::Response;
use hub::ops::taxii::Record;

/// A page of it.
pub(crate) async fn get(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    accept: Accept,
    Named(named): Named<String>,
    pairs: Pairs,
) -> Result<Response, TaxiiError> {
    let (place, page) = objects_get::read(&app.hub, &caller, Endpoint::Manifest, &named, &pairs).await?;
    Ok(page::render(&app.hub, accept, &place, &page, List::Said("objects", record)))
}

/// Section 5.3.1: a manifest record.
fn record(one: &Record, body: &mut Vec<u8>) {
    body.extend_from_slice(b"{\"id\":");
    page::text(&one.id, body);
    body.extend_from_slice(b",\"date_added\":");
    page::text(&page::timestamp(one.date_added), body);
    body.extend_from_slice(b",\"version\":");
    page::text(&one.version, body);
    body.extend_from_slice(b",\"media_type\":");
    let media = if one.spec_version == "2.1" { STIX } else { "application/stix+json;version=2.0" };
    page::text(media, body);
    body.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_json() {
        let one = Record {
            id: "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f".to_owned(),
            date_added: 1_795_493_700_000_001,
            version: "2026-11-24T04:15:00Z".to_owned(),
            spec_version: "2.1".to_owned(),
        };
        let mut body = Vec::new();
        record(&one, &mut body);
        let expected = concat!(
            r#"{"id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","date_added":"2026-11-24T04:15:00.000001Z","#,
            r#""version":"2026-11-24T04:15:00Z","media_type":"application/stix+json;version=2.1"}"#
        );
        assert_eq!(String::from_utf8(body).unwrap(), expected);
    }
}
