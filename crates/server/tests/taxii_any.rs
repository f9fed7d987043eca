//! Whatever is asked of TAXII, the answer is the standard's: JSON with a title on every refusal, never a fault of ours.

use axum::http::{HeaderValue, Method, Uri};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use testkit::{Ask, TestHub};

/// Requests of one run. `PROPTEST_CASES` asks for more.
fn config() -> Config {
    Config { failure_persistence: None, ..Config::default() }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("hub".to_owned()),
        Just("collections".to_owned()),
        Just("own".to_owned()),
        Just("energy".to_owned()),
        Just("objects".to_owned()),
        Just("manifest".to_owned()),
        Just("versions".to_owned()),
        Just("status".to_owned()),
        Just("indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f".to_owned()),
        "[!-~]{0,12}",
        "(%[0-9A-F]{2}){1,4}",
    ]
}

fn parameter() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("added_after".to_owned()),
        Just("limit".to_owned()),
        Just("next".to_owned()),
        Just("match[id]".to_owned()),
        Just("match[type]".to_owned()),
        Just("match[version]".to_owned()),
        Just("match%5Bspec_version%5D".to_owned()),
        "[a-z\\[\\]%]{0,8}",
    ];
    let value = prop_oneof![
        "[!-%'-~]{0,30}",
        "-?[0-9]{0,25}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{0,12}Z?",
        "(%[0-9A-F]{2}){0,6}"
    ];
    (name, value).prop_map(|(name, value)| format!("{name}={value}"))
}

fn media() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("application/taxii+json;version=2.1".to_owned()),
        Just("application/stix+json".to_owned()),
        "[a-z*]{0,8}/[a-z*+]{0,8}(;[a-z]{0,5}=\"?[0-9.]{0,4}\"?){0,2}",
        "[ -~]{0,40}",
    ]
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..200),
        Just(b"{\"objects\":[]}".to_vec()),
        "\\{\"objects\":\\[(\\{\"type\":\"[a-z-]{0,9}\",\"id\":\"[a-z0-9-]{0,40}\"\\},?){0,4}\\]?\\}?"
            .prop_map(String::into_bytes),
        (0usize..5_000).prop_map(|depth| "[".repeat(depth).into_bytes()),
    ]
}

#[derive(Clone, Debug)]
struct Request {
    method: Method,
    path: String,
    accept: String,
    content: String,
    body: Vec<u8>,
}

fn request() -> impl Strategy<Value = Request> {
    let methods = prop_oneof![3 => Just(Method::GET), 2 => Just(Method::POST), 1 => Just(Method::DELETE)];
    let path =
        (vec(piece(), 0..6), vec(parameter(), 0..4), any::<bool>()).prop_map(|(pieces, query, slash)| {
            let slash = if slash { "/" } else { "" };
            format!("/taxii2/hub/collections/{}{slash}?{}", pieces.join("/"), query.join("&"))
        });
    (methods, path, media(), media(), body()).prop_map(|(method, path, accept, content, body)| Request {
        method,
        path,
        accept,
        content,
        body,
    })
}

#[test]
fn any_request_gets_an_answer_of_the_standard() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let hub = runtime.block_on(TestHub::new(1));
    let token = hub.members[0].token.clone();
    let mut runner = TestRunner::new(config());
    let sendable = |r: &Request| {
        r.path.parse::<Uri>().is_ok()
            && HeaderValue::from_str(&r.accept).is_ok()
            && HeaderValue::from_str(&r.content).is_ok()
    };
    let outcome = runner.run(&request().prop_filter("not HTTP", sendable), |one| {
        let ask = Ask::post(&one.path, one.body.clone()).method(one.method.clone()).token(&token);
        let ask = ask.with("accept", &one.accept).content(&one.content);
        let answer = runtime.block_on(hub.ask(ask));
        prop_assert!(answer.status < 500, "{}: {}", answer.status, answer.text());
        if answer.status >= 400 {
            prop_assert_eq!(answer.header("content-type"), Some("application/taxii+json;version=2.1"));
            let said = answer.json();
            prop_assert!(said["title"].is_string());
            prop_assert_eq!(&said["http_status"], &answer.status.to_string());
        }
        Ok(())
    });
    outcome.unwrap();
}
