//! Text of JSON files that are no list of indicators: what their escapes hide from the finder.

use std::borrow::Cow;

/// The text of a JSON file with blanks for the escapes that stand for line breaks and for letters above ASCII, so that `\nevil.example` is
/// no word. Every place stays where it is; texts that are no JSON stay as they are.
pub fn without_escapes(text: &str) -> Cow<'_, str> {
    if !is_json(text) || memchr::memchr(b'\\', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &text.as_bytes()[at..]) {
        let start = at + found;
        let length = escape(&text.as_bytes()[start..]);
        if length > 0 {
            out.push_str(&text[copied..start]);
            out.extend(std::iter::repeat_n(' ', length));
            copied = start + length;
        }
        // behind a backslash that stands for itself, too
        at = (start + length.max(2)).min(text.len());
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// An object with a member, or a list of objects, lists or strings.
fn is_json(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let inner = |open: char| text.strip_prefix(open).map(str::trim_start);
    inner('{').is_some_and(|rest| rest.starts_with('"'))
        || inner('[').is_some_and(|rest| rest.starts_with(['{', '[', '"']) && rest.contains('"'))
}

/// The length of the escape with which `rest` begins, if it stands for no sign of an indicator.
fn escape(rest: &[u8]) -> usize {
    match rest {
        [_, b'n' | b'r' | b't' | b'b' | b'f', ..] => 2,
        [_, b'u', code @ ..] => {
            let code = code.get(..4).and_then(|code| std::str::from_utf8(code).ok());
            let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
            if code.is_some_and(|code| !(0x20..0x7f).contains(&code)) { 6 } else { 0 }
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(without_escapes(text), expected, "{text}");
    }

    #[test]
    fn escapes_become_blanks() {
        check(r#"{"a":"x\nevil.example\r\n"}"#, r#"{"a":"x  evil.example    "}"#);
        check(r#"[{"a":"\u5148evil.example\u3001b"}]"#, r#"[{"a":"      evil.example      b"}]"#);
        check(r#"{"a":"C:\\new\\a.exe","b":"c:\/\u0026"}"#, r#"{"a":"C:\\new\\a.exe","b":"c:\/\u0026"}"#);
        check(r#"{"a":"\u12"#, r#"{"a":"\u12"#);
        check(r#"{"a":"\"#, r#"{"a":"\"#);
        check(r"C:\new\evil.example", r"C:\new\evil.example");
        check(r"[.]example\nevil", r"[.]example\nevil");
    }
}
