//! `noroshi report`: incident reports against a hub, and what needs none: checking packs and regime files.

use crate::cmd::member::Remote;
use crate::cmd::wait::runtime;
use clap::{Args, Subcommand};
use client::hub::HubClient;
use hub::ops::report::verify;
use hub::regimes::Regimes;
use model::clock::regime::Fact;
use model::lang::Lang;
use model::report::when::read_when;
use serde_json::{Map, Value, json};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Write, send and prove incident reports.
#[derive(Debug, Args)]
pub struct ReportArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Open an incident with its reports; nothing is sent. Prints it as JSON.
    #[command(
        after_help = "Example:\n  noroshi report new --aware '令和8年11月23日 9:40' --outline '83 machines at 11 sites' --to dfars-7012/dc3"
    )]
    New(NewArgs),
    /// Add to an incident: a new version of its facts. Prints it as JSON.
    #[command(
        after_help = "Example:\n  noroshi report update INCIDENT --set cause='old VPN' --unknown data-affected --to ppc-jp/ppc"
    )]
    Update(UpdateArgs),
    /// Send a stage of a report. Prints the receipt as JSON.
    #[command(after_help = "Example:\n  noroshi report submit REPORT initial")]
    Submit {
        #[command(flatten)]
        remote: Remote,
        /// The report.
        report: String,
        /// The stage, by its id in the regime.
        stage: String,
    },
    /// What is due, by when, and why.
    #[command(after_help = "Example:\n  noroshi report status --lang en")]
    Status(StatusArgs),
    /// Write an incident to a file: JSON, VERIS, the office's form, or the evidence pack.
    #[command(
        after_help = "Examples:\n  noroshi report export INCIDENT --pack --output evidence.zip\n  noroshi report export REPORT --form initial --xlsx --output form.xlsx"
    )]
    Export(ExportArgs),
    /// Check an evidence pack, without a network.
    #[command(after_help = "Example:\n  noroshi report verify evidence.zip --policy witnesses.policy")]
    Verify {
        /// The pack.
        pack: PathBuf,
        /// Whose signatures of the log you believe; without it no place in the log is proven.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
    /// List the regimes, or check the files of a folder.
    #[command(after_help = "Example:\n  noroshi report regimes --check ./regimes")]
    Regimes {
        /// A folder of regime files; each fault is told with file, line and reason.
        #[arg(long, value_name = "DIR")]
        check: Option<PathBuf>,
        /// The language of names.
        #[arg(long, default_value = "ja")]
        lang: Lang,
    },
}

/// What is known, from flags and a file.
#[derive(Debug, Args)]
struct FactArgs {
    /// Facts as JSON, as `report export` writes them; flags win over it.
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
    /// When you came to know: era dates and RFC 3339 too.
    #[arg(long, value_name = "TIME")]
    aware: Option<String>,
    /// When you came to suspect.
    #[arg(long, value_name = "TIME")]
    suspected: Option<String>,
    /// The zone of times without an offset.
    #[arg(long, default_value = "Asia/Tokyo")]
    zone: String,
    /// What happened.
    #[arg(long, value_name = "TEXT")]
    outline: Option<String>,
    /// An answer in words: `cause=TEXT`; repeat for several.
    #[arg(long = "set", value_name = "FACT=TEXT")]
    set: Vec<String>,
    /// A question that nobody can answer yet; repeat for several.
    #[arg(long = "unknown", value_name = "FACT")]
    unknown: Vec<Fact>,
    /// Whom to tell: `REGIME/ADDRESSEE[/OFFICE]`; repeat for several.
    #[arg(long = "to", value_name = "ADDRESS")]
    to: Vec<String>,
}

#[derive(Debug, Args)]
struct NewArgs {
    #[command(flatten)]
    remote: Remote,
    #[command(flatten)]
    facts: FactArgs,
    /// Take times and technical values from a submission of yours.
    #[arg(long, value_name = "SUBMISSION")]
    from_submission: Option<String>,
    /// Make it from a VERIS record.
    #[arg(long, value_name = "FILE")]
    veris: Option<PathBuf>,
    /// Part of an exercise.
    #[arg(long)]
    exercise: bool,
}

#[derive(Debug, Args)]
struct UpdateArgs {
    #[command(flatten)]
    remote: Remote,
    /// The incident.
    incident: String,
    #[command(flatten)]
    facts: FactArgs,
}

