//! An organisation whose administrators cannot act any more gets one from two people of the hub, after everybody of it was told and
//! nobody refused for three days.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use client::post::Mail;
use hub::HubError;
use hub::ops::admission::{self, NewAdmission, OBJECTION_HOURS};
use hub::ops::people::{self, NewAccount};
use hub::ops::{account, auth, notice};
use jiff::SignedDuration;
use model::id::{AdmissionId, OrgId, PersonId};
use model::lang::Lang;
use model::role::{Notify, PersonRole as P};
use sharing::Caller;
use sharing::caller::{AsOrgAdmin, AsRescuer};
use std::sync::{Arc, Mutex};
use testkit::{Ask, TestHub};

/// A member whose administrator is `gone`, beside `con`, who gets no mail of its own accord; two people of the hub.
struct Story {
    hub: TestHub,
    sent: Arc<Mutex<Vec<Mail>>>,
    org: OrgId,
    one: AsRescuer,
    other: AsRescuer,
}

async fn person(hub: &TestHub, login: &str, org: OrgId, roles: &[P]) -> PersonId {
    hub.person(login, org, roles).await;
    auth::session(&hub.hub, &hub.sign_in(login).await).await.unwrap().unwrap().person
}

impl Story {
    async fn begin(roles: &[P]) -> Self {
        let (hub, sent) = TestHub::with_mail(2).await;
        let (org, office) = (hub.members[0].id, hub.staff);
        for (login, roles) in [("gone", roles), ("con", &[P::Contact])] {
            let id = person(&hub, login, org, roles).await;
            let address = format!("{login}@m0.example");
            account::set_contact(&hub.hub, id, &address, "", Notify::Off).await.unwrap();
        }
        let one = AsRescuer { office, person: person(&hub, "op", office, &[P::Operator]).await };
        let other = AsRescuer { office, person: person(&hub, "rel", office, &[P::Releaser]).await };
        Self { hub, sent, org, one, other }
    }

    async fn ask(&self, relieves: &[&str]) -> Result<AdmissionId, HubError> {
        self.ask_for(self.org, relieves).await
    }

    async fn ask_for(&self, organisation: OrgId, relieves: &[&str]) -> Result<AdmissionId, HubError> {
        let new = NewAdmission {
            organisation,
            name: "Higashi".to_owned(),
            address: String::new(),
            roles: [P::OrgAdmin].into(),
            reason: "the last administrator left the company".to_owned(),
            relieves: relieves.iter().map(|login| (*login).to_owned()).collect(),
        };
        admission::ask(&self.hub.hub, self.one, new).await
    }

    async fn agree(&self, id: AdmissionId) -> Result<String, HubError> {
        admission::agree(&self.hub.hub, self.other, id).await
    }

    async fn join(&self, link: &str, login: &str) {
        let account = NewAccount {
            login: login.to_owned(),
            name: login.to_owned(),
            lang: Lang::Ja,
            zone: "Asia/Tokyo".to_owned(),
            password: "a password for tests".to_owned(),
        };
        people::join(&self.hub.hub, link.split_once("?t=").unwrap().1, account).await.unwrap();
    }

    /// What somebody may do; nothing once it is out.
    async fn caller(&self, login: &str) -> Option<Caller> {
        let cookie = auth::sign_in(&self.hub.hub, login, "a password for tests", "test").await.ok()?.cookie;
        auth::session(&self.hub.hub, &cookie).await.unwrap().map(|who| who.caller)
    }

    async fn wait(&self, minutes: i64) {
        self.hub.pass(SignedDuration::from_mins(minutes)).await;
    }

    /// What the organisation was told, by kind.
    async fn told(&self) -> Vec<String> {
        let reader = testkit::member(self.org, &[P::Contact]);
        notice::list(&self.hub.hub, &reader).await.unwrap().into_iter().map(|n| n.kind).collect()
    }
}

const WAIT_MINUTES: i64 = OBJECTION_HOURS as i64 * 60;

#[tokio::test]
async fn an_administrator_who_is_gone_is_relieved_after_three_days() {
    let story = Story::begin(&[P::OrgAdmin, P::Reporter]).await;
    for wrong in [&[][..], &["con"], &["gone", "nobody"]] {
        let refused = story.ask(wrong).await;
        assert!(matches!(refused, Err(HubError::Invalid("relieves", _))), "{wrong:?}: {refused:?}");
    }
    let of_hub = story.ask_for(story.hub.staff, &["op"]).await;
    assert!(matches!(of_hub, Err(HubError::Invalid("relieves", _))), "{of_hub:?}");
    assert!(story.told().await.is_empty());
    let id = story.ask(&["gone"]).await.unwrap();
    story.wait(1).await;
    assert_eq!(story.sent.lock().unwrap().len(), 2, "everybody is told at once, whatever each has chosen");
    assert_eq!(story.told().await, ["admission-asked"]);
    let early = story.agree(id).await;
    assert!(matches!(early, Err(HubError::Invalid("admission", _))), "{early:?}");
    story.wait(WAIT_MINUTES - 3).await;
    let early = story.agree(id).await;
    assert!(matches!(early, Err(HubError::Invalid("admission", _))), "two minutes too early: {early:?}");
    story.wait(3).await;
    let alone = admission::agree(&story.hub.hub, story.one, id).await;
    assert!(matches!(alone, Err(HubError::SamePerson)), "{alone:?}");
    let link = story.agree(id).await.unwrap();
    assert!(story.caller("gone").await.unwrap().org_admin().is_ok(), "until somebody is there");
    story.join(&link, "higashi").await;
    assert!(story.caller("higashi").await.unwrap().org_admin().is_ok());
    let gone = story.caller("gone").await.unwrap();
    assert!(gone.org_admin().is_err() && gone.reporter().is_ok(), "that role is lost, and no other");
    assert!(story.told().await.contains(&"admission-agreed".to_owned()));
}

