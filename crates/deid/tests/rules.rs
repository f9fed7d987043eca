//! The rules of trust about what leaves, each by a mail that breaks it: taken out, its test fails. No test gives a profile
//! unless the rule is about profiles.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

use deid::{Draft, Known};
use indicator::Kind;
use model::item::{DropReason, Part};
use model::profile::Profile;

const HEAD: &str = "Received: from mail.evil.example (mail.evil.example [198.51.100.7])\r\n by mx1.fujimi.example (Postfix) with ESMTPS id 4abc\r\n for <taro.yamada@fujimi.example>; Tue, 13 Jan 2026 09:14:07 +0900\r\n\
From: =?UTF-8?B?5a+M5aOr6KaL6Zu75qmf?= <billing@evil.example>\r\nReply-To: <pay@reply.example>\r\nTo: <taro.yamada@fujimi.example>\r\n\
Subject: =?UTF-8?B?6KuL5rGC5pu444Gu5Lu2IOWxseeUsOanmA==?=\r\nDate: Tue, 13 Jan 2026 23:59:55 -0500\r\nX-Mailer: PHPMailer 6.1 of Fujimi\r\nMIME-Version: 1.0\r\n";

fn draft_with(profile: &Profile, shared: &dyn Fn(&str) -> bool, extra: &str, body: &str) -> Draft {
    let raw = format!("{HEAD}{extra}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n");
    let (message, _) = mail::read_message(raw.as_bytes());
    deid::from_mail(&message, profile, &Known { shared })
}

fn draft(body: &str) -> Draft {
    draft_with(&Profile::default(), &|_| false, "", body)
}

fn values(draft: &Draft) -> Vec<&str> {
    draft.content.indicators.iter().map(|i| i.indicator.value()).collect()
}

fn reason(draft: &Draft, value: &str) -> Option<DropReason> {
    draft.dropped.iter().find(|d| d.value.contains(value)).map(|d| d.reason)
}

/// Everything that would leave, as one text.
fn all(draft: &Draft) -> String {
    serde_json::to_string(&draft.content).unwrap()
}

#[test]
fn the_attackers_evidence_is_kept_with_its_part() {
    let out = draft("https://www.evil.example/login/verify.php");
    let part = |value: &str| {
        out.content.indicators.iter().find(|i| i.indicator.value() == value).map(|i| (i.part, i.confidence))
    };
    assert_eq!(part("billing@evil.example"), Some((Part::Sender, 60)));
    assert_eq!(part("evil.example"), Some((Part::Sender, 40)));
    assert_eq!(part("pay@reply.example"), Some((Part::ReplyTo, 70)));
    assert_eq!(part("reply.example"), Some((Part::ReplyTo, 50)));
    assert_eq!(part("198.51.100.7"), Some((Part::SendingHost, 60)));
    assert_eq!(part("https://www.evil.example/login/verify.php"), Some((Part::Link, 70)));
    assert_eq!(part("www.evil.example"), Some((Part::Link, 60)));
    assert_eq!(out.content.story.iter().map(String::as_str).collect::<Vec<_>>(), ["invoice"]);
    assert_eq!(out.content.mailer.as_deref(), Some("PHPMailer 6.1"));
}

