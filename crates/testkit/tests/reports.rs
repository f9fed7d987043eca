//! Incident reports through the operations: told, looked at, answered, reminded of, packed; and nothing of them reaches an item.

use hub::HubError;
use hub::PageRequest;
use hub::ops::admin::AsRegistrar;
use hub::ops::report::incident::{self, NewIncident};
use hub::ops::report::{erase, export, office, pack, send, share, verify};
use hub::ops::{mine, read};
use jiff::{SignedDuration, Timestamp};
use model::clock::regime::Fact;
use model::clock::{Extension, Trigger};
use model::id::ReportId;
use model::lang::Lang;
use model::report::event::{Declared, Delay, Event};
use model::report::facts::{ClassState, ClassStatement, Evidence};
use model::report::{Facts, ReportState};
use model::role::PersonRole as P;
use model::submission::Door;
use testkit::incident::{address, at, authority, facts, filer, in_pack, notices, of_office, opened};
use testkit::{TestHub, member};

#[tokio::test]
async fn a_report_is_told_looked_at_and_answered() {
    let hub = TestHub::new(2).await;
    let me = hub.members[0].clone();
    let dc3 = authority(&hub, "dc3", "dfars-7012", "dc3").await;
    let view = opened(&hub, &me, "2026-01-05T00:00:00Z", &["dfars-7012/dc3", "ppc-jp/ppc"]).await;
    let report = view.reports.iter().find(|r| r.regime == "dfars-7012").unwrap();
    assert!(report.on_hub && !view.reports[1].on_hub);

    // nothing was sent: the office has nothing
    assert!(matches!(office::look(&hub.hub, of_office(dc3), report.id, None).await, Err(HubError::NotFound)));
    assert!(office::board(&hub.hub, of_office(dc3)).await.unwrap().is_empty());

    hub.beats(1).await;
    let newest = hub::log::file(&hub.hub, hub::log::LogFile::Checkpoint).unwrap();
    let receipt = send::send(&hub.hub, filer(&me), report.id, "initial").await.unwrap();
    hub.beats(1).await;
    assert!(!receipt.duty.late && receipt.contradictions.is_empty());
    assert_eq!(notices(&hub, dc3).await, ["office-sent"]);
    let seen = office::look(&hub.hub, of_office(dc3), report.id, None).await.unwrap().into_inner();
    let form = seen.events.iter().find_map(|e| e.form.clone()).unwrap();
    assert_eq!(form.reporter.en, "m0 corporation");
    assert_eq!(form.checkpoint.as_bytes(), newest, "not before: what the log said when it was sent");
    let outline = form.rows.iter().find(|row| row.fact == Fact::Outline).unwrap();
    assert_eq!(outline.value.en, "83 machines at 11 sites");

    office::acknowledge(&hub.hub, of_office(dc3), report.id, "DC3-2026-17").await.unwrap();
    office::ask(&hub.hub, of_office(dc3), report.id, "which sites?").await.unwrap();
    send::write(&hub.hub, filer(&me), report.id, "all eleven").await.unwrap();
    let said = ClassStatement {
        reference: "drawings".to_owned(),
        state: ClassState::Stated,
        class: "CUI".to_owned(),
        scheme: "NARA".to_owned(),
        by: "contracting officer".to_owned(),
        at: None,
    };
    office::state_class(&hub.hub, of_office(dc3), report.id, said).await.unwrap();
    let (mine, whole) = send::show(&hub.hub, filer(&me), report.id).await.unwrap();
    assert_eq!((mine.state, mine.number.as_deref()), (ReportState::Acknowledged, Some("DC3-2026-17")));
    let what: Vec<String> = mine.events.iter().map(|e| e.event.what().to_string()).collect();
    assert_eq!(what, ["sent", "looked", "acknowledged", "line", "line", "class-stated"]);
    assert_eq!(mine.events[1].office.as_ref().unwrap().en, "dc3 office");
    assert_eq!(whole.facts.data.last().unwrap().class, "CUI");
    // the number passes up the chain: the other regime's form has it where it asks for one
    let follow_on = export::form(&hub.hub, filer(&me), report.id, "follow-on").await.unwrap();
    let reference = follow_on.rows.iter().find(|row| row.fact == Fact::Reference).unwrap();
    assert_eq!(reference.value.en, "DC3-2026-17 (dc3 office)");

    office::close(&hub.hub, of_office(dc3), report.id).await.unwrap();
    assert!(office::acknowledge(&hub.hub, of_office(dc3), report.id, "again").await.is_err());
    // revised upward eight months on
    send::send(&hub.hub, filer(&me), report.id, "follow-on").await.unwrap();
}

