//! Mail in and out: what is forwarded becomes a submission, its sender is answered, and letters carry nothing.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use client::post::Mail;
use hub::HubError;
use hub::PageRequest;
use hub::ops::intake::{self, Recipient};
use hub::ops::{account, mine, triage, urgent};
use jiff::SignedDuration;
use model::consent::Delay;
use model::id::PersonId;
use model::role::{Notify, PersonRole as P};
use model::submission::{TriageFields, Verdict};
use sharing::caller::AsReporter;
use std::sync::{Arc, Mutex};
use testkit::{Member, TestHub, mails, staff};

async fn person(hub: &TestHub, login: &str, of: &Member, roles: &[P], address: &str) -> PersonId {
    hub.person(login, of.id, roles).await;
    let cookie = hub.sign_in(login).await;
    let id = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().person;
    let notify = if address.is_empty() { Notify::Off } else { Notify::AtOnce };
    account::set_contact(&hub.hub, id, address, "03-0000-0000", notify).await.unwrap();
    id
}

fn drain(list: &Arc<Mutex<Vec<Mail>>>) -> Vec<Mail> {
    std::mem::take(&mut *list.lock().unwrap())
}

fn source(of: &Member) -> AsReporter {
    AsReporter { org: of.id }
}

async fn to(hub: &TestHub, of: &Member) -> Recipient {
    let address = intake::address(&hub.hub, source(of)).await.unwrap().unwrap();
    intake::recipient(&hub.hub, &address.to_uppercase()).await.unwrap().unwrap()
}

fn forward(from: &str, original: &[u8]) -> Vec<u8> {
    let mut raw = format!(
        "From: {from}\r\nTo: x@in.hub.test.example\r\nSubject: Fwd: strange\r\nMessage-ID: <1@m0.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nis this one bad?\r\n--b\r\n\
         Content-Type: message/rfc822\r\n\r\n"
    )
    .into_bytes();
    raw.extend_from_slice(original);
    raw.extend_from_slice(b"\r\n--b--\r\n");
    raw
}

async fn own(hub: &TestHub, of: &Member) -> Vec<mine::MyRow> {
    mine::list(&hub.hub, source(of), &PageRequest::default()).await.unwrap().rows
}

#[tokio::test]
async fn a_forward_becomes_a_submission_and_its_sender_is_answered() {
    let (hub, sent) = TestHub::with_mail(12).await;
    let member = hub.members[0].clone();
    person(&hub, "kita", &member, &[P::Reporter], "kita@m0.example").await;
    let original = mails::attack("m0.example", 1);
    let raw = forward("Kita <kita@m0.example>", &original);
    let at = [to(&hub, &member).await];
    for _ in 0..2 {
        // the line broke before the sender's server heard the yes: it sends once more
        intake::receive(&hub.hub, "kita@m0.example", &at, raw.clone()).await.unwrap();
    }
    let rows = own(&hub, &member).await;
    assert_eq!(rows.len(), 1, "kept once");
    assert_eq!(
        mine::raw(&hub.hub, source(&member), rows[0].id).await.unwrap().trim_ascii(),
        original.trim_ascii()
    );
    hub.work().await;
    let letters = drain(&sent);
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to, "kita@m0.example");
    assert!(letters[0].text.starts_with("kita 様\n"), "{}", letters[0].text);
    assert!(!letters[0].text.contains("m0 corporation") && !letters[0].text.contains("m0株式会社"));
    assert!(letters[0].text.contains(&rows[0].code) && !letters[0].text.contains("strange"));

    let triager = staff(hub.staff, P::Triager).triager().unwrap();
    let fields = TriageFields { verdict: Some(Verdict::MassMailed), ..TriageFields::default() };
    triage::triage(&hub.hub, triager, rows[0].id, fields, true).await.unwrap();
    hub.pass(SignedDuration::from_secs(30)).await;
    let letters = drain(&sent);
    assert!(letters.iter().any(|l| l.text.contains("mass mail, nothing to do")), "{letters:?}");
}

