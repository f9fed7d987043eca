//! Settings of a hub: flags, then `NOROSHI_*` (both by clap), then `DIR/noroshi.toml`, then what stands here.

use clap::Args;
use serde::Deserialize;
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

/// `DIR/noroshi.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct File {
    /// Where to listen.
    pub listen: Option<String>,
    /// The address under which people reach the hub, without a trailing slash.
    pub url: Option<String>,
    /// The hub's Japanese name.
    pub name_ja: Option<String>,
    /// The hub's English name.
    pub name_en: Option<String>,
    /// The key folder.
    pub keys: Option<PathBuf>,
    /// A PostgreSQL address.
    pub database: Option<String>,
    /// The fewest independent organisations of a sector that is named.
    pub sector_min: Option<usize>,
}

impl Place {
    /// The settings file of the data folder; an absent one is empty.
    pub fn file(&self) -> Result<File, String> {
        let path = self.data.join("noroshi.toml");
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|why| format!("{}: {why}", path.display())),
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
    /// The hub's settings.
    pub fn settings(&self, listen: &str) -> hub::Settings {
        let name = model::lang::Bilingual {
            ja: self.name_ja.clone().unwrap_or_else(|| "狼煙ハブ".to_owned()),
            en: self.name_en.clone().unwrap_or_else(|| "Noroshi hub".to_owned()),
        };
        hub::Settings {
            name,
            url: self.url.clone().unwrap_or_else(|| format!("http://{listen}")),
            sector_min: self.sector_min.unwrap_or(sharing::audience::SECTOR_MIN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_lie_beside_the_data() {
        assert_eq!(beside(Path::new("var/hub")), Path::new("var/hub.keys"));
    }

    #[test]
    fn a_setting_that_does_not_exist_is_named() {
        let why = toml::from_str::<File>("listn = \"x\"").unwrap_err().to_string();
        assert!(why.contains("listn"), "{why}");
    }
}
