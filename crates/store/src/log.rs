//! The order of the log: its one state row, the bundles of leaves, the checkpoints that receipts need.
//!
//! A place is given by [`Tx::sequence`] and counts only if [`Tx::log_grows`] finds the size that the caller started from: of two
//! nodes that both believe that it is their turn, one commits.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::LeafId;
use tlog::Hash;
use uuid::Uuid;

/// How far the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogState {
    /// The epoch, from 1.
    pub epoch: i64,
    /// Leaves in it.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// When the next beat is due.
    pub next_beat: Timestamp,
}

/// A stored checkpoint.
#[derive(Clone, Debug)]
pub struct CheckpointRow {
    /// Its tree's size.
    pub size: u64,
    /// The signed note.
    pub note: String,
    /// An RFC 3161 token over its text.
    pub stamp: Option<Vec<u8>>,
    /// When the hub published it, by the hub's clock.
    pub at: Timestamp,
}

/// Epoch, size, root, next beat.
type State = (i64, i64, Option<Vec<u8>>, i64);

fn state((epoch, size, root, next_beat): State) -> Result<LogState, StoreError> {
    let root = match root {
        Some(root) => Hash::from_slice(&root).ok_or_else(|| StoreError::Row("log root".to_owned()))?,
        None => tlog::hash::empty_root(),
    };
    Ok(LogState { epoch, size: count(size)?, root, next_beat: time(next_beat)? })
}

fn count(column: i64) -> Result<u64, StoreError> {
    u64::try_from(column).map_err(|_| StoreError::Row("a count".to_owned()))
}

fn column(count: u64) -> Result<i64, StoreError> {
    i64::try_from(count).map_err(|_| StoreError::Row("a count".to_owned()))
}

impl Tx {
    /// How far the log is.
    ///
    /// # Errors
    /// The driver's.
    pub async fn log_state(&mut self) -> Result<LogState, StoreError> {
        let row: Option<State> =
            fetch_optional!(self, "SELECT epoch, size, root, next_beat FROM log_state WHERE one = 1")?;
        row.map_or_else(|| Err(StoreError::Row("log state".to_owned())), state)
    }

    /// Takes or keeps the turn to sequence until `until`; `None` while another node has it. The row stays locked until the
    /// transaction ends.
    ///
    /// # Errors
    /// The driver's.
    pub async fn log_turn(
        &mut self,
        node: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<LogState>, StoreError> {
        let row: Option<State> = fetch_optional!(
            self,
            "UPDATE log_state SET holder = $1, held_until = $3
             WHERE one = 1 AND (holder = $1 OR holder IS NULL OR held_until <= $2)
             RETURNING epoch, size, root, next_beat",
            bytes(node),
            micros(now),
            micros(until)
        )?;
        row.map(state).transpose()
    }

    /// Gives the leaves that wait longest the places from `base` on, urgent ones first, at most `limit`. Returns their commitments
    /// in the order of their places.
    ///
    /// # Errors
    /// The driver's.
    pub async fn sequence(&mut self, epoch: i64, base: u64, limit: u32) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut rows: Vec<(i64, Vec<u8>)> = fetch_all!(
            self,
            "UPDATE leaf SET epoch = $1, seq = $2 + due.place - 1
             FROM (SELECT id, row_number() OVER (ORDER BY urgency, at, id) AS place
                   FROM (SELECT id, urgency, at FROM leaf WHERE seq IS NULL ORDER BY urgency, at, id LIMIT $3) AS first) AS due
             WHERE leaf.id = due.id
             RETURNING leaf.seq, leaf.commitment",
            epoch,
            column(base)?,
            i64::from(limit)
        )?;
        rows.sort_unstable();
        Ok(rows.into_iter().map(|(_, commitment)| commitment).collect())
    }

