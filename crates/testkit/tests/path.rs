//! The main path through the operations: by the machine alone, and by people.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::ops::approval::{self, ApprovalForm};
use hub::ops::spoken::{self, Spoken};
use hub::ops::{draft, mine, read, release, submit, triage};
use hub::{HubError, PageRequest};
use jiff::SignedDuration;
use model::consent::{Delay, Destinations};
use model::id::{ItemId, SubmissionId};
use model::item::RecallReason;
use model::role::PersonRole as P;
use model::state::SubmissionState as S;
use model::submission::{Door, Medium};
use sharing::caller::AsReporter;
use std::collections::BTreeSet;
use testkit::{Member, TestHub, mails, member, staff};

async fn send(hub: &TestHub, from: &Member, n: u32, delay: Delay) -> SubmissionId {
    let new = submit::NewSubmission {
        bytes: mails::attack(&format!("{}.example", from.slug), n),
        kind: None,
        filename: Some("a.eml".to_owned()),
        note: "please look".to_owned(),
        door: Door::Api,
        delay,
        exercise: false,
        idempotency_key: None,
        seen: None,
    };
    submit::submit(&hub.hub, AsReporter { org: from.id }, new).await.unwrap().id
}

async fn state(hub: &TestHub, from: &Member, id: SubmissionId) -> S {
    mine::show(&hub.hub, AsReporter { org: from.id }, id).await.unwrap().row.state
}

async fn inbox(hub: &TestHub, of: &Member) -> Vec<ItemId> {
    let reader = read::audiences(&hub.hub, &member(of.id, &[P::Reporter])).await.unwrap();
    let page = read::inbox(&hub.hub, &reader, &PageRequest::default()).await.unwrap();
    page.rows.into_iter().map(|r| r.get().id).collect()
}

#[tokio::test]
async fn standing_consent_releases_without_a_person() {
    let hub = TestHub::new(12).await;
    let (source, other) = (hub.members[0].clone(), hub.members[1].clone());
    hub.standing(&source, Delay::Now).await;
    let id = send(&hub, &source, 1, Delay::Now).await;
    assert_eq!(state(&hub, &source, id).await, S::Received);
    hub.work().await;
    assert_eq!(state(&hub, &source, id).await, S::Shared);
    assert_eq!(inbox(&hub, &other).await.len(), 1);
    assert_eq!(
        inbox(&hub, &source).await,
        inbox(&hub, &other).await,
        "the source is a recipient like others"
    );
}

#[tokio::test]
async fn a_slot_is_waited_for() {
    let hub = TestHub::new(12).await;
    let (source, other) = (hub.members[0].clone(), hub.members[1].clone());
    hub.standing(&source, Delay::Now).await;
    send(&hub, &source, 1, Delay::Slot).await;
    hub.pass(SignedDuration::from_mins(14)).await;
    assert!(inbox(&hub, &other).await.is_empty());
    hub.pass(SignedDuration::from_mins(2)).await;
    assert_eq!(inbox(&hub, &other).await.len(), 1);
}

#[tokio::test]
async fn nothing_leaves_without_consent_and_two_people() {
    let hub = TestHub::new(12).await;
    let (source, other) = (hub.members[0].clone(), hub.members[1].clone());
    let id = send(&hub, &source, 1, Delay::Now).await;
    hub.work().await;
    assert_eq!(state(&hub, &source, id).await, S::Drafted);
    let look = triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), id).await.unwrap();
    let item = look.row.item.unwrap();
    let (analyst, releaser) = (staff(hub.staff, P::Analyst), staff(hub.staff, P::Releaser));
    let early = release::release(&hub.hub, releaser.releaser().unwrap(), item).await;
    assert!(matches!(early, Err(HubError::State(_))), "{early:?}");
    draft::ask(&hub.hub, analyst.analyst().unwrap(), item).await.unwrap();
    let approver = member(source.id, &[P::Approver]);
    let page = approval::show(&hub.hub, approver.source().unwrap(), id).await.unwrap();
    let destinations = Destinations { sectors: BTreeSet::from([hub.sector]), ..Destinations::default() };
    let form =
        ApprovalForm { fingerprint: page.fingerprint, destinations, now: true, ..ApprovalForm::default() };
    approval::approve(&hub.hub, approver.approver().unwrap(), id, form).await.unwrap();
    assert!(inbox(&hub, &other).await.is_empty());
    release::release(&hub.hub, releaser.releaser().unwrap(), item).await.unwrap();
    hub.work().await;
    assert_eq!(inbox(&hub, &other).await, [item]);
    release::recall(&hub.hub, releaser.releaser().unwrap(), item, RecallReason::Leak).await.unwrap();
    let reader = read::audiences(&hub.hub, &member(other.id, &[P::Reporter])).await.unwrap();
    let view = read::item(&hub.hub, &reader, item, "web").await.unwrap().into_inner();
    assert_eq!(view.row.recalled, Some(RecallReason::Leak));
    assert!(view.content.is_empty());
    assert!(!view.bundle.contains("attacker"), "a leak serves nothing of it any more: {}", view.bundle);
}

