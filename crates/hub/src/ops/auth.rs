//! Who is calling: passwords, sessions, tokens. Absent and wrong look alike, also in time.

use crate::ops::guesses::{Guesses, Try};
use crate::ops::password::{self, DUMMY_HASH};
use crate::problem::quoted;
use crate::{Hub, HubError, Problem};
use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use model::id::{OrgId, PersonId};
use model::lang::{Bilingual, Lang};
use model::naming;
use model::role::Scope;
use sha2::{Digest, Sha256};
use sharing::Caller;
use std::collections::HashMap;
use std::sync::Mutex;
use store::{PersonRow, SessionRow, Tx};

/// How long a session lives, in hours. A working day and the night shift after it.
pub const SESSION_HOURS: i64 = 16;

/// A signed-in person, as pages greet it.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What it may do.
    pub caller: Caller,
    /// Who.
    pub person: PersonId,
    /// Its name.
    pub name: String,
    /// The organisation it acts for.
    pub organisation: Bilingual,
    /// Its language.
    pub lang: Lang,
    /// Its time zone (IANA name).
    pub zone: String,
    /// The value that each form of this session carries.
    pub csrf: String,
    /// The other organisations it can act for.
    pub others: Vec<(OrgId, Bilingual)>,
}

/// A new session: the cookie's value, shown once.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The value of the cookie.
    pub cookie: String,
    /// When it ends.
    pub expires: Timestamp,
    /// The person's language.
    pub lang: Lang,
}

/// Verified passwords for a short while, so that a client that sends HTTP Basic with each page costs one slow hash; and the
/// failures of late, for the back-off. Bounded; nothing in it is worth stealing: keys are hashes.
#[derive(Default)]
pub struct CredentialCache {
    verified: Mutex<HashMap<[u8; 32], Timestamp>>,
    guesses: Mutex<Guesses>,
}

/// How long a verified password is believed without hashing it again, in seconds.
const BELIEVED_SECONDS: i64 = 300;

/// The most believed passwords; beyond it the table is emptied, which only costs hashes.
const CACHE_MAX: usize = 10_000;

/// What somebody shows to sign in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown<'a> {
    /// Sign-in name.
    pub login: &'a str,
    /// Password.
    pub password: &'a str,
    /// The one-time code, of the app or of the paper; empty for whoever has none.
    pub code: &'a str,
}

/// Signs in by password alone. `from` is the client's address, for the back-off.
///
/// # Errors
/// `Credentials`, `SlowDown`, `Unavailable`.
pub async fn sign_in(hub: &Hub, login: &str, password: &str, from: &str) -> Result<NewSession, HubError> {
    sign_in_with(hub, Shown { login, password, code: "" }, from).await
}

/// Signs in by password, and by code where the person has one. Which of them was wrong is not said.
///
/// # Errors
/// `Credentials`, `SlowDown`, `Unavailable`.
pub async fn sign_in_with(hub: &Hub, shown: Shown<'_>, from: &str) -> Result<NewSession, HubError> {
    let Shown { login, password, code } = shown;
    let person = verify(hub, login, password, from).await?;
    let id = person.id()?;
    let mut tx = hub.store.write().await?;
    if let Some(sealed) = &person.totp {
        if !crate::ops::account::second_proof(hub, &mut tx, id, sealed, code).await? {
            return Err(wrong(hub, login, from));
        }
        right(hub, login, from);
    }
    let session = open_session(hub, &mut tx, &person).await?;
    tx.commit().await?;
    Ok(session)
}

/// A session of somebody who has proven who it is, inside the caller's transaction.
pub(crate) async fn open_session(hub: &Hub, tx: &mut Tx, person: &PersonRow) -> Result<NewSession, HubError> {
    let id = person.id()?;
    let roles = tx.roles(id).await?;
    let (org, _) = roles.first().ok_or(HubError::Credentials)?;
    let cookie = BASE64URL_NOPAD.encode(&hub.random::<32>(&format!("session/{id}")));
    let expires = hub.now().checked_add(SignedDuration::from_hours(SESSION_HOURS)).unwrap_or(Timestamp::MAX);
    let session = SessionRow {
        person: id,
        organisation: *org,
        csrf: BASE64URL_NOPAD.encode(&hub.random::<16>(&format!("csrf/{id}"))),
        expires_at: expires,
    };
    tx.insert_session(&hash(&cookie), &session, hub.now()).await?;
    tx.set_signed_in(id, *org, hub.now()).await?;
    Ok(NewSession { cookie, expires, lang: person.lang.parse().unwrap_or(Lang::Ja) })
}

