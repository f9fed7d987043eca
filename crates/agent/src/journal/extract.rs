//! Observables out of log text, in the canonical form of `sweep`, at the speed of the disk.
//!
//! Anchors are found by vector search (a dot, an `@`, two colons, a bracket), the text around each is read once, and a text that
//! came of late is known by its hash and left. The rules are wider than `sweep`'s where that is cheaper: too much costs a look
//! into a log, too little would be a lie. A test holds the two together.

use super::observed::Observed;
use super::print::{self, DIGEST, EMAIL, NAME, URL};
use super::shape::{
    BEYOND_NUMBER, CLASS, IS_PLAIN, NAME_BYTES_MAX, NOT_IN_NAME, digest, dotted_quad, is_canonical_url,
    is_hex, is_in_name, is_local,
};
use indicator::{Indicator, Kind};
use memchr::{memchr_iter, memchr3_iter, memmem};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Longest local part looked at before an `@` (RFC 5321: 64).
const LOCAL_BYTES_MAX: usize = 64;

/// Longest URL read from text; longer ones are data.
const URL_BYTES_MAX: usize = 16 * 1024;

/// Longest run of hexadecimal digits and colons read as an IPv6 address.
const V6_BYTES_MAX: usize = 64;

/// How often the end of a URL is taken one mark shorter.
const TRIMS_MAX: usize = 8;

/// The piece that is worked through with all anchors before the next: it stays in a core's own cache.
const PIECE_BYTES: usize = 128 * 1024;

/// Takes observables out of text.
#[derive(Clone, Copy, Debug)]
pub struct Extractor {
    urls: bool,
}

impl Extractor {
    /// An extractor that keeps URLs, or their hosts only.
    #[must_use]
    pub fn new(urls: bool) -> Self {
        Self { urls }
    }

    /// Takes everything out of `text`, which ends at a line's bound. Cost: about a nanosecond a byte of text that repeats itself.
    pub fn read(&self, text: &[u8], into: &mut Observed) {
        let mut rest = text;
        while !rest.is_empty() {
            let end = match rest.get(..PIECE_BYTES).and_then(|piece| memchr::memrchr(b'\n', piece)) {
                Some(at) => at + 1,
                None if rest.len() <= PIECE_BYTES => rest.len(),
                None => memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1),
            };
            let (piece, after) = rest.split_at(end);
            self.piece(piece, into);
            rest = after;
        }
    }

    fn piece(&self, piece: &[u8], into: &mut Observed) {
        self.plain(piece, into);
        digests(piece, into);
        self.brackets(piece, into);
        into.joined |= piece.starts_with(b"#fields") || piece.starts_with(b"#separator");
    }

    /// Everything that has its anchors in plain sight.
    fn plain(&self, piece: &[u8], into: &mut Observed) {
        names(piece, into);
        for at in memchr_iter(b'@', piece) {
            email(piece, at, into);
        }
        colons(piece, self.urls, into);
    }

    /// Brackets around a dot, an `@` or a colon: a line of somebody who defanged. It is read once more as it was meant.
    fn brackets(&self, piece: &[u8], into: &mut Observed) {
        let mut done = 0;
        for at in memchr3_iter(b'[', b'(', b'{', piece) {
            if at < done || mark(piece, at).is_none() {
                continue;
            }
            let before = piece.get(..at).unwrap_or_default();
            let start = memchr::memrchr(b'\n', before).map_or(0, |n| n + 1);
            let after = piece.get(at..).unwrap_or_default();
            let end = memchr::memchr(b'\n', after).map_or(piece.len(), |n| at + n);
            done = end;
            self.plain(&meant(piece.get(start..end).unwrap_or_default()), into);
        }
    }
}

