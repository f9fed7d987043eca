//! JIS X 0213:2004, the two planes of letters beyond JIS X 0208.
//!
//! The Encoding Standard stops at JIS X 0208 with the vendor rows; names of persons and places in Japanese
//! mail need these. The table is plain text, a row a line, cells by blanks, `-` where nothing is assigned.

use std::sync::OnceLock;

static TABLE: &str = include_str!("jisx0213.txt");

type Rows = [[Option<Vec<&'static str>>; 94]; 2];

fn rows() -> &'static Rows {
    static ROWS: OnceLock<Rows> = OnceLock::new();
    ROWS.get_or_init(|| {
        let mut rows: Rows = [const { [const { None }; 94] }; 2];
        for line in TABLE.lines() {
            let mut cells = line.split(' ');
            let place = cells.next().and_then(|head| head.split_once(','));
            let Some((plane, row)) = place else { continue };
            if let (Ok(plane @ 1..=2), Ok(row @ 1..=94)) = (plane.parse::<usize>(), row.parse::<usize>()) {
                rows[plane - 1][row - 1] = Some(cells.collect());
            }
        }
        rows
    })
}

/// The letter at a plane (1 or 2), row and cell (1 to 94 each).
pub(crate) fn letter(plane: usize, row: usize, cell: usize) -> Option<&'static str> {
    let row = rows().get(plane.wrapping_sub(1))?.get(row.wrapping_sub(1))?.as_ref()?;
    row.get(cell.wrapping_sub(1)).copied().filter(|letter| *letter != "-")
}

/// Decodes Shift_JIS with both planes; `false` when something was not assigned.
pub(crate) fn shift_jis(bytes: &[u8]) -> (String, bool) {
    let mut text = String::with_capacity(bytes.len() * 2);
    let mut clean = true;
    let mut at = 0;
    while at < bytes.len() {
        let lead = bytes[at];
        match lead {
            0..=0x7f => text.push(char::from(lead)),
            0xa1..=0xdf => text.push(half_width(lead)),
            0x81..=0x9f | 0xe0..=0xfc if at + 1 < bytes.len() => {
                match shift_jis_pair(lead, bytes[at + 1]) {
                    Some(letter) => text.push_str(letter),
                    None => {
                        clean = false;
                        text.push(char::REPLACEMENT_CHARACTER);
                    }
                }
                at += 1;
            }
            _ => {
                clean = false;
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        at += 1;
    }
    (text, clean)
}

fn shift_jis_pair(lead: u8, trail: u8) -> Option<&'static str> {
    /// Rows of plane 2 in the order in which Shift_JIS-2004 packs them from 0xF0 on.
    const SECOND: [usize; 26] =
        [1, 8, 3, 4, 5, 12, 13, 14, 15, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94];
    let trail = usize::from(trail);
    let (odd, cell) = match trail {
        0x40..=0x7e => (true, trail - 0x3f),
        0x80..=0x9e => (true, trail - 0x40),
        0x9f..=0xfc => (false, trail - 0x9e),
        _ => return None,
    };
    let lead = usize::from(lead);
    let pair = match lead {
        0x81..=0x9f => lead - 0x81,
        0xe0..=0xef => lead - 0xc1,
        _ => {
            let place = (lead - 0xf0) * 2 + usize::from(!odd);
            return letter(2, *SECOND.get(place)?, cell);
        }
    };
    letter(1, pair * 2 + 1 + usize::from(!odd), cell)
}

/// Decodes EUC with both planes; `false` when something was not assigned.
pub(crate) fn euc(bytes: &[u8]) -> (String, bool) {
    let mut text = String::with_capacity(bytes.len() * 2);
    let mut clean = true;
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (found, used) = match rest {
            [b @ 0..=0x7f, ..] => {
                text.push(char::from(*b));
                at += 1;
                continue;
            }
            [0x8e, kana @ 0xa1..=0xdf, ..] => {
                text.push(half_width(*kana));
                at += 2;
                continue;
            }
            [0x8f, row @ 0xa1..=0xfe, cell @ 0xa1..=0xfe, ..] => (letter(2, place(*row), place(*cell)), 3),
            [row @ 0xa1..=0xfe, cell @ 0xa1..=0xfe, ..] => (letter(1, place(*row), place(*cell)), 2),
            _ => (None, 1),
        };
        clean &= found.is_some();
        text.push_str(found.unwrap_or("\u{fffd}"));
        at += used;
    }
    (text, clean)
}

fn place(byte: u8) -> usize {
    usize::from(byte & 0x7f).saturating_sub(0x20)
}

/// JIS X 0201 kana (0xA1 to 0xDF) as half-width letters.
pub(crate) fn half_width(byte: u8) -> char {
    char::from_u32(0xff61 + u32::from(byte & 0x7f) - 0x21).unwrap_or(char::REPLACEMENT_CHARACTER)
}
