//! Opening an incident, saving its facts, the duties of an organisation.

use super::case::{self, OWNER, Version, seal, version_part};
use super::{remind, view};
use crate::ledger::leaf;
use crate::problem::quoted;
use crate::{Hub, HubError, Problem};
use jiff::Timestamp;
use model::clock::Trigger;
use model::clock::regime::Fact;
use model::id::{IncidentId, OrgId, ReportId, SubmissionId};
use model::lang::Bilingual;
use model::receipt::ReceiptCode;
use model::report::facts::{FACTS_BYTES_MAX, Noticed};
use model::report::{Facts, ReportState};
use serde_json::{Value, json};
use sharing::caller::AsReporter;
use sharing::report::AsFiler;
use store::{IncidentRow, ReportRow, SeatRow, Tx};

pub use super::view::{DutyView, EventView, IncidentView, ReportView};

/// The most addressees of one incident: every regime that ships, several times over.
pub const ADDRESSEES_MAX: usize = 64;

/// The most incidents that one board shows. More are found by their pages.
const BOARD_MAX: u32 = 200;

/// Whom an incident is to be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// The regime, by id.
    pub regime: String,
    /// Its addressee, by id.
    pub addressee: String,
    /// The office, where several have that seat.
    pub office: Option<OrgId>,
}

impl std::str::FromStr for Address {
    type Err = Problem;

    /// `REGIME/ADDRESSEE` or `REGIME/ADDRESSEE/OFFICE`.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let bad = || Problem::NotAnAddressee { value: quoted(text) };
        let mut parts = text.split('/');
        let mut next = || parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
        let (regime, addressee) = (next().ok_or_else(bad)?, next().ok_or_else(bad)?);
        let office = next().map(|id| id.parse().map_err(|_| bad())).transpose()?;
        if parts.next().is_some() { Err(bad()) } else { Ok(Self { regime, addressee, office }) }
    }
}

/// An incident to open.
#[derive(Clone, Debug, Default)]
pub struct NewIncident {
    /// What is known.
    pub facts: Facts,
    /// Whom to tell.
    pub addresses: Vec<Address>,
    /// Part of an exercise.
    pub exercise: bool,
}

/// Opens an incident with its reports. Nothing is sent yet.
///
/// # Errors
/// `Invalid` facts or addresses.
pub async fn open(hub: &Hub, filer: AsFiler, new: NewIncident) -> Result<IncidentView, HubError> {
    check(&new.facts)?;
    let mut tx = hub.store.write().await?;
    let id = IncidentId::from_random(hub.random(&format!("incident/{}", filer.org)));
    hub.store.seals().create(id, hub.random("seal-key"))?;
    let now = hub.now();
    let [owner_tag, _] = super::owner_tags(hub, filer.org);
    let row = IncidentRow {
        id,
        code: ReceiptCode::from_random(hub.random(&format!("incident-code/{}", filer.org))).to_string(),
        owner_tag,
        owner_sealed: seal(hub, id, OWNER, filer.org.0.as_bytes())?,
        exercise: new.exercise,
        version: 1,
        created_at: now,
        changed_at: now,
    };
    tx.insert_incident(&row).await?;
    put_version(hub, &mut tx, filer, id, 1, new.facts.over(&Facts::default())).await?;
    address(hub, &mut tx, filer, &row, &new.addresses).await?;
    leaf(hub, &mut tx, "incident", &[("incident", id.to_string())]).await?;
    let case = case::open(hub, &mut tx, row).await?;
    remind::plan_all(hub, &mut tx, &case).await?;
    let view = view::incident(hub, &case);
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(view)
}

fn check(facts: &Facts) -> Result<(), HubError> {
    let problems = facts.problems();
    if !problems.is_empty() {
        return Err(HubError::said("facts", problems.join("; ")));
    }
    Ok(())
}

async fn put_version(
    hub: &Hub,
    tx: &mut Tx,
    filer: AsFiler,
    id: IncidentId,
    n: i64,
    facts: Facts,
) -> Result<(), HubError> {
    let plain =
        serde_json::to_vec(&Version { person: filer.person, facts }).map_err(store::StoreError::from)?;
    if plain.len() > FACTS_BYTES_MAX {
        return Err(HubError::TooLarge(FACTS_BYTES_MAX));
    }
    let sealed = seal(hub, id, &version_part(n), &plain)?;
    tx.insert_incident_version(id, n, &sealed, hub.now()).await?;
    Ok(())
}

