//! Pages of the feed, as one text that the database puts together: nothing is parsed and nothing is written again on the way out.
//!
//! A page looks at windows of `seq`, as wide as the reader's share makes them, and in each at one index range an audience. Cost: one
//! step down an index an audience, then the rows that leave; rows of others are never touched. Filters by type read the index only.

use crate::db::{Tx, bytes};
use crate::error::StoreError;
use model::id::{AudienceId, CollectionId};
use sharing::{ReaderAudiences, StoredPage};
use std::collections::BTreeSet;

/// Which versions of an object (TAXII 2.1 section 3.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionPick {
    /// The newest version.
    Last,
    /// The oldest version.
    First,
    /// Every version.
    All,
    /// The version of this time, in microseconds.
    At(i64),
}

/// Filters of a read; empty lists let everything pass, except that no version means the last one.
#[derive(Clone, Debug, Default)]
pub struct FeedFilter {
    /// Object ids.
    pub ids: Vec<String>,
    /// Object types.
    pub types: Vec<String>,
    /// Versions wanted, any of them.
    pub versions: Vec<VersionPick>,
    /// `spec_version`s.
    pub spec_versions: Vec<String>,
}

/// What of each row makes the page's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The objects' JSON, separated by commas.
    Objects,
    /// `id|date_added|version|spec_version`, one a line.
    Records,
}

/// The rows of a page, as one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageText {
    /// How many.
    pub objects: usize,
    /// `date_added` of the first, microseconds.
    pub first_added: i64,
    /// `date_added` of the last.
    pub last_added: i64,
    /// In the shape that was asked for.
    pub text: String,
}

/// Where to look, and how much.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Only what was added after this, microseconds.
    pub after: i64,
    /// Objects of the page.
    pub limit: u32,
    /// One in so many rows of the feed is for this reader: the first guess at a window. A wrong one costs time only.
    pub one_in: i64,
}

/// The narrowest window, in rows: below it a statement costs more than its rows.
const WINDOW_MIN: i64 = 256;

/// The widest. It bounds what one statement looks at when a reader's share was guessed too small.
const WINDOW_MAX: i64 = 1 << 20;

#[derive(sqlx::FromRow)]
struct Part {
    /// Rows found in the window, one more than the page wants at most.
    found: i64,
    objects: i64,
    first_added: Option<i64>,
    last_added: Option<i64>,
    audiences: Option<String>,
    page: Option<String>,
    /// The newest row of the hub.
    top: Option<i64>,
}

/// The filters' values as the statements take them: JSON arrays.
struct Lists {
    audiences: String,
    ids: String,
    types: String,
    spec_versions: String,
    versions: String,
}

impl Tx {
    /// A page, `None` when nothing is in it, and whether more follow.
    ///
    /// # Errors
    /// The driver's.
    pub async fn feed(
        &mut self,
        reader: &ReaderAudiences,
        collection: CollectionId,
        filter: &FeedFilter,
        span: Span,
        shape: Shape,
    ) -> Result<(Option<StoredPage<PageText>>, bool), StoreError> {
        let statement = statement(filter, shape, matches!(self, Tx::Lite(_)));
        let lists = Lists::of(reader, filter)?;
        let mut gathered = Gathered::default();
        let mut remaining = i64::from(span.limit);
        let mut low = self.seq_at(span.after).await?;
        let mut width = remaining.saturating_mul(span.one_in.max(1)).saturating_mul(5) / 4;
        loop {
            width = width.clamp(WINDOW_MIN, WINDOW_MAX);
            // what is named by id is looked up, not searched
            let high = if filter.ids.is_empty() { low.saturating_add(width) } else { i64::MAX };
            let part = self.window(&statement, collection, &lists, (low, high), remaining).await?;
            let (more, top) = (part.found > remaining, part.top.unwrap_or(0));
            remaining -= part.found;
            gathered.add(part, shape)?;
            if more || high >= top {
                return Ok((gathered.page(), more));
            }
            low = high;
            width = width.saturating_mul(4);
        }
    }

