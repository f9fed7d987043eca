//! An organisation leaves: what ends with it, what says nothing of it, and that no backup brings it back.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::ops::account::Proof;
use hub::ops::admin::{self, AsRegistrar};
use hub::ops::approval::{self, ApprovalForm};
use hub::ops::check::{ask, link, put};
use hub::ops::org_place::Move;
use hub::ops::report::seat;
use hub::ops::{
    draft, org_place, org_role, passkey, people, question, read, register, release, restore, submit, triage,
    webhook,
};
use hub::{HubError, PageRequest};
use jiff::SignedDuration;
use model::check::{CheckState, Counts};
use model::consent::{Delay, Destinations};
use model::id::{ItemId, SubmissionId};
use model::item::RecallReason;
use model::role::{OrgRole, PersonRole as P};
use model::state::ItemState;
use sharing::caller::AsReporter;
use std::collections::BTreeSet;
use testkit::{Administrator, Ask, Member, TestHub, leaves, member, staff};

const BY: AsRegistrar = AsRegistrar::Machine;

async fn inbox(hub: &TestHub, of: &Member) -> Vec<(ItemId, Option<RecallReason>)> {
    let reader = read::audiences(&hub.hub, &member(of.id, &[P::Reporter])).await.unwrap();
    let page = read::inbox(&hub.hub, &reader, &PageRequest::default()).await.unwrap();
    page.rows.into_iter().map(|row| (row.get().id, row.get().recalled)).collect()
}

/// A mail of this member that left by its standing consent.
async fn shared(hub: &TestHub, from: &Member, n: u32) -> SubmissionId {
    let id = hub.send(from, n).await;
    hub.pass(SignedDuration::from_mins(20)).await;
    id
}

#[tokio::test]
async fn what_it_asked_and_where_it_was_told_end_with_it() {
    let hub = TestHub::new(12).await;
    let (leaver, supplier) = (hub.members[0].clone(), hub.members[1].clone());
    hub.standing(&hub.members[5], Delay::Now).await;
    shared(&hub, &hub.members[5], 1).await;
    let item = inbox(&hub, &leaver).await[0].0;
    link::add_contract(&hub.hub, BY, leaver.id, supplier.id).await.unwrap();
    let asker = member(leaver.id, &[P::Approver]);
    let reader = read::audiences(&hub.hub, &asker).await.unwrap();
    let new = ask::NewCheck {
        item,
        whom: BTreeSet::from([supplier.id]),
        named: true,
        due_at: model::time::plus_days(hub.hub.now(), 5),
        counts: Counts::LogsAndMachines,
        parent: None,
    };
    ask::ask(&hub.hub, asker.asker().unwrap(), &reader, new).await.unwrap();
    webhook::add_for(&hub.hub, BY, leaver.id, "http://127.0.0.1:9/news").await.unwrap();
    testkit::leave(&hub.hub, leaver.id).await.unwrap();
    let asked = member(supplier.id, &[P::Reporter]).asked().unwrap();
    let puts = put::list(&hub.hub, asked).await.unwrap();
    assert_eq!(puts[0].get().state, CheckState::Closed, "nobody waits for the answer any more");
    assert!(webhook::list_for(&hub.hub, BY, leaver.id).await.unwrap().is_empty());
    let contracts = Administrator::of(&hub).read("SELECT customer FROM contract").await;
    assert!(contracts.is_empty(), "nor is there a contract");
}

/// An item of one source that has left, while a revision of it is put to that source again.
async fn revised(hub: &TestHub, source: &Member) -> (ItemId, SubmissionId) {
    let id = hub.send(source, 1).await;
    hub.work().await;
    let look = triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), id).await.unwrap();
    let item = look.row.item.unwrap();
    let analyst = || staff(hub.staff, P::Analyst).analyst().unwrap();
    draft::ask(&hub.hub, analyst(), item).await.unwrap();
    let approver = member(source.id, &[P::Approver]);
    let page = approval::show(&hub.hub, approver.source().unwrap(), id).await.unwrap();
    let destinations = Destinations { sectors: BTreeSet::from([hub.sector]), ..Destinations::default() };
    let form = ApprovalForm { fingerprint: page.fingerprint, destinations, ..ApprovalForm::default() };
    approval::approve(&hub.hub, approver.approver().unwrap(), id, form).await.unwrap();
    release::release(&hub.hub, staff(hub.staff, P::Releaser).releaser().unwrap(), item).await.unwrap();
    hub.pass(SignedDuration::from_mins(20)).await;
    draft::revise(&hub.hub, analyst(), item).await.unwrap();
    draft::ask(&hub.hub, analyst(), item).await.unwrap();
    (item, id)
}

