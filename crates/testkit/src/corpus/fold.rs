//! Forms that a person would read as the same: widths, kana, case, signs between letters.

use unicode_normalization::UnicodeNormalization as _;

/// NFKC, lower case, katakana as hiragana. A voicing mark that stands by itself (half-width kana come so out of ISO-2022-JP) joins its letter.
#[must_use]
pub(super) fn fold(text: &str) -> String {
    let kana = |c: char| {
        if ('ァ'..='ヶ').contains(&c) { char::from_u32(u32::from(c) - 0x60).unwrap_or(c) } else { c }
    };
    let joining = |c: char| match c {
        '\u{309b}' => '\u{3099}',
        '\u{309c}' => '\u{309a}',
        c => c,
    };
    text.chars().map(joining).nfkc().flat_map(char::to_lowercase).map(kana).collect()
}

/// [`fold`], then letters and digits alone.
#[must_use]
pub(super) fn squash(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

const KANA: &str = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわんがぎぐげござじずぜぞだぢづでどばびぶべぼ";
const ROMAJI: [&str; 65] = [
    "a", "i", "u", "e", "o", "ka", "ki", "ku", "ke", "ko", "sa", "shi", "su", "se", "so", "ta", "chi", "tsu",
    "te", "to", "na", "ni", "nu", "ne", "no", "ha", "hi", "fu", "he", "ho", "ma", "mi", "mu", "me", "mo",
    "ya", "yu", "yo", "ra", "ri", "ru", "re", "ro", "wa", "n", "ga", "gi", "gu", "ge", "go", "za", "ji",
    "zu", "ze", "zo", "da", "ji", "zu", "de", "do", "ba", "bi", "bu", "be", "bo",
];

/// Hiragana of squashed text in romaji; everything else stays.
#[must_use]
pub(super) fn romaji(squashed: &str) -> String {
    let mut out = String::with_capacity(squashed.len());
    for c in squashed.chars() {
        match KANA.chars().position(|k| k == c).and_then(|at| ROMAJI.get(at)) {
            Some(sound) => out.push_str(sound),
            None => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_and_kana_fold() {
        let check = |text, expected: &str| assert_eq!(squash(text), expected);
        check("ｶｶﾞﾐ 様", "かがみ様");
        check("カカ゛ミ", "かがみ");
        check("Ｋａｇａｍｉ－Ｓａｗａ", "kagamisawa");
        check("カガミ", "かがみ");
        assert_eq!(romaji("かがみべ"), "kagamibe");
    }
}
