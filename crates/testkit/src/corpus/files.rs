//! Files that carry names in their bones: archives, office documents, pictures, Outlook's own containers.

use flate2::write::{DeflateEncoder, ZlibEncoder};
use flate2::{Compression, Crc};
use std::io::{Cursor, Write as _};

/// One entry of an archive.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) comment: String,
    pub(super) bytes: Vec<u8>,
}

impl Entry {
    pub(super) fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), comment: String::new(), bytes: bytes.into() }
    }
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut out = DeflateEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).expect("memory takes all");
    out.finish().expect("memory takes all")
}

/// Zlib, as PDF streams have it.
pub(super) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).expect("memory takes all");
    out.finish().expect("memory takes all")
}

fn put(out: &mut Vec<u8>, words: &[(usize, u64)]) {
    for (size, value) in words {
        out.extend_from_slice(&value.to_le_bytes()[..*size]);
    }
}

/// A ZIP with names, an extra field for each entry, and comments.
pub(super) fn zip(entries: &[Entry], extra: &str, comment: &str) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let field = |bytes: &[u8]| {
        let mut out = Vec::new();
        put(&mut out, &[(2, 0x7075), (2, bytes.len() as u64)]);
        out.extend_from_slice(bytes);
        out
    };
    let extra = field(extra.as_bytes());
    for entry in entries {
        let at = out.len() as u64;
        let mut crc = Crc::new();
        crc.update(&entry.bytes);
        let packed = deflated(&entry.bytes);
        let sizes = [
            (4, u64::from(crc.sum())),
            (4, packed.len() as u64),
            (4, entry.bytes.len() as u64),
            (2, entry.name.len() as u64),
            (2, extra.len() as u64),
        ];
        put(&mut out, &[(4, 0x0403_4b50), (2, 20), (2, 0x800), (2, 8), (2, 0), (2, 0x5c2d)]);
        put(&mut out, &sizes);
        out.extend([entry.name.as_bytes(), &extra, &packed].concat());
        put(&mut directory, &[(4, 0x0201_4b50), (2, 20), (2, 20), (2, 0x800), (2, 8), (2, 0), (2, 0x5c2d)]);
        put(&mut directory, &sizes);
        put(&mut directory, &[(2, entry.comment.len() as u64), (2, 0), (2, 0), (4, 0), (4, at)]);
        directory.extend([entry.name.as_bytes(), &extra, entry.comment.as_bytes()].concat());
    }
    let (at, count) = (out.len() as u64, entries.len() as u64);
    out.extend_from_slice(&directory);
    put(
        &mut out,
        &[
            (4, 0x0605_4b50),
            (2, 0),
            (2, 0),
            (2, count),
            (2, count),
            (4, directory.len() as u64),
            (4, at),
            (2, comment.len() as u64),
        ],
    );
    out.extend_from_slice(comment.as_bytes());
    out
}

/// A JPEG: EXIF with `artist`, a comment, no picture.
pub(super) fn jpeg(artist: &str, comment: &str) -> Vec<u8> {
    let segment = |mark: u8, body: &[u8]| {
        let length = (body.len() as u16 + 2).to_be_bytes();
        [&[0xff, mark, length[0], length[1]], body].concat()
    };
    let text = [artist.as_bytes(), b"\0"].concat();
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x3b\x01\x02\0".to_vec();
    put(&mut exif, &[(4, text.len() as u64), (4, 26), (4, 0)]);
    exif.extend_from_slice(&text);
    [&[0xff, 0xd8][..], &segment(0xe1, &exif), &segment(0xfe, comment.as_bytes()), &[0xff, 0xd9]].concat()
}

/// A PNG of text chunks, one of them packed.
pub(super) fn png(author: &str, packed: &str) -> Vec<u8> {
    let chunk = |kind: &[u8], body: &[u8]| {
        let named = [kind, body].concat();
        let mut crc = Crc::new();
        crc.update(&named);
        [&(body.len() as u32).to_be_bytes()[..], &named, &crc.sum().to_be_bytes()].concat()
    };
    let head = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"iTXt", &[b"Author\0\0\0\0\0", author.as_bytes()].concat()),
        chunk(b"zTXt", &[b"Comment\0\0", &zlib(packed.as_bytes())[..]].concat()),
        chunk(b"IDAT", &zlib(&[0, 0])),
        chunk(b"IEND", b""),
    ]
    .concat()
}

