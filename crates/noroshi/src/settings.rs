//! Settings of a hub: flags, then `NOROSHI_*` (both by clap), then `DIR/noroshi.toml`, then what stands here.

use clap::Args;
use hub::log::Beat;
use ipnet::IpNet;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Where a hub listens unless told otherwise.
pub const LISTEN: &str = "127.0.0.1:8440";

/// What every command on the machine itself needs: the data, the keys, the database.
#[derive(Clone, Debug, Args)]
pub struct Place {
    /// The data folder.
    #[arg(long, env = "NOROSHI_DATA", value_name = "DIR")]
    pub data: PathBuf,
    /// The key folder. Outside the data, so that a backup of the data opens nothing [default: DIR.keys].
    #[arg(long, env = "NOROSHI_KEYS", value_name = "DIR")]
    pub keys: Option<PathBuf>,
    /// A PostgreSQL address [default: the embedded database in DIR].
    #[arg(long, env = "NOROSHI_DATABASE", value_name = "postgres://…")]
    pub database: Option<String>,
}

/// The settings page, as it is shipped: every setting with its meaning and what holds without it.
pub const PAGE: &str = include_str!("../../../packaging/noroshi.toml");

/// `DIR/noroshi.toml`: see [`PAGE`] for what each line means.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default, deny_unknown_fields)]
pub struct File {
    pub listen: Option<String>,
    pub url: Option<String>,
    pub tls_certificate: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    pub trusted_proxies: Option<Vec<Network>>,
    pub name_ja: Option<String>,
    pub name_en: Option<String>,
    pub keys: Option<PathBuf>,
    pub database: Option<String>,
    pub database_connections: Option<u32>,
    pub requests_per_minute_token: Option<u32>,
    pub requests_per_minute_organisation: Option<u32>,
    pub requests_per_minute_address: Option<u32>,
    pub submissions_per_day: Option<u32>,
    pub submission_mebibytes_per_day: Option<u32>,
    pub keep_submissions_days: Option<u32>,
    pub keep_disclosures_days: Option<u32>,
    pub keep_notices_days: Option<u32>,
    pub keep_idempotency_days: Option<u32>,
    pub keep_statuses_days: Option<u32>,
    pub keep_jobs_days: Option<u32>,
    pub metrics_listen: Option<String>,
    pub log_format: Option<LogFormat>,
    pub log: Option<String>,
    pub sector_min: Option<usize>,
    pub webhook_networks: Option<Vec<Network>>,
    pub tlog_origin: Option<String>,
    pub tlog_beat: Option<Pace>,
    pub tlog_policy: Option<PathBuf>,
    pub tlog_stamp: Option<String>,
    /// Mail, out and in.
    pub mail: Option<crate::post::MailFile>,
    /// A mailbox elsewhere.
    pub imap: Option<crate::mailbox::ImapFile>,
    /// What `tlog_policy` says, once read.
    #[serde(skip)]
    policy: Option<tlog::Policy>,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// A network such as `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(try_from = "String")]
#[cfg_attr(test, serde(into = "String"))]
pub struct Network(IpNet);

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let one = text.parse::<IpAddr>().map(IpNet::from);
        let net = one.or_else(|_| text.parse());
        net.map(Self).map_err(|_| format!("`{text}` is no address and no network like 10.0.0.0/8"))
    }
}

#[cfg(test)]
impl From<Network> for String {
    fn from(net: Network) -> Self {
        net.0.to_string()
    }
}

fn networks(set: Option<&Vec<Network>>) -> Vec<IpNet> {
    set.into_iter().flatten().map(|net| net.0).collect()
}

/// How fast the log grows: `LEAVES/SECONDS`, e.g. `8/60`, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Pace(Beat);

#[cfg(test)]
impl serde::Serialize for Pace {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Beat::Every { leaves, seconds } => out.collect_str(&format_args!("{leaves}/{seconds}")),
            Beat::Off => out.serialize_str("off"),
        }
    }
}

