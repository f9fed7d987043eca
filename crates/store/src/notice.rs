//! Notices to organisations. They say that something happened, never what.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{ItemId, OrgId, ReportId, SubmissionId};
use uuid::Uuid;

/// A notice to give.
#[derive(Clone, Debug)]
pub struct NewNotice {
    /// Row.
    pub id: Uuid,
    /// To whom.
    pub organisation: OrgId,
    /// What happened.
    pub kind: &'static str,
    /// The item, for recipients.
    pub item: Option<ItemId>,
    /// The submission, for its source.
    pub submission: Option<SubmissionId>,
    /// The report, for its organisation and its office.
    pub report: Option<ReportId>,
}

/// A notice as stored.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// What happened.
    pub kind: String,
    /// The item.
    pub item: Option<ItemId>,
    /// The submission.
    pub submission: Option<SubmissionId>,
    /// The report.
    pub report: Option<ReportId>,
    /// When.
    pub at: Timestamp,
    /// Read when.
    pub read_at: Option<Timestamp>,
}

type Raw = (String, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>, i64, Option<i64>);

impl Tx {
    /// Gives notices.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_notices(&mut self, new: &[NewNotice], now: Timestamp) -> Result<(), StoreError> {
        insert_rows!(
            self,
            "INSERT INTO notice (id, organisation, item, submission, report, kind, at) ",
            new,
            7,
            |b, n| {
                b.push_bind(bytes(n.id));
                b.push_bind(bytes(n.organisation.0));
                b.push_bind(n.item.map(|i| bytes(i.0)));
                b.push_bind(n.submission.map(|s| bytes(s.0)));
                b.push_bind(n.report.map(|r| bytes(r.0)));
                b.push_bind(n.kind);
                b.push_bind(micros(now));
            }
        )
    }

    /// The newest notices of an organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn notices(&mut self, org: OrgId, limit: u32) -> Result<Vec<NoticeRow>, StoreError> {
        let rows: Vec<Raw> = fetch_all!(
            self,
            "SELECT kind, item, submission, report, at, read_at FROM notice WHERE organisation = $1 ORDER BY at DESC, id LIMIT $2",
            bytes(org.0),
            i64::from(limit)
        )?;
        rows.into_iter()
            .map(|(kind, item, submission, report, at, read_at)| {
                Ok(NoticeRow {
                    kind,
                    item: item.map(|i| uuid(&i).map(ItemId)).transpose()?,
                    submission: submission.map(|s| uuid(&s).map(SubmissionId)).transpose()?,
                    report: report.map(|r| uuid(&r).map(ReportId)).transpose()?,
                    at: time(at)?,
                    read_at: read_at.map(time).transpose()?,
                })
            })
            .collect()
    }
}