#[tokio::test]
async fn what_is_missing_is_told_and_unknown_is_enough() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    authority(&hub, "dc3", "dfars-7012", "dc3").await;
    let view = opened(&hub, &me, "2026-01-05T00:00:00Z", &["dfars-7012/dc3"]).await;
    let mut bare = Facts::default();
    bare.texts.insert(Fact::Outline, "x".to_owned());
    incident::save(&hub.hub, filer(&me), view.id, 1, bare, &[]).await.unwrap();
    let refused = send::send(&hub.hub, filer(&me), view.reports[0].id, "initial").await.unwrap_err();
    assert_eq!(refused.to_string(), "missing: report-kind contact contracts noticed data-affected evidence");
    let stale = incident::save(&hub.hub, filer(&me), view.id, 1, Facts::default(), &[]).await.unwrap_err();
    assert!(stale.to_string().starts_with("version: it is at version 2"), "{stale}");
}

#[tokio::test]
async fn others_see_nothing() {
    let hub = TestHub::new(2).await;
    let (me, other) = (hub.members[0].clone(), hub.members[1].clone());
    let dc3 = authority(&hub, "dc3", "dfars-7012", "dc3").await;
    let rival = authority(&hub, "rival", "nis2-eu", "csirt").await;
    let view = opened(&hub, &me, "2026-01-05T00:00:00Z", &["dfars-7012/dc3"]).await;
    let id = view.reports[0].id;
    send::send(&hub.hub, filer(&me), id, "initial").await.unwrap();
    let absent = |result: Result<(), HubError>| assert!(matches!(result, Err(HubError::NotFound)));
    absent(incident::show(&hub.hub, filer(&other), view.id).await.map(drop));
    absent(send::show(&hub.hub, filer(&other), id).await.map(drop));
    absent(send::write(&hub.hub, filer(&other), id, "x").await);
    absent(pack::pack(&hub.hub, filer(&other), view.id).await.map(drop));
    absent(office::look(&hub.hub, of_office(rival), id, None).await.map(drop));
    absent(office::ask(&hub.hub, of_office(rival), id, "x").await);
    absent(office::look(&hub.hub, of_office(dc3), ReportId::from_random([1; 16]), None).await.map(drop));
    assert!(office::board(&hub.hub, of_office(rival)).await.unwrap().is_empty());
    // hub staff have no such capability at all
    for role in P::ALL.iter().filter(|role| role.of_hub()) {
        let staff = testkit::staff(hub.staff, *role);
        assert!(staff.filer().is_err() && staff.office().is_err());
    }
}

#[tokio::test]
async fn a_report_is_handed_over() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    let dc3 = authority(&hub, "dc3", "dfars-7012", "dc3").await;
    let prime = authority(&hub, "prime", "dfars-7012", "prime").await;
    let rival = authority(&hub, "rival", "nis2-eu", "csirt").await;
    let view = opened(&hub, &me, "2026-01-05T00:00:00Z", &["dfars-7012/dc3"]).await;
    let id = view.reports[0].id;
    send::send(&hub.hub, filer(&me), id, "initial").await.unwrap();
    let no = office::hand_over(&hub.hub, of_office(dc3), id, rival, "yours").await;
    assert!(matches!(no, Err(HubError::Invalid("to", _))));
    office::hand_over(&hub.hub, of_office(dc3), id, prime, "your contract").await.unwrap();
    assert!(office::look(&hub.hub, of_office(dc3), id, None).await.is_err());
    office::look(&hub.hub, of_office(prime), id, None).await.unwrap();
    assert!(notices(&hub, me.id).await.contains(&"report-handed-over".to_owned()));
}

#[tokio::test]
async fn a_look_is_told_later_only_on_a_lawful_ground() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    let dc3 = authority(&hub, "dc3", "dfars-7012", "dc3").await;
    let view = opened(&hub, &me, "2026-01-05T00:00:00Z", &["dfars-7012/dc3"]).await;
    let id = view.reports[0].id;
    send::send(&hub.hub, filer(&me), id, "initial").await.unwrap();
    let until = at("2026-02-01T00:00:00Z");
    let groundless = Delay { ground: String::new(), until };
    assert!(office::look(&hub.hub, of_office(dc3), id, Some(groundless)).await.is_err());
    let lawful = Delay { ground: "running investigation".to_owned(), until };
    office::look(&hub.hub, of_office(dc3), id, Some(lawful)).await.unwrap();
    let looks = async || {
        let (view, _) = send::show(&hub.hub, filer(&me), id).await.unwrap();
        view.events.iter().filter(|e| matches!(e.event, Event::Looked { .. })).count()
    };
    assert_eq!(looks().await, 0);
    hub.clock.set(until);
    assert_eq!(looks().await, 1);
}