/// What stands in the bracket at `at`, when it is what people put there to break a link, and the bracket's length.
fn mark(text: &[u8], at: usize) -> Option<(&'static [u8], usize)> {
    let inner = text.get(at + 1..(at + 7).min(text.len()))?;
    let end = inner.iter().position(|b| matches!(b, b']' | b')' | b'}'))?;
    let word = inner.get(..end)?.trim_ascii().to_ascii_lowercase();
    let meant: &[u8] = match word.as_slice() {
        b"." | b"dot" => b".",
        b"@" | b"at" => b"@",
        b":" => b":",
        b"://" => b"://",
        b"/" => b"/",
        _ => return None,
    };
    Some((meant, end + 2))
}

/// A line with its marks undone.
fn meant(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut at = 0;
    while let Some(byte) = line.get(at) {
        match mark(line, at).filter(|_| matches!(byte, b'[' | b'(' | b'{')) {
            Some((meant, length)) => {
                out.extend_from_slice(meant);
                at += length;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
}

/// Every run of name bytes with a dot in it.
fn names(piece: &[u8], into: &mut Observed) {
    let mut done = 0;
    for dot in memchr_iter(b'.', piece) {
        if dot < done {
            continue;
        }
        let before = piece.get(done..dot).unwrap_or_default();
        let after = piece.get(dot..).unwrap_or_default();
        let mut seen = 0;
        let mut class = |byte: &u8| {
            let class = CLASS[usize::from(*byte)];
            seen |= class;
            class != NOT_IN_NAME
        };
        let start = dot - before.iter().rev().take_while(|b| class(b)).count();
        let end = dot + after.iter().take_while(|b| class(b)).count();
        done = end;
        let run = piece.get(start..end).unwrap_or_default();
        if run.len() < 4 {
            continue;
        }
        if seen & BEYOND_NUMBER == 0 {
            // Times and sizes, new in every line, would push all else out of what is known of late.
            numbers(run, into);
            continue;
        }
        if !into.is_fresh(print::hash(0, run)) {
            continue;
        }
        name_run(run, into);
        let escape = start > 0 && piece.get(start - 1) == Some(&b'\\');
        if escape && matches!(run.first(), Some(b'n' | b't' | b'r')) {
            name_run(run.get(1..).unwrap_or_default(), into);
        }
    }
}

/// A run of digits and dots: an IPv4 address, several with dots between them, or nothing.
fn numbers(run: &[u8], into: &mut Observed) {
    match dotted_quad(trimmed(run)) {
        Some(address) => into.v4(address),
        None if run.windows(2).any(|two| two == b"..") => name_run(run, into),
        None => {}
    }
}

/// One run, or several with dots between them (`192.0.2.7...`).
fn name_run(run: &[u8], into: &mut Observed) {
    match run.windows(2).position(|two| two == b"..") {
        Some(at) => {
            one_run(run.get(..at).unwrap_or_default(), into);
            name_run(run.get(at + 2..).unwrap_or_default(), into);
        }
        None => one_run(run, into),
    }
}

/// One run: a name and the names above it, a dotted quad, or several of them glued together.
fn one_run(run: &[u8], into: &mut Observed) {
    let run = trimmed(run);
    let last = run.rsplit(|b| *b == b'.').next().unwrap_or_default();
    let numeric = last.iter().all(u8::is_ascii_digit);
    if numeric && let Some(address) = dotted_quad(run) {
        into.v4(address);
        return;
    }
    let glued = run.iter().any(|b| matches!(b, b'-' | b'_' | 0x80..));
    if glued {
        for part in run.split(|b| matches!(b, b'-' | b'_' | 0x80..)) {
            if let Some(address) = dotted_quad(trimmed(part)) {
                into.v4(address);
            }
        }
    }
    // A number with a dot is no name; a file may end so when letters stand before (`payload.001`).
    if numeric && !run.iter().any(u8::is_ascii_alphabetic) {
        return;
    }
    if !run.is_ascii() {
        beyond_ascii(run, into);
    }
    name(run, into);
}

fn trimmed(run: &[u8]) -> &[u8] {
    let start = run.iter().take_while(|b| **b == b'.').count();
    let run = run.get(start..).unwrap_or_default();
    let end = run.iter().rev().take_while(|b| **b == b'.').count();
    run.get(..run.len() - end).unwrap_or_default()
}

/// The name and every name above it, folded.
fn name(run: &[u8], into: &mut Observed) {
    let mut room = [0; NAME_BYTES_MAX];
    let n = run.len().min(NAME_BYTES_MAX);
    let lower = &mut room[..n];
    lower.copy_from_slice(&run[run.len() - n..]);
    lower.make_ascii_lowercase();
    let mut at = 0;
    while let Some(dot) = memchr::memchr(b'.', &lower[at..]) {
        into.print(print::print(NAME, &lower[at..]));
        at += dot + 1;
    }
    pointer(lower, into);
}

/// `4.3.2.1.in-addr.arpa` is a question about 1.2.3.4.
fn pointer(lower: &[u8], into: &mut Observed) {
    if !lower.ends_with(b".arpa") {
        return;
    }
    let Ok(name) = std::str::from_utf8(lower) else { return };
    if let Some(labels) = name.strip_suffix(".in-addr.arpa") {
        let octets: Vec<&str> = labels.rsplit('.').take(4).collect();
        if let Ok(address) = octets.join(".").parse::<Ipv4Addr>() {
            into.v4(u32::from(address));
        }
    } else if let Some(labels) = name.strip_suffix(".ip6.arpa") {
        let nibbles: String = labels.rsplit('.').take(32).collect();
        if let (32, Ok(address)) = (nibbles.len(), u128::from_str_radix(&nibbles, 16)) {
            v6_value(Ipv6Addr::from(address), into);
        }
    }
}

/// The full stops of UTS 46 beside the ASCII one.
const WIDE_STOPS: [char; 3] = ['。', '．', '｡'];

/// A run with bytes beyond ASCII: what stands between them, and the whole as a name of another script.
fn beyond_ascii(run: &[u8], into: &mut Observed) {
    for part in run.split(|b| *b >= 0x80) {
        let part = trimmed(part);
        match dotted_quad(part) {
            Some(address) => into.v4(address),
            None => name(part, into),
        }
    }
    let Ok(text) = std::str::from_utf8(run) else { return };
    if text.contains(WIDE_STOPS) {
        let stops = text.replace(WIDE_STOPS, ".");
        let parts = stops.split(|c: char| !c.is_ascii());
        parts.for_each(|part| name(trimmed(part.as_bytes()), into));
    }
    for word in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))) {
        if let Ok(domain) = Indicator::new(Kind::Domain, word.trim_matches(['-', '_', '.'])) {
            name(domain.value().as_bytes(), into);
        }
    }
}

