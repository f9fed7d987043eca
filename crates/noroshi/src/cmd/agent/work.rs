//! One look at the hub: what is new is asked of the journal and dealt with.
//!
//! An answer counts as given when the hub has said so; only then is it entered in the book. A crash between the two gives the same
//! answer once more, and the hub keeps one.

use super::status::Status;
use super::{Meeting, alarm};
use crate::world;
use agent::done::{Done, Entry};
use agent::past::{self, Answer};
use agent::policy::{Act, Found, Policy, decide};
use client::hub::HubClient;
use indicator::{Indicator, Kind};
use serde_json::{Value, json};

/// Something of the hub's that is to be dealt with.
struct Matter {
    /// Its name in the book.
    what: String,
    id: String,
    is_check: bool,
    content: Value,
}

/// Looks once.
pub(super) async fn look(
    client: &HubClient,
    policy: &Policy,
    meeting: &Meeting,
    done: &mut Done,
    status: &Status,
) -> Result<(), String> {
    let words = |why: client::ClientError| why.to_string();
    let mut past = Past { policy, meeting, is_caught_up: false };
    for (what, id) in fresh(client, done).await? {
        let item = client.item(&id).await.map_err(words)?;
        let matter = Matter { what, id, is_check: false, content: content(&item) };
        deal(client, &mut past, done, status, matter).await?;
    }
    past.is_caught_up = false;
    let checks = client.checks().await.map_err(words)?;
    for row in checks.as_array().into_iter().flatten().filter(|row| is_for_programs(row)) {
        let id = text(row, "id");
        let what = format!("check {id}");
        if ["asked", "opened", "overdue"].contains(&text(row, "state").as_str()) && !done.has(&what) {
            let check = client.check(&id).await.map_err(words)?;
            let matter = Matter { what, id, is_check: true, content: content(&check) };
            deal(client, &mut past, done, status, matter).await?;
        }
    }
    Ok(())
}

/// Items that are not in the book, by name and id, the oldest first: so what a crash leaves undone is always the newest, and the next
/// look, which reads from the newest to the first page that is known, finds it.
async fn fresh(client: &HubClient, done: &Done) -> Result<Vec<(String, String)>, String> {
    let (mut all, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = client.items(after.as_deref()).await.map_err(|why| why.to_string())?;
        let rows = page.get("rows").and_then(Value::as_array).cloned().unwrap_or_default();
        let name = |row: &Value| {
            let version = row.get("version").and_then(Value::as_u64).unwrap_or(0);
            format!("item {} {version}", text(row, "id"))
        };
        let before = all.len();
        let new = rows.iter().filter(|row| is_for_programs(row) && !done.has(&name(row)));
        all.extend(new.map(|row| (name(row), text(row, "id"))));
        let known = rows.iter().any(|row| done.has(&name(row)));
        after = page.get("next").and_then(Value::as_str).map(str::to_owned);
        if after.is_none() || known && all.len() == before {
            all.reverse();
            return Ok(all);
        }
    }
}

/// TLP:RED is for named persons: a hub sends none to a program, and nothing of it is kept here if one should.
fn is_for_programs(row: &Value) -> bool {
    text(row, "tlp") != "TLP:RED" && row.get("recalled").is_none_or(Value::is_null)
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn content(of: &Value) -> Value {
    of.get("content").cloned().unwrap_or_default()
}

fn indicators(content: &Value) -> Vec<Indicator> {
    let all = content.get("indicators").and_then(Value::as_array);
    let read = |one: &Value| {
        let kind: Kind = text(one, "kind").parse().ok()?;
        Indicator::new(kind, &text(one, "value")).ok()
    };
    all.into_iter().flatten().filter_map(read).collect()
}

/// The journal as one list of matters asks it.
struct Past<'a> {
    policy: &'a Policy,
    meeting: &'a Meeting,
    /// Whether it holds what the logs held when the list was read. One wait serves the whole list: whoever was away for a month has
    /// hundreds of matters.
    is_caught_up: bool,
}

impl Past<'_> {
    async fn ask(&mut self, wanted: Vec<Indicator>) -> Result<Answer, String> {
        if wanted.is_empty() {
            return Ok(Answer { found: Found::NothingToLookFor, places: Vec::new(), days: 0 });
        }
        if !self.is_caught_up {
            self.meeting.caught_up().await?;
            self.is_caught_up = true;
        }
        let journal = self.policy.state.join("journal");
        let asked = tokio::task::spawn_blocking(move || past::ask(&journal, &wanted)).await;
        asked.map_err(|why| why.to_string())?.map_err(|why| format!("the journal: {why}"))
    }
}

async fn deal(
    client: &HubClient,
    past: &mut Past<'_>,
    done: &mut Done,
    status: &Status,
    matter: Matter,
) -> Result<(), String> {
    let policy = past.policy;
    let answer = past.ask(indicators(&matter.content)).await?;
    let act = decide(answer.found, policy);
    let hits = if let Found::Hits(n) = answer.found { n } else { 0 };
    match act {
        Act::AnswerNotSeen => give(client, policy, &matter, 0).await?,
        Act::AnswerSeen => give(client, policy, &matter, machines_of(&answer, policy)).await?,
        Act::Alarm | Act::Wait => {}
    }
    let outcome = match act {
        Act::AnswerNotSeen => "not-seen",
        Act::AnswerSeen => "seen",
        Act::Alarm => "hit",
        Act::Wait => "wait",
    };
    if matches!(act, Act::AnswerSeen | Act::Alarm) {
        alarm::keep_places(policy, &matter.what, &answer.places)?;
        for problem in alarm::tell(policy, &matter.what, hits).await {
            status.problem(problem);
        }
    }
    let entry = Entry { what: matter.what, outcome: outcome.to_owned(), hits, at: world::now().to_string() };
    done.keep(entry).map_err(|why| format!("{}: {why}", policy.state.display()))
}

/// Machines with hits: the log's lines do not tell them apart, so that one is claimed, and never more than there are.
fn machines_of(answer: &Answer, policy: &Policy) -> u32 {
    u32::from(matches!(answer.found, Found::Hits(_))).min(policy.machines)
}

async fn give(client: &HubClient, policy: &Policy, matter: &Matter, hits: u32) -> Result<(), String> {
    let given = if matter.is_check {
        let answer =
            json!({"checked": policy.machines, "hits": hits, "leaving": "unknown", "evidence": true});
        client.answer_check(&matter.id, &answer).await.map(drop)
    } else {
        let progress = if hits > 0 { "seen" } else { "not-seen" };
        client.answer(&matter.id, progress, Some(u64::from(policy.machines))).await
    };
    given.map_err(|why| why.to_string())
}
