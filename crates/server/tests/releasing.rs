//! The page of a release offers what can be done and nothing that would be refused, and what is said about calls is what happens.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::ops::approval::{self, ApprovalForm};
use hub::ops::{draft, triage};
use jiff::SignedDuration;
use model::consent::Destinations;
use model::id::ItemId;
use model::role::PersonRole as P;
use testkit::{Ask, TestHub, member, staff};

/// An item that its source has approved.
async fn ready(hub: &TestHub) -> ItemId {
    let source = hub.members[0].clone();
    let id = hub.send(&source, 1).await;
    hub.work().await;
    let look = triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), id).await.unwrap();
    let item = look.row.item.unwrap();
    draft::ask(&hub.hub, staff(hub.staff, P::Analyst).analyst().unwrap(), item).await.unwrap();
    let approver = member(source.id, &[P::Approver]);
    let page = approval::show(&hub.hub, approver.source().unwrap(), id).await.unwrap();
    let destinations = Destinations { sectors: [hub.sector].into(), ..Destinations::default() };
    let form = ApprovalForm { fingerprint: page.fingerprint, destinations, ..ApprovalForm::default() };
    approval::approve(&hub.hub, approver.approver().unwrap(), id, form).await.unwrap();
    item
}

/// Somebody of the hub in front of the pages.
struct Desk<'a> {
    hub: &'a TestHub,
    cookie: String,
    csrf: String,
}

impl<'a> Desk<'a> {
    async fn of(hub: &'a TestHub, login: &str, role: P) -> Self {
        hub.person(login, hub.staff, &[role]).await;
        let cookie = hub.sign_in(login).await;
        let csrf = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().csrf;
        Self { hub, cookie, csrf }
    }

    async fn see(&self, path: &str) -> String {
        let answer = self.hub.ask(Ask::get(path).cookie(&self.cookie)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    /// Where a form leads to.
    async fn send(&self, path: &str, fields: &str) -> String {
        let form = Ask::post(path, format!("csrf={}&{fields}", self.csrf));
        let form = form.content("application/x-www-form-urlencoded").cookie(&self.cookie);
        let answer = self.hub.ask(form).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text());
        answer.header("location").unwrap().to_owned()
    }
}

#[tokio::test]
async fn what_was_decided_shows_when_it_leaves_and_is_not_offered_again() {
    let hub = TestHub::new(12).await;
    let item = ready(&hub).await;
    let (releaser, analyst) =
        (Desk::of(&hub, "rel", P::Releaser).await, Desk::of(&hub, "ana", P::Analyst).await);
    let (page, path) = (format!("/drafts/{item}"), format!("/drafts/{item}/release"));
    assert!(releaser.see(&path).await.contains(">Release it</button>"));
    assert!(!releaser.see(&page).await.contains("/urgent\""), "nobody is called about what nobody decided");
    assert_eq!(releaser.send(&path, "").await, format!("{page}?done=flash-released"));
    let decided = releaser.see(&path).await;
    assert!(!decided.contains(">Release it</button>") && decided.contains("It leaves at"), "{decided}");
    assert!(decided.contains("an analyst saves a change"), "{decided}");
    // marked before it has left: the calls wait for it
    assert!(releaser.see(&page).await.contains(&format!("{page}/urgent")));
    let marked = releaser.send(&format!("{page}/urgent"), "").await;
    assert_eq!(marked, format!("{page}?done=flash-urgent-later"));
    assert!(releaser.see(&marked).await.contains("The calls begin when it leaves."));
    let waiting = hub::ops::urgent::open_calls(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap()).await;
    assert!(waiting.unwrap().is_empty());
    // the analyst stops it by a change
    let open = analyst.see(&page).await;
    assert!(open.contains("with a change it does not leave"), "{open}");
    let sector = hub.sector;
    analyst.send(&format!("{page}/save"), &format!("tlp=green&sector={sector}&ja=%E6%B3%A8&en=note")).await;
    let stopped = releaser.see(&path).await;
    assert!(stopped.contains("It cannot be released as it stands now"), "{stopped}");
    hub.pass(SignedDuration::from_mins(40)).await;
    assert!(!releaser.see(&page).await.contains("/recall\""), "it did not leave");
}

#[tokio::test]
async fn what_has_left_is_called_about_at_once_and_what_was_taken_back_is_not() {
    let hub = TestHub::new(12).await;
    let item = ready(&hub).await;
    let releaser = Desk::of(&hub, "rel", P::Releaser).await;
    let page = format!("/drafts/{item}");
    releaser.send(&format!("{page}/release"), "").await;
    hub.pass(SignedDuration::from_mins(40)).await;
    let marked = releaser.send(&format!("{page}/urgent"), "").await;
    assert_eq!(marked, format!("{page}?done=flash-urgent"));
    let begun = hub::ops::urgent::open_calls(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap()).await;
    assert!(!begun.unwrap().is_empty(), "they have begun");
    releaser.send(&format!("{page}/recall"), "reason=error").await;
    let releaser = staff(hub.staff, P::Releaser).releaser().unwrap();
    let refused = hub::ops::urgent::mark(&hub.hub, releaser, item).await;
    assert!(matches!(refused, Err(hub::HubError::State(_))), "{refused:?}");
}