/// Every run of letters and digits that is as long as a digest. The shortest covers two multiples of 16.
fn digests(piece: &[u8], into: &mut Observed) {
    let hex_at = |at: usize| piece.get(at).is_some_and(|b| is_hex(*b));
    let (mut at, mut done) = (0, 0);
    while at + 16 <= piece.len() {
        if at < done || !hex_at(at) || !hex_at(at + 16) {
            at += 16;
            continue;
        }
        let before = piece.get(done..at).unwrap_or_default();
        let start = at - before.iter().rev().take_while(|b| b.is_ascii_alphanumeric()).count();
        let after = piece.get(at..).unwrap_or_default();
        let end = at + after.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        done = end;
        if let Some(bytes) = piece.get(start..end).and_then(digest) {
            into.print(print::print(DIGEST, &bytes));
        }
        // `\n` of JSON before a digest is a letter that is none of it.
        if start > 0
            && piece.get(start - 1) == Some(&b'\\')
            && let Some(bytes) = piece.get(start + 1..end).and_then(digest)
        {
            into.print(print::print(DIGEST, &bytes));
        }
        at += 16;
    }
}

/// The mail address around an `@`.
fn email(piece: &[u8], at: usize, into: &mut Observed) {
    let from = at.saturating_sub(LOCAL_BYTES_MAX);
    let before = piece.get(from..at).unwrap_or_default();
    let local = before.iter().rev().take_while(|b| is_local(**b)).count();
    let after = piece.get(at + 1..).unwrap_or_default();
    let host = after.iter().take_while(|b| is_in_name(**b)).count();
    let Some(written) = piece.get(at - local..at + 1 + host) else { return };
    if local == 0 || host < 3 || !into.is_fresh(print::hash(1, written)) {
        return;
    }
    // The host may be of another script, or text of another script may stand right behind it; and dots may end a sentence.
    let ascii = local + 1 + after.iter().take_while(|b| is_in_name(**b) && b.is_ascii()).count();
    for text in [written.get(..ascii).unwrap_or_default(), written] {
        let text = memmem::find(text, b"..").map_or(text, |dots| text.get(..dots).unwrap_or_default());
        let Ok(text) = std::str::from_utf8(text) else { continue };
        if let Ok(address) = Indicator::new(Kind::Email, text.trim_end_matches(['.', '-', '_'])) {
            into.print(print::print(EMAIL, address.value().as_bytes()));
        }
    }
}

