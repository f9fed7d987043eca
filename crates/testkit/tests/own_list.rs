//! In the list of what it sent a member knows its mails by their subjects; nobody else learns them by that.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::ops::{erase, membership, mine};
use jiff::SignedDuration;
use model::id::SubmissionId;
use model::role::PersonRole as P;
use testkit::{Ask, Member, TestHub, member};

fn mail(subject: &str, attached: &str) -> Vec<u8> {
    format!(
        "Received: from a by b; Mon, 5 Jan 2026 09:00:00 +0900\r\nFrom: x@evil.example\r\nTo: kita@m0.example\r\nSubject: {subject}\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
         see https://evil.example/a\r\n--b\r\nContent-Type: text/plain; charset=utf-8; name=\"spec.txt\"\r\n\
         Content-Disposition: attachment; filename=\"spec.txt\"\r\n\r\n{attached}\r\nchapter 1\r\n--b--\r\n"
    )
    .into_bytes()
}

/// The subjects in a member's list, newest first, as a program reads them.
async fn subjects(hub: &TestHub, of: &Member) -> Vec<Option<String>> {
    let answer = hub.ask(Ask::get("/api/v1/submissions").token(&of.token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let rows = answer.json()["rows"].as_array().unwrap().clone();
    rows.iter().map(|row| row["subject"].as_str().map(str::to_owned)).collect()
}

async fn submit(hub: &TestHub, from: &Member, bytes: impl Into<Vec<u8>>) -> SubmissionId {
    let id = hub.submit(from.id, bytes.into()).await;
    hub.clock.set(hub.hub.now().checked_add(SignedDuration::from_secs(1)).unwrap());
    id
}

#[tokio::test]
async fn a_member_knows_its_mails_by_their_subjects() {
    let hub = TestHub::new(2).await;
    let (source, other) = (hub.members[0].clone(), hub.members[1].clone());
    let first = submit(&hub, &source, mail("Invoice <4711>", "plain")).await;
    submit(&hub, &source, "hxxps://evil[.]example/pay stood in a mail").await;
    submit(&hub, &source, mail(&"long ".repeat(60), "plain")).await;
    assert_eq!(subjects(&hub, &source).await, [None, None, None], "nobody has read them yet");
    hub.work().await;
    let all = subjects(&hub, &source).await;
    assert_eq!(all[1..], [None, Some("Invoice <4711>".to_owned())], "a text has none");
    assert!(all[0].as_deref().unwrap().ends_with('…') && all[0].as_deref().unwrap().chars().count() == 201);
    assert!(subjects(&hub, &other).await.is_empty());
    hub.person("kita", source.id, &[P::Reporter]).await;
    let cookie = hub.sign_in("kita").await;
    let page = hub.ask(Ask::get("/submissions").cookie(&cookie)).await.text();
    assert!(page.contains("<bdi>Invoice &#60;4711&#62;</bdi>"), "{page}");

    let approver = member(source.id, &[P::Approver]).approver().unwrap();
    membership::erase(&hub.hub, approver, first, &hub.code(&source, first).await).await.unwrap();
    for _ in 0..2 {
        let left = subjects(&hub, &source).await;
        assert!(!left.contains(&Some("Invoice <4711>".to_owned())), "{left:?}");
        hub.work().await;
    }
    let page = hub.ask(Ask::get("/submissions").cookie(&cookie)).await.text();
    assert!(!page.contains("4711"), "{page}");
}

#[tokio::test]
async fn a_marking_hides_the_subject_until_its_source_has_decided() {
    let hub = TestHub::new(2).await;
    let source = hub.members[0].clone();
    let id = submit(&hub, &source, mail("drawing of the pump", "CUI")).await;
    hub.work().await;
    assert_eq!(subjects(&hub, &source).await, [None]);
    mine::unseal(&hub.hub, member(source.id, &[P::Approver]).approver().unwrap(), id).await.unwrap();
    hub.work().await;
    assert_eq!(subjects(&hub, &source).await, [Some("drawing of the pump".to_owned())]);
    // erased by the machine's keeper, by age or by hand: gone as well
    erase::erase(&hub.hub, hub::ops::admin::AsRegistrar::Machine, id, "a test").await.unwrap();
    assert_eq!(subjects(&hub, &source).await, [None]);
}
