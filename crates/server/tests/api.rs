//! The JSON API over the router: receipts, idempotency, paging, sessions without a browser, problems.

use axum::http::Method;
use model::role::PersonRole;
use testkit::{Ask, TestHub, mails};

fn mail(n: u32) -> Ask {
    Ask::post("/api/v1/submissions", mails::attack("m0.example", n)).content("message/rfc822")
}

#[tokio::test]
async fn the_same_key_gives_the_same_receipt_and_another_body_is_refused() {
    let hub = TestHub::new(2).await;
    let (one, other) = (&hub.members[0].token, &hub.members[1].token);
    let first = hub.ask(mail(1).token(one).with("idempotency-key", "k1")).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let location = first.header("location").unwrap().to_owned();
    assert_eq!(hub.ask(Ask::get(&location).token(one)).await.json()["code"], first.json()["code"]);
    let again = hub.ask(mail(1).token(one).with("idempotency-key", "\"k1\"")).await;
    assert_eq!(again.json()["id"], first.json()["id"]);
    let differs = hub.ask(mail(2).token(one).with("idempotency-key", "k1")).await;
    assert_eq!((differs.status, &differs.json()["type"]), (422, &"/problems/key-reused".into()));
    let theirs = hub.ask(mail(2).token(other).with("idempotency-key", "k1")).await;
    assert_eq!(theirs.status, 201, "keys are per organisation");
}

#[tokio::test]
async fn the_bytes_come_back_as_they_were_sent() {
    let hub = TestHub::new(1).await;
    let token = &hub.members[0].token;
    let id = hub.ask(mail(1).token(token)).await.json()["id"].as_str().unwrap().to_owned();
    let raw = hub.ask(Ask::get(format!("/api/v1/submissions/{id}/raw")).token(token)).await;
    assert_eq!(raw.body, mails::attack("m0.example", 1));
}

#[tokio::test]
async fn lists_page_by_key_and_link_to_the_next() {
    let hub = TestHub::new(1).await;
    let token = &hub.members[0].token;
    for n in 0..5 {
        hub.ask(mail(n).token(token)).await;
    }
    let (mut path, mut seen) = ("/api/v1/submissions?limit=2".to_owned(), Vec::new());
    loop {
        let page = hub.ask(Ask::get(&path).token(token)).await;
        let rows = page.json()["rows"].as_array().unwrap().clone();
        seen.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        let Some(link) = page.header("link") else { break };
        path = link.split(['<', '>']).nth(1).unwrap().to_owned();
    }
    let whole = hub.ask(Ask::get("/api/v1/submissions").token(token)).await.json();
    let whole: Vec<String> =
        whole["rows"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!((seen.len(), seen), (5, whole));
    let foreign = hub.ask(Ask::get("/api/v1/submissions?after=AAAA").token(token)).await;
    assert_eq!((foreign.status, &foreign.json()["type"]), (422, &"/problems/invalid".into()));
}

#[tokio::test]
async fn a_person_signs_in_without_a_browser_and_a_token_never_consents() {
    let hub = TestHub::new(1).await;
    let member = hub.members[0].clone();
    hub.person("approver", member.id, &[PersonRole::Approver]).await;
    let wrong = Ask::post("/api/v1/session", r#"{"login":"approver","password":"nonsense"}"#);
    assert_eq!(hub.ask(wrong).await.json()["type"], "/problems/credentials");
    let right = format!(r#"{{"login":"approver","password":"{}"}}"#, "a password for tests");
    let entered = hub.ask(Ask::post("/api/v1/session", right)).await;
    assert_eq!(entered.status, 201, "{}", entered.text());
    let set = entered.header("set-cookie").unwrap().to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    let cookie = set.split(['=', ';']).nth(1).unwrap();
    let csrf = entered.json()["csrf"].as_str().unwrap().to_owned();
    let terms = r#"{"destinations":{"all":true},"widest_tlp":"green","delay":"slot"}"#;
    let give = || Ask::post("/api/v1/standing-consent", terms);
    assert_eq!(hub.ask(give().token(&member.token)).await.status, 403);
    assert_eq!(hub.ask(give().cookie(cookie)).await.json()["type"], "/problems/csrf");
    assert_eq!(hub.ask(give().cookie(cookie).with("x-noroshi-csrf", &csrf)).await.status, 204);
    let list = hub.ask(Ask::get("/api/v1/standing-consent").token(&member.token)).await.json();
    assert_eq!(list[0]["terms"]["destinations"]["all"], true);
    let leave =
        Ask::get("/api/v1/session").method(Method::DELETE).cookie(cookie).with("x-noroshi-csrf", &csrf);
    assert_eq!(hub.ask(leave).await.status, 204);
    assert_eq!(hub.ask(Ask::get("/api/v1/me").cookie(cookie)).await.status, 401);
}

#[tokio::test]
async fn bad_requests_are_problems() {
    let hub = TestHub::new(1).await;
    let token = &hub.members[0].token;
    let post = |path: &str, body: &str| Ask::post(path, body).token(token);
    for (ask, expected) in [
        (post("/api/v1/submissions?kind=virus", "x"), 422),
        (post("/api/v1/submissions?delay=tomorrow", "x"), 422),
        (post("/api/v1/submissions?exercise=perhaps", "x"), 422),
        (post("/api/v1/submissions", ""), 422),
        (post("/api/v1/submissions", "x").with("idempotency-key", ""), 422),
        (Ask::get("/api/v1/items/not-an-id").token(token), 404),
        (Ask::get("/api/v1/items/%FF").token(token), 404),
        (Ask::get("/api/v1/items?limit=many").token(token), 422),
        (Ask::get("/api/v1/nothing").token(token), 404),
        (post("/api/v1/items", ""), 405),
    ] {
        let answer = hub.ask(ask.clone()).await;
        let said = answer.json();
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (expected, Some("application/problem+json")),
            "{ask:?}"
        );
        assert_eq!(said["status"], expected, "{ask:?}");
        assert!(said["title"].is_string() && said["type"].is_string(), "{ask:?}");
    }
}
