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
