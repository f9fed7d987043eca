//! Mails that lie in mails: whose they are, and that none attached by an attacker takes his own evidence away or accuses whom he
//! robbed.

use deid::{Draft, Known};
use model::item::DropReason;
use model::profile::Profile;

const EDGE: &str = "Received: from unknown (HELO mail.evil-invoice.com) (185.220.101.5)\r\n by mx1.victim-kobe.co.jp with ESMTP id 4abc\r\n for <yamada@victim-kobe.co.jp>; Tue, 13 Jan 2026 09:14:07 +0900\r\n";
const FROM: &str = "From: billing@evil-invoice.com\r\nReply-To: pay@evil-reply.com\r\nTo: yamada@victim-kobe.co.jp\r\nSubject: invoice\r\n";
const STOLEN: &str = "From: Tanaka <tanaka@partner-company.co.jp>\r\nTo: billing@evil-invoice.com\r\nSubject: order\r\n\r\n\
    see https://www.partner-company.co.jp/order\r\n";

fn read(profile: &Profile, head: &str, text: &str, inner: &str) -> Draft {
    let raw = format!(
        "{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
         {text}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--\r\n"
    );
    let (message, _) = mail::read_message(raw.as_bytes());
    deid::from_mail(&message, profile, &Known { shared: &|_| false })
}

fn profile() -> Profile {
    Profile { domains: vec!["victim-kobe.co.jp".to_owned()], ..Profile::default() }
}

/// Each value that must leave, and each that must not stand in any.
#[track_caller]
fn check(out: &Draft, leaves: &[&str], stays: &[&str]) {
    let kept: Vec<&str> = out.content.indicators.iter().map(|i| i.indicator.value()).collect();
    for value in leaves {
        assert!(kept.contains(value), "{value} is lost: {kept:?}");
    }
    for part in stays {
        assert!(!kept.iter().any(|value| value.contains(part)), "{part} leaves: {kept:?}");
    }
}

const LURE: &str = "pay at https://login.evil-link.com/verify";
const ATTACK: &[&str] = &[
    "billing@evil-invoice.com",
    "evil-invoice.com",
    "pay@evil-reply.com",
    "evil-reply.com",
    "185.220.101.5",
    "https://login.evil-link.com/verify",
    "login.evil-link.com",
];

#[test]
fn a_stolen_mail_that_a_stranger_attaches_accuses_nobody() {
    for profile in [Profile::default(), profile()] {
        let out = read(&profile, &format!("{EDGE}{FROM}"), LURE, STOLEN);
        check(&out, ATTACK, &["partner", "tanaka", "victim"]);
        let asked: Vec<&str> = out
            .dropped
            .iter()
            .filter(|d| d.reason == DropReason::NeedsPerson)
            .map(|d| d.value.as_str())
            .collect();
        for value in ["tanaka@partner-company.co.jp", "https://www.partner-company.co.jp/order"] {
            assert!(asked.contains(&value), "{value} is not offered: {asked:?}");
            assert!(out.slots.iter().any(|slot| slot.value == value), "{value} cannot be put back");
        }
    }
}

/// Saved without its trace lines, it is still addressed to the source by somebody whom the profile does not know.
#[test]
fn an_attack_without_trace_lines_is_no_copy_of_the_sources() {
    let out = read(&profile(), FROM, LURE, STOLEN);
    check(&out, &["billing@evil-invoice.com", "https://login.evil-link.com/verify"], &["partner", "victim"]);
}

/// Each of these letters was enough to take the attack's own domains away.
#[test]
fn no_attached_mail_takes_the_attack_away() {
    for from in [
        "ceo@evil-invoice.com",
        "boss@evil-inner.com",
        "evil <x@evil-reply.com>",
        "login@evil-link.com",
        "evil <tanaka@victim-kobe.co.jp>",
        "evilinvoice <yamada@victim-kobe.co.jp>",
    ] {
        for to in ["billing@evil-invoice.com", "yamada@victim-kobe.co.jp", "verify@evil-link.com"] {
            for text in ["see it", "https", "Dear Evil Invoice,", LURE, "https://login.evil-link.com/verify"]
            {
                let inner = format!(
                    "Delivered-To: invoice@evil-invoice.com\r\nFrom: {from}\r\nTo: {to}\r\nSubject: x\r\n\r\n{text}\r\n"
                );
                let out = read(&profile(), &format!("{EDGE}{FROM}"), LURE, &inner);
                check(&out, ATTACK, &["victim", "evil-inner"]);
            }
        }
    }
}

/// The list of a mail's links holds each target once, as it stood first.
#[test]
fn an_attached_page_takes_no_link_away() {
    for page in [
        "<img src=\"https://login.evil-link.com/verify\">",
        "<a href=\"https://other-firm.co.jp/\">https://login.evil-link.com/verify</a>",
        "<a href=\"https://login.evil-link.com/verify\">here</a>",
    ] {
        let raw = format!(
            "{EDGE}{FROM}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\
             From: x@other-firm.co.jp\r\nTo: y@third-firm.co.jp\r\nContent-Type: text/html\r\n\r\n{page}\r\n--b\r\n\
             Content-Type: text/plain\r\n\r\n{LURE}\r\n--b--\r\n"
        );
        let (message, _) = mail::read_message(raw.as_bytes());
        let out = deid::from_mail(&message, &Profile::default(), &Known { shared: &|_| false });
        check(&out, ATTACK, &["other-firm", "third-firm"]);
    }
}

