//! Runs of name letters that hold a dot: addresses, domains, files, or none of these.

use super::piece::{Piece, is_cjk};
use super::{Found, colon, japanese, prose, version, word};
use crate::find::shape::{is_code, is_file_name};
use crate::{Kind, canon, suffix};

/// Reads the run `start..end`.
pub(super) fn read(piece: &Piece<'_>, start: usize, end: usize, found: &mut Found<'_>) {
    let run = &piece.text[start..end];
    if memchr::memchr(b'.', run.as_bytes()).is_none() {
        word::read(piece, start, end, found);
    } else if run.is_ascii() {
        name(piece, start, end, found);
    } else if !quoted_file(piece, start, end, found) {
        for (from, to) in segments(run) {
            name(piece, start + from, start + to, found);
        }
    }
}

/// Reads a run in quotation marks that is a file's name as a whole, whatever scripts it mixes.
fn quoted_file(piece: &Piece<'_>, start: usize, end: usize, found: &mut Found<'_>) -> bool {
    const QUOTES: &[(char, char)] =
        &[('「', '」'), ('『', '』'), ('“', '”'), ('"', '"'), ('\'', '\''), ('`', '`')];
    let ((from, _), (to, _)) = (piece.origin(start, start), piece.origin(end, end));
    let around = (found.text[..from].chars().next_back(), found.text[to..].chars().next());
    let (Some(open), Some(close)) = around else { return false };
    let run = &piece.text[start..end];
    if !QUOTES.contains(&(open, close)) || !is_file_name(run) || suffix::has_known_tld(run) {
        return false;
    }
    let Ok(value) = canon::file_name(run) else { return false };
    piece.emit(found, (start, end), (Kind::FileName, value), "file-name", 70);
    true
}

/// Reads the name of a file whose ending `start..end` follows a bracket: `見積書(最新).xlsm`.
fn bracketed_file(piece: &Piece<'_>, start: usize, end: usize, found: &mut Found<'_>) -> bool {
    let Some(first) = japanese::start_before_bracket(&piece.text[..start]) else { return false };
    let name = &piece.text[first..end];
    if !is_file_name(name) {
        return false;
    }
    // the brackets are a part of the name in the width in which they are written
    let (from, to) = piece.origin(first, end);
    let Ok(value) = canon::file_name(&found.text[from..to]) else { return false };
    piece.emit(found, (first, end), (Kind::FileName, value), "file-name", 60);
    true
}

/// Cuts a run of several scripts. Chinese, Japanese and Korean letters that share a label with ASCII ones are text that
/// stands beside a name without a space; a label of theirs alone is part of an international name.
fn segments(run: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for label in run.split('.') {
        let mixed = label.contains(is_cjk) && label.contains(|c: char| c.is_ascii_alphanumeric());
        if mixed {
            for (offset, c) in label.char_indices().filter(|(_, c)| is_cjk(*c)) {
                out.push((start, at + offset));
                start = at + offset + c.len_utf8();
            }
        }
        at += label.len() + 1;
    }
    out.push((start, run.len()));
    out.retain(|(from, to)| from < to);
    for (from, to) in &mut out {
        *from = japanese::start(run, *from, *to);
    }
    out
}

/// Reads one name.
fn name(piece: &Piece<'_>, mut start: usize, mut end: usize, found: &mut Found<'_>) {
    let bytes = piece.text.as_bytes();
    if bytes[start] == b'.' && piece.before(start) == Some(b')') && bracketed_file(piece, start, end, found) {
        return;
    }
    let edge = |b: u8| matches!(b, b'.' | b'-' | b'_');
    while start < end
        && edge(bytes[start])
        && !(bytes[start] == b'_' && bytes[start + 1..end].contains(&b'.'))
    {
        start += 1;
    }
    while start < end && edge(bytes[end - 1]) {
        end -= 1;
    }
    let run = &piece.text[start..end];
    let Some(dot) = memchr::memrchr(b'.', run.as_bytes()) else {
        return word::read(piece, start, end, found);
    };
    if bytes[start].is_ascii_digit()
        && bytes[end - 1].is_ascii_digit()
        && (ipv4(piece, start, end, found) || tcpdump(piece, start, end, found))
    {
        return;
    }
    let last = &run[dot + 1..];
    if last.bytes().all(|b| b.is_ascii_digit()) || !domain(piece, start, end, found) {
        if run.contains('-') && bytes[start].is_ascii_digit() {
            for (from, to) in parts(run, b'-') {
                ipv4(piece, start + from, start + to, found);
            }
        }
        let hashes = found.finds.len();
        word::read(piece, start, end, found);
        if found.finds.len() == hashes {
            file_name(piece, start, end, found);
        }
    }
}

