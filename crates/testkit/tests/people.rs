//! People: how they come in, prove who they are, stand in, hand over and leave.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::ops::account::Proof;
use hub::ops::admin::{self, AsRegistrar};
use hub::ops::auth::{self, Shown};
use hub::ops::people::{self, NewAccount, NewInvitation};
use hub::ops::{account, admission, export, membership, mine, person_name, submit};
use hub::{HubError, Problem};
use jiff::{SignedDuration, Timestamp};
use model::consent::Delay;
use model::id::{OrgId, PersonId};
use model::lang::Lang;
use model::role::{PersonRole as P, Scope};
use model::submission::Door;
use sharing::caller::{AsOrgAdmin, AsReporter};
use testkit::{Ask, TestHub, mails};

const PASSWORD: &str = "a password for tests";

async fn person(hub: &TestHub, cookie: &str) -> PersonId {
    auth::session(&hub.hub, cookie).await.unwrap().unwrap().person
}

/// An administrator of the first member, with its session.
async fn admin_of(hub: &TestHub, login: &str) -> (AsOrgAdmin, String) {
    let org = hub.members[0].id;
    hub.person(login, org, &[P::OrgAdmin]).await;
    let cookie = hub.sign_in(login).await;
    (AsOrgAdmin { org, person: person(hub, &cookie).await }, cookie)
}

fn invitation(roles: &[P]) -> NewInvitation {
    NewInvitation {
        name: "Minami".to_owned(),
        address: String::new(),
        roles: roles.iter().copied().collect(),
    }
}

fn account_of(login: &str) -> NewAccount {
    NewAccount {
        login: login.to_owned(),
        name: login.to_owned(),
        lang: Lang::Ja,
        zone: "Asia/Tokyo".to_owned(),
        password: PASSWORD.to_owned(),
    }
}

fn secret(link: &str) -> &str {
    link.split_once("?t=").unwrap().1
}

async fn joined(hub: &TestHub, admin: AsOrgAdmin, login: &str, roles: &[P]) -> PersonId {
    let link = people::invite(&hub.hub, admin, invitation(roles)).await.unwrap();
    people::join(&hub.hub, secret(&link), account_of(login)).await.unwrap()
}

#[tokio::test]
async fn an_invitation_works_once_and_until_its_end() {
    let hub = TestHub::new(2).await;
    let (admin, _) = admin_of(&hub, "kita").await;
    let link = people::invite(&hub.hub, admin, invitation(&[P::Reporter])).await.unwrap();
    let offered = people::invitation(&hub.hub, secret(&link)).await.unwrap();
    assert_eq!(offered.roles, [P::Reporter].into());
    people::join(&hub.hub, secret(&link), account_of("minami")).await.unwrap();
    let again = people::join(&hub.hub, secret(&link), account_of("nishi")).await;
    assert!(matches!(again, Err(HubError::NotFound)), "{again:?}");
    let cookie = hub.sign_in("minami").await;
    let who = auth::session(&hub.hub, &cookie).await.unwrap().unwrap();
    assert_eq!((who.caller.org(), who.caller.reporter().is_ok()), (admin.org, true));

    let late = people::invite(&hub.hub, admin, invitation(&[P::Reporter])).await.unwrap();
    hub.clock.set(hub.hub.now().checked_add(SignedDuration::from_hours(24 * 11)).unwrap());
    assert!(matches!(people::invitation(&hub.hub, secret(&late)).await, Err(HubError::NotFound)));
    let ended = people::invite(&hub.hub, admin, invitation(&[P::Reporter])).await.unwrap();
    let id = people::list(&hub.hub, admin).await.unwrap().invitations[0].id;
    people::end_invitation(&hub.hub, admin, id).await.unwrap();
    assert!(matches!(people::invitation(&hub.hub, secret(&ended)).await, Err(HubError::NotFound)));
}

