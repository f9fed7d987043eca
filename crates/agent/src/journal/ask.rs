//! The question of an item to the journal: which of its indicators may have been in a source on a day.

use super::block::At;
use super::day::DayFile;
use super::print::{self, DIGEST, EMAIL, NAME, URL};
use super::shape::digest;
use indicator::{Indicator, Kind};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

/// One indicator as the journal can be asked about it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    Print(u64),
    V4(u32, u32),
    V6(u128, u128),
    /// A URL by itself, and by its host for lines that have no URL in one piece.
    Url(u64, Box<Wanted>),
    /// The journal does not keep such things: only the log can tell.
    NotKept,
}

/// What the journal says of an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It was not there.
    No,
    /// It may have been there: the source's log of that day is to be swept.
    Perhaps,
    /// The journal keeps nothing of this kind: the log is to be swept if that matters.
    NotKept,
}

/// An item's indicators, made ready once for all days.
#[derive(Clone, Debug, Default)]
pub struct Question {
    wanted: Vec<Wanted>,
}

impl Question {
    /// From indicators in canonical form, answered in their order.
    #[must_use]
    pub fn new<'a>(indicators: impl IntoIterator<Item = &'a Indicator>) -> Self {
        Self { wanted: indicators.into_iter().map(wanted).collect() }
    }

    /// How many indicators are asked about.
    #[must_use]
    pub fn len(&self) -> usize {
        self.wanted.len()
    }

    /// Whether nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// What one day's file says of each indicator. Cost: two small reads a block and indicator, whatever the day's size.
    ///
    /// # Errors
    /// The disk's.
    pub fn ask<F: At>(&self, day: &DayFile<F>) -> io::Result<Vec<Verdict>> {
        self.wanted.iter().map(|one| verdict(one, day)).collect()
    }
}

fn verdict<F: At>(one: &Wanted, day: &DayFile<F>) -> io::Result<Verdict> {
    let there = match one {
        Wanted::Print(print) => day.any(|head, file, at| head.has_print(file, at, *print))?,
        Wanted::V4(first, last) => day.any(|head, file, at| head.has_v4(file, at, *first, *last))?,
        Wanted::V6(first, last) => day.any(|head, file, at| head.has_v6(file, at, *first, *last))?,
        Wanted::Url(print, _) if day.head().urls && !day.is_joined() => {
            day.any(|head, file, at| head.has_print(file, at, *print))?
        }
        Wanted::Url(_, host) => return verdict(host, day),
        Wanted::NotKept => return Ok(Verdict::NotKept),
    };
    Ok(if there { Verdict::Perhaps } else { Verdict::No })
}

fn wanted(one: &Indicator) -> Wanted {
    let value = one.value();
    let name = |text: &str| Wanted::Print(print::print(NAME, text.to_ascii_lowercase().as_bytes()));
    match one.kind() {
        Kind::Domain => name(value),
        // Without a dot, or with blanks or brackets in it, a file's name is no run that is kept.
        Kind::FileName if is_run(value) => name(value),
        Kind::Email => Wanted::Print(print::print(EMAIL, value.as_bytes())),
        Kind::Url => match host(value) {
            Some(host) => Wanted::Url(print::print(URL, value.as_bytes()), Box::new(address_or(host, name))),
            None => Wanted::NotKept,
        },
        Kind::Ipv4 | Kind::Ipv6 => address_or(value, |_| Wanted::NotKept),
        Kind::Cidr4 => range4(value).unwrap_or(Wanted::NotKept),
        Kind::Cidr6 => range6(value).unwrap_or(Wanted::NotKept),
        _ => match digest(value.as_bytes()) {
            Some(bytes) => Wanted::Print(print::print(DIGEST, &bytes)),
            None => Wanted::NotKept,
        },
    }
}

/// Whether extraction keeps this as one name.
fn is_run(value: &str) -> bool {
    let inner = value.trim_matches('.');
    value.len() >= 4
        && inner == value
        && value.contains('.')
        && value.bytes().all(|b| b < 0x80 && super::shape::is_in_name(b))
        && value.bytes().any(|b| b.is_ascii_alphabetic())
}

/// The host of a canonical URL, without user, port and brackets.
fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit('@').next()?;
    match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next(),
        None => authority.split(':').next(),
    }
    .filter(|host| !host.is_empty())
}

fn address_or(text: &str, otherwise: impl Fn(&str) -> Wanted) -> Wanted {
    if let Ok(v4) = text.parse::<Ipv4Addr>() {
        return Wanted::V4(u32::from(v4), u32::from(v4));
    }
    match text.parse::<Ipv6Addr>() {
        Ok(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => Wanted::V4(u32::from(v4), u32::from(v4)),
            None => Wanted::V6(u128::from(v6), u128::from(v6)),
        },
        Err(_) => otherwise(text),
    }
}

