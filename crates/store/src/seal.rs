//! Keys outside the data, and what they seal: raw bytes, the source's identity, threads, log entries.
//!
//! Layout of the key folder: `root.key` (32 bytes; seals what belongs to the hub), `root-1.key` … (those that it replaced; the
//! first keys the hashes by which a source finds its own) and `seals/xx/<id>` (one key a submission or incident). Destroying the latter
//! erases the submission everywhere,
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
/// Bytes that sealing adds: the nonce and the tag of RFC 8439.
pub(crate) const SEAL_BYTES: i64 = 28;

/// The keys of one hub.
pub struct Seals {
    folder: PathBuf,
    /// The root key that seals now, then those before it, newest first: they open what they sealed.
    roots: Vec<[u8; KEY_BYTES]>,
    tags: hmac::Key,
}

/// A key that seals, and the earlier ones that still open. Debug prints nothing of it.
#[derive(Clone)]
pub struct SealKey {
    key: [u8; KEY_BYTES],
    earlier: Vec<[u8; KEY_BYTES]>,
}

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
        let first = read_key(&file)?.ok_or(StoreError::Sealed)?;
        let mut roots = Vec::new();
        while let Some(key) = read_key(&earlier(folder, roots.len() + 1))? {
            roots.push(key);
        }
        roots.push(first);
        roots.reverse();
        // tags find rows; they are of the first root for ever, or nobody would find what was sent before a rotation
        let oldest = roots.last().unwrap_or(&first);
        let tags = hmac::Key::new(hmac::HMAC_SHA256, &derive(oldest, "tags"));
        Ok(Self { folder: folder.to_owned(), roots, tags })
    }

    /// Puts a fresh root key in the place of the current one, which is kept to open what it sealed. Programs that run go on with
    /// the old one until they are started again, and cannot open what the fresh one sealed.
    ///
    /// # Errors
    /// The disk's.
    pub fn rotate(&self, fresh: [u8; KEY_BYTES]) -> Result<(), StoreError> {
        let Some(current) = self.roots.first() else { return Err(StoreError::Sealed) };
        write_durably(&earlier(&self.folder, self.roots.len()), current)?;
        write_durably(&self.folder.join("root.key"), &fresh)
    }

    /// How many root keys there are, the current one included.
    #[must_use]
    pub fn generations(&self) -> usize {
        self.roots.len()
    }

    /// How many submissions have a key. Cost: a listing of each of 256 folders.
    ///
    /// # Errors
    /// The disk's.
    pub fn count(&self) -> Result<usize, StoreError> {
        let mut count = 0;
        for folder in fs::read_dir(self.folder.join("seals"))? {
            count += fs::read_dir(folder?.path())?.count();
        }
        Ok(count)
    }

    /// The hub's own key for one purpose.
    #[must_use]
    pub fn hub_key(&self, purpose: &str) -> SealKey {
        let mut keys = self.roots.iter().map(|root| derive(root, purpose));
        let key = keys.next().unwrap_or_default();
        SealKey { key, earlier: keys.collect() }
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
        Ok(SealKey { key: random, earlier: Vec::new() })
    }

    /// The key of a submission or incident.
    ///
    /// # Errors
    /// [`StoreError::Erased`] when it was destroyed.
    pub fn key(&self, id: impl Into<Uuid>) -> Result<SealKey, StoreError> {
        let key = read_key(&self.file(id))?.ok_or(StoreError::Erased)?;
        Ok(SealKey { key, earlier: Vec::new() })
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
        hmac::sign(&self.tags, &tagged(purpose, value)).as_ref().to_vec()
    }

    /// Whether `tag` is [`Seals::tag`] of this, compared without saying by its time how much was right.
    #[must_use]
    pub fn is_tag(&self, purpose: &str, value: &[u8], tag: &[u8]) -> bool {
        hmac::verify(&self.tags, &tagged(purpose, value), tag).is_ok()
    }

    /// The signing key of an epoch of the log, as text; `None` while there is none.
    ///
    /// # Errors
    /// The disk's.
    pub fn log_key(&self, epoch: i64) -> Result<Option<String>, StoreError> {
        match fs::read_to_string(self.log_key_file(epoch)) {
            Ok(text) => Ok(Some(text.trim_end().to_owned())),
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(why) => Err(why.into()),
        }
    }

    /// Keeps the signing key of an epoch, unless another node was first. Returns the one that counts.
    ///
    /// # Errors
    /// The disk's.
    pub fn keep_log_key(&self, epoch: i64, unique: &str, text: &str) -> Result<String, StoreError> {
        let file = self.log_key_file(epoch);
        let beside = self.folder.join(format!("log-{epoch}.{unique}.new"));
        write_durably(&beside, format!("{text}\n").as_bytes())?;
        let linked = fs::hard_link(&beside, &file);
        fs::remove_file(&beside)?;
        match linked {
            Err(why) if why.kind() != std::io::ErrorKind::AlreadyExists => return Err(why.into()),
            _ => sync_folder(&self.folder)?,
        }
        self.log_key(epoch)?.ok_or(StoreError::Sealed)
    }

    fn log_key_file(&self, epoch: i64) -> PathBuf {
        self.folder.join(format!("log-{epoch}.key"))
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
        cipher(&self.key)?
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
        let first = open(&self.key, context, sealed);
        if first.is_ok() || self.earlier.is_empty() {
            return first;
        }
        self.earlier.iter().find_map(|key| open(key, context, sealed).ok()).ok_or(StoreError::Sealed)
    }
}

