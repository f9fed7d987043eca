//! Everything held against everything: database, files, keys and an earlier checkpoint. Names what does not fit.
//!
//! Cost: one pass over all leaves, hashing each once.

use crate::ledger::disclosures_digest;
use crate::log::beat::dummy;
use crate::log::receipt::opening;
use crate::log::writer::LEAF_BYTES;
use crate::log::{key, keys};
use crate::{Hub, HubError};
use std::collections::{BTreeMap, BTreeSet};
use store::{LeafRow, LogState, Tx};
use tlog::frontier::TileData;
use tlog::tile::TILE_WIDTH;
use tlog::{Checkpoint, Frontier, Hash, Note, Tile};

/// Rows read at once: 16 bundles.
const ROWS_AT_ONCE: u32 = 4096;

/// Something that does not fit, or that a reader should know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// There are leaves and no checkpoint file.
    NoCheckpoint,
    /// The checkpoint file is not signed by this log's key.
    CheckpointForged,
    /// The files know more leaves than the database: it was put back, or rows were cut off.
    DatabaseOlder {
        /// Leaves in the files.
        files: u64,
        /// Leaves in the database.
        database: u64,
    },
    /// The database knows more than the files: what a crash leaves; the next start mends it.
    FilesBehind {
        /// Leaves in the files.
        files: u64,
        /// Leaves in the database.
        database: u64,
    },
    /// A file is missing.
    FileMissing(String),
    /// A file says something else than the order in the database.
    FileEdited(String),
    /// A bundle of the order is missing or short in the database.
    OrderCut(u64),
    /// The order in the database does not lead to this root, which was signed or stored.
    OrderEdited(u64),
    /// The row at this place says something else than the order.
    LeafEdited(u64),
    /// The row at this place stands elsewhere in the order.
    LeafMoved(u64),
    /// The row of this place is gone.
    LeafDeleted(u64),
    /// A row claims a place that the order does not have.
    LeafAdded(u64),
    /// The sealed words of the row at this place are not those that were committed to.
    OpeningEdited(u64),
    /// Rows of the disclosure log are not those that the leaf at this place vouches for.
    DisclosuresEdited(u64),
    /// The earlier checkpoint is not signed by a key of this log.
    EarlierForeign,
    /// The earlier checkpoint is larger than the log: it was put back without an epoch.
    SilentRestore {
        /// Leaves in the earlier checkpoint.
        earlier: u64,
        /// Leaves now.
        now: u64,
    },
    /// The first leaves are not those of the earlier checkpoint: the past was rewritten.
    Rewritten(u64),
    /// Not a fault: a restore that was logged took these places, from and up to, back from the files.
    LoggedRestore(u64, u64),
}

impl Finding {
    /// Whether it is a fault.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        !matches!(self, Self::LoggedRestore(..) | Self::FilesBehind { .. })
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoCheckpoint => f.write_str("the checkpoint file is missing"),
            Self::CheckpointForged => f.write_str("the checkpoint file is not signed by this log's key"),
            Self::DatabaseOlder { files, database } => write!(
                f,
                "the database knows {database} leaves and the files {files}: the database was put back; if you did that, say so with `noroshi log epoch`"
            ),
            Self::FilesBehind { files, database } => write!(
                f,
                "the files end at {files} leaves and the database at {database}: a crash came between; the next start writes the rest"
            ),
            Self::FileMissing(path) => write!(f, "the file {path} is missing"),
            Self::FileEdited(path) => write!(f, "the file {path} was edited"),
            Self::OrderCut(n) => write!(f, "bundle {n} of the order is missing or short in the database"),
            Self::OrderEdited(size) => write!(
                f,
                "the order in the database does not lead to the root of {size} leaves: leaves were edited, deleted or reordered"
            ),
            Self::LeafEdited(place) => write!(f, "leaf {place}: the row was edited"),
            Self::LeafMoved(place) => write!(f, "leaf {place}: the row was moved from another place"),
            Self::LeafDeleted(place) => write!(f, "leaf {place}: the row was deleted"),
            Self::LeafAdded(place) => {
                write!(f, "leaf {place}: a row claims a place that the log does not have")
            }
            Self::OpeningEdited(place) => {
                write!(f, "leaf {place}: the sealed words are not those that were committed to")
            }
            Self::DisclosuresEdited(place) => {
                write!(f, "leaf {place}: the rows of the disclosure log that it vouches for were edited")
            }
            Self::EarlierForeign => f.write_str("the earlier checkpoint is not signed by a key of this log"),
            Self::SilentRestore { earlier, now } => {
                write!(f, "the log has {now} leaves and had {earlier}: it was put back, and no epoch says so")
            }
            Self::Rewritten(size) => write!(
                f,
                "the first {size} leaves are not those of the earlier checkpoint: the past was rewritten"
            ),
            Self::LoggedRestore(from, to) => write!(
                f,
                "a logged restore: the words of leaves {from} to {to} may be lost, their proofs are not"
            ),
        }
    }
}

