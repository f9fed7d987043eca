//! The member's own rules: what its agent may answer alone, what waits for a person, whom it alarms, how much it may use.
//!
//! A file in TOML; what is not named has a default that gives nothing away: "not seen" is answered alone, a hit waits.

use serde::Deserialize;
use std::path::PathBuf;

/// The rules of one agent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The hub's address.
    pub hub: String,
    /// The file that holds the API token.
    pub token_file: PathBuf,
    /// Logs to follow: files and folders.
    pub watch: Vec<PathBuf>,
    /// The folder of the journal and of the agent's own state.
    pub state: PathBuf,
    /// Machines whose logs these are: what an answer says was checked.
    #[serde(default = "one")]
    pub machines: u32,
    /// Answer "not seen" without a person.
    #[serde(default = "yes")]
    pub answer_not_seen: bool,
    /// Answer "seen" without a person.
    #[serde(default)]
    pub answer_seen: bool,
    /// Keep URLs in the journal, not their hosts alone: three times the work, and fewer looks into logs of hosts that are both good
    /// and bad.
    #[serde(default)]
    pub urls: bool,
    /// Days that the journal keeps.
    #[serde(default = "days")]
    pub keep_days: u16,
    /// Seconds between two looks at the hub.
    #[serde(default = "seconds")]
    pub every_seconds: u64,
    /// Where the page of its state is served: an address of this machine's own.
    #[serde(default)]
    pub page: Option<std::net::SocketAddr>,
    /// What it may use.
    #[serde(default)]
    pub limits: Limits,
    /// Whom it tells of a hit.
    #[serde(default)]
    pub alarms: Alarms,
}

/// What the agent may use of its machine.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Per cent of one core.
    pub cpu_percent: u8,
    /// Megabytes of log read a second.
    pub megabytes_per_second: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { cpu_percent: 25, megabytes_per_second: 50 }
    }
}

/// Where a hit is told.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Alarms {
    /// An address that takes JSON by POST.
    pub webhook: Option<String>,
    /// The socket of the system log, e.g. `/dev/log`.
    pub syslog: Option<PathBuf>,
    /// An address to which the machine's own `sendmail` delivers.
    pub mail: Option<String>,
}

fn one() -> u32 {
    1
}

fn yes() -> bool {
    true
}

fn days() -> u16 {
    400
}

fn seconds() -> u64 {
    5
}

impl Policy {
    /// Reads the file's text.
    ///
    /// # Errors
    /// What is wrong, with line and column.
    pub fn read(text: &str) -> Result<Self, String> {
        let policy: Self = toml::from_str(text).map_err(|why| why.to_string())?;
        if policy.page.is_some_and(|page| !page.ip().is_loopback()) {
            return Err("page: give an address of this machine's own, e.g. 127.0.0.1:8441".to_owned());
        }
        if !(1..=100).contains(&policy.limits.cpu_percent) || policy.limits.megabytes_per_second == 0 {
            return Err("limits: cpu_percent from 1 to 100, megabytes_per_second at least 1".to_owned());
        }
        Ok(policy)
    }
}

/// What looking for an item's indicators gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Everything could be looked for, and nothing was there.
    Nothing,
    /// Something was there, in this many lines.
    Hits(u64),
    /// The journal says perhaps, and the log of that day is gone.
    LogGone,
    /// None of it can be looked for in logs.
    NothingToLookFor,
}

/// What the agent does then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Answers "not seen".
    AnswerNotSeen,
    /// Answers "seen" and tells people.
    AnswerSeen,
    /// Tells people and waits for them.
    Alarm,
    /// Waits for a person; nothing is urgent.
    Wait,
}

/// Decides by the member's own rules.
#[must_use]
pub fn decide(found: Found, policy: &Policy) -> Act {
    match found {
        Found::Nothing if policy.answer_not_seen => Act::AnswerNotSeen,
        Found::Hits(_) if policy.answer_seen => Act::AnswerSeen,
        Found::Hits(_) | Found::LogGone => Act::Alarm,
        Found::Nothing | Found::NothingToLookFor => Act::Wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str =
        "hub = \"https://hub.example\"\ntoken_file = \"t\"\nwatch = [\"/var/log\"]\nstate = \"s\"\n";

    #[test]
    fn no_hit_is_answered_alone_unless_somebody_says_so() {
        let acts = |text: &str| {
            let policy = Policy::read(&format!("{LEAST}{text}")).unwrap();
            [Found::Nothing, Found::Hits(3), Found::LogGone, Found::NothingToLookFor]
                .map(|f| decide(f, &policy))
        };
        assert_eq!(acts(""), [Act::AnswerNotSeen, Act::Alarm, Act::Alarm, Act::Wait]);
        assert_eq!(acts("answer_seen = true"), [Act::AnswerNotSeen, Act::AnswerSeen, Act::Alarm, Act::Wait]);
        assert_eq!(acts("answer_not_seen = false"), [Act::Wait, Act::Alarm, Act::Alarm, Act::Wait]);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let fault = |text: &str| Policy::read(&format!("{LEAST}{text}")).err().unwrap_or_default();
        assert!(fault("answer_sen = true").contains("answer_sen"));
        assert!(fault("page = \"0.0.0.0:1\"").contains("this machine's own"));
        assert!(fault("[limits]\ncpu_percent = 0").contains("cpu_percent"));
        assert!(Policy::read("").unwrap_err().contains("hub"));
    }
}
