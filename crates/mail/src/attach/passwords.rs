//! Passwords that open an archive: the customary ones of malware exchange, and words the mail itself names.

use crate::limits;
use crate::reader::Reader;

/// What analysts and senders of samples use.
const CUSTOMARY: [&str; 8] =
    ["infected", "malware", "virus", "password", "1234", "12345", "123456", "infect"];

/// Words after which a mail names a password, in lower case.
const MARKS: [&str; 35] = [
    "パスワード",
    "ﾊﾟｽﾜｰﾄﾞ",
    "パスコード",
    "パスフレーズ",
    "パス",
    "ﾊﾟｽ",
    "暗証番号",
    "合言葉",
    "解凍",
    "展開",
    "開封",
    "密码",
    "密碼",
    "口令",
    "비밀번호",
    "암호",
    "пароль",
    "ПАРОЛЬ",
    "Пароль",
    "mot de passe",
    "contraseña",
    "senha",
    "wachtwoord",
    "hasło",
    "セキュリティコード",
    "zip code",
    "password",
    "passcode",
    "passphrase",
    "passwort",
    "kennwort",
    "passwd",
    "pass",
    "pwd",
    "pw",
];

/// Places looked at for each mark, with a colon or the like after it and without: honest mails name a password once,
/// long threads a few times.
const PLACES_MAX: usize = 8;

/// Letters after a mark in which the password is looked for: the rest of the sentence, or the next line.
const NEAR_LETTERS: usize = 80;

/// Words taken after one mark.
const WORDS_MAX: usize = 8;

/// Candidates kept of one mail before the likeliest are tried.
const KEPT_MAX: usize = 256;

/// What stands around a password in a sentence, and is seldom part of one.
const AROUND: &str = "：:；;「」『』【】〔〕［］[]()（）<>＜＞\"'`“”‘’、。，．,.=＝→⇒|｜";

/// Ends of a Japanese sentence that follow a word without a blank.
const ENDINGS: [&str; 7] =
    ["です", "でございます", "になります", "となります", "となっております", "にて", "で"];

/// Takes candidates from a subject or a body.
pub(crate) fn learn(text: &str, reader: &mut Reader) {
    let folded: String = text.chars().map(to_ascii_width).collect();
    if folded != text {
        learn_as(text, reader);
    }
    learn_as(&folded, reader);
}

/// Letters of full width are how an input method writes what is typed as ASCII.
fn to_ascii_width(letter: char) -> char {
    match letter {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        _ => letter,
    }
}

fn learn_as(text: &str, reader: &mut Reader) {
    // lower case of ASCII only, so that places stay
    let lower = text.to_ascii_lowercase();
    for mark in MARKS {
        let mut places = [0; 2];
        for (at, _) in lower.match_indices(mark) {
            if !is_mark(&lower, at, mark) {
                continue;
            }
            let after = &text[at + mark.len()..];
            let near = after.char_indices().nth(NEAR_LETTERS).map_or(after, |(end, _)| &after[..end]);
            // what follows a colon or the like is meant to be read as the password
            let named = near.trim_start().starts_with(|c: char| c == 'は' || AROUND.contains(c));
            let unnamed = usize::from(!named);
            places[unnamed] += 1;
            if places[unnamed] <= PLACES_MAX {
                for (order, word) in words(near).enumerate().take(WORDS_MAX) {
                    add(order * 2 + unnamed, word, reader);
                }
            }
        }
    }
}

/// Whether the mark stands here as a word of its own, not in `bypass`, `passport` or a longer mark.
fn is_mark(lower: &str, at: usize, mark: &str) -> bool {
    let (before, from) = lower.split_at(at);
    let after = &from[mark.len()..];
    let longer = || MARKS.iter().any(|other| other.len() > mark.len() && from.starts_with(other));
    if !mark.is_ascii() {
        return !longer();
    }
    let after = after.strip_prefix('s').unwrap_or(after);
    !before.ends_with(|c: char| c.is_ascii_alphanumeric())
        && !after.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The words after a mark, each whole, without its sentence, and its parts.
fn words(near: &str) -> impl Iterator<Item = &str> {
    let near = near.trim_start_matches(|c: char| c.is_whitespace() || c == 'は' || AROUND.contains(c));
    near.split_whitespace().flat_map(|word| {
        let word = word.trim_matches(|c: char| AROUND.contains(c));
        let stem = ENDINGS.iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
        let stem = stem.trim_matches(|c: char| AROUND.contains(c));
        let parts = word.split(|c: char| c == 'は' || AROUND.contains(c)).flat_map(|part| {
            let stem = ENDINGS.iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part);
            [stem, ascii_run(part)]
        });
        let mut list: Vec<&str> = Vec::new();
        for found in [stem, word].into_iter().chain(parts) {
            if plausible(found) && !list.contains(&found) {
                list.push(found);
            }
        }
        list
    })
}

