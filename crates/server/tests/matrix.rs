//! The access matrix, walked: every route as nobody, as every role, and with another organisation's identifiers.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::ops::admin::{self, AsRegistrar, NewOrganisation, NewPerson};
use hub::ops::people::{self, NewInvitation};
use model::consent::Delay;
use model::id::OrgId;
use model::lang::{Bilingual, Lang};
use model::role::{OrgRole, PersonRole, Scope};
use server::matrix::{Face, Object, Row, UPLOAD_BYTES_MAX, Who, routes};
use sharing::Caller;
use std::collections::BTreeSet;
use testkit::{Answer, Ask, TestHub, mails};

/// An identifier that nothing has.
const ABSENT: &str = "0f3c1f9e-6a83-4d55-8f0e-0d6a2e6f7c11";

fn rows() -> Vec<Row> {
    routes().into_iter().map(|route| route.row).collect()
}

/// The address of a row with identifiers in their places.
fn path(row: &Row, id: &str) -> String {
    let object = format!("indicator--{id}");
    row.path.replace("{id}", id).replace("{collection}", id).replace("{object}", &object)
}

/// A request of the kind that the route reads, with nothing in it.
fn ask(row: &Row, id: &str) -> Ask {
    let (media, body) = match (row.face, row.body_max == UPLOAD_BYTES_MAX) {
        (Face::Web, true) => ("multipart/form-data; boundary=x", "--x--\r\n"),
        (Face::Web, false) => ("application/x-www-form-urlencoded", ""),
        (Face::Api | Face::Taxii, _) => ("application/json", ""),
    };
    Ask::post(path(row, id), body).method(row.method.clone()).content(media)
}

/// Whether walking it would end the session that walks.
fn ends_session(row: &Row) -> bool {
    row.path == "/sign-out" || (row.path == "/api/v1/session" && row.method == "DELETE")
}

#[test]
fn every_row_is_in_its_face_and_each_only_once() {
    let mut seen = BTreeSet::new();
    for row in rows() {
        assert_eq!(row.face, Face::of(row.path), "{}", row.path);
        assert!(seen.insert(format!("{} {}", row.method, row.path)), "{} {} twice", row.method, row.path);
        assert_eq!(row.object == Object::None, !row.path.contains('{'), "{}", row.path);
        let act = row.method != "GET";
        let signs_in = matches!(
            row.path,
            "/sign-in" | "/sign-in/passkey" | "/api/v1/session" | "/api/v1/session/passkey"
        ) && row.method == "POST";
        // a one-time link carries what lets its holder in: the token in its path and the cookie bound to it
        let link = row.object == Object::Link;
        let keeps_nothing = row.path == "/verify";
        assert_eq!(row.csrf, act && !signs_in && !link && !keeps_nothing, "{} {}", row.method, row.path);
    }
}

#[tokio::test]
async fn every_row_has_a_handler() {
    let hub = TestHub::new(0).await;
    for row in rows() {
        let answer = hub.ask(ask(&row, ABSENT)).await;
        assert_ne!(answer.status, 405, "{} {}", row.method, row.path);
        assert!(row.who == Who::Public || answer.status != 404, "{} {}", row.method, row.path);
    }
}

#[tokio::test]
async fn nobody_passes_where_somebody_is_asked_for() {
    let hub = TestHub::new(0).await;
    for row in rows().iter().filter(|row| row.who != Who::Public) {
        for shown in [ask(row, ABSENT), ask(row, ABSENT).token("wrong").cookie("wrong")] {
            let answer = hub.ask(shown).await;
            let what = format!("{} {}: {}", row.method, row.path, answer.status);
            match row.face {
                Face::Web => assert!(answer.status == 303 || answer.status == 401, "{what}"),
                Face::Api | Face::Taxii => {
                    assert_eq!(answer.status, 401, "{what}");
                    assert!(answer.header("www-authenticate").is_some(), "{what}");
                    assert!(answer.json()["title"].is_string(), "{what}");
                }
            }
        }
    }
}

/// A caller of the walk: what it shows, and what it may do.
struct Walker {
    name: String,
    caller: Caller,
    token: Option<String>,
    cookie: Option<String>,
    csrf: String,
}

