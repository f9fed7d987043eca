//! Which styles hide text from a reader.

use std::collections::BTreeSet;

/// Style rules read of one page; mail programs send a few hundred.
const RULES_MAX: usize = 2_000;

/// The ground of a page that says nothing of it.
pub(crate) const WHITE: &str = "ffffff";

/// How an element looks.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Look {
    /// Its words are not seen.
    pub(crate) hides: bool,
    /// Their colour, where it is said.
    pub(crate) color: Option<String>,
    /// The colour behind them, where it is said.
    pub(crate) ground: Option<String>,
}

/// What a style and the attributes `color` and `bgcolor` make of an element.
pub(crate) fn look(style: &str, color: Option<&str>, ground: Option<&str>) -> Look {
    let attribute = |value: Option<&str>| value.map(|value| read_color(&value.to_ascii_lowercase()));
    let mut look = Look { hides: false, color: attribute(color), ground: attribute(ground) };
    let (mut zero_size, mut cut_off) = (false, false);
    for Declared { property, value, .. } in &in_force(style) {
        match property.as_str() {
            "display" => look.hides |= value == "none",
            "visibility" => look.hides |= value == "hidden" || value == "collapse",
            "opacity" => look.hides |= number(value).is_some_and(|size| size < 0.05),
            "font-size" => {
                let tiny = number(value).is_some_and(|size| size < 1.5) && !relative(value);
                look.hides |= tiny || number(value) == Some(0.0);
            }
            "text-indent" | "left" | "top" | "margin-left" => {
                look.hides |= number(value).is_some_and(|size| size < -900.0);
            }
            "clip" => look.hides |= is_empty_rectangle(value),
            "height" | "max-height" | "width" | "max-width" => zero_size |= number(value) == Some(0.0),
            "overflow" => cut_off |= value == "hidden",
            "color" => look.color = Some(read_color(value)),
            "background" | "background-color" => look.ground = Some(read_color(value)),
            "background-image" => look.ground = Some(value.clone()),
            _ => {}
        }
    }
    look.hides |= zero_size && cut_off;
    look
}

/// Whether a style hides what it is put on.
fn hides(style: &str) -> bool {
    let look = look(style, None, None);
    look.hides || look.color.is_some() && look.color == look.ground
}

/// One declaration of a style, in small letters.
struct Declared {
    property: String,
    value: String,
    important: bool,
}

/// What a browser goes by: of two declarations of one property the later one, unless the earlier alone is important. A page that says
/// `display:none;display:block` is seen.
fn in_force(style: &str) -> Vec<Declared> {
    /// Declarations read of one style; each is compared with those before it.
    const DECLARED_MAX: usize = 100;
    let mut list: Vec<Declared> = Vec::new();
    for declaration in style.split(';').take(DECLARED_MAX) {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let property = property.trim().to_ascii_lowercase();
        let lower = value.trim().to_ascii_lowercase();
        let (value, important) = match lower.rsplit_once('!') {
            Some((value, mark)) if mark.trim() == "important" => (value.trim().to_owned(), true),
            _ => (lower, false),
        };
        let new = Declared { property, value, important };
        match list.iter_mut().find(|old| old.property == new.property) {
            Some(old) if important || !old.important => *old = new,
            Some(_) => {}
            None => list.push(new),
        }
    }
    list
}

/// `rect(0, 0, 0, 0)` and the like: nothing is left.
fn is_empty_rectangle(value: &str) -> bool {
    let inner = value.strip_prefix("rect(").and_then(|rest| rest.strip_suffix(')'));
    inner.is_some_and(|inner| {
        let sides: Vec<&str> = inner.split([',', ' ']).filter(|side| !side.is_empty()).collect();
        sides.len() == 4 && sides.iter().all(|side| number(side).is_some_and(|side| side <= 1.0))
    })
}

/// The colour, in small letters: one form for `white`, `#fff`, `#ffffff` and `rgb(255, 255, 255)`; others as they are written.
fn read_color(value: &str) -> String {
    let bare: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    if bare == "white" {
        return WHITE.to_owned();
    }
    let hex = bare.strip_prefix('#').unwrap_or(&bare);
    if matches!(hex.len(), 3 | 6) && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.to_owned() };
    }
    let parts = bare.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')'));
    let parts: Option<Vec<u8>> = parts.and_then(|list| list.split(',').map(|n| n.parse().ok()).collect());
    match parts.as_deref() {
        Some([r, g, b]) => format!("{r:02x}{g:02x}{b:02x}"),
        _ => bare,
    }
}

fn number(value: &str) -> Option<f32> {
    let end = value.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')).unwrap_or(value.len());
    value[..end].parse().ok()
}

fn relative(value: &str) -> bool {
    value.ends_with("em") || value.ends_with('%') || value.ends_with("vw")
}

/// Classes and ids that the page's own style sheets hide always (not only on some screens).
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    hidden: BTreeSet<String>,
    /// Some rule says what lies behind words; which words is not followed.
    pub(crate) paints: bool,
}

impl Sheet {
    /// Adds the rules of one style element.
    pub(crate) fn add(&mut self, css: &str) {
        self.paints |= css.contains("background");
        let mut rest = css;
        let mut rules = 0;
        while let Some(open) = rest.find('{') {
            let selectors = rest[..open].rsplit(['}', ';']).next().unwrap_or_default();
            let body = &rest[open + 1..];
            rules += 1;
            if rules > RULES_MAX {
                return;
            }
            if selectors.trim_start().starts_with('@') {
                rest = &body[block_end(body)..];
                continue;
            }
            let close = body.find('}').unwrap_or(body.len());
            if hides(&body[..close]) {
                self.hidden.extend(selectors.split(',').filter_map(simple));
            }
            rest = body.get(close + 1..).unwrap_or_default();
        }
    }

    /// Whether an element with these classes and this id is hidden.
    pub(crate) fn hides(&self, classes: Option<&str>, id: Option<&str>) -> bool {
        if self.hidden.is_empty() {
            return false;
        }
        classes.is_some_and(|list| {
            list.split_whitespace().any(|class| self.hidden.contains(&format!(".{class}")))
        }) || id.is_some_and(|id| self.hidden.contains(&format!("#{}", id.trim())))
    }
}

/// The end of a block of rules in braces, which started before `body`.
fn block_end(body: &str) -> usize {
    let mut depth = 1usize;
    for (at, byte) in body.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    body.len()
}

/// A selector of one class or one id, an element name before it allowed.
fn simple(selector: &str) -> Option<String> {
    let selector = selector.trim();
    let start = selector.find(['.', '#'])?;
    let (element, name) = selector.split_at(start);
    let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    (plain(element) && name.len() > 1 && plain(&name[1..])).then(|| name.to_owned())
}
