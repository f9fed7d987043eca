//! Notices as they are given and found again. A row says that something happened and when; to whom and about what only this hub's
//! keys tell, because who is asked for its consent is a source.

use crate::{Hub, HubError, notify};
use jiff::Timestamp;
use model::id::{ItemId, OrgId, ReportId, SubmissionId};
use store::{ItemRow, NewNotice, NoticeRow, Readers, Tx};
use uuid::Uuid;

/// What a notice is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct About {
    /// The item, for recipients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) item: Option<ItemId>,
    /// The submission, for its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) submission: Option<SubmissionId>,
    /// The report, for its organisation and its office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) report: Option<ReportId>,
}

/// An organisation in one of its two parts.
#[derive(Clone, Copy)]
enum Part {
    /// What everybody of an audience gets as well.
    Recipient,
    /// What comes of something of its own.
    Source,
}

impl Part {
    fn tag(self, hub: &Hub, org: OrgId) -> Vec<u8> {
        let purpose = match self {
            Self::Recipient => "notice-recipient",
            Self::Source => "notice-source",
        };
        hub.store.seals().tag(purpose, org.0.as_bytes())
    }
}

/// Under which hashes an organisation finds its notices.
pub(crate) fn readers(hub: &Hub, org: OrgId) -> Readers {
    [Part::Recipient.tag(hub, org), Part::Source.tag(hub, org)]
}

/// Under which hash the notices about a submission or report stand.
pub(crate) fn about_tag(hub: &Hub, subject: Uuid) -> Vec<u8> {
    hub.store.seals().tag("notice-about", subject.as_bytes())
}

/// What a notice is about.
///
/// # Errors
/// Bytes that this hub did not seal.
pub(crate) fn about(hub: &Hub, row: &NoticeRow) -> Result<About, HubError> {
    let plain = hub.store.seals().hub_key("notice").open("notice", &row.sealed)?;
    Ok(serde_json::from_slice(&plain).map_err(store::StoreError::from)?)
}

fn new(hub: &Hub, to: OrgId, part: Part, kind: &'static str, about: About) -> Result<NewNotice, HubError> {
    let plain = serde_json::to_vec(&about).map_err(store::StoreError::from)?;
    let purpose = format!("notice/{to}");
    let subject = about.submission.map(|id| id.0).or(about.report.map(|id| id.0));
    Ok(NewNotice {
        id: model::id::uuid4(hub.random(&purpose)),
        reader: part.tag(hub, to),
        about: subject.map(|id| about_tag(hub, id)),
        sealed: hub.store.seals().hub_key("notice").seal(hub.random(&purpose), "notice", &plain)?,
        kind,
        exercise: false,
    })
}

/// Gives the notices, and queues mail for whoever wants it: the letters are the same whatever happened.
async fn give(
    hub: &Hub,
    tx: &mut Tx,
    to: &[OrgId],
    new: &[NewNotice],
    at: Timestamp,
) -> Result<(), HubError> {
    tx.insert_notices(new, at).await?;
    notify::queue_notices(hub, tx, to).await
}

/// Tells organisations that something happened to an item.
pub(crate) async fn notify_item(
    hub: &Hub,
    tx: &mut Tx,
    to: &[OrgId],
    kind: &'static str,
    item: &ItemRow,
    at: Timestamp,
) -> Result<(), HubError> {
    let about = About { item: Some(item.id), ..About::default() };
    let mut notices = Vec::with_capacity(to.len());
    for org in to {
        notices.push(NewNotice { exercise: item.exercise, ..new(hub, *org, Part::Recipient, kind, about)? });
    }
    give(hub, tx, to, &notices, at).await
}

/// Tells a source that something happened to its submission.
pub(crate) async fn notify_source(
    hub: &Hub,
    tx: &mut Tx,
    to: OrgId,
    kind: &'static str,
    submission: SubmissionId,
) -> Result<(), HubError> {
    let about = About { submission: Some(submission), ..About::default() };
    give(hub, tx, &[to], &[new(hub, to, Part::Source, kind, about)?], hub.now()).await
}

/// Tells an organisation that something happened to what it was asked to check, or to its own people.
pub(crate) async fn notify_asked(
    hub: &Hub,
    tx: &mut Tx,
    to: OrgId,
    kind: &'static str,
) -> Result<(), HubError> {
    give(hub, tx, &[to], &[new(hub, to, Part::Recipient, kind, About::default())?], hub.now()).await
}

/// Tells an organisation what touches all of it: a notice, and a letter to everybody who can be reached, whatever each has chosen.
pub(crate) async fn tell_everybody(
    hub: &Hub,
    tx: &mut Tx,
    to: OrgId,
    kind: &'static str,
) -> Result<(), HubError> {
    tx.insert_notices(&[new(hub, to, Part::Recipient, kind, About::default())?], hub.now()).await?;
    notify::queue_to_everybody(hub, tx, to).await
}

/// Tells an organisation that something happened to a report: its own, or one addressed to it.
pub(crate) async fn notify_report(
    hub: &Hub,
    tx: &mut Tx,
    to: OrgId,
    kind: &'static str,
    report: ReportId,
) -> Result<(), HubError> {
    let about = About { report: Some(report), ..About::default() };
    give(hub, tx, &[to], &[new(hub, to, Part::Source, kind, about)?], hub.now()).await
}
