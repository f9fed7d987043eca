//! Whether one label of a host name is made to be read as another: confusable signs, a letter more, less or changed.

use super::fold;

/// Own labels shorter than this are near too many others by chance.
const LABEL_MIN: usize = 4;
/// From this length on a label is found inside a longer one.
const WITHIN_MIN: usize = 5;
/// From this length on a label is also found inside a longer one with one sign changed.
const INSIDE_MIN: usize = 8;
/// From this length on two signs may be changed.
const TWO_MIN: usize = 12;

/// Signs that are read as another, longest first. `c` and `k` sound alike.
const CONFUSABLE: &[(&str, &str)] = &[
    ("rn", "m"),
    ("vv", "w"),
    ("0", "o"),
    ("1", "l"),
    ("i", "l"),
    ("3", "e"),
    ("4", "a"),
    ("5", "s"),
    ("8", "b"),
    ("9", "g"),
    ("c", "k"),
    ("а", "a"),
    ("в", "b"),
    ("е", "e"),
    ("о", "o"),
    ("р", "p"),
    ("с", "k"),
    ("у", "y"),
    ("х", "x"),
    ("і", "l"),
    ("ѕ", "s"),
    ("ј", "j"),
    ("ο", "o"),
    ("α", "a"),
];

/// The signs as they are read: confusable ones as one, doubled ones once, without separators.
pub(crate) fn skeleton(label: &str) -> Vec<char> {
    let decoded = label.strip_prefix("xn--").and_then(idna::punycode::decode_to_string);
    let mut text = fold::squeezed(&fold::spaced(decoded.as_deref().unwrap_or(label)));
    for (from, to) in CONFUSABLE {
        if text.contains(from) {
            text = text.replace(from, to);
        }
    }
    let mut signs: Vec<char> = text.chars().collect();
    signs.dedup();
    signs
}

/// Whether `label` is read as `own`, or holds what is read as `own`. Both are skeletons.
pub(crate) fn is_alike(own: &[char], label: &[char]) -> bool {
    if own.len() < LABEL_MIN {
        return false;
    }
    let allowed = if own.len() >= TWO_MIN { 2 } else { 1 };
    let about_as_long = own.len().abs_diff(label.len()) <= allowed;
    (about_as_long && changes(own, label, false) <= allowed)
        || own.len() >= INSIDE_MIN && changes(own, label, true) <= allowed
        || is_read_in(own, label)
}

/// Whether `text` holds what is read as `own`, sign for sign. Both are skeletons.
pub(crate) fn is_read_in(own: &[char], text: &[char]) -> bool {
    own.len() >= WITHIN_MIN && text.windows(own.len()).any(|part| part == own)
}

/// The fewest signs to put in, take out or change so that `own` becomes `label`, or any part of it with `inside`.
fn changes(own: &[char], label: &[char], inside: bool) -> usize {
    let mut row: Vec<usize> = (0..=label.len()).map(|at| if inside { 0 } else { at }).collect();
    for (n, sign) in own.iter().enumerate() {
        let mut before = row.first().copied().unwrap_or_default();
        if let Some(first) = row.first_mut() {
            *first = n + 1;
        }
        for (at, other) in label.iter().enumerate() {
            let (Some(left), Some(above)) = (row.get(at).copied(), row.get(at + 1).copied()) else { break };
            let best = (before + usize::from(sign != other)).min(left + 1).min(above + 1);
            before = above;
            if let Some(here) = row.get_mut(at + 1) {
                *here = best;
            }
        }
    }
    let ends = if inside { row.iter().min() } else { row.last() };
    ends.copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(own: &str, label: &str, expected: bool) {
        assert_eq!(is_alike(&skeleton(own), &skeleton(label)), expected, "{own} {label}");
    }

    #[test]
    fn labels_made_to_be_mistaken() {
        check("fujimi-denki", "fuj1mi-denki", true);
        check("fujimi-denki", "fujirnidenki", true);
        check("fujimi-denki", "fujimi-denci", true);
        check("fujimi-denki", "fujimii-denki-login", true);
        check("fujimi-denki", "secure-fujimi-denk-portal", true);
        check("fujimi-denki", "fujimi-dennki", true);
        check("asagiri", "asagirl", true);
        check("asagiri", "myasagirionline", true);
        check("asagiri", "аsаgiri", true);
        check("kiri", "k1ri", true);
    }

    #[test]
    fn others_are_not_taken_for_them() {
        check("fujimi-denki", "evil-notice42", false);
        check("asagiri", "akagi", false);
        check("asagiri", "microsoft-login", false);
        check("abc", "abcd", false);
        check("kiri", "mykirionline", false);
        check("", "anything", false);
    }
}