    /// Gives the leaves that wait longest these places, urgent ones first, one each while there are both. Returns the places that were given,
    /// each with its commitment.
    ///
    /// # Errors
    /// The driver's.
    pub async fn sequence_at(
        &mut self,
        epoch: i64,
        places: &[u64],
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let rows: Vec<(Vec<u8>, Vec<u8>)> = fetch_all!(
            self,
            "SELECT id, commitment FROM leaf WHERE seq IS NULL ORDER BY urgency, at, id LIMIT $1",
            i64::try_from(places.len()).unwrap_or(i64::MAX)
        )?;
        let mut out = Vec::with_capacity(rows.len());
        for ((id, commitment), place) in rows.into_iter().zip(places) {
            execute!(
                self,
                "UPDATE leaf SET epoch = $1, seq = $2 WHERE id = $3 AND seq IS NULL",
                epoch,
                column(*place)?,
                id
            )?;
            out.push((*place, commitment));
        }
        Ok(out)
    }

    /// Grows the log from what it was when the turn began; `false` when it is not that any more, and then nothing of this
    /// transaction may be committed.
    ///
    /// # Errors
    /// The driver's.
    pub async fn log_grows(&mut self, from: &LogState, to: &LogState) -> Result<bool, StoreError> {
        let changed = execute!(
            self,
            "UPDATE log_state SET epoch = $3, size = $4, root = $5, next_beat = $6
             WHERE one = 1 AND epoch = $1 AND size = $2",
            from.epoch,
            column(from.size)?,
            to.epoch,
            column(to.size)?,
            to.root.as_bytes().to_vec(),
            micros(to.next_beat)
        )?;
        Ok(changed == 1)
    }

    /// Bundles from number `from` on, at most `limit`: each up to 256 leaves of 32 bytes.
    ///
    /// # Errors
    /// The driver's.
    pub async fn log_bundles(
        &mut self,
        epoch: i64,
        from: u64,
        limit: u32,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let rows: Vec<(i64, Vec<u8>)> = fetch_all!(
            self,
            "SELECT n, leaves FROM log_bundle WHERE epoch = $1 AND n >= $2 ORDER BY n LIMIT $3",
            epoch,
            column(from)?,
            i64::from(limit)
        )?;
        rows.into_iter().map(|(n, leaves)| Ok((count(n)?, leaves))).collect()
    }

