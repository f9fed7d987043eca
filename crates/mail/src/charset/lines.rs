//! Text whose lines are of different charsets: a gateway's notice or a list's footer under somebody else's words.
//!
//! It counts as such only when every line is clean in its own charset. A line with damage in it makes the whole
//! text damaged, not mixed; single-byte charsets, in which every line is clean, take no part.

use super::label::Codec;
use super::{Decoded, euc, guess, jis, run, utf8_letters};
use crate::code;
use encoding_rs::{SHIFT_JIS, UTF_8};

/// Charsets told apart in one text by guessing. Honest mixtures have two: the author's and the gateway's.
const GUESSES_MAX: usize = 3;

/// Lines that are guessed one by one; a text with more that are in no known charset is read as a whole.
const GUESSED_LINES_MAX: usize = 2_000;

/// A line that is not plain ASCII.
struct Line<'a> {
    bytes: &'a [u8],
    text: Option<String>,
}

/// Reads a mixture of which no single decoder made sense; `None` if the text is no mixture.
pub(crate) fn mixed(bytes: &[u8], declared: Option<Codec>) -> Option<Decoded> {
    let read = by_line(bytes, declared)?;
    // lines of one charset may be clean in two: one that reads the whole outweighs the declared one
    let known = read.used.contains("utf-8") || read.used.contains("iso-2022-jp");
    (known || guess::faultless(bytes).is_none()).then_some(read)
}

/// Reads each line by its own charset; `None` if there is but one, or a line is clean in none.
pub(crate) fn by_line(bytes: &[u8], declared: Option<Codec>) -> Option<Decoded> {
    let plain = |line: &[u8]| line.is_ascii() && !line.contains(&0x1b);
    bytes.split(|byte| *byte == b'\n').filter(|line| !plain(line)).nth(1)?;
    let mut names: Vec<String> = Vec::new();
    let mut note = |name: String| {
        if !names.contains(&name) {
            names.push(name);
        }
    };
    let mut lines = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if plain(line) {
            lines.push(Line { bytes: line, text: Some(String::from_utf8_lossy(line).into_owned()) });
            continue;
        }
        let read = known(line, declared);
        if read.is_none() && utf8_letters(line).is_some_and(|(letters, broken)| letters > broken) {
            return None;
        }
        let text = read.map(|(name, text)| {
            note(name);
            text
        });
        lines.push(Line { bytes: line, text });
    }
    if lines.iter().filter(|line| line.text.is_none()).count() > GUESSED_LINES_MAX {
        return None;
    }
    for name in guessed(&mut lines) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let text: Option<String> = lines.into_iter().map(|line| line.text).collect();
    (names.len() > 1).then_some(())?;
    Some(
        Decoded::new(text?, names.join("+"))
            .with(code::CHARSET_MIXED, "the lines are of different charsets; each was read by its own"),
    )
}

/// A line that is clean in a charset which needs no guess: escapes, UTF-8, or as declared.
fn known(line: &[u8], declared: Option<Codec>) -> Option<(String, String)> {
    if jis::has_escape(line) {
        let (text, errors) = jis::decode(line);
        return (errors == 0).then(|| (Codec::Jis.name(), text));
    }
    let is_utf8 = declared == Some(Codec::Standard(UTF_8));
    // pairs of the East are sometimes a two-byte letter of UTF-8, rows of them are not three-byte letters
    if let (true, Ok(text)) = (is_utf8 || line.iter().any(|byte| *byte >= 0xe1), std::str::from_utf8(line)) {
        return Some(("utf-8".to_owned(), text.to_owned()));
    }
    let codec = declared.filter(|codec| codec.east().is_some())?;
    let (text, errors) = run(codec, line);
    if errors > 0 {
        return None;
    }
    if codec == Codec::Standard(SHIFT_JIS)
        && let Some(euc) = euc::instead_of_shift_jis(line, &text)
    {
        return Some(("euc-jp".to_owned(), euc));
    }
    Some((codec.name(), text.into_owned()))
}

/// Guesses what the lines that are left are of, reads those that are clean, and answers the names.
fn guessed(lines: &mut [Line<'_>]) -> Vec<String> {
    let mut names = Vec::new();
    let mut left: Vec<_> = lines.iter_mut().filter(|line| line.text.is_none()).collect();
    let mut scores: Vec<_> = left.iter().map(|line| guess::scores(line.bytes)).collect();
    for _ in 0..GUESSES_MAX {
        let Some((encoding, read)) = guess::of_lines(&scores) else { break };
        for (line, read) in left.iter_mut().zip(&read) {
            if *read {
                line.text = Some(encoding.decode_without_bom_handling(line.bytes).0.into_owned());
            }
        }
        names.push(Codec::Standard(encoding).name());
        left.retain(|line| line.text.is_none());
        let mut read = read.into_iter();
        scores.retain(|_| read.next() == Some(false));
    }
    names
}
