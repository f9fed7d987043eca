//! Who was served what, when. Readable by the hub alone.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{CollectionId, ItemId, OrgId, PersonId};
use uuid::Uuid;

/// A disclosure to note.
#[derive(Clone, Debug)]
pub struct NewDisclosure {
    /// Row.
    pub id: Uuid,
    /// To whom.
    pub organisation: OrgId,
    /// To which person.
    pub person: Option<PersonId>,
    /// `web`, `api`, `taxii`, `mail`.
    pub channel: &'static str,
    /// From which collection.
    pub collection: Option<CollectionId>,
    /// Which item.
    pub item: Option<ItemId>,
    /// The range of `date_added` served.
    pub range: Option<(i64, i64)>,
    /// How many objects.
    pub objects: i64,
}

/// A disclosure as stored.
#[derive(Clone, Debug)]
pub struct DisclosureRow {
    /// To whom.
    pub organisation: OrgId,
    /// By which way.
    pub channel: String,
    /// When.
    pub at: Timestamp,
}

impl Tx {
    /// Notes disclosures.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_disclosures(&mut self, new: &[(NewDisclosure, Timestamp)]) -> Result<(), StoreError> {
        insert_rows!(
            self,
            "INSERT INTO disclosure (id, organisation, person, channel, collection, item, first_added, last_added, objects, at) ",
            new,
            10,
            |b, row| {
                b.push_bind(bytes(row.0.id));
                b.push_bind(bytes(row.0.organisation.0));
                b.push_bind(row.0.person.map(|p| bytes(p.0)));
                b.push_bind(row.0.channel);
                b.push_bind(row.0.collection.map(|c| bytes(c.0)));
                b.push_bind(row.0.item.map(|i| bytes(i.0)));
                b.push_bind(row.0.range.map(|r| r.0));
                b.push_bind(row.0.range.map(|r| r.1));
                b.push_bind(row.0.objects);
                b.push_bind(micros(row.1));
            }
        )
    }

    /// Says that everything that was served before `at` is on disk, as far as this run of the program goes.
    ///
    /// # Errors
    /// The driver's.
    pub async fn disclosures_written(&mut self, run: Uuid, at: Timestamp) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO disclosure_run (id, written_at) VALUES ($1, $2)
             ON CONFLICT (id) DO UPDATE SET written_at = excluded.written_at",
            bytes(run),
            micros(at)
        )?;
        Ok(())
    }

    /// Ends a run that wrote everything.
    ///
    /// # Errors
    /// The driver's.
    pub async fn disclosures_complete(&mut self, run: Uuid) -> Result<(), StoreError> {
        execute!(self, "DELETE FROM disclosure_run WHERE id = $1", bytes(run))?;
        Ok(())
    }

    /// Turns every run that was last heard of before `silent_since` into a gap that ends at `now`: from what it wrote last on, nobody knows
    /// what it served.
    ///
    /// # Errors
    /// The driver's.
    pub async fn mark_gaps(&mut self, silent_since: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
        execute!(
            self,
            "INSERT INTO disclosure_gap (id, from_at, to_at) SELECT id, written_at, $2 FROM disclosure_run WHERE written_at < $1",
            micros(silent_since),
            micros(now)
        )?;
        execute!(self, "DELETE FROM disclosure_run WHERE written_at < $1", micros(silent_since))
    }

    /// The stretches of time after `since` of which it is not known who was served what: (from, to).
    ///
    /// # Errors
    /// The driver's.
    pub async fn disclosure_gaps(
        &mut self,
        since: Timestamp,
    ) -> Result<Vec<(Timestamp, Timestamp)>, StoreError> {
        let rows: Vec<(i64, i64)> = fetch_all!(
            self,
            "SELECT from_at, to_at FROM disclosure_gap WHERE to_at > $1 ORDER BY from_at",
            micros(since)
        )?;
        rows.into_iter().map(|(from, to)| Ok((time(from)?, time(to)?))).collect()
    }

    /// Who was served an item, itself or as part of a range of a feed.
    ///
    /// # Errors
    /// The driver's.
    pub async fn disclosures(&mut self, item: ItemId) -> Result<Vec<DisclosureRow>, StoreError> {
        let rows: Vec<(Vec<u8>, String, i64)> = fetch_all!(
            self,
            "SELECT d.organisation, d.channel, d.at FROM disclosure d WHERE d.item = $1
             UNION
             SELECT d.organisation, d.channel, d.at FROM disclosure d
             JOIN feed f ON f.item = $1 AND f.collection = d.collection AND f.date_added BETWEEN d.first_added AND d.last_added
             JOIN audience_member m ON m.audience = f.audience AND m.organisation = d.organisation
             ORDER BY 3, 1",
            bytes(item.0)
        )?;
        rows.into_iter()
            .map(|(org, channel, at)| {
                Ok(DisclosureRow { organisation: OrgId(uuid(&org)?), channel, at: time(at)? })
            })
            .collect()
    }
}
