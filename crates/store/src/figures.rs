//! Counts for the boards: sums only, by week, never by organisation.

use crate::db::{Tx, bytes, micros};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::OrgId;

/// Microseconds of a week.
pub const WEEK_MICROS: i64 = 7 * 86_400 * 1_000_000;

/// What waits to go out of the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// Leaves that have no place in the log yet.
    pub leaves: u64,
    /// Letters that wait.
    pub letters: u64,
    /// Letters that were refused.
    pub refused: u64,
}

impl Tx {
    /// Submissions from `since` to before `until`: (week since 1970, kind, count). Exercises do not count. Cost: the submissions of that time.
    ///
    /// # Errors
    /// The driver's.
    pub async fn submissions_by_week(
        &mut self,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(i64, String, i64)>, StoreError> {
        fetch_all!(
            self,
            "SELECT received_at / $3 AS week, kind, count(*) FROM submission
             WHERE received_at >= $1 AND received_at < $2 AND exercise = FALSE GROUP BY 1, 2 ORDER BY 1, 2",
            micros(since),
            micros(until),
            WEEK_MICROS
        )
    }

    /// Of each item that left from `since` to before `until`: (week, microseconds from its first submission to its first release). Recalls
    /// and exercises do not count. Cost: the items of that time.
    ///
    /// # Errors
    /// The driver's.
    pub async fn times_to_warning(
        &mut self,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        fetch_all!(
            self,
            // MATERIALIZED: else PostgreSQL looks for the first submission of each item twice, once to see whether there is one
            "WITH waited AS MATERIALIZED (
                 SELECT v.released_at / $3 AS week,
                        v.released_at - (SELECT min(s.received_at) FROM submission s WHERE s.item = v.item) AS took
                 FROM item_version v WHERE v.version = 1 AND v.released_at >= $1 AND v.released_at < $2
                     AND v.item NOT IN (SELECT id FROM item WHERE exercise = TRUE))
             SELECT week, took FROM waited WHERE took IS NOT NULL ORDER BY week",
            micros(since),
            micros(until),
            WEEK_MICROS
        )
    }

    /// Submissions that wait for their source's consent: (count, when the oldest was asked). Exercises do not count.
    ///
    /// # Errors
    /// The driver's.
    pub async fn open_consents(&mut self) -> Result<(i64, Option<i64>), StoreError> {
        let row: Option<(i64, Option<i64>)> = fetch_optional!(
            self,
            "SELECT count(*), min(asked_at) FROM submission WHERE state = 'awaiting-approval' AND exercise = FALSE"
        )?;
        Ok(row.unwrap_or((0, None)))
    }

    /// What waits to go out of the machine.
    ///
    /// # Errors
    /// The driver's.
    pub async fn waits_to_go(&mut self) -> Result<Waits, StoreError> {
        let leaves: Option<(i64,)> = fetch_optional!(self, "SELECT count(*) FROM leaf WHERE seq IS NULL")?;
        let letters: Option<(i64, i64)> = fetch_optional!(
            self,
            "SELECT count(CASE WHEN sent_at IS NULL THEN 1 END), count(refused) FROM outbound"
        )?;
        let (waiting, refused) = letters.unwrap_or((0, 0));
        Ok(Waits {
            leaves: leaves.map_or(0, |(n,)| n.unsigned_abs()),
            letters: waiting.unsigned_abs(),
            refused: refused.unsigned_abs(),
        })
    }

    /// Own submissions since `since`: (week, state, count). Read by the organisation's own tag. Cost: its own submissions.
    ///
    /// # Errors
    /// The driver's.
    pub async fn own_by_week(
        &mut self,
        tag: &[u8],
        since: Timestamp,
    ) -> Result<Vec<(i64, String, i64)>, StoreError> {
        fetch_all!(
            self,
            "SELECT received_at / $3 AS week, state, count(*) FROM submission
             WHERE source_tag = $1 AND received_at >= $2 AND exercise = FALSE GROUP BY 1, 2 ORDER BY 1, 2",
            tag,
            micros(since),
            WEEK_MICROS
        )
    }

    /// What was answered to warnings by one organisation since `since`: (progress, count). Its own rows only; exercises do not count.
    ///
    /// # Errors
    /// The driver's.
    pub async fn own_answers(
        &mut self,
        org: OrgId,
        since: Timestamp,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        fetch_all!(
            self,
            "SELECT a.progress, count(*) FROM answer a JOIN item i ON i.id = a.item
             WHERE a.organisation = $1 AND a.at >= $2 AND i.exercise = FALSE GROUP BY a.progress ORDER BY a.progress",
            bytes(org.0),
            micros(since)
        )
    }

    /// Notices that one organisation got since `since`: (week, kind, count). Its own rows only; exercises do not count.
    ///
    /// # Errors
    /// The driver's.
    pub async fn own_notices(
        &mut self,
        of: &crate::Readers,
        since: Timestamp,
    ) -> Result<Vec<(i64, String, i64)>, StoreError> {
        fetch_all!(
            self,
            "SELECT at / $4 AS week, kind, count(*) FROM notice
             WHERE reader IN ($1, $2) AND at >= $3 AND exercise = FALSE GROUP BY 1, 2 ORDER BY 1, 2",
            of[0].clone(),
            of[1].clone(),
            micros(since),
            WEEK_MICROS
        )
    }
}
