//! The community kept by programs alone: an organisation is added, its people join and are kept safe, a call is recorded, what is urgent
//! is called about.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use data_encoding::BASE64;
use hub::ops::intake;
use jiff::SignedDuration;
use model::consent::Delay;
use model::role::PersonRole as P;
use serde_json::{Value, json};
use sharing::caller::AsReporter;
use testkit::{Answer, Ask, TestHub, mails};

const PASSWORD: &str = "a password for tests";

/// Somebody who signed in without a browser.
struct Session {
    cookie: String,
    csrf: String,
}

impl Session {
    async fn of(hub: &TestHub, login: &str) -> Self {
        let entered =
            call(hub, None, "POST /api/v1/session", json!({"login": login, "password": PASSWORD})).await;
        assert_eq!(entered.status, 201, "{}", entered.text());
        let set = entered.header("set-cookie").unwrap().to_owned();
        let csrf = entered.json()["csrf"].as_str().unwrap().to_owned();
        Self { cookie: set.split(['=', ';']).nth(1).unwrap().to_owned(), csrf }
    }
}

async fn call(hub: &TestHub, by: Option<&Session>, what: &str, body: Value) -> Answer {
    let (method, path) = what.split_once(' ').unwrap();
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let mut ask = Ask::post(path, body).method(method.parse().unwrap()).content("application/json");
    if let Some(session) = by {
        ask = ask.cookie(&session.cookie).with("x-noroshi-csrf", &session.csrf);
    }
    hub.ask(ask).await
}

