//! With witnesses: quorum, two-sided time, and an administrator with root who rewrites whatever it likes.
//!
//! `NOROSHI_LOG_TAMPERINGS` sets the tries of the administrator; the whole count is 1,000.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

#[path = "../../tlog/tests/support/rewritten.rs"]
mod rewritten;

use hub::log::follow::{Followed, follow};
use hub::log::verdict::{self, Flaw, NotProven, Outcome};
use hub::log::{LogFile, LogSettings, file, keys, own_policy};
use jiff::SignedDuration;
use model::id::SubmissionId;
use std::path::Path;
use testkit::{Administrator, TestHub, Witnesses};
use tlog::{Checkpoint, KeyKind, Note, Policy, Proof, SignerKey};

/// Tries in the build server's run.
const TRIES: u64 = 40;

#[expect(clippy::disallowed_methods, reason = "the whole count is asked for from outside")]
fn tries() -> u64 {
    std::env::var("NOROSHI_LOG_TAMPERINGS").ok().and_then(|n| n.parse().ok()).unwrap_or(TRIES)
}

/// A hub whose log two of three witnesses cosign, after some minutes of life.
async fn witnessed() -> (TestHub, Witnesses, Policy) {
    let hub = TestHub::new(1).await;
    hub.beats(1).await;
    let key = keys(&hub.hub).unwrap().remove(0);
    let witnesses = Witnesses::start(3, &key, hub.hub.now()).await;
    let log = LogSettings { policy: Some(witnesses.policy(2)), ..LogSettings::default() };
    let hub = hub.with_log(log).await;
    minutes(&hub, &witnesses, 3).await;
    let policy = own_policy(&hub.hub).unwrap();
    (hub, witnesses, policy)
}

/// Beats, while the witnesses' clocks go on as the hub's should.
async fn minutes(hub: &TestHub, witnesses: &Witnesses, count: u32) {
    for _ in 0..count {
        witnesses
            .clock
            .set(hub::Clock::now(&*witnesses.clock).checked_add(SignedDuration::from_secs(60)).unwrap());
        hub.beat().await.unwrap();
    }
}

#[tokio::test]
async fn a_witness_that_stays_away_is_an_alarm() {
    let (hub, mut witnesses, _) = witnessed().await;
    let alarms = async || {
        let found = hub::ops::health::look(&hub.hub).await;
        let of_witness = found.into_iter().filter(|f| f.class == hub::ops::health::Class::Witness);
        of_witness.map(|f| (f.grave, f.text.contains("w3"))).collect::<Vec<_>>()
    };
    assert_eq!(alarms().await, []);
    witnesses.stop_last();
    minutes(&hub, &witnesses, 5).await;
    assert_eq!(alarms().await, [], "it may restart");
    minutes(&hub, &witnesses, 8).await;
    assert_eq!(alarms().await, [(false, true)]);
}

#[tokio::test]
async fn a_receipt_has_two_bounds_that_the_hub_does_not_set() {
    let (hub, witnesses, policy) = witnessed().await;
    let before = hub::Clock::now(&*witnesses.clock).as_second();
    let id = hub.send(&hub.members[0], 1).await;
    minutes(&hub, &witnesses, 2).await;
    let receipt = hub.log_receipt(&hub.members[0], id).await;
    let read = verdict::read(receipt.file.as_bytes(), &policy);
    assert_eq!(read.outcome, Outcome::Proven);
    assert_eq!(read.witnesses.len(), 3);
    assert_eq!((read.earliest, read.latest), (u64::try_from(before).ok(), u64::try_from(before + 60).ok()));
    assert!(!read.not_proven.contains(&NotProven::Time) && !read.not_proven.contains(&NotProven::Earliest));
    // Without the witnesses' lines it is the hub's word, and the policy does not take it.
    let mut proof = Proof::parse(receipt.file.as_bytes()).unwrap();
    proof.checkpoint.signatures.truncate(2);
    assert_eq!(verdict::read(proof.to_string().as_bytes(), &policy).outcome, Outcome::Refused(Flaw::Quorum));
}

