//! Whom a verifier believes: the log's keys, and a policy file of witnesses.

use clap::Args;
use std::path::{Path, PathBuf};
use tlog::{KeyKind, Policy, VerifierKey};

/// Keys and policy, from a source that is not the hub.
#[derive(Clone, Debug, Args)]
pub struct Trust {
    /// A public key of the log, `name+id+base64`, or a file with one a line; repeat for several epochs.
    // another id than the key folder's of `Place`, which stands beside it in some commands
    #[arg(id = "log_key", long = "key", env = "NOROSHI_LOG_KEY", value_name = "VKEY", value_delimiter = ' ')]
    keys: Vec<String>,
    /// A policy file (C2SP tlog-policy): witnesses, and how many are enough. Without it nobody but the log vouches for a time.
    #[arg(long, env = "NOROSHI_LOG_POLICY", value_name = "FILE")]
    policy: Option<PathBuf>,
}

impl Trust {
    /// The policy that both make.
    pub fn policy(&self) -> Result<Policy, String> {
        let mut keys = Vec::new();
        for text in &self.keys {
            keys.extend(keys_of(text)?);
        }
        let policy = match &self.policy {
            Some(path) => read_policy(path)?.with_logs(&keys),
            None => Policy::of_logs(&keys),
        };
        if policy.logs().is_empty() {
            return Err("whose log? give its key with --key, or a --policy that names it".to_owned());
        }
        Ok(policy)
    }
}

/// A key as it is written, or those of a file, as `noroshi log keys` prints them.
fn keys_of(text: &str) -> Result<Vec<VerifierKey>, String> {
    let why = match key(text) {
        Ok(key) => return Ok(vec![key]),
        Err(why) => why,
    };
    match std::fs::read_to_string(text) {
        Ok(lines) => lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(key).collect(),
        Err(_) if text.contains('+') => Err(why),
        Err(unread) => Err(format!("{why}; nor is it a file: {unread}")),
    }
}

/// A key of a log.
pub fn key(text: &str) -> Result<VerifierKey, String> {
    let key = VerifierKey::parse(text).map_err(|why| format!("`{text}`: {why}"))?;
    if key.kind() == KeyKind::Log {
        Ok(key)
    } else {
        Err(format!("`{text}`: the key of a witness, not of a log"))
    }
}

/// A policy file, or every fault in it.
pub fn read_policy(path: &Path) -> Result<Policy, String> {
    let bytes = std::fs::read(path).map_err(|why| format!("{}: {why}", path.display()))?;
    Policy::parse(&bytes).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|fault| format!("{}: {fault}", path.display())).collect();
        lines.join("\n")
    })
}