/// The person of these credentials, without its code. A login that does not exist costs the same hash as one that does. Somebody with
/// one-time codes is never believed without the hash: the time of an answer would say that the password alone was right.
async fn verify(hub: &Hub, login: &str, password: &str, from: &str) -> Result<PersonRow, HubError> {
    back_off(hub, login, from)?;
    let person = {
        let mut tx = hub.store.read().await?;
        let (typed, kept) = (tx.person_by_login(login).await?, tx.person_by_login(&kept(login)).await?);
        // names from before there was one way to write them are found as they stand
        typed.or(kept)
    };
    let stored = person.as_ref().map_or(DUMMY_HASH, |p| p.password_hash.as_str()).to_owned();
    let key = digest(&[login, password, &stored]);
    let by_password_alone = person.as_ref().is_some_and(|p| p.totp.is_none());
    let believed = by_password_alone && is_believed(hub, &key);
    let password = password.to_owned();
    let matches = move || password::matches(&password, &stored);
    let known = believed || tokio::task::spawn_blocking(matches).await.unwrap_or(false);
    let Some(person) = person.filter(|p| known && p.disabled_at.is_none()) else {
        return Err(wrong(hub, login, from));
    };
    if by_password_alone && !believed {
        believe(hub, key);
        right(hub, login, from);
    }
    Ok(person)
}

fn is_believed(hub: &Hub, key: &[u8; 32]) -> bool {
    let until = hub.credentials.verified.lock().ok().and_then(|map| map.get(key).copied());
    until.is_some_and(|until| until > hub.now())
}

fn believe(hub: &Hub, key: [u8; 32]) {
    let until = hub.now().checked_add(SignedDuration::from_secs(BELIEVED_SECONDS)).unwrap_or(Timestamp::MAX);
    if let Ok(mut map) = hub.credentials.verified.lock() {
        if map.len() >= CACHE_MAX {
            map.clear();
        }
        map.insert(key, until);
    }
}

/// A sign-in name as it is kept, however it was typed.
fn kept(login: &str) -> String {
    naming::sign_in(login).unwrap_or_else(|| login.to_owned())
}

/// Ways to type one name are one name: nobody gets tries anew by a capital letter.
fn a_try(login: &str, from: &str) -> Try {
    let login = kept(login);
    Try { here: digest(&[&login, from]), anywhere: digest(&[&login]) }
}

fn back_off(hub: &Hub, login: &str, from: &str) -> Result<(), HubError> {
    wait(hub, a_try(login, from))
}

fn wrong(hub: &Hub, login: &str, from: &str) -> HubError {
    failed(hub, a_try(login, from))
}

fn right(hub: &Hub, login: &str, from: &str) {
    succeeded(hub, a_try(login, from));
}

fn wait(hub: &Hub, one: Try) -> Result<(), HubError> {
    let wait = hub.credentials.guesses.lock().ok().and_then(|all| all.wait(one, hub.now()));
    wait.map_or(Ok(()), |wait| Err(HubError::SlowDown(wait.as_secs().unsigned_abs() + 1)))
}

fn failed(hub: &Hub, one: Try) -> HubError {
    if let Ok(mut all) = hub.credentials.guesses.lock() {
        all.failed(one, hub.now());
    }
    HubError::Credentials
}

fn succeeded(hub: &Hub, one: Try) {
    if let Ok(mut all) = hub.credentials.guesses.lock() {
        all.succeeded(one, hub.now());
    }
}

/// An assertion names nobody who could be guarded from everywhere: both tallies are of the address.
fn assertion_from(from: &str) -> Try {
    Try { here: digest(&[ASSERTION, from]), anywhere: digest(&[ASSERTION, from, "anywhere"]) }
}

/// What assertions are counted under; a name that nobody can have.
const ASSERTION: &str = "\0passkey";

/// Whether this address may try a passkey now.
pub(crate) fn may_assert(hub: &Hub, from: &str) -> Result<(), HubError> {
    wait(hub, assertion_from(from))
}

/// Counts an assertion that was wrong.
pub(crate) fn asserted_wrongly(hub: &Hub, from: &str) -> HubError {
    failed(hub, assertion_from(from))
}

/// Ends the tally of the address.
pub(crate) fn asserted_rightly(hub: &Hub, from: &str) {
    succeeded(hub, assertion_from(from));
}

/// Whether this organisation may try another sign-in name for somebody who joins it.
pub(crate) fn may_name(hub: &Hub, org: OrgId) -> Result<(), HubError> {
    back_off(hub, &naming(org), NAMING)
}

/// Counts a name that was taken: whoever tries many learns who works elsewhere.
pub(crate) fn name_taken(hub: &Hub, org: OrgId) {
    wrong(hub, &naming(org), NAMING);
}

/// The address under which they are counted, and a name that nobody can have.
const NAMING: &str = "naming";

fn naming(org: OrgId) -> String {
    format!("\0{org}")
}

/// The address under which tries of whoever is signed in are counted.
const CONFIRM: &str = "confirm";

/// Whether this is the password of a person who is signed in already.
pub(crate) async fn confirm(hub: &Hub, person: &PersonRow, password: &str) -> Result<(), HubError> {
    match verify(hub, &person.login, password, CONFIRM).await {
        Err(HubError::Credentials) => Err(HubError::Invalid("password", Problem::NotYourPassword)),
        other => other.map(drop),
    }
}

/// Counts a wrong code of somebody who is signed in already.
pub(crate) fn wrong_code(hub: &Hub, person: &PersonRow) {
    wrong(hub, &person.login, CONFIRM);
}

