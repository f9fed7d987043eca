//! The query of a TAXII read: filters, limit, cursor (TAXII 2.1, sections 3.4 and 3.5). What cannot be understood is refused
//! with a title, never guessed: a filter that is dropped would send more than was asked for.

use super::error::TaxiiError;
use super::place::Endpoint;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use hub::ops::taxii::{Filter, Versions};
use std::convert::Infallible;

/// Objects of a page that asks for no number.
pub(crate) const PAGE_DEFAULT: u32 = 100;

/// The most objects of a page: half a megabyte of indicators. Who asks for more gets this many (section 3.5 allows it).
pub(crate) const PAGE_MAX: u32 = 1_000;

/// The most values of one filter. The head's limit of 64 KiB is reached before by ids; this bounds the query behind it.
const VALUES_MAX: usize = 500;

/// What a read asks for.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// The filters.
    pub(crate) filter: Filter,
    /// Objects a page.
    pub(crate) limit: u32,
    /// The cursor of a further page, which carries its own filters.
    pub(crate) next: Option<String>,
}

/// The pairs of a query, as written.
pub(crate) struct Pairs(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Pairs {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(Query::try_from_uri(&parts.uri).map(|query| query.0).unwrap_or_default()))
    }
}

impl Pairs {
    /// Reads the query of an endpoint. Parameters that are no filter of TAXII's are not ours to judge, except in the form
    /// `match[…]`.
    pub(crate) fn read(&self, endpoint: Endpoint) -> Result<Asked, TaxiiError> {
        let mut asked = Asked { limit: PAGE_DEFAULT, ..Asked::default() };
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in &self.0 {
            if seen.contains(&name.as_str()) {
                return Err(TaxiiError::Bad("a parameter occurs twice", format!("`{}`", cut(name))));
            }
            match name.as_str() {
                "added_after" => asked.filter.added_after = Some(micros("added_after", value)?),
                "limit" => asked.limit = limit(value)?,
                "next" => asked.next = Some(value.clone()).filter(|cursor| !cursor.is_empty()),
                "match[id]" if endpoint.takes_ids() => asked.filter.ids = list(name, value, is_id)?,
                "match[type]" if endpoint.takes_ids() => asked.filter.types = list(name, value, is_type)?,
                "match[version]" if endpoint.takes_versions() => asked.filter.versions = versions(value)?,
                "match[spec_version]" => asked.filter.spec_versions = list(name, value, is_number)?,
                other if other.starts_with("match[") => {
                    return Err(TaxiiError::Bad(
                        "this filter is not known here",
                        format!("`{}`", cut(other)),
                    ));
                }
                _ => continue,
            }
            seen.push(name);
        }
        Ok(asked)
    }
}

fn limit(value: &str) -> Result<u32, TaxiiError> {
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    let bad = || TaxiiError::Bad("`limit` is not a positive whole number", format!("`{}`", cut(value)));
    if !digits || value.bytes().all(|b| b == b'0') {
        return Err(bad());
    }
    // a number beyond the type is a wish for everything
    Ok(value.parse().unwrap_or(PAGE_MAX).min(PAGE_MAX))
}

/// A timestamp of any precision, in microseconds; what is finer is cut off. The standard has it in UTC with a `Z` (section
/// 3.2); an offset of RFC 3339 is understood as well, and letters in lower case. A blank stands for a `+` that was not escaped.
fn micros(name: &'static str, value: &str) -> Result<i64, TaxiiError> {
    let written = value.trim().to_ascii_uppercase().replace(' ', "+");
    let read = match offset(&written) {
        Some((moment, seconds)) => {
            stix::Timestamp::parse(&format!("{moment}Z")).map(|at| at.micros() - seconds * 1_000_000)
        }
        None => stix::Timestamp::parse(&written).map(|at| at.micros()),
    };
    read.map_err(|_| TaxiiError::Bad("a timestamp cannot be read", format!("{name}: `{}`", cut(value))))
}

/// A text that ends in `+HH:MM` or `-HH:MM`: what stands before it, and the offset in seconds.
fn offset(text: &str) -> Option<(&str, i64)> {
    let (moment, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let sign = if offset.starts_with('+') { 1 } else { -1 };
    let (hours, minutes) = offset.strip_prefix(['+', '-'])?.split_once(':')?;
    let two = |digits: &str, most: i64| {
        let read = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<i64>().ok()).flatten();
        read.filter(|number| digits.len() == 2 && *number <= most)
    };
    Some((moment, sign * (two(hours, 23)? * 3600 + two(minutes, 59)? * 60)))
}

fn versions(value: &str) -> Result<Vec<Versions>, TaxiiError> {
    let one = |text: &str| match text {
        "last" => Ok(Versions::Last),
        "first" => Ok(Versions::First),
        "all" => Ok(Versions::All),
        at => micros("match[version]", at).map(Versions::At),
    };
    values("match[version]", value)?.into_iter().map(one).collect()
}

fn list(name: &str, value: &str, is_good: fn(&str) -> bool) -> Result<Vec<String>, TaxiiError> {
    let all = values(name, value)?;
    match all.iter().find(|one| !is_good(one)) {
        Some(bad) => {
            Err(TaxiiError::Bad("a filter's value cannot be", format!("{}: `{}`", cut(name), cut(bad))))
        }
        None => Ok(all.into_iter().map(ToOwned::to_owned).collect()),
    }
}

