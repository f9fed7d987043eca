//! Non-interference: two worlds that differ only in what organisation X did; organisation Y makes the same requests in both,
//! and every byte it gets is compared (design, rule of trust 10).
//!
//! A history is drawn from a seed: acts of X (different in each world), acts of a third member Z and of hub staff (the same in
//! both), requests of Y (the same in both). Time and chance are simulated; see `testkit::SimChance` for why one organisation's
//! acts cannot shift another's draws.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::PageRequest;
use hub::ops::approval::{self};
use hub::ops::people::{self, NewInvitation};
use hub::ops::{answer, draft, membership, mine, question, read, submit, triage};
use jiff::SignedDuration;
use model::answer::Progress;
use model::consent::{Delay, Destinations, StandingConsent};
use model::id::{ItemId, SubmissionId};
use model::role::PersonRole as P;
use model::submission::Door;
use model::tlp::Tlp;
use sharing::caller::AsReporter;
use std::ops::Range;
use testkit::{Answer, Ask, Member, TestHub, mails, member, staff};

/// Histories of the ordinary test run, about a minute. `NOROSHI_HISTORIES=10000` is the long run; `5000..10000` is half of it.
const HISTORIES: u64 = 150;

/// A small generator of numbers: the history, not the secrets, is drawn from it.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// What X may do without Y having a right to notice.
async fn act_of_x(hub: &TestHub, x: &Member, dice: &mut Dice) {
    let approver = member(x.id, &[P::Approver, P::Reporter, P::OrgAdmin]);
    match dice.roll(11) {
        0 | 1 => {
            send(hub, x, 1_000 + dice.roll(50) as u32, Some("shared-key")).await;
        }
        2 => {
            let id = send(hub, x, 2_000 + dice.roll(50) as u32, None).await;
            hub.work().await;
            offer(hub, id).await;
            let _ = approval::refuse(&hub.hub, approver.approver().unwrap(), id).await;
        }
        3 => {
            let id = send(hub, x, 3_000 + dice.roll(50) as u32, None).await;
            hub.work().await;
            let _ = mine::withdraw(&hub.hub, approver.approver().unwrap(), id).await;
        }
        4 => {
            let reader = read::audiences(&hub.hub, &approver).await.unwrap();
            for item in items(hub, x).await {
                let progress = [Progress::Seen, Progress::NotSeen, Progress::Swept][dice.roll(3) as usize];
                answer::answer(
                    &hub.hub,
                    approver.answerer().unwrap(),
                    &reader,
                    item,
                    progress,
                    Some(dice.roll(999)),
                )
                .await
                .unwrap();
            }
        }
        5 => {
            let reader = read::audiences(&hub.hub, &approver).await.unwrap();
            for item in items(hub, x).await {
                question::ask(&hub.hub, &reader, item, "is this still going on?").await.unwrap();
            }
        }
        6 => {
            let terms = StandingConsent {
                destinations: Destinations::default(),
                widest_tlp: Tlp::Amber,
                delay: Delay::Slot,
            };
            approval::give_standing(&hub.hub, approver.approver().unwrap(), terms).await.unwrap();
        }
        7 => {
            let envelope = format!("{{\"objects\":[{}]}}", stix(dice.roll(1_000)));
            let own = own_collection(hub, x).await;
            let path = format!("/taxii2/hub/collections/{own}/objects/");
            let media = "application/taxii+json;version=2.1";
            hub.ask(Ask::post(path, envelope).token(&x.token).content(media).with("accept", media)).await;
        }
        8 | 9 => act_of_people_of_x(hub, x, dice).await,
        _ => {
            hub.ask(Ask::get("/api/v1/items").token(&x.token)).await;
            hub.ask(Ask::get("/api/v1/items").token("nrs_wrong")).await;
        }
    }
    hub.work().await;
}

/// Its people come, and what it sent goes.
async fn act_of_people_of_x(hub: &TestHub, x: &Member, dice: &mut Dice) {
    let caller = member(x.id, &[P::Approver, P::Reporter, P::OrgAdmin]);
    if dice.roll(2) == 0 {
        let id = send(hub, x, 4_000 + dice.roll(50) as u32, None).await;
        hub.work().await;
        let _ = membership::erase(&hub.hub, caller.approver().unwrap(), id, &hub.code(x, id).await).await;
        return;
    }
    let admin = caller.org_admin().unwrap();
    let new =
        NewInvitation { name: "somebody".to_owned(), address: String::new(), roles: [P::Reporter].into() };
    people::invite(&hub.hub, admin, new).await.unwrap();
    let scopes = [model::role::Scope::Read].into();
    hub::ops::admin::add_own_token(&hub.hub, admin, "more", scopes, None).await.unwrap();
}

