//! Compression undone, on a thread of its own where there is one to spare.

use std::io::{self, Read};
use std::sync::mpsc;

use super::container::DEPTH_MAX;
use super::kind::Kind;
use super::work::{Origin, Worker};

/// Bytes that go from the decoder to the matcher at once.
const PARCEL_BYTES: usize = 256 << 10;
/// Parcels under way: enough that neither side waits for a slow moment of the other.
const PARCELS: usize = 8;
/// Memory that an xz or zstd stream may ask for.
const WINDOW_KIB_MAX: u32 = 256 << 10;
const WINDOW_LOG_MAX: u32 = 27;

/// Undoes one layer of compression and reads what comes out.
pub(super) fn unpack(worker: &mut Worker<'_>, kind: Kind, origin: &Origin, stream: impl Read + Send) {
    if origin.depth >= DEPTH_MAX {
        return worker.skip(&origin.name, format!("packed more than {DEPTH_MAX} times"));
    }
    let inner = origin.unpacked();
    match kind {
        Kind::Gzip => piped(worker, &inner, flate2::read::MultiGzDecoder::new(stream)),
        Kind::Bzip2 => piped(worker, &inner, bzip2::read::MultiBzDecoder::new(stream)),
        Kind::Xz => piped(worker, &inner, lzma_rust2::XzReader::new_mem_limit(stream, true, WINDOW_KIB_MAX)),
        _ => {
            let made = zstd::stream::read::Decoder::new(stream).and_then(|mut decoder| {
                decoder.window_log_max(WINDOW_LOG_MAX)?;
                Ok(decoder)
            });
            match made {
                Ok(decoder) => piped(worker, &inner, decoder),
                Err(fault) => worker.skip(&inner.name, fault),
            }
        }
    }
}

fn piped(worker: &mut Worker<'_>, origin: &Origin, decoder: impl Read + Send) {
    if !worker.piped || origin.depth > 1 {
        return erased(worker, origin, Box::new(decoder));
    }
    std::thread::scope(|scope| {
        let (send, receive) = mpsc::sync_channel(PARCELS);
        let (back, empty) = mpsc::channel();
        scope.spawn(move || pump(decoder, &send, &empty));
        erased(worker, origin, Box::new(Pipe { receive, back, parcel: Vec::new(), at: 0 }));
    });
}

/// Streams within streams would make a type without end; here it ends.
fn erased(worker: &mut Worker<'_>, origin: &Origin, stream: Box<dyn Read + Send + '_>) {
    worker.stream(origin, stream, false);
}

type Parcel = io::Result<Vec<u8>>;

fn pump(mut decoder: impl Read, send: &mpsc::SyncSender<Parcel>, empty: &mpsc::Receiver<Vec<u8>>) {
    loop {
        let mut parcel: Vec<u8> = empty.try_recv().unwrap_or_default();
        parcel.resize(PARCEL_BYTES, 0);
        let mut have = 0;
        let end = loop {
            match decoder.read(&mut parcel[have..]) {
                Ok(0) => break Some(Ok(Vec::new())),
                Ok(got) => have += got,
                Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
                Err(fault) => break Some(Err(fault)),
            }
            if have == parcel.len() {
                break None;
            }
        };
        parcel.truncate(have);
        if have > 0 && send.send(Ok(parcel)).is_err() {
            return;
        }
        if let Some(end) = end {
            // Nobody listens any more: nothing is lost by that.
            let _ = send.send(end);
            return;
        }
    }
}

/// The matcher's end of the pipe.
struct Pipe {
    receive: mpsc::Receiver<Parcel>,
    back: mpsc::Sender<Vec<u8>>,
    parcel: Vec<u8>,
    at: usize,
}

impl Read for Pipe {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.parcel.len() {
            let used = std::mem::take(&mut self.parcel);
            // The decoder may have ended; then nobody needs the memory.
            let _ = self.back.send(used);
            self.at = 0;
            match self.receive.recv() {
                Ok(parcel) => self.parcel = parcel?,
                Err(mpsc::RecvError) => return Ok(0),
            }
        }
        let n = into.len().min(self.parcel.len() - self.at);
        into[..n].copy_from_slice(&self.parcel[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}
