//! Fields that the JSON form does not show: hops, statements of the receiving server, hidden text, files' insides.
#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up shall fail")]

use mail::{Message, foreign_hop, read_mbox, read_message};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

fn message(raw: &str) -> Message {
    read_message(raw.replace('\n', "\r\n").as_bytes()).0
}

const EDGE: &str = "Authentication-Results: mx.member.example; spf=fail (sender IP is 203.0.113.7) smtp.mailfrom=bounce@attacker.example; dkim=pass header.d=attacker.example; dmarc=none
Received: from mx.member.example (mx.member.example [192.0.2.10]) by store.member.example with LMTP; Tue, 24 Nov 2026 10:00:03 +0900
Received: from localhost (localhost [127.0.0.1]) by mx.member.example (Postfix) with ESMTP; Tue, 24 Nov 2026 10:00:02 +0900
Received: from hello.attacker.example (vps7.hosting.example [203.0.113.7]) by mx.member.example (Postfix) with ESMTPS id A1; Tue, 24 Nov 2026 10:00:01 +0900
Received: from mx.member.example (forged.member.example [192.0.2.99]) by hello.attacker.example; Tue, 24 Nov 2026 09:00:00 +0900
Subject: s

x
";

fn check_hop(raw: &str, own: &dyn Fn(&str) -> bool, expected: Option<&str>) {
    let message = message(raw);
    let found = foreign_hop(&message, own).and_then(|hop| hop.from_ip).map(|ip| ip.to_string());
    assert_eq!(found.as_deref(), expected);
}

#[test]
fn the_hop_where_a_foreign_host_spoke() {
    check_hop(EDGE, &|host| host.ends_with("member.example"), Some("203.0.113.7"));
    // nothing known of the source: the newest receiving host tells whose machinery it is
    check_hop(EDGE, &|_| false, Some("203.0.113.7"));
    check_hop("Subject: s\n\nx\n", &|_| false, None);
    let exim = "Received: from [198.51.100.5] (helo=evil.example) by mx.member.example with esmtp; Tue, 24 Nov 2026 10:00:00 +0900\n\n";
    check_hop(exim, &|host| host.ends_with("member.example"), Some("198.51.100.5"));
    let qmail = "Received: from unknown (HELO evil.example) (198.51.100.6) by mx.member.example with SMTP; 24 Nov 2026 01:00:00 -0000\n\n";
    check_hop(qmail, &|host| host.ends_with("member.example"), Some("198.51.100.6"));
    for (seen, by) in [
        (
            "from [10.0.0.5] (p1.dialup.example [198.51.100.7]) (Authenticated sender: x)",
            "mx.member.example (Postfix)",
        ),
        ("from unknown (HELO evil.example) (info@evil.example@198.51.100.7)", "mx.member.example"),
        ("from 198.51.100.7 (EHLO mail.evil.example)", "10.217.151.75"),
        ("from 10.9.8.7 (EHLO mail.evil.example) (198.51.100.7)", "mx.member.example"),
    ] {
        let raw = format!(
            "Received: from spool-1 by store-2 with SMTP; Tue, 24 Nov 2026 10:00:02 +0900\nReceived: from [100.112.192.1] by spool-1.member.example; Tue, 24 Nov 2026 10:00:01 +0900\nReceived: {seen} by {by} with ESMTP; Tue, 24 Nov 2026 10:00:00 +0900\n\n"
        );
        check_hop(&raw, &|host| host.ends_with("member.example"), Some("198.51.100.7"));
    }
    let six = "Received: from evil.example (evil.example [IPv6:2001:db8::7]) by mx.member.example; Tue, 24 Nov 2026 10:00:00 +0900\n\n";
    check_hop(six, &|host| host.ends_with("member.example"), Some("2001:db8::7"));
}

#[test]
fn a_hop_has_its_names() {
    let message = message(EDGE);
    let hop = &message.hops[2];
    assert_eq!(hop.from_helo.as_deref(), Some("hello.attacker.example"));
    assert_eq!(hop.from_rdns.as_deref(), Some("vps7.hosting.example"));
    assert_eq!(hop.by.as_deref(), Some("mx.member.example"));
    assert_eq!(hop.time.as_ref().map(|time| time.rfc3339.as_str()), Some("2026-11-24T10:00:01+09:00"));
}

