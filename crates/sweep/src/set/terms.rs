//! Labels and item of an entry, written once for all entries that share them.

use std::collections::BTreeSet;

/// Bit of an entry's place that says: only this host, not the names under it.
pub(super) const ONLY_HOST: u32 = 1 << 31;

/// Label by which a giver of indicators says that a name stands for this host alone, as on shared hosting.
pub const ONLY_HOST_LABEL: &str = "exact-host";

/// Longest label or item id kept, in bytes; a length of two bytes cannot tell of more.
const TEXT_BYTES_MAX: usize = u16::MAX as usize;

/// Length that says "no item".
const NO_ITEM: u16 = u16::MAX;

pub(super) fn encode(labels: &[String], item: Option<&str>) -> Vec<u8> {
    let mut out = Vec::new();
    let count = labels.len().min(usize::from(u16::MAX));
    out.extend((count as u16).to_le_bytes());
    labels.iter().take(count).for_each(|label| text(label, &mut out));
    match item {
        Some(item) => text(item, &mut out),
        None => out.extend(NO_ITEM.to_le_bytes()),
    }
    out
}

fn text(text: &str, out: &mut Vec<u8>) {
    let mut end = text.len().min(TEXT_BYTES_MAX - 1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    out.extend((end as u16).to_le_bytes());
    out.extend(&text.as_bytes()[..end]);
}

/// The labels and the item at `at`; empty where a damaged set holds none.
pub(super) fn decode(terms: &[u8], at: u32) -> (Vec<String>, Option<String>) {
    let mut rest = terms.get((at & !ONLY_HOST) as usize..).unwrap_or_default();
    let count = take_len(&mut rest).unwrap_or(0);
    let labels = (0..count).map_while(|_| take_text(&mut rest)).collect();
    (labels, take_text(&mut rest))
}

/// Every item in the section, each once.
pub(super) fn items(mut terms: &[u8]) -> BTreeSet<String> {
    let mut items = BTreeSet::new();
    while let Some(count) = take_len(&mut terms) {
        for _ in 0..count {
            take_text(&mut terms);
        }
        items.extend(take_text(&mut terms));
    }
    items
}

fn take_len(rest: &mut &[u8]) -> Option<u16> {
    let (len, after) = rest.split_first_chunk::<2>()?;
    *rest = after;
    Some(u16::from_le_bytes(*len))
}

fn take_text(rest: &mut &[u8]) -> Option<String> {
    let len = take_len(rest).filter(|len| *len != NO_ITEM)?;
    let (text, after) = rest.split_at_checked(usize::from(len))?;
    *rest = after;
    Some(String::from_utf8_lossy(text).into_owned())
}