#[tokio::test]
async fn reminders_come_at_half_four_fifths_two_hours_and_after() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    authority(&hub, "dc3", "dfars-7012", "dc3").await;
    let view = opened(&hub, &me, "2026-01-05T00:00:00Z", &["dfars-7012/dc3"]).await;
    hub.pass(SignedDuration::from_hours(37)).await;
    assert_eq!(notices(&hub, me.id).await, ["report-half"]);
    hub.pass(SignedDuration::from_hours(34)).await;
    assert_eq!(notices(&hub, me.id).await, ["report-half", "report-four-fifths", "report-last-call"]);
    // saving again plans again, and nothing is told twice
    incident::save(&hub.hub, filer(&me), view.id, 1, facts("2026-01-05T00:00:00Z"), &[]).await.unwrap();
    hub.pass(SignedDuration::from_hours(26)).await;
    assert_eq!(notices(&hub, me.id).await[3..], ["report-overdue", "report-overdue"]);
    send::send(&hub.hub, filer(&me), view.reports[0].id, "initial").await.unwrap();
    let before = notices(&hub, me.id).await.len();
    hub.pass(SignedDuration::from_hours(24 * 10)).await;
    assert_eq!(notices(&hub, me.id).await.len(), before);
}

#[tokio::test]
async fn nobody_is_reminded_of_an_exercise() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    authority(&hub, "dc3", "dfars-7012", "dc3").await;
    let facts = facts("2026-01-05T00:00:00Z");
    let new = NewIncident { facts, addresses: vec![address("dfars-7012/dc3")], exercise: true };
    let view = incident::open(&hub.hub, filer(&me), new).await.unwrap();
    assert!(view.reports[0].duties[0].until.is_some(), "its board counts all the same");
    hub.pass(SignedDuration::from_hours(24 * 30)).await;
    assert_eq!(notices(&hub, me.id).await, Vec::<String>::new());
}

/// What a clock counts from in evidence is what was sent. A time that was only saved afterwards explains nothing.
#[tokio::test]
async fn a_pack_counts_from_what_was_sent() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    authority(&hub, "dc3", "dfars-7012", "dc3").await;
    let view = opened(&hub, &me, "2026-01-05T00:00:00Z", &["dfars-7012/dc3"]).await;
    let id = view.reports[0].id;
    hub.clock.set(at("2026-02-13T00:00:00Z"));
    send::send(&hub.hub, filer(&me), id, "initial").await.unwrap();
    let sent = pack::pack(&hub.hub, filer(&me), view.id).await.unwrap();
    let mut later = facts("2026-02-12T00:00:00Z");
    later.happened.triggers.insert(Trigger::Payment, at("2026-02-01T00:00:00Z"));
    incident::save(&hub.hub, filer(&me), view.id, 1, later, &[]).await.unwrap();
    let saved = pack::pack(&hub.hub, filer(&me), view.id).await.unwrap();
    let (before, after) = (verify(&sent, None), verify(&saved, None));
    assert_eq!((before.faults, after.faults), (Vec::new(), Vec::new()));
    assert!(after.timeline[0].1.contains("late by 36 days"), "{:?}", after.timeline);
    assert_eq!(before.timeline, after.timeline);

    // sent again, the new time counts; clocks that are none of this regime's are not told
    send::send(&hub.hub, filer(&me), id, "initial").await.unwrap();
    let form = in_pack(&pack::pack(&hub.hub, filer(&me), view.id).await.unwrap(), "/events/00002-sent.json");
    assert_eq!(form["started"]["triggers"], serde_json::json!({"awareness": "2026-02-12T00:00:00Z"}));
}

#[tokio::test]
async fn too_many_pieces_of_evidence_are_refused_with_the_number() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    let mut facts = facts("2026-01-05T00:00:00Z");
    facts.custody = vec![Evidence { what: "image".to_owned(), ..Evidence::default() }; 20_001];
    let new = NewIncident { facts, addresses: Vec::new(), exercise: false };
    match incident::open(&hub.hub, filer(&me), new).await {
        Err(HubError::Invalid("facts", why)) => assert!(why.to_string().contains("20000"), "{why}"),
        other => panic!("{other:?}"),
    }
}

