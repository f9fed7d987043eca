//! What the lines of a mail say of its way: whom it reached, through which machines, and which of its addresses are the sender's.

use super::{is_shared, registrable, registrable_of};
use mail::{Address, Header, Message};
use std::collections::BTreeSet;
use std::net::IpAddr;

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

/// Every address in a header that names recipients, or that some server on the way to them wrote.
pub(super) fn recipients(message: &Message, people: &mut Vec<Address>) {
    people.extend(message.to.iter().chain(&message.cc).chain(&message.bcc).cloned());
    message.headers.iter().for_each(|header| people_of(header, people));
}

fn people_of(header: &Header, people: &mut Vec<Address>) {
    let name = header.name.to_ascii_lowercase();
    if matches!(name.as_str(), "received" | "x-received") {
        let after = header.value.split(" for ").nth(1).unwrap_or_default();
        people.extend(addresses_in(after.split(';').next().unwrap_or_default()).into_iter().take(1));
    } else if !SENDER_WRITES.contains(&name.as_str()) && !name.starts_with("content-") {
        people.extend(addresses_in(&header.value));
    }
}

/// Everybody whom a mail that lies in the attack names, at any depth.
pub(super) fn quoted(attack: &Message) -> Vec<Address> {
    let mut people = Vec::new();
    let mut todo: Vec<&Message> = attack.nested.iter().collect();
    while let Some(message) = todo.pop() {
        recipients(message, &mut people);
        people.extend(message.from.iter().chain(&message.sender).chain(&message.reply_to).cloned());
        todo.extend(&message.nested);
    }
    people
}

/// Whether the mail came to somebody of this domain, by any of its lines.
pub(crate) fn reached(message: &Message, domain: &str) -> bool {
    let mut people = Vec::new();
    recipients(message, &mut people);
    people.iter().any(|one| registrable_of(&one.address).as_deref() == Some(domain))
}