impl TryFrom<String> for Pace {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("tlog_beat: `{text}` is neither LEAVES/SECONDS, such as 8/60, nor `off`");
        if text == "off" {
            return Ok(Self(Beat::Off));
        }
        let (leaves, seconds) = text.split_once('/').ok_or_else(wrong)?;
        let number =
            |text: &str| text.parse::<u32>().ok().filter(|n| (1..=BEAT_MAX).contains(n)).ok_or_else(wrong);
        Ok(Self(Beat::Every { leaves: number(leaves)?, seconds: number(seconds)? }))
    }
}

/// The most leaves of a beat, and the longest period in seconds: an hour, in which 3,600 acts have room.
const BEAT_MAX: u32 = 3600;

impl Place {
    /// The settings file of the data folder; an absent one is empty.
    pub fn file(&self) -> Result<File, String> {
        let path = self.data.join("noroshi.toml");
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let mut file: File =
                    toml::from_str(&text).map_err(|why| format!("{}: {why}", path.display()))?;
                if let Some(policy) = &file.tlog_policy {
                    file.policy = Some(crate::cmd::trust::read_policy(&self.data.join(policy))?);
                }
                Ok(file)
            }
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(File::default()),
            Err(why) => Err(format!("{}: {why}", path.display())),
        }
    }

    /// Where data, keys and database lie.
    pub fn location(&self, file: &File) -> store::Where {
        let keys = self.keys.clone().or_else(|| file.keys.clone()).unwrap_or_else(|| beside(&self.data));
        store::Where {
            data: self.data.clone(),
            keys,
            postgres: self.database.clone().or_else(|| file.database.clone()),
            connections: file.database_connections.unwrap_or(store::CONNECTIONS),
        }
    }
}

/// `DIR.keys` beside `DIR`.
fn beside(data: &Path) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(".keys");
    data.with_file_name(name)
}

impl File {
    /// The hub's settings. `listen` is the address it listens on.
    pub fn settings(&self, listen: &str) -> hub::Settings {
        let name = model::lang::Bilingual {
            ja: self.name_ja.clone().unwrap_or_else(|| "狼煙ハブ".to_owned()),
            en: self.name_en.clone().unwrap_or_else(|| "Noroshi hub".to_owned()),
        };
        let scheme = if self.tls_certificate.is_some() { "https" } else { "http" };
        hub::Settings {
            name,
            url: self.url.clone().unwrap_or_else(|| format!("{scheme}://{listen}")),
            sector_min: self.sector_min.unwrap_or(sharing::audience::SECTOR_MIN),
            upkeep: hub::Upkeep { quota: self.quota(), retention: self.retention() },
            log: hub::log::LogSettings {
                origin: self.tlog_origin.clone(),
                beat: self.tlog_beat.map_or_else(Beat::default, |pace| pace.0),
                policy: self.policy.clone(),
                stamp_url: self.tlog_stamp.clone(),
            },
            webhook_networks: networks(self.webhook_networks.as_ref()),
        }
    }

    fn quota(&self) -> hub::Quota {
        let usual = hub::Quota::default();
        hub::Quota {
            submissions: self.submissions_per_day.map_or(usual.submissions, i64::from),
            bytes: self.submission_mebibytes_per_day.map_or(usual.bytes, |m| i64::from(m) << 20),
        }
    }

    fn retention(&self) -> hub::Retention {
        let usual = hub::Retention::default();
        let days = |set: Option<u32>, usual: i64| set.map_or(usual, i64::from);
        hub::Retention {
            submission_days: days(self.keep_submissions_days, usual.submission_days),
            disclosure_days: days(self.keep_disclosures_days, usual.disclosure_days),
            notice_days: days(self.keep_notices_days, usual.notice_days),
            idempotency_days: days(self.keep_idempotency_days, usual.idempotency_days),
            status_days: days(self.keep_statuses_days, usual.status_days),
            job_days: days(self.keep_jobs_days, usual.job_days),
        }
    }