/// What was looked at.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Leaves walked.
    pub leaves: u64,
    /// What was found, in order.
    pub findings: Vec<Finding>,
}

/// Checks the newest epoch, against an earlier checkpoint where one is given.
///
/// # Errors
/// `Unavailable` when it cannot be read; what can be read and is wrong is a finding.
pub async fn check(hub: &Hub, earlier: Option<&[u8]>) -> Result<Checked, HubError> {
    let mut tx = hub.store.read().await?;
    let state = tx.log_state().await?;
    let mut walk = Walk::new(hub, state);
    walk.signed(earlier)?;
    walk.order(&mut tx).await?;
    walk.rows(&mut tx).await?;
    walk.disclosures(&mut tx).await?;
    walk.findings.sort();
    Ok(Checked { leaves: state.size, findings: walk.findings })
}

struct Walk<'h> {
    hub: &'h Hub,
    state: LogState,
    findings: Vec<Finding>,
    /// Roots that the order must lead to, by size.
    roots: BTreeMap<u64, Vec<(Hash, Finding)>>,
    order: Vec<u8>,
    covering: Vec<(u64, LeafRow)>,
    lost: Vec<(u64, u64)>,
}

impl<'h> Walk<'h> {
    fn new(hub: &'h Hub, state: LogState) -> Self {
        let stored = (state.root, Finding::OrderEdited(state.size));
        Self {
            hub,
            state,
            findings: Vec::new(),
            roots: BTreeMap::from([(state.size, vec![stored])]),
            order: Vec::new(),
            covering: Vec::new(),
            lost: Vec::new(),
        }
    }

    /// The checkpoint file and the earlier checkpoint: who signed, how large.
    fn signed(&mut self, earlier: Option<&[u8]>) -> Result<(), HubError> {
        let size = self.state.size;
        let key = key(self.hub, self.state.epoch)?;
        match self.hub.store.tiles().checkpoint()?.map(|bytes| Checkpoint::open(&bytes, key.verifier())) {
            None if size > 0 => self.findings.push(Finding::NoCheckpoint),
            None => {}
            Some(Err(_)) => self.findings.push(Finding::CheckpointForged),
            Some(Ok((published, _))) => {
                let (files, database) = (published.size, size);
                if files > database {
                    self.findings.push(Finding::DatabaseOlder { files, database });
                } else {
                    self.must_lead_to(files, published.root, Finding::OrderEdited(files));
                    if files < database {
                        self.findings.push(Finding::FilesBehind { files, database });
                    }
                }
            }
        }
        let Some(earlier) = earlier else { return Ok(()) };
        let note = Note::parse(earlier).ok();
        let opened = note.and_then(|note| {
            keys(self.hub).ok()?.iter().find_map(|key| Checkpoint::open_note(&note, key).ok())
        });
        match opened {
            None => self.findings.push(Finding::EarlierForeign),
            // An earlier epoch is laid aside whole; its end is in the first leaf of the next.
            Some(earlier) if earlier.origin != key.verifier().name() => {}
            Some(earlier) if earlier.size > size => {
                self.findings.push(Finding::SilentRestore { earlier: earlier.size, now: size });
            }
            Some(earlier) => self.must_lead_to(earlier.size, earlier.root, Finding::Rewritten(earlier.size)),
        }
        Ok(())
    }

