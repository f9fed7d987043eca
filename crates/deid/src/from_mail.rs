//! A mail becomes a draft: each part goes through its constructor, and what none accepts is listed with its place.

use crate::forward;
use crate::from_report;
use crate::own_words;
use crate::parts::{feature, file, hop, link, mailer, sender, story, technique};
use crate::victim::Victim;
use crate::{Draft, Known};
use indicator::{Indicator, Kind};
use mail::{Attachment, LinkPlace, Message};
use model::item::{DropReason, Part};
use model::profile::Profile;
use std::collections::HashSet;

/// Headers that are read by a constructor, and so are not listed as left out by their name.
const READ: &[&str] =
    &["from", "sender", "reply-to", "subject", "x-mailer", "user-agent", "date", "mime-version"];

/// From a mail. What its reader could not read is told by its reader, as a problem.
#[must_use]
pub fn from_mail(message: &Message, profile: &Profile, known: &Known<'_>) -> Draft {
    of_attack(message, &[], Lies::Attached, profile, known)
}

/// From a mail that was attached to another, `carrier`, which somebody of the source wrote.
#[must_use]
pub fn from_attached(message: &Message, carrier: &Message, profile: &Profile, known: &Known<'_>) -> Draft {
    of_attack(message, &[carrier], Lies::Attached, profile, known)
}

/// From a mail that stood in the text of another, the first of `carriers`, which somebody of the source wrote; the others lay around that.
/// Whose the files are is not known: what runs was put there to run, a list is told, of a document nothing leaves by itself.
#[must_use]
pub fn from_forward(message: &Message, carriers: &[&Message], profile: &Profile, known: &Known<'_>) -> Draft {
    of_attack(message, carriers, Lies::Beside, profile, known)
}

fn of_attack(
    message: &Message,
    carriers: &[&Message],
    lies: Lies,
    profile: &Profile,
    known: &Known<'_>,
) -> Draft {
    let mut draft = Draft::default();
    let (attack, mut around) = forward::attack_of(message, &Victim::of_profile(profile));
    around.extend(carriers);
    let victim = Victim::of_mail(profile, attack, &around);
    came_from(&mut draft, attack, &victim);
    links(&mut draft, attack, &victim, known);
    files(&mut draft, attack, lies, &victim, known);
    values_in_text(&mut draft, attack, &victim, known);
    quoted_people(&mut draft, attack, &victim);
    words(&mut draft, attack, &victim);
    headers(&mut draft, message);
    draft
}

/// Who sent it, and from where. A server that reports a failed delivery in its own name has done nothing, whoever misused the source's: a
/// person decides. Many attackers make their mail look like such a report, under names of their own.
fn came_from(draft: &mut Draft, attack: &Message, victim: &Victim) {
    let of_server = |one: &mail::Address| {
        let local = one.address.split('@').next().unwrap_or_default();
        ["mailer-daemon", "postmaster"].iter().any(|name| local.eq_ignore_ascii_case(name))
    };
    if !(attack.structure.delivery_report && attack.from.iter().any(of_server)) {
        senders(draft, attack, victim);
        hop_address(draft, attack, victim);
        return;
    }
    let mut reporter = Draft::default();
    senders(&mut reporter, attack, victim);
    hop_address(&mut reporter, attack, victim);
    draft.take_in("delivery report", reporter, |_| false);
}

fn senders(draft: &mut Draft, attack: &Message, victim: &Victim) {
    let lists = [
        ("header From", &attack.from, Part::Sender, 60),
        ("header Sender", &attack.sender, Part::Sender, 50),
        ("header Reply-To", &attack.reply_to, Part::ReplyTo, 70),
    ];
    for (path, list, part, confidence) in lists {
        for one in list {
            sender_parts(draft, path, &one.address, part, confidence, victim);
            if let Some(name) = &one.name {
                draft.drop(path, name, DropReason::FreeText);
            }
        }
    }
    if let Some(name) = attack.from.first().and_then(|f| f.name.as_deref()) {
        draft.slot("sender-name", name);
    }
}