#[tokio::test]
async fn one_person_acts_for_two_organisations() {
    let hub = TestHub::new(2).await;
    let (admin, _) = admin_of(&hub, "kita").await;
    let other = hub.members[1].id;
    hub.person("soc", other, &[P::Reporter]).await;
    let cookie = hub.sign_in("soc").await;
    let link = people::invite(&hub.hub, admin, invitation(&[P::Approver])).await.unwrap();
    people::join_as(&hub.hub, secret(&link), person(&hub, &cookie).await).await.unwrap();
    auth::act_for(&hub.hub, &cookie, admin.org).await.unwrap();
    let who = auth::session(&hub.hub, &cookie).await.unwrap().unwrap();
    assert!(who.caller.approver().is_ok() && who.caller.org() == admin.org);
    auth::act_for(&hub.hub, &cookie, other).await.unwrap();
    assert!(auth::session(&hub.hub, &cookie).await.unwrap().unwrap().caller.approver().is_err());
}

/// Each organisation sees when a shared person acted for it, and nothing of what it does for others.
#[tokio::test]
async fn a_sign_in_for_another_organisation_is_not_shown() {
    let hub = TestHub::new(2).await;
    let (admin, _) = admin_of(&hub, "kita").await;
    let (first, other) = (hub.members[0].id.min(hub.members[1].id), hub.members[0].id.max(hub.members[1].id));
    hub.person("soc", first, &[P::Reporter]).await;
    let cookie = hub.sign_in("soc").await;
    let shared = person(&hub, &cookie).await;
    let mut tx = hub.hub.store().write().await.unwrap();
    tx.grant(shared, other, P::Reporter).await.unwrap();
    tx.commit().await.unwrap();
    let seen = async |org: OrgId| {
        let all = people::list(&hub.hub, AsOrgAdmin { org, ..admin }).await.unwrap().people;
        all.into_iter().find(|p| p.id == shared).unwrap().signed_in_at
    };
    assert!(seen(first).await.is_some());
    assert_eq!(seen(other).await, None);
    auth::act_for(&hub.hub, &cookie, other).await.unwrap();
    assert!(seen(other).await.is_some());
}

/// Sign-in names are unique across organisations: whoever tries many is slowed.
#[tokio::test]
async fn names_that_are_taken_are_not_read_out() {
    let hub = TestHub::new(2).await;
    let (admin, _) = admin_of(&hub, "kita").await;
    hub.person("rival", hub.members[1].id, &[P::Reporter]).await;
    let link = people::invite(&hub.hub, admin, invitation(&[P::Reporter])).await.unwrap();
    let mut last = Ok(());
    for _ in 0..8 {
        last = people::join(&hub.hub, secret(&link), account_of("rival")).await.map(drop);
    }
    assert!(matches!(last, Err(HubError::SlowDown(_))), "{last:?}");
}

#[tokio::test]
async fn whoever_leaves_is_out_at_once() {
    let hub = TestHub::new(2).await;
    let (admin, _) = admin_of(&hub, "kita").await;
    let second = joined(&hub, admin, "minami", &[P::OrgAdmin]).await;
    let cookie = hub.sign_in("minami").await;
    let own = AsOrgAdmin { org: admin.org, person: second };
    let token = admin::add_own_token(&hub.hub, own, "t", [Scope::Read].into(), None).await.unwrap();
    let link = people::invite(&hub.hub, own, invitation(&[P::Reporter])).await.unwrap();
    assert_eq!(hub.ask(Ask::get("/api/v1/me").token(&token)).await.status, 200);
    people::remove(&hub.hub, admin, second).await.unwrap();
    assert!(auth::session(&hub.hub, &cookie).await.unwrap().is_none());
    assert_eq!(hub.ask(Ask::get("/api/v1/me").token(&token)).await.status, 401);
    assert!(auth::sign_in(&hub.hub, "minami", PASSWORD, "x").await.is_err());
    assert!(people::invitation(&hub.hub, secret(&link)).await.is_err(), "its invitations end too");
    let last = people::remove(&hub.hub, admin, admin.person).await;
    assert!(matches!(last, Err(HubError::Invalid("role", _))), "the last administrator stays: {last:?}");
    assert!(people::list(&hub.hub, admin).await.is_ok_and(|all| all.people.len() == 1));
}

