//! Keys of logs and witnesses, and how they are written (C2SP signed-note, sections "Signatures" and "Verifier keys";
//! C2SP tlog-cosignature for type 0x04).
//!
//! Seeds come from the caller; nothing here draws a random number or keeps a file.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::note::{Note, Signature, is_key_name};

/// Length of an Ed25519 seed, public key or half a signature in bytes (RFC 8032).
pub const SEED_BYTES: usize = 32;

/// The signature types of C2SP signed-note that we make and verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// 0x01: Ed25519 over the note's text; how the log signs.
    Log,
    /// 0x04: Ed25519 over the text with a time before it; how a witness cosigns.
    Witness,
}

impl KeyKind {
    fn byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Witness => 0x04,
        }
    }

    fn of(byte: u8) -> Option<Self> {
        [Self::Log, Self::Witness].into_iter().find(|kind| kind.byte() == byte)
    }
}

/// Why a key could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// Not of the form `name+id+base64`.
    Form,
    /// The name is empty or holds a space or a plus sign.
    Name,
    /// A signature type that is not read here (its byte is told).
    Kind(u8),
    /// The id is not the one that follows from name, type and key.
    Id,
    /// The bytes are no Ed25519 key, or a weak one for which signatures mean nothing.
    Key,
}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str("a key is written name+id+base64"),
            Self::Name => f.write_str("a key name is not empty and holds no space and no plus sign"),
            Self::Kind(byte) => write!(f, "signature type 0x{byte:02x} is not read here"),
            Self::Id => f.write_str("the key id does not belong to this name and key"),
            Self::Key => f.write_str("not a usable Ed25519 key"),
        }
    }
}

impl std::error::Error for KeyFault {}

/// The public half of a key with its name.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    id: u32,
    key: VerifyingKey,
}