#[test]
fn rule_1_free_words_stay_and_become_slots() {
    let out = draft("山田様\r\n富士見電機の件です。");
    let text = all(&out);
    for word in ["山田", "富士見", "yamada", "fujimi", "taro", "mx1", "4abc", "Fujimi"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    let slots: Vec<(&str, &str)> = out.slots.iter().map(|s| (s.name.as_str(), s.value.as_str())).collect();
    assert_eq!(slots, [("sender-name", "富士見電機"), ("subject", "請求書の件 山田様")]);
    assert_eq!(reason(&out, "請求書の件"), Some(DropReason::FreeText));
    assert_eq!(reason(&out, "taro.yamada@fujimi.example"), Some(DropReason::NamesRecipient));
}

#[test]
fn rule_1_what_only_the_text_names_waits_for_a_person() {
    let body = "お問い合わせは info@second-domain.example または 203.0.113.9、second.example.net まで。送金先 \
        bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq";
    let out = draft(body);
    for value in ["second-domain.example", "203.0.113.9", "second.example.net", "bc1q"] {
        assert!(!all(&out).contains(value), "{value} leaves by itself");
        assert_eq!(reason(&out, value), Some(DropReason::NeedsPerson), "{value}");
    }
    let mut restored = out.content.clone();
    restored.restore(out.slots.iter().filter(|s| s.value == "203.0.113.9"));
    assert!(restored.indicators.iter().any(|i| i.indicator.value() == "203.0.113.9"));
    assert!(restored.restored.is_empty(), "an indicator comes back as one, not as words");
}

#[test]
fn rule_1_what_the_text_names_leaves_where_the_evidence_ties_it() {
    let out = draft("write to help@evil.example or see pages.reply.example");
    let kept = values(&out);
    assert!(kept.contains(&"help@evil.example") && kept.contains(&"pages.reply.example"), "{kept:?}");
}

#[test]
fn rule_1_pictures_of_others_wait_for_a_person() {
    let page = "<a href=\"https://click.evil.example/a\">x</a><img src=\"https://static.second-domain.example/logo.png\">\
        <img src=\"https://img.evil.example/b.png\">";
    let raw = format!("{HEAD}Content-Type: text/html; charset=utf-8\r\n\r\n{page}\r\n");
    let (message, _) = mail::read_message(raw.as_bytes());
    let out = deid::from_mail(&message, &Profile::default(), &Known { shared: &|_| false });
    assert!(!all(&out).contains("second-domain"));
    assert!(values(&out).contains(&"img.evil.example"));
    let slot = out.slots.iter().find(|s| s.value == "static.second-domain.example").unwrap();
    assert_eq!(slot.indicator.as_ref().unwrap().part, Part::Link);
}

#[test]
fn rule_1_quoted_lines_and_signatures_wait_for_a_person() {
    let body = "https://bad.example/a\r\n> see https://wiki.partner.example/page\r\n-- \r\nhttps://www.second-domain.example/\r\nmailto:x@third.example";
    let out = draft(body);
    let text = all(&out);
    assert!(text.contains("https://bad.example/a"));
    for stays in ["partner.example", "second-domain", "third.example"] {
        assert!(!text.contains(stays), "{stays} in {text}");
    }
    assert!(out.slots.iter().any(|s| s.value == "wiki.partner.example"), "{:?}", out.slots);
}

#[test]
fn rule_1_a_name_that_a_link_only_shows_waits_for_a_person() {
    let page = "<a href=\"https://bad.example/a\">https://www.brand.example/</a>";
    let raw = format!("{HEAD}Content-Type: text/html; charset=utf-8\r\n\r\n{page}\r\n");
    let (message, _) = mail::read_message(raw.as_bytes());
    let out = deid::from_mail(&message, &Profile::default(), &Known { shared: &|_| false });
    assert!(values(&out).contains(&"https://bad.example/a"));
    assert!(!all(&out).contains("brand.example"), "{}", all(&out));
}

/// Small letters alone it reads like words; as it was written it is a code.
#[test]
fn rule_6_a_host_is_judged_as_it_was_written() {
    let out = draft(
        "https://NsYaZepAUKhaMb.portal.evil.example/gate.php and https://NsYaZepAUKhaMb.portal3.evil.example./gate.php\r\n\
         and https://Login.Portal2.evil.example/gate.php\r\n",
    );
    let text = all(&out);
    assert!(!text.to_lowercase().contains("nsyaze"), "{text}");
    assert!(text.contains("login.portal2.evil.example"), "{text}");
}

/// A thread that an attacker stole quotes the victim as a sender. So what a text quotes is never taken for the attack: only whoever
/// knows by another way that an employee forwarded it (the hub, by the intake address) may do that.
#[test]
fn a_stolen_thread_never_makes_the_victim_the_sender() {
    let raw = "From: Billing <billing@partner.example>\r\nTo: <taro@fujimi.example>\r\nSubject: Re: order\r\n\
        Content-Type: text/plain; charset=utf-8\r\n\r\npay here https://pay.evil.example/\r\n\r\n\
        -----Original Message-----\r\nFrom: Taro <taro@fujimi.example>\r\nSent: Wednesday, April 1, 2026 9:00 AM\r\n\
        To: <billing@partner.example>\r\nSubject: order\r\n\r\nsee https://wiki.fujimi.example/\r\n";
    let (message, _) = mail::read_message(raw.as_bytes());
    let owned = Profile { domains: vec!["fujimi.example".to_owned()], ..Profile::default() };
    for profile in [Profile::default(), owned] {
        let text = all(&deid::from_mail(&message, &profile, &Known { shared: &|_| false }));
        assert!(text.contains("billing@partner.example"), "{text}");
        assert!(!text.contains("fujimi") && !text.contains("taro"), "{text}");
    }
}

#[test]
fn a_quoted_thread_in_a_strangers_mail_is_no_forward() {
    let body = "see below\r\n\r\nFrom: Partner <sales@partner.example>\r\nSubject: order\r\n\
        To: <billing@evil.example>\r\nhttps://wiki.partner.example/\r\n";
    let text = all(&draft(body));
    assert!(text.contains("billing@evil.example") && !text.contains("sales@partner.example"), "{text}");
}

#[test]
fn rule_1_gateways_say_whose_mail_it_was() {
    let out = draft(
        "https://jpn01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fbad.example%2Fa&data=05%7Ctaro\r\nhttps://protect-eu.mimecast.com/s/AbC?domain=x.example",
    );
    let text = all(&out);
    assert!(text.contains("https://bad.example/a"));
    assert!(!text.contains("outlook.com") && !text.contains("mimecast"), "{text}");
}

#[test]
fn rule_1_the_victims_own_machines_stay() {
    let inner = "Received: from gw.fujimi.example ([203.0.113.20]) by box.fujimi.example with LMTP id 1; Tue, 13 Jan 2026 09:15:00 +0900\r\n";
    let raw = format!(
        "{inner}{HEAD}Content-Type: text/plain\r\n\r\nhttp://203.0.113.20/a http://10.1.2.3/ http://fs01/x\r\n"
    );
    let (message, _) = mail::read_message(raw.as_bytes());
    let out = deid::from_mail(&message, &Profile::default(), &Known { shared: &|_| false });
    let text = all(&out);
    assert!(!text.contains("203.0.113.20") && !text.contains("10.1.2.3") && !text.contains("fs01"), "{text}");
    assert_eq!(reason(&out, "10.1.2.3"), Some(DropReason::NotPublic));
}

/// Exchange Online writes what a host calls itself and its address, no looked-up name.
#[test]
fn rule_1_a_filter_before_the_cloud_is_no_attacker() {
    let cloud = |host: &str, ip: &str| {
        format!(
            "Received: from {host} ({ip}) by TY2FT047.mail.protection.outlook.com (10.152.1.2) with Microsoft SMTP Server; Tue, 13 Jan 2026 00:14:09 +0000\r\n"
        )
    };
    let filter = |by: &str| {
        format!(
            "Received: from mail.evil.example (mail.evil.example [198.51.100.7]) by {by} with ESMTPS; Tue, 13 Jan 2026 00:14:07 +0000\r\n"
        )
    };
    let inner = "Received: from pps.filterd (m1.ppops.net [127.0.0.1]) by mx0a-001.pphosted.com with ESMTP; Tue, 13 Jan 2026 00:14:08 GMT\r\n";
    let check = |lines: &str, expected: Option<&str>| {
        let raw =
            format!("{lines}From: <a@evil.example>\r\nTo: <taro@fujimi.example>\r\nSubject: s\r\n\r\nx\r\n");
        let (message, _) = mail::read_message(raw.as_bytes());
        let out = deid::from_mail(&message, &Profile::default(), &Known { shared: &|_| false });
        let found = out.content.indicators.iter().find(|i| i.part == Part::SendingHost);
        assert_eq!(found.map(|i| i.indicator.value()), expected, "{lines}");
    };
    let pphosted = cloud("mx0a-001.pphosted.com", "203.0.113.32");
    check(&format!("{pphosted}{inner}{}", filter("mx0a-001.pphosted.com")), Some("198.51.100.7"));
    let mimecast = cloud("eu-smtp-delivery-1.mimecast.com", "203.0.113.41");
    check(&format!("{mimecast}{}", filter("relay.mimecast.com")), Some("198.51.100.7"));
    let barracuda = cloud("outbound-ip1a.ess.barracuda.com", "203.0.113.50");
    check(&format!("{barracuda}{}", filter("mx-inbound1-1.ess.aws.cudaops.com")), Some("198.51.100.7"));
    // who only calls himself so has no line of a filter below
    check(&pphosted, Some("203.0.113.32"));
    check(&format!("{pphosted}{}", filter("relay.other.example")), Some("203.0.113.32"));
    // customers of a cloud that send from it are foreign
    let exit = cloud("JPN01-TYC-obe.outbound.protection.outlook.com", "203.0.113.60");
    check(&format!("{exit}{}", filter("A.jpnprd01.prod.outlook.com")), Some("203.0.113.60"));
}

#[test]
fn rule_1_a_look_alike_of_the_victim_waits_for_a_person() {
    for host in ["fuj1mi.example", "login-fujimi.example", "fujirni.example", "fujimi.co.jp.evil.example"] {
        let out = draft(&format!("https://{host}/a"));
        let text = all(&out);
        assert!(!text.contains("fuj") && !text.contains("co.jp"), "{host}: {text}");
    }
    let out = draft("https://login-fujimi.example/a");
    assert_eq!(out.names_you.len(), 1);
    assert!(out.slots.iter().any(|s| s.name == "names-you-1" && s.indicator.is_some()));
}

#[test]
fn rule_1_names_hidden_in_parts_of_a_link_stay() {
    for part in
        ["adamay", "lnznqn", "dGFyby55YW1hZGE", "7461726f2e79616d616461", "%E5%B1%B1%E7%94%B0", "yamada"]
    {
        let out = draft(&format!("https://www.evil.example/c/{part}/open.html"));
        let urls = out.content.indicators.iter().filter(|i| i.indicator.kind() == Kind::Url);
        assert_eq!(
            urls.map(|i| i.indicator.value()).collect::<Vec<_>>(),
            ["https://www.evil.example/c/"],
            "{part}"
        );
    }
}

#[test]
fn rule_2_the_profile_stops_what_the_mail_does_not_give_away() {
    let profile = Profile {
        names: vec!["朝霧電力".to_owned()],
        domains: vec!["asagiri.example".to_owned()],
        networks: vec!["203.0.113.0/24".to_owned()],
        ..Profile::default()
    };
    let body = "https://www.asagiri.example/ http://203.0.113.9/a https://evil.example/%E6%9C%9D%E9%9C%A7%E9%9B%BB%E5%8A%9B/b";
    let out = draft_with(&profile, &|_| false, "", body);
    let text = all(&out);
    assert!(
        !text.contains("asagiri") && !text.contains("203.0.113.9") && !text.contains("E6%9C%9D"),
        "{text}"
    );
}

#[test]
fn rule_6_what_looks_per_victim_stays_until_three_have_it() {
    let url = "https://www.evil.example/in/a8f3k2j9?u=77";
    let out = draft(url);
    assert!(values(&out).contains(&"https://www.evil.example/in/"));
    assert_eq!(reason(&out, "a8f3k2j9"), Some(DropReason::PerVictim));
    assert_eq!(reason(&out, "u=77"), Some(DropReason::QueryValue));
    assert_eq!(out.rare, [url]);
    let known = draft_with(&Profile::default(), &|value| value == url, "", url);
    assert!(values(&known).contains(&url));
    // known at others or not: what names the victim never leaves
    let named = "https://www.evil.example/in/yamada";
    let known = draft_with(&Profile::default(), &|_| true, "", named);
    assert!(!all(&known).contains("yamada"));
}

#[test]
fn rule_8_days_only() {
    let out = draft("x");
    assert_eq!(out.content.first_day.map(|d| d.to_string()).as_deref(), Some("2026-01-14T00:00:00Z"));
}

#[test]
fn a_colleagues_address_that_the_attacker_borrows_stays() {
    let raw = HEAD.replace("billing@evil.example", "ceo@fujimi.example");
    let raw = format!("{raw}Content-Type: text/plain\r\n\r\nx\r\n");
    let (message, _) = mail::read_message(raw.as_bytes());
    let out = deid::from_mail(&message, &Profile::default(), &Known { shared: &|_| false });
    assert!(!all(&out).contains("fujimi"));
    assert!(out.content.features.contains(&model::vocabulary::Feature::OwnDomainSpoofed));
}

#[test]
fn of_a_forwarded_mail_the_inner_one_is_the_attack() {
    let inner = format!("{HEAD}Content-Type: text/plain\r\n\r\nhttps://bad.example/a\r\n");
    let raw = format!(
        "From: taro.yamada@fujimi.example\r\nReply-To: soc@fujimi.example\r\nTo: soc@fujimi.example\r\nSubject: FW\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhttps://wiki.helpdesk.example/t\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--\r\n"
    );
    let (message, _) = mail::read_message(raw.as_bytes());
    let out = deid::from_mail(&message, &Profile::default(), &Known { shared: &|_| false });
    let text = all(&out);
    assert!(text.contains("billing@evil.example") && text.contains("https://bad.example/a"), "{text}");
    assert!(!text.contains("fujimi") && !text.contains("wiki.helpdesk"), "{text}");
}

#[test]
fn lists_and_texts_pass_the_same_constructors() {
    let known = Known { shared: &|_| false };
    let profile = Profile { domains: vec!["fujimi.example".to_owned()], ..Profile::default() };
    let text = "evil.example 10.0.0.1 vpn.fujimi.example C:\\Users\\taro\\a.exe d41d8cd98f00b204e9800998ecf8427f \
        https://evil.example/x?u=taro a8f3k2j9x1.evil.example";
    let (lines, _) = indicator::files::read_text(text);
    for out in [deid::from_text(text, &profile, &known), deid::from_indicators(&lines, &profile, &known)] {
        let kept = values(&out);
        assert!(kept.contains(&"evil.example") && kept.contains(&"https://evil.example/x"), "{kept:?}");
        assert!(kept.contains(&"d41d8cd98f00b204e9800998ecf8427f"));
        let text = all(&out);
        for stays in ["10.0.0.1", "fujimi", "taro", "a8f3k2j9x1"] {
            assert!(!text.contains(stays), "{stays} in {text}");
        }
    }
    let object = r#"{"type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"seen at Fujimi","pattern":"[domain-name:value = 'evil.example']","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"}"#;
    let bundle = format!(
        r#"{{"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd30","objects":[{object}]}}"#
    );
    let (objects, _) = stix::read_objects(bundle.as_bytes(), &stix::Limits::default()).unwrap();
    let out = deid::from_stix(&objects, &profile, &known);
    assert_eq!(values(&out), ["evil.example"]);
    assert_eq!(reason(&out, "seen at Fujimi"), Some(DropReason::FreeText));
}

#[test]
fn of_a_misp_event_every_word_is_listed_as_left_out() {
    let event = r#"{"Event":{"info":"phish at Fujimi","Orgc":{"name":"Fujimi CSIRT"},"Tag":[{"name":"fujimi:internal"}],
        "Attribute":[
          {"type":"domain","category":"Network activity","value":"evil.example","comment":"seen by Yamada","Tag":[{"name":"branch:osaka"}]},
          {"type":"filename|md5","value":"a.exe|d41d8cd98f00b204e9800998ecf8427f","comment":"from the laptop of Sato"},
          {"type":"text","value":"ticket 4711","comment":"see wiki"},
          {"type":"domain","value":"gone.example","deleted":true,"comment":"was ours"}],
        "Object":[{"name":"file","comment":"of Suzuki","Attribute":[{"type":"size-in-bytes","value":"7"}]}],
        "EventReport":[{"name":"report","content":"Tanaka opened it"}]}}"#;
    let known = Known { shared: &|_| false };
    let (out, problems) = deid::from_misp(event.as_bytes(), &Profile::default(), &known);
    assert!(problems.is_empty(), "{problems:?}");
    let kept = values(&out);
    for value in ["evil.example", "a.exe", "d41d8cd98f00b204e9800998ecf8427f"] {
        assert!(kept.contains(&value), "{value} in {kept:?}");
    }
    let place = |value: &str| {
        out.dropped.iter().filter(|d| d.value.contains(value)).map(|d| d.path.as_str()).collect::<Vec<_>>()
    };
    for (value, path) in [
        ("phish at Fujimi", "event info"),
        ("Fujimi CSIRT", "event author"),
        ("fujimi:internal", "event tag"),
        ("branch:osaka", "labels"),
        ("seen by Yamada", "line 1 comment"),
        ("laptop of Sato", "line 2 comment"),
        ("ticket 4711", "line 3 value"),
        ("see wiki", "line 3 comment"),
        ("gone.example", "line 4 deleted value"),
        ("was ours", "line 4 comment"),
        ("of Suzuki", "line 5 object comment"),
        ("Tanaka opened", "event report"),
    ] {
        assert_eq!(place(value), [path], "{value}");
        assert!(!all(&out).contains(value), "{value}");
    }
}