impl Walker {
    fn show(&self, ask: Ask, face: Face) -> Ask {
        match (&self.token, &self.cookie) {
            (Some(token), _) if face != Face::Web => ask.token(token),
            (_, Some(cookie)) => ask.cookie(cookie).with("x-noroshi-csrf", &self.csrf),
            _ => ask,
        }
    }

    /// Whether this way of showing oneself counts on the face.
    fn counts_on(&self, face: Face) -> bool {
        match face {
            Face::Web => self.cookie.is_some(),
            Face::Taxii => self.token.is_some(),
            Face::Api => true,
        }
    }
}

async fn organisation(hub: &TestHub, slug: &str, role: OrgRole) -> OrgId {
    let new = NewOrganisation {
        slug: slug.to_owned(),
        name: Bilingual { ja: slug.to_owned(), en: slug.to_owned() },
        parent: None,
        roles: BTreeSet::from([role]),
        sectors: BTreeSet::new(),
        profile: model::profile::Profile::default(),
    };
    admin::add_organisation(&hub.hub, AsRegistrar::Machine, new).await.unwrap()
}

async fn person(hub: &TestHub, org: OrgId, login: &str, roles: &[PersonRole]) -> Walker {
    let new = NewPerson {
        login: login.to_owned(),
        name: login.to_owned(),
        lang: Lang::En,
        zone: "Asia/Tokyo".to_owned(),
        password: "a password for tests".to_owned(),
        roles: roles.iter().map(|role| (org, *role)).collect(),
    };
    admin::add_person(&hub.hub, AsRegistrar::Machine, new).await.unwrap();
    let cookie = hub.sign_in(login).await;
    let who = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap();
    Walker { name: login.to_owned(), caller: who.caller, token: None, cookie: Some(cookie), csrf: who.csrf }
}

async fn token(hub: &TestHub, org: OrgId, name: &str, scopes: &[Scope]) -> Walker {
    let scopes: BTreeSet<Scope> = scopes.iter().copied().collect();
    let token = admin::add_token(&hub.hub, AsRegistrar::Machine, org, name, scopes, None).await.unwrap();
    let caller = hub::ops::auth::token(&hub.hub, &token).await.unwrap().unwrap();
    Walker { name: name.to_owned(), caller, token: Some(token), cookie: None, csrf: String::new() }
}

async fn walkers(hub: &TestHub) -> Vec<Walker> {
    let member = organisation(hub, "walker", OrgRole::Member).await;
    let supplier = organisation(hub, "supplier", OrgRole::Supplier).await;
    let authority = organisation(hub, "authority", OrgRole::Authority).await;
    let mut all = Vec::new();
    for role in PersonRole::ALL {
        let org = if role.of_hub() { hub.staff } else { member };
        all.push(person(hub, org, &format!("{role}-person"), &[*role]).await);
    }
    all.push(person(hub, supplier, "supplier-person", &[PersonRole::Reporter]).await);
    all.push(person(hub, authority, "authority-person", &[PersonRole::Reporter]).await);
    all.push(token(hub, authority, "authority-token", Scope::ALL).await);
    for scope in Scope::ALL {
        all.push(token(hub, member, &format!("{scope}-token"), &[*scope]).await);
    }
    all.push(token(hub, member, "every-token", Scope::ALL).await);
    all.push(token(hub, member, "powerless-token", &[]).await);
    all.push(token(hub, hub.staff, "staff-token", Scope::ALL).await);
    all
}

/// Role × route, with identifiers that nothing has: who lacks the right is told so, who has it finds nothing.
#[tokio::test]
async fn every_role_on_every_route() {
    let hub = TestHub::new(0).await;
    let walkers = walkers(&hub).await;
    let mut walked = 0;
    for row in rows().iter().filter(|row| row.who != Who::Public && !ends_session(row)) {
        for walker in walkers.iter().filter(|walker| walker.counts_on(row.face)) {
            let answer = hub.ask(walker.show(ask(row, ABSENT), row.face)).await;
            let what = format!("{} on {} {}: {}", walker.name, row.method, row.path, answer.status);
            walked += 1;
            if !row.who.admits(&walker.caller) {
                assert_eq!(answer.status, 403, "{what}");
                continue;
            }
            assert!(![401, 403, 405, 500, 503].contains(&answer.status), "{what}: {}", answer.text());
            if row.method == "GET" && row.object != Object::None {
                assert_eq!(answer.status, 404, "{what}");
            }
        }
    }
    assert!(walked > 700, "only {walked} pairs");
}

