//! Names of machines: what of them says whose machine it is.

use super::words::{is_generic, listed};
use crate::names::NamesBuilder;
use std::collections::HashSet;
use std::sync::LazyLock;

/// What thousands call their machines, whatever number follows.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| listed(include_str!("../../lists/machines.txt")));

/// Shorter words are initials that many use.
const WORD_MIN: usize = 4;

/// The labels that a machine's name has before the registered one, and the words of each.
pub(super) fn add(builder: &mut NamesBuilder, owner: usize, host: &str) {
    let host = host.trim_matches('.').to_lowercase();
    let registered = indicator::registrable_domain(&host).unwrap_or_default();
    let own = host.strip_suffix(registered).unwrap_or(&host);
    for label in own.split('.') {
        let words = || label.split(|c: char| !c.is_alphanumeric()).filter(|word| tells(word));
        if words().next().is_some() {
            builder.name(owner, label);
        }
        words().for_each(|word| builder.name(owner, word));
    }
}

/// Whether the word says more than what kind of machine it is, and which number it has.
fn tells(word: &str) -> bool {
    let letters = word.trim_matches(|c: char| c.is_ascii_digit());
    let common = letters.is_empty() || COMMON.contains(&letters) || is_generic(letters) || is_generic(word);
    word.chars().count() >= WORD_MIN && !common
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, text: &str, expected: bool) {
        let mut builder = NamesBuilder::default();
        add(&mut builder, 0, host);
        assert_eq!(builder.compile().has(text), expected, "{host} in {text}");
    }

    #[test]
    fn what_a_machines_name_tells() {
        check("mx-kobe01.fujimi.example", "/mx-kobe01/x", true);
        check("mx-kobe01.fujimi.example", "/kobe01/x", true);
        check("filesv07", "/filesv07/x", true);
        check("gw.neptune.fujimi.co.jp", "neptune.evil.example", true);
        check("MX-Kobe01", "kobe01@evil.example", true);
    }

    #[test]
    fn what_thousands_call_their_machines_tells_nothing() {
        for host in [
            "mx1.fujimi.example",
            "mail-gw02.fujimi.example",
            "smtp-in.fujimi.example",
            "www",
            "fujimi.example",
        ] {
            check(host, "mx1 mail-gw02 gw02 smtp-in www fujimi", false);
        }
    }
}
