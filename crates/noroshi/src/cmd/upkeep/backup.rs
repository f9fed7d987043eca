//! Copies of the data and their return. A backup is a folder: the database, the settings, and a page that says what it is. Keys are
//! never in it: they have a backup of their own, with a life of its own.

use crate::claim::Claim;
use crate::cmd::there;
use crate::cmd::upkeep::opened;
use crate::settings::Place;
use crate::world;
use hub::ops::admin::AsRegistrar;
use hub::ops::restore::open_epoch;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const DATABASE: &str = "noroshi.db";
const DUMP: &str = "noroshi.dump";
const ABOUT: &str = "backup.txt";
const SETTINGS: &str = "noroshi.toml";

/// Copies while the hub runs. The folder has its name only when everything in it is on disk.
pub async fn backup(place: &Place, to: &Path) -> Result<ExitCode, String> {
    if to.exists() {
        return Err(format!("{} exists; name a new folder", to.display()));
    }
    there::require(place, &place.file()?).await?;
    let beside = beside(to);
    std::fs::create_dir_all(&beside).map_err(|why| at(&beside, &why))?;
    let hub = opened(place).await?;
    let copied = hub.store().copy_to(&beside.join(DATABASE)).await.map_err(|why| why.to_string());
    hub.close().await;
    if !copied? {
        let file = place.file()?;
        let url = place.location(&file).postgres.unwrap_or_default();
        tool("pg_dump", &["--format=custom", "--file", &text(&beside.join(DUMP))?, &url])?;
    }
    let settings = place.data.join(SETTINGS);
    if settings.exists() {
        std::fs::copy(&settings, beside.join(SETTINGS)).map_err(|why| at(&settings, &why))?;
    }
    let about = format!("Noroshi {} at {}\n", env!("CARGO_PKG_VERSION"), world::now());
    write_synced(&beside.join(ABOUT), about.as_bytes())?;
    std::fs::rename(&beside, to).map_err(|why| at(to, &why))?;
    sync(to.parent().unwrap_or(Path::new(".")))?;
    println!("{}", to.display());
    eprintln!("the keys are not in it: copy {} to another place", keys(place)?.display());
    Ok(ExitCode::SUCCESS)
}

/// Puts a backup in the place of the data, keeps what was there beside it, and applies the journal.
pub async fn restore(place: &Place, from: &Path) -> Result<ExitCode, String> {
    let about = std::fs::read_to_string(from.join(ABOUT))
        .map_err(|_| format!("{} is not a backup: {ABOUT} is missing", from.display()))?;
    let file = place.file()?;
    let location = place.location(&file);
    if !location.keys.join("root.key").exists() {
        return Err(format!(
            "there are no keys in {}: put them back first, or nothing that was sealed opens",
            location.keys.display()
        ));
    }
    let _ours = Claim::of(&location)?;
    match &location.postgres {
        Some(url) => {
            alone(url).await?;
            let dump = text(&from.join(DUMP))?;
            tool(
                "pg_restore",
                &["--clean", "--if-exists", "--no-owner", "--single-transaction", "-d", url, &dump],
            )?;
        }
        None => put_back(&place.data, &from.join(DATABASE))?,
    }
    let hub = opened(place).await?;
    let done = open_epoch(&hub, AsRegistrar::Machine, about.trim()).await;
    let worked = hub::jobs::erase_now(&hub).await;
    hub.close().await;
    let done = done.and_then(|done| worked.map(|()| done)).map_err(|why| why.to_string())?;
    println!(
        "restored: {}\napplied again since then: {} recalls, {} withdrawals, {} erasures, {} ends of rights, {} legal holds ({} about things newer than the backup)",
        about.trim(),
        done.recalls,
        done.withdrawals,
        done.erasures,
        done.rights,
        done.holds,
        done.unknown
    );
    Ok(ExitCode::SUCCESS)
}

/// The embedded database: the old file is kept under another name, so that a wrong restore can be undone.
fn put_back(data: &Path, copy: &Path) -> Result<(), String> {
    std::fs::create_dir_all(data).map_err(|why| at(data, &why))?;
    let fresh = data.join("restoring.db");
    std::fs::copy(copy, &fresh).map_err(|why| at(copy, &why))?;
    std::fs::File::open(&fresh).and_then(|f| f.sync_all()).map_err(|why| at(&fresh, &why))?;
    let stamp = world::now().as_second();
    // what was not yet in the file itself keeps the name by which the database finds it
    for part in ["", "-wal", "-shm"] {
        let old = data.join(format!("{DATABASE}{part}"));
        if old.exists() {
            let kept = data.join(format!("{DATABASE}.before-{stamp}{part}"));
            std::fs::rename(&old, &kept).map_err(|why| at(&old, &why))?;
        }
    }
    std::fs::rename(&fresh, data.join(DATABASE)).map_err(|why| at(&fresh, &why))?;
    sync(data)
}

/// Refuses while somebody else is connected: nodes that go on would write into the restored data what they know of the lost one.
async fn alone(url: &str) -> Result<(), String> {
    match store::sessions_beside(url).await.map_err(|why| why.to_string())? {
        0 => Ok(()),
        others => Err(format!("{others} other sessions use this database: stop every node first")),
    }
}

/// A program of PostgreSQL's own.
fn tool(name: &str, arguments: &[&str]) -> Result<(), String> {
    let done = Command::new(name).args(arguments).status();
    match done {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name} ended with {status}")),
        Err(why) => Err(format!("{name}: {why}; it is in the package postgresql-client")),
    }
}

fn keys(place: &Place) -> Result<PathBuf, String> {
    Ok(place.location(&place.file()?).keys)
}

fn beside(to: &Path) -> PathBuf {
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    to.with_file_name(name)
}

fn write_synced(file: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(file, bytes)
        .and_then(|()| std::fs::File::open(file)?.sync_all())
        .map_err(|why| at(file, &why))
}

fn sync(folder: &Path) -> Result<(), String> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    std::fs::File::open(folder).and_then(|f| f.sync_all()).map_err(|why| at(folder, &why))
}

fn text(path: &Path) -> Result<String, String> {
    path.to_str().map(ToOwned::to_owned).ok_or_else(|| format!("{}: not UTF-8", path.display()))
}

fn at(path: &Path, why: &std::io::Error) -> String {
    format!("{}: {why}", path.display())
}
