//! Forms that other standards give to texts: language tags, host names, mail addresses, hardware addresses, CPE names.

/// A language tag (RFC 5646 section 2.1). Of the subtags only the form is known here; primary ones of more than three
/// letters are left for later by the RFC, and none is registered.
pub(super) fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    let private = first.eq_ignore_ascii_case("x") || first.eq_ignore_ascii_case("i");
    let mut rest = parts.peekable();
    if private {
        return rest.peek().is_some() && rest.all(is_subtag);
    }
    if !(letters(first) && (2..=3).contains(&first.len())) {
        return false;
    }
    // a single letter begins an extension, which is never empty
    let mut open = false;
    for part in rest {
        if !is_subtag(part) || (open && part.len() == 1) {
            return false;
        }
        open = part.len() == 1;
    }
    !open
}

fn is_subtag(part: &str) -> bool {
    (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// A domain name (RFC 1034 section 3.5), whose labels may be in the letters of any script (RFC 5890 section 2.3.2.1).
pub(super) fn is_domain(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    let label = |label: &str| {
        (1..=63).contains(&label.chars().count())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| if c.is_ascii() { c.is_ascii_alphanumeric() || c == '-' } else { is_letter(c) })
    };
    name.chars().count() <= 253 && name.split('.').all(label)
}

/// A letter, digit or mark of a script; blanks and signs are none (RFC 5892 decides letter by letter).
fn is_letter(c: char) -> bool {
    let sign =
        matches!(c, '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3004}' | '\u{ff00}'..='\u{ff0f}' | '\u{fffd}');
    !(c.is_whitespace() || c.is_control() || sign)
}

/// An address (RFC 5322 section 3.4.1, `addr-spec`), without a display name.
pub(super) fn is_mail(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    let dots = |text: &str| text.split('.').all(|part| !part.is_empty() && part.bytes().all(atom));
    let literal = domain.starts_with('[') && domain.ends_with(']');
    (quoted || dots(local)) && text.is_ascii() && (literal || dots(domain))
}

/// A MAC-48 address with colons, in lower case (section 6.10).
pub(super) fn is_mac(text: &str) -> bool {
    let octet = |part: &str| part.len() == 2 && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    text.split(':').count() == 6 && text.split(':').all(octet)
}

/// A formatted string of CPE 2.3 (NISTIR 7695 section 6.2): eleven components after the head.
pub(super) fn is_cpe(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("cpe:2.3:") else { return false };
    let (mut parts, mut length, mut escaped) = (1, 0, false);
    for c in rest.chars() {
        match c {
            ':' if !escaped && length == 0 => return false,
            ':' if !escaped => (parts, length) = (parts + 1, 0),
            c if c.is_whitespace() || c.is_control() => return false,
            _ => length += 1,
        }
        escaped = c == '\\' && !escaped;
    }
    let part = rest.split(':').next().unwrap_or_default();
    parts == 11 && length > 0 && matches!(part, "a" | "h" | "o" | "*" | "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(is: fn(&str) -> bool, good: &[&str], bad: &[&str]) {
        good.iter().for_each(|text| assert!(is(text), "{text}"));
        bad.iter().for_each(|text| assert!(!is(text), "{text}"));
    }

    #[test]
    fn languages() {
        let good = [
            "en",
            "ja",
            "zh-Hant-TW",
            "sl-rozaj-biske",
            "de-CH-1901",
            "x-own",
            "en-a-myext",
            "i-klingon",
            "ast",
        ];
        check(
            is_language,
            &good,
            &["", "e", "ja_JP", "en/US", "japanese", "en-", "en--US", "x", "en-a", "en-toolongtag"],
        );
    }

    #[test]
    fn domains() {
        let long = format!("{}.example", "a".repeat(64));
        let good = [
            "example.com",
            "localhost",
            "xn--wgv71a.example",
            "日本.example",
            "example.com.",
            "3com.example",
        ];
        let bad =
            ["", ".", "a..b", "-a.example", "a-.example", "a b", "http://a.example", "a_b.example", &long];
        check(is_domain, &good, &bad);
        check(is_domain, &[], &["*.example", "日　本.example", "日\u{200b}本.example", "a/b"]);
    }

    #[test]
    fn mail_addresses() {
        let good = [
            "a@example.com",
            "a.b+c@example.com",
            "\"a b\"@example.com",
            "a@[192.0.2.1]",
            "o'neil@example.com",
        ];
        let bad =
            ["a", "@b", "a@", "a@b@c", "Taro <a@example.com>", "a@ b", ".a@b", "a..b@c", "日本@example.com"];
        check(is_mail, &good, &bad);
    }

    #[test]
    fn hardware_addresses() {
        let bad = [
            "",
            "D2:FB:49:24:37:18",
            "d2-fb-49-24-37-18",
            "d2:fb:49:24:37",
            "2:fb:49:24:37:18",
            "d2:fb:49:24:37:18:00",
        ];
        check(is_mac, &["d2:fb:49:24:37:18"], &bad);
    }

    #[test]
    fn platform_names() {
        let good = ["cpe:2.3:a:microsoft:word:2000:*:*:*:*:*:*:*", r"cpe:2.3:o:a:b\:c:1:-:*:en-us:*:*:*:*"];
        let bad =
            ["cpe:/a:microsoft:word:2000", "cpe:2.3:a:microsoft:word", "cpe:2.3:x:a:b:1:*:*:*:*:*:*:*", ""];
        check(is_cpe, &good, &bad);
        check(
            is_cpe,
            &[],
            &[
                "cpe:2.3:a:a::1:*:*:*:*:*:*:*",
                "cpe:2.3:a:a b:c:1:*:*:*:*:*:*:*",
                "cpe:2.3:a:b:c:1:*:*:*:*:*:*:",
            ],
        );
    }
}
