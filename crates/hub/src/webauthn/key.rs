//! The public key of a credential: ES256, which is ECDSA on P-256 with SHA-256.

use super::Flaw;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ParsedPublicKey};

/// Bytes of a coordinate on P-256.
const COORDINATE: usize = 32;

/// A COSE key of ES256 up to its first coordinate, and between the two: a map of five, `kty` 2, `alg` -7, `crv` 1, `x`, `y`. There is no other way
/// to write it: no member may be added (6.5.1.1), the point is not compressed (5.8.5), and the encoding is canonical (6.5.1.1).
const BEFORE_X: &[u8] = &[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
const BEFORE_Y: &[u8] = &[0x22, 0x58, 0x20];

/// What an uncompressed point begins with (SEC 1, 2.3.3).
const UNCOMPRESSED: u8 = 0x04;

/// A key that parses: a point of the curve.
pub(crate) struct PublicKey {
    point: Vec<u8>,
    key: ParsedPublicKey,
}

impl PublicKey {
    /// A key from its uncompressed point.
    pub(crate) fn of_point(point: &[u8]) -> Result<Self, Flaw> {
        // the parser takes compressed points too: one way to write a key is enough
        if point.len() != 1 + 2 * COORDINATE || point.first() != Some(&UNCOMPRESSED) {
            return Err(Flaw::Key);
        }
        let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).map_err(|_| Flaw::Key)?;
        Ok(Self { point: point.to_vec(), key })
    }

    /// A COSE key, and what follows it.
    pub(super) fn of_cose(bytes: &[u8]) -> Result<(Self, &[u8]), Flaw> {
        let split = |bytes: &'_ [u8]| -> Option<(Vec<u8>, usize)> {
            let (x, rest) = bytes.strip_prefix(BEFORE_X)?.split_at_checked(COORDINATE)?;
            let (y, rest) = rest.strip_prefix(BEFORE_Y)?.split_at_checked(COORDINATE)?;
            Some(([&[UNCOMPRESSED][..], x, y].concat(), rest.len()))
        };
        let (point, left) = split(bytes).ok_or(Flaw::Key)?;
        Ok((Self::of_point(&point)?, &bytes[bytes.len() - left..]))
    }

    /// The uncompressed point.
    pub(crate) fn point(&self) -> &[u8] {
        &self.point
    }

    /// Whether this key signed the message.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}
