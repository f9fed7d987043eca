//! Two numbers that tell whether what was read before still stands: one moves with every change of who may do what, one with
//! every object that is added to a feed. They move in the transaction that makes the change, in whatever process it runs.

use crate::db::Tx;
use crate::error::StoreError;

/// The tables from which rights are read: who is there, who belongs where, which tokens are valid, whom an audience reaches. Triggers on
/// them move the number, so that no statement can forget to. Of a person and its passkeys only what lets it in counts: that somebody
/// signed in, or changed its language, is no change of rights, and whoever watches the number must not see it.
const RIGHTS: &[(&str, &str)] = &[
    ("organisation", ""),
    ("organisation_sector", ""),
    ("sector", ""),
    ("person", "disabled_at, password_hash, totp"),
    ("passkey", "person, public_key"),
    ("person_role", ""),
    ("deputy", ""),
    ("item_person", ""),
    ("token", ""),
    ("audience", ""),
    ("audience_member", ""),
    ("collection", ""),
    ("rule", ""),
];

/// What comes after `UPDATE` in a trigger on these columns; all of them where none is named.
fn of(columns: &str) -> String {
    if columns.is_empty() { String::new() } else { format!("OF {columns}") }
}

/// What was read stands while these stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Epoch {
    /// Moves with changes of rights.
    pub rights: i64,
    /// Moves with the feed.
    pub feed: i64,
}

impl Tx {
    /// The numbers as this transaction sees them.
    ///
    /// # Errors
    /// The driver's.
    pub async fn epoch(&mut self) -> Result<Epoch, StoreError> {
        let rows: Vec<(String, i64)> =
            fetch_all!(self, "SELECT name, value FROM counter WHERE name IN ('rights', 'feed_seq')")?;
        let of = |name: &str| rows.iter().find(|(is, _)| is == name).map_or(0, |(_, value)| *value);
        Ok(Epoch { rights: of("rights"), feed: of("feed_seq") })
    }

    /// Puts the triggers in place. Their text is the one thing that the two databases do not share.
    pub(crate) async fn watch_rights(&mut self) -> Result<(), StoreError> {
        let mut text = match self {
            Tx::Lite(_) => String::new(),
            Tx::Pg(_) => {
                "CREATE OR REPLACE FUNCTION rights_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 UPDATE counter SET value = value + 1 WHERE name = 'rights'; RETURN NULL; END $$;"
                    .to_owned()
            }
        };
        for (table, columns) in RIGHTS {
            match self {
                Tx::Lite(_) => text.extend(["INSERT", "UPDATE", "DELETE"].map(|act| {
                    let of = if act == "UPDATE" { of(columns) } else { String::new() };
                    format!(
                        "CREATE TRIGGER IF NOT EXISTS rights_{table}_{act} AFTER {act} {of} ON {table} BEGIN
                             UPDATE counter SET value = value + 1 WHERE name = 'rights'; END;"
                    )
                })),
                Tx::Pg(_) => text.push_str(&format!(
                    "CREATE OR REPLACE TRIGGER rights_{table} AFTER INSERT OR UPDATE {} OR DELETE ON {table}
                         FOR EACH STATEMENT EXECUTE FUNCTION rights_changed();",
                    of(columns)
                )),
            }
        }
        self.count_up("rights", 1, 1).await?;
        match self {
            Tx::Lite(t) => sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut **t).await.map(drop)?,
            Tx::Pg(t) => sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut **t).await.map(drop)?,
        }
        Ok(())
    }
}
