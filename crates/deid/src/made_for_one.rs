//! Whether a part of an address looks made for one victim (design, rule 6): coded, random, numbered, or free words.
//!
//! It is an allow-list of looks: what reads like an ordinary word of a web address passes, all else does not.

use crate::names::decode;

/// A part of a path longer than this is text, not a name.
const PART_CHARS_MAX: usize = 80;
/// Digits in a row that number something: years and ports have four.
const DIGITS_MIN: usize = 5;
/// Digits of a part in groups (`1234-5678-9012`) that number something: a day has eight, an address of a machine seldom more than nine.
const GROUPED_DIGITS_MIN: usize = 10;
/// Letters and digits that alternate are read as a code from this length on; `mp3` and `v2a` are shorter.
const MIXED_MIN: usize = 5;
/// Coded text shorter than this cannot be told from a word.
const CODED_MIN: usize = 8;

/// Whether the part (of a path, a host name, a local part) looks made for one victim.
pub(crate) fn looks_made_for_one(part: &str) -> bool {
    let plain = percent_encoding::percent_decode_str(part).decode_utf8();
    let Ok(plain) = plain else { return true };
    if plain.chars().count() > PART_CHARS_MAX || plain.contains(['@', '=', '%', '&', '|', '{', '$']) {
        return true;
    }
    if !plain.is_ascii() {
        return !crate::parts::story::is_only_story(&plain);
    }
    if plain.len() >= CODED_MIN && is_coded(&plain) {
        return true;
    }
    plain.bytes().filter(u8::is_ascii_digit).count() >= GROUPED_DIGITS_MIN
        || plain.split(|c: char| !c.is_ascii_alphanumeric()).any(is_code)
}

/// Whether it decodes to readable words.
fn is_coded(part: &str) -> bool {
    let mut coded = false;
    decode::views(part, &mut |view, how| {
        let letters = view.chars().filter(|c| c.is_ascii_alphabetic()).count();
        let all = view.chars().count();
        let words =
            view.is_ascii() && all >= 5 && letters * 10 >= all * 7 && !view.chars().any(char::is_control);
        coded |= words && how != "plain" && !view.contains('\u{fffd}');
    });
    coded
}

/// One run of letters and digits that no person would read aloud.
fn is_code(piece: &str) -> bool {
    let bytes = piece.as_bytes();
    let is_digit = |b: &u8| b.is_ascii_digit();
    let longest_number = bytes.split(|b| !is_digit(b)).map(<[u8]>::len).max().unwrap_or(0);
    if longest_number >= DIGITS_MIN {
        return true;
    }
    let changes = bytes.windows(2).filter(|w| is_digit(&w[0]) != is_digit(&w[1])).count();
    if changes >= 2 && piece.len() >= MIXED_MIN {
        return true;
    }
    let hex = changes >= 1 && piece.len() >= 6 && bytes.iter().all(u8::is_ascii_hexdigit);
    hex || bytes.split(is_digit).any(|letters| !reads_like_words(letters))
}

/// Letters alone: words in one case, or words that begin with a capital each.
fn reads_like_words(letters: &[u8]) -> bool {
    let mut words: Vec<Vec<u8>> = Vec::new();
    let mut before_lower = false;
    for byte in letters {
        if words.is_empty() || (byte.is_ascii_uppercase() && before_lower) {
            words.push(Vec::new());
        }
        before_lower = byte.is_ascii_lowercase();
        if let Some(word) = words.last_mut() {
            word.push(*byte);
        }
    }
    let camel = words.len() > 1;
    if camel && letters.len() >= MIXED_MIN && words.iter().filter(|w| w.len() < 3).count() > 1 {
        return false;
    }
    // `ABc` inside a word: capitals that are no beginning
    if words.iter().any(|w| w.len() >= 3 && w[1].is_ascii_uppercase() && w.iter().any(u8::is_ascii_lowercase))
    {
        return false;
    }
    let lower: Vec<u8> = letters.to_ascii_lowercase();
    let odd = lower.windows(2).filter(|w| is_odd(w[0], w[1])).count();
    let vowels = lower.iter().filter(|b| b"aeiouy".contains(b)).count();
    let run = lower.split(|b| b"aeiouy".contains(b)).map(<[u8]>::len).max().unwrap_or(0);
    lower.len() < MIXED_MIN || (odd < 2 && run < 6 && vowels * 7 >= lower.len())
}