/// The roster says on which day somebody left; what falls out of what is served must not say so too.
#[tokio::test]
async fn what_falls_out_with_a_leaver_does_so_on_another_day() {
    let hub = TestHub::new(12).await;
    let (source, other) = (hub.members[0].clone(), hub.members[3].clone());
    hub::jobs::start(&hub.hub).await.unwrap();
    let (item, _) = revised(&hub, &source).await;
    testkit::leave(&hub.hub, source.id).await.unwrap();
    hub.pass(SignedDuration::from_mins(16)).await;
    assert_eq!(inbox(&hub, &other).await, [(item, None)], "not at the next slot either");
    hub.pass(SignedDuration::from_hours(24 * 7)).await;
    assert_eq!(inbox(&hub, &other).await, [(item, Some(RecallReason::SourceWish))]);
}

/// A recall at the moment of a decision would say when the source decided.
#[tokio::test]
async fn what_was_shared_in_a_slot_is_taken_back_in_a_slot() {
    let hub = TestHub::new(12).await;
    let (source, other) = (hub.members[0].clone(), hub.members[3].clone());
    hub.standing(&source, Delay::Slot).await;
    let id = shared(&hub, &source, 1).await;
    let approver = member(source.id, &[P::Approver]).approver().unwrap();
    hub::ops::mine::withdraw(&hub.hub, approver, id).await.unwrap();
    hub.work().await;
    assert_eq!(inbox(&hub, &other).await[0].1, None);
    hub.pass(SignedDuration::from_mins(16)).await;
    assert_eq!(inbox(&hub, &other).await[0].1, Some(RecallReason::SourceWish));
}

/// The job of a slot that was given up does nothing, though version and state are as it was told.
#[tokio::test]
async fn an_item_that_was_put_off_does_not_leave_at_its_earlier_slot() {
    let hub = TestHub::new(12).await;
    let (source, other) = (hub.members[0].clone(), hub.members[3].clone());
    hub.standing(&source, Delay::Slot).await;
    let id = hub.send(&source, 1).await;
    hub.work().await;
    let mut tx = hub.hub.store().write().await.unwrap();
    let item = tx.submission(id).await.unwrap().unwrap().item.unwrap();
    let mut item = tx.item_for_hub(item).await.unwrap().unwrap();
    assert_eq!(item.state, ItemState::Scheduled);
    item.release_at = Some(hub.hub.now() + SignedDuration::from_hours(48));
    tx.save_item(item.state, &item, hub.hub.now()).await.unwrap();
    tx.commit().await.unwrap();
    hub.pass(SignedDuration::from_mins(31)).await;
    assert_eq!(inbox(&hub, &other).await, []);
}

/// A backup, and the hub that goes on. Simulated chance gives both the same draws, so that the hub uses up more than the restore will:
/// a leaf of the one is never taken for a leaf of the other.
async fn backed_up(hub: TestHub) -> (TestHub, TestHub) {
    hub.rest().await;
    let (backup, hub) = (hub.fork(false).await, hub.restart().await);
    for _ in 0..20 {
        register::review(&hub.hub, register::AsOverseer::Registrar(BY)).await.unwrap();
    }
    (backup, hub)
}

/// The database and the keys of a moment ago, with the journal of now: what a restore finds.
async fn restored(hub: &TestHub, backup: &TestHub) -> restore::Reapplied {
    let journal = |of: &TestHub| of.data().with_file_name("keys").join("journal");
    std::fs::copy(journal(hub), journal(backup)).unwrap();
    restore::open_epoch(&backup.hub, BY, "a drill").await.unwrap()
}

