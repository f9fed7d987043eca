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
