//! Signing in by a passkey. Until its signature is right, an assertion writes nothing, and one for a credential that nobody has is refused as late and in
//! the same words as one with a wrong signature.

use super::challenge::{self, Purpose};
use super::{HANDLE, party};
use crate::ledger::leaf;
use crate::ops::auth::{self, NewSession};
use crate::webauthn::{Assertion, PublicKey};
use crate::{Hub, HubError, webauthn};
use model::id::PersonId;
use store::PasskeyRow;
use uuid::Uuid;

/// What an unknown credential's signature is held against: the generator of P-256 (SEC 2, 2.4.2). That its private key is 1 lets nobody in.
const NOBODY_S: [u8; 65] = [
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
    0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f,
    0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce,
    0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
];

/// Signs in by what a device signed for a challenge of [`super::to_sign_in`]. `from` is the client's address, for the back-off.
///
/// # Errors
/// `Invalid` for what no credential has to be known for: another site, a challenge that is over or was answered, a device that did not verify its
/// user; `Credentials` for everything else; `SlowDown`, `Unavailable`.
pub async fn sign_in(hub: &Hub, shown: &Assertion, from: &str) -> Result<NewSession, HubError> {
    auth::may_assert(hub, from)?;
    let read = shown.read(&party(hub)?).map_err(|why| {
        auth::asserted_wrongly(hub, from);
        HubError::from(why)
    })?;
    let ends = challenge::check(hub, Purpose::SignIn, &read.challenge)?;
    let found = hub.store.read().await?.passkey(&shown.credential).await?;
    if !is_right(hub, shown, &read, found.as_ref()) {
        return Err(auth::asserted_wrongly(hub, from));
    }
    let mut tx = hub.store.write().await?;
    // it may have been removed, or its owner have left, since it was read
    let row = tx.passkey(&shown.credential).await?.ok_or_else(|| auth::asserted_wrongly(hub, from))?;
    let person = tx.person(row.person).await?.filter(|person| person.disabled_at.is_none());
    let person = person.ok_or_else(|| auth::asserted_wrongly(hub, from))?;
    challenge::spend(&mut tx, &read.challenge, ends).await?;
    if !read.counts_on(row.counter) {
        tracing::warn!(passkey.id = %row.id, "a passkey has counted backwards: somebody may have a copy of it");
        let entry = [("passkey", row.id.to_string()), ("person", row.person.to_string())];
        leaf(hub, &mut tx, "passkey-counter", &entry).await?;
        super::tell(hub, &mut tx, row.person, "passkey-counter").await?;
        tx.commit().await?;
        return Err(auth::asserted_wrongly(hub, from));
    }
    tx.use_passkey(row.id, read.counter, hub.now()).await?;
    let session = auth::open_session(hub, &mut tx, &person).await?;
    tx.commit().await?;
    auth::asserted_rightly(hub, from);
    Ok(session)
}

/// Whether signature, user handle (7.2 step 6) and the kind of credential (7.2 step 19) are those of this passkey. Everything is looked at,
/// whatever was wrong before, and when there is none.
fn is_right(hub: &Hub, shown: &Assertion, read: &webauthn::Read<'_>, row: Option<&PasskeyRow>) -> bool {
    let point = row.map_or(&NOBODY_S[..], |row| &row.public_key);
    let signed = PublicKey::of_point(point).is_ok_and(|key| read.signed_by(&key));
    let whose = row.map_or(PersonId(Uuid::nil()), |row| row.person);
    let handle = hub.store.seals().is_tag(HANDLE, whose.0.as_bytes(), &shown.user_handle);
    let kind = row.is_some_and(|row| row.backup_eligible == read.backup_eligible);
    signed & handle & kind
}
