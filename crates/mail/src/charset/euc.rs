//! What Japanese EUC holds beyond the Encoding Standard: the IBM letters of eucJP-ms and JIS X 0213, and how
//! EUC is told from the half-width kana that its bytes are in Shift_JIS and in JIS X 0201.

use super::guess::Look;
use super::jisx0213;
use encoding_rs::{EUC_JP, SHIFT_JIS};

/// The letters of eucJP-ms from 8FF3F3 to 8FF4FE, in the order of their codes.
const IBM: &str = "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ＇＂㈱№℡炻仼僴凬匇匤﨎咊坙﨏塚增寬峵嵓﨑德悅愠敎昻晥晴朗栁﨓﨔橫櫢淸淲瀨凞猪甁皂皞益礰礼神祥福竧靖精綠緖羽荢﨟薰蘒﨡蠇諸譿賴赶﨣﨤逸郞都鄕﨧﨨閒隆﨩霻靍靑飯飼館馞髙魲鶴黑";

/// The one that stands at a row and cell of the third set.
fn ibm(row: u8, cell: u8) -> Option<char> {
    let place = match (row, cell) {
        (0xf3, 0xf3..=0xfe) => cell - 0xf3,
        (0xf4, 0xa1..=0xfe) => cell - 0xa1 + 12,
        _ => return None,
    };
    IBM.chars().nth(usize::from(place))
}

/// Decodes EUC with the IBM letters; the count says how many places could not be read.
pub(crate) fn with_ibm(bytes: &[u8]) -> (String, usize) {
    let mut text = String::with_capacity(bytes.len() * 2);
    let mut errors = 0;
    let mut plain = |text: &mut String, from: usize, to: usize| {
        let (run, bad) = EUC_JP.decode_without_bom_handling(&bytes[from..to]);
        errors += if bad { run.matches(char::REPLACEMENT_CHARACTER).count() } else { 0 };
        text.push_str(&run);
    };
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        let length = match bytes[at..] {
            [0x8f, row @ 0xa1..=0xfe, cell @ 0xa1..=0xfe, ..] => {
                if let Some(letter) = ibm(row, cell) {
                    plain(&mut text, from, at);
                    text.push(letter);
                    from = at + 3;
                }
                3
            }
            [0x8e | 0xa1..=0xfe, 0xa1..=0xfe, ..] => 2,
            _ => 1,
        };
        at += length;
    }
    plain(&mut text, from, bytes.len());
    (text, errors)
}

/// Letters of JIS X 0213 under the older label. Chinese and Korean bytes fill the same places, so without kana
/// the reading must look better than what a guess would make of them.
pub(crate) fn newer(bytes: &[u8], guessed: &str) -> Option<String> {
    let (text, clean) = jisx0213::euc(bytes);
    let (kana, letters) = kana(&text);
    let fits =
        || kana > 0 && kana * 4 >= letters || Look::at(EUC_JP, &text).score > Look::at(EUC_JP, guessed).score;
    (clean && fits()).then_some(text)
}

/// Whether bytes that read as half-width kana are rather EUC: clean there, and half of it the kana that Japanese
/// text is full of. Half-width kana makes rare ideographs of EUC, and a kana only where a comma stands by chance.
pub(crate) fn rather_than_half_width(bytes: &[u8]) -> Option<String> {
    /// Two may stand in a list of half-width words.
    const KANA_MIN: usize = 3;
    let (text, bad) = EUC_JP.decode_without_bom_handling(bytes);
    let (kana, letters) = kana(&text);
    (!bad && kana >= KANA_MIN && kana * 2 >= letters).then(|| text.into_owned())
}

/// Kana and stops of full width, and all letters beyond ASCII.
fn kana(text: &str) -> (usize, usize) {
    let kana =
        text.chars().filter(|letter| matches!(letter, 'ぁ'..='ん' | 'ァ'..='ヶ' | '、' | '。')).count();
    (kana, text.chars().filter(|letter| !letter.is_ascii()).count())
}

/// EUC under a Shift_JIS label: `text` is what Shift_JIS made of the bytes without an error. Most of it is
/// half-width kana then, and the second level of ideographs stands where EUC has bytes beyond kana.
pub(crate) fn instead_of_shift_jis(bytes: &[u8], text: &str) -> Option<String> {
    let letters = text.chars().filter(|letter| !letter.is_ascii()).count();
    let half_width = text.chars().filter(|letter| matches!(letter, '｡'..='ﾟ')).count();
    if half_width == 0 || half_width * 2 < letters {
        return None;
    }
    if let Some(euc) = rather_than_half_width(bytes) {
        return Some(euc);
    }
    let (euc, bad) = EUC_JP.decode_without_bom_handling(bytes);
    let better = half_width < letters && Look::at(EUC_JP, &euc).score > Look::at(SHIFT_JIS, text).score;
    (!bad && better).then(|| euc.into_owned())
}
