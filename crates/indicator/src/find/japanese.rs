//! Names of files in Japanese sentences, which put no blank before them: where does the name begin?

use super::piece::is_cjk;
use super::shape::is_rather_file;

/// Kana that end a word before a name: particles, and the endings of verbs that describe it (`届いた見積書.docx`).
const ENDINGS: &[char] = &['は', 'を', 'が', 'に', 'で', 'へ', 'と', 'や', 'も', 'た', 'る', 'う', 'す'];
/// Those of [`ENDINGS`] that are words of their own.
const PARTICLES: &[char] = &['は', 'を', 'が', 'に', 'で', 'へ', 'と', 'や', 'も'];
/// Longer ones.
const LONG_ENDINGS: &[&str] = &["から", "より", "まで"];
/// Words that stand before `の` and a name and are no part of it.
const OF: &[&str] = &["添付", "同封", "以下", "下記", "上記", "次", "内", "中", "から", "より"];

/// Where the segment `from..to` of a run begins when it is the end of a file's name: signs and numbers join it to the words before
/// (`見積書_4月-2.docx`), and of a sentence only what stands behind its last ending belongs to it.
pub(super) fn start(run: &str, from: usize, to: usize) -> usize {
    let segment = &run[from..to];
    let Some((stem, rest)) = segment.split_once('.') else { return from };
    let numbered = stem.bytes().all(|b| b.is_ascii_digit());
    let open = numbered || stem.starts_with(['_', '-']) || stem.starts_with(is_cjk);
    if !open || !is_rather_file(rest.rsplit('.').next().unwrap_or(rest)) {
        return from;
    }
    let end = from + stem.len();
    let before = &run[..end];
    let first = before.char_indices().rev().take_while(|(_, c)| joins(*c)).last().map_or(end, |(at, _)| at);
    let first = first + sentence(&run[first..end], first > 0);
    if first < end { first } else { from }
}

/// Where a file's name begins that goes on behind the bracket with which `text` ends: `添付の見積書(最新)`. One without a letter of
/// Japanese is a call of a function.
pub(super) fn start_before_bracket(text: &str) -> Option<usize> {
    /// Longer brackets hold sentences.
    const BRACKET_BYTES_MAX: usize = 64;
    let inner = text.strip_suffix(')')?;
    let window = inner.len().saturating_sub(BRACKET_BYTES_MAX);
    let open = window + inner.as_bytes()[window..].iter().rposition(|b| *b == b'(')?;
    let (stem, remark) = (&text[..open], &inner[open + 1..]);
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
    let from = stem.char_indices().rev().take_while(|(_, c)| joins(*c) || c.is_ascii_lowercase()).last()?.0;
    let from = from + sentence(&stem[from..], from > 0);
    let japanese = stem[from..].contains(is_cjk) || remark.contains(is_cjk);
    (from < open && japanese && !remark.is_empty() && remark.chars().all(part)).then_some(from)
}

/// The length of a file's name with which `text` begins, in a path that is written with its Japanese letters: `請求書.pdf`, and not
/// the sentence that goes on behind an address.
pub(super) fn file(text: &str) -> Option<usize> {
    let stem = text.find(|c: char| !joins(c) && !c.is_ascii_lowercase())?;
    let rest = text[stem..].strip_prefix('.')?;
    let ending = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let goes_on = matches!(rest.as_bytes().get(ending), Some(b'.' | b'_' | b'-' | b'/'));
    let file = is_rather_file(&rest[..ending]) && !goes_on && sentence(&text[..stem], true) == 0;
    file.then_some(stem + 1 + ending)
}

/// The length of the folder of a URL with which `text` begins, when it is written with its Japanese letters and the URL goes on behind:
/// `日本語/a`, `検索?q=1`. `inside` says that such a folder stands before it; then it may be the last one.
pub(super) fn folder(text: &str, inside: bool) -> Option<usize> {
    let length = word_of_url(text)?;
    let goes_on = match text.as_bytes()[length..] {
        [b'/', ..] => true,
        [b'?', next, ..] => next.is_ascii_alphanumeric(),
        _ => inside,
    };
    goes_on.then_some(length)
}

/// The length of the word with which `text` begins, if it can stand in a URL: no sentence, and none of the words that join two
/// links (`および`, `から`), which have no letter but hiragana.
pub(super) fn word_of_url(text: &str) -> Option<usize> {
    /// Longer ones are sentences.
    const WORD_BYTES_MAX: usize = 120;
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '%' | '+');
    let length = text
        .char_indices()
        .take_while(|(at, c)| part(*c) && *at <= WORD_BYTES_MAX)
        .last()
        .map(|(at, c)| at + c.len_utf8())?;
    let word = &text[..length];
    let kana = |c: char| matches!(c, '\u{3041}'..='\u{309f}');
    let ends = word.ends_with(PARTICLES);
    let is = length <= WORD_BYTES_MAX && !word.chars().all(kana) && !ends && sentence(word, true) == 0;
    is.then_some(length)
}

/// Letters of Japanese and the signs and numbers that names join with them; small letters are words of their own.
fn joins(c: char) -> bool {
    is_cjk(c) || c.is_ascii_digit() || c.is_ascii_uppercase() || matches!(c, '_' | '-')
}

/// How much of the words is the sentence before the name. `behind` says that they follow another name, as a particle does.
fn sentence(words: &str, behind: bool) -> usize {
    let kana = |c: char| matches!(c, '\u{3041}'..='\u{309f}');
    let mut end = 0;
    let mut letters = words.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let Some((next, follows)) = letters.peek() else { break };
        let of = c == 'の' && OF.iter().any(|word| words[..at].ends_with(word));
        let long = || LONG_ENDINGS.iter().any(|word| words[..*next].ends_with(word));
        let word_begins = !kana(*follows) && !matches!(follows, '_' | '-');
        let particle = behind && at == 0 && ENDINGS.contains(&c);
        if of || particle || word_begins && (ENDINGS.contains(&c) || long()) {
            end = *next;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The segment is what stands behind the last Japanese letter.
    fn check(run: &str, expected: &str) {
        let cut = run.char_indices().rfind(|(_, c)| is_cjk(*c)).map_or(0, |(at, c)| at + c.len_utf8());
        assert_eq!(&run[start(run, cut, run.len())..], expected, "{run}");
    }

    #[test]
    fn names_begin_behind_the_sentence() {
        check("見積書_4月-2.docx", "見積書_4月-2.docx");
        check("届いた見積書_4月-2.docx", "見積書_4月-2.docx");
        check("添付の見積書4月.docx", "見積書4月.docx");
        check("添付のお見積り4月.zip", "お見積り4月.zip");
        check("A社からのお見積り2.xlsx", "お見積り2.xlsx");
        check("は請求書.pdf.exe", "請求書.pdf.exe");
        check("exampleから請求書4.pdf", "請求書4.pdf");
        check("振込みの件_2.xlsx", "振込みの件_2.xlsx");
        check("攻撃者のサーバー.jp", ".jp");
        check("検体はinvoice.exe", "invoice.exe");
    }
}
