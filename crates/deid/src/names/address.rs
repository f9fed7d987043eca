//! Every reading of a text as an address: plain, joined by other signs than usual, and backwards as in the names of reverse look-up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Half bytes of a long address, each a label of its own in `ip6.arpa`.
const NIBBLES: usize = 32;

/// Calls `each` with all addresses, and whether they stand there backwards.
pub(super) fn each(text: &str, each: &mut dyn FnMut(IpAddr, bool)) {
    plain(text, each);
    joined(text, 3, 10, &mut |numbers| {
        for four in numbers.windows(4) {
            let bytes: Vec<u8> = four.iter().filter_map(|n| u8::try_from(*n).ok()).collect();
            if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
                each(Ipv4Addr::from(bytes).into(), false);
                let [a, b, c, d] = bytes;
                each(Ipv4Addr::new(d, c, b, a).into(), true);
            }
        }
    });
    joined(text, 1, 16, &mut |nibbles| {
        for all in nibbles.windows(NIBBLES) {
            let forwards = all.iter().fold(0_u128, |sum, n| (sum << 4) | u128::from(*n));
            let backwards = all.iter().rev().fold(0_u128, |sum, n| (sum << 4) | u128::from(*n));
            each(Ipv6Addr::from(forwards).into(), false);
            each(Ipv6Addr::from(backwards).into(), true);
        }
    });
}

/// As addresses are written, and long ones with hyphens for their colons, which host names cannot hold.
fn plain(text: &str, each: &mut dyn FnMut(IpAddr, bool)) {
    for word in text.split(|c: char| !(c.is_ascii_hexdigit() || c == '.' || c == ':')) {
        let word = word.trim_matches('.');
        if word.len() < 3 || !word.contains(['.', ':']) {
            continue;
        }
        let address = word.parse().ok().or_else(|| word.split(':').next().and_then(|host| host.parse().ok()));
        if let Some(address) = address {
            each(address, false);
        }
    }
    for word in text.split(|c: char| !(c.is_ascii_hexdigit() || c == '-')).filter(|word| word.contains('-')) {
        if let Ok(address) = word.replace('-', ":").parse::<Ipv6Addr>() {
            each(address.into(), false);
        }
    }
}

/// Calls `each` with every run of numbers of at most so many digits that one and the same sign separates. Where the sign changes
/// another run begins: a time of day is no address.
fn joined(text: &str, digits_max: usize, radix: u32, each: &mut dyn FnMut(&[u32])) {
    let bytes = text.as_bytes();
    let is_digit = |b: u8| char::from(b).is_digit(radix);
    let mut numbers: Vec<u32> = Vec::new();
    let (mut sign, mut behind, mut at) = (0, 0, 0);
    while at < bytes.len() {
        if !is_digit(bytes[at]) {
            at += 1;
            continue;
        }
        let end = bytes[at..].iter().position(|b| !is_digit(*b)).map_or(bytes.len(), |n| at + n);
        let number = text.get(at..end).filter(|run| run.len() <= digits_max);
        let number = number.and_then(|run| u32::from_str_radix(run, radix).ok());
        let between = bytes.get(behind..at).filter(|_| behind > 0).unwrap_or_default();
        match (between, number) {
            ([one], Some(_)) if one.is_ascii() && !one.is_ascii_alphanumeric() => {
                if *one != sign && numbers.len() > 1 {
                    each(&numbers);
                    numbers.drain(..numbers.len() - 1);
                }
                sign = *one;
            }
            _ => {
                each(&numbers);
                numbers.clear();
            }
        }
        numbers.extend(number);
        (behind, at) = (end, end);
    }
    each(&numbers);
}
