//! Values that only a word before them tells: mutexes and user agents.

use super::Found;
use crate::{Kind, canon};

/// The longest name that is taken from a sentence.
const MUTEX_BYTES_MAX: usize = 128;
/// The longest user agent that is taken.
const USER_AGENT_BYTES_MAX: usize = 512;

/// Reads what the chunk `start..end` announces. Returns where to go on.
pub(super) fn read(text: &str, start: usize, end: usize, found: &mut Found<'_>) -> Option<usize> {
    let bytes = &text.as_bytes()[start..end];
    match bytes.first()? {
        b'M' if bytes.starts_with(b"Mozilla/") => user_agent(text, start, found),
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
    let mut rest = line.trim_start_matches("es").trim_start_matches(['*', '_']);
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

/// A user agent that begins at `start`, up to the end of the line or the quote around it.
fn user_agent(text: &str, start: usize, found: &mut Found<'_>) -> Option<usize> {
    let opener = text[..start].chars().next_back();
    let start = start + text[start..].bytes().take_while(|b| matches!(b, b'"' | b'\'' | b'`')).count();
    let line = line_rest(text, start, USER_AGENT_BYTES_MAX);
    let stop = line.find(['"', '`', '|', '<', '”']).unwrap_or(line.len());
    let mut value = &line[..stop];
    if opener == Some('\'') {
        value = value.split('\'').next().unwrap_or(value);
    }
    let value = value.trim_end_matches(['.', ',', ';', ' ']);
    let canonical = canon::user_agent(value).ok()?;
    found.push((start, start + value.len()), true, (Kind::UserAgent, canonical), "user-agent", 70);
    Some(start + value.len())
}
