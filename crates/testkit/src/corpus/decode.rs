//! Takes a text apart as far as anybody could: every coding that hides a name, one inside the other.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::{EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_16BE, UTF_16LE};
use flate2::read::{DeflateDecoder, ZlibDecoder};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Read as _;

/// How many codings deep it looks; the deepest planted one (a packed text in an archive in an archive in base64) has five.
const DEPTH_MAX: usize = 6;
/// Views of one text. A generated mail has a few hundred.
const VIEWS_MAX: usize = 4_000;
/// Bytes that one packed stream may give.
const STREAM_MAX: u64 = 4 * 1024 * 1024;

/// One decoded form and the way to it.
#[derive(Clone, Debug)]
pub struct View {
    /// The codings undone, e.g. `percent > base64`.
    pub way: String,
    /// What came out.
    pub bytes: Vec<u8>,
}

type Coding = (&'static str, fn(&[u8]) -> Vec<Vec<u8>>);

const CODINGS: &[Coding] = &[
    ("quoted-printable", quoted),
    ("percent", |b| marked(b, b'%')),
    ("entities", entities),
    ("escapes", escapes),
    ("encoded words", encoded_words),
    ("iso-2022-jp", jis),
    ("utf-7", utf7),
    ("base64", base64_runs),
    ("base32", base32_runs),
    ("hex", hex_runs),
    ("wide or legacy charset", charsets),
    ("packed", packed),
    ("punycode", punycode),
];

/// `bytes` and everything inside, and whether nothing was left out.
#[must_use]
pub fn views(bytes: &[u8]) -> (Vec<View>, bool) {
    let mut out = vec![View { way: String::new(), bytes: bytes.to_vec() }];
    let mut depths = vec![0];
    let mut seen = HashSet::from([digest(bytes)]);
    let mut at = 0;
    while at < out.len() {
        if out.len() > VIEWS_MAX {
            return (out, false);
        }
        let depth = depths[at];
        for (name, undo) in CODINGS.iter().filter(|_| depth < DEPTH_MAX) {
            if out[at].way.matches(name).count() >= times(name) {
                continue;
            }
            for found in undo(&out[at].bytes)
                .into_iter()
                .filter(|f| f.iter().any(|b| b.is_ascii_alphanumeric() || *b > 0x7f))
            {
                if seen.insert(digest(&found)) {
                    let way = if out[at].way.is_empty() {
                        (*name).to_owned()
                    } else {
                        format!("{} > {name}", out[at].way)
                    };
                    out.push(View { way, bytes: found });
                    depths.push(depth + 1);
                }
            }
        }
        at += 1;
    }
    (out, true)
}

/// How often one coding is undone on one way. A charset is undone once: what it gives is text.
fn times(name: &str) -> usize {
    match name {
        "base64" | "packed" => 3,
        "percent" => 2,
        _ => 1,
    }
}

fn digest(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

fn changed(before: &[u8], after: Vec<u8>) -> Vec<Vec<u8>> {
    if after == before { Vec::new() } else { vec![after] }
}

/// `%41` with its mark.
fn marked(bytes: &[u8], mark: u8) -> Vec<Vec<u8>> {
    changed(bytes, unmark(bytes, mark))
}

fn unmark(bytes: &[u8], mark: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        let value = tail
            .get(..2)
            .and_then(|two| std::str::from_utf8(two).ok())
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        match value {
            Some(value) if *first == mark => {
                out.push(value);
                rest = &tail[2..];
            }
            _ => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    out
}

fn quoted(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    if !text.contains('=') {
        return Vec::new();
    }
    // Soft breaks, and the pieces of a parameter that RFC 2231 cuts.
    let joined: Vec<u8> = text.replace("=\r\n", "").replace("=\n", "").into_bytes();
    let mut out = changed(bytes, unmark(&joined, b'='));
    out.extend(changed(bytes, pieces(&text).into_bytes()));
    out
}

fn pieces(text: &str) -> String {
    (1..4).fold(text.to_owned(), |text, n| {
        text.replace(&format!("; filename*{n}*="), "").replace(&format!("; filename*{n}="), "")
    })
}

fn entities(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::new();
    let mut rest = text.as_ref();
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let named = after.split_once(';').filter(|(name, _)| name.len() < 10);
        let decoded = named.and_then(|(name, _)| match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => number(name.strip_prefix('#')?),
        });
        match (decoded, named) {
            (Some(c), Some((_, tail))) => {
                out.push(c);
                rest = tail;
            }
            _ => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    if out == text { Vec::new() } else { vec![out.into_bytes()] }
}

fn number(text: &str) -> Option<char> {
    let value = text
        .strip_prefix(['x', 'X'])
        .map_or_else(|| text.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
    value.and_then(char::from_u32)
}

/// `\u30a2` of JSON and scripts, `\u12450?` of RTF.
fn escapes(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let mut units: [Vec<u16>; 2] = [Vec::new(), Vec::new()];
    for piece in text.split("\\u").skip(1) {
        let hex: String = piece.chars().take(4).collect();
        let decimal: String = piece.chars().take_while(char::is_ascii_digit).collect();
        units[0].extend(u16::from_str_radix(&hex, 16));
        units[1].extend(decimal.parse::<u16>());
    }
    units.into_iter().filter(|u| !u.is_empty()).map(|u| String::from_utf16_lossy(&u).into_bytes()).collect()
}

fn encoded_words(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let mut out = Vec::new();
    for piece in text.split("=?").skip(1) {
        let mut fields = piece.splitn(4, '?');
        let (Some(charset), Some(way), Some(body)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let raw = if way.eq_ignore_ascii_case("b") {
            lenient().decode(body).unwrap_or_default()
        } else {
            unmark(body.replace('_', " ").as_bytes(), b'=')
        };
        let encoding = Encoding::for_label(charset.as_bytes()).unwrap_or(encoding_rs::UTF_8);
        out.extend(encoding.decode(&raw).0.bytes());
        out.push(b'\n');
    }
    vec![out]
}

fn jis(bytes: &[u8]) -> Vec<Vec<u8>> {
    if !bytes.windows(2).any(|w| w == b"\x1b$") {
        return Vec::new();
    }
    vec![ISO_2022_JP.decode_without_bom_handling(bytes).0.into_owned().into_bytes()]
}

fn utf7(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::new();
    for (at, _) in text.match_indices('+') {
        let run: String = text[at + 1..]
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '+'))
            .collect();
        let raw = lenient().decode(&run).unwrap_or_default();
        let units: Vec<u16> = raw.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect();
        if !units.is_empty() {
            out += &String::from_utf16_lossy(&units);
            out.push('\n');
        }
    }
    vec![out.into_bytes()]
}

fn lenient() -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&alphabet::STANDARD, config)
}

/// Runs of `inside`, at least `least` long.
fn runs(bytes: &[u8], least: usize, inside: impl Fn(u8) -> bool) -> impl Iterator<Item = &[u8]> {
    bytes.split(move |b| !inside(*b)).filter(move |run| run.len() >= least)
}

fn base64_runs(bytes: &[u8]) -> Vec<Vec<u8>> {
    // A body of base64 is one run over many lines.
    let mut flat = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let bare = line.strip_suffix(b"\r\n").or_else(|| line.strip_suffix(b"\n")).unwrap_or(line);
        flat.extend_from_slice(if bare.len() == 76 && !bare.contains(&b' ') { bare } else { line });
    }
    let mut out = Vec::new();
    for line in flat.split(|b| *b == b'\n').map(|line| line.trim_ascii()).filter(|line| line.len() >= 12) {
        out.extend(lenient().decode(line).ok());
    }
    let mut small = Vec::new();
    for slash in [true, false] {
        let inside =
            |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'_') || (slash && b == b'/');
        for run in runs(&flat, 8, inside) {
            let plain: Vec<u8> = run
                .iter()
                .map(|b| {
                    if *b == b'-' {
                        b'+'
                    } else if *b == b'_' {
                        b'/'
                    } else {
                        *b
                    }
                })
                .collect();
            for skip in 0..if run.len() > 400 { 1 } else { 4 } {
                let cut = &plain[skip..];
                let cut = if cut.len() % 4 == 1 { &cut[..cut.len() - 1] } else { cut };
                let Ok(raw) = lenient().decode(cut) else { continue };
                if readable(&raw) {
                    small.extend(raw);
                    small.push(b'\n');
                }
            }
        }
    }
    out.push(small);
    out
}

