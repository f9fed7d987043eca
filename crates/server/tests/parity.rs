//! What can be done on the pages can be done by a program: every act of the web has its counterpart in the API.

use model::id::{OrgId, PersonId};
use model::role::{OrgRole, PersonRole};
use server::matrix::{Face, routes};
use sharing::Caller;
use std::collections::BTreeSet;

/// The acts of the pages, and what a program calls instead.
const ACTS: &[(&str, &str)] = &[
    ("/sign-in", "POST /api/v1/session"),
    ("/sign-in/passkey", "POST /api/v1/session/passkey"),
    ("/sign-out", "DELETE /api/v1/session"),
    ("/act-for", "PUT /api/v1/session/organisation"),
    ("/preferences", "PUT /api/v1/account/preferences"),
    ("/join", "POST /api/v1/join"),
    ("/items/{id}/answer", "POST /api/v1/items/{id}/answer"),
    ("/items/{id}/recall-confirmation", "POST /api/v1/items/{id}/recall-confirmation"),
    ("/items/{id}/question", "POST /api/v1/items/{id}/questions"),
    ("/items/{id}/acknowledge", "POST /api/v1/items/{id}/acknowledge"),
    ("/checks/{id}/answer", "POST /api/v1/checks/{id}/answer"),
    ("/checks/{id}/question", "POST /api/v1/checks/{id}/questions"),
    ("/asks", "POST /api/v1/asks"),
    ("/asks/{id}/reply", "POST /api/v1/asks/{id}/replies"),
    ("/asks/{id}/close", "POST /api/v1/asks/{id}/close"),
    ("/slips/{id}", "POST /api/v1/staff/slips/{id}"),
    ("/slips/{id}/link", "POST /api/v1/staff/slips/{id}/link"),
    ("/send", "POST /api/v1/submissions"),
    ("/submissions/{id}/reply", "POST /api/v1/submissions/{id}/replies"),
    ("/submissions/{id}/withdraw", "POST /api/v1/submissions/{id}/withdraw"),
    ("/submissions/{id}/approval", "POST /api/v1/submissions/{id}/approval/approve"),
    ("/submissions/{id}/unseal", "POST /api/v1/submissions/{id}/unseal"),
    ("/submissions/{id}/erase", "POST /api/v1/submissions/{id}/erase"),
    ("/standing", "POST /api/v1/standing-consent"),
    ("/standing/end", "DELETE /api/v1/standing-consent"),
    ("/quarantine/renew", "POST /api/v1/intake-address"),
    ("/quarantine/{id}/take", "POST /api/v1/quarantine/{id}/take"),
    ("/quarantine/{id}/drop", "DELETE /api/v1/quarantine/{id}"),
    ("/reports", "POST /api/v1/reports"),
    ("/incidents/{id}/edit", "PUT /api/v1/incidents/{id}"),
    ("/incidents/{id}/share", "POST /api/v1/incidents/{id}/share"),
    ("/reports/{id}/send", "POST /api/v1/reports/{id}/stages"),
    ("/reports/{id}/declare", "POST /api/v1/reports/{id}/declared"),
    ("/reports/{id}/write", "POST /api/v1/reports/{id}/lines"),
    ("/office/quiet", "GET /api/v1/office/reports/{id}"),
    ("/office/{id}/acknowledge", "POST /api/v1/office/reports/{id}/acknowledge"),
    ("/office/{id}/ask", "POST /api/v1/office/reports/{id}/lines"),
    ("/office/{id}/class", "POST /api/v1/office/reports/{id}/class"),
    ("/office/{id}/extend", "POST /api/v1/office/reports/{id}/extension"),
    ("/office/{id}/hand-over", "POST /api/v1/office/reports/{id}/hand-over"),
    ("/office/{id}/close", "POST /api/v1/office/reports/{id}/close"),
    ("/queue/{id}/triage", "POST /api/v1/staff/submissions/{id}/triage"),
    ("/queue/{id}/reopen", "POST /api/v1/staff/submissions/{id}/reopen"),
    ("/questions/{id}/relay", "POST /api/v1/staff/questions/{id}/relay"),
    ("/questions/{id}/reply", "POST /api/v1/staff/questions/{id}/lines"),
    ("/drafts/{id}/save", "PUT /api/v1/staff/items/{id}/draft"),
    ("/drafts/{id}/ask", "POST /api/v1/staff/items/{id}/ask"),
    ("/drafts/{id}/clear", "POST /api/v1/staff/items/{id}/clear-hold"),
    ("/drafts/{id}/revise", "POST /api/v1/staff/items/{id}/revise"),
    ("/drafts/{id}/sources", "POST /api/v1/staff/items/{id}/sources"),
    ("/drafts/{id}/release", "POST /api/v1/staff/items/{id}/release"),
    ("/drafts/{id}/readers", "PUT /api/v1/staff/items/{id}/readers"),
    ("/drafts/{id}/recall", "POST /api/v1/staff/items/{id}/recall"),
    ("/drafts/{id}/urgent", "POST /api/v1/staff/items/{id}/urgent"),
    ("/rule", "PUT /api/v1/staff/rule"),
    ("/phone", "POST /api/v1/staff/phones"),
    ("/phone/record", "POST /api/v1/staff/spoken"),
    ("/account/name", "PUT /api/v1/account/name"),
    ("/account/contact", "PUT /api/v1/account/contact"),
    ("/account/password", "PUT /api/v1/account/password"),
    ("/account/sessions", "DELETE /api/v1/account/sessions"),
    ("/account/totp", "POST /api/v1/account/totp"),
    ("/account/totp/confirm", "POST /api/v1/account/totp/confirm"),
    ("/account/totp/end", "POST /api/v1/account/totp/end"),
    ("/account/codes", "POST /api/v1/account/recovery-codes"),
    ("/account/passkeys/begin", "POST /api/v1/passkeys/challenge"),
    ("/account/passkeys", "POST /api/v1/passkeys"),
    ("/account/passkeys/{id}/remove", "POST /api/v1/passkeys/{id}/remove"),
    ("/people/invite", "POST /api/v1/people/invitations"),
    ("/people/invitations/{id}/end", "DELETE /api/v1/people/invitations/{id}"),
    ("/people/admissions/{id}/refuse", "POST /api/v1/admissions/{id}/refuse"),
    ("/people/{id}/name", "PUT /api/v1/people/{id}/name"),
    ("/people/{id}/roles", "PUT /api/v1/people/{id}/roles"),
    ("/people/{id}/reset", "POST /api/v1/people/{id}/reset"),
    ("/people/{id}/remove", "DELETE /api/v1/people/{id}"),
    ("/people/deputy", "PUT /api/v1/deputies"),
    ("/people/deputy/end", "POST /api/v1/deputies/end"),
    ("/people/on-call", "PUT /api/v1/on-call"),
    ("/organisations/new", "POST /api/v1/staff/organisations"),
    ("/organisations/{id}/agreement", "PUT /api/v1/staff/organisations/{id}/agreement"),
    ("/organisations/{id}/name", "PUT /api/v1/staff/organisations/{id}/name"),
    ("/organisations/{id}/roles", "PUT /api/v1/staff/organisations/{id}/roles"),
    ("/organisations/{id}/place", "PUT /api/v1/staff/organisations/{id}/place"),
    ("/organisations/{id}/leave", "POST /api/v1/staff/organisations/{id}/leave"),
    ("/sectors", "POST /api/v1/staff/sectors"),
    ("/sectors/name", "PUT /api/v1/staff/sectors/name"),
    ("/seats", "POST /api/v1/staff/seats"),
    ("/seats/take", "POST /api/v1/staff/seats/take"),
    ("/admissions", "POST /api/v1/staff/admissions"),
    ("/admissions/{id}/agree", "POST /api/v1/staff/admissions/{id}/agree"),
    ("/admissions/{id}/refuse", "POST /api/v1/staff/admissions/{id}/refuse"),
    ("/tokens", "POST /api/v1/tokens"),
    ("/tokens/{id}/revoke", "DELETE /api/v1/tokens/{id}"),
    ("/webhooks", "POST /api/v1/webhooks"),
    ("/webhooks/{id}/test", "POST /api/v1/webhooks/{id}/test"),
    ("/webhooks/{id}/remove", "DELETE /api/v1/webhooks/{id}"),
    ("/profile", "PUT /api/v1/profile"),
];

