//! What destroys keys for good asks once more, and takes a word that a person typed: a click alone changes nothing.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::log::verdict::{self, Outcome};
use model::role::PersonRole as P;
use testkit::{Answer, Ask, TestHub};
use tlog::Policy;

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
    let left = operator.type_in(&path, "slug", "m0").await;
    assert_eq!(left.status, 200);
    assert!(
        left.text().contains("erasure-certificate@v1") && left.text().contains("organisation m0"),
        "{}",
        left.text()
    );
    assert_eq!(hub.ask(Ask::get("/api/v1/me").token(&hub.members[0].token)).await.status, 401);
    assert_eq!(operator.see(&path).await.status, 404, "it has left");
    let itself = format!("/organisations/{}/leave", hub.staff);
    let own_page = operator.see(itself.trim_end_matches("/leave")).await;
    assert!(own_page.status == 200 && !own_page.text().contains(&itself));
    assert_eq!(operator.see(&itself).await.status, 404, "the hub cannot leave");
}

#[tokio::test]
async fn somebody_is_removed_when_its_sign_in_name_was_typed() {
    let hub = TestHub::new(2).await;
    let org = hub.members[0].id;
    let admin = Visitor::new(&hub, "kanri", org, P::OrgAdmin).await;
    let kita = Visitor::new(&hub, "kita", org, P::Reporter).await;
    let who = async |of: &Visitor<'_>| {
        hub::ops::auth::session(&hub.hub, &of.cookie).await.unwrap().map(|who| who.person)
    };
    let path = format!("/people/{}/remove", who(&kita).await.unwrap());
    let list = admin.see("/people").await.text();
    assert!(list.contains(&path) && !list.contains(&format!("action=\"{path}\"")), "a link, no button");
    asks_once_more(&admin.see(&path).await, "/people");
    let own = format!("/people/{}/remove", who(&admin).await.unwrap());
    for (wrong, to) in [("", ""), ("kanri", ""), ("yes", &own[8..44])] {
        let answer = admin.type_in(&path, "login", &format!("{wrong}&to={to}")).await;
        assert_eq!(answer.status, 422, "`{wrong}`");
        let html = answer.text();
        assert!(html.contains("Nothing was changed"), "{html}");
        assert_eq!(html.contains(&format!("<option value=\"{to}\" selected")), !to.is_empty(), "{html}");
    }
    assert!(who(&kita).await.is_some(), "it is there");
    // the last administrator stays, and is told so on the page
    let last = admin.type_in(&own, "login", "kanri").await;
    assert!(last.status == 422 && last.text().contains("the last administrator stays"), "{}", last.text());
    assert!(last.text().contains("<button class=\"grave\""), "{}", last.text());
    assert_eq!(admin.type_in(&path, "login", "%EF%BC%ABita").await.status, 303, "as people write it");
    assert!(who(&kita).await.is_none(), "its session has ended");
    assert_eq!(admin.see(&path).await.status, 404);
    let elsewhere = Visitor::new(&hub, "nishi", hub.members[1].id, P::OrgAdmin).await;
    assert_eq!(elsewhere.see(&own).await.status, 404, "of elsewhere");
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
    let link = paper.text().split("base64,").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let note = data_encoding::BASE64.decode(link.replace("&#43;", "+").as_bytes()).unwrap();
    certified(&hub, &note, &own);
    assert_eq!(approver.see(&raw).await.status, 404);
    hub.work().await;
    assert_eq!(approver.see(&path).await.status, 404, "once");
}

/// A certificate is checked with the log's public key alone.
#[track_caller]
fn certified(hub: &TestHub, note: &[u8], code: &str) {
    let policy = Policy::of_logs(&hub::log::keys(&hub.hub).unwrap());
    let read = verdict::read(note, &policy);
    assert_eq!(read.outcome, Outcome::Signed, "{}", String::from_utf8_lossy(note));
    let said = |name: &str| read.entry.get(name).map(String::as_str);
    assert_eq!((said("kind"), said("receipt")), (Some("erased-submission"), Some(code)));
    assert_eq!((said("decision"), said("rule")), (Some("source"), Some("wish-of-the-source")));
    assert_eq!(said("at"), Some(hub.hub.now().to_string().as_str()));
    for at in (0..note.len()).step_by(7) {
        let mut bad = note.to_vec();
        bad[at] ^= 1;
        assert!(matches!(verdict::read(&bad, &policy).outcome, Outcome::Refused(_)), "byte {at}");
    }
}

/// Over the API: the source gets its certificate once, and for everybody else, the hub's staff too, there is nothing.
#[tokio::test]
async fn a_certificate_is_for_its_source_alone() {
    let hub = TestHub::new(2).await;
    let source = hub.members[0].clone();
    let id = hub.send(&source, 1).await;
    hub.work().await;
    hub.beats(2).await;
    let approver = Visitor::new(&hub, "approver", source.id, P::Approver).await;
    let rival = Visitor::new(&hub, "rival", hub.members[1].id, P::Approver).await;
    let own = sharing::caller::AsReporter { org: source.id };
    let code = hub::ops::mine::show(&hub.hub, own, id).await.unwrap().row.code;
    let absent = "0f3c1f9e-6a83-4d55-8f0e-0d6a2e6f7c11";
    let with = async |who: &Visitor<'_>, id: &str, code: &str| {
        let body = format!("{{\"code\":\"{code}\"}}");
        let ask = Ask::post(format!("/api/v1/submissions/{id}/erase"), body).content("application/json");
        hub.ask(ask.cookie(&who.cookie).with("x-noroshi-csrf", &who.csrf)).await
    };
    let ask = async |who: &Visitor<'_>, id: &str| with(who, id, &code).await;
    // the same word that a person types: a program that counted wrongly erases nothing
    for wrong in ["", "yes", "0000-0000-0"] {
        let refused = with(&approver, &id.to_string(), wrong).await;
        assert_eq!(refused.status, 422, "`{wrong}`: {}", refused.text());
        assert!(refused.text().contains("nothing was erased"), "{}", refused.text());
    }
    let bare = Ask::post(format!("/api/v1/submissions/{id}/erase"), "").cookie(&approver.cookie);
    assert!(hub.ask(bare.with("x-noroshi-csrf", &approver.csrf)).await.status >= 400);
    let theirs = ask(&rival, &id.to_string()).await;
    assert_eq!((theirs.status, &theirs), (404, &ask(&rival, absent).await));
    let given = ask(&approver, &id.to_string()).await;
    assert_eq!(given.status, 200, "{}", given.text());
    let name = format!("attachment; filename=\"erased-{code}.note\"");
    assert_eq!(given.header("content-disposition"), Some(name.as_str()));
    certified(&hub, &given.body, &code);
    assert!(given.text().contains("\ntree "), "not older than what the log had published: {}", given.text());
    hub.work().await;
    // kept nowhere: a second copy would say whose the submission was
    for who in [&approver, &rival] {
        assert_eq!(ask(who, &id.to_string()).await, ask(who, absent).await);
    }
    for file in walk(&hub.data()) {
        let bytes = std::fs::read(file).unwrap();
        assert!(!bytes.windows(24).any(|window| window == b"erasure-certificate@v1\nki"), "no copy is kept");
    }
}

/// Every file below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
