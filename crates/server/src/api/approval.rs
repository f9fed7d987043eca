//! The source's decision on exactly what leaves.

use super::content::Content;
use super::error::Problem;
use super::wire::{Answer, Body, Id, Labelled, Words, done, json, labelled, names};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::approval::{self, ApprovalForm, ApprovalView};
use model::consent::Destinations;
use model::id::SubmissionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One thing that stays.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DroppedWire {
    /// Where it stood.
    path: String,
    /// What it was.
    value: String,
    /// Why it stays.
    reason: String,
}

/// A sector or a body that can be named.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reach {
    /// The sector or body.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: Words,
    /// Organisations that it reaches.
    pub(crate) organisations: usize,
}

/// What was sent, what leaves, what stays.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovalWire {
    /// The submission.
    id: String,
    /// Its code.
    code: String,
    /// What was sent.
    sent: Vec<Labelled>,
    /// What would leave.
    leaves: Content,
    /// The bundle that would leave.
    bundle: String,
    /// The text for people.
    text: Words,
    /// What stays, and why.
    dropped: Vec<DroppedWire>,
    /// What could not be read, and so stays too.
    problems: Vec<String>,
    /// Free words that can be restored one by one.
    slots: Vec<Labelled>,
    /// Values that name the source and that it may let pass.
    names_you: Vec<Labelled>,
    /// The marking proposed.
    tlp: String,
    /// Sectors that can be named.
    sectors: Vec<Reach>,
    /// Organisations that `all` reaches.
    everybody: usize,
    /// Offices that `government` reaches.
    government: usize,
    /// Police forces that `police` reaches.
    police: usize,
    /// Hubs that `foreign` reaches.
    foreign: usize,
    /// Offices, police and hubs abroad that can be named one by one.
    bodies: Vec<Reach>,
    /// The proposed audience, in words.
    audience: Words,
    /// Whether the decision is open.
    open: bool,
    /// The fingerprint of exactly this; the decision sends it back.
    fingerprint: String,
}

impl From<ApprovalView> for ApprovalWire {
    fn from(one: ApprovalView) -> Self {
        let dropped = |d: model::item::Dropped| DroppedWire {
            path: d.path,
            value: d.value,
            reason: d.reason.to_string(),
        };
        let reach = |(id, name, organisations): (model::id::SectorId, model::lang::Bilingual, usize)| Reach {
            id: id.to_string(),
            name: name.into(),
            organisations,
        };
        let body = |(id, name): (model::id::OrgId, model::lang::Bilingual)| Reach {
            id: id.to_string(),
            name: name.into(),
            organisations: 1,
        };
        Self {
            id: one.id.to_string(),
            code: one.code,
            sent: labelled(one.sent),
            leaves: one.leaves.into(),
            bundle: one.bundle,
            text: one.text.into(),
            dropped: one.dropped.into_iter().map(dropped).collect(),
            problems: one.unread.into_iter().map(|unread| unread.text).collect(),
            slots: labelled(one.slots.into_iter().map(|s| (s.name, s.value)).collect()),
            names_you: labelled(one.names_you),
            tlp: one.tlp.label().to_owned(),
            sectors: one.choices.sectors.into_iter().map(reach).collect(),
            everybody: one.choices.everybody,
            government: one.choices.government,
            police: one.choices.police,
            foreign: one.choices.foreign,
            bodies: one.choices.bodies.into_iter().map(body).collect(),
            audience: one.audience.into(),
            open: one.open,
            fingerprint: one.fingerprint,
        }
    }
}

/// Where it may go. What is not named is not allowed.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DestinationsWire {
    /// Every member.
    all: bool,
    /// Members of these sectors.
    sectors: Vec<String>,
    /// These bodies by name.
    organisations: Vec<String>,
    /// Ministries and regulators.
    government: bool,
    /// Police.
    police: bool,
    /// Hubs abroad.
    foreign: bool,
}

impl DestinationsWire {
    pub(crate) fn read(&self) -> Result<Destinations, Problem> {
        Ok(Destinations {
            all: self.all,
            sectors: names("destinations.sectors", &self.sectors)?,
            organisations: names("destinations.organisations", &self.organisations)?,
            government: self.government,
            police: self.police,
            foreign: self.foreign,
        })
    }
}

impl From<Destinations> for DestinationsWire {
    fn from(one: Destinations) -> Self {
        Self {
            all: one.all,
            sectors: super::wire::list(one.sectors),
            organisations: super::wire::list(one.organisations),
            government: one.government,
            police: one.police,
            foreign: one.foreign,
        }
    }
}

/// A consent to exactly what was shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApproveWire {
    /// What was shown.
    fingerprint: String,
    /// To whom.
    destinations: DestinationsWire,
    /// At once instead of the next 15-minute slot: whoever knows when you were hit may guess you.
    #[serde(default)]
    now: bool,
    /// Indicators that are cut, as `kind value`.
    #[serde(default)]
    cuts: Vec<String>,
    /// Slots that are restored.
    #[serde(default)]
    restored: Vec<String>,
}

/// What was sent, what leaves, what stays and why.
#[utoipa::path(get, path = "/api/v1/submissions/{id}/approval", tag = "approval",
    responses((status = 200, body = ApprovalWire)))]
pub(crate) async fn get(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<SubmissionId>,
) -> Answer {
    let view = approval::show(&app.hub, caller.reporter()?, id).await?;
    json(StatusCode::OK, &ApprovalWire::from(view))
}

/// Approves it, or less of it. A person's session only.
#[utoipa::path(post, path = "/api/v1/submissions/{id}/approval/approve", tag = "approval", request_body = ApproveWire,
    responses((status = 204)))]
pub(crate) async fn approve(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<SubmissionId>,
    Body(given): Body<ApproveWire>,
) -> Answer {
    let form = ApprovalForm {
        destinations: given.destinations.read()?,
        fingerprint: given.fingerprint,
        now: given.now,
        cuts: given.cuts.into_iter().collect(),
        restored: given.restored.into_iter().collect(),
    };
    approval::approve(&app.hub, caller.approver()?, id, form).await?;
    done()
}

/// Refuses. A person's session only.
#[utoipa::path(post, path = "/api/v1/submissions/{id}/approval/refuse", tag = "approval", responses((status = 204)))]
pub(crate) async fn refuse(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<SubmissionId>,
) -> Answer {
    approval::refuse(&app.hub, caller.approver()?, id).await?;
    done()
}