pub(crate) fn sender_parts(
    draft: &mut Draft,
    path: &str,
    address: &str,
    part: Part,
    confidence: u8,
    victim: &Victim,
) {
    if address.is_empty() {
        return;
    }
    let parts = sender::read(address, victim);
    if let Some(value) = parts.names_victim {
        draft.names_you(path, &value, part);
    }
    if let Some((value, reason)) = parts.stays {
        draft.drop(path, &value, reason);
    }
    if let Some(one) = parts.address {
        draft.take(one, part, confidence, path);
    }
    if let Some(one) = parts.domain {
        draft.take(one, part, confidence.saturating_sub(20), path);
    }
}

fn hop_address(draft: &mut Draft, attack: &Message, victim: &Victim) {
    let Some(ip) = hop::foreign(attack, victim) else { return };
    match hop::indicator(ip, victim) {
        Ok(one) => draft.take(one, Part::SendingHost, 60, "header Received"),
        Err(reason) => draft.drop("header Received", &ip.to_string(), reason),
    }
}

/// Links. What a person is led to click in the attacker's own words is evidence. Pictures and styles that are loaded (attackers take
/// them from the pages of whom they imitate, often the victim), mail addresses, what stands in quoted lines or below a signature,
/// and what a mail inside links to (it may be stolen from somebody who has no part in the attack) are mention: without a tie to
/// the attacker a person decides.
fn links(draft: &mut Draft, attack: &Message, victim: &Victim, known: &Known<'_>) {
    let inner: HashSet<&str> =
        attack.nested.iter().flat_map(|n| n.links.iter().map(|l| l.target.as_str())).collect();
    let clicked: HashSet<&str> = attack
        .html
        .iter()
        .flat_map(|page| page.links.iter().filter(|l| l.place == LinkPlace::Anchor))
        .map(|l| l.target.as_str())
        .collect();
    let own = own_words::of(attack);
    // what a link shows and does not open is a name that the attacker borrows
    let theirs = |l: &mail::Link| !inner.contains(l.target.as_str()) || clicked.contains(l.target.as_str());
    let borrowed: Vec<&str> = attack
        .links
        .iter()
        .filter(|l| theirs(l) && feature::shows_another_host(l))
        .map(|l| l.shown.as_str())
        .collect();
    let mut mention = Vec::new();
    for (n, one) in attack.links.iter().enumerate() {
        let path = format!("body link {}", n + 1);
        let written =
            || own.contains(&one.target) && !borrowed.iter().any(|shown| shown.contains(&one.target));
        // the list holds a target once, as it stood first: what a mail inside loads the attacker's own words may lead to
        let loaded = one.place == LinkPlace::Loaded && !inner.contains(one.target.as_str());
        let elsewhere = (one.place == LinkPlace::Text || !theirs(one)) && !written();
        if loaded || elsewhere || strip_mailto(one.destination()).is_some() {
            mention.push((path, one));
        } else {
            link_parts(draft, &path, one.destination(), 70, victim, known);
        }
    }
    let tied = Tied::of(draft);
    for (path, one) in mention {
        let mut found = Draft::default();
        match strip_mailto(one.destination()) {
            Some(address) => sender_parts(&mut found, &path, &address, Part::Listed, 40, victim),
            None => link_parts(&mut found, &path, one.destination(), 60, victim, known),
        }
        draft.take_in(&path, found, |one| tied.holds(one));
    }
}

pub(crate) fn strip_mailto(target: &str) -> Option<String> {
    let rest = target.get(..7).filter(|s| s.eq_ignore_ascii_case("mailto:")).and(target.get(7..))?;
    Some(rest.split('?').next().unwrap_or(rest).to_owned())
}

