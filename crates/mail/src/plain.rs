//! A message for people: its fields, its words, its files and what was wrong with it.

use crate::message::{Address, Attachment, Message, Problem};
use std::fmt::Write as _;

/// The page that `noroshi mail FILE` prints.
#[must_use]
pub fn to_text(message: &Message, problems: &[Problem]) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "{name}: {}", safe(value));
        }
    };
    line("From", &people(&message.from));
    line("To", &people(&message.to));
    line("Cc", &people(&message.cc));
    line("Reply-To", &people(&message.reply_to));
    line("Date", message.date.as_ref().map_or("", |date| date.rfc3339.as_str()));
    line("Subject", &message.subject);
    line("Message-ID", message.message_id.as_deref().unwrap_or_default());
    line("Sent from", &came_from(message));
    line("Checked", &checked(message));
    let _ = writeln!(out, "\n{}\n", safe(&message.text));
    let mut hidden = String::new();
    hidden_text(message, &mut hidden);
    out.push_str(&hidden);
    for url in crate::urls(message) {
        let _ = writeln!(out, "link: {}", safe(&url));
    }
    for file in &message.attachments {
        describe(file, 0, &mut out);
    }
    for problem in problems {
        let _ = writeln!(out, "problem: {} [{}] {}", problem.part, problem.code, problem.text);
    }
    out
}

/// The host that handed the mail over to the receiving side, as the `Received` lines have it.
fn came_from(message: &Message) -> String {
    let Some(hop) = crate::foreign_hop(message, &|_| false) else { return String::new() };
    let names = [&hop.from_rdns, &hop.from_helo].into_iter().flatten().cloned();
    let address = hop.from_ip.map(|ip| ip.to_string());
    let known = address.into_iter().chain(names).collect::<Vec<String>>();
    known.join(", ")
}

/// What the receiving server states of the sender.
fn checked(message: &Message) -> String {
    let stated = &message.authentication;
    let one = |name: &str, result: &str| format!("{name} {result}");
    let spf = stated.spf.as_deref().map(|result| one("SPF", result));
    let dkim = stated.dkim.iter().map(|(result, domain)| match domain {
        Some(domain) => format!("DKIM {result} ({domain})"),
        None => one("DKIM", result),
    });
    let dmarc = stated.dmarc.as_deref().map(|result| one("DMARC", result));
    spf.into_iter().chain(dkim).chain(dmarc).collect::<Vec<_>>().join(", ")
}

/// What pages hold and do not show, in messages inside too.
fn hidden_text(message: &Message, out: &mut String) {
    for text in message.html.iter().flat_map(|page| &page.hidden) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(out, "hidden text: {}", safe(&text));
    }
    message.nested.iter().for_each(|inner| hidden_text(inner, out));
}

fn people(list: &[Address]) -> String {
    let each = list.iter().map(|one| match &one.name {
        Some(name) => format!("{name} <{}>", one.address),
        None => one.address.clone(),
    });
    each.collect::<Vec<_>>().join(", ")
}

fn describe(file: &Attachment, depth: usize, out: &mut String) {
    let name = file.filename.as_deref().unwrap_or("(no name)");
    let marks = [(file.has_macros, ", macros"), (file.encrypted, ", locked")];
    let marks: String = marks.iter().filter(|(set, _)| *set).map(|(_, text)| *text).collect();
    let indent = "  ".repeat(depth);
    let (kind, size, hash) = (&file.content_type, file.size, &file.sha256);
    let _ = writeln!(out, "{indent}file: {} ({kind}, {size} bytes{marks}) SHA-256 {hash}", safe(name));
    file.nested.iter().for_each(|inner| describe(inner, depth + 1, out));
}

/// Without letters that move a terminal's cursor or turn the direction of writing.
fn safe(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| if (c.is_control() && c != '\n' && c != '\t') || turns(c) { '\u{fffd}' } else { c })
        .collect()
}