/// Erased, an incident is absent for its organisation and its office, its reminders are silent, and its key is gone; evidence
/// under legal hold forbids it.
#[tokio::test]
async fn an_incident_is_erased_for_everybody() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    let dc3 = authority(&hub, "dc3", "dfars-7012", "dc3").await;
    let mut facts = facts("2026-01-05T00:00:00Z");
    facts.custody = vec![Evidence { what: "image".to_owned(), hold: true, ..Evidence::default() }];
    let new =
        NewIncident { facts: facts.clone(), addresses: vec![address("dfars-7012/dc3")], exercise: false };
    let view = incident::open(&hub.hub, filer(&me), new).await.unwrap();
    let report = view.reports[0].id;
    send::send(&hub.hub, filer(&me), report, "initial").await.unwrap();
    assert!(!notices(&hub, dc3).await.is_empty());
    let by = AsRegistrar::Machine;
    let held = erase::erase(&hub.hub, by, view.id, "wish").await;
    assert!(matches!(held, Err(HubError::Invalid("incident", _))), "{held:?}");
    facts.custody[0].hold = false;
    incident::save(&hub.hub, filer(&me), view.id, 1, facts, &[]).await.unwrap();
    assert!(matches!(erase::erase(&hub.hub, by, view.id, "").await, Err(HubError::Invalid("reason", _))));
    erase::erase(&hub.hub, by, view.id, "wish of the organisation").await.unwrap();
    hub.work().await;
    assert!(matches!(hub.hub.store().seals().key(view.id), Err(store::StoreError::Erased)));
    assert!(matches!(incident::show(&hub.hub, filer(&me), view.id).await, Err(HubError::NotFound)));
    assert!(incident::board(&hub.hub, filer(&me)).await.unwrap().is_empty());
    assert!(matches!(office::look(&hub.hub, of_office(dc3), report, None).await, Err(HubError::NotFound)));
    assert!(office::board(&hub.hub, of_office(dc3)).await.unwrap().is_empty());
    assert!(matches!(erase::erase(&hub.hub, by, view.id, "again").await, Err(HubError::NotFound)));
    // nor is there a notice that would lead to it
    assert_eq!(notices(&hub, dc3).await, [""; 0]);
    let before = notices(&hub, me.id).await;
    hub.pass(SignedDuration::from_hours(24 * 90)).await;
    assert_eq!(notices(&hub, me.id).await, before);
}

#[tokio::test]
async fn evidence_is_reminded_of_a_week_before_it_may_go() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    authority(&hub, "dc3", "dfars-7012", "dc3").await;
    let mut facts = facts("2026-01-05T00:00:00Z");
    let piece = |until: &str, hold| Evidence {
        what: "image".to_owned(),
        keep_until: Some(at(until)),
        hold,
        ..Evidence::default()
    };
    facts.custody = vec![piece("2026-03-01T00:00:00Z", false), piece("2026-02-01T00:00:00Z", true)];
    let new = NewIncident { facts, addresses: vec![address("dfars-7012/dc3")], exercise: false };
    let view = incident::open(&hub.hub, filer(&me), new).await.unwrap();
    send::send(&hub.hub, filer(&me), view.reports[0].id, "initial").await.unwrap();
    hub.pass(SignedDuration::from_hours(24 * 47)).await;
    assert_eq!(notices(&hub, me.id).await, ["report-evidence"; 0]);
    hub.pass(SignedDuration::from_hours(24 * 2)).await;
    assert_eq!(notices(&hub, me.id).await, ["report-evidence"]);
    // and again before the 90 days of the regime are over
    hub.pass(SignedDuration::from_hours(24 * 36)).await;
    assert_eq!(notices(&hub, me.id).await, ["report-evidence", "report-evidence"]);
}

