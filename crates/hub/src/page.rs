//! Pages by key: a page is asked for by what the last one ended with, so its cost does not grow with its number.

/// The rows a face may ask for at once. 200 fill any screen; programs that want more ask again.
pub const PAGE_ROWS_MAX: u32 = 200;

/// Which page.
#[derive(Clone, Debug, Default)]
pub struct PageRequest {
    /// The cursor that the previous page gave; `None` for the first.
    pub after: Option<String>,
    /// Rows wanted; 0 means the default of 50.
    pub limit: u32,
}

impl PageRequest {
    /// The number of rows to give: within 1 and [`PAGE_ROWS_MAX`].
    #[must_use]
    pub fn rows(&self) -> u32 {
        if self.limit == 0 { 50 } else { self.limit.min(PAGE_ROWS_MAX) }
    }
}

/// A page and the cursor of the next one, `None` on the last.
#[derive(Clone, Debug, Default)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The cursor of the next page.
    pub next: Option<String>,
}
