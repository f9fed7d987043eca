//! What holds for any text and any set: no crash, both classifications alike, bytes that read back.

#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]
use std::sync::OnceLock;

use indicator::{Indicator, Kind};
use proptest::prelude::*;
use sweep::{Entry, Scanner, Set, SetBuilder, SetFault};

fn set() -> &'static Set {
    static SET: OnceLock<Set> = OnceLock::new();
    SET.get_or_init(built)
}

fn built() -> Set {
    let mut builder = SetBuilder::new();
    let listed = [
        (Kind::Domain, "evil.example"),
        (Kind::Domain, "a.cn"),
        (Kind::Ipv4, "192.0.2.1"),
        (Kind::Cidr4, "198.51.100.0/24"),
        (Kind::Ipv6, "2001:db8::1"),
        (Kind::Url, "http://evil.example/a"),
        (Kind::Email, "a@evil.example"),
    ];
    for (kind, value) in listed {
        let indicator = Indicator::new(kind, value).unwrap();
        builder.add(Entry { indicator, labels: vec!["l".into()], item: Some("i".into()) });
    }
    builder.compile().0
}

/// Text made of the pieces that rules are about, so that chance meets them.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("evil.example"),
        Just("192.0.2.1"),
        Just("198.51.100.9"),
        Just("2001:db8::1"),
        Just("http://"),
        Just("/a"),
        Just("."),
        Just(":"),
        Just("::"),
        Just("["),
        Just("]"),
        Just("[.]"),
        Just(" "),
        Just("\n"),
        Just("例え"),
        Just("。"),
        Just("a.cn"),
        Just("@"),
        Just("x"),
        Just("1"),
        Just("\\"),
        Just("\""),
        Just("{\"host\":\""),
        Just("\",\"uri\":\"/a\"}"),
        Just("0123456789abcdef"),
        Just(".arpa"),
        Just("ü"),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn scan(mut scanner: Scanner<'_>, text: &[u8]) -> (u64, Vec<sweep::Hit>) {
    let mut hits = Vec::new();
    let feeds = scanner.scan(text, 1, &mut hits);
    (feeds, hits)
}

proptest! {
    #[test]
    fn both_ways_find_the_same(text in text()) {
        let set = set();
        prop_assert_eq!(scan(Scanner::new(set), text.as_bytes()), scan(Scanner::portable(set), text.as_bytes()));
    }

    #[test]
    fn any_bytes_are_scanned(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
        let set = set();
        let (feeds, hits) = scan(Scanner::new(set), &bytes);
        prop_assert_eq!(feeds, bytes.iter().filter(|b| **b == b'\n').count() as u64);
        prop_assert!(hits.iter().all(|h| h.start <= h.end));
    }

    #[test]
    fn hits_of_lines_do_not_depend_on_pieces(text in text()) {
        let set = set();
        let (_, whole) = scan(Scanner::new(set), text.as_bytes());
        let mut scanner = Scanner::new(set);
        let (mut line, mut hits) = (1, Vec::new());
        for piece in text.as_bytes().split_inclusive(|b| *b == b'\n') {
            line += scanner.scan(piece, line, &mut hits);
        }
        prop_assert_eq!(whole, hits);
    }

    #[test]
    fn damaged_sets_are_refused(at in 0usize..10_000, bit in 0u8..8) {
        let mut bytes = set().to_bytes();
        let at = at * 7 % bytes.len();
        bytes[at] ^= 1 << bit;
        prop_assert!(Set::from_bytes(bytes).is_err());
    }

    #[test]
    fn no_bytes_crash_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(Set::from_bytes(bytes).err(), Some(SetFault::NotASet));
    }
}

#[test]
fn a_set_reads_back() {
    let set = set();
    let again = Set::from_bytes(set.to_bytes()).unwrap();
    assert_eq!(again.len(), set.len());
    for entry in 0..u32::try_from(set.len()).unwrap() {
        assert_eq!(again.entry(entry), set.entry(entry));
    }
    let first = set.entry(0).unwrap();
    assert_eq!(
        (first.value.as_str(), first.labels, first.item),
        ("evil.example", vec!["l".into()], Some("i".into()))
    );
}
