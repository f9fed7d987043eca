//! Which part of a name one can register, by the public suffix list.

use psl::Psl;

/// The last labels that are nobody's top-level domain but do occur in reports: names outside the DNS (Tor, Namecoin,
/// EmerDNS) and the reserved example names, with which people write examples.
const OTHER_TLDS: &[&str] =
    &["onion", "bit", "bazar", "coin", "emc", "lib", "i2p", "example", "test", "invalid"];

/// The part of `domain` (canonical form) that somebody registered: the public suffix and one label.
pub fn registrable_domain(domain: &str) -> Option<&str> {
    psl::domain_str(domain)
}

/// Whether `domain` (canonical form) is itself a public suffix, so that below it live strangers to one another.
pub fn is_public_suffix(domain: &str) -> bool {
    psl::suffix_str(domain) == Some(domain)
}

/// Whether the last label is a delegated top-level domain, or one of those that only stand outside the DNS.
pub(crate) fn has_known_tld(domain: &str) -> bool {
    psl::List.suffix(domain.as_bytes()).is_some_and(|suffix| suffix.is_known()) || has_other_tld(domain)
}

/// Whether the last label is a name outside the DNS or a reserved one.
pub(crate) fn has_other_tld(domain: &str) -> bool {
    let tld = domain.rsplit_once('.').map_or(domain, |(_, tld)| tld);
    OTHER_TLDS.contains(&tld)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registered_part() {
        let check = |domain: &str, expected: Option<&str>| {
            assert_eq!(registrable_domain(domain), expected, "{domain}")
        };
        check("a.b.evil.co.jp", Some("evil.co.jp"));
        check("evil.example", Some("evil.example"));
        check("co.jp", None);
        check("someone.github.io", Some("someone.github.io"));
        check("xn--fiqs8s", None);
    }

    #[test]
    fn suffixes() {
        let check = |domain: &str, expected: bool| assert_eq!(is_public_suffix(domain), expected, "{domain}");
        check("co.jp", true);
        check("github.io", true);
        check("evil.co.jp", false);
    }

    #[test]
    fn top_levels() {
        let check = |domain: &str, expected: bool| assert_eq!(has_known_tld(domain), expected, "{domain}");
        check("evil.com", true);
        check("abc.onion", true);
        check("xn--80aaae9btead2a.xn--p1ai", true);
        check("setup.exe", false);
        check("com.apple", true); // the list knows .apple; the finder decides by shape
    }
}
