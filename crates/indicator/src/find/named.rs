//! Values that only a word before them tells: mutexes and user agents.

use super::Found;
use crate::{Kind, canon};

/// The longest name that is taken from a sentence.
const MUTEX_BYTES_MAX: usize = 128;
/// The Japanese for *mutex*.
const MUTEX_JA: &str = "ミューテックス";
/// The longest user agent that is taken.
const USER_AGENT_BYTES_MAX: usize = 512;

/// Reads what the chunk `start..end` announces. Returns where to go on.
pub(super) fn read(text: &str, start: usize, end: usize, found: &mut Found<'_>) -> Option<usize> {
    let bytes = &text.as_bytes()[start..end];
    match bytes.first()? {
        b'M' if bytes.starts_with(b"Mozilla/") => user_agent(text, start, found),
        0xe3 if bytes.starts_with(MUTEX_JA.as_bytes()) => mutex(text, start + MUTEX_JA.len(), found),
        b'M' | b'm' if starts_with(bytes, b"mutex") => mutex(text, start + 5, found),
        b'U' | b'u' if starts_with(bytes, b"user-agent") => user_agent_header(text, start + 10, found),
        _ => None,
    }
}

fn starts_with(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

/// The rest of the line.
fn line_rest(text: &str, at: usize, max: usize) -> &str {
    let rest = &text[at..];
    let stop = rest.bytes().take(max).position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(max.min(rest.len()));
    let mut stop = stop;
    while !rest.is_char_boundary(stop) {
        stop -= 1;
    }
    &rest[..stop]
}

/// `Mutex: NAME`, `mutex name: "NAME"`, `mutex named NAME`, or the word before a quoted name.
fn mutex(text: &str, at: usize, found: &mut Found<'_>) -> Option<usize> {
    let line = line_rest(text, at, MUTEX_BYTES_MAX * 2);
    let mut rest = line.trim_start_matches("es").trim_start_matches(['*', '_', '名']);
    for word in [" name", " named", " called", " object"] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let announced = rest.trim_start_matches(' ').starts_with([':', '=', '：']);
    let value = rest.trim_start_matches([' ', ':', '=', '：', '\t', '*']);
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '`' | '\'' | '“' | '‘' | '「'));
    let name = match quote {
        Some(open) => {
            let close = match open {
                '“' => '”',
                '‘' => '’',
                '「' => '」',
                same => same,
            };
            value[open.len_utf8()..].split_once(close)?.0
        }
        None if announced => value.split_whitespace().next()?.trim_end_matches(['.', ',', ';']),
        None => return None,
    };
    if name.is_empty() || name.len() > MUTEX_BYTES_MAX {
        return None;
    }
    let value = canon::mutex(name).ok()?;
    let start = name.as_ptr() as usize - text.as_ptr() as usize;
    found.push((start, start + name.len()), true, (Kind::Mutex, value), "mutex", 55);
    Some(start + name.len())
}

/// `User-Agent: VALUE` up to the end of the line.
fn user_agent_header(text: &str, at: usize, found: &mut Found<'_>) -> Option<usize> {
    let line = line_rest(text, at, USER_AGENT_BYTES_MAX);
    let value = line.trim_start_matches(['"', '\'', '`', '*']).strip_prefix([':', '='])?.trim_start();
    let start = value.as_ptr() as usize - text.as_ptr() as usize;
    user_agent(text, start, found)
}

/// How far a line goes on as a user agent: products with a version, comments in brackets, and the words between (RFC 9110,
/// section 10.1.5).
fn products(line: &str) -> &str {
    const WORDS: &[&str] = &["like", "Gecko", "Mobile", "Safari", "Version"];
    let mut end = 0;
    while let Some(rest) = line.get(end..) {
        let token = rest.trim_start_matches(' ');
        let skipped = rest.len() - token.len();
        let length = match token.strip_prefix('(') {
            Some(comment) => comment.find(')').map(|close| close + 2),
            None => {
                let word = token.split(' ').next().unwrap_or_default();
                let product = word.contains('/') && !word.contains("://");
                (product || WORDS.contains(&word)).then_some(word.len())
            }
        };
        match length {
            Some(length) if length > 0 && skipped <= 1 => end += skipped + length,
            _ => break,
        }
    }
    // one word more ends the line: a name of the attacker's own
    let rest = line.get(end..).unwrap_or_default().trim();
    if rest.contains(' ') { line.get(..end).unwrap_or(line) } else { line }
}

/// A user agent that begins at `start`, up to the quote around it or the end of the line; a browser's has a known grammar, and words
/// of the sentence can follow it.
fn user_agent(text: &str, start: usize, found: &mut Found<'_>) -> Option<usize> {
    let opener = text[..start].chars().next_back();
    let start = start + text[start..].bytes().take_while(|b| matches!(b, b'"' | b'\'' | b'`')).count();
    let line = line_rest(text, start, USER_AGENT_BYTES_MAX);
    let stop = line.find(['"', '`', '|', '<', '”']).unwrap_or(line.len());
    let mut value = &line[..stop];
    if opener == Some('\'') {
        value = value.split('\'').next().unwrap_or(value);
    }
    let value = if value.starts_with("Mozilla/") { products(value) } else { value };
    let value = value.trim_end_matches(['.', ',', ';', ' ']);
    let canonical = canon::user_agent(value).ok()?;
    found.push((start, start + value.len()), true, (Kind::UserAgent, canonical), "user-agent", 70);
    Some(start + value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_agents_end_where_the_sentence_goes_on() {
        let check = |line: &str, expected: &str| assert_eq!(products(line), expected);
        check(
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
        );
        check("Mozilla/5.0 (Evil) and evil.example at https://x.example", "Mozilla/5.0 (Evil)");
        check(
            "Mozilla/5.0 (Trident/7.0; rv:11.0) like Gecko",
            "Mozilla/5.0 (Trident/7.0; rv:11.0) like Gecko",
        );
        check("Mozilla/5.0 (Example) Loader", "Mozilla/5.0 (Example) Loader");
    }
}
