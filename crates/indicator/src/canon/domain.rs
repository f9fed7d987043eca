//! Domain names as A-labels.

use std::borrow::Cow;

use idna::AsciiDenyList;

use crate::Fault;

/// The longest name in the DNS, without the root dot (RFC 1035).
const DOMAIN_BYTES_MAX: usize = 253;
/// The longest label in the DNS (RFC 1035).
const LABEL_BYTES_MAX: usize = 63;
/// The longest text that is tried as a name: no name of the permitted length needs more than four bytes a character.
const WRITTEN_BYTES_MAX: usize = 4 * DOMAIN_BYTES_MAX + 4;

/// Lower case, A-labels (UTS 46, non-transitional), no root dot, at least two labels; `_` counts as a letter.
pub fn domain(written: &str) -> Result<String, Fault> {
    let mut out = String::new();
    push_domain(&mut out, written)?;
    Ok(out)
}

/// Appends what [`domain`] gives; nothing where that is a fault.
pub(super) fn push_domain(out: &mut String, written: &str) -> Result<(), Fault> {
    if written.len() > WRITTEN_BYTES_MAX {
        return Err(Fault::TooLong);
    }
    let ascii: Cow<'_, str> = if written.is_ascii() {
        Cow::Borrowed(written)
    } else {
        idna::domain_to_ascii_cow(written.as_bytes(), AsciiDenyList::URL).map_err(|_| Fault::NotADomain)?
    };
    let name = ascii.strip_suffix('.').unwrap_or(&ascii);
    if name.len() > DOMAIN_BYTES_MAX {
        return Err(Fault::TooLong);
    }
    shape(name)?;
    push_lower(out, name);
    Ok(())
}

/// Appends ASCII text in lower case.
pub(super) fn push_lower(out: &mut String, text: &str) {
    let start = out.len();
    out.push_str(text);
    out[start..].make_ascii_lowercase();
}

/// What a byte is in a name: bits, so that a label is judged by all of its bytes at once.
const STRANGE: u8 = 1;
const DOT: u8 = 2;
const LETTER: u8 = 4;
const CLASSES: [u8; 256] = {
    let mut classes = [STRANGE; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'.' => DOT,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' | b'-' | b'_' => 0,
            _ => STRANGE,
        };
        byte += 1;
    }
    classes
};

/// Labels of letters, digits, hyphens and underscores; the last one is not a number.
fn shape(name: &str) -> Result<(), Fault> {
    let (mut labels, mut begin, mut seen) = (1, 0, 0);
    for (at, byte) in name.bytes().enumerate() {
        let class = CLASSES[usize::from(byte)];
        if class == DOT {
            label(at - begin, seen)?;
            (labels, begin, seen) = (labels + 1, at + 1, 0);
        } else {
            seen |= class;
        }
    }
    label(name.len() - begin, seen)?;
    if labels < 2 || seen & LETTER == 0 { Err(Fault::NotADomain) } else { Ok(()) }
}

/// A label of so many bytes, of these classes.
fn label(length: usize, seen: u8) -> Result<(), Fault> {
    match length {
        _ if seen & STRANGE != 0 => Err(Fault::NotADomain),
        0 => Err(Fault::NotADomain),
        1..=LABEL_BYTES_MAX => Ok(()),
        _ => Err(Fault::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn forms() {
        check(domain, "Evil.EXAMPLE.", Ok("evil.example"));
        check(domain, "_dmarc.evil.example", Ok("_dmarc.evil.example"));
        check(domain, "例え。jp", Ok("xn--r8jz45g.jp"));
        check(domain, "ｅｖｉｌ．example", Ok("evil.example"));
        check(domain, "faß.example", Ok("xn--fa-hia.example"));
        check(domain, "xn--zz--broken-.example", Ok("xn--zz--broken-.example"));
    }

    #[test]
    fn refusals() {
        check(domain, "evil", Err(Fault::NotADomain));
        check(domain, "evil..example", Err(Fault::NotADomain));
        check(domain, "evil example.com", Err(Fault::NotADomain));
        check(domain, "192.0.2.1", Err(Fault::NotADomain));
        check(domain, &format!("{}.example", "a".repeat(64)), Err(Fault::TooLong));
        check(domain, &"a.".repeat(3000), Err(Fault::TooLong));
    }
}
