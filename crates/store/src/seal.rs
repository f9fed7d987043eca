//! Keys outside the data, and what they seal: raw bytes, the source's identity, threads, log entries.
//!
//! Layout of the key folder: `root.key` (32 bytes; seals what belongs to the hub, and keys the hashes by which a source finds
//! its own) and `seals/xx/<id>` (one key a submission or incident). Destroying the latter erases the submission everywhere,
//! backups of the data included. Chance comes in as arguments. AEAD: ChaCha20-Poly1305 (RFC 8439), nonce before the text.

use crate::error::StoreError;
use crate::journal::Journal;
use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use model::id::OrgId;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// Bytes of a nonce.
pub const NONCE_BYTES: usize = 12;

/// The keys of one hub.
pub struct Seals {
    folder: PathBuf,
    root: [u8; KEY_BYTES],
    tags: hmac::Key,
}

/// The key of one submission or incident. Debug prints nothing of it.
#[derive(Clone)]
pub struct SealKey([u8; KEY_BYTES]);

impl Seals {
    /// Opens the key folder; a new one gets `fresh_root`.
    ///
    /// # Errors
    /// Files that cannot be read or written.
    pub fn open(folder: &Path, fresh_root: [u8; KEY_BYTES]) -> Result<Self, StoreError> {
        fs::create_dir_all(folder.join("seals"))?;
        private(folder)?;
        let file = folder.join("root.key");
        if !file.exists() {
            write_durably(&file, &fresh_root)?;
        }
        let root = read_key(&file)?.ok_or(StoreError::Sealed)?;
        let tags = hmac::Key::new(hmac::HMAC_SHA256, &derive(&root, "tags"));
        Ok(Self { folder: folder.to_owned(), root, tags })
    }

    /// The hub's own key for one purpose.
    #[must_use]
    pub fn hub_key(&self, purpose: &str) -> SealKey {
        SealKey(derive(&self.root, purpose))
    }

    /// Makes the key of a new submission or incident from random bytes. Durable when it returns.
    ///
    /// # Errors
    /// The disk's.
    pub fn create(&self, id: impl Into<Uuid>, random: [u8; KEY_BYTES]) -> Result<SealKey, StoreError> {
        let file = self.file(id);
        if let Some(folder) = file.parent()
            && !folder.exists()
        {
            fs::create_dir_all(folder)?;
            sync_folder(&self.folder.join("seals"))?;
        }
        write_durably(&file, &random)?;
        Ok(SealKey(random))
    }

    /// The key of a submission or incident.
    ///
    /// # Errors
    /// [`StoreError::Erased`] when it was destroyed.
    pub fn key(&self, id: impl Into<Uuid>) -> Result<SealKey, StoreError> {
        read_key(&self.file(id))?.map(SealKey).ok_or(StoreError::Erased)
    }

    /// Destroys the key of a submission or incident: what it sealed is gone, here and in every backup.
    ///
    /// # Errors
    /// The disk's.
    pub fn destroy(&self, id: impl Into<Uuid>) -> Result<(), StoreError> {
        let file = self.file(id);
        if file.exists() {
            write_durably(&file, &[0; KEY_BYTES])?;
            fs::remove_file(&file)?;
            if let Some(folder) = file.parent() {
                sync_folder(folder)?;
            }
        }
        Ok(())
    }

    /// The journal that lies beside the keys.
    #[must_use]
    pub fn journal(&self) -> Journal {
        Journal::new(self.folder.join("journal"))
    }

    /// The keyed hash by which an organisation's own rows are found: without the keys it names nobody.
    #[must_use]
    pub fn source_tag(&self, org: OrgId) -> Vec<u8> {
        self.tag("source", org.0.as_bytes())
    }

    /// A keyed hash of `value` for one purpose.
    #[must_use]
    pub fn tag(&self, purpose: &str, value: &[u8]) -> Vec<u8> {
        let mut input = Vec::with_capacity(purpose.len() + 1 + value.len());
        input.extend_from_slice(purpose.as_bytes());
        input.push(0);
        input.extend_from_slice(value);
        hmac::sign(&self.tags, &input).as_ref().to_vec()
    }

    fn file(&self, id: impl Into<Uuid>) -> PathBuf {
        let name = id.into().simple().to_string();
        self.folder.join("seals").join(&name[..2]).join(name)
    }
}