/// The session of a cookie, `None` when there is none (any more).
///
/// # Errors
/// `Unavailable`.
pub async fn session(hub: &Hub, cookie: &str) -> Result<Option<SignedIn>, HubError> {
    let mut tx = hub.store.read().await?;
    let Some(session) = tx.session(&hash(cookie), hub.now()).await? else { return Ok(None) };
    let Some(person) = tx.person(session.person).await?.filter(|p| p.disabled_at.is_none()) else {
        return Ok(None);
    };
    let roles = tx.roles(session.person).await?;
    let Some((org, own)) = roles.iter().find(|(org, _)| *org == session.organisation) else {
        return Ok(None);
    };
    let mut own = own.clone();
    // Roles of the hub are lent to nobody, also when somebody gets one while its deputy is in place: two people stay two.
    own.extend(tx.deputed_roles(session.person, *org, hub.now()).await?.into_iter().filter(|r| !r.of_hub()));
    let roster = tx.roster().await?;
    let Some(organisation) = roster.organisation(*org) else { return Ok(None) };
    let others = roles
        .iter()
        .filter(|(other, _)| other != org)
        .filter_map(|(other, _)| roster.organisation(*other).map(|o| (o.id, o.name.clone())))
        .collect();
    Ok(Some(SignedIn {
        caller: Caller::session(*org, organisation.roles.clone(), session.person, own),
        person: session.person,
        name: person.name,
        organisation: organisation.name.clone(),
        lang: person.lang.parse().unwrap_or(Lang::Ja),
        zone: person.zone,
        csrf: session.csrf,
        others,
    }))
}

/// Ends a session.
///
/// # Errors
/// `Unavailable`.
pub async fn sign_out(hub: &Hub, cookie: &str) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    tx.delete_session(&hash(cookie)).await?;
    Ok(tx.commit().await?)
}

/// Lets the session act for another of its organisations.
///
/// # Errors
/// `NotFound` when the person has no role there.
pub async fn act_for(hub: &Hub, cookie: &str, org: OrgId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let session = tx.session(&hash(cookie), hub.now()).await?.ok_or(HubError::NotFound)?;
    let roles = tx.roles(session.person).await?;
    if !roles.iter().any(|(own, _)| *own == org) {
        return Err(HubError::NotFound);
    }
    tx.set_session_organisation(&hash(cookie), org).await?;
    tx.set_signed_in(session.person, org, hub.now()).await?;
    Ok(tx.commit().await?)
}

/// The caller of a presented API token (Bearer, raw, or password of HTTP Basic), `None` when it is not valid.
///
/// # Errors
/// `Unavailable`.
pub async fn token(hub: &Hub, presented: &str) -> Result<Option<Caller>, HubError> {
    let mut tx = hub.store.read().await?;
    let Some(token) = tx.token(&hash(presented), hub.now()).await? else { return Ok(None) };
    let roles = tx.organisation_roles(token.organisation).await?;
    Ok(roles.map(|roles| Caller::token(token.organisation, roles, token.scopes)))
}

/// The caller of HTTP Basic: a token as password (any user name), or a person's own password. The latter acts with the
/// scopes of a token, never as a session: TLP:RED and consent stay with the browser.
///
/// # Errors
/// `SlowDown`, `Unavailable`.
pub async fn basic(hub: &Hub, user: &str, password: &str, from: &str) -> Result<Option<Caller>, HubError> {
    if let Some(caller) = token(hub, password).await? {
        return Ok(Some(caller));
    }
    let person = match verify(hub, user, password, from).await {
        Ok(person) => person,
        Err(HubError::Credentials) => return Ok(None),
        Err(why) => return Err(why),
    };
    if person.totp.is_some() {
        // counted like a wrong one: when the next try has to wait must not tell that this one was right
        wrong(hub, user, from);
        // a password alone is no proof of who has one-time codes: its programs use tokens
        return Ok(None);
    }
    let mut tx = hub.store.read().await?;
    let roles = tx.roles(person.id()?).await?;
    let Some((org, roles)) = roles.into_iter().next() else { return Ok(None) };
    let org_roles = tx.organisation_roles(org).await?.unwrap_or_default();
    let session = Caller::session(org, org_roles.clone(), person.id()?, roles);
    let granted = [
        (Scope::Submit, session.reporter().is_ok()),
        (Scope::Read, session.reader().is_ok()),
        (Scope::Answer, session.answerer().is_ok()),
    ];
    let scopes = granted.into_iter().filter(|(_, ok)| *ok).map(|(scope, _)| scope).collect();
    Ok(Some(Caller::token(org, org_roles, scopes)))
}

/// Changes a person's language and zone.
///
/// # Errors
/// `Invalid` for a zone that does not exist.
pub async fn set_preferences(hub: &Hub, person: PersonId, lang: Lang, zone: &str) -> Result<(), HubError> {
    jiff::tz::TimeZone::get(zone)
        .map_err(|_| HubError::Invalid("zone", Problem::NotAZone { value: quoted(zone) }))?;
    let mut tx = hub.store.write().await?;
    tx.set_preferences(person, lang, zone).await?;
    Ok(tx.commit().await?)
}

/// What is stored of a cookie or token.
pub(crate) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().into()
}
