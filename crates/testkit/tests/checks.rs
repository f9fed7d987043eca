//! Checks from end to end: asked, opened, answered, reminded, closed; by page, by program, by link and by slip; and what each
//! side must not learn.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use client::post::Mail;
use hub::ops::admin::{self, AsRegistrar, NewOrganisation};
use hub::ops::check::{ask, board, link, put, slip, talk};
use hub::ops::{question, read};
use hub::{HubError, PageRequest};
use jiff::SignedDuration;
use model::check::{CheckAnswer, CheckState, CouldNot, Counts, Leaving, Via};
use model::consent::Delay;
use model::id::{ItemId, OrgId, PutId};
use model::lang::{Bilingual, Lang};
use model::question::About;
use model::role::{OrgRole, PersonRole as P, Scope};
use sharing::Caller;
use std::collections::BTreeSet;
use testkit::{Answer, Ask, Member, TestHub, mails, member, staff};

/// A hub with twelve members, a released item, and one supplier of the first two members.
struct World {
    hub: TestHub,
    item: ItemId,
    supplier: OrgId,
    token: String,
}

async fn world() -> World {
    on(TestHub::new(12).await).await
}

async fn on(hub: TestHub) -> World {
    let source = hub.members[5].clone();
    hub.standing(&source, Delay::Now).await;
    let sent = Ask::post("/api/v1/submissions?delay=now", mails::attack("m5.example", 1));
    assert_eq!(hub.ask(sent.content("message/rfc822").token(&source.token)).await.status, 201);
    hub.work().await;
    let supplier = organisation(&hub, "misaki").await;
    for customer in [0, 1] {
        link::add_contract(&hub.hub, AsRegistrar::Machine, hub.members[customer].id, supplier).await.unwrap();
    }
    let scopes = Scope::ALL.iter().copied().collect();
    let token = admin::add_token(&hub.hub, AsRegistrar::Machine, supplier, "t", scopes, None).await.unwrap();
    let item = items(&hub, &hub.members[0]).await[0];
    World { hub, item, supplier, token }
}

async fn organisation(hub: &TestHub, slug: &str) -> OrgId {
    let new = NewOrganisation {
        slug: slug.to_owned(),
        name: Bilingual { ja: "みさき精工".to_owned(), en: "Misaki Seiko".to_owned() },
        parent: None,
        roles: BTreeSet::from([OrgRole::Supplier]),
        sectors: BTreeSet::new(),
        profile: model::profile::Profile::default(),
    };
    admin::add_organisation(&hub.hub, AsRegistrar::Machine, new).await.unwrap()
}

async fn items(hub: &TestHub, of: &Member) -> Vec<ItemId> {
    let reader = read::audiences(&hub.hub, &member(of.id, &[P::Reporter])).await.unwrap();
    let page = read::inbox(&hub.hub, &reader, &PageRequest::default()).await.unwrap();
    page.rows.into_iter().map(|r| r.get().id).collect()
}

fn asker(of: &Member) -> Caller {
    member(of.id, &[P::Approver])
}

impl World {
    fn new_check(&self, named: bool) -> ask::NewCheck {
        ask::NewCheck {
            item: self.item,
            whom: BTreeSet::from([self.supplier]),
            named,
            due_at: model::time::plus_days(self.hub.hub.now(), 5),
            counts: Counts::LogsAndMachines,
            parent: None,
        }
    }

    async fn ask(&self, n: usize, new: ask::NewCheck) -> Result<model::id::CheckId, HubError> {
        let caller = asker(&self.hub.members[n]);
        let reader = read::audiences(&self.hub.hub, &caller).await.unwrap();
        ask::ask(&self.hub.hub, caller.asker().unwrap(), &reader, new).await
    }

    async fn puts(&self) -> Vec<put::PutView> {
        let asked = member(self.supplier, &[P::Reporter]).asked().unwrap();
        put::list(&self.hub.hub, asked).await.unwrap().into_iter().map(|p| p.into_inner()).collect()
    }

    async fn answer(&self, id: PutId, answer: &CheckAnswer) -> Result<put::Given, HubError> {
        let asked = member(self.supplier, &[P::Reporter]).asked().unwrap();
        put::answer(&self.hub.hub, asked, id, answer, Via::Program).await
    }