#[tokio::test]
async fn an_inline_forward_is_read_as_what_was_forwarded() {
    let (hub, _) = TestHub::with_mail(12).await;
    let member = hub.members[0].clone();
    person(&hub, "kita", &member, &[P::Reporter], "kita@m0.example").await;
    let raw = "From: kita@m0.example\r\nSubject: Fwd: invoice\r\nMessage-ID: <2@m0.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
        Please look.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Billing <bill@evil-pay.example>\r\nDate: Tue\r\n\
        Subject: invoice\r\nTo: kita@m0.example\r\n\r\nPay at https://evil-pay.example/settle\r\n";
    let at = [to(&hub, &member).await];
    intake::receive(&hub.hub, "kita@m0.example", &at, raw.as_bytes().to_vec()).await.unwrap();
    hub.work().await;
    let id = own(&hub, &member).await[0].id;
    let look = triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), id).await.unwrap();
    let of = |key: &str| look.sent.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()).unwrap_or_default();
    assert_eq!(of("from"), "Billing <bill@evil-pay.example>");
    assert!(look.finds.iter().any(|(find, _)| find == "domain evil-pay.example"), "{:?}", look.finds);
    assert_eq!(mine::raw(&hub.hub, source(&member), id).await.unwrap(), raw.as_bytes(), "as it came");
}

#[tokio::test]
async fn unknown_senders_wait_and_only_their_organisation_sees_them() {
    let (hub, sent) = TestHub::with_mail(12).await;
    let (member, other) = (hub.members[0].clone(), hub.members[1].clone());
    person(&hub, "kita", &member, &[P::OrgAdmin], "kita@m0.example").await;
    let at = [to(&hub, &member).await];
    let raw = forward("kita@m0.example", &mails::attack("m0.example", 1));
    intake::receive(&hub.hub, "somebody@elsewhere.example", &at, raw.clone()).await.unwrap();
    assert!(own(&hub, &member).await.is_empty(), "the envelope says another sender than the header");
    hub.work().await;
    assert_eq!(drain(&sent).len(), 1, "the administrator is told");
    let held = intake::held(&hub.hub, source(&member)).await.unwrap();
    assert_eq!((held.len(), held[0].sender.as_str()), (1, "kita@m0.example"));
    assert!(intake::held(&hub.hub, source(&other)).await.unwrap().is_empty());
    let stranger = intake::take_held(&hub.hub, source(&other), held[0].id).await;
    assert!(matches!(stranger, Err(HubError::NotFound)));
    let named = async || {
        let rows = testkit::Administrator::of(&hub).every_row().await;
        let org = member.id.0.simple().to_string();
        rows.into_iter()
            .filter(|(table, row)| {
                (table == "held_mail" || table == "quarantine" || row.contains("held-mail"))
                    && row.contains(&org)
            })
            .count()
    };
    assert_eq!(named().await, 0, "a stolen database does not say for whom it is held");
    intake::take_held(&hub.hub, source(&member), held[0].id).await.unwrap();
    assert_eq!(named().await, 0, "nor, beside the submission of the same moment, who took it");
    assert_eq!(own(&hub, &member).await.len(), 1);
    for unknown in
        ["in-aaaaaaaaaaaaaaaa@in.hub.test.example", "x@in.hub.test.example", "in-a@elsewhere.example", ""]
    {
        assert_eq!(intake::recipient(&hub.hub, unknown).await.unwrap(), None, "{unknown}");
    }
    let before = intake::address(&hub.hub, source(&member)).await.unwrap().unwrap();
    let admin = testkit::member(member.id, &[P::OrgAdmin]).org_admin().unwrap();
    intake::renew_address(&hub.hub, admin).await.unwrap();
    assert_eq!(intake::recipient(&hub.hub, &before).await.unwrap(), None, "the old address is gone");
}

/// The list reads heads; the bytes lie beside them, once. Mails that were held when both were one text still open.
#[tokio::test]
async fn the_bytes_of_a_held_mail_lie_apart_from_its_head() {
    let (hub, _) = TestHub::with_mail(12).await;
    let member = hub.members[0].clone();
    let at = [to(&hub, &member).await];
    for n in 1..3 {
        let raw = forward("x@elsewhere.example", &mails::attack("m0.example", n));
        let raw = [raw, vec![b'z'; 100_000]].concat();
        intake::receive(&hub.hub, "x@elsewhere.example", &at, raw).await.unwrap();
    }
    let db = testkit::Administrator::of(&hub);
    let heads = db.read("SELECT sealed FROM held_mail").await;
    assert!(heads.iter().all(|head| head.len() < 1_000), "no head holds a mail");
    let raws = db.read("SELECT raw FROM held_mail").await;
    assert!(
        raws.iter().all(|raw| (100_000..110_000).contains(&raw.len())),
        "nor is a byte a number in a text"
    );

    let held = intake::held(&hub.hub, source(&member)).await.unwrap();
    let old = held[0].id;
    let raw = forward("x@elsewhere.example", &mails::attack("m0.example", 3));
    let plain = serde_json::json!({"sender": "x@elsewhere.example", "subject": "Fwd: strange", "raw": raw});
    let key = hub.hub.store().seals().key(old.0).unwrap();
    let sealed = key.seal([3; 12], &old.to_string(), plain.to_string().as_bytes()).unwrap();
    let (sealed, id) = (db.bytes(&sealed), db.bytes(old.0.as_bytes()));
    db.tell(&format!("UPDATE held_mail SET sealed = {sealed}, raw = NULL WHERE id = {id}")).await;
    assert_eq!(intake::held(&hub.hub, source(&member)).await.unwrap().len(), 2);
    for one in held {
        intake::take_held(&hub.hub, source(&member), one.id).await.unwrap();
    }
    assert_eq!(own(&hub, &member).await.len(), 2);
}

