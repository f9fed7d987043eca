//! Letters above ASCII that stand for ASCII ones, and the dots and at signs of Japanese text.

use super::Clean;

/// Words and brackets that stand for one sign wherever ASCII letters or digits stand on both sides.
const WORDS: &[(&str, &str)] =
    &[("ドット", "."), ("どっと", "."), ("点", "."), ("アットマーク", "@"), ("アット", "@"), ("あっと", "@")];

/// Writes `text` with full-width letters narrowed and Japanese marks replaced.
pub(super) fn fold(text: &str, out: &mut Clean) {
    out.clear();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let next = at + c.len_utf8();
        match c {
            '#' | '＃'
                if stands_for_at(text, at, next)
                    && ['#', '＃'].iter().any(|sign| is_explained(*sign, &text[next..])) =>
            {
                out.push_mark("@", at);
            }
            '\0'..='\x7f' => out.push(&text[at..next], at),
            '\u{ff01}'..='\u{ff5e}' => {
                let narrow = char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c);
                out.push(narrow.encode_utf8(&mut [0; 4]), at);
            }
            // Soft hyphen, zero-width signs and byte order marks: invisible, put in to break searches.
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            '\u{2010}'..='\u{2013}' | '\u{2212}' => out.push("-", at),
            '\u{2024}' | '\u{fe52}' => out.push(".", at),
            '\u{fe6b}' => out.push("@", at),
            '。' | '｡' | '・' | '･' if stands_for_dot(text, at, next) => out.push_mark(".", at),
            '●' | '○' | '■' | '□' | '◆' | '◇' | '▲' | '△'
                if stands_for_at(text, at, next) && is_explained(c, &text[next..]) =>
            {
                out.push_mark("@", at);
            }
            '☆' | '★' | '◎' if stands_for_at(text, at, next) => out.push_mark("@", at),
            '〔' | '【' | '「' | '『' | '〈' | '《' => match bracketed(text, next) {
                Some((sign, end)) => {
                    out.push_mark(sign, at);
                    at = end;
                    continue;
                }
                None => out.push(&text[at..next], at),
            },
            _ => match word(text, at, out) {
                Some((sign, end)) => {
                    if out.text.ends_with(' ') {
                        out.text.pop();
                        out.map.pop();
                    }
                    out.push_mark(sign, at);
                    at = end;
                    continue;
                }
                None => out.push(&text[at..next], at),
            },
        }
        at = next;
    }
    out.map.push(text.len());
}

/// A letter or digit of a name in either width.
fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
}

fn is_plain_dot(c: char) -> bool {
    matches!(c, '.' | '．')
}

/// A full stop between names is a dot when the names beside it have no dots of the usual kind (whoever writes `。` for a
/// dot writes it for all), or when a top-level domain follows.
fn stands_for_dot(text: &str, at: usize, next: usize) -> bool {
    /// A name is looked at no further than this on either side.
    const NAME_CHARS_MAX: usize = 64;
    let part = |c: &char| is_name(*c) || is_plain_dot(*c) || *c == '-';
    let before = text[..at].chars().rev().take_while(part).take(NAME_CHARS_MAX);
    let after: String = text[next..].chars().take_while(part).take(NAME_CHARS_MAX).collect();
    let touching = text[..at].chars().next_back().is_some_and(is_name) && after.starts_with(is_name);
    if !touching {
        return false;
    }
    if after.contains(is_plain_dot) {
        return false;
    }
    let mixed = before.clone().any(is_plain_dot);
    !mixed || crate::suffix::has_known_tld(&after)
}

/// Stars are put in the place of the at sign, against programs that collect addresses.
fn stands_for_at(text: &str, at: usize, next: usize) -> bool {
    let after =
        text[next..].split(|c: char| !(is_name(c) || is_plain_dot(c) || c == '-')).next().unwrap_or_default();
    text[..at].chars().next_back().is_some_and(is_name)
        && after.starts_with(is_name)
        && after.trim_end_matches(is_plain_dot).contains(is_plain_dot)
}

/// Whether it is said behind that the sign stands for an at sign: `（●を@に変えてください）`. Most times these begin the items of lists.
fn is_explained(sign: char, behind: &str) -> bool {
    /// Behind the address itself.
    const CHARS_MAX: usize = 160;
    let window: String = behind.chars().take(CHARS_MAX).collect();
    let Some((_, says)) = window.split_once(sign) else { return false };
    let says = says.trim_start_matches(['」', '』', '"', 'を', 'は', '「', '『', '半', '角', 'の']);
    ["@", "＠", "アット"].iter().any(|at| says.starts_with(at))
}

/// The sign in a Japanese bracket, and the end behind the closing one.
fn bracketed(text: &str, inner: usize) -> Option<(&'static str, usize)> {
    const SIGNS: &[(&str, &str)] = &[
        ("アットマーク", "@"),
        ("アット", "@"),
        ("ドット", "."),
        ("dot", "."),
        ("DOT", "."),
        ("at", "@"),
        ("AT", "@"),
        ("．", "."),
        ("。", "."),
        ("・", "."),
        (".", "."),
        ("＠", "@"),
        ("@", "@"),
        ("：", ":"),
        (":", ":"),
    ];
    let rest = &text[inner..];
    let (word, sign) = SIGNS.iter().find(|(word, _)| rest.starts_with(word))?;
    let close = rest[word.len()..].chars().next().filter(|c| "〕】」』〉》".contains(*c))?;
    Some((sign, inner + word.len() + close.len_utf8()))
}

/// A word that stands for a sign, with one space at most on either side of it.
fn word(text: &str, at: usize, out: &Clean) -> Option<(&'static str, usize)> {
    let (word, sign) = WORDS.iter().find(|(word, _)| text[at..].starts_with(word))?;
    let before = out.text.strip_suffix(' ').unwrap_or(&out.text);
    if !before.ends_with(is_name) {
        return None;
    }
    let end = at + word.len();
    let rest = &text[end..];
    let spaced = rest.strip_prefix(' ').unwrap_or(rest);
    spaced.starts_with(is_name).then_some((*sign, end + rest.len() - spaced.len()))
}
