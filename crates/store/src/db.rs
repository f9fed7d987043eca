//! The two databases behind one type, their settings, and the migrations.
//!
//! SQLite: WAL, `synchronous=FULL`, one writer. PostgreSQL: the same texts, one writer too. A transaction is the only way to a
//! statement.

use crate::error::StoreError;
use crate::seal::Seals;
use crate::sql::opaque;
use crate::tiles::Tiles;
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The most parameters of one statement: SQLite allows 32,766, PostgreSQL 65,535.
pub(crate) const PARAMETERS_MAX: usize = 30_000;

/// How long a writer waits for its turn before it says "busy".
const WAIT: Duration = Duration::from_secs(15);

/// How often a node that starts beside others looks again whether they have made the tables, and after which pause.
const MEETINGS_MAX: usize = 40;
const MEETING: Duration = Duration::from_millis(250);

/// Readers at once on SQLite. Each keeps a thread; four outrun two cores.
const READERS: u32 = 4;

const MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("../migrations/0001_nouns.sql")),
    (2, include_str!("../migrations/0002_log.sql")),
    (3, include_str!("../migrations/0003_people.sql")),
    (4, include_str!("../migrations/0004_reports.sql")),
    (5, include_str!("../migrations/0005_checks.sql")),
    (6, include_str!("../migrations/0006_operations.sql")),
    (7, include_str!("../migrations/0007_taxii.sql")),
    (8, include_str!("../migrations/0008_year.sql")),
    (9, include_str!("../migrations/0009_webhooks.sql")),
    (10, include_str!("../migrations/0010_incident_erasure.sql")),
    (12, include_str!("../migrations/0012_exercises_and_held_mails.sql")),
    (13, include_str!("../migrations/0013_pulled_mails.sql")),
    (14, include_str!("../migrations/0014_unlinked.sql")),
    (15, include_str!("../migrations/0015_passkeys.sql")),
    (16, include_str!("../migrations/0016_boards.sql")),
    (17, include_str!("../migrations/0017_relieved_administrators.sql")),
    (18, include_str!("../migrations/0018_rarity_by_day.sql")),
    (19, include_str!("../migrations/0019_counted.sql")),
    (20, include_str!("../migrations/0020_job_lanes.sql")),
    (21, include_str!("../migrations/0021_swept_often.sql")),
];

/// Where the data lies.
#[derive(Clone, Debug)]
pub struct Where {
    /// The data folder: database file, later tiles.
    pub data: PathBuf,
    /// The key folder: outside the data, so that a backup of the data opens nothing.
    pub keys: PathBuf,
    /// A PostgreSQL address, or `None` for the embedded database.
    pub postgres: Option<String>,
    /// Connections to PostgreSQL at once.
    pub connections: u32,
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    db: Db,
    seals: Arc<Seals>,
    data: Arc<Path>,
    tiles: Arc<Tiles>,
}

#[derive(Clone)]
pub(crate) enum Db {
    Lite { writer: SqlitePool, readers: SqlitePool },
    Pg(PgPool),
}