#[tokio::test]
async fn no_backup_brings_a_leaver_back() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    hub.standing(&source, Delay::Now).await;
    let id = shared(&hub, &source, 1).await;
    hub.person("kita", source.id, &[P::Reporter]).await;
    let cookie = hub.sign_in("kita").await;
    let (backup, hub) = backed_up(hub).await;
    testkit::leave(&hub.hub, source.id).await.unwrap();
    hub.work().await;

    let done = restored(&hub, &backup).await;
    assert!(done.erasures == 1 && done.rights >= 1, "{done:?}");
    assert!(backup.hub.store().seals().key(id).is_err(), "its key came back with an older key folder");
    let mut tx = backup.hub.store().read().await.unwrap();
    assert!(tx.roster().await.unwrap().organisation(source.id).is_none());
    assert!(tx.standing(source.id).await.unwrap().iter().all(|one| one.revoked_at.is_some()));
    drop(tx);
    let items = || Ask::get("/api/v1/items");
    assert_eq!(backup.ask(items().token(&source.token)).await.status, 401);
    assert_eq!(backup.ask(items().cookie(&cookie)).await.status, 401);
    assert_eq!(backup.ask(items().token(&hub.members[1].token)).await.status, 200);
}

/// A right that ended after the backup ends again; one that ended before it and was given anew stays.
#[tokio::test]
async fn rights_end_again_after_a_restore_and_only_those() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    hub.standing(&source, Delay::Now).await;
    let approver = || member(source.id, &[P::Approver]).approver().unwrap();
    approval::revoke_standing(&hub.hub, approver()).await.unwrap();
    hub.pass(SignedDuration::from_mins(1)).await;
    hub.standing(&hub.members[1], Delay::Now).await;
    hub.person("kita", source.id, &[P::Reporter]).await;
    hub.person("admin", source.id, &[P::OrgAdmin]).await;
    hub.standing(&source, Delay::Now).await;
    hub.pass(SignedDuration::from_mins(1)).await;
    let (backup, hub) = backed_up(hub).await;
    let cookie = hub.sign_in("kita").await;
    let kita = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().person;
    people::remove_for(&hub.hub, BY, source.id, kita).await.unwrap();
    let own = member(source.id, &[P::OrgAdmin]).org_admin().unwrap();
    let token = admin::tokens(&hub.hub, own).await.unwrap()[0].id;
    admin::revoke_token(&hub.hub, own, token).await.unwrap();

    let done = restored(&hub, &backup).await;
    assert_eq!((done.rights, done.unknown), (2, 0), "{done:?}");
    let mut tx = backup.hub.store().read().await.unwrap();
    assert!(tx.roles(kita).await.unwrap().is_empty());
    let standing = tx.standing(source.id).await.unwrap();
    assert!(standing.iter().any(|one| one.revoked_at.is_none()), "it stood in the backup and stands");
    drop(tx);
    let refused = backup.ask(Ask::get("/api/v1/items").token(&source.token)).await;
    assert_eq!(refused.status, 401);
}

/// What an organisation was made after the backup it is again, once and not twice.
#[tokio::test]
async fn an_organisation_is_what_it_was_made_after_a_restore() {
    let hub = TestHub::new(3).await;
    let org = hub.members[0].id;
    let (backup, hub) = backed_up(hub).await;
    for roles in [[OrgRole::Member].into(), [OrgRole::Supplier].into()] {
        org_role::set(&hub.hub, BY, org, roles).await.unwrap();
    }
    assert_eq!(restored(&hub, &backup).await.rights, 1, "the first of the two said what it was already");
    let roster = admin::roster_for(&backup.hub, BY).await.unwrap();
    assert_eq!(roster.organisation(org).unwrap().roles, [OrgRole::Supplier].into());
    org_role::set(&backup.hub, BY, org, [OrgRole::Member].into()).await.unwrap();
    assert_eq!(restored(&backup, &backup).await.rights, 0, "a later word counts");
}

