//! Whatever bytes come, every reader answers; what it takes, it writes back the same.

use proptest::prelude::*;
use tlog::witness::AddCheckpoint;
use tlog::{Checkpoint, Note, Policy, Proof, SignerKey, Tile, VerifierKey, entries};

/// Reads with every reader; each that takes the bytes must write them again.
fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(note) = Note::parse(bytes) {
        prop_assert_eq!(note.to_string().into_bytes(), bytes);
    }
    if let Ok(proof) = Proof::parse(bytes) {
        prop_assert_eq!(proof.to_string().into_bytes(), bytes);
    }
    if let Ok(request) = AddCheckpoint::parse(bytes) {
        prop_assert_eq!(request.to_string().into_bytes(), bytes);
    }
    if let Ok(checkpoint) = Checkpoint::parse_text(&text) {
        prop_assert_eq!(checkpoint.to_text(), text.clone());
    }
    if let Ok(list) = entries::decode(bytes) {
        let written = entries::encode(&list);
        prop_assert_eq!(written.as_deref(), Ok(bytes));
    }
    if let Some(tile) = Tile::parse(&text) {
        prop_assert_eq!(tile.path(), text.clone());
    }
    prop_assert!(Policy::parse(bytes).is_err_and(|faults| !faults.is_empty()) || text.contains("quorum"));
    prop_assert!(VerifierKey::parse(&text).is_err() || text.contains('+'));
    prop_assert!(SignerKey::parse(&text).is_err() || text.starts_with("PRIVATE"));
    Ok(())
}

/// Good texts to spoil.
const GOOD: [&[u8]; 6] = [
    include_bytes!("../goldens/add-checkpoint.txt"),
    include_bytes!("../goldens/checkpoint-cosigned.txt"),
    include_bytes!("../goldens/leaf-7.tlog-proof"),
    include_bytes!("../goldens/policy.txt"),
    include_bytes!("../goldens/keys.txt"),
    include_bytes!("../goldens/tiles.txt"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        check(&bytes)?;
    }

    #[test]
    fn spoilt_texts(which in 0..GOOD.len(), from in any::<usize>(), cut in 0_usize..40, put in proptest::collection::vec(any::<u8>(), 0..8)) {
        let mut bytes = GOOD[which].to_vec();
        let from = from % bytes.len();
        let to = (from + cut).min(bytes.len());
        bytes.splice(from..to, put);
        check(&bytes)?;
    }

    #[test]
    fn any_path(path in "(tile/)?(entries/|[0-9]{1,2}/)?(x[0-9]{3}/){0,7}[0-9]{0,4}(\\.p/[0-9]{0,4})?") {
        check(path.as_bytes())?;
    }
}
