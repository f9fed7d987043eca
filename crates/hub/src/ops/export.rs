//! Everything that is held of an organisation, for itself: what it can take along, and what it can check the hub's word by.
//!
//! What others said stays with them: of a thread it gets what it was told, of a check its own answer, of a report no look that is told
//! later.

use crate::ledger::leaf;
use crate::ops::admin::{AsRegistrar, by_whom};
use crate::ops::{check, departed, intake, mine, question, report};
use crate::{Hub, HubError, notices, reading};
use model::id::{OrgId, PersonId};
use model::role::OrgRole;
use model::state::SubmissionState;
use serde_json::{Value, json};
use sharing::caller::AsOrgAdmin;
use sharing::check::AsAsker;
use store::{SubmissionRow, Tx};
use uuid::Uuid;

/// What is held of one's own organisation, as JSON. The raw bytes are had one by one. A leaf. Cost: everything of the organisation.
///
/// # Errors
/// `Unavailable`.
pub async fn export(hub: &Hub, admin: AsOrgAdmin) -> Result<Value, HubError> {
    let mut tx = hub.store.write().await?;
    let out = everything(hub, &mut tx, admin.org).await?;
    note(hub, &mut tx, admin.org, admin.person.to_string()).await?;
    tx.commit().await?;
    Ok(out)
}

/// The same for whoever holds the machine, with the raw bytes of each submission, of the mail around it, and of each held mail: (name, bytes).
///
/// # Errors
/// `Unavailable`.
pub async fn export_all(
    hub: &Hub,
    by: AsRegistrar,
    org: OrgId,
) -> Result<(Value, Vec<(String, Vec<u8>)>), HubError> {
    let mut tx = hub.store.write().await?;
    let out = everything(hub, &mut tx, org).await?;
    let mut files = Vec::new();
    for row in departed::own(hub, &mut tx, org).await? {
        for (part, ending) in [(reading::RAW, ""), (reading::OUTER, "-around")] {
            if let Some(bytes) = reading::get(hub, &mut tx, row.id, part).await? {
                files.push((format!("{}{ending}", row.receipt), bytes));
            }
        }
    }
    files.extend(intake::held_raw(hub, &mut tx, org).await?);
    note(hub, &mut tx, org, by_whom(by)).await?;
    tx.commit().await?;
    Ok((out, files))
}

async fn note(hub: &Hub, tx: &mut Tx, org: OrgId, by: String) -> Result<(), HubError> {
    leaf(hub, tx, "export", &[("organisation", org.to_string()), ("by", by)]).await
}

