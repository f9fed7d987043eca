//! Paths of files, which may hold spaces, and what keys of the registry have in common with them.

use super::piece::is_cjk;
use super::{Found, registry};
use crate::{Kind, canon};

/// The longest path that is taken from a text: what Windows opens without the long-path prefix is 260 letters.
const PATH_BYTES_MAX: usize = 1024;
/// The most spaces in one folder's name.
const NAME_SPACES_MAX: usize = 5;

/// Folders under the root with which a path of a Unix system begins.
const UNIX_ROOTS: &[&str] = &[
    "/tmp/",
    "/var/",
    "/usr/",
    "/etc/",
    "/opt/",
    "/home/",
    "/bin/",
    "/sbin/",
    "/Library/",
    "/Users/",
    "/Applications/",
    "/System/",
    "/private/",
    "/dev/",
    "/root/",
    "/mnt/",
    "/data/",
    "/storage/",
    "/proc/",
    "/sdcard/",
    "/Volumes/",
    "/lib/",
    "/run/",
    "~/",
];

/// Reads a path that begins in the chunk `start..end`. Returns where it begins and where to go on.
pub(super) fn read(text: &str, start: usize, end: usize, found: &mut Found<'_>) -> Option<(usize, usize)> {
    let chunk = &text[start..end];
    let opened = match chunk.as_bytes().first() {
        Some(b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'/') => chunk,
        _ => chunk.trim_start_matches(['(', '[', '\'', '“', '‘', '「', '-', '*']),
    };
    let start = end - opened.len();
    if let Some(offset) = registry::start(opened) {
        return at(start + offset, registry::read(text, start + offset, found));
    }
    if let Some(offset) = unix_start(opened) {
        return at(start + offset, slashed(text, start + offset, end, "path-unix", found));
    }
    if has_drive_and_slashes(opened) {
        return at(start, slashed(text, start, end, "path-windows", found));
    }
    let offset = windows_start(opened)?;
    at(start + offset, windows(text, start + offset, found))
}

fn at(start: usize, behind: Option<usize>) -> Option<(usize, usize)> {
    behind.map(|behind| (start, behind))
}

/// Whether something begins at `at` that stands at the head of its chunk or right behind Japanese text, which puts no blank between.
pub(super) fn begins(chunk: &str, at: usize) -> bool {
    chunk[..at].chars().next_back().is_none_or(is_cjk)
}

/// Where a path of a Unix system begins in a chunk.
fn unix_start(chunk: &str) -> Option<usize> {
    let is_root = |at: &usize| UNIX_ROOTS.iter().any(|root| chunk[*at..].starts_with(root));
    if chunk.is_ascii() {
        return chunk.starts_with(['/', '~']).then_some(0).filter(is_root);
    }
    memchr::memchr2_iter(b'/', b'~', chunk.as_bytes()).filter(|at| begins(chunk, *at)).find(is_root)
}

/// Where a Windows path begins in a chunk: a drive, a `%VARIABLE%`, or a share.
fn windows_start(chunk: &str) -> Option<usize> {
    let bytes = chunk.as_bytes();
    for at in memchr::memchr_iter(b'\\', bytes).take(4) {
        if at >= 2 && bytes[at - 1] == b':' && bytes[at - 2].is_ascii_alphabetic() {
            let alone = at == 2 || !(bytes[at - 3].is_ascii_alphanumeric());
            return alone.then_some(at - 2);
        }
        if at >= 3
            && bytes[at - 1] == b'%'
            && let Some(open) = bytes[..at - 1].iter().rposition(|b| *b == b'%')
            && bytes[open + 1..at - 1]
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'(' | b')'))
        {
            return Some(open);
        }
    }
    let share = chunk.find(r"\\").filter(|at| begins(chunk, *at))?;
    let name = &bytes[share + 2..];
    (name.first().is_some_and(u8::is_ascii_alphanumeric) && name.contains(&b'\\')).then_some(share)
}

/// The part of the line in which a path can lie.
pub(super) fn window(text: &str, start: usize) -> &str {
    let mut stop = text.len().min(start + PATH_BYTES_MAX);
    while !text.is_char_boundary(stop) {
        stop -= 1;
    }
    let line = &text[start..stop];
    let end = line.find(['\n', '\r', '"', '`', '|', '\t', '”', '’', '」']).unwrap_or(line.len());
    let end = registry::next_hive(&line[..end]).unwrap_or(end);
    &line[..end]
}

/// The length of a path with backslashes: folder by folder while a further backslash follows, then the last name.
pub(super) fn extent(line: &str) -> usize {
    let mut at = 0;
    for part in line.split('\\') {
        let last = at + part.len() >= line.len();
        let spaces = memchr::memchr_iter(b' ', part.as_bytes()).count();
        let folder =
            (at == 0 || !part.contains([':', '*', '?', ',', ';'])) && sentence_of_japanese(part).is_none();
        let sentence = spaces > 0
            && (part.contains(". ")
                || part.contains("  ")
                || names_a_file(part.split(' ').next().unwrap_or(part)));
        if !last && folder && spaces <= NAME_SPACES_MAX && !sentence {
            at += part.len() + 1;
            continue;
        }
        return at + last_name(part);
    }
    at.min(line.len())
}

