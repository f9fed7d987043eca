//! Names of parts, kinds, file types and techniques in both languages.

use indicator::Kind;
use model::item::Part;

/// A name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub(super) ja: &'static str,
    pub(super) en: &'static str,
}

const fn named(ja: &'static str, en: &'static str) -> Named {
    Named { ja, en }
}

/// What an indicator was, in the order in which people look.
pub(super) const PARTS: &[(Part, Named)] = &[
    (Part::Sender, named("差出人", "Sender")),
    (Part::ReplyTo, named("返信先", "Replies go to")),
    (Part::SendingHost, named("送信元サーバー", "Sending host")),
    (Part::Link, named("リンク先", "Links")),
    (Part::Attachment, named("添付ファイル", "Attached files")),
    (Part::Listed, named("その他", "Others")),
];

/// What kind of value it is.
pub(super) fn kind(kind: Kind) -> Named {
    match kind {
        Kind::Ipv4 | Kind::Ipv6 => named("IP アドレス", "IP address"),
        Kind::Cidr4 | Kind::Cidr6 => named("IP アドレス範囲", "IP range"),
        Kind::Domain => named("ドメイン", "domain"),
        Kind::Url => named("URL", "URL"),
        Kind::Email => named("メールアドレス", "mail address"),
        Kind::Md5 => named("MD5", "MD5"),
        Kind::Sha1 => named("SHA-1", "SHA-1"),
        Kind::Sha256 => named("SHA-256", "SHA-256"),
        Kind::Sha512 => named("SHA-512", "SHA-512"),
        Kind::Cve => named("脆弱性", "vulnerability"),
        Kind::AttackId => named("ATT&CK", "ATT&CK"),
        Kind::FileName => named("ファイル名", "file name"),
        Kind::FilePath => named("ファイルパス", "file path"),
        Kind::RegistryKey => named("レジストリキー", "registry key"),
        Kind::Mutex => named("ミューテックス", "mutex"),
        Kind::UserAgent => named("ユーザーエージェント", "user agent"),
        Kind::Asn => named("AS 番号", "AS number"),
        Kind::CryptoAddress => named("暗号資産アドレス", "crypto address"),
        Kind::Tlsh => named("TLSH", "TLSH"),
        Kind::Ssdeep => named("ssdeep", "ssdeep"),
        Kind::Imphash => named("imphash", "imphash"),
        Kind::Ja3 => named("JA3", "JA3"),
        Kind::Ja4 => named("JA4", "JA4"),
    }
}

/// Content types that attackers send, and what people call them.
const TYPES: &[(&str, Named)] = &[
    ("application/zip", named("ZIP ファイル", "ZIP archive")),
    ("application/vnd.rar", named("RAR ファイル", "RAR archive")),
    ("application/x-7z-compressed", named("7-Zip ファイル", "7-Zip archive")),
    ("application/gzip", named("gzip ファイル", "gzip archive")),
    ("application/x-tar", named("tar ファイル", "tar archive")),
    ("application/vnd.ms-cab-compressed", named("CAB ファイル", "CAB archive")),
    ("application/x-iso9660-image", named("ISO イメージ", "ISO image")),
    ("application/x-vhd", named("VHD イメージ", "VHD image")),
    ("application/x-vhdx", named("VHDX イメージ", "VHDX image")),
    ("application/vnd.microsoft.portable-executable", named("Windows 実行ファイル", "Windows program")),
    ("application/x-elf", named("Linux 実行ファイル", "Linux program")),
    ("application/x-msi", named("Windows インストーラー", "Windows installer")),
    ("application/x-ms-shortcut", named("ショートカット（LNK）", "shortcut (LNK)")),
    ("application/x-ace-compressed", named("ACE ファイル", "ACE archive")),
    ("application/x-arj", named("ARJ ファイル", "ARJ archive")),
    ("application/x-mswinurl", named("インターネットショートカット（URL）", "internet shortcut (URL)")),
    ("application/x-rdp", named("リモートデスクトップの接続（RDP）", "remote desktop connection (RDP)")),
    ("text/javascript", named("JavaScript", "JavaScript")),
    ("text/vbscript", named("VBScript", "VBScript")),
    ("text/x-powershell", named("PowerShell スクリプト", "PowerShell script")),
    ("text/x-msdos-batch", named("バッチファイル", "batch file")),
    ("application/hta", named("HTA ファイル", "HTML application")),
    ("application/java-archive", named("JAR ファイル", "Java archive")),
    ("application/pdf", named("PDF", "PDF")),
    ("application/rtf", named("RTF 文書", "RTF document")),
    ("application/msword", named("Word 文書（旧形式）", "Word document (old format)")),
    ("application/vnd.ms-excel", named("Excel ブック（旧形式）", "Excel workbook (old format)")),
    ("application/vnd.ms-powerpoint", named("PowerPoint（旧形式）", "PowerPoint (old format)")),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        named("Word 文書", "Word document"),
    ),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        named("Excel ブック", "Excel workbook"),
    ),
    (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        named("PowerPoint", "PowerPoint"),
    ),
    (
        "application/vnd.ms-word.document.macroenabled.12",
        named("マクロ付き Word 文書", "Word document with macros"),
    ),
    (
        "application/vnd.ms-excel.sheet.macroenabled.12",
        named("マクロ付き Excel ブック", "Excel workbook with macros"),
    ),
    ("application/onenote", named("OneNote 文書", "OneNote document")),
    ("text/html", named("HTML ファイル", "HTML file")),
    ("image/svg+xml", named("SVG 画像", "SVG image")),
    ("text/calendar", named("カレンダーの招待", "calendar invitation")),
    ("text/plain", named("テキストファイル", "text file")),
    ("image/png", named("PNG 画像", "PNG image")),
    ("image/jpeg", named("JPEG 画像", "JPEG image")),
    ("image/gif", named("GIF 画像", "GIF image")),
    ("application/octet-stream", named("種類不明のファイル", "file of unknown type")),
];

/// What people call a content type.
pub(super) fn content_type(name: &str) -> Option<Named> {
    TYPES.iter().find(|(known, _)| *known == name).map(|(_, named)| *named)
}

/// The techniques that `parts::technique` derives.
pub(super) fn technique(id: &str) -> Option<Named> {
    Some(match id {
        "T1566" => named("フィッシング", "Phishing"),
        "T1566.001" => named("添付ファイルによるフィッシング", "Phishing: Spearphishing Attachment"),
        "T1566.002" => named("リンクによるフィッシング", "Phishing: Spearphishing Link"),
        "T1204.002" => named("利用者による不正なファイルの実行", "User Execution: Malicious File"),
        "T1027.006" => named("HTML スマグリング", "HTML Smuggling"),
        "T1553.005" => named("Mark-of-the-Web の回避", "Mark-of-the-Web Bypass"),
        "T1036.007" => named("二重拡張子による偽装", "Masquerading: Double File Extension"),
        "T1672" => named("送信元の詐称", "Email Spoofing"),
        _ => return None,
    })
}

/// The month's English name.
pub(super) fn month(number: i8) -> &'static str {
    match number {
        1 => "January",
        2 => "February",
        3 => "March",
        4 => "April",
        5 => "May",
        6 => "June",
        7 => "July",
        8 => "August",
        9 => "September",
        10 => "October",
        11 => "November",
        _ => "December",
    }
}
