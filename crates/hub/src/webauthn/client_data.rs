//! What the browser says: for which ceremony, of which origin, with which challenge (5.8.1).

use super::{CLIENT_DATA_BYTES_MAX, Flaw, RelyingParty, within};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;

/// Creating a credential.
pub(super) const CREATE: &str = "webauthn.create";
/// Signing in by one.
pub(super) const GET: &str = "webauthn.get";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Collected {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

/// The challenge, once type and origin are right (7.1 steps 5 to 11, 7.2 steps 8 to 14). Members that we do not know are passed over, as
/// 5.8.1 asks; one that stands twice is refused.
pub(super) fn challenge(json: &[u8], ceremony: &str, party: &RelyingParty) -> Result<Vec<u8>, Flaw> {
    within("client_data", json, CLIENT_DATA_BYTES_MAX)?;
    let said: Collected = serde_json::from_slice(json).map_err(|_| Flaw::ClientData)?;
    if said.r#type != ceremony {
        return Err(Flaw::Type);
    }
    if said.origin != party.origin {
        return Err(Flaw::Origin);
    }
    // the hub's pages stand in nobody's frame
    if said.cross_origin || said.top_origin.is_some() {
        return Err(Flaw::CrossOrigin);
    }
    BASE64URL_NOPAD.decode(said.challenge.as_bytes()).map_err(|_| Flaw::ClientData)
}
