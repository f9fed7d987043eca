//! One attack mail, whole: raw bytes, what names the victim in it, what is the attacker's.

use super::cast;
use super::dice::Dice;
use super::headers::HEADERS;
use super::names;
use super::parts;
use super::pen::{Pen, Plant};
use model::profile::Profile;

/// How an indicator of the attacker is found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeptKind {
    /// A mail address.
    Address,
    /// A domain.
    Domain,
    /// An internet address.
    Ip,
    /// An address of the web; the output may hold it with nothing behind the path.
    Link,
    /// A SHA-256.
    Hash,
}

/// An indicator of the attacker that should leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its kind.
    pub kind: KeptKind,
    /// It.
    pub value: String,
}

impl Kept {
    pub(super) fn new(kind: KeptKind, value: impl Into<String>) -> Self {
        Self { kind, value: value.into() }
    }
}

/// How the mail reached whoever submits it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// From the attacker's own address.
    Direct,
    /// The attacker writes as a colleague of the victim; his own address stands in `Reply-To` alone.
    Spoofed,
    /// The victim forwarded the attack as an attachment.
    Forwarded,
}

/// One generated mail.
#[derive(Clone, Debug)]
pub struct Specimen {
    /// Its bytes.
    pub raw: Vec<u8>,
    /// How it came.
    pub story: Story,
    /// What names the victim.
    pub plants: Vec<Plant>,
    /// What should leave.
    pub kept: Vec<Kept>,
    /// A profile that knows about half of the names.
    pub profile: Profile,
}

/// The mail `number` of `seed`.
#[must_use]
pub fn specimen(seed: u64, number: u64) -> Specimen {
    let mut dice = Dice::new(seed.wrapping_mul(0x1_0000_0001).wrapping_add(number));
    let mut words = names::pool(&mut dice);
    let companies: Vec<_> = words.drain(..2).map(|word| cast::company(&mut dice, word)).collect();
    let attacker = cast::attacker(&mut dice);
    let story = match dice.below(10) {
        0 => Story::Spoofed,
        1 => Story::Forwarded,
        _ => Story::Direct,
    };
    let mut pen = Pen::new(dice, companies, attacker, words);
    let mut kept = indicators(&pen, story);
    let raw = mail(&mut pen, &mut kept, story);
    let raw = if story == Story::Forwarded { forwarded(&mut pen, &raw) } else { raw };
    let profile = half(&mut pen);
    Specimen { raw, story, plants: pen.plants, kept, profile }
}

fn indicators(pen: &Pen, story: Story) -> Vec<Kept> {
    let a = &pen.attacker;
    let mut out = vec![
        Kept::new(KeptKind::Ip, &a.hop),
        Kept::new(KeptKind::Address, &a.reply),
        Kept::new(KeptKind::Domain, &a.site),
        Kept::new(KeptKind::Link, format!("https://{}/{}", a.site, a.path)),
        Kept::new(KeptKind::Ip, &a.bare),
        Kept::new(KeptKind::Link, format!("http://{}/{}", a.bare, a.path)),
        Kept::new(KeptKind::Domain, &a.second),
        Kept::new(KeptKind::Link, format!("https://{}/a/b.html", a.second)),
    ];
    if story != Story::Spoofed {
        out.push(Kept::new(KeptKind::Address, format!("{}@{}", a.local, a.domain)));
        out.push(Kept::new(KeptKind::Domain, &a.domain));
    }
    out
}

/// The attack mail itself.
fn mail(pen: &mut Pen, kept: &mut Vec<Kept>, story: Story) -> Vec<u8> {
    let boundary = pen.fill("boundary", "----={romaji}_{id}");
    let preamble = pen.fill("preamble", "{kanji} {addr}");
    let epilogue = pen.fill("epilogue", "{kata} {host} {num}");
    let body = parts::all(pen, kept);
    let mut lines: Vec<String> = HEADERS
        .iter()
        .map(|(name, value)| format!("{name}: {}", pen.fill(&format!("header {name}"), value)))
        .collect();
    pen.dice.shuffle(&mut lines);
    let mut head: Vec<String> = std::mem::take(&mut pen.seen)
        .iter()
        .map(|ip| {
            pen.fill(
                "header Received inside, address",
                &format!(
                    "Received: from {{host}} ({{host}} [{ip}])\r\n by {{host}} with ESMTP id {{id}}; {{date}}"
                ),
            )
        })
        .collect();
    head.extend(trace(pen));
    head.extend(lines);
    head.extend(addressing(pen, story));
    head.push(format!("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{boundary}\""));
    let folded = head.join("\r\n");
    [folded.as_bytes(), b"\r\n\r\n", &parts::multipart(&boundary, &preamble, &body, &epilogue)].concat()
}