    fn must_lead_to(&mut self, size: u64, root: Hash, otherwise: Finding) {
        self.roots.entry(size).or_default().push((root, otherwise));
    }

    /// The order in the database: whole, leading to every root, and the same as the files.
    async fn order(&mut self, tx: &mut Tx) -> Result<(), HubError> {
        let mut frontier = Frontier::new();
        let mut edge = BTreeMap::new();
        self.meets(&frontier);
        for n in 0..self.state.size.div_ceil(TILE_WIDTH) {
            let wanted = (self.state.size - n * TILE_WIDTH).min(TILE_WIDTH) as usize * LEAF_BYTES;
            let found = tx
                .log_bundles(self.state.epoch, n, 1)
                .await?
                .into_iter()
                .next()
                .filter(|(found, _)| *found == n);
            let Some(leaves) = found.map(|(_, leaves)| leaves).filter(|leaves| leaves.len() == wanted) else {
                self.findings.push(Finding::OrderCut(n));
                return Ok(());
            };
            let files_until = self.files_until();
            for leaf in leaves.chunks_exact(LEAF_BYTES) {
                let grown = frontier
                    .append_data(&[leaf])
                    .map_err(|_| HubError::Unavailable("log-full".to_owned()))?;
                if frontier.size() <= files_until {
                    self.tiles(grown, &mut edge, frontier.size() == files_until)?;
                }
                self.meets(&frontier);
            }
            self.bundle(n, &leaves, files_until)?;
            self.order.extend(&leaves);
        }
        Ok(())
    }

    /// Holds the full tiles against their files, and at the end those of the edge.
    fn tiles(
        &mut self,
        grown: Vec<TileData>,
        edge: &mut BTreeMap<u8, TileData>,
        is_last: bool,
    ) -> Result<(), HubError> {
        for data in grown {
            if data.tile.is_full() {
                edge.remove(&data.tile.level);
                self.same(data.tile.path(), self.hub.store.tiles().tile(data.tile)?, &data.bytes);
            } else {
                edge.insert(data.tile.level, data);
            }
        }
        if is_last {
            for data in edge.values() {
                self.same(data.tile.path(), self.hub.store.tiles().tile(data.tile)?, &data.bytes);
            }
        }
        Ok(())
    }

    /// Up to where the files can be held against the order.
    fn files_until(&self) -> u64 {
        let behind = self.findings.iter().find_map(|finding| match finding {
            Finding::FilesBehind { files, .. } => Some(*files),
            _ => None,
        });
        behind.unwrap_or(self.state.size)
    }

    fn bundle(&mut self, index: u64, leaves: &[u8], files_until: u64) -> Result<(), HubError> {
        let width = files_until.saturating_sub(index * TILE_WIDTH).min(TILE_WIDTH);
        if width == 0 {
            return Ok(());
        }
        let tile = Tile { level: 0, index, width: width as u16 };
        let entries: Vec<&[u8]> = leaves.chunks_exact(LEAF_BYTES).take(width as usize).collect();
        let bytes =
            tlog::entries::encode(&entries).map_err(|_| HubError::Unavailable("log-entry".to_owned()))?;
        let found = self.hub.store.tiles().entries(tile)?;
        self.same(tile.entries_path(), found, &bytes);
        Ok(())
    }

    fn same(&mut self, path: String, found: Option<Vec<u8>>, expected: &[u8]) {
        match found {
            None => self.findings.push(Finding::FileMissing(path)),
            Some(bytes) if bytes != expected => self.findings.push(Finding::FileEdited(path)),
            Some(_) => {}
        }
    }

    fn meets(&mut self, frontier: &Frontier) {
        if let Some(wanted) = self.roots.remove(&frontier.size()) {
            let root = frontier.root();
            self.findings
                .extend(wanted.into_iter().filter(|(must, _)| *must != root).map(|(_, finding)| finding));
        }
    }

    fn leaf(&self, place: u64) -> Option<&[u8]> {
        let start = usize::try_from(place).ok()?.checked_mul(LEAF_BYTES)?;
        self.order.get(start..start.checked_add(LEAF_BYTES)?)
    }

