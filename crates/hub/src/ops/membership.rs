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
use sharing::caller::AsReporter;
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

/// What became of what a leaver had sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Submissions whose key is destroyed.
    pub keys: usize,
    /// Submissions that stay readable for hub staff, because a legal hold is on them.
    pub on_hold: usize,
    /// That it was erased, as a signed note, which others can check. It is kept nowhere.
    pub certificate: String,
}

/// Takes an organisation out of the community: people, sessions, tokens, invitations, standing consents, what it asked and was asked,
/// and the addresses that it wanted to be told at end at once, audiences are recounted, and nothing more leaves by its consent. The keys of
/// everything it sent are destroyed, but for what is under a legal hold; its rows go on days that say nothing of the leaving ([`departed`]).
/// What left with its consent stays, without a trace of whose it was.
///
/// `typed` is its short name, as [`erase`] takes a receipt code.
///
/// # Errors
/// `NotFound`; `Invalid` for another name, and for the hub's own organisation.
pub async fn leave(hub: &Hub, by: AsRegistrar, org: OrgId, typed: &str) -> Result<Left, HubError> {
    let mut tx = hub.store.write().await?;
    let roles = tx.organisation_roles(org).await?.ok_or(HubError::NotFound)?;
    if roles.contains(&OrgRole::Hub) {
        return Err(HubError::Invalid("organisation", Problem::HubStays));
    }
    let slug = tx.roster().await?.organisation(org).ok_or(HubError::NotFound)?.slug.clone();
    if typed != slug {
        return Err(HubError::Invalid("slug", Problem::NotItsShortName));
    }
    take_out(hub, &mut tx, org, by_whom(by)).await?;
    // before the commit: nothing is erased for which there is no certificate
    let (ends, held) = departed::with_keys(hub, &mut tx, org).await?;
    let what = Erased::Leaving { organisation: slug, keys: ends.len(), on_hold: held };
    let certificate = certificate::sign(hub, &mut tx, &what, hub.now()).await?;
    tx.commit().await?;
    hub.wake.notify_one();
    // after the commit: had that failed, the keys of a member would be gone. Where it does not come to its end the job brings it there
    // again, and the certificate, which is made once, is not lost by that
    if let Err(why) = end_keys(hub, org).await {
        tracing::warn!(error = %why, "the keys of a leaver go by the job");
    }
    Ok(Left { keys: ends.len(), on_hold: held, certificate })
}

async fn end_keys(hub: &Hub, org: OrgId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    departed::end_keys(hub, &mut tx, org).await?;
    Ok(tx.commit().await?)
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
    tx.forget_invited(org).await?;
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
