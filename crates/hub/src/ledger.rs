//! What every operation writes beside its state, in the same transaction: a leaf of the log, jobs, notices.

use crate::{Hub, HubError};
use jiff::Timestamp;
use model::id::{ItemId, JobId, LeafId, OrgId, ReportId, SubmissionId};
use std::collections::BTreeMap;
use store::{NewJob, NewLeaf, NewNotice, Tx};
use uuid::Uuid;

/// A leaf of the log: who did what to which object, as canonical JSON (sorted keys), hidden behind a commitment.
pub(crate) async fn leaf(
    hub: &Hub,
    tx: &mut Tx,
    kind: &'static str,
    entry: &[(&str, String)],
) -> Result<(), HubError> {
    leaf_with_id(hub, tx, kind, entry).await.map(drop)
}

/// The same, for whoever keeps the leaf's id: its organisation gets the receipt later.
pub(crate) async fn leaf_with_id(
    hub: &Hub,
    tx: &mut Tx,
    kind: &'static str,
    entry: &[(&str, String)],
) -> Result<LeafId, HubError> {
    let now = hub.now();
    let mut fields: BTreeMap<String, String> =
        entry.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    fields.insert("kind".to_owned(), kind.to_owned());
    fields.insert("at".to_owned(), now.to_string());
    let text = serde_json::to_string(&fields).map_err(store::StoreError::from)?;
    let nonce: [u8; tlog::leaf::NONCE_BYTES] = hub.random("leaf-nonce");
    let commitment = tlog::leaf::commit(&nonce, text.as_bytes());
    let opening: Vec<u8> = nonce.iter().copied().chain(text.bytes()).collect();
    let opening = hub.store.seals().hub_key("leaf").seal(hub.random("leaf-seal"), "leaf", &opening)?;
    let id = LeafId::from_random(hub.random("leaf-id"));
    tx.append_leaf(&NewLeaf { id, kind, opening, commitment: commitment.to_vec() }, now).await?;
    Ok(id)
}

/// The kinds of jobs.
pub(crate) mod kind {
    /// Reads a submission.
    pub(crate) const READ: &str = "read";
    /// Lets an item leave.
    pub(crate) const RELEASE: &str = "release";
    /// A day of a check's term: reminders, the due time, the end.
    pub(crate) const CHECK_STEP: &str = "check-step";
    /// Destroys the key of a submission.
    pub(crate) const ERASE: &str = "erase";
    /// Daily: bands, lapses, forgetting.
    pub(crate) const UPKEEP: &str = "upkeep";
    /// Reminds of a report's due time, or of evidence that may soon be deleted.
    pub(crate) const REMIND: &str = "remind";
}

/// Queues a job and rings the workers after the commit (they look again anyway).
pub(crate) async fn enqueue(
    hub: &Hub,
    tx: &mut Tx,
    kind: &'static str,
    subject: Option<Uuid>,
    number: Option<i64>,
    run_at: Timestamp,
) -> Result<(), HubError> {
    let id = JobId::from_random(hub.random("job"));
    tx.enqueue(&NewJob { id, kind, subject, number, run_at }).await?;
    Ok(())
}

/// Tells organisations that something happened to an item.
pub(crate) async fn notify_item(
    hub: &Hub,
    tx: &mut Tx,
    to: &[OrgId],
    kind: &'static str,
    item: ItemId,
    at: Timestamp,
) -> Result<(), HubError> {
    let notices: Vec<NewNotice> = to
        .iter()
        .map(|org| NewNotice {
            id: notice_id(hub, *org),
            organisation: *org,
            kind,
            item: Some(item),
            submission: None,
            report: None,
        })
        .collect();
    tx.insert_notices(&notices, at).await?;
    Ok(())
}

/// Tells a source that something happened to its submission.
pub(crate) async fn notify_source(
    hub: &Hub,
    tx: &mut Tx,
    to: OrgId,
    kind: &'static str,
    submission: SubmissionId,
) -> Result<(), HubError> {
    let notice = NewNotice {
        id: notice_id(hub, to),
        organisation: to,
        kind,
        item: None,
        submission: Some(submission),
        report: None,
    };
    tx.insert_notices(&[notice], hub.now()).await?;
    Ok(())
}

/// Tells an organisation that something happened to what it was asked to check.
pub(crate) async fn notify_asked(
    hub: &Hub,
    tx: &mut Tx,
    to: OrgId,
    kind: &'static str,
) -> Result<(), HubError> {
    let id = notice_id(hub, to);
    let notice = NewNotice { id, organisation: to, kind, item: None, submission: None, report: None };
    tx.insert_notices(&[notice], hub.now()).await?;
    Ok(())
}

/// Tells an organisation that something happened to a report: its own, or one addressed to it.
pub(crate) async fn notify_report(
    hub: &Hub,
    tx: &mut Tx,
    to: OrgId,
    kind: &'static str,
    report: ReportId,
) -> Result<(), HubError> {
    let id = notice_id(hub, to);
    let notice = NewNotice { id, organisation: to, kind, item: None, submission: None, report: Some(report) };
    tx.insert_notices(&[notice], hub.now()).await?;
    Ok(())
}

fn notice_id(hub: &Hub, to: OrgId) -> Uuid {
    model::id::uuid4(hub.random(&format!("notice/{to}")))
}
