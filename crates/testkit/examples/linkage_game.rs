//! The linkage game on a whole hub: `cargo run --release -p testkit --example linkage_game -- [--submissions 5000] [--seed 1]
//! [--shifts yes] [--show 20]`.
//!
//! Ten organisations with lasting habits submit with standing consent and the delay class `slot`; an eleventh account reads its
//! inbox as any member does. With `--shifts yes` half of the organisations send by day and half by night, which the hub can
//! only blur to a quarter of an hour. Prints one line of JSON with the share of right guesses of each strategy.
#![expect(clippy::unwrap_used, reason = "a simulation that fails must stop")]

use hub::PageRequest;
use hub::ops::{read, submit, triage};
use jiff::SignedDuration;
use model::consent::Delay;
use model::id::{ItemId, SubmissionId};
use model::role::PersonRole;
use model::submission::Door;
use sharing::caller::AsReporter;
use std::collections::BTreeMap;
use testkit::corpus::{Dice, Sector, linkage};
use testkit::{Member, TestHub, member, staff};

const ORGANISATIONS: usize = 10;
/// Submissions of a quarter of an hour at most.
const BURST: usize = 12;

struct Args {
    submissions: usize,
    seed: u64,
    shifts: bool,
    show: usize,
}

fn args() -> Result<Args, String> {
    let mut out = Args { submissions: 5_000, seed: 1, shifts: false, show: 0 };
    let mut list = std::env::args().skip(1);
    while let Some(flag) = list.next() {
        let value = list.next().ok_or_else(|| format!("{flag} needs a value"))?;
        let number = || value.parse::<usize>().map_err(|e| format!("{flag} {value}: {e}"));
        match flag.as_str() {
            "--submissions" => out.submissions = number()?,
            "--seed" => out.seed = number()? as u64,
            "--shifts" => out.shifts = value == "yes",
            "--show" => out.show = number()?,
            _ => return Err(format!("unknown: {flag}")),
        }
    }
    Ok(out)
}

async fn send(hub: &TestHub, from: &Member, bytes: Vec<u8>) -> SubmissionId {
    let new = submit::NewSubmission {
        bytes,
        kind: None,
        filename: Some("a.eml".to_owned()),
        note: String::new(),
        door: Door::Api,
        delay: Delay::Slot,
        exercise: false,
        idempotency_key: None,
        seen: None,
    };
    submit::submit(&hub.hub, AsReporter { org: from.id }, new).await.unwrap().id
}

/// Who sends next: anybody, or with shifts mostly those whose shift it is.
fn sender(dice: &mut Dice, day: bool, shifts: bool) -> usize {
    let any = dice.below(ORGANISATIONS);
    if !shifts || dice.chance(20) { any } else { any / 2 * 2 + usize::from(day) }
}

/// Lets the sector live until all are sent; gives the source of each submission.
async fn live(hub: &TestHub, args: &Args) -> Vec<(SubmissionId, usize)> {
    let members: Vec<Member> = hub.members[..ORGANISATIONS].to_vec();
    let domains: Vec<String> = members.iter().map(|m| format!("{}.example", m.slug)).collect();
    let mut sector = Sector::new(args.seed, &domains);
    let mut dice = Dice::new(args.seed ^ 0xff);
    let mut sent = Vec::new();
    let mut slot = 0;
    while sent.len() < args.submissions {
        let count = dice.below(BURST).min(args.submissions - sent.len());
        let mut left = 900;
        for _ in 0..count {
            let wait = dice.below(2 * 900 / BURST) as i64;
            let wait = wait.min(left);
            left -= wait;
            hub.pass(SignedDuration::from_secs(wait)).await;
            let source = sender(&mut dice, slot / 48 % 2 == 0, args.shifts);
            sent.push((send(hub, &members[source], sector.mail(source)).await, source));
        }
        hub.pass(SignedDuration::from_secs(left)).await;
        slot += 1;
        if slot % 200 == 0 {
            eprintln!("{} of {} sent", sent.len(), args.submissions);
        }
    }
    hub.pass(SignedDuration::from_mins(60)).await;
    sent
}

/// What any member sees, oldest first, with the true source of each.
async fn seen(hub: &TestHub, of: &Member, truth: &BTreeMap<ItemId, usize>) -> Vec<linkage::Seen> {
    let reader = read::audiences(&hub.hub, &member(of.id, &[PersonRole::Reporter])).await.unwrap();
    let mut out = Vec::new();
    let mut page = PageRequest { after: None, limit: 200 };
    loop {
        let got = read::inbox(&hub.hub, &reader, &page).await.unwrap();
        for row in got.rows {
            let row = row.get().clone();
            let view = read::item(&hub.hub, &reader, row.id, "web").await.unwrap().into_inner();
            let Some(source) = truth.get(&row.id) else { continue };
            let content = format!("{} {} {} {}", row.title.ja, view.text.ja, view.text.en, view.bundle);
            out.push(linkage::Seen {
                source: *source,
                at: row.released_at.as_second(),
                id: row.id.to_string(),
                content,
            });
        }
        page.after = got.next;
        if page.after.is_none() {
            break;
        }
    }
    out.reverse();
    out
}

/// The words that go with one source alone, most frequent first.
fn telling(seen: &[linkage::Seen], show: usize) {
    let mut table: BTreeMap<&str, BTreeMap<usize, usize>> = BTreeMap::new();
    for one in seen {
        let words: std::collections::BTreeSet<_> =
            one.content.split(|c: char| c.is_whitespace() || "\"',[]{}()".contains(c)).collect();
        for word in words {
            *table.entry(word).or_default().entry(one.source).or_default() += 1;
        }
    }
    let mut rows: Vec<_> = table
        .into_iter()
        .filter(|(_, by)| by.len() <= 3)
        .map(|(word, by)| (by.values().sum::<usize>(), word, by.len()))
        .collect();
    rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.0));
    for (count, word, sources) in rows.into_iter().take(show) {
        println!("TELLS\t{count}\t{sources} sources\t{word}");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), String> {
    let args = args()?;
    let hub = TestHub::new(ORGANISATIONS + 1).await;
    for one in &hub.members[..ORGANISATIONS] {
        hub.standing(one, Delay::Slot).await;
    }
    let sent = live(&hub, &args).await;
    let mut truth = BTreeMap::new();
    for (submission, source) in &sent {
        let by = staff(hub.staff, PersonRole::Triager);
        let look = triage::look(&hub.hub, by.staff().unwrap(), *submission).await.unwrap();
        truth.extend(look.row.item.map(|item| (item, *source)));
    }
    let seen = seen(&hub, &hub.members[ORGANISATIONS], &truth).await;
    telling(&seen, args.show);
    let guesses: BTreeMap<_, _> = linkage::play(&seen, ORGANISATIONS)
        .into_iter()
        .map(|g| (g.way, (g.share * 1_000.0).round() / 10.0))
        .collect();
    let best = guesses.values().copied().fold(0.0, f64::max);
    let line = serde_json::json!({
        "organisations": ORGANISATIONS, "submissions": sent.len(), "released": seen.len(), "seed": args.seed, "shifts": args.shifts,
        "best_percent": best, "right_percent": guesses,
    });
    println!("{line}");
    Ok(())
}
