//! RTF: its text, the HTML page that Outlook hides in it, objects and links.

use crate::charset::{self, Codec};
use crate::limits;
use crate::message::Attachment;
use crate::reader::Reader;
use crate::transfer;
use std::collections::BTreeMap;

/// What an RTF body holds.
#[derive(Debug, Default)]
pub(crate) struct RtfBody {
    /// The text; for encapsulated pages the page's source.
    pub(crate) text: String,
    /// The text is an HTML page.
    pub(crate) is_html: bool,
}

/// The text of an RTF.
pub(crate) fn text(bytes: &[u8]) -> String {
    let body = body(bytes);
    if body.is_html { crate::html::view(&body.text).shown } else { body.text }
}

/// Looks into an RTF file: words, links, embedded objects.
pub(crate) fn read(bytes: &[u8], file: &mut Attachment, part: &str, depth: usize, reader: &mut Reader) {
    let words = text(bytes);
    super::keep_text(file, &words, part, reader);
    file.links.extend(crate::link::in_text(&String::from_utf8_lossy(bytes)));
    for at in memchr::memmem::find_iter(bytes, b"\\objdata").take(64) {
        let object = transfer::hex(&bytes[at + 8..]);
        // the object starts with its own header; what counts is the file inside
        let start = memchr::memmem::find(&object, crate::OLE_MAGIC).unwrap_or(0);
        if depth < limits::DEPTH_MAX && reader.attachment(part) && reader.expand(part, object.len()) {
            file.nested.push(super::read(&object[start..], None, None, part, depth + 1, reader));
        }
    }
}

/// Groups whose text is not shown.
const SILENT: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "objdata",
    "themedata",
    "datastore",
    "generator",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "xmlnstbl",
    "fldinst",
    "header",
    "footer",
    "template",
    "latentstyles",
];

#[derive(Debug, Clone, Copy, Default)]
struct Group {
    silent: bool,
    html_tag: bool,
    html_rtf: bool,
    font: i32,
    fonts: bool,
    unicode_skip: usize,
}

#[derive(Default)]
struct Parser {
    out: String,
    pending: Vec<u8>,
    codec: Option<Codec>,
    fonts: BTreeMap<i32, Codec>,
    is_html: bool,
    group: Group,
    stack: Vec<Group>,
    skip: usize,
    star: bool,
}

/// Reads an RTF body.
pub(crate) fn body(bytes: &[u8]) -> RtfBody {
    let mut parser = Parser { group: Group { unicode_skip: 1, ..Group::default() }, ..Parser::default() };
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' => {
                parser.flush();
                // groups deeper than this are an attack; they are read as part of the one above
                if parser.stack.len() < 1000 {
                    parser.stack.push(parser.group);
                }
            }
            b'}' => {
                parser.flush();
                parser.group = parser.stack.pop().unwrap_or(parser.group);
                parser.skip = 0;
            }
            b'\\' => {
                at += parser.control(&bytes[at + 1..]);
            }
            b'\r' | b'\n' => {}
            byte => parser.byte(byte),
        }
        at += 1;
    }
    parser.flush();
    RtfBody { text: parser.out, is_html: parser.is_html }
}