/// Every URL, with `urls`, and every run of hexadecimal digits and colons that is an IPv6 address. Both have colons, and the text
/// is searched for those once.
fn colons(piece: &[u8], urls: bool, into: &mut Observed) {
    let in_address = |b: &u8| is_hex(*b) || *b == b':';
    let mut done = 0;
    for colon in memchr_iter(b':', piece) {
        if urls && let Some(mark) = url_mark(piece.get(colon..).unwrap_or_default()) {
            url(piece, colon, mark, into);
            continue;
        }
        if colon < done {
            continue;
        }
        // Two colons within five bytes: what has fewer is a time, a port or a key.
        let near = piece.get(colon + 1..(colon + 6).min(piece.len())).unwrap_or_default();
        if memchr::memchr(b':', near).is_none() {
            continue;
        }
        let from = colon.saturating_sub(V6_BYTES_MAX).max(done);
        let before = piece.get(from..colon).unwrap_or_default();
        let start = colon - before.iter().rev().take_while(|b| in_address(b)).count();
        let until = (colon + V6_BYTES_MAX).min(piece.len());
        let after = piece.get(colon..until).unwrap_or_default();
        let end = colon + after.iter().take_while(|b| in_address(b) || **b == b'.').count();
        done = end;
        let run = piece.get(start..end).unwrap_or_default();
        let count = memchr_iter(b':', run).count();
        if count >= 6 || run.windows(2).any(|two| two == b"::") {
            v6_run(run, into);
        }
    }
}

/// The length of what stands between a scheme and the rest of a URL, `://` or JSON's `:\/\/`.
#[inline]
fn url_mark(text: &[u8]) -> Option<usize> {
    let is = |mark: &[u8]| text.starts_with(mark).then_some(mark.len());
    is(b"://").or_else(|| is(b":\\/\\/"))
}

/// The address in a run, with up to two groups glued before and behind.
fn v6_run(run: &[u8], into: &mut Observed) {
    let Ok(run) = std::str::from_utf8(run) else { return };
    let run = run.trim_end_matches('.');
    // A sentence's end, or the dots of an IPv4 address in the last groups: both are tried.
    v6_parts(run, into);
    if let Some((before, _)) = run.split_once('.') {
        v6_parts(before, into);
    }
}

fn v6_parts(run: &str, into: &mut Observed) {
    let mut front = run;
    for _ in 0..3 {
        let mut text = front;
        for _ in 0..3 {
            if let Ok(address) = text.parse::<Ipv6Addr>() {
                v6_value(address, into);
            }
            text = text.rfind(':').and_then(|at| text.get(..at)).unwrap_or_default();
        }
        front = front.find(':').and_then(|at| front.get(at + 1..)).unwrap_or_default();
    }
}

fn v6_value(address: Ipv6Addr, into: &mut Observed) {
    match address.to_ipv4_mapped() {
        Some(v4) => into.v4(u32::from(v4)),
        None => into.v6(u128::from(address)),
    }
}

