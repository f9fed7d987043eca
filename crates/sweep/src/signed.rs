//! A compiled set with its maker's signature behind it, so that it can be carried by hand to a network without connection.
//!
//! Behind the set's bytes stand a mark, the public key and an Ed25519 signature (RFC 8032) over the SHA-256 digest of
//! the set. Whether the key is to be trusted is the reader's knowledge; keys lie elsewhere.

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

const MARK: [u8; 8] = *b"NRSIGN1\0";
const KEY_BYTES: usize = 32;
const SIGNATURE_BYTES: usize = 64;
/// Bytes behind the set.
pub const TRAILER_BYTES: usize = MARK.len() + KEY_BYTES + SIGNATURE_BYTES;

/// Why a set is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureFault {
    /// A signature was asked for and there is none.
    Unsigned,
    /// Signed by somebody else.
    OtherKey([u8; KEY_BYTES]),
    /// The bytes are not those that were signed.
    Changed,
}

impl fmt::Display for SignatureFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned => f.write_str("the set is not signed"),
            Self::OtherKey(key) => {
                f.write_str("the set is signed with another key: ")?;
                key.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            Self::Changed => f.write_str("the signature does not fit: the set was changed on its way"),
        }
    }
}

impl std::error::Error for SignatureFault {}

/// The set's bytes with a signature behind them.
pub fn sign(mut set: Vec<u8>, seed: &[u8; KEY_BYTES]) -> Vec<u8> {
    let key = SigningKey::from_bytes(seed);
    let signature = key.sign(&said(&set));
    set.extend(MARK);
    set.extend(key.verifying_key().as_bytes());
    set.extend(signature.to_bytes());
    set
}

/// The set's bytes without what stands behind them. With `trusted` the signature has to be there, to be of that key
/// and to fit; without, a signature is taken off unread.
pub fn open(mut bytes: Vec<u8>, trusted: Option<&[u8; KEY_BYTES]>) -> Result<Vec<u8>, SignatureFault> {
    let Some((key, signature, end)) = trailer(&bytes) else {
        return if trusted.is_some() { Err(SignatureFault::Unsigned) } else { Ok(bytes) };
    };
    bytes.truncate(end);
    if let Some(trusted) = trusted {
        if *trusted != key {
            return Err(SignatureFault::OtherKey(key));
        }
        let key = VerifyingKey::from_bytes(&key).map_err(|_| SignatureFault::Changed)?;
        key.verify_strict(&said(&bytes), &signature).map_err(|_| SignatureFault::Changed)?;
    }
    Ok(bytes)
}

fn trailer(bytes: &[u8]) -> Option<([u8; KEY_BYTES], Signature, usize)> {
    let (rest, signature) = bytes.split_last_chunk::<SIGNATURE_BYTES>()?;
    let (rest, key) = rest.split_last_chunk::<KEY_BYTES>()?;
    let set = rest.strip_suffix(&MARK)?;
    Some((*key, Signature::from_bytes(signature), set.len()))
}

/// What is signed.
fn said(set: &[u8]) -> Vec<u8> {
    [&b"noroshi compiled set v1\n"[..], &Sha256::digest(set)].concat()
}

/// The public key of a seed.
pub fn public_key(seed: &[u8; KEY_BYTES]) -> [u8; KEY_BYTES] {
    SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_sets() {
        let (ours, theirs) = ([7; 32], [8; 32]);
        let (key, other) = (public_key(&ours), public_key(&theirs));
        let signed = sign(b"a set".to_vec(), &ours);
        assert_eq!(signed.len(), 5 + TRAILER_BYTES);
        assert_eq!(open(signed.clone(), Some(&key)), Ok(b"a set".to_vec()));
        assert_eq!(open(signed.clone(), None), Ok(b"a set".to_vec()));
        assert_eq!(open(signed.clone(), Some(&other)), Err(SignatureFault::OtherKey(key)));
        assert_eq!(open(b"a set".to_vec(), Some(&key)), Err(SignatureFault::Unsigned));
        assert_eq!(open(b"a set".to_vec(), None), Ok(b"a set".to_vec()));
        for at in [0, 4, signed.len() - 1, signed.len() - 64] {
            let mut changed = signed.clone();
            changed[at] ^= 1;
            assert_eq!(open(changed, Some(&key)), Err(SignatureFault::Changed), "byte {at}");
        }
    }
}
