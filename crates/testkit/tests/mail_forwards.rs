//! What people forward: everything that was sent is kept, no mail twice, and whoever forwards is nothing of the attack.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::ops::intake::{self, Recipient};
use hub::ops::triage::Look;
use hub::ops::{account, mine, triage};
use hub::{HubError, PageRequest};
use model::role::{Notify, PersonRole as P};
use sharing::caller::AsReporter;
use testkit::{Member, TestHub, staff};

const BOB: &str = "bob@minami.example";

/// A member whose profile says nothing, one of its people, and where it forwards to.
async fn door() -> (TestHub, Member, [Recipient; 1]) {
    let (hub, _) = TestHub::with_mail(12).await;
    let member = hub.members[0].clone();
    let mut tx = hub.hub.store().write().await.unwrap();
    tx.set_profile(member.id, &model::profile::Profile::default()).await.unwrap();
    tx.commit().await.unwrap();
    hub.person("bob", member.id, &[P::Reporter]).await;
    let cookie = hub.sign_in("bob").await;
    let bob = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().person;
    account::set_contact(&hub.hub, bob, BOB, "", Notify::Off).await.unwrap();
    let address = intake::address(&hub.hub, AsReporter { org: member.id }).await.unwrap().unwrap();
    let to = intake::recipient(&hub.hub, &address).await.unwrap().unwrap();
    (hub, member, [to])
}

/// Forwards it as Bob and gives what staff sees of each submission that it became and may look at.
async fn forwarded(raw: &str) -> (TestHub, Member, Vec<Look>) {
    let (hub, member, to) = door().await;
    intake::receive(&hub.hub, BOB, &to, raw.as_bytes().to_vec()).await.unwrap();
    hub.work().await;
    let source = AsReporter { org: member.id };
    let rows = mine::list(&hub.hub, source, &PageRequest::default()).await.unwrap().rows;
    let mut out = Vec::new();
    for row in rows {
        let by = staff(hub.staff, P::Triager).staff().unwrap();
        match triage::look(&hub.hub, by, row.id).await {
            Err(HubError::Sealed) => {}
            look => out.push(look.unwrap()),
        }
    }
    // they came at one moment: by what stands in them
    out.sort_by_key(|look| format!("{:?}{:?}", look.finds, look.sent));
    (hub, member, out)
}

fn finds(look: &Look) -> Vec<&str> {
    look.finds.iter().map(|(find, _)| find.as_str()).collect()
}

/// A mail of Bob's with these parts.
fn mail(parts: &[&str]) -> String {
    let parts: String = parts.iter().map(|part| format!("--b\r\n{part}\r\n")).collect();
    format!(
        "Received: from mx.minami.example (mx.minami.example [203.0.113.9]) by mx.in.hub.test.example; Tue, 24 Nov 2026 09:00:00 +0900\r\n\
         From: Bob <{BOB}>\r\nTo: x@in.hub.test.example\r\nSubject: strange\r\nMessage-ID: <1@minami.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n"
    )
}

fn words(text: &str) -> String {
    format!("Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n")
}

fn attack(n: u32, text: &str) -> String {
    format!(
        "Content-Type: message/rfc822\r\n\r\nFrom: Billing <bill@evil-{n}.example>\r\nTo: {BOB}\r\nSubject: invoice {n}\r\n\
         Message-ID: <{n}@evil-{n}.example>\r\n\r\n{text}\r\n"
    )
}

const SIGNATURE: &str = "\r\n=====\r\nBob, Minami\r\nbob@minami.example\r\nhttps://www.minami.example/\r\n";

