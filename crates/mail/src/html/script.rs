//! Web addresses in script code: written out, with escapes, or in base64 as `atob` takes it.

use crate::link;
use crate::transfer;
use std::borrow::Cow;

/// `://` as `escape` and `encodeURIComponent` write it.
const PERCENT_SLASHES: [&str; 3] = ["%3A%2F%2F", "%3a%2f%2f", "%3A//"];

/// Addresses that a script names; none is computed, only what stands in one literal is found.
pub(crate) fn links(code: &str) -> Vec<String> {
    let code = unescaped(code);
    let mut list = Vec::new();
    let mut add = |text: &str| {
        for mut found in link::in_text(text) {
            // the quote that ends the literal
            found.truncate(found.find('\'').unwrap_or(found.len()));
            if link::is_url(&found) {
                list.push(found);
            }
        }
    };
    add(&code);
    // what `unescape` is given: a literal that is coded as a whole, not an address with another in its query
    let literals = code.split(['"', '\'', '`']);
    for literal in
        literals.filter(|one| !one.contains("://") && PERCENT_SLASHES.iter().any(|c| one.contains(c)))
    {
        add(&String::from_utf8_lossy(&transfer::percent(literal)));
    }
    for literal in coded(&code) {
        add(&String::from_utf8_lossy(&transfer::base64(literal.as_bytes()).0));
    }
    list
}

/// Literals in base64: what `atob` is given, and those that start as `http` does in it.
fn coded(code: &str) -> impl Iterator<Item = &str> {
    let literal = |rest: &'_ str| {
        let ends =
            |letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '=' | '-' | '_'));
        rest.find(ends).unwrap_or(rest.len())
    };
    let given = code.match_indices("atob(").filter_map(move |(at, call)| {
        let rest = code[at + call.len()..].trim_start().strip_prefix(['"', '\'', '`'])?;
        Some(&rest[..literal(rest)])
    });
    let quoted = code.match_indices("aHR0c").filter_map(move |(at, _)| {
        let before = &code[..at];
        let is_given = before.trim_end_matches(['"', '\'', '`']).trim_end().ends_with("atob(");
        (before.ends_with(['"', '\'', '`']) && !is_given).then(|| &code[at..at + literal(&code[at..])])
    });
    given.chain(quoted)
}

/// Code without the escapes that hide letters: `\/`, `\x2f`, `\u002f`.
fn unescaped(code: &str) -> Cow<'_, str> {
    if !code.contains('\\') {
        return Cow::Borrowed(code);
    }
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (letter, used) = match after.as_bytes() {
            [b'/', ..] => (Some('/'), 1),
            [b'x', ..] => (code_point(after.get(1..3)), 3),
            [b'u', ..] => (code_point(after.get(1..5)), 5),
            _ => (None, 0),
        };
        match letter {
            Some(letter) => {
                out.push(letter);
                rest = &after[used..];
            }
            None => {
                out.push('\\');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn code_point(digits: Option<&str>) -> Option<char> {
    let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
}