#[tokio::test]
async fn notices_are_alike_for_all_and_say_nothing() {
    let (hub, sent) = TestHub::with_mail(12).await;
    let source_member = hub.members[0].clone();
    hub.standing(&source_member, Delay::Now).await;
    for n in 0..6 {
        let of = hub.members[n].clone();
        person(&hub, &format!("p{n}"), &of, &[P::Contact], &format!("p{n}@m{n}.example")).await;
    }
    let mail = mails::attack("m0.example", 1);
    let ask = testkit::Ask::post("/api/v1/submissions?delay=now", mail).content("message/rfc822");
    hub.ask(ask.token(&source_member.token)).await;
    hub.pass(SignedDuration::from_secs(40)).await;
    let letters = drain(&sent);
    assert_eq!(letters.len(), 6, "one envelope each, the source among them");
    let first = &letters[0];
    assert!(first.text.starts_with("参加組織各位"), "{}", first.text);
    let mut order: Vec<&str> = letters.iter().map(|l| l.to.as_str()).collect();
    for letter in &letters {
        assert_eq!((&letter.subject, &letter.text), (&first.subject, &first.text), "identical");
        assert!(!letter.text.contains("TLP") && !letter.text.contains("example/"), "{}", letter.text);
    }
    let as_sent = order.clone();
    order.sort_unstable();
    assert_ne!(as_sent, order, "in an order that says nothing");
}

#[tokio::test]
async fn a_bounce_marks_the_contact_and_a_holiday_does_not() {
    let (hub, sent) = TestHub::with_mail(12).await;
    let member = hub.members[0].clone();
    let kita = person(&hub, "kita", &member, &[P::Reporter], "kita@m0.example").await;
    let admin_id = person(&hub, "admin", &member, &[P::OrgAdmin], "admin@m0.example").await;
    let at = [to(&hub, &member).await];
    let raw = forward("kita@m0.example", &mails::attack("m0.example", 1));
    intake::receive(&hub.hub, "kita@m0.example", &at, raw).await.unwrap();
    hub.work().await;
    let bounce_to = drain(&sent)[0].bounce_to.clone();
    let back = intake::recipient(&hub.hub, &bounce_to).await.unwrap().unwrap();
    let report = |action: &str| {
        format!(
            "From: MAILER-DAEMON@m0.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; m0.example\r\n\r\nFinal-Recipient: rfc822; kita@m0.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
        )
        .into_bytes()
    };
    let admin = sharing::caller::AsOrgAdmin { org: member.id, person: admin_id };
    let marked = async || {
        let all = hub::ops::people::list(&hub.hub, admin).await.unwrap().people;
        let one = all.iter().find(|p| p.login == "kita").unwrap().unreachable;
        let found = hub::ops::health::look(&hub.hub).await;
        let alarm = found.iter().any(|f| f.class == hub::ops::health::Class::Contacts);
        assert_eq!(one, alarm, "who runs the machine is told with the organisation");
        one
    };
    intake::receive(&hub.hub, "", &[back], report("delayed")).await.unwrap();
    let away = b"From: kita@m0.example\r\nSubject: away\r\n\r\nback on Monday\r\n".to_vec();
    intake::receive(&hub.hub, "kita@m0.example", &[back], away).await.unwrap();
    assert!(!marked().await);
    intake::receive(&hub.hub, "", &[back], report("failed")).await.unwrap();
    assert!(marked().await);
    account::set_contact(&hub.hub, kita, "kita2@m0.example", "", Notify::AtOnce).await.unwrap();
    assert!(!marked().await);
    intake::receive(&hub.hub, "", &[back], report("failed")).await.unwrap();
    assert!(!marked().await, "a letter bounces once");
    assert_eq!(intake::recipient(&hub.hub, &bounce_to).await.unwrap(), None);
}