/// The `Received` lines, newest first: two of the victim's, the one that is evidence, one that the attacker wrote.
fn trace(pen: &mut Pen) -> Vec<String> {
    [
        ("header Received inside", "Received: from {host} ({host} [{lan}])\r\n by {host} (8.17/8.17) with ESMTP id {id}\r\n for <{addr}>; {date}"),
        ("header Received second inside", "Received: from {host} ([{ip6}]) by {sisterhost} with LMTP id {id}\r\n (envelope-from <{verp}@{evil}>); {date}"),
        ("header Received at the edge", "Received: from mail.{evil} (mail.{evil} [{hop}])\r\n by {host} (Postfix) with ESMTPS id {id}\r\n for <{addr}>; {date}"),
        ("header Received of the attacker", "Received: from [{lan}] (helo={cc.path}) by mail.{evil} with esmtpa id {id}; {date}"),
    ]
    .iter()
    .map(|(class, line)| pen.fill(class, line))
    .collect()
}

fn addressing(pen: &mut Pen, story: Story) -> Vec<String> {
    let from = match story {
        Story::Spoofed => pen.fill("header From of a colleague", "From: {encb} <{addr}>\r\nSender: {addr}"),
        _ => pen.fill("header From display name", "From: \"{kanji} {title}\" <{from}>"),
    };
    let subject = match pen.dice.below(3) {
        0 => pen.fill("header Subject", "Subject: Re: [EXT][{num}] invoice {encb} {jisb}"),
        1 => pen.fill("header Subject", "Subject: =?UTF-8?B?6KuL5rGC5pu4?= {sjisb} {romaji} {encq}"),
        _ => pen.fill("header Subject", "Subject: {encq} {wide} {kunrei} {num} payment"),
    };
    let to = pen.fill(
        "header To",
        "To: {encb} <{addr}>, {title} <{addr}>,\r\n \"{kanji}\" <{addr}> ({half}),\r\n team-{kana}: {addr};",
    );
    let cc = pen.fill("header Cc", "Cc: {jisb} <{addr}>, {addr}");
    let more: String = std::mem::take(&mut pen.cc).iter().map(|a| format!(",\r\n {a}")).collect();
    let reply = pen.fill("header Reply-To display name", "Reply-To: {jisb} <{reply}>");
    let id = pen.fill("header Message-ID", "Message-ID: <{hexlocal}.{id}@{evil}>");
    let thread = pen.fill("header Thread-Index", "{id}{id}");
    let thread = format!("Thread-Index: {}", super::coding::base64(thread.as_bytes()));
    let date = "Date: Tue, 13 Jan 2026 09:13:55 +0900".to_owned();
    vec![from, to, format!("{cc}{more}"), subject, reply, id, thread, date]
}

/// The victim's own mail to its security team, with the attack attached.
fn forwarded(pen: &mut Pen, attack: &[u8]) -> Vec<u8> {
    let head = pen.fill(
        "forwarder's mail",
        "Received: from {host} ([{lan}]) by {host} with ESMTP id {id} for <{addr}>; {date}\r\nFrom: {encb} <{addr}>\r\nReply-To: {addr}\r\nTo: soc@{victim}\r\n\
         Subject: FW: {jisb} {num}\r\nMessage-ID: <{id}@{host}>\r\nX-Mailer: {romaji} Mail\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"fw\"\r\n",
    );
    let note =
        pen.fill("forwarder's note", "{kanji}です。http://{host}/ticket/{num} にも登録しました。{phone}");
    let note = format!("Content-Type: text/plain; charset=utf-8\r\n\r\n{note}\r\n").into_bytes();
    let inner = [b"Content-Type: message/rfc822\r\n\r\n", attack, b"\r\n"].concat();
    [format!("{head}\r\n").into_bytes(), parts::multipart("fw", "", &[note, inner], "")].concat()
}

/// About half of the names, as profiles are in life.
fn half(pen: &mut Pen) -> Profile {
    let mut profile = Profile::default();
    for company in pen.companies.clone() {
        if pen.dice.chance(50) {
            profile.domains.push(company.domain.clone());
        }
        if pen.dice.chance(50) {
            profile.names.push(company.kanji());
        }
        if pen.dice.chance(50) {
            profile.names.push(company.label());
        }
    }
    for plant in pen.plants.clone() {
        if !pen.dice.chance(50) {
            continue;
        }
        let text = plant.listed;
        let list = match &text {
            t if t.parse::<std::net::IpAddr>().is_ok() => &mut profile.networks,
            t if t.len() == 36 && t.matches('-').count() == 4 => &mut profile.tenants,
            t if t.contains('.') => &mut profile.hosts,
            t if t.is_ascii() && !t.contains(|c: char| c.is_ascii_digit()) => &mut profile.people,
            _ => &mut profile.words,
        };
        list.push(text);
    }
    profile
}
