//! The asker's board: whom it asked, how far each is, what they answered, and what it adds up to.

use super::{asker_tag, opened_answer};
use crate::ledger::leaf;
use crate::ops::{cursor, words};
use crate::{Hub, HubError, Page, PageRequest};
use jiff::Timestamp;
use model::answer::Bands;
use model::check::{CheckAnswer, CheckState, Counts, Share, Told, Totals};
use model::id::{CheckId, ItemId, OrgId};
use model::lang::Bilingual;
use model::org::Roster;
use serde_json::{Value, json};
use sharing::check::AsAsker;
use std::collections::BTreeSet;
use store::{AskRow, PutRow, Tx};

/// An ask in a list.
#[derive(Clone, Debug)]
pub struct AskView {
    /// The ask.
    pub id: CheckId,
    /// About which item.
    pub item: ItemId,
    /// Its title.
    pub title: Bilingual,
    /// In the asker's own name.
    pub named: bool,
    /// It hands on what the asker was asked itself.
    pub handed_on: bool,
    /// What has to be searched.
    pub counts: Counts,
    /// When asked.
    pub asked_at: Timestamp,
    /// When due.
    pub due_at: Timestamp,
    /// Ended.
    pub closed_at: Option<Timestamp>,
    /// What it adds up to.
    pub totals: Totals,
}

/// One organisation on the board.
#[derive(Clone, Debug)]
pub struct BoardRow {
    /// Who.
    pub organisation: Bilingual,
    /// The state that this asker is told.
    pub state: CheckState,
    /// Whether it was opened.
    pub opened: bool,
    /// The answer, for a contractual asker.
    pub answer: Option<CheckAnswer>,
    /// When it was answered, as told.
    pub answered_at: Option<Timestamp>,
}

/// A board.
#[derive(Clone, Debug)]
pub struct Board {
    /// The ask.
    pub ask: AskView,
    /// The organisations, in the order of their identifiers.
    pub rows: Vec<BoardRow>,
    /// For the hub: what was found, in bands of independent organisations, told once a day.
    pub found: Option<Bands>,
}

/// The asker's own asks, newest first.
///
/// # Errors
/// `Invalid` cursor, `Unavailable`.
pub async fn list(hub: &Hub, asker: AsAsker, page: &PageRequest) -> Result<Page<AskView>, HubError> {
    let before = cursor::position(hub, "asks", page.after.as_deref())?.map(|(at, id)| (at, CheckId(id)));
    let mut tx = hub.store.read().await?;
    let mut asks = tx.asks_of(&asker_tag(hub, asker.org), before, page.rows() + 1).await?;
    let more = asks.len() > page.rows() as usize;
    asks.truncate(page.rows() as usize);
    let next =
        asks.last().filter(|_| more).map(|a| cursor::after(hub, "asks", a.asked_at.as_microsecond(), a.id.0));
    let roster = tx.roster().await?;
    let mut rows = Vec::with_capacity(asks.len());
    for ask in &asks {
        let told = told(hub, &mut tx, &roster, ask).await?;
        rows.push(view(hub, &mut tx, &asker, ask, &told).await?);
    }
    Ok(Page { rows, next })
}

/// One board. A look by the hub is logged.
///
/// # Errors
/// `NotFound` for another's.
pub async fn board(hub: &Hub, asker: AsAsker, id: CheckId) -> Result<Board, HubError> {
    let mut tx = hub.store.write().await?;
    let ask = tx.ask_of(&asker_tag(hub, asker.org), id).await?.ok_or(HubError::NotFound)?;
    if asker.hub {
        let who = [("check", id.to_string()), ("person", asker.person.to_string())];
        leaf(hub, &mut tx, "look-check", &who).await?;
    }
    let roster = tx.roster().await?;
    let told = told(hub, &mut tx, &roster, &ask).await?;
    let found = if asker.hub { Some(bands(hub, &mut tx, &roster, &told).await?) } else { None };
    let mut rows = Vec::with_capacity(told.len());
    for one in &told {
        rows.push(board_row(hub, &mut tx, &asker, &roster, one).await?);
    }
    let ask = view(hub, &mut tx, &asker, &ask, &told).await?;
    tx.commit().await?;
    Ok(Board { ask, rows, found })
}

