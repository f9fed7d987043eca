//! Bytes as every file that the log exchanges with strangers: refused, or written back as they were read.
#![no_main]
use libfuzzer_sys::fuzz_target;
use tlog::witness::AddCheckpoint;
use tlog::{Note, Policy, Proof, SignerKey, Tile, VerifierKey};

fuzz_target!(|data: &[u8]| {
    if let Ok(proof) = Proof::parse(data) {
        let again = Proof::parse(proof.to_string().as_bytes());
        assert_eq!(again.as_ref(), Ok(&proof));
        if let Ok(policy) = Policy::parse(include_bytes!("../../crates/tlog/goldens/policy.txt")) {
            let _ = policy.verify(&proof, &tlog::leaf_hash(data));
        }
    }
    if let Ok(note) = Note::parse(data) {
        assert_eq!(Note::parse(note.to_string().as_bytes()).as_ref(), Ok(&note));
        let _ = tlog::Checkpoint::parse_text(&note.text);
    }
    if let Ok(asked) = AddCheckpoint::parse(data) {
        assert_eq!(AddCheckpoint::parse(asked.to_string().as_bytes()).as_ref(), Ok(&asked));
    }
    let _ = Policy::parse(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(key) = VerifierKey::parse(text) {
        assert_eq!(VerifierKey::parse(&key.to_string()).as_ref(), Ok(&key));
    }
    let _ = SignerKey::parse(text);
    if let Some(tile) = Tile::parse(text) {
        assert_eq!(tile.path(), text);
    }
    let _ = Tile::parse_entries(text);
});
