//! Windows event logs: each record rendered and scanned as text; a hit's line is the record's id.
//!
//! Values abut in the binary form, so the bytes themselves cannot be scanned; rendering also turns digests and
//! addresses that are stored as binary into text.

use std::io::{Cursor, Read, Seek};

use evtx::{EvtxParser, ParserSettings};

use super::container::hold;
use super::work::{Origin, Worker};

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
    let settings = ParserSettings::new().num_threads(1).indent(false);
    let mut parser = match EvtxParser::from_read_seek(file) {
        Ok(parser) => parser.with_configuration(settings),
        Err(fault) => return worker.skip(&origin.name, format!("not a readable event log: {fault}")),
    };
    let mut damaged = 0;
    for record in parser.records_json_bytes() {
        match record {
            Ok(record) => {
                worker.out.lines += 1;
                worker.record(origin, record.event_record_id, &record.data);
            }
            Err(fault) => {
                damaged += 1;
                if damaged <= DAMAGE_NAMED_MAX {
                    worker.skip(&origin.name, format!("damaged record: {fault}"));
                }
            }
        }
    }
    if damaged > DAMAGE_NAMED_MAX {
        worker.skip(&origin.name, format!("{damaged} damaged records in all"));
    }
}
