//! Passwords that open an archive: the customary ones of malware exchange, and words the mail itself names.

use crate::limits;
use crate::reader::Reader;

/// What analysts and senders of samples use.
const CUSTOMARY: [&str; 8] =
    ["infected", "malware", "virus", "password", "1234", "12345", "123456", "infect"];

/// Words after which a mail names a password.
const MARKS: [&str; 10] =
    ["パスワード", "ﾊﾟｽﾜｰﾄﾞ", "password", "Password", "PASSWORD", "passwd", "パス", "PW", "解凍", "密码"];

/// Takes candidates from a body.
pub(crate) fn learn(text: &str, reader: &mut Reader) {
    for mark in MARKS {
        for (at, _) in text.match_indices(mark).take(4) {
            let after = &text[at + mark.len()..];
            let end = after.char_indices().nth(80).map_or(after.len(), |(end, _)| end);
            for word in after[..end]
                .split(|c: char| c.is_whitespace() || "：:；;は「」『』【】()（）\"'、。,=".contains(c))
            {
                let plausible = (3..=32).contains(&word.len()) && word.chars().all(|c| c.is_ascii_graphic());
                if plausible
                    && reader.passwords.len() < limits::PASSWORDS_MAX
                    && !reader.passwords.iter().any(|p| p == word)
                {
                    reader.passwords.push(word.to_owned());
                }
            }
        }
    }
}

/// All candidates, the mail's own first.
pub(crate) fn candidates(reader: &Reader) -> Vec<String> {
    let own = reader.passwords.iter().cloned();
    own.chain(CUSTOMARY.map(str::to_owned)).take(limits::PASSWORDS_MAX).collect()
}
