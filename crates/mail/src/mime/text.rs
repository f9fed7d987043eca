//! The text of the whole mail, put together from its bodies and the messages inside.

use super::Draft;
use crate::limits;
use crate::link;
use crate::message::{Address, Link, LinkPlace, Message};
use std::collections::HashSet;

/// A piece of the text.
#[derive(Debug, Default)]
pub(crate) struct Segment {
    pub(crate) text: String,
    links: Vec<Link>,
    /// It is a page, left out of the text where a plain body says the same.
    is_page: bool,
    /// It came with its links; none are looked for in it.
    linked: bool,
}

impl Segment {
    /// A plain body.
    pub(crate) fn plain(text: String) -> Self {
        Self { text: unix_lines(&text), ..Self::default() }
    }

    /// What a page shows, with its links.
    pub(crate) fn page(text: String, links: Vec<Link>) -> Self {
        Self { text, links, is_page: true, linked: false }
    }
}

fn unix_lines(text: &str) -> String {
    let text =
        if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
    text.trim_end_matches('\n').to_owned()
}

/// A message inside: its main headers as a forwarding program shows them, then its text.
pub(crate) fn segment_of_message(inner: &Message) -> Segment {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("{name}: {value}\n"));
        }
    };
    line("From", &names(&inner.from));
    line("To", &names(&inner.to));
    line("Cc", &names(&inner.cc));
    line("Reply-To", &names(&inner.reply_to));
    line("Date", inner.date.as_ref().map_or("", |date| date.rfc3339.as_str()));
    line("Subject", &inner.subject);
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&inner.text);
    Segment { text, links: inner.links.clone(), is_page: false, linked: true }
}

fn names(list: &[Address]) -> String {
    let each = list.iter().map(|one| match &one.name {
        Some(name) if one.address.is_empty() => name.clone(),
        Some(name) => format!("{name} <{}>", one.address),
        None => one.address.clone(),
    });
    each.collect::<Vec<_>>().join(", ")
}

/// Closes a draft: text and links from its pieces.
pub(crate) fn assemble(draft: Draft) -> Message {
    let Draft { mut message, segments, .. } = draft;
    let plain: Vec<String> = segments
        .iter()
        .filter(|segment| !segment.is_page && !segment.linked)
        .map(|segment| squeezed(&segment.text))
        .collect();
    let mut seen = HashSet::new();
    let mut shown = Vec::new();
    for segment in segments {
        let in_text = if segment.linked { Vec::new() } else { link::in_text(&segment.text) };
        let in_text = in_text.into_iter().map(|target| {
            let unwrapped = link::unwrap(&target);
            Link { shown: target.clone(), target, unwrapped, place: LinkPlace::Text }
        });
        for link in segment.links.into_iter().chain(in_text) {
            let known = link.place == LinkPlace::Text
                && message.links.iter().any(|other| other.target == link.target);
            if message.links.len() < limits::LINKS_MAX && !known && seen.insert(link.clone()) {
                message.links.push(link);
            }
        }
        let repeats = segment.is_page && {
            let words = squeezed(&segment.text);
            plain.iter().any(|plain| memchr::memmem::find(plain.as_bytes(), words.as_bytes()).is_some())
        };
        if !repeats && !segment.text.trim().is_empty() {
            shown.push(segment.text);
        }
    }
    message.text = shown.join("\n\n");
    message
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}