#[tokio::test]
async fn the_real_witness_refuses_every_rewritten_history() {
    const SEEN: u64 = 100;
    let key = rewritten::log_key().unwrap();
    let witnesses = Witnesses::start(1, key.verifier(), "2026-11-26T00:00:00Z".parse().unwrap()).await;
    let ask = |request: String| client_add(&witnesses.urls[0], request);
    let (first, _) = rewritten::request(0, &rewritten::leaves(SEEN)).unwrap();
    let (status, body) = ask(first.to_string()).await;
    assert_eq!(status, 200);
    assert!(body.starts_with("\u{2014} witness-1.example "));
    for step in 0..1000 {
        let history = rewritten::rewritten(step, SEEN);
        let (request, _) = rewritten::request(SEEN, &history).unwrap();
        let (status, _) = ask(request.to_string()).await;
        // A history of just the size that was seen has no proof to fail: that is a conflict.
        assert_eq!(status, if history.len() as u64 == SEEN { 409 } else { 422 }, "{step}");
    }
    assert!(witnesses.evidence() > 900);
    let (next, _) = rewritten::request(SEEN, &rewritten::leaves(SEEN + 5)).unwrap();
    assert_eq!(ask(next.to_string()).await.0, 200, "the true continuation still is cosigned");
    let (old, _) = rewritten::request(SEEN, &rewritten::leaves(SEEN + 9)).unwrap();
    assert_eq!(ask(old.to_string()).await, (409, "105\n".to_owned()));
    assert_eq!(ask("old x\n".to_owned()).await.0, 400);
    let stranger = SignerKey::from_seed("other.example", KeyKind::Log, &[5; 32]).unwrap();
    let unknown = Checkpoint::new("other.example", 0, tlog::hash::empty_root()).sign(&stranger).unwrap();
    assert_eq!(ask(format!("old 0\n\n{unknown}")).await.0, 404);
    let unsigned = Checkpoint::new(rewritten::ORIGIN, 0, tlog::hash::empty_root()).sign(&stranger).unwrap();
    assert_eq!(ask(format!("old 0\n\n{unsigned}")).await.0, 403);
}

async fn client_add(url: &str, request: String) -> (u16, String) {
    client::witness::add_checkpoint(url, request).await.unwrap()
}

#[tokio::test]
async fn a_follower_notices_what_was_put_back_or_rewritten() {
    let (hub, witnesses, policy) = witnessed().await;
    let copy = tempfile::tempdir().unwrap();
    let served = serve(&hub).await;
    let follow = async |url: &str| follow(url, &policy, copy.path(), |_, _| {}).await;
    assert_eq!(follow(&served).await.unwrap(), Followed::Grew { from: 0, to: 32 });
    hub.rest().await;
    let fork = hub.fork(false).await;
    let hub = hub.restart().await;
    hub.send(&hub.members[0], 1).await;
    let memory = witnesses.memory();
    minutes(&hub, &witnesses, 40).await;
    let served = serve(&hub).await;
    assert_eq!(follow(&served).await.unwrap(), Followed::Grew { from: 32, to: 352 });
    // Witnesses who forget would cosign another history; a follower does not.
    witnesses.put_back(&memory);
    fork.send(&fork.members[0], 2).await;
    minutes(&fork, &witnesses, 1).await;
    let forked = serve(&fork).await;
    assert_eq!(follow(&forked).await.unwrap(), Followed::Shrank { from: 352, to: 40 });
    minutes(&fork, &witnesses, 41).await;
    assert_eq!(follow(&forked).await.unwrap(), Followed::Rewritten { size: 368 });
}

/// The hub on a socket; the address of its log.
async fn serve(hub: &TestHub) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/log", listener.local_addr().unwrap());
    tokio::spawn(server::serve(listener, hub.router.clone(), std::future::pending()));
    url
}

/// What a verifier outside holds before the administrator begins.
struct Outside {
    policy: Policy,
    earlier: Checkpoint,
    receipt: String,
}

impl Outside {
    /// Whether it would take this head for a continuation of what it holds: the quorum signed it, and the files prove it.
    fn takes_head(&self, hub: &TestHub) -> bool {
        let Ok(bytes) = file(&hub.hub, LogFile::Checkpoint) else { return false };
        let Some(believed) = Note::parse(&bytes).ok().and_then(|note| self.policy.believe(&note).ok()) else {
            return false;
        };
        let now = believed.checkpoint;
        let node = |at: tlog::Node| {
            let tile = tlog::tile::tile_of(at, now.size)?;
            tlog::tile::node_in_tile(at, tile, &file(&hub.hub, LogFile::Tile(tile)).ok()?)
        };
        let Ok(proof) = tlog::consistency::prove(self.earlier.size, now.size, node) else { return false };
        tlog::consistency::verify(self.earlier.size, &self.earlier.root, now.size, &now.root, &proof)
    }
}

