//! What leaves the feeds, and what is known of who was served. On both databases.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::Clock;
use hub::ops::admin::{self, AsRegistrar, NewOrganisation};
use hub::ops::approval::{self, ApprovalForm};
use hub::ops::{draft, release, triage};
use jiff::{SignedDuration, Timestamp};
use model::consent::{Delay, Destinations};
use model::id::{ItemId, SubmissionId};
use model::item::{ItemIds, RecallReason};
use model::lang::Bilingual;
use model::profile::Profile;
use model::role::{OrgRole, PersonRole as P, Scope};
use std::collections::BTreeSet;
use testkit::{Ask, Member, TestHub, mails, member, staff};

/// A hub whose first two members released a mail each, both naming the same attacker.
struct Fed {
    hub: TestHub,
    first: (SubmissionId, ItemId),
    reader: Member,
    collection: String,
}

impl Fed {
    async fn new() -> Self {
        let hub = TestHub::new(12).await;
        let reader = hub.members[5].clone();
        let mut all = Vec::new();
        for n in 0..2 {
            let source = hub.members[n].clone();
            hub.standing(&source, Delay::Now).await;
            let mail = mails::attack(&format!("m{n}.example"), 7);
            let sent = Ask::post("/api/v1/submissions?delay=now", mail).content("message/rfc822");
            let id = hub.ask(sent.token(&source.token)).await.json()["id"].as_str().unwrap().parse().unwrap();
            hub.work().await;
            let look =
                triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), id).await.unwrap();
            all.push((id, look.row.item.unwrap()));
        }
        assert_ne!(all[0].1, all[1].1, "two items");
        let list = hub.ask(Ask::get("/taxii2/hub/collections/").token(&reader.token)).await.json();
        let energy = list["collections"].as_array().unwrap().iter().find(|c| c["alias"] == "energy").unwrap();
        let collection = format!("/taxii2/hub/collections/{}/", energy["id"].as_str().unwrap());
        Self { hub, first: all[0], reader, collection }
    }

    async fn get(&self, path: &str) -> String {
        self.hub.ask(Ask::get(format!("{}{path}", self.collection)).token(&self.reader.token)).await.text()
    }

    /// Ids of the indicators that the reader is served, whose patterns name this type of observable.
    async fn indicators(&self, of: &str) -> BTreeSet<String> {
        let page: serde_json::Value =
            serde_json::from_str(&self.get("objects/?match[version]=all").await).unwrap();
        let all = page["objects"].as_array().unwrap().iter();
        let named = |o: &&serde_json::Value| o["pattern"].as_str().is_some_and(|p| p.contains(of));
        all.filter(named).map(|o| o["id"].as_str().unwrap().to_owned()).collect()
    }

    /// The first item anew, without its indicators of these kinds.
    async fn revise_without(&self, kinds: &[&str]) {
        let (submission, item) = self.first;
        let (analyst, releaser) = (staff(self.hub.staff, P::Analyst), staff(self.hub.staff, P::Releaser));
        let hub = &self.hub.hub;
        draft::revise(hub, analyst.analyst().unwrap(), item).await.unwrap();
        let view = draft::show(hub, analyst.staff().unwrap(), item).await.unwrap();
        let keys = view.content.indicators.iter().map(|one| ItemIds::key(&one.indicator));
        let removed: BTreeSet<String> =
            keys.filter(|key| kinds.iter().any(|kind| key.starts_with(kind))).collect();
        assert!(!removed.is_empty());
        let (analysis, tlp) = (view.content.analysis.clone(), view.row.tlp);
        let techniques = BTreeSet::new();
        let form = draft::DraftForm {
            analysis,
            tlp,
            audience: view.audience,
            removed,
            techniques,
            fingerprint: None,
        };
        draft::save(hub, analyst.analyst().unwrap(), item, form).await.unwrap();
        draft::ask(hub, analyst.analyst().unwrap(), item).await.unwrap();
        let approver = member(self.hub.members[0].id, &[P::Approver]);
        let page = approval::show(hub, approver.source().unwrap(), submission).await.unwrap();
        let destinations =
            Destinations { sectors: BTreeSet::from([self.hub.sector]), ..Destinations::default() };
        let form = ApprovalForm {
            fingerprint: page.fingerprint,
            destinations,
            now: true,
            ..ApprovalForm::default()
        };
        approval::approve(hub, approver.approver().unwrap(), submission, form).await.unwrap();
        release::release(hub, releaser.releaser().unwrap(), item).await.unwrap();
        self.hub.work().await;
    }

    async fn recall(&self, item: ItemId, reason: RecallReason) {
        let releaser = staff(self.hub.staff, P::Releaser).releaser().unwrap();
        release::recall(&self.hub.hub, releaser, item, reason).await.unwrap();
    }
}

