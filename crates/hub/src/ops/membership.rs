//! An organisation's membership: its agreement, its name, what is held about it, and its leaving. Its place is
//! [`super::org_place`]'s. Who may do what is read in
//! [`super::register`].

use crate::ledger::{enqueue, kind, leaf, right_ends};
use crate::log::certificate::{self, Erased};
use crate::ops::admin::{AsRegistrar, by_whom, checked_name, recount};
use crate::ops::{departed, erase};
use crate::{Hub, HubError, Problem, reading};
use jiff::Timestamp;
use model::id::{OrgId, SubmissionId};
use model::lang::Bilingual;
use model::naming;
use model::receipt::ReceiptCode;
use model::role::OrgRole;
use model::time::plus_days;
use serde_json::{Value, json};
use sharing::caller::{AsOrgAdmin, AsReporter};
use std::collections::BTreeSet;
use store::{Happened, Tx};

/// The longest version of an agreement, in characters: a date or a number.
const VERSION_CHARS_MAX: usize = 40;

/// Notes that an organisation signed a version of the members' agreement, and when.
///
/// # Errors
/// `NotFound`, `Invalid` for an empty version and for a day that is not over nor today.
pub async fn sign_agreement(
    hub: &Hub,
    by: AsRegistrar,
    org: OrgId,
    version: &str,
    at: Timestamp,
) -> Result<(), HubError> {
    let wrong = HubError::Invalid("version", Problem::AgreementVersion { most: VERSION_CHARS_MAX });
    let version = naming::shown(version).filter(|v| v.chars().count() <= VERSION_CHARS_MAX).ok_or(wrong)?;
    // a day that has begun somewhere on earth may be written on it
    if at > plus_days(hub.now(), 1) {
        return Err(HubError::Invalid("signed", Problem::InTheFuture));
    }
    let mut tx = hub.store.write().await?;
    tx.organisation_roles(org).await?.ok_or(HubError::NotFound)?;
    tx.set_agreement(org, version, at).await?;
    let entry = [("organisation", org.to_string()), ("version", version.to_owned()), ("by", by_whom(by))];
    leaf(hub, &mut tx, "agreement", &entry).await?;
    Ok(tx.commit().await?)
}

/// Changes an organisation's name: a company that is renamed stays the one that signed, sent and consented. Its earlier name goes into its
/// profile, for whoever still knows it by that.
///
/// # Errors
/// `NotFound`, `Invalid` for a name that nobody can read.
pub async fn rename(hub: &Hub, by: AsRegistrar, org: OrgId, name: Bilingual) -> Result<(), HubError> {
    let name = checked_name(name)?;
    let mut tx = hub.store.write().await?;
    let earlier = tx.roster().await?.organisation(org).ok_or(HubError::NotFound)?.name.clone();
    let own = tx.profiles().await?.into_iter().find(|(id, _)| *id == org);
    let mut profile = own.map(|(_, profile)| profile).unwrap_or_default();
    profile.know(&earlier);
    tx.set_profile(org, &profile).await?;
    tx.set_organisation_name(org, &name).await?;
    leaf(hub, &mut tx, "renamed", &[("organisation", org.to_string()), ("by", by_whom(by))]).await?;
    Ok(tx.commit().await?)
}

/// What is held about one's own organisation, as JSON: people, tokens, consents, notices, submissions with what was read in them.
/// The raw bytes are had one by one. A leaf. Cost: everything of the organisation.
///
/// # Errors
/// `Unavailable`.
pub async fn export(hub: &Hub, admin: AsOrgAdmin) -> Result<Value, HubError> {
    let mut tx = hub.store.write().await?;
    let out = everything(hub, &mut tx, admin.org).await?;
    leaf(
        hub,
        &mut tx,
        "export",
        &[("organisation", admin.org.to_string()), ("by", admin.person.to_string())],
    )
    .await?;
    tx.commit().await?;
    Ok(out)
}

/// The same for whoever holds the machine, with the raw bytes of each submission: (code, bytes).
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
        if let Some(raw) = reading::get(hub, &mut tx, row.id, reading::RAW).await? {
            files.push((row.receipt, raw));
        }
    }
    leaf(hub, &mut tx, "export", &[("organisation", org.to_string()), ("by", by_whom(by))]).await?;
    tx.commit().await?;
    Ok((out, files))
}