#[test]
fn authentication_as_stated() {
    let stated = message(EDGE).authentication;
    assert_eq!(stated.server.as_deref(), Some("mx.member.example"));
    assert_eq!(stated.spf.as_deref(), Some("fail"));
    assert_eq!(stated.spf_domain.as_deref(), Some("attacker.example"));
    assert_eq!(stated.dkim, [("pass".to_owned(), Some("attacker.example".to_owned()))]);
    assert_eq!(stated.dmarc.as_deref(), Some("none"));
    assert_eq!(stated.client_ip.map(|ip| ip.to_string()).as_deref(), Some("203.0.113.7"));
}

#[test]
fn what_the_sender_states_of_himself_does_not_count() {
    let check = |raw: &str, expected: Option<&str>| {
        assert_eq!(message(raw).authentication.dmarc.as_deref(), expected, "{raw}");
    };
    let edge = "Received: from evil.example (vps.hosting.example [203.0.113.7]) by mx.member.example; Tue, 24 Nov 2026 10:00:01 +0900\n";
    let older = "Received: from a.evil.example by evil.example; Tue, 24 Nov 2026 09:00:00 +0900\n";
    let ours = "Authentication-Results: auth.member.example; dmarc=fail\n";
    let forged = "Authentication-Results: mx.other.example; dmarc=pass\n";
    let copied = "Authentication-Results: mx.member.example; dmarc=pass\n";
    check(&format!("{ours}{edge}{older}\n"), Some("fail"));
    check(&format!("{edge}{ours}{older}\n"), Some("fail"));
    check(&format!("{edge}{older}{forged}\n"), None);
    // providers that write at the end name themselves, and take out what others wrote in their name
    check(&format!("{edge}{older}{copied}\n"), Some("pass"));
    check(&format!("{edge}{forged}\n"), None);
    check(&format!("{ours}{edge}{older}{copied}\n"), Some("fail"));
    let apart = "Authentication-Results: mx.member.example; spf=fail\nAuthentication-Results: mx.member.example; dmarc=none\n";
    check(&format!("{apart}{edge}\n"), Some("none"));
    let cloud = "Received: from A.NAMP223.PROD.OUTLOOK.COM (2603:10b6:8:2::14) by B.NAMP223.PROD.OUTLOOK.COM with HTTPS; Wed, 8 Nov 2023 11:19:52 +0000
Received: from C.prod.exchangelabs.com (2603:10b6:5:296::17) by A.NAMP223.PROD.OUTLOOK.COM with SMTP; Wed, 8 Nov 2023 11:19:52 +0000
Received: from D.mail.protection.outlook.com (2603:10b6:5:296:cafe::cb) by C.outlook.office365.com with SMTP; Wed, 8 Nov 2023 11:19:51 +0000
Authentication-Results: spf=none (sender IP is 203.0.113.7) smtp.mailfrom=evil.example; dmarc=none
Received: from evil.example (203.0.113.7) by D.mail.protection.outlook.com with SMTP; Wed, 8 Nov 2023 11:19:51 +0000

";
    check(cloud, Some("none"));
    check_hop(cloud, &|_| false, Some("203.0.113.7"));
    let spf = "Received-SPF: pass receiver=<UNKNOWN>; client-ip=203.0.113.7\n";
    assert_eq!(message(&format!("{edge}{spf}\n")).authentication.spf.as_deref(), Some("pass"));
    assert_eq!(message(&format!("{edge}{older}{spf}\n")).authentication.spf, None);
}

#[test]
fn hidden_text_is_kept_apart() {
    let message = message("Content-Type: text/html\n\n<p>seen<!-- note --><span hidden>ghost</span></p>\n");
    assert_eq!(message.html[0].shown, "seen");
    assert_eq!(message.html[0].hidden, ["note", "ghost"]);
    assert_eq!(message.text, "seen");
}

#[test]
fn people_read_what_is_hidden_and_where_it_came_from() {
    let page = EDGE.replace(
        "Subject: s\n\nx\n",
        "Subject: s\nContent-Type: text/html\n\nseen<p hidden>ghost\nstory</p>\n",
    );
    let text = mail::to_text(&message(&page), &[]);
    for line in [
        "Sent from: 203.0.113.7, vps7.hosting.example, hello.attacker.example",
        "Checked: SPF fail, DKIM pass (attacker.example), DMARC none",
        "hidden text: ghost story",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} in {text}");
    }
}

