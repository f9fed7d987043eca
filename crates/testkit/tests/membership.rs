//! What an organisation signed and through whom it reports: both stand in the register, and a group counts as one.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::ops::admin::{self, AsRegistrar};
use hub::ops::membership::{rename, sign_agreement};
use hub::ops::org_place::{self, Move};
use hub::ops::register::{self, AsOverseer};
use hub::ops::triage;
use hub::{HubError, PageRequest};
use jiff::{SignedDuration, Timestamp};
use model::id::OrgId;
use model::role::PersonRole as P;
use testkit::{Ask, TestHub, staff};

const BY: AsRegistrar = AsRegistrar::Machine;

async fn signed(hub: &TestHub, org: OrgId) -> Option<(String, Timestamp)> {
    let (one, _) = register::one(&hub.hub, AsOverseer::Registrar(BY), org).await.unwrap();
    let all = register::review(&hub.hub, AsOverseer::Registrar(BY)).await.unwrap();
    let listed =
        register::list(&hub.hub, AsOverseer::Registrar(BY), &one.slug, &PageRequest::default()).await;
    let in_list = listed.unwrap().rows.into_iter().find(|row| row.id == org).unwrap().agreement;
    let in_all = all.into_iter().find(|row| row.id == org).unwrap().agreement;
    assert_eq!((&in_list, &in_all), (&one.agreement, &one.agreement), "every view says the same");
    one.agreement
}

#[tokio::test]
async fn an_agreement_has_its_version_and_its_date() {
    let hub = TestHub::new(2).await;
    let (org, other) = (hub.members[0].id, hub.members[1].id);
    assert_eq!(signed(&hub, org).await, None, "nothing is signed by being on the roster");
    for version in ["", "  ", &"x".repeat(41)] {
        let refused = sign_agreement(&hub.hub, BY, org, version, hub.hub.now()).await;
        assert!(matches!(refused, Err(HubError::Invalid("version", _))), "`{version}`: {refused:?}");
    }
    let first = hub.hub.now();
    sign_agreement(&hub.hub, BY, org, " 2026-04 ", first).await.unwrap();
    assert_eq!(signed(&hub, org).await, Some(("2026-04".to_owned(), first)));
    hub.pass(SignedDuration::from_hours(24 * 200)).await;
    sign_agreement(&hub.hub, BY, org, "2026-10", hub.hub.now()).await.unwrap();
    assert_eq!(signed(&hub, org).await, Some(("2026-10".to_owned(), hub.hub.now())), "the last one counts");
    assert_eq!(signed(&hub, other).await, None);
    let ahead = sign_agreement(&hub.hub, BY, org, "2027-04", model::time::plus_days(hub.hub.now(), 2)).await;
    assert!(matches!(ahead, Err(HubError::Invalid("signed", _))), "{ahead:?}");
    let nobody = OrgId::from_random([9; 16]);
    let absent = sign_agreement(&hub.hub, BY, nobody, "2026-04", first).await;
    assert!(matches!(absent, Err(HubError::NotFound)), "{absent:?}");
    // what was signed is between it and the hub
    let roster = hub.ask(Ask::get("/api/v1/roster").token(&hub.members[1].token)).await.text();
    assert!(!roster.contains("2026-10"), "{roster}");
}

async fn under(hub: &TestHub, org: OrgId, parent: Option<OrgId>) -> Result<(), HubError> {
    org_place::set(&hub.hub, BY, org, Move { parent: Some(parent), ..Move::default() }).await
}

#[tokio::test]
async fn a_group_is_one_level_deep() {
    let hub = TestHub::new(3).await;
    let [a, b, c] = [0, 1, 2].map(|n| hub.members[n].id);
    under(&hub, b, Some(a)).await.unwrap();
    for (org, parent) in [(a, a), (c, b), (a, c)] {
        let refused = under(&hub, org, Some(parent)).await;
        assert!(matches!(refused, Err(HubError::Invalid("parent", _))), "{refused:?}");
    }
    let roster = admin::roster_for(&hub.hub, BY).await.unwrap();
    let counts_as = |org: OrgId| roster.organisation(org).unwrap().group();
    assert_eq!([counts_as(a), counts_as(b), counts_as(c)], [a, a, c]);
    under(&hub, b, None).await.unwrap();
    under(&hub, c, Some(b)).await.unwrap();
}

/// Ten companies of which two are one group are nine: their sector is named to nobody alone.
#[tokio::test]
async fn a_group_counts_once_in_its_sector() {
    let hub = TestHub::new(10).await;
    hub.person("m", hub.members[5].id, &[P::Reporter]).await;
    let cookie = hub.sign_in("m").await;
    let roster = async || hub.ask(Ask::get("/roster").cookie(&cookie)).await.text();
    let named = roster().await;
    assert!(named.contains("10 independent organisations") && !named.contains("served by"), "{named}");
    under(&hub, hub.members[1].id, Some(hub.members[0].id)).await.unwrap();
    let grouped = roster().await;
    assert!(grouped.contains("9 independent organisations") && grouped.contains("served by"), "{grouped}");
    assert!(grouped.contains(">m0 corporation</td>"), "through whom it reports is no secret: {grouped}");
}