#[derive(Debug, Args)]
struct StatusArgs {
    #[command(flatten)]
    remote: Remote,
    /// One incident; all of them, when absent.
    incident: Option<String>,
    /// The language of the words.
    #[arg(long, default_value = "ja")]
    lang: Lang,
    /// JSON instead of words.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct ExportArgs {
    #[command(flatten)]
    remote: Remote,
    /// The incident; with `--form`, the report.
    id: String,
    /// The evidence pack (ZIP).
    #[arg(long, conflicts_with_all = ["veris", "form"])]
    pack: bool,
    /// A VERIS record.
    #[arg(long, conflicts_with = "form")]
    veris: bool,
    /// The form of this stage.
    #[arg(long, value_name = "STAGE")]
    form: Option<String>,
    /// The form as a spreadsheet.
    #[arg(long, requires = "form")]
    xlsx: bool,
    /// The language of a spreadsheet.
    #[arg(long, default_value = "ja")]
    lang: Lang,
    /// Where to; standard output, when absent.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs one verb.
pub fn run(args: ReportArgs) -> Result<ExitCode, String> {
    match args.verb {
        Verb::Verify { pack, policy } => check_pack(&pack, policy.as_deref()),
        Verb::Regimes { check: Some(folder), .. } => check_regimes(&folder),
        Verb::Regimes { check: None, lang } => {
            list_regimes(lang);
            Ok(ExitCode::SUCCESS)
        }
        Verb::New(args) => runtime()?.block_on(open(args)),
        Verb::Update(args) => runtime()?.block_on(update(args)),
        Verb::Submit { remote, report, stage } => runtime()?.block_on(async {
            let path = format!("/api/v1/reports/{report}/stages");
            let receipt = client(&remote)?.post(&path, &json!({ "stage": stage })).await;
            print(&receipt.map_err(|why| why.to_string())?)
        }),
        Verb::Status(args) => runtime()?.block_on(status(args)),
        Verb::Export(args) => runtime()?.block_on(export(args)),
    }
}

fn client(remote: &Remote) -> Result<HubClient, String> {
    remote.client()
}

fn print(value: &Value) -> Result<ExitCode, String> {
    println!("{}", serde_json::to_string_pretty(value).map_err(|why| why.to_string())?);
    Ok(ExitCode::SUCCESS)
}

fn read_json(path: &Path) -> Result<Value, String> {
    let text = std::fs::read(path).map_err(|why| format!("{}: {why}", path.display()))?;
    serde_json::from_slice(&text).map_err(|why| format!("{}: {why}", path.display()))
}

/// The facts of `before` with what the flags say.
fn facts(args: &FactArgs, before: Value) -> Result<Value, String> {
    let mut facts = match &args.facts {
        // what `report export` wrote holds the facts beside other things
        Some(path) => read_json(path).map(|read| read.get("facts").cloned().unwrap_or(read))?,
        None => before,
    };
    let zone =
        jiff::tz::TimeZone::get(&args.zone).map_err(|_| format!("there is no zone `{}`", args.zone))?;
    for (trigger, text) in [("awareness", &args.aware), ("suspicion", &args.suspected)] {
        if let Some(text) = text {
            let at = read_when(text, &zone).map_err(|why| format!("`{text}`: {why}"))?;
            place(&mut facts, &["happened", "triggers", trigger], json!(at))?;
        }
    }
    if let Some(outline) = &args.outline {
        place(&mut facts, &["texts", "outline"], json!(outline))?;
    }
    for pair in &args.set {
        let (fact, said) = pair.split_once('=').ok_or_else(|| format!("`{pair}`: write FACT=TEXT"))?;
        let fact: Fact = fact.parse().map_err(|why: model::id::UnknownName| why.to_string())?;
        place(&mut facts, &["texts", fact.as_str()], json!(said))?;
    }
    for fact in &args.unknown {
        let list = facts.as_object_mut().ok_or("the facts are no object")?.entry("unknown");
        let list = list.or_insert_with(|| json!([])).as_array_mut().ok_or("`unknown` is no list")?;
        if !list.contains(&json!(fact)) {
            list.push(json!(fact));
        }
    }
    Ok(facts)
}

fn place(facts: &mut Value, path: &[&str], value: Value) -> Result<(), String> {
    let mut here = facts;
    for name in path {
        if here.is_null() {
            *here = Value::Object(Map::new());
        }
        let fields = here.as_object_mut().ok_or_else(|| format!("`{name}` stands in no object"))?;
        here = fields.entry((*name).to_owned()).or_insert(Value::Null);
    }
    *here = value;
    Ok(())
}

async fn open(args: NewArgs) -> Result<ExitCode, String> {
    let mut body = json!({
        "facts": facts(&args.facts, json!({}))?, "addresses": args.facts.to, "exercise": args.exercise,
    });
    if let Some(id) = &args.from_submission {
        place(&mut body, &["from_submission"], json!(id))?;
    }
    if let Some(path) = &args.veris {
        place(&mut body, &["veris"], read_json(path)?)?;
    }
    let opened = client(&args.remote)?.post("/api/v1/reports", &body).await;
    print(&opened.map_err(|why| why.to_string())?)
}

async fn update(args: UpdateArgs) -> Result<ExitCode, String> {
    let client = client(&args.remote)?;
    let path = format!("/api/v1/incidents/{}", args.incident);
    let before = client.get(&path).await.map_err(|why| why.to_string())?;
    let known = before.get("facts").cloned().unwrap_or_default();
    let body = json!({
        "version": before.get("version"), "facts": facts(&args.facts, known)?, "addresses": args.facts.to,
    });
    print(&client.put(&path, &body).await.map_err(|why| why.to_string())?)
}

async fn status(args: StatusArgs) -> Result<ExitCode, String> {
    let client = client(&args.remote)?;
    let all = match &args.incident {
        Some(id) => {
            json!([client.get(&format!("/api/v1/incidents/{id}")).await.map_err(|w| w.to_string())?])
        }
        None => client.get("/api/v1/reports").await.map_err(|why| why.to_string())?,
    };
    if args.json {
        return print(&all);
    }
    for incident in all.as_array().into_iter().flatten() {
        println!("{}", status_words(incident, args.lang));
    }
    Ok(ExitCode::SUCCESS)
}

/// One incident in words.
fn status_words(incident: &Value, lang: Lang) -> String {
    let text = |value: &Value, pointer: &str| {
        value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let said = |value: &Value, key: &str| text(value, &format!("/{key}/{lang}"));
    let mut out = format!(
        "{}  {}  {}\n",
        text(incident, "/code"),
        text(incident, "/id"),
        text(incident, "/facts/texts/outline").lines().next().unwrap_or_default()
    );
    let list =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    for report in list(incident, "reports") {
        out.push_str(&format!(
            "  {}  {}  [{}]  {}\n",
            text(&report, "/id"),
            said(&report, "addressee"),
            text(&report, "/state"),
            text(&report, "/number")
        ));
        for duty in list(&report, "duties") {
            let (margin, explain) = (said(&duty, "margin"), said(&duty, "explain"));
            out.push_str(&format!("    {}: {explain}", said(&duty, "name")));
            out.push_str(&if margin.is_empty() { "\n".to_owned() } else { format!(" | {margin}\n") });
        }
    }
    for one in list(incident, "contradictions") {
        out.push_str(&format!("  ! {}\n", text(&one, &format!("/{lang}"))));
    }
    out
}

async fn export(args: ExportArgs) -> Result<ExitCode, String> {
    let client = client(&args.remote)?;
    let (id, lang) = (&args.id, args.lang);
    let path = match &args.form {
        Some(stage) if args.xlsx => {
            format!("/api/v1/reports/{id}/form?stage={stage}&format=xlsx&lang={lang}")
        }
        Some(stage) => format!("/api/v1/reports/{id}/form?stage={stage}"),
        None if args.pack => format!("/api/v1/incidents/{id}/pack"),
        None if args.veris => format!("/api/v1/incidents/{id}/veris"),
        None => format!("/api/v1/incidents/{id}"),
    };
    let bytes = client.bytes(&path).await.map_err(|why| why.to_string())?;
    match &args.output {
        Some(file) => {
            std::fs::write(file, &bytes).map_err(|why| format!("{}: {why}", file.display()))?;
            eprintln!("noroshi: {} ({} bytes)", file.display(), bytes.len());
        }
        None if (args.pack || args.xlsx) && std::io::stdout().is_terminal() => {
            return Err("this is no text: name a file with --output".to_owned());
        }
        None => std::io::stdout().write_all(&bytes).map_err(|why| why.to_string())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn check_pack(pack: &Path, policy: Option<&Path>) -> Result<ExitCode, String> {
    let read = |path: &Path| std::fs::read(path).map_err(|why| format!("{}: {why}", path.display()));
    let policy = match policy {
        Some(path) => Some(tlog::policy::Policy::parse(&read(path)?).map_err(|faults| {
            let all: Vec<String> =
                faults.iter().map(|fault| format!("{}: {fault}", path.display())).collect();
            all.join("\n")
        })?),
        None => None,
    };
    let found = verify(&read(pack)?, policy.as_ref());
    for (ja, en) in &found.timeline {
        println!("{ja}\n{en}");
    }
    println!(
        "{}: {} receipts open their leaves, {} proven to stand in the log",
        found.code, found.receipts, found.in_log
    );
    for fault in &found.faults {
        eprintln!("noroshi: {}: {fault}", pack.display());
    }
    if policy.is_none() {
        eprintln!(
            "noroshi: without --policy no place in the log is proven: who runs the hub could have made this pack anew"
        );
    }
    Ok(if found.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn check_regimes(folder: &Path) -> Result<ExitCode, String> {
    if !folder.is_dir() {
        return Err(format!("{} is no folder", folder.display()));
    }
    match Regimes::with_folder(folder) {
        Ok(regimes) => {
            println!(
                "{}: no fault; {} regimes with those that ship",
                folder.display(),
                regimes.iter().count()
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            for fault in &faults {
                eprintln!("noroshi: {}/{fault}", folder.display());
            }
            Ok(ExitCode::from(1))
        }
    }
}

fn list_regimes(lang: Lang) {
    for regime in Regimes::shipped().iter() {
        println!("{}  {}", regime.id, regime.name.in_lang(lang));
        for addressee in &regime.addressees {
            println!("  {}/{}  {}", regime.id, addressee.id, addressee.name.in_lang(lang));
        }
        for source in &regime.sources {
            println!("  ← {} ({})", source.title, source.date);
        }
        for note in &regime.not_confirmed {
            println!("  ! {}", note.in_lang(lang));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(set: &[&str]) -> FactArgs {
        FactArgs {
            facts: None,
            aware: Some("平成23年8月11日 9:40".to_owned()),
            suspected: None,
            zone: "Asia/Tokyo".to_owned(),
            outline: Some("83台".to_owned()),
            set: set.iter().map(|s| (*s).to_owned()).collect(),
            unknown: vec![Fact::Cause],
            to: Vec::new(),
        }
    }

    #[test]
    fn flags_become_facts() {
        let made = facts(&args(&["way-in=VPN = old"]), json!({"people": {"low": 1, "high": 2}})).unwrap();
        assert_eq!(made.pointer("/happened/triggers/awareness"), Some(&json!("2011-08-11T00:40:00Z")));
        assert_eq!(made.pointer("/texts/way-in"), Some(&json!("VPN = old")));
        assert_eq!((&made["unknown"], &made["people"]["high"]), (&json!(["cause"]), &json!(2)));
        let read: model::report::Facts = serde_json::from_value(made).unwrap();
        assert!(read.unknown.contains(&Fact::Cause));
        assert!(facts(&args(&["weather=fine"]), json!({})).unwrap_err().contains("weather"));
        assert!(facts(&args(&["cause"]), json!({})).unwrap_err().contains("FACT=TEXT"));
    }

    #[test]
    fn an_incident_in_words() {
        let incident = json!({
            "code": "AAAA", "id": "i", "facts": {"texts": {"outline": "x\ny"}},
            "reports": [{"id": "r", "addressee": {"en": "DC3"}, "state": "sent", "number": "17", "duties": [
                {"name": {"en": "initial"}, "explain": {"en": "72 h"}, "margin": {"en": "late by 36 days"}}]}],
            "contradictions": [{"en": "odd"}]
        });
        let words = status_words(&incident, Lang::En);
        assert_eq!(words, "AAAA  i  x\n  r  DC3  [sent]  17\n    initial: 72 h | late by 36 days\n  ! odd\n");
    }
}
