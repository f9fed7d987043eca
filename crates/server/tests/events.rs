//! Server-sent events: whoever was warned hears of it, nobody else does.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use hub::ops::admin::{self, AsRegistrar, NewOrganisation};
use model::consent::Delay;
use model::lang::Bilingual;
use model::role::{OrgRole, Scope};
use std::collections::BTreeSet;
use std::time::Duration;
use testkit::{Ask, TestHub, mails};
use tower::ServiceExt;

/// Longer than the loop sleeps: what was not heard by then is not said.
const PATIENCE: Duration = Duration::from_secs(8);

/// Whether the stream says that there is news before patience ends.
async fn hears(router: Router, token: String) -> bool {
    let ask = Request::get("/api/v1/events").header("authorization", format!("Bearer {token}"));
    let mut body = router.oneshot(ask.body(Body::empty()).unwrap()).await.unwrap().into_body();
    let listening = async {
        while let Some(Ok(frame)) = body.frame().await {
            let text = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
            if text.starts_with("event: news\n") {
                return true;
            }
        }
        false
    };
    tokio::time::timeout(PATIENCE, listening).await.unwrap_or(false)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_are_heard_by_those_they_are_for() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    hub.standing(&source, Delay::Now).await;
    let new = NewOrganisation {
        slug: "elsewhere".to_owned(),
        name: Bilingual { ja: "他".to_owned(), en: "Elsewhere".to_owned() },
        parent: None,
        roles: BTreeSet::from([OrgRole::Member]),
        sectors: BTreeSet::new(),
        profile: model::profile::Profile::default(),
    };
    let by = AsRegistrar::Machine;
    let stranger = admin::add_organisation(&hub.hub, by, new).await.unwrap();
    let scopes: BTreeSet<Scope> = [Scope::Read].into();
    let token = admin::add_token(&hub.hub, by, stranger, "t", scopes, None).await.unwrap();
    let warned = tokio::spawn(hears(hub.router.clone(), hub.members[3].token.clone()));
    let other = tokio::spawn(hears(hub.router.clone(), token));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mail = mails::attack("m0.example", 1);
    let ask = Ask::post("/api/v1/submissions?delay=now", mail).content("message/rfc822").token(&source.token);
    hub.ask(ask).await;
    hub.work().await;
    assert!(warned.await.unwrap());
    assert!(!other.await.unwrap());
}

/// How long two worlds are listened to: beyond the first comment, whose instant others' acts must not move.
const LISTENED: Duration = Duration::from_secs(27);

/// Everything that a stream says while it is listened to, and when.
async fn heard(router: Router, token: String) -> Vec<(Duration, String)> {
    let ask = Request::get("/api/v1/events").header("authorization", format!("Bearer {token}"));
    let begun = tokio::time::Instant::now();
    let mut body = router.oneshot(ask.body(Body::empty()).unwrap()).await.unwrap().into_body();
    let mut out = Vec::new();
    while let Ok(Some(Ok(frame))) = tokio::time::timeout_at(begun + LISTENED, body.frame()).await {
        out.push((begun.elapsed(), String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()));
    }
    out
}

/// In one world a member sends, and takes back, several times a second; in the other it sleeps. Another member's stream says the same
/// bytes at the same instants.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_says_nothing_of_what_others_do() {
    use model::role::PersonRole as P;
    let template = TestHub::new(4).await;
    template.rest().await;
    let (still, busy) = (template.fork(false).await, template.fork(false).await);
    let listener = &template.members[3].token;
    let one = tokio::spawn(heard(still.router.clone(), listener.clone()));
    let two = tokio::spawn(heard(busy.router.clone(), listener.clone()));
    let begun = tokio::time::Instant::now();
    let mut n = 0;
    while begun.elapsed() < LISTENED {
        n += 1;
        let id = busy.send(&busy.members[0], n).await;
        busy.work().await;
        if n % 2 == 0 {
            let who = testkit::member(busy.members[0].id, &[P::Approver]).approver().unwrap();
            hub::ops::mine::withdraw(&busy.hub, who, id).await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let (one, two) = (one.await.unwrap(), two.await.unwrap());
    let said = |heard: &[(Duration, String)]| heard.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>();
    assert_eq!(said(&one), said(&two));
    assert_eq!(one.len(), 2, "the first line and a comment: {one:?}");
    for ((a, _), (b, _)) in one.iter().zip(&two) {
        // far less than the comments' distance, far more than two loaded cores are late
        assert!(a.abs_diff(*b) < Duration::from_secs(2), "{a:?} {b:?}");
    }
}

/// The stream of a collection, as far as it is open.
async fn watch(hub: &TestHub, token: &str) -> Body {
    let ask = Ask::get("/taxii2/hub/collections/")
        .token(token)
        .with("accept", "application/taxii+json;version=2.1");
    let id = hub.ask(ask).await.json()["collections"][0]["id"].as_str().unwrap().to_owned();
    let ask = Request::get(format!("/taxii2/hub/collections/{id}/news/"))
        .header("authorization", format!("Bearer {token}"))
        .header("accept", "text/event-stream");
    hub.router.clone().oneshot(ask.body(Body::empty()).unwrap()).await.unwrap().into_body()
}

/// Whether the stream ends within a second: four looks.
async fn ends(body: &mut Body) -> bool {
    matches!(tokio::time::timeout(Duration::from_secs(1), body.frame()).await, Ok(None))
}

/// What others do changes the number of rights; a stream that ended with it would say that they did something, and when.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_with_its_own_rights_and_not_with_those_of_others() {
    use model::role::PersonRole as P;
    let hub = TestHub::new(3).await;
    let by = AsRegistrar::Machine;
    let scopes: BTreeSet<Scope> = [Scope::Read].into();
    let token = admin::add_token(&hub.hub, by, hub.members[0].id, "own", scopes.clone(), None).await.unwrap();
    let mut stream = watch(&hub, &token).await;
    let before = hub::ops::taxii::rights(&hub.hub).await.unwrap();
    assert!(!ends(&mut stream).await);
    hub.person("rival", hub.members[1].id, &[P::OrgAdmin]).await;
    let with_person = hub::ops::taxii::rights(&hub.hub).await.unwrap();
    assert_ne!(with_person, before, "somebody came in");
    hub.sign_in("rival").await;
    assert_eq!(hub::ops::taxii::rights(&hub.hub).await.unwrap(), with_person, "a sign-in changes no rights");
    admin::add_token(&hub.hub, by, hub.members[1].id, "another", scopes, None).await.unwrap();
    assert!(!ends(&mut stream).await, "others act");

    let own = testkit::member(hub.members[0].id, &[P::OrgAdmin]).org_admin().unwrap();
    let id = admin::tokens(&hub.hub, own).await.unwrap().into_iter().find(|t| t.name == "own").unwrap().id;
    admin::revoke_token(&hub.hub, own, id).await.unwrap();
    assert!(ends(&mut stream).await, "its own token is gone");
}
