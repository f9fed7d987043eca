//! The values of an event log's records, read without rendering them: text in which a record is a line.
//!
//! Nearly no record holds an indicator, so that a record is rendered (by the `evtx` crate, which knows the whole format)
//! only where a value read here makes it worth it. What this reader does not know makes a record worth it too: it may say
//! "look" too often and never too seldom. The layout is that of BinXML (MS-EVEN6, section 2.2.12 and on).

use std::collections::HashSet;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Where the first record stands in a chunk.
const RECORDS_AT: usize = 512;
/// Header of a record: mark, size, number, time. Its size stands once more at its end.
const RECORD_HEADER: usize = 24;
const RECORD_MARK: &[u8] = b"**\0\0";
/// Templates within templates that are read; more are rendered.
const NESTED_MAX: usize = 8;
/// Stands between values, as the quotes of rendered text do.
const BETWEEN: u8 = b'"';

/// Number by which a template is known in every chunk.
type TemplateId = [u8; 16];

/// What a chunk's records hold.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// One line a record.
    pub(super) text: Vec<u8>,
    /// The number of each line's record.
    pub(super) records: Vec<u64>,
    /// Records that have to be rendered, whatever their values are.
    pub(super) look: HashSet<u64>,
    /// Socket addresses held as bytes, which no rendering shows, with their record.
    pub(super) addresses: Vec<(u64, String)>,
    /// Templates first met in this chunk. A template's own text is known once one record was rendered.
    pub(super) fresh: Vec<TemplateId>,
    /// Places of this chunk's templates that need no look any more.
    settled: Vec<u32>,
}

/// What is known of the templates of a file.
#[derive(Debug, Default)]
pub(super) struct Templates {
    /// Their own text holds no indicator.
    pub(super) quiet: HashSet<TemplateId>,
    /// Their own text holds one: every record is rendered.
    pub(super) loud: HashSet<TemplateId>,
}

/// The bytes are not what this reader knows.
struct Unknown;

impl Values {
    /// Reads a chunk's records; `false` where the chunk is built otherwise than expected and has to be rendered whole.
    pub(super) fn read(&mut self, chunk: &[u8], end: usize, last: u64, templates: &Templates) -> bool {
        self.text.clear();
        self.records.clear();
        self.look.clear();
        self.addresses.clear();
        self.fresh.clear();
        self.settled.clear();
        let end = end.min(chunk.len());
        let mut at = RECORDS_AT;
        while at < end {
            let Some((number, size)) = record(&chunk[..end], at) else { return false };
            let content = at + RECORD_HEADER..at + size - 4;
            if self.fragment(chunk, content, number, templates, 0).is_err() {
                self.look.insert(number);
            }
            self.text.push(b'\n');
            self.records.push(number);
            at += size;
            if number == last {
                return true;
            }
        }
        true
    }

    /// A stream that is one template's instance.
    fn fragment(
        &mut self,
        chunk: &[u8],
        place: std::ops::Range<usize>,
        record: u64,
        templates: &Templates,
        depth: usize,
    ) -> Result<(), Unknown> {
        let bytes = chunk.get(..place.end).ok_or(Unknown)?;
        let mut at = place.start;
        if bytes.get(at) == Some(&0x0f) {
            at += 4;
        }
        if bytes.get(at) != Some(&0x0c) || depth > NESTED_MAX {
            return Err(Unknown);
        }
        let definition = u32_at(bytes, at + 6)?;
        at += 10;
        self.template(chunk, definition, record, templates)?;
        if at == definition as usize {
            at += 24 + u32_at(bytes, at + 20)? as usize;
        }
        let count = u32_at(bytes, at)? as usize;
        let kinds = bytes.get(at + 4..).and_then(|b| b.get(..count.checked_mul(4)?)).ok_or(Unknown)?;
        at += 4 + kinds.len();
        for [low, high, kind, _] in kinds.as_chunks::<4>().0 {
            let size = usize::from(u16::from_le_bytes([*low, *high]));
            let value = bytes.get(at..at + size).ok_or(Unknown)?;
            match kind {
                0x21 if size > 0 => self.fragment(chunk, at..at + size, record, templates, depth + 1)?,
                _ => self.value(*kind, value, record)?,
            }
            at += size;
        }
        match bytes.get(at) {
            None | Some(0) => Ok(()),
            Some(_) => Err(Unknown),
        }
    }

    /// Looks at records whose template was not met before, or has text of its own that is listed.
    fn template(
        &mut self,
        chunk: &[u8],
        definition: u32,
        record: u64,
        templates: &Templates,
    ) -> Result<(), Unknown> {
        if self.settled.contains(&definition) {
            return Ok(());
        }
        let at = definition as usize + 4;
        let id: TemplateId = *chunk.get(at..).and_then(|b| b.first_chunk()).ok_or(Unknown)?;
        if templates.loud.contains(&id) {
            self.look.insert(record);
            return Ok(());
        }
        if !templates.quiet.contains(&id) && !self.fresh.contains(&id) {
            self.fresh.push(id);
            self.look.insert(record);
        }
        self.settled.push(definition);
        Ok(())
    }

