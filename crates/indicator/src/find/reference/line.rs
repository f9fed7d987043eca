//! Links that the words of their own line call references: `Reference: https://…`, `参考：https://…`,
//! `See https://… for more`, and the numbered notes of an author who defangs what is malicious.

use std::ops::Range;

use super::section::HEADINGS;

/// The words before a link are looked for within this.
const LEAD_BYTES_MAX: usize = 120;

/// Whether the line says so about the link at `link`. `last` is the end of the reference before it; `author_defangs` tells whether
/// the text holds anything defanged.
pub(super) fn says_so(
    text: &str,
    link: Range<usize>,
    last: Option<usize>,
    author_defangs: impl FnOnce() -> bool,
) -> bool {
    let goes_on = last.is_some_and(|last| is_list(text.get(last..link.start).unwrap_or_default()));
    if goes_on {
        return true;
    }
    let lead = lead(text, link.start);
    // `Reference: [Title](https://…)`: the title of a link of Markdown stands between
    let title = lead.strip_suffix("](").and_then(|titled| titled.rfind('['));
    let words = &lead[..title.unwrap_or(lead.len())];
    let words = words.trim_end_matches([' ', '\t', '\u{3000}', '<', '(', '[', '（', '「', '"', '\'', '*']);
    let said = match words.chars().next_back() {
        Some(':' | '：' | '=') => is_announced(words),
        Some('e' | 'E') if is_see(words) => goes_on_for_more(&text[link.end..]),
        _ => false,
    };
    said || is_note(lead) && author_defangs()
}

/// The line before `at`, or the end of it.
fn lead(text: &str, at: usize) -> &str {
    let mut from = at.saturating_sub(LEAD_BYTES_MAX);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let lead = &text[from..at];
    &lead[memchr::memrchr(b'\n', lead.as_bytes()).map_or(0, |end| end + 1)..]
}

/// Whether nothing but the signs of a list stands between two links of one line.
fn is_list(between: &str) -> bool {
    const BETWEEN_BYTES_MAX: usize = 12;
    let sign = |c: char| " \t,;/、，；・()<>[]\"'*".contains(c);
    (1..=BETWEEN_BYTES_MAX).contains(&between.len())
        && matches!(between.trim_matches(sign), "" | "and" | "and also" | "や" | "と" | "および" | "及び")
}

