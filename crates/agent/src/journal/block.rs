//! The format of a journal file: a head, then blocks, each whole or not there.
//!
//! ```text
//! head   "NRSJ" format:u8 flags:u8 day:i32 length:u16 source…          little-endian throughout
//! block  "NRSB" flags:u8 0:u8×3 prints:u32 v4:u32 v6:u32 place:u64×3 check:u64 0…   [`HEAD_BYTES`] in all
//!        directory: u32 × (buckets + 1)   prints: the bits below their bucket's, 4 to 6 bytes each
//!        v4: u32 each, sorted   v6: u128 each, sorted
//! ```
//!
//! A block carries the place in the log up to which it was read, so that what is known and how far it was read are durable by one
//! write. The directory is the filter: of a question one bucket is read, about sixteen prints. Answering reads a
//! few hundred bytes a block, whatever its size.

use super::observed::New;
use super::print;
use std::io;

/// The format, with everything that a reader depends on: layout and prints.
pub const FORMAT: u8 = 1;

/// Bytes of a block's head.
pub const HEAD_BYTES: usize = 64;

/// Prints in a bucket, about. Sixteen are one cache line.
const BUCKET: usize = 16;

const MARK: &[u8; 4] = b"NRSB";
const FILE_MARK: &[u8; 4] = b"NRSJ";

/// Flag: host and path stand in fields of their own in some lines, so that a URL is answered by its host.
const JOINED: u8 = 1;

/// Flag of a file: URLs are kept, not their hosts alone.
const URLS: u8 = 1;

/// Bytes that can be read at a place: a file, or a slice in tests.
pub trait At {
    /// Fills `buf` from `offset`.
    ///
    /// # Errors
    /// The disk's; an end before `buf` is full is `UnexpectedEof`.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()>;
}

impl At for [u8] {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let from = usize::try_from(offset).map_err(|_| io::ErrorKind::UnexpectedEof)?;
        let bytes = self.get(from..).and_then(|b| b.get(..buf.len())).ok_or(io::ErrorKind::UnexpectedEof)?;
        buf.copy_from_slice(bytes);
        Ok(())
    }
}

/// How far a log had been read when a block was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file: device and inode, hashed; it follows a rotated file.
    pub file: u64,
    /// Bytes read.
    pub offset: u64,
    /// Hash of the file's first bytes: another content under the same inode is another file.
    pub start: u64,
}

/// The head of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileHead {
    /// The log.
    pub source: String,
    /// Days since 1970, UTC.
    pub day: i32,
    /// URLs are kept.
    pub urls: bool,
}

/// The head of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Numbers of prints, IPv4 and IPv6 addresses.
    pub counts: [u32; 3],
    /// Host and path stand in fields of their own.
    pub joined: bool,
    /// How far the log had been read.
    pub place: Place,
    check: u64,
}

impl FileHead {
    /// As bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let source = self.source.as_bytes();
        let source = &source[..source.len().min(usize::from(u16::MAX))];
        let mut out = FILE_MARK.to_vec();
        out.push(FORMAT);
        out.push(if self.urls { URLS } else { 0 });
        out.extend(self.day.to_le_bytes());
        out.extend((source.len() as u16).to_le_bytes());
        out.extend(source);
        out
    }

    /// Reads one; also its length.
    ///
    /// # Errors
    /// `InvalidData` for another format.
    pub fn read(from: &(impl At + ?Sized)) -> io::Result<(Self, u64)> {
        let mut fixed = [0; 12];
        from.read_at(&mut fixed, 0)?;
        if &fixed[..4] != FILE_MARK || fixed[4] != FORMAT {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "not a journal of this format"));
        }
        let length = usize::from(u16::from_le_bytes([fixed[10], fixed[11]]));
        let mut source = vec![0; length];
        from.read_at(&mut source, 12)?;
        let day = i32::from_le_bytes([fixed[6], fixed[7], fixed[8], fixed[9]]);
        let source = String::from_utf8_lossy(&source).into_owned();
        Ok((Self { source, day, urls: fixed[5] & URLS != 0 }, 12 + length as u64))
    }
}

