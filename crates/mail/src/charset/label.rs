//! Charset labels as mail programs write them, to the decoder that reads them.
//!
//! The Encoding Standard knows most; here stand the names of Japanese mail programs, of Windows code
//! pages and of the decoders that the standard leaves out (UTF-7, the ISO-2022 family, UTF-32, JIS X 0213).

use encoding_rs::Encoding;

/// A way to turn bytes into text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Codec {
    /// One of the Encoding Standard.
    Standard(&'static Encoding),
    /// The ISO-2022-JP family: JIS X 0201, 0208, 0212 and 0213 by escapes.
    Jis,
    /// ISO-2022-KR.
    Iso2022Kr,
    /// ISO-2022-CN.
    Iso2022Cn,
    /// HZ: GB 2312 between `~{` and `~}`.
    Hz,
    /// UTF-7.
    Utf7,
    /// UTF-32, little endian if true.
    Utf32(bool),
    /// Shift_JIS with JIS X 0213.
    ShiftJis0213,
    /// EUC with JIS X 0213.
    EucJis0213,
    /// Western DOS letters (code page 437).
    Dos437,
    /// Western DOS letters (code page 850).
    Dos850,
}

impl Codec {
    /// The coding of the East that its letters are judged by, where it has more than one byte a letter.
    pub(crate) fn east(self) -> Option<&'static Encoding> {
        match self {
            Self::Standard(encoding) if !encoding.is_single_byte() && encoding != encoding_rs::UTF_8 => {
                Some(encoding)
            }
            Self::ShiftJis0213 => Some(encoding_rs::SHIFT_JIS),
            Self::EucJis0213 => Some(encoding_rs::EUC_JP),
            _ => None,
        }
    }

    /// The name reported as `used`.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Standard(encoding) => encoding.name().to_ascii_lowercase(),
            Self::Jis => "iso-2022-jp".into(),
            Self::Iso2022Kr => "iso-2022-kr".into(),
            Self::Iso2022Cn => "iso-2022-cn".into(),
            Self::Hz => "hz-gb-2312".into(),
            Self::Utf7 => "utf-7".into(),
            Self::Utf32(true) => "utf-32le".into(),
            Self::Utf32(false) => "utf-32be".into(),
            Self::ShiftJis0213 => "shift_jisx0213".into(),
            Self::EucJis0213 => "euc-jisx0213".into(),
            Self::Dos437 => "ibm437".into(),
            Self::Dos850 => "ibm850".into(),
        }
    }
}

/// What a label asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Label {
    /// A decoder.
    Known(Codec),
    /// Nothing beyond seven bits: the bytes must tell.
    Ascii,
    /// A name for "I do not know".
    Open,
    /// A name nobody knows.
    Unknown,
}

/// Reads a label, with the dirt that broken mail programs leave on it.
pub(crate) fn resolve(written: &str) -> Label {
    let cleaned = written
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '=' | '<' | '>' | ','))
        .to_ascii_lowercase();
    let cleaned = cleaned.strip_prefix("charset=").unwrap_or(&cleaned).trim_matches(['"', '\'']);
    let compact: String = cleaned.chars().filter(char::is_ascii_alphanumeric).collect();
    if let Some(label) = own(&compact) {
        return label;
    }
    if let Some(encoding) = Encoding::for_label(cleaned.as_bytes())
        .or_else(|| Encoding::for_label(cleaned.replace('_', "-").as_bytes()))
        .or_else(|| Encoding::for_label(compact.as_bytes()))
        .or_else(|| by_number(&compact))
        && encoding != encoding_rs::REPLACEMENT
        && encoding != encoding_rs::X_USER_DEFINED
    {
        return Label::Known(Codec::Standard(encoding));
    }
    Label::Unknown
}