/// Every act by session without the value of its forms is refused, whoever asks.
#[tokio::test]
async fn no_act_by_session_without_its_csrf_value() {
    let hub = TestHub::new(0).await;
    let walkers = walkers(&hub).await;
    for row in rows().iter().filter(|row| row.csrf && row.who != Who::Public && row.face != Face::Taxii) {
        let able = |walker: &&Walker| walker.cookie.is_some() && row.who.admits(&walker.caller);
        for walker in walkers.iter().filter(able) {
            let bare = ask(row, ABSENT).cookie(walker.cookie.as_ref().unwrap());
            for shown in [bare.clone(), bare.with("x-noroshi-csrf", "0000")] {
                let answer = hub.ask(shown).await;
                assert_eq!(answer.status, 403, "{} on {} {}", walker.name, row.method, row.path);
            }
        }
    }
}

/// An answer without what the request itself brought, so that two requests that differ in an identifier can be compared.
fn blind(mut answer: Answer, id: &str) -> Answer {
    let text = answer.text().replace(id, "ID");
    answer.body = text.into_bytes();
    for (_, value) in &mut answer.headers {
        *value = value.replace(id, "ID");
    }
    answer.headers.retain(|(name, _)| name != "content-length");
    answer
}

/// An address of the walker's organisation that is told of news.
async fn webhook(hub: &TestHub, walker: &Walker) -> String {
    let hook =
        Ask::post("/api/v1/webhooks", r#"{"url":"https://hooks.example/x"}"#).content("application/json");
    hub.ask(walker.show(hook, Face::Api)).await.json()["id"].as_str().unwrap().to_owned()
}

/// Another organisation's submission, item, status, token and collection look like nothing at all: the same bytes on every route.
#[tokio::test]
async fn anothers_objects_look_like_none() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    hub.standing(&source, Delay::Now).await;
    let mail = mails::attack("m0.example", 1);
    let sent =
        Ask::post("/api/v1/submissions?delay=now", mail).content("message/rfc822").token(&source.token);
    let submission = hub.ask(sent).await.json()["id"].as_str().unwrap().to_owned();
    hub.work().await;
    let inbox = hub.ask(Ask::get("/api/v1/items").token(&source.token)).await.json();
    let item = inbox["rows"][0]["id"].as_str().unwrap().to_owned();
    let (own, sector) = collections(&hub, &source.token).await;
    let objects = format!("/taxii2/hub/collections/{own}/objects/");
    let posted =
        hub.ask(Ask::post(objects, bundle()).content("application/stix+json").token(&source.token)).await;
    assert_eq!(posted.status, 202, "{}", posted.text());
    let status = posted.json()["id"].as_str().unwrap().to_owned();
    let admin = hub.members[0].id;
    let held = person(&hub, admin, "admin-of-m0", &[PersonRole::OrgAdmin]).await;
    let tokens = hub.ask(held.show(Ask::get("/api/v1/tokens"), Face::Api)).await.json();
    let token_id = tokens[0]["id"].as_str().unwrap().to_owned();
    let [held_person, invitation, held_mail] = held_things(&hub, admin, &held).await;

    let webhook = webhook(&hub, &held).await;
    let passkey = hub.passkey_of(held.caller.person().unwrap()).await.to_string();
    let (incident, report) = told_report(&hub, &source.token).await;
    let (own_ask, own_put) = check(&hub, &item).await;
    let admission = admission(&hub, admin, "admin-of-m0").await;

    let stranger = organisation(&hub, "stranger", OrgRole::Member).await;
    let rival = organisation(&hub, "rival", OrgRole::Authority).await;
    let roles = [PersonRole::Reporter, PersonRole::Approver, PersonRole::OrgAdmin];
    let walkers = [
        person(&hub, stranger, "stranger", &roles).await,
        token(&hub, stranger, "t", Scope::ALL).await,
        person(&hub, rival, "rival", &roles).await,
        token(&hub, rival, "r", Scope::ALL).await,
    ];
    let mut compared = 0;
    for row in rows() {
        let theirs: &[&String] = match row.object {
            Object::OwnSubmission => &[&submission],
            Object::ReleasedItem => &[&item],
            Object::OwnStatus => &[&status],
            Object::OwnToken => &[&token_id],
            Object::OwnWebhook => &[&webhook],
            Object::OwnIncident => &[&incident],
            Object::OwnReport | Object::AddressedReport => &[&report],
            Object::OwnAsk => &[&own_ask],
            Object::OwnPut => &[&own_put],
            Object::OwnPerson => &[&held_person],
            Object::OwnPasskey => &[&passkey],
            Object::OwnInvitation => &[&invitation],
            Object::OwnHeldMail => &[&held_mail],
            Object::OwnAdmission => &[&admission],
            Object::Collection => &[&own, &sector],
            _ => continue,
        };
        for (walker, id) in walkers.iter().flat_map(|w| theirs.iter().map(move |id| (w, id.as_str()))) {
            if !walker.counts_on(row.face) {
                continue;
            }
            let other = blind(hub.ask(walker.show(ask(&row, id), row.face)).await, id);
            let none = blind(hub.ask(walker.show(ask(&row, ABSENT), row.face)).await, ABSENT);
            assert_eq!(other, none, "{} on {} {}", walker.name, row.method, row.path);
            assert!(other.status >= 400, "{} on {} {}: {}", walker.name, row.method, row.path, other.status);
            compared += 1;
        }
    }
    assert!(compared > 30, "only {compared} pairs");
}