#[tokio::test]
async fn whoever_was_nothing_but_administrator_is_out() {
    let story = Story::begin(&[P::OrgAdmin]).await;
    let id = story.ask(&["gone"]).await.unwrap();
    story.wait(WAIT_MINUTES).await;
    let link = story.agree(id).await.unwrap();
    story.join(&link, "higashi").await;
    assert!(story.caller("gone").await.is_none(), "the account opens nothing");
    assert!(story.caller("higashi").await.unwrap().org_admin().is_ok());
}

#[tokio::test]
async fn an_administrator_of_the_organisation_refuses() {
    let story = Story::begin(&[P::OrgAdmin]).await;
    let (hub, org) = (&story.hub, story.org);
    let foreign = hub.members[1].id;
    let stranger = AsOrgAdmin { org: foreign, person: person(hub, "far", foreign, &[P::OrgAdmin]).await };
    let admin = AsOrgAdmin { org, person: person(hub, "here", org, &[P::OrgAdmin]).await };
    let id = story.ask(&["gone"]).await.unwrap();
    let no = admission::refuse_own(&hub.hub, stranger, id).await;
    assert!(matches!(no, Err(HubError::NotFound)), "{no:?}");
    assert!(admission::into_own(&hub.hub, stranger).await.unwrap().is_empty());
    let open = admission::into_own(&hub.hub, admin).await.unwrap();
    assert_eq!((open.len(), open[0].id, open[0].relieves.as_slice()), (1, id, &["gone".to_owned()][..]));
    admission::refuse_own(&hub.hub, admin, id).await.unwrap();
    story.wait(WAIT_MINUTES).await;
    let late = story.agree(id).await;
    assert!(matches!(late, Err(HubError::Invalid("admission", _))), "{late:?}");
    assert!(admission::into_own(&hub.hub, admin).await.unwrap().is_empty());
    assert!(story.caller("gone").await.unwrap().org_admin().is_ok());
}

#[tokio::test]
async fn it_refuses_on_its_page_and_by_program() {
    let story = Story::begin(&[P::OrgAdmin]).await;
    let hub = &story.hub;
    let cookie = hub.sign_in("gone").await;
    let csrf = auth::session(&hub.hub, &cookie).await.unwrap().unwrap().csrf;
    let send = async |path: &str| {
        let ask = Ask::post(path, "").content("application/x-www-form-urlencoded").cookie(&cookie);
        hub.ask(ask.with("x-noroshi-csrf", &csrf)).await.status
    };
    for (list, status) in [("/people", 303), ("/api/v1/admissions", 204)] {
        let id = story.ask(&["gone"]).await.unwrap().to_string();
        let shown = hub.ask(Ask::get(list).cookie(&cookie)).await.text();
        assert!(shown.contains(&id) && shown.contains("the last administrator left"), "{list}: {shown}");
        let act = if status == 303 {
            format!("/people/admissions/{id}/refuse")
        } else {
            format!("{list}/{id}/refuse")
        };
        assert_eq!(send(&act).await, status);
        let shown = hub.ask(Ask::get(list).cookie(&cookie)).await.text();
        assert!(!shown.contains(&id), "{list} shows what is open");
        assert!(story.agree(id.parse().unwrap()).await.is_err());
    }
}

/// Whoever became administrator after the asking is not passed over.
#[tokio::test]
async fn nothing_is_decided_over_an_administrator_who_came_in_meanwhile() {
    let story = Story::begin(&[P::OrgAdmin]).await;
    let (hub, org) = (&story.hub, story.org);
    let id = story.ask(&["gone"]).await.unwrap();
    let new = person(hub, "here", org, &[P::OrgAdmin]).await;
    let gone = story.caller("gone").await.unwrap().person().unwrap();
    people::remove(&hub.hub, AsOrgAdmin { org, person: new }, gone).await.unwrap();
    story.wait(WAIT_MINUTES).await;
    let refused = story.agree(id).await;
    assert!(matches!(refused, Err(HubError::Invalid("organisation", _))), "{refused:?}");
}
