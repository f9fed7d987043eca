//! `noroshi admin doctor`: what is wrong, in words, and how to mend it. It changes nothing and works while the hub runs.

mod doors;
mod staff;

use crate::certificate::Certificate;
use crate::cmd::there;
use crate::cmd::upkeep::opened;
use crate::settings::{File, Place};
use hub::Hub;
use hub::ops::{health, restore};
use std::os::unix::fs::PermissionsExt;
use std::process::ExitCode;

/// One complaint: what, and what to do.
struct Complaint(String, String);

/// Looks, prints, and fails when there is something to mend.
pub async fn run(place: &Place) -> Result<ExitCode, String> {
    let mut found = Vec::new();
    match place.file() {
        Err(why) => found.push(Complaint(
            why,
            "correct the line; `noroshi serve --print-settings` shows them all".to_owned(),
        )),
        Ok(file) => {
            files(place, &file, &mut found);
            faces(&file, &mut found);
            doors::look(&file, &place.data, &mut found).await;
            if let Ok(false) = store::is_there(&place.location(&file)).await {
                let (what, next) = there::missing(place, &file);
                found.push(Complaint(what, next));
            } else {
                match opened(place).await {
                    Err(why) => found.push(Complaint(
                        format!("the database does not open: {why}"),
                        database(place, &file),
                    )),
                    Ok(hub) => {
                        of_hub(&hub, &mut found).await;
                        hub.close().await;
                    }
                }
            }
        }
    }
    for Complaint(what, mend) in &found {
        println!("✗ {what}\n  → {mend}");
    }
    if found.is_empty() {
        println!("✓ nothing is wrong");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::from(1))
}

fn database(place: &Place, file: &File) -> String {
    match place.location(file).postgres {
        Some(_) => "start the server, or correct `database`; `psql` with the same address shows what it says"
            .to_owned(),
        None => format!(
            "look at {}: does the hub's user own it, is there room on the disk? Else restore a backup",
            place.data.display()
        ),
    }
}

/// The two folders: apart from each other, and nobody else's.
fn files(place: &Place, file: &File, found: &mut Vec<Complaint>) {
    let keys = place.location(file).keys;
    if !place.data.is_dir() {
        found.push(Complaint(
            format!("{} is not a folder", place.data.display()),
            "name the data folder with --data".to_owned(),
        ));
    }
    if keys.starts_with(&place.data) {
        found.push(Complaint(
            "the keys lie inside the data: a backup of the data opens everything".to_owned(),
            "stop the hub, move the key folder out of the data folder, and name it as `keys`".to_owned(),
        ));
    }
    for folder in [&place.data, &keys] {
        if let Ok(meta) = std::fs::metadata(folder)
            && meta.permissions().mode() & 0o077 != 0
        {
            found.push(Complaint(
                format!("others may look into {}", folder.display()),
                format!("chmod 700 {}", folder.display()),
            ));
        }
    }
    if place.data.join("noroshi.db").exists() && !keys.join("root.key").exists() {
        found.push(Complaint(
            format!("there is data, but no root.key in {}", keys.display()),
            "put the key folder of this hub back, or name it as `keys`; without it nothing sealed opens"
                .to_owned(),
        ));
    }
}

fn faces(file: &File, found: &mut Vec<Complaint>) {
    if let Err(why) = Certificate::of(file) {
        found.push(Complaint(
            why,
            "check tls_certificate and tls_key: PEM, readable by the hub, one pair".to_owned(),
        ));
    }
    let has_certificate = file.tls_certificate.is_some();
    if let Some(url) = &file.url
        && !url.starts_with("https://")
        && !url.contains("127.0.0.1")
        && !url.contains("localhost")
    {
        found.push(Complaint(
            format!(
                "people reach the hub at {url}, in plain text: passwords and cookies can be read on the way"
            ),
            "set url to an https:// address".to_owned(),
        ));
    }
    let behind_proxy = file.url.as_ref().is_some_and(|url| url.starts_with("https://")) && !has_certificate;
    if behind_proxy && file.trusted_proxies.is_none() {
        found.push(Complaint(
            "a proxy speaks TLS for this hub, but none is trusted: all callers share one sign-in back-off and one limit".to_owned(),
            "set trusted_proxies to the proxy's address, e.g. [\"127.0.0.1/32\"]".to_owned(),
        ));
    }
}

