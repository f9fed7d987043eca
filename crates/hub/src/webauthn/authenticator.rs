//! What the device says (6.1): for which relying party, whether somebody was there and was verified, its counter, a new credential.

use super::key::PublicKey;
use super::{AUTHENTICATOR_DATA_BYTES_MAX, CREDENTIAL_BYTES_MAX, Flaw, RelyingParty, within};
use sha2::{Digest, Sha256};

/// Flags of the 33rd byte.
const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;
const EXTENSIONS: u8 = 0x80;

/// Bytes of the identifier of a kind of device, which stands before the length of a credential id (6.5.1). It is not looked at.
const AAGUID: usize = 16;

/// What a device said.
pub(super) struct AuthenticatorData {
    /// How often it has signed; 0 where it does not count.
    pub(super) counter: u32,
    /// Whether the credential may be copied to other devices.
    pub(super) backup_eligible: bool,
    /// The credential id and the key, at registration.
    pub(super) made: Option<(Vec<u8>, PublicKey)>,
}

impl AuthenticatorData {
    /// Reads it and holds it against the relying party (7.1 steps 13 to 18, 7.2 steps 15 to 18). Extensions are not read: none was asked for.
    pub(super) fn read(bytes: &[u8], party: &RelyingParty) -> Result<Self, Flaw> {
        within("authenticator_data", bytes, AUTHENTICATOR_DATA_BYTES_MAX)?;
        let (hash, rest) = bytes.split_first_chunk::<32>().ok_or(Flaw::Length)?;
        let ([flags], rest) = rest.split_first_chunk::<1>().ok_or(Flaw::Length)?;
        let (counter, rest) = rest.split_first_chunk::<4>().ok_or(Flaw::Length)?;
        if hash[..] != Sha256::digest(party.id.as_bytes())[..] {
            return Err(Flaw::RelyingParty);
        }
        let has = |flag: u8| flags & flag != 0;
        if !has(USER_PRESENT) {
            return Err(Flaw::NotPresent);
        }
        if !has(USER_VERIFIED) {
            return Err(Flaw::NotVerified);
        }
        if has(BACKED_UP) && !has(BACKUP_ELIGIBLE) {
            return Err(Flaw::Backup);
        }
        let (made, rest) = match has(ATTESTED) {
            true => credential(rest).map(|(id, key, rest)| (Some((id, key)), rest))?,
            false => (None, rest),
        };
        if has(EXTENSIONS) == rest.is_empty() {
            return Err(Flaw::Length);
        }
        Ok(Self { counter: u32::from_be_bytes(*counter), backup_eligible: has(BACKUP_ELIGIBLE), made })
    }
}

/// Attested credential data (6.5.1): the id, the key, and what follows.
fn credential(bytes: &[u8]) -> Result<(Vec<u8>, PublicKey, &[u8]), Flaw> {
    let (_, rest) = bytes.split_first_chunk::<AAGUID>().ok_or(Flaw::Length)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(Flaw::Length)?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length > CREDENTIAL_BYTES_MAX {
        return Err(Flaw::TooLong("credential", CREDENTIAL_BYTES_MAX));
    }
    let (id, rest) = rest.split_at_checked(length).filter(|(id, _)| !id.is_empty()).ok_or(Flaw::Length)?;
    let (key, rest) = PublicKey::of_cose(rest)?;
    Ok((id.to_vec(), key, rest))
}
