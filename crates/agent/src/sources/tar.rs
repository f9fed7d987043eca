//! tar, read once from front to back: POSIX and GNU names, ordinary files only.

use std::io::{self, Read};

use super::container::cut_off;

const BLOCK: usize = 512;
/// Longest name taken from an extended header.
const NAME_BYTES_MAX: u64 = 64 << 10;

/// A tar that is being read.
pub(super) struct Tar<R> {
    stream: R,
    /// Bytes of the member not read yet, and of the filling behind it.
    left: u64,
    filling: u64,
}

impl<R: Read> Tar<R> {
    pub(super) fn new(stream: R) -> Self {
        Self { stream, left: 0, filling: 0 }
    }

    /// The name of the next ordinary file; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<String>> {
        let mut long_name = None;
        loop {
            let mut header = [0; BLOCK];
            let mut have = 0;
            while have < BLOCK {
                match self.stream.read(&mut header[have..])? {
                    0 if have == 0 => return Ok(None),
                    0 => return Err(cut_off()),
                    got => have += got,
                }
            }
            if header.iter().all(|b| *b == 0) {
                return Ok(None);
            }
            let size = size(&header[124..136])
                .filter(|_| checksum_fits(&header))
                .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not a tar header"))?;
            (self.left, self.filling) = (size, size.next_multiple_of(BLOCK as u64) - size);
            match header[156] {
                b'0' | 0 | b'7' => return Ok(Some(long_name.unwrap_or_else(|| name(&header)))),
                b'L' => long_name = Some(text(&self.held()?)),
                b'x' => long_name = path_of(&self.held()?).or(long_name),
                _ => {}
            }
            self.end()?;
        }
    }

    /// The bytes of the member that [`Tar::next`] named.
    pub(super) fn member(&mut self) -> Member<'_, R> {
        Member(self)
    }

    /// Goes on behind the member.
    pub(super) fn end(&mut self) -> io::Result<()> {
        let rest = self.left + self.filling;
        let got = io::copy(&mut Read::by_ref(&mut self.stream).take(rest), &mut io::sink())?;
        (self.left, self.filling) = (0, 0);
        if got < rest { Err(cut_off()) } else { Ok(()) }
    }

    fn held(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.member().take(NAME_BYTES_MAX).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// One member.
pub(super) struct Member<'t, R>(&'t mut Tar<R>);

impl<R: Read> Read for Member<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = into.len().min(usize::try_from(self.0.left).unwrap_or(usize::MAX));
        if n == 0 {
            return Ok(0);
        }
        let got = self.0.stream.read(&mut into[..n])?;
        if got == 0 {
            return Err(cut_off());
        }
        self.0.left -= got as u64;
        Ok(got)
    }
}

/// Octal digits, or base 256 where the highest bit says so.
fn size(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let low = &field[4..];
        let high_is_zero = field[0] == 0x80 && field[1..4].iter().all(|b| *b == 0);
        return high_is_zero
            .then(|| low.iter().fold(0u64, |n, b| n << 8 | u64::from(*b)))
            .filter(|n| *n < 1 << 60);
    }
    let digits = text(field);
    let digits = digits.trim();
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}

fn checksum_fits(header: &[u8; BLOCK]) -> bool {
    let sum: u64 = header
        .iter()
        .enumerate()
        .map(|(i, b)| if (148..156).contains(&i) { 32 } else { u64::from(*b) })
        .sum();
    size(&header[148..156]).is_some_and(|said| said == sum)
}

fn name(header: &[u8; BLOCK]) -> String {
    let prefix = if &header[257..263] == b"ustar\0" { text(&header[345..500]) } else { String::new() };
    let name = text(&header[..100]);
    if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
}

fn text(field: &[u8]) -> String {
    let end = field.iter().position(|b| *b == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}

/// The `path` record of a POSIX extended header.
fn path_of(records: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(records);
    text.lines().find_map(|record| record.split_once(" path=").map(|(_, path)| path.to_owned()))
}
