//! HTML to tokens, as forgiving as browsers are: tags, text, comments, raw text of scripts and styles.

/// One piece of a page.
#[derive(Debug, PartialEq)]
pub(crate) enum Token<'a> {
    Text(&'a str),
    Comment(&'a str),
    Open(Tag<'a>),
    Close(String),
    /// The inside of an element that holds no markup.
    Raw(String, &'a str),
}

/// An opening tag.
#[derive(Debug, PartialEq)]
pub(crate) struct Tag<'a> {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, &'a str)>,
}

impl<'a> Tag<'a> {
    /// An attribute as written, entities not yet decoded.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| *value)
    }
}

/// Elements whose inside is not markup.
const RAW: &[&str] = &["script", "style", "title", "textarea", "template", "xmp", "noembed", "noframes"];

/// Attributes read of one tag; more serve no reader.
const ATTRIBUTES_MAX: usize = 64;

/// The tokens of a page.
pub(crate) struct Tokens<'a> {
    rest: &'a str,
    raw: Option<String>,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(page: &'a str) -> Self {
        Self { rest: page, raw: None }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn raw_text(&mut self, name: String) -> Token<'a> {
        let bytes = self.rest.as_bytes();
        let end = memchr::memmem::find_iter(bytes, b"</")
            .find(|at| {
                bytes
                    .get(at + 2..at + 2 + name.len())
                    .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            })
            .unwrap_or(bytes.len());
        Token::Raw(name, self.take(end))
    }

    fn comment(&mut self) -> Token<'a> {
        let inner = &self.rest[4..];
        let (length, tail) = match inner.find("-->") {
            Some(end) => (end, 3),
            // a comment that never ends: only its tag is lost, not the rest of the page
            None => inner.find('>').map_or((inner.len(), 0), |end| (end, 1)),
        };
        let whole = self.take(4 + length + tail);
        Token::Comment(&whole[4..4 + length])
    }

    fn tag(&mut self) -> Token<'a> {
        let (name, mut at) = tag_name(self.rest, 1);
        let mut attributes = Vec::new();
        let page = self.rest;
        let bytes = page.as_bytes();
        loop {
            while bytes
                .get(at)
                .is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'"' | b'\''))
            {
                at += 1;
            }
            match bytes.get(at) {
                None | Some(b'>') => break,
                // `<a href=x <b>`: the tag was never closed
                Some(b'<') => {
                    at = at.saturating_sub(1);
                    break;
                }
                Some(_) => {}
            }
            let start = at;
            while bytes
                .get(at)
                .is_some_and(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'=' | b'>' | b'/'))
            {
                at += 1;
            }
            let attribute = page[start..at].to_ascii_lowercase();
            let (value, next) = attribute_value(page, at);
            at = next.max(start + 1);
            if attributes.len() < ATTRIBUTES_MAX && !attribute.is_empty() {
                attributes.push((attribute, value));
            }
        }
        self.take(at + 1);
        if RAW.contains(&name.as_str()) {
            self.raw = Some(name.clone());
        }
        Token::Open(Tag { name, attributes })
    }
}

fn tag_name(page: &str, from: usize) -> (String, usize) {
    let length = page[from..]
        .find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/' | '<'))
        .unwrap_or(page.len() - from);
    (page[from..from + length].to_ascii_lowercase(), from + length)
}

/// The value after an attribute's name, and where the next attribute starts.
fn attribute_value(page: &str, name_end: usize) -> (&str, usize) {
    let bytes = page.as_bytes();
    let mut at = name_end;
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    if bytes.get(at) != Some(&b'=') {
        return ("", name_end);
    }
    at += 1;
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    match bytes.get(at) {
        Some(&quote @ (b'"' | b'\'')) => {
            let end = memchr::memchr(quote, &bytes[at + 1..]).map_or(page.len(), |end| at + 1 + end);
            (&page[at + 1..end], end + 1)
        }
        _ => {
            let end = page[at..]
                .find(|c: char| c.is_ascii_whitespace() || c == '>')
                .map_or(page.len(), |end| at + end);
            (&page[at..end], end)
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.raw.take() {
            return Some(self.raw_text(name));
        }
        if self.rest.is_empty() {
            return None;
        }
        let bytes = self.rest.as_bytes();
        if bytes[0] != b'<' {
            let end = memchr::memchr(b'<', bytes).unwrap_or(bytes.len());
            return Some(Token::Text(self.take(end)));
        }
        Some(match bytes.get(1) {
            Some(b'!') if self.rest.starts_with("<!--") => self.comment(),
            Some(b'!' | b'?') => {
                let end = memchr::memchr(b'>', bytes).map_or(bytes.len(), |end| end + 1);
                let inner = self.take(end);
                Token::Comment(if inner.starts_with("<![CDATA[") { inner } else { "" })
            }
            Some(b'/') => {
                let (name, _) = tag_name(self.rest, 2);
                let end = memchr::memchr(b'>', bytes).map_or(bytes.len(), |end| end + 1);
                self.take(end);
                Token::Close(name)
            }
            Some(letter) if letter.is_ascii_alphabetic() => self.tag(),
            _ => {
                let end = memchr::memchr(b'<', &bytes[1..]).map_or(bytes.len(), |end| end + 1);
                Token::Text(self.take(end))
            }
        })
    }
}
