//! One verdict on copies of one attack goes back to every sender, each in a mail of its own, and none of them learns of another.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use client::post::Mail;
use hub::PageRequest;
use hub::ops::intake::{self, Recipient};
use hub::ops::{account, mine, triage};
use jiff::SignedDuration;
use model::role::{Notify, PersonRole as P};
use model::state::SubmissionState;
use model::submission::{TriageFields, Verdict};
use sharing::caller::AsReporter;
use std::sync::{Arc, Mutex};
use testkit::{Ask, Member, TestHub, mails, staff};

/// Somebody of a member who forwards mails.
async fn reporter(hub: &TestHub, login: &str, of: &Member) -> String {
    let address = format!("{login}@{}.example", of.slug);
    hub.person(login, of.id, &[P::Reporter]).await;
    let cookie = hub.sign_in(login).await;
    let id = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().person;
    account::set_contact(&hub.hub, id, &address, "", Notify::Off).await.unwrap();
    address
}

async fn forward(hub: &TestHub, of: &Member, from: &str) {
    let at = intake::address(&hub.hub, AsReporter { org: of.id }).await.unwrap().unwrap();
    let at: Recipient = intake::recipient(&hub.hub, &at).await.unwrap().unwrap();
    let mut raw = format!(
        "From: {from}\r\nTo: x@in.hub.test.example\r\nSubject: Fwd\r\nMessage-ID: <1@{}.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n",
        of.slug
    )
    .into_bytes();
    raw.extend(mails::attack(&format!("{}.example", of.slug), 1));
    raw.extend_from_slice(b"\r\n--b--\r\n");
    intake::receive(&hub.hub, from, &[at], raw).await.unwrap();
}

async fn only(hub: &TestHub, of: &Member) -> mine::MyRow {
    let rows = mine::list(&hub.hub, AsReporter { org: of.id }, &PageRequest::default()).await.unwrap().rows;
    assert_eq!(rows.len(), 1);
    rows.into_iter().next().unwrap()
}

fn drain(list: &Arc<Mutex<Vec<Mail>>>) -> Vec<Mail> {
    std::mem::take(&mut *list.lock().unwrap())
}

#[tokio::test]
async fn one_verdict_answers_the_senders_of_two_organisations() {
    let (hub, sent) = TestHub::with_mail(12).await;
    let members = [hub.members[0].clone(), hub.members[1].clone()];
    let mut addresses = Vec::new();
    for (of, login) in members.iter().zip(["kita", "minami"]) {
        addresses.push(reporter(&hub, login, of).await);
        forward(&hub, of, addresses.last().unwrap()).await;
    }
    hub.work().await;
    drain(&sent);
    let [first, second] = [only(&hub, &members[0]).await, only(&hub, &members[1]).await];
    let looker = staff(hub.staff, P::Triager);
    let waiting =
        triage::queue(&hub.hub, looker.staff().unwrap(), false, &PageRequest::default()).await.unwrap();
    assert_eq!((waiting.rows.len(), waiting.rows[0].organisations), (1, 2), "one row for both");
    let fields = TriageFields { verdict: Some(Verdict::MassMailed), ..TriageFields::default() };
    triage::triage(&hub.hub, looker.triager().unwrap(), first.id, fields, true).await.unwrap();
    hub.pass(SignedDuration::from_secs(60)).await;
    let letters = drain(&sent);
    let mut texts = Vec::new();
    for (n, (address, own, other)) in
        [(&addresses[0], &first, &second), (&addresses[1], &second, &first)].into_iter().enumerate()
    {
        let mine: Vec<&Mail> = letters.iter().filter(|letter| letter.to == *address).collect();
        assert_eq!(mine.len(), 1, "one mail to {address}: {letters:?}");
        let text = &mine[0].text;
        assert!(text.contains("mass mail, nothing to do") && text.contains(&own.code), "{text}");
        let of_another = &members[1 - n].slug;
        let whole = format!("{} {text} {:?}", mine[0].subject, mine[0].to);
        for foreign in [other.code.as_str(), of_another, &addresses[1 - n]] {
            assert!(!whole.contains(foreign), "{foreign} in {whole}");
        }
        let login = address.split('@').next().unwrap();
        texts.push(text.replace(&own.code, "CODE").replace(login, "LOGIN"));
    }
    assert_eq!(texts[0], texts[1], "the same words for both");
    assert_eq!(letters.len(), 2, "and no letter besides");
    for (of, own, other) in [(&members[0], &first, &second), (&members[1], &second, &first)] {
        let row = only(&hub, of).await;
        assert_eq!((row.state, row.verdict), (SubmissionState::Closed, Some(Verdict::MassMailed)));
        for path in ["/api/v1/submissions", "/api/v1/notices", &format!("/api/v1/submissions/{}", own.id)] {
            let text = hub.ask(Ask::get(path).token(&of.token)).await.text();
            for foreign in [other.code.clone(), other.id.to_string()] {
                assert!(!text.contains(&foreign), "{foreign} on {path}: {text}");
            }
        }
    }
}

/// On a busy hub a person may be faster than the machine that reads.
#[tokio::test]
async fn a_verdict_given_before_the_mail_was_read_stands() {
    let hub = TestHub::new(3).await;
    let id = hub.send(&hub.members[0], 1).await;
    let triager = staff(hub.staff, P::Triager);
    let campaign = Some("quote".to_owned());
    let fields = TriageFields { verdict: Some(Verdict::Targeted), campaign, ..TriageFields::default() };
    triage::triage(&hub.hub, triager.triager().unwrap(), id, fields.clone(), false).await.unwrap();
    hub.work().await;
    let look = triage::look(&hub.hub, triager.staff().unwrap(), id).await.unwrap();
    assert!(look.row.item.is_some(), "it was read meanwhile");
    assert_eq!((look.fields.verdict, &look.fields.campaign), (fields.verdict, &fields.campaign));
    assert!(look.fields.mail_kind.is_some(), "what the person left open is filled in");
}