/// Buckets of a block with this many prints: a power of two, none when there is nothing.
fn bucket_bits(prints: usize) -> u32 {
    (prints / BUCKET).max(1).next_power_of_two().trailing_zeros()
}

/// Bytes that hold a print without the bits of its bucket.
fn width(bits: u32) -> usize {
    (print::BITS - bits).div_ceil(8) as usize
}

/// The bits of a print below its bucket's.
fn below(print: u64, bits: u32) -> u64 {
    print & ((1 << (print::BITS - bits)) - 1)
}

/// A block as bytes.
#[must_use]
pub fn write(new: &New, joined: bool, place: Place) -> Vec<u8> {
    let bits = bucket_bits(new.prints.len());
    let mut body = Vec::with_capacity(
        4 * (1 << bits) + width(bits) * new.prints.len() + 4 * new.v4.len() + 16 * new.v6.len(),
    );
    let mut at = 0usize;
    for bucket in 0..=(1u64 << bits) {
        while new.prints.get(at).is_some_and(|p| p >> (print::BITS - bits) < bucket) {
            at += 1;
        }
        body.extend((at as u32).to_le_bytes());
    }
    for print in &new.prints {
        body.extend(below(*print, bits).to_le_bytes().get(..width(bits)).unwrap_or_default());
    }
    new.v4.iter().for_each(|a| body.extend(a.to_le_bytes()));
    new.v6.iter().for_each(|a| body.extend(a.to_le_bytes()));
    let counts = [new.prints.len() as u32, new.v4.len() as u32, new.v6.len() as u32];
    let mut out = head_bytes(counts, joined, place);
    let check = print::hash(print::hash(7, &out), &body);
    out.extend(check.to_le_bytes());
    out.resize(HEAD_BYTES, 0);
    out.extend(body);
    out
}

fn head_bytes(counts: [u32; 3], joined: bool, place: Place) -> Vec<u8> {
    let mut out = MARK.to_vec();
    out.extend([if joined { JOINED } else { 0 }, 0, 0, 0]);
    counts.iter().for_each(|n| out.extend(n.to_le_bytes()));
    [place.file, place.offset, place.start].iter().for_each(|n| out.extend(n.to_le_bytes()));
    out
}

