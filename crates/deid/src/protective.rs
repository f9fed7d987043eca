//! Protective markings: words by which a document says that it must not be passed on. Looked for in attachments before any person
//! sees a submission; whoever sent it decides what happens.
//!
//! Some markings are everyday words (注意 "caution", 秘): these count only where they stand alone on a line, as stamps do.

/// Words that are a marking wherever they stand.
const ANYWHERE: &[&str] = &[
    "部内限り",
    "部内限",
    "極秘",
    "機密性3",
    "機密性３",
    "関係者外秘",
    "防衛秘密",
    "装備品等秘密",
    "controlled unclassified information",
    "cui//",
    "controlled//",
    "secret//",
    "top secret//",
    "noforn",
];

/// Words that are a marking only when a line holds nothing else.
const ALONE: &[&str] = &[
    "注意",
    "秘",
    "㊙",
    "厳秘",
    "機密",
    "特定秘密",
    "取扱注意",
    "取扱厳重注意",
    "cui",
    "(cui)",
    "controlled",
    "秘密",
    "社外秘",
    "confidential",
    "secret",
    "topsecret",
];

/// The longest line that can be a stamp, in characters: words with brackets and spaces between their letters.
const STAMP_CHARS_MAX: usize = 24;

/// The markings in a text, each once, in the order of the lists.
#[must_use]
pub fn markings(text: &str) -> Vec<&'static str> {
    let lower = text.to_lowercase();
    let mut out: Vec<&'static str> = ANYWHERE.iter().copied().filter(|word| lower.contains(word)).collect();
    // 部内限 stands in 部内限り, `secret//` in `top secret//`
    let found = out.clone();
    out.retain(|word| !found.iter().any(|other| other != word && other.contains(word)));
    let stamps: Vec<String> = lower.lines().filter_map(stamp).collect();
    out.extend(ALONE.iter().copied().filter(|word| stamps.iter().any(|line| line == word)));
    out
}

/// A line as a stamp: without spaces, brackets and frames; `None` when it is too long for one.
fn stamp(line: &str) -> Option<String> {
    if line.chars().count() > STAMP_CHARS_MAX {
        return None;
    }
    let bare: String = line
        .chars()
        .filter(|c| !c.is_whitespace() && !"【】[]［］〔〕「」『』<>＜＞*＊-－=＝|｜■□".contains(*c))
        .collect();
    let bare = bare.strip_prefix('（').and_then(|b| b.strip_suffix('）')).unwrap_or(&bare).to_owned();
    (!bare.is_empty()).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(markings(text), expected, "{text}");
    }

    #[test]
    fn stamps_are_found() {
        check("部内限り\n仕様書", &["部内限り"]);
        check("この資料は極秘とする", &["極秘"]);
        check("【 注 意 】\n第1章", &["注意"]);
        check("（注意）", &["注意"]);
        check("秘\n別紙", &["秘"]);
        check("取扱注意\n第2版", &["取扱注意"]);
        check("TOP SECRET\nDrawing 12", &["topsecret"]);
        check("SECRET\nAnnex", &["secret"]);
        check("TOP SECRET//NOFORN", &["top secret//", "noforn"]);
        check("CUI\nDrawing 12", &["cui"]);
        check("CUI//SP-CTI", &["cui//"]);
        check("Controlled Unclassified Information", &["controlled unclassified information"]);
    }

    #[test]
    fn everyday_words_are_none() {
        check("", &[]);
        check("ご注意ください。不審なメールに注意してください。", &[]);
        check("注意: 本メールは自動送信です", &[]);
        check("秘書室 御中", &[]);
        check("取扱注意事項をお読みください。特定秘密保護法の解説です。", &[]);
        check("circuit, security, accuracy", &[]);
        check("The controlled vocabulary", &[]);
    }
}