fn own(compact: &str) -> Option<Label> {
    use Codec::{
        Dos437, Dos850, EucJis0213, Hz, Iso2022Cn, Iso2022Kr, Jis, ShiftJis0213, Standard, Utf7, Utf32,
    };
    let codec = match compact {
        "usascii" | "ascii" | "ansix341968" | "ansix341986" | "iso646us" | "iso646irv1991" | "646" | "us"
        | "cp367" | "ibm367" | "csascii" => return Some(Label::Ascii),
        "" | "unknown8bit" | "xunknown" | "unknown" | "default" | "defaultcharset" | "8bit" | "7bit"
        | "binary" | "none" | "null" | "xuserdefined" | "us8bit" | "auto" | "autodetect" | "xautojp" => {
            return Some(Label::Open);
        }
        "iso2022jp" | "csiso2022jp" | "iso2022jp1" | "iso2022jp2" | "csiso2022jp2" | "iso2022jp3"
        | "iso2022jp2004" | "iso2022jpms" | "xiso2022jp" | "cp50220" | "cp50221" | "cp50222" | "xcp50220"
        | "xcp50221" | "windows50220" | "windows50221" | "xwindows50221" | "xwindowsiso2022jp"
        | "xms50221" | "jis" | "jis7" | "jis8" | "jisencoding" | "iso2022" | "junet" | "iso2022jpext"
        | "iso2022jpmobile" | "cp50220raw" => Jis,
        "cp932" | "ms932" | "windows932" | "win932" | "xmscp932" | "cp943" | "cp943c" | "ibm943"
        | "ibm943c" | "cp942" | "ibm942" | "shiftjiswin" | "sjiswin" | "sjisopen" | "sjisms"
        | "shiftjisms" | "sjisdocomo" | "sjiskddi" | "sjissoftbank" | "sjismac" | "xmacjapanese"
        | "macjapanese" | "pck" | "mskanji" | "shiftjis" | "sjis" | "xsjis" | "xshiftjis" | "windows31j"
        | "xwindows31j" | "csshiftjis" | "cswindows31j" | "shiftjs" | "sjisjp" | "jpn" => {
            Standard(encoding_rs::SHIFT_JIS)
        }
        "shiftjisx0213" | "shiftjis2004" | "sjisx0213" | "sjis2004" | "shiftjis3" => ShiftJis0213,
        "eucjisx0213" | "eucjis2004" | "eucjp2004" | "eucjpx0213" => EucJis0213,
        "eucjp" | "xeucjp" | "xeuc" | "euc" | "ujis" | "eucjpms" | "eucjpwin" | "eucjpopen" | "cp51932"
        | "cp20932" | "eucjisx0208" => Standard(encoding_rs::EUC_JP),
        "iso2022kr" | "csiso2022kr" => Iso2022Kr,
        "iso2022cn" | "iso2022cnext" | "csiso2022cn" => Iso2022Cn,
        "hz" | "hzgb2312" | "hzgb" => Hz,
        "utf7" | "unicode11utf7" | "xunicode20utf7" | "csutf7" | "utf7imap" | "cp65000" => Utf7,
        "utf32" | "utf32be" | "ucs4" | "ucs4be" | "iso10646ucs4" => Utf32(false),
        "utf32le" | "ucs4le" => Utf32(true),
        "utf16" | "ucs2" | "iso10646ucs2" | "unicode" | "utf16le" | "ucs2le" => {
            Standard(encoding_rs::UTF_16LE)
        }
        "utf16be" | "ucs2be" | "unicodefffe" => Standard(encoding_rs::UTF_16BE),
        "utf8" | "utf8mb4" | "utf8mb3" | "unicode11utf8" | "unicode20utf8" | "xutf8" | "utf" | "cp65001"
        | "utf8n" | "utf8bom" | "uft8" | "utf8utf8" => Standard(encoding_rs::UTF_8),
        "cp936" | "windows936" | "ms936" | "xgbk" | "gb231280" | "gb23121980" | "gb2312" | "euccn"
        | "cngb" => Standard(encoding_rs::GBK),
        "cp54936" => Standard(encoding_rs::GB18030),
        "cp949" | "ms949" | "uhc" | "xwindows949" | "ksc5601" | "ksc56011987" | "xeuckr" | "kscp5601" => {
            Standard(encoding_rs::EUC_KR)
        }
        "cp950" | "ms950" | "windows950" | "xbig5" | "big5eten" | "big5uao" => Standard(encoding_rs::BIG5),
        "ibm437" | "cp437" | "437" | "cspc8codepage437" => Dos437,
        "ibm850" | "cp850" | "850" | "cspc850multilingual" | "cp858" | "ibm00858" => Dos850,
        // dirt around a name that is plain enough
        _ if compact.contains("iso2022jp") => Jis,
        _ => return None,
    };
    Some(Label::Known(codec))
}

/// `cp1252`, `win1251`, `iso88592`, `latin9`: a family and a number.
fn by_number(compact: &str) -> Option<&'static Encoding> {
    const FAMILIES: &[(&str, &str)] = &[
        ("windows", "windows-"),
        ("xcp", "windows-"),
        ("cp", "windows-"),
        ("win", "windows-"),
        ("ansi", "windows-"),
        ("iso8859", "iso-8859-"),
        ("8859", "iso-8859-"),
        ("isoir8859", "iso-8859-"),
        ("iso", "iso-8859-"),
        ("latin", "latin"),
    ];
    FAMILIES.iter().find_map(|(prefix, standard)| {
        let number = compact.strip_prefix(prefix)?;
        Encoding::for_label(format!("{standard}{number}").as_bytes())
    })
}

/// The decoder for a Windows code page number, as Outlook and TNEF state it.
pub(crate) fn code_page(number: u32) -> Option<Codec> {
    let label = match number {
        0 | 1252 => "windows-1252".to_owned(),
        20932 | 51932 => "euc-jp".to_owned(),
        50220..=50222 => "iso-2022-jp".to_owned(),
        50225 => "iso-2022-kr".to_owned(),
        51949 => "euc-kr".to_owned(),
        20127 => "windows-1252".to_owned(),
        20866 => "koi8-r".to_owned(),
        21866 => "koi8-u".to_owned(),
        28591..=28605 => format!("iso-8859-{}", number - 28590),
        10000 => "macintosh".to_owned(),
        52936 => "hz-gb-2312".to_owned(),
        1200 => "utf-16le".to_owned(),
        1201 => "utf-16be".to_owned(),
        65000 => "utf-7".to_owned(),
        65001 => "utf-8".to_owned(),
        _ => format!("cp{number}"),
    };
    match resolve(&label) {
        Label::Known(codec) => Some(codec),
        _ => None,
    }
}
