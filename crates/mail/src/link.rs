//! Links: finding those that are written out, and undoing the wrappers of mail gateways and redirectors.
//!
//! A wrapper carries the recipient and his organisation; only what it leads to is evidence.

use crate::limits;
use crate::transfer;

/// Whether it is a web address with a scheme that a click follows.
pub(crate) fn is_url(text: &str) -> bool {
    const SCHEMES: [&str; 5] = ["http://", "https://", "ftp://", "ftps://", "//"];
    SCHEMES.iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && text.len() > scheme.len() + 2
    })
}

/// A target as browsers follow it: any number of slashes of either kind leads from the scheme of a web address to
/// its host, and before the query a backslash is a slash.
pub(crate) fn followed(target: String) -> String {
    let Some((scheme, rest)) = target.split_once(':') else { return target };
    if !["http", "https", "ftp"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return target;
    }
    let host = rest.trim_start_matches(['/', '\\']);
    let (path, query) = host.split_at(host.find(['?', '#']).unwrap_or(host.len()));
    let usual = rest.starts_with("//") && rest.len() == host.len() + 2 && !path.contains('\\');
    if usual || path.is_empty() {
        return target;
    }
    format!("{scheme}://{}{query}", path.replace('\\', "/"))
}

/// The web addresses that stand in a text, as written.
pub(crate) fn in_text(text: &str) -> Vec<String> {
    let mut list = Vec::new();
    let bytes = text.as_bytes();
    let mut read_to = 0;
    for at in memchr::memmem::find_iter(bytes, b"://") {
        let start =
            bytes[..at].iter().rposition(|byte| !byte.is_ascii_alphanumeric()).map_or(0, |before| before + 1);
        let scheme = text.get(start..at).unwrap_or_default().to_ascii_lowercase();
        let Some(scheme) = ["https", "http", "ftps", "ftp"].iter().find(|known| scheme.ends_with(*known))
        else {
            continue;
        };
        let start = at - scheme.len();
        // an address inside another is part of that one
        if start < read_to {
            continue;
        }
        let rest = text.get(at + 3..).unwrap_or_default();
        let rest = &rest[..rest.floor_char_boundary(limits::LINK_BYTES_MAX)];
        let start_of_path = foreign_host(rest);
        let length = rest[start_of_path..].find(ends_url).map_or(rest.len(), |end| start_of_path + end);
        let found = trim_tail(&text[start..at + 3 + length]);
        read_to = start + found.len();
        if is_url(found) && list.len() < limits::LINKS_MAX {
            list.push(found.to_owned());
        }
    }
    list
}

/// Folders of strangers' servers that a shortcut opens, as addresses: `\\192.0.2.7@80\share\a.exe`, `file://192.0.2.7/share/a.exe`. A
/// server of one's own house has no dot in its name.
pub(crate) fn shares(text: &str) -> Vec<String> {
    let mut list = Vec::new();
    for line in text.lines().map(|line| line.replace('\\', "/")) {
        // a path may hold blanks: it goes on to a sign that no path has
        for piece in line.split(|c: char| matches!(c, '"' | '<' | '>' | '|') || c.is_control()) {
            if let Some(found) = share(piece).filter(|_| list.len() < limits::LINKS_MAX) {
                list.push(found);
            }
        }
    }
    list
}

/// The first folder of a stranger's in a piece of a line.
fn share(piece: &str) -> Option<String> {
    let piece = &piece[..piece.floor_char_boundary(limits::LINK_BYTES_MAX)];
    piece.match_indices("//").find_map(|(at, _)| {
        let before = &piece[..at];
        let begins = before.is_empty() || before.ends_with("file:") || before.ends_with([' ', '=', ',']);
        let (server, path) = piece[at + 2..].split_once('/').filter(|_| begins)?;
        // `@80`, `@SSL`: by which way Windows asks it
        let host = server.split('@').next().unwrap_or_default();
        let letters = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
        let named = letters && host.trim_matches('.').contains('.');
        named.then(|| format!("file://{host}/{}", path.trim_end()))
    })
}

