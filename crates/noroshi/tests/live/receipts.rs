//! The log as somebody outside holds it: receipts of what was acknowledged, judged by the program.

use super::{PROGRAM, Serving, instant, run};
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

/// Receipts must be there by then.
const SETTLE: Duration = Duration::from_secs(60);

/// Receipts that one command line holds.
const FILES_MAX: usize = 100;

/// The program with these arguments.
pub(crate) fn noroshi(arguments: &[&str]) -> Output {
    run(Command::new(PROGRAM).args(arguments))
}

/// Everything that it said.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// Whether all of them are proven with this key.
pub(crate) fn proven(key: &str, files: &[String]) {
    for some in files.chunks(FILES_MAX) {
        let mut verify = vec!["verify", "--key", key, "--format", "jsonl"];
        verify.extend(some.iter().map(String::as_str));
        let judged = noroshi(&verify);
        assert!(judged.status.success(), "{}", said(&judged));
    }
}

/// The receipt of everything that was acknowledged, once it is included.
pub(crate) async fn receipts(hub: &Serving, token: &str, sent: &[String], folder: &Path) -> Vec<String> {
    let begun = instant();
    let mut files = Vec::new();
    for id in sent {
        let text = loop {
            let answer = hub.get(token, &format!("/api/v1/submissions/{id}/log-receipt")).await;
            if answer.headers().get("noroshi-log").is_some_and(|state| state == "included") {
                break answer.text().await.unwrap();
            }
            assert!(begun.elapsed() < SETTLE, "{id} has no receipt");
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        let path = folder.join(format!("{id}.tlog-proof"));
        std::fs::write(&path, text).unwrap();
        files.push(path.to_str().unwrap().to_owned());
    }
    files
}
