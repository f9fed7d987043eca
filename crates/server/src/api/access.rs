//! Who may do what, for whoever keeps the roster and for the auditor; and the admissions that two people of the hub decide.

use super::people::LinkWire;
use super::wire::{Answer, Body, Id, Words, done, json, list as strings, name, names, note, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::HubError;
use hub::ops::admin::AsRegistrar;
use hub::ops::admission::{self, Admission, NewAdmission};
use hub::ops::membership;
use hub::ops::register::{self, AsOverseer, Standing};
use model::id::{AdmissionId, OrgId};
use model::lang::Bilingual;
use serde::{Deserialize, Serialize};
use sharing::Caller;
use utoipa::ToSchema;

/// What one person may do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccessWire {
    /// Sign-in name.
    login: String,
    /// Name.
    name: String,
    /// Roles.
    roles: Vec<String>,
    /// Whether one-time codes are asked for.
    totp: bool,
    /// Its passkeys.
    passkeys: u64,
    /// Last sign-in.
    signed_in_at: Option<String>,
}

/// An organisation and its people.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandingWire {
    /// Identifier.
    id: String,
    /// Short name.
    slug: String,
    /// Name.
    name: Words,
    /// What it is.
    roles: Vec<String>,
    /// The version of the agreement that it signed.
    agreement: Option<String>,
    /// When.
    agreed_at: Option<String>,
    /// Its people.
    people: Vec<AccessWire>,
    /// Tokens in force.
    tokens: usize,
    /// People on its on-call list.
    on_call: usize,
}

impl From<Standing> for StandingWire {
    fn from(one: Standing) -> Self {
        let person = |p: register::Access| AccessWire {
            login: p.login,
            name: p.name,
            roles: strings(p.roles),
            totp: p.totp,
            passkeys: p.passkeys,
            signed_in_at: p.signed_in_at.map(time),
        };
        let (agreement, agreed_at) = one.agreement.map(|(v, at)| (v, time(at))).unzip();
        Self {
            id: one.id.to_string(),
            slug: one.slug,
            name: one.name.into(),
            roles: strings(one.roles),
            agreement,
            agreed_at,
            people: one.people.into_iter().map(person).collect(),
            tokens: one.tokens,
            on_call: one.on_call,
        }
    }
}

/// As what the caller sees the register: the operator keeps it, the auditor reads it.
pub(super) fn overseer(caller: &Caller) -> Result<AsOverseer, HubError> {
    match caller.operator() {
        Ok(who) => Ok(AsOverseer::Registrar(AsRegistrar::Operator(who))),
        Err(_) => Ok(AsOverseer::Auditor(caller.auditor()?)),
    }
}

/// Every organisation with its people.
#[utoipa::path(get, path = "/api/v1/staff/access", tag = "staff", responses((status = 200, body = Vec<StandingWire>)))]
pub(crate) async fn list(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let rows = register::review(&app.hub, overseer(&caller)?).await?;
    json(StatusCode::OK, &rows.into_iter().map(StandingWire::from).collect::<Vec<_>>())
}

/// A signed agreement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Agreement {
    /// Its version.
    version: String,
    /// When it was signed (RFC 3339): now, when absent.
    signed: Option<String>,
}

/// Notes a signed agreement.
#[utoipa::path(put, path = "/api/v1/staff/organisations/{id}/agreement", tag = "staff", request_body = Agreement,
    responses((status = 204)))]
pub(crate) async fn agreement(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<OrgId>,
    Body(new): Body<Agreement>,
) -> Answer {
    let by = AsRegistrar::Operator(caller.operator()?);
    let signed = new.signed.as_deref().map(|at| name("signed", at)).transpose()?;
    let at = signed.unwrap_or_else(|| app.hub.now());
    membership::sign_agreement(&app.hub, by, id, &new.version, at).await?;
    done()
}

/// A new name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewName {
    /// In Japanese.
    ja: String,
    /// In English.
    en: String,
}

/// Changes an organisation's name.
#[utoipa::path(put, path = "/api/v1/staff/organisations/{id}/name", tag = "staff", request_body = NewName,
    responses((status = 204)))]
pub(crate) async fn rename(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<OrgId>,
    Body(new): Body<NewName>,
) -> Answer {
    let by = AsRegistrar::Operator(caller.operator()?);
    let name = Bilingual { ja: new.ja, en: new.en };
    membership::rename(&app.hub, by, id, name).await?;
    done()
}

/// An organisation, by the short name that a person reads: a program that counts wrongly names another than it means.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Leaver {
    /// Its short name.
    slug: String,
}