/// A person of the parent sends and reads for the company below it, and for that one only while it acts for it.
#[tokio::test]
async fn a_group_company_reports_through_its_parent() {
    let hub = TestHub::new(10).await;
    let (parent, company) = (hub.members[0].clone(), hub.members[1].clone());
    under(&hub, company.id, Some(parent.id)).await.unwrap();
    hub.person("kita", parent.id, &[P::Reporter]).await;
    let cookie = hub.sign_in("kita").await;
    let person = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().person;
    let mut tx = hub.hub.store().write().await.unwrap();
    tx.grant(person, company.id, P::Reporter).await.unwrap();
    tx.commit().await.unwrap();
    let csrf = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().csrf;
    let act_for = Ask::post("/act-for", format!("csrf={csrf}&org={}", company.id));
    let moved = hub.ask(act_for.content("application/x-www-form-urlencoded").cookie(&cookie)).await;
    assert_eq!(moved.status, 303, "{}", moved.text());
    let text = "A phishing page stood at hxxps://settle.evil-7.example/pay/view yesterday.";
    let sent = Ask::post("/api/v1/submissions", text).content("text/plain").cookie(&cookie);
    let csrf = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().csrf;
    let sent = hub.ask(sent.with("x-noroshi-csrf", &csrf)).await;
    assert!(sent.status < 300, "{}", sent.text());
    let id = sent.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/submissions/{id}");
    let seen_by = async |token: &str| hub.ask(Ask::get(&path).token(token)).await.status;
    assert_eq!(seen_by(&company.token).await, 200, "it is the company's");
    assert_eq!(seen_by(&parent.token).await, 404, "and the parent's only through who acts for both");
    hub.work().await;
    let look =
        triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), id.parse().unwrap()).await;
    assert_eq!(look.unwrap().source.en, "m1 corporation");
}

/// The same attack at three companies of one group has been at one organisation, whoever of them sent it.
#[tokio::test]
async fn what_a_group_has_twice_stays_made_for_one() {
    let rare = async |grouped: bool| {
        let hub = TestHub::new(12).await;
        // rare values count from the daily job on
        hub::jobs::start(&hub.hub).await.unwrap();
        for n in [1, 2].into_iter().filter(|_| grouped) {
            under(&hub, hub.members[n].id, Some(hub.members[0].id)).await.unwrap();
        }
        for n in 0..3 {
            hub.submit(hub.members[n].id, MARKED.as_bytes().to_vec()).await;
        }
        hub.pass(SignedDuration::from_hours(30)).await;
        let id = hub.submit(hub.members[5].id, MARKED.as_bytes().to_vec()).await;
        hub.work().await;
        let look = triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), id).await.unwrap();
        let item = look.row.item.unwrap();
        let caller = staff(hub.staff, P::Analyst).staff().unwrap();
        hub::ops::draft::show(&hub.hub, caller, item).await.unwrap().bundle.contains(MARK)
    };
    assert!(rare(false).await, "three independent organisations have it");
    assert!(!rare(true).await, "a group of three is one");
}

const MARK: &str = "q7Zk2mW9xT4bL8vN3";
const MARKED: &str =
    "A phishing page stood at hxxps://settle.evil-1.example/pay/view?u=q7Zk2mW9xT4bL8vN3 yesterday.";

/// A company that is renamed stays the same one, and nobody may name it by its earlier name either.
#[tokio::test]
async fn a_renamed_organisation_is_watched_for_under_both_names() {
    let hub = TestHub::new(1).await;
    let org = hub.members[0].id;
    let admin = sharing::caller::AsOrgAdmin { org, person: model::id::PersonId::from_random([7; 16]) };
    admin::set_profile(&hub.hub, admin, model::profile::Profile::default()).await.unwrap();
    let name = |en: &str| model::lang::Bilingual { ja: "あさぎり電力".to_owned(), en: en.to_owned() };
    rename(&hub.hub, BY, org, name("Asagiri Power")).await.unwrap();
    assert_eq!(
        admin::roster_for(&hub.hub, BY).await.unwrap().organisation(org).unwrap().name,
        name("Asagiri Power")
    );
    let known = admin::profile(&hub.hub, admin).await.unwrap().names;
    assert_eq!(known, ["m0株式会社", "m0 corporation"], "its earlier names");
    for unreadable in ["", "\u{202e}rewoP"] {
        let refused = rename(&hub.hub, BY, org, name(unreadable)).await;
        assert!(matches!(refused, Err(HubError::Invalid("en", _))), "{refused:?}");
    }
    let nobody = rename(&hub.hub, BY, OrgId::from_random([9; 16]), name("Asagiri")).await;
    assert!(matches!(nobody, Err(HubError::NotFound)), "{nobody:?}");
}