#[tokio::test]
async fn a_hand_over_moves_roles_and_the_place_on_the_call_list() {
    let hub = TestHub::new(2).await;
    let (admin, cookie) = admin_of(&hub, "kita").await;
    let second = joined(&hub, admin, "minami", &[P::Reporter]).await;
    people::set_on_call(&hub.hub, admin, vec![admin.person]).await.unwrap();
    people::hand_over(&hub.hub, admin, admin.person, second).await.unwrap();
    assert!(auth::session(&hub.hub, &cookie).await.unwrap().is_none());
    let now = AsOrgAdmin { org: admin.org, person: second };
    let all = people::list(&hub.hub, now).await.unwrap();
    assert_eq!(all.people.len(), 1);
    assert_eq!(all.people[0].roles, [P::Reporter, P::OrgAdmin].into());
    assert_eq!(all.people[0].on_call, Some(1));
}

#[tokio::test]
async fn a_deputy_has_the_roles_for_those_days_only() {
    let hub = TestHub::new(2).await;
    let (admin, _) = admin_of(&hub, "kita").await;
    let absent = joined(&hub, admin, "minami", &[P::Approver]).await;
    let deputy = joined(&hub, admin, "nishi", &[P::Reporter]).await;
    let hours = |n: i64| -> Timestamp { hub.hub.now().checked_add(SignedDuration::from_hours(n)).unwrap() };
    people::name_deputy(&hub.hub, admin, absent, deputy, hours(1), hours(5)).await.unwrap();
    let long = people::name_deputy(&hub.hub, admin, absent, deputy, hours(1), hours(24 * 400)).await;
    assert!(matches!(long, Err(HubError::Invalid("until", _))), "{long:?}");
    let begin = hub.hub.now();
    let cookie = hub.sign_in("nishi").await;
    for (after, may) in [(0, false), (2, true), (6, false)] {
        hub.clock.set(begin.checked_add(SignedDuration::from_hours(after)).unwrap());
        let who = auth::session(&hub.hub, &cookie).await.unwrap().unwrap();
        assert_eq!(who.caller.approver().is_ok(), may, "after {after} hours");
    }
}

