//! Dotted words that look like domains and are not: files, program code, products, joined sentences.

use super::piece::Piece;
use crate::fast_hash::Words;

/// Endings of files that are no top-level domain.
static FILE_ENDINGS: Words = Words::new(&[
    "exe",
    "dll",
    "sys",
    "bat",
    "cmd",
    "ps1",
    "psm1",
    "vbs",
    "vbe",
    "js",
    "jse",
    "wsf",
    "hta",
    "lnk",
    "scr",
    "cpl",
    "msi",
    "msp",
    "cab",
    "iso",
    "img",
    "vhd",
    "vhdx",
    "rar",
    "7z",
    "gz",
    "tgz",
    "bz2",
    "xz",
    "tar",
    "jar",
    "class",
    "apk",
    "dex",
    "ipa",
    "dmg",
    "pkg",
    "deb",
    "rpm",
    "elf",
    "bin",
    "dat",
    "tmp",
    "log",
    "txt",
    "csv",
    "json",
    "xml",
    "yml",
    "yaml",
    "ini",
    "cfg",
    "conf",
    "doc",
    "docx",
    "docm",
    "dot",
    "dotm",
    "xls",
    "xlsx",
    "xlsm",
    "xlsb",
    "xlam",
    "xll",
    "ppt",
    "pptx",
    "pptm",
    "pdf",
    "rtf",
    "htm",
    "html",
    "mht",
    "shtml",
    "php",
    "asp",
    "aspx",
    "ashx",
    "asmx",
    "jsp",
    "jspx",
    "cgi",
    "eml",
    "msg",
    "ics",
    "png",
    "jpg",
    "jpeg",
    "gif",
    "bmp",
    "ico",
    "svg",
    "mp3",
    "mp4",
    "avi",
    "wav",
    "db",
    "sqlite",
    "reg",
    "inf",
    "ocx",
    "pif",
    "chm",
    "url",
    "udl",
    "theme",
    "vba",
    "war",
    "ear",
    "so",
    "ko",
    "dylib",
    "plist",
    "kext",
    "pyc",
    "pyd",
    "rb",
    "lua",
    "go",
    "ts",
    "cs",
    "cpp",
    "c",
    "h",
    "java",
    "sql",
    "onepkg",
    "appx",
    "msix",
    "application",
    "swf",
    "pub",
    "drv",
    "efi",
    "mui",
    "nls",
    "key",
    "pem",
    "crt",
    "pfx",
    "p12",
    "p7s",
    "bak",
    "old",
    "cr",
    "aut",
    "au3",
    "ahk",
    "crx",
    "xpi",
    "wim",
    "ace",
    "arj",
    "lzh",
    "uue",
    "scpt",
    "applescript",
    "command",
    "xsl",
    "xslt",
    "sct",
    "wsc",
    "tlb",
    "manifest",
    "config",
    "resx",
    "svc",
    "node",
    "vmdk",
    "evtx",
    "pcap",
    "pcapng",
    "tld",
]);

/// Endings that stand on files far more often than on addresses, however many dots stand before them.
static FILE_TLDS_STRONG: Words =
    Words::new(&["zip", "py", "pl", "rs", "md", "mov", "ps", "so", "java", "cab"]);

/// Endings of files that are top-level domains too: without another sign of an address they are files.
static FILE_TLDS: Words = Words::new(&[
    "zip",
    "py",
    "pm",
    "sh",
    "pl",
    "rs",
    "md",
    "so",
    "mov",
    "one",
    "ps",
    "app",
    "cc",
    "ai",
    "pub",
    "ml",
    "ms",
    "la",
    "st",
    "mm",
    "java",
    "cab",
    "gdn",
    "name",
    "bar",
    "properties",
    "docs",
    "dot",
    "cpa",
    "cfa",
]);

