//! Signing keys in files of their own: 32 random bytes in hex, made on first use, readable by their owner alone.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::world;

/// The seed in a file; a new one where there is no file.
pub fn seed(path: &Path) -> Result<[u8; 32], String> {
    let fault = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    if !path.exists() {
        let seed = world::random();
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|why| fault(&why))?;
        writeln!(file, "{}", print(&seed)).map_err(|why| fault(&why))?;
        return Ok(seed);
    }
    let text = fs::read_to_string(path).map_err(|why| fault(&why))?;
    parse(text.trim()).ok_or_else(|| fault(&"not a key: 64 hexadecimal digits are expected"))
}

/// A public key as given on a command line.
pub fn public(text: &str) -> Result<[u8; 32], String> {
    parse(text).ok_or_else(|| format!("{text:?} is no key: 64 hexadecimal digits are expected"))
}

/// A key as text.
pub fn print(key: &[u8; 32]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn parse(text: &str) -> Option<[u8; 32]> {
    let pairs = text.as_bytes().as_chunks::<2>().0;
    if text.len() != 64 {
        return None;
    }
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let made = seed(&path).unwrap();
        assert_eq!(seed(&path), Ok(made));
        assert_eq!(public(&print(&made)), Ok(made));
        assert!(public("12").is_err());
        assert!(public(&"zz".repeat(32)).is_err());
    }
}
