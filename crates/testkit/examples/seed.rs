//! Fills a hub with a year of use: `seed DATA KEYS SUBMISSIONS ITEMS [postgres://…]` over a community that `noroshi demo` made.
//!
//! Rows are multiplied from the community's own, so that every page shows real shapes: submissions of all its members in all
//! states, items released to its audiences with their objects in the feed. Sealed parts are not multiplied.
#![expect(clippy::unwrap_used, reason = "a fault must stop the run")]

use jiff::{SignedDuration, Timestamp};
use model::id::{CollectionId, ItemId, OrgId, SubmissionId};
use model::state::{ItemState, SubmissionState};
use model::submission::{Door, Kind};
use sharing::ReaderAudiences;
use sqlx::{Connection, PgConnection};
use std::path::PathBuf;
use store::{ItemRow, NewFeedObject, NewSubmission, NewVersion, Store, Tx, VersionRow, Where};

/// Rows in one transaction.
const PIECE: u64 = 1_000;

/// Minutes between two submissions: 100,000 fill a year.
const STEP: i64 = 5;

/// Where each submission of a run of ten stands.
const STATES: [SubmissionState; 10] = [
    SubmissionState::Shared,
    SubmissionState::Closed,
    SubmissionState::Shared,
    SubmissionState::Drafted,
    SubmissionState::Closed,
    SubmissionState::Received,
    SubmissionState::Refused,
    SubmissionState::Closed,
    SubmissionState::AwaitingApproval,
    SubmissionState::Lapsed,
];

#[expect(clippy::disallowed_methods, reason = "the year ends today")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// Sixteen bytes that look drawn and are the same in every run.
fn id(kind: u64, n: u64) -> [u8; 16] {
    let mut z = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ kind.wrapping_mul(0xD1B5_4A32_D192_ED03);
    let mut out = [0; 16];
    for half in out.chunks_mut(8) {
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        half.copy_from_slice(&z.to_be_bytes());
    }
    out
}

/// What is multiplied.
struct Template {
    item: ItemRow,
    version: VersionRow,
    audiences: Vec<model::id::AudienceId>,
    collections: Vec<CollectionId>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [data, keys, submissions, items, ..] = words.as_slice() else {
        eprintln!("usage: seed DATA KEYS SUBMISSIONS ITEMS [postgres://…]");
        std::process::exit(2);
    };
    let place = Where {
        data: PathBuf::from(data),
        keys: PathBuf::from(keys),
        postgres: words.get(4).cloned(),
        connections: 2,
    };
    let end: Timestamp = now();
    let store = Store::open(&place, [0; 32], end).await.unwrap();
    let mut tx = store.read().await.unwrap();
    let members: Vec<OrgId> = tx.roster().await.unwrap().organisations.iter().map(|o| o.id).collect();
    let template = template(&mut tx, &members).await;
    drop(tx);
    let (submissions, items) = (submissions.parse().unwrap(), items.parse().unwrap());
    multiply_items(&store, &template, items, end).await;
    multiply_submissions(&store, &members, submissions, items, end).await;
    store.close().await;
    if let Some(url) = &place.postgres {
        swept(url).await;
    }
    println!("{submissions} submissions, {items} items");
}

/// As a year leaves the tables that this run filled in a minute: the server sweeps them as they grow.
async fn swept(url: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql("VACUUM (ANALYZE)").execute(&mut connection).await.unwrap();
}

async fn template(tx: &mut Tx, members: &[OrgId]) -> Template {
    let item = tx.items_for_hub(Some(ItemState::Released), None, 1).await.unwrap().remove(0);
    let audiences: Vec<_> = tx.audiences().await.unwrap().into_iter().map(|(id, _)| id).collect();
    let mut version = None;
    for org in members {
        let caller = testkit::member(*org, &[model::role::PersonRole::Reporter]);
        let reader = ReaderAudiences::mint(&caller, tx.audiences_of(*org).await.unwrap());
        if let Some(stored) = tx.item_of(&reader, item.id).await.unwrap() {
            version = sharing::admit(stored, &reader).ok().map(|released| released.get().clone());
            break;
        }
    }
    let collections = tx.collections().await.unwrap();
    let collections = collections.into_iter().filter(|c| c.purpose != "exercise").map(|c| c.id).collect();
    Template { item, version: version.unwrap(), audiences, collections }
}

