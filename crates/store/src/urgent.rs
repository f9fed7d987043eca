//! Urgent items and the calls that they make.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{ItemId, OrgId, PersonId};

/// One organisation is being called about one item.
#[derive(Clone, Debug)]
pub struct CallRow {
    /// About which item.
    pub item: ItemId,
    /// Whom.
    pub organisation: OrgId,
    /// How many of its list were told.
    pub place: i64,
    /// When the next is told.
    pub next_at: Option<Timestamp>,
    /// When somebody acknowledged.
    pub acknowledged_at: Option<Timestamp>,
}

type Raw = (Vec<u8>, Vec<u8>, i64, Option<i64>, Option<i64>);

fn read((item, org, place, next, done): Raw) -> Result<CallRow, StoreError> {
    Ok(CallRow {
        item: ItemId(uuid(&item)?),
        organisation: OrgId(uuid(&org)?),
        place,
        next_at: next.map(time).transpose()?,
        acknowledged_at: done.map(time).transpose()?,
    })
}

impl Tx {
    /// Marks an item as urgent. Whether that is news.
    ///
    /// # Errors
    /// The driver's.
    pub async fn mark_urgent(
        &mut self,
        id: ItemId,
        by: PersonId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "INSERT INTO urgent_item (item, marked_by, marked_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            bytes(id.0),
            bytes(by.0),
            micros(now)
        )?;
        Ok(done == 1)
    }

    /// Whether an item is urgent.
    ///
    /// # Errors
    /// The driver's.
    pub async fn is_urgent(&mut self, id: ItemId) -> Result<bool, StoreError> {
        let row: Option<(i64,)> =
            fetch_optional!(self, "SELECT marked_at FROM urgent_item WHERE item = $1", bytes(id.0))?;
        Ok(row.is_some())
    }

    /// Begins to call an organisation about an item; a call that runs stays as it is.
    ///
    /// # Errors
    /// The driver's.
    pub async fn begin_call(&mut self, id: ItemId, org: OrgId, now: Timestamp) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO urgent_call (item, organisation, place, next_at) VALUES ($1, $2, 0, $3) ON CONFLICT DO NOTHING",
            bytes(id.0),
            bytes(org.0),
            micros(now)
        )?;
        Ok(())
    }

    /// Ends the calls that nobody acknowledged: of one organisation, or of all.
    ///
    /// # Errors
    /// The driver's.
    pub async fn end_calls(&mut self, id: ItemId, of: Option<OrgId>) -> Result<(), StoreError> {
        execute!(
            self,
            "DELETE FROM urgent_call WHERE item = $1 AND acknowledged_at IS NULL AND ($2 IS NULL OR organisation = $2)",
            bytes(id.0),
            of.map(|org| bytes(org.0))
        )?;
        Ok(())
    }

    /// The calls whose next person is due.
    ///
    /// # Errors
    /// The driver's.
    pub async fn due_calls(&mut self, now: Timestamp) -> Result<Vec<CallRow>, StoreError> {
        let rows: Vec<Raw> = fetch_all!(
            self,
            "SELECT item, organisation, place, next_at, acknowledged_at FROM urgent_call
             WHERE acknowledged_at IS NULL AND next_at <= $1 ORDER BY item, organisation",
            micros(now)
        )?;
        rows.into_iter().map(read).collect()
    }

    /// Every call that nobody has acknowledged, oldest first.
    ///
    /// # Errors
    /// The driver's.
    pub async fn open_calls(&mut self) -> Result<Vec<CallRow>, StoreError> {
        let rows: Vec<Raw> = fetch_all!(
            self,
            "SELECT c.item, c.organisation, c.place, c.next_at, c.acknowledged_at FROM urgent_call c
             JOIN urgent_item u ON u.item = c.item WHERE c.acknowledged_at IS NULL
             ORDER BY u.marked_at, c.item, c.organisation"
        )?;
        rows.into_iter().map(read).collect()
    }

    /// One organisation's call about one item.
    ///
    /// # Errors
    /// The driver's.
    pub async fn call(&mut self, id: ItemId, org: OrgId) -> Result<Option<CallRow>, StoreError> {
        let row: Option<Raw> = fetch_optional!(
            self,
            "SELECT item, organisation, place, next_at, acknowledged_at FROM urgent_call WHERE item = $1 AND organisation = $2",
            bytes(id.0),
            bytes(org.0)
        )?;
        row.map(read).transpose()
    }

    /// Notes who was told, and when the next is.
    ///
    /// # Errors
    /// The driver's.
    pub async fn step_call(
        &mut self,
        id: ItemId,
        org: OrgId,
        place: i64,
        next: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE urgent_call SET place = $3, next_at = $4 WHERE item = $1 AND organisation = $2",
            bytes(id.0),
            bytes(org.0),
            place,
            next.map(micros)
        )?;
        Ok(())
    }

    /// Notes that somebody acknowledged.
    ///
    /// # Errors
    /// The driver's.
    pub async fn acknowledge_call(
        &mut self,
        id: ItemId,
        org: OrgId,
        by: Option<PersonId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE urgent_call SET acknowledged_at = $3, acknowledged_by = $4
             WHERE item = $1 AND organisation = $2 AND acknowledged_at IS NULL",
            bytes(id.0),
            bytes(org.0),
            micros(now),
            by.map(|p| bytes(p.0))
        )?;
        Ok(())
    }

    /// Names the persons who may read a TLP:RED item, each for one organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn set_item_people(
        &mut self,
        id: ItemId,
        people: &[(OrgId, PersonId)],
    ) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM item_person WHERE item = $1", bytes(id.0))?;
        for (org, person) in people {
            execute!(
                self,
                "INSERT INTO item_person (item, organisation, person) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                bytes(id.0),
                bytes(org.0),
                bytes(person.0)
            )?;
        }
        Ok(())
    }

    /// The persons who may read a TLP:RED item, and for which organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn item_people(&mut self, id: ItemId) -> Result<Vec<(OrgId, PersonId)>, StoreError> {
        let rows: Vec<(Vec<u8>, Vec<u8>)> = fetch_all!(
            self,
            "SELECT organisation, person FROM item_person WHERE item = $1 ORDER BY organisation, person",
            bytes(id.0)
        )?;
        rows.into_iter().map(|(org, p)| Ok((OrgId(uuid(&org)?), PersonId(uuid(&p)?)))).collect()
    }
}
