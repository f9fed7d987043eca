//! Webhooks told to a real receiver: what they say, to whom, how often, and what happens when nobody listens.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::ops::webhook::{self, Added};
use hub::{Clock, HubError};
use jiff::SignedDuration;
use model::consent::Delay;
use model::role::PersonRole as P;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sharing::caller::AsOrgAdmin;
use testkit::{Ask, Call, Member, Receiver, TestHub, mails, member};

/// A hub of which member 0 can make news for its sector, and a receiver of member 1.
struct Told {
    hub: TestHub,
    receiver: Receiver,
    source: Member,
    reader: Member,
    added: Added,
}

/// RFC 2104, for keys that are no longer than a block.
fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let pad = |with: u8| -> Vec<u8> { (0..64).map(|n| key.get(n).copied().unwrap_or(0) ^ with).collect() };
    let inner = Sha256::digest([pad(0x36).as_slice(), text].concat());
    Sha256::digest([pad(0x5c).as_slice(), inner.as_slice()].concat()).to_vec()
}

fn admin(of: &Member) -> AsOrgAdmin {
    member(of.id, &[P::OrgAdmin]).org_admin().unwrap()
}

impl Told {
    async fn new() -> Self {
        let hub = TestHub::new(12).await;
        let receiver = Receiver::start().await;
        let (source, reader) = (hub.members[0].clone(), hub.members[1].clone());
        hub.standing(&source, Delay::Now).await;
        let added = webhook::add(&hub.hub, admin(&reader), &receiver.url("hook")).await.unwrap();
        Self { hub, receiver, source, reader, added }
    }

    /// Something is released to the sector, and whoever is due is told.
    async fn news(&self, n: u32) -> Vec<Call> {
        let mail = mails::attack("m0.example", n);
        let sent = Ask::post("/api/v1/submissions?delay=now", mail).content("message/rfc822");
        assert_eq!(self.hub.ask(sent.token(&self.source.token)).await.status, 201);
        self.hub.work().await;
        self.receiver.take()
    }

    async fn later(&self, seconds: i64) -> Vec<Call> {
        self.hub.pass(SignedDuration::from_secs(seconds)).await;
        self.hub.work().await;
        self.receiver.take()
    }

    async fn get(&self, path: &str) -> testkit::Answer {
        self.hub.ask(Ask::get(path).token(&self.reader.token)).await
    }
}

#[tokio::test]
async fn news_are_told_once_and_lead_to_the_objects() {
    let told = Told::new().await;
    let calls = told.news(1).await;
    assert_eq!(calls.len(), 1, "{calls:?}");
    let body: Value = serde_json::from_str(&calls[0].body).unwrap();
    assert_eq!(body["type"], "collection.news");
    let collections = body["data"]["collections"].as_array().unwrap();
    let aliases: Vec<&str> = collections.iter().map(|c| c["alias"].as_str().unwrap()).collect();
    assert_eq!(aliases, ["all", "energy"]);
    for one in collections {
        assert_eq!(one.as_object().unwrap().len(), 4, "a collection and two times, nothing else: {one}");
        let path = format!(
            "/taxii2/hub/collections/{}/objects/?added_after={}",
            one["id"].as_str().unwrap(),
            one["added_after"].as_str().unwrap()
        );
        let page = told.get(&path).await;
        assert_eq!(page.header("x-taxii-date-added-last").unwrap(), one["date_added_last"]);
        assert!(!page.json()["objects"].as_array().unwrap().is_empty());
    }
    assert!(told.later(3_600).await.is_empty(), "nothing new, nothing told");
    let again = told.news(2).await;
    assert_eq!(again.len(), 1);
    let since: Value = serde_json::from_str(&again[0].body).unwrap();
    assert_eq!(since["data"]["collections"][1]["added_after"], body["timestamp"], "told from where it stood");
    assert_ne!(again[0].id, calls[0].id);
}

#[tokio::test]
async fn a_call_is_signed_with_the_secret_that_was_shown() {
    let told = Told::new().await;
    let call = told.news(1).await.remove(0);
    let secret = told.added.secret.strip_prefix("whsec_").unwrap();
    let secret = data_encoding::BASE64.decode(secret.as_bytes()).unwrap();
    assert!(secret.len() >= 24);
    let signed = format!("{}.{}.{}", call.id, call.at, call.body);
    let tag = hmac_sha256(&secret, signed.as_bytes());
    assert_eq!(call.signature, format!("v1,{}", data_encoding::BASE64.encode(&tag)));
    assert_eq!(call.at, told.hub.clock.now().as_second().to_string());
}