/// The collections of a member: its own, and that of its sector.
async fn collections(hub: &TestHub, token: &str) -> (String, String) {
    let list = hub.ask(Ask::get("/taxii2/hub/collections/").token(token)).await.json();
    let of = |alias: &str| {
        let found = list["collections"].as_array().unwrap().iter().find(|c| c["alias"] == alias).unwrap();
        found["id"].as_str().unwrap().to_owned()
    };
    (of("own"), of("energy"))
}

/// A person of the organisation, an invitation of it, and a mail that is held for it.
async fn held_things(hub: &TestHub, org: OrgId, admin: &Walker) -> [String; 3] {
    let new = NewInvitation {
        name: "somebody".to_owned(),
        address: String::new(),
        roles: [PersonRole::Reporter].into(),
    };
    let may = admin.caller.org_admin().unwrap();
    people::invite(&hub.hub, may, new).await.unwrap();
    let invitation = people::list(&hub.hub, may).await.unwrap().invitations[0].id.to_string();
    let mail = b"From: x@evil.example\r\nSubject: y\r\n\r\nz\r\n".to_vec();
    let to = [hub::ops::intake::Recipient::Intake(org)];
    hub::ops::intake::receive(&hub.hub, "x@evil.example", &to, mail).await.unwrap();
    let own = sharing::caller::AsReporter { org };
    let held = hub::ops::intake::held(&hub.hub, own).await.unwrap()[0].id.to_string();
    [may.person.to_string(), invitation, held]
}

/// An admission into an organisation, past its administrator.
async fn admission(hub: &TestHub, organisation: OrgId, login: &str) -> String {
    let operator = person(hub, hub.staff, "op", &[PersonRole::Operator]).await;
    let new = hub::ops::admission::NewAdmission {
        organisation,
        name: "somebody".to_owned(),
        address: String::new(),
        roles: [PersonRole::OrgAdmin].into(),
        reason: "it left".to_owned(),
        relieves: [login.to_owned()].into(),
    };
    let by = operator.caller.rescuer().unwrap();
    hub::ops::admission::ask(&hub.hub, by, new).await.unwrap().to_string()
}

