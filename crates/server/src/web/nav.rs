//! The navigation: the pages of [`MAP`] that the access matrix lets the caller open, with the work that waits.
//!
//! A new page is one line in [`MAP`]. Who sees the link is not said here: the page's own row of the matrix says it.

use crate::matrix::Who;
use hub::ops::notice::Waiting;
use sharing::Caller;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A group of links.
pub(crate) struct Group {
    /// Key of its title.
    pub(crate) title: &'static str,
    /// Its links.
    pub(crate) links: Vec<Link>,
}

/// One link.
pub(crate) struct Link {
    /// Where to.
    pub(crate) href: &'static str,
    /// Key of its words.
    pub(crate) title: &'static str,
    /// Whether the page shown is this one or below it.
    pub(crate) current: bool,
    /// Work that waits there.
    pub(crate) count: u64,
}

/// A page that has a link.
struct Entry {
    href: &'static str,
    title: &'static str,
    /// Other paths whose pages lie below this one.
    also: &'static [&'static str],
    /// The work that waits there.
    count: fn(&Waiting) -> u64,
    /// Whether hub staff sees the link too: what it sends and reads for itself is not its work.
    staff: bool,
}

const fn entry(href: &'static str, title: &'static str) -> Entry {
    Entry { href, title, also: &[], count: |_| 0, staff: true }
}

impl Entry {
    const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    const fn counts(self, count: fn(&Waiting) -> u64) -> Self {
        Self { count, ..self }
    }

    const fn not_for_staff(self) -> Self {
        Self { staff: false, ..self }
    }
}

/// Every page that has a link, in its group.
const MAP: &[(&str, &[Entry])] = &[
    ("nav-warnings", &[entry("/inbox", "inbox-title").also(&["/items"]), entry("/notices", "notices-title")]),
    (
        "nav-sending",
        &[
            entry("/send", "send-title").not_for_staff(),
            entry("/submissions", "mine-title").counts(|w| w.approvals).not_for_staff(),
            entry("/standing", "standing-title").not_for_staff(),
            entry("/quarantine", "quarantine-title").not_for_staff(),
        ],
    ),
    (
        "nav-checks",
        &[
            entry("/checks", "checks-title").counts(|w| w.checks).not_for_staff(),
            entry("/asks", "asks-title"),
            entry("/slips", "slips-title"),
        ],
    ),
    (
        "nav-reports",
        &[entry("/reports", "reports-title").also(&["/incidents"]), entry("/office", "office-title")],
    ),
    (
        "nav-hub",
        &[
            entry("/queue", "queue-title").counts(|w| w.queue),
            entry("/drafts", "drafts-title").counts(|w| w.releases),
            entry("/questions", "questions-title"),
            entry("/calls", "calls-title"),
            entry("/phone", "phone-title"),
            entry("/rule", "rule-title"),
            entry("/figures", "figures-title"),
        ],
    ),
    (
        "nav-organisation",
        &[
            entry("/people", "people-title"),
            entry("/tokens", "tokens-title"),
            entry("/webhooks", "webhooks-title"),
            entry("/profile", "profile-title"),
            entry("/director", "director-title").not_for_staff(),
        ],
    ),
    (
        "nav-machine",
        &[
            entry("/organisations", "orgs-title").also(&["/sectors", "/seats"]),
            entry("/admissions", "admissions-title"),
        ],
    ),
    (
        "nav-community",
        &[
            entry("/roster", "roster-title"),
            entry("/log-health", "log-health-title"),
            entry("/verify", "verify-title"),
            entry("/account", "account-title"),
            entry("/preferences", "preferences-title"),
        ],
    ),
];

/// Who may open each page, by its path.
static OPEN: LazyLock<BTreeMap<&'static str, Who>> = LazyLock::new(|| {
    let rows = crate::web::routes().into_iter().map(|route| route.row);
    rows.filter(|row| row.method == "GET").map(|row| (row.path, row.who)).collect()
});

/// The first page of a caller.
pub(crate) fn home(caller: &Caller) -> &'static str {
    if caller.staff().is_ok() {
        "/queue"
    } else if caller.org_roles().contains(&model::role::OrgRole::Hub) {
        "/roster"
    } else {
        "/inbox"
    }
}

/// The groups that this caller sees on the page at `path`.
pub(crate) fn groups(caller: &Caller, path: &str, waiting: &Waiting) -> Vec<Group> {
    let below =
        |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let shown = |entry: &&Entry| {
        (entry.staff || !caller.is_hub()) && OPEN.get(entry.href).is_some_and(|who| who.admits(caller))
    };
    let link = |entry: &Entry| Link {
        href: entry.href,
        title: entry.title,
        current: below(entry.href) || entry.also.iter().any(|path| below(path)),
        count: (entry.count)(waiting),
    };
    MAP.iter()
        .map(|(title, entries)| Group { title, links: entries.iter().filter(shown).map(link).collect() })
        .filter(|group| !group.links.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::{OrgId, PersonId};
    use model::role::{OrgRole, PersonRole};

    fn check(org: OrgRole, role: PersonRole, expected: &str) {
        let caller = Caller::session(
            OrgId::from_random([1; 16]),
            [org].into(),
            PersonId::from_random([2; 16]),
            [role].into(),
        );
        let hrefs: Vec<&str> = groups(&caller, "/", &Waiting::default())
            .iter()
            .flat_map(|g| g.links.iter().map(|l| l.href))
            .collect();
        assert_eq!(hrefs.join(" "), expected, "{org} {role}");
    }

    #[test]
    fn each_role_sees_what_it_may_do() {
        check(
            OrgRole::Member,
            PersonRole::Reporter,
            "/inbox /notices /send /submissions /standing /quarantine /checks /reports /director /roster /verify /account /preferences",
        );
        check(
            OrgRole::Member,
            PersonRole::OrgAdmin,
            "/inbox /notices /send /submissions /standing /quarantine /checks /asks /reports /people /tokens /webhooks /profile /director /roster /verify /account /preferences",
        );
        check(
            OrgRole::Member,
            PersonRole::Contact,
            "/inbox /notices /submissions /standing /checks /director /roster /verify /account /preferences",
        );
        check(
            OrgRole::Hub,
            PersonRole::Analyst,
            "/inbox /notices /asks /slips /queue /drafts /questions /calls /rule /figures /roster /verify /account /preferences",
        );
        check(
            OrgRole::Hub,
            PersonRole::Operator,
            "/inbox /notices /figures /organisations /admissions /roster /log-health /verify /account /preferences",
        );
    }

    #[test]
    fn every_link_leads_to_a_page() {
        for entry in MAP.iter().flat_map(|(_, entries)| *entries) {
            assert!(OPEN.contains_key(entry.href), "{} is no row of the matrix", entry.href);
            assert!(crate::web::text::knows(entry.title), "{}", entry.title);
        }
    }

    #[test]
    fn the_current_page_is_marked_below_its_link_only() {
        let caller = Caller::session(
            OrgId::from_random([1; 16]),
            [OrgRole::Member].into(),
            PersonId::from_random([2; 16]),
            [PersonRole::Reporter].into(),
        );
        let current = |path: &str| -> Vec<&'static str> {
            groups(&caller, path, &Waiting::default())
                .iter()
                .flat_map(|g| g.links.iter().filter(|l| l.current).map(|l| l.href))
                .collect()
        };
        assert_eq!(current("/items/x"), ["/inbox"]);
        assert_eq!(current("/incidents/x/edit"), ["/reports"]);
        assert_eq!(current("/submissions/x/approval"), ["/submissions"]);
        assert_eq!(current("/sendings"), Vec::<&str>::new());
    }
}
