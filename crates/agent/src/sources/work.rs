//! One task after the other on one thread: each file by its kind.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use sweep::{Hit, Scanner, Set};

use super::columns::columns;
use super::digest::Wanted;
use super::kind::{Kind, sniff};
use super::plan::{HEAD_BYTES, Task};
use super::text::{Feed, Stretch};
use super::utf16::Utf16;
use super::{Located, Progress, STANDARD_INPUT, Skipped, container, decode, evtx, mailbox};

/// What one task brought.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The task goes on with the file of the task before.
    pub(super) goes_on: bool,
    pub(super) bytes: u64,
    pub(super) lines: u64,
    pub(super) hits: Vec<Located>,
    pub(super) skipped: Vec<Skipped>,
}

/// What one thread keeps from task to task.
pub(super) struct Worker<'s> {
    pub(super) set: &'s Set,
    pub(super) wanted: Wanted,
    pub(super) out: Outcome,
    /// Whether a second thread may undo compression while this one looks for hits.
    pub(super) piped: bool,
    scanner: Scanner<'s>,
    feed: Feed,
    hits: Vec<Hit>,
    progress: &'s Progress,
}

/// What a glance at many records met.
pub(super) struct Met {
    /// Lines that hold an indicator, from 0.
    pub(super) lines: Vec<usize>,
    /// The host of a listed URL stands without its URL: fields of a record may have to be joined.
    pub(super) url_host: bool,
}

/// Where a stream comes from.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) name: String,
    /// Containers around it.
    pub(super) depth: usize,
    /// Found in a folder or an archive, and so compared by digest and name as well.
    pub(super) found: bool,
}

impl Origin {
    pub(super) fn inside(&self, member: &str) -> Self {
        Self { name: format!("{}!{member}", self.name), depth: self.depth + 1, found: true }
    }

    /// The same name, one layer of compression in.
    pub(super) fn unpacked(&self) -> Self {
        Self { depth: self.depth + 1, ..self.clone() }
    }
}

impl<'s> Worker<'s> {
    pub(super) fn new(set: &'s Set, progress: &'s Progress, threads: usize) -> Self {
        Self {
            set,
            wanted: Wanted::of(set),
            out: Outcome::default(),
            piped: threads > 1,
            scanner: Scanner::new(set),
            feed: Feed::default(),
            hits: Vec::new(),
            progress,
        }
    }

    pub(super) fn run(&mut self, task: &Task) -> Outcome {
        match task {
            Task::Input => {
                let origin = Origin { name: STANDARD_INPUT.to_owned(), depth: 0, found: false };
                self.stream(&origin, io::stdin(), true);
            }
            Task::File { path, in_folder } => self.file(path, *in_folder),
            Task::Segment { path, start, end } => self.segment(path, *start, *end),
        }
        std::mem::take(&mut self.out)
    }

    pub(super) fn skip(&mut self, file: &str, why: impl ToString) {
        self.out.skipped.push(Skipped { file: file.to_owned(), why: why.to_string() });
    }

    pub(super) fn hit(&mut self, origin: &Origin, hit: Hit) {
        self.out.hits.push(Located { file: origin.name.clone(), hit });
    }

    /// Counts bytes of a file on the disk.
    fn read(&mut self, bytes: u64) {
        self.out.bytes += bytes;
        self.progress.done.fetch_add(bytes, Ordering::Relaxed);
    }

    fn file(&mut self, path: &Path, in_folder: bool) {
        let origin = Origin { name: path.display().to_string(), depth: 0, found: in_folder };
        let mut head = Vec::new();
        let opened = File::open(path).and_then(|mut file| {
            Read::by_ref(&mut file).take(HEAD_BYTES as u64).read_to_end(&mut head)?;
            let len = file.metadata()?.len();
            file.seek(SeekFrom::Start(0))?;
            Ok((file, len))
        });
        let (file, len) = match opened {
            Ok(opened) => opened,
            Err(fault) => return self.skip(&origin.name, fault),
        };
        match sniff(&head, path) {
            Kind::Zip => {
                container::zip(self, &origin, io::BufReader::new(file));
                self.read(len);
            }
            Kind::Evtx => {
                evtx::events(self, &origin, io::BufReader::new(file));
                self.read(len);
            }
            _ => self.stream(&origin, file, true),
        }
    }

    fn segment(&mut self, path: &PathBuf, start: u64, end: u64) {
        let name = path.display().to_string();
        // One byte more at the front tells whether a line starts exactly here.
        let from = start.saturating_sub(1);
        let opened = File::open(path).and_then(|mut file| {
            let mut head = vec![0; 4096];
            let got = file.read(&mut head)?;
            head.truncate(got);
            file.seek(SeekFrom::Start(from))?;
            Ok((file, head))
        });
        self.out.goes_on = start > 0;
        match opened {
            Err(fault) => self.skip(&name, fault),
            Ok((file, head)) => {
                self.scanner.set_columns(columns(&head));
                let stretch = Stretch { drop_first_line: start > 0, end: end - from };
                let origin = Origin { name, depth: 0, found: false };
                self.lines(&origin, file, stretch);
                self.scanner.set_columns(None);
                self.read(end - start);
            }
        }
    }