/// Adds the reports that are not there yet. One to an office whose seat was taken stays as it is, and does not stand in the way of
/// another to whoever has the seat now.
async fn address(
    hub: &Hub,
    tx: &mut Tx,
    filer: AsFiler,
    incident: &IncidentRow,
    addresses: &[Address],
) -> Result<(), HubError> {
    let there = tx.reports_of(incident.id).await?;
    if there.len() + addresses.len() > ADDRESSEES_MAX {
        return Err(HubError::Invalid("addresses", Problem::AddresseesAtMost { most: ADDRESSEES_MAX }));
    }
    let seats = tx.seats().await?;
    let mut added: Vec<&Address> = Vec::new();
    for one in addresses {
        let known = there.iter().any(|r| {
            let stands = r.office.is_none() || case::seat_of(&seats, r).is_some();
            stands && r.regime == one.regime && r.addressee == one.addressee
        });
        if known || added.contains(&one) {
            continue;
        }
        added.push(one);
        let office = office(hub, &seats, one)?;
        tx.insert_report(&ReportRow {
            id: ReportId::from_random(hub.random(&format!("report/{}", filer.org))),
            incident: incident.id,
            regime: one.regime.clone(),
            addressee: one.addressee.clone(),
            office,
            state: ReportState::Open,
            sent_at: None,
            changed_at: hub.now(),
        })
        .await?;
    }
    Ok(())
}

/// The office of an address: the one that is named, or the only one with that seat, or none on this hub.
fn office(hub: &Hub, seats: &[SeatRow], one: &Address) -> Result<Option<OrgId>, HubError> {
    let invalid = |why| HubError::Invalid("addresses", why);
    let (value, other) = (quoted(&one.regime), quoted(&one.addressee));
    let Some(regime) = hub.regimes().get(&one.regime) else {
        return Err(invalid(Problem::NoRegime { value }));
    };
    if !regime.addressees.iter().any(|a| a.id == one.addressee) {
        return Err(invalid(Problem::NoAddressee { value, other }));
    }
    let mut holders = seats
        .iter()
        .filter(|s| s.regime == one.regime && s.addressee == one.addressee)
        .map(|s| s.organisation);
    match one.office {
        Some(office) if holders.any(|holder| holder == office) => Ok(Some(office)),
        Some(_) => Err(invalid(Problem::NoSeat { value })),
        None => match (holders.next(), holders.next()) {
            (Some(_), Some(_)) => Err(invalid(Problem::SeveralOffices { value: other })),
            (only, _) => Ok(only),
        },
    }
}

/// Saves the facts as a new version and adds addressees. `version` is the one they were read from: somebody else's saving in
/// between is never overwritten.
///
/// # Errors
/// `NotFound`, `Invalid`; `Invalid("version")` when it was changed meanwhile.
pub async fn save(
    hub: &Hub,
    filer: AsFiler,
    id: IncidentId,
    version: i64,
    facts: Facts,
    addresses: &[Address],
) -> Result<IncidentView, HubError> {
    check(&facts)?;
    let mut tx = hub.store.write().await?;
    let before = case::own(hub, &mut tx, filer, id).await?;
    if version != before.row.version || !tx.next_incident_version(id, version, hub.now()).await? {
        let now = before.row.version;
        return Err(HubError::Invalid("version", Problem::ChangedMeanwhile { n: now }));
    }
    put_version(hub, &mut tx, filer, id, version + 1, facts.over(&before.facts)).await?;
    address(hub, &mut tx, filer, &before.row, addresses).await?;
    let row = tx.incident(id).await?.ok_or(HubError::NotFound)?;
    let case = case::open(hub, &mut tx, row).await?;
    remind::plan_all(hub, &mut tx, &case).await?;
    let view = view::incident(hub, &case);
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(view)
}

/// One incident.
///
/// # Errors
/// `NotFound` for another's and for none.
pub async fn show(hub: &Hub, filer: AsFiler, id: IncidentId) -> Result<IncidentView, HubError> {
    let mut tx = hub.store.read().await?;
    Ok(view::incident(hub, &case::own(hub, &mut tx, filer, id).await?))
}