/// A mail with a subject, words and one ZIP after them.
fn with_zip(subject: &str, words: &str, password: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let locked = SimpleFileOptions::default().with_aes_encryption_bytes(zip::AesMode::Aes256, password);
    writer.start_file("payload.txt", locked).unwrap();
    writer.write_all(b"go to https://evil.example/locked").unwrap();
    let archive = writer.finish().unwrap().into_inner();
    let mut raw = format!("Subject: {subject}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n--b\r\nContent-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: binary\r\n\r\n").into_bytes();
    raw.extend(archive);
    raw.extend_from_slice(b"\r\n--b--\r\n");
    raw
}

fn check_opens(subject: &str, words: &str, password: &[u8], opened: bool) {
    let (message, problems) = read_message(&with_zip(subject, words, password));
    let file = &message.attachments[0];
    assert!(file.encrypted);
    assert_eq!(file.nested[0].filename.as_deref(), Some("payload.txt"));
    let found = mail::urls(&message) == ["https://evil.example/locked"];
    assert_eq!(found, opened, "{subject} {words} {problems:?}");
    assert_eq!(problems.iter().any(|problem| problem.code == "archive-locked"), !opened);
}

#[test]
fn locked_archives_open_with_customary_and_told_passwords() {
    check_opens("s", "sample attached", b"infected", true);
    check_opens("s", "no word", b"unguessable-7", false);
    check_opens("s", "パスワードは Kx9-2026 です。", b"Kx9-2026", true);
    check_opens("invoice (pass ab12cd)", "see the file", b"ab12cd", true);
    // as Japanese Windows writes it
    check_opens("s", "パスワード：秘密", b"\x94\xe9\x96\xa7", true);
}

#[test]
fn mbox_is_cut_at_its_separators() {
    let raw = b"From a@example.com Tue Nov 24 10:00:00 2026\nSubject: 1\n\nFrom the start\n\nFrom b@example.com Tue Nov 24 10:00:01 2026\nSubject: 2\n\ny\n";
    let subjects: Vec<String> = read_mbox(raw).into_iter().map(|one| read_message(one).0.subject).collect();
    assert_eq!(subjects, ["1", "2"]);
}

/// An Outlook file with the properties given: number, type and value.
fn outlook(values: &[(u16, u16, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/__properties_version1.0").unwrap().write_all(&[0; 32]).unwrap();
    for (number, kind, value) in values {
        let name = format!("/__substg1.0_{number:04X}{kind:04X}");
        file.create_stream(name).unwrap().write_all(value).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn outlook_files_are_read() {
    let raw = outlook(&[
        (0x0037, 0x1f, &wide("請求書の件")),
        (0x1000, 0x1f, &wide("see https://evil.example/msg")),
        (0x0c1a, 0x1f, &wide("山田")),
        (0x5d01, 0x1f, &wide("mallory@attacker.example")),
        (0x1035, 0x1e, b"<1@attacker.example>"),
    ]);
    let (message, problems) = read_message(&raw);
    assert_eq!(message.subject, "請求書の件");
    assert_eq!(message.from[0].name.as_deref(), Some("山田"));
    assert_eq!(message.from[0].address, "mallory@attacker.example");
    assert_eq!(message.message_id.as_deref(), Some("1@attacker.example"));
    assert_eq!(mail::urls(&message), ["https://evil.example/msg"]);
    assert_eq!(problems, []);
    assert!(message.structure.outlook);
}

#[test]
fn what_the_sender_writes_into_a_statement_states_nothing() {
    let edge = "Received: from evil.example (vps.hosting.example [203.0.113.7]) by mx.member.example; Tue, 24 Nov 2026 10:00:01 +0900\n";
    let check = |line: &str, below: &str, spf: Option<&str>, dmarc: Option<&str>| {
        let stated = message(&format!("Authentication-Results: mx.member.example; {line}\n{edge}{below}\n"))
            .authentication;
        assert_eq!((stated.spf.as_deref(), stated.dmarc.as_deref()), (spf, dmarc), "{line}");
    };
    check("spf=fail (domain of x;dmarc=pass@evil.example) smtp.mailfrom=x", "", Some("fail"), None);
    check("spf=none smtp.mailfrom=\"x;dmarc=pass\"@evil.example; dmarc=fail", "", Some("none"), Some("fail"));
    check("spf=fail (domain of x(@evil.example; dmarc=pass); dmarc=fail", "", Some("fail"), Some("fail"));
    check("spf=fail", "Authentication-Results: mx.member.example; dmarc=pass\n", Some("fail"), None);
    check("spf/1=\"fail\"; dmarc / 1 = fail", "", Some("fail"), Some("fail"));
}
