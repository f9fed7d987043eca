//! Cuts the text into chunks and drops at once those that cannot hold an indicator.

use super::piece::Piece;
use super::{Found, named, path, token, word};
use crate::refang::{self, Clean};

const DELIMITER: u16 = 1;
const DOT: u16 = 2;
const AT: u16 = 4;
const COLON: u16 = 8;
const BRACKET: u16 = 16;
const SLASH: u16 = 32;
const BACKSLASH: u16 = 64;
const HIGH: u16 = 128;
const DIGIT: u16 = 256;

/// What each byte says about the chunk that holds it.
const CLASSES: [u16; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            0..=b' ' | 0x7f | b'"' | b'<' | b'>' | b'`' | b'|' => DELIMITER,
            b'.' => DOT,
            b'@' => AT,
            b':' => COLON,
            b'[' | b']' | b'(' | b'{' => BRACKET,
            b'/' => SLASH,
            b'\\' => BACKSLASH,
            b'0'..=b'9' => DIGIT,
            0x80.. => HIGH,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// Words in Japanese that stand for a sign, when spaces are beside them.
const SIGN_WORDS: &[&str] = &["ドット", "アットマーク", "アット"];

/// A part of the text between delimiters.
#[derive(Clone, Copy)]
struct Chunk {
    start: usize,
    end: usize,
    flags: u16,
}

/// Reads the text from its beginning to its end.
pub(super) fn scan(text: &str, found: &mut Found<'_>) {
    let bytes = text.as_bytes();
    let (mut clean, mut spare) = (Clean::default(), Clean::default());
    let mut at = 0;
    while at < bytes.len() {
        let class = CLASSES[usize::from(bytes[at])];
        if class & DELIMITER != 0 {
            at += 1;
            continue;
        }
        let mut chunk = Chunk { start: at, end: at, flags: 0 };
        grow(bytes, &mut chunk);
        while continues(text, &chunk) {
            chunk.end += 1;
            chunk.flags |= BRACKET;
            grow(bytes, &mut chunk);
        }
        at = read(text, chunk, found, &mut clean, &mut spare);
    }
}

/// Takes bytes up to the next delimiter.
fn grow(bytes: &[u8], chunk: &mut Chunk) {
    let (mut end, mut flags) = (chunk.end, chunk.flags);
    for byte in &bytes[end..] {
        let class = CLASSES[usize::from(*byte)];
        if class & DELIMITER != 0 {
            break;
        }
        flags |= class;
        end += 1;
    }
    (chunk.end, chunk.flags) = (end, flags);
}

/// Whether the delimiter behind the chunk belongs to a defanged name: `evil [.] example`, `user<at>evil.example`.
fn continues(text: &str, chunk: &Chunk) -> bool {
    let bytes = text.as_bytes();
    let Some(delimiter) = bytes.get(chunk.end) else { return false };
    if *delimiter == b'<' {
        return refang::mark_at(text, chunk.end).is_some();
    }
    if *delimiter == b'>' {
        return bytes[chunk.start..chunk.end].iter().rposition(|b| *b == b'<').is_some_and(|at| {
            refang::mark_at(text, chunk.start + at).is_some_and(|n| chunk.start + at + n == chunk.end + 1)
        });
    }
    if *delimiter != b' ' {
        return false;
    }
    let next = chunk.end + 1;
    match bytes.get(next) {
        Some(b'[' | b'(' | b'{') if refang::mark_at(text, next).is_some() => return true,
        Some(0xe3) if SIGN_WORDS.iter().any(|word| text[next..].starts_with(word)) => return true,
        Some(b) if b.is_ascii_alphanumeric() => {}
        _ => return false,
    }
    let last = bytes[chunk.end - 1];
    if matches!(last, b']' | b')' | b'}') {
        let window = chunk.start.max(chunk.end.saturating_sub(14));
        return bytes[window..chunk.end].iter().rposition(|b| matches!(b, b'[' | b'(' | b'{')).is_some_and(
            |open| {
                refang::mark_at(text, window + open).is_some_and(|length| window + open + length == chunk.end)
            },
        );
    }
    last >= 0x80 && SIGN_WORDS.iter().any(|word| text[chunk.start..chunk.end].ends_with(word))
}

/// Reads one chunk and returns where to go on.
fn read(text: &str, chunk: Chunk, found: &mut Found<'_>, clean: &mut Clean, spare: &mut Clean) -> usize {
    let Chunk { start, end, flags } = chunk;
    let bytes = &text.as_bytes()[start..end];
    if let Some(behind) = named::read(text, start, end, found) {
        return behind;
    }
    if flags & (DOT | AT | COLON | SLASH | BACKSLASH | HIGH | DIGIT) == 0 {
        return word::split_number(text, start, end, found).unwrap_or(end);
    }
    if flags & !BRACKET == DOT && memchr::memchr(b'.', bytes).is_some_and(|dot| dot + 1 >= bytes.len()) {
        return end;
    }
    if flags & (SLASH | BACKSLASH) != 0
        && let Some(behind) = path::read(text, start, end, found)
    {
        return behind;
    }
    if flags & (BRACKET | BACKSLASH | HIGH) == 0 {
        let piece = Piece { text: &text[start..end], base: start, map: None, marks: &[] };
        token::read(&piece, flags & AT != 0, found);
    } else if flags & !(BRACKET | HIGH) != 0 || bytes.is_ascii() || holds_wide(bytes) {
        refang::clean(&text[start..end], clean, spare);
        let piece = Piece { text: &clean.text, base: start, map: Some(&clean.map), marks: &clean.marks };
        token::read(&piece, memchr::memchr(b'@', clean.text.as_bytes()).is_some(), found);
    }
    end
}

/// Whether Japanese text can hold a name: full-width letters, or a sign that stands for a dot.
fn holds_wide(bytes: &[u8]) -> bool {
    let holds = |sign: &str| memchr::memmem::find(bytes, sign.as_bytes()).is_some();
    bytes.contains(&0xef) || holds("。") || holds("・") || holds("ド") || holds("点")
}
