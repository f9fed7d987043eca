//! Consent names destinations, and each reaches what it says; what names the source passes value by value.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::HubError;
use hub::ops::admin::{self, AsRegistrar, NewOrganisation};
use hub::ops::approval::{self, ApprovalForm, ApprovalView};
use hub::ops::submit::{self, NewSubmission};
use hub::ops::{draft, findable, read, release, triage};
use model::consent::{Delay, Destinations};
use model::id::{ItemId, OrgId, SubmissionId};
use model::lang::Bilingual;
use model::profile::Profile;
use model::role::{OrgRole, PersonRole as P};
use model::submission::Door;
use sharing::caller::AsReporter;
use std::collections::BTreeSet;
use testkit::{Member, TestHub, member, staff};

async fn office(hub: &TestHub, slug: &str, roles: &[OrgRole]) -> OrgId {
    let new = NewOrganisation {
        slug: slug.to_owned(),
        name: Bilingual { ja: format!("{slug}庁"), en: format!("{slug} office") },
        parent: None,
        roles: roles.iter().copied().collect(),
        sectors: BTreeSet::new(),
        profile: Profile::default(),
    };
    admin::add_organisation(&hub.hub, AsRegistrar::Machine, new).await.unwrap()
}

/// Twelve members, a ministry, the police, a hub abroad.
async fn community() -> (TestHub, [OrgId; 3]) {
    let hub = TestHub::new(12).await;
    let ministry = office(&hub, "ministry", &[OrgRole::Authority]).await;
    let police = office(&hub, "police", &[OrgRole::Authority, OrgRole::Police]).await;
    let abroad = office(&hub, "abroad", &[OrgRole::PeerHub]).await;
    (hub, [ministry, police, abroad])
}

/// A text of a member becomes a draft and its source is asked.
async fn asked(hub: &TestHub, from: &Member, text: &str) -> (SubmissionId, ItemId, ApprovalView) {
    let new = NewSubmission {
        bytes: text.as_bytes().to_vec(),
        kind: None,
        filename: None,
        note: String::new(),
        door: Door::Web,
        delay: Delay::Now,
        exercise: false,
        idempotency_key: None,
        seen: None,
    };
    let id = submit::submit(&hub.hub, AsReporter { org: from.id }, new).await.unwrap().id;
    hub.work().await;
    let look = triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), id).await.unwrap();
    let item = look.row.item.unwrap();
    draft::ask(&hub.hub, staff(hub.staff, P::Analyst).analyst().unwrap(), item).await.unwrap();
    let view = approval::show(&hub.hub, AsReporter { org: from.id }, id).await.unwrap();
    (id, item, view)
}

async fn approve(
    hub: &TestHub,
    from: &Member,
    id: SubmissionId,
    destinations: Destinations,
    restored: &[&str],
) -> Result<(), HubError> {
    let view = approval::show(&hub.hub, AsReporter { org: from.id }, id).await.unwrap();
    let form = ApprovalForm {
        fingerprint: view.fingerprint,
        destinations,
        now: true,
        cuts: BTreeSet::new(),
        restored: restored.iter().map(|name| (*name).to_owned()).collect(),
    };
    approval::approve(&hub.hub, member(from.id, &[P::Approver]).approver().unwrap(), id, form).await
}

async fn let_go(hub: &TestHub, item: ItemId) {
    release::release(&hub.hub, staff(hub.staff, P::Releaser).releaser().unwrap(), item).await.unwrap();
    hub.work().await;
}

/// The bundle of an item as an organisation reads it.
async fn read_by(hub: &TestHub, org: OrgId, item: ItemId) -> Option<String> {
    let reader = read::audiences(&hub.hub, &member(org, &[P::Reporter])).await.unwrap();
    read::item(&hub.hub, &reader, item, "web").await.ok().map(|view| view.into_inner().bundle)
}

const MAILISH: &str = "A phishing page stood at hxxps://settle.evil-1.example/pay/view yesterday.";

#[tokio::test]
async fn each_choice_says_how_many_it_reaches() {
    let (hub, [ministry, police, abroad]) = community().await;
    let choices = asked(&hub, &hub.members[0], MAILISH).await.2.choices;
    assert_eq!(choices.sectors.iter().map(|(_, _, n)| *n).collect::<Vec<_>>(), [12]);
    let counts = (choices.everybody, choices.government, choices.police, choices.foreign);
    assert_eq!(counts, (12, 1, 1, 1));
    let bodies: BTreeSet<OrgId> = choices.bodies.iter().map(|(id, _)| *id).collect();
    assert_eq!(bodies, [ministry, police, abroad].into(), "no member, not the hub itself");
}

#[tokio::test]
async fn only_whom_the_source_named_receives_it() {
    let (hub, offices) = community().await;
    let source = hub.members[0].clone();
    let sector = || Destinations { sectors: [hub.sector].into(), ..Destinations::default() };
    let named = |org| Destinations { organisations: [org].into(), ..sector() };
    let cases: [(Destinations, [bool; 3]); 5] = [
        (sector(), [false, false, false]),
        (Destinations { government: true, ..sector() }, [true, false, false]),
        (Destinations { police: true, ..sector() }, [false, true, false]),
        (Destinations { foreign: true, ..sector() }, [false, false, true]),
        (named(offices[1]), [false, true, false]),
    ];
    for (n, (to, expected)) in cases.into_iter().enumerate() {
        let text = MAILISH.replace("evil-1", &format!("evil-{n}"));
        let (id, item, _) = asked(&hub, &source, &text).await;
        approve(&hub, &source, id, to.clone(), &[]).await.unwrap();
        let_go(&hub, item).await;
        assert!(read_by(&hub, hub.members[5].id, item).await.is_some(), "{to:?}");
        for (office, expected) in offices.iter().zip(expected) {
            assert_eq!(read_by(&hub, *office, item).await.is_some(), expected, "{to:?}");
        }
    }
}

