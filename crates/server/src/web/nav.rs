//! The navigation: only what the caller may do, with the work that waits.

use sharing::Caller;

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

/// Counts beside the names: approvals, queue, items to release.
pub(crate) type Waiting = (u64, u64, u64);

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
pub(crate) fn groups(caller: &Caller, path: &str, waiting: Waiting) -> Vec<Group> {
    let (approvals, queue, releases) = waiting;
    let link = |href: &'static str, title, count, shown: bool| {
        let below = path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let current = below || (href == "/inbox" && path.starts_with("/items/"));
        shown.then_some(Link { href, title, current, count })
    };
    let reader = caller.reader().is_ok();
    let sends = caller.reporter().is_ok();
    let source = !caller.is_hub() && caller.source().is_ok();
    let staff = caller.staff().is_ok();
    let admin = caller.org_admin().is_ok();
    let all = [
        (
            "nav-warnings",
            vec![link("/inbox", "inbox-title", 0, reader), link("/notices", "notices-title", 0, reader)],
        ),
        (
            "nav-sending",
            vec![
                link("/send", "send-title", 0, sends),
                link("/submissions", "mine-title", approvals, source),
                link("/standing", "standing-title", 0, source),
            ],
        ),
        (
            "nav-hub",
            vec![
                link("/queue", "queue-title", queue, staff),
                link("/drafts", "drafts-title", releases, staff),
                link("/questions", "questions-title", 0, staff),
                link("/rule", "rule-title", 0, staff),
            ],
        ),
        (
            "nav-community",
            vec![
                link("/roster", "roster-title", 0, true),
                link("/tokens", "tokens-title", 0, admin),
                link("/profile", "profile-title", 0, admin),
                link("/preferences", "preferences-title", 0, true),
            ],
        ),
    ];
    all.into_iter()
        .map(|(title, links)| Group { title, links: links.into_iter().flatten().collect() })
        .filter(|group: &Group| !group.links.is_empty())
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
        let hrefs: Vec<&str> =
            groups(&caller, "/", (0, 0, 0)).iter().flat_map(|g| g.links.iter().map(|l| l.href)).collect();
        assert_eq!(hrefs.join(" "), expected, "{org} {role}");
    }

    #[test]
    fn each_role_sees_what_it_may_do() {
        check(
            OrgRole::Member,
            PersonRole::Reporter,
            "/inbox /notices /send /submissions /standing /roster /preferences",
        );
        check(
            OrgRole::Member,
            PersonRole::OrgAdmin,
            "/inbox /notices /send /submissions /standing /roster /tokens /profile /preferences",
        );
        check(
            OrgRole::Member,
            PersonRole::Contact,
            "/inbox /notices /submissions /standing /roster /preferences",
        );
        check(
            OrgRole::Hub,
            PersonRole::Analyst,
            "/inbox /notices /queue /drafts /questions /rule /roster /preferences",
        );
        check(OrgRole::Hub, PersonRole::Operator, "/inbox /notices /roster /preferences");
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
            groups(&caller, path, (0, 0, 0))
                .iter()
                .flat_map(|g| g.links.iter().filter(|l| l.current).map(|l| l.href))
                .collect()
        };
        assert_eq!(current("/items/x"), ["/inbox"]);
        assert_eq!(current("/submissions/x/approval"), ["/submissions"]);
        assert_eq!(current("/sendings"), Vec::<&str>::new());
    }
}
