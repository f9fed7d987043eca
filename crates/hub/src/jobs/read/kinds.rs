//! What a submission says, by its kind: a mail and what it is to its source, a list, STIX, a text. Nothing is stored here.

use super::{Came, Outcome};
use crate::reading::Reading;
use crate::unread::Unread;
use indicator::files;
use model::profile::Profile;
use model::submission::{Kind, TriageFields};
use std::collections::BTreeSet;

/// What reading yields where these values are known to be common.
pub(super) fn read(
    kind: Kind,
    came: &Came,
    raw: &[u8],
    profile: &Profile,
    common: &BTreeSet<String>,
) -> Outcome {
    let shared = |value: &str| common.contains(value);
    let known = deid::Known { shared: &shared };
    let raw = deid::readable(kind, raw);
    let raw = raw.as_ref();
    match kind {
        Kind::Mail => read_mail(raw, came, profile, &known),
        Kind::Indicators => read_list(raw, profile, &known),
        Kind::Stix => read_stix(raw, profile, &known),
        Kind::Text => {
            let text = String::from_utf8_lossy(raw);
            let sent = vec![("text".to_owned(), text.chars().take(20_000).collect())];
            outcome(deid::from_text(&text, profile, &known), sent, Vec::new(), true)
        }
    }
}

fn read_mail(raw: &[u8], came: &Came, profile: &Profile, known: &deid::Known<'_>) -> Outcome {
    let (message, mut problems) = mail::read_message(raw);
    let inside = match came {
        Came::Carrier => inside(&message, &mut problems),
        // what lies inside such a mail is found by the reader itself
        Came::Attached(_) if message.nested.is_empty() && deid::is_own(&message, profile) => {
            in_text(&message, &mut problems).into_iter().collect()
        }
        Came::Attached(_) | Came::Attack => Vec::new(),
    };
    let unread: Vec<Unread> = problems.iter().map(Unread::of_mail).collect();
    let readable =
        !(message.headers.is_empty() && message.text.trim().is_empty() && message.attachments.is_empty());
    let outer = match came {
        Came::Attached(outer) => mail::read_message(outer).0,
        Came::Carrier | Came::Attack => mail::Message::default(),
    };
    let draft = match (came, inside.split_first()) {
        (_, Some((first, others))) => {
            let forwarded = |one| deid::from_forward(one, &[&message, &outer], profile, known);
            let mut draft = forwarded(first);
            others.iter().for_each(|one| draft.join(forwarded(one)));
            draft
        }
        (Came::Carrier, None) => deid::from_report(&message, profile, known),
        (Came::Attached(_), None) => deid::from_attached(&message, &outer, profile, known),
        (Came::Attack, None) => deid::from_mail(&message, profile, known),
    };
    // the envelope of a forward is the member's own: what was forwarded is shown instead
    let shown = match inside.as_slice() {
        [one] => one,
        _ => &message,
    };
    let mut out = outcome(draft, sent_mail(shown), unread, readable);
    out.reading.markings = markings(&message.attachments);
    let attack =
        inside.first().or(Some(&message)).filter(|_| !matches!(came, Came::Carrier) || !inside.is_empty());
    if let Some(attack) = attack {
        judged(&mut out, attack, profile);
    }
    out
}

/// What a mail says of itself, and what it is like: of the attack, never of somebody's own words.
fn judged(out: &mut Outcome, attack: &mail::Message, profile: &Profile) {
    let hints = deid::hints::of_mail(attack, profile);
    out.fields = deid::hints::triage_fields(attack);
    out.likeness = deid::likeness(attack);
    out.reading.suggestion = deid::hints::suggestion(&hints);
    let suggested = hints.iter().filter(|h| Some(h.verdict) == out.reading.suggestion);
    out.reading.because = suggested.map(|h| h.words.clone()).collect();
    out.reading.hints = hints.into_iter().map(|h| h.words).collect();
}

/// The mails that somebody hands on: those that lie in it, else the one in its text.
fn inside(carrier: &mail::Message, problems: &mut Vec<mail::Problem>) -> Vec<mail::Message> {
    // what has no sender is no mail of somebody: the words of this one in a program's own form, or the place of one that was kept apart
    let says = |one: &&mail::Message| !one.from.is_empty();
    let lying: Vec<mail::Message> = carrier.nested.iter().filter(says).cloned().collect();
    if lying.is_empty() { in_text(carrier, problems).into_iter().collect() } else { lying }
}

