//! Address lists: mailboxes, groups, comments, and what broken and hostile programs make of them.

use super::words;
use crate::charset::Codec;
use crate::code;
use crate::limits;
use crate::message::Address;
use crate::reader::Reader;

/// Reads an address header.
pub(crate) fn read(raw: &[u8], place: &str, hint: Option<Codec>, reader: &mut Reader) -> Vec<Address> {
    let mut line = words::text_of(raw, place, hint, reader);
    if line.contains('＜') && !line.contains('<') {
        line = line.replace('＜', "<").replace('＞', ">");
    }
    let mut list = Vec::new();
    for entry in entries(&line) {
        if list.len() >= limits::ADDRESSES_MAX {
            reader.problem(place, code::LIMIT_ADDRESSES, "the header names more addresses than are read");
            break;
        }
        let name = entry.name(place, hint, reader);
        let address = match &entry.angle {
            Some(inner) => clean(&without_comments(&words::decode_words(inner, place, hint, reader))),
            None => entry
                .bare
                .as_ref()
                .map(|bare| clean(&words::decode_words(bare, place, hint, reader)))
                .unwrap_or_default(),
        };
        if address.is_empty() {
            // the whole mailbox may hide in one encoded word
            if let Some(hidden) = hidden_mailbox(&name) {
                list.push(hidden);
                continue;
            }
        }
        if !(name.is_empty() && address.is_empty()) {
            list.push(Address { name: Some(name).filter(|name| !name.is_empty()), address });
        }
    }
    list
}

/// One mailbox as collected from the line.
#[derive(Debug, Default)]
struct Entry {
    /// Words and quoted strings before the address, still with encoded words.
    phrase: String,
    comment: String,
    angle: Option<String>,
    bare: Option<String>,
}

impl Entry {
    fn name(&self, place: &str, hint: Option<Codec>, reader: &mut Reader) -> String {
        let source = if self.phrase.trim().is_empty() { &self.comment } else { &self.phrase };
        let text = words::decode_words(source.trim(), place, hint, reader);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        // quotes inside the encoded word are quotes all the same
        let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        inner.unwrap_or(&text).trim().to_owned()
    }

    fn is_empty(&self) -> bool {
        self.phrase.trim().is_empty()
            && self.comment.is_empty()
            && self.angle.is_none()
            && self.bare.is_none()
    }

    /// Without angle brackets the word with the at sign is the address.
    fn settle(mut self) -> Self {
        if self.angle.is_none() && self.bare.is_none() && self.phrase.contains('@') {
            let words: Vec<&str> = self.phrase.split_whitespace().collect();
            if let Some(at) = words.iter().position(|word| word.contains('@')) {
                self.bare = Some(words[at].to_owned());
                let rest: Vec<&str> = words
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| *index != at)
                    .map(|(_, word)| *word)
                    .collect();
                self.phrase = rest.join(" ");
            }
        }
        self
    }
}

fn entries(line: &str) -> Vec<Entry> {
    let mut list = Vec::new();
    let mut entry = Entry::default();
    let is_group = line.contains(';');
    let mut at = 0;
    while let Some(letter) = line[at..].chars().next() {
        let rest = &line[at..];
        let mut used = letter.len_utf8();
        match letter {
            '"' => match closing_quote(&rest[1..]) {
                Some((_, length)) if entry.bare.is_none() && rest[1 + length..].starts_with('@') => {
                    // a local part in quotes: `"a b"@x.example`
                    let domain = &rest[1 + length..];
                    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '(' | '"');
                    used = 1 + length + domain.find(ends).unwrap_or(domain.len());
                    entry.bare = Some(rest[..used].to_owned());
                }
                Some((text, length)) => {
                    entry.phrase.push_str(&text);
                    used = 1 + length;
                }
                None => entry.phrase.push('"'),
            },
            '(' => {
                let (text, length) = comment(rest);
                entry.comment = text;
                used = length;
            }
            '<' => {
                let opened = rest.len() - rest.trim_start_matches('<').len();
                let end = opened + end_of_angle(&rest[opened..]);
                let inner = rest[opened..end].trim();
                if (entry.angle.is_none() || !inner.is_empty())
                    && let Some(earlier) = entry.angle.replace(inner.to_owned())
                {
                    // `a@x.example <b@y.example>`: the earlier one is shown, the last one is the address
                    entry.phrase.push_str(&earlier);
                }
                let closing = rest[end..].bytes().take_while(|byte| *byte == b'>').count();
                used = end + closing.min(opened);
            }
            ',' | ';' => {
                if !entry.is_empty() {
                    list.push(std::mem::take(&mut entry).settle());
                }
                entry = Entry::default();
            }
            ':' if is_group && entry.angle.is_none() && !entry.phrase.contains('@') => {
                entry = Entry::default()
            }
            '=' if words::word_length(rest).is_some() => {
                used = words::word_length(rest).unwrap_or(1);
                entry.phrase.push_str(&rest[..used]);
            }
            _ => entry.phrase.push(letter),
        }
        at += used;
    }
    if !entry.is_empty() {
        list.push(entry.settle());
    }
    list
}

