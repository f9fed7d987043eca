//! An HTML body as a person sees it: the words shown, the links with their words, and what is kept from view.

mod entity;
mod script;
mod style;
mod token;

pub(crate) use entity::decode as decode_entities;
pub(crate) use script::links as script_links;

use crate::limits;
use crate::link;
use crate::message::{HtmlView, Link, LinkPlace};
use crate::transfer;
use style::Sheet;
use token::{Tag, Token, Tokens};

/// Elements that start a new line.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ul",
    "ol",
    "blockquote",
    "center",
    "form",
    "header",
    "footer",
    "section",
    "article",
    "pre",
    "dl",
    "dt",
    "dd",
    "address",
    "fieldset",
    "hr",
    "body",
    "main",
    "nav",
    "figure",
    "option",
    "select",
    "legend",
    "caption",
];

/// Elements without an end tag.
const VOID: &[&str] = &[
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "param",
    "source",
    "track",
    "wbr",
    "basefont",
    "bgsound",
    "frame",
    "keygen",
    "v:imagedata",
];

/// Elements that a sibling of the same name closes.
const SIBLINGS: &[&str] = &["p", "li", "td", "th", "tr", "option", "dt", "dd"];

/// What a comment keeps for Outlook, which shows it: `[if mso]><a href=…>…</a><![endif]`.
fn for_one_program(comment: &str) -> Option<&str> {
    let (_, page) = comment.trim_start().strip_prefix("[if ")?.split_once("]>")?;
    page.rsplit_once("<![endif]").map(|(page, _)| page)
}

