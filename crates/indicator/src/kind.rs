//! The kinds of indicator and their names on every wire.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Fault;

/// What an indicator is. The serialised form is the name that [`Kind::as_str`] gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One IPv4 address.
    Ipv4,
    /// One IPv6 address.
    Ipv6,
    /// A range of IPv4 addresses, wider than one address.
    Cidr4,
    /// A range of IPv6 addresses, wider than one address.
    Cidr6,
    /// A domain name, as A-labels.
    Domain,
    /// A URL with its scheme.
    Url,
    /// A mail address.
    Email,
    /// An MD5 digest of a file.
    Md5,
    /// A SHA-1 digest of a file.
    Sha1,
    /// A SHA-256 digest of a file.
    Sha256,
    /// A SHA-512 digest of a file.
    Sha512,
    /// A vulnerability's number.
    Cve,
    /// An ATT&CK technique, tactic, group, software or mitigation.
    AttackId,
    /// A file's name without its folder.
    FileName,
    /// A file's path.
    FilePath,
    /// A key of the Windows registry.
    RegistryKey,
    /// The name of a mutex.
    Mutex,
    /// An HTTP client's name of itself.
    UserAgent,
    /// The number of an autonomous system.
    Asn,
    /// An address that receives a crypto currency.
    CryptoAddress,
    /// A TLSH fuzzy digest.
    Tlsh,
    /// An ssdeep fuzzy digest.
    Ssdeep,
    /// The digest of a PE file's imports.
    Imphash,
    /// A JA3 fingerprint of a TLS client.
    Ja3,
    /// A JA4 fingerprint of a TLS client.
    Ja4,
}

impl Kind {
    /// Every kind, in the order in which lists are sorted.
    pub const ALL: &[Kind] = &[
        Kind::Ipv4,
        Kind::Ipv6,
        Kind::Cidr4,
        Kind::Cidr6,
        Kind::Domain,
        Kind::Url,
        Kind::Email,
        Kind::Md5,
        Kind::Sha1,
        Kind::Sha256,
        Kind::Sha512,
        Kind::Cve,
        Kind::AttackId,
        Kind::FileName,
        Kind::FilePath,
        Kind::RegistryKey,
        Kind::Mutex,
        Kind::UserAgent,
        Kind::Asn,
        Kind::CryptoAddress,
        Kind::Tlsh,
        Kind::Ssdeep,
        Kind::Imphash,
        Kind::Ja3,
        Kind::Ja4,
    ];

    /// The kind's name in JSON, on the command line and in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Ipv4 => "ipv4",
            Kind::Ipv6 => "ipv6",
            Kind::Cidr4 => "cidr4",
            Kind::Cidr6 => "cidr6",
            Kind::Domain => "domain",
            Kind::Url => "url",
            Kind::Email => "email",
            Kind::Md5 => "md5",
            Kind::Sha1 => "sha1",
            Kind::Sha256 => "sha256",
            Kind::Sha512 => "sha512",
            Kind::Cve => "cve",
            Kind::AttackId => "attack-id",
            Kind::FileName => "file-name",
            Kind::FilePath => "file-path",
            Kind::RegistryKey => "registry-key",
            Kind::Mutex => "mutex",
            Kind::UserAgent => "user-agent",
            Kind::Asn => "asn",
            Kind::CryptoAddress => "crypto-address",
            Kind::Tlsh => "tlsh",
            Kind::Ssdeep => "ssdeep",
            Kind::Imphash => "imphash",
            Kind::Ja3 => "ja3",
            Kind::Ja4 => "ja4",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = Fault;

    fn from_str(name: &str) -> Result<Kind, Fault> {
        Kind::ALL.iter().copied().find(|kind| kind.as_str() == name).ok_or(Fault::UnknownKind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_are_what_serde_writes() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{kind}\""));
        }
        assert_eq!("ip".parse::<Kind>(), Err(Fault::UnknownKind));
    }
}