/// The address of an old letter, and one that was put together from two letters, mark nobody.
#[tokio::test]
async fn a_forged_bounce_silences_nobody() {
    let (hub, sent) = TestHub::with_mail(12).await;
    let member = hub.members[0].clone();
    person(&hub, "kita", &member, &[P::Reporter], "kita@m0.example").await;
    person(&hub, "minami", &member, &[P::Reporter], "minami@m0.example").await;
    let at = [to(&hub, &member).await];
    for (n, from) in ["kita@m0.example", "minami@m0.example"].iter().enumerate() {
        let raw = forward(from, &mails::attack("m0.example", u32::try_from(n).unwrap()));
        intake::receive(&hub.hub, from, &at, raw).await.unwrap();
    }
    hub.work().await;
    let addresses: Vec<String> = drain(&sent).into_iter().map(|l| l.bounce_to).collect();
    assert_eq!(addresses.len(), 2);
    let (one, two) = (&addresses[0], &addresses[1]);
    let mixed = format!("{}{}", &one[..28], &two[28..]);
    assert_eq!(intake::recipient(&hub.hub, &mixed).await.unwrap(), None, "{mixed}");
    assert!(intake::recipient(&hub.hub, one).await.unwrap().is_some());
    hub.clock.set(model::time::plus_days(hub.hub.now(), 8));
    assert_eq!(intake::recipient(&hub.hub, one).await.unwrap(), None, "a week later nothing bounces");
}

/// What somebody forwarded is told to whoever acts for its organisation still, and only mass mail in words.
#[tokio::test]
async fn verdicts_stay_behind_the_sign_in() {
    let (hub, sent) = TestHub::with_mail(12).await;
    let member = hub.members[0].clone();
    let kita = person(&hub, "kita", &member, &[P::Reporter], "kita@m0.example").await;
    let admin_id = person(&hub, "admin", &member, &[P::OrgAdmin], "admin@m0.example").await;
    hub.person("other", hub.members[1].id, &[P::OrgAdmin]).await;
    let at = [to(&hub, &member).await];
    for n in 0..2 {
        let raw = forward("kita@m0.example", &mails::attack("m0.example", n));
        intake::receive(&hub.hub, "kita@m0.example", &at, raw).await.unwrap();
    }
    hub.work().await;
    drain(&sent);
    account::set_contact(&hub.hub, kita, "kita@m0.example", "", Notify::Off).await.unwrap();
    let rows = own(&hub, &member).await;
    let triager = staff(hub.staff, P::Triager).triager().unwrap();
    let say = async |n: usize, verdict: Verdict| {
        let fields = TriageFields { verdict: Some(verdict), ..TriageFields::default() };
        triage::triage(&hub.hub, triager, rows[n].id, fields, true).await.unwrap();
    };
    say(0, Verdict::Targeted).await;
    hub.pass(SignedDuration::from_secs(30)).await;
    let letters = drain(&sent);
    let mine: Vec<&Mail> = letters.iter().filter(|l| l.to == "kita@m0.example").collect();
    assert_eq!(mine.len(), 1);
    assert!(mine[0].text.starts_with("参加組織各位"), "the plain notice: {}", mine[0].text);
    assert!(!mine[0].text.contains(&rows[0].code), "{}", mine[0].text);
    // kita moves to another company: what it forwarded here is its business no more
    let mut tx = hub.hub.store().write().await.unwrap();
    tx.grant(kita, hub.members[1].id, P::Reporter).await.unwrap();
    tx.commit().await.unwrap();
    let admin = sharing::caller::AsOrgAdmin { org: member.id, person: admin_id };
    say(1, Verdict::MassMailed).await;
    hub::ops::people::remove(&hub.hub, admin, kita).await.unwrap();
    hub.pass(SignedDuration::from_secs(30)).await;
    assert!(drain(&sent).iter().all(|l| l.to != "kita@m0.example"), "nothing goes to whoever left");
}