#[tokio::test]
async fn what_a_new_version_does_not_hold_leaves_the_feeds_and_what_another_item_holds_stays() {
    let fed = Fed::new().await;
    let (urls, domains) = (fed.indicators("[url:").await, fed.indicators("[domain-name:").await);
    assert_eq!(urls.len(), 2, "one an item: {urls:?}");
    fed.revise_without(&["url "]).await;
    let left = fed.indicators("[url:").await;
    assert_eq!(left.len(), 1, "the other item's stays: {left:?}");
    assert_eq!(fed.indicators("[domain-name:").await, domains, "and the item's others");
    let gone = urls.difference(&left).next().unwrap();
    // an earlier version of the report still names it; the object itself is nowhere
    for path in
        ["objects/?match[version]=all", "objects/?match[version]=first", "manifest/?match[version]=all"]
    {
        let page: serde_json::Value = serde_json::from_str(&fed.get(path).await).unwrap();
        let mut ids = page["objects"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap());
        assert!(!ids.any(|id| id == gone), "{path}");
    }
    assert!(fed.get(&format!("objects/{gone}/")).await.contains("\"title\""), "absent like any other");
}

impl Fed {
    async fn second(&self) -> ItemId {
        let analyst = staff(self.hub.staff, P::Analyst).staff().unwrap();
        let page = draft::list(&self.hub.hub, analyst, None, &hub::PageRequest::default()).await.unwrap();
        page.rows.iter().map(|row| row.id).find(|id| *id != self.first.1).unwrap()
    }
}

#[tokio::test]
async fn after_a_leak_every_endpoint_serves_the_tombstone_and_nothing_else() {
    let fed = Fed::new().await;
    let (first, second) = (fed.first.1, fed.second().await);
    fed.revise_without(&["email "]).await;
    let ids = fed.indicators("[").await;
    fed.recall(first, RecallReason::Leak).await;
    fed.recall(second, RecallReason::Leak).await;
    for path in ["objects/", "objects/?match[version]=all", "objects/?match[version]=first"] {
        let text = fed.get(path).await;
        assert!(!text.contains("attacker-7"), "{path}: {text}");
        assert!(text.contains("\"revoked\":true") && text.contains("identity--"), "{path}: {text}");
    }
    for id in ids {
        let text = fed.get(&format!("objects/{id}/?match[version]=all")).await;
        assert!(text.contains("\"revoked\":true") && !text.contains("attacker-7"), "{text}");
        let versions: serde_json::Value =
            serde_json::from_str(&fed.get(&format!("objects/{id}/versions/")).await).unwrap();
        assert_eq!(versions["versions"].as_array().unwrap().len(), 1, "{versions}");
    }
}

/// Where nobody knows who was served what.
async fn gaps(hub: &TestHub) -> Vec<(Timestamp, Timestamp)> {
    hub.hub.store().read().await.unwrap().disclosure_gaps(Timestamp::MIN).await.unwrap()
}