async fn of_hub(hub: &Hub, found: &mut Vec<Complaint>) {
    for finding in health::look(hub).await {
        let (what, mend) = finding.text.split_once(": ").unwrap_or((&finding.text, "see docs/operations.md"));
        found.push(Complaint(what.to_owned(), mend.to_owned()));
    }
    match hub.store().integrity().await {
        Ok(problems) => found.extend(problems.into_iter().take(5).map(|line| {
            Complaint(
                format!("the database file is damaged: {line}"),
                "stop the hub and restore the last backup".to_owned(),
            )
        })),
        Err(why) => {
            found.push(Complaint(why.to_string(), "stop the hub and restore the last backup".to_owned()))
        }
    }
    if let Ok((_, given_up)) = restore::jobs(hub).await {
        found.extend(given_up.into_iter().map(|(kind, class, count)| {
            Complaint(format!("{count} jobs `{kind}` were given up ({class})"), advice(&class).to_owned())
        }));
    }
    if let Err(why) = staff::look(hub, found).await {
        found.push(Complaint(why.to_string(), "see the database's own log".to_owned()));
    }
    if let Ok(Some(server)) = server(hub).await {
        of_server(&server, found);
    }
    match missing_keys(hub).await {
        Ok(0) => {}
        Ok(count) => found.push(Complaint(
            format!("{count} of the newest submissions have no key, and no erasure was asked for them"),
            "the key folder is not the one of this data, or lost files: put back its newest copy".to_owned(),
        )),
        Err(why) => found.push(Complaint(why, "see the database's own log".to_owned())),
    }
}

async fn server(hub: &Hub) -> Result<Option<store::ServerSettings>, store::StoreError> {
    hub.store().read().await?.server_settings().await
}

fn of_server(server: &store::ServerSettings, found: &mut Vec<Complaint>) {
    if server.standbys.is_empty() {
        found.push(Complaint(
            "no standby is synchronous: when the server is lost, the last acknowledged submissions may be lost with it".to_owned(),
            "set synchronous_standby_names on the server, or accept it and keep its disk on mirrored storage".to_owned(),
        ));
    }
    if server.connections * 10 > server.connections_max * 9 {
        found.push(Complaint(
            format!("{} of the server's {} connections are used", server.connections, server.connections_max),
            "lower database_connections of the nodes, or raise the server's max_connections".to_owned(),
        ));
    }
}

/// What to do about jobs of this class before they run again.
fn advice(class: &str) -> &'static str {
    match class {
        "sealed" => {
            "the keys are not those of this data: put the right key folder back, then `noroshi admin job retry`"
        }
        "disk-full" => "make room on the disk, then `noroshi admin job retry`",
        "away" | "busy" | "connections" | "read-only" => {
            "once the database is well: `noroshi admin job retry`"
        }
        _ => "keep the log lines of this time and report them; then `noroshi admin job retry`",
    }
}

/// Submissions among the newest whose key is gone without an erasure, and whose source did not leave.
async fn missing_keys(hub: &Hub) -> Result<usize, String> {
    const NEWEST: u32 = 1_000;
    let read = async {
        let mut tx = hub.store().read().await?;
        Ok::<_, store::StoreError>((tx.newest_unerased(NEWEST).await?, tx.departed().await?))
    };
    let (rows, departed) = read.await.map_err(|why| why.to_string())?;
    let seals = hub.store().seals();
    let left: Vec<Vec<u8>> = departed.into_iter().map(|(org, _)| seals.source_tag(org)).collect();
    Ok(rows.into_iter().filter(|(id, tag)| !left.contains(tag) && seals.key(*id).is_err()).count())
}