#[tokio::test]
async fn what_names_the_source_passes_value_by_value() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    let to = || Destinations { sectors: [hub.sector].into(), ..Destinations::default() };
    let text = |n: u32| {
        format!(
            "{} and hxxps://m0corporation-{n}[.]test/login",
            MAILISH.replace("evil-1", &format!("bad-{n}"))
        )
    };
    let (id, item, view) = asked(&hub, &source, &text(1)).await;
    assert_eq!(view.names_you.len(), 1, "{:?}", view.names_you);
    let slot = view.slots.iter().find(|slot| slot.names_you()).unwrap().name.clone();
    assert!(!view.bundle.contains("m0corporation"), "it stays out by default");
    let alone = findable::findable(&hub.hub, AsReporter { org: source.id }, id).await.unwrap();
    let row = alone.0.iter().find(|row| row.value.contains("m0corporation")).unwrap();
    assert_eq!((row.with, row.without, alone.1), (1, 12, 12), "with this value: the source alone");
    approve(&hub, &source, id, to(), &[&slot]).await.unwrap();
    let_go(&hub, item).await;
    assert!(read_by(&hub, hub.members[5].id, item).await.unwrap().contains("m0corporation-1.test"));
    let (id, item, _) = asked(&hub, &source, &text(2)).await;
    approve(&hub, &source, id, to(), &[]).await.unwrap();
    let_go(&hub, item).await;
    let bundle = read_by(&hub, hub.members[5].id, item).await.unwrap();
    assert!(
        bundle.contains("bad-2") && !bundle.contains("m0corporation"),
        "not ticked, not passed: {bundle}"
    );
}

#[tokio::test]
async fn the_name_of_another_is_never_the_sources_to_pass() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    let words = format!("{MAILISH} hxxps://m0corporation-m1corporation[.]test/login");
    let (id, _, view) = asked(&hub, &source, &words).await;
    let slots: Vec<&str> = view.slots.iter().map(|slot| slot.name.as_str()).collect();
    let to = Destinations { sectors: [hub.sector].into(), ..Destinations::default() };
    let done = approve(&hub, &source, id, to, &slots).await;
    assert!(matches!(done, Err(HubError::HeldForReview)), "{done:?}");
}

/// A ministry that saw an attack warns the others by the same path, and is named as little as anybody.
#[tokio::test]
async fn an_authority_warns_like_a_member() {
    let (hub, [ministry, ..]) = community().await;
    let scopes = model::role::Scope::ALL.iter().copied().collect();
    let token = admin::add_token(&hub.hub, AsRegistrar::Machine, ministry, "t", scopes, None).await.unwrap();
    let office = Member { id: ministry, slug: "ministry".to_owned(), token };
    let over_api = testkit::Ask::post("/api/v1/submissions", MAILISH.replace("evil-1", "evil-2"));
    let kept = hub.ask(over_api.content("text/plain").token(&office.token)).await;
    assert!(kept.status < 300 && kept.json()["id"].is_string(), "{}", kept.text());
    let (id, item, view) = asked(&hub, &office, MAILISH).await;
    assert_eq!(view.choices.everybody, 12, "it is no recipient of its own warning by \"all\"");
    assert!(read_by(&hub, hub.members[5].id, item).await.is_none(), "nothing leaves before its consent");
    let early = release::release(&hub.hub, staff(hub.staff, P::Releaser).releaser().unwrap(), item).await;
    assert!(early.is_err(), "{early:?}");
    let to = Destinations { sectors: [hub.sector].into(), ..Destinations::default() };
    approve(&hub, &office, id, to, &[]).await.unwrap();
    let_go(&hub, item).await;
    let bundle = read_by(&hub, hub.members[5].id, item).await.unwrap();
    assert!(bundle.contains("evil-1.example"), "{bundle}");
    for named in ["ministry", &ministry.to_string(), &id.to_string()] {
        assert!(!bundle.contains(named), "{named}: {bundle}");
    }
    let inbox = hub.ask(testkit::Ask::get("/api/v1/items").token(&hub.members[5].token)).await;
    assert!(
        inbox.text().contains(&item.to_string()) && !inbox.text().contains("ministry"),
        "{}",
        inbox.text()
    );
}

/// A consent that names nobody who is there would be kept, and nothing would ever leave by it.
#[tokio::test]
async fn a_consent_names_somebody_who_is_there() {
    let (hub, _) = community().await;
    let from = hub.members[0].clone();
    let (id, _, _) = asked(&hub, &from, "https://bad.example/login").await;
    let absent = [9; 16];
    let in_sector = Destinations {
        sectors: [model::id::SectorId::from_random(absent)].into(),
        ..Destinations::default()
    };
    let by_name =
        Destinations { organisations: [OrgId::from_random(absent)].into(), ..Destinations::default() };
    for (to, field) in
        [(Destinations::default(), "destinations"), (in_sector, "sector"), (by_name, "organisation")]
    {
        let refused = approve(&hub, &from, id, to, &[]).await;
        assert!(matches!(&refused, Err(HubError::Invalid(at, _)) if *at == field), "{field}: {refused:?}");
    }
    let to = Destinations { sectors: [hub.sector].into(), ..Destinations::default() };
    approve(&hub, &from, id, to, &[]).await.unwrap();
}