    /// Every row at its place, every place with its row or a dummy.
    async fn rows(&mut self, tx: &mut Tx) -> Result<(), HubError> {
        let mut next = 0;
        let (mut strange, mut empty) = (Vec::new(), Vec::new());
        loop {
            let from = i64::try_from(next).unwrap_or(i64::MAX);
            let rows = tx.leaves_from(self.state.epoch, from, ROWS_AT_ONCE).await?;
            let Some(last) = rows.last().and_then(|row| row.place) else { break };
            for row in rows {
                let place = row.place.and_then(|(_, seq)| u64::try_from(seq).ok()).unwrap_or_default();
                empty.extend(next..place.min(self.state.size));
                next = place + 1;
                match self.leaf(place) {
                    None => self.findings.push(Finding::LeafAdded(place)),
                    Some(leaf) if leaf != row.commitment => strange.push((place, row.commitment)),
                    Some(_) => self.words(place, row),
                }
            }
            next = next.max(u64::try_from(last.1).unwrap_or_default() + 1);
        }
        empty.extend(next..self.state.size);
        let elsewhere: BTreeSet<&[u8]> = strange.iter().filter_map(|(place, _)| self.leaf(*place)).collect();
        let empty: Vec<u64> = empty.into_iter().filter(|place| !self.may_be_empty(*place)).collect();
        let gone: BTreeSet<&[u8]> = empty.iter().filter_map(|place| self.leaf(*place)).collect();
        let moved = |commitment: &Vec<u8>| {
            elsewhere.contains(commitment.as_slice()) || gone.contains(commitment.as_slice())
        };
        let mut findings: Vec<Finding> = strange
            .iter()
            .map(|(place, c)| if moved(c) { Finding::LeafMoved(*place) } else { Finding::LeafEdited(*place) })
            .collect();
        findings.extend(empty.into_iter().map(Finding::LeafDeleted));
        self.findings.extend(findings);
        Ok(())
    }

    fn may_be_empty(&self, place: u64) -> bool {
        let is_dummy = self.leaf(place) == Some(dummy(self.hub, self.state.epoch, place).as_slice());
        is_dummy
            || self.lost.iter().any(|(from, to)| (*from..*to).contains(&place))
            || self.leaf(place).is_none()
    }

    /// The sealed words of a row whose commitment stands.
    fn words(&mut self, place: u64, row: LeafRow) {
        let opened = match opening(self.hub, &row) {
            // Erased with its submission: the commitment stays and opens to nothing.
            Err(HubError::NotFound) => return,
            opened => opened.ok(),
        };
        let fits =
            |(nonce, entry): &([u8; 32], String)| tlog::commit(nonce, entry.as_bytes()) == row.commitment[..];
        let Some((_, entry)) = opened.filter(fits) else {
            self.findings.push(Finding::OpeningEdited(place));
            return;
        };
        let fields: BTreeMap<String, String> = serde_json::from_str(&entry).unwrap_or_default();
        match row.kind.as_str() {
            "epoch" => {
                let number = |name: &str| fields.get(name).and_then(|n| n.parse::<u64>().ok());
                if let Some((from, to)) = number("from").zip(number("to")).filter(|(from, to)| from < to) {
                    self.lost.push((from, to));
                    self.findings.push(Finding::LoggedRestore(from, to));
                }
            }
            "disclosures" => self.covering.push((place, row)),
            _ => {}
        }
    }

    /// The disclosure rows that each covering leaf vouches for.
    async fn disclosures(&mut self, tx: &mut Tx) -> Result<(), HubError> {
        let kept = self.hub.settings.upkeep.retention.disclosure_days;
        let since = model::time::plus_days(self.hub.now(), -kept);
        // What retention has dropped, or is about to, vouches for nothing any more.
        for (place, row) in std::mem::take(&mut self.covering).into_iter().filter(|(_, row)| row.at > since) {
            let (_, entry) = opening(self.hub, &row)?;
            let fields: BTreeMap<String, String> = serde_json::from_str(&entry).unwrap_or_default();
            let lines = tx.disclosure_lines(row.id).await?;
            if fields.get("sha256") != Some(&disclosures_digest(&lines)) {
                self.findings.push(Finding::DisclosuresEdited(place));
            }
        }
        Ok(())
    }
}
