//! Any text as a pattern: what is printed reads as what was read, the normal form is one, and neither explaining nor compiling has a fault.
#![no_main]

use stix::pattern::{Lang, Matcher, PatternSet, explain, hints, normal_form, parse};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(pattern) = parse(text) else { return };
    let printed = pattern.to_string();
    let again = parse(&printed).expect("what is printed can be read");
    assert_eq!(again.to_string(), printed);
    let normal = normal_form(&pattern);
    assert_eq!(normal_form(&normal).to_string(), normal.to_string());
    for lang in [Lang::En, Lang::Ja] {
        assert!(!explain(&pattern, lang).is_empty());
        let _ = hints(&pattern, lang);
    }
    if let Ok(matcher) = Matcher::new(&pattern) {
        let _ = matcher.find(&[]);
    }
    let _ = PatternSet::new(&[pattern]);
});
