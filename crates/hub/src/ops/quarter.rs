//! The weeks of the board that are over. A look at the board counts the week that runs; those before it are counted once an hour, because
//! nothing in them changes any more but by erasures. Sums only; each node keeps its own.

use crate::{Hub, HubError};
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};
use store::Tx;

/// How long a count is good for.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(1);

/// What was counted of some weeks.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// (Week since 1970, kind, submissions).
    pub(super) submissions: Vec<(i64, String, i64)>,
    /// Of each item that left: (week, microseconds from its first submission).
    pub(super) times: Vec<(i64, i64)>,
}

impl Counted {
    /// From the begin of a week to that of another.
    pub(super) async fn of(tx: &mut Tx, from: Timestamp, until: Timestamp) -> Result<Self, HubError> {
        Ok(Self {
            submissions: tx.submissions_by_week(from, until).await?,
            times: tx.times_to_warning(from, until).await?,
        })
    }
}

/// A count, of which weeks it is, and when it was made.
struct Kept {
    weeks: (Timestamp, Timestamp),
    at: Timestamp,
    counted: Arc<Counted>,
}

/// The last count of the weeks that are over.
#[derive(Default)]
pub(crate) struct Past(Mutex<Option<Kept>>);

impl Past {
    /// The count of these weeks, made now where there is none that is good. Cost then: the submissions and items of that time.
    pub(super) async fn counted(
        &self,
        hub: &Hub,
        tx: &mut Tx,
        weeks: (Timestamp, Timestamp),
    ) -> Result<Arc<Counted>, HubError> {
        let now = hub.now();
        if let Some(counted) = self.known(weeks, now) {
            return Ok(counted);
        }
        let counted = Arc::new(Counted::of(tx, weeks.0, weeks.1).await?);
        let kept = Kept { weeks, at: now, counted: counted.clone() };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        Ok(counted)
    }

    fn known(&self, weeks: (Timestamp, Timestamp), now: Timestamp) -> Option<Arc<Counted>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let good = |one: &&Kept| one.weeks == weeks && one.at <= now && now.duration_since(one.at) < GOOD_FOR;
        kept.as_ref().filter(good).map(|one| one.counted.clone())
    }
}
