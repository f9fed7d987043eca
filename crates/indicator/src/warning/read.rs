//! Reads lists: our own sections, and MISP's JSON.

use serde::Deserialize;

use super::table::Reach;
use super::{List, WarningLists};
use crate::Kind;

/// The most lists that are taken: list numbers are 16 bits wide.
const LISTS_MAX: usize = 60_000;

/// The kinds that a word of `lists/*.txt` or of MISP's `matching_attributes` speaks of, one bit each.
fn kinds_of(word: &str) -> u32 {
    let kinds: &[Kind] = match word {
        "ip" | "ip-src" | "ip-dst" => &[Kind::Ipv4, Kind::Ipv6, Kind::Cidr4, Kind::Cidr6],
        "domain" | "hostname" => &[Kind::Domain],
        "url" | "uri" => &[Kind::Url],
        "email" | "email-src" | "email-dst" | "target-email" | "email-reply-to" => &[Kind::Email],
        "hash" => &[Kind::Md5, Kind::Sha1, Kind::Sha256, Kind::Sha512, Kind::Ssdeep],
        "md5" => &[Kind::Md5],
        "sha1" => &[Kind::Sha1],
        "sha256" => &[Kind::Sha256],
        "sha512" => &[Kind::Sha512],
        "ssdeep" => &[Kind::Ssdeep],
        "imphash" => &[Kind::Imphash],
        "filename" => &[Kind::FileName],
        "user-agent" => &[Kind::UserAgent],
        "AS" => &[Kind::Asn],
        _ => &[],
    };
    kinds.iter().fold(0, |bits, kind| bits | 1 << (*kind as u32))
}

/// Reads sections of `[name] comparison kinds` and values.
pub(super) fn sections(lists: &mut WarningLists, text: &str) {
    let mut reach = Reach::Value;
    for line in text.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            Some((name, rest)) => {
                let (comparison, kinds) = rest.split_once(' ').unwrap_or((rest, ""));
                reach = match comparison {
                    "hostname" => Reach::Below,
                    "cidr" => Reach::Range,
                    "mailbox" => Reach::Mailbox,
                    _ => Reach::Value,
                };
                let kinds = kinds.split(',').fold(0, |bits, word| bits | kinds_of(word));
                lists.lists.push(List { name: name.to_owned(), kinds });
            }
            None => {
                lists.add(reach, line);
            }
        }
    }
}

#[derive(Deserialize)]
struct MispList {
    name: String,
    #[serde(rename = "type")]
    comparison: String,
    #[serde(default)]
    matching_attributes: Vec<String>,
    list: Vec<String>,
}

/// Reads MISP's documents.
pub(super) fn misp(documents: &[&[u8]]) -> (WarningLists, Vec<String>) {
    let mut lists = WarningLists::default();
    let mut problems = Vec::new();
    let mut patterns: Vec<String> = Vec::new();
    for (number, document) in documents.iter().enumerate() {
        let list: MispList = match serde_json::from_slice(document) {
            Ok(list) => list,
            Err(error) => {
                problems.push(format!("list {}: not a warning list: {error}", number + 1));
                continue;
            }
        };
        if lists.lists.len() >= LISTS_MAX {
            problems.push(format!("list {}: more than {LISTS_MAX} lists", number + 1));
            break;
        }
        let reach = match list.comparison.as_str() {
            "string" => Reach::Value,
            "hostname" => Reach::Below,
            "cidr" => Reach::Range,
            "substring" => Reach::Value,
            other => {
                problems.push(format!("{}: lists of type {other} are not read", list.name));
                continue;
            }
        };
        let words = list.matching_attributes.iter().flat_map(|attribute| attribute.split('|'));
        let kinds = words.fold(0, |bits, word| bits | kinds_of(word));
        lists.lists.push(List { name: list.name.clone(), kinds });
        if list.comparison == "substring" {
            let at = u16::try_from(lists.lists.len() - 1).unwrap_or(u16::MAX);
            lists.parts.extend(list.list.iter().map(|_| at));
            patterns.extend(list.list);
            continue;
        }
        for value in &list.list {
            if !lists.add(reach, value) {
                problems.push(format!("{}: not an address range: {value}", list.name));
            }
        }
    }
    lists.values.ready();
    if !patterns.is_empty() {
        match aho_corasick::AhoCorasick::builder().ascii_case_insensitive(true).build(&patterns) {
            Ok(matcher) => lists.parts_matcher = Some(matcher),
            Err(error) => problems.push(format!("substring lists: {error}")),
        }
    }
    (lists, problems)
}
