//! A mail becomes a draft: each part goes through its constructor, and what none accepts is listed with its place.

use crate::parts::{feature, file, hop, link, mailer, sender, story, technique};
use crate::victim::Victim;
use crate::{Draft, Known};
use indicator::{Indicator, Kind};
use mail::{Address, Attachment, LinkPlace, Message};
use model::item::{DropReason, Part};
use model::profile::Profile;
use std::collections::HashSet;

/// Characters of the attacker's text that are searched for values; what phishing says stands on its first pages.
const TEXT_CHARS_MAX: usize = 200_000;

/// Headers that are read by a constructor, and so are not listed as left out by their name.
const READ: &[&str] =
    &["from", "sender", "reply-to", "subject", "x-mailer", "user-agent", "date", "mime-version"];

/// From a mail.
#[must_use]
pub fn from_mail(
    message: &Message,
    problems: &[mail::Problem],
    profile: &Profile,
    known: &Known<'_>,
) -> Draft {
    let mut draft = Draft::default();
    let (attack, mut near) = attack_of(message, &Victim::of_profile(profile));
    near.extend(attack.nested.iter());
    let victim = Victim::of_mail(profile, attack, &near);
    senders(&mut draft, attack, &victim);
    hop_address(&mut draft, attack, &victim);
    links(&mut draft, attack, &victim, known);
    files(&mut draft, attack, &victim, known);
    values_in_text(&mut draft, attack, &victim, known);
    words(&mut draft, attack, &victim);
    headers(&mut draft, message);
    for problem in problems.iter().filter(|p| p.code.starts_with("limit")) {
        draft.drop(&problem.part, &problem.text, DropReason::Limit);
    }
    draft
}

/// The attacker's mail and the messages around it. Where an employee forwarded it as an attachment, the outer mail is the
/// victim's own: it is from where the inner one went to.
fn attack_of<'m>(outer: &'m Message, profile: &Victim) -> (&'m Message, Vec<&'m Message>) {
    let mut around = Vec::new();
    let mut attack = outer;
    while let Some(inner) = attack.nested.first().filter(|inner| is_forward(attack, inner, profile)) {
        around.push(attack);
        attack = inner;
    }
    (attack, around)
}

fn is_forward(outer: &Message, inner: &Message, profile: &Victim) -> bool {
    if outer.structure.delivery_report || inner.from.is_empty() {
        return false;
    }
    let host = |a: &Address| a.address.rsplit_once('@').map(|(_, h)| h.to_lowercase());
    let reached: Vec<String> = inner.to.iter().chain(&inner.cc).filter_map(host).collect();
    outer.from.iter().filter_map(host).any(|from| {
        let shared = crate::victim::is_shared(&from);
        profile.owns_host(&from) || !shared && reached.contains(&from)
    })
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

fn sender_parts(draft: &mut Draft, path: &str, address: &str, part: Part, confidence: u8, victim: &Victim) {
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
/// them from the pages of whom they imitate, often the victim), mail addresses, and what stands in quoted lines or below a signature
/// are mention: without a tie to the attacker a person decides.
fn links(draft: &mut Draft, attack: &Message, victim: &Victim, known: &Known<'_>) {
    // links of messages inside are theirs, not the attacker's
    let inner: HashSet<&str> =
        attack.nested.iter().flat_map(|n| n.links.iter().map(|l| l.target.as_str())).collect();
    let own = own_text(attack);
    // what a link shows and does not open is a name that the attacker borrows
    let borrowed: Vec<&str> =
        attack.links.iter().filter(|l| feature::shows_another_host(l)).map(|l| l.shown.as_str()).collect();
    let mut mention = Vec::new();
    for (n, one) in attack.links.iter().enumerate() {
        let path = format!("body link {}", n + 1);
        let elsewhere = one.place == LinkPlace::Text
            && (!own.contains(&one.target) || borrowed.iter().any(|shown| shown.contains(&one.target)));
        if inner.contains(one.target.as_str()) {
            draft.drop(&path, one.destination(), DropReason::NamesRecipient);
        } else if one.place == LinkPlace::Loaded || elsewhere || strip_mailto(one.destination()).is_some() {
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

fn strip_mailto(target: &str) -> Option<String> {
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

fn files(draft: &mut Draft, attack: &Message, victim: &Victim, known: &Known<'_>) {
    let mut todo: Vec<(&Attachment, String, bool)> = attack
        .attachments
        .iter()
        .enumerate()
        .rev()
        .map(|(n, f)| (f, format!("attachment {}", n + 1), false))
        .collect();
    while let Some((one, path, nested)) = todo.pop() {
        one_file(draft, one, &path, nested, victim, known);
        todo.extend(one.nested.iter().enumerate().rev().map(|(n, f)| (f, format!("{path}.{}", n + 1), true)));
    }
}

fn one_file(
    draft: &mut Draft,
    one: &Attachment,
    path: &str,
    nested: bool,
    victim: &Victim,
    known: &Known<'_>,
) {
    let feature = file::feature(one);
    let generic = feature.as_ref().and_then(|f| f.generic_name.clone());
    if let Some(name) = one.filename.as_deref().filter(|_| generic.is_none()) {
        draft.drop(&format!("{path} name"), name, DropReason::FreeText);
        draft.slot(&format!("{}-name", path.replace([' ', '.'], "-")), name);
    }
    for (name, value) in &one.properties {
        draft.drop(&format!("{path} property {name}"), value, DropReason::NamesRecipient);
    }
    if !file::is_evidence(one, nested) {
        draft.drop(path, &one.sha256, DropReason::NoConstructor);
        return;
    }
    if let Some(feature) = feature {
        draft.content.files.insert(feature);
    }
    for hash in file::hashes(one) {
        draft.take(hash, Part::Attachment, 80, path);
    }
    for (n, target) in one.links.iter().enumerate().filter(|(_, t)| !is_format_name(t)) {
        link_parts(draft, &format!("{path} link {}", n + 1), target, 60, victim, known);
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
    let own = own_text(attack);
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

/// The text of the mail without quoted lines, the signature, what follows a forwarded header, and messages inside.
fn own_text(attack: &Message) -> String {
    const QUOTES: &[&str] = &[
        "-----original message",
        "----- original message",
        "________________________________",
        "begin forwarded message",
        "---------- forwarded message",
        "-----元のメッセージ",
        "----- 元のメッセージ",
        "-------- 転送",
        "-----転送",
    ];
    let mut out = String::new();
    let whole: String = attack.text.chars().take(TEXT_CHARS_MAX).collect();
    let inner: Vec<&str> = attack.nested.iter().map(|n| n.text.trim()).filter(|t| !t.is_empty()).collect();
    let whole = inner.iter().fold(whole, |text, part| text.replace(part, "\n"));
    for line in whole.lines() {
        let lower = line.trim().to_lowercase();
        // RFC 3676, section 4.3: `-- ` opens the signature
        if line.trim_end() == "--" || QUOTES.iter().any(|q| lower.starts_with(q)) {
            break;
        }
        if !lower.starts_with(['>', '|', '＞']) && !is_header_line(&lower) {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn is_header_line(lower: &str) -> bool {
    ["from:", "to:", "cc:", "reply-to:", "差出人:", "宛先:", "送信者:", "受信者:"]
        .iter()
        .any(|h| lower.starts_with(h))
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
fn headers(draft: &mut Draft, message: &Message) {
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