    /// What stands before the faces.
    pub fn front(&self) -> server::Front {
        server::Front {
            trusted_proxies: networks(self.trusted_proxies.as_ref()),
            limits: server::Limits {
                token: self.requests_per_minute_token.unwrap_or(TOKEN_REQUESTS),
                organisation: self.requests_per_minute_organisation.unwrap_or(ORGANISATION_REQUESTS),
                address: self.requests_per_minute_address.unwrap_or(ADDRESS_REQUESTS),
            },
        }
    }

    /// Certificate and key, when both are named.
    pub fn certificate(&self) -> Result<Option<(PathBuf, PathBuf)>, String> {
        match (&self.tls_certificate, &self.tls_key) {
            (Some(certificate), Some(key)) => Ok(Some((certificate.clone(), key.clone()))),
            (None, None) => Ok(None),
            _ => Err("tls_certificate and tls_key go together: name both, or none".to_owned()),
        }
    }
}

/// A hundred a second by one program: no client needs it, a loop that went wrong exceeds it.
const TOKEN_REQUESTS: u32 = 6_000;
/// An organisation with several programs.
const ORGANISATION_REQUESTS: u32 = 12_000;
/// Three hundred organisations behind one proxy that nobody named.
const ADDRESS_REQUESTS: u32 = 60_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_lie_beside_the_data() {
        assert_eq!(beside(Path::new("var/hub")), Path::new("var/hub.keys"));
    }

    /// The page with the mark before each setting taken away.
    fn page_in_force() -> String {
        let is_setting =
            |line: &str| line.starts_with('#') && !line.starts_with("# ") && !line.starts_with("##");
        PAGE.lines()
            .map(|line| if is_setting(line) { &line[1..] } else { line })
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn the_page_as_shipped_sets_nothing() {
        let file: File = toml::from_str(PAGE).unwrap();
        let set = serde_json::to_value(&file).unwrap();
        assert!(set.as_object().unwrap().values().all(serde_json::Value::is_null), "{set}");
    }

    #[test]
    fn every_setting_stands_on_the_page_with_the_value_that_holds_without_it() {
        let file: File = toml::from_str(&page_in_force()).unwrap();
        let set = serde_json::to_value(&file).unwrap();
        for (name, value) in set.as_object().unwrap() {
            assert!(!value.is_null(), "{name} is not explained on the page");
        }
        let bare = File::default();
        assert_eq!(file.settings("x").upkeep, bare.settings("x").upkeep);
        assert_eq!(file.settings("x").name.en, bare.settings("x").name.en);
        assert_eq!(file.settings("x").sector_min, bare.settings("x").sector_min);
        assert_eq!(file.front().limits, bare.front().limits);
        assert_eq!(file.listen.as_deref(), Some(LISTEN));
        assert_eq!(file.database_connections, Some(store::CONNECTIONS));
    }

    #[test]
    fn a_certificate_needs_its_key() {
        let file: File = toml::from_str("tls_certificate = \"c.pem\"").unwrap();
        assert!(file.certificate().unwrap_err().contains("go together"));
    }

    #[test]
    fn a_setting_that_does_not_exist_is_named() {
        let why = toml::from_str::<File>("listn = \"x\"").unwrap_err().to_string();
        assert!(why.contains("listn"), "{why}");
    }

    #[track_caller]
    fn check(beat: &str, expected: Option<Beat>) {
        let file = toml::from_str::<File>(&format!("tlog_beat = \"{beat}\"")).ok();
        assert_eq!(file.map(|file| file.settings("x").log.beat), expected, "{beat}");
    }

    #[test]
    fn paces() {
        check("8/60", Some(Beat::Every { leaves: 8, seconds: 60 }));
        check("off", Some(Beat::Off));
        for wrong in ["", "8", "0/60", "8/0", "8/60s", "9999/60"] {
            check(wrong, None);
        }
    }
}
