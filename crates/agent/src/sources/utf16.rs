//! UTF-16 to UTF-8 as a stream.

use std::io::{self, Read};

/// Reads UTF-16 and gives UTF-8. What is no character becomes the replacement character.
pub(super) struct Utf16<R> {
    inner: R,
    big_endian: bool,
    raw: Vec<u8>,
    /// Bytes of `raw` that wait for their other half.
    kept: usize,
    out: Vec<u8>,
    at: usize,
    surrogate: Option<u16>,
}

const RAW_BYTES: usize = 64 << 10;

impl<R: Read> Utf16<R> {
    pub(super) fn new(inner: R, big_endian: bool) -> Self {
        Self { inner, big_endian, raw: vec![0; RAW_BYTES], kept: 0, out: Vec::new(), at: 0, surrogate: None }
    }

    fn unit(&self, pair: [u8; 2]) -> u16 {
        if self.big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    }

    /// Reads on; `false` when the input has ended.
    fn fill(&mut self) -> io::Result<bool> {
        self.out.clear();
        self.at = 0;
        let got = self.inner.read(&mut self.raw[self.kept..])?;
        let have = self.kept + got;
        for pair in 0..have / 2 {
            let unit = self.unit([self.raw[2 * pair], self.raw[2 * pair + 1]]);
            self.push(unit);
        }
        let odd = have % 2;
        if got == 0 {
            if odd == 1 || self.surrogate.take().is_some() {
                self.out.extend("\u{fffd}".as_bytes());
            }
            self.kept = 0;
            return Ok(false);
        }
        if odd == 1 {
            self.raw[0] = self.raw[have - 1];
        }
        self.kept = odd;
        Ok(true)
    }

    fn push(&mut self, unit: u16) {
        let c = match (self.surrogate.take(), unit) {
            (None, 0xd800..=0xdbff) => {
                self.surrogate = Some(unit);
                return;
            }
            (Some(high), 0xdc00..=0xdfff) => {
                char::from_u32(0x1_0000 + ((u32::from(high) - 0xd800) << 10) + (u32::from(unit) - 0xdc00))
            }
            (held, unit) => {
                // a first half without its second stands for itself, and loses nothing of what follows
                if held.is_some() {
                    self.out.extend("\u{fffd}".as_bytes());
                }
                if (0xd800..=0xdbff).contains(&unit) {
                    self.surrogate = Some(unit);
                    return;
                }
                char::from_u32(u32::from(unit))
            }
        };
        // The mark at the start is no text.
        if c == Some('\u{feff}') {
            return;
        }
        let mut room = [0; 4];
        self.out.extend(c.unwrap_or('\u{fffd}').encode_utf8(&mut room).as_bytes());
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        while self.at == self.out.len() {
            // An empty fill is not the end: half a unit or the first half of a pair may be held back.
            if !self.fill()? && self.out.is_empty() {
                return Ok(0);
            }
        }
        let n = into.len().min(self.out.len() - self.at);
        into[..n].copy_from_slice(&self.out[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte a read, so that every bound is met.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let n = self.0.len().min(1).min(into.len());
            into[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn check(units: &[u16], expected: &str) {
        for big in [false, true] {
            let bytes: Vec<u8> =
                units.iter().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect();
            let mut text = String::new();
            Utf16::new(&bytes[..], big).read_to_string(&mut text).unwrap();
            assert_eq!(text, expected);
            let mut dripped = String::new();
            Utf16::new(Drip(&bytes), big).read_to_string(&mut dripped).unwrap();
            assert_eq!(dripped, expected);
        }
    }

    #[test]
    fn text_and_what_is_none() {
        check(&[], "");
        check(&"狼煙 evil.example 🔥".encode_utf16().collect::<Vec<_>>(), "狼煙 evil.example 🔥");
        check(&[0xfeff, 0x61], "a");
        check(&[0xd800, 0x61], "\u{fffd}a");
        check(&[0x61, 0xd83d], "a\u{fffd}");
    }
}
