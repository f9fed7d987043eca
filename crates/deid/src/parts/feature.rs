//! Traces in the structure of the mail. Each is a fixed word: nothing of the mail's text comes with it.

use super::file;
use crate::victim::{Victim, registrable};
use mail::{Attachment, LinkPlace, Message};
use model::vocabulary::Feature;
use std::collections::BTreeSet;

/// A body with at most this many letters beside its pictures says nothing in words.
const FEW_LETTERS: usize = 40;

/// The features of one mail.
pub(crate) fn of(message: &Message, victim: &Victim) -> BTreeSet<Feature> {
    let mut found = BTreeSet::new();
    let mut put = |is: bool, feature: Feature| {
        if is {
            found.insert(feature);
        }
    };
    put(message.links.iter().any(shows_another_host), Feature::LinkTextDiffers);
    put(replies_elsewhere(message), Feature::ReplyToDiffers);
    put(message.from.iter().any(names_another_address), Feature::AddressInName);
    put(
        message.from.iter().any(|f| crate::parts::sender::read(&f.address, victim).spoofs_victim),
        Feature::OwnDomainSpoofed,
    );
    let failed = |result: Option<&str>| matches!(result, Some("fail" | "softfail" | "permerror"));
    let says = &message.authentication;
    put(failed(says.spf.as_deref()), Feature::SpfFail);
    put(says.dkim.iter().any(|(result, _)| failed(Some(result))), Feature::DkimFail);
    put(failed(says.dmarc.as_deref()), Feature::DmarcFail);
    let files = all_files(message);
    put(files.iter().any(|f| f.has_macros), Feature::Macros);
    put(files.iter().any(|f| f.encrypted), Feature::EncryptedAttachment);
    put(
        files.iter().any(|f| f.filename.as_deref().is_some_and(file::has_double_ending)),
        Feature::DoubleExtension,
    );
    put(files.iter().any(|f| is_not_what_its_name_says(f)), Feature::TypeDiffers);
    put(message.html.iter().any(|h| h.hidden.iter().any(|t| t.trim().len() > 8)), Feature::HiddenText);
    put(message.structure.has_form, Feature::HtmlForm);
    put(
        message.links.iter().any(|l| host_of(l.destination()).is_some_and(|h| is_address(&h))),
        Feature::LinkToAddress,
    );
    let letters = message.text.chars().filter(|c| c.is_alphabetic()).count();
    let pictures = message.html.iter().any(|h| h.loads_remote)
        || message.attachments.iter().any(|f| f.inline && f.content_type.starts_with("image/"));
    let linked = message.links.iter().any(|l| l.place == LinkPlace::Anchor);
    put(letters < FEW_LETTERS && pictures && linked, Feature::ImageOnly);
    found
}

/// Every file, those inside archives too.
pub(crate) fn all_files(message: &Message) -> Vec<&Attachment> {
    let mut out: Vec<&Attachment> = Vec::new();
    let mut todo: Vec<&Attachment> = message.attachments.iter().rev().collect();
    while let Some(file) = todo.pop() {
        out.push(file);
        todo.extend(file.nested.iter().rev());
    }
    out
}

/// The host of a link, in small letters.
pub(crate) fn host_of(url: &str) -> Option<String> {
    url.contains("://").then(|| super::link::written_host(url).to_lowercase()).filter(|host| !host.is_empty())
}

fn is_address(host: &str) -> bool {
    host.parse::<std::net::IpAddr>().is_ok()
}

pub(crate) fn shows_another_host(link: &mail::Link) -> bool {
    let shown = link.shown.trim();
    if link.place != LinkPlace::Anchor || shown.contains(char::is_whitespace) || !shown.contains('.') {
        return false;
    }
    let shown = if shown.contains("://") { host_of(shown) } else { host_of(&format!("http://{shown}")) };
    let shown =
        shown.filter(|h| matches!(indicator::parse(h), Some(i) if i.kind() == indicator::Kind::Domain));
    match (
        shown.and_then(|h| registrable(&h)),
        host_of(link.destination()).and_then(|h| registrable(&h).or(Some(h))),
    ) {
        (Some(shown), Some(target)) => shown != target,
        _ => false,
    }
}

fn domain_of(address: &str) -> Option<String> {
    registrable(address.rsplit_once('@')?.1)
}

fn replies_elsewhere(message: &Message) -> bool {
    let from: Vec<_> = message.from.iter().filter_map(|f| domain_of(&f.address)).collect();
    !from.is_empty()
        && message.reply_to.iter().filter_map(|r| domain_of(&r.address)).any(|r| !from.contains(&r))
}

fn names_another_address(from: &mail::Address) -> bool {
    let name = from.name.as_deref().unwrap_or_default();
    let shown = name
        .split_whitespace()
        .find(|w| w.contains('@'))
        .and_then(|w| domain_of(w.trim_matches(|c: char| !c.is_alphanumeric())));
    shown.is_some_and(|shown| domain_of(&from.address).is_some_and(|real| real != shown))
}

fn is_not_what_its_name_says(file: &Attachment) -> bool {
    let ending =
        file.filename.as_deref().and_then(|n| n.rsplit_once('.')).map(|(_, e)| e.to_ascii_lowercase());
    let kind = file.content_type.as_str();
    let program = kind == "application/vnd.microsoft.portable-executable";
    match ending.as_deref() {
        Some("pdf") => kind != "application/pdf",
        Some("docx" | "xlsx" | "pptx" | "doc" | "xls" | "ppt" | "jpg" | "png" | "txt") => {
            program || matches!(kind, "text/html" | "application/rtf" | "application/x-ms-shortcut")
        }
        _ => false,
    }
}
