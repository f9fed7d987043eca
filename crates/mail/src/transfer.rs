//! Content transfer codings: base64, quoted-printable, uuencode; forgiving, since broken ones are common.

use memchr::memchr;

/// What a byte stands for in base64; 64 for none.
const VALUES: [u8; 256] = values();

const fn values() -> [u8; 256] {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [64; 256];
    let mut at = 0;
    while at < 64 {
        table[alphabet[at] as usize] = at as u8;
        at += 1;
    }
    // the variant for addresses
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table
}

/// Base64; letters outside the alphabet are skipped and counted. Text after padding is read on as a new run,
/// because some programs join encoded pieces.
pub(crate) fn base64(text: &[u8]) -> (Vec<u8>, usize) {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut group, mut count, mut skipped) = (0u32, 0u8, 0usize);
    for &byte in text {
        let value = VALUES[usize::from(byte)];
        if value < 64 {
            group = group << 6 | u32::from(value);
            count += 1;
            if count == 4 {
                let [_, a, b, c] = group.to_be_bytes();
                out.extend_from_slice(&[a, b, c]);
                (group, count) = (0, 0);
            }
        } else if byte == b'=' {
            close(&mut out, group, count);
            (group, count) = (0, 0);
        } else if !byte.is_ascii_whitespace() {
            skipped += 1;
        }
    }
    close(&mut out, group, count);
    (out, skipped)
}

/// Whether base64 ends within a group of four letters. Each piece of joined ones has its own padding.
pub(crate) fn base64_is_cut(text: &[u8]) -> bool {
    let last = memchr::memrchr(b'=', text).map_or(text, |at| &text[at + 1..]);
    !last.iter().filter(|byte| VALUES[usize::from(**byte)] < 64).count().is_multiple_of(4)
}

/// Where base64 ends and plain text begins that somebody put under it, as mailing lists put their footers: after
/// the padding, if anything foreign follows it; else at the start of a line of words after whole groups.
pub(crate) fn base64_end(text: &[u8]) -> Option<usize> {
    /// Letters of base64 before it, where no padding marks the end; a body of fewer is rather words.
    const LETTERS_MIN: usize = 16;
    /// One in so many letters of a line of words is foreign, at least; damage in base64 is rarer.
    const FOREIGN_IN_LINE: usize = 8;
    /// The same of all that follows, where long words and addresses stand too.
    const FOREIGN_IN_REST: usize = 32;
    let (mut letters, mut padded, mut start) = (0usize, None, 0);
    let end = text.split_inclusive(|byte| *byte == b'\n').find_map(|line| {
        let before = letters;
        let foreign = foreign(line, |at, byte| match byte {
            b'=' if letters % 4 >= 2 || padded == Some(start + at) => {
                (letters, padded) = (0, Some(start + at + 1))
            }
            b'=' => {}
            _ => letters += 1,
        });
        let words = foreign > 0 && foreign * FOREIGN_IN_LINE >= line.trim_ascii().len();
        let whole = (words && before >= LETTERS_MIN && before % 4 == 0).then_some(start);
        start += line.len();
        padded.filter(|_| foreign > 0).or(whole)
    })?;
    let rest = text[end..].trim_ascii();
    let foreign: usize = rest.split(|byte| *byte == b'\n').map(|line| foreign(line, |_, _| {})).sum();
    (foreign > 0 && foreign * FOREIGN_IN_REST >= rest.len()).then_some(end)
}

/// How many bytes of a line are not of the common alphabet, blanks between words among them. `known` is told each
/// letter and padding before the first of them.
fn foreign(line: &[u8], mut known: impl FnMut(usize, u8)) -> usize {
    let (mut count, mut in_word) = (0, false);
    let line = line.trim_ascii_end();
    for (at, &byte) in line.iter().enumerate() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => {
                in_word = true;
                if count == 0 {
                    known(at, byte);
                }
            }
            // pieces may stand side by side
            b'=' => {
                in_word = false;
                if count == 0 {
                    known(at, byte);
                }
            }
            b' ' | b'\t' => count += usize::from(in_word),
            _ => count += 1,
        }
    }
    count
}

/// The bytes of an unfinished group.
fn close(out: &mut Vec<u8>, group: u32, count: u8) {
    match count {
        2 => out.push((group >> 4) as u8),
        3 => out.extend_from_slice(&[(group >> 10) as u8, (group >> 2) as u8]),
        _ => {}
    }
}