/// The code of an authenticator app: RFC 6238 by another implementation.
fn app_code(secret: &str, at: Timestamp) -> String {
    let script = "import base64,hashlib,hmac,struct,sys\n\
        s=sys.argv[1]; k=base64.b32decode(s+'='*(-len(s)%8)); d=hmac.new(k,struct.pack('>Q',int(sys.argv[2])//30),hashlib.sha1).digest()\n\
        o=d[-1]&15; print('%06d'%((struct.unpack('>I',d[o:o+4])[0]&0x7fffffff)%1000000))";
    let second = at.as_second().to_string();
    let out = std::process::Command::new("python3").args(["-c", script, secret, &second]).output().unwrap();
    assert!(out.status.success(), "python3 is needed: apt-get install python3");
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn one_time_codes_count_once_and_paper_helps_out() {
    let hub = TestHub::new(1).await;
    let (admin, _) = admin_of(&hub, "kita").await;
    let me = admin.person;
    let proof = |code: &'static str| Proof { password: PASSWORD, code };
    let wrong = Proof { password: "another password for tests", code: "" };
    let found = account::begin_totp(&hub.hub, me, wrong).await;
    assert!(
        matches!(found, Err(HubError::Invalid("password", _))),
        "an open session is not enough: {found:?}"
    );
    let new = account::begin_totp(&hub.hub, me, proof("")).await.unwrap();
    assert!(new.address.starts_with("otpauth://totp/"), "{}", new.address);
    assert!(account::confirm_totp(&hub.hub, me, "000000").await.is_err());
    let paper = account::confirm_totp(&hub.hub, me, &app_code(&new.secret, hub.hub.now())).await.unwrap();
    assert_eq!(paper.len(), 10);
    let enter = |code: String| {
        let hub = hub.hub.clone();
        async move {
            let shown = Shown { login: "kita", password: PASSWORD, code: &code };
            auth::sign_in_with(&hub, shown, "x").await.is_ok()
        }
    };
    assert!(!enter(String::new()).await, "the password alone opens nothing");
    let next = hub.hub.now().checked_add(SignedDuration::from_secs(60)).unwrap();
    hub.clock.set(next);
    let code = app_code(&new.secret, next);
    assert!(enter(code.clone()).await);
    assert!(!enter(code).await, "a code that was overheard counts no second time");
    assert!(enter(paper[3].to_uppercase()).await && !enter(paper[3].clone()).await, "paper counts once");
    let basic = auth::basic(&hub.hub, "kita", PASSWORD, "x").await.unwrap();
    assert!(basic.is_none(), "HTTP Basic with the password is refused: programs use tokens");
    for change in [
        account::end_totp(&hub.hub, me, proof("")).await,
        account::begin_totp(&hub.hub, me, proof("000000")).await.map(drop),
        account::set_password(&hub.hub, me, "", proof(""), "a new password for tests").await,
    ] {
        assert!(
            matches!(change, Err(HubError::Invalid("code", _))),
            "the password alone changes nothing: {change:?}"
        );
    }
    let stray = people::reset_link_by_machine(&hub.hub, AsRegistrar::Machine, admin.org, me).await.unwrap();
    let on_paper = Proof { password: PASSWORD, code: &paper[4] };
    account::end_totp(&hub.hub, me, on_paper).await.unwrap();
    assert!(enter(String::new()).await);
    let late = people::join(&hub.hub, secret(&stray), account_of("kita")).await;
    assert!(matches!(late, Err(HubError::NotFound)), "a link made before would undo the change: {late:?}");
}

#[tokio::test]
async fn guessing_is_slowed_from_one_address_and_from_many() {
    let hub = TestHub::new(1).await;
    hub.person("kita", hub.members[0].id, &[P::Reporter]).await;
    let wrong = |from: String| {
        let hub = hub.hub.clone();
        async move { auth::sign_in(&hub, "kita", "wrong wrong wrong", &from).await.unwrap_err() }
    };
    for _ in 0..6 {
        wrong("one".to_owned()).await;
    }
    assert!(matches!(wrong("one".to_owned()).await, HubError::SlowDown(_)));
    assert!(
        auth::sign_in(&hub.hub, "kita", PASSWORD, "home").await.is_ok(),
        "others are not locked out by it"
    );
    for n in 0..32 {
        wrong(format!("address {n}")).await;
    }
    assert!(matches!(wrong("another".to_owned()).await, HubError::SlowDown(_)));
}

#[tokio::test]
async fn an_admission_takes_two_people_of_the_hub() {
    let hub = TestHub::new(1).await;
    hub.person("op", hub.staff, &[P::Operator]).await;
    hub.person("rel", hub.staff, &[P::Releaser]).await;
    let id = |login: &'static str| {
        let hub = &hub;
        async move { person(hub, &hub.sign_in(login).await).await }
    };
    let one = sharing::caller::AsRescuer { office: hub.staff, person: id("op").await };
    let other = sharing::caller::AsRescuer { office: hub.staff, person: id("rel").await };
    let ask = |organisation: OrgId, role: P| admission::NewAdmission {
        organisation,
        name: "Higashi".to_owned(),
        address: String::new(),
        roles: [role].into(),
        reason: "the last administrator left".to_owned(),
        relieves: [].into(),
    };
    let wrong = admission::ask(&hub.hub, one, ask(hub.members[0].id, P::Triager)).await;
    assert!(matches!(wrong, Err(HubError::Invalid("role", _))), "{wrong:?}");
    let open = admission::ask(&hub.hub, one, ask(hub.members[0].id, P::OrgAdmin)).await.unwrap();
    let alone = admission::agree(&hub.hub, one, open).await;
    assert!(matches!(alone, Err(HubError::SamePerson)), "{alone:?}");
    let link = admission::agree(&hub.hub, other, open).await.unwrap();
    assert!(admission::agree(&hub.hub, other, open).await.is_err(), "once");
    people::join(&hub.hub, secret(&link), account_of("higashi")).await.unwrap();
    let cookie = hub.sign_in("higashi").await;
    assert!(auth::session(&hub.hub, &cookie).await.unwrap().unwrap().caller.org_admin().is_ok());
    let refused = admission::ask(&hub.hub, one, ask(hub.staff, P::Triager)).await.unwrap();
    admission::refuse(&hub.hub, other, refused).await.unwrap();
    assert!(admission::agree(&hub.hub, other, refused).await.is_err());
}

