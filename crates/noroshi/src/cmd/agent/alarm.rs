//! A hit told to the member's own people: a webhook, the system log, a mail. No indicator and no line leaves the machine; they are
//! in the state folder for whoever looks.

use agent::policy::Policy;
use agent::sources::Located;
use serde_json::json;
use std::io::Write;
use std::process::{Command, Stdio};

/// Facility `authpriv` (10), severity `alert` (1): RFC 5424 section 6.2.1.
#[cfg(unix)]
const PRIORITY: u8 = 10 * 8 + 1;

/// Keeps the places of hits, appended and synced, one line of JSON each.
pub(super) fn keep_places(policy: &Policy, what: &str, places: &[Located]) -> Result<(), String> {
    let path = policy.state.join("hits.jsonl");
    let kept = || -> std::io::Result<()> {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&path)?;
        for one in places {
            let hit = json!({"what": what, "file": one.file, "line": one.hit.line, "written": one.hit.written, "rule": one.hit.rule});
            writeln!(file, "{hit}")?;
        }
        file.sync_data()
    };
    kept().map_err(|why| format!("{}: {why}", path.display()))
}

/// Tells everybody who is to be told. What did not work is returned; the hit itself is kept all the same.
pub(super) async fn tell(policy: &Policy, what: &str, hits: u64) -> Vec<String> {
    let line = format!("noroshi: {what}: {hits} hits; a person is awaited (noroshi agent status)");
    let mut problems = Vec::new();
    if let Some(url) = &policy.alarms.webhook {
        let body = json!({"text": line, "what": what, "hits": hits});
        if let Err(why) = client::checks::alarm(url, &body).await {
            problems.push(format!("webhook: {why}"));
        }
    }
    if let Some(socket) = &policy.alarms.syslog
        && let Err(why) = syslog(socket, &line)
    {
        problems.push(format!("syslog: {why}"));
    }
    if let Some(to) = &policy.alarms.mail
        && let Err(why) = mail(to, &line)
    {
        problems.push(format!("mail: {why}"));
    }
    problems
}

#[cfg(unix)]
fn syslog(socket: &std::path::Path, line: &str) -> std::io::Result<()> {
    let sender = std::os::unix::net::UnixDatagram::unbound()?;
    sender.send_to(format!("<{PRIORITY}>{line}").as_bytes(), socket).map(drop)
}

#[cfg(not(unix))]
fn syslog(_: &std::path::Path, _: &str) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// Hands a mail to the machine's own `sendmail`, which every mail server provides.
fn mail(to: &str, line: &str) -> std::io::Result<()> {
    let mut child = Command::new("sendmail").args(["-t", "-i"]).stdin(Stdio::piped()).spawn()?;
    if let Some(input) = child.stdin.as_mut() {
        write!(
            input,
            "To: {to}\nSubject: noroshi: a person is awaited\nContent-Type: text/plain; charset=utf-8\n\n{line}\n"
        )?;
    }
    let ended = child.wait()?;
    if ended.success() { Ok(()) } else { Err(std::io::Error::other(format!("sendmail: {ended}"))) }
}