fn key_text(hub: &TestHub) -> String {
    std::fs::read_to_string(hub.data().with_file_name("keys").join("log-1.key")).unwrap().trim().to_owned()
}

/// What the administrator does to a stopped hub. It has the database, the files, the clock and all keys of the hub.
async fn tamper(hub: &TestHub, kind: u64, step: u64) {
    let root = Administrator::of(hub);
    let place = 9 + step % 20;
    let foreign = root.bytes(&tlog::leaf_hash(&step.to_be_bytes()).0);
    let before = format!("substr(leaves, 1, {})", place * 32);
    let after = format!("substr(leaves, {})", place * 32 + 33);
    let log = hub.data().join("log");
    match kind {
        0 => root.tell(&format!("UPDATE leaf SET commitment = {foreign} WHERE seq = {}", place % 12)).await,
        1 => root.tell(&format!("DELETE FROM leaf WHERE seq = {}", place % 12)).await,
        2 => {
            let (one, other) = (i64::try_from(place % 6).unwrap(), i64::try_from(6 + place % 4).unwrap());
            for (from, to) in [(one, -1), (other, one), (-1, other)] {
                root.tell(&format!("UPDATE leaf SET seq = {to} WHERE seq = {from}")).await;
            }
        }
        3 => rewrite(hub, &format!("UPDATE log_bundle SET leaves = {before} || {foreign} || {after}")).await,
        4 => rewrite(hub, &format!("UPDATE log_bundle SET leaves = {before} || {after} || {foreign}")).await,
        5 => {
            root.tell(&format!("UPDATE log_bundle SET leaves = {before}")).await;
            root.tell(&format!("UPDATE leaf SET epoch = NULL, seq = NULL WHERE seq >= {place}")).await;
            root.tell(&format!("UPDATE log_state SET size = {place}, next_beat = 0")).await;
            re_root(hub).await;
            std::fs::remove_dir_all(&log).unwrap();
        }
        6 => {
            let file = log.join("checkpoint");
            let key = SignerKey::parse(&key_text(hub)).unwrap();
            let forged =
                Checkpoint::new(key.verifier().name(), 40 + step, tlog::leaf_hash(&step.to_be_bytes()));
            std::fs::write(file, forged.sign(&key).unwrap().to_string()).unwrap();
        }
        7 => hub.clock.set(hub.hub.now().checked_sub(SignedDuration::from_hours(39 * 24)).unwrap()),
        8 => flip(&log.join("tile/0/000.p/32"), step),
        _ => flip(&log.join("tile/entries/000.p/32"), step),
    }
}

/// Edits the order and everything that follows from it.
async fn rewrite(hub: &TestHub, statement: &str) {
    Administrator::of(hub).tell(statement).await;
    re_root(hub).await;
    std::fs::remove_dir_all(hub.data().join("log")).unwrap();
}

/// Makes the stored root fit the stored order.
async fn re_root(hub: &TestHub) {
    let root = Administrator::of(hub);
    let all = root.read("SELECT leaves FROM log_bundle ORDER BY n").await.concat();
    let leaves: Vec<&[u8]> = all.chunks(32).collect();
    let mut tree = tlog::Frontier::new();
    tree.append_data(&leaves).unwrap();
    root.tell(&format!("UPDATE log_state SET root = {}", root.bytes(&tree.root().0))).await;
    root.tell("DELETE FROM log_checkpoint").await;
}

fn flip(file: &Path, step: u64) {
    let mut bytes = std::fs::read(file).unwrap();
    let at = usize::try_from(step.wrapping_mul(7_919)).unwrap() % bytes.len();
    bytes[at] ^= 1 << (step % 8);
    std::fs::write(file, bytes).unwrap();
}