fn parts(run: &str, separator: u8) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    run.split(char::from(separator)).map(move |part| {
        let from = at;
        at += part.len() + 1;
        (from, from + part.len())
    })
}

/// Reads an IPv4 address, its range or its port.
fn ipv4(piece: &Piece<'_>, start: usize, end: usize, found: &mut Found<'_>) -> bool {
    let Ok(value) = canon::ipv4(&piece.text[start..end]) else { return false };
    let marked = piece.marked(start, end);
    if !marked && version::is_version(piece, start, end, found) {
        return true;
    }
    let confidence = if marked { 98 } else { 85 };
    if let Some((_, behind)) = colon::prefix_length(piece, end)
        && let Ok((kind, net)) = canon::canonical(Kind::Cidr4, &piece.text[start..behind])
    {
        // An address with host bits names both itself and its network.
        let host_bits = kind == Kind::Cidr4 && net.split_once('/').is_some_and(|(base, _)| base != value);
        piece.emit(found, (start, behind), (kind, net), "cidr", confidence);
        if host_bits {
            piece.emit(found, (start, end), (Kind::Ipv4, value), "ip-in-cidr", confidence);
        }
        return true;
    }
    let port = piece.byte(end) == Some(b':') && piece.byte(end + 1).is_some_and(|b| b.is_ascii_digit());
    let rule = if port { "ip-port" } else { "ipv4" };
    piece.emit(found, (start, end), (Kind::Ipv4, value), rule, confidence);
    true
}

/// Reads an address with its port behind a fifth dot, as tcpdump writes it between `IP` and `>`.
fn tcpdump(piece: &Piece<'_>, start: usize, end: usize, found: &mut Found<'_>) -> bool {
    let Some((host, port)) = piece.text[start..end].rsplit_once('.') else { return false };
    let ((from, _), (to, _)) = (piece.origin(start, start), piece.origin(end, end));
    let (before, after) = (&found.text[..from], &found.text[to..]);
    let flow = before.ends_with("IP ") || before.ends_with("> ") || after.starts_with(" > ");
    if !flow || port.parse::<u16>().is_err() {
        return false;
    }
    let Ok(value) = canon::ipv4(host) else { return false };
    piece.emit(found, (start, start + host.len()), (Kind::Ipv4, value), "ip-port", 85);
    true
}

/// Reads a domain name, if it is one.
fn domain(piece: &Piece<'_>, start: usize, end: usize, found: &mut Found<'_>) -> bool {
    let run = &piece.text[start..end];
    let marked = piece.marked(start, end);
    if marked && let Some(stop) = sentence_behind(piece, start, end) {
        return domain(piece, start, stop, found);
    }
    let Ok(value) = canon::domain(run) else { return false };
    // `[redacted]-gov.example`: what stands here is the end of a name that the author cut.
    if piece.before(start) == Some(b'-')
        && matches!(start.checked_sub(1).and_then(|at| piece.before(at)), Some(b']' | b'>' | b'}'))
    {
        return false;
    }
    let known = suffix::has_known_tld(&value);
    if marked {
        let confidence = if known { 97 } else { 50 };
        if known || !is_file_name(run) {
            piece.emit(found, (start, end), (Kind::Domain, value), "domain-defanged", confidence);
            return true;
        }
        return false;
    }
    if !known || is_code(piece, start, end) || is_prose(piece, start, end, found) {
        return false;
    }
    piece.emit(found, (start, end), (Kind::Domain, value), "domain", if run.is_ascii() { 80 } else { 60 });
    true
}

/// Where a defanged name ends when the next sentence begins without a blank: `evil[.]example.The loader`.
fn sentence_behind(piece: &Piece<'_>, start: usize, end: usize) -> Option<usize> {
    let (name, word) = piece.text[start..end].rsplit_once('.')?;
    let small = |text: &str| text.bytes().all(|b| !b.is_ascii_uppercase());
    let begins = word.len() > 1 && word.as_bytes()[0].is_ascii_uppercase() && small(&word[1..]);
    let stop = start + name.len();
    (begins && small(name) && piece.marked(start, stop) && suffix::has_known_tld(name)).then_some(stop)
}

fn is_prose(piece: &Piece<'_>, start: usize, end: usize, found: &Found<'_>) -> bool {
    let (from, to) = piece.origin(start, end);
    prose::joins(found.text, from, to)
}

/// Reads a file's name, by its extension.
fn file_name(piece: &Piece<'_>, start: usize, end: usize, found: &mut Found<'_>) {
    let run = &piece.text[start..end];
    let called = piece.text.as_bytes()[end..].starts_with(b"()");
    if !called
        && is_file_name(run)
        && !is_prose(piece, start, end, found)
        && let Ok(value) = canon::file_name(run)
    {
        piece.emit(found, (start, end), (Kind::FileName, value), "file-name", 60);
    }
}
