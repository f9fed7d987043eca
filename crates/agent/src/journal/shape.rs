//! Shapes of bytes: what a name, a mail address' local part and an IPv6 address are made of; dotted quads; suffixes at labels.

/// A byte that can stand in a name as logs write it: letters, digits, `-`, `_`, `.`, and everything beyond ASCII.
pub(super) const IN_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        let byte = b as u8;
        table[b] =
            byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || byte == b'.' || byte >= 0x80;
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
    IN_NAME[usize::from(byte)]
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

#[cfg(test)]
mod tests {
    use super::*;

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
