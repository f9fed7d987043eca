//! `noroshi verify`: what receipts prove, told without any hub.

use crate::cmd::trust::Trust;
use clap::{Args, ValueEnum};
use hub::log::verdict::{self, Flaw, NotProven, Outcome, Verdict};
use jiff::Timestamp;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// How verdicts are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Jsonl,
}

/// Say what receipts prove. Ends with 0 when all are proven, 1 when one is not, 3 when one is pending.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Receipts.
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
            Format::Text => print!("{}", words(&name, &verdict, is_same)),
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

fn time(seconds: u64) -> String {
    let at = i64::try_from(seconds).ok().and_then(|s| Timestamp::from_second(s).ok());
    at.map_or_else(
        || format!("{seconds} seconds after 1970"),
        |at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

fn words(name: &str, verdict: &Verdict, is_same: Option<bool>) -> String {
    let (title, why) = match verdict.outcome {
        Outcome::Proven => ("PROVEN: it stands in the log", None),
        Outcome::Pending => {
            ("PENDING: no place in the log yet; nothing is proven. Fetch it again after a minute", None)
        }
        Outcome::Refused(flaw) => ("NOTHING IS PROVEN", Some(flaw_words(flaw))),
    };
    let mut out = format!("{name}: {title}\n");
    let mut row = |what: &str, value: String| out.push_str(&format!("  {what:<13}{value}\n"));
    if let Some(why) = why {
        row("why", why.to_owned());
    }
    if let Some(kind) = verdict.kind() {
        row("act", kind.to_owned());
    }
    for (field, value) in
        verdict.entry.iter().filter(|(f, _)| !matches!(f.as_str(), "checkpoint" | "at" | "kind"))
    {
        row(field, value.clone());
    }
    if let Some(place) = &verdict.place {
        row("log", format!("{}, leaf {} of {}", place.log, place.index, place.size));
        row("not before", verdict.earliest.map_or_else(|| "not proven".to_owned(), time));
        row("not after", verdict.latest.map_or_else(|| "not proven".to_owned(), time));
        row("hub's clock", verdict.hub_time().unwrap_or("-").to_owned());
    }
    for (witness, at) in &verdict.witnesses {
        row("witness", format!("{witness}, {}", time(*at)));
    }
    match is_same {
        Some(true) => row("sent file", "the same, by its SHA-256".to_owned()),
        Some(false) => row("sent file", "ANOTHER FILE: its SHA-256 is not the one in the receipt".to_owned()),
        None => {}
    }
    let open: Vec<NotProven> = verdict
        .not_proven
        .iter()
        .copied()
        .filter(|one| *one != NotProven::File || is_same.is_none())
        .collect();
    if !open.is_empty() {
        out.push_str("  not proven:\n");
        open.iter().for_each(|one| out.push_str(&format!("    - {}\n", not_proven_words(*one))));
    }
    out
}

fn flaw_words(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Form => "not a receipt, or damaged on the way",
        Flaw::NoOpening => "some leaf stands in the log, but the file does not say which act it is",
        Flaw::Log => "not signed by the log of these keys",
        Flaw::Quorum => "not cosigned by enough witnesses of the policy; fetch the receipt again later",
        Flaw::Entry => "the log says something else: act, nonce or path was changed",
        Flaw::Contradiction => "the times contradict each other",
    }
}

fn not_proven_words(one: NotProven) -> &'static str {
    match one {
        NotProven::WhenTheVictimKnew => "when the victim knew: the log shows when the hub was told",
        NotProven::Truth => "that what was said is true",
        NotProven::Time => "any time: the policy asks for no witness, so the times are the hub's word",
        NotProven::Earliest => "an earliest time: the act holds no checkpoint that witnesses had cosigned",
        NotProven::File => "that a certain file is meant: give it with --sent",
        NotProven::StampSignature => {
            "the signature of the time-stamping service: --stamp-to FILE, then openssl ts -verify with its certificate"
        }
    }
}

fn line(name: &str, verdict: &Verdict, is_same: Option<bool>) -> serde_json::Value {
    let (outcome, flaw) = match verdict.outcome {
        Outcome::Proven => ("proven", None),
        Outcome::Pending => ("pending", None),
        Outcome::Refused(flaw) => ("refused", Some(flaw_words(flaw))),
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
        "not_proven": verdict.not_proven.iter().map(|one| not_proven_words(*one)).collect::<Vec<_>>(),
    })
}