#[test]
fn of_a_pattern_only_what_warns_alone_leaves_by_itself() {
    let bundle = r#"{"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd30","objects":[
        {"type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z",
         "pattern":"[file:name = 'invoice.docx' AND file:size = 7 AND file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427f'] OR [domain-name:value = 'evil.example']","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"}]}"#;
    let (objects, _) = stix::read_objects(bundle.as_bytes(), &stix::Limits::default()).unwrap();
    let out = deid::from_stix(&objects, &Profile::default(), &Known { shared: &|_| false });
    assert_eq!(values(&out), ["evil.example", "d41d8cd98f00b204e9800998ecf8427f"]);
    assert_eq!(reason(&out, "invoice.docx"), Some(DropReason::NeedsPerson));
    assert_eq!(reason(&out, "file:size = 7"), Some(DropReason::NoConstructor));
    assert!(out.slots.iter().any(|slot| slot.value == "invoice.docx"), "{:?}", out.slots);
}

/// A ZIP with one mail: from billing@evil.example to taro.yamada@fujimi.example, with one link.
const PACKED_MAIL: &str = "UEsDBBQAAAAIAABILVzlFEzKYQAAAHMAAAAIAAAAbWFpbC5lbWxNzDEOhCAQRuGehDtwAuiprLyA\r\n\
e4FRR/c3A2NYJHp77dz2fcnri6boRoggrx03iOeT0i5szUejq1TUX5Ropm45NiS8PhzjxlONDrkp\r\n\
pqdY8611/8UQRFdk//8LjQuWy5obUEsBAhQDFAAAAAgAAEgtXOUUTMphAAAAcwAAAAgAAAAAAAAA\r\n\
AAAAAIABAAAAAG1haWwuZW1sUEsFBgAAAAABAAEANgAAAIcAAAAAAA==";