/// The length of a host's first label that is written in Japanese letters: up to its first dot, which no sentence has there.
fn foreign_host(rest: &str) -> usize {
    /// Of a name in A-labels; the letters of one label are fewer.
    const LABEL_CHARS_MAX: usize = 63;
    let label = rest
        .chars()
        .take(LABEL_CHARS_MAX)
        .take_while(|c| c.is_alphanumeric() || matches!(c, '-' | 'ー' | '々'));
    let length: usize = label.map(char::len_utf8).sum();
    let japanese = rest.chars().next().is_some_and(|c| ends_url(c) && c.is_alphabetic());
    if japanese && rest[length..].starts_with('.') { length } else { 0 }
}

/// Letters that no address holds, which ends there.
pub(crate) fn ends_url(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(letter, '<' | '>' | '"' | '`' | '|' | '\\' | '^' | '{' | '}')
        || matches!(letter, '\u{3000}'..='\u{30ff}' | '\u{ff00}'..='\u{ffef}' | '\u{2018}'..='\u{201f}' | '\u{4e00}'..='\u{9fff}')
}

/// Without the punctuation of the sentence around it.
fn trim_tail(url: &str) -> &str {
    let mut url = url;
    loop {
        let before = url.len();
        url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '…']);
        for (open, close) in [('(', ')'), ('[', ']')] {
            if url.ends_with(close) && url.matches(close).count() > url.matches(open).count() {
                url = &url[..url.len() - 1];
            }
        }
        if url.len() == before {
            return url;
        }
    }
}

/// What lies behind wrappers, or `None` if the address is not wrapped.
pub(crate) fn unwrap(url: &str) -> Option<String> {
    let mut found: Option<String> = None;
    for _ in 0..limits::WRAPPERS_MAX {
        match inner(found.as_deref().unwrap_or(url)) {
            Some(next) if is_url(&next) && next.len() <= limits::LINK_BYTES_MAX => found = Some(next),
            _ => break,
        }
    }
    found
}

/// A gateway or redirector: how its host ends, what its path starts with, and the parameter that holds the target.
const BY_PARAMETER: &[(&str, &str, &[&str])] = &[
    ("safelinks.protection.outlook.com", "/", &["url"]),
    ("safelinks.protection.office365.us", "/", &["url"]),
    ("safelinks.protection.partner.outlook.cn", "/", &["url"]),
    ("safelink.emails.azure.net", "/", &["destination"]),
    ("statics.teams.cdn.office.net", "/evergreen-assets/safelinks", &["url"]),
    ("outlook.office.com", "/mail/safelink.html", &["url"]),
    ("outlook.office365.com", "/mail/safelink.html", &["url"]),
    ("linkprotect.cudasvc.com", "/url", &["a"]),
    ("clicktime.symantec.com", "/", &["u"]),
    ("clicktime.cloud.postoffice.net", "/", &["u"]),
    ("trendmicro.com", "/", &["url"]),
    ("trendmicro.co.jp", "/", &["url"]),
    ("protection.sophos.com", "/", &["u"]),
    ("fireeye.com", "/", &["u"]),
    ("trellix.com", "/", &["u"]),
    ("mandiant.com", "/", &["u"]),
    ("url-protection.com", "/", &["o", "u", "url"]),
    ("protection.retarus.com", "/v1", &["u"]),
    ("urlsand.esvalabs.com", "/", &["u"]),
    ("urlsand.com", "/", &["u"]),
    ("mailguard.com.au", "/", &["url", "u"]),
    ("hornetsecurity.com", "/", &["url", "u"]),
    ("vadesecure.com", "/", &["u"]),
    ("scanmail.trustwave.com", "/", &["u"]),
    ("edgepilot.com", "/", &["u"]),
    ("linklock.titanhq.com", "/", &["url"]),
    ("urlisolation.com", "/browser", &["url"]),
    ("antispam.mailspamprotection.com", "/", &["url"]),
    ("anvirem.com", "/", &["url"]),
    ("isolation.zscaler.com", "/", &["url"]),
    ("menlosecurity.com", "/", &["url"]),
    ("perimeterwatch.com", "/", &["url"]),
    ("slack-redir.net", "/link", &["url"]),
    ("l.facebook.com", "/l.php", &["u"]),
    ("lm.facebook.com", "/l.php", &["u"]),
    ("l.instagram.com", "/", &["u"]),
    ("l.messenger.com", "/l.php", &["u"]),
    ("t.umblr.com", "/redirect", &["z"]),
    ("medium.com", "/r/", &["url"]),
    ("mailtrack.io", "/", &["url"]),
    ("deref-mail.com", "/", &["redirecturl"]),
    ("deref-gmx.net", "/", &["redirecturl"]),
    ("deref-web.de", "/", &["redirecturl"]),
    ("linkedin.com", "/redir", &["url"]),
    ("linkedin.com", "/safety/go", &["url"]),
    ("youtube.com", "/redirect", &["q"]),
    ("vk.com", "/away.php", &["to"]),
    ("duckduckgo.com", "/l/", &["uddg"]),
    ("steamcommunity.com", "/linkfilter", &["url", "u"]),
    ("out.reddit.com", "/", &["url"]),
    ("adclick.g.doubleclick.net", "/", &["adurl"]),
    ("googleads.g.doubleclick.net", "/", &["adurl"]),
    ("googleadservices.com", "/pagead", &["adurl"]),
    ("translate.google.com", "/", &["u"]),
];

