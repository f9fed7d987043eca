//! Passkeys of people: asked for, added, listed, removed. What a browser says of them is read by [`crate::webauthn`]; this module knows whose
//! they are. A passkey is added and removed by whoever shows password and code once more; signing in by one stands for both, because the
//! device holds the key and verifies its user.

mod challenge;
mod sign_in;

pub use crate::webauthn::{Assertion, Unfit};
pub use challenge::CHALLENGE_SECONDS;
pub use sign_in::sign_in;

use crate::ledger::{leaf, right_ends};
use crate::notices::notify_asked;
use crate::notify;
use crate::ops::account::{self, Proof};
use crate::ops::admin::{AsRegistrar, by_whom};
use crate::ops::people::own_roles;
use crate::webauthn::{Flaw, Registration, RelyingParty};
use crate::{Hub, HubError, Problem};
use challenge::Purpose;
use jiff::Timestamp;
use model::id::{OrgId, PasskeyId, PersonId};
use store::{Happened, PasskeyRow, Tx};

/// The most passkeys of one person: more than anybody has devices. A browser is told of all of them when another is added.
pub const PASSKEYS_MAX: usize = 10;

/// The longest label, in characters: one line of a telephone.
pub const LABEL_CHARS_MAX: usize = 60;

/// The one algorithm that is taken, as COSE numbers it.
pub const ES256: i64 = -7;

/// For what the user handle is a keyed hash of the person. It stays with the device and names nobody.
const HANDLE: &str = "passkey-user";

/// A passkey as its owner sees it.
#[derive(Clone, Debug)]
pub struct Passkey {
    /// Identifier.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub label: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When somebody last signed in by it.
    pub last_used_at: Option<Timestamp>,
}

/// What a browser is told to sign somebody in. Nobody is named and no credential: the device knows which it has.
#[derive(Clone, Debug)]
pub struct ToSignIn {
    /// What it signs.
    pub challenge: Vec<u8>,
    /// For whom.
    pub relying_party: String,
}

/// What a browser is told to make a passkey.
#[derive(Clone, Debug)]
pub struct ToAdd {
    /// What it answers.
    pub challenge: Vec<u8>,
    /// For whom.
    pub relying_party: String,
    /// The user handle: says nothing of the person.
    pub user: Vec<u8>,
    /// The sign-in name, which the device shows to its owner.
    pub login: String,
    /// The name, likewise.
    pub name: String,
    /// The credentials that the person has: a device that holds one makes no second.
    pub have: Vec<Vec<u8>>,
}

/// A passkey that a browser made.
#[derive(Clone, Debug, Default)]
pub struct NewPasskey {
    /// `clientDataJSON`.
    pub client_data: Vec<u8>,
    /// What `getAuthenticatorData()` gave.
    pub authenticator_data: Vec<u8>,
    /// What its owner calls it.
    pub label: String,
}

/// Whether this hub can have passkeys under its address, and under which name.
///
/// # Errors
/// Why not.
pub fn relying_party(hub: &Hub) -> Result<String, Unfit> {
    RelyingParty::at(&hub.settings.url).map(|party| party.id)
}

fn party(hub: &Hub) -> Result<RelyingParty, HubError> {
    RelyingParty::at(&hub.settings.url).map_err(|why| {
        let what = match why {
            Unfit::Address => Problem::PasskeysNeedAName,
            Unfit::Plain => Problem::PasskeysNeedTls,
        };
        HubError::Invalid("passkey", what)
    })
}

impl From<Flaw> for HubError {
    fn from(why: Flaw) -> Self {
        let (field, what) = why.problem();
        Self::Invalid(field, what)
    }
}

/// A challenge for whoever wants to sign in. Writes nothing.
///
/// # Errors
/// `Invalid` where the hub has no passkeys.
pub fn to_sign_in(hub: &Hub) -> Result<ToSignIn, HubError> {
    let party = party(hub)?;
    Ok(ToSignIn { challenge: challenge::draw(hub, Purpose::SignIn), relying_party: party.id })
}

/// A challenge for whoever wants to add a passkey, and has shown password and code. An open session alone is not enough: whoever finds one
/// would own the account.
///
/// # Errors
/// `Invalid` for a wrong password or code, for too many passkeys, and where the hub has none; `SlowDown`.
pub async fn to_add(hub: &Hub, person: PersonId, proof: Proof<'_>) -> Result<ToAdd, HubError> {
    let party = party(hub)?;
    let row = account::row(hub, person).await?;
    let mut tx = account::proven(hub, &row, proof).await?;
    let have = tx.passkeys(person).await?;
    room(have.len())?;
    tx.commit().await?;
    Ok(ToAdd {
        challenge: challenge::draw(hub, Purpose::Add(person)),
        relying_party: party.id,
        user: hub.store.seals().tag(HANDLE, person.0.as_bytes()),
        login: row.login,
        name: row.name,
        have: have.into_iter().map(|one| one.credential).collect(),
    })
}

fn room(have: usize) -> Result<(), HubError> {
    if have < PASSKEYS_MAX {
        return Ok(());
    }
    Err(HubError::Invalid("passkeys", Problem::PasskeysFull { most: PASSKEYS_MAX }))
}

