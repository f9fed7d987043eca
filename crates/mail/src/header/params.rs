//! `Content-Type` and `Content-Disposition`: the value and its parameters, RFC 2231 pieces joined as bytes.

use super::words;
use crate::charset::Codec;
use crate::reader::Reader;
use crate::transfer;

/// A value with parameters.
#[derive(Debug, Default, Clone)]
pub(crate) struct Parameters {
    /// The value before the first parameter, lower case.
    pub(crate) value: String,
    list: Vec<(String, String)>,
}

impl Parameters {
    /// A parameter by its name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.list.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a header with parameters.
pub(crate) fn read(raw: &[u8], place: &str, hint: Option<Codec>, reader: &mut Reader) -> Parameters {
    let line = words::text_of(raw, place, hint, reader);
    // places in the value are places in the line
    let line = line.trim_start();
    let end = line.find(';').unwrap_or(line.len());
    let mut value = line[..end].trim().to_ascii_lowercase();
    let mut rest = line.get(end + 1..).unwrap_or_default();
    // "text/plain charset=utf-8": the semicolon was forgotten
    if let Some(gap) = value.find(char::is_whitespace) {
        if line[gap..end].contains('=') {
            rest = line.get(gap..).unwrap_or_default();
        }
        value.truncate(gap);
    }
    let mut pieces = Vec::new();
    while let Some((name, written, after)) = next(rest) {
        if !name.is_empty() {
            pieces.push((name.to_ascii_lowercase(), written));
        }
        rest = after;
        if pieces.len() > crate::limits::HEADERS_MAX {
            break;
        }
    }
    Parameters { value: value.trim_matches(['"', '\'']).to_owned(), list: join(pieces, place, hint, reader) }
}

/// The next `name=value`, and what follows it.
fn next(rest: &str) -> Option<(&str, String, &str)> {
    let rest = rest.trim_start_matches(|c: char| c == ';' || c.is_whitespace());
    if rest.is_empty() {
        return None;
    }
    let equals = rest.find('=');
    let semicolon = rest.find(';').unwrap_or(rest.len());
    let Some(equals) = equals.filter(|at| *at < semicolon) else {
        return Some(("", String::new(), &rest[semicolon..]));
    };
    let name = rest[..equals].trim();
    let value = rest[equals + 1..].trim_start();
    if let Some(quoted) = value.strip_prefix('"') {
        let (text, after) = quoted_string(quoted);
        return Some((name, text, after));
    }
    // unquoted names of files hold blanks; all other values end at one
    let mut end = 0;
    while end < value.len() {
        if let Some(length) = words::word_length(&value[end..]) {
            end += length;
            continue;
        }
        let Some(letter) = value[end..].chars().next() else { break };
        if letter == ';' {
            break;
        }
        end += letter.len_utf8();
    }
    let text = value[..end].trim();
    let is_name = name.to_ascii_lowercase().contains("name");
    let text = if is_name || text.starts_with("=?") {
        text
    } else {
        text.split_whitespace().next().unwrap_or_default()
    };
    Some((name, text.to_owned(), &value[end..]))
}

/// A quoted string after its first quote. A backslash stands for itself unless a quote or backslash follows:
/// Windows paths come unescaped.
fn quoted_string(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut letters = quoted.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (text, &quoted[at + 1..]),
            '\\' => match letters.peek() {
                Some((_, '"' | '\\')) => {
                    if let Some((_, next)) = letters.next() {
                        text.push(next);
                    }
                }
                _ => text.push('\\'),
            },
            _ => text.push(letter),
        }
    }
    (text, "")
}

/// One piece of a parameter: its place in the order and whether it is percent-coded.
struct Piece {
    order: u32,
    coded: bool,
    text: String,
}

/// Joins `name*0*`, `name*1`… and undoes their coding; plain values may hold encoded words.
fn join(
    pieces: Vec<(String, String)>,
    place: &str,
    hint: Option<Codec>,
    reader: &mut Reader,
) -> Vec<(String, String)> {
    let mut plain: Vec<(String, String)> = Vec::new();
    let mut split: Vec<(String, Vec<Piece>)> = Vec::new();
    for (name, text) in pieces {
        let Some((base, rest)) = name.split_once('*') else {
            if !plain.iter().any(|(found, _)| *found == name) {
                plain.push((name, words::decode_words(&text, place, hint, reader)));
            }
            continue;
        };
        let coded = rest.is_empty() || rest.ends_with('*');
        let order = rest.trim_end_matches('*').parse().unwrap_or(0);
        let piece = Piece { order, coded, text };
        match split.iter_mut().find(|(found, _)| found == base) {
            Some((_, list)) => list.push(piece),
            None => split.push((base.to_owned(), vec![piece])),
        }
    }
    let mut list = Vec::new();
    for (name, mut parts) in split {
        parts.sort_by_key(|piece| piece.order);
        list.push((name, continued(&parts, place, hint, reader)));
    }
    // the extended form outranks the plain one, which is there for old programs
    let doubles: Vec<String> = list.iter().map(|(name, _)| name.clone()).collect();
    list.extend(plain.into_iter().filter(|(name, _)| !doubles.contains(name)));
    list
}

fn continued(parts: &[Piece], place: &str, hint: Option<Codec>, reader: &mut Reader) -> String {
    let mut bytes = Vec::new();
    // an escape can be cut between two pieces too
    let mut coded = String::new();
    let mut charset = None;
    let any_coded = parts.iter().any(|piece| piece.coded);
    for (at, piece) in parts.iter().enumerate() {
        let mut text = piece.text.as_str();
        if at == 0 && piece.coded {
            let mut quotes = text.splitn(3, '\'');
            if let (Some(label), Some(_), Some(value)) = (quotes.next(), quotes.next(), quotes.next()) {
                charset = Some(label.to_owned()).filter(|label| !label.is_empty());
                text = value;
            }
        }
        if piece.coded || (any_coded && text.contains('%')) {
            coded.push_str(text);
        } else {
            bytes.extend(transfer::percent(&std::mem::take(&mut coded)));
            bytes.extend_from_slice(text.as_bytes());
        }
    }
    bytes.extend(transfer::percent(&coded));
    if !any_coded {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        return words::decode_words(&text, place, hint, reader);
    }
    reader.decode(place, &bytes, charset.as_deref(), hint)
}
