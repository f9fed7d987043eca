//! Which charset it is when the mail does not say, or says wrong.
//!
//! Each candidate decodes the bytes; the one whose letters look most like written language wins. What the
//! rest of the mail uses (`hint`) breaks ties.

use super::label::Codec;
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, KOI8_R, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

/// Bytes looked at; more does not change the answer.
const SAMPLE_BYTES: usize = 8 * 1024;

/// Codings with more than one byte a letter.
const EAST: [&Encoding; 5] = [SHIFT_JIS, EUC_JP, GB18030, BIG5, EUC_KR];

/// The best guess for bytes that are not valid UTF-8 and hold no escapes.
pub(crate) fn guess(bytes: &[u8], hint: Option<Codec>) -> &'static Encoding {
    let sample = sample(bytes);
    let hinted = match hint {
        Some(Codec::Standard(encoding)) if encoding != encoding_rs::UTF_8 => Some(encoding),
        Some(Codec::Jis) => Some(SHIFT_JIS),
        _ => None,
    };
    if let Some(encoding) = hinted
        && !encoding.is_single_byte()
        && score(encoding, sample).is_some_and(|score| score > 0)
    {
        return encoding;
    }
    let mut best: Option<(i64, &'static Encoding)> = None;
    for encoding in EAST {
        if let Some(found) = score(encoding, sample)
            && best.is_none_or(|(top, _)| found > top)
        {
            best = Some((found, encoding));
        }
    }
    match best {
        Some((top, encoding)) if top > 0 => encoding,
        _ => match hinted {
            Some(encoding) if encoding.is_single_byte() => encoding,
            _ => single(sample),
        },
    }
}

fn sample(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| *byte >= 0x80).unwrap_or(0);
    // not into the middle of a letter: back to a byte below the halves, which no trail byte precedes
    let end = bytes.len().min(start + SAMPLE_BYTES);
    if end == bytes.len() {
        return &bytes[start..];
    }
    let cut = bytes[start..end].iter().rposition(|byte| *byte == b'\n').map_or(end, |line| start + line);
    &bytes[start..cut]
}

/// How much the decoded letters look like language; `None` when the bytes are not of this coding.
fn score(encoding: &'static Encoding, sample: &[u8]) -> Option<i64> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(sample)?;
    let mut score = 0;
    let mut letters = 0;
    for letter in text.chars().filter(|letter| !letter.is_ascii()) {
        letters += 1;
        score += match letter {
            'ぁ'..='ん' => 6,
            'ァ'..='ヶ' | 'ー' => 4,
            '、' | '。' | '「' | '」' | '　' | '・' | '！' | '？' | '，' | '：' | '（' | '）' => {
                4
            }
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => 3,
            '가'..='힣' | '\u{4e00}'..='\u{9fff}' => common_letter(encoding, letter),
            '｡'..='ﾟ' => -2,
            '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' => -20,
            '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{3ffff}' => -6,
            _ => -1,
        };
    }
    (letters > 0).then_some(score)
}

/// Letters of the first level stand for everyday words; those beyond are rare in mail.
fn common_letter(encoding: &'static Encoding, letter: char) -> i64 {
    let mut buffer = [0; 4];
    let (bytes, _, _) = encoding.encode(letter.encode_utf8(&mut buffer));
    let lead = bytes.first().copied().unwrap_or(0);
    let common = if encoding == SHIFT_JIS {
        (0x88..=0x97).contains(&lead)
    } else if encoding == EUC_JP {
        (0xb0..=0xcf).contains(&lead)
    } else if encoding == BIG5 {
        (0xa4..=0xc6).contains(&lead)
    } else if encoding == GB18030 {
        (0xb0..=0xd7).contains(&lead) && bytes.get(1).is_some_and(|trail| *trail >= 0xa1)
    } else {
        (0xb0..=0xc8).contains(&lead) && bytes.get(1).is_some_and(|trail| *trail >= 0xa1)
    };
    if common { 2 } else { -2 }
}

/// Cyrillic or Western, for bytes that fit no coding of the East.
fn single(sample: &[u8]) -> &'static Encoding {
    let high = sample.iter().filter(|byte| **byte >= 0x80).count();
    let upper_half = sample.iter().filter(|byte| **byte >= 0xc0).count();
    let runs = sample.windows(3).filter(|three| three.iter().all(|byte| *byte >= 0xc0)).count();
    if high > 6 && upper_half * 10 >= high * 9 && runs * 2 > high {
        let lower_koi = sample.iter().filter(|byte| (0xc0..=0xdf).contains(*byte)).count();
        return if lower_koi * 2 > upper_half { KOI8_R } else { WINDOWS_1251 };
    }
    WINDOWS_1252
}