/// The page that an address holds itself: `data:text/html;base64,…`.
fn page_of_data(target: &str) -> Option<String> {
    const START: &str = "data:text/html";
    let rest = target
        .get(..START.len())
        .filter(|start| start.eq_ignore_ascii_case(START))
        .and(target.get(START.len()..))?;
    let (kind, coded) = rest.split_once(',')?;
    let plain = transfer::percent(coded);
    let bytes =
        if kind.to_ascii_lowercase().ends_with(";base64") { transfer::base64(&plain).0 } else { plain };
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Looks at a page.
pub(crate) fn view(page: &str) -> HtmlView {
    viewed(page, Viewer::default())
}

fn viewed(page: &str, mut viewer: Viewer) -> HtmlView {
    for token in Tokens::new(page) {
        match token {
            Token::Text(text) => viewer.text(text),
            Token::Comment(text) => {
                viewer.hide(text);
                if let Some(page) = for_one_program(text) {
                    viewer.page_inside(page);
                }
            }
            Token::Open(tag) => viewer.open(&tag),
            Token::Close(name) => viewer.close(&name),
            Token::Raw(name, inner) => viewer.raw(&name, inner),
        }
    }
    viewer.finish()
}

/// An open element.
struct Element {
    name: String,
    /// It hides its inside.
    hides: bool,
    /// The colour of its words, where it is said.
    color: Option<String>,
    /// The colour behind its words, where it is known.
    ground: Option<String>,
}

#[derive(Default)]
struct Viewer {
    view: HtmlView,
    sheet: Sheet,
    base: Option<String>,
    /// It looks at a page that lies in another; what lies in that one is not looked at.
    inside: bool,
    stack: Vec<Element>,
    hidden_depth: usize,
    pre_depth: usize,
    hidden_run: String,
    /// Where the open anchor's words start, and its target.
    anchor: Option<(usize, String)>,
    /// Where an anchor ended whose words end with a web address; gone when the next word starts.
    address_end: Option<usize>,
}

impl Viewer {
    fn text(&mut self, text: &str) {
        let text = entity::decode(text);
        if self.is_hidden() {
            self.hidden_run.push_str(&text);
            return;
        }
        let keep_lines = self.pre_depth > 0;
        for letter in text.chars() {
            match letter {
                '\n' if keep_lines => self.line(),
                ' ' | '\t' | '\n' | '\r' | '\u{c}' | '\u{a0}' => self.blank(),
                // letters of no width split words for filters, not for readers
                '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{34f}' | '\u{180e}' | '\u{200c}' => {}
                _ => self.letter(letter),
            }
        }
    }

    /// A letter that is seen. What follows an anchor is no part of the address that its words are.
    fn letter(&mut self, letter: char) {
        if let Some(end) = self.address_end {
            // points wait for what comes after them
            if letter.is_alphanumeric() || link::ends_url(letter) {
                self.address_end = None;
            }
            if letter.is_alphanumeric() && !link::ends_url(letter) {
                self.view.shown.insert(end, ' ');
            }
        }
        self.view.shown.push(letter);
    }

    fn blank(&mut self) {
        self.address_end = None;
        if !self.view.shown.is_empty() && !self.view.shown.ends_with([' ', '\n']) {
            self.view.shown.push(' ');
        }
    }

    fn line(&mut self) {
        self.address_end = None;
        while self.view.shown.ends_with(' ') {
            self.view.shown.pop();
        }
        if !self.view.shown.is_empty() && !self.view.shown.ends_with("\n\n") {
            self.view.shown.push('\n');
        }
    }

    fn block(&mut self) {
        if self.hidden_depth > 0 {
            self.hidden_run.push(' ');
        } else if !self.view.shown.ends_with('\n') {
            self.line();
        }
    }

    fn hide(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.view.hidden.push(text.to_owned());
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        if SIBLINGS.contains(&name) && self.stack.last().is_some_and(|open| open.name == name) {
            self.close(&tag.name);
        }
        if BLOCKS.contains(&name) {
            self.block();
        }
        self.links_of(tag);
        match name {
            "br" if self.hidden_depth == 0 => self.line(),
            "td" | "th" if self.hidden_depth == 0 => self.blank(),
            "img" | "area" => {
                if let Some(words) = tag.get("alt") {
                    self.text(words);
                }
            }
            "input" => {
                let hidden = tag.get("type").is_some_and(|kind| kind.eq_ignore_ascii_case("hidden"));
                let words = entity::decode(tag.get("value").or(tag.get("placeholder")).unwrap_or_default())
                    .into_owned();
                if hidden {
                    self.hide(&words);
                } else {
                    self.text(&words);
                    self.blank();
                }
            }
            "form" => self.view.has_form = true,
            "script" => self.view.has_script = true,
            _ => {}
        }
        if VOID.contains(&name) || self.stack.len() >= limits::HTML_DEPTH_MAX {
            return;
        }
        let style = entity::decode(tag.get("style").unwrap_or_default());
        let look = style::look(&style, tag.get("color"), tag.get("bgcolor"));
        let ground = match tag.get("background") {
            Some(_) => None,
            None => look.ground.or_else(|| self.ground()),
        };
        // a link has a colour of its own where none is said
        let inherited = self.stack.last().filter(|_| name != "a").and_then(|outer| outer.color.clone());
        let color = look.color.or(inherited);
        let hides =
            tag.get("hidden").is_some() || look.hides || self.sheet.hides(tag.get("class"), tag.get("id"));
        self.hidden_depth += usize::from(hides);
        self.pre_depth += usize::from(name == "pre");
        self.stack.push(Element { name: tag.name.clone(), hides, color, ground });
    }

    /// Whether words at this place are not seen. Their colour counts where they stand: a button inside has another behind it.
    fn is_hidden(&self) -> bool {
        let faint = |element: &Element| element.color.is_some() && element.color == element.ground;
        self.hidden_depth > 0 || self.stack.last().is_some_and(faint)
    }

    /// The colour behind the words at this place: white where nothing else is said, unknown where a style sheet may say something.
    fn ground(&self) -> Option<String> {
        match self.stack.last() {
            _ if self.sheet.paints => None,
            Some(element) => element.ground.clone(),
            None => Some(style::WHITE.to_owned()),
        }
    }

    fn links_of(&mut self, tag: &Tag<'_>) {
        let place = match tag.name.as_str() {
            "base" => {
                self.base = tag.get("href").map(target);
                return;
            }
            "a" => {
                self.end_anchor();
                // drawings name it so
                if let Some(href) = tag.get("href").or_else(|| tag.get("xlink:href")) {
                    self.anchor = Some((self.view.shown.len(), target(href)));
                }
                return;
            }
            "meta" => {
                let refresh = tag.get("http-equiv").is_some_and(|kind| kind.eq_ignore_ascii_case("refresh"));
                let content = target(tag.get("content").unwrap_or_default());
                if let Some(at) = content.to_ascii_lowercase().find("url=").filter(|_| refresh) {
                    let to = content[at + 4..].trim_matches(['"', '\'', ' ']).to_owned();
                    self.link(String::new(), link::followed(to), LinkPlace::Anchor);
                }
                return;
            }
            "area" => LinkPlace::Anchor,
            "form" | "button" | "input" => LinkPlace::Form,
            _ => LinkPlace::Loaded,
        };
        for (name, value) in &tag.attributes {
            let points = match name.as_str() {
                "href" => true,
                "src" | "background" | "data" | "poster" | "action" | "formaction" | "xlink:href" => true,
                "srcset" | "imagesrcset" => {
                    for found in sources(&target(value)) {
                        self.link(String::new(), found, LinkPlace::Loaded);
                    }
                    false
                }
                "srcdoc" => {
                    self.page_inside(&entity::decode(value));
                    false
                }
                "style" => {
                    for found in style_targets(&target(value)) {
                        self.link(String::new(), found, LinkPlace::Loaded);
                    }
                    false
                }
                _ => false,
            };
            if points {
                let words =
                    tag.get("alt").map(|words| entity::decode(words).into_owned()).unwrap_or_default();
                self.link(
                    if place == LinkPlace::Anchor { words } else { String::new() },
                    target(value),
                    place,
                );
            }
        }
    }

    /// The links of a page that lies in an attribute of this one.
    fn page_inside(&mut self, page: &str) {
        if self.inside {
            return;
        }
        let inner = viewed(page, Self { inside: true, base: self.base.clone(), ..Self::default() });
        let room = limits::LINKS_MAX.saturating_sub(self.view.links.len());
        self.view.links.extend(inner.links.into_iter().take(room));
        self.view.has_form |= inner.has_form;
        self.view.has_script |= inner.has_script;
    }

    fn link(&mut self, shown: String, written: String, place: LinkPlace) {
        if let Some(page) = page_of_data(&written) {
            return self.page_inside(&page);
        }
        let target = resolve(&written, self.base.as_deref());
        if target.is_empty() || target.starts_with('#') || target.len() > limits::LINK_BYTES_MAX {
            return;
        }
        if place == LinkPlace::Loaded && link::is_url(&target) {
            self.view.loads_remote = true;
        }
        if self.view.links.len() < limits::LINKS_MAX {
            let unwrapped = link::unwrap(&target);
            self.view.links.push(Link { shown, target, unwrapped, place });
        }
    }

    fn end_anchor(&mut self) {
        if let Some((start, target)) = self.anchor.take() {
            let shown = self.view.shown.get(start..).unwrap_or_default();
            let last = shown.rsplit([' ', '\n']).next().unwrap_or_default();
            self.address_end = last.contains("://").then_some(self.view.shown.len());
            let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            self.link(shown, target, LinkPlace::Anchor);
        }
    }

    fn close(&mut self, name: &str) {
        if name == "a" {
            self.end_anchor();
        }
        if let Some(at) = self.stack.iter().rposition(|open| open.name == name) {
            for closed in self.stack.split_off(at) {
                self.hidden_depth -= usize::from(closed.hides);
                self.pre_depth -= usize::from(closed.name == "pre");
            }
            if !self.is_hidden() && !self.hidden_run.is_empty() {
                let run = std::mem::take(&mut self.hidden_run);
                self.hide(&run.split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
        if BLOCKS.contains(&name) {
            self.block();
        }
    }

    fn raw(&mut self, name: &str, inner: &str) {
        match name {
            "style" => {
                self.sheet.add(inner);
                for found in style_targets(inner) {
                    self.link(String::new(), found, LinkPlace::Loaded);
                }
            }
            "script" => {
                for found in script::links(inner) {
                    self.link(String::new(), found, LinkPlace::Script);
                }
            }
            "textarea" | "xmp" => self.text(inner),
            _ => self.hide(&entity::decode(inner)),
        }
    }

    fn finish(mut self) -> HtmlView {
        self.end_anchor();
        let run = std::mem::take(&mut self.hidden_run);
        self.hide(&run);
        self.view.shown.truncate(self.view.shown.trim_end().len());
        self.view
    }
}

/// A target as a browser takes it: entities decoded, line breaks and tabs out, slashes put right.
fn target(written: &str) -> String {
    let decoded = entity::decode(written);
    let kept: String = decoded.chars().filter(|c| !matches!(c, '\n' | '\r' | '\t' | '\0')).collect();
    link::followed(kept.trim().to_owned())
}

/// Targets of `url(…)` and of `@import "…"` in style text.
fn style_targets(css: &str) -> Vec<String> {
    let target = |inner: &str, end: &[char]| {
        let inner = &inner[..inner.floor_char_boundary(limits::LINK_BYTES_MAX)];
        let end = inner.find(end).unwrap_or(inner.len());
        Some(inner[..end].trim().trim_matches(['"', '\'']))
            .filter(|found| link::is_url(found))
            .map(str::to_owned)
    };
    let urls = css.match_indices("url(").filter_map(|(at, mark)| target(&css[at + mark.len()..], &[')']));
    let imports = css.match_indices("@import").filter_map(|(at, mark)| {
        target(css[at + mark.len()..].trim_start().strip_prefix(['"', '\''])?, &['"', '\'', ';'])
    });
    urls.chain(imports).collect()
}

/// The pictures of a `srcset`: each an address, and behind a blank for which screens. A comma ends one only there or at its end.
fn sources(list: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = list.trim_start();
    while !rest.is_empty() && found.len() < limits::LINKS_MAX {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let address = rest[..end].trim_end_matches(',');
        let behind =
            if address.len() < end { end } else { rest[end..].find(',').map_or(rest.len(), |at| end + at) };
        if link::is_url(address) {
            found.push(address.to_owned());
        }
        rest = rest[behind..].trim_start_matches(|c: char| c == ',' || c.is_whitespace());
    }
    found
}

/// A relative target against the page's base.
fn resolve(written: &str, base: Option<&str>) -> String {
    let Some(base) = base.filter(|base| link::is_url(base)) else { return written.to_owned() };
    let has_scheme =
        written.split_once(':').is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric()));
    if has_scheme || written.starts_with("//") || written.starts_with('#') || written.is_empty() {
        return written.to_owned();
    }
    let host_end = base.find("://").and_then(|at| base[at + 3..].find('/').map(|end| at + 3 + end));
    match (host_end, written.starts_with('/')) {
        (Some(end), true) => format!("{}{written}", &base[..end]),
        (Some(_), false) => format!("{}/{written}", &base[..base.rfind('/').unwrap_or(base.len())]),
        (None, true) => format!("{base}{written}"),
        (None, false) => format!("{base}/{written}"),
    }
}