#[tokio::test]
async fn a_receiver_that_fails_is_told_again_with_the_same_id_and_then_once() {
    let told = Told::new().await;
    told.receiver.answer(503);
    let first = told.news(1).await;
    assert_eq!(first.len(), 1);
    assert!(told.later(3).await.is_empty(), "not before its time");
    let second = told.later(3).await;
    assert_eq!(second.len(), 1, "after five seconds");
    assert_eq!((&second[0].id, &second[0].body), (&first[0].id, &first[0].body));
    assert_ne!(second[0].signature, first[0].signature, "the time of the try is signed");
    told.receiver.answer(200);
    assert!(told.news(2).await.is_empty(), "waits as before");
    let third = told.later(61).await;
    assert_eq!(third.len(), 1, "both pieces of news in one call: {third:?}");
    assert!(told.later(86_400).await.is_empty());
    let shown = webhook::list(&told.hub.hub, admin(&told.reader)).await.unwrap();
    assert_eq!(shown[0].last.as_ref().unwrap().1, "200");
    assert!(shown[0].again_at.is_none());
}

#[tokio::test]
async fn after_days_it_is_given_up_and_a_test_brings_it_back() {
    let told = Told::new().await;
    told.receiver.answer(500);
    let mut calls = told.news(1).await.len();
    for _ in 0..15 {
        calls += told.later(86_401).await.len();
    }
    assert_eq!(calls, 11, "the first try and ten more");
    let shown = webhook::list(&told.hub.hub, admin(&told.reader)).await.unwrap();
    assert!(shown[0].ended_at.is_some());
    let notices = told.get("/api/v1/notices").await.text();
    assert!(notices.contains("webhook-ended"), "{notices}");
    assert_eq!(told.news(2).await, []);
    assert_eq!(webhook::try_now(&told.hub.hub, admin(&told.reader), told.added.id).await.unwrap(), "500");
    assert_eq!(told.later(60).await.len(), 1, "the test alone");
    told.receiver.answer(202);
    assert_eq!(webhook::try_now(&told.hub.hub, admin(&told.reader), told.added.id).await.unwrap(), "202");
    let body = told.receiver.take().remove(0).body;
    assert!(body.contains("webhook.test"), "{body}");
    assert_eq!(told.later(1).await.len(), 1, "what it missed is told in one call");
}

#[tokio::test]
async fn whoever_says_gone_is_not_told_again() {
    let told = Told::new().await;
    told.receiver.answer(410);
    assert_eq!(told.news(1).await.len(), 1);
    assert!(told.later(86_400).await.is_empty());
    assert!(told.news(2).await.is_empty());
}

#[tokio::test]
async fn others_news_are_not_told() {
    let told = Told::new().await;
    let stranger = Receiver::start().await;
    let new = hub::ops::admin::NewOrganisation {
        slug: "stranger".to_owned(),
        name: model::lang::Bilingual { ja: "部外者".to_owned(), en: "Stranger".to_owned() },
        parent: None,
        roles: [model::role::OrgRole::Member].into(),
        sectors: std::collections::BTreeSet::new(),
        profile: model::profile::Profile::default(),
    };
    let by = hub::ops::admin::AsRegistrar::Machine;
    let org = hub::ops::admin::add_organisation(&told.hub.hub, by, new).await.unwrap();
    webhook::add_for(&told.hub.hub, by, org, &stranger.url("x")).await.unwrap();
    assert_eq!(told.news(1).await.len(), 1);
    assert_eq!(stranger.take(), [], "what is not for it makes no call, late or early");
    told.later(3_600).await;
    assert_eq!(stranger.take(), []);
}

#[tokio::test]
async fn a_removed_address_hears_nothing_and_another_cannot_remove_it() {
    let told = Told::new().await;
    let id = told.added.id;
    let refused = webhook::remove(&told.hub.hub, admin(&told.source), id).await;
    assert!(matches!(refused, Err(HubError::NotFound)));
    webhook::remove(&told.hub.hub, admin(&told.reader), id).await.unwrap();
    assert_eq!(told.news(1).await, []);
}

#[tokio::test]
async fn two_nodes_tell_an_address_once() {
    let told = Told::new().await;
    let mail = mails::attack("m0.example", 1);
    let sent = Ask::post("/api/v1/submissions?delay=now", mail).content("message/rfc822");
    assert_eq!(told.hub.ask(sent.token(&told.source.token)).await.status, 201);
    // both see the news at once: whoever claims first tells it
    let other = told.hub.another_node().await;
    let (one, two) = tokio::join!(hub::jobs::run_due(&told.hub.hub), hub::jobs::run_due(&other));
    one.unwrap();
    two.unwrap();
    hub::jobs::run_due(&other).await.unwrap();
    assert_eq!(told.receiver.take().len(), 1);
    other.close().await;
}

#[tokio::test]
async fn addresses_inside_are_refused_and_few_are_enough() {
    let told = Told::new().await;
    let add = async |url: &str| webhook::add(&told.hub.hub, admin(&told.reader), url).await;
    for url in ["https://10.0.0.1/", "https://[::1]/", "http://hooks.example:x/", "https://169.254.169.254/"]
    {
        assert!(matches!(add(url).await, Err(HubError::Invalid("url", _))), "{url}");
    }
    for n in 0..9 {
        add(&format!("https://hooks.example/{n}")).await.unwrap();
    }
    assert!(matches!(add("https://hooks.example/10").await, Err(HubError::Invalid("url", _))));
}
