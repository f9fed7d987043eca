//! Rust source with comments and literals blanked, so that the checks can count braces and find words of code.
//!
//! Not a parser: it knows comments (nested), strings, raw strings, characters and lifetimes, and keeps every line
//! where it was. That is enough for lengths and heads; clippy sees the rest.

/// The same text with comments and the insides of literals turned into spaces. Line breaks stay.
pub(crate) fn code_only(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => block_end(bytes, at),
            b'"' => string_end(bytes, at),
            b'\'' => character_end(bytes, at),
            b'r' if !is_word_before(bytes, at) => raw_end(bytes, at),
            b'b' if !is_word_before(bytes, at) && bytes.get(at + 1) == Some(&b'r') => {
                let end = raw_end(bytes, at + 1);
                if end == at + 2 { at + 1 } else { end }
            }
            _ => at + 1,
        };
        if end > at + 1 {
            blank(&mut out[at..end]);
        }
        at = end.max(at + 1);
    }
    String::from_utf8(out).unwrap_or_default()
}

/// The code without `#[cfg(test)] mod … { … }` blocks: what ships. Takes text from [`code_only`].
pub(crate) fn without_tests(code: &str) -> String {
    let mut out = code.as_bytes().to_vec();
    let mut from = 0;
    while let Some(found) = code[from..].find("#[cfg(test)]") {
        let start = from + found;
        let after = start + "#[cfg(test)]".len();
        let end = item_end(code.as_bytes(), after);
        blank(&mut out[start..end]);
        from = end;
    }
    String::from_utf8(out).unwrap_or_default()
}

/// Where the item that starts here ends: behind its closing brace, or behind its `;` if that comes first.
pub(crate) fn item_end(code: &[u8], from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.iter().enumerate().skip(from) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// The line, counted from 1, of a byte offset.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn blank(part: &mut [u8]) {
    for byte in part {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

fn is_word_before(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |n| from + n)
}

fn block_end(bytes: &[u8], from: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = from;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// A character literal, or just the quote of a lifetime.
fn character_end(bytes: &[u8], from: usize) -> usize {
    match bytes.get(from + 1) {
        Some(b'\\') => {
            let rest = bytes.get(from + 3..).unwrap_or_default();
            rest.iter().position(|byte| *byte == b'\'').map_or(bytes.len(), |n| from + 3 + n + 1)
        }
        Some(_) => {
            let close = (from + 2..from + 6).find(|at| bytes.get(*at) == Some(&b'\''));
            match close {
                Some(at) if is_one_character(&bytes[from + 1..at]) => at + 1,
                _ => from + 1,
            }
        }
        None => from + 1,
    }
}

fn is_one_character(inside: &[u8]) -> bool {
    std::str::from_utf8(inside).is_ok_and(|text| text.chars().count() == 1)
}

/// The end of a raw string that starts with this `r`; one further if it is none.
fn raw_end(bytes: &[u8], from: usize) -> usize {
    let hashes = bytes[from + 1..].iter().take_while(|byte| **byte == b'#').count();
    let open = from + 1 + hashes;
    if bytes.get(open) != Some(&b'"') {
        return from + 1;
    }
    let mut close = vec![b'"'];
    close.resize(hashes + 1, b'#');
    bytes[open + 1..]
        .windows(close.len())
        .position(|window| window == close.as_slice())
        .map_or(bytes.len(), |n| open + 1 + n + close.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let squeezed: Vec<String> =
            code_only(text).lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(squeezed.join("\n"), expected);
    }

    #[test]
    fn comments_go_and_lines_stay() {
        check("a // {\nb", "a\nb");
        check("a /* { /* } */ \n */ b", "a\nb");
    }

    #[test]
    fn literals_go() {
        check(r#"x("}{\"{", y)"#, "x( , y)");
        check("x(r#\"} \" {\"#, y)", "x( , y)");
        check("x(br\"{\", b\"}\")", "x( , b )");
        check("x('{', '\\'', 'é', 'a')", "x( , , , )");
    }

    #[test]
    fn lifetimes_and_names_stay() {
        check("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}");
        check("bar r b br", "bar r b br");
    }

    #[test]
    fn test_modules_are_cut() {
        let code = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() {} }\nfn c() {}";
        assert_eq!(
            without_tests(code).split_whitespace().collect::<Vec<_>>().join(" "),
            "fn a() {} fn c() {}"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_keeps_its_length_and_lines(text in "(?s)[\"'/*rb#{}\\\\a\n é]{0,60}") {
            let code = code_only(&text);
            proptest::prop_assert_eq!(code.len(), text.len());
            proptest::prop_assert_eq!(code.matches('\n').count(), text.matches('\n').count());
        }
    }
}