/// The incidents of an organisation with all their duties, newest change first. Cost: opening each of at most 200.
///
/// # Errors
/// `Unavailable`.
pub async fn board(hub: &Hub, filer: AsFiler) -> Result<Vec<IncidentView>, HubError> {
    let mut tx = hub.store.read().await?;
    let tags = super::owner_tags(hub, filer.org);
    let mut out = Vec::new();
    for row in tx.incidents_of(&tags, BOARD_MAX).await? {
        match case::open(hub, &mut tx, row).await {
            Ok(case) => out.push(view::incident(hub, &case)),
            // erased
            Err(HubError::NotFound) => {}
            Err(why) => return Err(why),
        }
    }
    Ok(out)
}

/// Every incident of an organisation with what became of its reports, for its export.
pub(crate) async fn export(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<Vec<Value>, HubError> {
    let mut out = Vec::new();
    for row in tx.incidents_of(&super::owner_tags(hub, org), u32::MAX).await? {
        let view = match case::open(hub, tx, row).await {
            Ok(case) => view::incident(hub, &case),
            // erased
            Err(HubError::NotFound) => continue,
            Err(why) => return Err(why),
        };
        let reports = view.reports.into_iter().map(|report| {
            let events = report.events.into_iter().map(|one| {
                json!({
                    "n": one.n, "by_reporter": one.by_reporter, "office": one.office, "event": one.event,
                    "form": one.form, "at": one.at.to_string(),
                })
            });
            json!({
                "regime": report.regime, "addressee": report.addressee, "state": report.state.as_str(),
                "number": report.number, "events": events.collect::<Vec<_>>(),
            })
        });
        out.push(json!({
            "code": view.code, "created_at": view.created_at.to_string(), "changed_at": view.changed_at.to_string(),
            "exercise": view.exercise, "facts": view.facts, "reports": reports.collect::<Vec<_>>(),
        }));
    }
    Ok(out)
}

/// Somebody who can be told: what a form offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The address, as [`Address`] reads it.
    pub value: String,
    /// The regime, by id.
    pub regime: String,
    /// Its name.
    pub regime_name: Bilingual,
    /// The addressee.
    pub addressee: Bilingual,
    /// The office on this hub; without one it is told elsewhere and declared here.
    pub office: Option<Bilingual>,
}

/// Everybody who can be told, by regime.
///
/// # Errors
/// `Unavailable`.
pub async fn choices(hub: &Hub) -> Result<Vec<Choice>, HubError> {
    let mut tx = hub.store.read().await?;
    let (seats, roster) = (tx.seats().await?, tx.roster().await?);
    let mut out = Vec::new();
    for regime in hub.regimes().iter() {
        for addressee in &regime.addressees {
            let path = format!("{}/{}", regime.id, addressee.id);
            let choice = |value, office| Choice {
                value,
                regime: regime.id.clone(),
                regime_name: regime.name.clone(),
                addressee: addressee.name.clone(),
                office,
            };
            let here: Vec<&SeatRow> =
                seats.iter().filter(|s| s.regime == regime.id && s.addressee == addressee.id).collect();
            if here.is_empty() {
                out.push(choice(path.clone(), None));
            }
            out.extend(here.iter().map(|seat| {
                let name = crate::ops::words::name(&roster, seat.organisation);
                choice(format!("{path}/{}", seat.organisation), Some(name))
            }));
        }
    }
    Ok(out)
}

/// The facts of an incident that begins with a submission: its times and its technical values, nothing else.
///
/// # Errors
/// `NotFound` for another's and for none.
pub async fn from_submission(hub: &Hub, source: AsReporter, id: SubmissionId) -> Result<Facts, HubError> {
    let mut tx = hub.store.read().await?;
    let row = crate::ops::mine::own(hub, &mut tx, source, id).await?;
    let part = crate::reading::reading(hub, &mut tx, id).await?.part;
    let mut facts = Facts::default();
    let known = to_the_minute(row.received_at);
    facts.happened.triggers.insert(Trigger::Awareness, known);
    facts.noticed.push(Noticed {
        at: Some(known),
        what: format!("{} {}", row.receipt, row.kind),
        ..Noticed::default()
    });
    let values: Vec<String> = part.indicators.iter().map(|i| i.indicator.value().to_owned()).collect();
    if !values.is_empty() {
        facts.texts.insert(Fact::Indicators, values.join("\n"));
    }
    let techniques: Vec<String> = part.techniques.into_iter().collect();
    if !techniques.is_empty() {
        facts.texts.insert(Fact::AttackKind, techniques.join(", "));
    }
    Ok(facts)
}

/// The whole minute before: people read and correct it in a form, and a clock that starts earlier makes nobody late.
fn to_the_minute(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap_or(at)
}
