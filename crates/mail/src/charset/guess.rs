//! Which charset it is when the mail does not say, or says wrong.
//!
//! Each candidate decodes the bytes; the one whose letters look most like written language wins. What the
//! rest of the mail uses (`hint`) breaks ties.

use super::label::Codec;
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, KOI8_R, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252,
};

/// Bytes looked at; more does not change the answer.
const SAMPLE_BYTES: usize = 8 * 1024;

/// Letters beyond ASCII looked at; more do not change the answer.
const SAMPLE_LETTERS: usize = 8 * 1024;

/// Codings with more than one byte a letter.
const EAST: [&Encoding; 5] = [SHIFT_JIS, EUC_JP, GB18030, BIG5, EUC_KR];

/// How many plausible letters one unreadable place must be outweighed by, so that it counts as damage and not
/// as a sign of another charset. Below, chance readings of Western and Cyrillic bytes would win.
const LETTERS_PER_ERROR: usize = 4;

/// What an unreadable place takes from the score: more than three kana give.
const ERROR_COST: i64 = 20;

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
    if let Some(encoding) = faultless(sample) {
        return encoding;
    }
    let western = match hinted {
        Some(encoding) if encoding.is_single_byte() => encoding,
        _ => single(sample),
    };
    // every byte is a letter of a single-byte charset: that it has no errors says nothing
    if western == WINDOWS_1252 && in_pairs(sample) {
        return damaged(sample).unwrap_or(western);
    }
    western
}

/// The coding of the East with the best score above nothing.
fn best(score: impl Fn(&'static Encoding) -> Option<i64>) -> Option<&'static Encoding> {
    let mut best: Option<(i64, &'static Encoding)> = None;
    for encoding in EAST {
        if let Some(found) = score(encoding)
            && found > best.map_or(0, |(top, _)| top)
        {
            best = Some((found, encoding));
        }
    }
    best.map(|(_, encoding)| encoding)
}

/// The coding of the East in which all the bytes are clean and look like language.
pub(crate) fn faultless(bytes: &[u8]) -> Option<&'static Encoding> {
    best(|encoding| score(encoding, bytes))
}

/// What one line looks like in each coding of the East; nothing where it is not clean.
pub(crate) type Scores = [Option<i64>; EAST.len()];

/// Looks at a line in each coding.
pub(crate) fn scores(line: &[u8]) -> Scores {
    EAST.map(|encoding| score(encoding, line))
}

/// The coding that makes most sense over many lines, and which of them it reads: those that no other coding
/// reads twice as well.
pub(crate) fn of_lines(lines: &[Scores]) -> Option<(&'static Encoding, Vec<bool>)> {
    let read = |line: &Scores, which: usize| {
        let top = line.iter().flatten().max().map_or(0, |top| *top);
        line[which].filter(|score| top <= 0 || score * 2 >= top)
    };
    let total = |which: usize| lines.iter().filter_map(|line| read(line, which)).sum::<i64>();
    // of equals the first counts
    let totals = (0..EAST.len()).rev().map(|which| (total(which), which));
    let (top, which) = totals.max_by_key(|(total, _)| *total)?;
    (top > 0).then(|| (EAST[which], lines.iter().map(|line| read(line, which).is_some()).collect()))
}

/// The coding of the East that the bytes are of, save some places.
fn damaged(sample: &[u8]) -> Option<&'static Encoding> {
    best(|encoding| {
        let look = Look::of(encoding, sample);
        look.outweighs_errors().then_some(look.score)
    })
}

/// Whether high bytes stand side by side, as letters of two bytes make them and Western words do not.
fn in_pairs(sample: &[u8]) -> bool {
    let high = sample.iter().filter(|byte| **byte >= 0x80).count();
    let pairs = sample.windows(2).filter(|two| two[0] >= 0x80 && two[1] >= 0x80).count();
    pairs * 4 >= high
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
    let look = Look::at(encoding, &text);
    (look.letters > 0).then_some(look.score)
}

/// What a decoded text looks like.
#[derive(Debug, Default)]
pub(crate) struct Look {
    /// Above nothing when the letters look like written language.
    pub(crate) score: i64,
    /// Letters beyond ASCII.
    letters: usize,
    /// Those of them that everyday text has.
    plausible: usize,
    /// Those of them that are kana of full width.
    kana: usize,
    /// Places that could not be read.
    errors: usize,
}

impl Look {
    /// Bytes, read as `encoding`.
    pub(crate) fn of(encoding: &'static Encoding, bytes: &[u8]) -> Self {
        Self::at(encoding, &encoding.decode_without_bom_handling(sample(bytes)).0)
    }

    /// A text that `encoding` made.
    pub(crate) fn at(encoding: &'static Encoding, text: &str) -> Self {
        let mut look = Self::default();
        for letter in text.chars().filter(|letter| !letter.is_ascii()).take(SAMPLE_LETTERS) {
            if letter == char::REPLACEMENT_CHARACTER {
                look.errors += 1;
                look.score -= ERROR_COST;
                continue;
            }
            let worth = worth(encoding, letter);
            look.letters += 1;
            look.plausible += usize::from(worth > 0);
            look.kana += usize::from(matches!(letter, 'ぁ'..='ん' | 'ァ'..='ヶ'));
            look.score += worth;
        }
        look
    }

    /// So many plausible letters that the errors are damage, not a wrong label. Text that is half kana is
    /// Japanese beyond doubt: damage that splits letters costs it several in a row.
    pub(crate) fn outweighs_errors(&self) -> bool {
        let per_error = if self.kana * 2 > self.letters { 1 } else { LETTERS_PER_ERROR };
        self.plausible > self.errors * per_error
    }
}

fn worth(encoding: &'static Encoding, letter: char) -> i64 {
    match letter {
        'ぁ'..='ん' => 6,
        'ァ'..='ヶ' | 'ー' => 4,
        '、' | '。' | '「' | '」' | '　' | '・' | '！' | '？' | '，' | '：' | '（' | '）' => 4,
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => 3,
        '가'..='힣' | '\u{4e00}'..='\u{9fff}' => common_letter(encoding, letter),
        '｡'..='ﾟ' => -2,
        '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' => -20,
        '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{3ffff}' => -6,
        _ => -1,
    }
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
    } else if encoding == GB18030 || encoding == GBK {
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
