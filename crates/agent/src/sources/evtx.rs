//! Windows event logs: the values of records looked at first, and the records that hold something rendered and scanned
//! as text; a hit's line is the record's number.
//!
//! Values abut in the binary form, so the bytes themselves cannot be scanned; rendering also turns digests that are
//! stored as binary into text.

use std::collections::HashSet;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;

use evtx::{EvtxChunkData, EvtxParser, ParserSettings};

use super::container::hold;
use super::events::{Templates, Values, addresses_of};
use super::work::{Origin, Worker};

/// Bytes of the file's header, and of each chunk behind it.
const HEADER_BYTES: u64 = 4096;
const CHUNK_BYTES: u64 = 65_536;
/// Where the header counts the chunks, a `u16`.
const CHUNKS_AT: u64 = 42;

/// Damaged records that are named one by one; more are only counted.
const DAMAGE_NAMED_MAX: u64 = 10;

/// An event log within a stream.
pub(super) fn events_stream(worker: &mut Worker<'_>, origin: &Origin, stream: impl Read) {
    if let Some(bytes) = hold(worker, origin, stream) {
        events(worker, origin, Cursor::new(bytes));
    }
}

/// An event log.
pub(super) fn events(worker: &mut Worker<'_>, origin: &Origin, file: impl Read + Seek) {
    let mut file = file;
    match is_cut_off(&mut file) {
        Ok(false) => {}
        Ok(true) => worker.skip(&origin.name, "not read to its end: the event log is cut off".to_owned()),
        Err(fault) => return worker.skip(&origin.name, fault.to_string()),
    }
    let mut parser = match EvtxParser::from_read_seek(file) {
        Ok(parser) => parser,
        Err(fault) => return worker.skip(&origin.name, format!("not a readable event log: {fault}")),
    };
    let mut log = Log {
        origin,
        settings: Arc::new(ParserSettings::new().num_threads(1).indent(false)),
        templates: Templates::default(),
        values: Values::default(),
        damaged: 0,
    };
    for chunk in parser.chunks() {
        match chunk {
            Ok(chunk) => log.chunk(worker, chunk),
            Err(fault) => log.damage(worker, &fault),
        }
    }
    if log.damaged > DAMAGE_NAMED_MAX {
        worker.skip(&origin.name, format!("{} damaged records in all", log.damaged));
    }
}

/// Whether a log ends within a chunk, or before the chunks that its header counts ([MS-EVEN6], EVTX file header). Leaves the file at
/// its start.
fn is_cut_off(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let mut counted = [0; 2];
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(CHUNKS_AT))?;
    let counted = match file.read_exact(&mut counted) {
        Ok(()) => u64::from(u16::from_le_bytes(counted)),
        Err(_) => 0,
    };
    file.rewind()?;
    let chunks = length.saturating_sub(HEADER_BYTES);
    Ok(chunks % CHUNK_BYTES != 0 || chunks / CHUNK_BYTES < counted)
}

/// One log that is being read.
struct Log<'o> {
    origin: &'o Origin,
    settings: Arc<ParserSettings>,
    templates: Templates,
    values: Values,
    damaged: u64,
}

impl Log<'_> {
    fn damage(&mut self, worker: &mut Worker<'_>, fault: &dyn std::fmt::Display) {
        self.damaged += 1;
        if self.damaged <= DAMAGE_NAMED_MAX {
            worker.skip(&self.origin.name, format!("damaged record: {fault}"));
        }
    }

    fn chunk(&mut self, worker: &mut Worker<'_>, mut chunk: EvtxChunkData) {
        let (end, last) = (chunk.header.free_space_offset as usize, chunk.header.last_event_record_id);
        let known = self.values.read(&chunk.data, end, last, &self.templates);
        let met = worker.glance(&self.values.text);
        let whole = !known || met.url_host;
        let valued: HashSet<u64> =
            met.lines.iter().filter_map(|line| self.values.records.get(*line).copied()).collect();
        worker.out.lines += self.values.records.len() as u64;
        if !whole && valued.is_empty() && self.values.look.is_empty() {
            return;
        }
        let mut looked = std::mem::take(&mut self.values.look);
        looked.extend(&valued);
        let before = worker.out.hits.len();
        self.render(worker, &mut chunk, |number| whole || looked.contains(&number));
        // Hits of records whose values hold none stand in the template's own text: then all its records have them.
        let loud = worker.out.hits[before..].iter().any(|found| !valued.contains(&found.hit.line));
        let into = if loud { &mut self.templates.loud } else { &mut self.templates.quiet };
        into.extend(self.values.fresh.drain(..));
        if loud && !whole {
            worker.out.hits.truncate(before);
            self.render(worker, &mut chunk, |_| true);
        }
    }

    /// Renders and scans the records that are wanted.
    fn render(&mut self, worker: &mut Worker<'_>, chunk: &mut EvtxChunkData, wanted: impl Fn(u64) -> bool) {
        let mut parsed = match chunk.parse(Arc::clone(&self.settings)) {
            Ok(parsed) => parsed,
            Err(fault) => return self.damage(worker, &fault),
        };
        for record in parsed.iter() {
            let rendered = match record {
                Ok(record) if !wanted(record.event_record_id) => continue,
                Ok(record) => record.into_json_bytes(),
                Err(fault) => Err(fault),
            };
            match rendered {
                Ok(mut record) => {
                    let addresses = addresses_of(&self.values.addresses, record.event_record_id);
                    record.data.extend(addresses.as_bytes());
                    worker.record(self.origin, record.event_record_id, &record.data);
                }
                Err(fault) => self.damage(worker, &fault),
            }
        }
    }
}
