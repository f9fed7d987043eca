//! What of a mail's text its sender wrote himself: without quoted lines, signatures and the mails that lie inside.

use mail::Message;

/// Characters of the attacker's text that are searched for values; what phishing says stands on its first pages.
const TEXT_CHARS_MAX: usize = 200_000;

/// The text of the mail without quoted lines, the signature, what follows a forwarded header, and messages inside.
pub(crate) fn of(attack: &Message) -> String {
    const QUOTES: &[&str] = &[
        "-----original message",
        "----- original message",
        "________________________________",
        "begin forwarded message",
        "---------- forwarded message",
        "-----元のメッセージ",
        "----- 元のメッセージ",
        "-------- 転送",
        "-----転送",
    ];
    let mut out = String::new();
    let whole: String = attack.own_text().chars().take(TEXT_CHARS_MAX).collect();
    for line in whole.lines() {
        let lower = line.trim().to_lowercase();
        // RFC 3676, section 4.3: `-- ` opens the signature
        if line.trim_end() == "--" || QUOTES.iter().any(|q| lower.starts_with(q)) {
            break;
        }
        if !lower.starts_with(['>', '|', '＞']) && !is_header_line(&lower) {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn is_header_line(lower: &str) -> bool {
    ["from:", "to:", "cc:", "reply-to:", "差出人:", "宛先:", "送信者:", "受信者:"]
        .iter()
        .any(|h| lower.starts_with(h))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, inner: &[&str], expected: &[&str]) {
        let nested = inner.iter().map(|t| Message { text: (*t).to_owned(), ..Message::default() }).collect();
        let attack = Message { text: text.to_owned(), nested, ..Message::default() };
        let own = of(&attack);
        let lines: Vec<&str> = own.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, expected, "{text:?} without {inner:?}");
    }

    #[test]
    fn mails_inside_take_their_own_lines_only() {
        check("mine\n\ntheirs\nagain", &["theirs\nagain"], &["mine"]);
        check("https://evil.example/\n\nhttps", &["https"], &["https://evil.example/"]);
        check("https\n\nhttps://evil.example/", &["https"], &["https://evil.example/"]);
        check("a\n\na", &["a"], &["a"]);
        check("a\nb\nc", &["a", "c"], &["b"]);
        check("mine", &[""], &["mine"]);
    }

    #[test]
    fn quotations_and_signatures_are_left_out() {
        check("mine\n> theirs\nFrom: x\n-- \nname", &[], &["mine"]);
        check("mine\n-----Original Message-----\ntheirs", &[], &["mine"]);
    }
}
