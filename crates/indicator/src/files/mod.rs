//! Indicator files: plain lists, CSV with any header, MISP events.

use crate::Indicator;

/// One indicator of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Kind and canonical value.
    pub indicator: Indicator,
    /// The file's own labels: tags, types, categories.
    pub labels: Vec<String>,
    /// What the file says about it.
    pub comment: String,
    /// The line, from 1; in JSON the attribute's number.
    pub line: usize,
}

/// Something in a file that is no indicator and should have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1; in JSON the attribute's number.
    pub line: usize,
    /// What is wrong with it.
    pub text: String,
}

/// What a file looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One value a line.
    Text,
    /// Columns with a header.
    Csv,
    /// A MISP event or a list of them.
    MispJson,
    /// A STIX bundle, which the `stix` crate reads.
    StixJson,
}

/// What a file looks like, by its first bytes.
pub fn sniff(_file: &[u8]) -> Format {
    Format::Text
}

/// Reads one value a line.
pub fn read_text(_file: &str) -> (Vec<Listed>, Vec<Problem>) {
    (Vec::new(), Vec::new())
}

/// Reads columns with a header.
pub fn read_csv(_file: &[u8]) -> (Vec<Listed>, Vec<Problem>) {
    (Vec::new(), Vec::new())
}

/// Reads MISP events.
pub fn read_misp(_file: &[u8]) -> (Vec<Listed>, Vec<Problem>) {
    (Vec::new(), Vec::new())
}