/// Where an organisation stands and which seats there are: what was said last, once and not twice.
#[tokio::test]
async fn places_and_seats_are_as_they_were_last_after_a_restore() {
    let hub = TestHub::new(3).await;
    let [org, office, parent] = [0, 1, 2].map(|n| hub.members[n].id);
    org_role::set(&hub.hub, BY, office, [OrgRole::Authority].into()).await.unwrap();
    let (csirt, dc3) = (("nis2-eu", "csirt"), ("dfars-7012", "dc3"));
    for (regime, addressee) in [csirt, dc3] {
        seat::give(&hub.hub, BY, office, regime, addressee).await.unwrap();
    }
    let (backup, hub) = backed_up(hub).await;
    let new = hub::ops::sector::add(&hub.hub, BY, "water", hub_name()).await.unwrap();
    for sectors in [[hub.sector, new].into(), [new].into()] {
        let wanted = Move { parent: Some(Some(parent)), sectors: Some(sectors) };
        org_place::set(&hub.hub, BY, org, wanted).await.unwrap();
    }
    for (regime, addressee) in [csirt, dc3] {
        seat::take(&hub.hub, BY, office, regime, addressee).await.unwrap();
    }
    seat::give(&hub.hub, BY, office, dc3.0, dc3.1).await.unwrap();

    let done = restored(&hub, &backup).await;
    assert_eq!((done.rights, done.unknown), (5, 0), "{done:?}");
    let roster = admin::roster_for(&backup.hub, BY).await.unwrap();
    let placed = roster.organisation(org).unwrap();
    // the backup does not know the new sector; it knows that the old one is left
    assert_eq!((placed.parent, placed.sectors.len()), (Some(parent), 0));
    let seats = seat::list(&backup.hub, register::AsOverseer::Registrar(BY)).await.unwrap();
    assert_eq!(seats.iter().map(|one| one.addressee.as_str()).collect::<Vec<_>>(), ["dc3"]);
    assert_eq!(restored(&hub, &backup).await.rights, 0, "the next restore knows that it was done");
}

fn hub_name() -> model::lang::Bilingual {
    model::lang::Bilingual { ja: "水道".to_owned(), en: "Water".to_owned() }
}

/// Roles that were taken after the backup are not revived; whoever left and came back is there with what it came back to.
#[tokio::test]
async fn the_last_word_on_roles_counts_after_a_restore() {
    let hub = TestHub::new(12).await;
    let (first, second) = (hub.members[0].id, hub.members[1].id);
    for (login, org) in [("kita", first), ("minami", first), ("boss", first), ("chief", second)] {
        hub.person(login, org, &[P::Reporter, P::Approver, P::OrgAdmin]).await;
    }
    let people = people::list_for(&hub.hub, BY, first).await.unwrap().people;
    let id = |login: &str| people.iter().find(|one| one.login == login).unwrap().id;
    let (kita, minami) = (id("kita"), id("minami"));
    come_in(&hub, second, minami, &[P::Reporter]).await;
    let (backup, hub) = backed_up(hub).await;
    people::set_roles_for(&hub.hub, BY, first, kita, [P::Reporter].into()).await.unwrap();
    people::remove_for(&hub.hub, BY, first, minami).await.unwrap();
    come_in(&hub, first, minami, &[P::Contact]).await;

    let done = restored(&hub, &backup).await;
    assert_eq!((done.rights, done.unknown), (3, 0), "{done:?}");
    let mut tx = backup.hub.store().read().await.unwrap();
    let of = |roles: Vec<(model::id::OrgId, BTreeSet<P>)>| roles.into_iter().find(|(org, _)| *org == first);
    assert_eq!(of(tx.roles(kita).await.unwrap()), Some((first, [P::Reporter].into())));
    assert_eq!(of(tx.roles(minami).await.unwrap()), Some((first, [P::Contact].into())));
    drop(tx);
    assert_eq!(restored(&hub, &backup).await.rights, 0, "the next restore knows that it was done");
    let mut tx = backup.hub.store().read().await.unwrap();
    assert_eq!(of(tx.roles(minami).await.unwrap()), Some((first, [P::Contact].into())));
}

/// Somebody who acts for another organisation takes an invitation of this one.
async fn come_in(hub: &TestHub, org: model::id::OrgId, person: model::id::PersonId, roles: &[P]) {
    let admin = member(org, &[P::OrgAdmin]).org_admin().unwrap();
    let new = people::NewInvitation {
        name: "Minami".to_owned(),
        address: String::new(),
        roles: roles.iter().copied().collect(),
    };
    let link = people::invite(&hub.hub, admin, new).await.unwrap();
    let secret = link.split_once("?t=").unwrap().1;
    people::join_as(&hub.hub, secret, person).await.unwrap();
}