/// Where a sentence of Japanese goes on behind a name, with no blank between: at its punctuation, or at a particle behind a name
/// that ends like a file.
fn sentence_of_japanese(part: &str) -> Option<usize> {
    if part.is_ascii() {
        return None;
    }
    let mark = |c: char| "、。（」』】〉》：".contains(c);
    let stop = part.find(mark).filter(|at| *at > 0);
    let file = particles(part).find(|at| names_a_file(&part[..*at]));
    stop.into_iter().chain(file).min()
}

/// Every kana beside an ASCII letter or digit: words of Japanese follow a name so.
fn particles(part: &str) -> impl Iterator<Item = usize> {
    let kana = |c: char| matches!(c, '\u{3041}'..='\u{3096}');
    let bytes = part.as_bytes();
    part.char_indices()
        .filter(move |(at, c)| kana(*c) && *at > 0 && bytes[at - 1].is_ascii_alphanumeric())
        .map(|(at, _)| at)
}

/// The length of the last name: through the first word that ends like a file, else the first word.
fn last_name(part: &str) -> usize {
    let part = &part[..sentence_of_japanese(part).unwrap_or(part.len())];
    let mut at = 0;
    for (count, word) in part.split(' ').enumerate() {
        if count > NAME_SPACES_MAX {
            break;
        }
        // `rundll32 a.dll,Start`: the name of a function follows the file's
        if let Some((file, _)) = word.split_once(',').filter(|(file, _)| names_a_file(file)) {
            return at + file.len();
        }
        if names_a_file(word.trim_end_matches(['.', ',', ';', ')', ']', '\''])) {
            return trimmed(&part[..at + word.len()]);
        }
        at += word.len() + 1;
    }
    let word = part.split([' ', '<']).next().unwrap_or(part);
    trimmed(before_japanese(word))
}

/// A word up to the sentence of Japanese that goes on behind it.
pub(super) fn before_japanese(word: &str) -> &str {
    let word = &word[..sentence_of_japanese(word).unwrap_or(word.len())];
    &word[..particles(word).next().unwrap_or(word.len())]
}

/// Whether a word ends like a file.
fn names_a_file(word: &str) -> bool {
    word.rsplit_once('.').is_some_and(|(_, ending)| {
        (1..=5).contains(&ending.len())
            && ending.bytes().all(|b| b.is_ascii_alphanumeric())
            && ending.bytes().any(|b| b.is_ascii_alphabetic())
    })
}

pub(super) fn trimmed(word: &str) -> usize {
    word.trim_end_matches(['.', ',', ';', ':', ')', ']', '\'', '}', '*']).len()
}

fn windows(text: &str, start: usize, found: &mut Found<'_>) -> Option<usize> {
    let line = window(text, start);
    let length = extent(line);
    take(text, start, length, Kind::FilePath, "path-windows", found)
}

/// `C:/Users/Public/a.exe`: a drive, then folders with slashes.
fn has_drive_and_slashes(chunk: &str) -> bool {
    let bytes = chunk.as_bytes();
    bytes.len() > 3
        && bytes[0].is_ascii_alphabetic()
        && bytes[1..3] == *b":/"
        && bytes[3].is_ascii_alphanumeric()
        && (bytes[3..].contains(&b'/') || names_a_file(&chunk[3..]))
}

/// Reads a path with slashes, which ends with its chunk at the latest.
fn slashed(text: &str, start: usize, end: usize, rule: &'static str, found: &mut Found<'_>) -> Option<usize> {
    let chunk = &text[start..end];
    let stop = chunk
        .find(|c: char| !c.is_ascii() || matches!(c, ')' | ']' | ',' | ';' | '\'' | '"'))
        .unwrap_or(chunk.len());
    let length = trimmed(&chunk[..stop]);
    take(text, start, length, Kind::FilePath, rule, found)
}

pub(super) fn take(
    text: &str,
    start: usize,
    length: usize,
    kind: Kind,
    rule: &'static str,
    found: &mut Found<'_>,
) -> Option<usize> {
    let written = &text[start..start + length];
    // A drive or a variable alone is a place, not an indicator.
    if written.trim_end_matches(['\\', '/']).split(['\\', '/']).filter(|part| !part.is_empty()).count() < 2 {
        return None;
    }
    let value = canon::canonical(kind, written).ok()?;
    found.push((start, start + length), true, value, rule, 75);
    // Droppers name folders and files by digests; the digest is of use without the path.
    let mut at = start;
    for part in written.split(['\\', '/']) {
        let stem = part.split('.').next().unwrap_or(part);
        let digest = match stem.len() {
            32 => Some(Kind::Md5),
            40 => Some(Kind::Sha1),
            64 => Some(Kind::Sha256),
            _ => None,
        };
        if let Some(Ok(value)) = digest.map(|kind| canon::canonical(kind, stem)) {
            found.push((at, at + stem.len()), true, value, "hash-in-path", 50);
        }
        at += part.len() + 1;
    }
    Some(start + length)
}
