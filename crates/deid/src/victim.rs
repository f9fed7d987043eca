//! Whom the mail was for, read from the mail itself: names that no output may hold, also where no profile knows them.
//!
//! Header lines that a mail server or a recipient's program wrote name the recipient; those that the sender wrote do not.
//! This and the source's profile are a second net: what leaves is built by constructors that ask for more than "not known".

use crate::names::{Names, NamesBuilder, alike};
use indicator::{Indicator, Kind};
use mail::{Address, Message};
use model::profile::Profile;
use std::collections::{BTreeSet, HashSet};
use std::net::IpAddr;
use std::sync::LazyLock;

/// The owner number of the source's own profile.
pub(crate) const PROFILE: usize = 0;
/// The owner number of names that the mail itself gives away.
pub(crate) const MAIL: usize = 1;

/// Headers that the sender's side writes: an address there is no recipient by itself.
const SENDER_WRITES: &[&str] = &[
    "from",
    "sender",
    "reply-to",
    "subject",
    "return-path",
    "message-id",
    "dkim-signature",
    "domainkey-signature",
    "authentication-results",
    "arc-authentication-results",
    "authentication-results-original",
    "received-spf",
    "arc-seal",
    "arc-message-signature",
    "received",
    "x-received",
    "x-mailer",
    "user-agent",
    "mime-version",
    "date",
    "x-sid-pra",
    "x-sender",
    "x-sender-id",
    "x-authenticated-sender",
    "x-php-originating-script",
    "x-php-script",
    "x-get-message-sender-via",
    "x-source",
    "x-source-args",
    "x-source-dir",
    "x-originating-ip",
    "x-sender-ip",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "feedback-id",
    "x-report-abuse",
    "x-report-abuse-to",
    "x-csa-complaints",
    "x-ms-exchange-crosstenant-fromentityheader",
    "x-originatororg",
    "x-google-dkim-signature",
    "x-antiabuse",
    "x-feedback-id",
    "x-mailgun-sid",
    "x-sg-eid",
    "x-ses-outgoing",
    "x-microsoft-antispam",
    "x-forefront-antispam-report",
];

/// Words of addresses and company names that thousands share.
static GENERIC: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let list = include_str!("../lists/generic.txt");
    list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
});

/// Whom the mail was for.
#[derive(Debug, Default)]
pub(crate) struct Victim {
    names: Names,
    domains: BTreeSet<String>,
    addresses: BTreeSet<String>,
    /// The victim's own labels and their words, as they are read.
    labels: Vec<Vec<char>>,
}

impl Victim {
    /// From the source's profile alone.
    pub(crate) fn of_profile(profile: &Profile) -> Self {
        let mut builder = NamesBuilder::default();
        let domains = add_profile(&mut builder, PROFILE, profile, true);
        let labels = skeletons(domains.iter().map(String::as_str));
        Self { names: builder.compile(), domains, addresses: BTreeSet::new(), labels }
    }

    /// From the profile and from what the attack's mail, and the messages around it, say of their recipients.
    pub(crate) fn of_mail(profile: &Profile, attack: &Message, around: &[&Message]) -> Self {
        let mut builder = NamesBuilder::default();
        let mut domains = add_profile(&mut builder, PROFILE, profile, true);
        let mut people: Vec<Address> = Vec::new();
        recipients(attack, &mut people);
        for message in around {
            recipients(message, &mut people);
            people.extend(message.from.iter().chain(&message.sender).chain(&message.reply_to).cloned());
        }
        drop_the_senders_own(attack, &mut people);
        let senders: BTreeSet<String> =
            attack.from.iter().chain(&attack.reply_to).filter_map(|a| registrable_of(&a.address)).collect();
        let named: BTreeSet<String> = people.iter().filter_map(|a| registrable_of(&a.address)).collect();
        for host in own_hosts(attack) {
            if let Some(domain) = registrable(&host)
                && (named.contains(&domain) || !senders.contains(&domain))
                && !is_shared(&domain)
            {
                domains.insert(domain.clone());
                add_domain(&mut builder, MAIL, &domain);
            }
        }
        let mut addresses = BTreeSet::new();
        for one in &people {
            addresses.insert(one.address.to_lowercase());
            add_person(&mut builder, one);
            if let Some(domain) = registrable_of(&one.address).filter(|d| !is_shared(d)) {
                add_domain(&mut builder, MAIL, &domain);
                domains.insert(domain);
                let host = one.address.rsplit_once('@').map_or("", |(_, host)| host).to_lowercase();
                own_labels(&host).into_iter().for_each(|label| add_words(&mut builder, MAIL, label));
            }
        }
        for name in salutations(&attack.text) {
            add_words(&mut builder, MAIL, &name);
        }
        for address in own_addresses(attack, &domains) {
            builder.network(MAIL, &address.to_string());
        }
        let hosts = addresses.iter().filter_map(|a: &String| Some(a.rsplit_once('@')?.1));
        let hosts = hosts.filter(|host| !registrable(host).is_some_and(|d| is_shared(&d)));
        let labels = skeletons(domains.iter().map(String::as_str).chain(hosts));
        Self { names: builder.compile(), domains, addresses, labels }
    }

