//! The rules of a correct match, each with what must and what must not be a hit.

#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]
use indicator::{Indicator, Kind};
use sweep::{Entry, Scanner, Set, SetBuilder};

fn set(listed: &[(Kind, &str)]) -> Set {
    let mut builder = SetBuilder::new();
    for (kind, value) in listed {
        let indicator = Indicator::new(*kind, value).unwrap();
        builder.add(Entry { indicator, labels: vec![], item: None });
    }
    builder.compile().0
}

/// `expected` is `rule value` of each hit, in order. Both ways of classification have to agree.
fn check(kind: Kind, value: &str, text: &str, expected: &[&str]) {
    let set = set(&[(kind, value)]);
    for mut scanner in [Scanner::new(&set), Scanner::portable(&set)] {
        // At several places in a block, so that no bound of 64 bytes hides a hit.
        for before in [0, 1, 31, 55, 60, 63, 64, 127, 200] {
            let padded = format!("{}{text}", " ".repeat(before));
            let mut hits = Vec::new();
            scanner.scan(padded.as_bytes(), 1, &mut hits);
            let found: Vec<&str> = hits.iter().map(|h| h.rule).collect();
            assert_eq!(found, expected, "{value:?} in {text:?} after {before}");
        }
    }
}

#[test]
fn an_ipv4_address_is_a_whole_one() {
    let check = |text: &str, expected: &[&str]| check(Kind::Ipv4, "198.51.100.7", text, expected);
    for text in [
        "198.51.100.7",
        "198.51.100.7:443",
        "[198.51.100.7]",
        "198.51.100.7.",
        "a=198.51.100.7,",
        "198.51.100.7-beta",
    ] {
        check(text, &["ipv4"]);
    }
    for text in ["攻撃元198.51.100.7から", "198.51.100.7/24", "(198.51.100.7)", "\\n198.51.100.7"] {
        check(text, &["ipv4"]);
    }
    for text in [
        "1198.51.100.7",
        "198.51.100.70",
        "198.51.100.7.7",
        "198.51.100.7.example",
        "x198.51.100.7",
        "198.51.100.07",
    ] {
        check(text, &[]);
    }
    check("::ffff:198.51.100.7", &["ipv4-mapped"]);
    check("::ffff:c633:6407", &["ipv4-mapped"]);
    check("2001:db8::198.51.100.7", &[]);
    check("7.100.51.198.in-addr.arpa", &["ptr-name"]);
    check("198.51.100.7.in-addr.arpa", &[]);
    check("198[.]51[.]100[.]7", &["defanged"]);
}

#[test]
fn ranges_hold_their_addresses() {
    check(Kind::Cidr4, "198.51.100.0/28", "198.51.100.0 and", &["range"]);
    check(Kind::Cidr4, "198.51.100.0/28", "198.51.100.15", &["range"]);
    check(Kind::Cidr4, "198.51.100.0/28", "198.51.100.16", &[]);
    check(Kind::Cidr6, "2001:db8:7::/48", "2001:db8:7:ffff::1", &["range"]);
    check(Kind::Cidr6, "2001:db8:7::/48", "2001:db8:8::1", &[]);
}

#[test]
fn an_ipv6_address_however_written() {
    let check = |text: &str, expected: &[&str]| check(Kind::Ipv6, "2001:db8::a:7", text, expected);
    for text in [
        "2001:db8::a:7",
        "2001:DB8:0:0:0:0:A:7",
        "2001:0db8:0000:0000:0000:0000:000a:0007",
        "[2001:db8::a:7]:443",
    ] {
        check(text, &["ipv6"]);
    }
    for text in [
        "2001:db8::a:7%eth0",
        "src:2001:db8::a:7",
        "2001:db8::a:7.",
        "2001:db8::a:7: seen",
        "2001:db8::a:7.443",
    ] {
        check(text, &["ipv6"]);
    }
    for text in ["2001:db8::a:7f", "2001:db8::a:7:1", "x2001:db8::a:7", "10:11:12", "std::vector"] {
        check(text, &[]);
    }
}