/// A PDF: `info` in its dictionary, `hex` as UTF-16, `stream` packed, `xmp` plain.
pub(super) fn pdf(info: &str, hex: &[u8], stream: &str, xmp: &str, link: &str) -> Vec<u8> {
    let hex = super::coding::hex_with("", &[&[0xfe, 0xff], hex].concat());
    let packed = zlib(stream.as_bytes());
    let mut out = format!(
        "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Metadata 4 0 R >>\nendobj\n2 0 obj\n<< /Author ({info}) /Title <{hex}> /Producer (x) >>\nendobj\n\
         5 0 obj\n<< /Type /Annot /Subtype /Link /A << /S /URI /URI ({link}) >> >>\nendobj\n\
         4 0 obj\n<< /Type /Metadata /Length {} >>\nstream\n{xmp}\nendstream\nendobj\n3 0 obj\n<< /Filter /FlateDecode /Length {} >>\nstream\n",
        xmp.len(),
        packed.len()
    )
    .into_bytes();
    out.extend_from_slice(&packed);
    out.extend_from_slice(b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R /Info 2 0 R >>\n%%EOF\n");
    out
}

/// A `winmail.dat`: subject, MAPI properties (headers, who received it, X.500 names) and a file.
pub(super) fn tnef(subject: &str, properties: &[(u16, String)], file: &str, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, &[(4, 0x223e_9f78), (2, 1)]);
    let mut attribute = |level: u64, id: u64, data: &[u8]| {
        let sum = data.iter().fold(0_u16, |sum, b| sum.wrapping_add(u16::from(*b)));
        put(&mut out, &[(1, level), (4, id), (4, data.len() as u64)]);
        out.extend_from_slice(data);
        put(&mut out, &[(2, u64::from(sum))]);
    };
    attribute(1, 0x0008_9006, &[0, 0, 1, 0]);
    attribute(1, 0x0006_9007, &[0xe4, 4, 0, 0, 0, 0, 0, 0]);
    attribute(1, 0x0001_8004, &[subject.as_bytes(), b"\0"].concat());
    let mut list = Vec::new();
    put(&mut list, &[(4, properties.len() as u64)]);
    for (id, text) in properties {
        let value = super::coding::utf16(&format!("{text}\0"), false);
        put(&mut list, &[(2, 0x1f), (2, u64::from(*id)), (4, 1), (4, value.len() as u64)]);
        list.extend_from_slice(&value);
        list.resize(list.len().next_multiple_of(4), 0);
    }
    attribute(1, 0x0006_9003, &list);
    attribute(2, 0x0006_9002, &[1, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
    attribute(2, 0x0001_8010, &[file.as_bytes(), b"\0"].concat());
    attribute(2, 0x0006_800f, body);
    out
}

/// An OLE document with summary properties.
pub(super) fn ole(author: &str, company: &str) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("memory takes all");
    let mut stream = |name: &str, bytes: &[u8]| {
        let mut open = file.create_stream(name).expect("memory takes all");
        open.write_all(bytes).expect("memory takes all");
    };
    stream("/WordDocument", &[0xec, 0xa5, 0xc1, 0]);
    stream("/\u{5}SummaryInformation", &summary(author));
    stream("/\u{5}DocumentSummaryInformation", &summary(company));
    file.into_inner().into_inner()
}

/// A property set with code page 65001 and one text.
fn summary(text: &str) -> Vec<u8> {
    let text = [text.as_bytes(), b"\0"].concat();
    let mut out = Vec::new();
    put(&mut out, &[(2, 0xfffe), (2, 0), (4, 0x0002_0006), (8, 0), (8, 0), (4, 1)]);
    out.extend_from_slice(b"\xe0\x85\x9f\xf2\xf9\x4f\x68\x10\xab\x91\x08\x00\x2b\x27\xb3\xd9");
    let size = 8 + 16 + 8 + 8 + text.len() as u64;
    put(&mut out, &[(4, 48), (4, size), (4, 2), (4, 1), (4, 24), (4, 4), (4, 32)]);
    put(&mut out, &[(4, 2), (4, 65001), (4, 30), (4, text.len() as u64)]);
    out.extend_from_slice(&text);
    out
}