#[tokio::test]
async fn what_is_held_ends_with_its_key() {
    let (hub, _) = TestHub::with_mail(12).await;
    let member = hub.members[0].clone();
    person(&hub, "kita", &member, &[P::OrgAdmin], "kita@m0.example").await;
    let at = [to(&hub, &member).await];
    let hold = async |n: u32| {
        let raw = forward("kita@m0.example", &mails::attack("m0.example", n));
        intake::receive(&hub.hub, "somebody@elsewhere.example", &at, raw).await.unwrap();
        intake::held(&hub.hub, source(&member)).await.unwrap()[0].id
    };
    let seals = || hub.hub.store().seals();
    let dropped = hold(1).await;
    assert!(seals().key(dropped.0).is_ok());
    intake::drop_held(&hub.hub, source(&member), dropped).await.unwrap();
    hub.work().await;
    assert!(seals().key(dropped.0).is_err(), "thrown away");
    let old = hold(2).await;
    hub::jobs::start(&hub.hub).await.unwrap();
    hub.pass(SignedDuration::from_hours(24 * (intake::HELD_DAYS + 2))).await;
    assert!(intake::held(&hub.hub, source(&member)).await.unwrap().is_empty(), "nobody decided in a month");
    assert!(seals().key(old.0).is_err());
    let last = hold(3).await;
    testkit::leave(&hub.hub, member.id).await.unwrap();
    hub.work().await;
    assert!(seals().key(last.0).is_err(), "its organisation left");
}

#[tokio::test]
async fn an_urgent_item_goes_down_the_list_until_somebody_acknowledges() {
    let (hub, sent) = TestHub::with_mail(12).await;
    let (first, second) = (hub.members[0].clone(), hub.members[1].clone());
    hub.standing(&first, Delay::Now).await;
    let mut people = Vec::new();
    for login in ["one", "no-mail", "two"] {
        let address = if login == "no-mail" { String::new() } else { format!("{login}@m1.example") };
        people.push(person(&hub, login, &second, &[P::OrgAdmin], &address).await);
    }
    let admin = sharing::caller::AsOrgAdmin { org: second.id, person: people[0] };
    hub::ops::people::set_on_call(&hub.hub, admin, people.clone()).await.unwrap();
    let ask = testkit::Ask::post("/api/v1/submissions?delay=now", mails::attack("m0.example", 1));
    hub.ask(ask.content("message/rfc822").token(&first.token)).await;
    hub.pass(SignedDuration::from_secs(40)).await;
    drain(&sent);
    let inbox = hub.ask(testkit::Ask::get("/api/v1/items").token(&second.token)).await.json();
    let item: model::id::ItemId = inbox["rows"][0]["id"].as_str().unwrap().parse().unwrap();
    hub::jobs::start(&hub.hub).await.unwrap();
    urgent::mark(&hub.hub, staff(hub.staff, P::Releaser).releaser().unwrap(), item).await.unwrap();
    hub.pass(SignedDuration::from_mins(1)).await;
    assert_eq!(drain(&sent).iter().map(|l| l.to.clone()).collect::<Vec<_>>(), ["one@m1.example"]);
    hub.pass(SignedDuration::from_mins(14)).await;
    assert!(drain(&sent).is_empty(), "one has a quarter of an hour");
    hub.pass(SignedDuration::from_mins(16)).await;
    assert_eq!(drain(&sent).iter().map(|l| l.to.clone()).collect::<Vec<_>>(), ["two@m1.example"]);
    let told = async || {
        let all = hub::ops::notice::list(&hub.hub, &staff(hub.staff, P::Triager)).await.unwrap();
        all.into_iter().filter(|n| n.kind == "calls-unanswered").count()
    };
    assert_eq!(told().await, 1, "of those without a list the hub hears at once, in one notice");
    hub.pass(SignedDuration::from_mins(30)).await;
    assert_eq!(told().await, 2, "and of the one whose list is at its end");
    let staff_calls = staff(hub.staff, P::Triager).staff().unwrap();
    let open = urgent::open_calls(&hub.hub, staff_calls).await.unwrap();
    assert_eq!(open.len(), 12, "everybody is asked");
    let of_second = open.iter().find(|c| c.organisation.en.starts_with("m1 ")).unwrap();
    assert_eq!((of_second.people.len(), of_second.next_at), (3, None), "the list is at its end: phone");
    let caller = testkit::member(second.id, &[P::Contact]);
    let reader = hub::ops::read::audiences(&hub.hub, &caller).await.unwrap();
    urgent::acknowledge(&hub.hub, caller.answerer().unwrap(), &reader, item).await.unwrap();
    assert!(!urgent::waits(&hub.hub, &reader, item).await.unwrap());
    assert_eq!(urgent::open_calls(&hub.hub, staff_calls).await.unwrap().len(), 11);
}
