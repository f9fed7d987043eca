//! Any bytes as an indicator file: every form is read or its faults are named; what was taken compiles and reads back.
#![no_main]
use libfuzzer_sys::fuzz_target;
use sweep::{Set, SetBuilder};

fuzz_target!(|data: &[u8]| {
    let mut builder = SetBuilder::new();
    agent::lists::add(data, &mut builder);
    let (set, _) = builder.compile();
    let again = Set::from_bytes(set.to_bytes());
    assert!(again.is_ok_and(|again| again.len() == set.len()));
});