async fn send(hub: &TestHub, from: &Member, n: u32, key: Option<&str>) -> SubmissionId {
    let new = submit::NewSubmission {
        bytes: mails::attack(&format!("{}.example", from.slug), n),
        kind: None,
        filename: None,
        note: String::new(),
        door: Door::Api,
        delay: if n.is_multiple_of(2) { Delay::Now } else { Delay::Slot },
        exercise: false,
        idempotency_key: key.map(|k| format!("{k}-{n}")),
        seen: None,
    };
    submit::submit(&hub.hub, AsReporter { org: from.id }, new).await.unwrap().id
}

/// Hub staff asks the source about a drafted submission.
async fn offer(hub: &TestHub, id: SubmissionId) {
    let look = triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), id).await.unwrap();
    if let Some(item) = look.row.item {
        let _ = draft::ask(&hub.hub, staff(hub.staff, P::Analyst).analyst().unwrap(), item).await;
    }
}

async fn items(hub: &TestHub, of: &Member) -> Vec<ItemId> {
    let reader = read::audiences(&hub.hub, &member(of.id, &[P::Reporter])).await.unwrap();
    let page = read::inbox(&hub.hub, &reader, &PageRequest::default()).await.unwrap();
    page.rows.into_iter().map(|r| r.get().id).collect()
}

async fn own_collection(hub: &TestHub, of: &Member) -> String {
    let all = hub::ops::taxii::collections(&hub.hub, &member(of.id, &[P::Reporter])).await.unwrap();
    all.iter().find(|c| c.slug == "own").unwrap().id.to_string()
}

fn stix(n: u64) -> String {
    format!(
        "{{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--00000000-0000-4000-8000-{n:012}\",\
         \"created\":\"2026-01-01T00:00:00.000Z\",\"modified\":\"2026-01-01T00:00:00.000Z\",\
         \"pattern\":\"[domain-name:value = 'x{n}.test']\",\"pattern_type\":\"stix\",\"valid_from\":\"2026-01-01T00:00:00Z\"}}"
    )
}

/// A third member's mail leaves by standing consent, the same in both worlds.
async fn act_of_z(hub: &TestHub, z: &Member, n: u32) {
    send(hub, z, n, None).await;
    hub.work().await;
}

