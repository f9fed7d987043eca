//! Public keys of a log as a command line gives them: written out, or in files as `noroshi log keys` prints them.

use sweep::signed::{KeyKind, VerifierKey};

/// All keys that these words name.
pub fn all(given: &[String]) -> Result<Vec<VerifierKey>, String> {
    let mut keys = Vec::new();
    for text in given {
        match one(text) {
            Ok(key) => keys.push(key),
            Err(why) => keys.extend(of_file(text, why)?),
        }
    }
    Ok(keys)
}

/// A key of a log.
pub fn one(text: &str) -> Result<VerifierKey, String> {
    let key = VerifierKey::parse(text).map_err(|why| format!("`{text}`: {why}"))?;
    if key.kind() == KeyKind::Log {
        Ok(key)
    } else {
        Err(format!("`{text}`: the key of a witness, not of a log"))
    }
}

/// The keys in a file. `why` is what is wrong when the words are read as a key.
fn of_file(path: &str, why: String) -> Result<Vec<VerifierKey>, String> {
    match std::fs::read_to_string(path) {
        Ok(lines) => lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(one).collect(),
        Err(_) if path.contains('+') => Err(why),
        Err(unread) => Err(format!("{why}; nor is it a file: {unread}")),
    }
}