    /// Whether the text holds any.
    pub(crate) fn is_named_in(&self, text: &str) -> bool {
        self.names.has(text)
    }

    /// Whether the host lies in one of the victim's own domains.
    pub(crate) fn owns_host(&self, host: &str) -> bool {
        let host = host.to_lowercase();
        self.domains
            .iter()
            .any(|d| host.strip_suffix(d.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    }

    /// Whether the registered name is made to be read as one of the victim's.
    pub(crate) fn resembles(&self, registered: &str) -> bool {
        registered.split('.').next().is_some_and(|label| self.resembles_label(label))
    }

    /// Whether the label is made to be read as one of the victim's, or holds one.
    pub(crate) fn resembles_label(&self, label: &str) -> bool {
        let read = alike::skeleton(label);
        self.labels.iter().any(|own| alike::is_alike(own, &read))
    }

    /// Whether the address lies in one of the victim's own networks.
    pub(crate) fn owns_address(&self, address: IpAddr) -> bool {
        self.names.holds(address)
    }

    /// Whether it is a recipient's mail address.
    pub(crate) fn is_recipient(&self, address: &str) -> bool {
        self.addresses.contains(&address.to_lowercase())
    }
}

/// Puts a profile's names in; `derived` adds what follows from them (a domain's own label, the name before an at sign).
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
    for person in profile.people.iter().filter(|p| derived && p.contains('@')) {
        if let Some((local, _)) = person.rsplit_once('@') {
            add_words(builder, owner, local);
        }
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

fn add_domain(builder: &mut NamesBuilder, owner: usize, domain: &str) {
    builder.name(owner, domain);
    for label in own_labels(domain) {
        let plain = label.strip_prefix("xn--").and_then(idna::punycode::decode_to_string);
        add_words(builder, owner, plain.as_deref().unwrap_or(label));
    }
}

/// The whole, and each word of it that is not shared by thousands.
fn add_words(builder: &mut NamesBuilder, owner: usize, text: &str) {
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
    }
}

fn add_person(builder: &mut NamesBuilder, one: &Address) {
    if !one.address.is_empty() {
        builder.name(MAIL, &one.address);
        let local = one.address.rsplit_once('@').map_or(one.address.as_str(), |(local, _)| local);
        add_words(builder, MAIL, local);
    }
    if let Some(name) = &one.name {
        add_words(builder, MAIL, name);
    }
}

/// Every address in a header that names recipients, or that some server on the way to them wrote.
fn recipients(message: &Message, people: &mut Vec<Address>) {
    people.extend(message.to.iter().chain(&message.cc).chain(&message.bcc).cloned());
    for header in &message.headers {
        let name = header.name.to_ascii_lowercase();
        if matches!(name.as_str(), "received" | "x-received") {
            let after = header.value.split(" for ").nth(1).unwrap_or_default();
            people.extend(addresses_in(after.split(';').next().unwrap_or_default()).into_iter().take(1));
        } else if !SENDER_WRITES.contains(&name.as_str()) && !name.starts_with("content-") {
            people.extend(addresses_in(&header.value));
        }
    }
}

fn addresses_in(value: &str) -> Vec<Address> {
    let edge = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')' | '=');
    value
        .split(edge)
        .filter(|word| word.contains('@') && word.len() > 2)
        .map(|word| Address {
            name: None,
            address: word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned(),
        })
        .collect()
}

/// A mail "to" its own sender was sent to others unseen: then that address is the attacker's, if another recipient is known.
fn drop_the_senders_own(attack: &Message, people: &mut Vec<Address>) {
    let is_sender = |a: &Address| attack.from.iter().any(|f| f.address.eq_ignore_ascii_case(&a.address));
    let sender_domain = attack.from.first().and_then(|f| registrable_of(&f.address));
    let others = people.iter().any(|p| {
        let domain = registrable_of(&p.address);
        !is_sender(p) && domain.is_some() && domain != sender_domain
    });
    if others {
        people.retain(|p| !is_sender(p));
    }
}

/// Hosts that received the mail for the recipient, and the server that judged its authentication.
fn own_hosts(message: &Message) -> Vec<String> {
    let foreign = mail::foreign_hop(message, &|_| false).map_or(0, |hop| hop.index);
    let near = message.hops.iter().filter(|hop| hop.index <= foreign);
    let mut hosts: Vec<String> = near.clone().filter_map(|hop| hop.by.clone()).collect();
    hosts.extend(near.filter(|hop| hop.index < foreign).filter_map(|hop| hop.from_rdns.clone()));
    hosts.extend(message.authentication.server.clone());
    hosts
}

/// Addresses of the hosts inside: those that spoke to one another after the foreign host had handed the mail over, and one that
/// names itself after the victim.
fn own_addresses(message: &Message, domains: &BTreeSet<String>) -> Vec<IpAddr> {
    let Some(foreign) = mail::foreign_hop(message, &|_| false) else { return Vec::new() };
    let named_so = |hop: &mail::Hop| {
        hop.from_rdns.is_none()
            && hop.from_helo.as_deref().and_then(registrable).is_some_and(|d| domains.contains(&d))
    };
    let near = message
        .hops
        .iter()
        .filter(|hop| hop.index < foreign.index || hop.index == foreign.index && named_so(hop));
    near.filter_map(|hop| hop.from_ip).collect()
}

/// The labels that an organisation chose for itself: all before the public end, and the words of each that are not shared by
/// thousands. Of `fujimi.example.co.jp` the registered label is the group's, the one before it the company's.
fn own_labels(host: &str) -> Vec<&str> {
    const WORD_MIN: usize = 5;
    let registered = indicator::registrable_domain(host).unwrap_or(host);
    let end = registered.split_once('.').map_or("", |(_, end)| end);
    let own = host.strip_suffix(end).unwrap_or(host);
    let long = |word: &&str| word.len() >= WORD_MIN;
    let words = own.split('.').flat_map(|label| std::iter::once(label).chain(label.split('-').filter(long)));
    words.filter(|word| !word.is_empty() && !GENERIC.contains(word)).collect()
}

/// The labels as they are read.
fn skeletons<'h>(hosts: impl Iterator<Item = &'h str>) -> Vec<Vec<char>> {
    let all: BTreeSet<Vec<char>> = hosts.flat_map(own_labels).map(alike::skeleton).collect();
    all.into_iter().collect()
}

