//! `noroshi pull --taxii` and `noroshi submit --taxii`: any TAXII 2.1 server, not only a hub.

use crate::cmd::member::{Format, RemoteOrTaxii};
use crate::cmd::wait::runtime;
use client::ClientError;
use client::taxii::{Collection, Place, Status, TaxiiClient};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Objects of one envelope: what servers with a page limit take at once.
const ENVELOPE_OBJECTS_MAX: usize = 1_000;

/// Prints every object that was added since the pull before, one a line. The place reached is kept after each page, so that a pull that broke
/// off goes on with the page it did not get.
pub fn pull(remote: &RemoteOrTaxii, url: &str, state: Option<&Path>) -> Result<ExitCode, String> {
    runtime()?.block_on(async {
        let (client, collection) = open(remote, url, |c| c.can_read).await?;
        let key = format!("{}collections/{collection}/", client.root());
        let mut places = read_state(state)?;
        let begin = place(&places, &key);
        let out = std::io::stdout();
        let each = |page: client::taxii::Page| {
            let mut out = out.lock();
            for object in &page.objects {
                writeln!(out, "{}", one_line(object.get())).map_err(broken)?;
            }
            out.flush().map_err(broken)?;
            if let Some(file) = state {
                places[&key] = json!({ "added_after": page.place.added_after, "next": page.place.next });
                write_state(file, &places).map_err(ClientError::Connection)?;
            }
            Ok(())
        };
        client.walk(&collection, begin, each).await.map_err(|why| why.to_string())?;
        Ok(ExitCode::SUCCESS)
    })
}

fn broken(why: std::io::Error) -> ClientError {
    ClientError::Connection(format!("the output ended: {why}"))
}

/// JSON on one line: a line break can only stand between its parts.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// Posts the objects of STIX files in envelopes; prints what was not taken. A failed file does not stop the others.
pub fn submit(
    remote: &RemoteOrTaxii,
    url: &str,
    files: &[PathBuf],
    format: Format,
) -> Result<ExitCode, String> {
    runtime()?.block_on(async {
        let (client, collection) = open(remote, url, |c| c.can_write).await?;
        let mut failed = false;
        for path in files {
            match submit_one(&client, &collection, path, format).await {
                Ok(whole) => failed |= !whole,
                Err(why) => {
                    failed = true;
                    eprintln!("noroshi: {}: {why}", path.display());
                }
            }
        }
        Ok(if failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
    })
}

/// Posts one file; whether all of it was taken.
async fn submit_one(
    client: &TaxiiClient,
    collection: &str,
    path: &Path,
    format: Format,
) -> Result<bool, String> {
    let bytes = std::fs::read(path).map_err(|why| why.to_string())?;
    let (objects, faults) =
        stix::read_objects(&bytes, &stix::Limits::default()).map_err(|why| format!("no STIX: {why}"))?;
    for fault in &faults {
        eprintln!("noroshi: {}: not sent: {fault}", path.display());
    }
    let mut whole = faults.is_empty();
    for envelope in envelopes(&objects, client.body_max()) {
        let status = client.post(collection, envelope).await.map_err(|why| why.to_string())?;
        whole &= status.failure_count == 0;
        print(path, &status, format);
    }
    Ok(whole)
}

/// Envelopes below the server's limits; an object beyond them goes alone, so that the server says what is wrong with it.
fn envelopes(objects: &[stix::Object], bytes_max: usize) -> Vec<Vec<u8>> {
    const HEAD: &[u8] = b"{\"objects\":[";
    let mut out: Vec<(usize, Vec<u8>)> = Vec::new();
    for object in objects {
        let text = object.raw().as_bytes();
        match out.last_mut() {
            Some((count, body))
                if *count < ENVELOPE_OBJECTS_MAX && body.len() + text.len() + 3 <= bytes_max =>
            {
                body.push(b',');
                body.extend_from_slice(text);
                *count += 1;
            }
            _ => out.push((1, [HEAD, text].concat())),
        }
    }
    out.into_iter().map(|(_, body)| [body.as_slice(), b"]}"].concat()).collect()
}

fn print(path: &Path, status: &Status, format: Format) {
    match format {
        Format::Jsonl => println!(
            "{}",
            json!({ "file": path.display().to_string(), "status": status.id, "taken": status.success_count,
                "refused": status.failure_count, "pending": status.pending_count })
        ),
        Format::Text => println!(
            "{}  taken {}  refused {}  pending {}",
            path.display(),
            status.success_count,
            status.failure_count,
            status.pending_count
        ),
    }
    for failure in &status.failures {
        eprintln!("noroshi: {}: {}: {}", path.display(), failure.id, failure.message);
    }
}

/// The server's API root and the collection to use.
async fn open(
    remote: &RemoteOrTaxii,
    url: &str,
    may: fn(&Collection) -> bool,
) -> Result<(TaxiiClient, String), String> {
    let (client, named) =
        TaxiiClient::find(url, remote.credentials()).await.map_err(|why| why.to_string())?;
    if let Some(id) = named {
        return Ok((client, id));
    }
    let all = client.collections().await.map_err(|why| why.to_string())?;
    let found = match &remote.collection {
        Some(name) => all
            .iter()
            .find(|c| c.id == *name || c.title == *name || c.alias.as_deref() == Some(name.as_str())),
        None => all.iter().find(|c| may(c)),
    };
    let list = || all.iter().map(|c| format!("{} ({})", c.id, c.title)).collect::<Vec<_>>().join(", ");
    let found = found.ok_or_else(|| match &remote.collection {
        Some(name) => format!("no collection `{name}`; there are: {}", list()),
        None => {
            format!("no collection there is open to this sign-in; name one with --collection: {}", list())
        }
    })?;
    Ok((client, found.id.clone()))
}

fn read_state(file: Option<&Path>) -> Result<Value, String> {
    let Some(file) = file.filter(|file| file.exists()) else { return Ok(json!({})) };
    let text = std::fs::read_to_string(file).map_err(|why| format!("{}: {why}", file.display()))?;
    serde_json::from_str(&text).ok().filter(Value::is_object).ok_or_else(|| {
        format!("{}: this is no state of a pull; name another file with --state", file.display())
    })
}

fn place(places: &Value, key: &str) -> Place {
    let text = |name: &str| places.get(key)?.get(name)?.as_str().map(ToOwned::to_owned);
    Place { added_after: text("added_after"), next: text("next") }
}

/// Beside, then renamed: a pull that is killed leaves the old state or the new one.
fn write_state(file: &Path, places: &Value) -> Result<(), String> {
    let beside = file.with_extension("new");
    let write = std::fs::write(&beside, format!("{places}\n")).and_then(|()| std::fs::rename(&beside, file));
    write.map_err(|why| format!("{}: {why}", file.display()))
}
