//! One indicator: a kind and a canonical value that nobody can set past the checks.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{Fault, Kind, canon, refang};

/// A kind and its canonical value. Two indicators are equal when a match of one is a match of the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Indicator {
    #[serde(rename = "type")]
    kind: Kind,
    value: String,
}

impl Indicator {
    /// Checks and canonicalises `written`, which may be defanged.
    ///
    /// The kind can come back narrower than asked for: an IPv4-mapped IPv6 address is the IPv4 address, and a range of
    /// one address is that address.
    pub fn new(kind: Kind, written: &str) -> Result<Indicator, Fault> {
        // A backslash before a dot is a mark in an address and a folder in a path: only addresses are refanged.
        let (kind, value) = match kind {
            Kind::Ipv4 | Kind::Ipv6 | Kind::Cidr4 | Kind::Cidr6 | Kind::Domain | Kind::Email | Kind::Cve => {
                canon::canonical(kind, &refang(written))?
            }
            Kind::Url => settled_url(written)?,
            _ => canon::canonical(kind, written)?,
        };
        Ok(Indicator { kind, value })
    }

    /// For the finder, whose values have just come from `canon`.
    pub(crate) fn from_canonical(kind: Kind, value: String) -> Indicator {
        Indicator { kind, value }
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The canonical value.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// A sign that is escaped on the way to the canonical form can make a mark of the bracket beside it: `<[:]` is `%3C[:]` then.
fn settled_url(written: &str) -> Result<(Kind, String), Fault> {
    /// Each round undoes the marks that the one before made; none makes more than one beside another.
    const ROUNDS_MAX: usize = 8;
    let (mut kind, mut value) = canon::canonical(Kind::Url, &refang(written))?;
    for _ in 0..ROUNDS_MAX {
        let clean = refang(&value);
        if clean == value {
            break;
        }
        (kind, value) = canon::canonical(kind, &clean)?;
    }
    Ok((kind, value))
}

impl fmt::Display for Indicator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.kind, self.value)
    }
}

impl<'de> Deserialize<'de> for Indicator {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Written {
            #[serde(rename = "type")]
            kind: Kind,
            value: String,
        }
        let written = Written::deserialize(from)?;
        let (kind, value) =
            canon::canonical(written.kind, &written.value).map_err(serde::de::Error::custom)?;
        Ok(Indicator { kind, value })
    }
}

/// The kinds that a bare value can be recognised as, most particular first.
const GUESSES: &[Kind] = &[
    Kind::Ipv4,
    Kind::Ipv6,
    Kind::Cidr4,
    Kind::Cidr6,
    Kind::Md5,
    Kind::Sha1,
    Kind::Sha256,
    Kind::Sha512,
    Kind::Cve,
    Kind::AttackId,
    Kind::Asn,
    Kind::Ja4,
    Kind::Tlsh,
    Kind::Ssdeep,
    Kind::RegistryKey,
    Kind::Url,
    Kind::Email,
    Kind::CryptoAddress,
];

/// Guesses the kind of one value, refanging it. Names that could be a file as well as a domain are a domain only when
/// their last label is a real top-level domain.
pub fn parse(written: &str) -> Option<Indicator> {
    let clean = refang(written.trim());
    for kind in GUESSES {
        if let Ok((kind, value)) = canon::canonical(*kind, &clean) {
            return Some(Indicator { kind, value });
        }
    }
    // A port belongs to the service, the address is what is looked for.
    if let Some((host, port)) = clean.rsplit_once(':')
        && port.parse::<u16>().is_ok()
        && let Ok((kind, value)) =
            canon::canonical(Kind::Ipv4, host).or_else(|_| canon::canonical(Kind::Ipv6, host))
    {
        return Some(Indicator { kind, value });
    }
    if let Ok(value) = canon::domain(&clean)
        && crate::suffix::has_known_tld(&value)
    {
        return Some(Indicator { kind: Kind::Domain, value });
    }
    let written = written.trim();
    let path = written.contains('\\') || written.starts_with('/') || written.starts_with('%');
    let guess = if path { Kind::FilePath } else { Kind::FileName };
    let extension = written.rsplit_once('.').is_some_and(|(stem, ext)| {
        !stem.is_empty() && (1..=8).contains(&ext.len()) && ext.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    if !path && !extension {
        return None;
    }
    canon::canonical(guess, written).ok().map(|(kind, value)| Indicator { kind, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: Option<&str>) {
        assert_eq!(parse(written).map(|found| found.to_string()).as_deref(), expected, "{written}");
    }

    #[test]
    fn a_bare_value_tells_its_kind() {
        check("192.0.2[.]7", Some("ipv4:192.0.2.7"));
        check("192.0.2.7:443", Some("ipv4:192.0.2.7"));
        check("[2001:DB8::1]:443", Some("ipv6:2001:db8::1"));
        check("192.0.2.0/24", Some("cidr4:192.0.2.0/24"));
        check("hxxps://Evil[.]example/a", Some("url:https://evil.example/a"));
        check("evil[.]example", Some("domain:evil.example"));
        check("User@Evil.example", Some("email:user@evil.example"));
        check("D41D8CD98F00B204E9800998ECF8427E", Some("md5:d41d8cd98f00b204e9800998ecf8427e"));
        check("cve-2026-12345", Some("cve:CVE-2026-12345"));
        check("invoice.exe", Some("file-name:invoice.exe"));
        check(r"C:\Users\Public\a.exe", Some(r"file-path:c:\users\public\a.exe"));
        check("hello", None);
        check("", None);
    }

    #[test]
    fn reading_back_validates() {
        let read = |text: &str| serde_json::from_str::<Indicator>(text);
        let good = read(r#"{"type":"domain","value":"EVIL.example"}"#).unwrap();
        assert_eq!(serde_json::to_string(&good).unwrap(), r#"{"type":"domain","value":"evil.example"}"#);
        assert!(read(r#"{"type":"md5","value":"zz"}"#).is_err());
        assert!(read(r#"{"type":"nothing","value":"zz"}"#).is_err());
    }

    #[test]
    fn an_address_stays_what_it_became() {
        for written in
            ["http://evil.example/.<[:]hxxp", "http://evil.example/<[.]<[.]a", "http://evil.example/a?[.]b"]
        {
            let once = Indicator::new(Kind::Url, written).unwrap();
            assert_eq!(Indicator::new(Kind::Url, once.value()).as_ref(), Ok(&once), "{written}");
        }
    }
}
