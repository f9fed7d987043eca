//! STIX patterns: which of the values that one asks for warn by themselves.
//!
//! What a pattern asks for alone, or as one of several that each suffice, is an indicator. What it asks for only together with
//! something else is none: the author tied a common name, a shared host or a port to a second condition because alone it hits the
//! innocent. A digest is the exception, since it names one file whatever else is asked. So of `file name AND digest` the digest leaves,
//! the name waits for a person, and what no constructor knows (sizes, ports, `LIKE`) stays.

use indicator::{Indicator, Kind};
use model::stix_map;
use stix::pattern::{Comparison, Expr, Literal, Op, PropTest, Test, parse};

/// What a pattern holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Warn by themselves.
    pub(crate) alone: Vec<Indicator>,
    /// Were asked for only together with something else.
    pub(crate) tied: Vec<Indicator>,
    /// Tests that are no indicator, as written in the pattern.
    pub(crate) stays: Vec<String>,
}

/// Takes a pattern apart; one that cannot be read stays whole.
pub(crate) fn read(pattern: &str) -> Parts {
    let mut parts = Parts::default();
    match parse(pattern) {
        Ok(tree) => expression(&tree.expr, true, &mut parts),
        Err(_) => parts.stays.push(pattern.to_owned()),
    }
    parts
}

fn expression(expr: &Expr, alone: bool, parts: &mut Parts) {
    match expr {
        Expr::Test(one) => comparison(one, alone, parts),
        Expr::Or(any) => any.iter().for_each(|one| expression(one, alone, parts)),
        Expr::And(all) | Expr::FollowedBy(all) => all.iter().for_each(|one| expression(one, false, parts)),
        // how often or when is a condition too
        Expr::Qualified(inner, _) => expression(inner, false, parts),
    }
}

fn comparison(one: &Comparison, alone: bool, parts: &mut Parts) {
    match one {
        Comparison::Prop(test) => property(test, alone, parts),
        Comparison::Or(any) => any.iter().for_each(|one| comparison(one, alone, parts)),
        Comparison::And(all) => all.iter().for_each(|one| comparison(one, false, parts)),
    }
}

fn property(test: &PropTest, alone: bool, parts: &mut Parts) {
    let each: Vec<Test> = match &test.test {
        Test::In(items) => items.iter().map(|item| Test::Compare(Op::Equal, item.clone())).collect(),
        other => vec![other.clone()],
    };
    for one in each {
        let equal = matches!(one, Test::Compare(Op::Equal, Literal::Text(_)) | Test::IsSubset(_));
        let one = PropTest { test: one, ..test.clone() };
        let found = (equal && !test.negated).then(|| stix_map::from_pattern(&format!("[{one}]"))).flatten();
        match found {
            Some(value) if alone || is_digest(value.kind()) => parts.alone.push(value),
            Some(value) => parts.tied.push(value),
            None => parts.stays.push(one.to_string()),
        }
    }
}

fn is_digest(kind: Kind) -> bool {
    matches!(kind, Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, alone: &[&str], tied: &[&str], stays: &[&str]) {
        let parts = read(pattern);
        let shown = |list: &[Indicator]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(shown(&parts.alone), alone, "{pattern}");
        assert_eq!(shown(&parts.tied), tied, "{pattern}");
        assert_eq!(parts.stays, stays, "{pattern}");
    }

    const MD5: &str = "00112233445566778899aabbccddeeff";
    const SHA1: &str = "00112233445566778899aabbccddeeff00112233";

    #[test]
    fn what_suffices_alone() {
        check("[domain-name:value = 'evil.example']", &["domain:evil.example"], &[], &[]);
        check(
            "[domain-name:value = 'a.example' OR url:value = 'http://b.example/'] OR [ipv4-addr:value = '198.51.100.7']",
            &["domain:a.example", "url:http://b.example/", "ipv4:198.51.100.7"],
            &[],
            &[],
        );
        check(
            "[domain-name:value IN ('a.example', 'b.example')]",
            &["domain:a.example", "domain:b.example"],
            &[],
            &[],
        );
        check("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", &["cidr4:198.51.100.0/24"], &[], &[]);
    }

    #[test]
    fn of_a_conjunction_only_digests() {
        check(
            &format!("[file:name = 'invoice.docx' AND file:hashes.MD5 = '{MD5}' AND file:size = 7]"),
            &[&format!("md5:{MD5}")],
            &["file-name:invoice.docx"],
            &["file:size = 7"],
        );
        check(
            &format!("[file:hashes.MD5 = '{MD5}' AND file:hashes.'SHA-1' = '{SHA1}']"),
            &[&format!("md5:{MD5}"), &format!("sha1:{SHA1}")],
            &[],
            &[],
        );
        check(
            "[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port = 443]",
            &[],
            &["ipv4:198.51.100.7"],
            &["network-traffic:dst_port = 443"],
        );
        check(
            "[domain-name:value = 'a.example'] FOLLOWEDBY [url:value = 'http://b.example/']",
            &[],
            &["domain:a.example", "url:http://b.example/"],
            &[],
        );
        check("[domain-name:value = 'a.example'] REPEATS 5 TIMES", &[], &["domain:a.example"], &[]);
        check(
            "[(domain-name:value = 'a.example' OR domain-name:value = 'b.example') AND file:size = 7]",
            &[],
            &["domain:a.example", "domain:b.example"],
            &["file:size = 7"],
        );
    }

    #[test]
    fn what_is_no_value_stays() {
        check("[domain-name:value != 'a.example']", &[], &[], &["domain-name:value != 'a.example'"]);
        check("[domain-name:value NOT = 'a.example']", &[], &[], &["domain-name:value NOT = 'a.example'"]);
        check("[url:value LIKE '%evil%']", &[], &[], &["url:value LIKE '%evil%'"]);
        check("no pattern", &[], &[], &["no pattern"]);
    }
}