/// A deputy whose time was ended, a machine that was stopped, a submission that a court wants kept.
#[tokio::test]
async fn what_was_stopped_or_held_stays_so_after_a_restore() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    hub.standing(&source, Delay::Now).await;
    let (held, lifted) = (shared(&hub, &source, 1).await, shared(&hub, &source, 2).await);
    hub::ops::erase::hold(&hub.hub, BY, lifted, "case 7").await.unwrap();
    for login in ["kita", "minami"] {
        hub.person(login, source.id, &[P::Reporter, P::OrgAdmin]).await;
    }
    let people = people::list_for(&hub.hub, BY, source.id).await.unwrap().people;
    let (kita, minami) = (people[0].id, people[1].id);
    let admin = member(source.id, &[P::OrgAdmin]).org_admin().unwrap();
    let now = hub.hub.now();
    people::name_deputy(&hub.hub, admin, kita, minami, now, model::time::plus_days(now, 9)).await.unwrap();
    let (backup, hub) = backed_up(hub).await;
    people::end_deputy(&hub.hub, admin, kita, minami).await.unwrap();
    let releaser = staff(hub.staff, P::Releaser);
    let rule = release::rule(&hub.hub, releaser.staff().unwrap()).await.unwrap();
    assert!(rule.enabled, "the test hub's machine releases");
    let off = model::consent::MachineRule { enabled: false, ..rule };
    release::set_rule(&hub.hub, releaser.releaser().unwrap(), off).await.unwrap();
    hub::ops::erase::hold(&hub.hub, BY, held, "case 12").await.unwrap();
    hub::ops::erase::lift_hold(&hub.hub, BY, lifted).await.unwrap();

    let done = restored(&hub, &backup).await;
    assert_eq!((done.rights, done.holds, done.unknown), (2, 2, 0), "{done:?}");
    assert!(!release::rule(&backup.hub, releaser.staff().unwrap()).await.unwrap().enabled);
    let holds = hub::ops::erase::holds(&backup.hub, BY).await.unwrap();
    assert_eq!(holds.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [held]);
    assert!(Administrator::of(&backup).read("SELECT deputy FROM deputy").await.is_empty());
}

/// A passkey that was removed after the backup is removed again; the other stays.
#[tokio::test]
async fn no_backup_brings_a_removed_passkey_back() {
    let hub = TestHub::new(1).await;
    hub.person("kita", hub.members[0].id, &[P::Reporter]).await;
    let cookie = hub.sign_in("kita").await;
    let kita = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().person;
    let (lost, kept) = (hub.passkey_of(kita).await, hub.passkey_of(kita).await);
    let (backup, hub) = backed_up(hub).await;
    let proof = Proof { password: "a password for tests", code: "" };
    passkey::remove(&hub.hub, kita, lost, proof).await.unwrap();
    let done = restored(&hub, &backup).await;
    assert_eq!((done.rights, done.unknown), (1, 0), "{done:?}");
    let left = passkey::list(&backup.hub, kita).await.unwrap();
    assert_eq!(left.iter().map(|one| one.id).collect::<Vec<_>>(), [kept]);
}

/// An erasure whose submission the backup does not know, and whose job was lost with the database.
#[tokio::test]
async fn an_erasure_ends_the_key_of_what_the_backup_does_not_know() {
    let hub = TestHub::new(3).await;
    let (backup, hub) = backed_up(hub).await;
    let id = hub.send(&hub.members[0], 1).await;
    backup.hub.store().seals().create(id, [7; 32]).unwrap();
    hub::ops::erase::erase(&hub.hub, BY, id, "a drill").await.unwrap();
    assert_eq!(restored(&hub, &backup).await.unknown, 1);
    assert!(backup.hub.store().seals().key(id).is_err());
}

/// What is said on a submission opens with its key and with no other: a backup says nothing of it after the erasure.
#[tokio::test]
async fn a_thread_is_erased_with_its_submission() {
    let hub = TestHub::new(3).await;
    let source = AsReporter { org: hub.members[0].id };
    let id = hub.send(&hub.members[0], 1).await;
    question::reply(&hub.hub, source, id, "the mail came to two of us").await.unwrap();
    let db = Administrator::of(&hub);
    let seals = hub.hub.store().seals();
    for sealed in [
        db.read("SELECT bytes FROM question_line").await.remove(0),
        db.read("SELECT asker_sealed FROM question").await.remove(0),
    ] {
        assert!(seals.key(id).unwrap().open("question", &sealed).is_ok());
        assert!(seals.hub_key("question").open("question", &sealed).is_err(), "the hub's key stays for ever");
    }
    let analyst = staff(hub.staff, P::Analyst);
    let open = question::open(&hub.hub, analyst.staff().unwrap()).await.unwrap();
    assert_eq!(open[0].lines[0].text, "the mail came to two of us");
    // the key is gone before the rows are, as in a backup that was put back
    seals.destroy(id).unwrap();
    assert!(question::open(&hub.hub, analyst.staff().unwrap()).await.unwrap().is_empty());
    let late = question::reply(&hub.hub, source, id, "one more thing").await;
    assert!(matches!(late, Err(HubError::NotFound)), "{late:?}");
}