impl SealKey {
    /// Seals `plain`, bound to `context` (what it is and whose).
    ///
    /// # Errors
    /// Never with keys of the right length; kept as an error so that nothing panics.
    pub fn seal(&self, nonce: [u8; NONCE_BYTES], context: &str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut out = Vec::with_capacity(NONCE_BYTES + plain.len() + 16);
        out.extend_from_slice(&nonce);
        let mut text = plain.to_vec();
        self.cipher()?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context.as_bytes()),
                &mut text,
            )
            .map_err(|_| StoreError::Sealed)?;
        out.append(&mut text);
        Ok(out)
    }

    /// Opens what [`SealKey::seal`] made.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when key, context or bytes are not those that were sealed.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let (nonce, text) = sealed.split_at_checked(NONCE_BYTES).ok_or(StoreError::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| StoreError::Sealed)?;
        let mut text = text.to_vec();
        let plain = self
            .cipher()?
            .open_in_place(nonce, Aad::from(context.as_bytes()), &mut text)
            .map_err(|_| StoreError::Sealed)?
            .len();
        text.truncate(plain);
        Ok(text)
    }

    fn cipher(&self) -> Result<LessSafeKey, StoreError> {
        UnboundKey::new(&CHACHA20_POLY1305, &self.0).map(LessSafeKey::new).map_err(|_| StoreError::Sealed)
    }
}

fn derive(root: &[u8; KEY_BYTES], purpose: &str) -> [u8; KEY_BYTES] {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, root), purpose.as_bytes());
    let mut key = [0; KEY_BYTES];
    key.copy_from_slice(&tag.as_ref()[..KEY_BYTES]);
    key
}

fn read_key(file: &Path) -> Result<Option<[u8; KEY_BYTES]>, StoreError> {
    match fs::read(file) {
        Ok(bytes) => Ok(bytes.try_into().ok()),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(why) => Err(why.into()),
    }
}

/// Writes beside, syncs, renames, syncs the folder: a crash leaves the old file or the new one.
fn write_durably(file: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let beside = file.with_extension("new");
    let mut out = private_file(&beside)?;
    out.write_all(bytes)?;
    out.sync_all()?;
    fs::rename(&beside, file)?;
    file.parent().map_or(Ok(()), sync_folder)
}

fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    Ok(fs::File::open(folder)?.sync_all()?)
}

#[cfg(unix)]
fn private_file(file: &Path) -> std::io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)
}

#[cfg(not(unix))]
fn private_file(file: &Path) -> std::io::Result<fs::File> {
    fs::File::create(file)
}

#[cfg(unix)]
fn private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn private(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::SubmissionId;

    fn seals(folder: &Path) -> Seals {
        Seals::open(folder, [1; KEY_BYTES]).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_only_in_its_context() {
        let folder = tempfile::tempdir().unwrap();
        let id = SubmissionId::from_random([5; 16]);
        let key = seals(folder.path()).create(id, [7; KEY_BYTES]).unwrap();
        let sealed = key.seal([0; NONCE_BYTES], "raw", b"hello").unwrap();
        assert_eq!(key.open("raw", &sealed).unwrap(), b"hello");
        assert!(key.open("note", &sealed).is_err());
        assert!(!sealed.windows(5).any(|w| w == b"hello"));
    }

    #[test]
    fn a_destroyed_key_is_erasure() {
        let folder = tempfile::tempdir().unwrap();
        let id = SubmissionId::from_random([5; 16]);
        seals(folder.path()).create(id, [7; KEY_BYTES]).unwrap();
        assert!(seals(folder.path()).key(id).is_ok());
        seals(folder.path()).destroy(id).unwrap();
        assert!(matches!(seals(folder.path()).key(id), Err(StoreError::Erased)));
    }

    #[test]
    fn tags_differ_by_purpose_and_by_hub() {
        let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let one = seals(a.path());
        let other = Seals::open(b.path(), [2; KEY_BYTES]).unwrap();
        assert_eq!(one.tag("x", b"v"), seals(a.path()).tag("x", b"v"));
        assert_ne!(one.tag("x", b"v"), one.tag("y", b"v"));
        assert_ne!(one.tag("x", b"v"), other.tag("x", b"v"));
    }
}
