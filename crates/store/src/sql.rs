//! Four macros: one statement text, both databases. Each expands the same call once an arm; see
//! `docs/decisions/0001-one-sql-text.md` for why this and not a query builder.

use std::pin::Pin;

/// The driver's future behind a pointer. Its type is hundreds of levels deep, and every crate above would prove anew that
/// it is `Send`: that was half of the compile time of the faces. One allocation a statement costs far less than the driver.
pub(crate) fn opaque<'a, T>(
    future: impl Future<Output = T> + Send + 'a,
) -> Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(future)
}

/// Runs a statement, returns the number of rows it changed.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $tx {
            $crate::db::Tx::Lite(t) => $crate::sql::opaque(sqlx::query($sql)$(.bind($arg))*.execute(&mut **t)).await.map(|r| r.rows_affected()),
            $crate::db::Tx::Pg(t) => $crate::sql::opaque(sqlx::query($sql)$(.bind($arg))*.execute(&mut **t)).await.map(|r| r.rows_affected()),
        }
        .map_err($crate::error::StoreError::from)
    };
}

/// All rows, as the type that the place expects.
macro_rules! fetch_all {
    ($tx:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $tx {
            $crate::db::Tx::Lite(t) => $crate::sql::opaque(sqlx::query_as($sql)$(.bind($arg))*.fetch_all(&mut **t)).await,
            $crate::db::Tx::Pg(t) => $crate::sql::opaque(sqlx::query_as($sql)$(.bind($arg))*.fetch_all(&mut **t)).await,
        }
        .map_err($crate::error::StoreError::from)
    };
}

/// One row or none.
macro_rules! fetch_optional {
    ($tx:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $tx {
            $crate::db::Tx::Lite(t) => $crate::sql::opaque(sqlx::query_as($sql)$(.bind($arg))*.fetch_optional(&mut **t)).await,
            $crate::db::Tx::Pg(t) => $crate::sql::opaque(sqlx::query_as($sql)$(.bind($arg))*.fetch_optional(&mut **t)).await,
        }
        .map_err($crate::error::StoreError::from)
    };
}

/// Runs a statement with a list of rows to insert, in pieces below the databases' limits on parameters.
macro_rules! insert_rows {
    ($tx:expr, $head:expr, $rows:expr, $columns:expr, |$b:ident, $row:ident| $push:expr) => {{
        let mut done: Result<(), $crate::error::StoreError> = Ok(());
        for piece in $rows.chunks($crate::db::PARAMETERS_MAX / $columns) {
            let result = match $tx {
                $crate::db::Tx::Lite(t) => {
                    let mut q = sqlx::QueryBuilder::<sqlx::Sqlite>::new($head);
                    q.push_values(piece, |mut $b, $row| {
                        $push;
                    });
                    $crate::sql::opaque(q.build().execute(&mut **t)).await.map(|_| ())
                }
                $crate::db::Tx::Pg(t) => {
                    let mut q = sqlx::QueryBuilder::<sqlx::Postgres>::new($head);
                    q.push_values(piece, |mut $b, $row| {
                        $push;
                    });
                    $crate::sql::opaque(q.build().execute(&mut **t)).await.map(|_| ())
                }
            };
            if let Err(why) = result {
                done = Err(why.into());
                break;
            }
        }
        done
    }};
}

/// All rows of a statement that takes lists: `[text, "$n", text, …]`, where each `$n` is bound to a JSON array and read as a table
/// with one column `value` (text on PostgreSQL: cast numbers).
macro_rules! fetch_each {
    ($tx:expr, [$head:literal $(, $list:literal, $tail:literal)+] $(, $arg:expr)* $(,)?) => {
        match $tx {
            $crate::db::Tx::Lite(t) => sqlx::query_as(concat!($head $(, "json_each(", $list, ")", $tail)+))
                $(.bind($arg))*.fetch_all(&mut **t).await,
            $crate::db::Tx::Pg(t) => {
                sqlx::query_as(concat!($head $(, "json_array_elements_text(CAST(", $list, " AS json))", $tail)+))
                    $(.bind($arg))*.fetch_all(&mut **t).await
            }
        }
        .map_err($crate::error::StoreError::from)
    };
}

/// As `fetch_each!` with one list, of identifiers or keyed hashes: `[head, tail]` around a sub-select of them. `$1` is bound to what
/// [`crate::db::listed`] makes of them.
macro_rules! fetch_of {
    ($tx:expr, [$head:literal, $tail:literal], $ids:expr $(, $arg:expr)* $(,)?) => {
        match $tx {
            $crate::db::Tx::Lite(t) => $crate::sql::opaque(
                sqlx::query_as(concat!($head, "(SELECT unhex(value) FROM json_each($1))", $tail))
                    .bind($crate::db::listed($ids))$(.bind($arg))*.fetch_all(&mut **t),
            )
            .await,
            $crate::db::Tx::Pg(t) => $crate::sql::opaque(
                sqlx::query_as(concat!($head, "(SELECT decode(value, 'hex') FROM json_array_elements_text(CAST($1 AS json)))", $tail))
                    .bind($crate::db::listed($ids))$(.bind($arg))*.fetch_all(&mut **t),
            )
            .await,
        }
        .map_err($crate::error::StoreError::from)
    };
}

/// As `fetch_each!`, for a statement that returns nothing: the number of rows it changed.
macro_rules! execute_each {
    ($tx:expr, [$head:literal $(, $list:literal, $tail:literal)+] $(, $arg:expr)* $(,)?) => {
        match $tx {
            $crate::db::Tx::Lite(t) => sqlx::query(concat!($head $(, "json_each(", $list, ")", $tail)+))
                $(.bind($arg))*.execute(&mut **t).await.map(|r| r.rows_affected()),
            $crate::db::Tx::Pg(t) => {
                sqlx::query(concat!($head $(, "json_array_elements_text(CAST(", $list, " AS json))", $tail)+))
                    $(.bind($arg))*.execute(&mut **t).await.map(|r| r.rows_affected())
            }
        }
        .map_err($crate::error::StoreError::from)
    };
}
