//! One value against one test (section 9.6.1).
//!
//! A value of another type than the constant is "not equal" and satisfies nothing else; `NOT` turns the answer round.
//! `=` compares code points; `LIKE` and `MATCHES` compare in Unicode's form NFC.

use super::PatternFault;
use super::lexer::{base64, hex};
use super::tree::{Literal, Op, PropTest, Test};
use regex::{Regex, RegexBuilder};
use serde_json::{Number, Value};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::net::IpAddr;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// What one compiled expression may take. Published ones stay far below; larger ones multiply by thousands.
const REGEX_BYTES_MAX: usize = 1024 * 1024;

/// A test made ready.
#[derive(Debug, Clone)]
pub(crate) enum Check {
    Compare(Op, Literal),
    In(Vec<Literal>),
    /// `IN` of strings alone, which lists of thousands are.
    AnyText(HashSet<String>),
    Like(Vec<Wild>),
    Matches(Regex),
    Subset(Option<Network>),
    Superset(Option<Network>),
    Exists,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Wild {
    Char(char),
    One,
    Many,
}

/// A network or single address.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Network {
    bits: u128,
    prefix: u32,
    width: u32,
}

/// A string that was to be compared as a timestamp and is none.
pub(crate) struct NoTimestamp(pub(crate) String);

impl Check {
    pub(crate) fn new(test: &PropTest) -> Result<Check, PatternFault> {
        Ok(match &test.test {
            Test::Compare(op, literal) => Check::Compare(*op, literal.clone()),
            Test::In(items) => of_set(items),
            Test::Like(text) => Check::Like(nfc(text).chars().map(wild).collect()),
            Test::Matches(text) => Check::Matches(
                RegexBuilder::new(&nfc(text))
                    .size_limit(REGEX_BYTES_MAX)
                    .dfa_size_limit(REGEX_BYTES_MAX)
                    .build()
                    .map_err(|error| PatternFault {
                        column: 1,
                        text: format!("MATCHES {text:?}: {error}"),
                    })?,
            ),
            Test::IsSubset(text) => Check::Subset(network(text)),
            Test::IsSuperset(text) => Check::Superset(network(text)),
            Test::Exists => Check::Exists,
        })
    }

    /// What one look at a value costs, in steps.
    pub(crate) fn steps(&self) -> usize {
        if let Check::In(items) = self { 1 + items.len() } else { 1 }
    }

