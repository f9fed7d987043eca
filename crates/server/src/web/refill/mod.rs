//! Writes what was typed into the form of a page, and what is wrong beside its field. Nothing is read or asked here: a page and a refused
//! form go in, a page comes out.
//!
//! What is nobody's text is left as the page has it: hidden fields, files, and everything that lets somebody in.

mod markup;

use crate::web::fields::Fields;
use crate::web::markup::escaped;
use markup::{Tag, is_tag, name, pieces, unescaped};
use std::collections::BTreeMap;

/// The id of the sentence that stands beside the field.
const BESIDE: &str = "again-problem";

/// Kinds of fields that keep what the page has.
const KEPT: &[&str] = &["hidden", "password", "file", "submit", "button", "image", "reset"];

/// What lets somebody in is never shown again, however the field looks.
const SECRET: &[&str] = &["code", "password", "secret", "token"];

/// A form that was refused.
pub(crate) struct Refused<'a> {
    /// The address that it was sent to.
    pub(crate) action: &'a str,
    /// The address of the page, to which a form without an address is sent.
    pub(crate) page: &'a str,
    /// What was typed.
    pub(crate) fields: &'a Fields,
    /// The field that is wrong.
    pub(crate) field: &'a str,
    /// What is said about it.
    pub(crate) words: &'a Words,
}

/// What is said, in the page's language.
pub(crate) struct Words {
    /// Before the page's title.
    pub(crate) title: String,
    /// Above the page.
    pub(crate) lead: String,
    /// That a file has to be chosen again, when one was.
    pub(crate) file: Option<String>,
    /// The field and what is wrong with it.
    pub(crate) whole: String,
    /// What is wrong, beside the field.
    pub(crate) problem: String,
}

/// The page with the form filled in. `None` when it holds no such form.
pub(crate) fn refill(html: &str, refused: &Refused<'_>) -> Option<String> {
    let pieces = pieces(html);
    let (start, end) = form(&pieces, refused)?;
    let mut page = Page { out: pieces.iter().map(|piece| (*piece).to_owned()).collect(), pieces };
    page.fill(start, end, refused);
    let wrong = page.wrong(start, end, refused.field);
    let link = wrong.map(|at| page.mark(at, &refused.words.problem));
    page.open_details(wrong.unwrap_or(start));
    page.head(refused.words, link.as_deref());
    Some(page.out.concat())
}

/// Where the form that was sent begins and ends: several may have one address, and then their hidden fields tell them apart.
fn form(pieces: &[&str], refused: &Refused<'_>) -> Option<(usize, usize)> {
    let sent = |at: usize| {
        let tag = Tag::read(pieces[at]);
        let action = tag.get("action").filter(|action| !action.is_empty()).unwrap_or(refused.page);
        tag.get("method") == Some("post") && action == refused.action
    };
    let ends = |at: usize| pieces[at..].iter().position(|piece| name(piece) == "/form").map(|n| at + n);
    let starts = (0..pieces.len()).filter(|at| name(pieces[*at]) == "form" && sent(*at));
    let mut all = starts.filter_map(|at| ends(at).map(|end| (at, end)));
    let same = |(start, end): &(usize, usize)| {
        let hidden = pieces[*start..*end].iter().filter(|piece| name(piece) == "input").map(|p| Tag::read(p));
        let mut hidden = hidden.filter(|tag| tag.get("type") == Some("hidden"));
        hidden.all(|tag| {
            let key = tag.get("name").unwrap_or_default();
            // one that says that it may be newer by now tells no form apart
            let fresh = tag.get("data-fresh").is_some();
            fresh
                || key == crate::csrf::FIELD
                || holds(refused.fields, key, tag.get("value").unwrap_or_default())
        })
    };
    all.find(same)
}

fn holds(fields: &Fields, key: &str, value: &str) -> bool {
    fields.pairs().iter().any(|(name, given)| name == key && given == value)
}

fn knows(fields: &Fields, key: &str) -> bool {
    fields.pairs().iter().any(|(name, _)| name == key)
}

/// The value that was typed into the `nth` field of this name.
fn typed<'a>(fields: &'a Fields, key: &str, nth: usize) -> Option<&'a str> {
    fields.pairs().iter().filter(|(name, _)| name == key).nth(nth).map(|(_, value)| value.as_str())
}

/// Whether the page keeps what it has in this field.
fn is_kept(tag: &Tag<'_>) -> bool {
    let lets_in = |list: &str| list.contains("password") || list.contains("one-time-code");
    KEPT.contains(&tag.get("type").unwrap_or_default())
        || SECRET.contains(&tag.get("name").unwrap_or_default())
        || tag.get("autocomplete").is_some_and(lets_in)
}

/// A page that is being written into.
struct Page<'a> {
    /// Its pieces as they were.
    pieces: Vec<&'a str>,
    /// The same as they will be.
    out: Vec<String>,
}

