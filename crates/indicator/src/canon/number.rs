//! Numbers that somebody hands out: vulnerabilities, ATT&CK, autonomous systems.

use crate::Fault;

/// `CVE-YYYY-N`, at least four digits behind; a space for the first hyphen is accepted.
pub fn cve(written: &str) -> Result<String, Fault> {
    /// Numbers of more digits have never been handed out.
    const NUMBER_DIGITS_MAX: usize = 7;
    let (Some(head), Some(rest)) = (written.get(..3), written.get(3..)) else { return Err(Fault::WrongForm) };
    if !head.eq_ignore_ascii_case("cve") {
        return Err(Fault::WrongForm);
    }
    let rest = rest.strip_prefix(['-', ' ', '_']).ok_or(Fault::WrongForm)?;
    let (year, number) = rest.split_once(['-', '_']).ok_or(Fault::WrongForm)?;
    if year.len() != 4 || !digits(year) || !digits(number) {
        return Err(Fault::WrongForm);
    }
    if !(4..=NUMBER_DIGITS_MAX).contains(&number.len()) {
        return Err(Fault::WrongLength);
    }
    Ok(format!("CVE-{year}-{number}"))
}

/// A technique `T1059` or `T1059.001`, tactic `TA0001`, group `G0001`, software `S0001`, mitigation `M1001`, campaign
/// `C0001` or data source `DS0001`, in upper case.
pub fn attack_id(written: &str) -> Result<String, Fault> {
    let value = written.to_ascii_uppercase();
    let letters = value.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, number) = value.split_at(letters);
    let good = match letters {
        "T" => match number.split_once(['.', '/']) {
            Some((number, sub)) => number.len() == 4 && digits(number) && sub.len() == 3 && digits(sub),
            None => number.len() == 4 && digits(number),
        },
        "TA" | "G" | "S" | "M" | "C" | "DS" => number.len() == 4 && digits(number),
        _ => false,
    };
    if good { Ok(value.replace('/', ".")) } else { Err(Fault::WrongForm) }
}

/// `AS` and the number without leading zeros; a blank, a hyphen, a colon or a number sign may stand between.
pub fn asn(written: &str) -> Result<String, Fault> {
    let upper = written.to_ascii_uppercase();
    let rest = upper.strip_prefix("ASN").or_else(|| upper.strip_prefix("AS")).ok_or(Fault::WrongForm)?;
    let rest = rest.trim_start();
    let rest = rest.strip_prefix([':', '#', '-']).unwrap_or(rest).trim_start();
    if !digits(rest) {
        return Err(Fault::WrongForm);
    }
    let number: u32 = rest.parse().map_err(|_| Fault::TooLong)?;
    Ok(format!("AS{number}"))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn vulnerabilities() {
        check(cve, "cve-2026-0001", Ok("CVE-2026-0001"));
        check(cve, "CVE 2026-12345", Ok("CVE-2026-12345"));
        check(cve, "CVE-26-12345", Err(Fault::WrongForm));
        check(cve, "CVE-2026-123", Err(Fault::WrongLength));
        check(cve, "あCVE", Err(Fault::WrongForm));
    }

    #[test]
    fn attack_ids() {
        check(attack_id, "t1059.001", Ok("T1059.001"));
        check(attack_id, "T1059/001", Ok("T1059.001"));
        check(attack_id, "ta0001", Ok("TA0001"));
        check(attack_id, "G0016", Ok("G0016"));
        check(attack_id, "T105", Err(Fault::WrongForm));
        check(attack_id, "T1059.01", Err(Fault::WrongForm));
    }

    #[test]
    fn systems() {
        check(asn, "as064496", Ok("AS64496"));
        check(asn, "ASN 64496", Ok("AS64496"));
        check(asn, "AS-64496", Ok("AS64496"));
        check(asn, "ASN: 64496", Ok("AS64496"));
        check(asn, "AS#:64496", Err(Fault::WrongForm));
        check(asn, "AS99999999999", Err(Fault::TooLong));
        check(asn, "ASX", Err(Fault::WrongForm));
    }
}