fn inner(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or_else(|| url.trim_start_matches('/'), |(_, rest)| rest);
    let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(host_end);
    let host = authority
        .rsplit('@')
        .next()
        .unwrap_or(authority)
        .split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    if ends_with_host(&host, "urldefense.proofpoint.com")
        || ends_with_host(&host, "urldefense.com")
        || ends_with_host(&host, "urldefense.us")
    {
        return url_defense(path);
    }
    if ends_with_host(&host, "secure-web.cisco.com") {
        let (_, last) = path.rsplit_once('/')?;
        return text(&transfer::percent(last));
    }
    if ends_with_host(&host, "protect.checkpoint.com")
        || ends_with_host(&host, "url.avanan.click")
        || ends_with_host(&host, "avanan.click")
    {
        return between_underscores(path);
    }
    let search =
        ["r.search.yahoo.com", "r.search.yahoo.co.jp"].iter().any(|suffix| ends_with_host(&host, suffix));
    if search || ends_with_host(&host, "awstrack.me") {
        return in_path(path);
    }
    if host.starts_with("www.google.") || host.starts_with("google.") || host.starts_with("maps.google.") {
        return google(path);
    }
    if ends_with_host(&host, "bing.com") && path.starts_with("/ck/") {
        let coded = parameter(path, "u")?;
        return text(&transfer::base64(coded.strip_prefix("a1")?.as_bytes()).0);
    }
    // FortiMail rewrites under the name of its owner
    if path.starts_with("/fmlurlsvc/") {
        return parameter(path, "url");
    }
    let (_, _, names) = BY_PARAMETER.iter().find(|(suffix, start, _)| {
        ends_with_host(&host, suffix) && (path.starts_with(start) || *start == "/")
    })?;
    let coded = names.iter().find_map(|name| parameter(path, name))?;
    // some are coded again on their way
    let twice = || text(&transfer::percent(&coded)).filter(|again| is_url(again));
    if let Some(target) = is_url(&coded).then(|| coded.clone()).or_else(twice) {
        return Some(target);
    }
    // Sophos and some others put the target in base64
    let decoded = text(&transfer::base64(coded.as_bytes()).0).filter(|decoded| is_url(decoded));
    decoded.or_else(|| coded.contains('.').then(|| format!("http://{coded}")))
}

