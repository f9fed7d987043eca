//! What holds for any text: nothing panics, ranges are true, canonical values are stable.

use indicator::{Indicator, Kind, files, find, parse, refang};
use proptest::prelude::*;

/// Text made of the pieces that the rules look for, and of anything.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "hxxp", "https", "://", ":\\\\", "[.]", "[", "]", "(.)", "(at)", "[:]", ".", "@", "evil", "example", "com", "192.0.2.1", "/", "\\",
            "C:\\", "%A%\\", "HKLM\\", "Mutex: ", "mutex", "User-Agent:", "Mozilla/5.0", "CVE", "-", "2026-12345", "T1059", ".001", "::", "2001:db8",
            "。", "・", "ドット", "アット", "〔", "〕", "ｅ", "．", "例え", "は", " ", "\n", "<", ">", "\"", "'", "`", "|", "%", "{", "}", "^", "~", "AS ", "ASN",
            "AS番号", "mutexes:\n- ", "mutex named ", "UA \"", "User Agent = ", "ユーザーエージェント：", "(最新)", ".xlsm", "[1] ", "Reference: ", "See ", " for more",
            "\n=====\n", "http://", "日本語/", "?x=値", "0x7f.1", "JA3", "versions ", " before ", "1.2.3.4", "FortiOS ", " HKCU\\a\\b c", "u AT ", " DOT ",
            "d41d8cd98f00b204e9800998ecf8427e", "0x", "96:", "\u{200b}", "\u{feff}", "ß", "xn--", "\0", "file.exe", "~/",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn finds_are_where_they_say(text in text()) {
        let mut last = 0;
        for found in find(&text) {
            prop_assert_eq!(&text[found.start..found.end], found.written);
            prop_assert!(found.start >= last && found.start < found.end, "{:?}", found);
            prop_assert!(found.confidence <= 100);
            last = found.start;
            // What was found is what its own value says.
            let again = Indicator::new(found.indicator.kind(), found.indicator.value());
            prop_assert_eq!(again, Ok(found.indicator.clone()));
            prop_assert!(!found.refanged().is_empty());
        }
    }

    #[test]
    fn readers_take_anything(text in text(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _format = files::sniff(&bytes);
        files::read_text(&text);
        files::read_csv(text.as_bytes());
        files::read_csv(&bytes);
        files::read_misp(&bytes);
        if let Some(found) = parse(&text) {
            prop_assert!(!found.value().is_empty());
        }
    }

    #[test]
    fn refanging_plain_words_changes_nothing(text in "[a-zA-Z0-9 ,;!?]{0,80}") {
        let clean = refang(&text);
        prop_assert_eq!(clean.as_ref(), text.as_str());
    }

    #[test]
    fn canonical_values_are_stable(text in text()) {
        for kind in Kind::ALL {
            if let Ok(found) = Indicator::new(*kind, &text) {
                let again = Indicator::new(found.kind(), found.value());
                prop_assert_eq!(again, Ok(found), "{}", text);
            }
        }
    }
}
