//! Reminds an organisation of a report, if what was planned for this time still holds.

use crate::notices::notify_report;
use crate::ops::report::case;
use crate::ops::report::remind::{plan_after, planned};
use crate::{Hub, HubError};
use jiff::{SignedDuration, Timestamp};
use model::id::ReportId;
use store::JobRow;

pub(super) async fn perform(hub: &Hub, job: &JobRow) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if !tx.finish(job.id, job.lease, hub.now()).await? {
        return Ok(());
    }
    let at = job.number.and_then(|n| Timestamp::from_microsecond(n).ok()).unwrap_or_default();
    let report = tx.report(ReportId(job.subject.unwrap_or_default())).await?;
    let incident = match &report {
        Some(report) => tx.incident(report.incident).await?,
        None => None,
    };
    if let (Some(report), Some(incident)) = (report, incident) {
        let case = match case::open(hub, &mut tx, incident).await {
            Ok(case) => case,
            // erased meanwhile: nobody is left to remind
            Err(HubError::NotFound) => return Ok(tx.commit().await?),
            Err(why) => return Err(why),
        };
        let place = case.told.iter().position(|told| told.row.id == report.id).ok_or(HubError::NotFound)?;
        let before = at.checked_sub(SignedDuration::from_micros(1)).unwrap_or(at);
        for due in planned(hub, &case, place, before).iter().filter(|p| p.at == at) {
            notify_report(hub, &mut tx, case.owner, due.notice, report.id).await?;
        }
        plan_after(hub, &mut tx, &case, place, at.max(hub.now())).await?;
    }
    tx.commit().await?;
    Ok(())
}
