//! Patterns from outside: parsing with columns, printing, normal form, matching, many at once.
#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

use proptest::prelude::*;
use serde_json::{Value, json};
use stix::Version;
use stix::pattern::{
    Comparison, Expr, Lang, Literal, MatchFault, Observed, Op, Path, Pattern, PatternSet, PropTest,
    Qualifier, Step, Test, explain, hints, matches, normal_form, parse, parse_edition, parse_strict,
};

fn check_text(input: &str, expected: Result<&str, usize>) {
    let read = parse_strict(input);
    let seen = read.as_ref().map(ToString::to_string).map_err(|fault| fault.column);
    assert_eq!(seen, expected.map(str::to_owned), "{input}");
}

#[test]
fn texts_and_columns() {
    check_text("[a-b:c='x']", Ok("[a-b:c = 'x']"));
    check_text(
        "[ipv4-addr:value<>'198.51.100.1' ] /* why */ // end",
        Ok("[ipv4-addr:value != '198.51.100.1']"),
    );
    check_text("[file:name LIKE 'it\\'s\\\\']", Ok("[file:name LIKE 'it\\'s\\\\']"));
    check_text("[x:y IN (1, 2.50, -3)] WITHIN 1.5 SECONDS", Ok("[x:y IN (1, 2.5, -3)] WITHIN 1.5 SECONDS"));
    check_text("[file:hashes.'SHA-256' NOT IN ('a')]", Ok("[file:hashes.'SHA-256' NOT IN ('a')]"));
    check_text("[NOT EXISTS file:name]", Ok("[NOT EXISTS file:name]"));
    check_text("([a:bc = 1] OR [a:bc = 2]) AND [a:bc = 3]", Ok("([a:bc = 1] OR [a:bc = 2]) AND [a:bc = 3]"));
    check_text("[a:bc = b'AQID' OR a:bc = h'0aFF']", Ok("[a:bc = b'AQID' OR a:bc = h'0aff']"));
    check_text("[file:size = ]", Err(14));
    check_text("[ファイル:name = 'x']", Err(2));
    check_text("[file:name = 'ウイルス' x]", Err(21));
    check_text("[file:name = 'x", Err(14));
    check_text("[file:name = 'x'", Err(17));
    check_text("[file:hashes.MD5 = 'f00']", Err(20));
    check_text("[a:bc = 1] REPEATS 2 TIMES REPEATS 3 TIMES", Err(28));
    check_text("[a:bc = 1] REPEATS 0 TIMES", Err(20));
    check_text("[a:bc = 1] WITHIN 0 SECONDS", Err(19));
    check_text("[a:bc = 1] WITHIN 0.0 SECONDS", Err(19));
    check_text("[a:AND = 1]", Err(4));
    check_text("[a:bc[*].LIKE = 1]", Err(10));
    check_text("[START:bc = 1]", Err(2));
    check_text("[a:'AND'.bc = true]", Ok("[a:'AND'.bc = true]"));
    check_text("[a:bc = t'2016-12-31T23:59:60Z']", Ok("[a:bc = t'2016-12-31T23:59:60Z']"));
    check_text("[a:bc > true]", Err(9));
    check_text("[a:bc = 99999999999999999999]", Err(9));
    check_text(&"(".repeat(10_000), Err(66));
    check_text("", Err(1));
}

#[test]
fn normal_forms() {
    let check = |one: &str, other: &str| {
        assert_eq!(
            normal_form(&parse(one).unwrap()),
            normal_form(&parse(other).unwrap()),
            "{one} and {other}"
        );
    };
    check("[b:yy = 2 AND (a:xx = 1 AND a:xx = 1)]", "[a:xx == 1.0 AND b:yy = 2]");
    check("[a:xx NOT = 1] OR [a:xx = 2]", "[a:xx = 2] OR [a:xx != 1]");
    check("[a:xx IN ('b', 'a', 'b')]", "[a:xx IN ('a', 'b')]");
    check("[a:xx IN ('b')]", "[a:xx = 'b']");
    check("[a:xx = b'AQID']", "[a:xx = h'010203']");
    let two = normal_form(&parse("[a:xx = 1] AND [a:xx = 1]").unwrap());
    assert_eq!(two.to_string(), "[a:xx = 1] AND [a:xx = 1]", "two observations are wanted");
}

fn seen(second: i64, objects: &[Value]) -> Observed {
    Observed::of_objects(objects.to_vec(), second * 1_000_000, second * 1_000_000)
}

