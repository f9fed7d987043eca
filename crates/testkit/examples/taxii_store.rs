//! Builds the store that the TAXII bench reads: many objects, organisations and audiences, two readers.
//!
//!     cargo run --release -p testkit --example taxii_store -- DIR OBJECTS
//!
//! `DIR` becomes the data folder, `DIR.keys` its keys. Prints one JSON line: tokens, and the collection to read. Reader `half` is in the
//! audiences of one half of the objects, reader `few` in those of one in a hundred; `writer` may post.
#![expect(clippy::unwrap_used, reason = "a fault must stop the building")]

use hub::ops::admin::{self, AsRegistrar, NewOrganisation};
use hub::{Chance, Hub, Settings};
use jiff::{SignedDuration, Timestamp};
use model::audience::Audience;
use model::id::{AudienceId, ItemId, OrgId};
use model::lang::Bilingual;
use model::role::{OrgRole, Scope};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use store::{NewFeedObject, Store, Where};
use testkit::{SimChance, SimClock};

const ORGANISATIONS: usize = 300;
const AUDIENCES: usize = 200;

/// Objects of one item; they share an audience and a moment.
const ITEM: usize = 50;

/// Items of one transaction.
const BATCH: usize = 1_000;

/// The audiences of the reader who may see one object in a hundred.
const FEW: [usize; 2] = [50, 150];

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let data = PathBuf::from(args.next().unwrap());
    let objects: usize = args.next().unwrap().parse().unwrap();
    let mut keys = data.clone().into_os_string();
    keys.push(".keys");
    let begin: Timestamp = "2026-01-05T00:00:00Z".parse().unwrap();
    let place = Where { data, keys: keys.into(), postgres: None, connections: store::CONNECTIONS };
    let chance = SimChance::new(11, false);
    let mut root = [0; 32];
    chance.fill("root", &mut root);
    let store = Store::open(&place, root, begin).await.unwrap();
    let clock = Arc::new(SimClock::new(begin));
    let hub = Hub::new(store.clone(), clock, Arc::new(chance), settings());
    let (orgs, tokens) = community(&hub).await;
    let audiences = audiences(&store, &orgs).await;
    let collection = fill(&store, &audiences, objects, begin).await;
    hub.close().await;
    let token = |n: usize| tokens[n].as_str();
    println!(
        r#"{{"objects":{objects},"collection":"{collection}","half":"{}","few":"{}","writer":"{}","tokens":{}}}"#,
        token(0),
        token(1),
        token(2),
        serde_json::to_string(&tokens).unwrap()
    );
}

fn settings() -> Settings {
    let name = Bilingual { ja: "計測ハブ".to_owned(), en: "Bench hub".to_owned() };
    let url = "http://127.0.0.1".to_owned();
    Settings {
        name,
        url,
        sector_min: sharing::audience::SECTOR_MIN,
        upkeep: hub::Upkeep::default(),
        log: hub::log::LogSettings::default(),
        webhook_networks: Vec::new(),
    }
}

async fn community(hub: &Hub) -> (Vec<OrgId>, Vec<String>) {
    let by = AsRegistrar::Machine;
    admin::set_up(hub, by).await.unwrap();
    let (mut orgs, mut tokens) = (Vec::new(), Vec::new());
    for n in 0..ORGANISATIONS {
        let name = format!("bench-{n}");
        let new = NewOrganisation {
            slug: name.clone(),
            name: Bilingual { ja: name.clone(), en: name },
            parent: None,
            roles: BTreeSet::from([OrgRole::Member]),
            sectors: BTreeSet::new(),
            profile: model::profile::Profile::default(),
        };
        let org = admin::add_organisation(hub, by, new).await.unwrap();
        let scopes = Scope::ALL.iter().copied().collect();
        tokens.push(admin::add_token(hub, by, org, "bench", scopes, None).await.unwrap());
        orgs.push(org);
    }
    (orgs, tokens)
}

/// Each audience names about half of the organisations; the two readers are in those that make their share.
async fn audiences(store: &Store, orgs: &[OrgId]) -> Vec<AudienceId> {
    let mut tx = store.write().await.unwrap();
    let mut out = Vec::new();
    for a in 0..AUDIENCES {
        let is_in = |n: usize| match n {
            0 => a < AUDIENCES / 2,
            1 => FEW.contains(&a),
            n => mix((n * AUDIENCES + a) as u64).is_multiple_of(2),
        };
        let reach: BTreeSet<OrgId> =
            orgs.iter().enumerate().filter(|(n, _)| is_in(*n)).map(|(_, org)| *org).collect();
        let audience = Audience { organisations: reach.clone(), ..Audience::default() };
        out.push(tx.intern_audience(&audience, &reach).await.unwrap());
    }
    tx.commit().await.unwrap();
    out
}

async fn fill(store: &Store, audiences: &[AudienceId], objects: usize, begin: Timestamp) -> String {
    let mut tx = store.write().await.unwrap();
    let all = tx.collections().await.unwrap().into_iter().find(|c| c.purpose == "all").unwrap();
    for item in 0..objects / ITEM {
        let at = begin + SignedDuration::from_secs(i64::try_from(item).unwrap());
        let rows: Vec<NewFeedObject> =
            (item * ITEM..(item + 1) * ITEM).map(|n| indicator(all.id, n, at)).collect();
        let audience = audiences[usize::try_from(mix(item as u64)).unwrap_or(0) % audiences.len()];
        let id = ItemId::from_random(bits(item as u64));
        tx.insert_feed(audience, id, &rows, at).await.unwrap();
        if item % BATCH == BATCH - 1 {
            tx.commit().await.unwrap();
            tx = store.write().await.unwrap();
            eprint!("\r{} objects", (item + 1) * ITEM);
        }
    }
    tx.commit().await.unwrap();
    eprintln!();
    all.id.to_string()
}

/// A small indicator, as members' tools make them: 0.4 KB.
fn indicator(collection: model::id::CollectionId, n: usize, at: Timestamp) -> NewFeedObject {
    let id = format!("indicator--{}", model::id::uuid4(bits((n as u64) | 1 << 40)));
    let stamp = stix::Timestamp::from_micros(at.as_microsecond());
    let time = stamp.as_str();
    let bytes = format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"{id}","created":"{time}","modified":"{time}","name":"load {n}","indicator_types":["malicious-activity"],"pattern":"[domain-name:value = 'h{n}.example.com']","pattern_type":"stix","valid_from":"{time}"}}"#
    );
    NewFeedObject {
        collection,
        id,
        object_type: "indicator".to_owned(),
        version: Some((time.to_owned(), stamp.micros())),
        bytes,
        common: false,
    }
}

fn mix(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_add(0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (n ^ (n >> 31)) >> 1
}

fn bits(n: u64) -> [u8; 16] {
    (u128::from(mix(n)) << 64 | u128::from(mix(!n))).to_be_bytes()
}
