//! A mailbox elsewhere: what lies in it comes to whom it is for, and nothing in it or said by its server holds up the rest.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use client::imap::ImapError;
use client::post::Transport;
use hub::HubError;
use hub::PageRequest;
use hub::notify::Post;
use hub::ops::intake::{self, MAIL_BYTES_MAX};
use hub::ops::{account, mine};
use hub::pull::{Later, Left, Off, Pulled, pull, run};
use jiff::SignedDuration;
use model::role::{Notify, PersonRole as P};
use sharing::caller::AsReporter;
use std::time::Duration;
use testkit::{Lying, MailServer, Member, TestHub, mails};

/// More mails than end in one round.
const MANY: u32 = 205;

fn source(of: &Member) -> AsReporter {
    AsReporter { org: of.id }
}

/// A hub that takes so many submissions a day of each; a person of the first and of the second organisation writes to it.
async fn hub_with(submissions: i64) -> TestHub {
    let mut hub = TestHub::with_quota(2, hub::Quota { submissions, bytes: 1 << 30 }).await;
    hub.hub = hub.hub.clone().with_post(Post {
        transport: Transport::Memory(std::sync::Arc::default()),
        from: "notice@hub.test.example".to_owned(),
        domain: "in.hub.test.example".to_owned(),
    });
    for member in hub.members.clone() {
        hub.person(&member.slug, member.id, &[P::Reporter]).await;
        let cookie = hub.sign_in(&member.slug).await;
        let id = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().person;
        account::set_contact(&hub.hub, id, &writer(&member), "", Notify::AtOnce).await.unwrap();
    }
    hub
}

fn writer(member: &Member) -> String {
    format!("kita@{}.example", member.slug)
}