    async fn asks(&self, n: usize) -> Vec<board::AskView> {
        let who = asker(&self.hub.members[n]).asker().unwrap();
        board::list(&self.hub.hub, who, &PageRequest::default()).await.unwrap().rows
    }

    async fn board(&self, n: usize, id: model::id::CheckId) -> board::Board {
        board::board(&self.hub.hub, asker(&self.hub.members[n]).asker().unwrap(), id).await.unwrap()
    }
}

fn clean() -> CheckAnswer {
    CheckAnswer {
        checked: 38,
        hits: 0,
        leaving: Leaving::No,
        evidence: true,
        could_not: None,
        words: String::new(),
    }
}

#[tokio::test]
async fn asked_opened_answered_closed() {
    let w = world().await;
    let id = w.ask(0, w.new_check(false)).await.unwrap();
    let put = w.puts().await[0].clone();
    assert_eq!((put.state, put.from.en.as_str()), (CheckState::Asked, "Test hub"), "in the hub's name");
    assert_eq!(w.board(0, id).await.rows[0].state, CheckState::Asked);

    let path = format!("/api/v1/checks/{}", put.id);
    let looked = w.hub.ask(Ask::get(&path).token(&w.token)).await;
    assert_eq!(looked.status, 200, "{}", looked.text());
    assert!(!looked.json()["content"]["indicators"].as_array().unwrap().is_empty(), "it can be searched for");
    assert_eq!(w.board(0, id).await.rows[0].state, CheckState::Asked, "told at the next slot");
    w.hub.pass(SignedDuration::from_mins(15)).await;
    assert_eq!(w.board(0, id).await.rows[0].state, CheckState::Opened);

    let body = r#"{"checked":38,"hits":2,"leaving":"suspected","evidence":true}"#;
    let post = || Ask::post(format!("{path}/answer"), body).content("application/json").token(&w.token);
    let first = w.hub.ask(post()).await;
    assert_eq!(first.status, 200, "{}", first.text());
    assert_eq!(w.hub.ask(post()).await.text(), first.text(), "the same answer again gives the first receipt");
    w.hub.pass(SignedDuration::from_mins(15)).await;
    let board = w.board(0, id).await;
    assert_eq!(board.rows[0].state, CheckState::Answered);
    assert_eq!(board.rows[0].answer.as_ref().map(|a| (a.checked, a.hits)), Some((38, 2)));
    assert_eq!((board.ask.totals.answered, board.ask.totals.machine_hits), (1, 2));

    let corrected = w.answer(put.id, &clean()).await.unwrap();
    assert_eq!(corrected.revision, 2, "a correction replaces");
    ask::close(&w.hub.hub, asker(&w.hub.members[0]).asker().unwrap(), id).await.unwrap();
    assert_eq!(w.board(0, id).await.rows[0].state, CheckState::Closed);
    assert_eq!(w.puts().await[0].state, CheckState::Answered, "an asker's end does not touch an unnamed put");
}

#[tokio::test]
async fn reminders_the_due_time_and_the_end() {
    let w = world().await;
    let id = w.ask(0, w.new_check(false)).await.unwrap();
    let put = w.puts().await[0].id;
    let days = |n: i64| SignedDuration::from_hours(24 * n);
    w.hub.pass(days(4)).await;
    assert_eq!(w.puts().await[0].state, CheckState::Overdue, "the hub's three days are over");
    assert_eq!(w.board(0, id).await.rows[0].state, CheckState::Asked, "the asker's own five are not");
    w.hub.pass(days(2)).await;
    assert_eq!(w.board(0, id).await.ask.totals.overdue, 1);
    let seen = hub::ops::notice::list(&w.hub.hub, &member(w.supplier, &[P::Reporter])).await.unwrap();
    let mut kinds: Vec<&str> = seen.iter().map(|n| n.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["check-asked", "check-overdue", "check-overdue", "check-overdue", "check-remind"]);
    w.answer(put, &clean()).await.unwrap();
    w.hub.pass(days(30)).await;
    assert_eq!(w.puts().await[0].state, CheckState::Closed);
    assert!(
        matches!(w.answer(put, &clean()).await, Err(HubError::State(_))),
        "nothing is taken after the end"
    );
}

