//! Undoing what people do to addresses so that nobody clicks them.
//!
//! The result is for matching only: evidence keeps the written form. Every byte of the clean text knows where it came
//! from, so that a find can name the range in the original.

mod fold;
mod mark;
mod scheme;

use std::borrow::Cow;

pub(crate) use mark::mark_at;
pub(crate) use scheme::scheme_before;

/// Clean text beside the place of each of its bytes in the original. Reused from chunk to chunk.
#[derive(Debug, Default)]
pub(crate) struct Clean {
    /// The refanged text.
    pub(crate) text: String,
    /// For each byte of `text` and for its end: the byte of the original that it stands for.
    pub(crate) map: Vec<usize>,
    /// Places in `text` that were defanged, ascending.
    pub(crate) marks: Vec<usize>,
}

impl Clean {
    fn clear(&mut self) {
        self.text.clear();
        self.map.clear();
        self.marks.clear();
    }

    fn push(&mut self, text: &str, from: usize) {
        self.text.push_str(text);
        self.map.extend(std::iter::repeat_n(from, text.len()));
    }

    fn push_mark(&mut self, text: &str, from: usize) {
        self.marks.push(self.text.len());
        self.push(text, from);
    }
}

/// Whether `byte` can begin something that [`clean`] changes.
pub(crate) fn is_trigger(byte: u8) -> bool {
    byte >= 0x80 || matches!(byte, b'[' | b'(' | b'{' | b'<' | b']' | b'\\')
}

/// Writes `text` without its defanging marks into `out`. `spare` is room for the step between.
pub(crate) fn clean(text: &str, out: &mut Clean, spare: &mut Clean) {
    if text.is_ascii() {
        mark::unmark(text, None, out);
    } else {
        fold::fold(text, spare);
        mark::unmark(&spare.text, Some((&spare.map, &spare.marks)), out);
    }
}

/// The text as it was before somebody defanged it: `hxxps://evil[.]example` becomes `https://evil.example`. Full-width
/// letters become ASCII where the text holds any sign above ASCII; words of plain prose stay.
pub fn refang(text: &str) -> Cow<'_, str> {
    let changed = if text.bytes().any(is_trigger) {
        let (mut out, mut spare) = (Clean::default(), Clean::default());
        clean(text, &mut out, &mut spare);
        Cow::Owned(out.text)
    } else {
        Cow::Borrowed(text)
    };
    match scheme::restore(&changed) {
        Some(restored) => Cow::Owned(restored),
        None if changed == text => Cow::Borrowed(text),
        None => changed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: &str) {
        assert_eq!(refang(written), expected, "{written}");
    }

    #[test]
    fn usual_marks() {
        check("hxxps://evil[.]example/a", "https://evil.example/a");
        check("10(.)0(.)0(.)1", "10.0.0.1");
        check("plain words stay", "plain words stay");
        check("evil{.}example", "evil.example");
        check("evil[dot]example", "evil.example");
        check("evil (DOT) example", "evil.example");
        check("evil [.] example", "evil.example");
        check("user[at]evil[.]example", "user@evil.example");
        check("user [@] evil.example", "user@evil.example");
        check("hxxp[:]//evil[.]example", "http://evil.example");
        check("hXXp[://]evil.example", "http://evil.example");
        check("h**p://evil.example", "http://evil.example");
        check(r"evil\.example", "evil.example");
        check(r"hxxp:\\evil.example\a", r"http://evil.example\a");
        check(r"https:\/\/evil.example\/a", "https://evil.example/a");
        check("[http]://evil.example", "http://evil.example");
    }

    #[test]
    fn halves() {
        check("evil[.example", "evil.example");
        check("evil.]example", "evil.example");
        check("evil[.example]", "evil.example");
        check("evil.[example]", "evil.example");
        check("192.0.2[.]1", "192.0.2.1");
        check("192.0.2.1[:]443", "192.0.2.1:443");
    }

    #[test]
    fn japanese() {
        check("ｈｘｘｐ：／／ｅｖｉｌ．ｅｘａｍｐｌｅ", "http://evil.example");
        check("evil。example", "evil.example");
        check("evil・example", "evil.example");
        check("evil〔.〕example", "evil.example");
        check("evil［．］example", "evil.example");
        check("evilドットexample", "evil.example");
        check("evil ドット example", "evil.example");
        check("userアットevil。example", "user@evil.example");
        check("user＠evil．example", "user@evil.example");
        check("user＜at＞evil.example", "user@evil.example");
        check("ttps://evil.example", "https://evil.example");
    }

    #[test]
    fn prose_stays() {
        for text in [
            "確認した。192.0.2.1 と通信",
            "evil.example。次は other.example",
            "array[0] f(x) {a} [label](b)",
            "[.] alone",
            r"C:\Users\Public\a.exe",
            "10:30 (JST)",
            "通信・制御",
        ] {
            check(text, text);
        }
    }
}
