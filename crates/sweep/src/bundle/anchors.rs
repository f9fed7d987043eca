//! STIX patterns to the values that have to be seen for them to match: their anchors.
//!
//! A pattern that only asks for one of several values is those values. Of one that asks for more than one thing at once,
//! the most telling value is looked for, and its hits say that it is only a part.

use indicator::{Indicator, Kind};
use stix::pattern::{Comparison, Expr, Literal, Op, PropTest, Step, Test, parse};

/// Label of a value that is one part of a pattern which asks for more. A hit by the rule `pattern` is the whole of it.
pub const PART_OF_PATTERN: &str = "part-of-pattern";

/// Values one of which a pattern's match has to hold.
pub(crate) struct Anchors {
    pub(crate) values: Vec<Indicator>,
    /// Whether each value is a match by itself.
    pub(crate) whole: bool,
}

/// The anchors of a pattern; `None` where it has none, or is no pattern.
pub(crate) fn anchors(pattern: &str) -> Option<Anchors> {
    of_expr(&parse(pattern).ok()?.expr)
}

fn of_expr(expr: &Expr) -> Option<Anchors> {
    match expr {
        Expr::Test(comparison) => of_comparison(comparison),
        Expr::Or(parts) => any(parts.iter().map(of_expr)),
        Expr::And(parts) | Expr::FollowedBy(parts) => best(parts.iter().filter_map(of_expr)),
        Expr::Qualified(inner, _) => of_expr(inner).map(|anchors| Anchors { whole: false, ..anchors }),
    }
}

fn of_comparison(comparison: &Comparison) -> Option<Anchors> {
    match comparison {
        Comparison::Prop(test) => of_test(test),
        Comparison::Or(parts) => any(parts.iter().map(of_comparison)),
        Comparison::And(parts) => best(parts.iter().filter_map(of_comparison)),
    }
}

/// All of them, if each has anchors: a part without would match unseen.
fn any(parts: impl Iterator<Item = Option<Anchors>>) -> Option<Anchors> {
    let parts: Vec<Anchors> = parts.collect::<Option<_>>()?;
    let whole = parts.iter().all(|p| p.whole);
    Some(Anchors { values: parts.into_iter().flat_map(|p| p.values).collect(), whole })
}

/// The rarest of them.
fn best(parts: impl Iterator<Item = Anchors>) -> Option<Anchors> {
    let rank =
        |anchors: &Anchors| anchors.values.iter().map(|v| commonness(v.kind())).max().unwrap_or(u8::MAX);
    parts.min_by_key(rank).map(|anchors| Anchors { whole: false, ..anchors })
}

/// How easily a value of a kind is met by chance.
fn commonness(kind: Kind) -> u8 {
    match kind {
        Kind::Sha512 | Kind::Sha256 | Kind::Sha1 | Kind::Md5 => 0,
        Kind::Url | Kind::Email => 1,
        Kind::Domain => 2,
        Kind::Ipv4 | Kind::Ipv6 => 3,
        Kind::Cidr4 | Kind::Cidr6 => 4,
        _ => 5,
    }
}

fn of_test(test: &PropTest) -> Option<Anchors> {
    if test.negated {
        return None;
    }
    let texts: Vec<&str> = match &test.test {
        Test::Compare(Op::Equal, Literal::Text(text)) | Test::IsSubset(text) => vec![text],
        Test::In(literals) => literals
            .iter()
            .map(|literal| match literal {
                Literal::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect::<Option<_>>()?,
        _ => return None,
    };
    let values: Vec<Indicator> = texts.iter().map(|text| value(test, text)).collect::<Option<_>>()?;
    (!values.is_empty()).then_some(Anchors { values, whole: true })
}

/// What a property's value is.
fn value(test: &PropTest, text: &str) -> Option<Indicator> {
    let last = test.path.steps.iter().rev().find_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        _ => None,
    })?;
    let hashes = test.path.steps.iter().any(|step| matches!(step, Step::Key(key) if key == "hashes"));
    let kinds: &[Kind] = match (test.path.object_type.as_str(), last) {
        (_, _) if hashes => match text.len() {
            32 => &[Kind::Md5],
            40 => &[Kind::Sha1],
            64 => &[Kind::Sha256],
            128 => &[Kind::Sha512],
            _ => &[],
        },
        ("domain-name", "value") => &[Kind::Domain],
        ("url", "value") => &[Kind::Url],
        ("email-addr", "value") => &[Kind::Email],
        ("email-message", "value") => &[Kind::Email],
        ("ipv4-addr", "value") => &[Kind::Ipv4, Kind::Cidr4],
        ("ipv6-addr", "value") => &[Kind::Ipv6, Kind::Cidr6],
        ("network-traffic", "value") => &[Kind::Ipv4, Kind::Ipv6, Kind::Cidr4, Kind::Cidr6, Kind::Domain],
        ("file", "name") => &[Kind::FileName],
        _ => &[],
    };
    kinds.iter().find_map(|kind| Indicator::new(*kind, text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, expected: &[&str], whole: bool) {
        let found =
            anchors(pattern).map(|a| (a.values.iter().map(ToString::to_string).collect::<Vec<_>>(), a.whole));
        let expected = (!expected.is_empty())
            .then(|| (expected.iter().map(ToString::to_string).collect::<Vec<_>>(), whole));
        assert_eq!(found, expected, "{pattern}");
    }

    #[test]
    fn anchors_of_patterns() {
        check("[domain-name:value = 'evil.example']", &["domain:evil.example"], true);
        check(
            "[ipv4-addr:value = '192.0.2.1' OR ipv4-addr:value ISSUBSET '198.51.100.0/24']",
            &["ipv4:192.0.2.1", "cidr4:198.51.100.0/24"],
            true,
        );
        check(
            "[url:value IN ('http://evil.example/a', 'http://evil.example/b')]",
            &["url:http://evil.example/a", "url:http://evil.example/b"],
            true,
        );
        check(
            "[file:name = 'a.exe' AND file:hashes.MD5 = '00112233445566778899aabbccddeeff']",
            &["md5:00112233445566778899aabbccddeeff"],
            false,
        );
        check(
            "[domain-name:value = 'a.example'] FOLLOWEDBY [url:value = 'http://b.example/']",
            &["url:http://b.example/"],
            false,
        );
        check("[domain-name:value LIKE '%.example']", &[], true);
        check("[domain-name:value = 'a.example' OR process:pid = 7]", &[], true);
        check("[domain-name:value NOT = 'a.example']", &[], true);
    }
}
