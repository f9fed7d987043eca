//! Files compared whole: by digest, only in the kinds that the set holds, and by name.

use std::fmt::Write as _;
use std::io::Read;

use indicator::{Indicator, Kind};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use sweep::{Hit, Set};

use super::work::{Origin, Worker};

/// Texts up to this size are also compared by digest where they were found in a folder or an archive: scripts are small,
/// and logs are not worth it.
pub const TEXT_DIGEST_BYTES_MAX: usize = 16 << 20;

/// What the set wants of whole files.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    md5: bool,
    sha1: bool,
    sha256: bool,
    sha512: bool,
    names: bool,
}

impl Wanted {
    pub(super) fn of(set: &Set) -> Self {
        Self {
            md5: set.has_kind(Kind::Md5),
            sha1: set.has_kind(Kind::Sha1),
            sha256: set.has_kind(Kind::Sha256),
            sha512: set.has_kind(Kind::Sha512),
            names: set.has_kind(Kind::FileName),
        }
    }

    fn digests(self) -> bool {
        self.md5 || self.sha1 || self.sha256 || self.sha512
    }

    /// How much of a stream is held before its kind is told.
    pub(super) fn head_bytes(self, found: bool) -> usize {
        if found && self.digests() { TEXT_DIGEST_BYTES_MAX } else { 0 }
    }
}

/// Bytes digested at once.
const PIECE_BYTES: usize = 64 << 10;

impl Worker<'_> {
    /// Compares a stream by its digests.
    pub(super) fn digest_hits(&mut self, origin: &Origin, mut stream: impl Read) {
        let wanted = self.wanted;
        if !wanted.digests() {
            return;
        }
        let (mut md5, mut sha1, mut sha256, mut sha512) =
            (Md5::new(), Sha1::new(), Sha256::new(), Sha512::new());
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            let got = match stream.read(&mut piece) {
                Ok(0) => break,
                Ok(got) => got,
                Err(fault) => return self.skip(&origin.name, format!("not read to its end: {fault}")),
            };
            let bytes = &piece[..got];
            if wanted.md5 {
                md5.update(bytes);
            }
            if wanted.sha1 {
                sha1.update(bytes);
            }
            if wanted.sha256 {
                sha256.update(bytes);
            }
            if wanted.sha512 {
                sha512.update(bytes);
            }
        }
        let digests = [
            (wanted.md5, Kind::Md5, hex(&md5.finalize())),
            (wanted.sha1, Kind::Sha1, hex(&sha1.finalize())),
            (wanted.sha256, Kind::Sha256, hex(&sha256.finalize())),
            (wanted.sha512, Kind::Sha512, hex(&sha512.finalize())),
        ];
        for (_, kind, digest) in digests.iter().filter(|(wanted, _, _)| *wanted) {
            self.whole_hits(origin, *kind, digest, "file-digest");
        }
    }

    /// Compares a file's last name.
    pub(super) fn name_hits(&mut self, origin: &Origin) {
        if self.wanted.names {
            let name = origin.name.rsplit(['/', '\\', '!']).next().unwrap_or_default().to_owned();
            self.whole_hits(origin, Kind::FileName, &name, "file-name");
        }
    }

    /// Reports every entry that is this value of a whole file.
    pub(super) fn whole_hits(&mut self, origin: &Origin, kind: Kind, value: &str, rule: &'static str) {
        let Ok(indicator) = Indicator::new(kind, value) else { return };
        for entry in self.set.look_up(&indicator) {
            self.hit(origin, Hit { line: 0, start: 0, end: 0, entry, rule, written: value.to_owned() });
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
