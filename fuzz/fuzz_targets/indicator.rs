//! Any text: each find lies where it says, and its value is canonical already.
#![no_main]

use indicator::{Indicator, files};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    for find in indicator::find(&text) {
        assert_eq!(&text[find.start..find.end], find.written);
        let kind = find.indicator.kind();
        let again = Indicator::new(kind, find.indicator.value()).expect("a canonical value is read again");
        assert_eq!(again, find.indicator);
    }
    let _ = indicator::refang(&text);
    let _ = files::read_csv(bytes);
    let _ = files::read_misp(bytes);
    let _ = files::read_text(&text);
});
