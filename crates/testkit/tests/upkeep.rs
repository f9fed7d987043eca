//! A hub that looks after itself: erasure, holds, retention, quotas, what its health says. On both databases.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::HubError;
use hub::ops::admin::AsRegistrar;
use hub::ops::health::{self, Class};
use hub::ops::spoken::{self, Spoken};
use hub::ops::{draft, erase, membership, mine, submit, triage};
use jiff::SignedDuration;
use model::consent::Delay;
use model::id::SubmissionId;
use model::role::PersonRole as P;
use model::state::SubmissionState;
use model::submission::{Door, Medium, TriageFields, Verdict};
use sharing::caller::AsReporter;
use testkit::{Administrator, Ask, TestHub, mails, staff};

const BY: AsRegistrar = AsRegistrar::Machine;

async fn send_as(hub: &TestHub, member: usize, bytes: Vec<u8>) -> Result<SubmissionId, HubError> {
    let new = submit::NewSubmission {
        bytes,
        kind: None,
        filename: None,
        note: String::new(),
        door: Door::Api,
        delay: Delay::Now,
        exercise: false,
        idempotency_key: None,
        seen: None,
    };
    let reporter = AsReporter { org: hub.members[member].id };
    submit::submit(&hub.hub, reporter, new).await.map(|receipt| receipt.id)
}

async fn send(hub: &TestHub, n: u32) -> Result<SubmissionId, HubError> {
    send_as(hub, 0, mails::attack("m0.example", n)).await
}

/// A mail of `m0` that left by its standing consent.
async fn shared(hub: &TestHub, n: u32) -> SubmissionId {
    let id = send(hub, n).await.unwrap();
    hub.work().await;
    id
}

async fn raw(hub: &TestHub, id: SubmissionId) -> Result<Vec<u8>, HubError> {
    mine::raw(&hub.hub, AsReporter { org: hub.members[0].id }, id).await
}

async fn with_consent() -> TestHub {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    hub.standing(&source, Delay::Now).await;
    hub::jobs::start(&hub.hub).await.unwrap();
    hub
}

#[tokio::test]
async fn what_is_erased_is_gone_and_the_hub_goes_on() {
    let hub = with_consent().await;
    let (gone, kept) = (shared(&hub, 1).await, shared(&hub, 2).await);
    let seals = || hub.hub.store().seals();
    erase::erase(&hub.hub, BY, gone, "asked by the member").await.unwrap();
    assert!(matches!(raw(&hub, gone).await, Err(HubError::NotFound)), "before the key is destroyed");
    hub.work().await;
    assert!(seals().key(gone).is_err());
    assert!(raw(&hub, kept).await.is_ok());
    let items = hub.ask(Ask::get("/api/v1/items").token(&hub.members[1].token)).await;
    assert_eq!(items.text().matches("\"id\"").count(), 2, "what was released stays: {}", items.text());
    // the daily jobs meet a source that cannot be named any more
    hub.pass(SignedDuration::from_hours(50)).await;
    assert_eq!(health::look(&hub.hub).await.iter().filter(|f| f.class == Class::Jobs).count(), 0);
    assert!(shared(&hub, 3).await != gone);
}

#[tokio::test]
async fn a_hold_stops_erasure_by_hand_and_by_age() {
    let hub = with_consent().await;
    let (held, free) = (shared(&hub, 1).await, shared(&hub, 2).await);
    erase::hold(&hub.hub, BY, held, "case 12").await.unwrap();
    assert!(matches!(erase::erase(&hub.hub, BY, held, "x").await, Err(HubError::Invalid(..))));
    hub.clock.set(model::time::plus_days(hub.hub.now(), 2_000));
    hub.pass(SignedDuration::from_hours(25)).await;
    hub.pass(SignedDuration::from_hours(25)).await;
    assert!(raw(&hub, held).await.is_ok());
    assert!(raw(&hub, free).await.is_err(), "a settled submission outlives its time");
    erase::lift_hold(&hub.hub, BY, held).await.unwrap();
    hub.pass(SignedDuration::from_hours(25)).await;
    assert!(raw(&hub, held).await.is_err());
}