fn range4(text: &str) -> Option<Wanted> {
    let (base, bits) = text.split_once('/')?;
    let (base, bits) = (u32::from(base.parse::<Ipv4Addr>().ok()?), bits.parse::<u32>().ok()?);
    let mask = u32::MAX.checked_shl(32u32.checked_sub(bits)?).unwrap_or(0);
    Some(Wanted::V4(base & mask, base | !mask))
}

fn range6(text: &str) -> Option<Wanted> {
    let (base, bits) = text.split_once('/')?;
    let (base, bits) = (u128::from(base.parse::<Ipv6Addr>().ok()?), bits.parse::<u32>().ok()?);
    let mask = u128::MAX.checked_shl(128u32.checked_sub(bits)?).unwrap_or(0);
    Some(Wanted::V6(base & mask, base | !mask))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Extractor, Observed, block};

    /// Whether a journal of `text` says "perhaps" to the indicator.
    fn says(text: &str, kind: Kind, value: &str, urls: bool) -> Verdict {
        let mut observed = Observed::default();
        Extractor::new(urls).read(text.as_bytes(), &mut observed);
        let joined = observed.joined;
        let head = block::FileHead { source: "x".to_owned(), day: 1, urls };
        let mut bytes = head.to_bytes();
        bytes.extend(block::write(&observed.take(), joined, block::Place::default()));
        let day = DayFile::open(Bytes(bytes)).unwrap();
        let indicator = Indicator::new(kind, value).unwrap();
        Question::new([&indicator]).ask(&day).unwrap()[0]
    }

    struct Bytes(Vec<u8>);

    impl At for Bytes {
        fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
            self.0[..].read_at(buf, offset)
        }
    }

    fn check(text: &str, kind: Kind, value: &str, expected: Verdict) {
        assert_eq!(says(text, kind, value, true), expected, "{value} in {text:?}");
    }

    #[test]
    fn each_kind_is_found_in_the_form_of_the_sweep() {
        use Verdict::{No, Perhaps};
        check("GET http://www.Evil.example/a 200", Kind::Domain, "evil.example", Perhaps);
        check("GET http://notevil.example/a 200", Kind::Domain, "evil.example", No);
        check("src=10.0.0.1:443 dst=192.0.2.7.", Kind::Ipv4, "192.0.2.7", Perhaps);
        check("10.0.0.1-10.0.0.9", Kind::Ipv4, "10.0.0.9", Perhaps);
        check("接続先192.0.2.7へ", Kind::Ipv4, "192.0.2.7", Perhaps);
        check("1.192.0.2.7", Kind::Ipv4, "192.0.2.7", No);
        check("dst=192.0.2.7", Kind::Cidr4, "192.0.2.0/24", Perhaps);
        check("dst=192.0.3.7", Kind::Cidr4, "192.0.2.0/24", No);
        check("[2001:db8::1]:443", Kind::Ipv6, "2001:db8::1", Perhaps);
        check("2001:db8:0:0:0:0:0:1 x", Kind::Ipv6, "2001:db8::1", Perhaps);
        check("::ffff:192.0.2.7", Kind::Ipv4, "192.0.2.7", Perhaps);
        check("7.2.0.192.in-addr.arpa", Kind::Ipv4, "192.0.2.7", Perhaps);
        check("12:00:00 x", Kind::Cidr6, "::/1", No);
        check("from=<Kita@Evil.Example>", Kind::Email, "Kita@evil.example", Perhaps);
        check(
            "md5=D41D8CD98F00B204E9800998ECF8427E,",
            Kind::Md5,
            "d41d8cd98f00b204e9800998ecf8427e",
            Perhaps,
        );
        check("md5=d41d8cd98f00b204e9800998ecf8427e0", Kind::Md5, "d41d8cd98f00b204e9800998ecf8427e", No);
        check("get http://evil.example/a?b=1.", Kind::Url, "http://evil.example/a?b=1", Perhaps);
        check("get http://evil.example/b", Kind::Url, "http://evil.example/a", No);
        check(r#"{"u":"http:\/\/evil.example\/a"}"#, Kind::Url, "http://evil.example/a", Perhaps);
        check("hxxp://evil[.]example/a", Kind::Url, "http://evil.example/a", Perhaps);
        check("see evil[.]example now", Kind::Domain, "evil.example", Perhaps);
        check("open Invoice.EXE", Kind::FileName, "invoice.exe", Perhaps);
        check(r"a\nevil.example", Kind::Domain, "evil.example", Perhaps);
        check("http://例え.example/", Kind::Domain, "xn--r8jz45g.example", Perhaps);
        check("CVE-2024-1234", Kind::Cve, "CVE-2024-1234", Verdict::NotKept);
    }

    #[test]
    fn without_urls_their_hosts_answer() {
        let text = "get http://evil.example/b";
        assert_eq!(says(text, Kind::Url, "http://evil.example/a", false), Verdict::Perhaps);
        assert_eq!(says(text, Kind::Url, "http://other.example/a", false), Verdict::No);
        let joined = "#fields\thost\turi\nevil.example\t/a\n";
        assert_eq!(says(joined, Kind::Url, "http://evil.example/a", true), Verdict::Perhaps);
    }
}
