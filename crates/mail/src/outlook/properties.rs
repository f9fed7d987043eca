//! MAPI properties of one object: from the streams of a `.msg` storage or a block of TNEF.

use crate::charset::{self, Codec};
use std::collections::BTreeMap;

/// Properties by their number, with type and bytes.
#[derive(Debug, Default)]
pub(crate) struct Properties {
    values: BTreeMap<u16, (u16, Vec<u8>)>,
    codec: Option<Codec>,
}

const UNICODE: u16 = 0x001f;
const STRING8: u16 = 0x001e;

impl Properties {
    /// From a storage: fixed values lie in one stream behind a header, the others in a stream each.
    pub(crate) fn from_streams(streams: &[(String, Vec<u8>)], head: usize) -> Self {
        let mut found = Self::default();
        for (name, data) in streams {
            if name == "__properties_version1.0" {
                for entry in data.get(head..).unwrap_or_default().chunks_exact(16) {
                    let kind = u16::from_le_bytes([entry[0], entry[1]]);
                    let number = u16::from_le_bytes([entry[2], entry[3]]);
                    // of variable values only the length stands here
                    if kind & 0xff < 0x1e || kind == 0x40 {
                        found.insert(number, kind, entry[8..16].to_vec());
                    }
                }
            } else if let Some(tag) = name.strip_prefix("__substg1.0_").and_then(|tag| tag.get(..8))
                && let Ok(tag) = u32::from_str_radix(tag, 16)
            {
                found.insert((tag >> 16) as u16, (tag & 0xffff) as u16, data.clone());
            }
        }
        found.settle(None);
        found
    }

    /// Adds one value; the first of a number stays, wide text wins over narrow.
    pub(crate) fn insert(&mut self, number: u16, kind: u16, data: Vec<u8>) {
        match self.values.get(&number) {
            Some((known, _)) if *known == UNICODE || kind != UNICODE => {}
            _ => {
                self.values.insert(number, (kind, data));
            }
        }
    }

    /// Settles the code page that narrow text is in.
    pub(crate) fn settle(&mut self, stated: Option<u32>) {
        let page = stated.or_else(|| self.number(0x3ffd)).or_else(|| self.number(0x3fde));
        self.codec = page.filter(|page| *page != 0).and_then(charset::code_page);
    }

    /// The code page of narrow text.
    pub(crate) fn codec(&self) -> Option<Codec> {
        self.codec
    }

    /// Takes over the code page of the message that this object belongs to.
    pub(crate) fn inherit(&mut self, codec: Option<Codec>) {
        self.codec = self.codec.or(codec);
    }

    /// A text, without its closing zeros; `None` when absent or empty.
    pub(crate) fn text(&self, number: u16) -> Option<String> {
        let (kind, data) = self.values.get(&number)?;
        let text = match *kind {
            UNICODE => {
                encoding_rs::UTF_16LE.decode_without_bom_handling(&data[..data.len() & !1]).0.into_owned()
            }
            STRING8 => {
                let label = self.codec.map(Codec::name);
                charset::decode(data, label.as_deref().filter(|_| !data.is_ascii()), self.codec).text
            }
            _ => return None,
        };
        let text = text.trim_end_matches('\0');
        Some(text.to_owned()).filter(|text| !text.is_empty())
    }

    /// A block of bytes, texts as they are stored.
    pub(crate) fn bytes(&self, number: u16) -> Option<&[u8]> {
        self.values.get(&number).map(|(_, data)| data.as_slice())
    }

    /// Whether the value is text.
    pub(crate) fn is_text(&self, number: u16) -> bool {
        self.values.get(&number).is_some_and(|(kind, _)| matches!(*kind, UNICODE | STRING8))
    }

    /// A whole number.
    pub(crate) fn number(&self, number: u16) -> Option<u32> {
        let (_, data) = self.values.get(&number)?;
        Some(u32::from_le_bytes(data.get(..4)?.try_into().ok()?))
    }

    /// A time: 100-nanosecond steps since 1601.
    pub(crate) fn time(&self, number: u16) -> Option<jiff::Timestamp> {
        const TO_UNIX_SECONDS: i64 = 11_644_473_600;
        let (kind, data) = self.values.get(&number)?;
        let ticks = i64::from_le_bytes(data.get(..8)?.try_into().ok()?);
        let seconds = ticks / 10_000_000 - TO_UNIX_SECONDS;
        (*kind == 0x40 && ticks > 0).then(|| jiff::Timestamp::from_second(seconds).ok()).flatten()
    }
}
