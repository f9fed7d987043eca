//! Indicator files of every form to entries of a set.
//!
//! `kind<TAB>value` lists are read here, in the pace that a million lines need; CSV, MISP and plain lists by `indicator`,
//! STIX by `sweep::bundle`.

use indicator::{Indicator, Kind, files};
use sweep::{Entry, SetBuilder, bundle};

pub use sweep::bundle::{PART_OF_PATTERN, Problem};

/// Adds all indicators of a file to `builder`. Returns how many there were and what could not be read.
pub fn add(bytes: &[u8], builder: &mut SetBuilder) -> (usize, Vec<Problem>) {
    let text = mail::decode_text(bytes);
    if is_kind_list(&text) {
        return kind_list(&text, builder);
    }
    let bytes = text.as_bytes();
    let (listed, problems) = match files::sniff(bytes) {
        files::Format::StixJson => return bundle::add(bytes, None, &[], builder),
        files::Format::MispJson => files::read_misp(bytes),
        files::Format::Csv => files::read_csv(bytes),
        files::Format::Text => files::read_text(&text),
    };
    let count = listed.len();
    for one in listed {
        builder.add(Entry::listed(one.indicator, one.labels, None));
    }
    (count, problems.into_iter().map(Problem::from).collect())
}

/// Adds the indicators of one warning's STIX bundle: its item is theirs, and each gets `labels` beside its own.
pub fn add_item(
    bytes: &[u8],
    item: &str,
    labels: &[String],
    builder: &mut SetBuilder,
) -> (usize, Vec<Problem>) {
    bundle::add(bytes, Some(item), labels, builder)
}

/// The files of a MISP feed, as its manifest names them; `None` where the bytes are no manifest. The names are UUIDs, so that
/// none of them leads out of the feed's folder.
pub fn feed(manifest: &[u8]) -> Option<Vec<String>> {
    let events: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(manifest).ok()?;
    let is_event = |name: &String| uuid::Uuid::try_parse(name).is_ok();
    let named = !events.is_empty() && events.keys().all(is_event);
    named.then(|| events.keys().map(|name| format!("{name}.json")).collect())
}

/// Whether the first line with content is `kind<TAB>value`.
fn is_kind_list(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    first.and_then(|line| line.split_once('\t')).is_some_and(|(kind, value)| kind_of(kind, value).is_some())
}

/// The kind of a name in a list; `hash` is told by its length.
fn kind_of(name: &str, value: &str) -> Option<Kind> {
    let name = name.trim();
    match (name, value.trim().len()) {
        ("hash", 32) => Some(Kind::Md5),
        ("hash", 40) => Some(Kind::Sha1),
        ("hash", 64) => Some(Kind::Sha256),
        ("hash", 128) => Some(Kind::Sha512),
        ("ip", _) if value.contains(':') => Some(Kind::Ipv6),
        ("ip", _) => Some(Kind::Ipv4),
        ("cidr", _) if value.contains(':') => Some(Kind::Cidr6),
        ("cidr", _) => Some(Kind::Cidr4),
        _ => name.parse().ok(),
    }
}

fn kind_list(text: &str, builder: &mut SetBuilder) -> (usize, Vec<Problem>) {
    let (mut count, mut problems) = (0, Vec::new());
    let mut kinds = Kinds::default();
    let (mut at, mut number) = (0, 0);
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |feed| at + feed);
        let line = &text[at..end];
        (at, number) = (end + 1, number + 1);
        if !line.starts_with(|first: char| first.is_ascii_alphanumeric())
            && (line.trim().is_empty() || line.trim_start().starts_with('#'))
        {
            continue;
        }
        let mut problem = |text: String| problems.push(Problem { line: number, text });
        let Some(tab) = memchr::memchr(b'\t', line.as_bytes()) else {
            problem("no tab between kind and value".to_owned());
            continue;
        };
        let (name, rest) = (&line[..tab], &line[tab + 1..]);
        let value = rest[..memchr::memchr(b'\t', rest.as_bytes()).unwrap_or(rest.len())].trim();
        match kinds.of(name, value).map(|kind| Indicator::new(kind, value)) {
            None => problem(format!("unknown kind {name:?}")),
            Some(Err(fault)) => problem(format!("{value:?}: {fault}")),
            Some(Ok(indicator)) => {
                count += 1;
                builder.add(Entry::listed(indicator, Vec::new(), None));
            }
        }
    }
    (count, problems)
}

/// The kinds' names that a list has used so far: a few, each a million times.
#[derive(Default)]
struct Kinds<'t>(Vec<(&'t str, Kind)>);

impl<'t> Kinds<'t> {
    fn of(&mut self, name: &'t str, value: &str) -> Option<Kind> {
        if let Some((_, kind)) = self.0.iter().find(|(known, _)| *known == name) {
            return Some(*kind);
        }
        let kind = kind_of(name, value)?;
        // Only a name that says all by itself is kept; `hash` and the like are told by the value.
        if name == kind.as_str() {
            self.0.push((name, kind));
        }
        Some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_name_events() {
        let check = |manifest: &str, expected: Option<&[&str]>| {
            let expected = expected.map(|names| names.iter().map(ToString::to_string).collect());
            assert_eq!(feed(manifest.as_bytes()), expected, "{manifest}");
        };
        let one = "5c1eddd7-d16c-4f8c-9bd5-0a2b950d210f";
        check(&format!(r#"{{"{one}": {{"info": "x"}}}}"#), Some(&[&format!("{one}.json")]));
        check("{}", None);
        check(r#"{"Event": {}}"#, None);
        check(r#"{"../../etc/passwd": {}}"#, None);
        check("domain\tevil.example", None);
    }
}
