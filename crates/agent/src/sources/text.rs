//! A stream of text to pieces that end with lines.

use std::io::{self, Read};

use sweep::{Hit, Scanner};

/// Bytes scanned at once: they and the sieve's lists stay in a core's own cache.
const PIECE_BYTES: usize = 128 << 10;

/// Longest line held whole. A longer one is cut between words, and the cut is told.
pub const LINE_BYTES_MAX: usize = 8 << 20;

/// A stretch of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// Whether the stream starts within a line that belongs to the stretch before.
    pub(super) drop_first_line: bool,
    /// Only lines that start before this byte of the stream belong to it.
    pub(super) end: u64,
}

impl Stretch {
    pub(super) const ALL: Self = Self { drop_first_line: false, end: u64::MAX };
}

/// What scanning a stream brought beside hits.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    pub(super) lines: u64,
    pub(super) long_lines: u64,
    pub(super) fault: Option<io::Error>,
}

/// Memory that is kept from stream to stream.
#[derive(Debug, Default)]
pub(super) struct Feed {
    buffer: Vec<u8>,
}

impl Feed {
    /// Scans a stretch of `stream`. `read` is told of the bytes that came.
    pub(super) fn scan(
        &mut self,
        mut stream: impl Read,
        stretch: Stretch,
        scanner: &mut Scanner<'_>,
        hits: &mut Vec<Hit>,
        mut read: impl FnMut(u64),
    ) -> Scanned {
        self.buffer.resize(PIECE_BYTES, 0);
        let mut done = Scanned::default();
        let (mut have, mut at, mut dropping) = (0, 0u64, stretch.drop_first_line);
        loop {
            if have == self.buffer.len() {
                self.buffer.resize(2 * have, 0);
            }
            let got = match stream.read(&mut self.buffer[have..]) {
                Ok(got) => got,
                Err(fault) if fault.kind() == io::ErrorKind::Interrupted => continue,
                Err(fault) => {
                    done.fault = Some(fault);
                    0
                }
            };
            read(got as u64);
            have += got;
            let mut start = 0;
            if dropping {
                match memchr::memchr(b'\n', &self.buffer[..have]) {
                    Some(feed) => (start, dropping) = (feed + 1, false),
                    None => start = have,
                }
            }
            let text = &self.buffer[..have];
            let (end, last) = cut(text, start, at, stretch.end, got == 0, &mut done.long_lines);
            if end > start {
                done.lines += scanner.scan(&text[start..end], done.lines + 1, hits);
                done.lines += u64::from(got == 0 && !text[..end].ends_with(b"\n"));
            }
            let end = end.max(start);
            self.buffer.copy_within(end..have, 0);
            have -= end;
            at += end as u64;
            if last || got == 0 {
                return done;
            }
        }
    }
}

/// Where the piece ends that starts at `start`, and whether it is the stretch's last.
fn cut(
    text: &[u8],
    start: usize,
    at: u64,
    stretch_end: u64,
    stream_ended: bool,
    long: &mut u64,
) -> (usize, bool) {
    let to_end = usize::try_from(stretch_end.saturating_sub(at)).unwrap_or(usize::MAX);
    if to_end <= start {
        return (start, true);
    }
    if to_end <= text.len() {
        // The line of the stretch's last byte is its last line.
        match memchr::memchr(b'\n', &text[to_end - 1..]) {
            Some(feed) => return (to_end + feed, true),
            None if stream_ended => return (text.len(), true),
            None => {}
        }
    } else if stream_ended {
        return (text.len(), true);
    }
    let upto = to_end.min(text.len());
    match memchr::memrchr(b'\n', &text[start..upto]) {
        Some(feed) => (start + feed + 1, false),
        None if text.len() - start >= LINE_BYTES_MAX => {
            *long += 1;
            let is_space = |b: &u8| matches!(b, b' ' | b'\t' | b'"' | b',' | b';' | b'|');
            (text.iter().rposition(is_space).filter(|i| *i > start).map_or(text.len(), |i| i + 1), false)
        }
        None => (start, false),
    }
}