impl Page<'_> {
    /// Writes what was typed between two places.
    fn fill(&mut self, start: usize, end: usize, refused: &Refused<'_>) {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for at in start..end {
            let mut tag = Tag::read(self.pieces[at]);
            let Some(key) = tag.get("name").map(str::to_owned).filter(|_| !is_kept(&tag)) else { continue };
            let kind = tag.get("type").unwrap_or_default().to_owned();
            match (name(self.pieces[at]), kind.as_str()) {
                ("input", "checkbox" | "radio") => {
                    // of radio buttons one is always sent: where none was, the form had none to choose
                    if kind == "checkbox" || knows(refused.fields, &key) {
                        let value = tag.get("value").unwrap_or("on").to_owned();
                        tag.switch("checked", holds(refused.fields, &key, &value));
                        self.out[at] = tag.written();
                    }
                    continue;
                }
                ("input" | "textarea" | "select", _) => {}
                _ => continue,
            }
            let nth = seen.entry(key.clone()).or_default();
            let Some(value) = typed(refused.fields, &key, *nth) else { continue };
            *nth += 1;
            match name(self.pieces[at]) {
                "input" => {
                    tag.set("value", value);
                    self.out[at] = tag.written();
                }
                "textarea" => self.write_text(at, value),
                _ => self.choose(at, value),
            }
        }
    }

    /// The place of the next end tag of this name.
    fn end(&self, at: usize, end: &str) -> usize {
        let behind = self.pieces[at..].iter().position(|piece| name(piece) == end);
        behind.map_or(self.pieces.len(), |n| at + n)
    }

    fn write_text(&mut self, at: usize, value: &str) {
        for inside in at + 1..self.end(at, "/textarea") {
            self.out[inside].clear();
        }
        // a browser drops the first line break of such a field
        self.out[at].push_str(&format!("\n{}", escaped(value)));
    }

    fn choose(&mut self, at: usize, value: &str) {
        for inside in at + 1..self.end(at, "/select") {
            if name(self.pieces[inside]) == "option" {
                let mut tag = Tag::read(self.pieces[inside]);
                let words = self.pieces.get(inside + 1).copied().unwrap_or_default();
                let own = tag.get("value").map_or_else(|| unescaped(words.trim()), str::to_owned);
                tag.switch("selected", own == value);
                self.out[inside] = tag.written();
            }
        }
    }

    /// The first field that has this name, or that says that it is meant by it.
    fn wrong(&self, start: usize, end: usize, field: &str) -> Option<usize> {
        let same = |key: &str| key.replace('_', "-") == field.replace('_', "-");
        (start..end).find(|at| {
            let tag = Tag::read(self.pieces[*at]);
            let shown = tag.get("type") != Some("hidden");
            let control = ["input", "textarea", "select"].contains(&name(self.pieces[*at]));
            let meant = tag.get("data-field").is_some_and(|all| all.split(' ').any(same));
            meant || (control && shown && tag.get("name").is_some_and(same))
        })
    }

    /// Says beside the field at this place what is wrong with it. The id that a link can lead to.
    fn mark(&mut self, at: usize, problem: &str) -> String {
        let beside = format!("<span class=\"problem\" id=\"{BESIDE}\">{}</span>", escaped(problem));
        let tag = Tag::read(self.pieces[at]);
        let of_many = ["checkbox", "radio"].contains(&tag.get("type").unwrap_or_default());
        let group = if name(self.pieces[at]) == "fieldset" { Some(at) } else { self.around(at, "fieldset") };
        if let Some(group) = group.filter(|_| of_many || name(self.pieces[at]) == "fieldset") {
            let legend = self.end(group, "/legend");
            let behind = if legend < self.end(group, "/fieldset") { legend } else { group };
            self.change(group, |tag| tag.add("aria-describedby", BESIDE));
            self.out[behind].push_str(&beside);
            return BESIDE.to_owned();
        }
        let id = tag.get("id").map_or_else(|| BESIDE.to_owned(), str::to_owned);
        let focus = !self.pieces.iter().any(|piece| Tag::read(piece).get("autofocus").is_some());
        self.change(at, |tag| {
            tag.set("aria-invalid", "true");
            tag.add("aria-describedby", BESIDE);
            tag.switch("autofocus", focus);
        });
        let before = self.around(at, "label").unwrap_or(at);
        self.out[before].insert_str(0, &beside);
        id
    }

    /// Changes the tag at a place; what stands behind it there stays.
    fn change(&mut self, at: usize, how: impl FnOnce(&mut Tag<'_>)) {
        let piece = self.out[at].clone();
        let first = pieces(&piece).first().copied().unwrap_or_default();
        let mut tag = Tag::read(first);
        how(&mut tag);
        self.out[at] = format!("{}{}", tag.written(), &piece[first.len()..]);
    }

    /// The innermost element of this name around a place.
    fn around(&self, at: usize, element: &str) -> Option<usize> {
        self.all_around(at, element).pop()
    }

    fn all_around(&self, at: usize, element: &str) -> Vec<usize> {
        let mut open = Vec::new();
        for (n, piece) in self.pieces[..at].iter().enumerate().filter(|(_, piece)| is_tag(piece)) {
            match name(piece) {
                start if start == element => open.push(n),
                end if end.strip_prefix('/') == Some(element) => drop(open.pop()),
                _ => {}
            }
        }
        open
    }

    /// Nothing that is said hides behind a closed summary.
    fn open_details(&mut self, at: usize) {
        for around in self.all_around(at, "details") {
            self.change(around, |tag| tag.switch("open", true));
        }
    }

    /// Says above the page, and first in its title, that something has to be corrected.
    fn head(&mut self, words: &Words, link: Option<&str>) {
        let whole = escaped(&words.whole);
        let whole = link.map_or_else(|| whole.clone(), |id| format!("<a href=\"#{id}\">{whole}</a>"));
        let file = words.file.as_ref().map_or_else(String::new, |file| format!(" {}", escaped(file)));
        let lead = escaped(&words.lead);
        let said = format!("<p class=\"note bad\" role=\"alert\" id=\"again\">{whole}<br>{lead}{file}</p>");
        for at in 0..self.pieces.len() {
            match name(self.pieces[at]) {
                "title" => self.out[at].push_str(&format!("{}: ", escaped(&words.title))),
                "main" => self.out[at].push_str(&said),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