#[tokio::test]
async fn the_technical_part_is_shared_by_the_slot_and_nothing_else() {
    let hub = TestHub::new(12).await;
    let me = hub.members[0].clone();
    // even a standing consent to leave at once does not hurry it
    hub.standing(&me, model::consent::Delay::Now).await;
    let mut facts = facts("2026-01-05T00:00:00Z");
    facts.texts.insert(Fact::Indicators, "hxxps://c2[.]attacker[.]test/beacon\n203.0.113.77".to_owned());
    facts.texts.insert(Fact::Systems, "45 servers at m0.example".to_owned());
    let new = NewIncident { facts, addresses: vec![address("ppc-jp/ppc")], exercise: false };
    let view = incident::open(&hub.hub, filer(&me), new).await.unwrap();
    let source = member(me.id, &[P::Reporter]).reporter().unwrap();
    let receipt = share::share(&hub.hub, filer(&me), source, view.id, Door::Web).await.unwrap();
    let sent = mine::raw(&hub.hub, source, receipt.id).await.unwrap();
    assert_eq!(String::from_utf8(sent).unwrap(), "hxxps://c2[.]attacker[.]test/beacon\n203.0.113.77\n");
    hub.work().await;
    let reader = read::audiences(&hub.hub, &member(hub.members[1].id, &[P::Reporter])).await.unwrap();
    let inbox = async || read::inbox(&hub.hub, &reader, &PageRequest::default()).await.unwrap().rows;
    assert!(inbox().await.is_empty(), "not before the slot");
    hub.pass(SignedDuration::from_mins(16)).await;
    for row in inbox().await {
        let item = read::item(&hub.hub, &reader, row.get().id, "web").await.unwrap();
        let text = format!("{:?}", item.get());
        assert!(!text.contains("m0.example") && !text.contains("83 machines"), "{text}");
    }
}

#[tokio::test]
async fn what_was_sent_elsewhere_is_declared_not_proven() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    let view = opened(&hub, &me, "2026-01-05T00:00:00Z", &["ppc-jp/ppc"]).await;
    let id = view.reports[0].id;
    assert!(matches!(
        send::send(&hub.hub, filer(&me), id, "preliminary").await,
        Err(HubError::Invalid("report", _))
    ));
    let said = |at: Timestamp| Declared {
        stage: "preliminary".to_owned(),
        form: "様式第1".to_owned(),
        channel: "portal".to_owned(),
        addressee: "PPC".to_owned(),
        at,
        acknowledgement: "R8-123".to_owned(),
    };
    assert!(send::declare(&hub.hub, filer(&me), id, said(at("2030-01-01T00:00:00Z"))).await.is_err());
    send::declare(&hub.hub, filer(&me), id, said(at("2026-01-05T00:00:05Z"))).await.unwrap();
    let (view, _) = send::show(&hub.hub, filer(&me), id).await.unwrap();
    assert_eq!(view.state, ReportState::Elsewhere);
    assert!(view.duties[0].declared && !view.duties[0].late);
}

#[tokio::test]
async fn a_clock_that_jumped_back_loses_nothing_and_breaks_no_order() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    let dc3 = authority(&hub, "dc3", "dfars-7012", "dc3").await;
    let view = opened(&hub, &me, "2026-01-05T00:00:00Z", &["dfars-7012/dc3"]).await;
    let id = view.reports[0].id;
    send::send(&hub.hub, filer(&me), id, "initial").await.unwrap();
    hub.clock.set(at("2025-12-01T00:00:00Z"));
    office::acknowledge(&hub.hub, of_office(dc3), id, "17").await.unwrap();
    let again = send::send(&hub.hub, filer(&me), id, "follow-on").await.unwrap();
    assert!(again.contradictions.iter().any(|c| c.en.contains("lies in the future")), "{again:?}");
    let (view, _) = send::show(&hub.hub, filer(&me), id).await.unwrap();
    let times: Vec<Timestamp> = view.events.iter().map(|e| e.at).collect();
    assert!(times.is_sorted() && times.len() == 3, "{times:?}");
}

#[tokio::test]
async fn an_office_sets_hours_and_grants_time() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    let mod_office = authority(&hub, "atla", "contract-promptly", "contracting-office").await;
    let view = opened(&hub, &me, "2026-01-05T00:00:00Z", &["contract-promptly/contracting-office"]).await;
    let id = view.reports[0].id;
    let until = async || {
        let (view, _) = send::show(&hub.hub, filer(&me), id).await.unwrap();
        view.duties.iter().find(|d| d.stage == "details").unwrap().until
    };
    assert_eq!(until().await, None);
    let set = office::set_hours(&hub.hub, of_office(mod_office), "contract-promptly", "details-hours", 48);
    set.await.unwrap();
    assert_eq!(until().await, Some(at("2026-01-07T00:00:00Z")));
    send::send(&hub.hub, filer(&me), id, "first").await.unwrap();
    let more = |reason: &str| Extension {
        stage: "details".to_owned(),
        until: at("2026-01-09T00:00:00Z"),
        by: "office".to_owned(),
        reason: reason.to_owned(),
    };
    assert!(office::extend(&hub.hub, of_office(mod_office), id, more(" ")).await.is_err());
    office::extend(&hub.hub, of_office(mod_office), id, more("forensics")).await.unwrap();
    assert_eq!(until().await, Some(at("2026-01-09T00:00:00Z")));
}

