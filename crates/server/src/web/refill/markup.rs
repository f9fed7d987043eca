//! A page of ours as pieces: its elements' tags and what stands between them. It reads what our templates write, in which every value is
//! quoted and escaped.

use crate::web::markup::escaped;

/// Cuts a page into tags and what stands between them.
pub(super) fn pieces(html: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let end = if is_tag(rest) { tag_end(rest) } else { next_tag(rest) };
        let (piece, behind) = rest.split_at(end);
        out.push(piece);
        rest = behind;
    }
    out
}

/// Whether a piece is a tag.
pub(super) fn is_tag(piece: &str) -> bool {
    let behind = piece.strip_prefix('<').map(|rest| rest.strip_prefix('/').unwrap_or(rest));
    behind.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Where the tag at the start ends: behind the first `>` that stands in no value.
fn tag_end(tag: &str) -> usize {
    let mut quoted = false;
    for (at, c) in tag.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at + 1,
            _ => {}
        }
    }
    tag.len()
}

/// Where the next tag begins.
fn next_tag(text: &str) -> usize {
    let starts = text.match_indices('<').map(|(at, _)| at);
    starts.filter(|at| *at > 0).find(|at| is_tag(&text[*at..])).unwrap_or(text.len())
}

/// The name of a tag, with the slash of an end; empty for what is none.
pub(super) fn name(piece: &str) -> &str {
    if !is_tag(piece) {
        return "";
    }
    piece[1..].split([' ', '\n', '>']).next().unwrap_or_default()
}

/// A start tag whose attributes can be read and changed.
pub(super) struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, Option<String>)>,
}

impl<'a> Tag<'a> {
    /// Reads one. What is no tag has no attributes.
    pub(super) fn read(piece: &'a str) -> Self {
        let name = name(piece);
        if name.is_empty() {
            return Self { name, attributes: Vec::new() };
        }
        let mut rest = piece.get(name.len() + 1..).unwrap_or_default().trim_end_matches(['>', '/']);
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start();
            let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
            let (key, behind) = rest.split_at(end);
            if key.is_empty() {
                break;
            }
            match behind.strip_prefix("=\"").and_then(|value| value.split_once('"')) {
                Some((value, behind)) => {
                    attributes.push((key, Some(unescaped(value))));
                    rest = behind;
                }
                None => {
                    attributes.push((key, None));
                    rest = behind.trim_start_matches('=');
                }
            }
        }
        Self { name, attributes }
    }

    /// The value of an attribute; empty for one without a value.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| value.as_deref().unwrap_or_default())
    }

    pub(super) fn set(&mut self, key: &'static str, value: &str) {
        self.remove(key);
        self.attributes.push((key, Some(value.to_owned())));
    }

    /// Sets or takes away an attribute that has no value.
    pub(super) fn switch(&mut self, key: &'static str, on: bool) {
        self.remove(key);
        if on {
            self.attributes.push((key, None));
        }
    }

    /// Adds to a list of ids.
    pub(super) fn add(&mut self, key: &'static str, id: &str) {
        let all = format!("{} {id}", self.get(key).unwrap_or_default());
        self.set(key, all.trim_start());
    }

    fn remove(&mut self, key: &str) {
        self.attributes.retain(|(name, _)| *name != key);
    }

    pub(super) fn written(&self) -> String {
        let mut out = format!("<{}", self.name);
        for (key, value) in &self.attributes {
            out.push(' ');
            out.push_str(key);
            if let Some(value) = value {
                out.push_str(&format!("=\"{}\"", escaped(value)));
            }
        }
        out.push('>');
        out
    }
}

/// The reverse of how templates and [`escaped`] write a text.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity));
        let (length, letter) = known.map_or((1, '&'), |(entity, letter)| (entity.len(), *letter));
        out.push(letter);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

const ENTITIES: &[(&str, char)] = &[
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&#38;", '&'),
    ("&#60;", '<'),
    ("&#62;", '>'),
    ("&#34;", '"'),
    ("&#39;", '\''),
    ("&#x27;", '\''),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_cut_at_their_tags() {
        let check = |html: &str, expected: &[&str]| {
            assert_eq!(pieces(html), expected);
            assert_eq!(pieces(html).concat(), html);
        };
        check("<!doctype html>\n<p>a < b</p>", &["<!doctype html>\n", "<p>", "a < b", "</p>"]);
        check("<a title=\"x > y\">", &["<a title=\"x > y\">"]);
        check("あ<b>い", &["あ", "<b>", "い"]);
        check("<p", &["<p"]);
        check("", &[]);
    }

    #[test]
    fn tags_are_read_and_written() {
        let check = |tag: &str, expected: &str| assert_eq!(Tag::read(tag).written(), expected);
        check("<input name=\"a\" required>", "<input name=\"a\" required>");
        check("<input value=\"&quot;&#60;\"/>", "<input value=\"&quot;&lt;\">");
        check("<p>", "<p>");
        check("<input\n  name=\"x\"\n>", "<input name=\"x\">");
        let mut tag = Tag::read("<input name=\"a\" aria-describedby=\"hint\" checked>");
        tag.add("aria-describedby", "again");
        tag.switch("checked", false);
        tag.set("value", "\"><script>");
        let written = tag.written();
        assert!(written.contains("aria-describedby=\"hint again\""), "{written}");
        assert!(!written.contains("checked") && !written.contains("<script"), "{written}");
        assert_eq!(Tag::read(&written).get("value"), Some("\"><script>"));
    }

    #[test]
    fn what_is_written_escaped_is_read_as_it_was() {
        for text in ["a & b", "<\"'>", "&amp;", "&unknown;", "あ&"] {
            assert_eq!(unescaped(&escaped(text)), text);
        }
    }
}
