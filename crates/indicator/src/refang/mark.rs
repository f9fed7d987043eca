//! Bracketed and escaped dots, colons and at signs.

use super::Clean;

/// The longest content of a bracket that can be a mark: `.co.jp`-like endings and words such as `punto`.
const CONTENT_BYTES_MAX: usize = "アットマーク".len();

/// What a bracket stands for.
enum Mark<'t> {
    /// A dot or an at sign: spaces beside it belong to the mark.
    Joint(&'static str),
    /// Other signs of a URL.
    Sign(&'static str),
    /// Brackets around a part of the name, whose content stays.
    Around(&'t str),
}

/// Whether a bracketed dot or at sign begins at byte `at`; the chunker joins words over these.
pub(crate) fn mark_at(text: &str, at: usize) -> Option<usize> {
    match bracket(text, at)? {
        (Mark::Joint(_), length) => Some(length),
        _ => None,
    }
}

/// The bracket at byte `at` and its length.
fn bracket(text: &str, at: usize) -> Option<(Mark<'_>, usize)> {
    let bytes = text.as_bytes();
    if !matches!(bytes.get(at)?, b'[' | b'(' | b'{' | b'<') {
        return None;
    }
    // nearly all that are written: no look at words
    if let Some([b'.', b']' | b')' | b'}']) = bytes.get(at + 1..at + 3) {
        return Some((Mark::Joint("."), 3));
    }
    let mut open = at;
    while matches!(bytes.get(open), Some(b'[' | b'(' | b'{' | b'<')) && open - at < 2 {
        open += 1;
    }
    let window = &bytes[open..bytes.len().min(open + CONTENT_BYTES_MAX + 1)];
    let inside = window.iter().position(|b| matches!(b, b']' | b')' | b'}' | b'>'))?;
    let mut content = text.get(open..open + inside)?.trim_matches(' ');
    if escaped(bytes, at) {
        content = content.strip_suffix('\\').unwrap_or(content);
    }
    let mut end = open + inside + 1;
    while end - (open + inside) < open - at && matches!(bytes.get(end), Some(b']' | b')' | b'}' | b'>')) {
        end += 1;
    }
    let is = |words: &[&str]| words.iter().any(|word| content.eq_ignore_ascii_case(word));
    let mark = match content {
        "." | "," | "．" | "。" => Mark::Joint("."),
        "@" => Mark::Joint("@"),
        ":" => Mark::Sign(":"),
        "::" => Mark::Sign("::"),
        "://" | ":\\\\" => Mark::Sign("://"),
        // Empty brackets were put beside a sign, not in its place; round ones before a dot are a call: `page().name`.
        "" if matches!(bytes.get(end), Some(b':' | b'/')) => Mark::Sign(""),
        "" if bytes[at] != b'(' && bytes.get(end) == Some(&b'.') => Mark::Sign(""),
        "s" | "S" if is_secure(text, at, end) => Mark::Around(content),
        ":/" => Mark::Sign(":/"),
        "/" => Mark::Sign("/"),
        "//" => Mark::Sign("//"),
        _ if is(&["dot", "d0t", "punto", "punkt", "point", "ponto", "ドット", "点"]) => Mark::Joint("."),
        _ if is(&["at", "atmark", "アット", "アットマーク"]) => Mark::Joint("@"),
        _ if is(&["http", "https", "hxxp", "hxxps", "ftp", "www"]) => Mark::Around(content),
        _ if is(&["http:", "https:", "hxxp:", "hxxps:", "www."]) => Mark::Around(content),
        _ if bytes[at] == b'[' && piece(content, at.checked_sub(1).map(|i| bytes[i])) => {
            Mark::Around(content)
        }
        _ => return None,
    };
    Some((mark, end - at))
}

/// Whether the bracket `at..end` makes the scheme before it the secure one: `hxxp[s]://`, `http(s)[:]//`.
fn is_secure(text: &str, at: usize, end: usize) -> bool {
    let signs = ["://", "[:]", "[:/"];
    signs.iter().any(|sign| text[end..].starts_with(sign))
        && super::scheme_before(text, at).is_some_and(|(_, scheme)| scheme == "http")
}

/// Whether the bracket at byte `at` is escaped, as programs that write Markdown do: `\[.\]`.
fn escaped(bytes: &[u8], at: usize) -> bool {
    at > 0 && bytes[at - 1] == b'\\'
}

/// `[.com]` behind a letter, or `[com]` behind a dot.
fn piece(content: &str, before: Option<u8>) -> bool {
    let label = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    match (content.strip_prefix('.'), before) {
        (Some(rest), Some(before)) => before.is_ascii_alphanumeric() && rest.split('.').all(label),
        (None, Some(b'.')) => content.len() > 1 && content.bytes().all(|b| b.is_ascii_alphabetic()),
        _ => false,
    }
}

/// Whether a sign beside a mark can belong to a name: letters, digits, hyphen, other brackets, anything above ASCII.
fn name_byte(byte: Option<&u8>) -> bool {
    byte.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'[' | b']') || *b >= 0x80)
}