/// Whether the receiving server found that the mail is from whom it says: the registered name is no borrowed one.
pub(crate) fn is_proven(message: &Message, domain: &str) -> bool {
    let says = &message.authentication;
    let is_it = |name: &Option<String>| name.as_deref().and_then(registrable).as_deref() == Some(domain);
    let passed = |result: &Option<String>| result.as_deref() == Some("pass");
    let of_from = message.from.iter().any(|f| registrable_of(&f.address).as_deref() == Some(domain));
    passed(&says.dmarc) && of_from
        || passed(&says.spf) && is_it(&says.spf_domain)
        || says.dkim.iter().any(|(result, signer)| result == "pass" && is_it(signer))
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

/// A mail "to" its own sender, or to others of the domain that is shown to be the sender's, was sent to somebody else unseen: then
/// those addresses are the attacker's, if another recipient is known. A domain of which the source's own machines speak is the
/// source's, whoever borrows it; one that is not shown to be the sender's may be borrowed from a relative of the source.
pub(super) fn drop_the_senders_own(attack: &Message, own: &BTreeSet<String>, people: &mut Vec<Address>) {
    let told = told_inside(attack);
    let inside =
        |domain: &Option<String>| domain.as_ref().is_some_and(|d| told.contains(d) || own.contains(d));
    let theirs: BTreeSet<String> = attack
        .from
        .iter()
        .filter_map(|f| registrable_of(&f.address))
        .filter(|d| !told.is_empty() && !is_shared(d) && (is_proven(attack, d) || came_from(attack, d)))
        .collect();
    let is_theirs = |one: &Address| {
        let domain = registrable_of(&one.address);
        !inside(&domain)
            && (attack.from.iter().any(|f| f.address.eq_ignore_ascii_case(&one.address))
                || domain.is_some_and(|d| theirs.contains(&d)))
    };
    let sender_domain = attack.from.first().and_then(|f| registrable_of(&f.address));
    let others = people.iter().any(|p| {
        let domain = registrable_of(&p.address);
        !is_theirs(p) && domain.is_some() && domain != sender_domain
    });
    if others {
        people.retain(|p| !is_theirs(p));
    }
}

/// Whether the host that handed the mail over was looked up as one of this domain.
fn came_from(message: &Message, domain: &str) -> bool {
    let hop = mail::foreign_hop(message, &|_| false);
    hop.and_then(|hop| registrable(hop.from_rdns.as_deref()?)).as_deref() == Some(domain)
}

/// Headers in which a machine of the recipient's states the recipient. Others that it writes may quote the sender.
const STATES_RECIPIENT: &[&str] = &[
    "received",
    "delivered-to",
    "x-delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-rcpt-to",
    "original-recipient",
    "x-forwarded-to",
    "x-ms-exchange-organization-originalenveloperecipients",
];

/// The registered names of which the source's own machines speak: theirs, and those of the recipients in the lines that they put
/// above the sender's.
fn told_inside(message: &Message) -> BTreeSet<String> {
    let foreign = mail::foreign_hop(message, &|_| false).map_or(0, |hop| hop.index);
    let mut people = Vec::new();
    let mut received = 0;
    for header in message.headers.iter().take_while(|_| !message.hops.is_empty()) {
        let name = header.name.to_ascii_lowercase();
        received += usize::from(name == "received");
        // below the line of the foreign host stand those of the sender
        if received > foreign + 1 || received == foreign + 1 && name != "received" {
            break;
        }
        if STATES_RECIPIENT.contains(&name.as_str()) {
            people_of(header, &mut people);
        }
    }
    let hosts = own_hosts(message).into_iter().filter_map(|host| registrable(&host));
    let people = people.iter().filter_map(|one| registrable_of(&one.address));
    hosts.chain(people).filter(|domain| !is_shared(domain)).collect()
}

/// Hosts that received the mail for the recipient, and the server that judged its authentication.
pub(super) fn own_hosts(message: &Message) -> Vec<String> {
    let foreign = mail::foreign_hop(message, &|_| false).map_or(0, |hop| hop.index);
    let near = message.hops.iter().filter(|hop| hop.index <= foreign);
    let mut hosts: Vec<String> = near.clone().filter_map(|hop| hop.by.clone()).collect();
    hosts.extend(near.filter(|hop| hop.index < foreign).filter_map(|hop| hop.from_rdns.clone()));
    hosts.extend(message.authentication.server.clone());
    hosts.extend(stated_hosts(message, foreign));
    hosts
}

/// Headers in which a filter inside names its own host, above the line of the foreign host: filters of the sender write them too.
const NAMES_FILTER: &[&str] =
    &["x-spam-checker-version", "x-virus-scanned", "x-scanned-by", "x-kse-serverinfo", "x-barracuda-url"];

/// Exchange takes this header out of what comes from elsewhere, wherever it stands.
const NAMES_EXCHANGE: &str = "x-ms-exchange-organization-authsource";

/// The hosts that filters and servers inside name in headers of their own.
fn stated_hosts(message: &Message, foreign: usize) -> Vec<String> {
    let mut received = 0;
    let mut hosts = Vec::new();
    for header in &message.headers {
        let name = header.name.to_ascii_lowercase();
        received += usize::from(name == "received");
        let inside = !message.hops.is_empty() && received <= foreign;
        if name == NAMES_EXCHANGE || inside && NAMES_FILTER.contains(&name.as_str()) {
            let words = header.value.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')));
            let is_host = |word: &&str| {
                let last = word.rsplit_once('.').map_or("", |(_, last)| last);
                last.len() >= 2 && last.bytes().all(|b| b.is_ascii_alphabetic())
            };
            hosts.extend(words.filter(is_host).map(str::to_owned));
        }
    }
    hosts
}

/// What the hosts inside call themselves when they hand the mail on.
pub(super) fn inner_names(message: &Message) -> Vec<String> {
    let foreign = mail::foreign_hop(message, &|_| false).map_or(0, |hop| hop.index);
    let inside = message.hops.iter().filter(|hop| hop.index < foreign);
    inside.filter_map(|hop| hop.from_helo.clone()).filter(|name| !name.starts_with('[')).collect()
}

/// Addresses of the hosts inside: those that spoke to one another after the foreign host had handed the mail over, and one that
/// names itself after the victim.
pub(super) fn own_addresses(message: &Message, domains: &BTreeSet<String>) -> Vec<IpAddr> {
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
