//! Entries of a profile that are not what their list says: a network that does not parse guards none of its addresses. Whoever wrote it
//! is told, rather than left to believe in it.

use model::profile::Profile;
use std::net::IpAddr;

/// An entry that cannot be used as what its list says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// `networks` or `domains`.
    pub list: &'static str,
    /// As it was written.
    pub entry: String,
}

/// All of them, in the order of the lists.
#[must_use]
pub fn misread(profile: &Profile) -> Vec<Misread> {
    let of = |list: &'static str, all: &[String], good: fn(&str) -> bool| -> Vec<Misread> {
        let bad = all.iter().filter(|entry| !entry.trim().is_empty() && !good(entry.trim()));
        bad.map(|entry| Misread { list, entry: entry.clone() }).collect()
    };
    let mut out = of("domains", &profile.domains, is_domain);
    out.extend(of("networks", &profile.networks, is_network));
    out
}

fn is_network(text: &str) -> bool {
    text.parse::<ipnet::IpNet>().is_ok() || text.parse::<IpAddr>().is_ok()
}

/// A name in the DNS, or one label of an intranet.
fn is_domain(text: &str) -> bool {
    let label = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    indicator::Indicator::new(indicator::Kind::Domain, text).is_ok() || label(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(domains: &[&str], networks: &[&str], expected: &[(&str, &str)]) {
        let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        let profile = Profile { domains: owned(domains), networks: owned(networks), ..Profile::default() };
        let found = misread(&profile);
        let pairs: Vec<(&str, &str)> = found.iter().map(|one| (one.list, one.entry.as_str())).collect();
        assert_eq!(pairs, expected);
    }

    #[test]
    fn what_guards_nothing_is_named() {
        check(
            &["grid-a.example", "甲電力.example", "intra"],
            &["192.0.2.0/24", "2001:db8::1", "10.1.2.3/8"],
            &[],
        );
        check(
            &["not a domain"],
            &["1.2.3.4/99", "10.0.0.x"],
            &[("domains", "not a domain"), ("networks", "1.2.3.4/99"), ("networks", "10.0.0.x")],
        );
        check(&[" "], &[""], &[]);
    }
}