/// The URL around `://` at `at`, as written and without the marks that may end a sentence.
fn url(piece: &[u8], at: usize, mark: usize, into: &mut Observed) {
    let before = piece.get(..at).unwrap_or_default();
    let scheme = before.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b == b'*').count();
    let after = piece.get(at + mark..).unwrap_or_default();
    let plain = plain_length(after);
    let length = plain.unwrap_or_else(|| url_length(after));
    let Some(written) = piece.get(at - scheme..at + mark + length) else { return };
    if scheme == 0 || length == 0 {
        return;
    }
    let hash = print::hash(u64::from(URL), written);
    if !into.is_fresh(hash) {
        return;
    }
    if mark == 3 && plain.is_some() && is_canonical_url(&before[at - scheme..], &after[..length]) {
        into.print(print::of_hash(hash));
        return;
    }
    let scheme = refanged(&String::from_utf8_lossy(&before[at - scheme..]).to_ascii_lowercase());
    let rest = unescaped(&String::from_utf8_lossy(&after[..length]));
    let full = format!("{scheme}://{rest}");
    // In prose a mark may end the URL though more follows without a blank.
    let marks = full.match_indices([',', ';', '\'', '(', ')', '[', ']', '{', '}', '|']);
    for (at, _) in marks.take(TRIMS_MAX) {
        url_value(full.get(..at).unwrap_or_default(), into);
    }
    // Japanese goes on behind a URL without a space, as in `sweep`.
    if let Some(at) = full.find(|c: char| !(c.is_ascii() || c.is_alphabetic() && c < '\u{2000}')) {
        url_value(full.get(..at).unwrap_or_default(), into);
    }
    url_value(&full, into);
}

/// A URL, and what it is without the marks that may end a sentence.
fn url_value(full: &str, into: &mut Observed) {
    let mut text = full;
    for _ in 0..=TRIMS_MAX {
        if let Ok(url) = Indicator::new(Kind::Url, text) {
            into.print(print::print(URL, url.value().as_bytes()));
        }
        let ends = ['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '*', '_', '&', '|', '\\'];
        match text.strip_suffix(ends) {
            Some(shorter) => text = shorter,
            None => return,
        }
    }
}

/// `\/` and `\u00..` of JSON and `\=` of CEF undone.
fn unescaped(text: &str) -> String {
    let plain = text.replace("\\/", "/").replace("\\=", "=");
    let mut parts = plain.split("\\u00");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.extend(code.map(char::from));
        out.push_str(part.get(2..).unwrap_or_default());
    }
    out
}

/// Bytes of a URL of plain bytes only, in one pass: `None` when something else follows than the end of a URL.
#[inline]
fn plain_length(text: &[u8]) -> Option<usize> {
    let length = text.iter().take_while(|b| IS_PLAIN[usize::from(**b)]).count();
    let ended =
        text.get(length).is_none_or(|b| matches!(b, b' ' | b'"' | b'<' | b'>' | b'\t' | b'\n' | b'\r'));
    (ended && length < URL_BYTES_MAX).then_some(length)
}

/// Bytes to where no URL goes on. Of backslashes only those of JSON's `\/` and `\u00..` and of CEF's `\=` go on, as in `sweep`.
fn url_length(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = text.get(at).filter(|_| at < URL_BYTES_MAX) {
        at += match byte {
            b'\\' if matches!(text.get(at + 1), Some(b'/' | b'=')) => 2,
            b'\\' if text.get(at + 1..at + 4) == Some(b"u00") => 6,
            b'\\' | b' ' | b'"' | b'<' | b'>' | b'`' | b'^' | 0..=0x1f | 0x7f => return at,
            _ => 1,
        };
    }
    at.min(text.len())
}

fn refanged(scheme: &str) -> String {
    match scheme {
        "hxxp" | "hxp" | "h**p" | "htxp" | "hxtp" | "httx" => "http".to_owned(),
        "hxxps" | "hxps" | "h**ps" | "htxps" | "hxtps" => "https".to_owned(),
        "fxp" => "ftp".to_owned(),
        other => other.to_owned(),
    }
}
