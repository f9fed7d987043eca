//! Keys of the registry of Windows: where they begin, and where they end.

use super::Found;
use super::path::{before_japanese, begins, extent, take, trimmed, window};
use crate::Kind;

/// The roots of the registry.
const HIVES: &[&str] = &["HKEY_", "HKLM", "HKCU", "HKCR", "HKU", "HKCC"];

/// What stands above the roots.
const MACHINES: &[&str] = &["Computer", "コンピューター", "コンピュータ", "REGISTRY"];

/// Where a key of the registry begins in a chunk: also behind a sign that names it, `Key=HKLM\…`.
pub(super) fn start(chunk: &str) -> Option<usize> {
    let bytes = chunk.as_bytes();
    let mut slash = memchr::memchr(b'\\', bytes)?;
    let mut root = None;
    // the registry's editor shows all keys under the machine
    if MACHINES.iter().any(|name| chunk[..slash].ends_with(name)) {
        root = Some(slash + 1);
        slash += 1 + memchr::memchr(b'\\', &bytes[slash + 1..])?;
    }
    let is_hive = |at: usize| {
        let name = &bytes[at..slash];
        let known = |hive: &&str| {
            name.get(..hive.len()).is_some_and(|head| head.eq_ignore_ascii_case(hive.as_bytes()))
        };
        HIVES.iter().any(known) && name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':'))
    };
    let named = |at: usize| at > 0 && matches!(bytes[at - 1], b'=' | b':' | b',' | b'(');
    memchr::memchr2_iter(b'H', b'h', &bytes[..slash])
        .find(|at| is_hive(*at) && (begins(chunk, *at) || named(*at) || root == Some(*at)))
}

/// Where another key of the registry begins in a line: what stands before it ends there.
pub(super) fn next_hive(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let begins = |at: &usize| {
        let hive = |hive: &&str| {
            let name = bytes.get(*at..*at + hive.len());
            name.is_some_and(|name| name.eq_ignore_ascii_case(hive.as_bytes()))
        };
        let name =
            || bytes[*at..].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':'));
        *at > 0
            && matches!(bytes[*at - 1], b' ' | b',' | b';' | b'(' | b'[')
            && HIVES.iter().any(hive)
            && bytes.get(*at + name().count()) == Some(&b'\\')
    };
    memchr::memchr2_iter(b'H', b'h', bytes).find(begins)
}

/// The key that a pair of quotation marks holds as a whole, with the blanks of its last name. `line` begins behind the first mark.
fn quoted_key<'t>(text: &'t str, start: usize, line: &'t str) -> Option<&'t str> {
    let close = match text[..start].chars().next_back()? {
        same @ ('"' | '\'' | '`') => same,
        '“' => '”',
        '‘' => '’',
        '「' => '」',
        _ => return None,
    };
    let key = match line.find(close) {
        Some(end) => &line[..end],
        None => text[start + line.len()..].starts_with(close).then_some(line)?,
    };
    (!key.contains(['=', ']', ','])).then_some(key)
}

/// Reads the key that begins at `start`. Returns the place behind it.
pub(super) fn read(text: &str, start: usize, found: &mut Found<'_>) -> Option<usize> {
    let line = window(text, start);
    if let Some(key) = quoted_key(text, start, line) {
        return take(text, start, key.len(), Kind::RegistryKey, "registry-key", found);
    }
    let line = line.split([']', '=']).next().unwrap_or(line);
    // The last key's name has no ending that would tell where it stops: it is taken up to the first space.
    let length = extent(line);
    let name = line[..length].rfind('\\').map_or(0, |at| at + 1);
    let length = name + trimmed(before_japanese(line[name..].split(' ').next().unwrap_or_default()));
    take(text, start, length, Kind::RegistryKey, "registry-key", found)
}