/// Letter pairs that words of English, romaji and the web hardly ever hold.
fn is_odd(a: u8, b: u8) -> bool {
    let followers: &[u8] = match a {
        b'b' => b"cdfghkmnpqvwxz",
        b'c' => b"bdfgjmnpqvwxz",
        b'd' => b"cfhkpqtxz",
        b'f' => b"bcdghjkmnpqvwxz",
        b'g' => b"bcdfjkpqvwxz",
        b'h' => b"bcdfghjkpqsvwxz",
        b'j' => b"bcdfghjklmnpqrtvwxyz",
        b'k' => b"bcdfghjmpqtvxz",
        b'l' => b"hjqrwxz",
        b'm' => b"cdfghjklqrtvwxz",
        b'p' => b"bcdfgjkmnqvwxz",
        b'q' => b"abcdefghijklmnopqrstvwxyz",
        b'r' => b"hjqxz",
        b's' => b"bdgjrvxz",
        b't' => b"bdfgjkmnpqvx",
        b'v' => b"bcdfghjklmnpqrstuvwxyz",
        b'w' => b"bcdfgjkmpqtuvwxyz",
        b'x' => b"bdfghjklmnoqrsuvwxz",
        b'y' => b"fhjkqvwxyz",
        b'z' => b"bcdfghjklmnpqrstvwx",
        b'i' => b"ijyw",
        b'u' => b"uvwjqy",
        b'a' => b"aoj",
        b'e' => b"j",
        b'o' => b"jq",
        b'n' => b"bhpqrwxz",
        _ => b"",
    };
    followers.contains(&b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_parts_of_addresses_pass() {
        for part in [
            "login",
            "verify.php",
            "wp-content",
            "wp-includes",
            "index.html",
            "office365",
            "signin",
            "2026",
            "v2",
            "account-update",
            "SharedDocuments",
            "cgi-bin",
            "invoice",
            "mitsumori",
            "seikyusho",
            "OneDrive",
            "www",
            "mail",
            "secure",
            "auth0",
            "login2",
            "jp",
            "netbank",
            "password",
            "webmail",
            "download",
            "setup.exe",
            "update.zip",
            "mp3",
            "kanri",
            "shiharai",
            "koushin",
            "LOGIN",
            "microsoftonline",
            "css",
            "img",
            "gate.php",
            "2026-11-24",
            "198-51-100-7",
        ] {
            assert!(!looks_made_for_one(part), "{part}");
        }
    }

    #[test]
    fn codes_numbers_and_free_words_do_not() {
        for part in [
            "a8f3k2j9",
            "dGFyby55YW1hZGE",
            "7461726f2e79616d616461",
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "00481516",
            "xkqzjwvb",
            "山田太郎",
            "%E5%B1%B1%E7%94%B0",
            "taro@fujimi.example",
            "u=taro",
            "x7Kd9",
            "aGVsbG8gdGFybw",
            "orqxe3zopfqw2ylemfqq",
            "d41d8cd98f00b204e9800998ecf8427e",
            "QmFzZTY0VG9rZW4",
            "tYhJkLmN",
            "ptUzyBArEKEAY6",
            "deadbeef01",
            "1234-5678-9012",
            "102-117-106-105-109-105",
            "74-61-72-6f-2e",
        ] {
            assert!(looks_made_for_one(part), "{part}");
        }
    }
}