    /// The newest row that was added at this time or before.
    async fn seq_at(&mut self, added: i64) -> Result<i64, StoreError> {
        if added == i64::MIN {
            return Ok(0);
        }
        let row: Option<(i64,)> = fetch_optional!(
            self,
            "SELECT seq FROM feed WHERE date_added <= $1 ORDER BY date_added DESC LIMIT 1",
            added
        )?;
        Ok(row.map_or(0, |(seq,)| seq))
    }

    async fn window(
        &mut self,
        statement: &str,
        collection: CollectionId,
        lists: &Lists,
        (low, high): (i64, i64),
        remaining: i64,
    ) -> Result<Part, StoreError> {
        macro_rules! ask {
            ($t:expr) => {
                sqlx::query_as(sqlx::AssertSqlSafe(statement))
                    .bind(bytes(collection.0))
                    .bind(&lists.audiences)
                    .bind(low)
                    .bind(high)
                    .bind(remaining)
                    .bind(&lists.ids)
                    .bind(&lists.types)
                    .bind(&lists.spec_versions)
                    .bind(&lists.versions)
                    .fetch_one(&mut **$t)
                    .await
            };
        }
        let part: Result<Part, sqlx::Error> = match self {
            Tx::Lite(t) => ask!(t),
            Tx::Pg(t) => ask!(t),
        };
        Ok(part?)
    }
}

/// What the windows of a page gave so far.
#[derive(Default)]
struct Gathered {
    audiences: BTreeSet<AudienceId>,
    page: Option<PageText>,
}

impl Gathered {
    fn add(&mut self, part: Part, shape: Shape) -> Result<(), StoreError> {
        let odd = || StoreError::Row("a page".to_owned());
        let (Some(first_added), Some(last_added), Some(text)) =
            (part.first_added, part.last_added, part.page)
        else {
            return if part.objects == 0 { Ok(()) } else { Err(odd()) };
        };
        let objects = usize::try_from(part.objects).map_err(|_| odd())?;
        let audiences = part.audiences.unwrap_or_default();
        let all = audiences.split(',').map(|id| id.parse().map(AudienceId)).collect::<Result<Vec<_>, _>>();
        let all = all.map_err(|_| odd())?;
        // a row whose audience were not told could not be tested at the door
        if all.len() != objects {
            return Err(odd());
        }
        self.audiences.extend(all);
        match &mut self.page {
            None => self.page = Some(PageText { objects, first_added, last_added, text }),
            Some(page) => {
                page.objects += objects;
                page.last_added = last_added;
                page.text.push(shape.separator());
                page.text.push_str(&text);
            }
        }
        Ok(())
    }

    fn page(self) -> Option<StoredPage<PageText>> {
        self.page.map(|page| StoredPage::new(self.audiences, page))
    }
}

impl Shape {
    fn separator(self) -> char {
        match self {
            Shape::Objects => ',',
            Shape::Records => '\n',
        }
    }
}

impl Lists {
    fn of(reader: &ReaderAudiences, filter: &FeedFilter) -> Result<Self, StoreError> {
        let at: Vec<i64> = filter
            .versions
            .iter()
            .filter_map(|v| if let VersionPick::At(at) = v { Some(*at) } else { None })
            .collect();
        Ok(Self {
            audiences: serde_json::to_string(&reader.ids().map(|a| a.0).collect::<Vec<_>>())?,
            ids: serde_json::to_string(&filter.ids)?,
            types: serde_json::to_string(&filter.types)?,
            spec_versions: serde_json::to_string(&filter.spec_versions)?,
            versions: serde_json::to_string(&at)?,
        })
    }
}

