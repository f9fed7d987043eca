//! The regimes that this hub knows: those that ship, and the installation's own folder beside or in place of them.

use model::clock::Regime;
use model::clock::regime::REGIME_BYTES_MAX;
use model::clock::shipped::SHIPPED;
use std::collections::BTreeMap;
use std::path::Path;

/// The regimes by id.
#[derive(Clone, Debug, Default)]
pub struct Regimes {
    all: BTreeMap<String, Regime>,
    /// The files' texts, for evidence packs.
    texts: BTreeMap<String, String>,
}

/// A regime file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRegime {
    /// The file's name.
    pub file: String,
    /// The line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// The reason.
    pub reason: String,
}

impl std::fmt::Display for BadRegime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

impl Regimes {
    /// Those that ship. A test holds that each is without fault; one with a fault would be missing here and told in the log.
    #[must_use]
    pub fn shipped() -> Self {
        let mut out = Self::default();
        for (file, text) in SHIPPED {
            for fault in out.add(file, text).err().into_iter().flatten() {
                tracing::error!(%fault, "a regime that ships cannot be read");
            }
        }
        out
    }

    /// Those that ship and those of `folder`, which win over shipped ones of the same id. A folder that is not there adds nothing.
    ///
    /// # Errors
    /// Every fault of every file of the folder, with line and reason.
    pub fn with_folder(folder: &Path) -> Result<Self, Vec<BadRegime>> {
        let mut out = Self::shipped();
        let mut faults = Vec::new();
        for (file, text) in read_folder(folder)? {
            faults.extend(out.add(&file, &text).err().into_iter().flatten());
        }
        if faults.is_empty() { Ok(out) } else { Err(faults) }
    }

    /// Reads one file's text.
    ///
    /// # Errors
    /// Its faults.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), Vec<BadRegime>> {
        let bad = |line, reason| BadRegime { file: file.to_owned(), line, reason };
        let regime = Regime::parse(text)
            .map_err(|faults| faults.into_iter().map(|f| bad(f.line, f.reason)).collect::<Vec<_>>())?;
        if file.strip_suffix(".toml") != Some(regime.id.as_str()) {
            return Err(vec![bad(1, format!("the file is called `{}.toml` after its id", regime.id))]);
        }
        self.texts.insert(regime.id.clone(), text.to_owned());
        self.all.insert(regime.id.clone(), regime);
        Ok(())
    }

    /// One regime.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Regime> {
        self.all.get(id)
    }

    /// A regime's file, word for word.
    #[must_use]
    pub fn text(&self, id: &str) -> Option<&str> {
        self.texts.get(id).map(String::as_str)
    }

    /// All, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Regime> {
        self.all.values()
    }
}

/// The `.toml` files of a folder, by name.
fn read_folder(folder: &Path) -> Result<Vec<(String, String)>, Vec<BadRegime>> {
    let bad = |file: &Path, reason: String| {
        let file = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        vec![BadRegime { file, line: 0, reason }]
    };
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder).map_err(|why| bad(folder, why.to_string()))?;
    let mut out = Vec::new();
    for entry in entries {
        let path = entry.map_err(|why| bad(folder, why.to_string()))?.path();
        if path.extension().is_none_or(|ext| ext != "toml") {
            continue;
        }
        let size = path.metadata().map_err(|why| bad(&path, why.to_string()))?.len();
        if size > REGIME_BYTES_MAX as u64 {
            return Err(bad(&path, format!("larger than {REGIME_BYTES_MAX} bytes")));
        }
        let text = std::fs::read_to_string(&path).map_err(|why| bad(&path, why.to_string()))?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        out.push((name, text));
    }
    out.sort();
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_ship_are_there() {
        assert_eq!(Regimes::shipped().iter().count(), SHIPPED.len());
    }

    #[test]
    fn a_faulty_file_is_told_with_name_line_and_reason() {
        let mut regimes = Regimes::shipped();
        let text = SHIPPED[0].1.replace("Asia/Tokyo", "Asia/Edo");
        let told = regimes.add("acd-jp.toml", &text).unwrap_err();
        assert!(told[0].to_string().starts_with("acd-jp.toml:"), "{}", told[0]);
        assert!(told[0].line > 1 && told[0].reason.contains("Asia/Edo"), "{}", told[0]);
        let told = regimes.add("other.toml", SHIPPED[0].1).unwrap_err();
        assert_eq!(told[0].to_string(), "other.toml:1: the file is called `acd-jp.toml` after its id");
    }
}
