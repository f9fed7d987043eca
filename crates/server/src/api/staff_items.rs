//! Hub staff: drafts and items on the analyst's desk.

use super::approval::Reach;
use super::content::Content;
use super::error::Problem;
use super::staff_queue::HitWire;
use super::wire::{
    Answer, Asked, Body, Id, Paging, Rows, Words, done, json, list as strings, name, names, rows, time,
};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::draft::{self, DraftForm, DraftView, ItemRow};
use model::audience::Audience;
use model::id::{ItemId, SubmissionId};
use model::item::Analysis;
use model::state::ItemState;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A row of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemRowWire {
    /// The item.
    id: String,
    /// Its state.
    state: String,
    /// Its title.
    title: Words,
    /// Head version.
    version: u32,
    /// Live version.
    live: Option<u32>,
    /// The marking.
    tlp: String,
    /// Last change.
    changed_at: String,
    /// Sources.
    sources: u32,
    /// Whether the machine rule released it.
    by_machine: bool,
    /// Part of an exercise.
    exercise: bool,
}

impl From<ItemRow> for ItemRowWire {
    fn from(one: ItemRow) -> Self {
        Self {
            id: one.id.to_string(),
            state: one.state.to_string(),
            title: one.title.into(),
            version: one.version,
            live: one.live,
            tlp: one.tlp.to_string(),
            changed_at: time(one.changed_at),
            sources: one.sources,
            by_machine: one.by_machine,
            exercise: one.exercise,
        }
    }
}

/// To whom.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AudienceWire {
    /// Everybody.
    all: bool,
    /// These sectors.
    sectors: Vec<String>,
    /// These organisations.
    organisations: Vec<String>,
    /// None of these.
    excluded: Vec<String>,
    /// An exercise's readers.
    exercise: bool,
}

impl From<Audience> for AudienceWire {
    fn from(one: Audience) -> Self {
        Self {
            all: one.all,
            sectors: strings(one.sectors),
            organisations: strings(one.organisations),
            excluded: strings(one.excluded),
            exercise: one.exercise,
        }
    }
}

impl AudienceWire {
    fn read(&self) -> Result<Audience, Problem> {
        Ok(Audience {
            all: self.all,
            sectors: names("audience.sectors", &self.sectors)?,
            organisations: names("audience.organisations", &self.organisations)?,
            excluded: names("audience.excluded", &self.excluded)?,
            exercise: self.exercise,
        })
    }
}

/// A source of a draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceWire {
    /// Its submission.
    submission: String,
    /// Its code.
    code: String,
    /// Its decision so far.
    decision: Option<String>,
}

/// What an organisation answered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnsweredWire {
    /// Who.
    organisation: Words,
    /// How far.
    progress: String,
}

/// A draft or item, as staff sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftWire {
    #[serde(flatten)]
    row: ItemRowWire,
    /// What would leave.
    content: Content,
    /// The bundle.
    bundle: String,
    /// The text.
    text: Words,
    /// To whom.
    audience: AudienceWire,
    /// The same in words.
    audience_words: Words,
    /// Organisations reached.
    reaches: usize,
    /// Sources.
    sources_of: Vec<SourceWire>,
    /// What the gate found.
    gate: Vec<HitWire>,
    /// Whether this person edited it last, and cannot release it.
    edited_by_me: bool,
    /// When it leaves.
    release_at: Option<String>,
    /// Sectors that can be named.
    sectors: Vec<Reach>,
    /// Answers.
    answers: Vec<AnsweredWire>,
    /// Of what can be changed: a change sends it back.
    fingerprint: String,
}

impl From<DraftView> for DraftWire {
    fn from(one: DraftView) -> Self {
        let source = |(id, code, decision): (SubmissionId, String, Option<model::consent::Decision>)| {
            SourceWire { submission: id.to_string(), code, decision: decision.map(|d| d.to_string()) }
        };
        let reach = |(id, name, organisations): (model::id::SectorId, model::lang::Bilingual, usize)| Reach {
            id: id.to_string(),
            name: name.into(),
            organisations,
        };
        let answered = |(who, progress): (model::lang::Bilingual, model::answer::Progress)| AnsweredWire {
            organisation: who.into(),
            progress: progress.to_string(),
        };
        Self {
            row: one.row.into(),
            content: one.content.into(),
            bundle: one.bundle,
            text: one.text.into(),
            audience: one.audience.into(),
            audience_words: one.audience_words.into(),
            reaches: one.reaches,
            sources_of: one.sources.into_iter().map(source).collect(),
            gate: one.gate.into_iter().map(|(path, own)| HitWire { path, own }).collect(),
            edited_by_me: one.edited_by_me,
            release_at: one.release_at.map(time),
            sectors: one.sectors.into_iter().map(reach).collect(),
            answers: one.answers.into_iter().map(answered).collect(),
            fingerprint: one.fingerprint,
        }
    }
}

