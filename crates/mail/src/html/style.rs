//! Which styles hide text from a reader.

use std::collections::BTreeSet;

/// Style rules read of one page; mail programs send a few hundred.
const RULES_MAX: usize = 2_000;

/// Whether a style declaration hides what it is put on.
pub(crate) fn hides(style: &str) -> bool {
    let mut zero_size = false;
    let mut cut_off = false;
    let mut color = None;
    let mut ground = None;
    for declaration in style.split(';') {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let property = property.trim().to_ascii_lowercase();
        let value = value.trim().to_ascii_lowercase();
        let value = value.trim_end_matches("!important").trim();
        match property.as_str() {
            "display" if value == "none" => return true,
            "visibility" if value == "hidden" || value == "collapse" => return true,
            "opacity" if number(value).is_some_and(|size| size < 0.05) => return true,
            "font-size" if number(value).is_some_and(|size| size < 1.5) && !relative(value) => return true,
            "font-size" if number(value) == Some(0.0) => return true,
            "text-indent" | "left" | "top" | "margin-left"
                if number(value).is_some_and(|size| size < -900.0) =>
            {
                return true;
            }
            "height" | "max-height" | "width" | "max-width" => zero_size |= number(value) == Some(0.0),
            "overflow" => cut_off |= value == "hidden",
            "color" => color = Some(value.replace(' ', "")),
            "background" | "background-color" => ground = Some(value.replace(' ', "")),
            _ => {}
        }
    }
    zero_size && cut_off || color.is_some() && color == ground
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
}

impl Sheet {
    /// Adds the rules of one style element.
    pub(crate) fn add(&mut self, css: &str) {
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
