//! What is for persons by name: only their organisations hear of it, and it ends with the role for which it was given.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::ops::approval::{self, ApprovalForm};
use hub::ops::{draft, notice, people, read, release, triage};
use hub::{HubError, PageRequest};
use jiff::SignedDuration;
use model::consent::Destinations;
use model::id::{ItemId, OrgId, PersonId};
use model::role::{OrgRole, PersonRole as P};
use model::tlp::Tlp;
use sharing::Caller;
use sharing::caller::AsOrgAdmin;
use std::collections::BTreeSet;
use testkit::{Administrator, TestHub, member, staff};

async fn person(hub: &TestHub, login: &str, org: OrgId, roles: &[P]) -> PersonId {
    hub.person(login, org, roles).await;
    let cookie = hub.sign_in(login).await;
    hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().person
}

fn caller(org: OrgId, person: PersonId) -> Caller {
    Caller::session(org, [OrgRole::Member].into(), person, [P::Contact].into())
}

async fn opens(hub: &TestHub, who: &Caller, item: ItemId) -> bool {
    let reader = read::audiences(&hub.hub, who).await.unwrap();
    let listed = read::inbox(&hub.hub, &reader, &PageRequest::default()).await.unwrap().rows;
    let opened = read::item(&hub.hub, &reader, item, "web").await;
    assert!(matches!(opened, Ok(_) | Err(HubError::NotFound)), "{opened:?}");
    assert_eq!(listed.iter().any(|row| row.get().id == item), opened.is_ok(), "list and item agree");
    opened.is_ok()
}

async fn kinds(hub: &TestHub, of: OrgId) -> Vec<String> {
    let all = notice::list(&hub.hub, &member(of, &[P::Contact])).await.unwrap();
    all.into_iter().map(|n| n.kind).collect()
}

/// An approved draft of the first member, marked TLP:RED.
async fn red(hub: &TestHub) -> ItemId {
    let source = hub.members[0].clone();
    let id = hub.send(&source, 1).await;
    hub.work().await;
    let look = triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), id).await.unwrap();
    let item = look.row.item.unwrap();
    let analyst = staff(hub.staff, P::Analyst);
    let view = draft::show(&hub.hub, analyst.staff().unwrap(), item).await.unwrap();
    let edit = draft::DraftForm {
        analysis: view.content.analysis.clone(),
        tlp: Tlp::Red,
        audience: view.audience,
        removed: BTreeSet::new(),
        techniques: BTreeSet::new(),
        fingerprint: None,
    };
    draft::save(&hub.hub, analyst.analyst().unwrap(), item, edit).await.unwrap();
    draft::ask(&hub.hub, analyst.analyst().unwrap(), item).await.unwrap();
    let approver = member(source.id, &[P::Approver]);
    let page = approval::show(&hub.hub, approver.source().unwrap(), id).await.unwrap();
    let destinations = Destinations { all: true, ..Destinations::default() };
    let form =
        ApprovalForm { fingerprint: page.fingerprint, destinations, now: true, ..ApprovalForm::default() };
    approval::approve(&hub.hub, approver.approver().unwrap(), id, form).await.unwrap();
    item
}

#[tokio::test]
async fn only_the_organisations_of_named_persons_hear_of_it() {
    let hub = TestHub::new(12).await;
    let (first, second, third) = (hub.members[1].id, hub.members[2].id, hub.members[3].id);
    let kita = person(&hub, "kita", first, &[P::Contact]).await;
    let mut tx = hub.hub.store().write().await.unwrap();
    tx.grant(kita, second, P::Contact).await.unwrap(); // acts for two; is named for one
    tx.commit().await.unwrap();
    let later = person(&hub, "later", third, &[P::Contact]).await;
    let item = red(&hub).await;
    let releaser = staff(hub.staff, P::Releaser).releaser().unwrap();
    let stranger = release::name_readers(&hub.hub, releaser, item, vec![(third, kita)]).await;
    assert!(matches!(stranger, Err(HubError::Invalid("person", _))), "{stranger:?}");
    let nobody = release::release(&hub.hub, releaser, item).await;
    assert!(matches!(nobody, Err(HubError::Invalid("person", _))), "{nobody:?}");
    let nobody = release::release_to(&hub.hub, releaser, item, Vec::new()).await;
    assert!(matches!(nobody, Err(HubError::Invalid("person", _))), "{nobody:?}");
    release::release_to(&hub.hub, releaser, item, vec![(first, kita)]).await.unwrap();
    // a second decision is refused and names nobody
    let twice = release::release_to(&hub.hub, releaser, item, vec![(third, later)]).await;
    assert!(matches!(twice, Err(HubError::State(_))), "{twice:?}");
    hub.pass(SignedDuration::from_mins(20)).await;
    for org in &hub.members {
        let told = kinds(&hub, org.id).await.contains(&"released".to_owned());
        assert_eq!(told, org.id == first, "{}", org.slug);
    }
    assert!(opens(&hub, &caller(first, kita), item).await);
    assert!(!opens(&hub, &caller(second, kita), item).await, "named for the first only");
    assert!(!opens(&hub, &caller(third, later), item).await);

    let nobody = release::name_readers(&hub.hub, releaser, item, Vec::new()).await;
    assert!(
        matches!(nobody, Err(HubError::Invalid("person", _))),
        "what nobody may read is recalled: {nobody:?}"
    );
    release::name_readers(&hub.hub, releaser, item, vec![(first, kita), (third, later)]).await.unwrap();
    assert!(kinds(&hub, third).await.contains(&"released".to_owned()), "who comes in later is told then");
    assert_eq!(kinds(&hub, first).await.iter().filter(|k| *k == "released").count(), 1, "nobody twice");
    assert!(opens(&hub, &caller(third, later), item).await);
}

