//! A member's side against a hub: `submit`, `pull`, `answer`, the last also from a slip that came by hand.

use crate::cmd::keys;
use crate::cmd::wait::runtime;
use clap::builder::ArgPredicate;
use clap::{Args, ValueEnum};
use client::hub::HubClient;
use client::taxii::{Credentials, TaxiiClient};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Which hub, as whom.
#[derive(Clone, Debug, Args)]
pub struct Remote {
    /// The hub's address.
    #[arg(long, env = "NOROSHI_HUB", value_name = "URL")]
    pub(crate) hub: String,
    /// An API token of your organisation.
    #[arg(long, env = "NOROSHI_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub(crate) token: String,
}

impl Remote {
    /// A client of that hub.
    #[cfg(feature = "hub")]
    pub fn client(&self) -> Result<HubClient, String> {
        HubClient::new(&self.hub, &self.token).map_err(|why| why.to_string())
    }
}

/// Which hub, or which TAXII server of others.
#[derive(Clone, Debug, Args)]
pub struct RemoteOrTaxii {
    /// The hub's address.
    #[arg(
        long,
        env = "NOROSHI_HUB",
        value_name = "URL",
        required = false,
        required_unless_present = "taxii",
        default_value_if("taxii", ArgPredicate::IsPresent, "")
    )]
    hub: String,
    /// An API token of your organisation.
    #[arg(
        long,
        env = "NOROSHI_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true,
        required = false,
        required_unless_present = "taxii",
        default_value_if("taxii", ArgPredicate::IsPresent, "")
    )]
    token: String,
    /// Any TAXII 2.1 server instead of a hub: the address of its discovery, an API root or a collection.
    #[arg(long, value_name = "URL")]
    pub(crate) taxii: Option<String>,
    /// User name there; its password is read from NOROSHI_TAXII_PASSWORD.
    #[arg(long, value_name = "NAME", requires = "taxii")]
    pub(crate) user: Option<String>,
    /// Password there.
    #[arg(long, env = "NOROSHI_TAXII_PASSWORD", hide = true, hide_env_values = true)]
    pub(crate) password: Option<String>,
    /// A bearer token there. The hub's own never goes to another server.
    #[arg(long, env = "NOROSHI_TAXII_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub(crate) taxii_token: Option<String>,
    /// Its collection, by id, alias or title; the first one otherwise.
    #[arg(long, value_name = "NAME", requires = "taxii")]
    pub(crate) collection: Option<String>,
}

impl RemoteOrTaxii {
    /// What is shown to a TAXII server.
    pub(crate) fn credentials(&self) -> Credentials {
        match &self.user {
            Some(user) => Credentials::Basic(user.clone(), self.password.clone().unwrap_or_default()),
            None => self.taxii_token.clone().map_or(Credentials::None, Credentials::Bearer),
        }
    }
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Jsonl,
}

