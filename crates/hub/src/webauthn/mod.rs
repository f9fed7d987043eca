//! Passkeys as W3C WebAuthn has them: what a browser and its device say is held against what the hub asked for. Pure: no store, no clock;
//! whether a challenge is ours and still counts is said by `ops::passkey`. The numbers are those of sections of WebAuthn Level 3.
//!
//! One kind of passkey is taken, so that little has to be read: ES256, discoverable, with user verification, attestation `none`
//! (decision 54). The key of such a credential stands in the authenticator data in one fixed form (6.5.1.1, 5.8.5), and is read from there
//! without a parser of CBOR: what has another form is refused.
//!
//! Nothing signs what is said at registration: under attestation `none` no statement of the device is asked for (5.4.7). That is enough here.
//! Who registers is signed in and has shown its password, and its code where it has one, within the life of the challenge; the challenge is bound
//! to that person; a browser that lies about the key lets its own owner in by another key of that owner's choice, or nobody. What signs in later
//! is held to the key by its signature.

mod assertion;
mod authenticator;
mod client_data;
mod key;
mod party;
mod registration;
#[cfg(test)]
mod tests;

pub use assertion::Assertion;
pub(crate) use assertion::Read;
pub(crate) use key::PublicKey;
pub(crate) use party::RelyingParty;
pub use party::Unfit;
pub(crate) use registration::Registration;

use crate::Problem;

/// The longest client data, in bytes: type, challenge and origin take 300; browsers may add members (5.8.1).
const CLIENT_DATA_BYTES_MAX: usize = 4_096;

/// The longest authenticator data, in bytes: a credential id of the longest kind, the key, and twice that for extensions that nobody asked for.
const AUTHENTICATOR_DATA_BYTES_MAX: usize = 4_096;

/// The longest credential id, in bytes (7.1 step 25).
const CREDENTIAL_BYTES_MAX: usize = 1_023;

/// The longest signature, in bytes: two numbers of 33 bytes in DER (6.5.5).
const SIGNATURE_BYTES_MAX: usize = 72;

/// The longest user handle, in bytes (4, "user handle").
const USER_HANDLE_BYTES_MAX: usize = 64;

/// Why something is no passkey of this hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// A field is longer than its limit: (field, bytes).
    TooLong(&'static str, usize),
    /// The client data is not the JSON that a browser makes.
    ClientData,
    /// It was made for the other ceremony.
    Type,
    /// It was made on a page of another origin.
    Origin,
    /// It was made in a frame of another origin.
    CrossOrigin,
    /// The authenticator data breaks off, or goes on where it must end.
    Length,
    /// It was made for another relying party.
    RelyingParty,
    /// Nobody touched the device.
    NotPresent,
    /// The device did not verify its user.
    NotVerified,
    /// A copy is said to exist of what may not be copied.
    Backup,
    /// A credential where there must be none, or none where there must be one.
    Credential,
    /// The key is none of ES256 in the form that the standard gives it, or no point of its curve.
    Key,
}

impl Flaw {
    /// The field at fault, and what is wrong with it.
    pub(crate) fn problem(self) -> (&'static str, Problem) {
        match self {
            Self::TooLong(field, most) => (field, Problem::BytesAtMost { most }),
            Self::ClientData => ("client_data", Problem::ClientData),
            Self::Type => ("client_data", Problem::OtherCeremony),
            Self::Origin => ("origin", Problem::OtherSite),
            Self::CrossOrigin => ("origin", Problem::InsideAnotherSite),
            Self::Length => ("authenticator_data", Problem::NotWhole),
            Self::RelyingParty => ("authenticator_data", Problem::OtherParty),
            Self::NotPresent => ("authenticator_data", Problem::NotTouched),
            Self::NotVerified => ("authenticator_data", Problem::NotVerified),
            Self::Backup => ("authenticator_data", Problem::Flags),
            Self::Credential => ("authenticator_data", Problem::NotOfThisCeremony),
            Self::Key => ("authenticator_data", Problem::OtherKey),
        }
    }
}

fn within(field: &'static str, bytes: &[u8], most: usize) -> Result<(), Flaw> {
    if bytes.len() <= most { Ok(()) } else { Err(Flaw::TooLong(field, most)) }
}