/// Decoded junk of plain words is not followed: a short token that means something is text.
fn readable(raw: &[u8]) -> bool {
    std::str::from_utf8(raw).is_ok_and(|text| !text.chars().any(char::is_control))
}

fn base32_runs(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for run in runs(bytes, 12, |b| b.is_ascii_alphabetic() || matches!(b, b'2'..=b'7')) {
        let mut upper = run.to_ascii_uppercase();
        while matches!(upper.len() % 8, 1 | 3 | 6) {
            upper.pop();
        }
        let mut spec = data_encoding::BASE32_NOPAD.specification();
        spec.check_trailing_bits = false;
        let found = spec.encoding().ok().and_then(|lax| lax.decode(&upper).ok()).filter(|raw| readable(raw));
        out.extend(found.into_iter().flatten());
        out.push(b'\n');
    }
    vec![out]
}

fn hex_runs(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for run in runs(bytes, 10, |b| b.is_ascii_hexdigit()) {
        for skip in 0..2 {
            let cut = &run[skip..];
            let even = &cut[..cut.len() / 2 * 2];
            let raw = data_encoding::HEXLOWER_PERMISSIVE.decode(even).unwrap_or_default();
            match raw.as_slice() {
                [0xfe, 0xff, wide @ ..] => out.extend(UTF_16BE.decode_without_bom_handling(wide).0.bytes()),
                raw if readable(raw) => out.extend(raw),
                _ => {}
            }
            out.push(b'\n');
        }
    }
    vec![out]
}

