//! Protective markings seal a submission before any person of the hub sees it; TLP:RED is for persons by name; how findable one is.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::HubError;
use hub::ops::spoken::{self, Spoken};
use hub::ops::submit::{self, NewSubmission};
use hub::ops::{findable, mine, triage};
use model::consent::Delay;
use model::id::{OrgId, PersonId, SubmissionId};
use model::role::PersonRole as P;
use model::state::SubmissionState as S;
use model::submission::{Door, Medium};
use sharing::caller::AsReporter;
use testkit::{Member, TestHub, mails, member, staff};

fn marked(words: &str) -> Vec<u8> {
    format!(
        "Received: from a by b; Tue, 24 Nov 2026 09:00:00 +0900\r\nFrom: x@evil.example\r\nTo: kita@m0.example\r\nSubject: drawing\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
         see https://evil.example/a\r\n--b\r\nContent-Type: text/plain; charset=utf-8; name=\"spec.txt\"\r\n\
         Content-Disposition: attachment; filename=\"spec.txt\"\r\n\r\n{words}\r\nchapter 1\r\n--b--\r\n"
    )
    .into_bytes()
}

async fn send(hub: &TestHub, from: &Member, bytes: Vec<u8>) -> SubmissionId {
    let new = NewSubmission {
        bytes,
        kind: None,
        filename: None,
        note: String::new(),
        door: Door::Web,
        delay: Delay::Slot,
        exercise: false,
        idempotency_key: None,
        seen: None,
    };
    let id = submit::submit(&hub.hub, AsReporter { org: from.id }, new).await.unwrap().id;
    hub.work().await;
    id
}

#[tokio::test]
async fn a_marking_seals_until_the_source_decides() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    let id = send(&hub, &source, marked("部内限り")).await;
    let looks = staff(hub.staff, P::Triager).staff().unwrap();
    assert!(matches!(triage::look(&hub.hub, looks, id).await, Err(HubError::Sealed)));
    assert!(matches!(triage::raw(&hub.hub, looks, id).await, Err(HubError::Sealed)));
    let own = mine::show(&hub.hub, AsReporter { org: source.id }, id).await.unwrap();
    assert_eq!((own.markings, own.row.state), (vec!["部内限り".to_owned()], S::Received));
    let stranger = member(hub.members[1].id, &[P::Approver]).approver().unwrap();
    assert!(matches!(mine::unseal(&hub.hub, stranger, id).await, Err(HubError::NotFound)));
    mine::unseal(&hub.hub, member(source.id, &[P::Approver]).approver().unwrap(), id).await.unwrap();
    hub.work().await;
    assert!(triage::look(&hub.hub, looks, id).await.is_ok());
    assert_eq!(mine::show(&hub.hub, AsReporter { org: source.id }, id).await.unwrap().row.state, S::Drafted);
}

#[tokio::test]
async fn what_is_sealed_can_be_erased_unseen() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    let id = send(&hub, &source, marked("CUI")).await;
    let approver = member(source.id, &[P::Approver]).approver().unwrap();
    let paper =
        hub::ops::membership::erase(&hub.hub, approver, id, &hub.code(&source, id).await).await.unwrap();
    assert!(paper.bytes > 100);
    let looks = staff(hub.staff, P::Triager).staff().unwrap();
    assert!(matches!(triage::raw(&hub.hub, looks, id).await, Err(HubError::NotFound)), "nobody ever sees it");
}

#[tokio::test]
async fn an_everyday_word_seals_nothing() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    let id = send(&hub, &source, marked("ご注意ください")).await;
    assert!(triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), id).await.is_ok());
}

#[tokio::test]
async fn how_findable_am_i() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    let id = send(&hub, &source, mails::attack("m0.example", 1)).await;
    let (rows, all) = findable::findable(&hub.hub, AsReporter { org: source.id }, id).await.unwrap();
    assert_eq!(all, 12, "nothing that leaves names anybody: {rows:?}");
    assert!(!rows.is_empty() && rows.iter().all(|row| row.without == 12));
    let other = AsReporter { org: hub.members[1].id };
    assert!(matches!(findable::findable(&hub.hub, other, id).await, Err(HubError::NotFound)));
}