/// SHA-256(name ‖ 0x0A ‖ type ‖ public key), the first four bytes.
fn key_id(name: &str, kind: KeyKind, key: &VerifyingKey) -> u32 {
    let mut hasher = Sha256::new();
    hasher.update(name);
    hasher.update([b'\n', kind.byte()]);
    hasher.update(key.as_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// Splits `name+id+base64` into name, id, kind and the 32 bytes of the key.
fn split(text: &str) -> Result<(&str, u32, KeyKind, [u8; SEED_BYTES]), KeyFault> {
    let (name, rest) = text.split_once('+').ok_or(KeyFault::Form)?;
    let (id, encoded) = rest.split_once('+').ok_or(KeyFault::Form)?;
    if !is_key_name(name) {
        return Err(KeyFault::Name);
    }
    let hex = id.len() == 8 && id.bytes().all(|b| b.is_ascii_hexdigit());
    let id = hex.then(|| u32::from_str_radix(id, 16).ok()).flatten().ok_or(KeyFault::Form)?;
    let bytes = STANDARD.decode(encoded).map_err(|_| KeyFault::Form)?;
    let (kind, key) = bytes.split_first().ok_or(KeyFault::Form)?;
    let kind = KeyKind::of(*kind).ok_or(KeyFault::Kind(*kind))?;
    Ok((name, id, kind, key.try_into().map_err(|_| KeyFault::Key)?))
}

impl VerifierKey {
    /// A key from its 32 bytes.
    pub fn new(name: &str, kind: KeyKind, public: &[u8; SEED_BYTES]) -> Result<Self, KeyFault> {
        if !is_key_name(name) {
            return Err(KeyFault::Name);
        }
        let key = VerifyingKey::from_bytes(public).map_err(|_| KeyFault::Key)?;
        if key.is_weak() {
            return Err(KeyFault::Key);
        }
        Ok(Self { name: name.to_owned(), kind, id: key_id(name, kind, &key), key })
    }

    /// Reads a vkey, `name+id+base64(type ‖ public key)`.
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        let (name, id, kind, public) = split(text)?;
        let key = Self::new(name, kind, &public)?;
        if key.id == id { Ok(key) } else { Err(KeyFault::Id) }
    }

    /// The key's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Log or witness.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The key id that signature lines carry.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The 32 bytes of the public key.
    #[must_use]
    pub fn public(&self) -> &[u8; SEED_BYTES] {
        self.key.as_bytes()
    }

    /// Whether a signature line says that it is by this key; it may still be false.
    #[must_use]
    pub fn claims(&self, signature: &Signature) -> bool {
        signature.name == self.name && signature.key_id == self.id
    }

    /// Plain Ed25519, refusing the malleable and small-order cases that RFC 8032 leaves to the implementation.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let signature = ed25519_dalek::Signature::from_slice(signature);
        signature.is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }

    /// Whether the note carries this log key's signature and all lines that claim this key are true.
    ///
    /// Only for [`KeyKind::Log`]; cosignatures are read by [`crate::cosignature::verify`].
    #[must_use]
    pub fn signed(&self, note: &Note) -> bool {
        let mut claims = note.signatures.iter().filter(|signature| self.claims(signature)).peekable();
        let any = claims.peek().is_some();
        any && self.kind == KeyKind::Log && claims.all(|s| self.verifies(note.text.as_bytes(), &s.bytes))
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![self.kind.byte()];
        bytes.extend(self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, self.id, STANDARD.encode(bytes))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What begins a written private key (the form of Go's `x/mod/sumdb/note`).
const PRIVATE_START: &str = "PRIVATE+KEY+";

/// A private key with its name. Not printable by accident: it has no `Debug` of its secret and no `Display`.
#[derive(Clone)]
pub struct SignerKey {
    verifier: VerifierKey,
    signing: SigningKey,
}

impl SignerKey {
    /// A key from a 32-byte seed that the caller drew.
    pub fn from_seed(name: &str, kind: KeyKind, seed: &[u8; SEED_BYTES]) -> Result<Self, KeyFault> {
        let signing = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, kind, signing.verifying_key().as_bytes())?;
        Ok(Self { verifier, signing })
    }

    /// Reads `PRIVATE+KEY+name+id+base64(type ‖ seed)`.
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        let (name, id, kind, seed) = split(text.strip_prefix(PRIVATE_START).ok_or(KeyFault::Form)?)?;
        let key = Self::from_seed(name, kind, &seed)?;
        if key.verifier.id == id { Ok(key) } else { Err(KeyFault::Id) }
    }

    /// Writes what [`SignerKey::parse`] reads. The text is the secret itself.
    #[must_use]
    pub fn to_secret_text(&self) -> String {
        let mut bytes = vec![self.verifier.kind.byte()];
        bytes.extend(self.signing.as_bytes());
        format!("{PRIVATE_START}{}+{:08x}+{}", self.verifier.name, self.verifier.id, STANDARD.encode(bytes))
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The signature line over `message` with `before` in front of the 64 bytes.
    pub(crate) fn line(&self, before: &[u8], message: &[u8]) -> Signature {
        let mut bytes = before.to_vec();
        bytes.extend(self.signing.sign(message).to_bytes());
        Signature { name: self.verifier.name.clone(), key_id: self.verifier.id, bytes }
    }

    /// The log's signature line over a note text (C2SP signed-note, section "Ed25519 signatures"); `None` for a
    /// witness key, whose lines [`crate::cosignature::cosign`] makes.
    #[must_use]
    pub fn sign(&self, text: &str) -> Option<Signature> {
        (self.verifier.kind == KeyKind::Log).then(|| self.line(&[], text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(kind: KeyKind) -> SignerKey {
        SignerKey::from_seed("log.example/hub", kind, &[7; 32]).unwrap()
    }

    #[test]
    fn written_and_read_again() {
        for kind in [KeyKind::Log, KeyKind::Witness] {
            let key = signer(kind);
            let public = key.verifier().to_string();
            assert_eq!(VerifierKey::parse(&public).as_ref(), Ok(key.verifier()));
            let secret = SignerKey::parse(&key.to_secret_text()).unwrap();
            assert_eq!(secret.verifier(), key.verifier());
        }
        assert_ne!(signer(KeyKind::Log).verifier().id(), signer(KeyKind::Witness).verifier().id());
    }

    fn check(text: &str, expected: KeyFault) {
        assert_eq!(VerifierKey::parse(text).map(|k| k.to_string()), Err(expected), "{text}");
    }

    #[test]
    fn faults() {
        let good = signer(KeyKind::Log).verifier().to_string();
        let (name, rest) = good.split_once('+').unwrap();
        let (id, key) = rest.split_once('+').unwrap();
        check("", KeyFault::Form);
        check(&format!("{name}+{id}"), KeyFault::Form);
        check(&format!("{name}+0{id}+{key}"), KeyFault::Form);
        check(&format!("{name}+{id}+{key}="), KeyFault::Form);
        check(&format!("+{id}+{key}"), KeyFault::Name);
        check(&format!("{name}x+{id}+{key}"), KeyFault::Id);
        check(&format!("{name}+00000000+{key}"), KeyFault::Id);
        check(&format!("{name}+{id}+{}", STANDARD.encode([6; 33])), KeyFault::Kind(6));
        check(&format!("{name}+{id}+{}", STANDARD.encode([1; 32])), KeyFault::Key);
        // The neutral point of the curve: any message "verifies" under it in lenient implementations.
        let mut weak = [0; 33];
        (weak[0], weak[1]) = (1, 1);
        check(&format!("{name}+{id}+{}", STANDARD.encode(weak)), KeyFault::Key);
    }

    #[test]
    fn a_false_line_spoils_the_note() {
        let key = signer(KeyKind::Log);
        let line = key.sign("text\n").unwrap();
        let mut note = Note { text: "text\n".to_owned(), signatures: vec![line.clone()] };
        assert!(key.verifier().signed(&note));
        assert!(!signer(KeyKind::Witness).verifier().signed(&note));
        note.signatures.push(Signature { bytes: vec![0; 64], ..line });
        assert!(!key.verifier().signed(&note));
        note.signatures.clear();
        assert!(!key.verifier().signed(&note));
        assert_eq!(signer(KeyKind::Witness).sign("text\n"), None);
    }
}