    /// True when `value`, found under the property `key`, satisfies the test.
    pub(crate) fn holds(&self, value: &Value, key: &str) -> Result<bool, NoTimestamp> {
        let value = Seen::of(value, key);
        match self {
            Check::Exists => Ok(true),
            Check::Compare(op, literal) => compare(*op, literal, &value),
            Check::In(items) => {
                for item in items {
                    if compare(Op::Equal, item, &value)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            // a string equals bytes if it is them, one code point each
            Check::AnyText(texts) => Ok(value.text().is_some_and(|text| texts.contains(text.as_ref()))),
            Check::Like(wilds) => Ok(value.text().is_some_and(|text| like(wilds, &nfc(&text)))),
            Check::Matches(regex) => Ok(value.text().is_some_and(|text| regex.is_match(&nfc(&text)))),
            Check::Subset(outer) => {
                Ok(value.network().zip(*outer).is_some_and(|(inner, outer)| within(inner, outer)))
            }
            Check::Superset(inner) => {
                Ok(value.network().zip(*inner).is_some_and(|(outer, inner)| within(inner, outer)))
            }
        }
    }
}

fn of_set(items: &[Literal]) -> Check {
    let text = |item: &Literal| if let Literal::Text(text) = item { Some(text.clone()) } else { None };
    let texts: Option<HashSet<String>> = items.iter().map(text).collect();
    texts.map_or_else(|| Check::In(items.to_vec()), Check::AnyText)
}

/// A value as patterns see it: `_bin` and `_hex` properties are bytes (section 9.6.1).
enum Seen<'v> {
    Other,
    Bool(bool),
    Number(&'v Number),
    Text(&'v str),
    Bytes(Vec<u8>),
}

impl<'v> Seen<'v> {
    fn of(value: &'v Value, key: &str) -> Seen<'v> {
        match value {
            Value::Bool(bool) => Seen::Bool(*bool),
            Value::Number(number) => Seen::Number(number),
            Value::String(text) => {
                let bytes = if key.ends_with("_bin") {
                    base64(text)
                } else if key.ends_with("_hex") {
                    hex(text)
                } else {
                    None
                };
                bytes.map_or(Seen::Text(text), Seen::Bytes)
            }
            _ => Seen::Other,
        }
    }

    /// Bytes read as text one code point each, as the standard compares them with strings.
    fn text(&self) -> Option<Cow<'v, str>> {
        match self {
            Seen::Text(text) => Some(Cow::Borrowed(text)),
            Seen::Bytes(bytes) => Some(Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect())),
            _ => None,
        }
    }

    fn network(&self) -> Option<Network> {
        if let Seen::Text(text) = self { network(text) } else { None }
    }
}

fn compare(op: Op, literal: &Literal, value: &Seen<'_>) -> Result<bool, NoTimestamp> {
    let order = match (value, literal) {
        (Seen::Number(number), Literal::Int(int)) => number_order(number, *int),
        (Seen::Number(number), Literal::Float(float)) => number.as_f64().and_then(|n| n.partial_cmp(float)),
        (Seen::Bool(here), Literal::Bool(there)) => Some(here.cmp(there)),
        (Seen::Text(here), Literal::Text(there)) => Some((*here).cmp(there.as_str())),
        (Seen::Bytes(here), Literal::Text(there)) => one_byte_each(there).map(|there| here.cmp(&there)),
        (Seen::Text(here), Literal::Hex(there) | Literal::Binary(there)) => {
            one_byte_each(here).map(|here| here.cmp(there))
        }
        (Seen::Bytes(here), Literal::Hex(there) | Literal::Binary(there)) => Some(here.cmp(there)),
        (Seen::Text(here), Literal::Timestamp(_, there)) => match crate::timestamp::parse_micros(here) {
            Ok(micros) => Some(micros.cmp(there)),
            Err(_) => return Err(NoTimestamp((*here).to_owned())),
        },
        _ => None,
    };
    Ok(match op {
        Op::Equal => order == Some(Ordering::Equal),
        Op::NotEqual => order != Some(Ordering::Equal),
        Op::Less => order == Some(Ordering::Less),
        Op::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Op::Greater => order == Some(Ordering::Greater),
        Op::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    })
}

fn number_order(number: &Number, int: i64) -> Option<Ordering> {
    match number.as_i64() {
        Some(here) => Some(here.cmp(&int)),
        None => number.as_f64().and_then(|here| here.partial_cmp(&(int as f64))),
    }
}

fn one_byte_each(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

/// Unicode's composed form, without a copy where the text is in it already.
pub(crate) fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

fn wild(c: char) -> Wild {
    match c {
        '%' => Wild::Many,
        '_' => Wild::One,
        c => Wild::Char(c),
    }
}

/// Wildcards by going back to the last `%` only, which is enough: an earlier one can never have to give more.
fn like(wilds: &[Wild], text: &str) -> bool {
    let (mut at, mut rest) = (0, text.chars());
    let mut retry: Option<(usize, std::str::Chars<'_>)> = None;
    loop {
        if wilds.get(at) == Some(&Wild::Many) {
            at += 1;
            retry = Some((at, rest.clone()));
            continue;
        }
        let next = rest.clone().next();
        match (wilds.get(at), next) {
            (None, None) => return true,
            (Some(Wild::One), Some(_)) => {}
            (Some(Wild::Char(wanted)), Some(c)) if *wanted == c => {}
            _ => {
                let Some((from, mut later)) = retry.take() else { return false };
                if later.next().is_none() {
                    return false;
                }
                at = from;
                rest = later.clone();
                retry = Some((from, later));
                continue;
            }
        }
        at += 1;
        rest.next();
    }
}

/// An address or network in CIDR notation; bits beyond the prefix are ignored.
pub(crate) fn network(text: &str) -> Option<Network> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let (bits, width) = match address.parse::<IpAddr>().ok()? {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)) << 96, 32),
        IpAddr::V6(v6) => (u128::from(v6), 128),
    };
    let prefix = prefix.unwrap_or(width);
    (prefix <= width).then(|| Network { bits: bits & mask(prefix), prefix, width })
}

fn mask(prefix: u32) -> u128 {
    if prefix == 0 { 0 } else { u128::MAX << (128 - prefix.min(128)) }
}

fn within(inner: Network, outer: Network) -> bool {
    inner.width == outer.width
        && inner.prefix >= outer.prefix
        && inner.bits & mask(outer.prefix) == outer.bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: (&str, &str), expected: bool) {
        let wilds: Vec<Wild> = input.0.chars().map(wild).collect();
        assert_eq!(like(&wilds, input.1), expected, "{input:?}");
    }

    #[test]
    fn wildcards() {
        check(("he__o", "hello"), true);
        check(("%.exe", "a.exe.exe"), true);
        check(("a%b%c", "aXbYbZc"), true);
        check(("a%b%c", "aXbYbZ"), false);
        check(("", ""), true);
        check(("%", ""), true);
        check(("_", ""), false);
        check(("株式%", "株式会社"), true);
        check(("%%%%%%%%%%%%%%%%%%%%a", &"b".repeat(5000)), false);
    }
}