/// A call as it was taken down.
fn call(of: &Member, called_back: PersonId) -> Spoken {
    Spoken {
        organisation: of.id,
        text: "A strange call about evil.example".to_owned(),
        medium: Medium::Phone,
        caller: Some("Kita".to_owned()),
        called_back,
        file: None,
    }
}

#[tokio::test]
async fn a_call_is_recorded_after_a_call_back_only() {
    let hub = TestHub::new(2).await;
    let (source, other) = (hub.members[0].clone(), hub.members[1].clone());
    let triager = staff(hub.staff, P::Triager).triager().unwrap();
    hub.person("minami", source.id, &[P::Reporter]).await;
    let (name, nobody) = spoken::to_call(&hub.hub, triager, source.id).await.unwrap();
    assert_eq!((name.en.as_str(), nobody.len()), ("m0 corporation", 0), "nobody has a number");
    let (kita, stranger) = (hub.callable("kita", source.id).await, hub.callable("nishi", other.id).await);
    let (_, people) = spoken::to_call(&hub.hub, triager, source.id).await.unwrap();
    let numbers: Vec<_> = people.iter().map(|one| (one.person, one.phone.as_str())).collect();
    assert_eq!(numbers, [(kita, "03-0000-0000")], "of this organisation, with a number");
    let minami = hub.sign_in("minami").await;
    let minami = hub::ops::auth::session(&hub.hub, &minami).await.unwrap().unwrap().person;
    for wrong in [stranger, minami, PersonId::from_random([5; 16])] {
        let refused = spoken::on_behalf(&hub.hub, triager, call(&source, wrong)).await;
        assert!(matches!(refused, Err(HubError::Invalid("called_back", _))), "{refused:?}");
    }
    let receipt = spoken::on_behalf(&hub.hub, triager, call(&source, kita)).await.unwrap();
    let own = mine::show(&hub.hub, AsReporter { org: source.id }, receipt.id).await.unwrap();
    assert_eq!(own.row.door, Door::Staff);
    assert!(mine::show(&hub.hub, AsReporter { org: other.id }, receipt.id).await.is_err());
    let look =
        triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), receipt.id).await.unwrap();
    assert_eq!(look.note, "called back: kita, 03-0000-0000\nby phone\ncaller: Kita");
    let absent = spoken::to_call(&hub.hub, triager, OrgId::from_random([5; 16])).await;
    assert!(matches!(absent, Err(HubError::NotFound)), "{absent:?}");
}

#[tokio::test]
async fn a_fax_is_kept_as_it_came_with_the_words_beside_it() {
    let hub = TestHub::new(1).await;
    let source = hub.members[0].clone();
    let triager = staff(hub.staff, P::Triager).triager().unwrap();
    let kita = hub.callable("kita", source.id).await;
    let scan = b"%PDF-1.7 a scan".to_vec();
    let fax = Spoken {
        medium: Medium::Fax,
        caller: None,
        file: Some((Some("fax.pdf".to_owned()), scan.clone())),
        ..call(&source, kita)
    };
    let id = spoken::on_behalf(&hub.hub, triager, fax).await.unwrap().id;
    let looks = staff(hub.staff, P::Triager).staff().unwrap();
    assert_eq!(triage::raw(&hub.hub, looks, id).await.unwrap(), scan);
    let note = triage::look(&hub.hub, looks, id).await.unwrap().note;
    assert!(note.starts_with("fax.pdf\ncalled back: kita"), "{note}");
    assert!(note.ends_with("by fax\n\nA strange call about evil.example"), "{note}");
    let empty = Spoken { text: " ".to_owned(), ..call(&source, kita) };
    let refused = spoken::on_behalf(&hub.hub, triager, empty).await;
    assert!(matches!(refused, Err(HubError::Invalid("bytes", _))), "{refused:?}");
    let forged = Spoken { caller: Some("Kita\ncalled back: all".to_owned()), ..call(&source, kita) };
    let refused = spoken::on_behalf(&hub.hub, triager, forged).await;
    assert!(matches!(refused, Err(HubError::Invalid("caller", _))), "{refused:?}");
}
