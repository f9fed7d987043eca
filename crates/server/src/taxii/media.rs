//! Media types of TAXII, negotiated as HTTP means it (RFC 9110, sections 8.3 and 12.5.1; TAXII 2.1, section 1.6.8).
//!
//! Clients send lists with weights, versions with and without blanks, no version, any case, or nothing. Only a caller that
//! accepts nothing we can send is refused.

use super::error::TaxiiError;
use crate::error::Refusal;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// What this face answers with.
pub(crate) const TAXII: &str = "application/taxii+json;version=2.1";

/// The plain form, for those who accept only that.
const JSON: &str = "application/json";

/// The media type of the objects themselves.
pub(crate) const STIX: &str = "application/stix+json;version=2.1";

/// The media type that was agreed for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accept(&'static str);

impl<S: Send + Sync> FromRequestParts<S> for Accept {
    type Rejection = TaxiiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, TaxiiError> {
        let lines: Vec<&str> = values(&parts.headers, &header::ACCEPT).collect();
        negotiate(&lines.join(",")).map(Self).ok_or(TaxiiError::NotAcceptable)
    }
}

impl Accept {
    /// An answer with these bytes.
    pub(crate) fn bytes(self, status: StatusCode, body: Vec<u8>) -> Response {
        (status, [(header::CONTENT_TYPE, self.0), (header::VARY, "accept")], body).into_response()
    }

    /// An answer with this resource.
    pub(crate) fn json(self, status: StatusCode, resource: &impl Serialize) -> Response {
        match serde_json::to_vec(resource) {
            Ok(body) => self.bytes(status, body),
            Err(_) => TaxiiError::from(Refusal::Fault).into_response(),
        }
    }
}

/// Checks the type and the coding of a posted body. One that says nothing is read as what this face takes.
pub(crate) fn check_posted(headers: &HeaderMap) -> Result<(), TaxiiError> {
    let plain = |said: &HeaderValue| said.to_str().is_ok_and(|said| said.split(',').all(is_identity));
    if !headers.get_all(header::CONTENT_ENCODING).into_iter().all(plain) {
        return Err(TaxiiError::UnsupportedCoding);
    }
    let Some(said) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let taken = said.to_str().ok().and_then(Range::read).is_some_and(|range| match range.name.as_str() {
        "application/taxii+json" => range.is_version(&["2.1"]),
        "application/stix+json" => range.is_version(&["2.0", "2.1"]),
        name => name == JSON,
    });
    if taken { Ok(()) } else { Err(TaxiiError::UnsupportedType) }
}

/// The word for "not coded", which need not be said (RFC 9110, section 12.5.3).
fn is_identity(coding: &str) -> bool {
    let coding = coding.trim();
    coding.is_empty() || coding.eq_ignore_ascii_case("identity")
}

fn values<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).into_iter().map(HeaderValue::to_str).filter_map(Result::ok)
}

/// The type to answer with: the one with the greater weight, [`TAXII`] when they are equal.
fn negotiate(accept: &str) -> Option<&'static str> {
    if accept.trim().is_empty() {
        return Some(TAXII);
    }
    let ranges: Vec<Range> = split(accept, ',').filter_map(Range::read).collect();
    let (taxii, json) = (weight(&ranges, "application/taxii+json"), weight(&ranges, JSON));
    match (taxii, json) {
        (0, 0) => None,
        (taxii, json) if taxii >= json => Some(TAXII),
        _ => Some(JSON),
    }
}

/// The weight of a type in thousandths, by the most specific range that covers it; the greatest of equally specific ones, so
/// that a list of versions works in any order.
fn weight(ranges: &[Range], name: &str) -> u16 {
    let specific = ranges.iter().filter_map(|range| Some((range.covers(name)?, range.weight)));
    specific.max().map_or(0, |(_, weight)| weight)
}

/// One element of an `Accept` header.
struct Range {
    name: String,
    version: Option<String>,
    /// Thousandths.
    weight: u16,
}

