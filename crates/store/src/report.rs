//! Incidents, their versions, their reports and what happens to these. Damage information: nothing here joins with what is shared.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{IncidentId, LeafId, OrgId, ReportId};
use model::report::ReportState;
use model::report::event::What;
use sharing::report::{Sight, Stored};

/// An incident as stored.
#[derive(Clone, Debug)]
pub struct IncidentRow {
    /// Identifier.
    pub id: IncidentId,
    /// Its code.
    pub code: String,
    /// Keyed hash of its organisation.
    pub owner_tag: Vec<u8>,
    /// Its organisation, sealed.
    pub owner_sealed: Vec<u8>,
    /// Part of an exercise.
    pub exercise: bool,
    /// The newest version of its facts.
    pub version: i64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// A report as stored.
#[derive(Clone, Debug)]
pub struct ReportRow {
    /// Identifier.
    pub id: ReportId,
    /// Its incident.
    pub incident: IncidentId,
    /// The regime, by id.
    pub regime: String,
    /// The regime's addressee, by id.
    pub addressee: String,
    /// The office, if it is on this hub.
    pub office: Option<OrgId>,
    /// State.
    pub state: ReportState,
    /// When its first stage was sent.
    pub sent_at: Option<Timestamp>,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// An event to add.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// What happened.
    pub what: What,
    /// Whose act: an office's, or the reporter's.
    pub office: Option<OrgId>,
    /// The event, sealed.
    pub sealed: Vec<u8>,
    /// The form of a stage that was sent, sealed.
    pub form: Option<Vec<u8>>,
    /// Its leaf.
    pub leaf: LeafId,
    /// From when on the reporter is told.
    pub shown_at: Timestamp,
}

/// An event as stored.
#[derive(Clone, Debug)]
pub struct EventRow {
    /// Its report.
    pub report: ReportId,
    /// Its number, from 1.
    pub n: i64,
    /// What happened.
    pub what: What,
    /// Whose act.
    pub office: Option<OrgId>,
    /// The event, sealed.
    pub sealed: Vec<u8>,
    /// The form, sealed.
    pub form: Option<Vec<u8>>,
    /// Its leaf.
    pub leaf: LeafId,
    /// When.
    pub at: Timestamp,
    /// From when on the reporter is told.
    pub shown_at: Timestamp,
}

/// A seat: an organisation receives reports as this addressee of this regime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatRow {
    /// The regime, by id.
    pub regime: String,
    /// The addressee, by id.
    pub addressee: String,
    /// Who.
    pub organisation: OrgId,
    /// The hours that it has set, as JSON.
    pub hours: String,
}

type RawIncident = (Vec<u8>, String, Vec<u8>, Vec<u8>, bool, i64, i64, i64);
type RawReport = (Vec<u8>, Vec<u8>, String, String, Option<Vec<u8>>, String, Option<i64>, i64);
type RawEvent = (i64, String, Option<Vec<u8>>, Vec<u8>, Option<Vec<u8>>, Vec<u8>, i64, i64);
type RawSeat = (String, String, Vec<u8>, String);

