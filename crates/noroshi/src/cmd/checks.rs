//! `noroshi checks`: what the own organisation was asked to check, and its answers, from the shell.

use crate::cmd::member::Remote;
use crate::cmd::wait::runtime;
use clap::{Args, Subcommand};
use client::hub::HubClient;
use model::check::{CheckAnswer, CouldNot, Leaving};
use serde_json::Value;
use std::process::ExitCode;

/// What the own organisation was asked to check.
#[derive(Debug, Args)]
pub struct ChecksArgs {
    #[command(flatten)]
    remote: Remote,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List what was asked, one a line: id, state, due, title.
    #[command(
        after_help = "Example:\n  noroshi checks --hub https://hub.example --token \"$TOKEN\" list --lang en"
    )]
    List {
        /// The language of titles.
        #[arg(long, default_value = "ja")]
        lang: model::lang::Lang,
    },
    /// Print the STIX bundle to look for.
    #[command(
        after_help = "Example:\n  noroshi checks --hub https://hub.example --token \"$TOKEN\" bundle ID > check.json; noroshi sweep --indicators check.json /var/log"
    )]
    Bundle {
        /// The check's id.
        id: String,
    },
    /// Answer.
    #[command(
        after_help = "Example:\n  noroshi checks --hub https://hub.example --token \"$TOKEN\" answer ID --checked 38 --hits 0 --leaving no --evidence"
    )]
    Answer(Box<Given>),
}

#[derive(Debug, Args)]
struct Given {
    /// The check's id.
    id: String,
    /// Machines checked.
    #[arg(long, default_value = "0")]
    checked: u32,
    /// Machines with hits.
    #[arg(long, default_value = "0")]
    hits: u32,
    /// Signs of data leaving: no, suspected, yes, unknown.
    #[arg(long, default_value = "unknown")]
    leaving: Leaving,
    /// Evidence is kept.
    #[arg(long)]
    evidence: bool,
    /// Why it could not be checked: no-logs, no-staff, run-by-others, no-means, other.
    #[arg(long)]
    could_not: Option<CouldNot>,
    /// A remark to whoever asked.
    #[arg(long, default_value = "")]
    words: String,
}

/// Runs one verb.
pub fn run(args: ChecksArgs) -> Result<ExitCode, String> {
    let client = HubClient::new(&args.remote.hub, &args.remote.token).map_err(|why| why.to_string())?;
    runtime()?.block_on(async {
        match args.verb {
            Verb::List { lang } => list(&client, lang).await,
            Verb::Bundle { id } => {
                println!("{}", client.check_bundle(&id).await.map_err(|why| why.to_string())?);
                Ok(())
            }
            Verb::Answer(given) => answer(&client, *given).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn list(client: &HubClient, lang: model::lang::Lang) -> Result<(), String> {
    let all = client.checks().await.map_err(|why| why.to_string())?;
    let text = |row: &Value, pointer: &str| {
        row.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    for row in all.as_array().into_iter().flatten() {
        let title = text(row, &format!("/title/{lang}"));
        println!("{}\t{}\t{}\t{title}", text(row, "/id"), text(row, "/state"), text(row, "/due_at"));
    }
    Ok(())
}

async fn answer(client: &HubClient, given: Given) -> Result<(), String> {
    let answer = CheckAnswer {
        checked: given.checked,
        hits: given.hits,
        leaving: given.leaving,
        evidence: given.evidence,
        could_not: given.could_not,
        words: given.words,
    };
    answer.check().map_err(|fault| format!("{}: {fault}", fault.field()))?;
    let body = serde_json::to_value(&answer).map_err(|why| why.to_string())?;
    let kept = client.answer_check(&given.id, &body).await.map_err(|why| why.to_string())?;
    let receipt = kept.get("receipt").and_then(Value::as_str).unwrap_or_default();
    println!("{receipt}");
    Ok(())
}
