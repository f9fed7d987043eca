//! One-time codes: RFC 6238 over HMAC-SHA-1 with steps of 30 seconds and six digits, which is what every authenticator app reads.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;

/// Bytes of a secret: as long as the output of SHA-1, as RFC 4226 section 4 recommends.
pub(crate) const SECRET_BYTES: usize = 20;

/// Seconds of a step.
const STEP_SECONDS: i64 = 30;

/// Steps before and after that count too: clocks of telephones drift.
const DRIFT_STEPS: i64 = 1;

/// The step whose code this is, now or a step away; `None` when it is none of them.
pub(crate) fn step_of(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let given: u32 = digits.parse().ok().filter(|_| digits.len() == 6)?;
    let middle = now.as_second().div_euclid(STEP_SECONDS);
    (middle - DRIFT_STEPS..=middle + DRIFT_STEPS).find(|step| code_of(secret, *step) == Some(given))
}

/// The code of a step (RFC 4226 section 5.3).
fn code_of(secret: &[u8], step: i64) -> Option<u32> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let sum = mac.finalize().into_bytes();
    let offset = usize::from(sum.last()? & 0x0f);
    let four: [u8; 4] = sum.get(offset..offset + 4)?.try_into().ok()?;
    Some((u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

/// The secret as people type it.
pub(crate) fn printed(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// The address that an authenticator app reads from a QR code.
pub(crate) fn address(secret: &[u8], issuer: &str, login: &str) -> String {
    let (issuer, login) = (in_address(issuer), in_address(login));
    format!("otpauth://totp/{issuer}:{login}?secret={}&issuer={issuer}", printed(secret))
}

fn in_address(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    /// The table of RFC 6238 appendix B, its last six digits.
    #[test]
    fn the_codes_of_the_rfc() {
        let check = |second: i64, code: &str| {
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(step_of(SECRET, code, now), Some(second / 30), "{second}");
        };
        check(59, "287082");
        check(1_111_111_109, "081804");
        check(1_111_111_111, "050471");
        check(1_234_567_890, "005924");
        check(2_000_000_000, "279037");
        check(20_000_000_000, "353130");
    }

    #[test]
    fn a_code_counts_a_step_early_and_late_and_no_longer() {
        let at = |second| step_of(SECRET, "287 082", Timestamp::from_second(second).unwrap());
        assert_eq!((at(29), at(89)), (Some(1), Some(1)));
        assert_eq!((at(120), step_of(SECRET, "28708", Timestamp::from_second(59).unwrap())), (None, None));
    }

    #[test]
    fn the_address_of_an_app() {
        assert_eq!(
            address(SECRET, "Hub 1", "kita"),
            "otpauth://totp/Hub%201:kita?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hub%201"
        );
    }
}
