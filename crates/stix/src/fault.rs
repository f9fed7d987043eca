//! What is wrong with an input, and how much of it we are willing to read.

use crate::code::Code;
use serde::Serialize;

/// The largest single object we keep. ATT&CK's largest is 60 KiB; artifacts with a payload are the reason for more.
pub const OBJECT_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The most objects in one bundle. Real feeds stay under a million; ten million small objects are about 4 GB.
pub const OBJECTS_MAX: usize = 10_000_000;
/// The deepest nesting in one object. The deepest that the standard defines is below ten.
pub const DEPTH_MAX: usize = 64;
/// The most faults listed for one bundle. After that the reading stops and says so: the file is not STIX.
pub const FAULTS_MAX: usize = 10_000;

/// One thing that is wrong, where it is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// A stable word for programs, such as `id-malformed`.
    pub code: &'static str,
    /// Where: a JSON pointer (RFC 6901) from the top of what was read; empty for the whole.
    pub pointer: String,
    /// A sentence for people.
    pub text: String,
    /// What the sentence quotes and counts, for whoever says the same in another language. A validation gives none.
    #[serde(skip)]
    pub values: Vec<String>,
}

impl Fault {
    /// A fault at `pointer`.
    pub fn new(code: &'static str, pointer: impl Into<String>, text: impl Into<String>) -> Fault {
        Fault { code, pointer: pointer.into(), text: text.into(), values: Vec::new() }
    }

    /// A fault of reading.
    pub(crate) fn read(code: Code, pointer: impl Into<String>, text: impl Into<String>) -> Fault {
        Fault::new(code.as_str(), pointer, text)
    }

    /// The same with what its sentence quotes and counts.
    pub(crate) fn with<const N: usize>(self, values: [String; N]) -> Fault {
        Fault { values: values.into(), ..self }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{place}: {} ({})", self.text, self.code)
    }
}

impl std::error::Error for Fault {}

/// How much of an input is read before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one object.
    pub object_bytes: usize,
    /// Objects in one bundle.
    pub objects: usize,
    /// Nesting in one object.
    pub depth: usize,
    /// Faults listed before the reading stops.
    pub faults: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { object_bytes: OBJECT_BYTES_MAX, objects: OBJECTS_MAX, depth: DEPTH_MAX, faults: FAULTS_MAX }
    }
}

/// The verdict on one object: what the standard forbids (MUST), and what it advises against (SHOULD).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Breaches of a MUST.
    pub errors: Vec<Fault>,
    /// Breaches of a SHOULD.
    pub warnings: Vec<Fault>,
}

impl Report {
    /// True when no MUST is broken.
    pub fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }
}

/// What somebody wrote, as the values of a fault may show it: short, and nothing in it that is not seen.
pub(crate) fn shown(text: &str) -> String {
    const SHOWN_CHARS_MAX: usize = 80;
    let mut out: String = text.chars().take(SHOWN_CHARS_MAX).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN_CHARS_MAX).is_some() {
        out.push('…');
    }
    out
}

/// One step of a JSON pointer, escaped as RFC 6901 section 3 wants it.
pub(crate) fn pointer_step(base: &str, key: &str) -> String {
    let mut out = String::with_capacity(base.len() + key.len() + 1);
    out.push_str(base);
    out.push('/');
    for c in key.chars() {
        match c {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            _ => out.push(c),
        }
    }
    out
}
