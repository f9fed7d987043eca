//! What malware leaves on a machine: names, paths, registry keys, mutexes, the name it gives itself.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::Fault;

/// The longest path that Windows opens (32,767 UTF-16 units); Unix systems stop far earlier.
const PATH_CHARS_MAX: usize = 32_767;
/// The longest file name of the usual file systems, in characters.
const NAME_CHARS_MAX: usize = 255;

/// The last part of a path, NFC and lower case: Windows does not tell cases apart, and a name alone has no system.
pub fn file_name(written: &str) -> Result<String, Fault> {
    let written = composed(written);
    let name = written.rsplit(['\\', '/']).next().unwrap_or(&written);
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`'));
    if name.is_empty() || name == "." || name == ".." {
        return Err(Fault::Empty);
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(Fault::TooLong);
    }
    if name.chars().any(|c| c.is_control() || "<>:\"|?*".contains(c)) {
        return Err(Fault::WrongForm);
    }
    Ok(lower(name))
}

/// In NFC, before anything is cut off: a letter such as U+1FEF becomes a quotation mark by it.
fn composed(written: &str) -> Cow<'_, str> {
    if written.is_ascii() { Cow::Borrowed(written) } else { Cow::Owned(written.nfc().collect()) }
}

/// Lower case in NFC: some lower-case letters compose with what follows them.
fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfc().collect::<String>().to_lowercase().nfc().collect()
}

/// NFC. Paths of Windows (drive, share, `%VARIABLE%` or a backslash) in lower case with backslashes; others keep case.
pub fn file_path(written: &str) -> Result<String, Fault> {
    let written = composed(written);
    let path = written.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '`'));
    if path.chars().count() > PATH_CHARS_MAX {
        return Err(Fault::TooLong);
    }
    if path.chars().any(char::is_control) || !path.contains(['\\', '/']) {
        return Err(Fault::WrongForm);
    }
    let bytes = path.as_bytes();
    let drive = bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':';
    if drive || path.contains('\\') || path.starts_with('%') {
        Ok(lower(&single_backslashes(&path.replace('/', "\\"))))
    } else {
        Ok(path.to_owned())
    }
}

/// Source text and JSON write each backslash twice; the two before a server's name stay two.
fn single_backslashes(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let rest = match path.strip_prefix(r"\\") {
        Some(rest) => {
            out.push_str(r"\\");
            rest.trim_start_matches('\\')
        }
        None => path,
    };
    for letter in rest.chars() {
        if !(letter == '\\' && out.ends_with('\\')) {
            out.push(letter);
        }
    }
    out
}

/// The hive's long name in upper case, then the key in lower case with single backslashes.
pub fn registry_key(written: &str) -> Result<String, Fault> {
    if written.chars().count() > PATH_CHARS_MAX {
        return Err(Fault::TooLong);
    }
    if written.chars().any(char::is_control) {
        return Err(Fault::WrongForm);
    }
    let written = composed(written);
    let edge = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | '"' | '`' | '\'' | '\\');
    let inner = written.trim_matches(edge);
    let inner =
        inner.strip_prefix("REGISTRY\\").or_else(|| inner.strip_prefix("Computer\\")).unwrap_or(inner);
    let mut parts = inner.split('\\').filter(|part| !part.is_empty());
    let hive = parts.next().ok_or(Fault::WrongForm)?.trim_end_matches(':');
    let long = HIVES
        .iter()
        .find(|(short, long)| short.eq_ignore_ascii_case(hive) || long.eq_ignore_ascii_case(hive))
        .map(|(_, long)| *long)
        .ok_or(Fault::WrongForm)?;
    let mut out = String::from(long);
    for part in parts {
        out.push('\\');
        out.push_str(&lower(part));
    }
    if out.len() == long.len() { Err(Fault::WrongForm) } else { Ok(out) }
}

/// The short and long names of the registry's roots.
const HIVES: &[(&str, &str)] = &[
    ("HKLM", "HKEY_LOCAL_MACHINE"),
    ("HKCU", "HKEY_CURRENT_USER"),
    ("HKCR", "HKEY_CLASSES_ROOT"),
    ("HKU", "HKEY_USERS"),
    ("HKCC", "HKEY_CURRENT_CONFIG"),
];

/// The name as it is, trimmed: mutex names keep their case.
pub fn mutex(written: &str) -> Result<String, Fault> {
    named(written)
}

/// White space runs become one space; the rest stays, because clients are told apart by a single letter.
pub fn user_agent(written: &str) -> Result<String, Fault> {
    /// Servers cut header lines at 8 KiB.
    const USER_AGENT_BYTES_MAX: usize = 8192;
    if written.len() > USER_AGENT_BYTES_MAX {
        return Err(Fault::TooLong);
    }
    named(&written.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn named(written: &str) -> Result<String, Fault> {
    let name = written.trim();
    if name.is_empty() {
        return Err(Fault::Empty);
    }
    if name.chars().count() > PATH_CHARS_MAX {
        return Err(Fault::TooLong);
    }
    if name.chars().any(char::is_control) { Err(Fault::WrongForm) } else { Ok(name.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn names() {
        check(file_name, r"C:\Temp\Invoice.EXE", Ok("invoice.exe"));
        check(file_name, "見積書.XLSM", Ok("見積書.xlsm"));
        check(file_name, "/tmp/", Err(Fault::Empty));
        check(file_name, "a|b.exe", Err(Fault::WrongForm));
        check(file_name, &"a".repeat(256), Err(Fault::TooLong));
    }

    #[test]
    fn paths() {
        check(file_path, r"%APPDATA%\Evil\A.dll", Ok(r"%appdata%\evil\a.dll"));
        check(file_path, "C:/Temp/A.exe", Ok(r"c:\temp\a.exe"));
        check(file_path, "/usr/bin/Evil", Ok("/usr/bin/Evil"));
        check(file_path, "evil", Err(Fault::WrongForm));
        // NFC makes a quotation mark of this letter, which is cut off like any other
        check(file_path, "C:\\a\u{1fef}", Ok(r"c:\a"));
        check(file_name, "a.exe\u{1fef}", Ok("a.exe"));
    }

    #[test]
    fn keys() {
        let run = r"HKEY_CURRENT_USER\software\microsoft\windows\currentversion\run";
        check(registry_key, r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run", Ok(run));
        check(
            registry_key,
            r"[HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\]",
            Ok(run),
        );
        check(registry_key, r"HKLM:\System", Ok(r"HKEY_LOCAL_MACHINE\system"));
        check(registry_key, "HKLM", Err(Fault::WrongForm));
        check(registry_key, r"C:\Windows", Err(Fault::WrongForm));
    }

    #[test]
    fn free_names() {
        check(mutex, r" Global\Evil-1 ", Ok(r"Global\Evil-1"));
        check(mutex, "  ", Err(Fault::Empty));
        check(user_agent, "Mozilla/4.0  (evil;\t1)", Ok("Mozilla/4.0 (evil; 1)"));
        check(user_agent, &"a".repeat(9000), Err(Fault::TooLong));
    }
}
