//! User agents: behind a word that announces them, or by their own first word.

use super::Found;
use super::named::{is_nothing, line_rest};
use super::piece::is_cjk;
use crate::{Kind, canon};

/// The longest user agent that is taken.
const USER_AGENT_BYTES_MAX: usize = 512;
/// The Japanese words.
const NAMES_JA: &[&str] = &["ユーザーエージェント", "ユーザエージェント"];

/// Reads the user agent that a chunk beginning at `start` with one of the letters `U` and `u` announces: `User-Agent: VALUE`,
/// `User Agent = VALUE`, `UA "VALUE"`.
pub(super) fn announced(text: &str, start: usize, found: &mut Found<'_>) -> Option<usize> {
    /// Both spellings have this length.
    const NAME_BYTES: usize = "user-agent".len();
    let bytes = &text.as_bytes()[start..];
    match bytes.get(..NAME_BYTES) {
        Some(name) if name[..4].eq_ignore_ascii_case(b"user") => {
            let named = matches!(name[4], b'-' | b' ' | b'_') && name[5..].eq_ignore_ascii_case(b"agent");
            if named { header(text, start + NAME_BYTES, found) } else { None }
        }
        _ if bytes.starts_with(b"UA") => short(text, start + 2, found),
        _ => None,
    }
}

/// The same in Japanese.
pub(super) fn announced_ja(text: &str, start: usize, found: &mut Found<'_>) -> Option<usize> {
    let name = NAMES_JA.iter().find(|name| text[start..].starts_with(**name))?;
    header(text, start + name.len(), found)
}

/// Behind the name: a sign or a quotation mark, then the value up to the end of the line.
fn header(text: &str, at: usize, found: &mut Found<'_>) -> Option<usize> {
    let line = line_rest(text, at, USER_AGENT_BYTES_MAX);
    let mut rest = line.trim_start_matches(['"', '\'', '`', '*']);
    for word in [" string", " header", "文字列"] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let rest = rest.trim_start_matches(' ');
    let value = match rest.strip_prefix([':', '=', '：']) {
        Some(value) => value.trim_start(),
        None if rest.starts_with(['“', '「']) => rest,
        None if rest.starts_with(['"', '`', '\'']) && rest.len() < line.len() => rest,
        None => return None,
    };
    let word = value.split_whitespace().next()?;
    if is_nothing(word) {
        return None;
    }
    read(text, value.as_ptr() as usize - text.as_ptr() as usize, found)
}

/// Behind `UA`, which stands for other things too: only what is quoted, or begins with a product and its version.
fn short(text: &str, at: usize, found: &mut Found<'_>) -> Option<usize> {
    let line = line_rest(text, at, USER_AGENT_BYTES_MAX);
    let rest = line.trim_start_matches(' ');
    let announced = rest.strip_prefix([':', '=', '：']);
    let value = announced.unwrap_or(rest).trim_start();
    let quoted = value.starts_with(['"', '“', '「', '`']);
    let product = || {
        let word = value.split(' ').next().unwrap_or_default();
        word.split_once('/').is_some_and(|(name, version)| {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                && version.starts_with(|c: char| c.is_ascii_digit())
        })
    };
    let is = announced.is_some() && product() || quoted && value.len() < line.len();
    is.then(|| read(text, value.as_ptr() as usize - text.as_ptr() as usize, found)).flatten()
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

/// Reads a user agent that begins at `start`, up to the quote around it or the end of the line; a browser's has a known grammar, and words
/// of the sentence can follow it.
pub(super) fn read(text: &str, start: usize, found: &mut Found<'_>) -> Option<usize> {
    let opened = text[start..].trim_start_matches(['"', '\'', '`', '“', '「']);
    let start = text.len() - opened.len();
    let opener = text[..start].chars().next_back();
    let line = line_rest(text, start, USER_AGENT_BYTES_MAX);
    // no program calls itself by Japanese letters; a sentence goes on with them
    let stop =
        line.find(|c: char| matches!(c, '"' | '`' | '|' | '<' | '”') || is_cjk(c)).unwrap_or(line.len());
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
