//! A compiled set with its maker's statement behind it, so that it can be carried by hand to a network without connection.
//!
//! Behind the set's bytes stands a signed note (C2SP signed-note): a text that says when the set was made and what its SHA-256 digest
//! is, and a signature line by an Ed25519 key that has a name. A hub signs with the key of its log, whose public half its members have
//! anyway; no checkpoint begins as this text does, so that neither can stand for the other. Behind the note stand its length (`u32`,
//! little-endian) and a mark. Whether a key is to be trusted is the reader's knowledge; keys lie elsewhere.

use std::fmt;
use std::fmt::Write as _;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tlog::Note;
pub use tlog::{KeyKind, SignerKey, VerifierKey};

const MARK: [u8; 8] = *b"NRSIGN2\0";
const LENGTH_BYTES: usize = 4;
const TITLE: &str = "noroshi compiled set v1";

/// What the maker of a set says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The name of the maker's key; of a hub its address.
    pub maker: String,
    /// As of when the set was made, RFC 3339 in UTC.
    pub made: String,
    /// Whether the signature was checked against a key that the reader trusts.
    pub trusted: bool,
}

/// Why a set is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureFault {
    /// A signature was asked for and there is none.
    Unsigned,
    /// Signed by somebody else, under these names.
    OtherKey(String),
    /// The bytes are not those that were signed.
    Changed,
}

impl fmt::Display for SignatureFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned => f.write_str("the set is not signed"),
            Self::OtherKey(names) => {
                write!(f, "the set is signed with another key, not one of those that are trusted: {names}")
            }
            Self::Changed => f.write_str("the signature does not fit: the set was changed on its way"),
        }
    }
}

impl std::error::Error for SignatureFault {}

/// A set's bytes, and what its maker says about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The bytes of the set alone.
    pub set: Bytes,
    /// The statement, of a signed set.
    pub statement: Option<Statement>,
}

/// The set's bytes with a statement behind them. `made` is RFC 3339 in UTC. `None` for the key of a witness, which signs nothing else.
pub fn sign(mut set: Vec<u8>, made: &str, key: &SignerKey) -> Option<Vec<u8>> {
    let text = format!("{TITLE}\nmade {made}\nsha256 {}\n", digest(&set));
    let signatures = vec![key.sign(&text)?];
    let note = Note { text, signatures }.to_string();
    set.extend(note.as_bytes());
    set.extend(u32::try_from(note.len()).ok()?.to_le_bytes());
    set.extend(MARK);
    Some(set)
}

/// Takes a set and its statement apart. The statement has to be about these bytes in any case. With `trusted` keys it has to be there
/// and to be signed with one of them.
pub fn open(bytes: impl Into<Bytes>, trusted: &[VerifierKey]) -> Result<Opened, SignatureFault> {
    let mut bytes: Bytes = bytes.into();
    let Some((end, note)) = trailer(&bytes) else {
        return match (trusted, bytes.ends_with(&MARK)) {
            (_, true) => Err(SignatureFault::Changed),
            ([], false) => Ok(Opened { set: bytes, statement: None }),
            _ => Err(SignatureFault::Unsigned),
        };
    };
    bytes.truncate(end);
    let said = said(&note.text).filter(|(_, said)| *said == digest(&bytes));
    let (made, _) = said.ok_or(SignatureFault::Changed)?;
    let names: Vec<&str> = note.signatures.iter().map(|signature| signature.name.as_str()).collect();
    let fits = trusted.iter().find(|key| key.signed(&note));
    if !trusted.is_empty() && fits.is_none() {
        let claimed = trusted.iter().any(|key| note.signatures.iter().any(|one| key.claims(one)));
        return Err(if claimed {
            SignatureFault::Changed
        } else {
            SignatureFault::OtherKey(names.join(", "))
        });
    }
    // anybody can add a line with a name to a note: where one signature was verified, only its name is told
    let maker = fits.map_or_else(|| names.join(", "), |key| key.name().to_owned());
    let statement = Statement { maker, made: made.to_owned(), trusted: fits.is_some() };
    Ok(Opened { set: bytes, statement: Some(statement) })
}

