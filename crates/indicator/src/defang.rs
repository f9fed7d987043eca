//! Indicators written so that no mail program or chat makes a link of them.

/// The value with its scheme and its dots broken. Digests and names without them stay as they are.
#[must_use]
pub fn defang(value: &str) -> String {
    let (scheme, rest) = match value.split_once("://") {
        Some((scheme, rest)) => (format!("{}://", scheme.replacen("tt", "xx", 1)), rest),
        None => (String::new(), value),
    };
    let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_end);
    format!("{scheme}{}{path}", host.replace('.', "[.]").replace('@', "[@]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: &str) {
        assert_eq!(defang(value), expected);
    }

    #[test]
    fn defanging() {
        check("https://evil.example/a.b?c=d.e", "hxxps://evil[.]example/a.b?c=d.e");
        check("ftp://evil.example", "ftp://evil[.]example");
        check("evil.example", "evil[.]example");
        check("192.0.2.7", "192[.]0[.]2[.]7");
        check("a@evil.example", "a[@]evil[.]example");
        check("d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e");
    }
}