fn check_match(pattern: &str, expected: Option<&[usize]>) {
    let observed = [
        seen(0, &[json!({"type": "domain-name", "value": "www.evil.example"})]),
        seen(
            10,
            &[
                json!({"type": "ipv4-addr", "value": "198.51.100.7"}),
                json!({"type": "url", "value": "http://evil.example/%20"}),
            ],
        ),
        seen(
            20,
            &[
                json!({"type": "network-traffic", "dst_ref": "ipv4-addr--1", "dst_port": 443}),
                json!({"type": "ipv4-addr", "id": "ipv4-addr--1", "value": "203.0.113.9"}),
            ],
        ),
        seen(30, &[json!({"type": "domain-name", "value": "www.evil.example"})]),
    ];
    let parsed = parse(pattern).unwrap();
    let found = matches(&parsed, &observed).unwrap();
    assert_eq!(found.as_ref().map(|found| found.observed.as_slice()), expected, "{pattern}");
    let (hits, faults) = PatternSet::new(&[parsed]).0.scan(&observed);
    assert_eq!(
        (hits.first().map(|hit| hit.matched.observed.as_slice()), faults),
        (expected, Vec::new()),
        "{pattern}"
    );
}

/// Times as plain strings are of STIX 2.0, and `EXISTS` of 2.1.
#[test]
fn each_edition_has_its_own_grammar() {
    let check = |text: &str, old: bool, new: bool| {
        let valid = |edition| parse_edition(text, edition).is_ok();
        assert_eq!((valid(Version::V20), valid(Version::V21)), (old, new), "{text}");
        assert!(parse(text).is_ok(), "{text}");
    };
    check("[a:bc = 1] START '2020-01-01T00:00:00Z' STOP '2021-01-01T00:00:00Z'", true, false);
    check("[a:bc = 1] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'", true, true);
    check("[EXISTS a:bc]", false, true);
    check("[NOT EXISTS a:bc]", false, true);
}

/// One bracket may ask much of one observation, but not without end.
#[test]
fn a_bracket_has_a_budget() {
    let many = |count: usize| -> Vec<Value> {
        (0..count).map(|i| json!({"type": if i % 2 == 0 { "a" } else { "b" }, "n": i})).collect()
    };
    let check = |pattern: &str, objects: Vec<Value>, expected: Result<bool, MatchFault>| {
        let parsed = parse(pattern).unwrap();
        let observed = [seen(0, &objects)];
        let found = matches(&parsed, &observed).map(|found| found.is_some());
        assert_eq!(found, expected, "{pattern:.80}");
        let (hits, faults) = PatternSet::new(&[parsed]).0.scan(&observed);
        assert_eq!((!hits.is_empty(), faults.len()), (expected == Ok(true), usize::from(expected.is_err())));
    };
    let all = |test: &str, times: usize| format!("[{}]", vec![test; times].join(" AND "));
    check(&all("a:n > -1", 100), many(20_000), Ok(true));
    check(&all("(a:n > -1 OR b:n > -1)", 9), many(20_000), Err(MatchFault::TooCostly));
    check(&all("(a:n > -1 OR b:n > -1)", 5), many(100), Ok(true));
    let refs: Vec<String> = (0..300).map(|i| format!("a--{i}")).collect();
    let fan = |i: usize| json!({"type": "a", "id": format!("a--{i}"), "n": i, "r_refs": refs});
    let fan: Vec<Value> = (0..300).map(fan).collect();
    check(&format!("[a:{}n = -1]", "r_refs[*].".repeat(6)), fan, Err(MatchFault::TooCostly));
    let words: Vec<String> = (0..9_000).map(|i| format!("'{i}'")).collect();
    let values: Vec<Value> = (0..20_000).map(|i| json!({"type": "a", "v": format!("z{i}")})).collect();
    check(&format!("[a:v IN ({})]", words.join(",")), values, Ok(false));
}