/// What was to be erased while a hold stood is erased when it is lifted: by its source's wish, because its source left, by its age.
#[tokio::test]
async fn what_a_hold_kept_goes_when_it_is_lifted() {
    let hub = with_consent().await;
    let source = hub.members[0].id;
    let (wished, left, aged) = (shared(&hub, 1).await, shared(&hub, 2).await, shared(&hub, 3).await);
    let kept = shared(&hub, 4).await;
    for id in [wished, left, aged, kept] {
        erase::hold(&hub.hub, BY, id, "case 12").await.unwrap();
    }
    let there = |id: SubmissionId| hub.hub.store().seals().key(id).is_ok();
    erase::lift_hold(&hub.hub, BY, kept).await.unwrap();
    hub.work().await;
    assert!(there(kept), "nobody wanted it erased");
    let approver = testkit::member(source, &[P::Approver]).approver().unwrap();
    let refused =
        membership::erase(&hub.hub, approver, wished, &hub.code(&hub.members[0], wished).await).await;
    assert!(matches!(refused, Err(HubError::Invalid("submission", _))), "{refused:?}");
    let shown = mine::show(&hub.hub, AsReporter { org: source }, wished).await.unwrap();
    assert_eq!(shown.row.state, SubmissionState::Withdrawn, "it is taken back all the same");
    assert!(raw(&hub, wished).await.is_ok());
    erase::lift_hold(&hub.hub, BY, wished).await.unwrap();
    assert!(raw(&hub, wished).await.is_err(), "at once");
    hub.work().await;
    assert!(!there(wished));

    hub.clock.set(model::time::plus_days(hub.hub.now(), 2_000));
    erase::lift_hold(&hub.hub, BY, aged).await.unwrap();
    hub.work().await;
    assert!(!there(aged), "it outlived its time while it was held");
    testkit::leave(&hub.hub, source).await.unwrap();
    hub.pass(SignedDuration::from_hours(24 * 9)).await;
    assert!(there(left), "a legal hold outlives a membership");
    erase::lift_hold(&hub.hub, BY, left).await.unwrap();
    hub.work().await;
    assert!(!there(left));
}

#[tokio::test]
async fn a_quota_ends_with_its_day() {
    let hub = TestHub::with_quota(3, hub::Quota { submissions: 2, bytes: 1 << 20 }).await;
    send(&hub, 1).await.unwrap();
    send(&hub, 2).await.unwrap();
    let Err(HubError::SlowDown(seconds)) = send(&hub, 3).await else { panic!("the third was taken") };
    hub.pass(SignedDuration::from_secs(i64::try_from(seconds).unwrap())).await;
    send(&hub, 3).await.unwrap();
}

/// What lies in a mailbox still is known as long as it may lie there.
#[tokio::test]
async fn mails_that_were_taken_out_of_a_mailbox_are_forgotten() {
    let hub = TestHub::new(3).await;
    hub::jobs::start(&hub.hub).await.unwrap();
    let mut tx = hub.hub.store().write().await.unwrap();
    let mails = ["taken", "got", "nobody", "too-large", "unreadable", "still there"];
    for mail in mails {
        let outcome = if mail == "still there" { "taken" } else { mail };
        assert!(tx.note_pulled(mail.as_bytes(), outcome, hub.hub.now()).await.unwrap());
    }
    tx.commit().await.unwrap();
    let known = async || {
        let mut tx = hub.hub.store().read().await.unwrap();
        let mut known = Vec::new();
        for mail in mails {
            if tx.pulled(mail.as_bytes()).await.unwrap().is_some() {
                known.push(mail);
            }
        }
        known
    };
    hub.clock.set(model::time::plus_days(hub.hub.now(), 85));
    hub.pass(SignedDuration::from_hours(25)).await;
    assert_eq!(known().await, mails);
    let mut tx = hub.hub.store().write().await.unwrap();
    tx.pulled_still_lies(b"still there", hub.hub.now()).await.unwrap();
    tx.commit().await.unwrap();
    hub.clock.set(model::time::plus_days(hub.hub.now(), 5));
    hub.pass(SignedDuration::from_hours(25)).await;
    assert_eq!(known().await, ["nobody", "too-large", "unreadable", "still there"]);
}

/// What is found, without what the machine under the test has: a disk, a database server with a real clock and no care.
async fn found(hub: &TestHub) -> Vec<health::Finding> {
    let mut found = health::look(&hub.hub).await;
    let of_machine = [Class::Disk, Class::Durability];
    found.retain(|f| !f.text.starts_with("clock and database server") && !of_machine.contains(&f.class));
    found
}

#[tokio::test]
async fn health_names_what_is_wrong() {
    let hub = with_consent().await;
    shared(&hub, 1).await;
    assert_eq!(found(&hub).await, []);
    send(&hub, 2).await.unwrap();
    let now = hub.hub.now();
    hub.clock.set(now.checked_add(SignedDuration::from_mins(20)).unwrap());
    let late = found(&hub).await;
    assert!(late.iter().any(|f| f.class == Class::Queue && f.grave), "nobody works: {late:?}");
    hub.work().await;
    // the clock falls back behind what the feed has dated
    hub.clock.set(now);
    assert!(found(&hub).await.iter().any(|f| f.class == Class::Clock));
    let ready = hub.ask(Ask::get("/readyz")).await;
    assert_eq!(ready.status, 503);
    let after = shared(&hub, 4).await;
    assert!(raw(&hub, after).await.is_ok(), "it still loses nothing");
}