impl Parser {
    fn visible(&self) -> bool {
        if self.is_html {
            self.group.html_tag || !self.group.silent && !self.group.html_rtf
        } else {
            !self.group.silent
        }
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.visible() {
            self.pending.push(byte);
        }
    }

    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let codec = self.fonts.get(&self.group.font).copied().or(self.codec);
        let label = codec.map(Codec::name).filter(|_| !self.pending.is_ascii());
        let decoded = charset::decode(&self.pending, label.as_deref().or(Some("windows-1252")), None);
        self.out.push_str(&decoded.text);
        self.pending.clear();
    }

    fn push(&mut self, letter: char) {
        if self.visible() {
            self.flush();
            self.out.push(letter);
        }
    }

    /// One control after its backslash; answers its length.
    fn control(&mut self, rest: &[u8]) -> usize {
        match rest.first() {
            Some(b'\'') => {
                self.byte(transfer::hex(rest.get(1..3).unwrap_or_default()).first().copied().unwrap_or(b'?'));
                3.min(rest.len())
            }
            Some(b'*') => {
                self.star = true;
                1
            }
            Some(b'~') => {
                self.push(' ');
                1
            }
            Some(byte @ (b'\\' | b'{' | b'}')) => {
                self.byte(*byte);
                1
            }
            Some(byte) if byte.is_ascii_alphabetic() => self.word(rest),
            Some(b'\r' | b'\n') => {
                self.push('\n');
                1
            }
            Some(_) => 1,
            None => 0,
        }
    }

    fn word(&mut self, rest: &[u8]) -> usize {
        let letters = rest.iter().take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let word = std::str::from_utf8(&rest[..letters]).unwrap_or_default();
        let digits = rest[letters..]
            .iter()
            .take(11)
            .take_while(|byte| byte.is_ascii_digit() || **byte == b'-')
            .count();
        let number = std::str::from_utf8(&rest[letters..letters + digits])
            .ok()
            .and_then(|text| text.parse::<i32>().ok());
        let length = letters + digits + usize::from(rest.get(letters + digits) == Some(&b' '));
        let star = std::mem::take(&mut self.star);
        self.apply(word, number, star);
        length
    }

    fn apply(&mut self, word: &str, number: Option<i32>, star: bool) {
        match word {
            "fromhtml" => self.is_html = number != Some(0),
            "htmltag" => self.group.html_tag = true,
            "htmlrtf" => {
                self.flush();
                self.group.html_rtf = number != Some(0);
            }
            "ansicpg" => self.codec = number.and_then(|page| charset::code_page(page.unsigned_abs())),
            "f" => {
                self.flush();
                self.group.font = number.unwrap_or(0);
            }
            "fcharset" if self.group.fonts => {
                if let Some(codec) = number.and_then(font_codec) {
                    self.fonts.insert(self.group.font, codec);
                }
            }
            "uc" => {
                self.group.unicode_skip =
                    number.and_then(|count| usize::try_from(count).ok()).unwrap_or(1).min(8)
            }
            "u" => self.unicode(number.unwrap_or(0)),
            "par" | "line" | "row" | "sect" | "page" => self.push('\n'),
            "tab" | "cell" => self.push('\t'),
            "emdash" => self.push('—'),
            "endash" => self.push('–'),
            "lquote" => self.push('‘'),
            "rquote" => self.push('’'),
            "ldblquote" => self.push('“'),
            "rdblquote" => self.push('”'),
            "bullet" => self.push('•'),
            "mhtmltag" => self.group.silent = true,
            _ if SILENT.contains(&word) => {
                self.flush();
                self.group.silent = true;
                self.group.fonts = word == "fonttbl";
            }
            _ if star => {
                self.flush();
                self.group.silent = true;
            }
            _ => {}
        }
    }

    fn unicode(&mut self, number: i32) {
        self.flush();
        let unit = (number & 0xffff) as u16;
        if self.visible() {
            match char::from_u32(u32::from(unit)) {
                Some(letter) => self.out.push(letter),
                None => self.surrogate(unit),
            }
        }
        self.skip = self.group.unicode_skip;
    }

    /// The second half of a pair completes the mark that the first half left.
    fn surrogate(&mut self, unit: u16) {
        if (0xd800..0xdc00).contains(&unit) {
            // private marks, one for each first half, are never seen: the second half follows at once
            self.out.push(
                char::from_u32(0x10_f800 + u32::from(unit - 0xd800)).unwrap_or(char::REPLACEMENT_CHARACTER),
            );
            return;
        }
        let first = self.out.chars().next_back().map_or(0, u32::from);
        if (0x10_f800..0x10_fc00).contains(&first) {
            self.out.pop();
            let code = 0x1_0000 + ((first - 0x10_f800) << 10) + u32::from(unit - 0xdc00);
            self.out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }
}

/// The code page of a Windows font charset.
fn font_codec(charset: i32) -> Option<Codec> {
    charset::code_page(match charset {
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}
