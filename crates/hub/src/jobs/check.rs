//! The days of a check's term, one job a put: a reminder before, the due time, reminders after, the end.

use crate::ledger::{enqueue, kind, leaf};
use crate::notices::notify_asked;
use crate::notify::letter::Kind;
use crate::notify::link::queue_links;
use crate::{Hub, HubError};
use jiff::Timestamp;
use model::check::term::STEPS;
use model::check::{CheckAct, CheckState, Step};
use model::id::PutId;
use model::state::Actor;
use store::{JobRow, PutRow, Tx};

/// Queues the first step of a term that lies after now.
pub(crate) async fn begin(hub: &Hub, tx: &mut Tx, put: PutId, due: Timestamp) -> Result<(), HubError> {
    let next = (0i64..).zip(STEPS).find(|(_, (days, _))| model::time::plus_days(due, *days) > hub.now());
    match next {
        Some((n, (days, _))) => {
            let at = model::time::plus_days(due, *days);
            enqueue(hub, tx, kind::CHECK_STEP, Some(put.0), Some(n), at).await
        }
        None => Ok(()),
    }
}

pub(super) async fn perform(hub: &Hub, job: &JobRow) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if !tx.finish(job.id, job.lease, hub.now()).await? {
        return Ok(());
    }
    let id = PutId(job.subject.unwrap_or_default());
    let step = job.number.and_then(|n| STEPS.get(usize::try_from(n).ok()?));
    if let (Some((_, step)), Some(put)) = (step, tx.put(id).await?)
        && put.state != CheckState::Closed
    {
        take(hub, &mut tx, &put, *step).await?;
        begin(hub, &mut tx, id, put.due_at).await?;
    }
    Ok(tx.commit().await?)
}

async fn take(hub: &Hub, tx: &mut Tx, put: &PutRow, step: Step) -> Result<(), HubError> {
    let waits = put.answered_at.is_none();
    match step {
        Step::Remind if waits => remind(hub, tx, put, "check-remind").await,
        Step::RemindLate if waits => remind(hub, tx, put, "check-overdue").await,
        Step::FallDue if waits => {
            let to = put.state.after(CheckAct::FallDue, Actor::Machine)?;
            tx.move_put(put.id, put.state, to, false, hub.now()).await?;
            remind(hub, tx, put, "check-overdue").await
        }
        Step::Close => {
            let to = put.state.after(CheckAct::Close, Actor::Machine)?;
            tx.move_put(put.id, put.state, to, false, hub.now()).await?;
            leaf(hub, tx, "check-closed", &[("put", put.id.to_string())]).await
        }
        Step::Remind | Step::RemindLate | Step::FallDue => Ok(()),
    }
}

/// Its people read it among their notices, and those without an account get a fresh link.
async fn remind(hub: &Hub, tx: &mut Tx, put: &PutRow, notice: &'static str) -> Result<(), HubError> {
    notify_asked(hub, tx, put.organisation, notice).await?;
    queue_links(hub, tx, put, Kind::CheckAgain).await
}
