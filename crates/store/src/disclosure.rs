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