impl Range {
    fn read(text: &str) -> Option<Self> {
        let mut parts = split(text, ';');
        let name = parts.next()?.trim().to_ascii_lowercase();
        name.contains('/').then_some(())?;
        let mut range = Self { name, version: None, weight: 1000 };
        for parameter in parts {
            let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let value = value.trim().trim_matches('"');
            match key.trim().to_ascii_lowercase().as_str() {
                "version" => range.version = Some(value.to_owned()),
                "q" => range.weight = thousandths(value),
                _ => {}
            }
        }
        Some(range)
    }

    /// How specific this range is about a type it covers.
    fn covers(&self, name: &str) -> Option<u8> {
        let is_taxii = name.ends_with("taxii+json");
        match self.name.as_str() {
            "*/*" => Some(0),
            "application/*" => Some(1),
            own if own == name && self.version.is_none() => Some(2),
            own if own == name && is_taxii && self.is_version(&["2.1"]) => Some(3),
            _ => None,
        }
    }

    fn is_version(&self, known: &[&str]) -> bool {
        self.version.as_deref().is_none_or(|version| known.contains(&version))
    }
}

/// A weight in thousandths. One that cannot be read counts as full: the client did name the type.
fn thousandths(text: &str) -> u16 {
    text.parse::<f32>().map_or(1000, |q| (q.clamp(0.0, 1.0) * 1000.0).round() as u16)
}

/// Splits at a separator outside of quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(accept: &str, expected: Option<&'static str>) {
        assert_eq!(negotiate(accept), expected, "{accept}");
    }

    #[test]
    fn accept_as_http_means_it() {
        check("", Some(TAXII));
        check("application/taxii+json;version=2.1", Some(TAXII));
        check("application/taxii+json; version=2.1", Some(TAXII));
        check("application/taxii+json ; version = \"2.1\"", Some(TAXII));
        check("Application/TAXII+JSON;Version=2.1", Some(TAXII));
        check("application/taxii+json", Some(TAXII));
        check("*/*", Some(TAXII));
        check("application/*;q=0.1", Some(TAXII));
        check("application/json, text/plain, */*", Some(TAXII));
        check("application/json", Some(JSON));
        check("text/html,application/xhtml+xml,*/*;q=0.8", Some(TAXII));
        check("application/taxii+json;version=2.0, application/taxii+json;version=2.1;q=0.5", Some(TAXII));
        check("application/taxii+json;version=2.1;q=0.3, application/json;q=0.9", Some(JSON));
        check("application/taxii+json;charset=utf-8;version=2.1", Some(TAXII));
        check("application/taxii+json;version=2.1;q=oops", Some(TAXII));
    }

    #[test]
    fn only_what_we_cannot_send_is_refused() {
        check("text/html", None);
        check("application/taxii+json;version=2.0", None);
        check("application/vnd.oasis.taxii+json; version=2.0", None);
        check("*/*;q=0", None);
        check("application/taxii+json;q=0, application/json;q=0, */*", None);
        check("nonsense", None);
    }

    #[test]
    fn codings_that_are_taken() {
        let check = |said: &'static str, good: bool| {
            let headers = HeaderMap::from_iter([(header::CONTENT_ENCODING, HeaderValue::from_static(said))]);
            assert_eq!(check_posted(&headers).is_ok(), good, "{said}");
        };
        check("", true);
        check("identity", true);
        check("Identity, identity", true);
        check("gzip", false);
        check("identity, zstd", false);
        check("x-own", false);
    }

    #[test]
    fn types_that_are_taken() {
        let check = |said: &'static str, good: bool| {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(said))]);
            assert_eq!(check_posted(&headers).is_ok(), good, "{said}");
        };
        check("application/taxii+json;version=2.1", true);
        check("application/taxii+json; version=2.1", true);
        check("application/taxii+json", true);
        check("application/stix+json; version=2.1", true);
        check("application/stix+json;version=2.0", true);
        check("application/json; charset=utf-8", true);
        check("application/taxii+json;version=2.0", false);
        check("application/vnd.oasis.stix+json; version=2.0", false);
        check("text/plain", false);
        check("application/x-www-form-urlencoded", false);
        assert!(check_posted(&HeaderMap::new()).is_ok());
    }
}