pub(crate) fn link_parts(
    draft: &mut Draft,
    path: &str,
    target: &str,
    confidence: u8,
    victim: &Victim,
    known: &Known<'_>,
) {
    let parts = link::read(target, victim, known);
    if let Some(value) = parts.names_victim {
        draft.names_you(path, &value, Part::Link);
    }
    for (value, reason) in parts.stays {
        draft.drop(path, &value, reason);
    }
    for value in parts.rare {
        draft.rare(value);
    }
    if let Some(one) = parts.url {
        draft.take(one, Part::Link, confidence, path);
    }
    if let Some(one) = parts.host {
        draft.take(one, Part::Link, confidence.saturating_sub(10), path);
    }
}

/// Where a file lies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lies {
    /// At the mail itself.
    Attached,
    /// Inside another file.
    Packed,
    /// Inside a mail that lies in the mail.
    Quoted,
    /// Beside a mail that stands in a text.
    Beside,
}

fn files(draft: &mut Draft, attack: &Message, lies: Lies, victim: &Victim, known: &Known<'_>) {
    let mut todo: Vec<(&Attachment, String, Lies)> = attack
        .attachments
        .iter()
        .enumerate()
        .rev()
        .map(|(n, f)| (f, format!("attachment {}", n + 1), lies))
        .collect();
    while let Some((one, path, lies)) = todo.pop() {
        one_file(draft, one, &path, lies, victim, known);
        let inside = match lies {
            _ if file::is_mail(one) => Lies::Quoted,
            Lies::Quoted | Lies::Beside => lies,
            Lies::Attached | Lies::Packed => Lies::Packed,
        };
        todo.extend(
            one.nested.iter().enumerate().rev().map(|(n, f)| (f, format!("{path}.{}", n + 1), inside)),
        );
    }
}

fn one_file(draft: &mut Draft, one: &Attachment, path: &str, lies: Lies, victim: &Victim, known: &Known<'_>) {
    let feature = file::feature(one);
    let generic = feature.as_ref().and_then(|f| f.generic_name.clone());
    if let Some(name) = one.filename.as_deref().filter(|_| generic.is_none()) {
        draft.drop(&format!("{path} name"), name, DropReason::FreeText);
        draft.slot(&format!("{}-name", path.replace([' ', '.'], "-")), name);
    }
    for (name, value) in &one.properties {
        draft.drop(&format!("{path} property {name}"), value, DropReason::NamesRecipient);
    }
    if !file::is_evidence(one, lies != Lies::Attached) {
        draft.drop(path, &one.sha256, DropReason::NoConstructor);
        return;
    }
    if lies == Lies::Beside && from_report::list(draft, one, path, victim, known) {
        return;
    }
    // a document in a stolen mail is its writer's own; what runs was put there to run
    let doubtful = matches!(lies, Lies::Quoted | Lies::Beside);
    let anothers = doubtful && !file::acts(one);
    let mut found = Draft::default();
    for hash in file::hashes(one) {
        let into = if anothers { &mut found } else { &mut *draft };
        into.take(hash, Part::Attachment, 80, path);
    }
    if let Some(feature) = feature.filter(|_| !anothers) {
        draft.content.files.insert(feature);
    }
    for (n, target) in one.links.iter().enumerate().filter(|(_, t)| !is_format_name(t)) {
        let into = if doubtful { &mut found } else { &mut *draft };
        link_parts(into, &format!("{path} link {}", n + 1), target, 60, victim, known);
    }
    if doubtful {
        let tied = Tied::of(draft);
        draft.take_in(path, found, |one| tied.holds(one));
    }
}

/// Addresses that file formats themselves carry as names of their parts.
fn is_format_name(target: &str) -> bool {
    const FORMATS: &[&str] = &[
        "schemas.openxmlformats.org",
        "schemas.microsoft.com",
        "www.w3.org",
        "purl.org",
        "ns.adobe.com",
        "docs.oasis-open.org",
    ];
    feature::host_of(target).is_some_and(|host| FORMATS.contains(&host.as_str()))
}