    /// Writes a bundle, or a longer form of it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put_log_bundle(&mut self, epoch: i64, n: u64, leaves: &[u8]) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO log_bundle (epoch, n, leaves) VALUES ($1, $2, $3)
             ON CONFLICT (epoch, n) DO UPDATE SET leaves = excluded.leaves",
            epoch,
            column(n)?,
            leaves
        )?;
        Ok(())
    }

    /// Since when the leaf that waits longest waits. Two index look-ups, however many wait.
    ///
    /// # Errors
    /// The driver's.
    pub async fn log_waits_since(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let row: Option<(Option<i64>,)> = fetch_optional!(
            self,
            "SELECT min(at) FROM (
                 SELECT at FROM (SELECT at FROM leaf WHERE seq IS NULL AND urgency = 0 ORDER BY at LIMIT 1) AS urgent
                 UNION ALL
                 SELECT at FROM (SELECT at FROM leaf WHERE seq IS NULL AND urgency = 1 ORDER BY at LIMIT 1) AS others
             ) AS oldest"
        )?;
        row.and_then(|(at,)| at).map(time).transpose()
    }

    /// Keeps a checkpoint; with `kept` false only until a newer one comes.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put_checkpoint(
        &mut self,
        epoch: i64,
        row: &CheckpointRow,
        kept: bool,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "DELETE FROM log_checkpoint WHERE epoch = $1 AND size < $2 AND kept = FALSE",
            epoch,
            column(row.size)?
        )?;
        execute!(
            self,
            "INSERT INTO log_checkpoint (epoch, size, note, stamp, kept, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (epoch, size) DO UPDATE SET note = excluded.note, stamp = excluded.stamp",
            epoch,
            column(row.size)?,
            &row.note,
            &row.stamp,
            kept,
            micros(row.at)
        )?;
        Ok(())
    }

    /// The oldest checkpoint kept that covers place `seq`: the earliest time that can be proven for it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn checkpoint_over(
        &mut self,
        epoch: i64,
        seq: i64,
    ) -> Result<Option<CheckpointRow>, StoreError> {
        let row: Option<(i64, String, Option<Vec<u8>>, i64)> = fetch_optional!(
            self,
            "SELECT size, note, stamp, at FROM log_checkpoint WHERE epoch = $1 AND size > $2 ORDER BY size LIMIT 1",
            epoch,
            seq
        )?;
        row.map(|(size, note, stamp, at)| {
            Ok(CheckpointRow { size: count(size)?, note, stamp, at: time(at)? })
        })
        .transpose()
    }

    /// The day of the newest checkpoint of the epoch.
    ///
    /// # Errors
    /// The driver's.
    pub async fn last_checkpoint_at(&mut self, epoch: i64) -> Result<Option<Timestamp>, StoreError> {
        let row: Option<(Option<i64>,)> = fetch_optional!(
            self,
            "SELECT max(at) FROM log_checkpoint WHERE epoch = $1 AND kept = TRUE",
            epoch
        )?;
        row.and_then(|(at,)| at).map(time).transpose()
    }

    /// Gives a leaf of the backup the place that the files say it has. `false` when no row has this commitment.
    ///
    /// # Errors
    /// The driver's.
    pub async fn place_leaf(
        &mut self,
        epoch: i64,
        place: u64,
        commitment: &[u8],
    ) -> Result<bool, StoreError> {
        let changed = execute!(
            self,
            "UPDATE leaf SET epoch = $1, seq = $2 WHERE seq IS NULL AND commitment = $3",
            epoch,
            column(place)?,
            commitment
        )?;
        Ok(changed == 1)
    }

    /// Binds the disclosures that no leaf vouches for to this one. Returns how many.
    ///
    /// # Errors
    /// The driver's.
    pub async fn bind_disclosures(&mut self, leaf: LeafId) -> Result<u64, StoreError> {
        execute!(self, "UPDATE disclosure SET leaf = $1 WHERE leaf IS NULL", bytes(leaf.0))
    }

    /// The disclosures that a leaf vouches for, each as one line, in a fixed order.
    ///
    /// # Errors
    /// The driver's.
    pub async fn disclosure_lines(&mut self, leaf: LeafId) -> Result<Vec<String>, StoreError> {
        let rows: Vec<Disclosed> = fetch_all!(
            self,
            "SELECT id, organisation, person, channel, collection, item, first_added, last_added, objects, at
             FROM disclosure WHERE leaf = $1 ORDER BY at, id",
            bytes(leaf.0)
        )?;
        rows.into_iter().map(disclosure_line).collect()
    }
}

/// Id, organisation, person, channel, collection, item, first and last added, objects, time.
type Disclosed = (
    Vec<u8>,
    Vec<u8>,
    Option<Vec<u8>>,
    String,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<i64>,
    Option<i64>,
    i64,
    i64,
);

/// A disclosure as it is hashed: the columns in their order, `-` for none.
fn disclosure_line(row: Disclosed) -> Result<String, StoreError> {
    let (id, org, person, channel, collection, item, first, last, objects, at) = row;
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let name = |column: Option<Vec<u8>>| -> Result<String, StoreError> {
        Ok(or_none(column.map(|c| uuid(&c)).transpose()?.map(|id| id.to_string())))
    };
    let number = |n: Option<i64>| or_none(n.map(|n| n.to_string()));
    Ok(format!(
        "{} {} {} {channel} {} {} {} {} {objects} {at}",
        name(Some(id))?,
        name(Some(org))?,
        name(person)?,
        name(collection)?,
        name(item)?,
        number(first),
        number(last)
    ))
}
