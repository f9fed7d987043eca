//! Which links point to a report about the attack and not to the attack.
//!
//! Only what its author left clickable can be a reference. It is one when it goes to a publisher of reports, or when it
//! stands under a heading that says so. A text that is nothing but the value has no references.

use super::Found;
use crate::fast_hash::Words;
use crate::{Kind, registrable_domain};

/// The label of links that point to a report rather than to the attack.
pub const REFERENCE: &str = "reference";

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

/// Headings of the part that names other reports.
static HEADINGS: Words = Words::new(&[
    "reference",
    "references",
    "ref",
    "refs",
    "source",
    "sources",
    "links",
    "related links",
    "further reading",
    "more information",
    "additional information",
    "additional resources",
    "read more",
    "see also",
    "bibliography",
    "参考",
    "参考文献",
    "参考情報",
    "参考リンク",
    "参考資料",
    "出典",
    "関連情報",
    "関連リンク",
    "関連記事",
    "情報源",
    "引用元",
]);

/// Longer lines are sentences.
const HEADING_BYTES_MAX: usize = 100;

/// Labels the references among what was found.
pub(super) fn label(found: &mut Found<'_>) {
    let candidate = |kind: Kind| matches!(kind, Kind::Url | Kind::Domain | Kind::Email);
    let any =
        found.finds.iter().zip(&found.plain).any(|(find, plain)| *plain && candidate(find.indicator.kind()));
    if !any || is_value_alone(found) {
        return;
    }
    let sections = reference_sections(found.text);
    for (find, plain) in found.finds.iter_mut().zip(&found.plain) {
        if !*plain || !candidate(find.indicator.kind()) {
            continue;
        }
        let inside = sections.iter().any(|(from, to)| (*from..*to).contains(&find.start));
        if inside || is_published(find.indicator.kind(), find.indicator.value()) {
            find.labels.push(REFERENCE);
        }
    }
}

fn is_value_alone(found: &Found<'_>) -> bool {
    match found.finds.as_slice() {
        [only] => found.text.trim() == only.written,
        _ => false,
    }
}

fn is_published(kind: Kind, value: &str) -> bool {
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

/// The byte ranges of the parts under a heading of [`HEADINGS`], each up to the next heading.
fn reference_sections(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let (mut at, mut open) = (0, None);
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1).chain([text.len()]);
    for end in ends {
        if let Some(heading) = text.get(at..end).and_then(heading) {
            if let Some(from) = open.take() {
                out.push((from, at));
            }
            if HEADINGS.holds(&heading) {
                open = Some(end);
            }
        }
        at = end;
    }
    if let Some(from) = open {
        out.push((from, text.len()));
    }
    out
}

/// Whether a line can be a heading, by its length and its first and last letters: most lines are done with this.
fn may_be_heading(line: &[u8]) -> bool {
    /// The longest of [`HEADINGS`], with room for blanks.
    const PLAIN_BYTES_MAX: usize = 40;
    let line = line.trim_ascii();
    let marked = line.first().is_some_and(|b| matches!(b, b'#' | b'=' | 0xe2 | 0xe3))
        || line.last().is_some_and(|b| matches!(b, b':' | 0x9a));
    (1..=HEADING_BYTES_MAX).contains(&line.len()) && (marked || line.len() <= PLAIN_BYTES_MAX)
}

/// The words of a line that is a heading by its form: a mark before it, or a colon behind it.
fn heading(line: &str) -> Option<String> {
    if !may_be_heading(line.as_bytes()) {
        return None;
    }
    let line = line.trim();
    let marked = line.starts_with(['#', '=', '■', '●', '◆', '【']) || line.ends_with([':', '：']);
    if !(marked || HEADINGS.holds_any_case(line)) || line.contains("://") {
        return None;
    }
    let words = line.trim_matches(|c: char| "#=*_:：■●◆【】- ".contains(c));
    Some(words.to_lowercase())
}