#[tokio::test]
async fn a_pack_is_checked_offline_and_every_tampering_is_told() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    let dc3 = authority(&hub, "dc3", "dfars-7012", "dc3").await;
    let mut facts = facts("2026-01-05T00:00:00Z");
    let evil = Evidence {
        what: "=cmd|' /C calc'!A0".to_owned(),
        hash: "sha256:00".to_owned(),
        ..Evidence::default()
    };
    facts.custody = vec![evil; 10_000];
    let new = NewIncident { facts, addresses: vec![address("dfars-7012/dc3")], exercise: false };
    let view = incident::open(&hub.hub, filer(&me), new).await.unwrap();
    let id = view.reports[0].id;
    hub.clock.set(at("2026-02-13T00:00:00Z"));
    send::send(&hub.hub, filer(&me), id, "initial").await.unwrap();
    office::look(&hub.hub, of_office(dc3), id, None).await.unwrap();
    office::acknowledge(&hub.hub, of_office(dc3), id, "17").await.unwrap();
    let bytes = pack::pack(&hub.hub, filer(&me), view.id).await.unwrap();
    let found = verify(&bytes, None);
    assert_eq!(found.faults, []);
    assert_eq!((found.receipts, found.in_log), (3, 0));
    assert!(found.timeline[0].1.contains("late by 36 days"), "{:?}", found.timeline);

    let mut refused = 0;
    let step = bytes.len() / 500 + 1;
    for place in (0..bytes.len()).step_by(step) {
        let mut other = bytes.clone();
        other[place] ^= 0x10;
        let told = verify(&other, None);
        // a bit of the archive's own dress (times, system) may differ; what it holds may not
        let same = told.faults.is_empty() && told.timeline == found.timeline && told.receipts == 3;
        refused += usize::from(!told.faults.is_empty());
        assert!(!told.faults.is_empty() || same, "byte {place}");
    }
    assert!(refused > 400, "{refused}");
    assert!(!verify(b"PK", None).faults.is_empty());
}

#[tokio::test]
async fn a_spreadsheet_holds_no_formula() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    authority(&hub, "dc3", "dfars-7012", "dc3").await;
    let view = opened(&hub, &me, "2026-01-05T00:00:00Z", &["dfars-7012/dc3"]).await;
    let mut more = facts("2026-01-05T00:00:00Z");
    more.texts.insert(Fact::Outline, "=HYPERLINK(\"http://x\",\"y\")".to_owned());
    incident::save(&hub.hub, filer(&me), view.id, 1, more, &[]).await.unwrap();
    let form = export::form(&hub.hub, filer(&me), view.reports[0].id, "initial").await.unwrap();
    for lang in [Lang::Ja, Lang::En] {
        let bytes = export::spreadsheet(&hub.hub, &form, lang).unwrap();
        assert!(bytes.starts_with(b"PK"), "a ZIP");
    }
}

/// 422 public incidents where they lie beside the repository, and one of our own always: in, shown, out, and no item of them.
#[tokio::test]
async fn incidents_of_others_come_in_and_go_out_without_loss() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    let own = r#"{"schema_version":"1.3","incident_id":"EX-1","security_incident":"Near miss","summary":"Nearly.","plus":{"odd":[1,null]}}"#;
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/incidents/vcdb-incidents.jsonl");
    let text = std::fs::read_to_string(file).unwrap_or_default();
    for line in std::iter::once(own).chain(text.lines()) {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let facts = model::report::veris::import(record.clone()).unwrap();
        let new = NewIncident { facts, addresses: vec![address("ppc-jp/ppc")], exercise: false };
        let view = incident::open(&hub.hub, filer(&me), new).await.unwrap();
        assert_eq!(export::veris(&hub.hub, filer(&me), view.id).await.unwrap(), record);
    }
    hub.pass(SignedDuration::from_hours(1)).await;
    let reader = read::audiences(&hub.hub, &member(me.id, &[P::Reporter])).await.unwrap();
    assert!(read::inbox(&hub.hub, &reader, &PageRequest::default()).await.unwrap().rows.is_empty());
    let source = member(me.id, &[P::Reporter]).reporter().unwrap();
    assert!(mine::list(&hub.hub, source, &PageRequest::default()).await.unwrap().rows.is_empty());
}
