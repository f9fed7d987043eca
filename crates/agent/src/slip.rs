//! An answer on a slip of paper: signed, short enough to be read out or scanned, for a network without connection.
//!
//! A slip holds what an answer over the network would: which warnings, seen or not, how many machines, when. It is
//! signed with a key of the machine that checked; whoever records it compares that key with the one he knows. Text and
//! signature only; showing it as a picture and sending it on is left to the program.

use data_encoding::{Encoding, Specification};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use model::answer::Progress;
use uuid::Uuid;

/// Longest slip, in characters: what one scans without care and reads out without losing heart.
pub const SLIP_CHARS_MAX: usize = 300;

/// Warnings that one slip answers at most: what [`SLIP_CHARS_MAX`] has room for.
pub const SLIP_ANSWERS_MAX: usize = 4;

/// Start of every slip, so that a scanner's user sees what it is.
const MARK: &str = "NOROSHI1-";

const KEY_BYTES: usize = 32;
const SIGNATURE_BYTES: usize = 64;
/// Time, machines, count.
const HEAD_BYTES: usize = 9;
/// Identifier and progress.
const ANSWER_BYTES: usize = 17;

/// What a slip says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// When the check ended, in seconds since 1970.
    pub at: u32,
    /// Machines checked.
    pub machines: u32,
    /// Each warning's answer; at most [`SLIP_ANSWERS_MAX`].
    pub answers: Vec<(Uuid, Progress)>,
}

/// Why a text is no slip that can be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipFault {
    /// It does not start as a slip does, or has characters that slips have not.
    NotASlip,
    /// Characters are missing or too many.
    Length,
    /// It was changed, or a character was read wrongly.
    Signature,
}

impl std::fmt::Display for SlipFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotASlip => "this is no slip: a slip starts with NOROSHI1-",
            Self::Length => "characters of the slip are missing or too many; scan or read it once more",
            Self::Signature => {
                "the signature does not fit: a character was read wrongly, or the slip was changed"
            }
        })
    }
}

impl std::error::Error for SlipFault {}

/// Crockford's base 32: no letters that look like digits, case does not matter, hyphens and spaces neither. All of its
/// characters are in the QR code's alphanumeric mode.
fn alphabet() -> Option<Encoding> {
    let mut spec = Specification::new();
    spec.symbols.push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    spec.translate.from.push_str("abcdefghjkmnpqrstvwxyzOoIiLl");
    spec.translate.to.push_str("ABCDEFGHJKMNPQRSTVWXYZ001111");
    spec.ignore.push_str("- \t\r\n");
    spec.encoding().ok()
}

impl Slip {
    /// The slip as text, signed with the key of this seed; `None` for more answers than a slip holds.
    pub fn sign(&self, seed: &[u8; KEY_BYTES]) -> Option<String> {
        if self.answers.len() > SLIP_ANSWERS_MAX {
            return None;
        }
        let key = SigningKey::from_bytes(seed);
        let mut bytes = self.body()?;
        bytes.extend(key.verifying_key().as_bytes());
        let signature = key.sign(&signed(&bytes));
        bytes.extend(signature.to_bytes());
        Some(format!("{MARK}{}", alphabet()?.encode(&bytes)))
    }

    fn body(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        bytes.extend(self.at.to_be_bytes());
        bytes.extend(self.machines.to_be_bytes());
        bytes.push(u8::try_from(self.answers.len()).ok()?);
        for (item, progress) in &self.answers {
            bytes.extend(item.as_bytes());
            bytes.push(u8::try_from(Progress::ALL.iter().position(|one| one == progress)?).ok()?);
        }
        Some(bytes)
    }