#[test]
fn matching() {
    check_match("[domain-name:value LIKE '%.evil.%']", Some(&[0]));
    check_match("[domain-name:value MATCHES '(?i)EVIL\\\\.EXAMPLE$']", Some(&[0]));
    check_match(
        "[network-traffic:dst_ref.value ISSUBSET '203.0.113.0/24' AND network-traffic:dst_port = 443]",
        Some(&[2]),
    );
    check_match("[network-traffic:dst_ref.value = '198.51.100.7']", None);
    check_match("[ipv4-addr:value = '198.51.100.7' AND url:value LIKE 'http:%']", Some(&[1]));
    check_match("[domain-name:value = 'www.evil.example'] REPEATS 2 TIMES WITHIN 30 SECONDS", Some(&[0, 3]));
    check_match("[domain-name:value = 'www.evil.example'] REPEATS 2 TIMES WITHIN 29 SECONDS", None);
    check_match(
        "[ipv4-addr:value = '203.0.113.9'] FOLLOWEDBY [domain-name:value LIKE 'www%']",
        Some(&[2, 3]),
    );
    check_match("[ipv4-addr:value = '203.0.113.9'] FOLLOWEDBY [url:value LIKE 'http%']", None);
    check_match("[NOT EXISTS network-traffic:src_ref]", Some(&[2]));
    check_match(
        "[domain-name:value = 'x'] OR ([url:value = 'y'] AND [ipv4-addr:value = '198.51.100.7'])",
        None,
    );
}

#[test]
fn a_pattern_cannot_burn_the_cpu() {
    let many: Vec<Observed> =
        (0..300).map(|i| seen(i, &[json!({"type": "url", "value": "a".repeat(200)})])).collect();
    let hard = [
        "[url:value MATCHES '(a*)*b']",
        "[url:value LIKE '%a%a%a%a%a%a%a%a%a%b']",
        "([url:value LIKE 'a%'] REPEATS 50 TIMES AND [url:value = 'b']) WITHIN 5 SECONDS",
        "([url:value LIKE 'a%'] AND [url:value LIKE '%a'] AND [url:value LIKE '%']) WITHIN 0.5 SECONDS",
    ];
    for text in hard {
        assert!(!matches!(matches(&parse(text).unwrap(), &many), Ok(Some(_))), "{text}");
    }
    let deep = parse("([url:value LIKE 'a%'] REPEATS 4000 TIMES) REPEATS 4000 TIMES").unwrap();
    let mut often = seen(0, &[json!({"type": "url", "value": "aa"})]);
    often.count = 1 << 40;
    assert!(matches(&deep, &[often]).is_err());
    let large = parse("[url:value MATCHES '((a{100}){100}){100}']").unwrap();
    assert!(matches(&large, &many).is_err());
    assert!(matches(&parse("[url:value MATCHES '(a)\\\\1']").unwrap(), &many).is_err());
}

/// Skipping costs, too: here nearly every observation that is looked at is one that does not fit.
#[test]
fn what_is_skipped_is_paid_for() {
    let many: Vec<Observed> = (0..300)
        .map(|_| Observed::of_objects(vec![json!({"type": "url", "value": "a"})], 0, 65_000_000))
        .collect();
    let a = "[url:value = 'a']";
    let hard = [
        format!("(({a} REPEATS 100 TIMES) FOLLOWEDBY {a}) REPEATS 50 TIMES WITHIN 1 SECONDS"),
        format!("({a} REPEATS 100 TIMES FOLLOWEDBY {a}) OR ({a} REPEATS 20 TIMES FOLLOWEDBY {a})"),
        format!("(({a} AND {a} AND {a}) WITHIN 1 SECONDS FOLLOWEDBY {a}) REPEATS 2 TIMES"),
        format!("(({a} OR {a}) REPEATS 100 TIMES WITHIN 2 SECONDS) FOLLOWEDBY {a}"),
    ];
    for text in hard {
        assert_eq!(matches(&parse(&text).unwrap(), &many), Err(MatchFault::TooCostly), "{text}");
    }
}

/// Each bracket meets many observations of which none, or one at the end, lies in time.
#[test]
fn long_journals_are_within_the_budget() {
    let journal: Vec<Observed> = (0..60_000)
        .map(|i| seen(i, &[json!({"type": "url", "value": if i < 30_000 { "b" } else { "a" }})]))
        .chain([seen(70_000, &[json!({"type": "url", "value": "b"})])])
        .collect();
    let check = |text: &str, expected: Option<&[usize]>| {
        let found = matches(&parse(text).unwrap(), &journal).unwrap();
        assert_eq!(found.as_ref().map(|found| found.observed.as_slice()), expected, "{text}");
    };
    check("[url:value = 'a'] FOLLOWEDBY [url:value = 'b']", Some(&[30_000, 60_000]));
    check("([url:value = 'a'] FOLLOWEDBY [url:value = 'b']) WITHIN 10001 SECONDS", Some(&[59_999, 60_000]));
    check("([url:value = 'a'] FOLLOWEDBY [url:value = 'b']) WITHIN 10000 SECONDS", None);
    check("([url:value = 'a'] AND [url:value = 'b']) WITHIN 1 SECONDS", Some(&[29_999, 30_000]));
    check("[url:value = 'b'] START t'1970-01-01T19:00:00Z' STOP t'1970-01-01T19:26:40Z'", None);
    check("[url:value = 'b'] START t'1970-01-01T19:00:00Z' STOP t'1970-01-01T19:26:41Z'", Some(&[60_000]));
}