#[tokio::test]
async fn the_analyst_cannot_release_and_an_edit_ends_consent() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    let id = send(&hub, &source, 1, Delay::Now).await;
    hub.work().await;
    let item = triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), id)
        .await
        .unwrap()
        .row
        .item
        .unwrap();
    let both = sharing::Caller::session(
        hub.staff,
        [model::role::OrgRole::Hub].into(),
        model::id::PersonId::from_random([77; 16]),
        [P::Analyst, P::Releaser].into(),
    );
    draft::ask(&hub.hub, both.analyst().unwrap(), item).await.unwrap();
    let approver = member(source.id, &[P::Approver]);
    let page = approval::show(&hub.hub, approver.source().unwrap(), id).await.unwrap();
    let destinations = Destinations { all: true, ..Destinations::default() };
    let form = ApprovalForm { fingerprint: page.fingerprint, destinations, ..ApprovalForm::default() };
    approval::approve(&hub.hub, approver.approver().unwrap(), id, form.clone()).await.unwrap();
    let alone = release::release(&hub.hub, both.releaser().unwrap(), item).await;
    assert!(matches!(alone, Err(HubError::SamePerson)), "{alone:?}");
    let view = draft::show(&hub.hub, both.staff().unwrap(), item).await.unwrap();
    let mut analysis = view.content.analysis.clone();
    analysis.en = "A new sentence.".to_owned();
    let edit = draft::DraftForm {
        analysis,
        tlp: view.row.tlp,
        audience: view.audience,
        removed: BTreeSet::new(),
        techniques: BTreeSet::new(),
        fingerprint: None,
    };
    draft::save(&hub.hub, both.analyst().unwrap(), item, edit).await.unwrap();
    assert_eq!(state(&hub, &source, id).await, S::Drafted);
    let old = approval::approve(&hub.hub, approver.approver().unwrap(), id, form).await;
    assert!(matches!(old, Err(HubError::Invalid("fingerprint", _))), "{old:?}");
}

#[tokio::test]
async fn a_withdrawn_submission_takes_its_item_back() {
    let hub = TestHub::new(12).await;
    let (source, other) = (hub.members[0].clone(), hub.members[1].clone());
    hub.standing(&source, Delay::Now).await;
    let id = send(&hub, &source, 1, Delay::Now).await;
    hub.work().await;
    let item = inbox(&hub, &other).await[0];
    mine::withdraw(&hub.hub, member(source.id, &[P::Approver]).approver().unwrap(), id).await.unwrap();
    let reader = read::audiences(&hub.hub, &member(other.id, &[P::Reporter])).await.unwrap();
    let view = read::item(&hub.hub, &reader, item, "web").await.unwrap().into_inner();
    assert_eq!(view.row.recalled, Some(RecallReason::SourceWish));
}

#[tokio::test]
async fn an_unanswered_request_lapses() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    hub::jobs::start(&hub.hub).await.unwrap();
    let id = send(&hub, &source, 1, Delay::Now).await;
    hub.work().await;
    let item = triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), id)
        .await
        .unwrap()
        .row
        .item
        .unwrap();
    draft::ask(&hub.hub, staff(hub.staff, P::Analyst).analyst().unwrap(), item).await.unwrap();
    hub.pass(SignedDuration::from_hours(24 * 13)).await;
    assert_eq!(state(&hub, &source, id).await, S::AwaitingApproval);
    hub.pass(SignedDuration::from_hours(24 * 3)).await;
    assert_eq!(state(&hub, &source, id).await, S::Lapsed);
}