/// A transaction: every statement runs in one.
pub enum Tx {
    /// On SQLite.
    Lite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Pg(Transaction<'static, Postgres>),
}

/// How many commits this process has begun, and how many have ended.
static BEGUN: AtomicU64 = AtomicU64::new(0);
static ENDED: AtomicU64 = AtomicU64::new(0);

/// A number that has grown whenever this process committed something: while it stands still, what this process knows is as fresh
/// as what it could read, but for what other processes did. Nothing while a commit is under way: its readers may see it already.
#[must_use]
pub fn commits() -> Option<u64> {
    // in this order: had one begun in between, the second number would be larger
    let ended = ENDED.load(Ordering::SeqCst);
    (BEGUN.load(Ordering::SeqCst) == ended).then_some(ended)
}

/// A commit under way. It ends with its guard, also when whoever waited for it went away.
struct Committing;

impl Committing {
    fn begin() -> Self {
        BEGUN.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Committing {
    fn drop(&mut self) {
        ENDED.fetch_add(1, Ordering::SeqCst);
    }
}

/// The file of the embedded database.
pub(crate) const DATABASE: &str = "noroshi.db";

impl Store {
    /// Opens, creates or upgrades the data at `at`. `root` is used for a new root key; `now` for the migration's date.
    ///
    /// # Errors
    /// [`StoreError::Newer`] for data of a newer program; driver and file errors.
    pub async fn open(at: &Where, root: [u8; 32], now: Timestamp) -> Result<Self, StoreError> {
        std::fs::create_dir_all(&at.data)?;
        let seals = Seals::open(&at.keys, root)?;
        let db = match &at.postgres {
            Some(url) => Db::Pg(crate::pg::open(url, at.connections).await?),
            None => open_lite(&at.data.join(DATABASE)).await?,
        };
        let tiles = Arc::new(Tiles::new(at.data.join("log")));
        let store = Self { db, seals: Arc::new(seals), data: Arc::from(at.data.as_path()), tiles };
        store.upgrade(now).await?;
        Ok(store)
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// Whether the data lies in the embedded database, which one process alone serves.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        matches!(self.db, Db::Lite { .. })
    }

    /// The keys.
    #[must_use]
    pub fn seals(&self) -> &Seals {
        &self.seals
    }

    /// The log's files.
    #[must_use]
    pub fn tiles(&self) -> &Arc<Tiles> {
        &self.tiles
    }

    /// The same store with the log's files on another disk.
    #[must_use]
    pub fn with_tiles(self, tiles: Tiles) -> Self {
        Self { tiles: Arc::new(tiles), ..self }
    }

    /// A transaction that may write. It has the turn until it ends: no other writer runs beside it, on any node.
    ///
    /// # Errors
    /// The driver's.
    pub async fn write(&self) -> Result<Tx, StoreError> {
        let mut tx = self.write_aside().await?;
        if let Tx::Pg(t) = &mut tx {
            crate::pg::turn(t).await?;
        }
        Ok(tx)
    }

    /// A transaction that may write and does not wait for its turn on PostgreSQL: for statements that are right whatever other
    /// writers do between them (a claim that passes over locked rows, rows that nobody else changes).
    ///
    /// # Errors
    /// The driver's.
    pub async fn write_aside(&self) -> Result<Tx, StoreError> {
        Ok(match &self.db {
            Db::Lite { writer, .. } => Tx::Lite(opaque(writer.begin_with("BEGIN IMMEDIATE")).await?),
            Db::Pg(pool) => Tx::Pg(opaque(pool.begin()).await?),
        })
    }

    /// A transaction that sees one instant and writes nothing.
    ///
    /// # Errors
    /// The driver's.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(match &self.db {
            Db::Lite { readers, .. } => Tx::Lite(opaque(readers.begin()).await?),
            Db::Pg(pool) => {
                let begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
                Tx::Pg(opaque(pool.begin_with(begin)).await?)
            }
        })
    }

    /// Closes every connection; on SQLite the log is folded into the file.
    pub async fn close(&self) {
        match &self.db {
            Db::Lite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Db::Pg(pool) => pool.close().await,
        }
    }

    /// Migrates. Nodes that start together stumble over each other's tables; whoever stumbles looks again and finds them made.
    async fn upgrade(&self, now: Timestamp) -> Result<(), StoreError> {
        for _ in 0..MEETINGS_MAX {
            match self.migrate(now).await {
                Err(why) if why.is_meeting() => tokio::time::sleep(MEETING).await,
                done => return done,
            }
        }
        self.migrate(now).await
    }