#[tokio::test]
async fn what_may_be_asked_of_whom() {
    let w = world().await;
    let refused = |new| w.ask(0, new);
    let soon = ask::NewCheck { due_at: model::time::plus_days(w.hub.hub.now(), 2), ..w.new_check(false) };
    assert!(matches!(refused(soon.clone()).await, Err(HubError::Invalid("due", _))));
    assert!(refused(ask::NewCheck { named: true, ..soon }).await.is_ok(), "a shorter time in the own name");
    let mail = ask::NewCheck { counts: Counts::Mail, ..w.new_check(false) };
    assert!(matches!(refused(mail).await, Err(HubError::Invalid("counts", _))));
    let rival = ask::NewCheck { whom: BTreeSet::from([w.hub.members[3].id]), ..w.new_check(true) };
    assert!(matches!(refused(rival).await, Err(HubError::Invalid("whom", _))), "a rival is no supplier");
    assert!(matches!(w.ask(7, w.new_check(true)).await, Err(HubError::Invalid("whom", _))), "no contract");
    let absent = ask::NewCheck { item: ItemId::from_random([3; 16]), ..w.new_check(true) };
    assert!(matches!(refused(absent).await, Err(HubError::NotFound)));
    let puts = w.puts().await;
    assert_eq!(puts.len(), 1);
    assert_eq!(puts[0].from.en, "m0 corporation", "named");
}

#[tokio::test]
async fn the_hub_asks_members_and_sees_bands() {
    let w = world().await;
    let analyst = staff(w.hub.staff, P::Analyst);
    let whom: BTreeSet<OrgId> = w.hub.members.iter().take(7).map(|m| m.id).collect();
    let new = ask::NewCheck { whom, ..w.new_check(false) };
    let reader = read::audiences(&w.hub.hub, &analyst).await.unwrap();
    let id = ask::ask(&w.hub.hub, analyst.asker().unwrap(), &reader, new).await.unwrap();
    for (n, one) in w.hub.members.iter().take(7).enumerate() {
        let asked = member(one.id, &[P::Reporter]).asked().unwrap();
        let put = put::list(&w.hub.hub, asked).await.unwrap()[0].get().id;
        let hits = u32::from(n < 3);
        put::answer(&w.hub.hub, asked, put, &CheckAnswer { hits, ..clean() }, Via::Web).await.unwrap();
    }
    w.hub.pass(SignedDuration::from_hours(1)).await;
    let shown = board::board(&w.hub.hub, analyst.asker().unwrap(), id).await.unwrap();
    assert_eq!(shown.ask.totals.answered, 7);
    assert!(shown.rows.iter().all(|r| r.answer.is_none()), "who found what is not shown");
    assert_eq!(shown.found.unwrap(), model::answer::Bands::HIDDEN, "not before the day is over");
    w.hub.pass(SignedDuration::from_hours(24)).await;
    let shown = board::board(&w.hub.hub, analyst.asker().unwrap(), id).await.unwrap();
    assert_eq!(shown.found.unwrap().seen.as_str(), "3-5");
    assert_eq!(shown.ask.totals.machine_hits, 0, "no numbers beside the bands");
}

#[tokio::test]
async fn handed_on_to_the_own_suppliers() {
    let w = world().await;
    let analyst = staff(w.hub.staff, P::Analyst);
    let reader = read::audiences(&w.hub.hub, &analyst).await.unwrap();
    let new = ask::NewCheck { whom: BTreeSet::from([w.hub.members[0].id]), ..w.new_check(false) };
    ask::ask(&w.hub.hub, analyst.asker().unwrap(), &reader, new).await.unwrap();
    let asked = member(w.hub.members[0].id, &[P::Approver]).asked().unwrap();
    let parent = put::list(&w.hub.hub, asked).await.unwrap()[0].get().id;
    w.ask(0, ask::NewCheck { parent: Some(parent), ..w.new_check(true) }).await.unwrap();
    w.answer(w.puts().await[0].id, &CheckAnswer { hits: 4, ..clean() }).await.unwrap();
    let page = put::look(&w.hub.hub, asked, parent, "web").await.unwrap().into_inner();
    assert_eq!(page.put.state, CheckState::Opened);
    assert_eq!((page.handed_on[0].answered, page.handed_on[0].machine_hits), (1, 4));
    let other = w.ask(1, ask::NewCheck { parent: Some(parent), ..w.new_check(true) }).await;
    assert!(matches!(other, Err(HubError::NotFound)), "another's check cannot be handed on");
}