/// One administrator of the hub is not two people: what it cannot give it cannot lend, and cannot take with a new password.
#[tokio::test]
async fn roles_of_the_hub_are_neither_lent_nor_reset() {
    let hub = TestHub::new(1).await;
    for (login, roles) in [("admin", &[P::OrgAdmin][..]), ("ana", &[P::Analyst]), ("rel", &[P::Releaser])] {
        hub.person(login, hub.staff, roles).await;
    }
    let id = async |login: &str| person(&hub, &hub.sign_in(login).await).await;
    let admin = AsOrgAdmin { org: hub.staff, person: id("admin").await };
    let own = joined(&hub, admin, "own", &[P::OrgAdmin]).await;
    let hours = |n: i64| -> Timestamp { hub.hub.now().checked_add(SignedDuration::from_hours(n)).unwrap() };
    for login in ["ana", "rel"] {
        let who = id(login).await;
        let lent = people::name_deputy(&hub.hub, admin, who, own, hours(0), hours(5)).await;
        assert!(matches!(lent, Err(HubError::Invalid("role", _))), "{login}: {lent:?}");
        let link = people::reset_link(&hub.hub, admin, who).await;
        assert!(matches!(link, Err(HubError::Invalid("role", _))), "{login}: {link:?}");
    }
    // a deputy that was named before its principal came to a role of the hub
    let plain = joined(&hub, admin, "plain", &[P::OrgAdmin]).await;
    people::name_deputy(&hub.hub, admin, plain, own, hours(0), hours(5)).await.unwrap();
    let link = people::reset_link(&hub.hub, admin, plain).await.unwrap();
    let new = NewInvitation { roles: [P::Releaser].into(), ..invitation(&[]) };
    let more = people::invite_by_machine(&hub.hub, AsRegistrar::Machine, hub.staff, new).await.unwrap();
    people::join_as(&hub.hub, secret(&more), plain).await.unwrap();
    let cookie = hub.sign_in("own").await;
    let who = auth::session(&hub.hub, &cookie).await.unwrap().unwrap();
    assert!(who.caller.releaser().is_err() && who.caller.rescuer().is_err(), "a deputy is no second person");
    let late = people::join(&hub.hub, secret(&link), account_of("plain")).await;
    assert!(matches!(late, Err(HubError::NotFound)), "a link for somebody ends when it joins more: {late:?}");
    let machine =
        people::reset_link_by_machine(&hub.hub, AsRegistrar::Machine, hub.staff, plain).await.unwrap();
    people::join(&hub.hub, secret(&machine), account_of("plain")).await.unwrap();
}

/// The link is looked at again when it is used.
#[tokio::test]
async fn a_new_password_is_for_whoever_acts_for_this_organisation_alone() {
    let hub = TestHub::new(2).await;
    let (admin, _) = admin_of(&hub, "kita").await;
    let forgetful = joined(&hub, admin, "minami", &[P::Reporter]).await;
    let link = people::reset_link(&hub.hub, admin, forgetful).await.unwrap();
    // granted past `join_as`, which ends the link by itself
    let mut tx = hub.hub.store().write().await.unwrap();
    tx.grant(forgetful, hub.members[1].id, P::Reporter).await.unwrap();
    tx.commit().await.unwrap();
    let used = people::join(&hub.hub, secret(&link), account_of("minami")).await;
    assert!(matches!(used, Err(HubError::NotFound)), "{used:?}");
}

