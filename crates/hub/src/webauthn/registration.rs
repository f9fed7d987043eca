//! A new credential (7.1).

use super::authenticator::AuthenticatorData;
use super::{Flaw, PublicKey, RelyingParty, client_data};

/// A credential that was made for this hub.
pub(crate) struct Registration {
    /// The challenge that its maker was given. Whether it is ours is for the caller to say.
    pub(crate) challenge: Vec<u8>,
    /// The credential id.
    pub(crate) credential: Vec<u8>,
    /// Its key.
    pub(crate) key: PublicKey,
    /// The counter of the device.
    pub(crate) counter: u32,
    /// Whether it may be copied to other devices.
    pub(crate) backup_eligible: bool,
}

impl Registration {
    /// Reads what `getAuthenticatorData()` and `clientDataJSON` gave.
    pub(crate) fn read(
        client_data: &[u8],
        authenticator_data: &[u8],
        party: &RelyingParty,
    ) -> Result<Self, Flaw> {
        let challenge = client_data::challenge(client_data, client_data::CREATE, party)?;
        let said = AuthenticatorData::read(authenticator_data, party)?;
        let (credential, key) = said.made.ok_or(Flaw::Credential)?;
        let (counter, backup_eligible) = (said.counter, said.backup_eligible);
        Ok(Self { challenge, credential, key, counter, backup_eligible })
    }
}
