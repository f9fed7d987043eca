//! ISO-2022-JP and its many relatives, read with forgiveness.
//!
//! Mail in the wild forgets the escape back to ASCII, cuts runs in the middle, uses half-width kana in
//! three different ways and letters of vendors' rows. One state machine reads them all.

use super::jisx0213;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Set {
    Ascii,
    Kana,
    /// JIS X 0208 with vendors' rows.
    Double,
    /// JIS X 0212.
    Supplement,
    /// JIS X 0213, plane 1 or 2.
    New(usize),
    /// GB 2312 (ISO-2022-JP-2).
    Chinese,
    /// KS C 5601 (ISO-2022-JP-2).
    Korean,
}

const ESC: u8 = 0x1b;

/// Whether the bytes hold an escape into a Japanese set.
pub(crate) fn has_escape(bytes: &[u8]) -> bool {
    memchr::memchr_iter(ESC, bytes).any(|at| {
        matches!(
            bytes.get(at + 1..),
            Some(
                [b'$', b'B' | b'@', ..]
                    | [b'(', b'I', ..]
                    | [b'$', b'(', b'D' | b'O' | b'P' | b'Q' | b'B' | b'@', ..]
            )
        )
    })
}

/// Decodes; the count says how many letters could not be read.
pub(crate) fn decode(bytes: &[u8]) -> (String, usize) {
    let mut out = Output { text: String::with_capacity(bytes.len() * 2), errors: 0 };
    let mut set = Set::Ascii;
    let mut shifted = false;
    let mut greek = false;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let rest = &bytes[at + 1..];
        match byte {
            ESC => {
                if let Some((next, used)) = designation(rest) {
                    set = next;
                    at += used;
                } else if let [b'.', which @ (b'A' | b'F'), ..] = rest {
                    greek = *which == b'F';
                    at += 2;
                } else if let [b'N', high, ..] = rest {
                    out.high(*high, greek);
                    at += 2;
                } else {
                    out.text.push('\u{1b}');
                }
            }
            0x0e => shifted = true,
            0x0f => shifted = false,
            b'\n' | b'\r' => {
                out.text.push(char::from(byte));
                if set != Set::Ascii && line_resets(rest) {
                    set = Set::Ascii;
                }
            }
            0xa1..=0xdf if matches!(set, Set::Ascii | Set::Kana) => out.text.push(jisx0213::half_width(byte)),
            0x21..=0x7e => {
                let now = if shifted { Set::Kana } else { set };
                at += out.letter(now, byte, rest.first().copied());
            }
            0..=0x7f => out.text.push(char::from(byte)),
            _ => out.bad(),
        }
        at += 1;
    }
    (out.text, out.errors)
}

/// The set that an escape sequence names, and its length after the escape byte.
fn designation(rest: &[u8]) -> Option<(Set, usize)> {
    Some(match rest {
        [b'(', b'B' | b'J' | b'H', ..] => (Set::Ascii, 2),
        [b'(', b'I', ..] => (Set::Kana, 2),
        [b'$', b'(', b'B' | b'@', ..] => (Set::Double, 3),
        [b'$', b'B' | b'@', ..] => (Set::Double, 2),
        [b'$', b'(', b'D', ..] => (Set::Supplement, 3),
        [b'$', b'(', b'O' | b'Q', ..] => (Set::New(1), 3),
        [b'$', b'(', b'P', ..] => (Set::New(2), 3),
        [b'$', b'A', ..] => (Set::Chinese, 2),
        [b'$', b'(', b'C', ..] => (Set::Korean, 3),
        // the announcer of JIS X 0208-1990; the set follows in an escape of its own
        [b'&', b'@', ..] => (Set::Ascii, 2),
        _ => return None,
    })
}

/// After a line end inside a two-byte run: was the escape back lost? It was if the next escape opens a run
/// again, or if none follows. Mail that keeps the run over lines closes it with an escape to ASCII.
fn line_resets(rest: &[u8]) -> bool {
    match memchr::memchr(ESC, rest) {
        Some(at) => matches!(designation(&rest[at + 1..]), Some((set, _)) if set != Set::Ascii),
        None => true,
    }
}

struct Output {
    text: String,
    errors: usize,
}

impl Output {
    fn bad(&mut self) {
        self.errors += 1;
        self.text.push(char::REPLACEMENT_CHARACTER);
    }

    /// The upper half of a Western or Greek set, by single shift.
    fn high(&mut self, byte: u8, greek: bool) {
        let encoding = if greek { encoding_rs::ISO_8859_7 } else { encoding_rs::WINDOWS_1252 };
        let upper = [byte | 0x80];
        let (text, _) = encoding.decode_without_bom_handling(&upper);
        self.text.push_str(&text);
    }

    /// One letter of a set; answers how many bytes beyond the first were used.
    fn letter(&mut self, set: Set, first: u8, second: Option<u8>) -> usize {
        match set {
            Set::Ascii => {
                self.text.push(char::from(first));
                return 0;
            }
            Set::Kana => {
                if first <= 0x5f {
                    self.text.push(jisx0213::half_width(first));
                } else {
                    self.bad();
                }
                return 0;
            }
            _ => {}
        }
        let Some(second @ 0x21..=0x7e) = second else {
            self.bad();
            return 0;
        };
        let (row, cell) = (usize::from(first - 0x20), usize::from(second - 0x20));
        let (high, low) = (first | 0x80, second | 0x80);
        let found = match set {
            Set::New(plane) => jisx0213::letter(plane, row, cell).is_some_and(|letter| {
                self.text.push_str(letter);
                true
            }),
            Set::Supplement => self.push(encoding_rs::EUC_JP, &[0x8f, high, low]),
            Set::Chinese => self.push(encoding_rs::GBK, &[high, low]),
            Set::Korean => self.push(encoding_rs::EUC_KR, &[high, low]),
            _ => self.push(encoding_rs::EUC_JP, &[high, low]) || self.newer(row, cell),
        };
        if !found {
            self.bad();
        }
        1
    }

    fn push(&mut self, encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> bool {
        let decoded = encoding.decode_without_bom_handling_and_without_replacement(bytes);
        decoded.is_some_and(|text| {
            self.text.push_str(&text);
            true
        })
    }

    /// Letters of JIS X 0213 that were sent under the older name.
    fn newer(&mut self, row: usize, cell: usize) -> bool {
        jisx0213::letter(1, row, cell).is_some_and(|letter| {
            self.text.push_str(letter);
            true
        })
    }
}
