//! A person with root at the database of a stopped hub: statements past everything that the hub would check.
//!
//! The statements are in the subset that both databases read; bytes are written by [`Administrator::bytes`].

use crate::TestHub;
use hub::log::verdict::{self, Verdict};
use hub::log::{own_policy, receipt};
use model::id::LeafId;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};

/// Who writes into a hub's database behind its back.
pub struct Administrator {
    url: String,
}

impl Administrator {
    /// At the database of this hub.
    #[must_use]
    pub fn of(hub: &TestHub) -> Self {
        Self { url: hub.database_url() }
    }

    /// Runs statements.
    pub async fn tell(&self, statements: &str) {
        let text = sqlx::raw_sql(AssertSqlSafe(statements.to_owned()));
        if self.on_postgres() {
            let mut db = PgConnection::connect(&self.url).await.unwrap();
            text.execute(&mut db).await.unwrap();
            db.close().await.unwrap();
        } else {
            let mut db = SqliteConnection::connect(&self.url).await.unwrap();
            text.execute(&mut db).await.unwrap();
            db.close().await.unwrap();
        }
    }

    /// The first column of what a query gives, as bytes.
    pub async fn read(&self, query: &str) -> Vec<Vec<u8>> {
        let text = AssertSqlSafe(query.to_owned());
        if self.on_postgres() {
            let mut db = PgConnection::connect(&self.url).await.unwrap();
            sqlx::query(text).fetch_all(&mut db).await.unwrap().iter().map(|row| row.get(0)).collect()
        } else {
            let mut db = SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query(text).fetch_all(&mut db).await.unwrap().iter().map(|row| row.get(0)).collect()
        }
    }

    /// Every row of every table, as whoever stole the database reads it: the table's name and its columns, bytes in lower-case hex.
    pub async fn every_row(&self) -> Vec<(String, String)> {
        let tables = match self.on_postgres() {
            true => "SELECT convert_to(tablename, 'UTF8') FROM pg_tables WHERE schemaname = 'public'",
            false => "SELECT CAST(name AS BLOB) FROM sqlite_schema WHERE type = 'table'",
        };
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).to_lowercase();
        let mut all = Vec::new();
        for table in self.read(tables).await.into_iter().map(text) {
            for row in self.read(&self.whole(&table).await).await {
                all.push((table.clone(), text(row)));
            }
        }
        all
    }

    /// The statement that gives each row of a table as one text.
    async fn whole(&self, table: &str) -> String {
        if self.on_postgres() {
            return format!("SELECT convert_to(row_to_json(t)::text, 'UTF8') FROM {table} t");
        }
        let columns =
            self.read(&format!("SELECT CAST(name AS BLOB) FROM pragma_table_info('{table}')")).await;
        let quoted: Vec<String> =
            columns.iter().map(|name| format!("quote(\"{}\")", String::from_utf8_lossy(name))).collect();
        format!("SELECT CAST({} AS BLOB) FROM {table}", quoted.join(" || ' ' || "))
    }

    /// Bytes as a statement writes them.
    #[must_use]
    pub fn bytes(&self, bytes: &[u8]) -> String {
        let hex = data_encoding::HEXLOWER.encode(bytes);
        if self.on_postgres() { format!("'\\x{hex}'::bytea") } else { format!("X'{hex}'") }
    }

    fn on_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }
}

/// The openings of all leaves of one kind in the order of time, as their receipts show them.
pub async fn leaves(hub: &TestHub, kind: &str) -> Vec<Verdict> {
    let query = format!("SELECT id FROM leaf WHERE kind = '{kind}' ORDER BY at");
    let policy = own_policy(&hub.hub).unwrap();
    let mut all = Vec::new();
    for id in Administrator::of(hub).read(&query).await {
        let id = LeafId(uuid::Uuid::from_slice(&id).unwrap());
        let file = receipt::receipt(&hub.hub, id).await.unwrap().file;
        all.push(verdict::read(file.as_bytes(), &policy));
    }
    all
}