#[tokio::test]
async fn a_run_that_ends_well_leaves_no_gap_and_one_that_dies_does() {
    let fed = Fed::new().await;
    hub::jobs::start(&fed.hub.hub).await.unwrap();
    fed.get("objects/").await;
    // what is pending is written when it ends
    let hub = fed.hub.restart().await;
    hub::jobs::start(&hub.hub).await.unwrap();
    assert_eq!(gaps(&hub).await, []);
    let reader = fed.reader;
    let path = format!("{}objects/", fed.collection);
    assert_eq!(hub.ask(Ask::get(&path).token(&reader.token)).await.status, 200);
    hub.work().await;
    let written = hub.clock.now();
    hub.clock.set(written.checked_add(SignedDuration::from_secs(1)).unwrap());
    assert_eq!(hub.ask(Ask::get(&path).token(&reader.token)).await.status, 200);
    // it is killed here: what it served last is nowhere. Another starts after its silence.
    let started = written.checked_add(SignedDuration::from_secs(600)).unwrap();
    hub.clock.set(started);
    let next = hub.another_node().await;
    hub::jobs::start(&next).await.unwrap();
    assert_eq!(gaps(&hub).await, [(written, started)]);
    next.close().await;
}

#[tokio::test]
async fn a_manifest_tells_the_version_that_the_object_has() {
    let fed = Fed::new().await;
    let page: serde_json::Value = serde_json::from_str(&fed.get("objects/").await).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&fed.get("manifest/").await).unwrap();
    let records = manifest["objects"].as_array().unwrap();
    let objects = page["objects"].as_array().unwrap();
    assert_eq!(records.len(), objects.len());
    for (object, record) in objects.iter().zip(records) {
        assert_eq!(object["id"], record["id"]);
        let own = ["modified", "created"].iter().find_map(|key| object[*key].as_str());
        let expected = own.or(record["date_added"].as_str()).unwrap();
        assert_eq!(record["version"], expected, "{object}");
    }
}

