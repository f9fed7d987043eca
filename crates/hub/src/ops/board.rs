//! Figures for people who look rather than read: the hub's board, and the one page for an organisation's director. Sums only; a
//! director's page holds nothing but what its own organisation did and got.

use crate::ops::quarter::Counted;
use crate::{Hub, HubError};
use jiff::{SignedDuration, Timestamp};
use model::role::{OrgRole, PersonRole};
use model::state::SubmissionState;
use model::submission::Kind;
use sharing::Caller;
use sharing::caller::{AsOperator, AsStaff};
use std::collections::{BTreeMap, BTreeSet};
use store::WEEK_MICROS;
pub use store::{Queue, Waits};

/// Weeks that a board shows: a quarter.
pub const WEEKS: i64 = 13;

/// One week of the hub's board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    /// When it begins (Thursday, as weeks since 1970 do).
    pub begins: Timestamp,
    /// Submissions by kind, in the order of [`Kind::ALL`].
    pub by_kind: Vec<u64>,
    /// Minutes from the first submission to the warning: the median of the items that left in it.
    pub minutes: Option<u64>,
}

/// The hub's board.
#[derive(Clone, Debug)]
pub struct Board {
    /// The last weeks, oldest first.
    pub weeks: Vec<Week>,
    /// Submissions that wait for their source's consent.
    pub open_consents: u64,
    /// Since when the oldest of them waits.
    pub oldest_consent: Option<Timestamp>,
    /// Submissions that wait for the hub.
    pub queue: u64,
    /// Organisations that receive warnings.
    pub members: usize,
    /// The jobs of the machine.
    pub jobs: Queue,
    /// What waits to go out of it.
    pub waits: Waits,
}

/// Who may see the board: it holds sums, no content and no organisation.
#[derive(Clone, Copy, Debug)]
pub enum AsViewer {
    /// Hub staff.
    Staff(AsStaff),
    /// Whoever runs the machine.
    Operator(AsOperator),
}

/// The hub's board. Cost: the submissions and items of this week, and once an hour those of a quarter.
///
/// # Errors
/// `Unavailable`.
pub async fn board(hub: &Hub, _who: AsViewer) -> Result<Board, HubError> {
    let mut tx = hub.store.read().await?;
    let this_week = begin(week_of(hub.now()));
    let past = hub.past.counted(hub, &mut tx, (first_week(hub.now()), this_week)).await?;
    let now = Counted::of(&mut tx, this_week, Timestamp::MAX).await?;
    let (open, oldest) = tx.open_consents().await?;
    let mut queue = 0;
    for state in crate::ops::triage::WAITING {
        queue += tx.count_submissions(*state).await?;
    }
    let roster = tx.roster().await?;
    Ok(Board {
        weeks: weeks(hub.now(), &[&past, &now]),
        open_consents: open.unsigned_abs(),
        oldest_consent: oldest.and_then(|at| Timestamp::from_microsecond(at).ok()),
        queue,
        members: roster.organisations.iter().filter(|o| o.roles.contains(&OrgRole::Member)).count(),
        jobs: tx.queue_of_jobs(hub.now()).await?,
        waits: tx.waits_to_go().await?,
    })
}

fn week_of(at: Timestamp) -> i64 {
    at.as_microsecond().div_euclid(WEEK_MICROS)
}

fn first_week(now: Timestamp) -> Timestamp {
    begin(week_of(now) - WEEKS + 1)
}

fn begin(week: i64) -> Timestamp {
    Timestamp::from_microsecond(week * WEEK_MICROS).unwrap_or(Timestamp::MIN)
}

fn weeks(now: Timestamp, counted: &[&Counted]) -> Vec<Week> {
    let last = week_of(now);
    (last - WEEKS + 1..=last)
        .map(|week| {
            let count = |kind: &Kind| {
                let all = counted.iter().flat_map(|one| &one.submissions);
                let found = all.filter(|(w, k, _)| *w == week && k == kind.as_str());
                found.map(|(_, _, n)| n.unsigned_abs()).sum()
            };
            let times = counted.iter().flat_map(|one| &one.times);
            let took: Vec<i64> = times.filter(|(w, _)| *w == week).map(|(_, t)| *t).collect();
            Week {
                begins: begin(week),
                by_kind: Kind::ALL.iter().map(count).collect(),
                minutes: median(took),
            }
        })
        .collect()
}

/// The median in whole minutes, rounded up: below a minute reads as one.
fn median(mut took: Vec<i64>) -> Option<u64> {
    took.sort_unstable();
    let middle = *took.get(took.len() / 2)?;
    Some(u64::try_from(middle).unwrap_or(0).div_ceil(60_000_000))
}

