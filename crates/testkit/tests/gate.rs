//! The release gate and the people who clear what it held: a value passes, never a place.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::HubError;
use hub::ops::draft::{self, DraftForm};
use hub::ops::{account, admin, triage};
use model::id::ItemId;
use model::profile::Profile;
use model::role::{Notify, PersonRole as P};
use sharing::caller::AsOrgAdmin;
use std::collections::BTreeSet;
use testkit::{TestHub, staff};

/// The analyst writes this into the warning.
async fn write(hub: &TestHub, item: ItemId, en: &str) -> Result<(), HubError> {
    let analyst = staff(hub.staff, P::Analyst);
    let view = draft::show(&hub.hub, analyst.staff().unwrap(), item).await.unwrap();
    let mut analysis = view.content.analysis.clone();
    analysis.en = en.to_owned();
    let form = DraftForm {
        analysis,
        tlp: view.row.tlp,
        audience: view.audience,
        removed: BTreeSet::new(),
        techniques: BTreeSet::new(),
        fingerprint: None,
    };
    draft::save(&hub.hub, analyst.analyst().unwrap(), item, form).await
}

fn held(outcome: Result<(), HubError>) -> bool {
    matches!(outcome, Err(HubError::HeldForReview))
}

/// A draft that names somebody who is not its source.
async fn held_draft(hub: &TestHub) -> ItemId {
    let id = hub.send(&hub.members[0], 1).await;
    hub.work().await;
    let looker = staff(hub.staff, P::Analyst).staff().unwrap();
    let item = triage::look(&hub.hub, looker, id).await.unwrap().row.item.unwrap();
    assert!(held(write(hub, item, "It imitates m3 corporation.").await));
    item
}

/// Who takes the name out again goes on working: nobody else has to lift anything.
#[tokio::test]
async fn a_draft_whose_name_is_taken_out_can_be_asked_for() {
    let hub = TestHub::new(12).await;
    let (analyst, item) = (staff(hub.staff, P::Analyst), held_draft(&hub).await);
    let early = draft::ask(&hub.hub, analyst.analyst().unwrap(), item).await;
    assert!(matches!(early, Err(HubError::State(_))), "{early:?}");
    // another change alone lifts nothing: the name still stands there
    let again = write(&hub, item, "It imitates m3 corporation. Look for it.").await;
    assert!(again.is_ok(), "{again:?}");
    let early = draft::ask(&hub.hub, analyst.analyst().unwrap(), item).await;
    assert!(matches!(early, Err(HubError::State(_))), "{early:?}");
    write(&hub, item, "It imitates a large company.").await.unwrap();
    draft::ask(&hub.hub, analyst.analyst().unwrap(), item).await.unwrap();
}

#[tokio::test]
async fn a_cleared_name_lets_no_other_name_pass_in_its_place() {
    let hub = TestHub::new(12).await;
    let (analyst, item) = (staff(hub.staff, P::Analyst), held_draft(&hub).await);
    draft::clear_hold(&hub.hub, analyst.analyst().unwrap(), item).await.unwrap();
    write(&hub, item, "It imitates m3 corporation; look for it.").await.unwrap();
    assert!(held(write(&hub, item, "It was sent to m4 corporation.").await), "another name, the same place");
}

/// What an organisation is called stands in the roster, which everybody reads: the gate knows it before anybody has written a profile.
#[tokio::test]
async fn the_name_in_the_roster_is_known_without_a_profile() {
    let hub = TestHub::new(12).await;
    let id = hub.send(&hub.members[0], 1).await;
    hub.work().await;
    hub.person("m3", hub.members[3].id, &[P::OrgAdmin]).await;
    let cookie = hub.sign_in("m3").await;
    let person = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().person;
    let admin = AsOrgAdmin { org: hub.members[3].id, person };
    admin::set_profile(&hub.hub, admin, Profile::default()).await.unwrap();
    let looker = staff(hub.staff, P::Analyst).staff().unwrap();
    let item = triage::look(&hub.hub, looker, id).await.unwrap().row.item.unwrap();
    for named in ["It was sent to m3 corporation.", "m3株式会社 was hit."] {
        write(&hub, item, "It was sent to several.").await.unwrap();
        assert!(held(write(&hub, item, named).await), "{named}");
    }
    // its own profile is still what it wrote
    assert_eq!(admin::profile(&hub.hub, admin).await.unwrap(), Profile::default());
}

/// Somebody of an organisation with an address, by sign-in name.
async fn at_address(hub: &TestHub, login: &str, n: usize, roles: &[P], address: &str) {
    hub.person(login, hub.members[n].id, roles).await;
    let cookie = hub.sign_in(login).await;
    let person = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().person;
    account::set_contact(&hub.hub, person, address, "", Notify::Off).await.unwrap();
}

/// Nor does it need a profile to know where an organisation has its mail. Only who could write that profile tells it: else anybody could keep
/// the warnings about a domain from everybody.
#[tokio::test]
async fn where_administrators_have_their_mail_is_known_without_a_profile() {
    let hub = TestHub::new(12).await;
    let id = hub.send(&hub.members[0], 1).await;
    hub.work().await;
    at_address(&hub, "kanri", 3, &[P::OrgAdmin], "kanri@third-works.example").await;
    at_address(&hub, "free", 4, &[P::OrgAdmin], "fourth.works@gmail.com").await;
    at_address(&hub, "clever", 5, &[P::Reporter], "x@evil-c2.example").await;
    at_address(&hub, "greedy", 6, &[P::OrgAdmin], "x@co.jp").await;
    let looker = staff(hub.staff, P::Analyst).staff().unwrap();
    let item = triage::look(&hub.hub, looker, id).await.unwrap().row.item.unwrap();
    for (text, refused) in [
        ("It was sent to third-works.example.", true),
        ("It was sent to fourth.works@gmail.com.", true),
        ("It came from somebody@gmail.com.", false),
        ("It calls evil-c2.example.", false),
        ("It calls another.co.jp.", false),
    ] {
        write(&hub, item, "It was sent to several.").await.unwrap();
        assert_eq!(held(write(&hub, item, text).await), refused, "{text}");
    }
}

/// For its own drafts the address of anybody of it counts.
#[tokio::test]
async fn a_domain_of_the_sources_people_stays_without_a_profile() {
    let hub = TestHub::new(12).await;
    at_address(&hub, "bob", 0, &[P::Reporter], "bob@minami.example").await;
    let mail = "From: Billing <bill@evil-1.example>\r\nTo: undisclosed-recipients:;\r\nSubject: invoice\r\nMessage-ID: <1@evil-1.example>\r\n\
                Content-Type: text/html\r\n\r\n<a href=\"https://portal.minami.example/\">here</a> <a href=\"https://evil-1.example/pay\">there</a>\r\n";
    let id = hub.submit(hub.members[0].id, mail.as_bytes().to_vec()).await;
    hub.work().await;
    let look = triage::look(&hub.hub, staff(hub.staff, P::Analyst).staff().unwrap(), id).await.unwrap();
    let finds: Vec<&str> = look.finds.iter().map(|(find, _)| find.as_str()).collect();
    assert!(finds.contains(&"url https://evil-1.example/pay"), "{finds:?}");
    assert!(!finds.iter().any(|one| one.contains("minami")), "{finds:?}");
}
