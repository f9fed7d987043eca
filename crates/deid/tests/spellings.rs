//! The source's names, machines and networks in spellings that no profile states.

use deid::{Draft, Known};
use model::profile::Profile;

const EDGE: &str = "Received: from mx-kobe01.victim-works.co.jp (mx-kobe01.victim-works.co.jp [203.0.113.20]) by filesv07.victim-works.co.jp with LMTP id 1; Tue, 13 Jan 2026 09:15:00 +0900\r\n\
    Received: from mail.evil-host.com (mail.evil-host.com [185.220.101.5])\r\n by mx-kobe01.victim-works.co.jp (Postfix) with ESMTPS id 4abc; Tue, 13 Jan 2026 09:14:07 +0900\r\n";

fn read(profile: &Profile, from: &str, link: &str) -> Draft {
    let raw = format!(
        "{EDGE}From: {from}\r\nTo: undisclosed-recipients:;\r\nSubject: x\r\nContent-Type: text/plain\r\n\r\nsee {link}\r\n"
    );
    let (message, _) = mail::read_message(raw.as_bytes());
    deid::from_mail(&message, profile, &Known { shared: &|_| false })
}

/// What leaves of a link, or of a sender's address.
#[track_caller]
fn check(profile: &Profile, written: &str, expected: &[&str]) {
    let is_link = written.contains("://");
    let out = if is_link {
        read(profile, "a@evil-sender.com", written)
    } else {
        read(profile, written, "https://evil-link.com/")
    };
    let others =
        ["a@evil-sender.com", "evil-sender.com", "185.220.101.5", "https://evil-link.com/", "evil-link.com"];
    let mut kept: Vec<&str> = out.content.indicators.iter().map(|i| i.indicator.value()).collect();
    kept.retain(|value| !others.contains(value));
    let mut expected = expected.to_vec();
    kept.sort_unstable();
    expected.sort_unstable();
    assert_eq!(kept, expected, "{written}");
}

const HOST: &str = "evil-invoice.com";

#[test]
fn a_name_of_five_letters_with_separators_inside() {
    let profile = Profile {
        names: vec!["Akebono Heavy Machinery".to_owned()],
        domains: vec!["akebono-heavy.co.jp".to_owned()],
        ..Profile::default()
    };
    let check = |written: &str, expected: &[&str]| check(&profile, written, expected);
    for path in
        ["ake_bono/x", "ake/bono/", "a-k-e-b-o-n-o/x", "a.k.e.b.o.n.o/x", "a/k/e/b/o/n/o/x", "ake-bono01"]
    {
        check(&format!("https://{HOST}/{path}"), &[HOST]);
    }
    check(&format!("https://{HOST}/in/ake/bono/"), &[HOST, "https://evil-invoice.com/in/"]);
    check(&format!("https://ake.bono.{HOST}/in"), &[HOST]);
    check(&format!("https://ake.{HOST}/bono/x"), &["ake.evil-invoice.com"]);
    check("https://my-ake.com/bono/x", &["my-ake.com"]);
    check(&format!("ake.bono@{HOST}"), &[HOST]);
    check("ake@bono.evil-invoice.com", &["bono.evil-invoice.com"]);
    // others' words that only hold its letters
    check(&format!("https://{HOST}/make-bonobo/x"), &[HOST, "https://evil-invoice.com/make-bonobo/x"]);
}

#[test]
fn a_part_of_a_profiles_word() {
    let profile = Profile {
        words: vec!["Project Akatsuki".to_owned(), "New System Plan 2026".to_owned()],
        hosts: vec![
            "mx-kobe01".to_owned(),
            "mail-gw02".to_owned(),
            "alert-web.gateway-vendor.com".to_owned(),
        ],
        people: vec!["Hanako Kurosawa".to_owned()],
        tenants: vec!["asagiriworks.onmicrosoft.com".to_owned()],
        ..Profile::default()
    };
    let check = |written: &str, expected: &[&str]| check(&profile, written, expected);
    for word in ["akatsuki", "kobe01", "kurosawa", "asagiriworks"] {
        check(&format!("https://{HOST}/{word}/x"), &[HOST]);
        check(&format!("{word}@{HOST}"), &[HOST]);
    }
    for word in ["project", "system", "plan", "2026", "mail", "gw02", "alert"] {
        let (link, address) = (format!("https://{HOST}/{word}/x"), format!("{word}@{HOST}"));
        check(&link, &[HOST, &link]);
        check(&address, &[HOST, &address]);
    }
}

#[test]
fn a_receiving_machines_own_name_without_a_profile() {
    let nothing = Profile::default();
    for word in ["mx-kobe01", "filesv07", "kobe01", "FILESV07", "file_sv07"] {
        check(&nothing, &format!("https://{HOST}/{word}/x"), &[HOST]);
    }
    for word in ["mx", "mail", "files"] {
        let link = format!("https://{HOST}/{word}/x");
        check(&nothing, &link, &[HOST, &link]);
    }
}

#[test]
fn own_networks_in_other_spellings() {
    let profile = Profile { networks: vec!["203.0.113.0/24".to_owned()], ..Profile::default() };
    let check = |written: &str, expected: &[&str]| check(&profile, written, expected);
    check(&format!("http://203-0-113-7.{HOST}/"), &[HOST]);
    check(&format!("http://7.113.0.203.in-addr.arpa.{HOST}/"), &[HOST]);
    for path in ["7.113.0.203", "203/0/113/7", "203_0_113_7/x", "ip-203-0-113-7"] {
        check(&format!("http://{HOST}/{path}"), &[HOST]);
    }
    check(&format!("http://{HOST}/198-51-100-7/x"), &[HOST, "http://evil-invoice.com/198-51-100-7/x"]);
}

#[test]
fn an_organisations_name_without_its_legal_form_and_trade() {
    let profile = Profile { names: vec!["暁重工株式会社".to_owned()], ..Profile::default() };
    let check = |written: &str, expected: &[&str]| check(&profile, written, expected);
    for host in ["暁重工.com", "xn--esto5qcz1b.com"] {
        check(&format!("https://{host}/x"), &[]);
        check(&format!("a@{host}"), &[]);
    }
}