#[tokio::test]
async fn whoever_reports_in_their_own_words_is_nothing_of_the_attack() {
    for text in [
        "Our proxy saw hxxps://evil-plain[.]example/gate",
        "Our proxy saw https://evil-plain.example/gate",
        "Is this one bad?\r\n> Please pay at\r\n> hxxps://evil-plain[.]example/gate",
    ] {
        let (hub, member, looks) = forwarded(&mail(&[&words(&format!("{text}{SIGNATURE}"))])).await;
        assert_eq!(looks.len(), 1, "{text}");
        assert_eq!(finds(&looks[0]), Vec::<&str>::new(), "{text}");
        assert!(looks[0].hints.is_empty(), "words of a colleague are no mass mail");
        // what it names waits for a person of the source
        let item = looks[0].row.item.unwrap();
        let analyst = staff(hub.staff, P::Analyst).analyst().unwrap();
        hub::ops::draft::ask(&hub.hub, analyst, item).await.unwrap();
        let source = testkit::member(member.id, &[P::Approver]).source().unwrap();
        let page = hub::ops::approval::show(&hub.hub, source, looks[0].row.id).await.unwrap();
        let offered: Vec<&str> = page.slots.iter().map(|slot| slot.value.as_str()).collect();
        assert_eq!(offered, ["evil-plain.example", "https://evil-plain.example/gate"], "{text}");
    }
}

/// Where its people have their mail is known of an organisation that wrote no profile.
#[tokio::test]
async fn an_attack_that_names_the_members_domain_is_cut() {
    let text = "Sign in: https://evil-1.example/minami.example/login and https://portal.minami.example/";
    let (_, _, looks) = forwarded(&mail(&[&words("see"), &attack(1, text)])).await;
    let found = finds(&looks[0]);
    assert!(found.contains(&"domain evil-1.example"), "{found:?}");
    assert!(!found.iter().any(|one| one.contains("minami")), "{found:?}");
}

#[tokio::test]
async fn what_is_erased_is_in_no_other() {
    let raw = mail(&[&words("two of them"), &attack(1, "the first secret"), &attack(2, "the second secret")]);
    let (hub, member, looks) = forwarded(&raw).await;
    assert_eq!(looks.len(), 2);
    for (look, other) in [(&looks[0], "second"), (&looks[1], "first")] {
        assert_eq!(look.note.trim(), "two of them");
        assert!(!format!("{look:?}").contains(&format!("the {other} secret")), "{look:?}");
        let raw = mine::raw(&hub.hub, AsReporter { org: member.id }, look.row.id).await.unwrap();
        assert!(!String::from_utf8_lossy(&raw).contains(&format!("the {other} secret")));
    }
}

#[tokio::test]
async fn what_lies_beside_a_mail_is_kept_and_read() {
    let list = "Content-Type: text/csv; name=iocs.csv\r\nContent-Disposition: attachment; filename=iocs.csv\r\n\r\n\
                indicator,type\r\nevil-list.example,domain\r\n";
    let marked = "Content-Type: text/plain; name=note.txt\r\nContent-Disposition: attachment; filename=note.txt\r\n\r\n極秘\r\n";
    let (hub, member, looks) = forwarded(&mail(&[&words("see both"), &attack(1, "pay"), list])).await;
    assert_eq!(looks.len(), 2);
    assert_eq!(finds(&looks[1]), ["domain evil-list.example"]);
    let raw = mine::raw(&hub.hub, AsReporter { org: member.id }, looks[1].row.id).await.unwrap();
    let raw = String::from_utf8_lossy(&raw);
    assert!(
        raw.contains("see both") && raw.contains("evil-list.example") && !raw.contains("evil-1.example"),
        "{raw}"
    );

    let (_, _, looks) = forwarded(&mail(&[&words("see both"), &attack(1, "pay"), marked])).await;
    assert_eq!(looks.len(), 1, "a marking in what lies beside seals it for everybody: {looks:?}");
}

#[tokio::test]
async fn the_words_above_a_forward_are_read_by_staff() {
    let text = "I clicked it, sorry.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Billing <bill@evil-pay.example>\r\n\
                Date: Tue\r\nSubject: invoice\r\nTo: bob@minami.example\r\n\r\nPay at https://evil-pay.example/settle";
    let (_, _, looks) = forwarded(&mail(&[&words(text)])).await;
    assert_eq!(looks[0].note.trim(), "I clicked it, sorry.");
    assert!(finds(&looks[0]).contains(&"domain evil-pay.example"), "{:?}", looks[0].finds);
}

