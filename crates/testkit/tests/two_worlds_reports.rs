//! Non-interference of incident reports: two worlds that differ only in what X reported and what its office did; another member
//! and another authority make the same requests in both, and every byte they get is compared.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::ops::admin::{self, AsRegistrar, NewOrganisation};
use hub::ops::report::incident::{self, NewIncident};
use hub::ops::report::{office, seat, send, share};
use jiff::SignedDuration;
use model::clock::Trigger;
use model::clock::regime::Fact;
use model::id::OrgId;
use model::lang::Bilingual;
use model::report::Facts;
use model::role::{OrgRole, PersonRole as P, Scope};
use model::submission::Door;
use sharing::report::AsOffice;
use std::collections::BTreeSet;
use testkit::{Answer, Ask, Member, TestHub, member};

async fn authority(hub: &TestHub, slug: &str) -> (OrgId, String) {
    let new = NewOrganisation {
        slug: slug.to_owned(),
        name: Bilingual { ja: slug.to_owned(), en: slug.to_owned() },
        parent: None,
        roles: BTreeSet::from([OrgRole::Authority]),
        sectors: BTreeSet::new(),
        profile: model::profile::Profile::default(),
    };
    let org = admin::add_organisation(&hub.hub, AsRegistrar::Machine, new).await.unwrap();
    // both have seats under the same regime: who receives a report is chosen report by report
    seat::give(&hub.hub, AsRegistrar::Machine, org, "nis2-eu", "csirt").await.unwrap();
    let scopes = Scope::ALL.iter().copied().collect();
    let token = admin::add_token(&hub.hub, AsRegistrar::Machine, org, "t", scopes, None).await.unwrap();
    (org, token)
}

/// Everything that X and its office may do without others having a right to notice. Returns the identifiers that arose.
async fn act(hub: &TestHub, x: &Member, to: OrgId, n: u64) -> Vec<String> {
    let filer = member(x.id, &[P::Reporter]).filer().unwrap();
    let mut facts = Facts { unknown: Fact::ALL.iter().copied().collect(), ..Facts::default() };
    facts.happened.triggers.insert(Trigger::Awareness, hub.hub.now());
    facts.texts.insert(Fact::Outline, format!("incident {n}"));
    facts.texts.insert(Fact::Contact, "desk".to_owned());
    facts.texts.insert(Fact::Indicators, format!("c2-{n}.attacker.test"));
    let address = format!("nis2-eu/csirt/{to}").parse().unwrap();
    let new = NewIncident { facts: facts.clone(), addresses: vec![address], exercise: false };
    let view = incident::open(&hub.hub, filer, new).await.unwrap();
    let report = view.reports[0].id;
    send::send(&hub.hub, filer, report, "early-warning").await.unwrap();
    let office = AsOffice { org: to, person: None };
    office::look(&hub.hub, office, report, None).await.unwrap();
    office::acknowledge(&hub.hub, office, report, "17").await.unwrap();
    office::ask(&hub.hub, office, report, "which sites?").await.unwrap();
    incident::save(&hub.hub, filer, view.id, 1, facts, &[]).await.unwrap();
    if n.is_multiple_of(3) {
        let source = member(x.id, &[P::Reporter]).reporter().unwrap();
        share::share(&hub.hub, filer, source, view.id, Door::Web).await.unwrap();
    }
    hub.work().await;
    vec![view.id.to_string(), report.to_string()]
}

/// Everything a stranger can ask of reports, also under the identifiers of X.
async fn asks(hub: &TestHub, token: &str, office: bool, foreign: &[String]) -> Vec<Answer> {
    let mut paths: Vec<String> = [
        "/api/v1/reports",
        "/api/v1/regimes",
        "/api/v1/notices",
        "/api/v1/items",
        "/api/v1/submissions",
        "/api/v1/roster",
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    if office {
        paths.push("/api/v1/office/reports".to_owned());
    }
    for id in foreign {
        paths.extend(
            [
                "incidents/ID",
                "incidents/ID/pack",
                "incidents/ID/veris",
                "reports/ID",
                "reports/ID/form?stage=early-warning",
                "office/reports/ID",
            ]
            .map(|path| format!("/api/v1/{}", path.replace("ID", id))),
        );
    }
    let mut out = Vec::new();
    for path in paths {
        out.push(hub.ask(Ask::get(path).token(token)).await);
    }
    for id in foreign {
        for path in ["reports/ID/stages", "reports/ID/lines", "office/reports/ID/acknowledge"] {
            let body = r#"{"stage":"early-warning","text":"x","number":"1"}"#;
            let path = format!("/api/v1/{}", path.replace("ID", id));
            out.push(hub.ask(Ask::post(path, body).token(token).content("application/json")).await);
        }
    }
    out
}

/// The pages of a stranger's session: the same, and under the identifiers of X.
async fn looks(hub: &TestHub, cookie: &str, office: bool, foreign: &[String]) -> Vec<Answer> {
    let board = if office { "/office" } else { "/reports" };
    let mut paths = vec![board.to_owned(), "/reports/new".to_owned(), "/notices".to_owned()];
    for id in foreign {
        let below = [
            "/incidents/ID",
            "/incidents/ID/edit",
            "/incidents/ID/pack",
            "/reports/ID",
            "/reports/ID/xlsx",
            "/office/ID",
        ];
        paths.extend(below.map(|path| path.replace("ID", id)));
    }
    let mut out = Vec::new();
    for path in paths {
        out.push(hub.ask(Ask::get(path).cookie(cookie)).await);
    }
    out
}

#[tokio::test]
async fn others_cannot_tell_that_anything_was_reported() {
    for n in 0..6 {
        let base = TestHub::new(3).await;
        let (x, y) = (base.members[0].clone(), base.members[1].clone());
        let (to, _) = authority(&base, "ministry").await;
        let (rival_id, rival) = authority(&base, "rival").await;
        base.person("y", y.id, &[P::Reporter]).await;
        base.person("officer", rival_id, &[P::Reporter]).await;
        let sessions = [base.sign_in("y").await, base.sign_in("officer").await];
        base.rest().await;
        let (quiet, busy) = (base.fork(false).await, base.fork(false).await);
        let ids = act(&busy, &x, to, n).await;
        for (cookie, office) in sessions.iter().zip([false, true]) {
            let (a, b) =
                (looks(&quiet, cookie, office, &ids).await, looks(&busy, cookie, office, &ids).await);
            assert!(a[0].status == 200 && a.len() > 12, "{}", a[0].text());
            assert_eq!(a, b, "pages of history {n}");
        }
        for hub in [&quiet, &busy] {
            hub.pass(SignedDuration::from_hours(30)).await;
        }
        for (who, office) in [(&y.token, false), (&rival, true)] {
            let (a, b) = (asks(&quiet, who, office, &ids).await, asks(&busy, who, office, &ids).await);
            assert!(a.len() > 20);
            for (one, other) in a.iter().zip(&b) {
                assert_eq!(one, other, "history {n}");
            }
        }
    }
}