/// The code opens once and for one browser; the address alone opens nothing.
#[tokio::test]
async fn a_supplier_answers_by_link_without_an_account() {
    let w = world().await;
    w.ask(0, w.new_check(false)).await.unwrap();
    let put = w.puts().await[0].id;
    let triager = staff(w.hub.staff, P::Triager).triager().unwrap();
    let handed = slip::hand_out(&w.hub.hub, triager, put).await.unwrap();
    let path = handed.url.strip_prefix("http://hub.test").unwrap().to_owned();
    let form = |path: &str, body: &str| {
        Ask::post(path.to_owned(), body.to_owned()).content("application/x-www-form-urlencoded")
    };
    let closed = w.hub.ask(Ask::get(&path)).await;
    assert_eq!(closed.status, 200);
    assert!(!closed.text().contains("Misaki"), "nothing is said before the code");
    assert_eq!(w.puts().await[0].state, CheckState::Asked, "a mail filter opens nothing");
    let wrong = w.hub.ask(form(&path, "code=000000x")).await;
    assert_eq!(wrong.status, if handed.code == "000000" { 303 } else { 401 });
    let code: String =
        handed.code.chars().map(|c| char::from_u32(c as u32 - 0x30 + 0xff10).unwrap()).collect();
    let encoded: String = code.bytes().map(|b| format!("%{b:02X}")).collect();
    let right = w.hub.ask(form(&path, &format!("code={encoded}"))).await;
    assert_eq!(right.status, 303, "{}", right.text());
    let set = right.header("set-cookie").unwrap().to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict") && set.contains(&path), "{set}");
    let cookie = set.split(';').next().unwrap().to_owned();
    let page = w.hub.ask(Ask::get(&path).with("cookie", &cookie)).await;
    assert!(page.text().contains("みさき精工"), "{}", page.text());
    assert_eq!(
        w.hub.ask(form(&path, &format!("code={}", handed.code))).await.status,
        401,
        "the code is dead"
    );
    let answer = format!("{path}/answer");
    assert_eq!(w.hub.ask(form(&answer, "checked=3&hits=0&leaving=no")).await.status, 404, "no cookie");
    let bad = w.hub.ask(form(&answer, "checked=3&hits=4&leaving=no").with("cookie", &cookie)).await;
    assert_eq!(bad.status, 422);
    let other_site = form(&answer, "checked=3&hits=0&leaving=no").with("cookie", &cookie);
    assert_eq!(w.hub.ask(other_site.with("sec-fetch-site", "cross-site")).await.status, 403);
    let good =
        w.hub.ask(form(&answer, "checked=3&hits=0&leaving=no&evidence=yes").with("cookie", &cookie)).await;
    assert_eq!(good.status, 303);
    let page = w.hub.ask(Ask::get(&path).with("cookie", &cookie)).await.text();
    assert!(page.contains("受付番号"), "the receipt stands on the page");
    assert_eq!(w.puts().await[0].state, CheckState::Answered);

    let again = slip::hand_out(&w.hub.hub, triager, put).await;
    assert!(matches!(again, Err(HubError::Invalid("put", _))), "no link to what was answered: {again:?}");

    // A new link ends the old one; six wrong codes end any.
    w.ask(0, w.new_check(true)).await.unwrap();
    let put = w.puts().await.iter().find(|p| p.state == CheckState::Asked).unwrap().id;
    let old = slip::hand_out(&w.hub.hub, triager, put).await.unwrap();
    let token = old.url.rsplit('/').next().unwrap().to_owned();
    let cookie = link::redeem(&w.hub.hub, &token, &old.code).await.unwrap();
    assert!(link::opened(&w.hub.hub, &token, &cookie).await.is_ok());
    let next = slip::hand_out(&w.hub.hub, triager, put).await.unwrap();
    let opened = link::opened(&w.hub.hub, &token, &cookie).await;
    assert!(matches!(opened, Err(HubError::NotFound)), "also for whoever had opened it");
    let path = old.url.strip_prefix("http://hub.test").unwrap().to_owned();
    assert_eq!(w.hub.ask(Ask::get(&path)).await.status, 404);
    let path = next.url.strip_prefix("http://hub.test").unwrap().to_owned();
    for _ in 0..link::TRIES_MAX {
        assert_eq!(w.hub.ask(form(&path, "code=no")).await.status, 401);
    }
    let dead = w.hub.ask(form(&path, &format!("code={}", next.code))).await;
    let absent = w.hub.ask(form("/c/nothing", "code=123456")).await;
    assert_eq!((dead.status, absent.status), (404, 404));
}

