//! Cosignatures: a witness states that at this time this was the largest consistent tree it had seen
//! (C2SP tlog-cosignature, Ed25519, signature type 0x04).
//!
//! When a witness may make one is told in [`crate::witness`]; how many are enough in [`crate::policy`].

use crate::key::{KeyKind, SignerKey, VerifierKey};
use crate::note::{Note, Signature};

/// The latest time that a cosignature can carry, in seconds since 1970 (C2SP tlog-cosignature: not over 2^63 − 1).
pub const TIME_MAX: u64 = i64::MAX as u64;

/// What is signed: the header line, the time line, then the whole text of the note.
fn message(text: &str, time: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{text}").into_bytes()
}

/// The cosignature line over the text of a checkpoint at `time` (seconds since 1970). `None` for a log key or a time
/// over [`TIME_MAX`].
#[must_use]
pub fn cosign(text: &str, key: &SignerKey, time: u64) -> Option<Signature> {
    let allowed = key.verifier().kind() == KeyKind::Witness && time <= TIME_MAX;
    allowed.then(|| key.line(&time.to_be_bytes(), &message(text, time)))
}

/// The time that this witness vouches for, if the line is a true cosignature by its key over this text.
#[must_use]
pub fn verify(text: &str, signature: &Signature, key: &VerifierKey) -> Option<u64> {
    let (time, ed25519) = signature.bytes.split_first_chunk::<8>()?;
    let time = u64::from_be_bytes(*time);
    let right_kind = key.kind() == KeyKind::Witness && key.claims(signature) && time <= TIME_MAX;
    (right_kind && key.verifies(&message(text, time), ed25519)).then_some(time)
}

/// The earliest time at which this witness vouches for the note; `None` if no line of it verifies.
#[must_use]
pub fn cosigned_at(note: &Note, key: &VerifierKey) -> Option<u64> {
    note.signatures.iter().filter_map(|signature| verify(&note.text, signature, key)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kind: KeyKind) -> SignerKey {
        SignerKey::from_seed("witness.example", kind, &[9; 32]).unwrap()
    }

    fn check(time: u64, expected: Option<u64>) {
        let witness = key(KeyKind::Witness);
        let line = cosign("text\n", &witness, time);
        assert_eq!(line.and_then(|line| verify("text\n", &line, witness.verifier())), expected);
    }

    #[test]
    fn times() {
        check(0, Some(0));
        check(1_795_478_400, Some(1_795_478_400));
        check(TIME_MAX, Some(TIME_MAX));
        check(TIME_MAX + 1, None);
    }

    #[test]
    fn the_time_is_signed() {
        let witness = key(KeyKind::Witness);
        let line = cosign("text\n", &witness, 1000).unwrap();
        assert_eq!(verify("other\n", &line, witness.verifier()), None);
        for at in 0..line.bytes.len() {
            let mut changed = line.clone();
            changed.bytes[at] ^= 1;
            assert_eq!(verify("text\n", &changed, witness.verifier()), None, "byte {at}");
        }
        assert_eq!(
            verify("text\n", &Signature { bytes: vec![0; 7], ..line.clone() }, witness.verifier()),
            None
        );
        assert_eq!(verify("text\n", &line, key(KeyKind::Log).verifier()), None);
        assert_eq!(cosign("text\n", &key(KeyKind::Log), 1000), None);
    }

    #[test]
    fn the_earliest_of_several_counts() {
        let witness = key(KeyKind::Witness);
        let lines = [30, 10, 20].map(|time| cosign("text\n", &witness, time).unwrap());
        let note = Note { text: "text\n".to_owned(), signatures: lines.to_vec() };
        assert_eq!(cosigned_at(&note, witness.verifier()), Some(10));
    }
}