fn values<'a>(name: &str, value: &'a str) -> Result<Vec<&'a str>, TaxiiError> {
    let all: Vec<&str> = value.split(',').map(str::trim).collect();
    if all.len() > VALUES_MAX {
        return Err(TaxiiError::Bad(
            "a filter has too many values",
            format!("{}: at most {VALUES_MAX}", cut(name)),
        ));
    }
    if all.iter().any(|one| one.is_empty()) {
        return Err(TaxiiError::Bad("a filter has an empty value", format!("`{}`", cut(name))));
    }
    Ok(all)
}

/// `type--UUID` (STIX 2.1, section 2.9).
pub(crate) fn is_id(text: &str) -> bool {
    stix::Id::parse(text).is_ok()
}

/// STIX 2.1, section 3.1: also custom types of old have only these letters.
fn is_type(text: &str) -> bool {
    let letters = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    letters && (3..=250).contains(&text.len())
}

fn is_number(text: &str) -> bool {
    text.len() <= 10
        && text.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// What was sent, short enough for an error text.
fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Asked, TaxiiError> {
        let uri = format!("/?{query}").parse().unwrap();
        let Query(pairs) = Query::try_from_uri(&uri).unwrap();
        Pairs(pairs).read(Endpoint::Objects)
    }

    fn check(query: &str, expected: &str) {
        let said = match read(query) {
            Ok(a) => {
                let f = a.filter;
                let versions: Vec<String> = f.versions.iter().map(|v| format!("{v:?}")).collect();
                [
                    f.added_after.map(|at| format!("after {at}")),
                    (!f.ids.is_empty()).then(|| format!("ids {}", f.ids.len())),
                    (!f.types.is_empty()).then(|| f.types.join("+")),
                    (!versions.is_empty()).then(|| versions.join("+")),
                    (!f.spec_versions.is_empty()).then(|| f.spec_versions.join("+")),
                    (a.limit != PAGE_DEFAULT).then(|| format!("limit {}", a.limit)),
                    a.next.map(|n| format!("next {n}")),
                ]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(", ")
            }
            Err(TaxiiError::Bad(title, _)) => format!("bad: {title}"),
            Err(other) => format!("{other:?}"),
        };
        assert_eq!(said, expected, "{query}");
    }

    #[test]
    fn trap_7_added_after_with_any_precision() {
        check("added_after=2026-11-24T04:15:00Z", "after 1795493700000000");
        check("added_after=2026-11-24T04:15:00.5Z", "after 1795493700500000");
        check("added_after=2026-11-24T04:15:00.123Z", "after 1795493700123000");
        check("added_after=2026-11-24T04:15:00.123456Z", "after 1795493700123456");
        check("added_after=2026-11-24T04:15:00.123456789Z", "after 1795493700123456");
        check("added_after=2026-11-24T13:15:00%2B09:00", "after 1795493700000000");
        check("added_after=2026-11-24T13:15:00+09:00", "after 1795493700000000");
        check("added_after=2026-11-24t04:15:00z", "after 1795493700000000");
        check("added_after=2026-11-23T23:15:00-05:00", "after 1795493700000000");
        check("added_after=9999-12-31T23:59:59.999999999Z", "after 253402300799999999");
        check("added_after=0001-01-01T00:00:00Z", "after -62135596800000000");
        for bad in ["+25:00", "+09:60", "+0900", "+9:00", "Z[UTC]", "", ",5Z", ".Z", "ZZ", "Z+00:00"] {
            let query = format!("added_after=2026-11-24T04:15:00{}", bad.replace('+', "%2B"));
            check(&query, "bad: a timestamp cannot be read");
        }
        check("added_after=yesterday", "bad: a timestamp cannot be read");
        check("added_after=", "bad: a timestamp cannot be read");
        check("added_after=2026-11-24", "bad: a timestamp cannot be read");
    }

    #[test]
    fn every_filter_in_every_form() {
        check("", "");
        check("match[type]=indicator", "indicator");
        check("match%5Btype%5D=indicator,report", "indicator+report");
        check("match[id]=indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "ids 1");
        check("match[version]=last", "Last");
        check("match[version]=first,last", "First+Last");
        check("match[version]=all", "All");
        check("match[version]=2026-11-24T04:15:00.123Z", "At(1795493700123000)");
        check("match[spec_version]=2.0,2.1", "2.0+2.1");
        check("match[type]=indicator&match[spec_version]=2.1&limit=5", "indicator, 2.1, limit 5");
        check("unrelated=1", "");
    }

    #[test]
    fn limits() {
        check("limit=1", "limit 1");
        check("limit=1000", "limit 1000");
        check("limit=5000", "limit 1000");
        check("limit=99999999999999999999999999", "limit 1000");
        for bad in ["0", "-1", "", "ten", "1.5", "+5"] {
            check(&format!("limit={bad}"), "bad: `limit` is not a positive whole number");
        }
        check("next=abc&limit=7", "limit 7, next abc");
        check("next=", "");
    }

    #[test]
    fn trap_10_bad_filters_have_a_title() {
        check("match[id]=nonsense", "bad: a filter's value cannot be");
        check("match[id]=indicator--1234", "bad: a filter's value cannot be");
        check("match[type]=Indicator", "bad: a filter's value cannot be");
        check("match[type]=", "bad: a filter has an empty value");
        check("match[type]=a-b-c,,d-e-f", "bad: a filter has an empty value");
        check("match[version]=newest", "bad: a timestamp cannot be read");
        check("match[spec_version]=two", "bad: a filter's value cannot be");
        check("match[colour]=red", "bad: this filter is not known here");
        check("match[type]=indicator&match[type]=report", "bad: a parameter occurs twice");
        let many = vec!["indicator"; 501].join(",");
        check(&format!("match[type]={many}"), "bad: a filter has too many values");
    }
}