#[test]
fn a_name_and_what_is_under_it() {
    let check = |text: &str, expected: &[&str]| check(Kind::Domain, "evil.example", text, expected);
    for text in [
        "evil.example",
        "EVIL.Example",
        "evil.example.",
        "evil.example:8443",
        "a@evil.example",
        "//evil.example/x",
    ] {
        check(text, &["domain"]);
    }
    for text in ["サイトevil.exampleへ", "evil[.]example", "evil(dot)example", "evil[.example"] {
        let rule = if text.starts_with("evil") { "defanged" } else { "domain" };
        check(text, &[rule]);
    }
    check("a.b-c.evil.example", &["subdomain"]);
    for text in [
        "notevil.example",
        "a-evil.example",
        "evil.examplex",
        "evil.example.benign.test",
        "evil.example-cdn.test",
    ] {
        check(text, &[]);
    }
    check("evil example", &[]);
}

#[test]
fn names_of_registries_and_short_ones() {
    check(Kind::Domain, "evil.co.uk", "www.evil.co.uk", &["subdomain"]);
    check(Kind::Domain, "evil.co.uk", "good.co.uk", &[]);
    check(Kind::Domain, "ab.cn", "x.y.ab.cn", &["subdomain"]);
    check(Kind::Domain, "co.uk", "evil.co.uk", &[]);
    check(Kind::Domain, "co.uk", "co.uk", &["domain"]);
}

#[test]
fn names_in_other_scripts() {
    check(Kind::Domain, "xn--r8jz45g.example", "例え.example", &["idn"]);
    check(Kind::Domain, "xn--r8jz45g.example", "例え。example", &["idn"]);
    check(Kind::Domain, "xn--bcher-kva.example", "www.Bücher.example", &["subdomain"]);
    check(Kind::Domain, "cher.example", "bücher.example", &[]);
    check(Kind::Domain, "evil.example", "接続先はevil。exampleです。次へ", &["idn"]);
    check(Kind::Domain, "evil.example", "www.evil.example。次は", &["subdomain"]);
    check(Kind::Domain, "evil.example", "notevil。example", &[]);
}

#[test]
fn a_url_exactly() {
    let check =
        |text: &str, expected: &[&str]| check(Kind::Url, "http://evil.example/a/b?c=D", text, expected);
    for text in [
        "http://evil.example/a/b?c=D",
        "HTTP://EVIL.example:80/a/b?c=D#top",
        "hxxp://evil.example/a/b?c=D",
        "\"http:\\/\\/evil.example\\/a\\/b?c=D\"",
        "see http://evil.example/a/b?c=D.",
        "(http://evil.example/a/b?c=D)",
        "http://evil.example/%61/b?c=D",
        "http://u:p@evil.example/a/./b?c=D",
        "http://evil.example/a/b?c\\u003dD",
    ] {
        check(text, &["url"]);
    }
    for text in [
        "http://evil.example/a/b?c=d",
        "http://evil.example/a/b?c=Dx",
        "http://x.evil.example/a/b?c=D",
        "evil.example",
    ] {
        check(text, &[]);
    }
    check("hxxp://evil[.]example/a/b?c=D", &["defanged"]);
    check("「http://evil.example/a/b?c=D」を開いた。", &["url"]);
    check("http://evil.example/a/b?c=Dを開いた", &["url"]);
    check("「hxxp://evil[.]example/a/b?c=D」を開いた。", &["defanged"]);
    check("http://evil.example/a/b?c=Däöü", &[]);
    check("CEF:0|x request=http://evil.example/a/b?c\\=D", &["url"]);
    check("CEF:0|x dhost=evil.example request=/a/b?c\\=D", &["url-joined"]);
    check("{\"url\":{\"domain\":\"evil.example\",\"path\":\"/a/b\",\"query\":\"c=D\"}}", &["url-joined"]);
    check("{\"url\":{\"domain\":\"evil.example\"},\"file\":{\"path\":\"/a/b?c=D\"}}", &[]);
    check("{\"ClientRequestHost\":\"evil.example\",\"ClientRequestURI\":\"/a/b?c=D\"}", &["url-joined"]);
    check("{\"host\":\"evil.example\",\"uri\":\"/a/b?c=D\"}", &["url-joined"]);
    check("{\"http\":{\"hostname\":\"evil.example\",\"url\":\"/a/b?c=D\"}}", &["url-joined"]);
    check("{\"host\":\"evil.example\",\"uri\":\"/a/b\"}", &[]);
    check("CEF:0|x dhost=evil.example request=/a/b?c=D", &["url-joined"]);
}

