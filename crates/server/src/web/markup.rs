//! Small pieces of HTML that are made in code because every page has them: markings, states.

use askama::filters::HtmlSafe;
use model::tlp::Tlp;

/// HTML that is already escaped.
pub(crate) struct Markup(String);

impl Markup {
    /// Takes over HTML whose parts are ours or escaped.
    pub(crate) fn trusted(html: String) -> Self {
        Self(html)
    }
}

impl std::fmt::Display for Markup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// The text with the five characters of HTML escaped.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// The text as the value of a query: everything but letters, digits, `-`, `.`, `_`, `~` as `%XX` (RFC 3986 section 2.3).
pub(crate) fn in_address(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A TLP 2.0 marking in its own colour.
pub(crate) fn tlp(tlp: Tlp) -> Markup {
    Markup(format!("<span class=\"tlp {}\">{}</span>", tlp_key(tlp), tlp.label()))
}

/// The marking's name as it can stand in a key or a class.
pub(crate) fn tlp_key(tlp: Tlp) -> String {
    tlp.as_str().replace('+', "-")
}

/// A state's chip: its words, and a tone that says it again without words for those who scan.
pub(crate) fn chip(name: &str, words: &str) -> Markup {
    let tone = match name {
        "asked" | "received" | "ready" | "awaiting-approval" | "awaiting-consent" => " lit",
        "shared" | "released" | "approved" | "approved-with-cuts" | "not-seen" | "swept" | "answered" => {
            " good"
        }
        "held" | "lapsed" | "unreadable" => " warn",
        "overdue" | "seen" | "refused" | "recalled" => " bad",
        "opened" | "read" | "drafted" | "draft" | "scheduled" => " calm",
        _ => "",
    };
    Markup(format!("<span class=\"chip{tone}\">{}</span>", escaped(words)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_escaped() {
        assert_eq!(
            chip("held", "<b>&\"'").to_string(),
            "<span class=\"chip warn\">&lt;b&gt;&amp;&quot;&#39;</span>"
        );
    }

    #[test]
    fn a_marking_has_its_class() {
        assert_eq!(
            tlp(Tlp::AmberStrict).to_string(),
            "<span class=\"tlp amber-strict\">TLP:AMBER+STRICT</span>"
        );
    }
}
