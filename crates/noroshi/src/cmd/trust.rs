//! Whom a verifier believes: the log's keys, and a policy file of witnesses.

use crate::cmd::log_key;
use clap::Args;
use std::path::{Path, PathBuf};
use tlog::Policy;

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
        let keys = log_key::all(&self.keys)?;
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

/// A policy file, or every fault in it.
pub fn read_policy(path: &Path) -> Result<Policy, String> {
    let bytes = std::fs::read(path).map_err(|why| format!("{}: {why}", path.display()))?;
    Policy::parse(&bytes).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|fault| format!("{}: {fault}", path.display())).collect();
        lines.join("\n")
    })
}