/// Takes an organisation out, for good, when the body names its short name; the answer is the certificate of what was erased, a signed note
/// that `noroshi verify` checks. It is given once.
#[utoipa::path(post, path = "/api/v1/staff/organisations/{id}/leave", tag = "staff", request_body = Leaver,
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(crate) async fn leave(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<OrgId>,
    Body(leaver): Body<Leaver>,
) -> Answer {
    let by = AsRegistrar::Operator(caller.operator()?);
    let left = membership::leave(&app.hub, by, id, &leaver.slug).await?;
    Ok(note(&format!("left-{}", leaver.slug), left.certificate))
}

/// An admission.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdmissionWire {
    /// Identifier.
    id: String,
    /// Into which organisation.
    organisation: Words,
    /// Who.
    name: String,
    /// With which roles.
    roles: Vec<String>,
    /// Why.
    reason: String,
    /// Who asked.
    asked_by: String,
    /// When.
    asked_at: String,
    /// Its administrators who lose that role when the newcomer joins.
    relieves: Vec<String>,
    /// From when it can be agreed to, where an administrator can refuse first.
    waits_until: Option<String>,
    /// How it was decided.
    agreed: Option<bool>,
}

impl From<Admission> for AdmissionWire {
    fn from(one: Admission) -> Self {
        Self {
            id: one.id.to_string(),
            organisation: one.organisation.into(),
            name: one.name,
            roles: strings(one.roles),
            reason: one.reason,
            asked_by: one.asked_by,
            asked_at: time(one.asked_at),
            relieves: one.relieves,
            waits_until: one.waits_until.map(time),
            agreed: one.agreed,
        }
    }
}

/// The newest admissions.
#[utoipa::path(get, path = "/api/v1/staff/admissions", tag = "staff", responses((status = 200, body = Vec<AdmissionWire>)))]
pub(crate) async fn admissions(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let rows = admission::list(&app.hub, caller.rescuer()?).await?;
    json(StatusCode::OK, &rows.into_iter().map(AdmissionWire::from).collect::<Vec<_>>())
}

/// What to ask for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    /// Into which organisation.
    organisation: String,
    /// Who.
    name: String,
    /// Its mail address.
    #[serde(default)]
    address: String,
    /// With which roles.
    roles: Vec<String>,
    /// Why: the administrators of the organisation read it, too.
    reason: String,
    /// The sign-in names of its administrators who cannot act any more: they lose that role when the newcomer joins.
    #[serde(default)]
    relieves: Vec<String>,
}

/// Asks.
#[utoipa::path(post, path = "/api/v1/staff/admissions", tag = "staff", request_body = Ask, responses((status = 204)))]
pub(crate) async fn ask(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(new): Body<Ask>,
) -> Answer {
    let new = NewAdmission {
        organisation: name("organisation", &new.organisation)?,
        name: new.name,
        address: new.address,
        roles: names("roles", &new.roles)?,
        reason: new.reason,
        relieves: new.relieves.into_iter().collect(),
    };
    admission::ask(&app.hub, caller.rescuer()?, new).await?;
    done()
}

/// Agrees: the one-time link, shown once.
#[utoipa::path(post, path = "/api/v1/staff/admissions/{id}/agree", tag = "staff", responses((status = 201, body = LinkWire)))]
pub(crate) async fn agree(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<AdmissionId>,
) -> Answer {
    let link = admission::agree(&app.hub, caller.rescuer()?, id).await?;
    json(StatusCode::CREATED, &LinkWire { link })
}

/// Refuses.
#[utoipa::path(post, path = "/api/v1/staff/admissions/{id}/refuse", tag = "staff", responses((status = 204)))]
pub(crate) async fn refuse(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<AdmissionId>,
) -> Answer {
    admission::refuse(&app.hub, caller.rescuer()?, id).await?;
    done()
}

/// What the hub was asked to decide about administrators of one's own organisation, while it is open.
#[utoipa::path(get, path = "/api/v1/admissions", tag = "organisation", responses((status = 200, body = Vec<AdmissionWire>)))]
pub(crate) async fn own_admissions(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let rows = admission::into_own(&app.hub, caller.org_admin()?).await?;
    json(StatusCode::OK, &rows.into_iter().map(AdmissionWire::from).collect::<Vec<_>>())
}

/// Refuses one, as long as nobody has agreed.
#[utoipa::path(post, path = "/api/v1/admissions/{id}/refuse", tag = "organisation", responses((status = 204)))]
pub(crate) async fn refuse_own(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<AdmissionId>,
) -> Answer {
    admission::refuse_own(&app.hub, caller.org_admin()?, id).await?;
    done()
}
