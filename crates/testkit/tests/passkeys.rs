//! Passkeys: added with password and code, signed in by, removed, and gone with whoever leaves.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::HubError;
use hub::ops::account::{self, Proof};
use hub::ops::admin::AsRegistrar;
use hub::ops::auth;
use hub::ops::passkey::{self, Assertion, NewPasskey, ToAdd, ToSignIn};
use hub::ops::people::{self, NewAccount};
use jiff::SignedDuration;
use model::id::{PasskeyId, PersonId};
use model::lang::Lang;
use model::role::PersonRole as P;
use sharing::caller::AsOrgAdmin;
use testkit::{Administrator, Device, TestHub};

const PASSWORD: &str = "a password for tests";
const ORIGIN: &str = "http://hub.localhost";
const PROOF: Proof<'static> = Proof { password: PASSWORD, code: "" };

async fn hub(people: &[&str]) -> TestHub {
    let hub = TestHub::at(ORIGIN, 2).await;
    for login in people {
        hub.person(login, hub.members[0].id, &[P::OrgAdmin]).await;
    }
    hub
}

async fn who(hub: &TestHub, login: &str) -> PersonId {
    let cookie = hub.sign_in(login).await;
    auth::session(&hub.hub, &cookie).await.unwrap().unwrap().person
}

async fn told(hub: &TestHub, person: PersonId) -> ToAdd {
    passkey::to_add(&hub.hub, person, PROOF).await.unwrap()
}

async fn with_passkey(hub: &TestHub, person: PersonId) -> (Device, PasskeyId) {
    let (device, new) = Device::make(&told(hub, person).await, ORIGIN, "laptop");
    let id = passkey::add(&hub.hub, person, &new).await.unwrap();
    (device, id)
}

fn ask(hub: &TestHub) -> ToSignIn {
    passkey::to_sign_in(&hub.hub).unwrap()
}

async fn enter(hub: &TestHub, shown: &Assertion) -> Result<PersonId, HubError> {
    let session = passkey::sign_in(&hub.hub, shown, "x").await?;
    Ok(auth::session(&hub.hub, &session.cookie).await?.unwrap().person)
}

/// What is refused without saying whether anybody has the credential.
async fn refused(hub: &TestHub, shown: &Assertion) {
    let found = enter(hub, shown).await;
    assert!(matches!(found, Err(HubError::Credentials)), "{found:?}");
}

#[track_caller]
fn invalid<T: std::fmt::Debug>(found: Result<T, HubError>, field: &str) {
    assert!(matches!(&found, Err(HubError::Invalid(at, _)) if *at == field), "{field}: {found:?}");
}

fn later(hub: &TestHub, seconds: i64) {
    hub.clock.set(hub.hub.now().checked_add(SignedDuration::from_secs(seconds)).unwrap());
}

#[tokio::test]
async fn a_passkey_stands_for_password_and_code() {
    let hub = hub(&["kita"]).await;
    let kita = who(&hub, "kita").await;
    let (mut device, id) = with_passkey(&hub, kita).await;
    let before = passkey::list(&hub.hub, kita).await.unwrap();
    assert_eq!((before[0].id, before[0].label.as_str(), before[0].last_used_at), (id, "laptop", None));
    let shown = device.sign(&ask(&hub));
    assert_eq!(enter(&hub, &shown).await.unwrap(), kita);
    assert_eq!(passkey::list(&hub.hub, kita).await.unwrap()[0].last_used_at, Some(hub.hub.now()));
    invalid(enter(&hub, &shown).await, "challenge");
}

#[tokio::test]
async fn an_answer_counts_once_on_every_node() {
    let hub = hub(&["kita"]).await;
    let kita = who(&hub, "kita").await;
    let (mut device, _) = with_passkey(&hub, kita).await;
    device.counter = 0;
    let other = hub.another_node().await;
    let shown = device.sign(&ask(&hub));
    assert!(passkey::sign_in(&other, &shown, "x").await.is_err(), "a device that counted counts on");
    device.counter = 9;
    let shown = device.sign(&ask(&hub));
    assert!(passkey::sign_in(&other, &shown, "x").await.is_ok(), "a challenge of one node holds on another");
    invalid(enter(&hub, &shown).await, "challenge");
    hub::jobs::start(&hub.hub).await.unwrap();
    hub.pass(SignedDuration::from_hours(72)).await;
    let mut tx = hub.hub.store().write().await.unwrap();
    let again = tx.spend_challenge(&sha2_of(&shown), hub.hub.now()).await.unwrap();
    assert!(again, "what nobody can answer any more is forgotten");
}