/// Acts for people alone, and why.
const PEOPLE_ALONE: &[(&str, &str)] = &[
    ("/verify", "a program runs `noroshi verify`, which asks no hub"),
    ("/reports/import", "a program sends the facts that the sheet would be read into"),
    ("/c/{id}", "a one-time link is for whoever has no account"),
    ("/c/{id}/answer", "a one-time link is for whoever has no account"),
];

#[test]
fn every_act_of_the_pages_has_its_counterpart_for_programs() {
    let rows = || routes().into_iter().map(|route| route.row);
    let acts: BTreeSet<&str> =
        rows().filter(|row| row.face == Face::Web && row.method != "GET").map(|row| row.path).collect();
    let listed: BTreeSet<&str> = ACTS.iter().chain(PEOPLE_ALONE).map(|(page, _)| *page).collect();
    assert_eq!(acts, listed);
    let calls: BTreeSet<String> = rows()
        .filter(|row| row.face == Face::Api)
        .map(|row| format!("{} {}", row.method, row.path))
        .collect();
    for (page, call) in ACTS {
        assert!(calls.contains(*call), "{page}: there is no {call}");
    }
}

/// Everybody who can be signed in: each role of a person in each kind of organisation.
fn everybody() -> Vec<Caller> {
    let (org, person) = (OrgId::from_random([1; 16]), PersonId::from_random([2; 16]));
    let one = |role: &OrgRole, own: &PersonRole| Caller::session(org, [*role].into(), person, [*own].into());
    OrgRole::ALL.iter().flat_map(|role| PersonRole::ALL.iter().map(move |own| one(role, own))).collect()
}

/// A token needs more than a session (who answers an item has to see it), so rights are compared by whom they let in.
#[test]
fn the_counterpart_lets_in_the_same_people() {
    let rows: Vec<_> = routes().into_iter().map(|route| route.row).collect();
    for (page, call) in ACTS {
        let (method, path) = call.split_once(' ').unwrap_or_default();
        let web = rows.iter().find(|row| row.path == *page && row.method != "GET");
        let api = rows.iter().find(|row| row.path == path && row.method == method);
        let (Some(web), Some(api)) = (web, api) else { panic!("{page} or {call} is no route") };
        for caller in everybody() {
            let roles = (caller.org_roles(), caller.roles());
            assert_eq!(web.who.admits(&caller), api.who.admits(&caller), "{page} and {call}: {roles:?}");
        }
    }
}
