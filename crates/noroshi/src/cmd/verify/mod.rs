//! `noroshi verify`: what receipts and certificates prove, told without any hub. Programs are told in English whatever the language is.

mod words;

use crate::cmd::trust::Trust;
use clap::{Args, ValueEnum};
use hub::log::verdict::{self, Outcome, Verdict};
use model::lang::Lang;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use words::Words;

/// How verdicts are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Jsonl,
}

/// Say what receipts and certificates of erasure prove. Ends with 0 when all are proven or signed, 1 when one is not, 3 when one is pending.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Receipts, and certificates of erasure.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    trust: Trust,
    /// What was sent: its SHA-256 is held against each receipt.
    #[arg(long, value_name = "FILE")]
    sent: Option<PathBuf>,
    /// Write the time stamp of a receipt here, for `openssl ts -verify`.
    #[arg(long, value_name = "FILE")]
    stamp_to: Option<PathBuf>,
    /// How verdicts are printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// The language of the verdict.
    #[arg(long, env = "NOROSHI_LANG", default_value = "en")]
    lang: Lang,
}

/// The exit code for a receipt that has no place yet.
const PENDING: u8 = 3;

/// Reads each; a bad one does not stop the others.
pub fn run(args: &VerifyArgs) -> Result<ExitCode, String> {
    let policy = args.trust.policy()?;
    let sent = args.sent.as_ref().map(digest).transpose()?;
    let mut code = 0;
    for path in &args.files {
        let bytes = std::fs::read(path).map_err(|why| format!("{}: {why}", path.display()))?;
        let verdict = verdict::read(&bytes, &policy);
        let is_same = sent.as_ref().map(|sum| verdict.entry.get("sha256") == Some(sum));
        code = match (verdict.outcome, is_same) {
            (Outcome::Refused(_), _) | (_, Some(false)) => 1,
            (Outcome::Pending, _) if code == 0 => PENDING,
            _ => code,
        };
        if let (Some(to), Some(stamp)) = (&args.stamp_to, &verdict.stamp) {
            std::fs::write(to, stamp).map_err(|why| format!("{}: {why}", to.display()))?;
        }
        let name = path.display().to_string();
        match args.format {
            Format::Text => print!("{}", Words(args.lang).verdict(&name, &verdict, is_same)),
            Format::Jsonl => println!("{}", line(&name, &verdict, is_same)),
        }
    }
    Ok(ExitCode::from(code))
}

fn digest(path: &PathBuf) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|why| format!("{}: {why}", path.display()))?;
    let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
    Ok(sum.as_ref().iter().map(|b| format!("{b:02x}")).collect())
}

fn line(name: &str, verdict: &Verdict, is_same: Option<bool>) -> serde_json::Value {
    let (outcome, flaw) = match verdict.outcome {
        Outcome::Proven => ("proven", None),
        Outcome::Signed => ("signed", None),
        Outcome::Pending => ("pending", None),
        Outcome::Refused(flaw) => ("refused", Some(Words(Lang::En).flaw(flaw))),
    };
    let place = verdict.place.as_ref();
    json!({
        "file": name,
        "outcome": outcome,
        "why": flaw,
        "log": place.map(|p| &p.log),
        "index": place.map(|p| p.index),
        "size": place.map(|p| p.size),
        "not_before": verdict.earliest,
        "not_after": verdict.latest,
        "hub_time": verdict.hub_time(),
        "witnesses": verdict.witnesses.iter().map(|(name, at)| json!({"name": name, "at": at})).collect::<Vec<_>>(),
        "entry": verdict.entry,
        "sent_is_same": is_same,
        "stamped": verdict.stamp.is_some(),
        "not_proven": verdict.not_proven.iter().map(|one| Words(Lang::En).not_proven(*one)).collect::<Vec<_>>(),
    })
}