async fn everything(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<Value, HubError> {
    let roster = tx.roster().await?;
    let own_row = roster.organisation(org).ok_or(HubError::NotFound)?;
    let mut submissions = Vec::new();
    for row in departed::own(hub, tx, org).await? {
        let mut reading = reading::reading(hub, tx, row.id).await?;
        let problems: Vec<String> = reading.take_unread().into_iter().map(|one| one.text).collect();
        submissions.push(json!({
            "code": row.receipt, "received_at": row.received_at.to_string(), "kind": row.kind, "door": row.door,
            "state": row.state.as_str(), "verdict": row.fields.verdict, "sent": reading.sent,
            "kept_back": reading.dropped.len(), "problems": problems,
        }));
    }
    let people = tx.people_of(org).await?.into_iter().map(|p| {
        json!({"login": p.login, "name": p.name, "address": p.address, "phone": p.phone, "lang": p.lang, "zone": p.zone})
    });
    let people: Vec<Value> = people.collect();
    let tokens = tx.tokens(org).await?.into_iter().map(|t| json!({"name": t.name, "scopes": t.scopes}));
    let tokens: Vec<Value> = tokens.collect();
    let standing = tx.standing(org).await?;
    let standing: Vec<Value> = standing.into_iter().map(|s| json!({"terms": s.terms})).collect();
    let profile = tx.profiles().await?.into_iter().find(|(id, _)| *id == org).map(|(_, p)| p);
    Ok(json!({
        "organisation": {"slug": own_row.slug, "name_ja": own_row.name.ja, "name_en": own_row.name.en},
        "exported_at": hub.now().to_string(), "people": people, "tokens": tokens, "standing_consents": standing,
        "profile": profile, "submissions": submissions,
    }))
}

/// Takes an organisation out of the community: people, sessions, tokens, invitations, standing consents, what it asked and was asked,
/// and the addresses that it wanted to be told at end at once, audiences are recounted, and nothing more leaves by its consent. The keys of
/// everything it sent are destroyed, but for what is under a legal hold; its rows go on days that say nothing of the leaving ([`departed`]).
/// What left with its consent stays, without a trace of whose it was. Returns how many submissions lost their key.
///
/// # Errors
/// `NotFound`; `Invalid` for the hub's own organisation.
pub async fn leave(hub: &Hub, by: AsRegistrar, org: OrgId) -> Result<usize, HubError> {
    let mut tx = hub.store.write().await?;
    let roles = tx.organisation_roles(org).await?.ok_or(HubError::NotFound)?;
    if roles.contains(&OrgRole::Hub) {
        return Err(HubError::Invalid("organisation", Problem::HubStays));
    }
    take_out(hub, &mut tx, org, by_whom(by)).await?;
    tx.commit().await?;
    hub.wake.notify_one();
    // after the commit: had that failed, the keys of a member would be gone. The job does it where the program ends here
    let mut tx = hub.store.write().await?;
    let ended = departed::end_keys(hub, &mut tx, org).await?;
    tx.commit().await?;
    Ok(ended)
}

/// The same in the caller's transaction; the journal has it take place again after a restore. No row of a submission is touched: what
/// changed together with the roster would say whose it is.
pub(crate) async fn take_out(hub: &Hub, tx: &mut Tx, org: OrgId, by: String) -> Result<(), HubError> {
    end_rights(hub, tx, org).await?;
    recount(tx).await?;
    enqueue(hub, tx, kind::DEPART, Some(org.0), None, hub.now()).await?;
    let entry = [("organisation", org.to_string()), ("by", by)];
    right_ends(hub, tx, (Happened::Leave, org.0, org), "leaving", &entry).await
}

/// Everything that an organisation could do, and every way to reach it, ends.
async fn end_rights(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<(), HubError> {
    for person in tx.people_of(org).await? {
        crate::ops::people::leave(hub, tx, org, person.id()?).await?;
    }
    tx.revoke_tokens(org, None, hub.now()).await?;
    tx.end_invitations(org, None, hub.now()).await?;
    tx.revoke_standing(org, hub.now()).await?;
    tx.set_profile(org, &model::profile::Profile::default()).await?;
    tx.set_organisation_sectors(org, &BTreeSet::new()).await?;
    tx.remove_webhooks_of(org).await?;
    crate::ops::report::seat::leave(hub, tx, org).await?;
    crate::ops::check::leave(hub, tx, org).await?;
    crate::ops::intake::leave(hub, tx, org).await?;
    Ok(tx.set_left(org, hub.now()).await?)
}

/// The certificate of an erasure: what was erased, when, and the leaf that proves it stood there.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The receipt code.
    pub code: String,
    /// When it came in.
    pub received_at: Timestamp,
    /// When it was erased.
    pub erased_at: Timestamp,
    /// Its identifier in the log's leaves.
    pub submission: SubmissionId,
    /// Bytes that were held.
    pub bytes: i64,
    /// The same as a signed note, which others can check. It is kept nowhere.
    pub note: String,
}

/// Erases one's own submission for good: its bytes go at once, its key (and with it every backup) by the job that is queued; the
/// log's leaf stays. `typed` is its receipt code, as people write it: there is no way back, and a person who points at the wrong row or a
/// program that counts wrongly names another than it means. So every face asks for it.
///
/// # Errors
/// `NotFound`, also for one that was erased before; `Invalid` for another code, and under a legal hold: it is taken back all the same, and
/// erased when the hold is lifted.
pub async fn erase(
    hub: &Hub,
    source: sharing::caller::AsApprover,
    id: SubmissionId,
    typed: &str,
) -> Result<Certificate, HubError> {
    let mut tx = hub.store.write().await?;
    let row = crate::ops::mine::own(hub, &mut tx, AsReporter { org: source.org }, id).await?;
    if reading::get(hub, &mut tx, id, reading::RAW).await?.is_none() {
        return Err(HubError::NotFound);
    }
    if ReceiptCode::read(typed).is_none_or(|typed| typed.as_str() != row.receipt) {
        return Err(HubError::Invalid("code", Problem::NotTheReceipt));
    }
    crate::ops::mine::take_back(hub, &mut tx, &row).await?;
    if tx.wish_erased(id).await? {
        erase::note_wish(hub, &mut tx, id).await?;
        tx.commit().await?;
        return Err(HubError::Invalid("submission", Problem::OnHoldTakenBack));
    }
    erase::by_wish(hub, &mut tx, id).await?;
    // before the commit: nothing is erased for which there is no certificate
    let (code, received_at, bytes) = (row.receipt, row.received_at, row.bytes);
    let (what, erased_at) = (Erased::Submission { code: code.clone(), id, received_at, bytes }, hub.now());
    let note = certificate::sign(hub, &mut tx, &what, erased_at).await?;
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(Certificate { code, received_at, erased_at, submission: id, bytes, note })
}