/// Send files to a hub.
#[derive(Debug, Args)]
pub struct SubmitArgs {
    #[command(flatten)]
    remote: RemoteOrTaxii,
    /// Mails, indicator lists, STIX bundles or texts.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Let it leave at once instead of at the next quarter of an hour: whoever knows when you were hit may guess you.
    #[arg(long)]
    now: bool,
    /// How receipts are printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Sends each file; a failed one does not stop the others.
pub fn submit(args: SubmitArgs) -> Result<ExitCode, String> {
    if let Some(url) = &args.remote.taxii {
        return crate::cmd::taxii::submit(&args.remote, url, &args.files, args.format);
    }
    let mut client = HubClient::new(&args.remote.hub, &args.remote.token).map_err(|why| why.to_string())?;
    let bar = progress(args.files.len());
    let mut failed = false;
    runtime()?.block_on(async {
        client.see_log().await;
        for path in &args.files {
            match submit_one(&client, path, args.now).await {
                Ok(receipt) => bar.suspend(|| print_receipt(path, &receipt, args.format)),
                Err(why) => {
                    failed = true;
                    bar.suspend(|| eprintln!("noroshi: {}: {why}", path.display()));
                }
            }
            bar.inc(1);
        }
    });
    bar.finish_and_clear();
    Ok(if failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

async fn submit_one(client: &HubClient, path: &Path, now: bool) -> Result<Value, String> {
    let bytes = std::fs::read(path).map_err(|why| why.to_string())?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    // The key is the content: sending the same file again gives the first receipt.
    let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
    let key: String = sum.as_ref().iter().map(|b| format!("{b:02x}")).collect();
    client.submit(bytes, &name, now, &key).await.map_err(|why| why.to_string())
}

fn print_receipt(path: &Path, receipt: &Value, format: Format) {
    let text = |key: &str| receipt.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    match format {
        Format::Jsonl => println!("{receipt}"),
        Format::Text => println!("{}  {}  {}", text("code"), text("id"), path.display()),
    }
}

fn progress(total: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    if total > 1 { ProgressBar::new(total as u64).with_style(style) } else { ProgressBar::hidden() }
}

/// Fetch the warnings that a hub released to your organisation.
#[derive(Debug, Args)]
pub struct PullArgs {
    #[command(flatten)]
    remote: RemoteOrTaxii,
    /// `text`: the warnings in words; `jsonl`: their STIX objects.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// The language of the text.
    #[arg(long, default_value = "ja")]
    lang: model::lang::Lang,
    /// Keeps the place reached in this file, so that the next pull goes on from there.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
}

/// Prints what is new.
pub fn pull(args: PullArgs) -> Result<ExitCode, String> {
    if let Some(url) = &args.remote.taxii {
        return crate::cmd::taxii::pull(&args.remote, url, args.state.as_deref());
    }
    runtime()?.block_on(async {
        match args.format {
            Format::Text => pull_text(&args).await,
            Format::Jsonl => pull_objects(&args).await,
        }
    })
}

async fn pull_text(args: &PullArgs) -> Result<ExitCode, String> {
    let client = HubClient::new(&args.remote.hub, &args.remote.token).map_err(|why| why.to_string())?;
    let mut after: Option<String> = None;
    loop {
        let page = client.items(after.as_deref()).await.map_err(|why| why.to_string())?;
        for row in page.get("rows").and_then(Value::as_array).into_iter().flatten() {
            let id = row.get("id").and_then(Value::as_str).unwrap_or_default();
            let item = client.item(id).await.map_err(|why| why.to_string())?;
            let text =
                item.pointer(&format!("/text/{}", args.lang)).and_then(Value::as_str).unwrap_or_default();
            println!("── {id}\n{}\n", text.trim_end());
        }
        after = page.get("next").and_then(Value::as_str).map(ToOwned::to_owned);
        if after.is_none() {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

async fn pull_objects(args: &PullArgs) -> Result<ExitCode, String> {
    let root = format!("{}/taxii2/hub/", args.remote.hub.trim_end_matches('/'));
    let client = TaxiiClient::new(&root, &args.remote.token).map_err(|why| why.to_string())?;
    let since = match &args.state {
        Some(path) if path.exists() => {
            Some(std::fs::read_to_string(path).map_err(|why| why.to_string())?.trim().to_owned())
        }
        _ => None,
    };
    let last = client
        .pull("all", since.as_deref(), |object| println!("{object}"))
        .await
        .map_err(|why| why.to_string())?;
    if let (Some(path), Some(last)) = (&args.state, last) {
        std::fs::write(path, last).map_err(|why| format!("{}: {why}", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Answer a warning.
#[derive(Debug, Args)]
pub struct AnswerArgs {
    #[command(flatten)]
    remote: Remote,
    /// The item's id, as `noroshi pull` prints it.
    #[arg(required_unless_present = "slip")]
    item: Option<String>,
    /// seen, not-seen or swept.
    #[arg(required_unless_present = "slip")]
    progress: Option<model::answer::Progress>,
    /// How many machines were checked.
    #[arg(long, conflicts_with = "slip")]
    machines: Option<u64>,
    /// Record a slip that `noroshi sweep --slip` printed, as scanned or typed.
    #[arg(long, value_name = "SLIP", conflicts_with_all = ["item", "progress"], requires = "slip_key")]
    slip: Option<String>,
    /// The public key of the machine that made the slip, as it printed it.
    #[arg(long, value_name = "KEY")]
    slip_key: Option<String>,
}

/// Sends the answer.
pub fn answer(args: AnswerArgs) -> Result<ExitCode, String> {
    let answers = match (&args.slip, args.item, args.progress) {
        (Some(slip), _, _) => slip_answers(slip, args.slip_key.as_deref().unwrap_or_default())?,
        (None, Some(item), Some(progress)) => vec![(item, progress, args.machines)],
        _ => return Err("name the item and the answer".to_owned()),
    };
    let client = HubClient::new(&args.remote.hub, &args.remote.token).map_err(|why| why.to_string())?;
    runtime()?.block_on(async {
        for (item, progress, machines) in &answers {
            let sent = client.answer(item, progress.as_str(), *machines).await;
            sent.map_err(|why| format!("{item}: {why}"))?;
            eprintln!("kept: {progress} for {item}");
        }
        Ok(ExitCode::SUCCESS)
    })
}

type Answered = (String, model::answer::Progress, Option<u64>);

/// The answers on a slip, once its signature is that of the known machine.
fn slip_answers(text: &str, known: &str) -> Result<Vec<Answered>, String> {
    let (slip, key) = agent::slip::Slip::read(text).map_err(|why| why.to_string())?;
    if key != keys::public(known)? {
        return Err(format!("the slip is signed with another key: {}", keys::print(&key)));
    }
    let machines = Some(u64::from(slip.machines));
    Ok(slip.answers.into_iter().map(|(item, progress)| (item.to_string(), progress, machines)).collect())
}
