//! Shapes of bytes: what a name, a mail address' local part and an IPv6 address are made of; dotted quads; suffixes at labels.

/// Longest name in the DNS; of a longer run only the end is looked at, as `sweep` does.
pub(super) const NAME_BYTES_MAX: usize = 253;

/// A byte that stands in no name.
pub(super) const NOT_IN_NAME: u8 = 0;

/// A bit of every byte of a name that numbers and addresses in dotted decimal have not.
pub(super) const BEYOND_NUMBER: u8 = 2;

/// What can stand in a name as logs write it: letters, digits, `-`, `_`, `.`, and everything beyond ASCII.
pub(super) const CLASS: [u8; 256] = {
    let mut table = [NOT_IN_NAME; 256];
    let mut b = 0;
    while b < 256 {
        let byte = b as u8;
        if byte.is_ascii_digit() || byte == b'.' {
            table[b] = 1;
        } else if byte.is_ascii_alphabetic() || byte == b'-' || byte == b'_' || byte >= 0x80 {
            table[b] = BEYOND_NUMBER;
        }
        b += 1;
    }
    table
};

/// A hexadecimal digit.
pub(super) const IS_HEX: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = (b as u8).is_ascii_hexdigit();
        b += 1;
    }
    table
};

#[inline(always)]
pub(super) fn is_in_name(byte: u8) -> bool {
    CLASS[usize::from(byte)] != NOT_IN_NAME
}

#[inline(always)]
pub(super) fn is_hex(byte: u8) -> bool {
    IS_HEX[usize::from(byte)]
}

/// A byte of a mail address before its `@`, as `sweep` reads it.
pub(super) fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/?^_`{|}~.".contains(&byte)
}

/// Four numbers up to 255 with dots between, nothing else.
#[inline]
pub(super) fn dotted_quad(text: &[u8]) -> Option<u32> {
    let (mut value, mut octet, mut digits, mut dots) = (0u32, 0u32, 0, 0);
    for byte in text {
        match byte {
            b'0'..=b'9' if digits < 3 => {
                octet = octet * 10 + u32::from(byte - b'0');
                digits += 1;
            }
            b'.' if digits > 0 && octet < 256 && dots < 3 => {
                value = value << 8 | octet;
                (octet, digits, dots) = (0, 0, dots + 1);
            }
            _ => return None,
        }
    }
    (dots == 3 && digits > 0 && octet < 256).then_some(value << 8 | octet)
}

/// The runs of hexadecimal digits that are as long as a digest, as bytes.
pub(super) fn digest(run: &[u8]) -> Option<Vec<u8>> {
    if ![32, 40, 64, 128].contains(&run.len()) || !run.iter().all(|b| is_hex(*b)) {
        return None;
    }
    let nibble = |b: u8| char::from(b).to_digit(16).unwrap_or(0) as u8;
    Some(run.chunks_exact(2).map(|pair| nibble(pair[0]) << 4 | nibble(pair[1])).collect())
}

/// A byte of a URL that stands in its canonical form as it is written, and that ends no URL in prose.
pub(super) const IS_PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        let byte = b as u8;
        table[b] = byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'-' | b'_'
                    | b'.'
                    | b'~'
                    | b'/'
                    | b'?'
                    | b'='
                    | b'&'
                    | b'+'
                    | b':'
                    | b'@'
                    | b'$'
                    | b'!'
                    | b'*'
            );
        b += 1;
    }
    table
};

/// Whether a URL of plain bytes is its own canonical form and has but one reading: nearly every one in a log. `rest` is what stands
/// behind `://`. Says no where it would have to think.
pub(super) fn is_canonical_url(scheme: &[u8], rest: &[u8]) -> bool {
    let ends = rest.last().is_none_or(|b| matches!(b, b'.' | b':' | b'!' | b'?' | b'*' | b'_' | b'&'));
    if ends || !matches!(scheme, b"http" | b"https" | b"ftp") {
        return false;
    }
    let Some(slash) = memchr::memchr(b'/', rest) else { return false };
    let (host, path) = rest.split_at(slash);
    is_canonical_name(host) && !path.windows(2).any(|two| two == b"/.")
}

/// A name of a host in lower case that is no address and has no empty label.
fn is_canonical_name(host: &[u8]) -> bool {
    let mut label = 0;
    for byte in host {
        match byte {
            b'.' if label == 0 => return false,
            b'.' => label = 0,
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => label += 1,
            _ => return false,
        }
    }
    let last = host.len() - label;
    label > 0 && host.len() <= NAME_BYTES_MAX && host.get(last).is_some_and(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicator::{Indicator, Kind};
    use proptest::prelude::*;

    #[test]
    fn canonical_urls() {
        let check = |rest: &str, expected: bool| {
            let plain = rest.bytes().all(|b| IS_PLAIN[usize::from(b)]);
            assert_eq!(plain && is_canonical_url(b"http", rest.as_bytes()), expected, "{rest}");
        };
        check("www.evil.example/a/b.html?x=1&y=/?", false);
        check("www.evil.example/a/b.html?x=1&y=/?z", true);
        check("intranet/a", true);
        check("evil.example", false);
        check("evil.example?x", false);
        check("Evil.example/", false);
        check("evil.example:80/", false);
        check("u@evil.example/", false);
        check("192.0.2.7/a", false);
        check("evil.example/a/../b", false);
        check("evil.example/.well-known/a", false);
        check("evil.example/a%41", false);
        check("evil.example/a,b", false);
        check("evil..example/a", false);
        check(".example/a", false);
        check("evil.example./a", false);
    }

    proptest! {
        /// What is called canonical is what `indicator` makes of it.
        #[test]
        fn a_canonical_url_is_its_own_indicator(
            scheme in "https?|ftp",
            rest in "[a-zA-Z0-9.x_-]{1,12}(:[0-9]{0,3})?[/?][a-zA-Z0-9./?=&+:@$!*~_%#-]{0,20}",
        ) {
            let full = format!("{scheme}://{rest}");
            let plain = rest.bytes().all(|b| IS_PLAIN[usize::from(b)]);
            if plain && is_canonical_url(scheme.as_bytes(), rest.as_bytes()) {
                let url = Indicator::new(Kind::Url, &full);
                prop_assert_eq!(url.map(|u| u.value().to_owned()), Ok(full));
            }
        }
    }

    #[test]
    fn dotted_quads() {
        let check =
            |text: &str, expected: Option<u32>| assert_eq!(dotted_quad(text.as_bytes()), expected, "{text}");
        check("1.2.3.4", Some(0x0102_0304));
        check("255.255.255.255", Some(u32::MAX));
        check("256.1.1.1", None);
        check("1.2.3", None);
        check("1.2.3.4.5", None);
        check("1..3.4", None);
        check("1.2.3.4567", None);
    }

    #[test]
    fn digests_by_length() {
        assert_eq!(digest(&[b'A'; 32]), Some(vec![0xaa; 16]));
        assert_eq!(digest(&[b'a'; 33]), None);
        assert_eq!(digest(&[b'g'; 40]), None);
    }
}
