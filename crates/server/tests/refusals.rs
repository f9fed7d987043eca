//! What a page says when it refuses: in the reader's language, with links that lead somewhere.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use model::lang::Lang;
use model::role::PersonRole;
use server::matrix::{Face, Object, routes};
use std::collections::BTreeSet;
use testkit::{Answer, Ask, TestHub};

const FORM: &str = "application/x-www-form-urlencoded";

/// A member's administrator who is signed in: the cookie, and the value of its forms.
async fn administrator(hub: &TestHub) -> (String, String) {
    hub.person("kanri", hub.members[0].id, &[PersonRole::OrgAdmin]).await;
    let cookie = hub.sign_in("kanri").await;
    let who = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap();
    // the page of a form is in the person's own language, whatever the browser wants
    hub::ops::auth::set_preferences(&hub.hub, who.person, Lang::Ja, "Asia/Tokyo").await.unwrap();
    (cookie, who.csrf)
}

/// Sends a form in Japanese.
async fn post(hub: &TestHub, (cookie, csrf): &(String, String), path: &str, body: &str) -> Answer {
    let ask = Ask::post(path, body).content(FORM).cookie(cookie).with("x-noroshi-csrf", csrf);
    hub.ask(ask.with("accept-language", "ja").with("host", "hub.example")).await
}

#[tokio::test]
async fn a_refusal_is_said_in_the_readers_language() {
    let hub = TestHub::new(1).await;
    let admin = administrator(&hub).await;
    let account = "old=a+password+for+tests&new=short";
    for (path, body, expected) in [
        ("/account/password", account, "パスワード: 12 文字以上で入力してください。"),
        (
            "/account/password",
            "old=wrong&new=a+longer+password",
            "パスワード: 今のパスワードと一致しません。",
        ),
        ("/account/contact", "address=x&notify=off", "メールアドレス: メールアドレスとして読めません。"),
        ("/preferences", "lang=ja&zone=Asia/Tokio", "時間帯: 「Asia/Tokio」という時間帯はありません。"),
        ("/tokens", "name=x&days=30", "できること: 一つ以上選んでください。"),
        ("/people/deputy", "person=&deputy=", "対象の人: 空欄です。"),
        ("/webhooks", "url=ftp://a.example/", "アドレス: アドレスとして読めません。"),
    ] {
        let answer = post(&hub, &admin, path, body).await;
        assert_eq!(answer.status, 422, "{path}: {}", answer.text());
        assert!(answer.text().contains(expected), "{path}: {}", answer.text());
    }
}

#[tokio::test]
async fn the_language_links_of_a_refused_form_lead_to_a_page() {
    let hub = TestHub::new(1).await;
    let admin = administrator(&hub).await;
    for (path, page) in [
        ("/account/password", "/account"),
        ("/people/invite", "/people"),
        ("/preferences", "/preferences"),
        ("/act-for", "/"),
    ] {
        let refused = post(&hub, &admin, path, "").await;
        assert_eq!(refused.status, 422, "{path}: {}", refused.text());
        for lang in ["ja", "en"] {
            let link = format!("{page}?lang={lang}");
            assert!(refused.text().contains(&format!("href=\"{link}\"")), "{path}: {}", refused.text());
            let mut answer = hub.ask(Ask::get(&link).cookie(&admin.0)).await;
            if answer.status == 303 {
                let to = answer.header("location").unwrap().to_owned();
                answer = hub.ask(Ask::get(to).cookie(&admin.0)).await;
            }
            assert_eq!(answer.status, 200, "{link}");
            assert!(answer.text().contains(&format!("<html lang=\"{lang}\">")), "{link}");
        }
    }
    let form = Ask::post("/act-for", "").content(FORM).cookie(&admin.0).with("x-noroshi-csrf", &admin.1);
    let from =
        form.with("host", "hub.example").with("referer", "https://hub.example/people?done=flash-saved");
    assert!(hub.ask(from).await.text().contains("href=\"/people?lang=ja\""));
}

#[tokio::test]
async fn an_address_that_only_takes_a_form_answers_with_a_page() {
    let hub = TestHub::new(0).await;
    let rows: Vec<_> = routes().into_iter().map(|route| route.row).filter(|r| r.face == Face::Web).collect();
    let shown: BTreeSet<&str> = rows.iter().filter(|r| r.method == "GET").map(|r| r.path).collect();
    let only_taken = rows.iter().filter(|row| !shown.contains(row.path) && row.object == Object::None);
    let mut looked = 0;
    for row in only_taken {
        let answer = hub.ask(Ask::get(row.path).with("accept-language", "ja")).await;
        assert_eq!(answer.status, 405, "{}", row.path);
        assert!(answer.header("allow").is_some(), "{}", row.path);
        assert!(answer.text().contains("<html lang=\"ja\">"), "{}: {}", row.path, answer.text());
        assert!(answer.text().contains("ページがありません"), "{}", row.path);
        looked += 1;
    }
    assert!(looked > 15, "only {looked} addresses");
}

/// Whoever guesses at a sign-in is told when to come back: in words on the page, and in the header that programs read.
#[tokio::test]
async fn a_slowed_sign_in_says_after_how_many_seconds() {
    let hub = TestHub::new(1).await;
    hub.person("kita", hub.members[0].id, &[PersonRole::Reporter]).await;
    let page = Ask::post("/sign-in", "login=kita&password=wrong+wrong+wrong").content(FORM);
    let shown = r#"{"login":"kita","password":"wrong wrong wrong"}"#;
    let api = Ask::post("/api/v1/session", shown).content("application/json");
    let mut slowed = Vec::new();
    for ask in [&page, &api] {
        for _ in 0..8 {
            let answer = hub.ask(ask.clone()).await;
            if answer.status == 429 {
                slowed.push(answer);
                break;
            }
            assert_eq!(answer.header("retry-after"), None, "{}", answer.text());
        }
    }
    assert_eq!(slowed.len(), 2, "both faces slow it down");
    for answer in slowed {
        let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=3_600).contains(&seconds), "{seconds}");
        assert!(answer.text().contains(&seconds.to_string()), "{}", answer.text());
    }
}
