//! Versions behind the name of a program: `Chrome/109.0.0.0`, `Python 3.11.4.1`, `FortiOS 7.0.1.5`.

use std::ops::RangeInclusive;

use super::list::{FIRST_NUMBER_MAX, first};
use crate::find::piece::Piece;

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
    "acrobat reader",
    "acrobat dc",
    "reader dc",
    "microsoft edge",
    "opera",
    "safari",
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
/// Words that stand before a slash and an address.
const PEERS: &[&str] = &[
    "tcp", "udp", "ip", "src", "dst", "host", "from", "to", "inside", "outside", "dmz", "client", "server",
    "peer", "addr", "address", "remote", "local", "direct", "parent", "none",
];
/// Products that run on machines which have addresses, or that are named together with those which they call: what the versions begin
/// with that have come out, and some to come. `Cobalt Strike 45.1.2.3` tells where a server of it is.
const RELEASED: &[(&str, RangeInclusive<u16>)] = &[
    ("fortios", 4..=8),
    ("fortigate", 4..=8),
    ("fortiproxy", 1..=8),
    ("fortimanager", 4..=8),
    ("fortianalyzer", 4..=8),
    ("forticlient", 4..=8),
    ("forticlientems", 6..=8),
    ("fortiweb", 4..=8),
    ("fortimail", 4..=8),
    ("fortisandbox", 2..=8),
    ("fortisiem", 5..=8),
    ("pan-os", 7..=12),
    ("globalprotect", 3..=6),
    ("connect secure", 7..=9),
    ("connect secure", 21..=26),
    ("policy secure", 5..=9),
    ("policy secure", 21..=26),
    ("pulse secure", 5..=9),
    ("citrix adc", 11..=15),
    ("citrix gateway", 11..=15),
    ("netscaler", 11..=15),
    ("netscaler adc", 11..=15),
    ("netscaler gateway", 11..=15),
    ("big-ip", 11..=18),
    ("sonicos", 5..=8),
    ("cobalt strike", 2..=5),
    ("exchange", 14..=15),
    ("exchange server", 14..=15),
    ("sharepoint", 14..=16),
    ("sharepoint server", 14..=16),
    ("confluence", 3..=9),
    ("confluence server", 3..=9),
    ("confluence data center", 3..=9),
    ("jira", 4..=9),
    ("jenkins", 1..=2),
    ("weblogic", 12..=15),
    ("weblogic server", 12..=15),
    ("moveit transfer", 12..=18),
    ("goanywhere mft", 5..=8),
    ("screenconnect", 19..=26),
    ("backup & replication", 11..=14),
    ("vcenter", 5..=9),
    ("vcenter server", 5..=9),
    ("esxi", 5..=9),
    ("zimbra", 7..=9),
    ("qts", 4..=6),
    ("kernel", 2..=7),
    ("glibc", 2..=2),
    ("android", 4..=17),
    ("ios", 7..=26),
    ("ipados", 13..=26),
    ("macos", 10..=26),
];
/// No product of [`RELEASED`] has come further: most addresses are done with this.
const RELEASED_MAX: u16 = 26;
/// What malware and its parts are called in general; a version can stand in brackets behind.
const PIECES: &[&str] = &[
    "malware",
    "loader",
    "downloader",
    "dropper",
    "backdoor",
    "trojan",
    "stealer",
    "ransomware",
    "implant",
    "plugin",
    "module",
    "driver",
    "installer",
    "software",
    "program",
    "tool",
    "マルウェア",
    "ランサムウェア",
    "ローダー",
    "ツール",
    "ソフトウェア",
    "プログラム",
];

/// `Product/1.2.3.4`, and not `TCP/192.0.2.1`, `HIER_DIRECT/192.0.2.1` or `evil.example/192.0.2.1`.
pub(super) fn of_product(piece: &Piece<'_>, start: usize) -> bool {
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
pub(super) fn of_program(before: &str, number: &str) -> bool {
    let Some(before) = before.strip_suffix([' ', '\u{a0}']) else { return false };
    let Some(first) = first(number).filter(|first| *first <= FIRST_NUMBER_MAX) else { return false };
    let own_network = number.starts_with("10.") && !number.starts_with("10.0.") || number.starts_with("127.");
    !own_network && PROGRAMS.iter().any(|name| is_named(before, name))
        || first <= RELEASED_MAX
            && RELEASED.iter().any(|(name, numbers)| numbers.contains(&first) && is_named(before, name))
}

/// Whether a text ends with a name as a whole word.
fn is_named(text: &str, name: &str) -> bool {
    let Some(at) = text.len().checked_sub(name.len()) else { return false };
    text.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(name))
        && !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// `The malware (1.0.0.12)`: a program's word, and two zeros behind a low number. The address of a server stands in such brackets
/// too, but no server has one of these: they are the first of a network of 65,536.
pub(super) fn in_brackets(before: &str, number: &str, after: &str) -> bool {
    const OF_MALWARE_MAX: u16 = 9;
    let Some(before) = before.strip_suffix(['(', '（']) else { return false };
    let before = before.trim_end_matches(' ');
    let zeros = number.split_once('.').is_some_and(|(_, rest)| rest.starts_with("0.0."));
    zeros
        && after.starts_with([')', '）'])
        && first(number).is_some_and(|first| (1..=OF_MALWARE_MAX).contains(&first))
        && PIECES.iter().any(|name| before.ends_with(name) && (!name.is_ascii() || is_named(before, name)))
}