/// The statement for these filters. It is put together from constants only; values are bound.
fn statement(filter: &FeedFilter, shape: Shape, lite: bool) -> String {
    let list = |n: usize| {
        if lite {
            format!("json_each(${n})")
        } else {
            format!("json_array_elements_text(CAST(${n} AS json))")
        }
    };
    let numbers = |n: usize| format!("(SELECT CAST(value AS BIGINT) FROM {})", list(n));
    let among = |column: &str, n: usize, values: &[String]| match values {
        [] => String::new(),
        _ => format!(" AND f.{column} IN (SELECT value FROM {})", list(n)),
    };
    let only_last = filter.versions.iter().all(|v| *v == VersionPick::Last);
    // the partial index of last versions is used only where the statement says what it holds
    let (last, versions) = if only_last {
        (" AND f.newer <> 1", edge(Side::Newer, &numbers(2), lite))
    } else {
        ("", picks(&filter.versions, &numbers(2), &numbers(9), lite))
    };
    let index = match (filter.ids.is_empty(), only_last) {
        (false, _) => "feed_object",
        (true, true) => "feed_last",
        (true, false) => "feed_every",
    };
    // SQLite guesses the selectivity of lists wrongly and would sort twice; PostgreSQL keeps statistics
    let (by, join, order) = match lite {
        true => (format!(" INDEXED BY {index}"), "CROSS JOIN", ""),
        false => (String::new(), "JOIN", " ORDER BY p.seq"),
    };
    let what = match shape {
        Shape::Objects => "f.bytes",
        Shape::Records => {
            "f.object_id || '|' || CAST(f.date_added AS TEXT) || '|' || f.version || '|' || f.spec_version"
        }
    };
    let separator = match (shape, lite) {
        (Shape::Objects, _) => "','",
        (Shape::Records, true) => "char(10)",
        (Shape::Records, false) => "chr(10)",
    };
    format!(
        "WITH page AS MATERIALIZED (
             SELECT f.seq FROM feed f{by}
             WHERE f.collection = $1 AND f.audience IN {audiences} AND f.seq > $3 AND f.seq <= $4{last}{ids}{types}{specs}
                 AND {versions}
             ORDER BY f.seq LIMIT $5 + 1)
         SELECT (SELECT count(*) FROM page) AS found, count(*) AS objects,
                min(r.date_added) AS first_added, max(r.date_added) AS last_added,
                string_agg(CAST(r.audience AS TEXT), ',') AS audiences, string_agg(r.what, {separator}) AS page,
                (SELECT seq FROM feed ORDER BY seq DESC LIMIT 1) AS top
         FROM (SELECT f.date_added, f.audience, {what} AS what FROM page p {join} feed f ON f.seq = p.seq{order} LIMIT $5) r
         WHERE $6 IS NOT NULL AND $7 IS NOT NULL AND $8 IS NOT NULL AND $9 IS NOT NULL",
        audiences = numbers(2),
        ids = among("object_id", 6, &filter.ids),
        types = among("object_type", 7, &filter.types),
        specs = among("spec_version", 8, &filter.spec_versions),
    )
}

/// One side of a version.
#[derive(Clone, Copy)]
enum Side {
    Newer,
    Older,
}

/// Whether nothing that this reader may see lies on one side of the version: told by the row alone, except where the neighbour is
/// for another audience. Then the ends of the object's versions are looked at, which are a few an audience.
fn edge(side: Side, audiences: &str, lite: bool) -> String {
    let (column, than) = match side {
        Side::Newer => ("newer", ">"),
        Side::Older => ("older", "<"),
    };
    let by = if lite { " INDEXED BY feed_end" } else { "" };
    format!(
        "(f.{column} = 0 OR (f.{column} = 2 AND NOT EXISTS (SELECT 1 FROM feed n{by} WHERE n.collection = f.collection
             AND n.object_id = f.object_id AND (n.newer <> 0 OR n.older <> 0) AND (n.newer <> 1 OR n.older <> 1)
             AND n.version_at {than}= f.version_at AND (n.version_at {than} f.version_at OR n.seq {than} f.seq)
             AND n.audience IN {audiences})))"
    )
}

fn picks(versions: &[VersionPick], audiences: &str, at: &str, lite: bool) -> String {
    let one = |pick: &VersionPick| match pick {
        VersionPick::All => "1 = 1".to_owned(),
        VersionPick::Last => edge(Side::Newer, audiences, lite),
        VersionPick::First => edge(Side::Older, audiences, lite),
        VersionPick::At(_) => format!("f.version_at IN {at}"),
    };
    let mut all: Vec<String> = versions.iter().map(one).collect();
    all.sort();
    all.dedup();
    format!("({})", all.join(" OR "))
}