#[tokio::test]
async fn the_hub_admits_nobody_past_an_administrator() {
    let (hub, sent) = TestHub::with_mail(1).await;
    let org = hub.members[0].id;
    hub.person("op", hub.staff, &[P::Operator]).await;
    hub.person("rel", hub.staff, &[P::Releaser]).await;
    hub.person("con", org, &[P::Contact]).await;
    let id = async |login: &str| person(&hub, &hub.sign_in(login).await).await;
    account::set_contact(&hub.hub, id("con").await, "con@m0.example", "", model::role::Notify::Off)
        .await
        .unwrap();
    let one = sharing::caller::AsRescuer { office: hub.staff, person: id("op").await };
    let other = sharing::caller::AsRescuer { office: hub.staff, person: id("rel").await };
    let ask = || admission::NewAdmission {
        organisation: org,
        name: "Higashi".to_owned(),
        address: String::new(),
        roles: [P::OrgAdmin].into(),
        reason: "the last administrator left".to_owned(),
        relieves: [].into(),
    };
    let open = admission::ask(&hub.hub, one, ask()).await.unwrap();
    let second = admission::ask(&hub.hub, one, ask()).await.unwrap();
    let link = admission::agree(&hub.hub, other, open).await.unwrap();
    hub.pass(SignedDuration::from_mins(1)).await;
    let letters = sent.lock().unwrap().len();
    assert_eq!(letters, 3, "everybody of the organisation is told of each step, whatever it chose");
    let told = hub::ops::notice::list(&hub.hub, &testkit::member(org, &[P::Contact])).await.unwrap();
    let kinds: Vec<&str> = told.iter().map(|n| n.kind.as_str()).collect();
    assert!(kinds.contains(&"admission-asked") && kinds.contains(&"admission-agreed"), "{kinds:?}");
    people::join(&hub.hub, secret(&link), account_of("higashi")).await.unwrap();
    let unnamed = admission::ask(&hub.hub, one, ask()).await;
    assert!(matches!(unnamed, Err(HubError::Invalid("relieves", _))), "{unnamed:?}");
    let late = admission::agree(&hub.hub, other, second).await;
    assert!(matches!(late, Err(HubError::Invalid("organisation", _))), "{late:?}");
}

#[tokio::test]
async fn an_organisation_that_leaves_takes_everything_along() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    hub.standing(&source, Delay::Now).await;
    let (admin, cookie) = admin_of(&hub, "kita").await;
    account::set_contact(&hub.hub, admin.person, "kita@m0.example", "", model::role::Notify::Off)
        .await
        .unwrap();
    let new = submit::NewSubmission {
        bytes: mails::attack("m0.example", 1),
        kind: None,
        filename: None,
        note: String::new(),
        door: Door::Api,
        delay: Delay::Now,
        exercise: false,
        idempotency_key: None,
        seen: None,
    };
    let id = submit::submit(&hub.hub, AsReporter { org: source.id }, new).await.unwrap().id;
    hub.work().await;
    let held = export::export(&hub.hub, admin).await.unwrap();
    assert_eq!(held["submissions"].as_array().unwrap().len(), 1);
    let (_, files) = export::export_all(&hub.hub, AsRegistrar::Machine, source.id).await.unwrap();
    assert_eq!(files[0].1, mails::attack("m0.example", 1), "the bytes as they came");

    assert_eq!(held["people"][0]["roles"], serde_json::json!(["org-admin"]));
    assert!(
        !held["notices"].as_array().unwrap().is_empty()
            && held["submissions"][0]["consents"][0]["decision"].is_string(),
        "{held}"
    );
    let other = sharing::caller::AsOrgAdmin { org: hub.members[1].id, person: admin.person };
    hub.send(&hub.members[1], 9).await;
    hub.work().await;
    let early = export::export(&hub.hub, other).await.unwrap();
    let early = &early["submissions"][0];
    assert_eq!((&early["state"], &early["part"]), (&serde_json::json!("drafted"), &serde_json::Value::Null));
    let rows = async || testkit::Administrator::of(&hub).every_row().await;
    let told =
        |rows: Vec<(String, String)>| rows.iter().filter(|(_, row)| row.contains("kita@m0.example")).count();
    assert!(told(rows().await) > 0);
    assert_eq!(testkit::leave(&hub.hub, source.id).await.unwrap().keys, 1);
    assert_eq!(told(rows().await), 0, "nobody of it can be reached any more");
    assert!(auth::session(&hub.hub, &cookie).await.unwrap().is_none());
    assert_eq!(hub.ask(Ask::get("/api/v1/me").token(&source.token)).await.status, 401);
    let raw = mine::raw(&hub.hub, AsReporter { org: source.id }, id).await;
    assert!(matches!(raw, Err(HubError::NotFound)), "its key is destroyed: {raw:?}");
    let left = hub.ask(Ask::get("/api/v1/items").token(&hub.members[1].token)).await.json();
    assert_eq!(left["rows"].as_array().unwrap().len(), 1, "what left with consent stays");
    hub.pass(SignedDuration::from_hours(49)).await; // the daily job meets a source that nobody knows any more
    let roster = hub.ask(Ask::get("/api/v1/roster").token(&hub.members[1].token)).await.text();
    assert!(!roster.contains("m0 corporation"), "{roster}");
}

