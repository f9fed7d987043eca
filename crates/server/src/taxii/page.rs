//! Pages of objects on the wire, written from stored bytes: nothing is parsed and nothing is serialised again.

use super::media::Accept;
use super::place::Place;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use hub::Hub;
use hub::ops::taxii::{FeedPage, Record};

/// When the first object of the page was added (TAXII 2.1, section 3.3).
const DATE_ADDED_FIRST: HeaderName = HeaderName::from_static("x-taxii-date-added-first");

/// When the last one was.
const DATE_ADDED_LAST: HeaderName = HeaderName::from_static("x-taxii-date-added-last");

/// What a page is a list of.
#[derive(Clone, Copy)]
pub(crate) enum List {
    /// Objects, as they are stored.
    Objects,
    /// Something said of each, written by a function.
    Said(&'static str, fn(&Record, &mut Vec<u8>)),
}

/// Writes a page: `{"more":true,"next":"…","NAME":[…]}`, with `more` and `next` only where more follows, and `{}` when there is
/// nothing (section 3.7).
pub(crate) fn render(hub: &Hub, accept: Accept, place: &Place, page: &FeedPage, list: List) -> Response {
    let Some(content) = page.content.as_ref().map(|content| content.get()) else {
        return accept.bytes(StatusCode::OK, b"{}".to_vec());
    };
    let mut body = Vec::with_capacity(content.text.len() + 1024);
    body.push(b'{');
    if page.more {
        let next = place.cursor(hub, content.last_added);
        body.extend_from_slice(format!("\"more\":true,\"next\":\"{next}\",").as_bytes());
    }
    match list {
        List::Objects => {
            body.extend_from_slice(b"\"objects\":[");
            body.extend_from_slice(content.text.as_bytes());
        }
        List::Said(name, write) => {
            body.extend_from_slice(format!("\"{name}\":[").as_bytes());
            for (at, one) in content.records.iter().flatten().enumerate() {
                if at > 0 {
                    body.push(b',');
                }
                write(one, &mut body);
            }
        }
    }
    body.extend_from_slice(b"]}");
    let mut response = accept.bytes(StatusCode::OK, body);
    for (header, at) in [(DATE_ADDED_FIRST, content.first_added), (DATE_ADDED_LAST, content.last_added)] {
        if let Ok(value) = HeaderValue::from_str(&timestamp(at)) {
            response.headers_mut().insert(header, value);
        }
    }
    response
}

/// Microseconds as TAXII writes them: always six digits (section 3.2).
pub(crate) fn timestamp(micros: i64) -> String {
    let at = jiff::Timestamp::from_microsecond(micros).unwrap_or_default();
    format!("{at:.6}")
}

/// Puts a text as JSON.
pub(crate) fn text(text: &str, body: &mut Vec<u8>) {
    // a string always has a JSON form
    body.extend_from_slice(&serde_json::to_vec(text).unwrap_or_else(|_| b"\"\"".to_vec()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_have_six_digits() {
        let check = |micros, expected: &str| assert_eq!(timestamp(micros), expected);
        check(1_795_493_700_000_000, "2026-11-24T04:15:00.000000Z");
        check(1_795_493_700_123_456, "2026-11-24T04:15:00.123456Z");
        check(0, "1970-01-01T00:00:00.000000Z");
    }
}