/// Values written out in the attacker's own words. Who is meant by them is not known: a signature, a pasted line or a second
/// domain of the victim's looks the same. One that belongs to a domain of the attacker's evidence leaves; each other is
/// offered to a person and never leaves by standing consent. Quoted lines, hidden text and messages inside stay altogether.
fn values_in_text(draft: &mut Draft, attack: &Message, victim: &Victim, known: &Known<'_>) {
    let own = own_words::of(attack);
    let tied = Tied::of(draft);
    let linked: HashSet<String> = attack
        .links
        .iter()
        .flat_map(|l| [l.target.as_str(), l.destination()])
        .filter_map(|t| Some(Indicator::new(Kind::Url, t).ok()?.value().to_owned()))
        .collect();
    for find in indicator::find(&own) {
        let value = find.indicator.value();
        if linked.contains(value) {
            continue;
        }
        let path = format!("body text {}", find.start);
        let mut found = Draft::default();
        match find.indicator.kind() {
            Kind::Url => link_parts(&mut found, &path, value, 50, victim, known),
            Kind::Email => sender_parts(&mut found, &path, value, Part::Listed, 40, victim),
            Kind::Domain => listed(&mut found, find.indicator.clone(), 40, &path, victim, known),
            Kind::Ipv4 | Kind::Ipv6 if find.confidence >= 50 => {
                listed(&mut found, find.indicator.clone(), 40, &path, victim, known);
            }
            Kind::CryptoAddress => {
                // an address for one victim alone looks like any other
                found.take(find.indicator.clone(), Part::Listed, 60, &path);
                found.rare(value.to_owned());
            }
            _ => found.drop(&path, value, DropReason::NoConstructor),
        }
        draft.take_in(&path, found, |one| tied.holds(one) || (known.shared)(one.value()));
    }
}

/// Whom a mail inside the attack is from: its sender may have been robbed of it. Who belongs to a domain of the evidence leaves, each
/// other is offered to a person.
fn quoted_people(draft: &mut Draft, attack: &Message, victim: &Victim) {
    let tied = Tied::of(draft);
    let mut todo: Vec<&Message> = attack.nested.iter().rev().collect();
    while let Some(inner) = todo.pop() {
        let lists = [("From", &inner.from), ("Sender", &inner.sender), ("Reply-To", &inner.reply_to)];
        for (path, one) in lists.iter().flat_map(|(name, list)| list.iter().map(move |one| (name, one))) {
            let path = format!("mail inside, header {path}");
            let mut found = Draft::default();
            sender_parts(&mut found, &path, &one.address, Part::Listed, 40, victim);
            draft.take_in(&path, found, |one| tied.holds(one));
        }
        todo.extend(inner.nested.iter().rev());
    }
}

/// The registered names that the mail's own evidence shows to be the attacker's: sender, replies, and links to click.
struct Tied(HashSet<String>);

impl Tied {
    fn of(draft: &Draft) -> Self {
        let evidence = draft.content.indicators.iter().filter(|i| i.part != Part::Listed);
        Self(evidence.filter_map(|i| base_of(&i.indicator)).collect())
    }

    fn holds(&self, one: &Indicator) -> bool {
        base_of(one).is_some_and(|base| self.0.contains(&base))
    }
}

/// The registered name, or the address, that an indicator stands on; `None` where very many share it.
fn base_of(one: &Indicator) -> Option<String> {
    let host = match one.kind() {
        Kind::Url => feature::host_of(one.value())?,
        Kind::Email => one.value().rsplit_once('@')?.1.to_owned(),
        Kind::Domain | Kind::Ipv4 | Kind::Ipv6 => one.value().to_owned(),
        _ => return None,
    };
    if host.parse::<std::net::IpAddr>().is_ok() {
        return Some(host);
    }
    let base = crate::victim::registrable(&host)?;
    crate::parts::host::indicator(&base).map(|_| base)
}

