//! URLs: from the scheme to the end that the surroundings give.

use super::piece::{Piece, is_cjk};
use super::{Found, japanese};
use crate::canon::{self, URL_BYTES_MAX};
use crate::refang::scheme_before;
use crate::{Kind, suffix};

/// Reads the URL whose `://` stands at `colon`. Returns the place behind it.
pub(super) fn read(piece: &Piece<'_>, floor: usize, colon: usize, found: &mut Found<'_>) -> Option<usize> {
    let text = piece.text;
    let (start, scheme) = scheme_before(text, colon)?;
    if start < floor {
        return None;
    }
    let written_scheme = &text[start..colon];
    let (from, _) = piece.origin(start, start);
    if from < found.data_until {
        return None;
    }
    let surroundings =
        Surroundings { piece, opener: piece.before(start), backslashes: backslashes(piece, colon, found) };
    let reach = extent(text, colon + 3, &surroundings);
    if reach >= colon + 3 + URL_BYTES_MAX {
        found.data_until = piece.origin(start, reach).1;
        return None;
    }
    let end = trimmed(text, colon + 3, reach);
    if end <= colon + 3 {
        return None;
    }
    let value = canon::url_of(scheme, &text[colon + 3..end]).ok()?;
    let marked = piece.marked(start, end) || !written_scheme.eq_ignore_ascii_case(scheme);
    let rest = value.get(scheme.len() + "://".len()..)?;
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        let before = &found.text[..from];
        if is_no_address(&text[colon + 3..end], rest, before) {
            return None;
        }
    }
    let confidence = judge(rest, marked)?;
    let rule = if marked { "url-defanged" } else { "url" };
    found.push(piece.origin(start, end), !marked, (Kind::Url, value), rule, confidence);
    Some(end)
}

/// How sure a canonical URL's host makes us, or `None` when it is no host at all. `rest` is the URL behind its `://`.
fn judge(rest: &str, marked: bool) -> Option<u8> {
    let authority = &rest[..memchr::memchr(b'/', rest.as_bytes()).unwrap_or(rest.len())];
    if authority.starts_with('[') {
        return Some(95);
    }
    let host = &authority[..memchr::memchr(b':', authority.as_bytes()).unwrap_or(authority.len())];
    let last = &host[memchr::memrchr(b'.', host.as_bytes())? + 1..];
    if last.bytes().all(|b| b.is_ascii_digit()) {
        return canon::ipv4(host).is_ok().then_some(95);
    }
    match suffix::has_known_tld(host) {
        true => Some(if marked { 98 } else { 90 }),
        false => marked.then_some(60).or(Some(40)),
    }
}

/// Whether a host of numbers, which browsers read as the address of `canonical`, is none that was used: one of a network that nobody has
/// (`http://8080/`), or what explains this very spelling, `for example http://www.example.com@1157586937`.
fn is_no_address(written: &str, canonical: &str, before: &str) -> bool {
    const EXAMPLES: &[&str] = &["for example", "e.g.", "such as", "like", "例えば", "たとえば"];
    let authority = written.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    let name = canonical.split(['/', ':']).next().unwrap_or_default();
    if host.contains('.') || host.eq_ignore_ascii_case(name) {
        return false;
    }
    let before = before.trim_end_matches([' ', ',', ':', '、', '`', '"', '\'', '(']).as_bytes();
    canonical.starts_with("0.")
        || EXAMPLES.iter().any(|word| {
            let end = before.len().checked_sub(word.len()).map(|at| &before[at..]);
            end.is_some_and(|end| end.eq_ignore_ascii_case(word.as_bytes()))
        })
}

/// Whether the two signs behind the scheme's colon are written as backslashes: then those of the path are, too. An escaped slash
/// (`:\/\/`) is none.
fn backslashes(piece: &Piece<'_>, colon: usize, found: &Found<'_>) -> bool {
    let (from, _) = piece.origin(colon + 1, colon + 1);
    piece.map.is_some() && found.text.as_bytes()[from..].starts_with(br"\\")
}

/// What stands around a URL.
struct Surroundings<'p> {
    /// The text with its origins.
    piece: &'p Piece<'p>,
    /// The byte before it.
    opener: Option<u8>,
    /// Whether its slashes are written as backslashes.
    backslashes: bool,
}

