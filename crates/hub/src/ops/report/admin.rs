//! Seats: which organisation receives reports under which regime.

use crate::ledger::leaf;
use crate::ops::admin::AsRegistrar;
use crate::problem::quoted;
use crate::{Hub, HubError, Problem};
use model::id::OrgId;
use model::role::OrgRole;
use store::SeatRow;

/// Gives an authority or customer a seat.
///
/// # Errors
/// `Invalid` regime, addressee or organisation.
pub async fn add_seat(
    hub: &Hub,
    _: AsRegistrar,
    org: OrgId,
    regime: &str,
    addressee: &str,
) -> Result<(), HubError> {
    let known = hub.regimes().get(regime).is_some_and(|r| r.addressees.iter().any(|a| a.id == addressee));
    if !known {
        let (value, other) = (quoted(regime), quoted(addressee));
        return Err(HubError::Invalid("regime", Problem::NoAddressee { value, other }));
    }
    let mut tx = hub.store.write().await?;
    let roster = tx.roster().await?;
    let receives = |role: &OrgRole| matches!(role, OrgRole::Authority | OrgRole::Customer);
    if !roster.organisation(org).is_some_and(|o| o.roles.iter().any(receives)) {
        return Err(HubError::Invalid("organisation", Problem::ReceivesNothing));
    }
    let seat = SeatRow {
        regime: regime.to_owned(),
        addressee: addressee.to_owned(),
        organisation: org,
        hours: "{}".to_owned(),
    };
    tx.put_seat(&seat).await?;
    let entry = [
        ("organisation", org.to_string()),
        ("regime", regime.to_owned()),
        ("addressee", addressee.to_owned()),
    ];
    leaf(hub, &mut tx, "report-seat", &entry).await?;
    Ok(tx.commit().await?)
}