/// Whoever phones about what is for persons by name phones those persons.
#[tokio::test]
async fn only_named_persons_are_phoned() {
    let hub = TestHub::new(12).await;
    let first = hub.members[1].id;
    let (kita, other) = (
        person(&hub, "kita", first, &[P::Contact]).await,
        person(&hub, "other", first, &[P::OrgAdmin]).await,
    );
    for one in [kita, other] {
        let set = hub::ops::account::set_contact(&hub.hub, one, "", "03-0000-0000", model::role::Notify::Off);
        set.await.unwrap();
    }
    let admin = AsOrgAdmin { org: first, person: other };
    people::set_on_call(&hub.hub, admin, vec![other]).await.unwrap();
    let item = red(&hub).await;
    let releaser = staff(hub.staff, P::Releaser).releaser().unwrap();
    release::name_readers(&hub.hub, releaser, item, vec![(first, kita)]).await.unwrap();
    hub::ops::urgent::mark(&hub.hub, releaser, item).await.unwrap();
    release::release(&hub.hub, releaser, item).await.unwrap();
    hub.pass(SignedDuration::from_mins(20)).await;
    assert!(opens(&hub, &caller(first, kita), item).await);
    let looker = || staff(hub.staff, P::Triager).staff().unwrap();
    let calls = hub::ops::urgent::open_calls(&hub.hub, looker()).await.unwrap();
    let names =
        |people: &[(String, Option<String>)]| people.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>();
    assert_eq!(calls.iter().map(|call| names(&call.people)).collect::<Vec<_>>(), [["kita"]]);
    release::recall(&hub.hub, releaser, item, model::item::RecallReason::Error).await.unwrap();
    let board = release::recall_board(&hub.hub, looker(), item).await.unwrap();
    assert_eq!(board.iter().map(|holder| names(&holder.phones)).collect::<Vec<_>>(), [["kita"]]);
}

#[tokio::test]
async fn it_ends_with_the_role_and_the_disclosure_names_the_person() {
    let hub = TestHub::new(12).await;
    let first = hub.members[1].id;
    let kita = person(&hub, "kita", first, &[P::Contact]).await;
    let admin = AsOrgAdmin { org: first, person: person(&hub, "admin", first, &[P::OrgAdmin]).await };
    let item = red(&hub).await;
    let releaser = staff(hub.staff, P::Releaser).releaser().unwrap();
    release::name_readers(&hub.hub, releaser, item, vec![(first, kita)]).await.unwrap();
    release::release(&hub.hub, releaser, item).await.unwrap();
    hub.pass(SignedDuration::from_mins(20)).await;
    assert!(opens(&hub, &caller(first, kita), item).await);
    hub.work().await;
    let told = "SELECT person FROM disclosure WHERE channel = 'web' AND person IS NOT NULL";
    let named = Administrator::of(&hub).read(told).await;
    assert_eq!(named, [kita.0.as_bytes().to_vec()]);
    let everybody = Administrator::of(&hub).read("SELECT id FROM disclosure WHERE channel = 'web'").await;
    assert_eq!(everybody.len(), 1, "no disclosure without its person");
    people::remove(&hub.hub, admin, kita).await.unwrap();
    let mut tx = hub.hub.store().write().await.unwrap();
    tx.grant(kita, first, P::Contact).await.unwrap(); // comes back a year later
    tx.commit().await.unwrap();
    assert!(!opens(&hub, &caller(first, kita), item).await, "what it was named for ended when it left");
}