/// A quoted string after its first quote: its text and length, closing quote included.
fn closing_quote(rest: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut letters = rest.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((text, at + 1)),
            '\\' => match letters.next() {
                Some((_, next @ ('"' | '\\'))) => text.push(next),
                Some((_, next)) => text.extend(['\\', next]),
                None => text.push('\\'),
            },
            _ => text.push(letter),
        }
    }
    None
}

/// Where an address behind `<` ends: commas of a route (`<@a.example,@b.example:x@c.example>`) are inside.
fn end_of_angle(inner: &str) -> usize {
    let end = inner.find(['>', '<']).unwrap_or(inner.len());
    let is_route = |comma: usize| inner.starts_with('@') && inner[comma..end].contains(':');
    inner[..end].find(',').filter(|comma| !is_route(*comma)).unwrap_or(end)
}

/// Without comments in brackets, and the blanks around its signs (RFC 5322, 4.4); in quotes both stay.
fn without_comments(written: &str) -> String {
    if written.contains('"') || !written.contains(['(', ' ']) {
        return written.to_owned();
    }
    let mut out = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find('(') {
        out.push_str(&rest[..at]);
        rest = &rest[at + comment(&rest[at..]).1..];
    }
    out.push_str(rest);
    let parts: Vec<&str> = out.split('@').map(str::trim).collect();
    parts.join("@")
}

/// A comment with its brackets, nested ones included.
fn comment(rest: &str) -> (String, usize) {
    let mut depth = 0usize;
    for (at, letter) in rest.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return (rest[1..at].trim().to_owned(), at + 1);
                }
            }
            _ => {}
        }
    }
    (rest[1..].trim().to_owned(), rest.len())
}

/// An address without route, scheme, brackets and stray quotes.
fn clean(written: &str) -> String {
    let mut text = written.trim();
    if text.starts_with('@') {
        text = text.split_once(':').map_or(text, |(_, rest)| rest);
    }
    let scheme = text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
    let text = if scheme { &text[7..] } else { text };
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '\'' | ';' | ','));
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if let Some(inner) = bracketed.filter(|inner| inner.contains('@')) {
        return inner.to_owned();
    }
    // quotes around the whole address are dirt; around the local part they belong to it
    match text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) if inner.contains('@') => inner.to_owned(),
        _ => text,
    }
}

fn hidden_mailbox(name: &str) -> Option<Address> {
    let Some(open) = name.rfind('<') else {
        let alone = name.contains('@') && !name.contains(char::is_whitespace);
        return alone.then(|| Address { name: None, address: clean(name) });
    };
    let inner = name[open + 1..].trim_end_matches('>').trim();
    if !inner.contains('@') || inner.contains(char::is_whitespace) {
        return None;
    }
    let shown = name[..open].trim().trim_matches('"').to_owned();
    Some(Address { name: Some(shown).filter(|shown| !shown.is_empty()), address: inner.to_owned() })
}

#[cfg(test)]
mod tests {
    use crate::reader::Reader;

    fn check(written: &str, expected: &[(&str, &str)]) {
        let list = super::read(written.as_bytes(), "header:From", None, &mut Reader::default());
        let found: Vec<(&str, &str)> =
            list.iter().map(|one| (one.name.as_deref().unwrap_or_default(), one.address.as_str())).collect();
        assert_eq!(found, expected, "{written}");
    }

    #[test]
    fn angle_brackets_as_programs_write_them() {
        check("<<a@b.example>>", &[("", "a@b.example")]);
        check(
            "Taro <a@b.example(work)>, B <c@(x)d.example>",
            &[("Taro", "a@b.example"), ("B", "c@d.example")],
        );
        check("Taro < a @ b.example >", &[("Taro", "a@b.example")]);
        check(
            "<@x.example,@y.example:a@b.example>, c@d.example",
            &[("", "a@b.example"), ("", "c@d.example")],
        );
        check("Taro <a@b.example, B <c@d.example>", &[("Taro", "a@b.example"), ("B", "c@d.example")]);
        check("山田＜a@b.example＞", &[("山田", "a@b.example")]);
        check("Taro [a@b.example]", &[("Taro", "a@b.example")]);
        check("a@[192.0.2.1]", &[("", "a@[192.0.2.1]")]);
    }
}
