//! The analyst's desk: a draft item, its sources by number, analysis, marking, audience, and the request for approval.

use crate::{Hub, HubError, Page, PageRequest};
use jiff::Timestamp;
use model::audience::Audience;
use model::consent::Decision;
use model::id::{ItemId, SubmissionId};
use model::item::{Analysis, ItemContent};
use model::lang::Bilingual;
use model::state::ItemState;
use model::tlp::Tlp;
use sharing::caller::{AsAnalyst, AsStaff};
use std::collections::BTreeSet;

/// A row of the list of items for staff.
#[derive(Clone, Debug)]
pub struct ItemRow {
    /// The item.
    pub id: ItemId,
    /// Its state.
    pub state: ItemState,
    /// Its title in words.
    pub title: Bilingual,
    /// Head version.
    pub version: u32,
    /// Live version.
    pub live: Option<u32>,
    /// The marking.
    pub tlp: Tlp,
    /// Last change.
    pub changed_at: Timestamp,
    /// Sources.
    pub sources: u32,
    /// Whether the machine rule released it.
    pub by_machine: bool,
    /// Part of an exercise.
    pub exercise: bool,
}

/// One draft.
#[derive(Clone, Debug)]
pub struct DraftView {
    /// The row.
    pub row: ItemRow,
    /// What would leave.
    pub content: ItemContent,
    /// The bundle, pretty printed.
    pub bundle: String,
    /// The text.
    pub text: Bilingual,
    /// Audience.
    pub audience: Audience,
    /// Audience in words, and how many it reaches.
    pub audience_words: Bilingual,
    /// How many.
    pub reaches: usize,
    /// Sources: submission, receipt code, decision so far.
    pub sources: Vec<(SubmissionId, String, Option<Decision>)>,
    /// Gate hits: path, and whether on a source's own profile.
    pub gate: Vec<(String, bool)>,
    /// Whether this person edited it last, and so cannot release it.
    pub edited_by_me: bool,
    /// When it leaves, once scheduled.
    pub release_at: Option<Timestamp>,
    /// Sectors that may be named: (id, name, organisations reached).
    pub sectors: Vec<(model::id::SectorId, Bilingual, usize)>,
    /// Answers for staff: organisation, progress; each look is a leaf.
    pub answers: Vec<(Bilingual, model::answer::Progress)>,
}

/// What the analyst changes.
#[derive(Clone, Debug)]
pub struct DraftForm {
    /// Analysis.
    pub analysis: Analysis,
    /// Marking.
    pub tlp: Tlp,
    /// Audience.
    pub audience: Audience,
    /// Keys (`kind value`) of indicators taken out.
    pub removed: BTreeSet<String>,
    /// ATT&CK techniques.
    pub techniques: BTreeSet<String>,
}

/// Items, last changed first; with `state` only those.
pub async fn list(hub: &Hub, staff: AsStaff, state: Option<ItemState>, page: &PageRequest) -> Result<Page<ItemRow>, HubError> { todo!() }

/// One draft or item, as staff sees it.
pub async fn show(hub: &Hub, staff: AsStaff, id: ItemId) -> Result<DraftView, HubError> { todo!() }

/// Saves the analyst's changes; consents given to another content end. `HeldForReview` when the gate refuses the text.
pub async fn save(hub: &Hub, analyst: AsAnalyst, id: ItemId, form: DraftForm) -> Result<(), HubError> { todo!() }

/// Asks every source that has not agreed to exactly this.
pub async fn ask(hub: &Hub, analyst: AsAnalyst, id: ItemId) -> Result<(), HubError> { todo!() }

/// Puts another submission's part into this item.
pub async fn add_source(hub: &Hub, analyst: AsAnalyst, id: ItemId, submission: SubmissionId) -> Result<(), HubError> { todo!() }

/// Lifts a hold after a person looked at each hit.
pub async fn clear_hold(hub: &Hub, analyst: AsAnalyst, id: ItemId) -> Result<(), HubError> { todo!() }

/// Begins a new version of a released item.
pub async fn revise(hub: &Hub, analyst: AsAnalyst, id: ItemId) -> Result<(), HubError> { todo!() }
