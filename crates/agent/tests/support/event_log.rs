//! A writer of event logs: one chunk, one template, as the format's description (MS-EVEN6, libevtx) has it.

const FILE_HEADER: usize = 4096;
const CHUNK: usize = 65536;
const RECORDS_AT: usize = 512;

/// A substitution's value.
pub(crate) enum Value<'a> {
    /// UTF-16 text.
    Text(&'a str),
    /// Several texts.
    Texts(&'a [&'a str]),
    /// Bytes.
    Binary(&'a [u8]),
    /// A number.
    Number(u32),
}

impl Value<'_> {
    fn kind(&self) -> u8 {
        match self {
            Self::Text(_) => 0x01,
            Self::Texts(_) => 0x81,
            Self::Binary(_) => 0x0e,
            Self::Number(_) => 0x08,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => utf16(text),
            Self::Texts(texts) => texts.iter().flat_map(|text| [utf16(text), vec![0, 0]].concat()).collect(),
            Self::Binary(bytes) => bytes.to_vec(),
            Self::Number(number) => number.to_le_bytes().to_vec(),
        }
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A log whose records have these values; `own` is text of the template itself. All records have as many values.
pub(crate) fn log(own: &str, records: &[Vec<Value<'_>>]) -> Vec<u8> {
    let mut chunk = vec![0; RECORDS_AT];
    let (mut template, mut last) = (None, 0);
    for (i, values) in records.iter().enumerate() {
        last = chunk.len();
        record(&mut chunk, i as u64 + 1, own, values, &mut template);
    }
    let free = chunk.len();
    assert!(free <= CHUNK, "more than one chunk");
    chunk.resize(CHUNK, 0);
    chunk[..8].copy_from_slice(b"ElfChnk\0");
    let count = records.len() as u64;
    for (at, number) in [(8, 1), (16, count), (24, 1), (32, count)] {
        chunk[at..at + 8].copy_from_slice(&number.to_le_bytes());
    }
    for (at, number) in [(40, 128), (44, last), (48, free)] {
        chunk[at..at + 4].copy_from_slice(&(number as u32).to_le_bytes());
    }
    let mut file = vec![0; FILE_HEADER];
    file[..8].copy_from_slice(b"ElfFile\0");
    file[24..32].copy_from_slice(&(count + 1).to_le_bytes());
    for (at, number) in [(32, 128u16), (36, 1), (38, 3), (40, FILE_HEADER as u16), (42, 1)] {
        file[at..at + 2].copy_from_slice(&number.to_le_bytes());
    }
    file.extend(chunk);
    file
}

fn record(chunk: &mut Vec<u8>, number: u64, own: &str, values: &[Value<'_>], template: &mut Option<u32>) {
    let start = chunk.len();
    chunk.extend(b"**\0\0");
    chunk.extend(0u32.to_le_bytes());
    chunk.extend(number.to_le_bytes());
    chunk.extend(132_000_000_000_000_000u64.to_le_bytes());
    chunk.extend([0x0f, 1, 1, 0, 0x0c, 1]);
    chunk.extend(7u32.to_le_bytes());
    let here = chunk.len() as u32 + 4;
    chunk.extend(template.unwrap_or(here).to_le_bytes());
    if template.is_none() {
        *template = Some(here);
        definition(chunk, own, values.len());
    }
    chunk.extend((values.len() as u32).to_le_bytes());
    for value in values {
        chunk.extend((value.bytes().len() as u16).to_le_bytes());
        chunk.extend([value.kind(), 0]);
    }
    values.iter().for_each(|value| chunk.extend(value.bytes()));
    chunk.push(0);
    chunk.resize(chunk.len().next_multiple_of(8) + 4, 0);
    let size = (chunk.len() + 4 - start) as u32;
    chunk.extend(size.to_le_bytes());
    chunk[start + 4..start + 8].copy_from_slice(&size.to_le_bytes());
}

/// `<Event><Note>own</Note><Data>…</Data>…</Event>`
fn definition(chunk: &mut Vec<u8>, own: &str, values: usize) {
    let start = chunk.len();
    chunk.extend(0u32.to_le_bytes());
    chunk.extend([7; 16]);
    chunk.extend(0u32.to_le_bytes());
    chunk.extend([0x0f, 1, 1, 0]);
    open(chunk, "Event");
    open(chunk, "Note");
    chunk.extend([0x05, 0x01]);
    chunk.extend((own.encode_utf16().count() as u16).to_le_bytes());
    chunk.extend(utf16(own));
    chunk.push(0x04);
    for i in 0..values {
        open(chunk, &format!("Data{i}"));
        chunk.push(0x0d);
        chunk.extend((i as u16).to_le_bytes());
        chunk.push(0x01);
        chunk.push(0x04);
    }
    chunk.extend([0x04, 0x00]);
    let size = (chunk.len() - start - 24) as u32;
    chunk[start + 20..start + 24].copy_from_slice(&size.to_le_bytes());
}

/// An element's start, its name in place, without attributes.
fn open(chunk: &mut Vec<u8>, name: &str) {
    chunk.push(0x01);
    chunk.extend(0xffffu16.to_le_bytes());
    chunk.extend(0u32.to_le_bytes());
    let here = chunk.len() as u32 + 4;
    chunk.extend(here.to_le_bytes());
    chunk.extend(0u32.to_le_bytes());
    chunk.extend(0u16.to_le_bytes());
    chunk.extend((name.encode_utf16().count() as u16).to_le_bytes());
    chunk.extend(utf16(name));
    chunk.extend([0, 0, 0x02]);
}
