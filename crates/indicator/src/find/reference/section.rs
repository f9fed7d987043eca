//! The parts of a text that name other reports: what stands under a heading that says so.

use crate::fast_hash::Words;

/// Headings of the part that names other reports.
pub(super) static HEADINGS: Words = Words::new(&[
    "reference",
    "references",
    "ref",
    "refs",
    "source",
    "sources",
    "links",
    "related links",
    "further reading",
    "more information",
    "additional information",
    "additional resources",
    "read more",
    "see also",
    "bibliography",
    "参考",
    "参考文献",
    "参考情報",
    "参考リンク",
    "参考資料",
    "出典",
    "関連情報",
    "関連リンク",
    "関連記事",
    "情報源",
    "引用元",
]);

/// Longer lines are sentences.
const HEADING_BYTES_MAX: usize = 100;

/// The byte ranges of the parts under a heading of [`HEADINGS`], each up to the next heading. A line of signs under a line of
/// words makes a heading of these.
pub(super) fn of(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let (mut at, mut open, mut above) = (0, None, 0..0);
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1).chain([text.len()]);
    for end in ends {
        let line = text.get(at..end).unwrap_or_default();
        let (from, words) = match underline(line) {
            Some(sign) => match text.get(above.clone()).and_then(underlined) {
                Some(words) => (above.start, Some(words)),
                // a line of equals signs that stands alone parts a text, one of hyphens its paragraphs
                None => (at, (sign == b'=').then(String::new)),
            },
            None => (at, heading(line)),
        };
        if let Some(words) = words {
            if let Some(begun) = open.take().filter(|begun| *begun < from) {
                out.push((begun, from));
            }
            if HEADINGS.holds(&words) {
                open = Some(end);
            }
        }
        above = at..end;
        at = end;
    }
    if let Some(from) = open {
        out.push((from, text.len()));
    }
    out
}

/// The sign of a line that consists of it: `=====`, `-----`. Marks of lists are shorter.
fn underline(line: &str) -> Option<u8> {
    let [sign @ (b'=' | b'-' | b'~'), second, third, rest @ ..] = line.as_bytes() else { return None };
    let is = sign == second && sign == third && rest.trim_ascii_end().iter().all(|b| b == sign);
    is.then_some(*sign)
}

/// The words of a line that another one underlines, unless it holds a link, or is of signs itself.
fn underlined(line: &str) -> Option<String> {
    let words = plain(line.trim());
    let is = (1..=HEADING_BYTES_MAX).contains(&words.len()) && !line.contains("://");
    is.then(|| words.to_lowercase())
}

/// The words without what marks a heading.
fn plain(line: &str) -> &str {
    line.trim_matches(|c: char| "#=*_:：■●◆【】- ".contains(c))
}

/// Whether a line can be a heading, by its length and its first and last letters: most lines are done with this.
fn may_be_heading(line: &str) -> bool {
    let line = line.trim_ascii();
    let bytes = line.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    // a wide colon ends with 0x9a, a wide blank with 0x80
    let marked = matches!(first, b'#' | b'=' | 0xe2 | 0xe3) || matches!(last, b':' | 0x9a | 0x80);
    if marked { bytes.len() <= HEADING_BYTES_MAX } else { HEADINGS.holds_any_case(line) }
}

/// The words of a line that is a heading by its form: a mark before it, or a colon behind it.
fn heading(line: &str) -> Option<String> {
    if !may_be_heading(line) {
        return None;
    }
    let line = line.trim();
    let marked = line.starts_with(['#', '=', '■', '●', '◆', '【']) || line.ends_with([':', '：']);
    if !(marked || HEADINGS.holds_any_case(line)) || line.contains("://") {
        return None;
    }
    Some(plain(line).to_lowercase())
}