/// Quoted-printable of a body; the count says how many `=` stood without their two digits.
pub(crate) fn quoted_printable(text: &[u8]) -> (Vec<u8>, usize) {
    let mut out = Vec::with_capacity(text.len());
    let mut bad = 0;
    let mut rest = text;
    while let Some(at) = memchr(b'=', rest) {
        out.extend_from_slice(&rest[..at]);
        let after = &rest[at + 1..];
        match after {
            [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => {
                out.push(digit(*a) << 4 | digit(*b));
                rest = &after[2..];
            }
            _ => match soft_break(after) {
                Some(used) => rest = &after[used..],
                None => {
                    bad += 1;
                    out.push(b'=');
                    rest = after;
                }
            },
        }
    }
    out.extend_from_slice(rest);
    (out, bad)
}

/// A soft line break, blanks before the line end allowed; how many bytes it takes.
fn soft_break(after: &[u8]) -> Option<usize> {
    let blanks = after.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match &after[blanks..] {
        [b'\r', b'\n', ..] => Some(blanks + 2),
        [b'\n' | b'\r', ..] => Some(blanks + 1),
        [] => Some(blanks),
        _ => None,
    }
}

fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        b'A'..=b'F' => byte - b'A' + 10,
        _ => 0,
    }
}

/// The Q coding of an encoded word.
pub(crate) fn q_word(text: &str) -> Vec<u8> {
    let spaced: Vec<u8> = text.bytes().map(|byte| if byte == b'_' { b' ' } else { byte }).collect();
    quoted_printable(&spaced).0
}

/// `%41` and the like, as RFC 2231 uses it.
pub(crate) fn percent(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at..] {
            [b'%', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => {
                out.push(digit(a) << 4 | digit(b));
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    out
}

/// A block of hex digits, blanks skipped; stops at anything else.
pub(crate) fn hex(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut high = None;
    for &byte in text {
        if byte.is_ascii_whitespace() {
            continue;
        }
        if !byte.is_ascii_hexdigit() {
            break;
        }
        match high.take() {
            None => high = Some(digit(byte)),
            Some(first) => out.push(first << 4 | digit(byte)),
        }
    }
    out
}

/// A uuencoded file inside text: its name, its bytes, and where it stands.
pub(crate) struct Uuencoded {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) range: std::ops::Range<usize>,
}

/// Finds the first uuencoded file at or after `from`.
pub(crate) fn uuencoded(body: &[u8], from: usize) -> Option<Uuencoded> {
    let mut at = from;
    while at < body.len() {
        let start = at + memchr::memmem::find(&body[at..], b"begin ")?;
        let end = crate::header::line_end(body, start);
        let line = crate::header::trim_end(&body[start..end]);
        let head = line.get(6..).unwrap_or_default();
        let at_line_start = start == 0 || body[start - 1] == b'\n';
        let mode = head.iter().take_while(|byte| (b'0'..=b'7').contains(*byte)).count();
        if at_line_start
            && (3..=4).contains(&mode)
            && head.get(mode) == Some(&b' ')
            && let Some((bytes, stop)) = uu_lines(body, end)
        {
            let name = String::from_utf8_lossy(&head[mode + 1..]).into_owned();
            return Some(Uuencoded { name, bytes, range: start..stop });
        }
        at = end;
    }
    None
}

fn uu_lines(body: &[u8], mut at: usize) -> Option<(Vec<u8>, usize)> {
    let mut out = Vec::new();
    while at < body.len() {
        let end = crate::header::line_end(body, at);
        let line = crate::header::trim_end(&body[at..end]);
        if line == b"end" {
            return Some((out, end));
        }
        let (&count, letters) = line.split_first()?;
        if !(0x20..=0x60).contains(&count) {
            return None;
        }
        let length = usize::from(count.wrapping_sub(0x20) & 0x3f);
        let mut bytes = Vec::with_capacity(length + 3);
        for group in letters.chunks(4) {
            let value =
                |place: usize| u32::from(group.get(place).map_or(0, |byte| byte.wrapping_sub(0x20) & 0x3f));
            let [_, a, b, c] = (value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3)).to_be_bytes();
            bytes.extend_from_slice(&[a, b, c]);
        }
        if bytes.len() < length {
            return None;
        }
        bytes.truncate(length);
        out.extend(bytes);
        at = end;
    }
    None
}