/// The bytes at which [`unmark`] looks.
const TRIGGERS: [bool; 256] = {
    let mut triggers = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        triggers[byte] = matches!(byte as u8, b'[' | b'(' | b'{' | b'<' | b']' | b'\\');
        byte += 1;
    }
    triggers
};

/// Writes `text` without marks. `from` is the map of an earlier step and the marks that it has found already.
pub(super) fn unmark(text: &str, from: Option<(&[usize], &[usize])>, out: &mut Clean) {
    out.clear();
    let bytes = text.as_bytes();
    let origin = |at: usize| from.map_or(at, |(map, _)| map[at]);
    let mut earlier = from.map_or(&[][..], |(_, marks)| marks).iter().copied().peekable();
    let mut at = 0;
    let mut copied = 0;
    loop {
        let next = bytes[at..].iter().position(|b| TRIGGERS[usize::from(*b)]);
        let Some(trigger) = next.map(|offset| at + offset) else { break };
        let Some((replacement, joint, end)) = replaced(text, trigger) else {
            at = trigger + 1;
            continue;
        };
        copy(text, copied..trigger, from, &mut earlier, out);
        if joint && out.text.ends_with(' ') && out.text.len() > 1 {
            out.text.pop();
            out.map.pop();
        }
        out.push_mark(replacement, origin(trigger));
        at = end;
        if joint && bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        copied = at;
    }
    copy(text, copied..bytes.len(), from, &mut earlier, out);
    out.map.push(from.map_or(bytes.len(), |(map, _)| map[bytes.len()]));
}

/// Copies a range that holds no mark of this step, carrying over the marks of the earlier one.
fn copy(
    text: &str,
    range: std::ops::Range<usize>,
    from: Option<(&[usize], &[usize])>,
    earlier: &mut std::iter::Peekable<impl Iterator<Item = usize>>,
    out: &mut Clean,
) {
    while let Some(mark) = earlier.next_if(|mark| *mark < range.end) {
        if mark >= range.start {
            out.marks.push(out.text.len() + mark - range.start);
        }
    }
    out.text.push_str(&text[range.clone()]);
    match from {
        Some((map, _)) => out.map.extend_from_slice(&map[range]),
        None => out.map.extend(range),
    }
}

/// What the trigger at `at` is to be replaced with, whether it joins over spaces, and where it ends.
fn replaced(text: &str, at: usize) -> Option<(&str, bool, usize)> {
    let bytes = text.as_bytes();
    let before = |back: usize| at.checked_sub(back).and_then(|i| bytes.get(i));
    match bytes[at] {
        b'\\' => match bytes.get(at + 1) {
            Some(b'.') if name_byte(before(1)) && name_byte(bytes.get(at + 2)) => Some((".", false, at + 2)),
            Some(b'/') => Some(("/", false, at + 2)),
            Some(b'[' | b'(' | b'{') => match bracket(text, at + 1)? {
                (Mark::Joint(sign) | Mark::Sign(sign), length) if name_byte(before(1)) => {
                    Some((sign, false, at + 1 + length))
                }
                _ => None,
            },
            Some(b'\\') if before(1) == Some(&b':') && super::scheme_before(text, at - 1).is_some() => {
                Some(("//", false, at + 2))
            }
            _ => None,
        },
        b']' => {
            let half = before(1) == Some(&b'.') && name_byte(before(2)) && name_byte(bytes.get(at + 1));
            (half && before(2) != Some(&b'[')).then_some(("", false, at + 1))
        }
        _ => match bracket(text, at) {
            Some((Mark::Joint(sign), length)) => {
                let end = at + length;
                // A hidden folder in a URL's path is defanged too: `/[.]well-known`.
                let folder = before(1) == Some(&b'/') && sign == "." && length == 3;
                let left =
                    folder || name_byte(before(1)) || (before(1) == Some(&b' ') && name_byte(before(2)));
                let right = name_byte(bytes.get(end))
                    || (bytes.get(end) == Some(&b' ') && name_byte(bytes.get(end + 1)));
                (left && right).then_some((sign, true, end))
            }
            Some((Mark::Sign(sign), length)) => {
                let end = at + length;
                let right = bytes.get(end).is_some_and(|b| !b.is_ascii_whitespace());
                (name_byte(before(1)) && right || sign.len() < 3 && before(1) == Some(&b':'))
                    .then_some((sign, false, end))
            }
            Some((Mark::Around(content), length)) => Some((content, false, at + length)),
            None => {
                let half = bytes[at] == b'['
                    && bytes.get(at + 1) == Some(&b'.')
                    && name_byte(before(1))
                    && bytes.get(at + 2).is_some_and(u8::is_ascii_alphanumeric);
                half.then_some((".", false, at + 2))
            }
        },
    }
}