fn words(draft: &mut Draft, attack: &Message, victim: &Victim) {
    draft.content.story = story::keys(&attack.subject);
    if !story::is_only_story(&attack.subject) {
        draft.drop("header Subject", &attack.subject, DropReason::FreeText);
        draft.slot("subject", &attack.subject);
    }
    draft.content.features = feature::of(attack, victim);
    draft.content.techniques = technique::of(attack, &draft.content.features);
    draft.content.mailer = attack.mailer.as_deref().and_then(mailer::product);
    if let Some(mailer) = attack.mailer.as_deref().filter(|_| draft.content.mailer.is_none()) {
        draft.drop("header X-Mailer", mailer, DropReason::FreeText);
    }
    draft.content.first_day = attack.date.as_ref().map(|d| model::time::day(d.timestamp));
    for (n, page) in attack.html.iter().enumerate() {
        for hidden in &page.hidden {
            draft.drop(&format!("body hidden text {}", n + 1), hidden, DropReason::FreeText);
        }
    }
    draft.drop("body text", attack.text.trim(), DropReason::FreeText);
}

/// Every header that no constructor reads, so that the source sees what it kept.
pub(crate) fn headers(draft: &mut Draft, message: &Message) {
    for header in &message.headers {
        let name = header.name.to_ascii_lowercase();
        if !READ.contains(&name.as_str()) && !name.starts_with("content-") {
            draft.drop(&format!("header {}", header.name), &header.value, DropReason::NamesRecipient);
        }
    }
    for inner in &message.nested {
        headers(draft, inner);
    }
}

/// An indicator of a list or a text, through the constructor of its kind.
pub(crate) fn listed(
    draft: &mut Draft,
    one: Indicator,
    confidence: u8,
    path: &str,
    victim: &Victim,
    known: &Known<'_>,
) {
    let value = one.value().to_owned();
    match one.kind() {
        Kind::Url => link_parts(draft, path, &value, confidence, victim, known),
        Kind::Email => sender_parts(draft, path, &value, Part::Listed, confidence, victim),
        Kind::Domain => {
            let parts = link::read(&format!("http://{value}/"), victim, known);
            let cut = parts.stays.first().map(|(_, reason)| *reason);
            if let Some(name) = parts.names_victim {
                draft.names_you(path, &name, Part::Listed);
            }
            parts.rare.into_iter().for_each(|r| draft.rare(r));
            match (cut, parts.host) {
                (None, _) => draft.take(one, Part::Listed, confidence, path),
                (Some(reason), host) => {
                    draft.drop(path, &value, reason);
                    if let Some(host) = host {
                        draft.take(host, Part::Listed, confidence, path);
                    }
                }
            }
        }
        Kind::Ipv4 | Kind::Ipv6 => match value.parse().map(|ip| hop::indicator(ip, victim)) {
            Ok(Ok(one)) => draft.take(one, Part::Listed, confidence, path),
            Ok(Err(reason)) => draft.drop(path, &value, reason),
            Err(_) => draft.drop(path, &value, DropReason::NoConstructor),
        },
        Kind::AttackId if value.starts_with("T1") => {
            draft.content.techniques.insert(value);
        }
        Kind::FilePath | Kind::RegistryKey if names_a_user(&value) => {
            draft.drop(path, &value, DropReason::NamesRecipient)
        }
        _ if victim.is_named_in(&value) => draft.drop(path, &value, DropReason::OwnProfile),
        _ => draft.take(one, Part::Listed, confidence, path),
    }
}

/// Paths into a person's folder or onto a server of the victim's network.
fn names_a_user(path: &str) -> bool {
    let lower = path.to_lowercase();
    let folder = ["\\users\\", "\\documents and settings\\", "/home/", "/users/", "hkey_users\\"]
        .iter()
        .find_map(|mark| lower.split_once(mark).map(|(_, rest)| rest));
    let person = folder
        .and_then(|rest| rest.split(['\\', '/']).next())
        .is_some_and(|p| !matches!(p, "public" | "default" | "all users" | ""));
    person || lower.starts_with("\\\\")
}
