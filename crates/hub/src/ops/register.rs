//! The register: the organisations as whoever keeps the roster and the auditor read them. A list to find one in, and the review of who may
//! do what, of one or of all. Never what an organisation did.

use crate::ledger::leaf;
use crate::ops::admin::{AsRegistrar, by_whom};
use crate::ops::cursor;
use crate::page::{Page, PageRequest};
use crate::{Hub, HubError};
use jiff::Timestamp;
use model::id::OrgId;
use model::lang::Bilingual;
use model::org::{Organisation, Roster};
use model::role::{OrgRole, PersonRole};
use sharing::caller::AsAuditor;
use std::collections::BTreeSet;
use store::Tx;

/// The name of the list in its cursors.
const LIST: &str = "organisations";

/// An organisation as the operator and the auditor see it: who may do what, never what it did.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Identifier.
    pub id: OrgId,
    /// Short name.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
    /// Group parent.
    pub parent: Option<Bilingual>,
    /// What it is.
    pub roles: BTreeSet<OrgRole>,
    /// The version of the members' agreement that it signed, and when.
    pub agreement: Option<(String, Timestamp)>,
    /// Its people: sign-in name, name, roles, whether one-time codes are asked for, last sign-in.
    pub people: Vec<Access>,
    /// Tokens in force.
    pub tokens: usize,
    /// People on its on-call list.
    pub on_call: usize,
}

/// What one person may do.
#[derive(Clone, Debug)]
pub struct Access {
    /// Sign-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Roles at this organisation.
    pub roles: BTreeSet<PersonRole>,
    /// Whether one-time codes are asked for.
    pub totp: bool,
    /// Its passkeys.
    pub passkeys: u64,
    /// When it signed in last.
    pub signed_in_at: Option<Timestamp>,
    /// Whether its address refuses mail.
    pub unreachable: bool,
}

/// Who may see the standing of all organisations.
#[derive(Clone, Copy, Debug)]
pub enum AsOverseer {
    /// Whoever keeps the roster.
    Registrar(AsRegistrar),
    /// The auditor.
    Auditor(AsAuditor),
}

/// A line of the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Identifier.
    pub id: OrgId,
    /// Short name.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
    /// Group parent.
    pub parent: Option<Bilingual>,
    /// What it is.
    pub roles: BTreeSet<OrgRole>,
    /// The version of the members' agreement that it signed, and when.
    pub agreement: Option<(String, Timestamp)>,
    /// How many people act for it.
    pub people: u64,
    /// How many of them are on its on-call list.
    pub on_call: u64,
}

impl AsOverseer {
    /// Who looks, as the log names it.
    fn who(self) -> String {
        match self {
            Self::Registrar(by) => by_whom(by),
            Self::Auditor(who) => who.person.to_string(),
        }
    }
}

/// A page of the organisations whose names hold `wanted` (all where it is empty), by short name. A look at it is a leaf. Cost: the roster
/// and all people once, however long the page.
///
/// # Errors
/// `Invalid` for a cursor that is not ours; `Unavailable`.
pub async fn list(
    hub: &Hub,
    by: AsOverseer,
    wanted: &str,
    page: &PageRequest,
) -> Result<Page<Listed>, HubError> {
    let after = cursor::name(hub, LIST, page.after.as_deref())?;
    let mut tx = hub.store.write().await?;
    let roster = tx.roster().await?;
    let (agreements, heads) = (tx.agreements().await?, tx.headcounts().await?);
    leaf(hub, &mut tx, "look-access", &[("by", by.who())]).await?;
    tx.commit().await?;
    let wanted = wanted.to_lowercase();
    let behind = |org: &&Organisation| after.as_ref().is_none_or(|slug| org.slug > *slug);
    let mut found =
        roster.organisations.iter().filter(|org| holds(org, &wanted)).filter(behind).collect::<Vec<_>>();
    found.sort_by(|a, b| a.slug.cmp(&b.slug));
    let rows = usize::try_from(page.rows()).unwrap_or(usize::MAX);
    let more = found.len() > rows;
    found.truncate(rows);
    let next = found.last().filter(|_| more).map(|org| cursor::after_name(hub, LIST, &org.slug));
    let row = |org: &Organisation| {
        let heads = heads.get(&org.id).copied().unwrap_or_default();
        Listed {
            id: org.id,
            slug: org.slug.clone(),
            name: org.name.clone(),
            parent: parent_name(&roster, org),
            roles: org.roles.clone(),
            agreement: agreements.get(&org.id).cloned(),
            people: heads.people,
            on_call: heads.on_call,
        }
    };
    Ok(Page { rows: found.into_iter().map(row).collect(), next })
}