/// First labels of names in program code.
static CODE_FIRST: Words = Words::new(&[
    "java",
    "javax",
    "android",
    "androidx",
    "kotlin",
    "kotlinx",
    "system",
    "microsoft",
    "windows",
    "document",
    "window",
    "os",
    "sys",
    "self",
    "this",
    "std",
    "math",
    "string",
    "console",
    "process",
    "module",
    "asp",
    "vb",
    "ado",
    "e",
    "i",
    "jquery",
    "node",
    "net",
    "lib",
    "libc",
    "user",
    "config",
    "settings",
    "object",
    "array",
    "json",
    "request",
    "response",
    "socket",
    "http",
    "https",
    "file",
    "path",
    "event",
    "app",
    "chrome",
    "browser",
    "wscript",
    "shell",
    "adodb",
    "scripting",
    "navigator",
    "makefile",
    "configure",
    "msxml2",
    "dalvik",
    "sun",
]);

/// Reversed top-level domains with which package names begin.
static REVERSED_FIRST: Words = Words::new(&[
    "com", "org", "net", "io", "edu", "gov", "de", "jp", "ru", "cn", "kr", "fr", "co", "me", "tv",
]);

/// Names of variables that hold something with members.
static OBJECTS: Words = Words::new(&[
    "obj", "item", "args", "kwargs", "ctx", "req", "res", "resp", "err", "el", "elem", "data", "df", "np",
    "pd", "tf", "plt", "re", "log", "logger", "logging", "cls", "super", "parent", "child", "row", "col",
    "entry", "model", "form", "view", "client", "conn", "cursor", "db", "session", "cfg", "opts", "options",
    "params", "props", "state", "event", "evt", "msg", "message", "val", "value", "key", "tmp", "ret",
    "result", "element", "doc", "win", "target", "self", "this", "user", "node", "app", "it",
]);

/// Top-level domains that are names of members too.
static PROPERTIES: Words = Words::new(&[
    "id", "name", "info", "is", "it", "do", "so", "in", "to", "me", "my", "at", "by", "as", "am", "no", "be",
    "us", "map", "call", "top", "page", "link", "host", "email", "domain", "site", "post", "style", "date",
    "data", "zip", "run", "new", "open", "select", "search", "read", "save", "watch", "play", "store",
    "network", "group", "team", "events", "report", "support", "one", "show", "target", "cat", "int", "app",
    "dev", "space", "stream", "works", "zone", "tv", "city", "company", "country", "phone", "photo", "video",
    "audio", "media", "log", "click", "focus", "now", "here", "how", "plus", "pro",
]);

/// Hosts of one letter and a short ending that every reader knows.
const SHORTENERS: &[&str] = &["t.me", "t.co", "g.co"];

/// Products that are named like a file of program code.
static PRODUCTS: Words = Words::new(&[
    "node.js",
    "next.js",
    "vue.js",
    "react.js",
    "angular.js",
    "express.js",
    "three.js",
    "d3.js",
    "nuxt.js",
    "ember.js",
    "backbone.js",
    "chart.js",
    "electron.js",
    "discord.js",
    "require.js",
    "moment.js",
    "asp.net",
    "vb.net",
    "ado.net",
    "socket.io",
]);

/// Endings that are no address and no file either: members of objects.
const MEMBERS: &[&str] = &["name", "bar"];

/// `com.evil.app`: a reversed name, whose last label is a folder of program code.
fn is_package(stem: &str, ending: &str) -> bool {
    ending == "app" && stem.split_once('.').is_some_and(|(first, _)| REVERSED_FIRST.holds(first))
}

/// Whether the last label is a file's ending, or the only thing that makes the word dotted is one.
pub(super) fn is_file_name(run: &str) -> bool {
    let Some((stem, ending)) = run.rsplit_once('.') else { return false };
    let code = || {
        OBJECTS.holds(stem) && PROPERTIES.holds(ending)
            || PRODUCTS.holds_any_case(run)
            || MEMBERS.iter().any(|member| member.eq_ignore_ascii_case(ending))
            || is_package(stem, ending)
    };
    !stem.is_empty() && (FILE_ENDINGS.holds_any_case(ending) || FILE_TLDS.holds_any_case(ending)) && !code()
}