/// Whoever has the database and not the keys learns of nobody that it is a source.
#[tokio::test]
async fn the_database_alone_names_no_source() {
    let hub = with_consent().await;
    let source = hub.members[0].clone();
    let by_rule = shared(&hub, 1).await;
    let call = Spoken {
        organisation: source.id,
        text: "http://dl.attacker-7.test/pay".to_owned(),
        medium: Medium::Phone,
        caller: Some("Kita".to_owned()),
        called_back: hub.callable("kita", source.id).await,
        file: None,
    };
    let triager = staff(hub.staff, P::Triager).triager().unwrap();
    spoken::to_call(&hub.hub, triager, source.id).await.unwrap();
    let by_voice = spoken::on_behalf(&hub.hub, triager, call).await.unwrap().id;
    hub.work().await;
    let look = triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), by_voice).await.unwrap();
    let analyst = staff(hub.staff, P::Analyst).analyst().unwrap();
    draft::ask(&hub.hub, analyst, look.row.item.unwrap()).await.unwrap();
    let fields = TriageFields { verdict: Some(Verdict::MassMailed), ..look.fields };
    triage::triage(&hub.hub, triager, by_voice, fields, true).await.unwrap();
    let hex = |id: model::id::OrgId| id.0.simple().to_string();
    let rows = Administrator::of(&hub).every_row().await;
    for kind in ["ask-approval", "verdict"] {
        assert!(rows.iter().any(|(table, row)| table == "notice" && row.contains(kind)), "no notice {kind}");
    }
    let mut looks = rows.iter().filter(|(_, row)| row.contains("look-phones"));
    assert!(looks.next().is_some_and(|(_, row)| !row.contains(&hex(source.id))), "nor whom staff telephoned");
    for (table, row) in &rows {
        for sent in [by_rule, by_voice] {
            let both = row.contains(&hex(source.id)) && row.contains(&sent.0.simple().to_string());
            assert!(!both, "{table} says who sent what: {row}");
        }
        let told = table == "notice" && hub.members.iter().any(|m| row.contains(&hex(m.id)));
        assert!(!told, "a notice names its reader: {row}");
    }
    let standing = Administrator::of(&hub).read("SELECT id FROM standing_consent").await;
    assert_eq!(standing.len(), 1);
    let id = uuid::Uuid::from_slice(&standing[0]).unwrap().simple().to_string();
    assert!(
        !rows.iter().any(|(table, row)| table == "consent" && row.contains(&id)),
        "a consent names its giver"
    );
    let about = |rows: &[(String, String)]| rows.iter().filter(|(table, _)| table == "notice").count();
    erase::erase(&hub.hub, BY, by_voice, "asked for").await.unwrap();
    let left = Administrator::of(&hub).every_row().await;
    assert_eq!(about(&rows) - about(&left), 2, "its notices go with it");
}

/// The links that a triager sees in what this member sends now.
async fn links_of(hub: &TestHub, member: usize) -> Vec<String> {
    let mail =
        "From: bill@evil-pay.test\r\nSubject: invoice\r\n\r\nhttps://pay.evil-pay.test/settle?case=4711\r\n";
    let id = send_as(hub, member, mail.as_bytes().to_vec()).await.unwrap();
    hub.work().await;
    let look = triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), id).await.unwrap();
    look.finds.into_iter().map(|(find, _)| find).filter(|find| find.starts_with("url ")).collect()
}

#[tokio::test]
async fn what_three_members_had_before_today_was_not_made_for_one() {
    let hub = TestHub::new(12).await;
    hub::jobs::start(&hub.hub).await.unwrap();
    let cut = ["url https://pay.evil-pay.test/settle"];
    for member in 0..4 {
        assert_eq!(links_of(&hub, member).await, cut, "nobody had it before today");
    }
    hub.pass(SignedDuration::from_hours(25)).await;
    assert_eq!(links_of(&hub, 4).await, ["url https://pay.evil-pay.test/settle?case=4711"]);
}

#[tokio::test]
async fn what_two_members_had_may_have_been_made_for_them() {
    let hub = TestHub::new(12).await;
    hub::jobs::start(&hub.hub).await.unwrap();
    for member in [0, 1, 1] {
        links_of(&hub, member).await;
        hub.pass(SignedDuration::from_hours(25)).await;
    }
    assert_eq!(links_of(&hub, 4).await, ["url https://pay.evil-pay.test/settle"]);
}