#[test]
fn a_mail_handed_on_in_an_archive_is_the_attack() {
    let raw = format!(
        "From: taro.yamada@fujimi.example\r\nTo: csirt@fujimi.example\r\nSubject: FW\r\nContent-Type: application/zip; name=mail.zip\r\n\
         Content-Disposition: attachment; filename=mail.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n{PACKED_MAIL}\r\n"
    );
    let (message, _) = mail::read_message(raw.as_bytes());
    let out = deid::from_mail(&message, &Profile::default(), &Known { shared: &|_| false });
    let kept = values(&out);
    assert!(kept.contains(&"billing@evil.example"), "{kept:?}");
    assert!(kept.contains(&"https://login.evil.example/verify"), "{kept:?}");
    assert!(!all(&out).contains("fujimi"), "{kept:?}");
}

#[test]
fn names_of_the_sources_filters_and_of_whom_a_letter_greets_stay() {
    let check = |above: &str, below: &str, greeting: &str, word: &str| {
        let raw = format!(
            "{above}Received: from mail.evil.example (mail.evil.example [198.51.100.7]) by localhost (Postfix) with ESMTP id 1; Tue, 13 Jan 2026 09:14:07 +0900\r\n\
             From: a@evil.example\r\nTo: undisclosed-recipients:;\r\nSubject: x\r\n{below}\r\n{greeting}\r\nhttps://www.evil.example/{word}/in http://other.example/a\r\n"
        );
        let (message, _) = mail::read_message(raw.as_bytes());
        let out = deid::from_mail(&message, &Profile::default(), &Known { shared: &|_| false });
        assert!(!all(&out).contains(word), "{above}{below}{greeting}: {}", all(&out));
        assert!(values(&out).contains(&"http://other.example/a"), "{above}{below}{greeting}");
    };
    check("X-Virus-Scanned: amavisd-new at akebono.example\r\n", "", "", "akebono");
    check(
        "X-Spam-Checker-Version: SpamAssassin 3.4.6 (2021-04-09) on mail.akebono.example\r\n",
        "",
        "",
        "akebono",
    );
    check("", "X-MS-Exchange-Organization-AuthSource: EX01.akebono.local\r\n", "", "akebono");
    for greeting in [
        "Dear Mr. Kurosawa,",
        "Good morning Kurosawa!",
        "Kurosawa-san,",
        "Hi kurosawa@x.example,",
        "クロサワ部長",
    ] {
        check("", "", greeting, "kurosawa");
    }
}

#[test]
fn whose_customer_is_greeted_is_whom_the_attacker_plays() {
    for greeting in [
        "Dear Borrowed Customer,",
        "Borrowed カスタマー様",
        "https://borrowed.example/in お客様専用",
        "https://borrowed.example/in 山田様",
    ] {
        let out = draft(&format!("{greeting}\r\nhttps://borrowed.example/in"));
        assert!(values(&out).contains(&"https://borrowed.example/in"), "{greeting}");
    }
}
