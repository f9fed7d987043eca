//! Indicators as STIX patterns and back. Only single comparisons: what an item holds is a list of values.

use indicator::{Indicator, Kind};

/// The object path that a kind of indicator is compared with (STIX 2.1 part 6), or `None` for kinds that have none.
#[must_use]
pub fn object_path(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Ipv4 | Kind::Cidr4 => "ipv4-addr:value",
        Kind::Ipv6 | Kind::Cidr6 => "ipv6-addr:value",
        Kind::Domain => "domain-name:value",
        Kind::Url => "url:value",
        Kind::Email => "email-message:from_ref.value",
        Kind::Md5 => "file:hashes.MD5",
        Kind::Sha1 => "file:hashes.'SHA-1'",
        Kind::Sha256 => "file:hashes.'SHA-256'",
        Kind::Sha512 => "file:hashes.'SHA-512'",
        Kind::Ssdeep => "file:hashes.SSDEEP",
        Kind::Tlsh => "file:hashes.TLSH",
        Kind::FileName => "file:name",
        Kind::RegistryKey => "windows-registry-key:key",
        Kind::Mutex => "mutex:name",
        Kind::UserAgent => "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'",
        Kind::Asn => "autonomous-system:number",
        _ => return None,
    })
}

/// The pattern that is true of an observation of `indicator`, e.g. `[domain-name:value = 'evil.example']`.
#[must_use]
pub fn pattern(indicator: &Indicator) -> Option<String> {
    let path = object_path(indicator.kind())?;
    let value = indicator.value();
    Some(match indicator.kind() {
        Kind::Cidr4 | Kind::Cidr6 => format!("[{path} ISSUBSET '{}']", quoted(value)),
        Kind::Asn => format!("[{path} = {}]", value.trim_start_matches(|c: char| !c.is_ascii_digit())),
        _ => format!("[{path} = '{}']", quoted(value)),
    })
}

/// Escapes a value for a string literal (STIX 2.1 section 9.2: `\` and `'`).
fn quoted(value: &str) -> String {
    value.replace('\\', "\\\\").replace('\'', "\\'")
}

/// The indicator that a pattern of one comparison with a literal names. `None` for every richer pattern.
#[must_use]
pub fn from_pattern(pattern: &str) -> Option<Indicator> {
    let inner = pattern.trim().strip_prefix('[')?.strip_suffix(']')?.trim();
    let (path, literal) = split_comparison(inner)?;
    let value = literal.strip_prefix('\'')?.strip_suffix('\'')?;
    if value.replace("\\\\", "").replace("\\'", "").contains('\'') {
        return None;
    }
    let value = unquoted(value);
    kinds_of(path).iter().find_map(|kind| Indicator::new(*kind, &value).ok())
}

fn split_comparison(inner: &str) -> Option<(&str, &str)> {
    let (path, literal) = inner.split_once(" ISSUBSET ").or_else(|| inner.split_once('='))?;
    let path = path.trim();
    (!path.contains(char::is_whitespace)).then_some((path, literal.trim()))
}

fn unquoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}

fn kinds_of(path: &str) -> &'static [Kind] {
    match path {
        "ipv4-addr:value" => &[Kind::Ipv4, Kind::Cidr4],
        "ipv6-addr:value" => &[Kind::Ipv6, Kind::Cidr6],
        "domain-name:value" => &[Kind::Domain],
        "url:value" => &[Kind::Url],
        "email-addr:value" | "email-message:from_ref.value" | "email-message:sender_ref.value" => {
            &[Kind::Email]
        }
        "file:hashes.MD5" | "file:hashes.'MD5'" => &[Kind::Md5],
        "file:hashes.'SHA-1'" | "file:hashes.SHA1" => &[Kind::Sha1],
        "file:hashes.'SHA-256'" | "file:hashes.SHA256" => &[Kind::Sha256],
        "file:hashes.'SHA-512'" | "file:hashes.SHA512" => &[Kind::Sha512],
        "file:hashes.SSDEEP" | "file:hashes.'SSDEEP'" => &[Kind::Ssdeep],
        "file:hashes.TLSH" | "file:hashes.'TLSH'" => &[Kind::Tlsh],
        "file:name" => &[Kind::FileName],
        "network-traffic:dst_ref.value" | "network-traffic:src_ref.value" => {
            &[Kind::Ipv4, Kind::Ipv6, Kind::Cidr4, Kind::Cidr6, Kind::Domain]
        }
        "windows-registry-key:key" => &[Kind::RegistryKey],
        "mutex:name" => &[Kind::Mutex],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Kind, value: &str, expected: &str) {
        let indicator = Indicator::new(kind, value).unwrap();
        let text = pattern(&indicator).unwrap();
        assert_eq!(text, expected);
        assert_eq!(from_pattern(&text), Some(indicator));
    }

    #[test]
    fn there_and_back() {
        check(Kind::Domain, "evil.example", "[domain-name:value = 'evil.example']");
        check(Kind::Ipv4, "198.51.100.7", "[ipv4-addr:value = '198.51.100.7']");
        check(Kind::Cidr4, "198.51.100.0/24", "[ipv4-addr:value ISSUBSET '198.51.100.0/24']");
        check(
            Kind::Ssdeep,
            "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C",
            "[file:hashes.SSDEEP = '3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C']",
        );
        check(
            Kind::Md5,
            "d41d8cd98f00b204e9800998ecf8427e",
            "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']",
        );
    }

    #[test]
    fn richer_patterns_are_not_read() {
        assert_eq!(from_pattern("[a:b = 'x'] AND [a:c = 'y']"), None);
        assert_eq!(
            from_pattern("[domain-name:value = 'a.example' OR domain-name:value = 'b.example']"),
            None
        );
    }
}