impl Tx {
    /// Adds an incident. Its first version is added by [`Tx::insert_incident_version`].
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_incident(&mut self, new: &IncidentRow) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO incident (id, code, owner_tag, owner_sealed, exercise, version, created_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            bytes(new.id.0),
            &new.code,
            &new.owner_tag,
            &new.owner_sealed,
            new.exercise,
            new.version,
            micros(new.created_at),
            micros(new.changed_at)
        )?;
        Ok(())
    }

    /// Adds a version of the facts. The incident's number must already be this one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_incident_version(
        &mut self,
        id: IncidentId,
        n: i64,
        sealed: &[u8],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO incident_version (incident, n, sealed, at) VALUES ($1, $2, $3, $4)",
            bytes(id.0),
            n,
            sealed,
            micros(now)
        )?;
        Ok(())
    }

    /// Moves an incident from version `from` to the next; `false` when somebody saved meanwhile.
    ///
    /// # Errors
    /// The driver's.
    pub async fn next_incident_version(
        &mut self,
        id: IncidentId,
        from: i64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE incident SET version = $3, changed_at = $4 WHERE id = $1 AND version = $2",
            bytes(id.0),
            from,
            from + 1,
            micros(now)
        )?;
        Ok(done == 1)
    }

    /// Incidents of one organisation, newest change first, by its keyed hash and the one of earlier versions. Cost: the page.
    ///
    /// # Errors
    /// The driver's.
    pub async fn incidents_of(
        &mut self,
        owner: &[Vec<u8>; 2],
        limit: u32,
    ) -> Result<Vec<IncidentRow>, StoreError> {
        let rows: Vec<RawIncident> = fetch_all!(
            self,
            "SELECT id, code, owner_tag, owner_sealed, exercise, version, created_at, changed_at FROM incident
             WHERE owner_tag IN ($1, $2) ORDER BY changed_at DESC, id LIMIT $3",
            &owner[0],
            &owner[1],
            i64::from(limit)
        )?;
        rows.into_iter().map(incident).collect()
    }

    /// One incident of this organisation, as [`Tx::incidents_of`] finds it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn incident_of(
        &mut self,
        owner: &[Vec<u8>; 2],
        id: IncidentId,
    ) -> Result<Option<IncidentRow>, StoreError> {
        let found = self.incident(id).await?;
        Ok(found.filter(|row| owner.contains(&row.owner_tag)))
    }

    /// Puts incidents under another keyed hash of their organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn move_incidents(&mut self, from: &[u8], to: &[u8]) -> Result<(), StoreError> {
        execute!(self, "UPDATE incident SET owner_tag = $2 WHERE owner_tag = $1", from, to)?;
        Ok(())
    }

    /// One incident: for jobs, and for what was reached through a report.
    ///
    /// # Errors
    /// The driver's.
    pub async fn incident(&mut self, id: IncidentId) -> Result<Option<IncidentRow>, StoreError> {
        let row: Option<RawIncident> = fetch_optional!(
            self,
            "SELECT id, code, owner_tag, owner_sealed, exercise, version, created_at, changed_at FROM incident WHERE id = $1",
            bytes(id.0)
        )?;
        row.map(incident).transpose()
    }

    /// A version of the facts, sealed.
    ///
    /// # Errors
    /// The driver's.
    pub async fn incident_version(
        &mut self,
        id: IncidentId,
        n: i64,
    ) -> Result<Option<(Vec<u8>, Timestamp)>, StoreError> {
        let row: Option<(Vec<u8>, i64)> = fetch_optional!(
            self,
            "SELECT sealed, at FROM incident_version WHERE incident = $1 AND n = $2",
            bytes(id.0),
            n
        )?;
        row.map(|(sealed, at)| Ok((sealed, time(at)?))).transpose()
    }

    /// Adds a report.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_report(&mut self, new: &ReportRow) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO report (id, incident, regime, addressee, office, state, sent_at, events, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
            bytes(new.id.0),
            bytes(new.incident.0),
            &new.regime,
            &new.addressee,
            new.office.map(|o| bytes(o.0)),
            new.state.as_str(),
            new.sent_at.map(micros),
            micros(new.changed_at)
        )?;
        Ok(())
    }

    /// The reports of an incident, in the order of their opening as far as ids tell.
    ///
    /// # Errors
    /// The driver's.
    pub async fn reports_of(&mut self, incident: IncidentId) -> Result<Vec<ReportRow>, StoreError> {
        let rows: Vec<RawReport> = fetch_all!(
            self,
            "SELECT id, incident, regime, addressee, office, state, sent_at, changed_at FROM report
             WHERE incident = $1 ORDER BY regime, addressee, id",
            bytes(incident.0)
        )?;
        rows.into_iter().map(report).collect()
    }

    /// A report: for its organisation (which proves the incident) and for jobs.
    ///
    /// # Errors
    /// The driver's.
    pub async fn report(&mut self, id: ReportId) -> Result<Option<ReportRow>, StoreError> {
        let row: Option<RawReport> = fetch_optional!(
            self,
            "SELECT id, incident, regime, addressee, office, state, sent_at, changed_at FROM report WHERE id = $1",
            bytes(id.0)
        )?;
        row.map(report).transpose()
    }

    /// A report for an office. It has to be admitted before anything of it is shown.
    ///
    /// # Errors
    /// The driver's.
    pub async fn report_for(
        &mut self,
        sight: &Sight,
        id: ReportId,
    ) -> Result<Option<Stored<ReportRow>>, StoreError> {
        let found = self.report(id).await?.filter(|row| row.office == Some(sight.office().org));
        Ok(found.map(stored))
    }

    /// The reports sent to an office, newest first. Cost: the office's own, at most `limit`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn reports_for(
        &mut self,
        sight: &Sight,
        limit: u32,
    ) -> Result<Vec<Stored<ReportRow>>, StoreError> {
        let rows: Vec<RawReport> = fetch_all!(
            self,
            "SELECT id, incident, regime, addressee, office, state, sent_at, changed_at FROM report
             WHERE office = $1 AND sent_at IS NOT NULL ORDER BY sent_at DESC, id LIMIT $2",
            bytes(sight.office().org.0),
            i64::from(limit)
        )?;
        rows.into_iter().map(|raw| report(raw).map(stored)).collect()
    }

    /// The reports of a seat that are not closed: which report of which incident. Nothing of them is read. Cost: the office's reports.
    ///
    /// # Errors
    /// The driver's.
    pub async fn open_reports_of(
        &mut self,
        seat: &SeatRow,
    ) -> Result<Vec<(ReportId, IncidentId)>, StoreError> {
        let rows: Vec<(Vec<u8>, Vec<u8>)> = fetch_all!(
            self,
            "SELECT id, incident FROM report WHERE office = $1 AND regime = $2 AND addressee = $3 AND state <> 'closed'
             ORDER BY id",
            bytes(seat.organisation.0),
            &seat.regime,
            &seat.addressee
        )?;
        rows.into_iter()
            .map(|(id, incident)| Ok((ReportId(uuid(&id)?), IncidentId(uuid(&incident)?))))
            .collect()
    }

    /// Changes state, office and first sending, if the report is still in state `from`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn save_report(
        &mut self,
        from: ReportState,
        row: &ReportRow,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE report SET state = $3, office = $4, sent_at = $5, changed_at = $6 WHERE id = $1 AND state = $2",
            bytes(row.id.0),
            from.as_str(),
            row.state.as_str(),
            row.office.map(|o| bytes(o.0)),
            row.sent_at.map(micros),
            micros(now)
        )?;
        Ok(done == 1)
    }

    /// Moves a report to another addressee of its regime.
    ///
    /// # Errors
    /// The driver's.
    pub async fn move_addressee(&mut self, id: ReportId, addressee: &str) -> Result<(), StoreError> {
        execute!(self, "UPDATE report SET addressee = $2 WHERE id = $1", bytes(id.0), addressee)?;
        Ok(())
    }

    /// Adds an event; its number is returned. The report's row is locked until the commit, so that numbers have no gaps.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_event(
        &mut self,
        report: ReportId,
        new: &NewEvent,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let next: Option<(i64,)> = fetch_optional!(
            self,
            "UPDATE report SET events = events + 1 WHERE id = $1 RETURNING events",
            bytes(report.0)
        )?;
        let (n,) = next.ok_or_else(|| StoreError::Row("report".to_owned()))?;
        execute!(
            self,
            "INSERT INTO report_event (report, n, what, office, sealed, form, leaf, at, shown_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            bytes(report.0),
            n,
            new.what.as_str(),
            new.office.map(|o| bytes(o.0)),
            &new.sealed,
            new.form.clone(),
            bytes(new.leaf.0),
            micros(now),
            micros(new.shown_at)
        )?;
        Ok(n)
    }

    /// The events of a report, in order.
    ///
    /// # Errors
    /// The driver's.
    pub async fn events(&mut self, id: ReportId) -> Result<Vec<EventRow>, StoreError> {
        let rows: Vec<RawEvent> = fetch_all!(
            self,
            "SELECT n, what, office, sealed, form, leaf, at, shown_at FROM report_event WHERE report = $1 ORDER BY n",
            bytes(id.0)
        )?;
        rows.into_iter()
            .map(|(n, what, office, sealed, form, leaf, at, shown_at)| {
                Ok(EventRow {
                    report: id,
                    n,
                    what: what.parse()?,
                    office: office.map(|o| uuid(&o).map(OrgId)).transpose()?,
                    sealed,
                    form,
                    leaf: LeafId(uuid(&leaf)?),
                    at: time(at)?,
                    shown_at: time(shown_at)?,
                })
            })
            .collect()
    }

    /// Gives or changes a seat.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put_seat(&mut self, seat: &SeatRow) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO report_seat (regime, addressee, organisation, hours) VALUES ($1, $2, $3, $4)
             ON CONFLICT (regime, addressee, organisation) DO UPDATE SET hours = $4",
            &seat.regime,
            &seat.addressee,
            bytes(seat.organisation.0),
            &seat.hours
        )?;
        Ok(())
    }

    /// Takes a seat away. Reports stay where they are; without a seat their office sees them no longer.
    ///
    /// # Errors
    /// The driver's.
    pub async fn remove_seat(&mut self, seat: &SeatRow) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "DELETE FROM report_seat WHERE regime = $1 AND addressee = $2 AND organisation = $3",
            &seat.regime,
            &seat.addressee,
            bytes(seat.organisation.0)
        )?;
        Ok(done == 1)
    }

    /// All seats. A hub has a few dozen.
    ///
    /// # Errors
    /// The driver's.
    pub async fn seats(&mut self) -> Result<Vec<SeatRow>, StoreError> {
        let rows: Vec<RawSeat> = fetch_all!(
            self,
            "SELECT regime, addressee, organisation, hours FROM report_seat ORDER BY regime, addressee, organisation"
        )?;
        rows.into_iter()
            .map(|(regime, addressee, organisation, hours)| {
                Ok(SeatRow { regime, addressee, organisation: OrgId(uuid(&organisation)?), hours })
            })
            .collect()
    }
}

fn stored(row: ReportRow) -> Stored<ReportRow> {
    Stored { office: row.office, regime: row.regime.clone(), sent: row.sent_at.is_some(), value: row }
}

fn incident(row: RawIncident) -> Result<IncidentRow, StoreError> {
    Ok(IncidentRow {
        id: IncidentId(uuid(&row.0)?),
        code: row.1,
        owner_tag: row.2,
        owner_sealed: row.3,
        exercise: row.4,
        version: row.5,
        created_at: time(row.6)?,
        changed_at: time(row.7)?,
    })
}

fn report(row: RawReport) -> Result<ReportRow, StoreError> {
    Ok(ReportRow {
        id: ReportId(uuid(&row.0)?),
        incident: IncidentId(uuid(&row.1)?),
        regime: row.2,
        addressee: row.3,
        office: row.4.map(|o| uuid(&o).map(OrgId)).transpose()?,
        state: row.5.parse()?,
        sent_at: row.6.map(time).transpose()?,
        changed_at: time(row.7)?,
    })
}