/// A stolen letter that an attacker quotes is not taken for the attack.
#[tokio::test]
async fn an_attached_mail_is_the_attack_whatever_it_quotes() {
    let quoted = "Here it is: https://evil-1.example/doc\r\n\r\n-----Original Message-----\r\nFrom: Partner <p@partner.example>\r\n\
                  Sent: Tuesday\r\nTo: Bob\r\nSubject: minutes\r\n\r\nThe minutes: https://files.partner.example/m";
    let (_, _, looks) = forwarded(&mail(&[&words("see"), &attack(1, quoted)])).await;
    let found = finds(&looks[0]);
    assert!(found.contains(&"email bill@evil-1.example"), "{found:?}");
    assert!(!found.iter().any(|one| one.contains("partner")), "{found:?}");
}

#[tokio::test]
async fn a_torn_forward_is_kept_whole_and_that_is_told() {
    let torn = "Content-Type: application/octet-stream; name=a.eml\r\nContent-Transfer-Encoding: base64\r\n\r\n\
                RnJvbTogYUBldmlsLTEuZXhhbXBsZQ0KU3ViamVjdDogeA0KDQpib2";
    let raw = mail(&[&words("cut"), torn]);
    let (hub, member, looks) = forwarded(&raw).await;
    assert_eq!(looks.len(), 1);
    assert_eq!(looks[0].note.trim(), "cut");
    assert!(looks[0].unread.iter().any(|one| one.code == "mail-base64-cut"), "{:?}", looks[0].unread);
    assert!(finds(&looks[0]).contains(&"email a@evil-1.example"), "{:?}", looks[0].finds);
    let kept = mine::raw(&hub.hub, AsReporter { org: member.id }, looks[0].row.id).await.unwrap();
    assert_eq!(String::from_utf8(kept).unwrap(), raw);
}

/// Nor is a name of the source's that somebody borrows a reason to look into what is quoted.
#[tokio::test]
async fn a_borrowed_name_hands_nothing_on() {
    let spoofed = "Content-Type: message/rfc822\r\n\r\n\
        Received: from out.evil-1.example (out.evil-1.example [198.51.100.7]) by mx.hosting.example; Tue, 24 Nov 2026 08:00:00 +0900\r\n\
        From: The president <ceo@minami.example>\r\nTo: bob@minami.example\r\nSubject: minutes\r\n\r\n\
        Sign here: https://evil-1.example/doc\r\n\r\n-----Original Message-----\r\nFrom: Partner <p@partner.example>\r\nSent: Tuesday\r\n\
        To: Bob\r\nSubject: minutes\r\n\r\nThe minutes: https://files.partner.example/m\r\n";
    let untraced: String =
        spoofed.split("\r\n").filter(|line| !line.starts_with("Received:")).collect::<Vec<_>>().join("\r\n");
    for spoofed in [spoofed, untraced.as_str()] {
        let (_, _, looks) = forwarded(&mail(&[&words("see"), spoofed])).await;
        let found = finds(&looks[0]);
        assert!(!found.iter().any(|one| one.contains("partner") || one.contains("minami")), "{found:?}");
    }
}

/// A signature is the forwarding person's, and so may be a document beside the mail.
#[tokio::test]
async fn what_a_forward_adds_of_its_own_waits_for_a_person() {
    let html = "Content-Type: text/html; charset=utf-8\r\n\r\n<p>Look:</p><p>---------- Forwarded message ---------<br>\
        From: Billing &lt;bill@evil-pay.example&gt;<br>Date: Tue<br>Subject: invoice<br>To: bob@minami.example<br><br>\
        Pay <a href=\"https://other-evil.example/settle\">over here</a></p>\
        <p><a href=\"https://mnm-holdings.example/\"><img src=\"cid:logo\" alt=\"\"></a></p>\r\n";
    let paper = "Content-Type: application/pdf; name=own.pdf\r\nContent-Disposition: attachment; filename=own.pdf\r\n\r\n%PDF-1.4\r\n";
    let (_, _, looks) = forwarded(&mail(&[html, paper])).await;
    let found = finds(&looks[0]);
    assert!(found.contains(&"domain other-evil.example"), "{found:?}");
    assert!(!found.iter().any(|one| one.contains("mnm-holdings") || one.starts_with("sha256")), "{found:?}");
}