/// What was done on the machine stands in the log as the machine's act, not as a person's.
#[tokio::test]
async fn acts_of_the_machine_are_the_machines() {
    let hub = TestHub::new(1).await;
    let org = hub.members[0].id;
    for login in ["kita", "minami", "boss"] {
        hub.person(login, org, &[P::Reporter, P::OrgAdmin]).await;
    }
    let all = people::list_for(&hub.hub, BY, org).await.unwrap().people;
    let id = |login: &str| all.iter().find(|one| one.login == login).unwrap().id;
    people::set_roles_for(&hub.hub, BY, org, id("kita"), [P::Reporter].into()).await.unwrap();
    let week = hub.hub.now() + SignedDuration::from_hours(7 * 24);
    let lent =
        store::DeputyRow { person: id("boss"), deputy: id("kita"), from_at: hub.hub.now(), until_at: week };
    people::name_deputy_for(&hub.hub, BY, org, lent).await.unwrap();
    people::end_deputy_for(&hub.hub, BY, org, id("boss"), id("kita")).await.unwrap();
    people::set_on_call_for(&hub.hub, BY, org, vec![id("boss")]).await.unwrap();
    people::hand_over_for(&hub.hub, BY, org, id("kita"), id("minami")).await.unwrap();
    people::remove_for(&hub.hub, BY, org, id("minami")).await.unwrap();
    hub.beats(4).await;
    for kind in ["roles", "deputy", "deputy-ends", "on-call", "hand-over", "leaver"] {
        let told = leaves(&hub, kind).await;
        assert_eq!(told.len(), 1, "{kind}");
        assert_eq!(told[0].entry.get("by").map(String::as_str), Some("machine"), "{kind}");
    }
}

/// Exercises are outside statistics: the director's page counts none of them.
#[tokio::test]
async fn own_figures_count_no_exercise() {
    let hub = TestHub::new(12).await;
    let (source, reader) = (hub.members[0].clone(), hub.members[2].clone());
    hub.standing(&source, Delay::Now).await;
    for (n, exercise) in [(1, false), (2, true)] {
        let new = submit::NewSubmission {
            bytes: testkit::mails::attack("m0.example", n),
            kind: None,
            filename: None,
            note: String::new(),
            door: model::submission::Door::Api,
            delay: Delay::Now,
            exercise,
            idempotency_key: None,
            seen: None,
        };
        submit::submit(&hub.hub, AsReporter { org: source.id }, new).await.unwrap();
        hub.work().await;
    }
    let caller = member(reader.id, &[P::Reporter]);
    let all = inbox(&hub, &reader).await;
    assert_eq!(all.len(), 2, "both left");
    let audiences = read::audiences(&hub.hub, &caller).await.unwrap();
    for (item, _) in all {
        let answer = hub::ops::answer::answer(
            &hub.hub,
            caller.answerer().unwrap(),
            &audiences,
            item,
            model::answer::Progress::Seen,
            Some(1),
        );
        answer.await.unwrap();
    }
    let page = hub::ops::board::director(&hub.hub, &caller).await.unwrap();
    assert_eq!((page.warnings, page.answered, page.seen), (1, 1, 1));
    let counted: u64 = page.weeks.iter().map(|(_, warnings, _)| warnings).sum();
    assert_eq!(counted, 1);
}

/// A consent is for exactly what was shown: one that was given for something else, whatever the database says, releases nothing.
#[tokio::test]
async fn no_consent_is_believed_without_the_hash_of_what_leaves() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    hub.standing(&source, Delay::Slot).await;
    let id = hub.send(&source, 1).await;
    hub.work().await;
    let shown = hub::ops::mine::show(&hub.hub, AsReporter { org: source.id }, id).await.unwrap();
    assert_eq!(shown.row.state, model::state::SubmissionState::Approved);
    let db = Administrator::of(&hub);
    assert_eq!(db.read("SELECT content_hash FROM consent WHERE revoked_at IS NULL").await.len(), 1);
    db.tell(&format!("UPDATE consent SET content_hash = {}", db.bytes(&[7; 32]))).await;
    hub.pass(SignedDuration::from_mins(20)).await;
    assert!(inbox(&hub, &hub.members[3]).await.is_empty(), "it left with a consent to something else");
}
