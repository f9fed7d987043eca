//! Digests of files and fingerprints of TLS clients.

use crate::{Fault, Kind};

/// Lower-case hexadecimal of the length that the kind has. Kinds that are no plain digest are of the wrong form.
pub fn hash(kind: Kind, written: &str) -> Result<String, Fault> {
    let digits = match kind {
        Kind::Md5 | Kind::Imphash | Kind::Ja3 => 32,
        Kind::Sha1 => 40,
        Kind::Sha256 => 64,
        Kind::Sha512 => 128,
        _ => return Err(Fault::WrongForm),
    };
    if written.len() != digits {
        return Err(Fault::WrongLength);
    }
    hex(written)?;
    Ok(written.to_ascii_lowercase())
}

/// `T1` and 70 hexadecimal digits in upper case; the older form without `T1` gets it.
pub fn tlsh(written: &str) -> Result<String, Fault> {
    let digits = written.strip_prefix("T1").or_else(|| written.strip_prefix("t1")).unwrap_or(written);
    if digits.len() != 70 {
        return Err(Fault::WrongLength);
    }
    hex(digits)?;
    Ok(format!("T1{}", digits.to_ascii_uppercase()))
}

/// `block:digest:digest` with a block size of 3 times a power of two, case kept. A quoted file name behind is dropped.
pub fn ssdeep(written: &str) -> Result<String, Fault> {
    /// The longest digest part of the format.
    const PART_BYTES_MAX: usize = 64;
    let value = written.split_once(',').map_or(written, |(digest, _name)| digest);
    let mut parts = value.split(':');
    let (Some(block), Some(one), Some(two), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Fault::WrongForm);
    };
    let size: u64 = block.parse().map_err(|_| Fault::WrongForm)?;
    if !size.is_multiple_of(3) || !(size / 3).is_power_of_two() || block.starts_with(['0', '+']) {
        return Err(Fault::WrongForm);
    }
    let part = |text: &str| {
        (1..=PART_BYTES_MAX).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
    };
    if part(one) && part(two) { Ok(value.to_owned()) } else { Err(Fault::WrongForm) }
}

/// The three parts of a JA4 client fingerprint, lower case.
pub fn ja4(written: &str) -> Result<String, Fault> {
    let value = written.to_ascii_lowercase();
    let mut parts = value.split('_');
    let (Some(head), Some(ciphers), Some(extensions), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Fault::WrongForm);
    };
    if head.len() != 10 || ciphers.len() != 12 || extensions.len() != 12 {
        return Err(Fault::WrongLength);
    }
    let bytes = head.as_bytes();
    let transport = matches!(bytes[0], b't' | b'q' | b'd');
    let sni = matches!(bytes[3], b'd' | b'i');
    let counts = bytes[4..8].iter().all(u8::is_ascii_digit);
    if !(transport && sni && counts && bytes.iter().all(u8::is_ascii_alphanumeric)) {
        return Err(Fault::WrongForm);
    }
    hex(ciphers)?;
    hex(extensions)?;
    Ok(value)
}

fn hex(digits: &str) -> Result<(), Fault> {
    // without a way out: digests nearly always are what they look like, and so many bytes are compared at a time
    let all = digits.bytes().fold(true, |all, b| all & b.is_ascii_hexdigit());
    if all { Ok(()) } else { Err(Fault::NotHex) }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn digests() {
        let md5 = |written: &str| hash(Kind::Md5, written);
        check(md5, "D41D8CD98F00B204E9800998ECF8427E", Ok("d41d8cd98f00b204e9800998ecf8427e"));
        check(md5, "d41d8cd98f00b204e9800998ecf8427", Err(Fault::WrongLength));
        check(md5, "g41d8cd98f00b204e9800998ecf8427e", Err(Fault::NotHex));
        check(|written| hash(Kind::Domain, written), "aa", Err(Fault::WrongForm));
    }

    #[test]
    fn fuzzy_digests() {
        let digits = "0123456789abcdef".repeat(5);
        check(tlsh, &digits[..70], Ok(&format!("T1{}", digits[..70].to_uppercase())));
        check(tlsh, &format!("t1{}", &digits[..70]), Ok(&format!("T1{}", digits[..70].to_uppercase())));
        check(tlsh, &digits, Err(Fault::WrongLength));
        check(ssdeep, "96:aB/c+D:eFg,\"name.exe\"", Ok("96:aB/c+D:eFg"));
        check(ssdeep, "97:aB:c", Err(Fault::WrongForm));
        check(ssdeep, "12:34", Err(Fault::WrongForm));
    }

    #[test]
    fn client_fingerprints() {
        check(ja4, "T13D1516H2_8daaf6152771_02713d6af862", Ok("t13d1516h2_8daaf6152771_02713d6af862"));
        check(ja4, "x13d1516h2_8daaf6152771_02713d6af862", Err(Fault::WrongForm));
        check(ja4, "t13d1516h2_8daaf6152771", Err(Fault::WrongForm));
    }
}
