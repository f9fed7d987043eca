//! TNEF (`winmail.dat`): Outlook's message inside a part of an ordinary mail.

use super::compose::{self, File, Item};
use super::properties::Properties;
use crate::code;
use crate::message::Message;
use crate::reader::Reader;

const MAGIC: &[u8] = b"\x78\x9f\x3e\x22";

/// Reads a TNEF part; `None` when it is none.
pub(crate) fn read(bytes: &[u8], part: &str, depth: usize, reader: &mut Reader) -> Option<Message> {
    let mut rest = bytes.strip_prefix(MAGIC)?.get(2..)?;
    let mut item = Item::default();
    let mut page = None;
    while let Some((attribute, data, after)) = next(rest) {
        rest = after;
        match attribute {
            0x9007 => page = number(data),
            0x8004 => item.properties.insert(0x0037, 0x1e, data.to_vec()),
            0x800c => item.properties.insert(0x1000, 0x1e, data.to_vec()),
            0x9003 => block(data, &mut item.properties),
            0x9004 => recipients(data, &mut item),
            0x9002 => item.files.push(File::default()),
            _ => {}
        }
        if let Some(file) = item.files.last_mut() {
            match attribute {
                0x8010 => file.properties.insert(0x3704, 0x1e, data.to_vec()),
                0x800f => file.properties.insert(0x3701, 0x102, data.to_vec()),
                0x9005 => block(data, &mut file.properties),
                _ => {}
            }
        }
    }
    if !rest.is_empty() {
        reader.problem(part, code::TNEF_BROKEN, "a TNEF part is cut off; what came before was read");
    }
    item.properties.settle(page);
    let mut message = compose::message(item, part, depth + 1, reader);
    message.structure.tnef = true;
    Some(message)
}

/// The next attribute: its number, its bytes, and what follows its checksum.
fn next(rest: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let attribute = u16::from_le_bytes(rest.get(1..3)?.try_into().ok()?);
    let length = number(rest.get(5..9)?)? as usize;
    let data = rest.get(9..)?.get(..length)?;
    Some((attribute, data, rest.get(9 + length + 2..).unwrap_or_default()))
}

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?))
}

/// Reads values in order out of a block of properties.
struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.rest.get(..length)?;
        self.rest = &self.rest[length..];
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        number(self.take(4)?)
    }

    /// A value of stated length, filled up to four bytes.
    fn sized(&mut self) -> Option<&'a [u8]> {
        let length = self.number()? as usize;
        let taken = self.take(length)?;
        let fill = (4 - length % 4) % 4;
        self.rest = self.rest.get(fill..).unwrap_or_default();
        Some(taken)
    }

    fn property(&mut self, into: &mut Properties) -> Option<()> {
        let tag = self.number()?;
        let (number, kind) = ((tag >> 16) as u16, (tag & 0xffff) as u16);
        if number >= 0x8000 {
            self.take(16)?;
            if self.number()? == 0 {
                self.take(4)?;
            } else {
                self.sized()?;
            }
        }
        let single = kind & 0x0fff;
        let is_sized = matches!(single, 0x1e | 0x1f | 0x102 | 0x0d);
        let count = if is_sized || kind & 0x1000 != 0 { self.number()? } else { 1 };
        for _ in 0..count {
            let data = match single {
                _ if is_sized => self.sized()?,
                0x02 | 0x03 | 0x04 | 0x0a | 0x0b => self.take(4)?,
                0x05 | 0x06 | 0x07 | 0x14 | 0x40 => self.take(8)?,
                0x48 => self.take(16)?,
                _ => return None,
            };
            // an object starts with the id of its interface
            let data = if single == 0x0d { data.get(16..).unwrap_or_default() } else { data };
            into.insert(number, single, data.to_vec());
        }
        Some(())
    }
}

fn block(data: &[u8], into: &mut Properties) {
    let mut cursor = Cursor { rest: data };
    let count = cursor.number().unwrap_or(0);
    for _ in 0..count {
        if cursor.property(into).is_none() {
            return;
        }
    }
}

fn recipients(data: &[u8], item: &mut Item) {
    let mut cursor = Cursor { rest: data };
    let rows = cursor.number().unwrap_or(0);
    for _ in 0..rows {
        let mut recipient = Properties::default();
        let Some(count) = cursor.number() else { return };
        for _ in 0..count {
            if cursor.property(&mut recipient).is_none() {
                return;
            }
        }
        item.recipients.push(recipient);
    }
}