    async fn migrate(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.write_aside().await?;
        execute!(
            &mut tx,
            "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)"
        )?;
        let applied: Vec<(i64,)> = fetch_all!(&mut tx, "SELECT version FROM schema_version")?;
        let found = applied.iter().map(|(v,)| *v).max().unwrap_or(0);
        let known = MIGRATIONS.last().map_or(0, |(v, _)| *v);
        if found > known {
            return Err(StoreError::Newer { found, known });
        }
        // one by one, not above the highest: a migration may come into the program after one with a higher number
        for (version, text) in MIGRATIONS.iter().filter(|(v, _)| !applied.contains(&(*v,))) {
            match &mut tx {
                Tx::Lite(t) => sqlx::raw_sql(*text).execute(&mut **t).await.map(drop)?,
                Tx::Pg(t) => {
                    let text = sqlx::AssertSqlSafe(crate::pg::dialect(text));
                    sqlx::raw_sql(text).execute(&mut **t).await.map(drop)?;
                }
            }
            execute!(
                &mut tx,
                "INSERT INTO schema_version (version, applied_at) VALUES ($1, $2)",
                *version,
                now.as_microsecond()
            )?;
        }
        tx.watch_rights().await?;
        tx.commit().await
    }
}

async fn open_lite(file: &Path) -> Result<Db, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(WAIT)
        .statement_cache_capacity(256)
        .pragma("secure_delete", "ON")
        .pragma("cache_size", "-8000");
    let writer = lite_pool(1).min_connections(1).connect_with(options.clone()).await?;
    // what readers miss lies in the system's own cache; four of them at the writer's size would be most of this process
    let readers = lite_pool(READERS).connect_with(options.pragma("cache_size", "-4000")).await?;
    Ok(Db::Lite { writer, readers })
}

/// A pool that replaces a connection whose transaction never ended. On a full disk SQLite rolls back by itself; the driver, told
/// to roll back once more, fails and would count the connection as inside a transaction for ever: no later write would begin.
fn lite_pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(WAIT)
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

impl Tx {
    /// Makes everything durable, or nothing.
    ///
    /// # Errors
    /// The driver's: nothing was kept.
    pub async fn commit(self) -> Result<(), StoreError> {
        let _under_way = Committing::begin();
        match self {
            Self::Lite(t) => opaque(t.commit()).await?,
            Self::Pg(t) => opaque(t.commit()).await?,
        }
        Ok(())
    }

    /// The next `count` values of a counter that never goes back, the last of them; at least `floor + count - 1`. The
    /// counter's row stays locked until the commit, so that values are given in commit order.
    ///
    /// # Errors
    /// The driver's.
    pub async fn count_up(&mut self, name: &str, floor: i64, count: i64) -> Result<i64, StoreError> {
        let row: Option<(i64,)> = fetch_optional!(
            self,
            "INSERT INTO counter (name, value) VALUES ($1, $2 + $3 - 1)
             ON CONFLICT (name) DO UPDATE
                 SET value = CASE WHEN counter.value >= $2 THEN counter.value + $3 ELSE $2 + $3 - 1 END
             RETURNING value",
            name,
            floor,
            count
        )?;
        row.map(|(v,)| v).ok_or_else(|| StoreError::Row("counter".to_owned()))
    }
}

/// Times as the columns hold them.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// Times as the program holds them.
pub(crate) fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|_| StoreError::Row(format!("time {micros}")))
}

/// Identifiers as the columns hold them.
pub(crate) fn bytes(id: uuid::Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

/// Identifiers or keyed hashes as the list that `fetch_of!` binds: a JSON array of hexadecimal texts.
pub(crate) fn listed(keys: impl Iterator<Item = impl AsRef<[u8]>>) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::from("[");
    for key in keys {
        out.push_str(if out.len() > 1 { ",\"" } else { "\"" });
        for byte in key.as_ref() {
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
        out.push('"');
    }
    out.push(']');
    out
}

/// Identifiers as the program holds them.
pub(crate) fn uuid(column: &[u8]) -> Result<uuid::Uuid, StoreError> {
    uuid::Uuid::from_slice(column).map_err(|_| StoreError::Row("an identifier".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_believed_while_a_commit_is_under_way() {
        let one = Committing::begin();
        let other = Committing::begin();
        assert_eq!(commits(), None);
        drop(one);
        assert_eq!(commits(), None);
        drop(other);
        assert!(ENDED.load(Ordering::SeqCst) >= 2);
    }
}