    /// Reads a stream by what its first bytes say. `on_disk`: its bytes are those of a file.
    pub(super) fn stream(&mut self, origin: &Origin, mut stream: impl Read + Send, on_disk: bool) {
        let head_max = self.wanted.head_bytes(origin.found).max(HEAD_BYTES);
        let mut head = Vec::new();
        if let Err(fault) = Read::by_ref(&mut stream).take(head_max as u64).read_to_end(&mut head) {
            self.skip(&origin.name, fault);
        }
        let whole = head.len() < head_max;
        let kind = sniff(&head, Path::new(origin.name.rsplit('!').next().unwrap_or_default()));
        if origin.found {
            self.name_hits(origin);
        }
        if origin.found && whole && kind != Kind::Binary {
            self.digest_hits(origin, &head[..]);
        }
        if on_disk {
            let done = head.len() as u64;
            self.read(done);
        }
        let progress = self.progress;
        let mut later = 0;
        let counted = Counted {
            inner: stream,
            count: |n| {
                later += n;
                if on_disk {
                    progress.done.fetch_add(n, Ordering::Relaxed);
                }
            },
        };
        self.by_kind(kind, origin, Cursor::new(head).chain(counted));
        if on_disk {
            self.out.bytes += later;
        }
    }

    fn by_kind(&mut self, kind: Kind, origin: &Origin, stream: impl Read + Send) {
        match kind {
            Kind::Gzip | Kind::Zstd | Kind::Xz | Kind::Bzip2 => decode::unpack(self, kind, origin, stream),
            Kind::Zip => container::zip_stream(self, origin, stream),
            Kind::Tar => container::tar(self, origin, stream),
            Kind::Evtx => evtx::events_stream(self, origin, stream),
            Kind::Mbox | Kind::Mail | Kind::Ole => mailbox::mails(self, kind, origin, stream),
            Kind::Utf16Le | Kind::Utf16Be => {
                self.whole_text(origin, Utf16::new(stream, kind == Kind::Utf16Be));
            }
            Kind::Text => self.whole_text(origin, stream),
            Kind::Binary => self.digest_hits(origin, stream),
        }
    }

    fn whole_text(&mut self, origin: &Origin, mut stream: impl Read) {
        let mut head = vec![0; 4096];
        let mut have = 0;
        while have < head.len() {
            match stream.read(&mut head[have..]) {
                Ok(0) | Err(_) => break,
                Ok(got) => have += got,
            }
        }
        head.truncate(have);
        self.scanner.set_columns(columns(&head));
        self.lines(origin, Cursor::new(head).chain(stream), Stretch::ALL);
        self.scanner.set_columns(None);
    }

    fn lines(&mut self, origin: &Origin, stream: impl Read, stretch: Stretch) {
        self.hits.clear();
        let mut hits = std::mem::take(&mut self.hits);
        let done = self.feed.scan(stream, stretch, &mut self.scanner, &mut hits, |_| {});
        hits.drain(..).for_each(|hit| self.hit(origin, hit));
        self.hits = hits;
        self.out.lines += done.lines;
        if done.long_lines > 0 {
            let why = format!(
                "{} times a line was longer than can be held and was cut between words",
                done.long_lines
            );
            self.skip(&origin.name, why);
        }
        if let Some(fault) = done.fault {
            self.skip(&origin.name, format!("not read to its end: {fault}"));
        }
    }

    /// Scans text in which each record is a line, only to tell which of them are worth a closer look.
    pub(super) fn glance(&mut self, text: &[u8]) -> Met {
        self.hits.clear();
        self.scanner.scan(text, 0, &mut self.hits);
        let mut lines: Vec<usize> = self.hits.drain(..).map(|hit| hit.line as usize).collect();
        lines.dedup();
        Met { lines, url_host: self.scanner.met_url_host() }
    }

    /// Scans one record's text; every hit is on `record`.
    pub(super) fn record(&mut self, origin: &Origin, record: u64, text: &[u8]) {
        self.hits.clear();
        self.scanner.scan(text, 0, &mut self.hits);
        let mut seen = std::collections::HashSet::new();
        for mut hit in self.hits.drain(..) {
            if seen.insert(hit.entry) {
                hit.line = record;
                self.out.hits.push(Located { file: origin.name.clone(), hit });
            }
        }
    }
}

/// A stream that tells how much was read.
struct Counted<R, F> {
    inner: R,
    count: F,
}

impl<R: Read, F: FnMut(u64)> Read for Counted<R, F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(into)?;
        (self.count)(got as u64);
        Ok(got)
    }
}