/// Whether one of its names holds these letters, in lower case.
fn holds(org: &Organisation, wanted: &str) -> bool {
    [&org.slug, &org.name.ja, &org.name.en].iter().any(|name| name.to_lowercase().contains(wanted))
}

/// The review of one organisation. A look at it is a leaf. Cost: its people.
///
/// # Errors
/// `NotFound` for one that is not here (any more); `Unavailable`.
pub async fn one(hub: &Hub, by: AsOverseer, id: OrgId) -> Result<(Standing, Roster), HubError> {
    let mut tx = hub.store.write().await?;
    let roster = tx.roster().await?;
    let org = roster.organisation(id).ok_or(HubError::NotFound)?;
    let agreement = tx.agreements().await?.remove(&id);
    let standing = standing(hub, &mut tx, &roster, org, agreement).await?;
    leaf(hub, &mut tx, "look-access", &[("by", by.who()), ("organisation", id.to_string())]).await?;
    tx.commit().await?;
    Ok((standing, roster))
}

/// The review of all: every organisation with its people. A look at it is a leaf. Cost: all people.
///
/// # Errors
/// `Unavailable`.
pub async fn review(hub: &Hub, by: AsOverseer) -> Result<Vec<Standing>, HubError> {
    let mut tx = hub.store.write().await?;
    let roster = tx.roster().await?;
    let mut agreements = tx.agreements().await?;
    let mut out = Vec::with_capacity(roster.organisations.len());
    for org in &roster.organisations {
        out.push(standing(hub, &mut tx, &roster, org, agreements.remove(&org.id)).await?);
    }
    leaf(hub, &mut tx, "look-access", &[("by", by.who())]).await?;
    tx.commit().await?;
    Ok(out)
}

async fn standing(
    hub: &Hub,
    tx: &mut Tx,
    roster: &Roster,
    org: &Organisation,
    agreement: Option<(String, Timestamp)>,
) -> Result<Standing, HubError> {
    let live = |t: &store::TokenRow| t.revoked_at.is_none() && t.expires_at.is_none_or(|at| at > hub.now());
    Ok(Standing {
        id: org.id,
        slug: org.slug.clone(),
        name: org.name.clone(),
        parent: parent_name(roster, org),
        roles: org.roles.clone(),
        agreement,
        people: access(tx, org.id).await?,
        tokens: tx.tokens(org.id).await?.iter().filter(|t| live(t)).count(),
        on_call: tx.on_call(org.id).await?.len(),
    })
}

fn parent_name(roster: &Roster, org: &Organisation) -> Option<Bilingual> {
    org.parent.and_then(|parent| roster.organisation(parent)).map(|parent| parent.name.clone())
}

async fn access(tx: &mut Tx, org: OrgId) -> Result<Vec<Access>, HubError> {
    let mut out = Vec::new();
    let signed_in = tx.signed_in(org).await?;
    for row in tx.people_of(org).await? {
        let id = row.id()?;
        let roles = tx.roles(id).await?.into_iter().find(|(own, _)| *own == org);
        out.push(Access {
            roles: roles.map(|(_, roles)| roles).unwrap_or_default(),
            totp: row.totp.is_some(),
            passkeys: tx.count_passkeys(id).await?,
            signed_in_at: signed_in.get(&id).copied(),
            unreachable: row.unreachable_at.is_some(),
            login: row.login,
            name: row.name,
        });
    }
    Ok(out)
}
