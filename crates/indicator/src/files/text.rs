//! Plain lists: one value a line, with comments.

use super::{Listed, Problem, Reading, code, shown};
use crate::{Indicator, Kind, find, parse};

/// Reads one value a line. `#`, `;` and `//` begin a comment; a line of `0.0.0.0 name` is a hosts file's, `*.` and `.`
/// before a name mean the name; a line of prose gives what the finder finds in it.
pub fn read_text(file: &str) -> (Vec<Listed>, Vec<Problem>) {
    let mut reading = Reading::default();
    for (at, line) in file.trim_start_matches('\u{feff}').lines().enumerate() {
        read_line(&mut reading, at + 1, line);
    }
    reading.finish()
}

fn read_line(reading: &mut Reading, number: usize, line: &str) {
    let line = line.trim();
    if line.is_empty() || line.starts_with(['#', ';', '!']) || line.starts_with("//") {
        return;
    }
    let (value, comment) = match line.split_once(" #").or_else(|| line.split_once("\t#")) {
        Some((value, comment)) => (value.trim(), comment.trim()),
        None => (line, ""),
    };
    let mut words = value.split_whitespace();
    let value = match (words.next(), words.next(), words.next()) {
        (Some("0.0.0.0" | "127.0.0.1" | "::1"), Some(name), None) => name,
        _ => value,
    };
    let name = value.trim_start_matches("*.").trim_start_matches('.');
    let parsed = if value.contains(char::is_whitespace) { None } else { parse(name) };
    let listed = |indicator: Indicator| Listed {
        indicator,
        labels: Vec::new(),
        comment: comment.to_owned(),
        line: number,
    };
    // A list of names is believed to hold names: a file's ending that is a top-level domain too decides nothing here.
    let parsed = match parsed {
        Some(found) if found.kind() == Kind::FileName => Indicator::new(Kind::Domain, name)
            .ok()
            .filter(|domain| crate::suffix::has_known_tld(domain.value()))
            .or(Some(found)),
        other => other,
    };
    if let Some(indicator) = parsed {
        reading.listed(listed(indicator));
        return;
    }
    let finds = find(value);
    if finds.is_empty() {
        reading.problem(number, code::NONE_IN_LINE, "no indicator in: {}", [shown(value)]);
    }
    for found in finds {
        reading.listed(listed(found.indicator));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, expected: &[&str], problems: usize) {
        let (listed, found) = read_text(file);
        let listed: Vec<String> =
            listed.iter().map(|one| format!("{} {}", one.line, one.indicator)).collect();
        assert_eq!(listed, expected, "{file}");
        assert_eq!(found.len(), problems, "{found:?}");
    }

    #[test]
    fn lists() {
        check(
            "# comment\nevil[.]example\n\n192.0.2.1 # c2\n",
            &["2 domain:evil.example", "4 ipv4:192.0.2.1"],
            0,
        );
        check(
            "0.0.0.0 evil.example\n*.bad.example\n.worse.example",
            &["1 domain:evil.example", "2 domain:bad.example", "3 domain:worse.example"],
            0,
        );
        check(
            "see hxxp://evil[.]example/a and 192.0.2.2",
            &["1 url:http://evil.example/a", "1 ipv4:192.0.2.2"],
            0,
        );
        check("hello\n\u{0}\nevil.example", &["3 domain:evil.example"], 2);
    }
}
