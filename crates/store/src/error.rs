//! What the driver, the disk or an inconsistent row refused.

/// The error of every statement.
#[derive(Debug)]
pub enum StoreError {
    /// The database said no.
    Driver(sqlx::Error),
    /// A file of the data or key folder.
    File(std::io::Error),
    /// The data was written by a newer program.
    Newer {
        /// The version of the data.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// A row that does not read as what it should be.
    Row(String),
    /// The key of a submission is gone: it was erased.
    Erased,
    /// Sealed bytes do not open: wrong keys for this data.
    Sealed,
    /// The disk did not confirm a sync: what is on it is unknown, and the process must end.
    Sync,
}

impl StoreError {
    /// A class without content, for logs.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Self::Driver(sqlx::Error::Database(why)) if why.message().contains("full") => "disk-full",
            Self::Driver(sqlx::Error::Database(why)) if why.is_unique_violation() => "unique",
            Self::Driver(sqlx::Error::Database(why)) => database(why.code().as_deref()),
            Self::Driver(sqlx::Error::PoolTimedOut) => "busy",
            Self::Driver(sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::Protocol(_)) => "away",
            Self::Driver(_) => "driver",
            Self::File(why) if why.kind() == std::io::ErrorKind::StorageFull => "disk-full",
            Self::File(_) => "file",
            Self::Newer { .. } => "newer",
            Self::Row(_) => "row",
            Self::Erased => "erased",
            Self::Sealed => "sealed",
            Self::Sync => "sync",
        }
    }

    /// Whether another node was making the same tables at this moment (a unique key of the catalogue, a table that stands, a
    /// deadlock).
    pub(crate) fn is_meeting(&self) -> bool {
        let Self::Driver(sqlx::Error::Database(why)) = self else { return false };
        matches!(why.code().as_deref(), Some("23505" | "42P07" | "40P01" | "40001" | "XX000" | "55P03"))
    }

    /// Whether a unique key already stands.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        self.class() == "unique"
    }
}

/// The class of a server's error code (PostgreSQL, appendix A): what an operator does about it differs.
fn database(code: Option<&str>) -> &'static str {
    match code {
        Some("22021" | "22P05") => "text",
        Some("40001" | "40P01" | "55P03" | "57014" | "25P03") => "busy",
        Some("25006") => "read-only",
        Some("53100") => "disk-full",
        Some("53300") => "connections",
        Some(code) if code.starts_with("57P") || code.starts_with("08") => "away",
        _ => "driver",
    }
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Driver(why) => write!(f, "database: {why}"),
            Self::File(why) => write!(f, "file: {why}"),
            Self::Newer { found, known } => write!(
                f,
                "this data was written by a newer Noroshi (schema {found}; this program knows {known}): start the newer program, or restore a backup made before the upgrade"
            ),
            Self::Row(what) => write!(f, "a stored row does not read: {what}"),
            Self::Sync => f.write_str(
                "the disk did not confirm what was written; look at the machine before the next start",
            ),
            Self::Erased => f.write_str("erased: the key of this submission was destroyed"),
            Self::Sealed => {
                f.write_str("sealed bytes do not open: are these the keys that belong to this data?")
            }
        }
    }
}

impl std::error::Error for StoreError {}

impl From<sqlx::Error> for StoreError {
    fn from(why: sqlx::Error) -> Self {
        Self::Driver(why)
    }
}

impl From<std::io::Error> for StoreError {
    fn from(why: std::io::Error) -> Self {
        Self::File(why)
    }
}

impl From<model::id::UnknownName> for StoreError {
    fn from(why: model::id::UnknownName) -> Self {
        Self::Row(why.to_string())
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(why: serde_json::Error) -> Self {
        Self::Row(why.to_string())
    }
}
