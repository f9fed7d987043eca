//! Cuts the text into chunks at the places that are worth a look, and drops at once those that cannot hold an indicator.

use super::piece::Piece;
use super::skim::{Places, is_delimiter};
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
            b if is_delimiter(b) => DELIMITER,
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

/// Shorter chunks of letters and digits are no indicator.
const NUMBER_BYTES_MIN: usize = 5;

/// Words in Japanese that stand for a sign, when spaces are beside them.
const SIGN_WORDS: &[&str] = &["ドット", "アットマーク", "アット"];

/// A part of the text between delimiters.
#[derive(Clone, Copy)]
struct Chunk {
    start: usize,
    end: usize,
    flags: u16,
}

/// Reads the text from its beginning to its end. Cost: a few comparisons for each byte, and one pass over the chunks in which
/// something stands.
pub(super) fn scan(text: &str, found: &mut Found<'_>) {
    let bytes = text.as_bytes();
    let places = Places::of(bytes);
    let (mut clean, mut spare) = (Clean::default(), Clean::default());
    let mut at = 0;
    while let Some(place) = places.next(at).filter(|place| *place < bytes.len()) {
        // `<` stands between two chunks; it is of interest only as a mark that joins them
        let start = beginning(&places, at, place);
        if is_delimiter(bytes[place]) && (start == place || refang::mark_at(text, place).is_none()) {
            at = place + 1;
            continue;
        }
        let start = joined(text, &places, at, start);
        let mut chunk = Chunk { start, end: start, flags: 0 };
        grow(bytes, &places, &mut chunk);
        while let Some(behind) = continues(text, &chunk) {
            let classes = bytes[chunk.end..behind].iter().map(|b| CLASSES[usize::from(*b)] & !DELIMITER);
            chunk.flags = classes.fold(chunk.flags | BRACKET, |flags, class| flags | class);
            chunk.end = behind;
            grow(bytes, &places, &mut chunk);
        }
        at = read(text, chunk, found, &mut clean, &mut spare);
    }
}

/// Where the chunk begins that `place` stands in or behind, not before `floor`.
fn beginning(places: &Places, floor: usize, place: usize) -> usize {
    places.delimiter_before(floor, place).map_or(floor, |at| at + 1)
}

/// The chunk's beginning, or that of the chunk before it where a mark at its head joins the two: `evil [.] example`.
fn joined(text: &str, places: &Places, floor: usize, start: usize) -> usize {
    let bytes = text.as_bytes();
    let joins = match bytes.get(start) {
        Some(b'[' | b'(' | b'{') => refang::mark_at(text, start).is_some(),
        Some(0xe3) => SIGN_WORDS.iter().any(|word| text[start..].starts_with(word)),
        _ => false,
    };
    let stands_alone = start < floor + 2 || bytes[start - 1] != b' ' || is_delimiter(bytes[start - 2]);
    if joins && !stands_alone { beginning(places, floor, start - 1) } else { start }
}

/// Takes bytes up to the next delimiter.
fn grow(bytes: &[u8], places: &Places, chunk: &mut Chunk) {
    let end = places.delimiter(chunk.end).unwrap_or(bytes.len()).min(bytes.len());
    let classes = bytes[chunk.end..end].iter().map(|b| CLASSES[usize::from(*b)]);
    chunk.flags = classes.fold(chunk.flags, |flags, class| flags | class);
    chunk.end = end;
}

