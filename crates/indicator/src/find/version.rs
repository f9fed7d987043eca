//! Four numbers that are a product's version or a place in a document, told by the words around them.
//!
//! Nothing in the number itself tells: `6.14.103.24` is a version of a mail program and an address that somebody owns.

use std::ops::Range;

use super::Found;
use super::piece::Piece;

/// Words before a version, also with a colon, an equals sign or a bracket between. The longest is looked for within
/// [`WINDOW_BYTES`].
const BEFORE: &[&str] = &["version", "versions", "バージョン", "ファームウェア", "リビジョン", "第"];
/// Comparisons; nobody compares addresses.
const COMPARISONS: [char; 2] = ['≤', '≥'];
/// The same, but only as whole words.
const BEFORE_WHOLE: &[&str] = &[
    "ver",
    "ver.",
    "v.",
    "rev",
    "rev.",
    "revision",
    "build",
    "release",
    "firmware",
    "fixed in",
    "patched in",
    "resolved in",
    "upgrade to",
    "upgraded to",
    "upgrading to",
    "prior to",
    "earlier than",
    "older than",
    "newer than",
    "later than",
    "oid",
    "section",
    "sections",
    "chapter",
    "clause",
];
/// Words behind a version.
const AFTER: &[&str] = &[
    "or later",
    "or newer",
    "or earlier",
    "or older",
    "or above",
    "or below",
    "or higher",
    "or lower",
    "or prior",
    "or greater",
    "and newer",
    "and older",
    "and above",
    "and below",
    "and higher",
    "and lower",
    "and prior",
    "以前",
    "以降",
    "未満",
    "より前",
    "より後",
    "版",
];
/// Programs that are named before their version with a blank between. Names of servers and words of everyday stand before addresses too and
/// are not here: `the Osaka office 100.64.3.7`.
const PROGRAMS: &[&str] = &[
    "python",
    "cpython",
    "chrome",
    "chromium",
    "firefox",
    "msedge",
    "vivaldi",
    "electron",
    "webview2",
    "thunderbird",
    "outlook",
    "foxmail",
    "becky!",
    "java",
    "jre",
    "jdk",
    "openjdk",
    "node.js",
    "nodejs",
    "php",
    "golang",
    "powershell",
    "windows",
    "acrobat",
    "silverlight",
    ".net",
    "winrar",
    "7-zip",
    "openssl",
    "libwebp",
    "log4j",
    "teamviewer",
    "anydesk",
    "wordpress",
    "drupal",
    "joomla",
    "internet explorer",
    "一太郎",
    "秀丸",
];
/// Versions begin with a number no greater than this; browsers are the highest.
const FIRST_NUMBER_MAX: u16 = 160;
/// Header lines that name a program.
const PROGRAM_HEADERS: &[&str] =
    &["x-mailer:", "x-mimeole:", "x-newsreader:", "x-powered-by:", "user-agent:"];
/// Words that stand before a slash and an address.
const PEERS: &[&str] = &[
    "tcp", "udp", "ip", "src", "dst", "host", "from", "to", "inside", "outside", "dmz", "client", "server",
    "peer", "addr", "address", "remote", "local", "direct", "parent", "none",
];
/// What may stand between two versions of one list, besides signs.
const BETWEEN: &[&str] = &["and", "or", "to", "through", "および", "及び", "または", "と", "から"];
/// How far words before a version are looked for.
const WINDOW_BYTES: usize = 24;
/// A header's name and its program stand within this.
const LINE_BYTES: usize = 160;

/// Whether the four numbers `start..end` are a version: `Chrome/109.0.0.0`, `version 7.0.0.1`, `7.0.0.1 or later`.
pub(super) fn is_version(piece: &Piece<'_>, start: usize, end: usize, found: &mut Found<'_>) -> bool {
    let ((from, _), (to, _)) = (piece.origin(start, start), piece.origin(end, end));
    let (before, after) = (&found.text[..from], &found.text[to..]);
    let is = of_product(piece, start)
        || announced(before)
        || of_program(before, &piece.text[start..end])
        || judged(before, after)
        || of_relay(before, after)
        || found.version.as_ref().is_some_and(|last| continues(found.text, last, from..to))
        || in_program_header(before);
    if is {
        found.version = Some(from..to);
    }
    is
}

