//! Forms in which two spellings of a name are one: width, case, kana, old kanji, accents, separators, romaji.

use unicode_normalization::UnicodeNormalization;

/// Old and variant kanji of names, with the form that they are compared in.
const VARIANTS: &[(char, char)] = &[
    ('髙', '高'),
    ('﨑', '崎'),
    ('嵜', '崎'),
    ('濵', '浜'),
    ('濱', '浜'),
    ('邊', '辺'),
    ('邉', '辺'),
    ('齋', '斎'),
    ('齊', '斎'),
    ('斉', '斎'),
    ('澤', '沢'),
    ('國', '国'),
    ('廣', '広'),
    ('嶋', '島'),
    ('櫻', '桜'),
    ('龍', '竜'),
    ('藏', '蔵'),
    ('榮', '栄'),
    ('眞', '真'),
    ('冨', '富'),
    ('條', '条'),
    ('會', '会'),
    ('學', '学'),
    ('電', '電'),
    ('惠', '恵'),
    ('德', '徳'),
    ('關', '関'),
    ('驛', '駅'),
    ('鐵', '鉄'),
    ('縣', '県'),
];

/// NFKC, lower case, hiragana for katakana, plain Latin letters, today's kanji; whatever is no letter or digit is one space.
pub(crate) fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.is_ascii() {
        text.chars().for_each(|c| push(&mut out, c.to_ascii_lowercase()));
    } else {
        for c in text.nfkc().flat_map(char::to_lowercase) {
            push(&mut out, simple(c));
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn push(out: &mut String, c: char) {
    if c.is_alphanumeric() {
        out.push(c);
    } else if !out.is_empty() && !out.ends_with(' ') && !is_invisible(c) {
        out.push(' ');
    }
}

/// Marks that a person does not see; they separate nothing.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
        || matches!(c, '\u{300}'..='\u{36f}')
}

fn simple(c: char) -> char {
    match c {
        '\u{30a1}'..='\u{30f6}' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => c.nfd().next().unwrap_or(c),
        '\u{3400}'.. => VARIANTS.iter().find(|(old, _)| *old == c).map_or(c, |(_, new)| *new),
        _ => c,
    }
}

/// Backwards.
pub(crate) fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

/// Each Latin letter turned by thirteen places.
pub(crate) fn rot13(text: &str) -> String {
    let turn = |c: char, first: u8| char::from((c as u8 - first + 13) % 26 + first);
    text.chars()
        .map(|c| match c {
            'a'..='z' => turn(c, b'a'),
            'A'..='Z' => turn(c, b'A'),
            _ => c,
        })
        .collect()
}

/// Without the spaces.
pub(crate) fn squeezed(spaced: &str) -> String {
    spaced.chars().filter(|c| *c != ' ').collect()
}

/// For each byte of the squeezed text whether a token begins there: behind a space, or where letters meet digits.
pub(crate) fn borders(spaced: &str) -> Vec<bool> {
    let mut out = Vec::with_capacity(spaced.len());
    let mut before: Option<char> = None;
    for c in spaced.chars() {
        if c != ' ' {
            let meets = |b: char| b == ' ' || b.is_ascii_digit() != c.is_ascii_digit();
            out.push(before.is_none_or(meets));
            out.extend(std::iter::repeat_n(false, c.len_utf8() - 1));
        }
        before = Some(c);
    }
    out
}

/// Kana and Latin letters of a spaced text as they sound, so that ふじみ, fujimi and huzimi are one; kanji stay.
pub(crate) fn phonetic(spaced: &str) -> String {
    let mut latin = String::with_capacity(spaced.len());
    for c in spaced.chars() {
        match SMALL_YA.iter().find(|(small, _)| *small == c) {
            // a small ya, yu or yo takes the place of the vowel before it: `si` + `ya` = `sya`
            Some((_, tail)) => {
                if latin.ends_with('i') {
                    latin.pop();
                }
                latin.push_str(tail);
            }
            None => match KANA.iter().find(|(kana, _)| *kana == c) {
                Some((_, sound)) => latin.push_str(sound),
                None => latin.push(c),
            },
        }
    }
    sound(&latin)
}

/// Latin spellings of one sound. The order matters: longer ones stand first.
const SPELLINGS: &[(&str, &str)] = &[
    ("shi", "si"),
    ("chi", "ti"),
    ("tchi", "ti"),
    ("tsu", "tu"),
    ("dzu", "zu"),
    ("sh", "sy"),
    ("tch", "ty"),
    ("ch", "ty"),
    ("ji", "zi"),
    ("jy", "zy"),
    ("j", "zy"),
    ("fu", "hu"),
    ("mb", "nb"),
    ("mp", "np"),
    ("mm", "nm"),
    ("ou", "o"),
    ("oo", "o"),
    ("uu", "u"),
];

fn sound(latin: &str) -> String {
    let mut out = String::with_capacity(latin.len());
    let mut rest = latin;
    while let Some(c) = rest.chars().next() {
        match SPELLINGS.iter().find(|(from, _)| rest.starts_with(from)) {
            Some((from, to)) => {
                out.push_str(to);
                rest = &rest[from.len()..];
            }
            None => {
                // doubled letters and long vowels sound like one
                if !(c.is_ascii_alphabetic() && out.ends_with(c)) && c != 'ー' {
                    out.push(c);
                }
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

const SMALL_YA: &[(char, &str)] = &[('ゃ', "ya"), ('ゅ', "yu"), ('ょ', "yo")];

const KANA: &[(char, &str)] = &[
    ('あ', "a"),
    ('い', "i"),
    ('う', "u"),
    ('え', "e"),
    ('お', "o"),
    ('か', "ka"),
    ('き', "ki"),
    ('く', "ku"),
    ('け', "ke"),
    ('こ', "ko"),
    ('が', "ga"),
    ('ぎ', "gi"),
    ('ぐ', "gu"),
    ('げ', "ge"),
    ('ご', "go"),
    ('さ', "sa"),
    ('し', "si"),
    ('す', "su"),
    ('せ', "se"),
    ('そ', "so"),
    ('ざ', "za"),
    ('じ', "zi"),
    ('ず', "zu"),
    ('ぜ', "ze"),
    ('ぞ', "zo"),
    ('た', "ta"),
    ('ち', "ti"),
    ('つ', "tu"),
    ('て', "te"),
    ('と', "to"),
    ('だ', "da"),
    ('ぢ', "zi"),
    ('づ', "zu"),
    ('で', "de"),
    ('ど', "do"),
    ('な', "na"),
    ('に', "ni"),
    ('ぬ', "nu"),
    ('ね', "ne"),
    ('の', "no"),
    ('は', "ha"),
    ('ひ', "hi"),
    ('ふ', "hu"),
    ('へ', "he"),
    ('ほ', "ho"),
    ('ば', "ba"),
    ('び', "bi"),
    ('ぶ', "bu"),
    ('べ', "be"),
    ('ぼ', "bo"),
    ('ぱ', "pa"),
    ('ぴ', "pi"),
    ('ぷ', "pu"),
    ('ぺ', "pe"),
    ('ぽ', "po"),
    ('ま', "ma"),
    ('み', "mi"),
    ('む', "mu"),
    ('め', "me"),
    ('も', "mo"),
    ('や', "ya"),
    ('ゆ', "yu"),
    ('よ', "yo"),
    ('ら', "ra"),
    ('り', "ri"),
    ('る', "ru"),
    ('れ', "re"),
    ('ろ', "ro"),
    ('わ', "wa"),
    ('を', "o"),
    ('ん', "n"),
    ('ゔ', "bu"),
    ('っ', ""),
    ('ー', ""),
    ('ぁ', "a"),
    ('ぃ', "i"),
    ('ぅ', "u"),
    ('ぇ', "e"),
    ('ぉ', "o"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_spellings() {
        let check = |written: &str, expected: &str| assert_eq!(spaced(written), expected, "{written}");
        check("Ｆｕｊｉｍｉ－Denki", "fujimi denki");
        check("ﾌｼﾞﾐ電機", "ふじみ電機");
        check("髙橋　太郎", "高橋 太郎");
        check("Résumé__2", "resume 2");
        check("a\u{200b}b", "ab");
        check("山田・太郎", "山田 太郎");
    }

    #[test]
    fn what_sounds_alike_is_alike() {
        let check = |a: &str, b: &str| assert_eq!(phonetic(&spaced(a)), phonetic(&spaced(b)), "{a} {b}");
        check("フジミデンキ", "fujimidenki");
        check("フジミデンキ", "huzimidenki");
        check("しゃちょう", "shacho");
        check("トウキョウ", "tokyo");
        check("とーきょー", "Tōkyō");
        check("はっとり", "hattori");
        check("なんば", "namba");
    }
}
