//! URLs, so that two spellings of one address are one value.

use super::domain::push_lower;
use super::host::push_host;
use crate::Fault;

/// The longest URL that is kept. Browsers go to 2 MiB, servers rarely above 8 KiB; longer ones are data, not addresses.
pub(crate) const URL_BYTES_MAX: usize = 16 * 1024;

/// Scheme and host in lower case, a host of numbers as the address that browsers read it as, default port, user info and fragment dropped, dot segments removed, percent-encoded
/// unreserved bytes decoded, other escapes in upper case, other bytes that need it escaped, `&amp;` is `&`, an empty path is `/`.
pub fn url(written: &str) -> Result<String, Fault> {
    let (scheme, rest) = written.split_once("://").ok_or(Fault::NotAUrl)?;
    url_of(scheme, rest)
}

/// [`url`] of a scheme and what stands behind its `://`.
pub(crate) fn url_of(scheme: &str, rest: &str) -> Result<String, Fault> {
    let length = scheme.len() + "://".len() + rest.len();
    if length > URL_BYTES_MAX {
        return Err(Fault::TooLong);
    }
    if !is_scheme(scheme) {
        return Err(Fault::NotAUrl);
    }
    let rest = memchr::memchr(b'#', rest.as_bytes()).map_or(rest, |fragment| &rest[..fragment]);
    let authority_end = memchr::memchr3(b'/', b'?', b'\\', rest.as_bytes()).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(authority_end);
    let user_end = memchr::memrchr(b'@', authority.as_bytes()).map_or(0, |at| at + 1);
    let host_port = &authority[user_end..];
    let (host, port) = split_port(host_port)?;
    let mut out = String::with_capacity(length + 2);
    push_lower(&mut out, scheme);
    let default = default_port(&out);
    let special = matches!(out.as_str(), "http" | "https" | "ws" | "wss" | "ftp");
    out.push_str("://");
    push_host(&mut out, host, special)?;
    if let Some(port) = port
        && Some(port) != default
    {
        out.push(':');
        out.push_str(&port.to_string());
    }
    let (path, query) = match memchr::memchr(b'?', tail.as_bytes()) {
        Some(mark) => (&tail[..mark], Some(&tail[mark + 1..])),
        None => (tail, None),
    };
    push_path(&mut out, path);
    if let Some(query) = query {
        out.push('?');
        push_escaped(&mut out, query);
    }
    Ok(out)
}

/// A letter, then letters, digits and `+.-` (RFC 3986).
fn is_scheme(text: &str) -> bool {
    text.len() <= 20
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b))
}

fn default_port(scheme: &str) -> Option<u16> {
    Some(match scheme {
        "http" | "ws" => 80,
        "https" | "wss" => 443,
        "ftp" => 21,
        "ftps" => 990,
        "ssh" | "sftp" => 22,
        "ldap" => 389,
        "ldaps" => 636,
        _ => return None,
    })
}

/// `host:port`, where the host can be an IPv6 address in brackets. An empty port is none.
fn split_port(host_port: &str) -> Result<(&str, Option<u16>), Fault> {
    // only an address of the sixth version has more than one
    let bracket = match host_port.as_bytes().first() {
        Some(b'[') => host_port.rfind(']').unwrap_or(0),
        _ => 0,
    };
    let colon = memchr::memchr(b':', &host_port.as_bytes()[bracket..]).map(|at| bracket + at);
    let Some(colon) = colon else { return Ok((host_port, None)) };
    let (host, port) = (&host_port[..colon], &host_port[colon + 1..]);
    if port.is_empty() {
        return Ok((host, None));
    }
    if !port.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault::NotAUrl);
    }
    port.parse().map(|port| (host, Some(port))).map_err(|_| Fault::NotAUrl)
}

/// Appends the path with its dot segments removed (RFC 3986, 5.2.4).
fn push_path(out: &mut String, path: &str) {
    let root = out.len();
    if !holds_dot_segment(path.as_bytes()) {
        // Nearly every path has no segment to remove: one pass, no list of segments.
        if path.is_empty() {
            out.push('/');
        }
        push_escaped(out, path);
        return;
    }
    let mut escaped = String::with_capacity(path.len());
    push_escaped(&mut escaped, path);
    let mut trailing = false;
    for segment in escaped.strip_prefix('/').unwrap_or(&escaped).split('/') {
        trailing = false;
        match segment {
            "." => trailing = true,
            ".." => {
                let cut = out[root..].rfind('/').unwrap_or(0);
                out.truncate(root + cut);
                trailing = true;
            }
            _ => {
                out.push('/');
                out.push_str(segment);
            }
        }
    }
    if trailing || out.len() == root {
        out.push('/');
    }
}

