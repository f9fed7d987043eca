//! What destroys keys for good asks once more, and takes a word that a person typed: a click alone changes nothing.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use model::role::PersonRole as P;
use testkit::{Answer, Ask, TestHub};

/// A person in front of the pages.
struct Visitor<'a> {
    hub: &'a TestHub,
    cookie: String,
    csrf: String,
}

impl<'a> Visitor<'a> {
    async fn new(hub: &'a TestHub, login: &str, org: model::id::OrgId, role: P) -> Self {
        hub.person(login, org, &[role]).await;
        let cookie = hub.sign_in(login).await;
        let csrf = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().csrf;
        Self { hub, cookie, csrf }
    }

    async fn see(&self, path: &str) -> Answer {
        self.hub.ask(Ask::get(path).cookie(&self.cookie)).await
    }

    /// Sends the form of a page with what was typed into it.
    async fn type_in(&self, path: &str, field: &str, word: &str) -> Answer {
        let body = format!("csrf={}&{field}={word}", self.csrf);
        let form = Ask::post(path, body).content("application/x-www-form-urlencoded");
        self.hub.ask(form.cookie(&self.cookie)).await
    }
}

/// The way back stands before the button.
#[track_caller]
fn asks_once_more(page: &Answer, back: &str) {
    assert_eq!(page.status, 200, "{}", page.text());
    let html = page.text();
    let form = html.split("class=\"card\"").nth(1).unwrap();
    let cancel = form.find(&format!("<a class=\"button second\" href=\"{back}\"")).unwrap();
    assert!(cancel < form.find("<button class=\"grave\"").unwrap(), "{form}");
}

#[tokio::test]
async fn an_organisation_leaves_when_its_short_name_was_typed() {
    let hub = TestHub::new(2).await;
    let operator = Visitor::new(&hub, "op", hub.staff, P::Operator).await;
    let path = format!("/organisations/{}/leave", hub.members[0].id);
    let page = path.trim_end_matches("/leave");
    let (list, one) = (operator.see("/organisations").await.text(), operator.see(page).await.text());
    assert!(list.contains(page) && !list.contains(&path), "the list leads to its page only");
    assert!(one.contains(&path) && !one.contains(&format!("action=\"{path}\"")), "a link, no button");
    asks_once_more(&operator.see(&path).await, page);
    for wrong in ["", "m1", "yes"] {
        let answer = operator.type_in(&path, "slug", wrong).await;
        assert_eq!(answer.status, 422, "`{wrong}`");
        assert!(answer.text().contains("Nothing was changed"), "{}", answer.text());
    }
    assert_eq!(hub.ask(Ask::get("/api/v1/me").token(&hub.members[0].token)).await.status, 200);
    assert_eq!(operator.type_in(&path, "slug", "m0").await.status, 303);
    assert_eq!(hub.ask(Ask::get("/api/v1/me").token(&hub.members[0].token)).await.status, 401);
    assert_eq!(operator.see(&path).await.status, 404, "it has left");
    let itself = format!("/organisations/{}/leave", hub.staff);
    let own_page = operator.see(itself.trim_end_matches("/leave")).await;
    assert!(own_page.status == 200 && !own_page.text().contains(&itself));
    assert_eq!(operator.see(&itself).await.status, 404, "the hub cannot leave");
}

#[tokio::test]
async fn a_submission_is_erased_when_its_receipt_code_was_typed() {
    let hub = TestHub::new(2).await;
    let source = hub.members[0].clone();
    let id = hub.send(&source, 1).await;
    let other = hub.send(&source, 2).await;
    hub.work().await;
    let approver = Visitor::new(&hub, "approver", source.id, P::Approver).await;
    let code = async |id| {
        let own = sharing::caller::AsReporter { org: source.id };
        hub::ops::mine::show(&hub.hub, own, id).await.unwrap().row.code
    };
    let (own, others) = (code(id).await, code(other).await);
    let (page, path) = (format!("/submissions/{id}"), format!("/submissions/{id}/erase"));
    let shown = approver.see(&page).await.text();
    assert!(shown.contains(&path) && !shown.contains(&format!("action=\"{path}\"")), "a link, no button");
    asks_once_more(&approver.see(&path).await, &page);
    for wrong in ["", "yes", &others] {
        let answer = approver.type_in(&path, "code", wrong).await;
        assert_eq!(answer.status, 422, "`{wrong}`");
        assert!(answer.text().contains("Nothing was erased"), "{}", answer.text());
    }
    let raw = format!("{page}/raw");
    assert_eq!(approver.see(&raw).await.status, 200, "it is there");
    let as_people_write = own.to_lowercase().replace('-', "");
    let paper = approver.type_in(&path, "code", &as_people_write).await;
    assert_eq!(paper.status, 200, "{}", paper.text());
    assert!(paper.text().contains(&own), "the certificate");
    assert_eq!(approver.see(&raw).await.status, 404);
    hub.work().await;
    assert_eq!(approver.see(&path).await.status, 404, "once");
}