fn charsets(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    if std::str::from_utf8(bytes).is_err() {
        out.extend(
            [SHIFT_JIS, EUC_JP].map(|e| e.decode_without_bom_handling(bytes).0.into_owned().into_bytes()),
        );
    }
    if std::str::from_utf8(bytes).is_err() || bytes.contains(&0) {
        for skip in 0..2.min(bytes.len()) {
            out.extend(
                [UTF_16LE, UTF_16BE]
                    .map(|e| e.decode_without_bom_handling(&bytes[skip..]).0.into_owned().into_bytes()),
            );
        }
    }
    out
}

fn packed(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for at in 0..bytes.len().saturating_sub(2) {
        let rest = &bytes[at..];
        let mut found = Vec::new();
        if rest.starts_with(b"PK\x03\x04") && rest.len() > 30 {
            let skip = 30
                + usize::from(u16::from_le_bytes([rest[26], rest[27]]))
                + usize::from(u16::from_le_bytes([rest[28], rest[29]]));
            let _ = DeflateDecoder::new(rest.get(skip..).unwrap_or_default())
                .take(STREAM_MAX)
                .read_to_end(&mut found);
        } else if rest[0] == 0x78 && matches!(rest[1], 0x01 | 0x5e | 0x9c | 0xda) {
            let _ = ZlibDecoder::new(rest).take(STREAM_MAX).read_to_end(&mut found);
        }
        out.push(found);
    }
    out
}

fn punycode(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let names = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|label| label.starts_with("xn--"));
    vec![names.map(|name| idna::domain_to_unicode(name).0 + "\n").collect::<String>().into_bytes()]
}
