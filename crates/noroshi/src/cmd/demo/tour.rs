//! What a newcomer does with the running example.

use super::community::{CAREFUL, Community};
use std::path::Path;

/// Addresses, sign-ins and a tour of five minutes.
pub(super) fn text(community: &Community, folder: &Path) -> String {
    let mut out = format!(
        "\n  Pages            {url}/\n  TAXII 2.1        {taxii}\n  API              {url}/api/v1/openapi.json\n  \
         Everything else  {json}\n\n  Sign-ins (user, password)\n",
        url = community.url,
        taxii = community.taxii_discovery,
        json = folder.join("demo.json").display(),
    );
    for person in &community.people {
        if matches!(person.role, "triager" | "analyst" | "releaser" | "operator")
            || ["akebono", "ibuki", "ministry"].contains(&person.user.as_str())
        {
            out.push_str(&format!(
                "    {:<16} {}   {} ({})\n",
                person.user, person.password, person.organisation, person.role
            ));
        }
    }
    let reader = community.organisations.iter().find(|o| o.slug == "ibuki");
    let (token, all) =
        reader.map_or(("", ""), |o| (o.token.as_str(), o.collections.get("all").map_or("", String::as_str)));
    out.push_str(&format!(
        "\n  Five minutes\n    \
         1  Sign in as {CAREFUL}: a mail waits under Approvals. See what was sent, what leaves, what stays and why.\n    \
         2  Approve it; choose where it may go.\n    \
         3  Sign in as releaser (another person than the analyst) and release it.\n    \
         4  Sign in as ibuki, another member: read the warning. Nothing in it says who sent it. Answer it.\n    \
         5  Sign in as {CAREFUL}, then as ministry: incident reports, what is due, what is late, who looked when.\n    \
         6  The same in a shell:\n         \
         noroshi pull --hub {url} --token {token}\n         \
         noroshi report status --hub {url} --token {token}\n         \
         curl -H 'Authorization: Bearer {token}' {url}/taxii2/hub/collections/{all}/objects/\n\n  Ctrl-C ends it.\n",
        url = community.url,
    ));
    out
}
