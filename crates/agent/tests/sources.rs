//! Every kind of source, as other programs write it: what is found in it and where.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

mod support;

use std::io::Write;
use std::path::Path;

use support::event_log::{Value, log};
use support::{set, swept};

const LINE: &str = "GET http://evil.example/a\n";
const LIST: &str = "domain\tevil.example\nurl\thttp://split.example/a/b?c=d\nipv4\t192.0.2.7\nfile-name\tdropper.exe\n\
    sha256\t2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\nemail\tbad@mail.example\n\
    md5\t00112233445566778899aabbccddeeff";

/// `LINE` as `xz -C crc32` packs it.
const XZ: &[u8] =
    b"\xfd\x37\x7a\x58\x5a\x00\x00\x01\x69\x22\xde\x36\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f\xe5\xa3\
    \x01\x00\x19\x47\x45\x54\x20\x68\x74\x74\x70\x3a\x2f\x2f\x65\x76\x69\x6c\x2e\x65\x78\x61\x6d\x70\
    \x6c\x65\x2f\x61\x0a\x00\x00\x00\x83\x67\x06\x21\x00\x01\x2e\x1a\x7d\x45\xe3\xd6\x90\x42\x99\x0d\
    \x01\x00\x00\x00\x00\x01\x59\x5a";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        out.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, bytes) in members {
        let mut header = [0u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
        header[156] = b'0';
        header[257..262].copy_from_slice(b"ustar");
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|b| u32::from(*b)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        out.extend(header);
        out.extend(*bytes);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

fn utf16(text: &str, mark: bool, big: bool) -> Vec<u8> {
    let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units.flat_map(|u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
}

/// Files in a folder; hits as `file:line rule written`. One thread and two have to agree.
fn check(files: &[(&str, &[u8])], expected: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    for threads in [1, 2] {
        let (hits, tally) = swept(&set(LIST), folder.path(), threads);
        assert_eq!(hits, expected, "{threads} threads");
        assert_eq!(tally.skipped, []);
        assert_eq!(tally.hits, expected.len() as u64);
    }
}

#[test]
fn packed_text() {
    let line = LINE.as_bytes();
    check(&[("a.gz", &gzip(line))], &["a.gz:1 domain evil.example"]);
    check(
        &[("a.gz", &[gzip(line), gzip(line)].concat())],
        &["a.gz:1 domain evil.example", "a.gz:2 domain evil.example"],
    );
    check(&[("a.bz2", &bzip2(line))], &["a.bz2:1 domain evil.example"]);
    check(&[("a.zst", &zstd::encode_all(line, 1).unwrap())], &["a.zst:1 domain evil.example"]);
    check(&[("a.xz", XZ)], &["a.xz:1 domain evil.example"]);
    check(&[("a.gz", &gzip(&gzip(line)))], &["a.gz:1 domain evil.example"]);
}

#[test]
fn archives() {
    let line = LINE.as_bytes();
    check(
        &[("a.tar", &tar(&[("x/one.log", b"nothing\n"), ("two.log", line)]))],
        &["a.tar!two.log:1 domain evil.example"],
    );
    check(&[("a.tar.gz", &gzip(&tar(&[("two.log", line)])))], &["a.tar.gz!two.log:1 domain evil.example"]);
    let inner = zip(&[("in.txt", line)]);
    check(
        &[("a.zip", &zip(&[("deep/in.zip", &inner)]))],
        &["a.zip!deep/in.zip!in.txt:1 domain evil.example"],
    );
}

#[test]
fn other_encodings() {
    for (mark, big) in [(true, false), (true, true), (false, false), (false, true)] {
        check(
            &[("a.txt", &utf16("first line\r\nsee evil.example\r\n", mark, big))],
            &["a.txt:2 domain evil.example"],
        );
    }
    // where a machine lost its power, or a log was cut while it was written to
    let zeros = [&[0; 5000][..], b"see evil.example\n\0\0\0more\n"].concat();
    check(&[("a.log", &zeros)], &["a.log:1 domain evil.example"]);
    check(&[("a.txt", b"\xff\xff bad \xc3 evil.example \x80\n")], &["a.txt:1 domain evil.example"]);
}

#[test]
fn fields_join_to_a_url() {
    let joined = |file: &str, line: u32| format!("{file}:{line} url-joined split.example");
    let check = |name: &str, text: &str, line: u32| check(&[(name, text.as_bytes())], &[&joined(name, line)]);
    check("a.csv", "time,host,uri,status\n1,split.example,/a/b?c=d,200\n", 2);
    check("b.csv", "time;host;uri\n1;split.example;\"/a/b?c=d\"\n", 2);
    check("c.csv", "\"time, local\",\"host\",uri\n1,split.example,/a/b?c=d\n", 2);
    check("http.log", "#separator \\x09\n#fields\tts\thost\turi\n1\tsplit.example\t/a/b?c=d\n", 3);
    check(
        "w3c.log",
        "#Version: 1.0\n#Fields: date cs-host cs-uri-stem cs-uri-query\n1 split.example /a/b c=d\n",
        3,
    );
    check("a.jsonl", "{\"host\":\"split.example\",\"uri\":\"\\/a\\/b?c=d\"}\n", 1);
    check("cef.log", "CEF:0|v|p|1|2|n|3|dhost=split.example request=/a/b?c=d\n", 1);
    check("syslog.log", "Nov 23 10:00:00 fw http: host=\"split.example\" path=\"/a/b?c=d\" act=ok\n", 1);
}

#[test]
fn fields_of_other_records_do_not_join() {
    check(&[("a.csv", b"time,host,uri\n1,split.example,/a\n2,x.example,/a/b?c=d\n")], &[]);
    check(&[("a.jsonl", b"{\"host\":\"split.example\",\"uri\":\"/a\"}\n{\"uri\":\"/a/b?c=d\"}\n")], &[]);
}

#[test]
fn files_by_digest_and_name() {
    check(
        &[("folder/hello.txt", b"hello")],
        &["folder/hello.txt:0 file-digest \
        2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"],
    );
    check(&[("x/Dropper.EXE", b"MZ\0\0")], &["x/Dropper.EXE:0 file-name Dropper.EXE"]);
}

#[test]
fn mails() {
    let mail = "From: Bad <bad@mail.example>\r\nTo: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
        Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        c2VlIGh0dHA6Ly9ldmlsLmV4YW1wbGUvCg==\r\n";
    let both = |file: &str, line: u32| {
        [format!("{file}:{line} email bad@mail.example"), format!("{file}:{line} domain evil.example")]
    };
    let check = |name: &str, bytes: &[u8], line: u32| {
        let expected = both(name, line);
        check(&[(name, bytes)], &[&expected[0], &expected[1]]);
    };
    check("a.eml", mail.as_bytes(), 1);
    check("box/cur/1700000000.M1P2.host:2,S", mail.as_bytes(), 1);
    let unix = mail.replace("\r\n", "\n");
    let first = "From x@y.example Thu Jan  1 00:00:00 2026\nFrom: c@d.example\nSubject: y\n\nnothing\n\n";
    check("box.mbox", format!("{first}From x@y.example Thu Jan  1 00:00:00 2026\n{unix}\n").as_bytes(), 2);
}

/// An Outlook file with these texts, by the number of the property.
fn outlook(texts: &[(u16, &str)]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    file.create_stream("/__properties_version1.0").unwrap().write_all(&[0; 32]).unwrap();
    for (number, text) in texts {
        let mut stream = file.create_stream(format!("/__substg1.0_{number:04X}001F")).unwrap();
        stream.write_all(&utf16(text, false, false)).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

#[test]
fn outlook_files() {
    let mail = outlook(&[
        (0x0037, "請求書"),
        (0x1000, "下記 http://evil.example/a をご確認ください"),
        (0x5d01, "bad@mail.example"),
    ]);
    let expected = ["a.msg:1 email bad@mail.example", "a.msg:1 domain evil.example"];
    check(&[("a.msg", &mail)], &expected);
    let packed = expected.map(|hit| hit.replace("a.msg", "b.zip!a.msg"));
    check(&[("b.zip", &zip(&[("a.msg", &mail)]))], &[&packed[0], &packed[1]]);
}

#[test]
fn event_logs() {
    let quiet = || vec![Value::Text("C:\\Windows\\good.exe"), Value::Number(7), Value::Binary(&[1, 2, 3])];
    let records = vec![
        quiet(),
        quiet(),
        vec![Value::Text("visited http://evil.example/x"), Value::Number(1), Value::Binary(&[0; 3])],
        vec![Value::Texts(&["a", "C:\\Users\\b\\dropper.exe"]), Value::Number(1), Value::Binary(&[0; 3])],
        vec![
            Value::Text("first\nsecond evil.example"),
            Value::Number(1),
            Value::Binary(&[
                0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
            ]),
        ],
        vec![
            Value::Text("socket"),
            Value::Number(1),
            Value::Binary(&[2, 0, 0, 80, 192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0]),
        ],
        quiet(),
    ];
    check(
        &[("a.evtx", &log("plain", &records))],
        &[
            "a.evtx:3 domain evil.example",
            "a.evtx:4 file-name dropper.exe",
            "a.evtx:5 domain evil.example",
            "a.evtx:5 digest 00112233445566778899AABBCCDDEEFF",
            "a.evtx:6 ipv4 192.0.2.7",
        ],
    );
    // What stands in a template's own text stands in each of its records.
    check(
        &[("a.evtx", &log("see evil.example", &[quiet(), quiet()]))],
        &["a.evtx:1 domain evil.example", "a.evtx:2 domain evil.example"],
    );
}

/// What cannot be read is named, and the rest is read.
#[test]
fn damaged_input_is_named_and_ends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let long = LINE.repeat(5000);
    let packed = gzip(long.as_bytes());
    write("cut.gz", &packed[..packed.len() - 20]);
    let archive = tar(&[("one.log", LINE.as_bytes())]);
    write("cut.tar", &archive[..600]);
    write("bad.zip", b"PK\x03\x04 no archive at all");
    write("bad.evtx", b"ElfFile\0 no log at all");
    write("good.log", LINE.as_bytes());
    let events = log("see evil.example", &[vec![Value::Number(1)]]);
    write("cut.evtx", &events[..30_000]);
    write("short.evtx", &events[..4096]);
    let bomb = (0..6).fold(gzip(LINE.as_bytes()), |inner, _| gzip(&inner));
    write("deep.gz", &bomb);
    let (hits, tally) = swept(&set(LIST), folder.path(), 1);
    assert!(hits.iter().any(|hit| hit == "good.log:1 domain evil.example"));
    assert!(
        hits.iter().filter(|hit| hit.starts_with("cut.gz:")).count() > 1000,
        "what came before the cut counts"
    );
    let named: Vec<&str> =
        tally.skipped.iter().map(|s| Path::new(&s.file).file_name().unwrap().to_str().unwrap()).collect();
    for file in ["cut.gz", "cut.tar", "bad.zip", "bad.evtx", "cut.evtx", "short.evtx", "deep.gz"] {
        assert!(named.iter().any(|n| n.starts_with(file)), "{file} is not named in {named:?}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (hits, tally) = swept(&set(LIST), &folder.path().join("absent"), 2);
    assert!(hits.is_empty());
    assert_eq!(tally.skipped.len(), 1);
}

/// Segments of a large file give the hits and lines of the whole.
#[test]
fn a_large_file_is_cut_without_a_trace() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    let mut expected = Vec::new();
    for line in 1..=400_000u32 {
        if line % 39_999 == 0 {
            text.push_str("see evil.example now\n");
            expected.push(format!("big.log:{line} domain evil.example"));
        } else {
            text.push_str(
                "a line without anything of interest in it, but of a certain length: 0123456789 0123456789\n",
            );
        }
    }
    std::fs::write(folder.path().join("big.log"), &text).unwrap();
    for threads in [1, 2, 3] {
        let (hits, tally) = swept(&set(LIST), folder.path(), threads);
        assert_eq!(hits, expected);
        assert_eq!((tally.lines, tally.bytes), (400_000, text.len() as u64));
    }
}
