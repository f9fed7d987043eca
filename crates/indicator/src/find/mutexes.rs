//! Names of mutexes: behind the word on its line, or in the list under it.

use super::named::{is_nothing, line_rest};
use super::{Found, prose};
use crate::{Kind, canon};

/// The longest name that is taken from a sentence.
const NAME_BYTES_MAX: usize = 128;
/// Longer lists are none of mutexes.
const LIST_LINES_MAX: usize = 64;
/// Words that follow *mutex named* and are no name.
const NO_NAMES: &[&str] = &[
    "after",
    "as",
    "by",
    "for",
    "from",
    "in",
    "like",
    "of",
    "or",
    "and",
    "on",
    "similarly",
    "differently",
    "according",
    "based",
    "using",
    "with",
    "to",
    "that",
    "which",
    "is",
    "was",
    "it",
    "itself",
    "randomly",
];

/// Reads behind the word that ends at `at`: `Mutex: NAME`, `mutex name: "NAME"`, `mutex named NAME`, `mutex "NAME"`, or `Mutexes:`
/// with a name on each line below.
pub(super) fn read(text: &str, at: usize, found: &mut Found<'_>) -> Option<usize> {
    let line = line_rest(text, at, NAME_BYTES_MAX * 2);
    let mut rest = line.trim_start_matches("es").trim_start_matches(['*', '_', '名']);
    let mut called = false;
    for word in [" objects", " object", " names", " named", " name", " called"] {
        if let Some(behind) = rest.strip_prefix(word) {
            rest = behind;
            called |= word.ends_with('d') && behind.starts_with(' ');
        }
    }
    let announced = rest.trim_start_matches(' ').starts_with([':', '=', '：']);
    let value = rest.trim_start_matches([' ', ':', '=', '：', '\t', '*']);
    if announced && value.is_empty() {
        return list(text, at + line.len(), found);
    }
    let name = match quoted(value) {
        Some(name) => name,
        None if announced => word(value)?,
        None if called => word(value).filter(|name| is_name_in_sentence(name))?,
        None => return None,
    };
    take(text, name, 55, found)
}

/// What stands in the quotation marks with which `value` begins.
fn quoted(value: &str) -> Option<&str> {
    let open = value.chars().next().filter(|c| matches!(c, '"' | '`' | '\'' | '“' | '‘' | '「'))?;
    let close = match open {
        '“' => '”',
        '‘' => '’',
        '「' => '」',
        same => same,
    };
    value[open.len_utf8()..].split_once(close).map(|(name, _)| name)
}

/// The first word, unless it says that there is no name.
fn word(value: &str) -> Option<&str> {
    let open = value.starts_with(['"', '`', '\'', '“', '‘', '「']);
    let word = value.split_whitespace().next().filter(|word| !open && !is_nothing(word))?;
    Some(word.trim_end_matches(['.', ',', ';']))
}

/// Whether a word behind *mutex named* is a name, and not how the sentence goes on.
fn is_name_in_sentence(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    !NO_NAMES.contains(&lower.as_str()) && !prose::is_word(&lower)
}

fn take(text: &str, name: &str, confidence: u8, found: &mut Found<'_>) -> Option<usize> {
    if name.is_empty() || name.len() > NAME_BYTES_MAX {
        return None;
    }
    let value = canon::mutex(name).ok()?;
    let start = name.as_ptr() as usize - text.as_ptr() as usize;
    found.push((start, start + name.len()), true, (Kind::Mutex, value), "mutex", confidence);
    Some(start + name.len())
}

/// Reads the lines below the one that ends at `at`, each of which is a name alone, with the mark of a list or a quotation mark at
/// most; one blank line may stand before them. Returns the end of the last name.
fn list(text: &str, mut at: usize, found: &mut Found<'_>) -> Option<usize> {
    let mut end = None;
    for count in 0..LIST_LINES_MAX {
        let rest = &text[at..];
        let feed = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'));
        let Some(rest) = feed else { break };
        at = text.len() - rest.len();
        let line = line_rest(text, at, NAME_BYTES_MAX * 2);
        at += line.len();
        if line.trim().is_empty() && count == 0 {
            continue;
        }
        let Some(behind) = item(line).and_then(|name| take(text, name, 50, found)) else { break };
        end = Some(behind);
    }
    end
}

/// The name that a line of a list consists of; a remark may follow it in brackets or behind a dash.
fn item(line: &str) -> Option<&str> {
    let line = line.trim();
    let marked = line.trim_start_matches(['-', '*', '•', '・', '+']).trim_start();
    if let Some(name) = quoted(marked) {
        return Some(name);
    }
    let name = marked.split_whitespace().next().filter(|word| !is_nothing(word))?;
    let remark = marked[name.len()..].trim_start();
    let alone = remark.is_empty() || remark.starts_with(['(', '（', '-', '–', '—', '#']);
    let name = name.trim_end_matches([',', ';']);
    (alone && !name.ends_with([':', '：', '.'])).then_some(name)
}
