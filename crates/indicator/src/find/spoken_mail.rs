//! Mail addresses with both signs spelled out between blanks: `user AT evil DOT com`.

use super::Found;
use crate::{Indicator, Kind, canon};

/// The name of the rule.
pub(super) const RULE: &str = "email-spoken";
/// The longest local part (RFC 5321).
const LOCAL_BYTES_MAX: usize = 64;

/// Makes mail addresses of the spoken names `finds[from..]` before which an at sign is spelled out.
pub(super) fn join(found: &mut Found<'_>, from: usize) {
    let text = found.text;
    for find in found.finds.iter_mut().skip(from) {
        let Some(start) = local_start(&text[..find.start]) else { continue };
        let local = &text[start..find.start - " at ".len()];
        let Ok(value) = canon::email(&format!("{local}@{}", find.indicator.value())) else { continue };
        find.indicator = Indicator::from_canonical(Kind::Email, value);
        find.start = start;
        find.written = &text[start..find.end];
        find.rule = RULE;
    }
}

/// Where the local part begins that is followed by the word at the end of `before`. In small letters the word is one of every
/// sentence (`reach us at evil dot com`), and so it is among other words in capitals: the local part must be no plain word then.
fn local_start(before: &str) -> Option<usize> {
    let (rest, shouted) = match before.strip_suffix(" AT ") {
        Some(rest) => (rest, true),
        None => (before.strip_suffix(" at ")?, false),
    };
    let is_local = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+');
    let length = rest.bytes().rev().take(LOCAL_BYTES_MAX + 1).take_while(is_local).count();
    let local = &rest[rest.len() - length..];
    let joined = local.contains(['.', '_', '+']);
    let differs = shouted && local.bytes().any(|b| b.is_ascii_lowercase());
    let is = (1..=LOCAL_BYTES_MAX).contains(&length) && !local.starts_with('.') && (joined || differs);
    is.then_some(rest.len() - length)
}