/// A link of the attacker's shows the address of the robbed, which the stolen mail links to.
#[test]
fn an_address_that_a_link_only_shows_accuses_nobody() {
    let page = "<a href=\"https://login.evil-link.com/verify\">https://www.partner-company.co.jp/order</a>";
    let raw = format!(
        "{EDGE}{FROM}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n{page}\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\n{STOLEN}\r\n--b--\r\n"
    );
    let (message, _) = mail::read_message(raw.as_bytes());
    let out = deid::from_mail(&message, &Profile::default(), &Known { shared: &|_| false });
    check(&out, ATTACK, &["partner"]);
}

#[test]
fn links_of_an_attached_mail_are_left_to_a_person_unless_the_evidence_ties_them() {
    let inner = "From: sato@other-firm.co.jp\r\nTo: x@third-firm.co.jp\r\nSubject: x\r\n\r\n\
        https://pages.evil-link.com/a https://www.other-firm.co.jp/b https://elsewhere-site.com/c\r\n";
    let out = read(&profile(), &format!("{EDGE}{FROM}"), LURE, inner);
    check(&out, &["https://pages.evil-link.com/a"], &["other-firm", "third-firm", "elsewhere"]);
    let offered = |value: &str| out.slots.iter().any(|slot| slot.value == value);
    assert!(offered("https://elsewhere-site.com/c") && offered("https://www.other-firm.co.jp/b"));
}

/// A thread quotes a colleague whom no header of the outer mail names.
#[test]
fn colleagues_whom_an_attached_mail_names_stay() {
    let inner = "From: Suzuki <h.kurosawa@victim-kobe.co.jp>\r\nTo: billing@evil-invoice.com\r\nSubject: x\r\n\r\nx\r\n";
    let text = "https://login.evil-link.com/u/kurosawa and https://login.evil-link.com/u/suzuki";
    let out = read(&Profile::default(), &format!("{EDGE}{FROM}"), text, inner);
    check(&out, &["billing@evil-invoice.com", "https://login.evil-link.com/u/"], &["kurosawa", "suzuki"]);
}

/// Recipients of the sender's own domain, where the receiving server found the sender genuine or looked his host up.
#[test]
fn decoys_among_the_recipients_do_not_hide_the_sender() {
    let head = FROM.replace("To: yamada", "To: all@evil-invoice.com, yamada");
    let genuine =
        "Authentication-Results: mx1.victim-kobe.co.jp; spf=pass smtp.mailfrom=evil-invoice.com\r\n";
    let looked_up = EDGE.replace(
        "unknown (HELO mail.evil-invoice.com) (185.220.101.5)",
        "mail.evil-invoice.com (mail.evil-invoice.com [185.220.101.5])",
    );
    for lines in [format!("{genuine}{EDGE}"), looked_up] {
        check(&read(&Profile::default(), &format!("{lines}{head}"), LURE, STOLEN), ATTACK, &["victim"]);
    }
}

/// What a filter of the recipient's notes of the sender makes him no recipient.
#[test]
fn the_sender_whom_a_filter_quotes_is_none_of_the_recipients() {
    let filter = "Delivered-To: yamada@victim-kobe.co.jp\r\nX-Spam-Summary: 69,billing@evil-invoice.com,RULES_HIT:46\r\n";
    let out = read(&Profile::default(), &format!("{filter}{EDGE}{FROM}"), LURE, STOLEN);
    check(&out, ATTACK, &["victim"]);
}

/// A sister of the victim's is borrowed as the sender, and stands among the recipients.
#[test]
fn a_borrowed_relative_stays() {
    let head = "From: ceo@sister-works.co.jp\r\nReply-To: pay@evil-reply.com\r\nTo: yamada@victim-kobe.co.jp, mori@sister-works.co.jp\r\nSubject: invoice\r\n";
    let out = read(&Profile::default(), &format!("{EDGE}{head}"), LURE, STOLEN);
    check(&out, &["pay@evil-reply.com", "185.220.101.5"], &["sister", "victim"]);
}

