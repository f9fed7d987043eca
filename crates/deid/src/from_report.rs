//! A mail in which somebody of the source tells of an attack, without forwarding one. Who wrote it and the way it came are the source's, and
//! so are its signature and the pictures in it: what it names is mention, and a person of the source ticks what is the attacker's.

use crate::from_mail::{headers, link_parts, listed, sender_parts, strip_mailto};
use crate::listed::in_text;
use crate::parts::file;
use crate::victim::Victim;
use crate::{Draft, Known};
use indicator::{Kind, files};
use mail::{Attachment, Message};
use model::item::{DropReason, Part};
use model::profile::Profile;

/// From such a mail. The values of an attached list are taken; each other is offered to a person, also where nobody can click on it: notices
/// to a victim write the victim's own hacked page in just that way.
#[must_use]
pub fn from_report(report: &Message, profile: &Profile, known: &Known<'_>) -> Draft {
    let mut draft = Draft::default();
    let victim = Victim::of_mail(profile, &Message::default(), &[report]);
    in_text(&mut draft, "text", &report.own_text(), &victim, known, |_| false);
    for (n, one) in report.links.iter().enumerate() {
        let path = format!("link {}", n + 1);
        let mut found = Draft::default();
        match strip_mailto(one.destination()) {
            Some(address) => sender_parts(&mut found, &path, &address, Part::Listed, 40, &victim),
            None => link_parts(&mut found, &path, one.destination(), 50, &victim, known),
        }
        draft.take_in(&path, found, |_| false);
    }
    for (n, one) in report.attachments.iter().enumerate() {
        of_file(&mut draft, one, &format!("attachment {}", n + 1), &victim, known);
    }
    draft.drop("header Subject", &report.subject, DropReason::FreeText);
    draft.drop("body text", report.text.trim(), DropReason::FreeText);
    for from in &report.from {
        draft.drop("header From", &from.address, DropReason::NamesRecipient);
    }
    headers(&mut draft, report);
    draft
}

/// A file beside the words: a list is what the writer wants to tell; of another its text is read, and what runs is offered.
fn of_file(draft: &mut Draft, one: &Attachment, path: &str, victim: &Victim, known: &Known<'_>) {
    if let Some(name) = &one.filename {
        draft.drop(&format!("{path} name"), name, DropReason::FreeText);
    }
    let mut found = Draft::default();
    if !list(draft, one, path, victim, known) {
        in_text(draft, path, one.text.as_deref().unwrap_or_default(), victim, known, |_| false);
        if file::acts(one) {
            file::hashes(one).into_iter().for_each(|hash| found.take(hash, Part::Attachment, 80, path));
        } else {
            found.drop(path, &one.sha256, DropReason::NoConstructor);
        }
    }
    for target in &one.links {
        link_parts(&mut found, path, target, 50, victim, known);
    }
    draft.take_in(path, found, |_| false);
    for (n, inner) in one.nested.iter().enumerate() {
        of_file(draft, inner, &format!("{path}.{}", n + 1), victim, known);
    }
}

/// Mail addresses of a list that are offered; a person picks among no more.
const ADDRESSES_OFFERED_MAX: usize = 50;

/// Takes in a file that is a list of indicators; whether it is one. Mail addresses of it are offered: a list of customers has a header, too.
pub(crate) fn list(
    draft: &mut Draft,
    one: &Attachment,
    path: &str,
    victim: &Victim,
    known: &Known<'_>,
) -> bool {
    let text = one.text.as_deref().unwrap_or_default().as_bytes();
    let lines = match files::sniff(text) {
        _ if !may_be_list(one) => return false,
        files::Format::Csv => files::read_csv(text).0,
        files::Format::MispJson => files::read_misp_words(text).0,
        files::Format::StixJson | files::Format::Text => return false,
    };
    let mut addresses = 0;
    for line in lines {
        let place = format!("{path}, line {}", line.line);
        let address = line.indicator.kind() == Kind::Email;
        addresses += usize::from(address);
        if address && addresses > ADDRESSES_OFFERED_MAX {
            draft.drop(&place, line.indicator.value(), DropReason::Limit);
            continue;
        }
        let mut found = Draft::default();
        listed(&mut found, line.indicator, 70, &place, victim, known);
        draft.take_in(&place, found, |one| one.kind() != Kind::Email);
    }
    draft.drop(path, &one.sha256, DropReason::NoConstructor);
    true
}

/// Whether a person would call the file a list: text by its content, and by its name.
fn may_be_list(one: &Attachment) -> bool {
    const ENDINGS: &[&str] = &[".csv", ".tsv", ".txt", ".json", ".ioc"];
    let kind = one.content_type.as_str();
    let text = kind.starts_with("text/") && kind != "text/html" || kind == "application/json";
    let name = one.filename.as_deref().unwrap_or_default().to_ascii_lowercase();
    text && !one.has_macros && (name.is_empty() || ENDINGS.iter().any(|ending| name.ends_with(ending)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, more: &str, taken: &[&str], offered: &[&str]) {
        let raw = format!(
            "From: bob@minami.example\r\nTo: in-abc@in.hub.example\r\nReceived: from mx.minami.example ([203.0.113.9]) by mx.in.hub.example; \
             Tue, 24 Nov 2026 09:00:00 +0900\r\nSubject: strange\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n{more}--b--\r\n"
        );
        let (report, _) = mail::read_message(raw.as_bytes());
        let draft = from_report(&report, &Profile::default(), &Known { shared: &|_| false });
        let found: Vec<&str> = draft.content.indicators.iter().map(|i| i.indicator.value()).collect();
        assert_eq!(found, taken, "{words}");
        let slots: Vec<&str> = draft.slots.iter().map(|slot| slot.value.as_str()).collect();
        assert_eq!(slots, offered, "{words}");
    }

    #[test]
    fn the_writer_is_nothing_of_the_attack() {
        check(
            "Our proxy saw nothing.\n-- \nBob\nbob@minami.example\nhttps://www.minami.example/",
            "",
            &[],
            &[],
        );
    }

    #[test]
    fn what_the_words_name_is_offered() {
        check(
            "hxxps://evil-gate[.]example/a and https://supplier-of-paper.example/",
            "",
            &[],
            &[
                "evil-gate.example",
                "https://evil-gate.example/a",
                "supplier-of-paper.example",
                "https://supplier-of-paper.example/",
            ],
        );
    }

    #[test]
    fn a_list_is_told_and_a_picture_is_not() {
        let list = "--b\r\nContent-Type: text/csv; name=iocs.csv\r\nContent-Disposition: attachment; filename=iocs.csv\r\n\r\n\
                    indicator,type\r\nevil-gate.example,domain\r\n\
                    --b\r\nContent-Type: image/gif; name=logo.gif\r\nContent-ID: <logo>\r\n\r\nGIF89a;\r\n";
        check("See the list.", list, &["evil-gate.example"], &[]);
    }
}
