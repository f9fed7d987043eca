//! URL schemes as people write them.

/// The longest written scheme that is looked for.
const SCHEME_BYTES_MAX: usize = 12;

/// Schemes that name a place on a network.
const SCHEMES: &[&str] = &[
    "http",
    "https",
    "ftp",
    "ftps",
    "sftp",
    "tftp",
    "ws",
    "wss",
    "tcp",
    "udp",
    "ldap",
    "ldaps",
    "rmi",
    "iiop",
    "smb",
    "ssh",
    "rtsp",
    "git",
    "irc",
    "ircs",
    "socks",
    "socks4",
    "socks5",
    "stratum+tcp",
    "stratum+ssl",
    "telnet",
    "mqtt",
    "mqtts",
    "mysql",
    "mongodb",
    "redis",
    "vnc",
    "rdp",
    "dns",
    "icmp",
    "gopher",
    "dict",
];

/// The scheme that ends at `end` in `text`: where it starts and its real name. The longest reading wins, so that
/// `hxxps` is not read as `ps`, and text that is glued to it stays outside.
pub(crate) fn scheme_before(text: &str, end: usize) -> Option<(usize, &'static str)> {
    let bytes = text.as_bytes();
    let scheme_byte = |b: u8| b.is_ascii_alphanumeric() || b"+*_#?-!".contains(&b);
    let mut floor = end;
    while floor > 0 && end - floor < SCHEME_BYTES_MAX && scheme_byte(bytes[floor - 1]) {
        floor -= 1;
    }
    (floor..end).find_map(|start| real_name(&bytes[start..end]).map(|name| (start, name)))
}

fn real_name(written: &[u8]) -> Option<&'static str> {
    match written {
        b"http" | b"hxxp" | b"hXXp" => return Some("http"),
        b"https" | b"hxxps" | b"hXXps" => return Some("https"),
        _ => {}
    }
    if let Some(name) = SCHEMES.iter().find(|name| name.as_bytes().eq_ignore_ascii_case(written)) {
        return Some(name);
    }
    let lower = written.to_ascii_lowercase();
    match lower.as_slice() {
        b"fxp" | b"f*p" | b"fxxp" => return Some("ftp"),
        b"meow" | b"ttp" | b"xxp" => return Some("http"),
        b"meows" | b"ttps" | b"xxps" => return Some("https"),
        b"wxs" => return Some("wss"),
        _ => {}
    }
    let (body, secure) = match lower.strip_suffix(b"s") {
        Some(body) => (body.strip_suffix(b"_").unwrap_or(body), true),
        None => (lower.as_slice(), false),
    };
    let middle = body.strip_prefix(b"h")?.strip_suffix(b"p")?;
    let fanged = (1..=3).contains(&middle.len()) && middle.iter().all(|b| b"tx*+_#?-!z".contains(b));
    fanged.then_some(if secure { "https" } else { "http" })
}

/// Whether the scheme at `start` stands in the path of the address whose own scheme ended at `last`: nothing ends it between, and
/// no list goes on.
fn is_inside(text: &str, last: usize, start: usize, scheme: &str) -> bool {
    let between = text.get(last..start).unwrap_or_default();
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '`' | '|') || !c.is_ascii();
    let next_of_list =
        between.ends_with([',', ';']) && scheme.bytes().all(|b| b.is_ascii_alphabetic() || b == b'*');
    !between.contains(ends) && !next_of_list
}

/// The text with its schemes restored, or `None` when there is nothing to restore. What stands in the path of an address is a
/// part of it and stays.
pub(super) fn restore(text: &str) -> Option<String> {
    let mut out: Option<String> = None;
    let (mut done, mut last) = (0, None);
    let bytes = text.as_bytes();
    // One byte is looked for, not three: there is nothing to prepare, and most texts are one indicator.
    let marks = memchr::memchr_iter(b':', bytes).filter(|at| bytes[*at..].starts_with(b"://"));
    for at in marks {
        let Some((start, name)) = scheme_before(text, at) else { continue };
        if start < done || last.is_some_and(|last| is_inside(text, last, start, &text[start..at])) {
            continue;
        }
        last = Some(at + 3);
        if &text[start..at] == name {
            continue;
        }
        let out = out.get_or_insert_default();
        out.push_str(&text[done..start]);
        out.push_str(name);
        done = at;
    }
    out.map(|mut out| {
        out.push_str(&text[done..]);
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_schemes() {
        let check = |text: &str, expected: Option<(usize, &str)>| {
            assert_eq!(scheme_before(text, text.len()), expected, "{text}");
        };
        check("hxxp", Some((0, "http")));
        check("URL:hXXps", Some((4, "https")));
        check("h**p", Some((0, "http")));
        check("Chttp", Some((1, "http")));
        check("fxp", Some((0, "ftp")));
        check("stratum+tcp", Some((0, "stratum+tcp")));
        check("file", None);
        check("", None);
    }

    #[test]
    fn only_what_was_changed_is_restored() {
        assert_eq!(
            restore("see hxxp://a and http://b and ttps://c").as_deref(),
            Some("see http://a and http://b and https://c")
        );
        assert_eq!(restore("see http://b"), None);
        assert_eq!(restore("http://a/ttp://b"), None);
        assert_eq!(restore("hxxp://a,hxxp://b").as_deref(), Some("http://a,http://b"));
    }
}