#[tokio::test]
async fn an_erasure_has_its_certificate() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    let new = submit::NewSubmission {
        bytes: mails::attack("m0.example", 1),
        kind: None,
        filename: None,
        note: String::new(),
        door: Door::Web,
        delay: Delay::Slot,
        exercise: false,
        idempotency_key: None,
        seen: None,
    };
    let receipt = submit::submit(&hub.hub, AsReporter { org: source.id }, new).await.unwrap();
    hub.work().await;
    let approver = testkit::member(source.id, &[P::Approver]).approver().unwrap();
    let paper = membership::erase(&hub.hub, approver, receipt.id, receipt.code.as_str()).await.unwrap();
    assert_eq!(paper.code, receipt.code.as_str());
    let stranger = testkit::member(hub.members[1].id, &[P::Approver]).approver().unwrap();
    for who in [approver, stranger] {
        let gone = membership::erase(&hub.hub, who, receipt.id, receipt.code.as_str()).await;
        assert!(matches!(gone, Err(HubError::NotFound)), "{gone:?}");
    }
}

#[tokio::test]
async fn one_sign_in_name_is_one_however_it_is_typed() {
    let hub = TestHub::new(1).await;
    let (admin, _) = admin_of(&hub, "kita").await;
    joined(&hub, admin, "Minami", &[P::Reporter]).await;
    let join = async |login: &str| {
        let link = people::invite(&hub.hub, admin, invitation(&[P::Reporter])).await.unwrap();
        people::join(&hub.hub, secret(&link), account_of(login)).await
    };
    for alike in ["MINAMI", " minami ", "ｍｉｎａｍｉ"] {
        let refused = join(alike).await;
        assert!(
            matches!(refused, Err(HubError::Invalid("login", Problem::Taken { .. }))),
            "{alike}: {refused:?}"
        );
    }
    for unlike in ["minami kita", "m\u{131}nami", "minami\u{202e}", "-minami", ""] {
        let refused = join(unlike).await;
        let why = Err(HubError::Invalid("login", Problem::NotASignInName { most: 100 }));
        assert_eq!(
            refused.map_err(|why| why.to_string()),
            why.map_err(|why: HubError| why.to_string()),
            "{unlike}"
        );
    }
    // a telephone begins with a capital, a Japanese keyboard writes wide
    for typed in ["minami", "Minami", "ｍｉｎａｍｉ"] {
        auth::sign_in(&hub.hub, typed, PASSWORD, "here").await.unwrap();
    }
    for typed in ["minami", "Minami", "MINAMI", "mINAMI", "miNAMI", "minAMI"] {
        let wrong = auth::sign_in(&hub.hub, typed, "a wrong password", "there").await;
        assert!(wrong.is_err(), "{typed}");
    }
    let slowed = auth::sign_in(&hub.hub, "minaMI", "a wrong password", "there").await;
    assert!(matches!(slowed, Err(HubError::SlowDown(_))), "{slowed:?}");
}