/// Whoever made a link can open it, too: it shows nothing that was given another way, corrects nothing, and names its maker in the log.
#[tokio::test]
async fn a_link_of_staff_opens_nothing_but_what_came_by_it() {
    let w = world().await;
    w.ask(0, w.new_check(true)).await.unwrap();
    let put = w.puts().await[0].id;
    let triager = staff(w.hub.staff, P::Triager).triager().unwrap();
    let handed = slip::hand_out(&w.hub.hub, triager, put).await.unwrap();
    let token = handed.url.rsplit('/').next().unwrap().to_owned();
    let cookie = link::redeem(&w.hub.hub, &token, &handed.code).await.unwrap();
    let by_link = link::opened(&w.hub.hub, &token, &cookie).await.unwrap().asked;
    w.answer(put, &CheckAnswer { hits: 2, ..clean() }).await.unwrap();
    let page = put::look(&w.hub.hub, by_link, put, "link").await.unwrap().into_inner();
    assert!(page.given.is_none(), "{:?}", page.given);
    let corrected = put::answer(&w.hub.hub, by_link, put, &clean(), Via::Link).await;
    assert!(matches!(corrected, Err(HubError::Invalid("answer", _))), "{corrected:?}");
    let asked = member(w.supplier, &[P::Reporter]).asked().unwrap();
    let own = put::look(&w.hub.hub, asked, put, "web").await.unwrap().into_inner();
    assert_eq!(own.given.map(|g| (g.answer.hits, g.revision)), Some((2, 1)));
}

#[tokio::test]
async fn an_answer_by_a_link_of_staff_names_who_made_the_link() {
    let w = world().await;
    w.hub.beats(1).await;
    w.ask(0, w.new_check(true)).await.unwrap();
    let put = w.puts().await[0].id;
    let triager = staff(w.hub.staff, P::Triager).triager().unwrap();
    let handed = slip::hand_out(&w.hub.hub, triager, put).await.unwrap();
    let token = handed.url.rsplit('/').next().unwrap().to_owned();
    let cookie = link::redeem(&w.hub.hub, &token, &handed.code).await.unwrap();
    let by_link = link::opened(&w.hub.hub, &token, &cookie).await.unwrap().asked;
    put::answer(&w.hub.hub, by_link, put, &clean(), Via::Link).await.unwrap();
    let told = testkit::leaves(&w.hub, "check-answer").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].entry.get("link_by"), Some(&triager.person.to_string()));
}

#[tokio::test]
async fn an_organisation_that_leaves_is_asked_nothing_any_more() {
    let w = world().await;
    let id = w.ask(0, w.new_check(true)).await.unwrap();
    let put = w.puts().await[0].id;
    let triager = staff(w.hub.staff, P::Triager).triager().unwrap();
    let handed = slip::hand_out(&w.hub.hub, triager, put).await.unwrap();
    let token = handed.url.rsplit('/').next().unwrap().to_owned();
    let cookie = link::redeem(&w.hub.hub, &token, &handed.code).await.unwrap();
    assert!(link::opened(&w.hub.hub, &token, &cookie).await.is_ok());
    testkit::leave(&w.hub.hub, w.supplier).await.unwrap();
    assert!(matches!(link::opened(&w.hub.hub, &token, &cookie).await, Err(HubError::NotFound)));
    assert_eq!(w.puts().await[0].state, CheckState::Closed);
    assert_eq!(w.board(0, id).await.rows[0].state, CheckState::Closed, "nor does its asker wait");
}