/// Everything Y can ask: its own lists and things, what was released to it, and things of X under their ids.
async fn asks_of_y(hub: &TestHub, y: &Member, cookie: &str, n: u32, foreign: &[String]) -> Vec<Answer> {
    let mut out = Vec::new();
    let media = "application/taxii+json;version=2.1";
    let own = own_collection(hub, y).await;
    let mut paths: Vec<String> = [
        "/api/v1/me",
        "/api/v1/items",
        "/api/v1/items?limit=1",
        "/api/v1/submissions",
        "/api/v1/roster",
        "/taxii2/",
        "/taxii2/hub/",
        "/taxii2/hub/collections/",
        "/nowhere",
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    for collection in ["all", "energy", "exercise", own.as_str()] {
        for tail in ["objects/", "manifest/", "objects/?limit=2", "objects/?match[version]=all"] {
            paths.push(format!("/taxii2/hub/collections/{collection}/{tail}"));
        }
    }
    paths.extend(items(hub, y).await.into_iter().map(|id| format!("/api/v1/items/{id}")));
    paths.extend(
        foreign.iter().flat_map(|id| [format!("/api/v1/submissions/{id}"), format!("/api/v1/items/{id}")]),
    );
    for path in paths {
        let ask = Ask::get(path.clone()).token(&y.token);
        out.push(hub.ask(if path.starts_with("/taxii2") { ask.with("accept", media) } else { ask }).await);
    }
    for path in ["/", "/submissions", "/roster", "/standing", "/nowhere"] {
        out.push(hub.ask(Ask::get(path).cookie(cookie)).await);
    }
    let mail = mails::attack("m1.example", 9_000 + n);
    let key = format!("shared-key-{n}");
    out.push(
        hub.ask(
            Ask::post("/api/v1/submissions?filename=a.eml", mail)
                .token(&y.token)
                .with("idempotency-key", &key),
        )
        .await,
    );
    if let Some(item) = items(hub, y).await.first() {
        let body = "{\"progress\":\"not-seen\",\"machines\":5}";
        out.push(
            hub.ask(
                Ask::post(format!("/api/v1/items/{item}/answer"), body)
                    .token(&y.token)
                    .content("application/json"),
            )
            .await,
        );
    }
    hub.work().await;
    out
}

/// One history in one world.
async fn live(template: &TestHub, cookie: &str, seed: u64, world: u64) -> Vec<Answer> {
    let hub = template.fork(false).await;
    let [x, y, z] = [0, 1, 2].map(|n| hub.members[n].clone());
    let mut shared = Dice(seed);
    let mut secret = Dice(seed ^ (world << 40) ^ 0x5bd1_e995);
    // What X sends next gets these identifiers in either world: Y asks for them whether X sent anything or not.
    let foreign: Vec<String> = hub
        .upcoming(&format!("submission/{}", x.id), 3)
        .into_iter()
        .map(|id| SubmissionId::from_random(id).to_string())
        .collect();
    let mut seen = Vec::new();
    for step in 0..2 + shared.roll(3) {
        for _ in 0..secret.roll(3) {
            act_of_x(&hub, &x, &mut secret).await;
        }
        act_of_z(&hub, &z, 10 * seed as u32 % 5_000 + step as u32).await;
        hub.pass(SignedDuration::from_mins(1 + shared.roll(20) as i64)).await;
        seen.extend(asks_of_y(&hub, &y, cookie, step as u32, &foreign).await);
    }
    // once a history: it costs more than all else that is asked for
    seen.push(hub.ask(Ask::get("/api/v1/set").token(&y.token)).await);
    seen.push(hub.ask(Ask::get("/api/v1/organisation/export").cookie(cookie)).await);
    assert!(seen[seen.len() - 2..].iter().all(|answer| answer.status == 200));
    hub.rest().await;
    seen
}

async fn template() -> (TestHub, String) {
    let hub = TestHub::new(12).await;
    let [y, z] = [1, 2].map(|n| hub.members[n].clone());
    hub.standing(&z, Delay::Now).await;
    hub.person("y", y.id, &[P::Reporter, P::Approver, P::OrgAdmin]).await;
    let cookie = hub.sign_in("y").await;
    act_of_z(&hub, &z, 2).await;
    assert_eq!(items(&hub, &y).await.len(), 1, "the story needs something that Y may read");
    hub.rest().await;
    (hub, cookie)
}

/// The seeds of this run.
#[expect(clippy::disallowed_methods, reason = "a longer run is asked for from outside")]
fn histories() -> Range<u64> {
    let Ok(asked) = std::env::var("NOROSHI_HISTORIES") else { return 0..HISTORIES };
    let (from, to) = asked.split_once("..").unwrap_or(("0", &asked));
    from.parse().unwrap()..to.parse().unwrap()
}

#[test]
fn y_sees_the_same_bytes_whatever_x_did() {
    let histories = histories();
    let count = histories.end - histories.start;
    let workers: u64 = 2;
    let threads: Vec<_> = (0..workers)
        .map(|worker| {
            let own = histories.clone().skip(worker as usize).step_by(workers as usize);
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let (template, cookie) = template().await;
                    let mut compared = 0;
                    for seed in own {
                        let one = live(&template, &cookie, seed, 1).await;
                        let other = live(&template, &cookie, seed, 2).await;
                        assert_eq!(one.len(), other.len(), "history {seed}");
                        for (n, (a, b)) in one.iter().zip(&other).enumerate() {
                            assert_eq!(a, b, "history {seed}, answer {n}:\n{}\n---\n{}", a.text(), b.text());
                        }
                        compared += one.len();
                    }
                    compared
                })
            })
        })
        .collect();
    let compared: usize = threads.into_iter().map(|t| t.join().unwrap()).sum();
    assert!(compared as u64 > count * 20, "only {compared} answers were compared");
}

/// The same attack reported by another member leaves the same bytes: nothing of an item depends on who sent it.
#[tokio::test]
async fn an_item_is_the_same_whoever_sent_it() {
    let template = TestHub::new(12).await;
    for n in [0, 2] {
        let source = template.members[n].clone();
        template.standing(&source, Delay::Now).await;
    }
    template.rest().await;
    let mut worlds = Vec::new();
    for n in [0, 2] {
        let hub = template.fork(true).await;
        let source = hub.members[n].clone();
        send(&hub, &source, 42, None).await;
        hub.work().await;
        let y = hub.members[1].clone();
        let media = "application/taxii+json;version=2.1";
        let objects = Ask::get("/taxii2/hub/collections/all/objects/").token(&y.token).with("accept", media);
        let item = items(&hub, &y).await[0];
        let page = Ask::get(format!("/api/v1/items/{item}")).token(&y.token);
        worlds.push((hub.ask(objects).await, hub.ask(page).await));
    }
    assert_eq!(worlds[0].0.status, 200);
    assert!(worlds[0].0.text().contains("attacker-42.test"), "{}", worlds[0].0.text());
    assert_eq!(worlds[0], worlds[1]);
}