#[test]
fn words() {
    let check = |input: &str, ja: &str, en: &str| {
        let pattern = parse(input).unwrap();
        assert_eq!((explain(&pattern, Lang::Ja).as_str(), explain(&pattern, Lang::En).as_str()), (ja, en));
    };
    check(
        "[domain-name:value = 'evil.example'] REPEATS 2 TIMES",
        "ひとつの観測で「domain-name:value が 'evil.example' に等しい」が成り立つことが 2 回ある場合に一致します。",
        "Matches when one observation has domain-name:value equal to 'evil.example', 2 times.",
    );
    check(
        "[a:xx NOT IN (1, 2)] REPEATS 3 TIMES",
        "ひとつの観測で「a:xx が「（1, 2）のいずれか」ではない」が成り立つことが 3 回ある場合に一致します。",
        "Matches when one observation has a:xx not one of (1, 2), 3 times.",
    );
    check(
        "([a:xx = 1] FOLLOWEDBY [a:xx = 2]) WITHIN 300 SECONDS",
        "300 秒以内に、（ひとつの観測で「a:xx が 1 に等しい」が成り立つ、その後にひとつの観測で「a:xx が 2 に等しい」が成り立つ）場合に一致します。",
        "Matches when (one observation has a:xx equal to 1, and after that one observation has a:xx equal to 2), \
         all within 300 seconds.",
    );
    check(
        "[a:xx = 1] FOLLOWEDBY [a:xx = 2] WITHIN 300 SECONDS",
        "ひとつの観測で「a:xx が 1 に等しい」が成り立つ、その後に（この部分だけ、300 秒以内に、ひとつの観測で「a:xx が 2 に等しい」が成り立つ）場合に一致します。",
        "Matches when one observation has a:xx equal to 1, and after that (one observation has a:xx equal to 2, \
         this part alone within 300 seconds).",
    );
}

#[test]
fn hints_for_whoever_writes_a_pattern() {
    let check = |input: &str, expected: &[&str]| {
        let pattern = parse_strict(input).unwrap();
        let said = hints(&pattern, Lang::En);
        assert_eq!(said.len(), expected.len(), "{input}: {said:?}");
        for (one, part) in said.iter().zip(expected) {
            assert!(one.contains(part) && one.lines().count() == 1, "{input}: {one}");
        }
        assert_eq!(hints(&pattern, Lang::Ja).len(), expected.len(), "{input}");
    };
    check("[a:xx = 1] WITHIN 300 SECONDS", &[]);
    check("([a:xx = 1] FOLLOWEDBY [a:xx = 2]) WITHIN 300 SECONDS", &[]);
    check("[a:xx = 1] REPEATS 2 TIMES WITHIN 5 SECONDS OR [a:xx = 2]", &[]);
    check(
        "[a:xx = 1] FOLLOWEDBY [a:xx = 2] REPEATS 2 TIMES WITHIN 300 SECONDS",
        &["REPEATS 2 TIMES WITHIN 300 SECONDS binds to the last part alone, [a:xx = 2]; for all parts: \
           (… FOLLOWEDBY …) REPEATS 2 TIMES WITHIN 300 SECONDS"],
    );
    check("([a:xx = 1] AND [a:xx = 2] WITHIN 1 SECONDS) REPEATS 2 TIMES", &["(… AND …) WITHIN 1 SECONDS"]);
    check("[a:xx MATCHES '(?=a)b']", &["look-around"]);
    check("[a:xx MATCHES '(a{1000}){1000}']", &["size limit"]);
    check("[a:xx MATCHES '^a+$']", &[]);
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        "\\PC{0,8}".prop_map(Literal::Text),
        any::<i64>().prop_map(Literal::Int),
        (-1e9..1e9f64).prop_map(Literal::Float),
        any::<bool>().prop_map(Literal::Bool),
        prop::collection::vec(any::<u8>(), 0..5).prop_map(Literal::Hex),
        prop::collection::vec(any::<u8>(), 1..5).prop_map(Literal::Binary),
        Just(Literal::Timestamp("2020-01-01T00:00:00.5Z".to_owned(), 1_577_836_800_500_000)),
    ]
}