/// The hub's own identity stands in every item: it is added once, and a leak of one item does not take it from the others.
#[tokio::test]
async fn an_object_of_every_item_is_served_once() {
    let hub = TestHub::new(12).await;
    let (source, reader) = (hub.members[0].clone(), hub.members[5].clone());
    hub.standing(&source, Delay::Now).await;
    for n in 0..6 {
        let sent = Ask::post("/api/v1/submissions?delay=now", mails::attack("m0.example", n));
        hub.ask(sent.content("message/rfc822").token(&source.token)).await;
        hub.work().await;
        hub.clock.set(hub.clock.now().checked_add(SignedDuration::from_secs(61)).unwrap());
    }
    let list = hub.ask(Ask::get("/taxii2/hub/collections/").token(&reader.token)).await.json();
    let all = list["collections"].as_array().unwrap().iter().find(|c| c["alias"] == "all").unwrap().clone();
    let once = async |when: &str| {
        for filter in ["", "&match[version]=first", "&match[version]=all"] {
            let id = all["id"].as_str().unwrap();
            let path = format!("/taxii2/hub/collections/{id}/objects/?match[type]=identity{filter}");
            let page = hub.ask(Ask::get(path).token(&reader.token)).await.json();
            assert_eq!(page["objects"].as_array().unwrap().len(), 1, "{when} {filter}");
        }
    };
    once("six items").await;
    let inbox = hub.ask(Ask::get("/api/v1/items").token(&reader.token)).await.json();
    // the oldest is the one that added it
    let first = inbox["rows"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().parse().unwrap();
    let releaser = testkit::staff(hub.staff, model::role::PersonRole::Releaser).releaser().unwrap();
    hub::ops::release::recall(&hub.hub, releaser, first, model::item::RecallReason::Leak).await.unwrap();
    hub.work().await;
    once("after a leak").await;
}

impl Fed {
    /// The reader's set at `path`, opened with the key of the hub's log, with its tag.
    async fn set(&self, path: &str) -> (sweep::Set, sweep::signed::Statement, String) {
        let answer = self.hub.ask(Ask::get(path).token(&self.reader.token)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let tag = answer.header("etag").unwrap().to_owned();
        let keys = hub::log::keys(&self.hub.hub).unwrap();
        let opened = sweep::signed::open(answer.body, &keys).unwrap();
        (sweep::Set::from_bytes(opened.set).unwrap(), opened.statement.unwrap(), tag)
    }
}

/// What a set looks for, and which items it came with.
fn looked_for(set: &sweep::Set) -> (BTreeSet<String>, BTreeSet<String>) {
    let all = (0..u32::try_from(set.len()).unwrap()).filter_map(|entry| set.entry(entry));
    (all.map(|one| format!("{} {}", one.kind, one.value)).collect(), set.items().into_iter().collect())
}

#[tokio::test]
async fn a_compiled_set_holds_what_was_released_and_a_part_of_it_what_came_since() {
    let fed = Fed::new().await;
    let (before, said, tag) = fed.set("/api/v1/set").await;
    let (values, items) = looked_for(&before);
    let named = |value: &String| value.starts_with("domain ") && value.ends_with("attacker-7.test");
    assert!(values.iter().any(named), "{values:?}");
    assert_eq!(items.len(), 2, "{items:?}");
    assert_eq!(said.maker, "hub.test/log");
    let same = Ask::get("/api/v1/set").token(&fed.reader.token).with("if-none-match", &tag);
    let same = fed.hub.ask(same).await;
    assert_eq!((same.status, same.body.len()), (304, 0));

    fed.hub.pass(SignedDuration::from_mins(1)).await;
    fed.revise_without(&["url "]).await;
    let second = fed.second().await;
    fed.recall(second, RecallReason::Leak).await;
    let (whole, _, newer) = fed.set("/api/v1/set").await;
    assert_ne!(tag, newer);
    let (values, items) = looked_for(&whole);
    assert_eq!(items, BTreeSet::from([fed.first.1.to_string()]));
    assert!(!values.iter().any(|value| value.starts_with("url ")), "{values:?}");
    let (part, _, _) = fed.set(&format!("/api/v1/set?since={}", said.made)).await;
    let mut laid = sweep::SetBuilder::new();
    laid.add_sets(&[before, part]).unwrap();
    assert_eq!(looked_for(&laid.compile().0), looked_for(&whole));
    let (nothing, _, _) = fed.set("/api/v1/set?since=2027-01-01T00:00:00Z").await;
    assert!(nothing.is_empty());

    let noted = fed.hub.hub.store().read().await.unwrap().disclosures(fed.first.1).await.unwrap();
    assert!(noted.iter().any(|row| row.organisation == fed.reader.id && row.channel == "api"), "{noted:?}");
    let wrong = Ask::get("/api/v1/set?since=yesterday").token(&fed.reader.token);
    assert_eq!(fed.hub.ask(wrong).await.status, 422);
}

#[tokio::test]
async fn a_compiled_set_of_one_who_was_told_nothing_is_empty() {
    let fed = Fed::new().await;
    let by = AsRegistrar::Machine;
    let name = Bilingual { ja: "他".to_owned(), en: "Elsewhere".to_owned() };
    let new = NewOrganisation {
        slug: "elsewhere".to_owned(),
        name,
        parent: None,
        roles: BTreeSet::from([OrgRole::Member]),
        sectors: BTreeSet::new(),
        profile: Profile::default(),
    };
    let elsewhere = admin::add_organisation(&fed.hub.hub, by, new).await.unwrap();
    let scopes = Scope::ALL.iter().copied().collect();
    let token = admin::add_token(&fed.hub.hub, by, elsewhere, "test", scopes, None).await.unwrap();
    let answer = fed.hub.ask(Ask::get("/api/v1/set").token(&token)).await;
    let keys = hub::log::keys(&fed.hub.hub).unwrap();
    let set = sweep::Set::from_bytes(sweep::signed::open(answer.body, &keys).unwrap().set).unwrap();
    assert!(set.is_empty() && set.items().is_empty());
    assert_eq!(set.items_of_hub().unwrap(), sweep::Items::default());
}
