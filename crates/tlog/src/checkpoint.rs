//! Checkpoints: which log, how many leaves, which root (C2SP tlog-checkpoint).
//!
//! The text and its signing. Whom to believe is a question for [`crate::policy`].

use std::fmt;

use crate::hash::Hash;
use crate::key::{SignerKey, VerifierKey};
use crate::node::TREE_SIZE_MAX;
use crate::note::{Note, NoteFault};

/// The text of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's identity.
    pub origin: String,
    /// Leaves in the tree.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// Lines after the third. We write none: monitors cannot audit them.
    pub extensions: Vec<String>,
}

/// Why a note is not a checkpoint that can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointFault {
    /// It is not a signed note.
    Note(NoteFault),
    /// Fewer than three lines, or an empty line among them.
    Lines,
    /// The second line is not a tree size.
    Size,
    /// The third line is not a hash.
    Root,
    /// No signature by the log's key, or one that is false.
    Signature,
    /// Signed by the key, but for another origin.
    Origin,
}

impl fmt::Display for CheckpointFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(fault) => write!(f, "{fault}"),
            Self::Lines => f.write_str("a checkpoint has at least three lines and none is empty"),
            Self::Size => f.write_str("the second line is not a tree size"),
            Self::Root => f.write_str("the third line is not a SHA-256 hash in base64"),
            Self::Signature => f.write_str("not signed by the log's key"),
            Self::Origin => f.write_str("signed for another log"),
        }
    }
}

impl std::error::Error for CheckpointFault {}

/// A number as all C2SP texts write it: ASCII digits, no leading zero unless it is `0`.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let canonical = text == "0" || (!text.starts_with('0') && !text.is_empty());
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let number: u64 = (canonical && digits).then(|| text.parse().ok()).flatten()?;
    (number <= TREE_SIZE_MAX).then_some(number)
}

impl Checkpoint {
    /// The checkpoint of a tree, without extensions.
    #[must_use]
    pub fn new(origin: &str, size: u64, root: Hash) -> Self {
        Self { origin: origin.to_owned(), size, root, extensions: Vec::new() }
    }

    /// Reads the text of a note. It says nothing about signatures.
    pub fn parse_text(text: &str) -> Result<Self, CheckpointFault> {
        let body = text.strip_suffix('\n').ok_or(CheckpointFault::Lines)?;
        let lines: Vec<&str> = body.split('\n').collect();
        if lines.iter().any(|line| line.is_empty()) {
            return Err(CheckpointFault::Lines);
        }
        let [origin, size, root, extensions @ ..] = lines.as_slice() else {
            return Err(CheckpointFault::Lines);
        };
        Ok(Self {
            origin: (*origin).to_owned(),
            size: parse_decimal(size).ok_or(CheckpointFault::Size)?,
            root: Hash::from_base64(root).ok_or(CheckpointFault::Root)?,
            extensions: extensions.iter().map(|line| (*line).to_owned()).collect(),
        })
    }

    /// The text as it is signed.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, self.root);
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// The note with the log's signature; `None` when the key is not a log's.
    #[must_use]
    pub fn sign(&self, key: &SignerKey) -> Option<Note> {
        let text = self.to_text();
        let signature = key.sign(&text)?;
        Some(Note { text, signatures: vec![signature] })
    }

    /// Reads a note and believes it only if this log key signed it for the origin that the key is named after.
    pub fn open(bytes: &[u8], key: &VerifierKey) -> Result<(Self, Note), CheckpointFault> {
        let note = Note::parse(bytes).map_err(CheckpointFault::Note)?;
        let checkpoint = Self::open_note(&note, key)?;
        Ok((checkpoint, note))
    }

    /// [`Checkpoint::open`] for a note that is parsed already.
    pub fn open_note(note: &Note, key: &VerifierKey) -> Result<Self, CheckpointFault> {
        if !key.signed(note) {
            return Err(CheckpointFault::Signature);
        }
        let checkpoint = Self::parse_text(&note.text)?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(CheckpointFault::Origin) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::empty_root;
    use crate::key::KeyKind;

    const ROOT: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    fn check(text: &str, expected: Result<u64, CheckpointFault>) {
        let read = Checkpoint::parse_text(text);
        if let Ok(read) = &read {
            assert_eq!(read.to_text(), text);
        }
        assert_eq!(read.map(|c| c.size), expected, "{text:?}");
    }

    #[test]
    fn texts() {
        check(&format!("log.example\n0\n{ROOT}\n"), Ok(0));
        check(&format!("a log\n42\n{ROOT}\nextension\n"), Ok(42));
        check("", Err(CheckpointFault::Lines));
        check("log.example\n1\n", Err(CheckpointFault::Lines));
        check(&format!("log.example\n1\n{ROOT}"), Err(CheckpointFault::Lines));
        check(&format!("log.example\n1\n{ROOT}\n\nx\n"), Err(CheckpointFault::Lines));
        for size in ["01", "-1", "+1", " 1", "1 ", "00", "9223372036854775808", "x", "１"] {
            check(&format!("log.example\n{size}\n{ROOT}\n"), Err(CheckpointFault::Size));
        }
        check("log.example\n1\nAAAA\n", Err(CheckpointFault::Root));
    }

    #[test]
    fn opened_only_with_the_right_key() {
        let key = |name: &str, seed| SignerKey::from_seed(name, KeyKind::Log, &[seed; 32]).unwrap();
        let log = key("log.example", 1);
        let checkpoint = Checkpoint::new("log.example", 0, empty_root());
        let bytes = checkpoint.sign(&log).unwrap().to_string();
        assert_eq!(Checkpoint::open(bytes.as_bytes(), log.verifier()).map(|o| o.0), Ok(checkpoint.clone()));
        let other = Checkpoint::open(bytes.as_bytes(), key("log.example", 2).verifier());
        assert_eq!(other.map(|o| o.0), Err(CheckpointFault::Signature));
        let elsewhere = Checkpoint { origin: "other.example".to_owned(), ..checkpoint }.sign(&log).unwrap();
        assert_eq!(Checkpoint::open_note(&elsewhere, log.verifier()), Err(CheckpointFault::Origin));
        let changed = bytes.replacen("\n0\n", "\n1\n", 1);
        let changed = Checkpoint::open(changed.as_bytes(), log.verifier());
        assert_eq!(changed.map(|o| o.0), Err(CheckpointFault::Signature));
    }
}
