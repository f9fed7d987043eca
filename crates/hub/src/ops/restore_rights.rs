//! Rights that ended after the backup was made, ended again after it was restored.

use crate::ledger::leaf_as;
use crate::ops::people;
use crate::ops::release::RULE;
use crate::ops::restore::{RESTORED, Reapplied};
use crate::{Hub, HubError};
use model::consent::MachineRule;
use model::id::{LeafId, OrgId, PasskeyId, PersonId, TokenId};
use model::role::PersonRole;
use std::collections::BTreeSet;
use store::{Entry, Happened, StandingRow, Tx};

/// Does again what one line says, where the backup does not hold the leaf of the act, and writes that leaf: the next restore passes it over.
/// Whether something had to be done; `None` for what the backup does not know. One act can have two lines: `acts` are those that
/// this restore has come across.
pub(super) async fn again(
    hub: &Hub,
    tx: &mut Tx,
    entry: &Entry,
    acts: &mut BTreeSet<LeafId>,
    done: &mut Reapplied,
) -> Result<Option<bool>, HubError> {
    let Some((act, org, rest)) = named(&entry.reason) else { return Ok(None) };
    if !acts.contains(&act) && tx.leaf(act).await?.is_some() {
        return Ok(Some(false));
    }
    let did = end(hub, tx, entry, (org, rest), done).await?;
    if did == Some(true) && entry.happened != Happened::Leave && acts.insert(act) {
        let by = ("by", RESTORED.to_owned());
        leaf_as(hub, tx, act, kind(entry.happened), &[("subject", entry.id.to_string()), by]).await?;
    }
    Ok(did)
}

fn kind(happened: Happened) -> &'static str {
    match happened {
        Happened::Leaver => "leaver",
        Happened::Deputy => "deputy-ends",
        Happened::MachineStop => "machine-rule",
        Happened::Standing => "standing-consent-ends",
        Happened::Token => "token-revoked",
        Happened::Passkey => "passkey-removed",
        Happened::OrgRoles => "organisation-roles",
        Happened::Place => "membership",
        Happened::Seat => "report-seat",
        _ => "roles",
    }
}

async fn end(
    hub: &Hub,
    tx: &mut Tx,
    entry: &Entry,
    (org, rest): (OrgId, &str),
    done: &mut Reapplied,
) -> Result<Option<bool>, HubError> {
    let person = PersonId(entry.id);
    match entry.happened {
        Happened::Leave => {
            if tx.roster().await?.organisation(org).is_none() {
                return Ok(None);
            }
            super::membership::take_out(hub, tx, org, RESTORED.to_owned()).await?;
            // other copies do not open any more, nor do keys that came back with an older key folder
            done.erasures += super::departed::end_keys(hub, tx, org).await?;
        }
        Happened::Leaver => {
            if people::own_roles(tx, person, org).await?.is_empty() {
                return Ok(None);
            }
            people::leave(hub, tx, org, person).await?;
        }
        Happened::Roles => return roles(hub, tx, org, person, rest).await,
        Happened::OrgRoles => return super::org_role::again(tx, org, rest).await,
        Happened::Place => return super::org_place::again(tx, org, rest).await,
        Happened::Seat => return super::report::seat::again(hub, tx, org, rest).await,
        Happened::Deputy => {
            let Ok(deputy) = rest.parse::<PersonId>() else { return Ok(None) };
            return Ok(tx.end_deputy(org, person, deputy).await?.then_some(true));
        }
        Happened::MachineStop => return machine_stop(hub, tx).await,
        Happened::Standing => return standing(hub, tx, org, entry).await,
        Happened::Token => {
            return Ok(tx.revoke_token(org, TokenId(entry.id), hub.now()).await?.then_some(true));
        }
        // whose it was is a person here
        Happened::Passkey => return Ok(tx.remove_passkey(PasskeyId(entry.id)).await?.then_some(true)),
        _ => return Ok(None),
    }
    Ok(Some(true))
}

/// The last word on somebody's roles: what was taken is not revived, and whoever left and came back is here. Nobody comes in whom the
/// backup does not know.
async fn roles(
    hub: &Hub,
    tx: &mut Tx,
    org: OrgId,
    person: PersonId,
    rest: &str,
) -> Result<Option<bool>, HubError> {
    let roles: BTreeSet<PersonRole> = rest.split(',').filter_map(|role| role.parse().ok()).collect();
    let known = tx.roster().await?.organisation(org).is_some() && tx.person(person).await?.is_some();
    if !known || roles.is_empty() {
        return Ok(None);
    }
    if people::own_roles(tx, person, org).await? == roles {
        return Ok(Some(false));
    }
    people::replace_roles(hub, tx, org, person, &roles).await?;
    tx.enable_person(person).await?;
    Ok(Some(true))
}

async fn machine_stop(hub: &Hub, tx: &mut Tx) -> Result<Option<bool>, HubError> {
    let rule: MachineRule = tx.rule(RULE).await?.unwrap_or_default();
    if !rule.enabled {
        return Ok(Some(false));
    }
    tx.set_rule(RULE, &MachineRule { enabled: false, ..rule }, hub.now()).await?;
    Ok(Some(true))
}

async fn standing(hub: &Hub, tx: &mut Tx, org: OrgId, entry: &Entry) -> Result<Option<bool>, HubError> {
    // what was given after the end that the line tells of is another consent
    let meant = |one: &StandingRow| one.revoked_at.is_none() && one.created_at <= entry.at;
    if !tx.standing(org).await?.iter().any(meant) {
        return Ok(None);
    }
    tx.revoke_standing(org, hub.now()).await?;
    Ok(Some(true))
}

/// The leaf of the act, whose right it was, and what the kind adds, as [`crate::ledger::note_right`] wrote them down.
fn named(reason: &str) -> Option<(LeafId, OrgId, &str)> {
    let mut words = reason.splitn(3, ' ');
    let (act, whose) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some((act, whose, words.next().unwrap_or_default()))
}