impl Head {
    /// Reads the head at `offset`; `None` when no whole head is there.
    ///
    /// # Errors
    /// The disk's.
    pub fn read(from: &(impl At + ?Sized), offset: u64) -> io::Result<Option<Self>> {
        let mut bytes = [0; HEAD_BYTES];
        match from.read_at(&mut bytes, offset) {
            Err(why) if why.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            other => other?,
        }
        if &bytes[..4] != MARK {
            return Ok(None);
        }
        let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap_or_default());
        let half = |at: usize| word(at) as u32;
        Ok(Some(Self {
            counts: [half(8), half(12), half(16)],
            joined: bytes[4] & JOINED != 0,
            place: Place { file: word(20), offset: word(28), start: word(36) },
            check: word(44),
        }))
    }

    /// Bytes of the directory.
    fn directory(&self) -> u64 {
        4 * ((1u64 << bucket_bits(self.counts[0] as usize)) + 1)
    }

    /// Bytes of the block behind its head.
    #[must_use]
    pub fn body_bytes(&self) -> u64 {
        let [_, v4, v6] = self.counts.map(u64::from);
        self.addresses() + 4 * v4 + 16 * v6
    }

    /// Where the addresses begin in the body.
    fn addresses(&self) -> u64 {
        let prints = self.counts[0];
        self.directory() + width(bucket_bits(prints as usize)) as u64 * u64::from(prints)
    }

    /// Whether the block's bytes are those that were written. Reads all of it: done once, when a file is opened after a crash.
    ///
    /// # Errors
    /// The disk's.
    pub fn is_whole(&self, from: &(impl At + ?Sized), offset: u64) -> io::Result<bool> {
        let length = usize::try_from(self.body_bytes()).unwrap_or(usize::MAX);
        let mut body = vec![0; length];
        match from.read_at(&mut body, offset + HEAD_BYTES as u64) {
            Err(why) if why.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            other => other?,
        }
        let head = head_bytes(self.counts, self.joined, self.place);
        Ok(self.check == print::hash(print::hash(7, &head), &body))
    }

    /// Whether a print is in the block at `offset`.
    ///
    /// # Errors
    /// The disk's.
    pub fn has_print(&self, from: &(impl At + ?Sized), offset: u64, wanted: u64) -> io::Result<bool> {
        if self.counts[0] == 0 {
            return Ok(false);
        }
        let bits = bucket_bits(self.counts[0] as usize);
        let bucket = wanted >> (print::BITS - bits);
        let body = offset + HEAD_BYTES as u64;
        let mut bounds = [0; 8];
        from.read_at(&mut bounds, body + 4 * bucket)?;
        let bound = |at: usize| u32::from_le_bytes(bounds[at..at + 4].try_into().unwrap_or_default());
        let (first, last) = (bound(0), bound(4));
        let width = width(bits);
        let mut bytes = vec![0; width * last.saturating_sub(first) as usize];
        from.read_at(&mut bytes, body + self.directory() + width as u64 * u64::from(first))?;
        let low = below(wanted, bits).to_le_bytes();
        Ok(bytes.chunks_exact(width).any(|p| low.starts_with(p)))
    }

    /// Whether an IPv4 address from `first` to `last` is in the block at `offset`.
    ///
    /// # Errors
    /// The disk's.
    pub fn has_v4(&self, from: &(impl At + ?Sized), offset: u64, first: u32, last: u32) -> io::Result<bool> {
        let start = offset + HEAD_BYTES as u64 + self.addresses();
        let read = |n: u32| -> io::Result<u32> {
            let mut bytes = [0; 4];
            from.read_at(&mut bytes, start + 4 * u64::from(n))?;
            Ok(u32::from_le_bytes(bytes))
        };
        let at = lower_bound(self.counts[1], |n| Ok(read(n)? >= first))?;
        Ok(at < self.counts[1] && read(at)? <= last)
    }

    /// Whether an IPv6 address from `first` to `last` is in the block at `offset`.
    ///
    /// # Errors
    /// The disk's.
    pub fn has_v6(
        &self,
        from: &(impl At + ?Sized),
        offset: u64,
        first: u128,
        last: u128,
    ) -> io::Result<bool> {
        let start = offset + HEAD_BYTES as u64 + self.addresses() + 4 * u64::from(self.counts[1]);
        let read = |n: u32| -> io::Result<u128> {
            let mut bytes = [0; 16];
            from.read_at(&mut bytes, start + 16 * u64::from(n))?;
            Ok(u128::from_le_bytes(bytes))
        };
        let at = lower_bound(self.counts[2], |n| Ok(read(n)? >= first))?;
        Ok(at < self.counts[2] && read(at)? <= last)
    }
}

impl Head {
    /// Adds everything in the block at `offset` to `all`.
    ///
    /// # Errors
    /// The disk's.
    pub(crate) fn read_all(&self, from: &(impl At + ?Sized), offset: u64, all: &mut New) -> io::Result<()> {
        let mut body = vec![0; usize::try_from(self.body_bytes()).unwrap_or(usize::MAX)];
        from.read_at(&mut body, offset + HEAD_BYTES as u64)?;
        let bits = bucket_bits(self.counts[0] as usize);
        let (directory, rest) = body.split_at_checked(self.directory() as usize).unwrap_or_default();
        let (prints, rest) = rest.split_at_checked(width(bits) * self.counts[0] as usize).unwrap_or_default();
        let (v4, v6) = rest.split_at_checked(4 * self.counts[1] as usize).unwrap_or_default();
        let number = |bytes: &[u8]| bytes.iter().rev().fold(0u128, |n, b| n << 8 | u128::from(*b));
        let bounds: Vec<usize> = directory.chunks_exact(4).map(|b| number(b) as usize).collect();
        let lows: Vec<u64> = prints.chunks_exact(width(bits)).map(|b| number(b) as u64).collect();
        for (bucket, pair) in (0u64..).zip(bounds.windows(2)) {
            let within =
                pair.first().zip(pair.last()).and_then(|(a, b)| lows.get(*a..*b)).unwrap_or_default();
            let high = bucket.checked_shl(print::BITS - bits).unwrap_or(0);
            all.prints.extend(within.iter().map(|low| high | low));
        }
        all.v4.extend(v4.chunks_exact(4).map(|b| number(b) as u32));
        all.v6.extend(v6.chunks_exact(16).map(number));
        Ok(())
    }
}