/// Ways in which the source's own people hand an attack on.
#[test]
fn what_the_source_hands_on_is_read_inside() {
    const OWN: &str = "From: soc@victim-kobe.co.jp\r\nTo: intake@hub.example\r\nSubject: FW\r\n";
    let out_of_house = "Received: from mail.victim-kobe.co.jp (mail.victim-kobe.co.jp [203.0.113.25])\r\n by mx.hub.example with ESMTPS id 1; Tue, 13 Jan 2026 10:00:00 +0900\r\n";
    let by_cloud = "Received: from out.mailcloud.example (out.mailcloud.example [198.51.100.9])\r\n by mx.hub.example with ESMTPS id 1; Tue, 13 Jan 2026 10:00:00 +0900\r\n";
    let inside = "Received: from pc7 ([10.1.2.3]) by mail.victim-kobe.co.jp with ESMTP id 2; Tue, 13 Jan 2026 10:00:00 +0900\r\n";
    let by_phone = "Authentication-Results: mx1.victim-kobe.co.jp; dmarc=pass header.from=victim-kobe.co.jp\r\nReceived: from out.mailcloud.example (out.mailcloud.example [198.51.100.9])\r\n by mx1.victim-kobe.co.jp with ESMTPS id 1; Tue, 13 Jan 2026 10:00:00 +0900\r\n";
    let private = "From: yamada77@gmail.com\r\nTo: soc@victim-kobe.co.jp\r\nSubject: FW\r\n";
    let inner = format!("{EDGE}{FROM}\r\n{LURE}\r\n");
    let with_private = Profile { people: vec!["yamada77@gmail.com".to_owned()], ..profile() };
    for (profile, head) in [
        (profile(), OWN.to_owned()),
        (Profile::default(), OWN.to_owned()),
        (profile(), format!("{inside}{OWN}")),
        (Profile::default(), format!("{inside}{OWN}")),
        (profile(), format!("{out_of_house}{OWN}")),
        (profile(), format!("{by_cloud}{OWN}")),
        (profile(), format!("{by_phone}{OWN}")),
        (with_private.clone(), private.to_owned()),
        (with_private, format!("{by_cloud}{private}")),
    ] {
        let out = read(&profile, &head, "https://wiki.helpdesk-site.com/t", &inner);
        check(&out, ATTACK, &["victim", "helpdesk", "yamada", "hub.example", "mailcloud", "198.51"]);
    }
}

/// A colleague's address is borrowed for a mail with a stolen letter.
#[test]
fn a_borrowed_colleague_hands_nothing_on() {
    let head = "From: ceo@victim-kobe.co.jp\r\nReply-To: pay@evil-reply.com\r\nTo: yamada@victim-kobe.co.jp\r\nSubject: invoice\r\n";
    let failed =
        "Authentication-Results: mx1.victim-kobe.co.jp; dmarc=fail header.from=victim-kobe.co.jp\r\n";
    for lines in [EDGE.to_owned(), format!("{failed}{EDGE}")] {
        for profile in [profile(), Profile::default()] {
            let out = read(&profile, &format!("{lines}{head}"), LURE, STOLEN);
            check(
                &out,
                &["pay@evil-reply.com", "185.220.101.5", "https://login.evil-link.com/verify"],
                &["partner", "victim"],
            );
        }
    }
}

/// The order form of the robbed, and the page that the attacker put beside it.
#[test]
fn files_of_an_attached_mail() {
    let inner = "From: tanaka@partner-company.co.jp\r\nTo: billing@evil-invoice.com\r\nSubject: order\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain; name=order.txt\r\nContent-Disposition: attachment; filename=order.txt\r\n\r\n\
        see https://www.partner-company.co.jp/order\r\n--c\r\nContent-Type: text/html; name=order.html\r\nContent-Disposition: attachment; filename=order.html\r\n\r\n\
        <html><a href=\"https://www.partner-company.co.jp/a\">a</a><a href=\"https://cdn.evil-link.com/b\">b</a></html>\r\n--c--\r\n";
    let out = read(&Profile::default(), &format!("{EDGE}{FROM}"), LURE, inner);
    check(&out, ATTACK, &["partner"]);
    let kinds: Vec<&str> = out.content.files.iter().map(|f| f.content_type.as_str()).collect();
    assert_eq!(kinds, ["text/html"]);
    let hashes = |list: &mut dyn Iterator<Item = &str>| list.filter(|value| value.len() == 64).count();
    assert_eq!(hashes(&mut out.content.indicators.iter().map(|i| i.indicator.value())), 1);
    assert_eq!(hashes(&mut out.slots.iter().map(|slot| slot.value.as_str())), 1);
}

/// A server that could not deliver what somebody sent in another's name is no attacker.
#[test]
fn who_reports_a_failed_delivery_is_not_accused() {
    let raw = format!(
        "Received: from mx.far-server.example (198.51.100.25)\r\n by mx1.victim-kobe.co.jp with ESMTP id 7;\
         Tue, 13 Jan 2026 09:14:07 +0900\r\nFrom: MAILER-DAEMON@far-server.example\r\nTo: yamada@victim-kobe.co.jp\r\n\
         Subject: Undelivered Mail\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
         sorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; far-server.example\r\n\r\n\
         Final-Recipient: rfc822; nobody@far-server.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n\
         Content-Type: message/rfc822\r\n\r\n{STOLEN}\r\n--b--\r\n"
    );
    let (message, _) = mail::read_message(raw.as_bytes());
    assert!(message.structure.delivery_report);
    let out = deid::from_mail(&message, &profile(), &Known { shared: &|_| false });
    check(&out, &[], &["far-server", "198.51.100.25", "partner"]);
    let offered =
        |value: &str| out.dropped.iter().any(|d| d.value == value && d.reason == DropReason::NeedsPerson);
    assert!(offered("mailer-daemon@far-server.example") && offered("198.51.100.25"), "{:?}", out.dropped);
}
