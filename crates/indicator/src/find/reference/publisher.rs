//! Who publishes reports: a link to them is no indicator of an attack.

use crate::fast_hash::Words;
use crate::{Kind, registrable_domain};

/// Hosts and registered domains where reports, vulnerabilities and analyses are published.
static PUBLISHERS: Words = Words::new(&[
    "attack.mitre.org",
    "cve.mitre.org",
    "cve.org",
    "nvd.nist.gov",
    "nist.gov",
    "cisa.gov",
    "us-cert.gov",
    "jpcert.or.jp",
    "ipa.go.jp",
    "jvn.jp",
    "nisc.go.jp",
    "npa.go.jp",
    "cert.gov.ua",
    "cert.pl",
    "cert.ssi.gouv.fr",
    "ncsc.gov.uk",
    "bsi.bund.de",
    "europa.eu",
    "twitter.com",
    "x.com",
    "infosec.exchange",
    "linkedin.com",
    "github.com",
    "gist.github.com",
    "medium.com",
    "reddit.com",
    "youtube.com",
    "wikipedia.org",
    "virustotal.com",
    "any.run",
    "hybrid-analysis.com",
    "tria.ge",
    "joesandbox.com",
    "urlscan.io",
    "abuse.ch",
    "malpedia.caad.fkie.fraunhofer.de",
    "shodan.io",
    "censys.io",
    "censys.com",
    "paloaltonetworks.com",
    "welivesecurity.com",
    "eset.com",
    "kaspersky.com",
    "securelist.com",
    "mandiant.com",
    "fireeye.com",
    "crowdstrike.com",
    "talosintelligence.com",
    "cisco.com",
    "sentinelone.com",
    "trendmicro.com",
    "symantec.com",
    "broadcom.com",
    "sophos.com",
    "proofpoint.com",
    "checkpoint.com",
    "fortinet.com",
    "fortiguard.com",
    "bleepingcomputer.com",
    "thehackernews.com",
    "krebsonsecurity.com",
    "volexity.com",
    "huntress.com",
    "recordedfuture.com",
    "secureworks.com",
    "elastic.co",
    "rapid7.com",
    "malwarebytes.com",
    "malware-traffic-analysis.net",
    "isc.sans.edu",
    "sans.org",
    "citizenlab.ca",
    "reuters.com",
    "microsoft.com",
    "misp-project.org",
    "mitre.org",
    "owasp.org",
    "exploit-db.com",
    "zscaler.com",
    "trellix.com",
    "mcafee.com",
    "group-ib.com",
    "netskope.com",
    "wiz.io",
    "lac.co.jp",
    "macnica.co.jp",
    "nttsecurity.com",
    "iij.ad.jp",
]);

/// Whether a value of this kind stands on the host of a publisher.
pub(super) fn is_published(kind: Kind, value: &str) -> bool {
    let host = match kind {
        Kind::Url => {
            let scheme = memchr::memchr(b':', value.as_bytes()).unwrap_or_default();
            let rest = value[scheme..].trim_start_matches("://");
            let end = memchr::memchr2(b'/', b':', rest.as_bytes()).unwrap_or(rest.len());
            &rest[..end]
        }
        Kind::Domain => value,
        _ => return false,
    };
    // the public suffix list is asked only about names above which a publisher stands
    let above = |name: &str| PUBLISHERS.holds(name) && registrable_domain(host) == Some(name);
    let mut names = memchr::memchr_iter(b'.', host.as_bytes()).map(|dot| &host[dot + 1..]);
    PUBLISHERS.holds(host) || names.any(above)
}