    /// Reads a slip as typed or scanned, and the public key that signed it. Who that key belongs to is for the caller
    /// to say.
    pub fn read(text: &str) -> Result<(Self, [u8; KEY_BYTES]), SlipFault> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let head = text.get(..MARK.len()).filter(|head| head.eq_ignore_ascii_case(MARK));
        let rest = head.and_then(|_| text.get(MARK.len()..)).ok_or(SlipFault::NotASlip)?;
        if rest.len() > SLIP_CHARS_MAX {
            return Err(SlipFault::Length);
        }
        let alphabet = alphabet().ok_or(SlipFault::NotASlip)?;
        let bytes = alphabet.decode(rest.as_bytes()).map_err(|fault| match fault.kind {
            data_encoding::DecodeKind::Symbol => SlipFault::NotASlip,
            _ => SlipFault::Length,
        })?;
        let (said, signature) = bytes.split_last_chunk::<SIGNATURE_BYTES>().ok_or(SlipFault::Length)?;
        let (body, key) = said.split_last_chunk::<KEY_BYTES>().ok_or(SlipFault::Length)?;
        let signer = VerifyingKey::from_bytes(key).map_err(|_| SlipFault::Signature)?;
        signer
            .verify_strict(&signed(said), &Signature::from_bytes(signature))
            .map_err(|_| SlipFault::Signature)?;
        Self::of_body(body).map(|slip| (slip, *key)).ok_or(SlipFault::Length)
    }

    fn of_body(body: &[u8]) -> Option<Self> {
        let (head, answers) = body.split_at_checked(HEAD_BYTES)?;
        let number = |at: usize| head.get(at..)?.first_chunk().map(|b| u32::from_be_bytes(*b));
        let (answers, []) = answers.as_chunks::<ANSWER_BYTES>() else { return None };
        if answers.len() != usize::from(*head.get(8)?) || answers.len() > SLIP_ANSWERS_MAX {
            return None;
        }
        let answers = answers.iter().map(|[item @ .., progress]| {
            let progress = Progress::ALL.get(usize::from(*progress)).copied()?;
            Some((Uuid::from_bytes(*item), progress))
        });
        Some(Self { at: number(0)?, machines: number(4)?, answers: answers.collect::<Option<_>>()? })
    }
}

/// What is signed: the bytes, said to be a slip's, so that no signature made for something else fits.
fn signed(bytes: &[u8]) -> Vec<u8> {
    [b"noroshi slip v1\n", bytes].concat()
}

/// The public key of a seed.
pub fn public_key(seed: &[u8; KEY_BYTES]) -> [u8; KEY_BYTES] {
    SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slip(answers: usize) -> Slip {
        let answer = |n: usize| (Uuid::from_u128(n as u128 + 7), Progress::ALL[2 + n % 3]);
        Slip { at: 1_795_000_000, machines: 120, answers: (0..answers).map(answer).collect() }
    }

    #[test]
    fn a_slip_reads_back_and_is_short() {
        for n in 0..=SLIP_ANSWERS_MAX {
            let text = slip(n).sign(&[7; 32]).unwrap();
            assert!(text.len() <= SLIP_CHARS_MAX, "{} characters", text.len());
            assert_eq!(Slip::read(&text), Ok((slip(n), public_key(&[7; 32]))));
        }
        assert_eq!(slip(SLIP_ANSWERS_MAX + 1).sign(&[7; 32]), None);
    }

    #[test]
    fn typed_by_hand() {
        let text = slip(1).sign(&[7; 32]).unwrap();
        let body = text.strip_prefix(MARK).unwrap().to_lowercase().replace('0', "o").replace('1', "l");
        let grouped: Vec<&str> = body.as_bytes().chunks(5).map(|c| std::str::from_utf8(c).unwrap()).collect();
        let typed = format!("noroshi1- {}\n", grouped.join("-"));
        assert_eq!(Slip::read(&typed).map(|read| read.0), Ok(slip(1)));
    }

    #[test]
    fn any_changed_character_is_noticed() {
        let text = slip(2).sign(&[7; 32]).unwrap();
        for at in MARK.len()..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'7' { b'8' } else { b'7' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(Slip::read(&changed).is_err(), "character {at}");
        }
    }

    #[test]
    fn what_is_no_slip() {
        assert_eq!(Slip::read(""), Err(SlipFault::NotASlip));
        assert_eq!(Slip::read("hello"), Err(SlipFault::NotASlip));
        assert_eq!(Slip::read("NOROSHI1-"), Err(SlipFault::Length));
        assert_eq!(Slip::read("NOROSHI1-!!!!"), Err(SlipFault::NotASlip));
        let text = slip(1).sign(&[7; 32]).unwrap();
        assert!(Slip::read(&text[..text.len() - 9]).is_err());
    }
}
