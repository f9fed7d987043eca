//! Signed notes: a text with signature lines below it (C2SP signed-note).
//!
//! A note is split and joined here; nothing in it may be believed before a key of [`crate::key`] has verified one of
//! its signatures. What the text of a checkpoint means is told in [`crate::checkpoint`].

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};

/// The longest note we read, in bytes. A checkpoint with 100 post-quantum signatures of 5 kB is half of this.
pub const NOTE_BYTES_MAX: usize = 1_000_000;

/// The most signature lines we read. The specification asks for at least 16; a log with 100 witnesses is far off.
pub const SIGNATURES_MAX: usize = 100;

/// What begins each signature line: em dash and space.
const LINE_START: &str = "\u{2014} ";

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Key name.
    pub name: String,
    /// Key id: the first four bytes of a hash over name, type and public key.
    pub key_id: u32,
    /// What the algorithm of the key made of the text.
    pub bytes: Vec<u8>,
}

/// A text and the signatures that claim to be over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The text with its final newline; this is what is signed.
    pub text: String,
    /// The signature lines in their order.
    pub signatures: Vec<Signature>,
}

/// Why bytes are not a signed note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteFault {
    /// Longer than [`NOTE_BYTES_MAX`].
    TooLong,
    /// Not UTF-8, or with a control character other than newline.
    NotText,
    /// No empty line between text and signatures, or no newline at the end.
    NoSignatureBlock,
    /// This signature line (counted from 1) is not `— name base64`.
    SignatureLine(usize),
    /// More than [`SIGNATURES_MAX`] signature lines.
    TooManySignatures,
}

impl fmt::Display for NoteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "the note is longer than {NOTE_BYTES_MAX} bytes"),
            Self::NotText => f.write_str("the note is not UTF-8 or holds control characters"),
            Self::NoSignatureBlock => f.write_str("no empty line followed by signature lines"),
            Self::SignatureLine(line) => write!(f, "signature line {line} is not “— name base64”"),
            Self::TooManySignatures => write!(f, "more than {SIGNATURES_MAX} signature lines"),
        }
    }
}

impl std::error::Error for NoteFault {}

/// Whether a key may have this name: not empty, no Unicode space, no plus sign.
#[must_use]
pub fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

impl Signature {
    /// Reads a line without its newline.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix(LINE_START)?.split_once(' ')?;
        let bytes = STANDARD.decode(encoded).ok()?;
        let (key_id, signature) = bytes.split_first_chunk::<4>()?;
        let valid = is_key_name(name) && !signature.is_empty();
        valid.then(|| Self {
            name: name.to_owned(),
            key_id: u32::from_be_bytes(*key_id),
            bytes: signature.to_vec(),
        })
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.key_id.to_be_bytes().to_vec();
        bytes.extend(&self.bytes);
        writeln!(f, "{LINE_START}{} {}", self.name, STANDARD.encode(bytes))
    }
}

impl Note {
    /// Reads a signed note.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteFault> {
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(NoteFault::TooLong);
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteFault::NotText)?;
        if whole.bytes().any(|b| b < 0x20 && b != b'\n') {
            return Err(NoteFault::NotText);
        }
        // The text may hold empty lines itself, so the last one separates.
        let split = whole.rfind("\n\n").ok_or(NoteFault::NoSignatureBlock)?;
        let (text, block) = (&whole[..=split], &whole[split + 2..]);
        let signatures = signature_lines(block)?;
        Ok(Self { text: text.to_owned(), signatures })
    }
}

/// Reads a block of one or more signature lines, as it ends a note and as a witness answers with it.
pub fn signature_lines(block: &str) -> Result<Vec<Signature>, NoteFault> {
    let lines = block.strip_suffix('\n').ok_or(NoteFault::NoSignatureBlock)?;
    let mut signatures = Vec::new();
    for (at, line) in lines.split('\n').enumerate() {
        if at == SIGNATURES_MAX {
            return Err(NoteFault::TooManySignatures);
        }
        signatures.push(Signature::parse(line).ok_or(NoteFault::SignatureLine(at + 1))?);
    }
    Ok(signatures)
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| write!(f, "{signature}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(note: &str, expected: Result<(&str, usize), NoteFault>) {
        let read = Note::parse(note.as_bytes());
        if let Ok(read) = &read {
            assert_eq!(read.to_string(), note);
        }
        assert_eq!(read.as_ref().map(|n| (n.text.as_str(), n.signatures.len())).map_err(|f| *f), expected);
    }

    #[test]
    fn notes() {
        check("a\n\n— k AAAAAQI=\n", Ok(("a\n", 1)));
        check("a\n\nb\n\n— k AAAAAQI=\n— l.example/x AAAAAQI=\n", Ok(("a\n\nb\n", 2)));
        check("\n\n— k AAAAAQI=\n", Ok(("\n", 1)));
    }

    #[test]
    fn faults() {
        check("", Err(NoteFault::NoSignatureBlock));
        check("a\n", Err(NoteFault::NoSignatureBlock));
        check("a\n\n", Err(NoteFault::NoSignatureBlock));
        check("a\n\n\n", Err(NoteFault::NoSignatureBlock));
        check("a\n\n— k AAAAAQI=", Err(NoteFault::NoSignatureBlock));
        check("a\r\n\r\n— k AAAAAQI=\r\n", Err(NoteFault::NotText));
        check("a\n\n- k AAAAAQI=\n", Err(NoteFault::SignatureLine(1)));
        check("a\n\n— k AAAAAQI=\n— k+l AAAAAQI=\n", Err(NoteFault::SignatureLine(2)));
        check("a\n\n— k AAAAAQ==\n", Err(NoteFault::SignatureLine(1)));
        check("a\n\n— k AAAAAQI\n", Err(NoteFault::SignatureLine(1)));
        check("a\n\n— k\u{3000}l AAAAAQI=\n", Err(NoteFault::SignatureLine(1)));
        check(&format!("a\n\n{}", "— k AAAAAQI=\n".repeat(101)), Err(NoteFault::TooManySignatures));
        check(&"a".repeat(NOTE_BYTES_MAX + 1), Err(NoteFault::TooLong));
        assert_eq!(Note::parse(b"\xff\n\n"), Err(NoteFault::NotText));
    }
}
