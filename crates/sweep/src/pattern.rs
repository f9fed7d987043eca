//! STIX patterns that ask for more than one value: evaluated only on lines where the value that anchors them was met.
//!
//! A line is read as the objects that its indicators are. Whether a pattern holds is `stix`'s to say; what a pattern asks
//! for that no line can tell (processes, times) does not hold, and the anchor's hit stays what it was.

use std::collections::HashMap;

use indicator::{Indicator, Kind};
use serde_json::{Map, Value, json};
use stix::pattern::{Matcher, Observed, parse};

/// Longest line that is read for a pattern; longer ones keep their anchor's hit.
const LINE_BYTES_MAX: usize = 64 * 1024;

/// Observations of one line at most; a pattern of more expressions than that is about more than a line.
const OBSERVATIONS_MAX: usize = 16;

/// The rule of a hit whose whole pattern holds on its line.
pub(crate) const RULE: &str = "pattern";

/// The patterns of a set, ready.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    /// Each with the number of observations that it may ask for.
    matchers: Vec<(Matcher, usize)>,
    of_entry: HashMap<u32, Vec<usize>>,
}

impl Patterns {
    /// Reads what [`write()`] wrote; what does not read or does not compile is no pattern.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut patterns = Self::default();
        for (text, entries) in texts(bytes) {
            let Some(matcher) = parse(&text).ok().and_then(|pattern| Matcher::new(&pattern).ok()) else {
                continue;
            };
            for entry in entries {
                patterns.of_entry.entry(entry).or_default().push(patterns.matchers.len());
            }
            // Expressions in brackets are each about an observation of its own; a line that tells all is all of them.
            let observations = text.matches('[').count().clamp(1, OBSERVATIONS_MAX);
            patterns.matchers.push((matcher, observations));
        }
        patterns
    }

    /// Whether an entry anchors some pattern.
    pub(crate) fn anchors(&self, entry: u32) -> bool {
        self.of_entry.contains_key(&entry)
    }

    /// Whether some pattern of the entry holds on the line.
    pub(crate) fn hold(&self, entry: u32, line: &[u8]) -> bool {
        if line.len() > LINE_BYTES_MAX {
            return false;
        }
        let observed = observed(&String::from_utf8_lossy(line));
        let of_entry = self.of_entry.get(&entry).into_iter().flatten();
        of_entry.filter_map(|at| self.matchers.get(*at)).any(|(matcher, count)| {
            matcher.find(&vec![observed.clone(); *count]).is_ok_and(|found| found.is_some())
        })
    }
}

/// The texts that [`write()`] wrote.
pub(crate) fn texts(bytes: &[u8]) -> Vec<(String, Vec<u32>)> {
    serde_json::from_slice(bytes).unwrap_or_default()
}

/// Patterns with the entries that anchor them, as bytes of a set; nothing for no patterns.
pub(crate) fn write(patterns: &[(String, Vec<u32>)]) -> Vec<u8> {
    if patterns.is_empty() { Vec::new() } else { json!(patterns).to_string().into_bytes() }
}

/// The objects that a line's indicators are.
fn observed(line: &str) -> Observed {
    let found = indicator::find(line);
    let mut objects: Vec<Value> = found.iter().filter_map(|one| plain(&one.indicator)).collect();
    let hashes: Map<String, Value> = found.iter().filter_map(|one| hash(&one.indicator)).collect();
    let names: Vec<&str> = found.iter().filter_map(|one| file_name(&one.indicator)).collect();
    // A line that names a file and a digest tells of one file.
    for name in names.iter().map(Some).chain(names.is_empty().then_some(None)) {
        let mut file = json!({"type": "file", "hashes": hashes});
        if let (Some(name), Some(file)) = (name, file.as_object_mut()) {
            file.insert("name".to_owned(), json!(name));
        }
        objects.push(file);
    }
    Observed::of_objects(objects, 0, 0)
}

fn plain(indicator: &Indicator) -> Option<Value> {
    let of = |type_: &str| Some(json!({"type": type_, "value": indicator.value()}));
    match indicator.kind() {
        Kind::Domain => of("domain-name"),
        Kind::Url => of("url"),
        Kind::Email => of("email-addr"),
        Kind::Ipv4 | Kind::Cidr4 => of("ipv4-addr"),
        Kind::Ipv6 | Kind::Cidr6 => of("ipv6-addr"),
        _ => None,
    }
}

/// The name of a file, also of one given with its path.
fn file_name(indicator: &Indicator) -> Option<&str> {
    match indicator.kind() {
        Kind::FileName => Some(indicator.value()),
        Kind::FilePath => indicator.value().rsplit(['/', '\\']).next(),
        _ => None,
    }
}

fn hash(indicator: &Indicator) -> Option<(String, Value)> {
    let name = match indicator.kind() {
        Kind::Md5 => "MD5",
        Kind::Sha1 => "SHA-1",
        Kind::Sha256 => "SHA-256",
        Kind::Sha512 => "SHA-512",
        _ => return None,
    };
    Some((name.to_owned(), json!(indicator.value())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, line: &str, expected: bool) {
        let patterns = Patterns::read(&write(&[(pattern.to_owned(), vec![3])]));
        assert!(patterns.anchors(3) && !patterns.anchors(4));
        assert_eq!(patterns.hold(3, line.as_bytes()), expected, "{pattern} on {line:?}");
    }

    #[test]
    fn a_pattern_holds_on_a_line_that_tells_all_of_it() {
        let both = "[domain-name:value = 'evil.example' AND ipv4-addr:value = '192.0.2.7']";
        let both_seen = "[domain-name:value = 'evil.example'] AND [ipv4-addr:value ISSUBSET '192.0.2.0/24']";
        check(both_seen, "query evil.example answer 192.0.2.7", true);
        check(both_seen, "query evil.example answer 192.0.3.7", false);
        check(both, "query evil.example", false);
        let file = "[file:name = 'a.exe' AND file:hashes.MD5 = '00112233445566778899aabbccddeeff']";
        check(file, "C:\\Temp\\a.exe 00112233445566778899aabbccddeeff", true);
        check(file, "C:\\Temp\\b.exe 00112233445566778899aabbccddeeff", false);
        check(
            "[url:value LIKE 'http://evil.example/%'] AND [ipv4-addr:value = '192.0.2.7']",
            "192.0.2.7 GET http://evil.example/x",
            true,
        );
        check("[process:pid = 7] AND [ipv4-addr:value = '192.0.2.7']", "pid 7 192.0.2.7", false);
    }

    #[test]
    fn what_does_not_read_is_no_pattern() {
        assert!(Patterns::read(b"").matchers.is_empty());
        assert!(Patterns::read(b"[[\"no pattern\",[1]]]").matchers.is_empty());
    }
}