/// An incident that was told to an authority: (incident, report).
async fn told_report(hub: &TestHub, token: &str) -> (String, String) {
    let office = organisation(hub, "ministry", OrgRole::Authority).await;
    let seat = hub::ops::report::seat::give(&hub.hub, AsRegistrar::Machine, office, "nis2-eu", "csirt");
    seat.await.unwrap();
    let regimes = hub.ask(Ask::get("/api/v1/regimes").token(token)).await.json();
    let nis2 = regimes.as_array().unwrap().iter().find(|r| r["id"] == "nis2-eu").unwrap().clone();
    let facts: Vec<String> =
        nis2["fields"].as_array().unwrap().iter().map(|f| f["fact"].as_str().unwrap().to_owned()).collect();
    let new = serde_json::json!({"facts": {"unknown": facts}, "addresses": ["nis2-eu/csirt"]});
    let post = |path: String, body: serde_json::Value| {
        Ask::post(path, body.to_string()).token(token).content("application/json")
    };
    let opened = hub.ask(post("/api/v1/reports".to_owned(), new)).await;
    assert_eq!(opened.status, 201, "{}", opened.text());
    let report = opened.json()["reports"][0]["id"].as_str().unwrap().to_owned();
    let stage = serde_json::json!({"stage": "early-warning"});
    let sent = hub.ask(post(format!("/api/v1/reports/{report}/stages"), stage)).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    (opened.json()["id"].as_str().unwrap().to_owned(), report)
}

/// The first member asks the second, its supplier, to check itself: the ask and what was put.
async fn check(hub: &TestHub, item: &str) -> (String, String) {
    use hub::ops::check::{ask, link, put};
    let (customer, supplier) = (hub.members[0].id, hub.members[1].id);
    link::add_contract(&hub.hub, AsRegistrar::Machine, customer, supplier).await.unwrap();
    let caller = testkit::member(customer, &[PersonRole::Approver]);
    let reader = hub::ops::read::audiences(&hub.hub, &caller).await.unwrap();
    let new = ask::NewCheck {
        item: item.parse().unwrap(),
        whom: BTreeSet::from([supplier]),
        named: false,
        due_at: model::time::plus_days(hub.hub.now(), 5),
        counts: model::check::Counts::LogsAndMachines,
        parent: None,
    };
    let id = ask::ask(&hub.hub, caller.asker().unwrap(), &reader, new).await.unwrap();
    let asked = testkit::member(supplier, &[PersonRole::Reporter]).asked().unwrap();
    let put = put::list(&hub.hub, asked).await.unwrap()[0].get().id;
    (id.to_string(), put.to_string())
}

fn bundle() -> Vec<u8> {
    br#"{"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3a","objects":[{"type":"indicator","spec_version":"2.1",
    "id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-01-04T00:00:00Z","modified":"2026-01-04T00:00:00Z",
    "pattern":"[domain-name:value = 'c2.attacker.test']","pattern_type":"stix","valid_from":"2026-01-04T00:00:00Z"}]}"#
        .to_vec()
}

/// What protects the reader is on every answer, whatever its status.
#[tokio::test]
async fn the_protecting_headers_are_on_every_answer() {
    let hub = TestHub::new(1).await;
    let token = hub.members[0].token.clone();
    for path in [
        "/",
        "/sign-in",
        "/nothing",
        "/api/v1/me",
        "/api/nothing",
        "/taxii2/",
        "/taxii2/nothing/",
        "/healthz",
    ] {
        for ask in [Ask::get(path), Ask::get(path).token(&token), Ask::post(path, "x")] {
            let answer = hub.ask(ask).await;
            let csp = answer.header("content-security-policy").unwrap_or_default();
            assert!(csp.starts_with("default-src 'none'"), "{path}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        }
    }
}

/// A body beyond the row's limit is refused, by its announced length and by its bytes.
#[tokio::test]
async fn bodies_have_limits() {
    let hub = TestHub::new(1).await;
    let token = hub.members[0].token.clone();
    let large = vec![b'x'; server::matrix::FORM_BYTES_MAX + 1];
    let answer = hub.ask(Ask::post(format!("/api/v1/items/{ABSENT}/questions"), large).token(&token)).await;
    assert_eq!(answer.status, 413, "{}", answer.text());
    let announced = Ask::post("/api/v1/submissions", "x").with("content-length", "200000000").token(&token);
    let answer = hub.ask(announced).await;
    assert_eq!((answer.status, answer.header("content-type")), (413, Some("application/problem+json")));
    let collections = hub.ask(Ask::get("/taxii2/hub/collections/").token(&token)).await.json();
    let own =
        collections["collections"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
    let announced = Ask::post(format!("/taxii2/hub/collections/{own}/objects/"), "x");
    let answer = hub.ask(announced.with("content-length", "200000000").token(&token)).await;
    assert_eq!(answer.status, 413);
    assert_eq!(answer.json()["http_status"], "413");
}
