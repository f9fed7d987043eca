//! Finds every indicator in a text.

use crate::Indicator;

/// The label of links that point to a report rather than to the attack.
pub const REFERENCE: &str = "reference";

/// One indicator in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// Kind and canonical value.
    pub indicator: Indicator,
    /// The characters that stand in the text.
    pub written: String,
    /// The first byte of `written` in the text.
    pub start: usize,
    /// The byte behind `written`.
    pub end: usize,
    /// The name of the rule that found it.
    pub rule: &'static str,
    /// How sure the rule is, 0 to 100.
    pub confidence: u8,
    /// [`REFERENCE`] and the names of warning lists that hold the value.
    pub labels: Vec<String>,
}

/// Every indicator in `text`, ordered by its start.
pub fn find(text: &str) -> Vec<Find> {
    let _ = text;
    Vec::new()
}