/// The first run of ASCII letters and signs: a password in a sentence without blanks.
fn ascii_run(part: &str) -> &str {
    let start = part.find(|c: char| c.is_ascii_graphic()).unwrap_or(part.len());
    let rest = &part[start..];
    &rest[..rest.find(|c: char| !c.is_ascii_graphic()).unwrap_or(rest.len())]
}

fn plausible(word: &str) -> bool {
    let least = if word.is_ascii() { 3 } else { 2 };
    (least..=32).contains(&word.chars().count()) && !word.chars().any(char::is_control)
}

fn add(rank: usize, word: &str, reader: &mut Reader) {
    let order = reader.passwords.len();
    if let Some((known, _)) = reader.passwords.get_mut(word) {
        *known = rank.min(*known);
    } else if order < KEPT_MAX {
        reader.passwords.insert(word.to_owned(), (rank, order));
    }
}

/// All candidates as bytes, the likeliest of the mail's own first. Archives do not say how letters beyond ASCII
/// were written: as UTF-8, or by Japanese Windows as Shift_JIS.
pub(crate) fn candidates(reader: &Reader) -> Vec<Vec<u8>> {
    let mut own: Vec<_> = reader.passwords.iter().collect();
    own.sort_by_key(|(_, place)| **place);
    let own = own.into_iter().flat_map(|(word, _)| {
        let (shift_jis, _, lost) = encoding_rs::SHIFT_JIS.encode(word);
        let other = (!word.is_ascii() && !lost).then(|| shift_jis.into_owned());
        std::iter::once(word.clone().into_bytes()).chain(other)
    });
    let own = own.take(limits::PASSWORDS_MAX - CUSTOMARY.len());
    own.chain(CUSTOMARY.map(|word| word.as_bytes().to_vec())).collect()
}

#[cfg(test)]
mod tests {
    use super::{candidates, learn};
    use crate::reader::Reader;

    fn check(text: &str, password: &str, known: bool) {
        let mut reader = Reader::default();
        learn(text, &mut reader);
        let found = candidates(&reader).iter().any(|word| word == password.as_bytes());
        assert_eq!(found, known, "{text}: {:?}", reader.passwords);
    }

    #[test]
    fn passwords_as_mails_name_them() {
        check("パスワードは Kx9-2026 です。", "Kx9-2026", true);
        check("パスワードはKx9-2026です。", "Kx9-2026", true);
        check("パスワード：Kx9:2026", "Kx9:2026", true);
        check("パスワード\n　Ｋｘ９２０２６", "Kx92026", true);
        check("パスは「秘密2026」となります。", "秘密2026", true);
        check("請求書 パス:ab12cd", "ab12cd", true);
        check("解凍用の鍵は ab12cd です", "ab12cd", true);
        check("【解凍】ab12cd", "ab12cd", true);
        check("pass: ab12cd", "ab12cd", true);
        check("Passcode ab12cd", "ab12cd", true);
        check("passwd=ab12cd", "ab12cd", true);
        check("pw: ab12cd.", "ab12cd", true);
        check("PWD：ab12cd", "ab12cd", true);
        check("The password for the archive is: ab12cd", "ab12cd", true);
        check("Passwort: Größe12", "Größe12", true);
        check("密码：重要2026", "重要2026", true);
        check("Пароль: 3381", "3381", true);
        check("Mot de passe : 3381", "3381", true);
        check("Contraseña: 3381", "3381", true);
        check("Hasło: 3381", "3381", true);
        check("セキュリティコード：A1b2", "A1b2", true);
        check("Zip code: A1b2", "A1b2", true);
        check("bypass ab12cd, passport ab12cd", "ab12cd", false);
    }

    #[test]
    fn the_named_one_is_tried_before_other_words() {
        let noise = "Please pass this mail on to everybody in your team who may need it. ".repeat(30);
        check(&format!("{noise}\npass: ab12cd"), "ab12cd", true);
        check(&noise, "infected", true);
    }
}