/// `Reference:`, `（参考：`, `-- more information:`: a heading's words, with a sign or the line's beginning before them. An equals
/// sign is that of YARA's `reference = "…"`.
fn is_announced(words: &str) -> bool {
    let equals = words.ends_with('=');
    let words = words.trim_end_matches([':', '：', '=', ' ', '*', '_']);
    let within = |c: char| c.is_alphanumeric() || c == ' ';
    let begin = words.char_indices().rev().find(|(_, c)| !within(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    // `?ref=`, `data-source:` and `&links:` are names of programs
    let joined = matches!(words.as_bytes()[..begin].last(), Some(b'?' | b'&' | b'_' | b'.' | b'/' | b'\\'))
        || begin > 1 && words[..begin].ends_with('-') && !words[..begin - 1].ends_with(['-', ' ', '\t']);
    let name = words[begin..].trim().to_lowercase();
    let known = if equals { matches!(name.as_str(), "reference" | "ref") } else { HEADINGS.holds(&name) };
    known && !joined
}

/// Whether the words before a link end with `See`.
fn is_see(words: &str) -> bool {
    let Some(at) = words.len().checked_sub(3) else { return false };
    words.get(at..).is_some_and(|end| end.eq_ignore_ascii_case("see"))
        && !words[..at].ends_with(|c: char| c.is_alphanumeric())
}

/// `for more`, `for details`, `for a full analysis` behind a link. Who writes to the reader (`your account`) has written a letter,
/// and its links are what is looked for.
fn goes_on_for_more(behind: &str) -> bool {
    const LINE_BYTES_MAX: usize = 200;
    const WORDS: &[&str] = &[
        "more",
        "details",
        "further",
        "additional",
        "background",
        "information",
        "analysis",
        "full",
        "complete",
        "detailed",
        "technical",
    ];
    let line = clipped(behind, LINE_BYTES_MAX).split(['\n', '\r']).next().unwrap_or_default();
    let line = line.trim_start_matches(['>', ')', ']', '"', '\'', '*']).trim_start();
    let Some(rest) = line.strip_prefix("for ") else { return false };
    let rest = ["a ", "an ", "the "].iter().find_map(|article| rest.strip_prefix(article)).unwrap_or(rest);
    let mut words = rest.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let more = words.next().is_some_and(|word| WORDS.iter().any(|more| word.eq_ignore_ascii_case(more)));
    more && !words.any(|word| ["you", "your", "yours"].iter().any(|you| word.eq_ignore_ascii_case(you)))
}

/// The head of a text, of so many bytes at most.
fn clipped(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether the line begins with a note's number: `[1] `, `[1]: `, `[^1]: `.
fn is_note(lead: &str) -> bool {
    const DIGITS_MAX: usize = 3;
    let Some(inner) = lead.trim_start().trim_start_matches(['-', '*', ' ']).strip_prefix('[') else {
        return false;
    };
    let inner = inner.strip_prefix('^').unwrap_or(inner);
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    (1..=DIGITS_MAX).contains(&digits) && inner[digits..].starts_with(']')
}

#[cfg(test)]
mod tests {
    use crate::find;

    /// The links that are not labelled.
    fn check(text: &str, expected: &str) {
        let left: Vec<String> = find(text)
            .iter()
            .filter(|find| find.indicator.kind() == crate::Kind::Url && !find.is_reference())
            .map(|find| find.indicator.value().to_owned())
            .collect();
        assert_eq!(left.join(" "), expected, "{text}");
    }

    #[test]
    fn a_heading_on_the_same_line() {
        for lead in [
            "Reference: ",
            "- Reference: ",
            "Ref: ",
            "Source: ",
            "**References:** ",
            "参考: ",
            "参考：",
            "参考文献：",
            "出典：",
            "（参考：",
            "evil[.]example  <-- reference: ",
            "[1] Reference: ",
            "Reference: [A title](",
            "    reference = \"",
        ] {
            check(&format!("{lead}https://blog.vendor-x.com/r"), "");
        }
        check("References: https://a.example/1, https://b.example/2 and https://c.example/3", "");
        check("C2: http://evil.example/a", "http://evil.example/a");
        check("Download source: http://evil.example/a", "http://evil.example/a");
        check("data-source: http://evil.example/a", "http://evil.example/a");
        check("Source IP: http://evil.example/a", "http://evil.example/a");
        check("source = \"http://evil.example/a\"", "http://evil.example/a");
        check("Reference: hxxp://evil[.]example/a", "http://evil.example/a");
        check("Reference: https://a.example/1\nhttp://evil.example/a", "http://evil.example/a");
    }

    #[test]
    fn see_for_more() {
        check("See https://blog.vendor-x.com/r for more details.", "");
        check("see <https://blog.vendor-x.com/r> for the full analysis", "");
        check("See https://blog.vendor-x.com/r for further information on the loader.", "");
        check("See https://evil.example/a for more details on your account", "https://evil.example/a");
        check("see https://evil.example/a_(b)", "https://evil.example/a_(b)");
        check("oversee https://evil.example/a for more", "https://evil.example/a");
        check("See https://evil.example/a for your invoice", "https://evil.example/a");
    }

    #[test]
    fn numbered_notes_of_an_author_who_defangs() {
        check(
            "C2 is evil[.]example.\n[1] https://a.example/r\n[2] Vendor, \"Title\", https://b.example/r",
            "",
        );
        check("evil[.]example\n[^1]: https://a.example/r", "");
        check(
            "[1] http://evil.example/a\n[2] http://evil.example/b",
            "http://evil.example/a http://evil.example/b",
        );
        check("evil[.]example\n[x] http://evil.example/a", "http://evil.example/a");
    }

    #[test]
    fn headings_with_a_line_under_them() {
        check("References\n==========\nhttps://a.example/r", "");
        check("References\n----------\n\n[1] https://a.example/r\n[2] https://b.example/r", "");
        check(
            "参考文献\n=====\nhttps://a.example/r\n\nIndicators\n======\nhttp://evil.example/a",
            "http://evil.example/a",
        );
        check("Indicators\n=====\nhttp://evil.example/a", "http://evil.example/a");
        check("References:\nhttps://a.example/r\n---\nhttps://b.example/r", "");
    }
}