/// Programs send the words twice, as text and as a page: a signature above the forward is above it in both.
#[tokio::test]
async fn a_signature_that_is_sent_twice_is_the_forwarding_persons() {
    let text = "Look.\r\nBob, Minami, https://www.mnm-holdings.example/\r\n\r\nFrom: Billing <bill@evil-pay.example>\r\nSent: Tuesday\r\n\
        To: Bob\r\nSubject: invoice\r\n\r\nPay at https://other-evil.example/settle today\r\n";
    let page = "<p>Look.</p><p>Bob, Minami, <a href=\"https://www.mnm-holdings.example/\">https://www.mnm-holdings.example/</a></p>\
        <p><b>From:</b> Billing &lt;bill@evil-pay.example&gt;<br><b>Sent:</b> Tuesday<br><b>To:</b> Bob<br><b>Subject:</b> invoice</p>\
        <p>Pay <a href=\"https://other-evil.example/settle\">today</a></p>";
    let both = format!(
        "Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n\
         --c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}\r\n--c--\r\n"
    );
    let (_, _, looks) = forwarded(&mail(&[&both])).await;
    let found = finds(&looks[0]);
    assert!(found.contains(&"domain other-evil.example"), "{found:?}");
    assert!(!found.iter().any(|one| one.contains("mnm-holdings")), "{found:?}");
}

/// Somebody without an account forwards; a colleague takes the held mail in. Whose domain the forward came from is known all the same.
#[tokio::test]
async fn a_held_forward_is_read_with_the_mail_around_it() {
    let (hub, member, to) = door().await;
    let text = "Sign in: https://evil-1.example/minami-kyoto.example/login";
    let raw = mail(&[&words("see"), &attack(1, text)]).replace(BOB, "aoi@minami-kyoto.example");
    intake::receive(&hub.hub, "aoi@minami-kyoto.example", &to, raw.into_bytes()).await.unwrap();
    let source = AsReporter { org: member.id };
    let held = intake::held(&hub.hub, source).await.unwrap();
    intake::take_held(&hub.hub, source, held[0].id).await.unwrap();
    hub.work().await;
    let rows = mine::list(&hub.hub, source, &PageRequest::default()).await.unwrap().rows;
    let look =
        triage::look(&hub.hub, staff(hub.staff, P::Triager).staff().unwrap(), rows[0].id).await.unwrap();
    let found = finds(&look);
    assert!(found.contains(&"domain evil-1.example"), "{found:?}");
    assert!(!found.iter().any(|one| one.contains("kyoto")), "{found:?}");
}

/// One torn mail of several keeps them in one piece; each is read.
#[tokio::test]
async fn every_mail_of_a_torn_forward_is_read() {
    let torn = "Content-Type: application/octet-stream; name=a.eml\r\nContent-Transfer-Encoding: base64\r\n\r\n\
                RnJvbTogYUBldmlsLTkuZXhhbXBsZQ0KU3ViamVjdDogeA0KDQpib2";
    let raw = mail(&[&words("three"), &attack(1, "one"), torn, &attack(2, "two")]);
    let (_, _, looks) = forwarded(&raw).await;
    assert_eq!(looks.len(), 1);
    let found = finds(&looks[0]);
    for sender in ["email a@evil-9.example", "email bill@evil-1.example", "email bill@evil-2.example"] {
        assert!(found.contains(&sender), "{found:?}");
    }
}

/// What is broken inside one attached mail is that mail's: the others are told apart all the same.
#[tokio::test]
async fn what_is_broken_inside_a_mail_keeps_it_apart() {
    let broken = "Content-Type: message/rfc822\r\n\r\nFrom: c@evil-3.example\r\nSubject: x\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJDR\r\n";
    let (_, _, looks) = forwarded(&mail(&[&words("two"), &attack(1, "one"), broken])).await;
    assert_eq!(looks.len(), 2);
}