fn sha2_of(shown: &Assertion) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let said: serde_json::Value = serde_json::from_slice(&shown.client_data).unwrap();
    let challenge = said["challenge"].as_str().unwrap();
    Sha256::digest(data_encoding::BASE64URL_NOPAD.decode(challenge.as_bytes()).unwrap()).to_vec()
}

#[tokio::test]
async fn what_does_not_sign_in() {
    let hub = hub(&["kita", "minami"]).await;
    let (kita, minami) = (who(&hub, "kita").await, who(&hub, "minami").await);
    let (mut device, _) = with_passkey(&hub, kita).await;
    let (mut other, _) = with_passkey(&hub, minami).await;

    let late = device.sign(&ask(&hub));
    later(&hub, passkey::CHALLENGE_SECONDS);
    invalid(enter(&hub, &late).await, "challenge");

    let mut forged = ask(&hub);
    forged.challenge[20] ^= 1;
    invalid(enter(&hub, &device.sign(&forged)).await, "challenge");
    let of_adding = ToSignIn { challenge: told(&hub, kita).await.challenge, ..ask(&hub) };
    invalid(enter(&hub, &device.sign(&of_adding)).await, "challenge");

    device.origin = "http://evil.localhost".to_owned();
    invalid(enter(&hub, &device.sign(&ask(&hub))).await, "origin");
    device.origin = ORIGIN.to_owned();
    let elsewhere = ToSignIn { relying_party: "localhost".to_owned(), ..ask(&hub) };
    invalid(enter(&hub, &device.sign(&elsewhere)).await, "authenticator_data");

    later(&hub, 3_600 * 24);
    let shown = device.sign(&ask(&hub));
    refused(&hub, &Assertion { credential: b"nobody has it".to_vec(), ..shown.clone() }).await;
    refused(&hub, &Assertion { credential: other.credential.clone(), ..shown.clone() }).await;
    refused(&hub, &Assertion { user_handle: other.user.clone(), ..shown.clone() }).await;
    refused(&hub, &Assertion { user_handle: Vec::new(), ..shown.clone() }).await;
    assert_eq!(enter(&hub, &shown).await.unwrap(), kita, "the refused ones used nothing up");
    assert_eq!(enter(&hub, &other.sign(&ask(&hub))).await.unwrap(), minami);
}

#[tokio::test]
async fn a_counter_that_goes_back_is_refused_and_noted() {
    let hub = hub(&["kita"]).await;
    let kita = who(&hub, "kita").await;
    let (mut device, _) = with_passkey(&hub, kita).await;
    device.counter = 40;
    enter(&hub, &device.sign(&ask(&hub))).await.unwrap();
    device.counter = 30;
    let copy = device.sign(&ask(&hub));
    refused(&hub, &copy).await;
    let query = "SELECT id FROM leaf WHERE kind = 'passkey-counter'";
    let noted = async || Administrator::of(&hub).read(query).await.len();
    assert_eq!(noted().await, 1);
    invalid(enter(&hub, &copy).await, "challenge");
    assert_eq!(noted().await, 1, "sent again it writes nothing");
}

#[tokio::test]
async fn a_passkey_is_added_by_whoever_proves_itself_and_for_itself() {
    let hub = hub(&["kita", "minami"]).await;
    let (kita, minami) = (who(&hub, "kita").await, who(&hub, "minami").await);
    let wrong = Proof { password: "another password for tests", code: "" };
    invalid(passkey::to_add(&hub.hub, kita, wrong).await, "password");
    let (_, new) = Device::make(&told(&hub, kita).await, ORIGIN, "x");
    invalid(passkey::add(&hub.hub, minami, &new).await, "challenge");
    let (_, of_sign_in) =
        Device::make(&ToAdd { challenge: ask(&hub).challenge, ..told(&hub, kita).await }, ORIGIN, "x");
    invalid(passkey::add(&hub.hub, kita, &of_sign_in).await, "challenge");
    for label in ["", " ", "a\nb", &"x".repeat(61)] {
        invalid(
            passkey::add(&hub.hub, kita, &NewPasskey { label: label.to_owned(), ..new.clone() }).await,
            "label",
        );
    }
    let stray =
        people::reset_link_by_machine(&hub.hub, AsRegistrar::Machine, hub.members[0].id, kita).await.unwrap();
    passkey::add(&hub.hub, kita, &new).await.unwrap();
    assert!(
        people::invitation(&hub.hub, stray.split_once("?t=").unwrap().1).await.is_err(),
        "a link made before would undo it"
    );
    invalid(passkey::add(&hub.hub, kita, &new).await, "challenge");
    let told = told(&hub, kita).await;
    assert_eq!(told.have.len(), 1, "the device is told what it has");
    assert!(!told.user.windows(4).any(|w| w == b"kita"), "the handle says nothing");
    for _ in 1..passkey::PASSKEYS_MAX {
        with_passkey(&hub, kita).await;
    }
    invalid(passkey::to_add(&hub.hub, kita, PROOF).await, "passkeys");
    let member = testkit::member(hub.members[0].id, &[P::OrgAdmin]);
    let notices = hub::ops::notice::list(&hub.hub, &member).await.unwrap();
    assert!(notices.iter().any(|one| one.kind == "passkey-added"));
}

