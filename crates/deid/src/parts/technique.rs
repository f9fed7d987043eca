//! ATT&CK techniques that follow from the structure of a mail.

use super::feature;
use mail::Message;
use model::vocabulary::Feature;
use std::collections::BTreeSet;

/// Content types that run when opened.
const PROGRAMS: &[&str] = &[
    "application/vnd.microsoft.portable-executable",
    "text/javascript",
    "text/vbscript",
    "application/x-wsf",
    "application/hta",
    "text/x-powershell",
    "text/x-msdos-batch",
    "application/x-ms-shortcut",
    "application/java-archive",
    "application/x-msi",
    "application/vnd.ms-htmlhelp",
];

/// Whether opening it runs it.
pub(crate) fn is_program(content_type: &str) -> bool {
    PROGRAMS.contains(&content_type)
}

/// Technique ids: spear-phishing by attachment or link, user execution, HTML smuggling, disk images, spoofing.
pub(crate) fn of(message: &Message, features: &BTreeSet<Feature>) -> BTreeSet<String> {
    let files: Vec<_> =
        feature::all_files(message).into_iter().filter(|f| super::file::is_evidence(f, false)).collect();
    let is = |kinds: &[&str]| files.iter().any(|f| kinds.contains(&f.content_type.as_str()));
    let mut out = BTreeSet::new();
    let mut put = |is: bool, id: &str| {
        if is {
            out.insert(id.to_owned());
        }
    };
    put(files.iter().any(|f| !f.content_type.starts_with("image/")), "T1566.001");
    put(message.links.iter().any(|l| l.destination().starts_with("http")), "T1566.002");
    put(is(PROGRAMS) || features.contains(&Feature::Macros), "T1204.002");
    put(files.iter().any(|f| f.content_type == "text/html"), "T1027.006");
    put(is(&["application/x-iso9660-image", "application/x-vhd", "application/x-vhdx"]), "T1553.005");
    put(features.contains(&Feature::DoubleExtension), "T1036.007");
    put(features.contains(&Feature::OwnDomainSpoofed), "T1672");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail::{Attachment, Link};

    fn file(content_type: &str) -> Attachment {
        Attachment { content_type: content_type.to_owned(), size: 1, ..Attachment::default() }
    }

    fn link(target: &str) -> Link {
        Link { target: target.to_owned(), ..Link::default() }
    }

    #[track_caller]
    fn check(files: Vec<Attachment>, links: Vec<Link>, features: &[Feature], expected: &[&str]) {
        let message = Message { attachments: files, links, ..Message::default() };
        let found = of(&message, &features.iter().copied().collect());
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_follows_from_the_structure() {
        check(vec![], vec![], &[], &[]);
        check(vec![file("application/pdf")], vec![], &[], &["T1566.001"]);
        // a picture alone is no bait by attachment, a mail or a signature is no file of the attacker
        check(vec![file("image/png")], vec![], &[], &[]);
        check(vec![file("message/rfc822")], vec![], &[], &[]);
        check(vec![file("image/png"), file("application/pdf")], vec![], &[], &["T1566.001"]);
        check(vec![], vec![link("https://www.evil.example/")], &[], &["T1566.002"]);
        check(vec![], vec![link("mailto:pay@evil.example")], &[], &[]);
        check(vec![file("text/javascript")], vec![], &[], &["T1204.002", "T1566.001"]);
        check(vec![file("application/msword")], vec![], &[Feature::Macros], &["T1204.002", "T1566.001"]);
        check(vec![file("text/html")], vec![], &[], &["T1027.006", "T1566.001"]);
        check(vec![file("application/x-iso9660-image")], vec![], &[], &["T1553.005", "T1566.001"]);
        check(vec![], vec![], &[Feature::DoubleExtension], &["T1036.007"]);
        check(vec![], vec![], &[Feature::OwnDomainSpoofed], &["T1672"]);
    }

    #[test]
    fn what_runs_is_a_program() {
        assert!(PROGRAMS.iter().all(|kind| is_program(kind)));
        assert!(!is_program("application/pdf") && !is_program("text/plain"));
    }
}
