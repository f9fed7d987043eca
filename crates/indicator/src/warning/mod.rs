//! Lists of values that are known to be good, shared or meaningless: they label, they never drop.
//!
//! All lists go into one table, so that an indicator costs a few look-ups, however many lists there are.

mod read;
mod table;

use std::net::IpAddr;
use std::sync::OnceLock;

use crate::{Indicator, Kind};
use table::{Hosts, Ranges, Reach};

/// Warning lists in one look-up.
#[derive(Debug, Default)]
pub struct WarningLists {
    lists: Vec<List>,
    /// Values and names of hosts.
    values: Hosts,
    /// Mailbox names.
    mailboxes: Hosts,
    ranges: Ranges,
    /// Substrings and their lists.
    parts: Vec<u16>,
    parts_matcher: Option<aho_corasick::AhoCorasick>,
}

/// One list: its name and the kinds that it speaks of.
#[derive(Debug)]
struct List {
    name: String,
    kinds: u32,
}

impl WarningLists {
    /// The lists that ship with the program.
    pub fn built_in() -> &'static WarningLists {
        static LISTS: OnceLock<WarningLists> = OnceLock::new();
        LISTS.get_or_init(|| {
            let mut lists = WarningLists::default();
            read::sections(&mut lists, include_str!("../../lists/misp.txt"));
            read::sections(&mut lists, include_str!("../../lists/own.txt"));
            lists.values.ready();
            lists
        })
    }

    /// Lists in MISP's JSON form, one a document, and what could not be read of them. Lists of regular expressions are
    /// not read.
    pub fn from_misp_json(documents: &[&[u8]]) -> (WarningLists, Vec<String>) {
        read::misp(documents)
    }

    /// How many lists there are.
    pub fn len(&self) -> usize {
        self.lists.len()
    }

    /// Whether there is no list.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// The names of the lists that hold the indicator: its value, the host of a URL, the range of an address.
    pub fn labels(&self, indicator: &Indicator) -> Vec<&str> {
        let mut hits: Vec<u16> = Vec::new();
        let (kind, value) = (indicator.kind(), indicator.value());
        match kind {
            Kind::Ipv4 | Kind::Ipv6 => self.address(value, &mut hits),
            Kind::Cidr4 | Kind::Cidr6 => self.range(value, &mut hits),
            Kind::Domain => self.values.host(value, &mut hits),
            Kind::Url => match host_of(value) {
                Some(host) if host.ends_with(|c: char| c.is_ascii_digit()) || host.contains(':') => {
                    self.address(host, &mut hits);
                }
                Some(host) => self.values.host(host, &mut hits),
                None => {}
            },
            Kind::Email => {
                self.values.exact(value, &mut hits);
                if let Some((mailbox, host)) = value.rsplit_once('@') {
                    self.values.host(host, &mut hits);
                    self.mailboxes.exact(mailbox, &mut hits);
                }
            }
            _ => self.values.exact(value, &mut hits),
        }
        if let Some(matcher) = &self.parts_matcher {
            hits.extend(matcher.find_overlapping_iter(value).map(|hit| self.parts[hit.pattern().as_usize()]));
        }
        if hits.is_empty() {
            return Vec::new();
        }
        let bit = 1_u32 << (kind as u32);
        hits.sort_unstable();
        hits.dedup();
        hits.iter()
            .filter_map(|list| self.lists.get(usize::from(*list)))
            .filter(|list| list.kinds & bit != 0)
            .map(|list| list.name.as_str())
            .collect()
    }

    fn address(&self, value: &str, hits: &mut Vec<u16>) {
        if let Ok(address) = value.trim_matches(['[', ']']).parse::<IpAddr>() {
            self.ranges.holding(address, None, hits);
        }
    }

    /// A range is on a list when all of it is.
    fn range(&self, value: &str, hits: &mut Vec<u16>) {
        if let Ok(net) = value.parse::<ipnet::IpNet>() {
            self.ranges.holding(net.network(), Some(net.prefix_len()), hits);
        }
    }

    /// Adds one value of the list that was begun last.
    fn add(&mut self, reach: Reach, written: &str) -> bool {
        let Some(list) = self.lists.len().checked_sub(1).and_then(|at| u16::try_from(at).ok()) else {
            return false;
        };
        let value = written.trim().to_lowercase();
        match reach {
            Reach::Value => match value.strip_prefix('.') {
                Some(name) => self.values.insert(name, Reach::Below, list),
                None => self.values.insert(&value, Reach::Value, list),
            },
            Reach::Below => self.values.insert(value.trim_start_matches('.'), Reach::Below, list),
            Reach::Mailbox => self.mailboxes.insert(&value, Reach::Value, list),
            Reach::Range => return self.ranges.insert(&value, list),
        }
        true
    }
}

/// The host of a canonical URL.
fn host_of(url: &str) -> Option<&str> {
    let colon = memchr::memchr(b':', url.as_bytes())?;
    let rest = url.get(colon..)?.strip_prefix("://")?;
    let authority = &rest[..memchr::memchr(b'/', rest.as_bytes()).unwrap_or(rest.len())];
    if authority.starts_with('[') {
        return Some(&authority[..authority.find(']')? + 1]);
    }
    Some(&authority[..memchr::memchr(b':', authority.as_bytes()).unwrap_or(authority.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Kind, value: &str, expected: &[&str]) {
        let indicator = Indicator::new(kind, value).unwrap();
        assert_eq!(WarningLists::built_in().labels(&indicator), expected, "{value}");
    }

    #[test]
    fn built_in_lists() {
        check(Kind::Ipv4, "8.8.8.8", &["public-dns-resolver"]);
        check(Kind::Ipv4, "10.1.2.3", &["rfc1918", "rfc5735"]);
        check(Kind::Cidr4, "10.1.0.0/16", &["rfc1918", "rfc5735"]);
        check(Kind::Cidr4, "8.0.0.0/6", &[]);
        check(Kind::Md5, "d41d8cd98f00b204e9800998ecf8427e", &["common-ioc-false-positive", "empty-hashes"]);
        check(Kind::Domain, "is.gd", &["url-shortener"]);
        check(Kind::Url, "https://is.gd/x", &["url-shortener"]);
        check(Kind::Domain, "www.example.com", &["documentation-name"]);
        check(Kind::Domain, "notis.gd.evil.example.jp", &[]);
        check(Kind::Email, "abuse@provider.jp", &["common-contact-emails"]);
        check(Kind::Sha256, &"ab".repeat(32), &[]);
        assert!(WarningLists::built_in().len() > 20);
    }

    #[test]
    fn lists_of_misp() {
        let one = br#"{"name":"Ours","type":"hostname","matching_attributes":["domain","url"],"list":["good.example",".x.example"]}"#;
        let two =
            br#"{"name":"Parts","type":"substring","matching_attributes":["domain"],"list":["partner"]}"#;
        let three = br#"{"name":"Odd","type":"regex","matching_attributes":["domain"],"list":["/a/"]}"#;
        let (lists, problems) = WarningLists::from_misp_json(&[one, two, three, b"{"]);
        let labels = |kind, value: &str| lists.labels(&Indicator::new(kind, value).unwrap()).join(",");
        assert_eq!(labels(Kind::Domain, "a.good.example"), "Ours");
        assert_eq!(labels(Kind::Domain, "good.example.jp"), "");
        assert_eq!(labels(Kind::Domain, "my-partner.example"), "Parts");
        assert_eq!(labels(Kind::Url, "http://my-partner.good.example/"), "Ours");
        assert_eq!(problems.len(), 2);
    }
}