/// Names in the first lines that greet somebody: `山田様`, `Dear Taro Yamada,`.
fn salutations(text: &str) -> Vec<String> {
    const LINES: usize = 12;
    const NAME_CHARS_MAX: usize = 40;
    let mut names = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()).take(LINES) {
        let lower = line.to_lowercase();
        for greeting in ["dear ", "hello ", "hi ", "attn: ", "attention: "] {
            if lower.starts_with(greeting)
                && let Some(rest) = line.get(greeting.len()..)
            {
                names.push(rest.split([',', '!', ':', '.']).next().unwrap_or_default().to_owned());
            }
        }
        for title in ["様", "殿", "御中", "さま", "先生"] {
            if let Some((before, _)) = line.split_once(title) {
                names.push(before.split(['、', '。', '：']).next_back().unwrap_or_default().to_owned());
            }
        }
    }
    names.retain(|n| (2..=NAME_CHARS_MAX).contains(&n.trim().chars().count()));
    names
}

pub(crate) fn registrable(host: &str) -> Option<String> {
    let host = indicator::canon::domain(host).ok()?;
    indicator::registrable_domain(&host).map(str::to_owned).or(Some(host))
}

fn registrable_of(address: &str) -> Option<String> {
    registrable(address.rsplit_once('@')?.1)
}

/// Domains that very many organisations' mail comes from or goes through: they name nobody.
pub(crate) fn is_shared(domain: &str) -> bool {
    use crate::parts::host;
    host::is_free_mail(domain) || host::is_gateway(domain) || host::is_sender_cloud(domain)
}
