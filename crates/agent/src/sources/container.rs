//! Archives: every member read like a file of its own, to a stated depth and size.

use std::io::{self, Cursor, Read, Seek};

use super::tar::Tar;
use super::work::{Origin, Worker};

/// Archives and compressions within each other that are opened.
pub const DEPTH_MAX: usize = 4;
/// Members of one archive that are read.
pub const MEMBERS_MAX: usize = 100_000;
/// Bytes read of one member; a text of 64 GiB fits, a bomb ends.
pub const MEMBER_BYTES_MAX: u64 = 64 << 30;
/// Bytes held in memory for what has to be read out of order inside another container.
pub(super) const HELD_BYTES_MAX: u64 = 256 << 20;

/// Password under which samples are passed on by custom.
const SAMPLE_PASSWORD: &[u8] = b"infected";

fn too_deep(worker: &mut Worker<'_>, origin: &Origin) -> bool {
    let deep = origin.depth >= DEPTH_MAX;
    if deep {
        worker.skip(&origin.name, format!("packed more than {DEPTH_MAX} times"));
    }
    deep
}

/// Reads a stream to its end for what needs it whole; `None`, with the reason told, where it is too large.
pub(super) fn hold(worker: &mut Worker<'_>, origin: &Origin, stream: impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Err(fault) = stream.take(HELD_BYTES_MAX + 1).read_to_end(&mut bytes) {
        worker.skip(&origin.name, format!("not read to its end: {fault}"));
    }
    if bytes.len() as u64 > HELD_BYTES_MAX {
        worker.skip(&origin.name, format!("larger than {HELD_BYTES_MAX} bytes inside another file"));
        return None;
    }
    Some(bytes)
}

/// A zip within a stream.
pub(super) fn zip_stream(worker: &mut Worker<'_>, origin: &Origin, stream: impl Read) {
    if let Some(bytes) = hold(worker, origin, stream) {
        zip(worker, origin, Cursor::new(bytes));
    }
}

/// A zip, also the office files and packages that are one.
pub(super) fn zip(worker: &mut Worker<'_>, origin: &Origin, file: impl Read + Seek + Send) {
    if too_deep(worker, origin) {
        return;
    }
    let mut archive = match zip::ZipArchive::new(file) {
        Ok(archive) => archive,
        Err(fault) => return worker.skip(&origin.name, format!("not a readable zip: {fault}")),
    };
    if archive.len() > MEMBERS_MAX {
        worker.skip(&origin.name, format!("more than {MEMBERS_MAX} members; the rest is left out"));
    }
    for i in 0..archive.len().min(MEMBERS_MAX) {
        let plain = archive.by_index_raw(i).map(|m| {
            let name = m.name().map_or_else(|_| format!("#{i}"), |name| name.into_owned());
            (name, m.encrypted(), m.is_dir())
        });
        let opened = match plain {
            Ok((_, _, true)) => continue,
            Ok((name, true, false)) => archive.by_index_decrypt(i, SAMPLE_PASSWORD).map(|m| (name, m)),
            Ok((name, false, false)) => archive.by_index(i).map(|m| (name, m)),
            Err(fault) => Err(fault),
        };
        match opened {
            Ok((name, member)) => {
                let reader: Box<dyn Read + Send> = Box::new(member.take(MEMBER_BYTES_MAX));
                worker.stream(&origin.inside(&name), reader, false);
            }
            Err(fault) => worker.skip(&origin.inside(&format!("#{i}")).name, fault),
        }
    }
}

/// A tar, as a stream.
pub(super) fn tar(worker: &mut Worker<'_>, origin: &Origin, stream: impl Read + Send) {
    if too_deep(worker, origin) {
        return;
    }
    let mut tar = Tar::new(stream);
    for _ in 0..MEMBERS_MAX {
        match tar.next() {
            Ok(None) => return,
            Ok(Some(name)) => {
                let inside = origin.inside(&name);
                let reader: Box<dyn Read + Send> = Box::new(tar.member());
                worker.stream(&inside, reader, false);
                if let Err(fault) = tar.end() {
                    return worker.skip(&origin.name, fault);
                }
            }
            Err(fault) => return worker.skip(&origin.name, fault),
        }
    }
    worker.skip(&origin.name, format!("more than {MEMBERS_MAX} members; the rest is left out"));
}

/// The error of an archive that ends too early.
pub(super) fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "archive is cut off")
}
