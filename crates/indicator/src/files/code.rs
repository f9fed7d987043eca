//! What can be wrong with a file of indicators, each with its fixed word. One table makes the list and the only values that the readers
//! can note a problem with, so that whoever has words of its own for each misses none.

/// One of [`PROBLEM_CODES`]; only the table below makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code(&'static str);

impl Code {
    /// The word.
    pub(super) fn as_str(self) -> &'static str {
        self.0
    }
}

macro_rules! codes {
    ($($name:ident = $code:literal;)+) => {
        $(pub(super) const $name: Code = Code($code);)+

        /// Every code that a [`Problem`](super::Problem) can have.
        pub const PROBLEM_CODES: &[&str] = &[$($code),+];
    };
}

codes! {
    // a line of a plain list; a row of CSV, and one of its cells: both with what stands there
    NONE_IN_LINE = "none-in-line";
    NOT_A_ROW = "not-a-row";
    NONE_IN_ROW = "none-in-row";
    NOT_AN_INDICATOR = "not-an-indicator";

    // MISP: what the parser said; type and value; type
    NOT_JSON = "not-json";
    NO_ATTRIBUTE = "no-attribute";
    NOT_OF_TYPE = "not-of-type";
    TYPE_NOT_READ = "type-not-read";

    // how many more
    LEFT_OUT = "left-out";
}