/// Where the chunk goes on when the delimiter behind it belongs to a defanged name: `evil [.] example`, `evil[ dot ]example`,
/// `user<at>evil.example`.
fn continues(text: &str, chunk: &Chunk) -> Option<usize> {
    let bytes = text.as_bytes();
    let mark_end = |at: usize| refang::mark_at(text, at).map(|length| at + length);
    let next = chunk.end + 1;
    match bytes.get(chunk.end)? {
        b'<' => return mark_end(chunk.end),
        b' ' => {}
        _ => return None,
    }
    if matches!(bytes[..chunk.end].last(), Some(b'[' | b'(' | b'{')) && chunk.end > chunk.start + 1 {
        return mark_end(chunk.end - 1);
    }
    match bytes.get(next)? {
        b'[' | b'(' | b'{' => return mark_end(next),
        0xe3 if SIGN_WORDS.iter().any(|word| text[next..].starts_with(word)) => return Some(next),
        b if b.is_ascii_alphanumeric() => {}
        _ => return None,
    }
    let last = bytes[..chunk.end].last()?;
    if matches!(last, b']' | b')' | b'}') {
        let window = chunk.start.max(chunk.end.saturating_sub(14));
        let open = bytes[window..chunk.end].iter().rposition(|b| matches!(b, b'[' | b'(' | b'{'))?;
        return (mark_end(window + open)? == chunk.end).then_some(next);
    }
    (*last >= 0x80 && SIGN_WORDS.iter().any(|word| text[chunk.start..chunk.end].ends_with(word)))
        .then_some(next)
}

/// Reads one chunk and returns where to go on.
fn read(text: &str, chunk: Chunk, found: &mut Found<'_>, clean: &mut Clean, spare: &mut Clean) -> usize {
    let Chunk { start, end, flags } = chunk;
    let bytes = &text.as_bytes()[start..end];
    if let Some(behind) = named::read(text, start, end, found) {
        return behind;
    }
    let marked = || flags & BRACKET != 0 && holds_mark(text, start, end);
    if flags & (DOT | AT | COLON | SLASH | BACKSLASH | HIGH | DIGIT) == 0 && !marked() {
        return word::split_number(text, start, end, found).unwrap_or(end);
    }
    // numbers of lists and years
    if flags == DIGIT && bytes.len() < NUMBER_BYTES_MIN {
        return end;
    }
    if flags & !BRACKET == DOT && memchr::memchr(b'.', bytes).is_some_and(|dot| dot + 1 >= bytes.len()) {
        return end;
    }
    if flags & (SLASH | BACKSLASH) != 0
        && let Some((from, behind)) = path::read(text, start, end, found)
    {
        // names can stand before it, with Japanese words and no blank between
        if from > start {
            names(text, Chunk { start, end: from, flags }, found, clean, spare);
        }
        return behind;
    }
    names(text, chunk, found, clean, spare);
    end
}

/// Reads what is no path.
fn names(text: &str, chunk: Chunk, found: &mut Found<'_>, clean: &mut Clean, spare: &mut Clean) {
    let Chunk { start, end, flags } = chunk;
    let bytes = &text.as_bytes()[start..end];
    if flags & (BRACKET | BACKSLASH | HIGH) == 0 {
        let piece = Piece { text: &text[start..end], base: start, map: None, marks: &[] };
        token::read(&piece, flags & AT != 0, found);
    } else if flags & !(BRACKET | HIGH) != 0 || bytes.is_ascii() || holds_wide(bytes) {
        refang::clean(&text[start..end], clean, spare);
        let piece = Piece { text: &clean.text, base: start, map: Some(&clean.map), marks: &clean.marks };
        token::read(&piece, memchr::memchr(b'@', clean.text.as_bytes()).is_some(), found);
    }
}

/// Whether a chunk without any sign of an address holds a mark that stands for one: `evil(dot)example`.
fn holds_mark(text: &str, start: usize, end: usize) -> bool {
    let opens = |(at, byte): (usize, &u8)| {
        at > 0 && matches!(byte, b'[' | b'(' | b'{' | b'<') && refang::mark_at(text, start + at).is_some()
    };
    text.as_bytes()[start..end].iter().enumerate().any(opens)
}

/// Whether Japanese text can hold a name: letters or digits in either width.
fn holds_wide(bytes: &[u8]) -> bool {
    let is_wide = |at: usize| match bytes.get(at + 1..at + 3) {
        Some([0xbc, last]) => matches!(last, 0x90..=0x99 | 0xa1..=0xba),
        Some([0xbd, last]) => matches!(last, 0x81..=0x9a),
        _ => false,
    };
    bytes.iter().any(u8::is_ascii_alphanumeric) || memchr::memchr_iter(0xef, bytes).any(is_wide)
}
