//! Seats: which organisation receives reports under which regime.
//!
//! An office sees a report only through a seat (decision 13), so that a seat that is taken closes its view at once, and the same given again
//! opens it. Whether a report waits there is nobody's business here: giving and taking never depend on it. Whose report is seen no longer is
//! told, and tells its office by another way.

use super::case;
use crate::ledger::{leaf_with_id, note_right};
use crate::notices::notify_report;
use crate::ops::admin::{AsRegistrar, by_whom};
use crate::ops::org_role::receives_reports;
use crate::ops::register::AsOverseer;
use crate::ops::words;
use crate::problem::quoted;
use crate::{Hub, HubError, Problem};
use model::id::OrgId;
use model::lang::Bilingual;
use model::role::OrgRole;
use store::{Happened, SeatRow, Tx};

/// A seat with the names that people know it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The regime, by id.
    pub regime: String,
    /// Its name; the id where no regime file names it any more.
    pub regime_name: Bilingual,
    /// The addressee of the regime, by id.
    pub addressee: String,
    /// Its name; the id likewise.
    pub addressee_name: Bilingual,
    /// Who receives.
    pub organisation: OrgId,
    /// Its name.
    pub organisation_name: Bilingual,
}

/// All of them, by regime and addressee. Cost: the seats, a few dozen, and the roster.
///
/// # Errors
/// `Unavailable`.
pub async fn list(hub: &Hub, _by: AsOverseer) -> Result<Vec<Seat>, HubError> {
    let mut tx = hub.store.read().await?;
    let (seats, roster) = (tx.seats().await?, tx.roster().await?);
    let same = |id: &str| Bilingual { ja: id.to_owned(), en: id.to_owned() };
    let named = |seat: SeatRow| {
        let regime = hub.regimes().get(&seat.regime);
        let addressee = regime.and_then(|r| r.addressees.iter().find(|a| a.id == seat.addressee));
        Seat {
            regime_name: regime.map_or_else(|| same(&seat.regime), |r| r.name.clone()),
            addressee_name: addressee.map_or_else(|| same(&seat.addressee), |a| a.name.clone()),
            organisation_name: words::name(&roster, seat.organisation),
            regime: seat.regime,
            addressee: seat.addressee,
            organisation: seat.organisation,
        }
    };
    Ok(seats.into_iter().map(named).collect())
}

/// Gives an authority or a customer a seat. One that it has stays as it is, with the hours that its office set. An operator gives none to
/// the hub itself: one person of it would make its staff readers of what members report.
///
/// # Errors
/// `Invalid` regime, addressee or organisation.
pub async fn give(
    hub: &Hub,
    by: AsRegistrar,
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
    let org_roles = roster.organisation(org).map(|o| &o.roles);
    if !org_roles.is_some_and(receives_reports) {
        return Err(HubError::Invalid("organisation", Problem::ReceivesNothing));
    }
    if org_roles.is_some_and(|roles| roles.contains(&OrgRole::Hub)) && !matches!(by, AsRegistrar::Machine) {
        return Err(HubError::Invalid("organisation", Problem::SeatOfTheHub));
    }
    if !put(&mut tx, org, regime, addressee).await? {
        return Ok(());
    }
    say(hub, &mut tx, by, (org, regime, addressee), true).await?;
    Ok(tx.commit().await?)
}

/// Takes one. What was sent to it stays with who sent it.
///
/// # Errors
/// `NotFound` for a seat that it has not.
pub async fn take(
    hub: &Hub,
    by: AsRegistrar,
    org: OrgId,
    regime: &str,
    addressee: &str,
) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if !end(hub, &mut tx, &row(org, regime, addressee)).await? {
        return Err(HubError::NotFound);
    }
    say(hub, &mut tx, by, (org, regime, addressee), false).await?;
    Ok(tx.commit().await?)
}

/// An office leaves, with all its seats.
pub(in crate::ops) async fn leave(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<(), HubError> {
    for seat in tx.seats().await?.iter().filter(|seat| seat.organisation == org) {
        end(hub, tx, seat).await?;
    }
    Ok(())
}

/// Whether it was there. Whoever reports to it is told that nobody receives it here: only then does it look for another way.
async fn end(hub: &Hub, tx: &mut Tx, seat: &SeatRow) -> Result<bool, HubError> {
    if !tx.remove_seat(seat).await? {
        return Ok(false);
    }
    for (report, incident) in tx.open_reports_of(seat).await? {
        let Some(row) = tx.incident(incident).await? else { continue };
        match case::open(hub, tx, row).await {
            Ok(case) => notify_report(hub, tx, case.owner, "report-office-gone", report).await?,
            // erased
            Err(HubError::NotFound) => {}
            Err(why) => return Err(why),
        }
    }
    Ok(true)
}

fn row(organisation: OrgId, regime: &str, addressee: &str) -> SeatRow {
    let (regime, addressee) = (regime.to_owned(), addressee.to_owned());
    SeatRow { regime, addressee, organisation, hours: "{}".to_owned() }
}

/// Whether it was not there before.
async fn put(tx: &mut Tx, org: OrgId, regime: &str, addressee: &str) -> Result<bool, HubError> {
    let same = |s: &SeatRow| s.organisation == org && s.regime == regime && s.addressee == addressee;
    if tx.seats().await?.iter().any(same) {
        return Ok(false);
    }
    tx.put_seat(&row(org, regime, addressee)).await?;
    Ok(true)
}

/// The words of the journal for a seat that stands and for one that does not.
const STANDS: &str = "stands";
const ENDS: &str = "ends";

/// The leaf, and the last word in the journal: an office that lost its seat sees no report after a restore.
async fn say(
    hub: &Hub,
    tx: &mut Tx,
    by: AsRegistrar,
    (org, regime, addressee): (OrgId, &str, &str),
    stands: bool,
) -> Result<(), HubError> {
    let entry = [
        ("organisation", org.to_string()),
        ("regime", regime.to_owned()),
        ("addressee", addressee.to_owned()),
        ("by", by_whom(by)),
    ];
    let (kind, word) = if stands { ("report-seat", STANDS) } else { ("report-seat-ends", ENDS) };
    let act = leaf_with_id(hub, tx, kind, &entry).await?;
    note_right(hub, (Happened::Seat, org.0, org), act, &format!("{word} {regime} {addressee}"))
}

/// Does again what a line of the journal says, after a restore. `None` when the backup does not know the organisation, or knows it as
/// one that receives nothing.
pub(in crate::ops) async fn again(
    hub: &Hub,
    tx: &mut Tx,
    org: OrgId,
    line: &str,
) -> Result<Option<bool>, HubError> {
    let mut words = line.splitn(3, ' ');
    let (Some(word), Some(regime), Some(addressee)) = (words.next(), words.next(), words.next()) else {
        return Ok(None);
    };
    if word == ENDS {
        return Ok(Some(end(hub, tx, &row(org, regime, addressee)).await?));
    }
    match tx.organisation_roles(org).await?.is_some_and(|roles| receives_reports(&roles)) {
        true => Ok(Some(put(tx, org, regime, addressee).await?)),
        false => Ok(None),
    }
}