#[tokio::test]
async fn the_same_key_twice_is_one_submission_and_is_the_organisations_own() {
    let hub = TestHub::new(2).await;
    let new = |n| submit::NewSubmission {
        bytes: mails::attack("m0.example", n),
        kind: None,
        filename: None,
        note: String::new(),
        door: Door::Api,
        delay: Delay::Slot,
        exercise: false,
        idempotency_key: Some("k1".to_owned()),
        seen: None,
    };
    let who = |n: usize| AsReporter { org: hub.members[n].id };
    let first = submit::submit(&hub.hub, who(0), new(1)).await.unwrap();
    assert_eq!(submit::submit(&hub.hub, who(0), new(1)).await.unwrap(), first);
    assert!(matches!(submit::submit(&hub.hub, who(0), new(2)).await, Err(HubError::KeyReused)));
    assert_ne!(submit::submit(&hub.hub, who(1), new(1)).await.unwrap().id, first.id);
}

/// An item of two sources that is live, by people; the item and the two submissions.
async fn merged(hub: &TestHub) -> (ItemId, [SubmissionId; 2]) {
    let (analyst, releaser) = (staff(hub.staff, P::Analyst), staff(hub.staff, P::Releaser));
    let first = send(hub, &hub.members[1], 1, Delay::Now).await;
    let second = send(hub, &hub.members[2], 2, Delay::Now).await;
    hub.work().await;
    let triager = staff(hub.staff, P::Triager).staff().unwrap();
    let item = triage::look(&hub.hub, triager, first).await.unwrap().row.item.unwrap();
    draft::add_source(&hub.hub, analyst.analyst().unwrap(), item, second).await.unwrap();
    draft::ask(&hub.hub, analyst.analyst().unwrap(), item).await.unwrap();
    for (n, id) in [(1, first), (2, second)] {
        let approver = member(hub.members[n].id, &[P::Approver]);
        let page = approval::show(&hub.hub, approver.source().unwrap(), id).await.unwrap();
        let destinations = Destinations { sectors: BTreeSet::from([hub.sector]), ..Destinations::default() };
        let form = ApprovalForm {
            fingerprint: page.fingerprint,
            destinations,
            now: true,
            ..ApprovalForm::default()
        };
        approval::approve(&hub.hub, approver.approver().unwrap(), id, form).await.unwrap();
    }
    release::release(&hub.hub, releaser.releaser().unwrap(), item).await.unwrap();
    hub.work().await;
    (item, [first, second])
}

/// The bundle of an item as a member reads it.
async fn served(hub: &TestHub, item: ItemId) -> String {
    let reader = read::audiences(&hub.hub, &member(hub.members[5].id, &[P::Reporter])).await.unwrap();
    read::item(&hub.hub, &reader, item, "web").await.unwrap().into_inner().bundle
}

#[tokio::test]
async fn what_is_withdrawn_leaves_what_is_served_also_during_a_revision() {
    let hub = TestHub::new(12).await;
    let (item, [first, second]) = merged(&hub).await;
    let part = |n: u32| format!("attacker-{n}.");
    let before = served(&hub, item).await;
    assert!(before.contains(&part(1)) && before.contains(&part(2)), "{before}");
    let analyst = staff(hub.staff, P::Analyst);
    draft::revise(&hub.hub, analyst.analyst().unwrap(), item).await.unwrap();
    let approver = |n: usize| member(hub.members[n].id, &[P::Approver]).approver().unwrap();
    mine::withdraw(&hub.hub, approver(1), first).await.unwrap();
    hub.pass(SignedDuration::from_mins(16)).await;
    let after = served(&hub, item).await;
    assert!(!after.contains(&part(1)) && after.contains(&part(2)), "{after}");
    // with the last part goes the item, whatever is being written
    draft::revise(&hub.hub, analyst.analyst().unwrap(), item).await.unwrap();
    draft::ask(&hub.hub, analyst.analyst().unwrap(), item).await.unwrap();
    mine::withdraw(&hub.hub, approver(2), second).await.unwrap();
    assert!(!served(&hub, item).await.contains(&part(2)));
}

#[tokio::test]
async fn a_name_that_is_only_said_releases_nothing() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    hub.standing(&source, Delay::Now).await;
    let call = Spoken {
        organisation: source.id,
        text: "We were sent http://dl.attacker-1.test/pay".to_owned(),
        medium: Medium::Phone,
        caller: None,
        called_back: hub.callable("kita", source.id).await,
        file: None,
    };
    let triager = staff(hub.staff, P::Triager).triager().unwrap();
    spoken::on_behalf(&hub.hub, triager, call).await.unwrap();
    hub.work().await;
    assert!(inbox(&hub, &hub.members[1]).await.is_empty());
}