/// The one page for a director: what its own organisation did and got in a quarter.
#[derive(Clone, Debug)]
pub struct Director {
    /// Warnings that came, by week, oldest first: (begin of the week, warnings, own submissions).
    pub weeks: Vec<(Timestamp, u64, u64)>,
    /// Warnings that came.
    pub warnings: u64,
    /// Of these, answered.
    pub answered: u64,
    /// Of these, seen at home.
    pub seen: u64,
    /// Own submissions.
    pub sent: u64,
    /// Of these, shared as warnings.
    pub shared: u64,
    /// Consents that wait.
    pub open: u64,
    /// People who act for the organisation.
    pub people: usize,
    /// Of them: those who sign in with a passkey or a second code.
    pub protected: usize,
    /// People on the on-call list.
    pub on_call: usize,
    /// People who may consent, deputies not counted.
    pub approvers: usize,
    /// Since when the figures count.
    pub since: Timestamp,
}

/// The director's page of the caller's own organisation. Cost: its own rows of a quarter.
///
/// # Errors
/// `Unavailable`.
pub async fn director(hub: &Hub, caller: &Caller) -> Result<Director, HubError> {
    let since = first_week(hub.now());
    let mut tx = hub.store.read().await?;
    let tag = hub.store.seals().source_tag(caller.org());
    let own = tx.own_by_week(&tag, since).await?;
    let notices = tx.own_notices(&crate::notices::readers(hub, caller.org()), since).await?;
    let answers: BTreeMap<String, i64> = tx.own_answers(caller.org(), since).await?.into_iter().collect();
    let people = tx.people_of(caller.org()).await?;
    let (mut approvers, mut protected) = (0, 0);
    for person in &people {
        let id = person.id()?;
        protected += usize::from(person.totp.is_some() || tx.count_passkeys(id).await? > 0);
        let roles = tx.roles(id).await?;
        let here = roles.into_iter().find(|(org, _)| *org == caller.org()).map(|(_, r)| r);
        approvers +=
            usize::from(here.is_some_and(|r: BTreeSet<PersonRole>| r.contains(&PersonRole::Approver)));
    }
    let count = |rows: &[(i64, String, i64)], week: Option<i64>, name: Option<&str>| -> u64 {
        let fits = |(w, n, _): &&(i64, String, i64)| {
            week.is_none_or(|week| week == *w) && name.is_none_or(|name| name == n.as_str())
        };
        rows.iter().filter(fits).map(|(_, _, n)| n.unsigned_abs()).sum()
    };
    let last = week_of(hub.now());
    let row =
        |week| (begin(week), count(&notices, Some(week), Some("released")), count(&own, Some(week), None));
    let answered = |name: &str| answers.get(name).map_or(0, |n| n.unsigned_abs());
    Ok(Director {
        weeks: (last - WEEKS + 1..=last).map(row).collect(),
        warnings: count(&notices, None, Some("released")),
        answered: answered("seen") + answered("not-seen") + answered("swept"),
        seen: answered("seen"),
        sent: count(&own, None, None),
        shared: count(&own, None, Some(SubmissionState::Shared.as_str())),
        open: count(&own, None, Some(SubmissionState::AwaitingApproval.as_str())),
        protected,
        on_call: tx.on_call(caller.org()).await?.len(),
        people: people.len(),
        approvers,
        since,
    })
}

/// The newest notice of an organisation, for whoever waits for news: it changes when something happened for this organisation
/// and at no other time.
///
/// # Errors
/// `Unavailable`.
pub async fn newest_notice(hub: &Hub, caller: &Caller) -> Result<Option<Timestamp>, HubError> {
    let mut tx = hub.store.read().await?;
    Ok(tx.notices(&crate::notices::readers(hub, caller.org()), 1).await?.first().map(|n| n.at))
}

/// How long whoever waits for news sleeps at most: another node's news are noticed after it.
#[must_use]
pub fn news_nap() -> SignedDuration {
    SignedDuration::from_secs(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_without_anything_are_shown_too() {
        let now: Timestamp = "2026-11-24T04:00:00Z".parse().unwrap();
        let week = week_of(now);
        let past = Counted {
            submissions: vec![(week - 1, "stix".to_owned(), 1), (week - 99, "mail".to_owned(), 9)],
            times: Vec::new(),
        };
        let this = Counted {
            submissions: vec![(week, "mail".to_owned(), 3)],
            times: vec![(week, 90_000_000), (week, 30_000_000), (week, 600_000_000)],
        };
        let weeks = weeks(now, &[&past, &this]);
        assert_eq!(weeks.len(), 13);
        assert_eq!((weeks[12].by_kind[0], weeks[12].minutes), (3, Some(2)));
        assert_eq!((weeks[11].by_kind[2], weeks[11].minutes, weeks[0].by_kind[0]), (1, None, 0));
        assert!(weeks[12].begins <= now && weeks[0].begins < weeks[1].begins);
    }

    #[test]
    fn a_median_is_in_whole_minutes() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![1]), Some(1));
        assert_eq!(median(vec![60_000_000, 3_600_000_000, 120_000_000]), Some(2));
    }
}
