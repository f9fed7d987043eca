//! What an organisation is can change: what follows for what it reads and for what it sent, and what may not be.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::HubError;
use hub::ops::admin::{self, AsRegistrar};
use hub::ops::{mine, org_role, report};
use jiff::SignedDuration;
use model::consent::Delay;
use model::id::OrgId;
use model::role::{OrgRole as O, PersonRole as P};
use model::state::SubmissionState;
use testkit::{Ask, Member, TestHub, staff};

const BY: AsRegistrar = AsRegistrar::Machine;

async fn roles(hub: &TestHub, org: OrgId) -> Vec<O> {
    let roster = admin::roster_for(&hub.hub, BY).await.unwrap();
    roster.organisation(org).unwrap().roles.iter().copied().collect()
}

async fn items(hub: &TestHub, of: &Member) -> usize {
    let answer = hub.ask(Ask::get("/api/v1/items").token(&of.token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["rows"].as_array().unwrap().len()
}

#[tokio::test]
async fn who_is_no_member_reads_nothing_and_a_new_one_reads_what_was_shared() {
    let hub = TestHub::new(12).await;
    let (source, other) = (hub.members[0].clone(), hub.members[1].clone());
    hub.standing(&source, Delay::Now).await;
    hub.send(&source, 1).await;
    hub.pass(SignedDuration::from_mins(20)).await;
    assert_eq!(items(&hub, &other).await, 1);
    org_role::set(&hub.hub, BY, other.id, [O::Supplier].into()).await.unwrap();
    assert_eq!(items(&hub, &other).await, 0, "at once");
    org_role::set(&hub.hub, BY, other.id, [O::Supplier, O::Member].into()).await.unwrap();
    assert_eq!(items(&hub, &other).await, 1);
    assert_eq!(roles(&hub, other.id).await, [O::Member, O::Supplier]);
}

#[tokio::test]
async fn what_it_sent_stays_its_own() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    let id = hub.send(&source, 1).await;
    hub.work().await;
    org_role::set(&hub.hub, BY, source.id, [O::Supplier].into()).await.unwrap();
    hub.person("kita", source.id, &[P::Approver]).await;
    let cookie = hub.sign_in("kita").await;
    let who = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().caller;
    assert!(who.reporter().is_err(), "it sends nothing new");
    let seen = mine::show(&hub.hub, who.source().unwrap(), id).await.unwrap();
    assert_eq!(seen.row.state, SubmissionState::Drafted);
    mine::withdraw(&hub.hub, who.approver().unwrap(), id).await.unwrap();
}

#[tokio::test]
async fn what_may_not_be_is_refused_and_changes_nothing() {
    let hub = TestHub::new(2).await;
    let (member, office) = (hub.members[0].id, hub.members[1].id);
    org_role::set(&hub.hub, BY, office, [O::Authority, O::Police].into()).await.unwrap();
    let regime = hub.hub.regimes().iter().next().unwrap().clone();
    let addressee = regime.addressees[0].id.clone();
    report::seat::give(&hub.hub, BY, office, &regime.id, &addressee).await.unwrap();
    for (what, org, wanted) in [
        ("nothing", member, vec![]),
        ("a second hub", member, vec![O::Member, O::Hub]),
        ("no hub", hub.staff, vec![O::Member]),
        ("an office that reads no reports", office, vec![O::Member]),
    ] {
        let had = roles(&hub, org).await;
        let refused = org_role::set(&hub.hub, BY, org, wanted.into_iter().collect()).await;
        assert!(matches!(refused, Err(HubError::Invalid("role", _))), "{what}: {refused:?}");
        assert_eq!(roles(&hub, org).await, had, "{what}");
    }
    org_role::set(&hub.hub, BY, office, [O::Customer].into()).await.unwrap();
    org_role::set(&hub.hub, BY, hub.staff, [O::Hub, O::Authority].into()).await.unwrap();
    let nobody = org_role::set(&hub.hub, BY, OrgId::from_random([9; 16]), [O::Member].into()).await;
    assert!(matches!(nobody, Err(HubError::NotFound)), "{nobody:?}");
}

/// One operator alone makes nobody of the hub a reader of reports.
#[tokio::test]
async fn no_operator_gives_the_hub_a_seat() {
    let hub = TestHub::new(1).await;
    let roles = [O::Hub, O::Authority].into();
    org_role::set(&hub.hub, BY, hub.staff, roles).await.unwrap();
    let operator = AsRegistrar::Operator(staff(hub.staff, P::Operator).operator().unwrap());
    let refused = report::seat::give(&hub.hub, operator, hub.staff, "dfars-7012", "dc3").await;
    assert!(matches!(refused, Err(HubError::Invalid("organisation", _))), "{refused:?}");
    report::seat::give(&hub.hub, BY, hub.staff, "dfars-7012", "dc3").await.unwrap();
    report::seat::take(&hub.hub, operator, hub.staff, "dfars-7012", "dc3").await.unwrap();
}

#[tokio::test]
async fn the_operator_changes_them_on_the_page() {
    let hub = TestHub::new(1).await;
    hub.person("op", hub.staff, &[P::Operator]).await;
    let cookie = hub.sign_in("op").await;
    let csrf = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().csrf;
    let org = hub.members[0].id;
    let send = async |org: OrgId, body: &str| {
        let form = Ask::post(format!("/organisations/{org}/roles"), format!("csrf={csrf}&{body}"));
        hub.ask(form.content("application/x-www-form-urlencoded").cookie(&cookie)).await
    };
    let page = hub.ask(Ask::get(format!("/organisations/{org}")).cookie(&cookie)).await.text();
    assert!(
        page.contains("name=\"role\" value=\"member\" checked") && !page.contains("value=\"hub\""),
        "{page}"
    );
    let saved = send(org, "role=authority&role=member").await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert_eq!(roles(&hub, org).await, [O::Member, O::Authority]);
    let refused = send(hub.staff, "role=member&lang=en").await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text().contains("the hub&#39;s role stays")
            || refused.text().contains("the hub's role stays")
    );
    let nothing = send(org, "").await;
    assert!(nothing.text().contains("choose at least one"), "{}", nothing.text());
}
