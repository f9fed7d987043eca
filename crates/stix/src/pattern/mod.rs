//! STIX patterning (section 9): text to tree, tree to text, words for people, and matching over observed data.
//!
//! A pattern cannot burn the CPU: its length and nesting are limited, `MATCHES` runs on an engine that is linear in
//! the text, and the search over observations has a budget. What is seen in logs and files is left to others: here
//! observations come as STIX objects.

mod compare;
mod explain;
mod hints;
mod lexer;
mod matcher;
mod normal;
mod observed;
mod parser;
mod print;
mod search;
mod set;
mod tree;

pub use explain::{Lang, explain};
pub use hints::hints;
pub use matcher::{Match, MatchFault, Matcher, matches};
pub use normal::normal_form;
pub use observed::Observed;
pub use parser::{parse, parse_edition, parse_strict};
pub use set::{Hit, PatternSet};
pub use tree::{Comparison, Expr, Literal, Op, Path, Pattern, PropTest, Qualifier, Step, Test};

/// The longest pattern we read. Published ones with thousands of alternatives stay under 200 KiB.
pub const PATTERN_BYTES_MAX: usize = 1024 * 1024;
/// The deepest nesting of parentheses; the parser recurses once for each.
pub const PATTERN_DEPTH_MAX: usize = 64;

/// Why a text is no pattern, and where.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PatternFault {
    /// The character at which it goes wrong, counted from 1 over the whole text.
    pub column: usize,
    /// What is wrong.
    pub text: String,
}

impl std::fmt::Display for PatternFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "column {}: {}", self.column, self.text)
    }
}

impl std::error::Error for PatternFault {}