fn ends_with_host(host: &str, suffix: &str) -> bool {
    host.strip_suffix(suffix).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

fn text(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}

fn parameter(path: &str, name: &str) -> Option<String> {
    let query = path.split_once('?')?.1;
    let query = query.split('#').next().unwrap_or(query);
    let pair = query.split('&').find_map(|pair| {
        pair.trim_start_matches("amp;").split_once('=').filter(|(found, _)| found.eq_ignore_ascii_case(name))
    })?;
    Some(String::from_utf8_lossy(&transfer::percent(pair.1)).into_owned())
}

fn google(path: &str) -> Option<String> {
    if path.starts_with("/url?") {
        return parameter(path, "q").filter(|found| is_url(found)).or_else(|| parameter(path, "url"));
    }
    if let Some(rest) = path.strip_prefix("/amp/s/") {
        return Some(format!("https://{rest}"));
    }
    if let Some(rest) = path.strip_prefix("/amp/").filter(|rest| rest.contains('.')) {
        return Some(format!("http://{rest}"));
    }
    None
}

/// The links of Amazon's mail service and of Yahoo's search: a folder of the path is the coded target, `/L0/https:%2F%2Fx.example%2Fa/1/0`,
/// `/RU=https%3a%2f%2fx.example%2fa/RK=2`.
fn in_path(path: &str) -> Option<String> {
    path.split('/').find_map(|folder| {
        let coded = folder.strip_prefix("RU=").unwrap_or(folder);
        text(&transfer::percent(coded)).filter(|target| is_url(target))
    })
}

/// Check Point and Avanan: `/v2/___https://x.example/a___.token`.
fn between_underscores(path: &str) -> Option<String> {
    let start = path.find("___")? + 3;
    let end = path[start..].find("___")?;
    text(&transfer::percent(&path[start..start + end]))
}

/// Proofpoint's three versions.
fn url_defense(path: &str) -> Option<String> {
    if path.starts_with("/v1/") {
        return parameter(path, "u");
    }
    if path.starts_with("/v2/") {
        let coded = path.split_once('?')?.1.split('&').find_map(|pair| pair.strip_prefix("u="))?;
        return text(&transfer::percent(&coded.replace('-', "%").replace('_', "/")));
    }
    let start = path.find("__")? + 2;
    let end = start + path[start..].find("__;")?;
    let mut replaced = String::new();
    let coded = path[end + 3..].split('!').next().unwrap_or_default();
    let letters = String::from_utf8_lossy(&transfer::base64(coded.as_bytes()).0).into_owned();
    let mut letters = letters.chars();
    let mut rest = &path[start..end];
    while let Some(at) = rest.find('*') {
        replaced.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        // `**A` stands for two letters, `**B` for three, and so on
        let run = after.strip_prefix('*').and_then(|more| more.bytes().next()).and_then(run_length);
        let (count, used) = run.map_or((1, at + 1), |count| (count, at + 3));
        for _ in 0..count {
            replaced.push(letters.next().unwrap_or('*'));
        }
        rest = &rest[used..];
    }
    replaced.push_str(rest);
    // one slash of the scheme is lost where paths are normalised
    if let Some((scheme, after)) = replaced.split_once(":/").filter(|(_, after)| !after.starts_with('/')) {
        replaced = format!("{scheme}://{after}");
    }
    Some(replaced)
}

fn run_length(byte: u8) -> Option<usize> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    ALPHABET.iter().position(|letter| *letter == byte).map(|place| place + 2)
}

#[cfg(test)]
mod tests {
    fn check(wrapped: &str, target: &str) {
        assert_eq!(super::unwrap(wrapped).as_deref(), Some(target), "{wrapped}");
    }

    #[test]
    fn gateways_and_redirectors_by_parameter() {
        let target = "https://evil.example/a?x=1";
        let coded = "https%3A%2F%2Fevil.example%2Fa%3Fx%3D1";
        for start in [
            "https://outlook.office.com/mail/safelink.html?url=",
            "https://atpscan.global.hornetsecurity.com/index.php?d=x&u=",
            "https://url-protection.vadesecure.com/v4?f=x&i=y&u=",
            "https://scanmail.trustwave.com/?c=1&d=x&u=",
            "https://link.edgepilot.com/s/0a1b/x?u=",
            "https://linklock.titanhq.com/analyse?url=",
            "https://urlisolation.com/browser?url=",
            "https://fortimail.member.example/fmlurlsvc/?fewReq=:B:x&url=",
            "https://t.umblr.com/redirect?z=",
            "https://medium.com/r/?url=",
            "https://mailtrack.io/link/0a1b?url=",
            "https://deref-web.de/mail/client/x/dereferrer/?redirectUrl=",
        ] {
            check(&format!("{start}{coded}"), target);
        }
    }

    #[test]
    fn a_target_that_is_coded_twice() {
        let coded = "https%253A%252F%252Fevil.example%252Fa";
        check(
            &format!("https://apac01.safelinks.protection.outlook.com/?url={coded}"),
            "https://evil.example/a",
        );
    }

    #[test]
    fn folders_of_strangers() {
        let check = |text: &str, expected: &[&str]| assert_eq!(super::shares(text), expected, "{text}");
        check("URL=file://192.0.2.7/share/a.exe", &["file://192.0.2.7/share/a.exe"]);
        check(
            "IconFile=\\\\evil.example@SSL\\DavWWWRoot\\i.ico\r\n",
            &["file://evil.example/DavWWWRoot/i.ico"],
        );
        check("\\\\192.0.2.7@80\\a b.exe", &["file://192.0.2.7/a b.exe"]);
        check("C:\\Windows\\a.exe \\\\fileserver\\x https://evil.example/a file:///C:/a", &[]);
    }
}