/// A mail of this person as its server left it, for these organisations.
async fn mail(hub: &TestHub, from: &str, to: &[&Member], n: u32) -> Lying {
    let mut raw = format!("Return-Path: <{from}>\r\n");
    for member in to {
        let address = intake::address(&hub.hub, source(member)).await.unwrap().unwrap();
        raw += &format!("Delivered-To: {address}\r\n");
    }
    raw += &format!(
        "Received: from x.example by mx.example\r\nFrom: {from}\r\nSubject: Fwd: strange\r\nMessage-ID: <{n}@x.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    );
    Lying::Mail([raw.as_bytes(), &mails::attack("m0.example", n), b"\r\n--b--\r\n"].concat())
}

/// How many submissions an organisation has, and how many mails wait for its decision.
async fn has(hub: &TestHub, member: &Member) -> (usize, usize) {
    let rows = mine::list(&hub.hub, source(member), &PageRequest::default()).await.unwrap().rows;
    (rows.len(), intake::held(&hub.hub, source(member)).await.unwrap().len())
}

#[tokio::test]
async fn a_full_organisation_holds_up_nobody() {
    let hub = hub_with(1).await;
    let (full, other) = (hub.members[0].clone(), hub.members[1].clone());
    let mut lie = Vec::new();
    for n in 1..=MANY {
        lie.push(mail(&hub, &writer(&full), &[&full], n).await);
    }
    lie.push(mail(&hub, &writer(&other), &[&other], MANY + 1).await);
    let (server, later) = (MailServer::start(lie).await, Later::default());
    let round = async || pull(&hub.hub, &server.mailbox(), &later).await.unwrap();
    let done = round().await;
    assert_eq!((done.taken, done.put_off.len()), (2, MANY as usize - 1));
    assert!(done.put_off.iter().all(|(_, why)| *why == Off::Full) && done.left.is_empty());
    assert_eq!(server.moved(), [1, MANY + 1]);
    assert_eq!(has(&hub, &other).await, (1, 0));

    assert_eq!(server.asked().len(), MANY as usize + 1);
    assert_eq!(round().await, Pulled::default());
    assert!(server.asked().is_empty(), "what is put off is not asked for");
    hub.clock.set(model::time::plus_days(hub.hub.now(), 1));
    assert_eq!(round().await.taken, 1, "a day later");
    assert_eq!(has(&hub, &full).await, (2, 0));
}

#[tokio::test]
async fn a_mail_for_several_comes_once_to_each_though_one_is_full() {
    let hub = hub_with(1).await;
    let (full, other) = (hub.members[0].clone(), hub.members[1].clone());
    let first = mail(&hub, &writer(&full), &[&full], 1).await;
    let both = mail(&hub, &writer(&full), &[&full, &other], 2).await;
    let (server, later) = (MailServer::start([first, both]).await, Later::default());
    let round = async || pull(&hub.hub, &server.mailbox(), &later).await.unwrap();
    let done = round().await;
    assert_eq!((done.taken, done.put_off), (1, vec![(2, Off::Full)]));
    assert_eq!((has(&hub, &full).await, has(&hub, &other).await), ((1, 0), (0, 1)));
    hub.clock.set(model::time::plus_days(hub.hub.now(), 1));
    assert_eq!(round().await.taken, 1);
    assert_eq!((has(&hub, &full).await, has(&hub, &other).await), ((2, 0), (0, 1)));
    assert_eq!(server.moved(), [1, 2]);
}

/// What the hub does with a mail of which the server answers like this, between two good ones.
async fn check(bad: Lying, left: Option<Left>, off: Option<Off>) {
    let hub = hub_with(9).await;
    let member = hub.members[0].clone();
    let before = mail(&hub, "a@x.example", &[&member], 1).await;
    let after = mail(&hub, "a@x.example", &[&member], 3).await;
    let (server, later) = (MailServer::start([before, bad.clone(), after]).await, Later::default());
    let round = async || pull(&hub.hub, &server.mailbox(), &later).await.unwrap();
    let expected = Pulled {
        taken: 2,
        left: left.map(|why| (2, why)).into_iter().collect(),
        put_off: off.map(|why| (2, why)).into_iter().collect(),
        not_moved: None,
    };
    let bad = format!("{bad:?}");
    let bad = bad.get(..60).unwrap_or(&bad);
    assert_eq!(round().await, expected, "{bad}");
    assert_eq!((server.moved(), has(&hub, &member).await), (vec![1, 3], (0, 2)), "{bad}");
    assert_eq!(round().await, Pulled::default(), "it is named once: {bad}");
    hub.clock.set(hub.hub.now().checked_add(SignedDuration::from_hours(1)).unwrap());
    assert_eq!(round().await.put_off, expected.put_off, "what is put off is tried again: {bad}");
}

#[tokio::test]
async fn a_mail_that_cannot_be_read_stays_and_the_others_go_on() {
    let said = |text: &str| text.to_owned();
    let nested = |count: usize| "(".repeat(count) + &")".repeat(count);
    let unreadable = Some(Left::Unreadable);
    check(Lying::SizeSaid(said("x)")), unreadable, None).await;
    check(Lying::SizeSaid(nested(100_000)), unreadable, None).await;
    check(Lying::SizeSaid(said("10 INTERNALDATE NIL)")), unreadable, None).await;
    check(Lying::SizeSaid(said("{99999999}")), unreadable, None).await;
    check(Lying::BodySaid(said("NIL)")), unreadable, None).await;
    check(Lying::BodySaid(format!("{{{}}}", MAIL_BYTES_MAX + 1)), unreadable, None).await;
    check(Lying::BodySaid(nested(100_000)), unreadable, None).await;
    check(Lying::BodySaid("x".repeat(2 << 20)), unreadable, None).await;
    check(Lying::Sized(MAIL_BYTES_MAX + 1), Some(Left::TooLarge), None).await;
    check(Lying::Mail(b"To: nobody@x.example\r\n\r\nx".to_vec()), Some(Left::Nobody), None).await;
    check(Lying::Mail(vec![0xff; 4096]), Some(Left::Nobody), None).await;
    check(Lying::Sized(10), None, None).await;
    check(Lying::Refused, None, Some(Off::Refused)).await;
}

#[tokio::test]
async fn a_mail_that_cannot_be_moved_comes_once_and_the_others_go_on() {
    let hub = hub_with(9).await;
    let member = hub.members[0].clone();
    let lie =
        [mail(&hub, "a@x.example", &[&member], 1).await, mail(&hub, "a@x.example", &[&member], 2).await];
    let (server, later) = (MailServer::start(lie).await, Later::default());
    server.hold_fast(true);
    let round = async || pull(&hub.hub, &server.mailbox(), &later).await.unwrap();
    let done = round().await;
    assert_eq!((done.taken, done.put_off), (2, vec![(1, Off::NotMoved), (2, Off::NotMoved)]));
    let Some(ImapError::NotMoved { done, unmade }) = done.not_moved else { panic!("no reason") };
    assert_eq!(done, "Taken");
    assert!(unmade.unwrap().contains("not here"), "what it said to CREATE is kept");

    let hour = async || hub.clock.set(hub.hub.now().checked_add(SignedDuration::from_hours(1)).unwrap());
    hour().await;
    let done = round().await;
    assert_eq!((done.taken, done.put_off.len()), (0, 2));
    assert_eq!(has(&hub, &member).await, (0, 2), "nobody gets it twice");
    // a restart knows nothing of what was put off
    server.hold_fast(false);
    pull(&hub.hub, &server.mailbox(), &Later::default()).await.unwrap();
    assert_eq!((server.moved(), has(&hub, &member).await), (vec![1, 2], (0, 2)));
    assert_eq!(server.asked().len(), 2, "what is taken is not fetched again");
}

#[tokio::test]
async fn a_mail_that_breaks_the_line_keeps_nobody_waiting() {
    let hub = hub_with(9).await;
    let member = hub.members[0].clone();
    let lie = [Lying::Broken, mail(&hub, "a@x.example", &[&member], 2).await];
    let server = MailServer::start(lie).await;
    let once = pull(&hub.hub, &server.mailbox(), &Later::default()).await;
    assert!(matches!(once, Err(HubError::Unavailable(why)) if why.starts_with("imap: ")));
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let every = Duration::from_millis(5);
    let rounds = tokio::spawn(run(hub.hub.clone(), server.mailbox(), every, stopped));
    for _ in 0..1000 {
        if server.moved() == [2] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(server.moved(), [2]);
    stop.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(10), rounds).await.unwrap().unwrap();
    assert_eq!(has(&hub, &member).await, (0, 1));
}