/// Whether the path can hold a segment of dots, also escaped or behind a backslash.
fn holds_dot_segment(path: &[u8]) -> bool {
    let begins = |at: usize| at == 0 || matches!(path[at - 1], b'/' | b'\\');
    memchr::memchr3_iter(b'.', b'%', b'\\', path).any(|at| match path[at] {
        b'.' => begins(at),
        b'%' => path.get(at + 1) == Some(&b'2'),
        _ => true,
    })
}

/// Decodes escapes of unreserved bytes, writes the others in upper case, and escapes what may not stand bare.
fn push_escaped(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let bytes = text.as_bytes();
    let escape = |out: &mut String, byte: u8| {
        out.push('%');
        out.push(char::from(HEX[usize::from(byte >> 4)]));
        out.push(char::from(HEX[usize::from(byte & 15)]));
    };
    let mut rest = 0;
    while let Some(run) = bytes[rest..].iter().position(|b| CHANGED[usize::from(*b)]) {
        // a run is ASCII; between the bytes of one letter there is none
        if run > 0 {
            out.push_str(&text[rest..rest + run]);
        }
        let byte = bytes[rest + run];
        rest += run + 1;
        match byte {
            b'&' => {
                out.push('&');
                while bytes[rest..].starts_with(HTML_AMPERSAND) {
                    rest += HTML_AMPERSAND.len();
                }
            }
            b'%' => match escaped_byte(bytes, rest) {
                Some(value) => {
                    rest += 2;
                    if value.is_ascii_alphanumeric() || b"-._~".contains(&value) {
                        out.push(char::from(value));
                    } else {
                        escape(out, value);
                    }
                }
                // A lone percent sign is no escape; it stays as the server would get it.
                None => out.push('%'),
            },
            b'\\' => out.push('/'),
            _ => escape(out, byte),
        }
    }
    out.push_str(&text[rest..]);
}

/// What follows an ampersand that was written for HTML. No program names a value so; whoever copies a link out of the source of a page
/// gets it, once for each time that the page was quoted.
const HTML_AMPERSAND: &[u8] = b"amp;";

/// The bytes of a path or query that do not stay as they are.
const CHANGED: [bool; 256] = {
    let mut changed = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        changed[byte] =
            matches!(byte as u8, b'%' | b'&' | b'\\' | b' ' | b'"' | b'<' | b'>' | b'`' | 0..0x20 | 0x7f..);
        byte += 1;
    }
    changed
};

fn escaped_byte(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
    let value = digit(at)? * 16 + digit(at + 1)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn spellings_become_one() {
        check(url, "HTTP://Evil.Example:80", Ok("http://evil.example/"));
        check(url, "https://evil.example:443/A?b=C#d", Ok("https://evil.example/A?b=C"));
        check(url, "https://evil.example:8443/", Ok("https://evil.example:8443/"));
        check(url, "http://user:pw@evil.example/a", Ok("http://evil.example/a"));
        check(url, "http://evil.example/a/./b/../c", Ok("http://evil.example/a/c"));
        check(
            url,
            "http://evil.example/%7euser/%2fx/%e3%81%82",
            Ok("http://evil.example/~user/%2Fx/%E3%81%82"),
        );
        check(url, "http://evil.example/a/%2e%2e/b", Ok("http://evil.example/b"));
        check(url, "http://evil.example/..", Ok("http://evil.example/"));
        check(url, "http://evil.example/あ b", Ok("http://evil.example/%E3%81%82%20b"));
        check(url, "http://例え.jp/a", Ok("http://xn--r8jz45g.jp/a"));
        check(url, "http://[2001:DB8::1]:8080/a", Ok("http://[2001:db8::1]:8080/a"));
        check(url, "http://[::ffff:192.0.2.1]/", Ok("http://192.0.2.1/"));
        check(url, "http://1249767267:80/a", Ok("http://74.125.239.99/a"));
        check(url, "http://0x4a.0x7d.0x2b.0x63/", Ok("http://74.125.43.99/"));
        check(url, "https://0112.0175.053.0143", Ok("https://74.125.43.99/"));
        check(url, "tcp://0x4a.0x7d.0x2b.0x63", Ok("tcp://0x4a.0x7d.0x2b.0x63/"));
        check(url, r"http://evil.example\a\b", Ok("http://evil.example/a/b"));
        check(url, "http://host/100%", Ok("http://host/100%"));
        check(url, "http://evil.example?x=1", Ok("http://evil.example/?x=1"));
    }

    #[test]
    fn refusals() {
        check(url, "evil.example/a", Err(Fault::NotAUrl));
        check(url, "http://", Err(Fault::NotAUrl));
        check(url, "http://evil.example:99999/", Err(Fault::NotAUrl));
        check(url, "ht tp://evil.example/", Err(Fault::NotAUrl));
        check(url, &format!("http://evil.example/{}", "a".repeat(20_000)), Err(Fault::TooLong));
    }
}