async fn multiply_items(store: &Store, from: &Template, count: u64, end: Timestamp) {
    for first in (0..count).step_by(usize::try_from(PIECE).unwrap()) {
        let mut tx = store.write().await.unwrap();
        for n in first..(first + PIECE).min(count) {
            one_item(&mut tx, from, n, before(end, i64::try_from(count - n).unwrap() * STEP * 5)).await;
        }
        tx.commit().await.unwrap();
    }
}

async fn one_item(tx: &mut Tx, from: &Template, n: u64, at: Timestamp) {
    let item_id = ItemId::from_random(id(1, n));
    let audience = from.audiences[usize::try_from(n).unwrap() % from.audiences.len()];
    let mut item = ItemRow { id: item_id, created_at: at, changed_at: at, ..from.item.clone() };
    item.released_at = Some(at);
    tx.insert_item(&item).await.unwrap();
    tx.save_item(item.state, &item, at).await.unwrap();
    let version = NewVersion {
        item: item_id,
        version: item.version,
        audience,
        tlp: item.tlp,
        content: from.version.content.clone(),
        bundle: from.version.bundle.clone(),
        text: from.version.text.clone(),
        title: from.version.row.title.clone(),
        released_at: at,
        revoked: false,
    };
    tx.insert_version(&version).await.unwrap();
    tx.put_inbox(audience, item_id, item.version, at).await.unwrap();
    let stamp = at.to_string();
    let mut objects = Vec::new();
    for (k, collection) in from.collections.iter().take(2).enumerate() {
        for part in 0..4u64 {
            let uuid = uuid::Uuid::from_bytes(id(10 + part, n));
            let text = format!(
                "{{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--{uuid}\",\"created\":\"{stamp}\",\"modified\":\"{stamp}\",\
                 \"pattern\":\"[domain-name:value = 'x{n}-{k}-{part}.test']\",\"pattern_type\":\"stix\",\"valid_from\":\"{stamp}\"}}"
            );
            objects.push(NewFeedObject {
                collection: *collection,
                id: format!("indicator--{uuid}"),
                object_type: "indicator".to_owned(),
                version: Some((stamp.clone(), at.as_microsecond())),
                bytes: text,
                common: false,
            });
        }
    }
    tx.insert_feed(audience, item_id, &objects, at).await.unwrap();
}

async fn multiply_submissions(store: &Store, members: &[OrgId], count: u64, items: u64, end: Timestamp) {
    let tags: Vec<Vec<u8>> = members.iter().map(|org| store.seals().source_tag(*org)).collect();
    for first in (0..count).step_by(usize::try_from(PIECE).unwrap()) {
        let mut tx = store.write().await.unwrap();
        for n in first..(first + PIECE).min(count) {
            let at = before(end, i64::try_from(count - n).unwrap() * STEP);
            let submission = SubmissionId::from_random(id(2, n));
            let new = NewSubmission {
                id: submission,
                receipt: model::receipt::ReceiptCode::from_random(id(3, n)[..5].try_into().unwrap())
                    .as_str()
                    .to_owned(),
                source_tag: tags[usize::try_from(n).unwrap() % tags.len()].clone(),
                source_sealed: id(4, n).to_vec(),
                kind: Kind::Mail,
                door: Door::Api,
                exercise: false,
                delay: model::consent::Delay::Slot,
                received_at: at,
                bytes: 4_000,
            };
            tx.insert_submission(&new).await.unwrap();
            let state = STATES[usize::try_from(n).unwrap() % STATES.len()];
            tx.move_submission(submission, SubmissionState::Received, state, at).await.unwrap();
            let shared = (state == SubmissionState::Shared && items > 0)
                .then(|| ItemId::from_random(id(1, n % items)));
            tx.link_submission(submission, shared, Some(&id(5, n / 3))).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
}

fn before(end: Timestamp, minutes: i64) -> Timestamp {
    end.checked_sub(SignedDuration::from_mins(minutes)).unwrap()
}