/// A receipt that says that something else was sent long ago, made with the hub's own key and true cosignatures of others.
fn forged_receipt(hub: &TestHub, true_one: &str, step: u64) -> String {
    let proof = Proof::parse(true_one.as_bytes()).unwrap();
    let mut wire: serde_json::Value = serde_json::from_slice(proof.extra.as_ref().unwrap()).unwrap();
    let entry = wire["entry"].as_str().unwrap().replace("2026-01-05", "2025-11-27");
    wire["entry"] = entry.clone().into();
    let nonce: [u8; 32] =
        data_encoding::BASE64.decode(wire["nonce"].as_str().unwrap().as_bytes()).unwrap().try_into().unwrap();
    let leaf = tlog::commit(&nonce, entry.as_bytes());
    let key = SignerKey::parse(&key_text(hub)).unwrap();
    let mut tree = tlog::Frontier::new();
    let size = proof.index + 1 + step % 3;
    let leaves: Vec<[u8; 32]> = (0..size).map(|n| if n == proof.index { leaf } else { [7; 32] }).collect();
    let mut tiles = tlog::tile::TileSet::new(size);
    for data in tree.append_data(&leaves).unwrap() {
        tiles.insert(data.tile, data.bytes);
    }
    let path = tlog::inclusion::prove(proof.index, size, |at| tiles.node(at)).unwrap();
    let mut checkpoint = Checkpoint::new(key.verifier().name(), size, tree.root()).sign(&key).unwrap();
    checkpoint.signatures.extend(proof.checkpoint.signatures.iter().skip(1).cloned());
    Proof { extra: serde_json::to_vec(&wire).ok(), index: proof.index, path, checkpoint }.to_string()
}

#[tokio::test]
async fn an_administrator_with_root_convinces_nobody_outside() {
    let (hub, witnesses, policy) = witnessed().await;
    let id = hub.send(&hub.members[0], 1).await;
    minutes(&hub, &witnesses, 1).await;
    let note = Note::parse(&file(&hub.hub, LogFile::Checkpoint).unwrap()).unwrap();
    let receipt = hub.log_receipt(&hub.members[0], id).await.file;
    let outside = Outside { earlier: policy.believe(&note).unwrap().checkpoint, policy, receipt };
    assert_eq!(outside.earlier.size, 40);
    assert_eq!(verdict::read(outside.receipt.as_bytes(), &outside.policy).outcome, Outcome::Proven);
    let now = u64::try_from(hub::Clock::now(&*witnesses.clock).as_second()).unwrap();
    let memory = witnesses.memory();
    hub.rest().await;
    let (mut heads_taken, mut refused) = (0, 0);
    for step in 0..tries() {
        witnesses.put_back(&memory);
        let mut fork = hub.fork(false).await;
        fork.rest().await;
        let kind = step % 10;
        tamper(&fork, kind, step / 10).await;
        fork = fork.restart().await;
        let forged = forged_receipt(&fork, &outside.receipt, step);
        let read = verdict::read(forged.as_bytes(), &outside.policy);
        assert!(matches!(read.outcome, Outcome::Refused(_)), "try {step}: {read:?}");
        let sent = fork.send(&fork.members[0], 1000).await;
        let beats = [fork.beat().await.is_ok(), fork.beat().await.is_ok()];
        back_dates_nothing(&fork, sent, now, &outside.policy, step).await;
        let taken = outside.takes_head(&fork);
        let rewrites = (3..=6).contains(&kind);
        assert!(!(rewrites && taken), "try {step}: a rewritten history was taken");
        heads_taken += u64::from(taken);
        refused += u64::from(!taken || !beats[0]);
    }
    println!(
        "{} tries, {refused} heads refused, {heads_taken} heads that truly continue what was held",
        tries()
    );
}

/// A receipt of what was sent after the tampering either proves nothing, or no time before the witnesses' clocks.
async fn back_dates_nothing(fork: &TestHub, sent: SubmissionId, now: u64, policy: &Policy, step: u64) {
    let who = sharing::caller::AsReporter { org: fork.members[0].id };
    let Ok(receipt) = hub::log::receipt::of_submission(&fork.hub, who, sent).await else { return };
    let read = verdict::read(receipt.file.as_bytes(), policy);
    let is_back_dated = read.outcome == Outcome::Proven && read.latest.is_none_or(|latest| latest < now);
    assert!(!is_back_dated, "try {step}: {read:?}");
}