/// How much of `text[at..]`, which begins with a letter above ASCII, belongs to the path or the query of a URL. Scripts that part their
/// words by blanks go on; a sentence of Japanese can follow the URL without one. `inside` says that a folder in Japanese stands before.
fn beyond_ascii(text: &str, at: usize, in_query: bool, inside: bool) -> Option<usize> {
    let c = text[at..].chars().next()?;
    let before = text.as_bytes()[at - 1];
    if !is_cjk(c) {
        return c.is_alphanumeric().then_some(c.len_utf8());
    }
    match before {
        b'/' if !in_query => japanese::file(&text[at..]).or_else(|| japanese::folder(&text[at..], inside)),
        b'=' if in_query => japanese::word_of_url(&text[at..]),
        _ => None,
    }
}

/// Where the URL ends at the latest: at a delimiter, at a bracket that was opened outside, or at the next URL of a list.
fn extent(text: &str, start: usize, around: &Surroundings<'_>) -> usize {
    let bytes = text.as_bytes();
    let limit = bytes.len().min(start + URL_BYTES_MAX);
    let (mut at, mut round, mut square, mut curly) = (start, 0_u32, 0_u32, 0_u32);
    let mut opened = start;
    let (mut in_host, mut in_query, mut label_is_ascii, mut japanese) = (true, false, false, false);
    while at < limit {
        let byte = bytes[at];
        match byte {
            b'\\' if around.backslashes => in_host = false,
            0..=b' ' | 0x7f | b'"' | b'<' | b'>' | b'`' | b'|' | b'\\' | b'^' => break,
            b'\'' if around.opener == Some(b'\'') => break,
            b'(' => round += 1,
            b')' if round == 0 => break,
            b')' => round -= 1,
            b'[' if in_host && at > start => break,
            b'[' if !in_host && !in_query => break,
            b'[' => {
                square += 1;
                opened = at;
            }
            b']' if square == 0 => break,
            b']' => square -= 1,
            b'{' => curly += 1,
            b'}' if curly == 0 => break,
            b'}' => curly -= 1,
            // Japanese ends its sentences so; an address all in full width goes on
            b'!' | b'?' | b',' | b';' if around.piece.is_wide(at) && !around.piece.is_wide(at - 1) => break,
            b',' | b';' if next_is_url(text, at + 1) => break,
            b',' | b';' | b'!' | b'*' if in_host => break,
            b'/' | b'?' | b'#' => {
                in_host = false;
                in_query |= byte == b'?';
            }
            b'.' => label_is_ascii = false,
            0x80.. => match text[at..].chars().next() {
                Some(c) if in_host && c.is_alphanumeric() && !(is_cjk(c) && label_is_ascii) => {
                    at += c.len_utf8() - 1
                }
                Some(_) if in_host => break,
                _ => match beyond_ascii(text, at, in_query, japanese) {
                    Some(length) => (at, japanese) = (at + length - 1, true),
                    None => break,
                },
            },
            _ => label_is_ascii = true,
        }
        at += 1;
    }
    // A bracket that the URL does not close begins a place holder.
    if square > 0 && opened > start { opened } else { at }
}

/// Whether a list goes on with another URL.
fn next_is_url(text: &str, at: usize) -> bool {
    let rest = &text.as_bytes()[at..];
    let scheme = rest.iter().take(8).take_while(|b| b.is_ascii_alphabetic() || **b == b'*').count();
    scheme > 1 && rest[scheme..].starts_with(b"://")
}

/// The end without the punctuation of the sentence around it.
fn trimmed(text: &str, start: usize, mut end: usize) -> usize {
    let bytes = text.as_bytes();
    while end > start {
        match bytes[end - 1] {
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'$' => end -= 1,
            b'(' | b'[' | b'{' => end -= 1,
            _ => break,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use crate::find;

    /// Data that holds the beginning of a link again and again is passed over once, and not once for each.
    #[test]
    fn what_is_too_long_is_data() {
        for piece in ["http://12345678901/", "hxxp:\\\\a.example\\b", "http://a.example/?x=値"] {
            let long = piece.repeat(300_000 / piece.len());
            assert!(find(&long).iter().all(|find| find.written.len() <= super::URL_BYTES_MAX), "{piece}");
        }
        let long = format!("http://evil.example/{} http://a.example/", "a".repeat(20_000));
        let found: Vec<String> = find(&long).iter().map(|find| find.indicator.to_string()).collect();
        assert_eq!(found, ["url:http://a.example/"]);
    }
}