#[tokio::test]
async fn a_name_that_nobody_sees_or_that_turns_the_text_is_none() {
    let hub = TestHub::new(1).await;
    let (admin, _) = admin_of(&hub, "kita").await;
    let refused = |what: &str, why: Option<HubError>| {
        assert!(
            matches!(why, Some(HubError::Invalid("name", Problem::NotAName { .. }))),
            "{what:?}: {why:?}"
        );
    };
    for name in ["\u{200b}", "\u{3000}", "Minami\r\nBcc: a@b.example", "\u{202e}imanim", "\u{1b}[31mMinami"] {
        let new = NewInvitation { name: name.to_owned(), ..invitation(&[P::Reporter]) };
        refused(name, people::invite(&hub.hub, admin, new).await.err());
        let link = people::invite(&hub.hub, admin, invitation(&[P::Reporter])).await.unwrap();
        let new = NewAccount { name: name.to_owned(), ..account_of("minami") };
        refused(name, people::join(&hub.hub, secret(&link), new).await.err());
        let new = admin::NewPerson {
            login: "minami".to_owned(),
            name: name.to_owned(),
            lang: Lang::Ja,
            zone: "Asia/Tokyo".to_owned(),
            password: PASSWORD.to_owned(),
            roles: Vec::new(),
        };
        refused(name, admin::add_person(&hub.hub, AsRegistrar::Machine, new).await.err());
        let token =
            admin::add_token(&hub.hub, AsRegistrar::Machine, admin.org, name, [Scope::Read].into(), None);
        refused(name, token.await.err());
    }
}

/// A name is changed by whoever bears it and by the administrator of the one organisation that it acts for.
#[tokio::test]
async fn a_name_is_changed_by_its_bearer_and_by_the_one_administrator() {
    let hub = TestHub::new(2).await;
    let (admin, cookie) = admin_of(&hub, "kita").await;
    let minami = joined(&hub, admin, "minami", &[P::Reporter]).await;
    let name = async |who: PersonId| account::show(&hub.hub, who).await.unwrap().name;
    person_name::set(&hub.hub, admin, minami, "Minami J.").await.unwrap();
    assert_eq!(name(minami).await, "Minami J.");
    person_name::set_own(&hub.hub, minami, "南 洋子").await.unwrap();
    assert_eq!(name(minami).await, "南 洋子");
    let query = "SELECT id FROM leaf WHERE kind = 'person-renamed'";
    assert_eq!(testkit::Administrator::of(&hub).read(query).await.len(), 2);
    let session = hub.sign_in("minami").await;
    assert_eq!(auth::session(&hub.hub, &session).await.unwrap().unwrap().name, "南 洋子");
    let page = hub.ask(Ask::get("/people").cookie(&cookie)).await.text();
    assert!(page.contains("南 洋子") && page.contains(&format!("/people/{minami}/name")), "{page}");

    let other = AsOrgAdmin { org: hub.members[1].id, person: admin.person };
    let refused = person_name::set(&hub.hub, other, minami, "X").await;
    assert!(matches!(refused, Err(HubError::NotFound)), "of elsewhere: {refused:?}");
    let mut tx = hub.hub.store().write().await.unwrap();
    tx.grant(minami, other.org, P::Reporter).await.unwrap();
    tx.commit().await.unwrap();
    let refused = person_name::set(&hub.hub, admin, minami, "X").await;
    assert!(matches!(refused, Err(HubError::NotFound)), "of both: {refused:?}");
    assert_eq!(name(minami).await, "南 洋子");
}