/// `Product/1.2.3.4`, and not `TCP/192.0.2.1`, `HIER_DIRECT/192.0.2.1` or `evil.example/192.0.2.1`.
fn of_product(piece: &Piece<'_>, start: usize) -> bool {
    let bytes = piece.text.as_bytes();
    if piece.before(start) != Some(b'/') {
        return false;
    }
    let slash = start - 1;
    let letters =
        bytes[..slash].iter().rev().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let name = &piece.text[slash - letters.count()..slash];
    let host = piece.before(slash - name.len()) == Some(b'.');
    name.ends_with(|c: char| c.is_ascii_alphabetic())
        && !host
        && !name.starts_with("HIER_")
        && !PEERS.iter().any(|peer| peer.eq_ignore_ascii_case(name))
}

/// `Python 3.11.4.1`, and not `Firefox 192.0.2.1`: nobody has come so far.
fn of_program(before: &str, number: &str) -> bool {
    let Some(before) = before.strip_suffix([' ', '\u{a0}']) else { return false };
    let first = number.split('.').next().and_then(|first| first.parse::<u16>().ok());
    let own_network = number.starts_with("10.") && !number.starts_with("10.0.") || number.starts_with("127.");
    let named = |name: &str| {
        let Some(at) = before.len().checked_sub(name.len()) else { return false };
        before.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(name))
            && !before[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    first.is_some_and(|first| first <= FIRST_NUMBER_MAX)
        && !own_network
        && PROGRAMS.iter().any(|name| named(name))
}

fn announced(before: &str) -> bool {
    if before.trim_end().ends_with(COMPARISONS) {
        return true;
    }
    let before = before.trim_end_matches([' ', '\t', '(', ':', '：', '=', '"', '\'']);
    let bytes = &before.as_bytes()[before.len().saturating_sub(WINDOW_BYTES)..];
    let ends = |word: &&&str| {
        bytes
            .len()
            .checked_sub(word.len())
            .is_some_and(|at| bytes[at..].eq_ignore_ascii_case(word.as_bytes()))
    };
    BEFORE.iter().any(|word| ends(&word))
        || BEFORE_WHOLE.iter().find(ends).is_some_and(|word| {
            bytes[..bytes.len() - word.len()].last().is_none_or(|b| !b.is_ascii_alphanumeric())
        })
}

fn judged(before: &str, after: &str) -> bool {
    let after = after.trim_start_matches([' ', ')', '"']);
    if !after.starts_with(|c: char| matches!(c, 'o' | 'a' | ',' | 'i') || !c.is_ascii()) {
        return false;
    }
    if let Some(rest) = after.strip_prefix("and earlier").or_else(|| after.strip_prefix("and later")) {
        // `and later to 192.0.2.8` goes on about addresses
        return ["", " are", " is", " version", " release", " build", " of"].iter().any(|more| match *more {
            "" => !rest.starts_with(' '),
            more => rest.starts_with(more),
        });
    }
    AFTER.iter().any(|word| after.starts_with(word))
        || after.trim_start_matches([',', ' ']).starts_with("inclusive") && !ends_a_range(before)
}

/// `192.0.2.10 through ` stands before the end of a range, whatever its beginning was taken for.
fn ends_a_range(before: &str) -> bool {
    let before = before.trim_end();
    let begun = before.strip_suffix("through").or_else(|| before.strip_suffix("to"));
    begun.is_some_and(|begun| begun.trim_end().ends_with(|c: char| c.is_ascii_digit()))
}

/// Exchange's number in `Received`: `with Microsoft SMTP Server id 15.20.239.5;`.
fn of_relay(before: &str, after: &str) -> bool {
    (after.starts_with(';') || after.starts_with(" via"))
        && before.trim_end().strip_suffix("id").is_some_and(|rest| rest.ends_with(char::is_whitespace))
}

/// Whether a number goes on with a list of versions: the same first number, and nothing but words of lists between.
fn continues(text: &str, last: &Range<usize>, this: Range<usize>) -> bool {
    const GAP_BYTES_MAX: usize = 16;
    let first = |range: &Range<usize>| text.get(range.clone()).and_then(|number| number.split('.').next());
    let gap = text.get(last.end..this.start).unwrap_or_default();
    (1..=GAP_BYTES_MAX).contains(&gap.len())
        && !gap.contains(['\n', ')', ':', '='])
        && gap.split(|c: char| !c.is_alphanumeric()).all(|word| word.is_empty() || BETWEEN.contains(&word))
        && first(last) == first(&this)
}

fn in_program_header(before: &str) -> bool {
    let window = &before.as_bytes()[before.len().saturating_sub(LINE_BYTES)..];
    let line = memchr::memrchr(b'\n', window).map_or(window, |at| &window[at + 1..]);
    PROGRAM_HEADERS.iter().any(|header| {
        line.get(..header.len()).is_some_and(|start| start.eq_ignore_ascii_case(header.as_bytes()))
    })
}
