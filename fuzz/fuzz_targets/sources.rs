//! Any bytes as a file: told apart, unpacked, read. What cannot be read is named; nothing crashes, nothing hangs.
#![no_main]
use agent::sources::{Progress, sweep};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;
use sweep::{Set, SetBuilder};

fn set() -> &'static Set {
    static SET: OnceLock<Set> = OnceLock::new();
    SET.get_or_init(|| {
        let mut builder = SetBuilder::new();
        agent::lists::add(b"domain\tevil.example\nfile-name\ta.exe\nurl\thttp://evil.example/a\n", &mut builder);
        builder.compile().0
    })
}

fuzz_target!(|data: &[u8]| {
    let Ok(folder) = tempfile::tempdir() else { return };
    if std::fs::write(folder.path().join("input"), data).is_err() {
        return;
    }
    let told = sweep(set(), &[folder.path().to_owned()], 1, &Progress::default(), |_| Ok(()));
    assert!(told.is_ok_and(|tally| tally.files == 1));
});