#[tokio::test]
async fn staff_writes_down_what_came_by_telephone() {
    let w = world().await;
    let id = w.ask(0, w.new_check(true)).await.unwrap();
    let triager = staff(w.hub.staff, P::Triager);
    let awaited = slip::awaited(&w.hub.hub, triager.staff().unwrap()).await.unwrap();
    assert_eq!(awaited.len(), 1);
    let told = CheckAnswer { checked: 0, could_not: Some(CouldNot::NoLogs), ..clean() };
    slip::record(&w.hub.hub, triager.triager().unwrap(), awaited[0].put.id, &told).await.unwrap();
    assert!(slip::awaited(&w.hub.hub, triager.staff().unwrap()).await.unwrap().is_empty());
    let board = w.board(0, id).await;
    assert_eq!(
        (board.rows[0].state, board.ask.totals.could_not),
        (CheckState::Answered, 1),
        "a named asker is told at once"
    );
}

/// Staff writes down what came by telephone, and corrects that; what the organisation answered itself stays as it was.
#[tokio::test]
async fn staff_replaces_no_answer_that_was_given() {
    let w = world().await;
    let triager = staff(w.hub.staff, P::Triager).triager().unwrap();
    w.ask(0, w.new_check(true)).await.unwrap();
    let told = w.puts().await[0].id;
    let first = slip::record(&w.hub.hub, triager, told, &clean()).await.unwrap();
    let more = CheckAnswer { hits: 2, ..clean() };
    let second = slip::record(&w.hub.hub, triager, told, &more).await.unwrap();
    assert_eq!((first.revision, second.revision), (1, 2));
    assert_ne!(first.receipt, second.receipt, "each with a receipt of its own");
    let own = w.answer(told, &CheckAnswer { hits: 3, ..clean() }).await.unwrap();
    assert_eq!(own.revision, 3, "the organisation corrects what was written down for it");
    for late in [clean(), CheckAnswer { hits: 3, ..clean() }] {
        let refused = slip::record(&w.hub.hub, triager, told, &late).await;
        assert!(matches!(refused, Err(HubError::Invalid("put", _))), "{refused:?}");
    }
    let asked = member(w.supplier, &[P::Reporter]).asked().unwrap();
    let page = put::look(&w.hub.hub, asked, told, "web").await.unwrap().into_inner();
    assert_eq!(page.given.map(|given| (given.answer.hits, given.receipt)), Some((3, own.receipt)));
}

/// Everything that one asker and the supplier can see.
async fn everything(w: &World, n: usize) -> (Vec<Answer>, Vec<Answer>) {
    // sessions do not last for the days of this story
    let (cookie, supplier_cookie) = (w.hub.sign_in("a").await, w.hub.sign_in("s").await);
    let (cookie, supplier_cookie) = (cookie.as_str(), supplier_cookie.as_str());
    let (mut asker, mut supplier) = (Vec::new(), Vec::new());
    for path in ["/asks", "/asks/new", "/checks", "/notices", "/roster", "/api/v1/asks", "/api/v1/checks"] {
        asker.push(w.hub.ask(Ask::get(path).cookie(cookie)).await);
    }
    for one in w.asks(n).await {
        for path in [format!("/asks/{}", one.id), format!("/api/v1/asks/{}", one.id)] {
            asker.push(w.hub.ask(Ask::get(path).cookie(cookie)).await);
        }
    }
    let mut paths: Vec<String> = ["/checks", "/notices", "/api/v1/checks", "/asks"].map(str::to_owned).into();
    for one in w.puts().await {
        paths.extend([format!("/checks/{}", one.id), format!("/api/v1/checks/{}", one.id)]);
    }
    for path in paths {
        supplier.push(w.hub.ask(Ask::get(path).cookie(supplier_cookie)).await);
    }
    (asker, supplier)
}

/// One story; with `second`, another customer asks the same supplier about the same item, before (`-1`) or after (`1`) the first.
async fn lives(template: &World, second: i8, early: bool) -> (Vec<Answer>, Vec<Answer>) {
    let (item, supplier, token) = (template.item, template.supplier, template.token.clone());
    let w = World { hub: template.hub.fork(false).await, item, supplier, token };
    let mut seen = (Vec::new(), Vec::new());
    let mut keep = |(a, s): (Vec<Answer>, Vec<Answer>)| {
        seen.0.extend(a);
        seen.1.extend(s);
    };
    if second < 0 {
        w.ask(1, w.new_check(false)).await.unwrap();
        w.hub.work().await;
        if early {
            w.answer(w.puts().await[0].id, &clean()).await.unwrap();
        }
    }
    w.ask(0, w.new_check(false)).await.unwrap();
    w.hub.work().await;
    if second > 0 {
        w.ask(1, ask::NewCheck { due_at: model::time::plus_days(w.hub.hub.now(), 20), ..w.new_check(false) })
            .await
            .unwrap();
    }
    keep(everything(&w, 0).await);
    w.hub.pass(SignedDuration::from_mins(40)).await;
    if second > 0 {
        let id = w.asks(1).await[0].id;
        ask::close(&w.hub.hub, asker(&w.hub.members[1]).asker().unwrap(), id).await.unwrap();
    }
    if !early {
        w.answer(w.puts().await[0].id, &CheckAnswer { hits: 1, ..clean() }).await.unwrap();
    }
    keep(everything(&w, 0).await);
    w.hub.pass(SignedDuration::from_hours(24 * 4)).await;
    keep(everything(&w, 0).await);
    w.hub.pass(SignedDuration::from_hours(24 * 40)).await;
    keep(everything(&w, 0).await);
    w.hub.rest().await;
    seen
}