/// What the analyst changes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftChange {
    /// The marking: `clear`, `green`, `amber`, `amber+strict`, `red`.
    tlp: String,
    /// To whom.
    audience: AudienceWire,
    /// Fixed advice.
    #[serde(default)]
    advice: Vec<String>,
    /// Own words in Japanese.
    #[serde(default)]
    analysis_ja: String,
    /// Own words in English.
    #[serde(default)]
    analysis_en: String,
    /// Indicators taken out, as `kind value`.
    #[serde(default)]
    removed: Vec<String>,
    /// ATT&CK techniques.
    #[serde(default)]
    techniques: Vec<String>,
    /// The fingerprint of the draft as it was read: a draft that somebody changed since is not changed. Without it, it is.
    #[serde(default)]
    fingerprint: Option<String>,
}

impl DraftChange {
    fn read(self) -> Result<DraftForm, Problem> {
        let analysis = Analysis {
            advice: names("advice", &self.advice)?,
            techniques: self.techniques.iter().cloned().collect(),
            ja: self.analysis_ja,
            en: self.analysis_en,
        };
        Ok(DraftForm {
            analysis,
            tlp: name("tlp", &self.tlp)?,
            audience: self.audience.read()?,
            removed: self.removed.into_iter().collect(),
            techniques: self.techniques.into_iter().collect(),
            fingerprint: self.fingerprint,
        })
    }
}

/// Which items.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct InState {
    /// Only those in this state.
    state: Option<String>,
}

/// Items, last changed first.
#[utoipa::path(get, path = "/api/v1/staff/items", tag = "staff", params(Paging, InState),
    responses((status = 200, body = Rows<ItemRowWire>)))]
pub(crate) async fn list(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Asked(paging): Asked<Paging>,
    Asked(which): Asked<InState>,
) -> Answer {
    let state = which.state.as_deref().map(|text| name::<ItemState>("state", text)).transpose()?;
    let page = draft::list(&app.hub, caller.staff()?, state, &(&paging).into()).await?;
    let query = state.map(|state| format!("&state={state}")).unwrap_or_default();
    rows("/api/v1/staff/items", &query, &paging, page, ItemRowWire::from)
}

/// One of them.
#[utoipa::path(get, path = "/api/v1/staff/items/{id}", tag = "staff", responses((status = 200, body = DraftWire)))]
pub(crate) async fn get(State(app): State<App>, ApiCaller(caller): ApiCaller, Id(id): Id<ItemId>) -> Answer {
    let one = draft::show(&app.hub, caller.staff()?, id).await?;
    json(StatusCode::OK, &DraftWire::from(one))
}

/// Saves the analyst's changes. Consents given to another content end.
#[utoipa::path(put, path = "/api/v1/staff/items/{id}/draft", tag = "staff", request_body = DraftChange,
    responses((status = 204)))]
pub(crate) async fn save(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
    Body(given): Body<DraftChange>,
) -> Answer {
    draft::save(&app.hub, caller.analyst()?, id, given.read()?).await?;
    done()
}

/// Asks every source that has not agreed to exactly this.
#[utoipa::path(post, path = "/api/v1/staff/items/{id}/ask", tag = "staff", responses((status = 204)))]
pub(crate) async fn ask(State(app): State<App>, ApiCaller(caller): ApiCaller, Id(id): Id<ItemId>) -> Answer {
    draft::ask(&app.hub, caller.analyst()?, id).await?;
    done()
}

/// Another submission for an item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddSource {
    /// The submission.
    submission: String,
}

/// Puts another submission's part into an item.
#[utoipa::path(post, path = "/api/v1/staff/items/{id}/sources", tag = "staff", request_body = AddSource,
    responses((status = 204)))]
pub(crate) async fn add_source(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
    Body(given): Body<AddSource>,
) -> Answer {
    draft::add_source(&app.hub, caller.analyst()?, id, name("submission", &given.submission)?).await?;
    done()
}

/// Lifts a hold after each hit was looked at.
#[utoipa::path(post, path = "/api/v1/staff/items/{id}/clear-hold", tag = "staff", responses((status = 204)))]
pub(crate) async fn clear_hold(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
) -> Answer {
    draft::clear_hold(&app.hub, caller.analyst()?, id).await?;
    done()
}

/// Begins a new version of a released item.
#[utoipa::path(post, path = "/api/v1/staff/items/{id}/revise", tag = "staff", responses((status = 204)))]
pub(crate) async fn revise(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<ItemId>,
) -> Answer {
    draft::revise(&app.hub, caller.analyst()?, id).await?;
    done()
}