/// Where the set ends, and the note behind it.
fn trailer(bytes: &[u8]) -> Option<(usize, Note)> {
    let rest = bytes.strip_suffix(&MARK)?;
    let (rest, length) = rest.split_last_chunk::<LENGTH_BYTES>()?;
    let end = rest.len().checked_sub(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    Some((end, Note::parse(&rest[end..]).ok()?))
}

/// When, and the digest.
fn said(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix(TITLE)?.strip_prefix("\nmade ")?;
    rest.strip_suffix('\n')?.split_once("\nsha256 ")
}

/// The SHA-256 digest of a set's bytes, in hexadecimal digits: also what tells one set from another.
pub fn digest(set: &[u8]) -> String {
    Sha256::digest(set).iter().fold(String::new(), |mut text, byte| {
        let _written = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: &str = "2026-01-05T00:15:00Z";

    fn key(seed: u8) -> SignerKey {
        SignerKey::from_seed("hub.example/log", KeyKind::Log, &[seed; 32]).unwrap()
    }

    fn opened(trusted: bool) -> Result<Opened, SignatureFault> {
        let statement = Statement { maker: "hub.example/log".to_owned(), made: MADE.to_owned(), trusted };
        Ok(Opened { set: Bytes::from_static(b"a set"), statement: Some(statement) })
    }

    #[test]
    fn signed_sets() {
        let (ours, other) = (key(7).verifier().clone(), key(8).verifier().clone());
        let signed = sign(b"a set".to_vec(), MADE, &key(7)).unwrap();
        let trusting = |keys: &[&VerifierKey]| {
            let keys: Vec<VerifierKey> = keys.iter().map(|key| (*key).clone()).collect();
            open(signed.clone(), &keys)
        };
        assert_eq!(trusting(&[]), opened(false));
        assert_eq!(trusting(&[&ours]), opened(true));
        assert_eq!(trusting(&[&other, &ours]), opened(true), "the keys of two epochs");
        assert_eq!(trusting(&[&other]), Err(SignatureFault::OtherKey("hub.example/log".to_owned())));
        let plain = open(b"a set".to_vec(), &[]);
        assert_eq!(plain, Ok(Opened { set: Bytes::from_static(b"a set"), statement: None }));
        assert_eq!(open(b"a set".to_vec(), &[ours]), Err(SignatureFault::Unsigned));
        let witness = SignerKey::from_seed("w.example", KeyKind::Witness, &[7; 32]).unwrap();
        assert_eq!(sign(b"a set".to_vec(), MADE, &witness), None);
    }

    /// A line that anybody added behind a good signature is not told as the maker.
    #[test]
    fn only_the_verified_name_is_the_maker() {
        let signed = sign(b"a set".to_vec(), MADE, &key(7)).unwrap();
        let (end, note) = trailer(&signed).unwrap();
        let added = format!("{note}\u{2014} ministry.example AAAAAGFkZGVk\n");
        let mut more = signed[..end].to_vec();
        more.extend(added.as_bytes());
        more.extend(u32::try_from(added.len()).unwrap().to_le_bytes());
        more.extend(MARK);
        assert_eq!(trailer(&more).unwrap().1.signatures.len(), 2);
        assert_eq!(open(more, &[key(7).verifier().clone()]), opened(true));
    }

    /// Whatever byte changes, nothing that was signed is taken as it came.
    #[test]
    fn a_changed_set_is_refused() {
        let trusted = [key(7).verifier().clone()];
        let signed = sign(b"a set".to_vec(), MADE, &key(7)).unwrap();
        for at in 0..signed.len() {
            let mut changed = signed.clone();
            changed[at] ^= 1;
            assert!(open(changed, &trusted).is_err(), "byte {at}");
        }
        let mut changed = signed;
        changed[0] ^= 1;
        assert_eq!(open(changed, &[]), Err(SignatureFault::Changed), "also where nobody is trusted");
    }
}