/// What an organisation asked and was told, for its export.
pub(crate) async fn export(hub: &Hub, tx: &mut Tx, asker: AsAsker) -> Result<Vec<Value>, HubError> {
    let roster = tx.roster().await?;
    let mut out = Vec::new();
    for ask in tx.asks_of(&asker_tag(hub, asker.org), None, u32::MAX).await? {
        let mut rows = Vec::new();
        for one in &told(hub, tx, &roster, &ask).await? {
            let row = board_row(hub, tx, &asker, &roster, one).await?;
            rows.push(json!({
                "organisation": row.organisation.en, "state": row.state.as_str(), "answer": row.answer,
                "answered_at": row.answered_at.map(|at| at.to_string()),
            }));
        }
        out.push(json!({
            "id": ask.id, "item": ask.item, "named": ask.named, "counts": ask.counts.as_str(),
            "asked_at": ask.asked_at.to_string(), "due_at": ask.due_at.to_string(),
            "closed_at": ask.closed_at.map(|at| at.to_string()), "asked": rows,
        }));
    }
    Ok(out)
}

/// A put, the asker's share in it, and what it is told now.
type OneTold = (PutRow, Share, Told);

async fn told(hub: &Hub, tx: &mut Tx, roster: &Roster, ask: &AskRow) -> Result<Vec<OneTold>, HubError> {
    let shares = tx.shares(ask).await?;
    let now = hub.now();
    Ok(shares
        .into_iter()
        .map(|(put, share)| {
            let told = share.told(&put.course(), now);
            // the roster tells everybody who left: nobody waits for it
            let gone = !told.answered && roster.organisation(put.organisation).is_none();
            let state = if gone { CheckState::Closed } else { told.state };
            (put, share, Told { state, ..told })
        })
        .collect())
}

/// The answer that this asker is shown: never the hub, whose checks are told in bands.
async fn shown(
    hub: &Hub,
    tx: &mut Tx,
    asker: &AsAsker,
    one: &OneTold,
) -> Result<Option<CheckAnswer>, HubError> {
    if asker.hub || !one.2.answered {
        return Ok(None);
    }
    let row = tx.check_answer(one.0.id).await?;
    row.map(|row| opened_answer(hub, one.0.id, &row)).transpose()
}

async fn board_row(
    hub: &Hub,
    tx: &mut Tx,
    asker: &AsAsker,
    roster: &Roster,
    one: &OneTold,
) -> Result<BoardRow, HubError> {
    let answer = shown(hub, tx, asker, one).await?;
    let (put, share, told) = one;
    Ok(BoardRow {
        organisation: words::name(roster, put.organisation),
        state: told.state,
        opened: told.opened,
        answer,
        answered_at: put.answered_at.filter(|_| told.answered).map(|at| share.shown_at(at)),
    })
}

async fn view(
    hub: &Hub,
    tx: &mut Tx,
    asker: &AsAsker,
    ask: &AskRow,
    told: &[OneTold],
) -> Result<AskView, HubError> {
    let mut totals = Totals::default();
    for one in told {
        totals.asked += 1;
        totals.opened += u32::from(one.2.opened);
        totals.answered += u32::from(one.2.answered);
        totals.overdue += u32::from(one.2.state == CheckState::Overdue);
        if let Some(answer) = shown(hub, tx, asker, one).await? {
            totals.add(&answer);
        }
    }
    Ok(AskView {
        id: ask.id,
        item: ask.item,
        title: tx.head_of(ask.item).await?.map(|head| head.title).unwrap_or_default(),
        named: ask.named,
        handed_on: ask.parent.is_some(),
        counts: ask.counts,
        asked_at: ask.asked_at,
        due_at: ask.due_at,
        closed_at: ask.closed_at,
        totals,
    })
}

/// What was found, over independent organisations, from the answers of days that are over.
async fn bands(hub: &Hub, tx: &mut Tx, roster: &Roster, told: &[OneTold]) -> Result<Bands, HubError> {
    let today = model::time::day(hub.now());
    let (mut seen, mut not_seen): (BTreeSet<OrgId>, BTreeSet<OrgId>) = Default::default();
    for (put, _, told) in told {
        let Some(row) = tx.check_answer(put.id).await?.filter(|row| told.answered && row.at < today) else {
            continue;
        };
        let who = roster.organisation(put.organisation).map_or(put.organisation, |o| o.group());
        let side = if opened_answer(hub, put.id, &row)?.hits > 0 { &mut seen } else { &mut not_seen };
        side.insert(who);
    }
    not_seen.retain(|who| !seen.contains(who));
    Ok(Bands::of(seen.len(), not_seen.len(), Bands::HIDDEN))
}