/// Adds the passkey that was made for a challenge of [`to_add`]. A link for a new password that went astray ends.
///
/// # Errors
/// `Invalid` for what is no passkey of this hub, for a challenge that is over or another's, for a label that is none.
pub async fn add(hub: &Hub, person: PersonId, new: &NewPasskey) -> Result<PasskeyId, HubError> {
    let made = Registration::read(&new.client_data, &new.authenticator_data, &party(hub)?)?;
    let expires = challenge::check(hub, Purpose::Add(person), &made.challenge)?;
    let row = PasskeyRow {
        id: PasskeyId::from_random(hub.random(&format!("passkey/{person}"))),
        person,
        credential: made.credential,
        public_key: made.key.point().to_vec(),
        counter: made.counter,
        backup_eligible: made.backup_eligible,
        label: label(&new.label)?.to_owned(),
        created_at: hub.now(),
        last_used_at: None,
    };
    let mut tx = hub.store.write().await?;
    challenge::spend(&mut tx, &made.challenge, expires).await?;
    room(tx.passkeys(person).await?.len())?;
    tx.insert_passkey(&row).await.map_err(|why| match why.is_unique_violation() {
        true => HubError::Invalid("credential", Problem::PasskeyThere),
        false => why.into(),
    })?;
    tx.end_links_for(person, hub.now()).await?;
    leaf(hub, &mut tx, "passkey", &[("passkey", row.id.to_string()), ("person", person.to_string())]).await?;
    tell(hub, &mut tx, person, "passkey-added").await?;
    tx.commit().await?;
    Ok(row.id)
}

fn label(text: &str) -> Result<&str, HubError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LABEL_CHARS_MAX || text.chars().any(char::is_control) {
        return Err(HubError::Invalid("label", Problem::Chars { least: 1, most: LABEL_CHARS_MAX }));
    }
    Ok(text)
}

/// The passkeys of a person, oldest first.
///
/// # Errors
/// `Unavailable`.
pub async fn list(hub: &Hub, person: PersonId) -> Result<Vec<Passkey>, HubError> {
    let rows = hub.store.read().await?.passkeys(person).await?;
    let view = |one: PasskeyRow| Passkey {
        id: one.id,
        label: one.label,
        created_at: one.created_at,
        last_used_at: one.last_used_at,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Removes one of one's own passkeys. No restore brings it back.
///
/// # Errors
/// `Invalid` for a wrong password or code, `NotFound` for another's and for none, `SlowDown`.
pub async fn remove(hub: &Hub, person: PersonId, id: PasskeyId, proof: Proof<'_>) -> Result<(), HubError> {
    let row = account::row(hub, person).await?;
    if !list(hub, person).await?.iter().any(|one| one.id == id) {
        return Err(HubError::NotFound);
    }
    let mut tx = account::proven(hub, &row, proof).await?;
    take(hub, &mut tx, person, id, &person.to_string()).await?;
    tx.end_links_for(person, hub.now()).await?;
    tell(hub, &mut tx, person, "passkey-removed").await?;
    Ok(tx.commit().await?)
}

/// Removes every passkey of somebody and ends its sessions, for whoever keeps the roster: a device was lost. How many there were.
///
/// # Errors
/// `NotFound` for somebody of elsewhere.
pub async fn remove_all_for(
    hub: &Hub,
    by: AsRegistrar,
    org: OrgId,
    person: PersonId,
) -> Result<usize, HubError> {
    let mut tx = hub.store.write().await?;
    if own_roles(&mut tx, person, org).await?.is_empty() {
        return Err(HubError::NotFound);
    }
    let count = remove_all(hub, &mut tx, person, &by_whom(by)).await?;
    // whoever has the device may be signed in
    tx.delete_other_sessions(person, b"").await?;
    tx.commit().await?;
    Ok(count)
}

/// The same inside the caller's transaction.
pub(crate) async fn remove_all(
    hub: &Hub,
    tx: &mut Tx,
    person: PersonId,
    by: &str,
) -> Result<usize, HubError> {
    let all = tx.passkeys(person).await?;
    for one in &all {
        take(hub, tx, person, one.id, by).await?;
    }
    if !all.is_empty() {
        tell(hub, tx, person, "passkey-removed").await?;
    }
    Ok(all.len())
}

async fn take(hub: &Hub, tx: &mut Tx, person: PersonId, id: PasskeyId, by: &str) -> Result<(), HubError> {
    if !tx.remove_passkey(id).await? {
        return Err(HubError::NotFound);
    }
    let entry = [("passkey", id.to_string()), ("person", person.to_string()), ("by", by.to_owned())];
    right_ends(hub, tx, (Happened::Passkey, id.0, person), "passkey-removed", &entry).await
}

/// Tells the person by letter, whatever it has chosen, and its organisations by a notice: somebody else may have done it.
async fn tell(hub: &Hub, tx: &mut Tx, person: PersonId, kind: &'static str) -> Result<(), HubError> {
    for (org, _) in tx.roles(person).await? {
        notify_asked(hub, tx, org, kind).await?;
    }
    notify::queue_to_itself(hub, tx, person).await
}