async fn everything(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<Value, HubError> {
    let mut submissions = Vec::new();
    for row in departed::own(hub, tx, org).await? {
        submissions.push(submission(hub, tx, &row).await?);
    }
    let of_hub = tx.organisation_roles(org).await?.ok_or(HubError::NotFound)?.contains(&OrgRole::Hub);
    // the hub's own boards are read by its staff, each look a leaf
    let asked = match of_hub {
        true => Vec::new(),
        false => {
            check::board::export(hub, tx, AsAsker { org, person: PersonId(Uuid::nil()), hub: false }).await?
        }
    };
    let profile = tx.profiles().await?.into_iter().find(|(id, _)| *id == org).map(|(_, p)| p);
    Ok(json!({
        "exported_at": hub.now().to_string(),
        "organisation": organisation(tx, org).await?,
        "profile": profile,
        "people": people(tx, org).await?,
        "tokens": of(tx.tokens(org).await?, |t| json!({"name": t.name, "scopes": t.scopes})),
        "webhooks": of(tx.webhooks_of(org).await?, |w| json!({"url": w.url, "created_at": w.created_at.to_string()})),
        "standing_consents": of(tx.standing(org).await?, |s| json!({"terms": s.terms})),
        "submissions": submissions,
        "held_mails": of(intake::held_in(hub, tx, org).await?, |held| json!({
            "id": held.id, "sender": held.sender, "subject": held.subject, "bytes": held.bytes, "at": held.at.to_string(),
        })),
        "notices": notices_of(hub, tx, org).await?,
        "answers": of(tx.answers_of(org).await?, |(item, answer)| json!({
            "item": item, "progress": answer.progress.as_str(), "machines": answer.machines,
            "recall_confirmed_at": answer.recall_confirmed_at.map(|at| at.to_string()),
        })),
        "questions_on_items": of(question::asked_by(hub, tx, org).await?, said),
        "checks_put": check::put::export(hub, tx, org).await?,
        "checks_asked": asked,
        "incidents": report::incident::export(hub, tx, org).await?,
    }))
}

/// A list, each by `one`.
fn of<T>(all: Vec<T>, one: impl Fn(T) -> Value) -> Vec<Value> {
    all.into_iter().map(one).collect()
}

async fn organisation(tx: &mut Tx, org: OrgId) -> Result<Value, HubError> {
    let roster = tx.roster().await?;
    let row = roster.organisation(org).ok_or(HubError::NotFound)?;
    let agreement = tx.agreements().await?.remove(&org);
    let sectors = roster.sectors.iter().filter(|sector| row.sectors.contains(&sector.id));
    Ok(json!({
        "slug": row.slug, "name_ja": row.name.ja, "name_en": row.name.en, "roles": row.roles,
        "group": row.parent.and_then(|id| roster.organisation(id)).map(|parent| parent.slug.clone()),
        "sectors": sectors.map(|sector| sector.slug.as_str()).collect::<Vec<_>>(),
        "agreement": agreement.map(|(version, signed)| json!({"version": version, "signed": signed.to_string()})),
    }))
}

async fn people(tx: &mut Tx, org: OrgId) -> Result<Vec<Value>, HubError> {
    let mut out = Vec::new();
    for p in tx.people_of(org).await? {
        let all = tx.roles(p.id()?).await?;
        let roles = all.into_iter().find(|(id, _)| *id == org).map(|(_, roles)| roles).unwrap_or_default();
        out.push(json!({
            "login": p.login, "name": p.name, "address": p.address, "phone": p.phone, "lang": p.lang, "zone": p.zone,
            "roles": roles,
        }));
    }
    Ok(out)
}

async fn submission(hub: &Hub, tx: &mut Tx, row: &SubmissionRow) -> Result<Value, HubError> {
    let mut reading = reading::reading(hub, tx, row.id).await?;
    let problems: Vec<String> = reading.take_unread().into_iter().map(|one| one.text).collect();
    let note = reading::get(hub, tx, row.id, reading::NOTE).await?.unwrap_or_default();
    let mut consents = Vec::new();
    if let Some(item) = row.item {
        consents = tx.consents(item).await?;
        consents.retain(|one| one.submission == row.id);
    }
    let told = mine::my_row(row, None);
    // what is made of it is shown when the source is asked: before, it would tell what the hub knows of others
    use SubmissionState::{Approved, ApprovedWithCuts, AwaitingApproval, Lapsed, Refused, Shared};
    let asked =
        matches!(told.state, AwaitingApproval | Approved | ApprovedWithCuts | Refused | Lapsed | Shared);
    Ok(json!({
        "code": told.code, "received_at": told.received_at.to_string(), "kind": told.kind, "door": told.door,
        "exercise": told.exercise, "state": told.state.as_str(), "verdict": told.verdict, "sent": reading.sent,
        "note": String::from_utf8_lossy(&note).trim(), "problems": problems,
        "kept_back": asked.then_some(reading.dropped), "part": asked.then_some(reading.part),
        "consents": of(consents, |one| json!({
            "decision": one.decision.as_str(), "destinations": one.destinations, "delay": one.delay.as_str(), "cuts": one.cuts,
        })),
        "thread": of(question::of_source(hub, tx, row).await?, said),
    }))
}

fn said(line: question::Line) -> Value {
    json!({"thread": line.question, "n": line.n, "voice": line.voice.as_str(), "text": line.text, "at": line.at.to_string()})
}

async fn notices_of(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<Vec<Value>, HubError> {
    let rows = tx.notices(&notices::readers(hub, org), u32::MAX).await?;
    let notice = |row: store::NoticeRow| {
        let about = notices::about(hub, &row)?;
        Ok(json!({
            "kind": row.kind, "item": about.item, "submission": about.submission, "report": about.report,
            "at": row.at.to_string(), "read_at": row.read_at.map(|at| at.to_string()),
        }))
    };
    rows.into_iter().map(notice).collect()
}