#[test]
fn a_digest_is_a_whole_run() {
    let digest = "00112233445566778899aabbccddeeff";
    let check = |text: &str, expected: &[&str]| check(Kind::Md5, digest, text, expected);
    for text in [
        "00112233445566778899AABBCCDDEEFF",
        "MD5=00112233445566778899aabbccddeeff",
        "00112233445566778899aabbccddeeff.bin",
    ] {
        check(text, &["digest"]);
    }
    for text in [
        "f00112233445566778899aabbccddeeff",
        "00112233445566778899aabbccddeeffa1",
        "00112233445566778899aabbccddee",
    ] {
        check(text, &[]);
    }
}

#[test]
fn mail_addresses_and_file_names() {
    check(Kind::Email, "user@evil.example", "From: User@EVIL.example", &["email"]);
    check(Kind::Email, "user@evil.example", "user[at]evil.example", &["email"]);
    check(Kind::Email, "user@evil.example", "other@evil.example", &[]);
    check(Kind::FileName, "dropper.exe", "C:\\Users\\a\\Dropper.EXE -q", &["file-name"]);
    check(Kind::FileName, "dropper.exe", "notdropper.exe", &[]);
}

#[test]
fn one_hit_for_a_line_and_entry_two_for_two_entries() {
    let mut builder = SetBuilder::new();
    for item in ["a", "b"] {
        let indicator = Indicator::new(Kind::Domain, "evil.example").unwrap();
        builder.add(Entry { indicator, labels: vec!["tlp:green".into()], item: Some(item.into()) });
    }
    let (set, _) = builder.compile();
    let mut hits = Vec::new();
    let feeds = Scanner::new(&set).scan(b"evil.example evil.example\n\nx evil.example", 10, &mut hits);
    assert_eq!(feeds, 2);
    let found: Vec<_> =
        hits.iter().map(|h| (h.line, h.start, set.entry(h.entry).unwrap().item.unwrap())).collect();
    let expected =
        [(10, 0, "a"), (10, 0, "b"), (12, 2, "a"), (12, 2, "b")].map(|(l, s, i)| (l, s, i.to_owned()));
    assert_eq!(found, expected);
}

#[test]
fn what_must_not_be_looked_for_is_noted() {
    let mut builder = SetBuilder::new();
    for (kind, value) in [
        (Kind::Ipv4, "10.0.0.1"),
        (Kind::Cidr4, "8.0.0.0/7"),
        (Kind::Md5, "d41d8cd98f00b204e9800998ecf8427e"),
    ] {
        builder.add(Entry { indicator: Indicator::new(kind, value).unwrap(), labels: vec![], item: None });
    }
    let (set, notes) = builder.compile();
    assert!(set.is_empty());
    assert_eq!(notes.len(), 3);
}

/// Names in text of other encodings than UTF-8, where whole characters stand between.
#[test]
fn names_between_characters_of_two_bytes() {
    let set = set(&[(Kind::Domain, "evil.example")]);
    let check = |text: &[u8], expected: usize| {
        let mut hits = Vec::new();
        Scanner::new(&set).scan(text, 1, &mut hits);
        assert_eq!(hits.len(), expected, "{text:x?}");
    };
    // EUC-JP: 先, へ
    check(b"\xc0\xe8evil.example\xa4\xd8", 1);
    check(b"\xc0\xe8www.evil.example\xa4\xd8\n", 1);
    check(b"\xc0\xe8notevil.example\xa4\xd8", 0);
    // Latin-1: one letter is one byte
    check(b"d\xe9evil.example", 0);
}