/// What is hashed of a value for one purpose.
fn tagged(purpose: &str, value: &[u8]) -> Vec<u8> {
    [purpose.as_bytes(), &[0], value].concat()
}

fn open(key: &[u8; KEY_BYTES], context: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let (nonce, text) = sealed.split_at_checked(NONCE_BYTES).ok_or(StoreError::Sealed)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| StoreError::Sealed)?;
    let mut text = text.to_vec();
    let plain = cipher(key)?
        .open_in_place(nonce, Aad::from(context.as_bytes()), &mut text)
        .map_err(|_| StoreError::Sealed)?
        .len();
    text.truncate(plain);
    Ok(text)
}

fn cipher(key: &[u8; KEY_BYTES]) -> Result<LessSafeKey, StoreError> {
    UnboundKey::new(&CHACHA20_POLY1305, key).map(LessSafeKey::new).map_err(|_| StoreError::Sealed)
}

/// The file of the `n`th root key that was replaced; the first is 1.
fn earlier(folder: &Path, n: usize) -> PathBuf {
    folder.join(format!("root-{n}.key"))
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

/// Writes beside, syncs, renames, syncs the folder: a crash leaves the old file or the new one. For its owner only.
///
/// # Errors
/// The disk's.
pub fn write_durably(file: &Path, bytes: &[u8]) -> Result<(), StoreError> {
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
    fn a_fresh_root_key_seals_and_the_earlier_ones_open() {
        let folder = tempfile::tempdir().unwrap();
        let before = seals(folder.path());
        let sealed = before.hub_key("leaf").seal([0; NONCE_BYTES], "leaf", b"old").unwrap();
        for fresh in [[3; KEY_BYTES], [4; KEY_BYTES]] {
            seals(folder.path()).rotate(fresh).unwrap();
        }
        let after = seals(folder.path());
        assert_eq!(after.generations(), 3);
        assert_eq!(after.hub_key("leaf").open("leaf", &sealed).unwrap(), b"old");
        let new = after.hub_key("leaf").seal([0; NONCE_BYTES], "leaf", b"new").unwrap();
        assert!(before.hub_key("leaf").open("leaf", &new).is_err(), "the old key opens nothing new");
        assert_eq!(after.tag("x", b"v"), before.tag("x", b"v"), "rows are still found");
    }

    #[test]
    fn tags_differ_by_purpose_and_by_hub() {
        let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let one = seals(a.path());
        let other = Seals::open(b.path(), [2; KEY_BYTES]).unwrap();
        assert_eq!(one.tag("x", b"v"), seals(a.path()).tag("x", b"v"));
        assert_ne!(one.tag("x", b"v"), one.tag("y", b"v"));
        assert_ne!(one.tag("x", b"v"), other.tag("x", b"v"));
        let tag = one.tag("x", b"v");
        assert!(
            one.is_tag("x", b"v", &tag) && !one.is_tag("y", b"v", &tag) && !one.is_tag("x", b"v", &tag[1..])
        );
    }
}
