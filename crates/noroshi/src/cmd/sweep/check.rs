//! `noroshi sweep --check ID`: what was asked, looked for and answered in one command.
//!
//! Wiring only: what a sweep means for an answer stands in `agent::findings`, what an answer may say in `model::check`.

use agent::findings::{Known, check_answer};
use agent::lists;
use agent::sources::Tally;
use client::ClientError;
use client::hub::HubClient;
use jiff::tz::TimeZone;
use model::check::{CheckAnswer, Leaving};
use model::lang::Lang;
use serde_json::Value;
use std::cell::Cell;
use sweep::SetBuilder;

use super::answer::agreed;
use super::print::clean;
use super::words::Words;
use super::{Refusal, SweepArgs};
use crate::cmd::wait::runtime;

/// What the sweep cannot know of an answer to a check.
#[derive(Debug, clap::Args)]
pub(crate) struct Found {
    /// Machines with hits, when hits lie on more than one.
    #[arg(long, value_name = "N", requires = "check")]
    machines_hit: Option<u32>,
    /// Signs of data leaving: no, suspected, yes, unknown.
    #[arg(long, default_value = "unknown", requires = "check")]
    leaving: Leaving,
    /// Logs and images of the hits are kept as evidence.
    #[arg(long, requires = "check")]
    evidence: bool,
    /// A remark to whoever asked.
    #[arg(long, default_value = "", hide_default_value = true, requires = "check")]
    words: String,
}

/// A check that was put to the own organisation, as the hub told it.
pub(super) struct Asked {
    client: HubClient,
    hub: String,
    id: String,
    item: String,
    bundle: String,
    /// What the check names and no program could look for.
    left_out: Cell<usize>,
}

/// Fetches the check that the command line names, and shows what is asked.
pub(super) fn open(args: &SweepArgs) -> Result<Option<Asked>, Refusal> {
    let (Some(id), Some(hub), Some(token)) = (&args.check, &args.hub, &args.token) else { return Ok(None) };
    // Said before the sweep, which may last hours.
    if args.found.machines_hit > Some(args.machines) {
        return Err(Refusal::Usage("--machines-hit: more machines than --machines checked".to_owned()));
    }
    let unread = |why: ClientError| Refusal::Unread(format!("{hub}: check {id}: {why}"));
    let client = HubClient::new(hub, token).map_err(unread)?;
    let id = id.to_string();
    let (check, bundle) = runtime().map_err(Refusal::Unread)?.block_on(async {
        Ok((client.check(&id).await.map_err(unread)?, client.check_bundle(&id).await.map_err(unread)?))
    })?;
    let text = |pointer: &str| check.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let words = Words(args.lang);
    let named = |field: &str| clean(text(&format!("/{field}/{}", args.lang)));
    eprintln!("{}", words.asked(&named("from"), &due(text("/due_at"), args.lang), &named("title")));
    if text("/state") == "closed" {
        return Err(Refusal::Usage("this check is closed: nobody awaits an answer any more".to_owned()));
    }
    let receipt = text("/given/receipt");
    if !receipt.is_empty() {
        eprintln!("{}", words.correction(receipt));
    }
    let item = text("/item").to_owned();
    Ok(Some(Asked { client, hub: hub.clone(), id, item, bundle, left_out: Cell::new(0) }))
}

/// The due time: in Japan's zone with UTC beside it for Japanese, in UTC for English.
fn due(written: &str, lang: Lang) -> String {
    let Ok(at) = written.parse::<jiff::Timestamp>() else { return written.to_owned() };
    let utc = at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    match lang {
        Lang::En => utc,
        Lang::Ja => {
            let zone = TimeZone::get("Asia/Tokyo").unwrap_or(TimeZone::UTC);
            format!("{} ({utc})", at.to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M %Z"))
        }
    }
}

impl Asked {
    /// Adds what is to be looked for.
    pub(super) fn add_to(&self, builder: &mut SetBuilder) -> Result<(), Refusal> {
        let (count, problems) = lists::add_item(self.bundle.as_bytes(), &self.item, &[], builder);
        problems.iter().for_each(|problem| eprintln!("{}: {}", self.id, clean(&problem.text)));
        self.leave_out(problems.len());
        if count > 0 {
            return Ok(());
        }
        let why = "it names nothing that a program could look for; read it in your pages and answer with: noroshi checks answer";
        Err(Refusal::Usage(format!("check {}: {why} {}", self.id, self.id)))
    }

    /// Notes that so many more of its parts are not looked for.
    pub(super) fn leave_out(&self, count: usize) {
        self.left_out.set(self.left_out.get() + count);
    }

    /// Shows what would be answered, and answers it.
    pub(super) fn answer(&self, args: &SweepArgs, tally: &Tally) -> Result<(), Refusal> {
        let words = Words(args.lang);
        let known = Known {
            machines: args.machines,
            with_hits: args.found.machines_hit,
            leaving: args.found.leaving,
            evidence: args.found.evidence,
            words: args.found.words.clone(),
        };
        let left_out = self.left_out.get();
        let answer = check_answer(known, tally, left_out, &words.unread(tally.skipped.len(), left_out));
        answer.check().map_err(|fault| Refusal::Usage(format!("{}: {fault}", fault.field())))?;
        eprintln!("{}", words.answer(&self.hub, &answer));
        if !agreed(args)? {
            return Ok(());
        }
        let kept = self.send(&answer).map_err(|why| Refusal::Unread(format!("{}: {why}", self.hub)))?;
        eprintln!("{}", words.receipt(kept.get("receipt").and_then(Value::as_str).unwrap_or_default()));
        Ok(())
    }

    fn send(&self, answer: &CheckAnswer) -> Result<Value, String> {
        let body = serde_json::to_value(answer).map_err(|why| why.to_string())?;
        runtime()?.block_on(self.client.answer_check(&self.id, &body)).map_err(|why| why.to_string())
    }
}
