//! Callers as they come out of signing in.

use hub::ops::admin::AsRegistrar;
use hub::ops::membership::{self, Left};
use model::id::{OrgId, PersonId};
use model::role::{OrgRole, PersonRole};
use sharing::Caller;
use std::collections::BTreeSet;

/// A person of a member with these roles.
#[must_use]
pub fn member(org: OrgId, roles: &[PersonRole]) -> Caller {
    person(org, OrgRole::Member, roles, 1)
}

/// Hub staff of one role. Different roles are different people.
#[must_use]
pub fn staff(hub: OrgId, role: PersonRole) -> Caller {
    person(hub, OrgRole::Hub, &[role], 100 + role as u8)
}

/// Takes an organisation out, as whoever holds the machine does it, and names it rightly.
///
/// # Errors
/// Those of the operation.
pub async fn leave(hub: &hub::Hub, org: OrgId) -> Result<Left, hub::HubError> {
    let slug = hub.store().read().await?.roster().await?.organisation(org).map(|org| org.slug.clone());
    membership::leave(hub, AsRegistrar::Machine, org, &slug.unwrap_or_default()).await
}

fn person(org: OrgId, org_role: OrgRole, roles: &[PersonRole], n: u8) -> Caller {
    let mut id = *org.0.as_bytes();
    id[15] = n;
    let roles = roles.iter().copied().collect();
    Caller::session(org, BTreeSet::from([org_role]), PersonId::from_random(id), roles)
}
