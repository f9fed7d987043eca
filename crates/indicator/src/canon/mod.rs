//! One canonical form a kind. `docs/canonical.md` states each with its test vectors.
//!
//! The input is refanged already (see [`crate::refang`]); what is not in the form of its kind is a [`Fault`], and no
//! function here guesses another kind, except that [`canonical`] says so when a value is narrower than its kind.

mod address;
mod coin;
mod digest;
mod domain;
mod file;
mod host;
mod mail;
mod number;
mod url;

pub use address::{cidr, ipv4, ipv6};
pub use coin::crypto_address;
pub use digest::{hash, ja4, ssdeep, tlsh};
pub use domain::domain;
pub use file::{file_name, file_path, mutex, registry_key, user_agent};
pub use mail::email;
pub use number::{asn, attack_id, cve};
pub use url::url;
pub(crate) use url::{URL_BYTES_MAX, url_of};

use crate::{Fault, Kind};

/// The canonical form of `written`, and the kind that it then has: an IPv4-mapped IPv6 address is an IPv4 address, a
/// range of one address is that address.
pub fn canonical(kind: Kind, written: &str) -> Result<(Kind, String), Fault> {
    let written = written.trim();
    if written.is_empty() {
        return Err(Fault::Empty);
    }
    let value = match kind {
        Kind::Ipv4 => ipv4(written)?,
        Kind::Ipv6 => return address::ipv6_or_mapped(written),
        Kind::Cidr4 | Kind::Cidr6 => return address::range_or_single(kind, written),
        Kind::Domain => domain(written)?,
        Kind::Url => url(written)?,
        Kind::Email => email(written)?,
        Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 | Kind::Imphash | Kind::Ja3 => {
            hash(kind, written)?
        }
        Kind::Cve => cve(written)?,
        Kind::AttackId => attack_id(written)?,
        Kind::FileName => file_name(written)?,
        Kind::FilePath => file_path(written)?,
        Kind::RegistryKey => registry_key(written)?,
        Kind::Mutex => mutex(written)?,
        Kind::UserAgent => user_agent(written)?,
        Kind::Asn => asn(written)?,
        Kind::CryptoAddress => crypto_address(written)?,
        Kind::Tlsh => tlsh(written)?,
        Kind::Ssdeep => ssdeep(written)?,
        Kind::Ja4 => ja4(written)?,
    };
    Ok((kind, value))
}

/// Checks a row of a test table: the canonical form, or the fault.
#[cfg(test)]
fn check(canon: fn(&str) -> Result<String, Fault>, written: &str, expected: Result<&str, Fault>) {
    assert_eq!(canon(written).as_deref(), expected.as_ref().map(|value| *value), "{written:?}");
}
