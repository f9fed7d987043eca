//! What PostgreSQL needs beside the common statements: how a connection is set up, the turn of the writers, the dialect of the
//! migrations. Decision 11 says why there is one writer at a time.

use crate::error::StoreError;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{Connection, PgPool, Postgres, Transaction};
use std::time::Duration;

/// Connections of one node unless its settings say otherwise: more than its workers and a burst of readers; three nodes stay
/// within PostgreSQL's default of 100.
pub const CONNECTIONS: u32 = 16;

/// How long a caller waits for a connection, in seconds. A fail-over that takes longer is answered with 503.
const ACQUIRE: Duration = Duration::from_secs(8);

/// Prepared statements that a connection keeps: all that there are, so that none is read and planned again.
const STATEMENTS: usize = 512;

/// The oldest server whose behaviour the tests hold.
const VERSION_MIN: i32 = 150_000;

/// What each connection is told. A writer that hangs (its node frozen, its network cut) loses its turn after 15 seconds; who
/// waits for the turn waits as long; no statement runs longer than a minute. What is acknowledged is on disk, whatever the
/// server's default.
const SETTINGS: &str = "SET idle_in_transaction_session_timeout = '15s'; SET lock_timeout = '15s'; \
                        SET statement_timeout = '60s'; SET client_min_messages = 'warning'";

/// Opens a pool. Servers that are too old, not UTF-8 or read only (a standby) are refused.
pub(crate) async fn open(url: &str, connections: u32) -> Result<PgPool, StoreError> {
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .after_connect(|connection, _| Box::pin(set_up(connection)))
        .connect_with(url.parse::<PgConnectOptions>()?.statement_cache_capacity(STATEMENTS))
        .await?;
    let (version, encoding): (i32, String) = sqlx::query_as(
        "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')",
    )
    .fetch_one(&pool)
    .await?;
    if version < VERSION_MIN {
        return Err(StoreError::Row(format!("PostgreSQL {}; 15 or newer is needed", version / 10_000)));
    }
    if encoding != "UTF8" {
        return Err(StoreError::Row(format!(
            "the database's encoding is {encoding}; create it with ENCODING 'UTF8' TEMPLATE template0"
        )));
    }
    Ok(pool)
}

/// Sessions of other programs on this database, nodes and people alike.
///
/// # Errors
/// The driver's.
pub async fn sessions_beside(url: &str) -> Result<i64, StoreError> {
    let mut connection = PgConnection::connect(url).await?;
    let (others,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    Ok(others)
}

/// Whether the database of this address holds a hub's tables.
pub(crate) async fn is_set_up(url: &str) -> Result<bool, StoreError> {
    let mut connection = PgConnection::connect(url).await?;
    let (there,): (bool,) =
        sqlx::query_as("SELECT to_regclass('schema_version') IS NOT NULL").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(there)
}

async fn set_up(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(SETTINGS).execute(&mut *connection).await?;
    let (read_only, commit): (String, String) = sqlx::query_as(
        "SELECT current_setting('transaction_read_only'), current_setting('synchronous_commit')",
    )
    .fetch_one(&mut *connection)
    .await?;
    if read_only == "on" {
        return Err(sqlx::Error::Io(std::io::Error::new(
            std::io::ErrorKind::ReadOnlyFilesystem,
            "this server is a standby: it takes no writes",
        )));
    }
    if commit == "off" {
        sqlx::raw_sql("SET synchronous_commit = on").execute(connection).await?;
    }
    Ok(())
}

/// Waits for the turn to write: it is held until the transaction ends, so that what a writer read stays true while it writes,
/// as on SQLite.
pub(crate) async fn turn(tx: &mut Transaction<'static, Postgres>) -> Result<(), StoreError> {
    sqlx::query("SELECT value FROM counter WHERE name = 'turn' FOR UPDATE").execute(&mut **tx).await?;
    Ok(())
}

/// Before what a migration says to PostgreSQL alone; to SQLite it is a comment.
const HERE_ALONE: &str = "--postgresql: ";

/// A migration's text as PostgreSQL reads it: bytes have another name, and text sorts by its bytes whatever the locale.
pub(crate) fn dialect(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let line = line.strip_prefix(HERE_ALONE).unwrap_or(line);
        let (code, comment) = line.split_once("--").map_or((line, None), |(code, rest)| (code, Some(rest)));
        out.push_str(&words(code));
        if let Some(rest) = comment {
            out.push_str("--");
            out.push_str(rest);
        }
    }
    out
}

fn words(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    for piece in code.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        match word {
            "BLOB" => out.push_str("BYTEA"),
            // SQLite's name for its own row numbers
            "INTEGER" => out.push_str("BIGINT"),
            "TEXT" => out.push_str("TEXT COLLATE \"C\""),
            other => out.push_str(other),
        }
        out.push_str(&piece[word.len()..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(dialect(text), expected);
    }

    #[test]
    fn only_type_names_are_put_in_postgres_words() {
        check("id BLOB NOT NULL,\n", "id BYTEA NOT NULL,\n");
        check("a TEXT, -- TEXT of a BLOB\n", "a TEXT COLLATE \"C\", -- TEXT of a BLOB\n");
        check("text_ja TEXT,\nb BLOB)", "text_ja TEXT COLLATE \"C\",\nb BYTEA)");
        check("BLOBS(TEXT)", "BLOBS(TEXT COLLATE \"C\")");
        check("-- a word\n--postgresql: ALTER TABLE a;\n", "-- a word\nALTER TABLE a;\n");
    }
}
