//! Any text as a slip: refused, or read back from what it says.
#![no_main]
use agent::slip::Slip;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok((slip, _)) = Slip::read(text) {
        assert!(slip.sign(&[7; 32]).is_some());
    }
});