/// The mail that another forwards in its text.
fn in_text(carrier: &mail::Message, problems: &mut Vec<mail::Problem>) -> Option<mail::Message> {
    let (inline, more) = mail::inline_forward(carrier)?;
    problems.extend(more);
    Some(inline.original)
}

/// Protective markings in the names and texts of attached files, and of the files inside them.
fn markings(files: &[mail::Attachment]) -> Vec<String> {
    let mut out: BTreeSet<String> = BTreeSet::new();
    for file in files {
        let name = file.filename.as_deref().unwrap_or_default();
        let texts = [name, file.text.as_deref().unwrap_or_default()];
        out.extend(texts.into_iter().flat_map(deid::protective::markings).map(str::to_owned));
        out.extend(markings(&file.nested));
    }
    out.into_iter().collect()
}

fn read_list(raw: &[u8], profile: &Profile, known: &deid::Known<'_>) -> Outcome {
    let format = files::sniff(raw);
    let (draft, problems) = match format {
        files::Format::MispJson => deid::from_misp(raw, profile, known),
        files::Format::StixJson => return read_stix(raw, profile, known),
        files::Format::Csv => of_list(files::read_csv(raw), profile, known),
        files::Format::Text => of_list(files::read_text(&String::from_utf8_lossy(raw)), profile, known),
    };
    let misp = format == files::Format::MispJson;
    let unread = problems.into_iter().map(|problem| Unread::of_list(problem, misp)).collect();
    let sent = vec![("text".to_owned(), String::from_utf8_lossy(raw).chars().take(20_000).collect())];
    let readable = !draft.content.indicators.is_empty() || !draft.dropped.is_empty();
    outcome(draft, sent, unread, readable)
}

fn of_list(
    (lines, problems): (Vec<files::Listed>, Vec<files::Problem>),
    profile: &Profile,
    known: &deid::Known<'_>,
) -> (deid::Draft, Vec<files::Problem>) {
    (deid::from_indicators(&lines, profile, known), problems)
}

fn read_stix(raw: &[u8], profile: &Profile, known: &deid::Known<'_>) -> Outcome {
    let limits = stix::Limits::default();
    // what is kept of the submission stays as it came; what is drafted is read in the form of 2.1
    let stix::Lifted { objects, faults, changes } = stix::read_lifted(raw, &limits)
        .unwrap_or_else(|fault| stix::Lifted { faults: vec![fault], ..Default::default() });
    let mut unread: Vec<Unread> = faults.into_iter().map(Unread::of_stix).collect();
    unread.extend(Unread::of_changes(changes));
    let sent = vec![("objects".to_owned(), objects.len().to_string())];
    let readable = !objects.is_empty();
    outcome(deid::from_stix(&objects, profile, known), sent, unread, readable)
}

fn outcome(draft: deid::Draft, sent: Vec<(String, String)>, unread: Vec<Unread>, readable: bool) -> Outcome {
    let reading = Reading {
        sent,
        part: draft.content,
        dropped: draft.dropped,
        slots: draft.slots,
        names_you: draft.names_you.into_iter().map(|hit| (hit.path, hit.value)).collect(),
        labels: draft.warning_labels,
        ..Reading::default()
    }
    .with_unread(unread);
    Outcome { reading, fields: TriageFields::default(), likeness: Vec::new(), rare: draft.rare, readable }
}

/// The mail as its sender reads it again: addresses, subject, text, attachments.
fn sent_mail(message: &mail::Message) -> Vec<(String, String)> {
    let list = |all: &[mail::Address]| {
        all.iter()
            .map(|a| match &a.name {
                Some(name) if a.address.is_empty() => name.clone(),
                Some(name) => format!("{name} <{}>", a.address),
                None => a.address.clone(),
            })
            .collect::<Vec<_>>()
            .join(", ")
    };
    let files: Vec<String> =
        message.attachments.iter().map(|a| a.filename.clone().unwrap_or_default()).collect();
    let rows = [
        ("from", list(&message.from)),
        ("to", list(&message.to)),
        ("cc", list(&message.cc)),
        ("reply-to", list(&message.reply_to)),
        ("subject", message.subject.clone()),
        ("text", message.text.chars().take(20_000).collect()),
        ("attachments", files.join(", ")),
    ];
    rows.into_iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k.to_owned(), v)).collect()
}
