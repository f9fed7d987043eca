//! A sign-in by a credential (7.2).

use super::authenticator::AuthenticatorData;
use super::{
    CREDENTIAL_BYTES_MAX, Flaw, PublicKey, RelyingParty, SIGNATURE_BYTES_MAX, USER_HANDLE_BYTES_MAX,
    client_data, within,
};
use sha2::{Digest, Sha256};

/// What a browser sends to sign somebody in, as bytes.
#[derive(Clone, Debug, Default)]
pub struct Assertion {
    /// The credential id.
    pub credential: Vec<u8>,
    /// `clientDataJSON`.
    pub client_data: Vec<u8>,
    /// The authenticator data.
    pub authenticator_data: Vec<u8>,
    /// The signature, in DER.
    pub signature: Vec<u8>,
    /// The user handle.
    pub user_handle: Vec<u8>,
}

/// An assertion of which everything is right that can be told without its credential.
pub(crate) struct Read<'a> {
    /// The challenge that was answered. Whether it is ours is for the caller to say.
    pub(crate) challenge: Vec<u8>,
    /// The counter of the device.
    pub(crate) counter: u32,
    /// Whether the credential may be copied to other devices.
    pub(crate) backup_eligible: bool,
    assertion: &'a Assertion,
}

impl Assertion {
    /// Reads it (7.2 steps 8 to 19). Nothing of it is believed before its [signature](Read::signed_by) was.
    pub(crate) fn read(&self, party: &RelyingParty) -> Result<Read<'_>, Flaw> {
        within("credential", &self.credential, CREDENTIAL_BYTES_MAX)?;
        within("signature", &self.signature, SIGNATURE_BYTES_MAX)?;
        within("user_handle", &self.user_handle, USER_HANDLE_BYTES_MAX)?;
        let challenge = client_data::challenge(&self.client_data, client_data::GET, party)?;
        let said = AuthenticatorData::read(&self.authenticator_data, party)?;
        if said.made.is_some() {
            return Err(Flaw::Credential);
        }
        let (counter, backup_eligible) = (said.counter, said.backup_eligible);
        Ok(Read { challenge, counter, backup_eligible, assertion: self })
    }
}

impl Read<'_> {
    /// Whether this key signed it (7.2 steps 20 and 21).
    pub(crate) fn signed_by(&self, key: &PublicKey) -> bool {
        let hash = Sha256::digest(&self.assertion.client_data);
        let message = [self.assertion.authenticator_data.as_slice(), &hash[..]].concat();
        key.signed(&message, &self.assertion.signature)
    }

    /// Whether the device has counted on since `last` (7.2 step 22). One that counts nothing says 0 for ever.
    pub(crate) fn counts_on(&self, last: u32) -> bool {
        (self.counter == 0 && last == 0) || self.counter > last
    }
}
