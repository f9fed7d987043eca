//! The words of names, hosts and domains that are looked for beside the whole: what thousands share is left out.

use crate::names::{NamesBuilder, alike, is_kanji};
use indicator::{Indicator, Kind};
use mail::Address;
use model::profile::Profile;
use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

/// Words of addresses and company names that thousands share.
static GENERIC: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| listed(include_str!("../../lists/generic.txt")));

/// The words of a list, one a line; `#` begins a remark.
pub(super) fn listed(list: &'static str) -> HashSet<&'static str> {
    list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

pub(super) fn is_generic(word: &str) -> bool {
    GENERIC.contains(word)
}

/// Puts a profile's names in; `derived` adds what follows from them (a domain's own label, the name before an at sign, the words of
/// a name that are not shared by thousands).
pub(crate) fn add_profile(
    builder: &mut NamesBuilder,
    owner: usize,
    profile: &Profile,
    derived: bool,
) -> BTreeSet<String> {
    for word in [&profile.names, &profile.tenants, &profile.words, &profile.hosts, &profile.people]
        .into_iter()
        .flatten()
    {
        builder.name(owner, word);
    }
    if derived {
        add_parts(builder, owner, profile);
    }
    for network in &profile.networks {
        builder.network(owner, network);
    }
    let mut domains = BTreeSet::new();
    for domain in &profile.domains {
        builder.name(owner, domain);
        if let Ok(name) = Indicator::new(Kind::Domain, domain) {
            domains.insert(name.value().to_owned());
            if derived {
                add_domain(builder, owner, name.value());
            }
        }
    }
    domains
}

/// What stands for a whole name of the profile. A year or a group of a telephone number stands for none.
fn add_parts(builder: &mut NamesBuilder, owner: usize, profile: &Profile) {
    const NUMBER_MIN: usize = 5;
    for text in profile.names.iter().chain(&profile.words) {
        let parts = text.split(|c: char| !c.is_alphanumeric());
        parts
            .filter(|part| part.len() >= NUMBER_MIN || !part.bytes().all(|b| b.is_ascii_digit()))
            .for_each(|part| add_words(builder, owner, part));
    }
    for person in &profile.people {
        add_words(builder, owner, person.rsplit_once('@').map_or(person.as_str(), |(local, _)| local));
    }
    // of a host in another's domain (a gateway's, a provider's) only the whole is the source's
    let own = |host: &str| {
        let host = host.to_lowercase();
        let under = |domain: &String| host.ends_with(&format!(".{}", domain.to_lowercase()));
        !host.contains('.') || profile.domains.iter().any(under)
    };
    for host in profile.hosts.iter().filter(|host| own(host)) {
        super::machines::add(builder, owner, host);
    }
    // `fujimi` of `fujimi.onmicrosoft.com`
    for (label, _) in profile.tenants.iter().filter_map(|tenant| tenant.split_once('.')) {
        add_words(builder, owner, label);
    }
}

pub(super) fn add_domain(builder: &mut NamesBuilder, owner: usize, domain: &str) {
    builder.name(owner, domain);
    for label in own_labels(domain) {
        let plain = label.strip_prefix("xn--").and_then(idna::punycode::decode_to_string);
        add_words(builder, owner, plain.as_deref().unwrap_or(label));
    }
}

/// The whole, and each word of it that is not shared by thousands.
pub(super) fn add_words(builder: &mut NamesBuilder, owner: usize, text: &str) {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    if words.iter().any(|w| !GENERIC.contains(w) && !w.bytes().all(|b| b.is_ascii_digit())) {
        builder.name(owner, text);
    }
    for word in words {
        let long = word.chars().count() >= if word.is_ascii() { 3 } else { 2 };
        if long && !GENERIC.contains(&word) && !(word.len() < 4 && word.bytes().all(|b| b.is_ascii_digit())) {
            builder.name(owner, word);
        }
        short_forms(word).for_each(|short| builder.name(owner, short));
    }
}

/// How people shorten a name of Chinese characters: without the trade at its end, `富士見` for `富士見電機`.
fn short_forms(word: &str) -> impl Iterator<Item = &str> {
    const CHARS_MIN: usize = 2;
    let kanji = word.chars().all(is_kanji);
    let shorter = GENERIC.iter().filter(move |_| kanji).filter_map(|trade| word.strip_suffix(trade));
    shorter.filter(|short| short.chars().count() >= CHARS_MIN && !GENERIC.contains(short))
}

pub(super) fn add_person(builder: &mut NamesBuilder, owner: usize, one: &Address) {
    if !one.address.is_empty() {
        builder.name(owner, &one.address);
        let local = one.address.rsplit_once('@').map_or(one.address.as_str(), |(local, _)| local);
        add_words(builder, owner, local);
    }
    if let Some(name) = &one.name {
        add_words(builder, owner, name);
    }
}

/// The labels that an organisation chose for itself: all before the public end, and the words of each that are not shared by
/// thousands. Of `fujimi.example.co.jp` the registered label is the group's, the one before it the company's.
pub(super) fn own_labels(host: &str) -> Vec<&str> {
    const WORD_MIN: usize = 5;
    let registered = indicator::registrable_domain(host).unwrap_or(host);
    let end = registered.split_once('.').map_or("", |(_, end)| end);
    let own = host.strip_suffix(end).unwrap_or(host);
    let long = |word: &&str| word.len() >= WORD_MIN;
    let words = own.split('.').flat_map(|label| std::iter::once(label).chain(label.split('-').filter(long)));
    words.filter(|word| !word.is_empty() && !GENERIC.contains(word)).collect()
}

/// The labels as they are read.
pub(super) fn skeletons<'h>(hosts: impl Iterator<Item = &'h str>) -> Vec<Vec<char>> {
    let all: BTreeSet<Vec<char>> = hosts.flat_map(own_labels).map(alike::skeleton).collect();
    all.into_iter().collect()
}

/// Words with which a letter begins, before the name.
const GREETINGS: &[&str] = &[
    "dear ",
    "hello ",
    "hi ",
    "attn: ",
    "attn ",
    "attention: ",
    "good morning ",
    "good afternoon ",
    "good day ",
];

/// Titles between the greeting and the name.
const TITLES: &[&str] = &["mr. ", "mrs. ", "ms. ", "miss ", "dr. ", "prof. ", "mr ", "mrs ", "ms ", "dr "];

/// What Japanese puts behind a name.
const HONORIFICS: &[&str] =
    &["様", "殿", "御中", "さま", "先生", "さん", "部長", "課長", "係長", "社長", "次長", "室長", "所長"];

/// Ends of a greeting that name whose customer is greeted, which is whom the attacker plays: `Dear Example Bank customer`, `Example お客様`.
const CUSTOMERS: &[&str] = &[
    "customer",
    "customers",
    "client",
    "clients",
    "subscriber",
    "cardholder",
    "shopper",
    "buyer",
    "お客",
    "カスタマー",
    "会員",
    "利用者",
    "ユーザー",
];

/// Names in the first lines that greet somebody: `山田様`, `Dear Mr. Yamada,`.
pub(super) fn salutations(text: &str) -> Vec<String> {
    const LINES: usize = 12;
    const NAME_CHARS_MAX: usize = 40;
    let mut names = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()).take(LINES) {
        let lower = line.to_lowercase();
        for greeting in GREETINGS {
            if let Some(rest) = lower.strip_prefix(greeting) {
                let rest = TITLES.iter().find_map(|title| rest.strip_prefix(title)).unwrap_or(rest);
                let name = rest.split([',', '!', ':']).next().unwrap_or_default();
                names.push(name.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned());
            }
        }
        for title in HONORIFICS {
            if let Some((before, _)) = lower.split_once(title) {
                names.push(before.split(['、', '。', '：']).next_back().unwrap_or_default().to_owned());
            }
        }
        let alone = lower.trim_end_matches([',', '!', ':']);
        names.extend(
            ["-san", "-sama"].iter().filter_map(|title| alone.strip_suffix(title)).map(str::to_owned),
        );
    }
    // a link in the same line names whom it leads to
    let words = |name: &String| {
        name.split_whitespace().filter(|word| !word.contains("://")).collect::<Vec<_>>().join(" ")
    };
    let mut names: Vec<String> = names.iter().map(words).collect();
    names.retain(|name| {
        let name = name.trim();
        (2..=NAME_CHARS_MAX).contains(&name.chars().count())
            && !CUSTOMERS.iter().any(|end| name.ends_with(end))
    });
    names
}