#[tokio::test]
async fn what_was_removed_signs_nobody_in() {
    let hub = hub(&["kita", "minami"]).await;
    let (kita, minami) = (who(&hub, "kita").await, who(&hub, "minami").await);
    let (mut device, id) = with_passkey(&hub, kita).await;
    let not_theirs = passkey::remove(&hub.hub, minami, id, PROOF).await;
    assert!(matches!(not_theirs, Err(HubError::NotFound)), "{not_theirs:?}");
    let wrong = Proof { password: "another password for tests", code: "" };
    invalid(passkey::remove(&hub.hub, kita, id, wrong).await, "password");
    enter(&hub, &device.sign(&ask(&hub))).await.unwrap();
    passkey::remove(&hub.hub, kita, id, PROOF).await.unwrap();
    refused(&hub, &device.sign(&ask(&hub))).await;
}

#[tokio::test]
async fn passkeys_end_with_a_leaver_a_reset_and_by_the_machine() {
    let hub = hub(&["kita", "minami"]).await;
    let (kita, minami) = (who(&hub, "kita").await, who(&hub, "minami").await);
    let org = hub.members[0].id;
    let machine = AsRegistrar::Machine;
    let (mut device, _) = with_passkey(&hub, minami).await;
    let link = people::reset_link_by_machine(&hub.hub, machine, org, minami).await.unwrap();
    let account = NewAccount {
        login: "minami".to_owned(),
        name: "minami".to_owned(),
        lang: Lang::Ja,
        zone: "Asia/Tokyo".to_owned(),
        password: PASSWORD.to_owned(),
    };
    people::join(&hub.hub, link.split_once("?t=").unwrap().1, account).await.unwrap();
    refused(&hub, &device.sign(&ask(&hub))).await;

    let (mut device, _) = with_passkey(&hub, minami).await;
    let open = hub.sign_in("minami").await;
    assert_eq!(passkey::remove_all_for(&hub.hub, machine, org, minami).await.unwrap(), 1);
    refused(&hub, &device.sign(&ask(&hub))).await;
    assert!(auth::session(&hub.hub, &open).await.unwrap().is_none());
    let elsewhere = passkey::remove_all_for(&hub.hub, machine, hub.members[1].id, minami).await;
    assert!(matches!(elsewhere, Err(HubError::NotFound)), "{elsewhere:?}");

    let (mut device, _) = with_passkey(&hub, minami).await;
    people::remove(&hub.hub, AsOrgAdmin { org, person: kita }, minami).await.unwrap();
    refused(&hub, &device.sign(&ask(&hub))).await;
    assert!(passkey::list(&hub.hub, minami).await.unwrap().is_empty());
}

#[tokio::test]
async fn bad_assertions_make_their_address_wait() {
    let hub = hub(&["kita"]).await;
    let kita = who(&hub, "kita").await;
    let (mut device, _) = with_passkey(&hub, kita).await;
    for _ in 0..6 {
        let wrong = Assertion { credential: b"nobody has it".to_vec(), ..device.sign(&ask(&hub)) };
        refused(&hub, &wrong).await;
    }
    let shown = device.sign(&ask(&hub));
    let waits = enter(&hub, &shown).await;
    assert!(matches!(waits, Err(HubError::SlowDown(_))), "{waits:?}");
    assert!(passkey::sign_in(&hub.hub, &shown, "elsewhere").await.is_ok(), "nobody else waits");
    assert!(auth::sign_in(&hub.hub, "kita", PASSWORD, "x").await.is_ok(), "nor does the password");
}

#[tokio::test]
async fn a_hub_without_a_name_of_its_own_has_none() {
    for url in ["http://127.0.0.1:8440", "http://hub.example"] {
        let hub = TestHub::at(url, 1).await;
        invalid(passkey::to_sign_in(&hub.hub), "passkey");
        hub.person("kita", hub.members[0].id, &[P::Reporter]).await;
        let kita = who(&hub, "kita").await;
        invalid(passkey::to_add(&hub.hub, kita, PROOF).await, "passkey");
        assert!(account::show(&hub.hub, kita).await.is_ok());
    }
}