fn prop_test() -> impl Strategy<Value = Comparison> {
    let step =
        prop_oneof!["[a-z_-]{1,5}".prop_map(Step::Key), (0..9i64).prop_map(Step::Index), Just(Step::Any)];
    let path = ("[a-z][a-z-]{0,5}", "[a-z' -]{1,4}", prop::collection::vec(step, 0..3)).prop_map(
        |(type_, key, steps)| Path {
            object_type: type_,
            steps: std::iter::once(Step::Key(key)).chain(steps).collect(),
        },
    );
    let test = prop_oneof![
        literal().prop_map(|literal| Test::Compare(Op::Equal, literal)),
        "\\PC{0,8}".prop_map(|text| Test::Compare(Op::LessOrEqual, Literal::Text(text))),
        prop::collection::vec("\\PC{0,4}".prop_map(Literal::Text), 0..3).prop_map(Test::In),
        "\\PC{0,8}".prop_map(Test::Like),
        "[a-z.*]{0,8}".prop_map(Test::Matches),
        Just(Test::Exists),
    ];
    (path, any::<bool>(), test)
        .prop_map(|(path, negated, test)| Comparison::Prop(PropTest { path, negated, test }))
}

fn comparison() -> impl Strategy<Value = Comparison> {
    prop_test().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Comparison::And),
            prop::collection::vec(inner, 2..4).prop_map(Comparison::Or),
        ]
    })
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let expr = comparison().prop_map(Expr::Test).prop_recursive(3, 12, 3, |inner| {
        let qualifier = prop_oneof![
            (1..99u32).prop_map(|s| Qualifier::Within(f64::from(s))),
            (1..9u32).prop_map(Qualifier::Repeats)
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::Or),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::FollowedBy),
            (inner, qualifier).prop_map(|(inner, qualifier)| Expr::Qualified(Box::new(inner), qualifier)),
        ]
    });
    expr.prop_map(|expr| Pattern { expr })
}

proptest! {
    #[test]
    fn printing_and_parsing_agree(pattern in pattern()) {
        let text = pattern.to_string();
        let read = parse(&text).map_err(|fault| TestCaseError::fail(format!("{text}: {fault}")))?;
        prop_assert_eq!(&read, &pattern, "{}", text);
        let normal = normal_form(&pattern);
        prop_assert_eq!(normal_form(&normal), normal);
    }

    #[test]
    fn any_text_is_an_answer(text in "\\PC{0,60}") {
        if let Ok(pattern) = parse(&text) {
            prop_assert_eq!(parse(&pattern.to_string()).unwrap(), pattern);
        }
    }

    #[test]
    fn the_index_finds_what_each_pattern_alone_finds(
        texts in prop::collection::vec((0..6usize, "[ab.]{1,3}"), 1..6),
        values in prop::collection::vec("[abAB.]{0,6}", 1..6),
    ) {
        let write = |(form, text): &(usize, String)| match form {
            0 => format!("[url:value = '{text}']"),
            1 => format!("[url:value LIKE '%{text}%']"),
            2 => format!("[url:value MATCHES '{text}']"),
            3 => format!("[url:value NOT LIKE '{text}%']"),
            4 => format!("[url:value IN ('{text}', 'a') OR url:value MATCHES '(?i)abb']"),
            _ => format!("[url:value LIKE '{text}%'] FOLLOWEDBY [url:value = '{text}']"),
        };
        let patterns: Vec<Pattern> = texts.iter().map(|text| parse(&write(text)).unwrap()).collect();
        let observed: Vec<Observed> =
            values.iter().zip(0..).map(|(value, i)| seen(i, &[json!({"type": "url", "value": value})])).collect();
        let (hits, _) = PatternSet::new(&patterns).0.scan(&observed);
        for (number, pattern) in patterns.iter().enumerate() {
            let alone = matches(pattern, &observed).unwrap();
            let first = hits.iter().find(|hit| hit.pattern == number).map(|hit| hit.matched.clone());
            prop_assert_eq!(first, alone, "{}", pattern);
        }
    }
}
