//! What people, organisations and sectors may be called: names that are read, and names that are typed to sign in.
//!
//! A name stands in lists, letters and terminals beside those of others, and people tell each other apart by it. One that nobody sees, that
//! turns the line around it or that moves a terminal's cursor is none.

/// The longest name, in characters: longer ones belong to nobody and break every list.
pub const NAME_CHARS_MAX: usize = 100;

/// A name as people read it, without blanks around it. `None` when nothing of it is seen, when it is too long, and when it holds what
/// nobody sees or what turns the text around it.
#[must_use]
pub fn shown(text: &str) -> Option<&str> {
    let text = text.trim();
    let seen = text.chars().any(|c| !c.is_whitespace() && !is_joiner(c));
    let fits = text.chars().count() <= NAME_CHARS_MAX && !text.chars().any(is_unseen);
    (seen && fits).then_some(text)
}

/// A sign-in name as it is kept and looked for: small letters a to z, digits and `. _ - + @`, the first a letter or digit. Capitals and the
/// wide letters of Japanese keyboards are read as what they stand for, so that no two names look alike and one person has one.
#[must_use]
pub fn sign_in(text: &str) -> Option<String> {
    let name: String = text.trim().chars().map(|c| narrow(c).to_ascii_lowercase()).collect();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let begins = name.chars().next().is_some_and(plain);
    let fits = name.len() <= NAME_CHARS_MAX && name.chars().all(|c| plain(c) || "._-+@".contains(c));
    (begins && fits).then_some(name)
}

/// The ASCII character that a wide one stands for.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Joins what stands around it into one sign, as scripts and pictures need.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// What nobody sees, or what turns the text around it: controls, marks of direction, fillers, tags.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}'
                | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
                | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_read() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(shown(text), expected, "{text:?}");
        check(" 北山 しおり ", Some("北山 しおり"));
        check("<b>O'Neil</b>", Some("<b>O'Neil</b>"));
        check("👩\u{200d}🚒 مرحبا", Some("👩\u{200d}🚒 مرحبا"));
        check("", None);
        check("\u{3000} ", None);
        check("\u{200d}", None);
        check("\u{200b}", None);
        check("\u{3164}", None);
        check("a\r\nBcc: b@c.example", None);
        check("\u{1b}[31mred", None);
        check("\u{202e}adnap", None);
        check(&"名".repeat(NAME_CHARS_MAX), Some(&"名".repeat(NAME_CHARS_MAX)));
        check(&"名".repeat(NAME_CHARS_MAX + 1), None);
    }

    #[test]
    fn names_that_are_typed() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(sign_in(text).as_deref(), expected, "{text:?}");
        check(" Kita ", Some("kita"));
        check("ｋｉｔａ－１", Some("kita-1"));
        check("s.kita+soc@grid-a.example", Some("s.kita+soc@grid-a.example"));
        check("7", Some("7"));
        check("", None);
        check("-kita", None);
        check("kita mori", None);
        check("kıta", None);
        check("kita\u{202e}", None);
        check("北山", None);
        check("\u{430}kebono", None);
        check(&"k".repeat(NAME_CHARS_MAX + 1), None);
    }

    #[test]
    fn a_kept_name_is_found_as_it_is_kept() {
        for text in ["Kita", "ＫＩＴＡ", "kita@Grid-A.example"] {
            let kept = sign_in(text);
            assert_eq!(kept.as_deref().and_then(sign_in), kept, "{text}");
        }
    }
}
