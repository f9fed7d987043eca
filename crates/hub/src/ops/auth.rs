//! Who is calling: passwords, sessions, tokens. Absent and wrong look alike, also in time.

use crate::{Hub, HubError};
use jiff::Timestamp;
use model::id::{OrgId, PersonId};
use model::lang::{Bilingual, Lang};
use sharing::Caller;

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

/// Verified credentials of HTTP Basic, for a short while, so that a client that sends them with each page costs one hash.
#[derive(Default)]
pub struct CredentialCache {}

/// Signs in by password. `from` is the client's address, for the back-off.
pub async fn sign_in(hub: &Hub, login: &str, password: &str, from: &str) -> Result<NewSession, HubError> { todo!() }

/// The session of a cookie, `None` when there is none (any more).
pub async fn session(hub: &Hub, cookie: &str) -> Result<Option<SignedIn>, HubError> { todo!() }

/// Ends a session.
pub async fn sign_out(hub: &Hub, cookie: &str) -> Result<(), HubError> { todo!() }

/// Lets the session act for another of its organisations.
pub async fn act_for(hub: &Hub, cookie: &str, org: OrgId) -> Result<(), HubError> { todo!() }

/// The caller of a presented API token (Bearer, raw, or password of HTTP Basic), `None` when it is not valid.
pub async fn token(hub: &Hub, presented: &str) -> Result<Option<Caller>, HubError> { todo!() }

/// The caller of HTTP Basic: a token as password (any user name), or a person's own password. The latter acts with the
/// scopes of a token, never as a session: TLP:RED and consent stay with the browser.
pub async fn basic(hub: &Hub, user: &str, password: &str, from: &str) -> Result<Option<Caller>, HubError> { todo!() }

/// Changes a person's language, zone.
pub async fn set_preferences(hub: &Hub, person: PersonId, lang: Lang, zone: &str) -> Result<(), HubError> { todo!() }