/// The same, which has to be done; the answer as JSON.
async fn done(hub: &TestHub, by: Option<&Session>, what: &str, body: Value) -> Value {
    let answer = call(hub, by, what, body).await;
    assert!((200..300).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

fn token_of(link: &Value) -> String {
    link["link"].as_str().unwrap().split("t=").nth(1).unwrap().to_owned()
}

async fn staff(hub: &TestHub, login: &str, role: P) -> Session {
    hub.person(login, hub.staff, &[role]).await;
    Session::of(hub, login).await
}

#[tokio::test]
async fn an_organisation_is_added_found_and_placed() {
    let hub = TestHub::new(2).await;
    let operator = staff(&hub, "op", P::Operator).await;
    let roster = done(&hub, Some(&operator), "GET /api/v1/roster", Value::Null).await;
    let sector = roster["sectors"][0]["id"].clone();
    let new = json!({"slug": "water-a", "name": {"ja": "水道甲", "en": "Water A"}, "roles": ["member"]});
    let id = done(&hub, Some(&operator), "POST /api/v1/staff/organisations", new).await["id"].clone();
    let id = id.as_str().unwrap();
    let parent = hub.members[0].id.to_string();
    let place = json!({"parent": parent, "sectors": [sector]});
    done(&hub, Some(&operator), &format!("PUT /api/v1/staff/organisations/{id}/place"), place).await;
    // refused for its sector, it keeps its parent
    let half = json!({"parent": null, "sectors": ["0f3c1f9e-6a83-4d55-8f0e-0d6a2e6f7c11"]});
    let refused =
        call(&hub, Some(&operator), &format!("PUT /api/v1/staff/organisations/{id}/place"), half).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let found =
        done(&hub, Some(&operator), "GET /api/v1/staff/organisations?q=%E6%B0%B4%E9%81%93", Value::Null)
            .await;
    assert_eq!(found["rows"][0]["slug"], "water-a");
    assert_eq!(found["rows"].as_array().unwrap().len(), 1);
    assert!(found["rows"][0]["parent"]["en"].as_str().unwrap().starts_with("m0"));
    let paged = call(&hub, Some(&operator), "GET /api/v1/staff/organisations?limit=1&q=m", Value::Null).await;
    assert!(paged.header("link").unwrap().contains("limit=1&q=m"), "{:?}", paged.header("link"));
    let one =
        done(&hub, Some(&operator), &format!("GET /api/v1/staff/organisations/{id}"), Value::Null).await;
    assert_eq!((&one["name"]["ja"], &one["people"]), (&"水道甲".into(), &json!([])));
    let roles = format!("PUT /api/v1/staff/organisations/{id}/roles");
    done(&hub, Some(&operator), &roles, json!({"roles": ["supplier", "customer"]})).await;
    let one =
        done(&hub, Some(&operator), &format!("GET /api/v1/staff/organisations/{id}"), Value::Null).await;
    assert_eq!(one["roles"], json!(["supplier", "customer"]));
    for wrong in [json!([]), json!(["supplier", "hub"]), json!(["baker"])] {
        let refused = call(&hub, Some(&operator), &roles, json!({"roles": wrong})).await;
        assert_eq!(refused.status, 422, "{wrong}: {}", refused.text());
    }
    let auditor = staff(&hub, "auditor", P::Auditor).await;
    done(&hub, Some(&auditor), &format!("GET /api/v1/staff/organisations/{id}"), Value::Null).await;
    let place = json!({"sectors": []});
    let refused =
        call(&hub, Some(&auditor), &format!("PUT /api/v1/staff/organisations/{id}/place"), place).await;
    assert_eq!(refused.status, 403, "the auditor reads");
}

#[tokio::test]
async fn people_join_by_link_and_keep_their_accounts() {
    let hub = TestHub::new(1).await;
    hub.person("admin", hub.members[0].id, &[P::OrgAdmin]).await;
    let admin = Session::of(&hub, "admin").await;
    let invite = json!({"name": "Kita", "roles": ["approver"]});
    let link = done(&hub, Some(&admin), "POST /api/v1/people/invitations", invite.clone()).await;
    let join = |token: String, password: &str| json!({"token": token, "account": {"login": "kita", "name": "Kita", "lang": "ja", "zone": "Asia/Tokyo", "password": password}});
    done(&hub, None, "POST /api/v1/join", join(token_of(&link), PASSWORD)).await;
    let again = call(&hub, None, "POST /api/v1/join", join(token_of(&link), PASSWORD)).await;
    assert_eq!(again.status, 404, "a link opens once");

    done(&hub, Some(&admin), "POST /api/v1/people/invitations", invite).await;
    let open = done(&hub, Some(&admin), "GET /api/v1/people/invitations", Value::Null).await;
    let taken_back = format!("DELETE /api/v1/people/invitations/{}", open[0]["id"].as_str().unwrap());
    done(&hub, Some(&admin), &taken_back, Value::Null).await;
    assert_eq!(done(&hub, Some(&admin), "GET /api/v1/people/invitations", Value::Null).await, json!([]));

    let kita = Session::of(&hub, "kita").await;
    done(&hub, Some(&kita), "PUT /api/v1/account/name", json!({"name": " Kitano "})).await;
    let own = done(&hub, Some(&kita), "GET /api/v1/account", Value::Null).await;
    assert_eq!((&own["name"], &own["login"]), (&"Kitano".into(), &"kita".into()));
    let all = done(&hub, Some(&admin), "GET /api/v1/people", Value::Null).await;
    let of_kita = all.as_array().unwrap().iter().find(|one| one["login"] == "kita").unwrap();
    let rename = format!("PUT /api/v1/people/{}/name", of_kita["id"].as_str().unwrap());
    done(&hub, Some(&admin), &rename, json!({"name": "Kitayama"})).await;
    assert_eq!(done(&hub, Some(&kita), "GET /api/v1/account", Value::Null).await["name"], "Kitayama");
    for (by, what) in [(&kita, "PUT /api/v1/account/name"), (&admin, rename.as_str())] {
        let unreadable = call(&hub, Some(by), what, json!({"name": "\u{202e}atiK"})).await;
        assert_eq!(unreadable.status, 422, "{what}: {}", unreadable.text());
    }
    let zone = json!({"lang": "en", "zone": "Europe/Berlin"});
    done(&hub, Some(&kita), "PUT /api/v1/account/preferences", zone).await;
    let nowhere = json!({"lang": "en", "zone": "Europe/Atlantis"});
    assert_eq!(call(&hub, Some(&kita), "PUT /api/v1/account/preferences", nowhere).await.status, 422);
    let other = Session::of(&hub, "kita").await;
    assert_eq!(done(&hub, Some(&kita), "GET /api/v1/account", Value::Null).await["sessions"], 2);
    done(&hub, Some(&kita), "DELETE /api/v1/account/sessions", Value::Null).await;
    assert_eq!(call(&hub, Some(&other), "GET /api/v1/account", Value::Null).await.status, 401);
    let wrong = json!({"password": "not it", "new": "another password for tests"});
    assert_ne!(call(&hub, Some(&kita), "PUT /api/v1/account/password", wrong).await.status, 204);
    let secret = done(&hub, Some(&kita), "POST /api/v1/account/totp", json!({"password": PASSWORD})).await;
    assert!(secret["address"].as_str().unwrap().starts_with("otpauth://totp/"));
    let code = json!({"code": "000000"});
    assert_ne!(call(&hub, Some(&kita), "POST /api/v1/account/totp/confirm", code).await.status, 201);

    let people = done(&hub, Some(&admin), "GET /api/v1/people", Value::Null).await;
    let id = |login: &str| {
        let one = people.as_array().unwrap().iter().find(|p| p["login"] == login).unwrap();
        one["id"].as_str().unwrap().to_owned()
    };
    let pair = json!({"person": id("kita"), "deputy": id("admin")});
    let mut named = pair.clone();
    named["from"] = "2026-01-05T00:00:00Z".into();
    named["until"] = "2026-01-09T00:00:00Z".into();
    done(&hub, Some(&admin), "PUT /api/v1/deputies", named).await;
    let deputies = done(&hub, Some(&admin), "GET /api/v1/deputies", Value::Null).await;
    assert_eq!((deputies.as_array().unwrap().len(), &deputies[0]["deputy"]), (1, &id("admin").into()));
    done(&hub, Some(&admin), "POST /api/v1/deputies/end", pair).await;
    assert_eq!(done(&hub, Some(&admin), "GET /api/v1/deputies", Value::Null).await, json!([]));
    let link =
        done(&hub, Some(&admin), &format!("POST /api/v1/people/{}/reset", id("kita")), Value::Null).await;
    done(&hub, None, "POST /api/v1/join", join(token_of(&link), "another password for tests")).await;
    let old = json!({"login": "kita", "password": PASSWORD});
    assert_eq!(call(&hub, None, "POST /api/v1/session", old).await.status, 401);
}

#[tokio::test]
async fn a_call_is_recorded_after_calling_back() {
    let hub = TestHub::new(2).await;
    let member = hub.members[0].clone();
    let kita = hub.callable("kita", member.id).await;
    let triager = staff(&hub, "triager", P::Triager).await;
    let (whose, spoken) = (json!({"organisation": member.id.to_string()}), "POST /api/v1/staff/spoken");
    let phones = done(&hub, Some(&triager), "POST /api/v1/staff/phones", whose).await;
    assert_eq!(phones["people"][0]["person"], kita.to_string());
    let said = |called_back: &str, file: Option<&str>| {
        json!({"organisation": member.id.to_string(), "text": "mails with a false invoice from billing@evil.example", "medium": "fax", "caller": "Kita",
            "called_back": called_back, "file": file.map(|bytes| json!({"name": "fax.txt", "bytes": bytes}))})
    };
    let stranger = said("0f3c1f9e-6a83-4d55-8f0e-0d6a2e6f7c11", None);
    assert_eq!(call(&hub, Some(&triager), spoken, stranger).await.status, 422);
    let no_file = said(&kita.to_string(), Some("***"));
    assert_eq!(call(&hub, Some(&triager), spoken, no_file).await.status, 422);
    let fax = BASE64.encode(b"a page of the fax");
    let receipt = done(&hub, Some(&triager), spoken, said(&kita.to_string(), Some(&fax))).await;
    let absent = json!({"organisation": "0f3c1f9e-6a83-4d55-8f0e-0d6a2e6f7c11"});
    assert_eq!(call(&hub, Some(&triager), "POST /api/v1/staff/phones", absent).await.status, 404);
    let none = json!({"organisation": "Kita"});
    assert_eq!(call(&hub, Some(&triager), "POST /api/v1/staff/phones", none).await.status, 422);
    let raw = format!("/api/v1/submissions/{}/raw", receipt["id"].as_str().unwrap());
    assert_eq!(hub.ask(Ask::get(raw).token(&member.token)).await.text(), "a page of the fax");
}

#[tokio::test]
async fn a_held_mail_is_taken_in_or_thrown_away() {
    let (hub, _sent) = TestHub::with_mail(2).await;
    let member = hub.members[0].clone();
    hub.person("kita", member.id, &[P::Reporter, P::OrgAdmin]).await;
    let kita = Session::of(&hub, "kita").await;
    let door = done(&hub, Some(&kita), "GET /api/v1/quarantine", Value::Null).await;
    let address = intake::address(&hub.hub, AsReporter { org: member.id }).await.unwrap().unwrap();
    assert_eq!(door["address"], address);
    for n in 0..2 {
        let to = intake::recipient(&hub.hub, &address).await.unwrap().unwrap();
        intake::receive(&hub.hub, "x@stranger.example", &[to], mails::attack("m0.example", n)).await.unwrap();
    }
    let held = done(&hub, Some(&kita), "GET /api/v1/quarantine", Value::Null).await["held"].clone();
    let id = |n: usize| held[n]["id"].as_str().unwrap().to_owned();
    let theirs = Ask::post(format!("/api/v1/quarantine/{}/take", id(0)), "").token(&hub.members[1].token);
    assert_eq!(hub.ask(theirs).await.status, 404, "another's is as absent as none");
    done(&hub, Some(&kita), &format!("POST /api/v1/quarantine/{}/take", id(0)), Value::Null).await;
    done(&hub, Some(&kita), &format!("DELETE /api/v1/quarantine/{}", id(1)), Value::Null).await;
    assert_eq!(done(&hub, Some(&kita), "GET /api/v1/quarantine", Value::Null).await["held"], json!([]));
    let own = done(&hub, Some(&kita), "GET /api/v1/submissions", Value::Null).await;
    assert_eq!(own["rows"].as_array().unwrap().len(), 1);
    done(&hub, Some(&kita), "POST /api/v1/intake-address", Value::Null).await;
    let renewed = done(&hub, Some(&kita), "GET /api/v1/quarantine", Value::Null).await["address"].clone();
    assert_ne!(renewed, address);
}

#[tokio::test]
async fn what_is_urgent_is_called_about_until_it_is_acknowledged() {
    let (hub, _sent) = TestHub::with_mail(12).await;
    let (source, reader) = (hub.members[0].clone(), hub.members[1].clone());
    hub.standing(&source, Delay::Now).await;
    let releaser = staff(&hub, "releaser", P::Releaser).await;
    let triager = staff(&hub, "triager", P::Triager).await;
    let send = Ask::post("/api/v1/submissions?delay=now", mails::attack("m0.example", 1));
    hub.ask(send.content("message/rfc822").token(&source.token)).await;
    hub.pass(SignedDuration::from_secs(40)).await;
    let inbox = hub.ask(Ask::get("/api/v1/items").token(&reader.token)).await.json();
    let item = inbox["rows"][0]["id"].as_str().unwrap().to_owned();
    done(&hub, Some(&releaser), &format!("POST /api/v1/staff/items/{item}/urgent"), Value::Null).await;
    hub.pass(SignedDuration::from_mins(1)).await;
    let open = async || done(&hub, Some(&triager), "GET /api/v1/staff/calls", Value::Null).await;
    let before = open().await.as_array().unwrap().len();
    hub.person("contact", reader.id, &[P::Contact]).await;
    let contact = Session::of(&hub, "contact").await;
    done(&hub, Some(&contact), &format!("POST /api/v1/items/{item}/acknowledge"), Value::Null).await;
    assert_eq!((before, open().await.as_array().unwrap().len()), (12, 11));
    let board = done(&hub, Some(&triager), "GET /api/v1/staff/figures", Value::Null).await;
    assert_eq!(board["weeks"].as_array().unwrap().len(), 13);
    let own = done(&hub, Some(&contact), "GET /api/v1/figures", Value::Null).await;
    assert_eq!(own["warnings"], 1);
}