/// Two askers, one supplier: what the first asker and the supplier see is the same to the last byte whether the second asks or not.
#[tokio::test]
async fn two_askers_of_one_supplier_never_learn_of_each_other() {
    let w = world().await;
    w.hub.person("a", w.hub.members[0].id, &[P::Approver, P::Reporter]).await;
    w.hub.person("s", w.supplier, &[P::Reporter]).await;
    w.hub.rest().await;
    let alone = lives(&w, 0, false).await;
    assert!(
        alone.0.iter().all(|a| a.status == 200),
        "{:?}",
        alone.0.iter().map(|a| a.status).collect::<Vec<_>>()
    );
    for second in [1, -1] {
        let both = lives(&w, second, false).await;
        for (side, one, two) in [("asker", &alone.0, &both.0), ("supplier", &alone.1, &both.1)] {
            assert_eq!(one.len(), two.len(), "{side} {second}");
            for (n, (a, b)) in one.iter().zip(two).enumerate() {
                assert_eq!(a, b, "{side}, second {second}, answer {n}:\n{}\n---\n{}", a.text(), b.text());
            }
        }
    }
}

/// What the supplier had answered before is told the later asker at a drawn slot, never at once.
#[tokio::test]
async fn an_answer_that_was_there_before_is_not_shown_at_once() {
    let w = world().await;
    w.ask(1, w.new_check(false)).await.unwrap();
    w.answer(w.puts().await[0].id, &clean()).await.unwrap();
    w.hub.pass(SignedDuration::from_hours(2)).await;
    let id = w.ask(0, w.new_check(false)).await.unwrap();
    assert_eq!(w.board(0, id).await.rows[0].state, CheckState::Asked);
    assert_eq!(w.puts().await.len(), 1, "the supplier is not asked again");
    w.hub.pass(SignedDuration::from_hours(25)).await;
    assert_eq!(w.board(0, id).await.rows[0].state, CheckState::Answered);
}

