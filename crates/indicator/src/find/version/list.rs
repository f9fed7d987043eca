//! Versions beside other versions: lists and comparisons.

use std::ops::Range;

/// Where the last version stands.
pub(in crate::find) struct Last {
    pub(super) range: Range<usize>,
    /// Whether a plural announced it, so that others follow whatever they begin with.
    pub(super) many: bool,
}

/// What may stand between two versions of one list, besides signs.
const BETWEEN: &[&str] = &["and", "or", "to", "through", "および", "及び", "または", "と", "から"];
/// What may stand between two versions that are compared.
const COMPARED: &[&str] = &["before", "prior to", "earlier than", "up to"];
/// Plurals before a list of versions.
const MANY: &[&str] = &["versions", "releases", "builds", "バージョン"];
/// Versions begin with a number no greater than this; browsers are the highest.
pub(super) const FIRST_NUMBER_MAX: u16 = 160;

/// The first of the four numbers.
pub(super) fn first(number: &str) -> Option<u16> {
    number.split('.').next().and_then(|first| first.parse().ok())
}

/// Whether a number goes on with a list of versions: nothing but words of lists between, and the same first number unless a plural
/// announced them. A comparison makes a version of what stands behind one.
pub(super) fn continues(text: &str, last: &Last, this: Range<usize>) -> bool {
    const GAP_BYTES_MAX: usize = 16;
    let gap = text.get(last.range.end..this.start).unwrap_or_default();
    if !(1..=GAP_BYTES_MAX).contains(&gap.len()) || gap.contains(['\n', ')', ':', '=']) {
        return false;
    }
    let of = |range: &Range<usize>| text.get(range.clone()).and_then(first);
    let (before, here) = (of(&last.range), of(&this));
    let low = here.is_some_and(|first| first <= FIRST_NUMBER_MAX && first != 10 && first != 127);
    if low && COMPARED.contains(&gap.trim()) {
        return true;
    }
    (before == here || last.many && low)
        && gap.split(|c: char| !c.is_alphanumeric()).all(|word| word.is_empty() || BETWEEN.contains(&word))
}

/// Whether what stands before a version is a plural.
pub(super) fn says_many(before: &str) -> bool {
    let before = before.trim_end_matches([' ', ':', '：']).as_bytes();
    MANY.iter().any(|word| {
        before
            .len()
            .checked_sub(word.len())
            .is_some_and(|at| before[at..].eq_ignore_ascii_case(word.as_bytes()))
    })
}

/// `Example VPN 7.0.1.5 before 7.0.1.6`: a name, and a comparison with a number that begins alike. Machines have names too, so
/// general words for them do not count.
pub(super) fn is_compared(before: &str, number: &str, after: &str) -> bool {
    /// No product but browsers has come further, and those are known by name.
    const OF_PRODUCTS_MAX: u16 = 40;
    const MACHINES: &[&str] = &[
        "Host",
        "Hosts",
        "Server",
        "Servers",
        "IP",
        "IPs",
        "IPv4",
        "Address",
        "Addresses",
        "Node",
        "Nodes",
        "Client",
        "Router",
        "Gateway",
        "Proxy",
        "Peer",
        "Source",
        "Destination",
        "From",
        "To",
        "Via",
        "At",
        "On",
        "And",
        "Then",
        "With",
        "C2",
        "CnC",
        "Relay",
        "Resolver",
        "DNS",
        "NTP",
        "Victim",
        "Attacker",
        "Network",
        "Contacted",
        "Connected",
        "Scanned",
        "Visited",
        "Seen",
        "Blocked",
        "Pinged",
    ];
    let Some(rest) = after.strip_prefix(" before ").or_else(|| after.strip_prefix(" prior to ")) else {
        return false;
    };
    let other = rest.split(|c: char| !(c.is_ascii_digit() || c == '.')).next().unwrap_or_default();
    let other = other.trim_end_matches('.');
    let name = before.strip_suffix(' ').and_then(|before| before.rsplit([' ', '\n', '(']).next());
    let product = name.is_some_and(|name| {
        name.len() > 1
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'+'))
            && !MACHINES.contains(&name)
    });
    product
        && first(number) == first(other)
        && first(number).is_some_and(|first| first <= OF_PRODUCTS_MAX && first != 10)
        && other.bytes().filter(|b| *b == b'.').count() == 3
}