/// The first of `0..count` for which `is_at_least` holds.
fn lower_bound(count: u32, is_at_least: impl Fn(u32) -> io::Result<bool>) -> io::Result<u32> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_at_least(middle)? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(prints: usize) -> New {
        let mut prints: Vec<u64> = (0..prints as u64).map(|n| print::print(1, &n.to_le_bytes())).collect();
        prints.sort_unstable();
        New { prints, v4: vec![1, 5, 0x0a00_0001], v6: vec![7, 1 << 100] }
    }

    #[test]
    fn everything_written_is_found_and_nothing_else() {
        for count in [0, 1, 15, 16, 17, 1_000, 70_000] {
            let place = Place { file: 3, offset: 1 << 40, start: 9 };
            let bytes = write(&new(count), true, place);
            let head = Head::read(&bytes[..], 0).unwrap().unwrap();
            assert_eq!((head.place, head.joined), (place, true));
            assert_eq!(HEAD_BYTES as u64 + head.body_bytes(), bytes.len() as u64);
            assert!(head.is_whole(&bytes[..], 0).unwrap());
            for n in 0..count as u64 {
                assert!(
                    head.has_print(&bytes[..], 0, print::print(1, &n.to_le_bytes())).unwrap(),
                    "{n} of {count}"
                );
            }
            let others = (0..1_000u64).filter(|n| {
                let other = print::print(2, &n.to_le_bytes());
                head.has_print(&bytes[..], 0, other).unwrap()
            });
            assert_eq!(others.count(), 0);
            let v4 = |first, last| head.has_v4(&bytes[..], 0, first, last).unwrap();
            assert!(
                v4(5, 5)
                    && v4(2, 9)
                    && v4(0x0a00_0000, 0x0aff_ffff)
                    && !v4(2, 4)
                    && !v4(0x0b00_0000, u32::MAX)
            );
            let v6 = |first, last| head.has_v6(&bytes[..], 0, first, last).unwrap();
            assert!(v6(7, 7) && v6(8, u128::MAX) && !v6(8, 1 << 99));
        }
    }

    /// A block that was cut anywhere, or changed in any byte, is not whole.
    #[test]
    fn a_broken_block_is_known() {
        let bytes = write(&new(40), false, Place::default());
        for cut in 0..bytes.len() {
            let whole = match Head::read(&bytes[..cut], 0).unwrap() {
                Some(head) => head.is_whole(&bytes[..cut], 0).unwrap(),
                None => false,
            };
            assert!(!whole, "cut at {cut}");
        }
        for at in (0..52).chain(HEAD_BYTES..HEAD_BYTES + 64).chain(bytes.len() - 64..bytes.len()) {
            if (5..8).contains(&at) {
                continue;
            }
            let mut changed = bytes.clone();
            changed[at] ^= 2;
            let whole = match Head::read(&changed[..], 0).unwrap() {
                Some(head) if head.body_bytes() < 1 << 20 => head.is_whole(&changed[..], 0).unwrap(),
                _ => false,
            };
            assert!(!whole || at == 4, "changed at {at}");
        }
    }

    #[test]
    fn a_files_head_reads_back() {
        let head = FileHead { source: "/var/log/proxy 接続.log".to_owned(), day: 20_783, urls: true };
        let bytes = head.to_bytes();
        assert_eq!(FileHead::read(&bytes[..]).unwrap(), (head, bytes.len() as u64));
        assert!(FileHead::read(&b"NRSJ\x02zzzzzzzzzz"[..]).is_err());
    }
}