/// Whether an ending behind one label stands for a file, though some are top-level domains too.
pub(super) fn is_rather_file(ending: &str) -> bool {
    FILE_TLDS.holds_any_case(ending)
        || FILE_ENDINGS.holds_any_case(ending) && !crate::suffix::has_known_tld(&ending.to_ascii_lowercase())
}

/// Whether a plain dotted word with a real top-level domain is something else after all.
pub(super) fn is_code(piece: &Piece<'_>, start: usize, end: usize) -> bool {
    let run = &piece.text[start..end];
    let Some(dot) = memchr::memrchr(b'.', run.as_bytes()) else { return true };
    let (stem, tld) = (&run[..dot], &run[dot + 1..]);
    let first = &run[..memchr::memchr(b'.', run.as_bytes()).unwrap_or(dot)];
    // A path's later part, a call, a variable, an assignment of a member.
    if matches!(piece.before(start), Some(b'/' | b'\\' | b'$' | b'~' | b'%' | b'#' | b'&'))
        && !is_behind_two_slashes(piece, start)
        // Japanese writes its lists so: `evil.example／bad.example`
        && !piece.is_wide(start - 1)
        || matches!(piece.byte(end), Some(b'\\' | b'%' | b'-' | b'_'))
        || is_called(piece, end)
    {
        return true;
    }
    let labels = stem.bytes().filter(|b| *b == b'.').count() + 2;
    let www = first.eq_ignore_ascii_case("www");
    if !www
        && (FILE_TLDS_STRONG.holds_any_case(tld)
            || FILE_TLDS.holds_any_case(tld) && (labels == 2 || !is_lower(run)))
    {
        return true;
    }
    // `VB.NET` and `Agent.ML`: a top-level domain has the case of its name; `end.The`: a sentence goes on.
    let shouted = tld.bytes().all(|b| b.is_ascii_uppercase());
    if tld.bytes().any(|b| b.is_ascii_uppercase())
        && !(shouted && stem.bytes().all(|b| !b.is_ascii_lowercase()))
    {
        return true;
    }
    // `a.menu`, `p.style`: a selector of a style sheet
    if labels == 2 && first.len() == 1 && tld.len() > 3 {
        return true;
    }
    if labels == 2 && OBJECTS.holds(first) && PROPERTIES.holds(tld) {
        return true;
    }
    if CODE_FIRST.holds_any_case(first) && (labels == 2 || !matches!(tld, "com" | "net" | "org" | "jp")) {
        return !matches!(tld, "com" | "org") || first.len() == 1;
    }
    if REVERSED_FIRST.holds_any_case(first)
        && !matches!(tld, "com" | "net" | "org" | "jp" | "ru" | "cn" | "info" | "xyz" | "top")
    {
        return true;
    }
    // `a.k.a`, `p.m`: single letters, unless they stand before a registered name.
    !SHORTENERS.contains(&run)
        && labels > 1
        && stem.split('.').all(|label| label.len() == 1)
        && tld.len() <= 2
}

/// `module.name(`, and not `evil.example（悪性）` or `evil.example(悪性)`.
fn is_called(piece: &Piece<'_>, end: usize) -> bool {
    piece.byte(end) == Some(b'(') && !piece.is_wide(end) && piece.byte(end + 1).is_none_or(|b| b.is_ascii())
}

/// `//evil.example/x`: an address that leaves its scheme to the page.
fn is_behind_two_slashes(piece: &Piece<'_>, start: usize) -> bool {
    let before = &piece.text.as_bytes()[..start];
    before
        .strip_suffix(b"//")
        .is_some_and(|rest| rest.last().is_none_or(|b| matches!(b, b'=' | b'(' | b'\'' | b',')))
}

fn is_lower(run: &str) -> bool {
    run.bytes().all(|b| !b.is_ascii_uppercase())
}