    /// Writes what can hold an indicator. Numbers, times, GUIDs and SIDs cannot.
    fn value(&mut self, kind: u8, value: &[u8], record: u64) -> Result<(), Unknown> {
        match kind {
            0x01 | 0x81 => {
                if value.len() % 2 == 1 {
                    return Err(Unknown);
                }
                utf16(value, &mut self.text);
            }
            0x02 => {
                if !value.iter().all(u8::is_ascii) || value.trim_ascii_end().contains(&0) {
                    return Err(Unknown);
                }
                self.text.extend(value.iter().map(|b| if *b == b'\n' { b' ' } else { *b }));
            }
            0x0e => self.binary(value, record),
            0x00 | 0x03..=0x0d | 0x0f..=0x15 | 0x21 | 0x83..=0x95 => return Ok(()),
            _ => return Err(Unknown),
        }
        self.text.push(BETWEEN);
        Ok(())
    }

    /// Bytes as long as a digest, and socket addresses.
    fn binary(&mut self, value: &[u8], record: u64) {
        if let 16 | 20 | 32 | 64 = value.len() {
            let digits = b"0123456789abcdef";
            let hex = value.iter().flat_map(|b| [digits[usize::from(b >> 4)], digits[usize::from(b & 15)]]);
            self.text.extend(hex);
        }
        if let Some(address) = socket_address(value) {
            self.text.push(BETWEEN);
            self.text.extend(address.as_bytes());
            self.addresses.push((record, address));
        }
    }
}

/// Number and size of the record at `at`.
fn record(chunk: &[u8], at: usize) -> Option<(u64, usize)> {
    let bytes = chunk.get(at..)?;
    let (mark, rest) = bytes.split_at_checked(4)?;
    let size = u32::from_le_bytes(*rest.first_chunk()?) as usize;
    let number = u64::from_le_bytes(*rest.get(4..)?.first_chunk()?);
    (mark == RECORD_MARK && size >= RECORD_HEADER + 4 && size <= bytes.len()).then_some((number, size))
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, Unknown> {
    bytes.get(at..).and_then(|b| b.first_chunk()).map(|b| u32::from_le_bytes(*b)).ok_or(Unknown)
}

/// `sockaddr_in` and `sockaddr_in6`, as Windows writes them into binary values.
fn socket_address(value: &[u8]) -> Option<String> {
    match value {
        [2, 0, _, _, a, b, c, d, rest @ ..] if value.len() == 16 && rest == [0; 8] => {
            Some(Ipv4Addr::new(*a, *b, *c, *d).to_string())
        }
        [23, 0, ..] if value.len() == 28 => {
            Some(Ipv6Addr::from(*value.get(8..24)?.first_chunk::<16>()?).to_string())
        }
        _ => None,
    }
}

/// Appends UTF-16 as UTF-8. NUL stands between strings; a line feed would end the record.
fn utf16(value: &[u8], out: &mut Vec<u8>) {
    let mut rest = value;
    loop {
        while let Some((eight, after)) = rest.split_first_chunk::<8>() {
            let units = u64::from_le_bytes(*eight);
            if !four_visible(units) {
                break;
            }
            out.extend([units as u8, (units >> 16) as u8, (units >> 32) as u8, (units >> 48) as u8]);
            rest = after;
        }
        // One character of another kind, then on as before.
        let units = rest.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
        let Some(c) = char::decode_utf16(units).next() else { return };
        let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
        rest = rest.get(2 * c.len_utf16()..).unwrap_or_default();
        match c {
            '\0' => out.push(BETWEEN),
            '\n' => out.push(b' '),
            c => out.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// Whether four UTF-16 units are ASCII and none of them a control character.
fn four_visible(units: u64) -> bool {
    const NOT_ASCII: u64 = 0xff80_ff80_ff80_ff80;
    const UPPER: u64 = 0x0060_0060_0060_0060;
    const TOPS: u64 = 0x8000_8000_8000_8000;
    // Of a visible one some bit of 0x60 is set: the sum reaches its unit's highest bit.
    units & NOT_ASCII == 0 && (units & UPPER).wrapping_add(0x7fe0_7fe0_7fe0_7fe0) & TOPS == TOPS
}

/// The addresses of one record as text to be put behind its rendering.
pub(super) fn addresses_of(addresses: &[(u64, String)], record: u64) -> String {
    addresses.iter().filter(|(of, _)| *of == record).fold(String::new(), |mut text, (_, address)| {
        let _ = write!(text, " \"{address}\"");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_utf16(text: &str, expected: &str) {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut out = Vec::new();
        utf16(&bytes, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn text_of_values() {
        check_utf16("", "");
        check_utf16("C:\\Windows\\evil.exe", "C:\\Windows\\evil.exe");
        check_utf16("one\0two.example\0", "one\"two.example\"");
        check_utf16("first line\nsecond", "first line second");
        check_utf16("攻撃元 evil.example 🔥", "攻撃元 evil.example 🔥");
        check_utf16("~~~~~~~~", "~~~~~~~~");
    }

    #[test]
    fn socket_addresses() {
        let v4 = [2, 0, 0x1f, 0x90, 192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(socket_address(&v4).as_deref(), Some("192.0.2.7"));
        let mut v6 = [0; 28];
        v6[0] = 23;
        v6[8..12].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
        v6[23] = 9;
        assert_eq!(socket_address(&v6).as_deref(), Some("2001:db8::9"));
        assert_eq!(socket_address(&[2, 0, 1]), None);
    }
}
