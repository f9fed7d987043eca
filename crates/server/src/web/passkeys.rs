//! Passkeys on the page of one's own account, and signing in by one. What only a script can do is done by `passkey.js`, which sends these forms.

use crate::api::passkeys::bytes;
use crate::auth::From;
use crate::state::App;
use crate::web::account;
use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::problems;
use crate::web::sign_in::{NotIn, again, entered, local, refused};
use crate::web::visit::{Answer, Id, Visit, done, page};
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use data_encoding::BASE64URL_NOPAD;
use hub::ops::passkey::{self, Assertion, CHALLENGE_SECONDS, NewPasskey, Passkey, ToAdd, Unfit};
use hub::{Hub, HubError, Problem};
use model::id::{PasskeyId, PersonId};

/// What the card of passkeys shows.
pub(crate) struct Card {
    /// One's own, oldest first.
    pub(crate) passkeys: Vec<Passkey>,
    /// Whether this hub can have any.
    pub(crate) offer: Offer,
    /// The second step of adding one.
    pub(crate) adding: Option<Adding>,
}

/// Whether browsers give passkeys to this hub.
pub(crate) struct Offer {
    /// For whom a browser asks the device; none where it would refuse.
    pub(crate) relying_party: Option<String>,
    /// Key of the words that say why not.
    pub(crate) why: &'static str,
    /// The address at which they are given.
    pub(crate) url: String,
}

/// What the script needs to make a passkey, as it stands in the page.
pub(crate) struct Adding {
    told: ToAdd,
}

impl Offer {
    /// As the hub's address says.
    pub(crate) fn of(hub: &Hub) -> Self {
        let relying_party = passkey::relying_party(hub);
        let why = match &relying_party {
            Ok(_) => "",
            Err(Unfit::Address) => "passkey-unfit-address",
            Err(Unfit::Plain) => "passkey-unfit-plain",
        };
        Self { relying_party: relying_party.ok(), why, url: hub.settings().url.clone() }
    }
}

impl Adding {
    pub(crate) fn challenge(&self) -> String {
        BASE64URL_NOPAD.encode(&self.told.challenge)
    }

    pub(crate) fn user(&self) -> String {
        BASE64URL_NOPAD.encode(&self.told.user)
    }

    pub(crate) fn have(&self) -> String {
        self.told.have.iter().map(|id| BASE64URL_NOPAD.encode(id)).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn login(&self) -> &str {
        &self.told.login
    }

    pub(crate) fn name(&self) -> &str {
        &self.told.name
    }

    pub(crate) fn algorithm(&self) -> i64 {
        passkey::ES256
    }

    pub(crate) fn timeout_ms(&self) -> i64 {
        CHALLENGE_SECONDS * 1_000
    }

    pub(crate) fn label_max(&self) -> usize {
        passkey::LABEL_CHARS_MAX
    }
}

impl Card {
    /// A person's own.
    pub(crate) async fn of(hub: &Hub, person: PersonId) -> Result<Self, Fault> {
        Ok(Self { passkeys: passkey::list(hub, person).await?, offer: Offer::of(hub), adding: None })
    }
}

/// The first step: password and code, for a challenge.
pub(crate) async fn begin(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let told = passkey::to_add(&v.hub, v.who.person, account::proof(&fields)).await;
    let told = told.map_err(|why| with_way(&v.hub, why))?;
    let mut shown = account::shown(&v).await?;
    shown.card.adding = Some(Adding { told });
    page(&shown)
}

/// The second: what the browser made.
pub(crate) async fn add(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let made = |fields: &Fields| -> Result<NewPasskey, HubError> {
        Ok(NewPasskey {
            client_data: bytes("client_data", fields.one("client_data"))?,
            authenticator_data: bytes("authenticator_data", fields.one("authenticator_data"))?,
            label: fields.one("label").to_owned(),
        })
    };
    let added = match made(&fields) {
        Ok(new) => passkey::add(&v.hub, v.who.person, &new).await,
        Err(why) => Err(why),
    };
    added.map_err(|why| with_way(&v.hub, why))?;
    done("/account", "flash-passkey-added")
}

/// The same with the way to the hub's own address, where that is what helps.
fn with_way(hub: &Hub, why: HubError) -> HubError {
    match why {
        HubError::Invalid(field, Problem::OtherSite | Problem::InsideAnotherSite) => {
            HubError::Invalid(field, Problem::PasskeyElsewhere { value: hub.settings().url.clone() })
        }
        other => other,
    }
}

/// Removes one.
pub(crate) async fn remove(v: Visit, Id(id): Id<PasskeyId>, Form(fields): Form<Fields>) -> Answer {
    passkey::remove(&v.hub, v.who.person, id, account::proof(&fields)).await?;
    done("/account", "flash-passkey-removed")
}

fn assertion(fields: &Fields) -> Result<Assertion, HubError> {
    let field = |name: &'static str| bytes(name, fields.one(name));
    Ok(Assertion {
        credential: field("credential")?,
        client_data: field("client_data")?,
        authenticator_data: field("authenticator_data")?,
        signature: field("signature")?,
        user_handle: field("user_handle")?,
    })
}

/// Signs in.
pub(crate) async fn sign_in(
    State(app): State<App>,
    From(from): From,
    headers: HeaderMap,
    uri: Uri,
    Form(fields): Form<Fields>,
) -> Answer {
    let signed_in = match assertion(&fields) {
        Ok(shown) => passkey::sign_in(&app.hub, &shown, &from).await,
        Err(why) => Err(why),
    };
    let lang = crate::web::language::of(&headers, &uri);
    let said = match signed_in {
        Ok(session) => return Ok(entered(&app, &session, local(fields.one("next")))),
        Err(why) => match with_way(&app.hub, why) {
            HubError::Invalid(_, problem) => {
                let words = problems::said(lang, &problem);
                NotIn { status: StatusCode::UNPROCESSABLE_ENTITY, words, after: None }
            }
            why => refused(lang, why, "sign-in-passkey-wrong")?,
        },
    };
    again(&app, lang, said, &fields)
}

#[cfg(test)]
pub(crate) fn sample(relying_party: Option<&str>, adding: bool) -> Card {
    use crate::web::samples::at;
    let one = |n: u8, label: &str| Passkey {
        id: PasskeyId::from_random([n; 16]),
        label: label.to_owned(),
        created_at: at(),
        last_used_at: (n == 1).then(at),
    };
    let told = ToAdd {
        challenge: vec![1; 56],
        relying_party: "hub.example".to_owned(),
        user: vec![2; 32],
        login: "kita".to_owned(),
        name: "北山 <しおり>".to_owned(),
        have: vec![vec![3; 16], vec![4; 16]],
    };
    Card {
        passkeys: vec![one(1, "職場の <ノート>"), one(2, "telephone")],
        offer: offer(relying_party),
        adding: adding.then_some(Adding { told }),
    }
}

#[cfg(test)]
pub(crate) fn offer(relying_party: Option<&str>) -> Offer {
    let why = if relying_party.is_some() { "" } else { "passkey-unfit-address" };
    Offer { relying_party: relying_party.map(str::to_owned), why, url: "https://hub.example".to_owned() }
}
