//! Receipt codes: short enough to be read aloud over a telephone, long enough not to be guessed.

/// Letters of a code: Crockford's base 32, without I, L, O and U, which are misheard or misread.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A receipt code, printed in groups: `7K3M-Q2XP-D`. The last letter checks the others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReceiptCode(String);

impl ReceiptCode {
    /// A code from 5 random bytes (40 bits, 8 letters and the check letter).
    #[must_use]
    pub fn from_random(bytes: [u8; 5]) -> Self {
        let number = bytes.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
        let digits: Vec<u8> = (0..8).rev().map(|i| (number >> (5 * i) & 31) as u8).collect();
        let letter = |d: &u8| char::from(LETTERS[usize::from(*d & 31)]);
        let head: String = digits[..4].iter().map(letter).collect();
        let tail: String = digits[4..].iter().map(letter).collect();
        Self(format!("{head}-{tail}-{}", letter(&check_digit(&digits))))
    }

    /// Reads a code as people write it: any case, with or without dashes and blanks, `O` for `0`, `I` or `L` for `1`.
    #[must_use]
    pub fn read(written: &str) -> Option<Self> {
        let mut digits = Vec::with_capacity(9);
        for c in written.chars().filter(|c| !matches!(c, '-' | ' ')) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            digits.push(LETTERS.iter().position(|l| char::from(*l) == c)? as u8);
        }
        let (check, body) = digits.split_last()?;
        if body.len() != 8 || check_digit(body) != *check {
            return None;
        }
        let number = body.iter().fold(0u64, |n, d| n << 5 | u64::from(*d)).to_be_bytes();
        Some(Self::from_random([number[3], number[4], number[5], number[6], number[7]]))
    }

    /// The code as printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A sum with odd weights modulo 32: odd numbers have an inverse there, so every single wrong letter changes it; a swap
/// of neighbours is missed only when they are 16 apart.
fn check_digit(digits: &[u8]) -> u8 {
    let sum: u32 = digits.iter().zip((1u32..).step_by(2)).map(|(d, weight)| u32::from(*d) * weight).sum();
    (sum % 32) as u8
}

impl std::fmt::Display for ReceiptCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ReceiptCode {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text).ok_or_else(|| "not a receipt code".to_owned())
    }
}

impl From<ReceiptCode> for String {
    fn from(code: ReceiptCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_as_people_write_it() {
        let code = ReceiptCode::from_random([0xde, 0xad, 0xbe, 0xef, 0x01]);
        let spoken = code.as_str().replace('-', " ").to_lowercase().replace('0', "o");
        assert_eq!(ReceiptCode::read(&spoken), Some(code));
    }

    #[test]
    fn one_wrong_letter_is_noticed() {
        let code = ReceiptCode::from_random([1, 2, 3, 4, 5]).0;
        for at in (0..code.len()).filter(|i| !matches!(*i, 4 | 9)) {
            let mut other = code.clone().into_bytes();
            other[at] = if other[at] == b'7' { b'8' } else { b'7' };
            assert_eq!(ReceiptCode::read(&String::from_utf8(other).unwrap()), None, "letter {at} of {code}");
        }
    }
}