#[tokio::test]
async fn talk_on_a_check_is_relayed_and_names_nobody() {
    let w = world().await;
    let (first, second) =
        (w.ask(0, w.new_check(false)).await.unwrap(), w.ask(1, w.new_check(false)).await.unwrap());
    let put = w.puts().await[0].id;
    let asked = || member(w.supplier, &[P::Reporter]).asked().unwrap();
    let asks = |n: usize| asker(&w.hub.members[n]).asker().unwrap();
    let texts = |lines: Vec<question::Line>| lines.into_iter().map(|line| line.text).collect::<Vec<_>>();
    let (hub, analyst) = (&w.hub.hub, staff(w.hub.staff, P::Analyst));
    talk::ask(hub, asked(), put, "Do printers count?").await.unwrap();
    assert!(texts(talk::of_asker(hub, asks(0), first).await.unwrap()).is_empty(), "nothing passes by itself");
    let open = question::open(hub, analyst.staff().unwrap()).await.unwrap();
    assert_eq!((open.len(), open[0].about), (1, About::Check));
    question::relay(hub, analyst.analyst().unwrap(), open[0].id, 1).await.unwrap();
    for (n, id) in [(0, first), (1, second)] {
        assert_eq!(texts(talk::of_asker(hub, asks(n), id).await.unwrap()), ["Do printers count?"]);
    }
    let foreign = talk::of_asker(hub, asks(1), first).await;
    assert!(matches!(foreign, Err(HubError::NotFound)));
    link::add_contract(hub, AsRegistrar::Machine, w.hub.members[2].id, w.supplier).await.unwrap();
    w.hub.clock.set(hub.now().checked_add(SignedDuration::from_secs(1)).unwrap());
    let third = w.ask(2, w.new_check(false)).await.unwrap();
    let earlier = texts(talk::of_asker(hub, asks(2), third).await.unwrap());
    assert!(earlier.is_empty(), "who asks later learns of nobody before: {earlier:?}");
    talk::reply(hub, asks(0), first, "Yes, m1 corporation's too.").await.unwrap();
    talk::reply(hub, asks(0), first, "Yes, all of them.").await.unwrap();
    let open = question::open(hub, analyst.staff().unwrap()).await.unwrap();
    let thread = open.iter().find(|thread| thread.lines[0].text.starts_with("Yes")).unwrap().id;
    let named = question::relay(hub, analyst.analyst().unwrap(), thread, 1).await;
    assert!(matches!(named, Err(HubError::HeldForReview)), "the gate reads it first");
    question::relay(hub, analyst.analyst().unwrap(), thread, 2).await.unwrap();
    let read = texts(talk::of_asked(hub, asked(), put).await.unwrap());
    assert_eq!(read, ["Do printers count?", "Yes, all of them."]);
    assert_eq!(texts(talk::of_asker(hub, asks(1), second).await.unwrap()), ["Do printers count?"]);
    let stranger = member(w.hub.members[7].id, &[P::Reporter]).asked().unwrap();
    assert!(matches!(talk::of_asked(hub, stranger, put).await, Err(HubError::NotFound)));
}

/// A supplier without an account answers from the mails in its hand: the first one, and after a reminder only the newest one's link
/// is good. No mail says what it is about; after the answer nobody is reminded any more.
#[tokio::test]
async fn a_supplier_without_an_account_answers_from_its_mail() {
    let (hub, mails) = TestHub::with_mail(12).await;
    let w = on(hub).await;
    link::add_contact(&w.hub.hub, AsRegistrar::Machine, w.supplier, "kita@misaki.example", Lang::Ja)
        .await
        .unwrap();
    w.ask(0, w.new_check(false)).await.unwrap();
    w.ask(1, w.new_check(false)).await.unwrap();
    let to_supplier = || -> Vec<Mail> {
        let all = mails.lock().unwrap().clone();
        all.into_iter().filter(|mail| mail.to == "kita@misaki.example").collect()
    };
    w.hub.pass(SignedDuration::from_mins(5)).await;
    let first = to_supplier();
    assert_eq!(first.len(), 1, "two askers make one mail");
    assert!(first[0].text.contains("みさき精工 御中") && first[0].subject.contains("ご確認のお願い"));
    for told in ["gang", "invoice", "請求書", "m0", "m1"] {
        assert!(!format!("{}{}", first[0].subject, first[0].text).contains(told), "{told}");
    }
    w.hub.pass(SignedDuration::from_hours(24 * 2 + 1)).await;
    let second = to_supplier();
    assert_eq!(second.len(), 2, "a day before it is due");
    let (old, _) = link_in(&first[0].text);
    assert!(matches!(link::closed(&w.hub.hub, &old).await, Err(HubError::NotFound)));
    let (token, code) = link_in(&second[1].text);
    assert!(matches!(link::redeem(&w.hub.hub, &token, "000000x").await, Err(HubError::Credentials)));
    let cookie = link::redeem(&w.hub.hub, &token, &code).await.unwrap();
    let opened = link::opened(&w.hub.hub, &token, &cookie).await.unwrap();
    let given = put::answer(&w.hub.hub, opened.asked, opened.put, &clean(), Via::Link).await.unwrap();
    assert_eq!(given.revision, 1);
    w.hub.pass(SignedDuration::from_hours(24 * 40)).await;
    assert_eq!(to_supplier().len(), 2, "answered: nobody is reminded");
}

/// The token and the code that a letter holds.
fn link_in(text: &str) -> (String, String) {
    let link = text.lines().find(|line| line.contains("/c/")).unwrap();
    let code = text.lines().find_map(|line| line.strip_prefix("Code: ")).unwrap();
    (link.rsplit('/').next().unwrap().to_owned(), code.to_owned())
}
