//! `noroshi demo`: a live example community. Everything in it is real: a hub, its jobs, its faces; only names are invented.

mod community;
mod mails;
mod reports;
mod story;
mod tour;

use crate::claim::Claim;
use crate::cmd::serve::{Running, bind, log_to_stderr, open};
use crate::cmd::wait::{runtime, stop_signal};
use crate::world;
use clap::{Args, ValueEnum};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A live example community.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Where to listen; passkeys need a name [default: localhost:8440, or any free port of 127.0.0.1 with --once].
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// A folder for the example's data; it is emptied first if an example made it [default: a fresh temporary folder].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// An empty PostgreSQL database to play on [default: the embedded database].
    #[arg(long, value_name = "postgres://…")]
    database: Option<String>,
    /// Play the story, print each step with its time, and end.
    #[arg(long)]
    once: bool,
    /// How the story is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// How the story is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One JSON document.
    Json,
}

/// Builds, plays, and stays unless told otherwise.
pub fn run(args: DemoArgs) -> Result<ExitCode, String> {
    log_to_stderr();
    runtime()?.block_on(async {
        let folder = folder(args.data.as_deref())?;
        let listen =
            args.listen.clone().unwrap_or_else(|| if args.once { "127.0.0.1:0" } else { HERE }.to_owned());
        // one socket, where whoever writes 127.0.0.1 finds it too
        let at = listen.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
        let listener = bind(at.as_ref().unwrap_or(&listen)).await?;
        let address = reached(&listen, listener.local_addr().map_err(|why| why.to_string())?);
        reports::regimes(&folder)?;
        let location = place(&folder, args.database.clone());
        let _ours = Claim::of(&location)?;
        let hub = open(&location, settings(&address)).await?;
        let mut community = community::build(&hub, &format!("http://{address}")).await?;
        community::refresh_collections(&hub, &mut community).await?;
        let running = Running::start(hub, listener).await?;
        write_json(&folder.join("demo.json"), &community)?;
        let played = story::play(running.hub(), &community).await?;
        print(&args, &folder, &community, &played);
        if !args.once {
            stop_signal().await;
        }
        running.stop().await;
        if args.once && args.data.is_none() {
            remove(&folder);
        }
        Ok(if played.ok { ExitCode::SUCCESS } else { ExitCode::from(1) })
    })
}

/// The address under which the example is reached: by the name that it listens at, where it has one. Browsers give passkeys to names only.
fn reached(listen: &str, bound: SocketAddr) -> String {
    match listen.rsplit_once(':') {
        Some((name, _)) if name.parse::<IpAddr>().is_err() && !name.starts_with('[') => {
            format!("{name}:{}", bound.port())
        }
        _ => bound.to_string(),
    }
}

fn print(args: &DemoArgs, folder: &Path, community: &community::Community, played: &story::Played) {
    match args.format {
        Format::Json => println!("{}", played.json()),
        Format::Text => {
            print!("{}", played.text());
            if !args.once {
                print!("{}", tour::text(community, folder));
            }
        }
    }
}

/// Where the example listens: by name, so that it has passkeys.
const HERE: &str = "localhost:8440";

/// Seconds between two beats of the example's log: who looks around does not want to wait a minute for a proof.
const BEAT_SECONDS: u32 = 5;

fn settings(address: &str) -> hub::Settings {
    hub::Settings {
        name: model::lang::Bilingual { ja: "狼煙（実演）".to_owned(), en: "Noroshi (demo)".to_owned() },
        url: format!("http://{address}"),
        sector_min: sharing::audience::SECTOR_MIN,
        upkeep: hub::Upkeep::default(),
        log: hub::log::LogSettings {
            beat: hub::log::Beat::Every { leaves: 32, seconds: BEAT_SECONDS },
            ..hub::log::LogSettings::default()
        },
        // whoever looks around has a receiver on the same machine
        webhook_networks: ["127.0.0.0/8", "::1/128"].iter().filter_map(|net| net.parse().ok()).collect(),
    }
}

/// Data and keys of an example lie apart like those of a real hub.
fn place(folder: &Path, postgres: Option<String>) -> store::Where {
    store::Where { data: folder.to_owned(), keys: keys(folder), postgres, connections: store::CONNECTIONS }
}

fn keys(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".keys");
    folder.with_file_name(name)
}

/// A folder of our own: a fresh one, or the one of an earlier example. Anything else is refused rather than emptied.
fn folder(wanted: Option<&Path>) -> Result<PathBuf, String> {
    let folder = match wanted {
        Some(folder) => folder.to_owned(),
        None => {
            let name: String = world::random::<4>().iter().map(|b| format!("{b:02x}")).collect();
            std::env::temp_dir().join(format!("noroshi-demo-{name}"))
        }
    };
    let used = std::fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some());
    if used && !folder.join("demo.json").exists() {
        return Err(format!(
            "{} is not empty and no example made it; name another folder with --data",
            folder.display()
        ));
    }
    if used {
        // an example that still runs there is not emptied under its feet
        drop(Claim::of(&place(&folder, None))?);
        remove(&folder);
    }
    std::fs::create_dir_all(&folder).map_err(|why| format!("{}: {why}", folder.display()))?;
    Ok(folder)
}

fn remove(folder: &Path) {
    for path in [folder.to_owned(), keys(folder)] {
        if let Err(why) = std::fs::remove_dir_all(&path) {
            tracing::debug!(error = %why, "nothing to remove");
        }
    }
}

fn write_json(path: &Path, community: &community::Community) -> Result<(), String> {
    let text = serde_json::to_string_pretty(community).map_err(|why| why.to_string())?;
    std::fs::write(path, text + "\n").map_err(|why| format!("{}: {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_in_links() {
        let check = |listen: &str, bound: &str, expected: &str| {
            assert_eq!(reached(listen, bound.parse().unwrap()), expected);
        };
        check("localhost:0", "127.0.0.1:40001", "localhost:40001");
        check("127.0.0.1:0", "127.0.0.1:40001", "127.0.0.1:40001");
        check("[::1]:8440", "[::1]:8440", "[::1]:8440");
    }
}
