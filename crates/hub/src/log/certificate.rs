//! The certificate of an erasure: a note, signed with the log's key, that says what was erased, when, by whose decision and under which
//! rule. Whoever has the log's public key checks it without any hub, as it checks a receipt: [`super::verdict`].
//!
//! It is handed over once, as the answer to the erasure, and kept nowhere. After an erasure that its source wanted nothing finds the
//! submission by its source any more, and a certificate that could be fetched again would.
//!
//! The log's key signs checkpoints as well. No certificate can be taken for one: the second line of a checkpoint is a number, and here it
//! is a name and a value.

use crate::{Hub, HubError, log};
use jiff::Timestamp;
use model::id::SubmissionId;
use std::collections::BTreeMap;
use store::Tx;
use tlog::Note;

/// The first line of a certificate.
pub const HEADER: &str = "noroshi.example/erasure-certificate@v1";

/// What was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erased {
    /// A submission, as its source wished.
    Submission {
        /// Its receipt code.
        code: String,
        /// Its identifier.
        id: SubmissionId,
        /// When it came in.
        received_at: Timestamp,
        /// Bytes that were held.
        bytes: i64,
    },
    /// Everything that an organisation sent, because it left.
    Leaving {
        /// Its short name.
        organisation: String,
        /// How many keys were destroyed.
        keys: usize,
        /// How many were not, because a legal hold is on what they open.
        on_hold: usize,
    },
}

impl Erased {
    /// What the certificate says of it: names and values, in order.
    fn lines(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Submission { code, id, received_at, bytes } => vec![
                ("kind", "erased-submission".to_owned()),
                ("receipt", code.clone()),
                ("submission", id.to_string()),
                ("received", received_at.to_string()),
                ("bytes", bytes.to_string()),
                ("decision", "source".to_owned()),
                ("rule", "wish-of-the-source".to_owned()),
            ],
            Self::Leaving { organisation, keys, on_hold } => vec![
                ("kind", "erased-leaving".to_owned()),
                ("organisation", organisation.clone()),
                ("keys", keys.to_string()),
                ("on-hold", on_hold.to_string()),
                ("decision", "hub".to_owned()),
                ("rule", "leaving".to_owned()),
            ],
        }
    }
}

/// The text that is signed. `tree` is the newest checkpoint that the log had published: the certificate is not older.
fn text(what: &Erased, at: Timestamp, tree: Option<&tlog::Checkpoint>) -> String {
    let tree = tree.map(|tree| ("tree", format!("{} {}", tree.size, tree.root)));
    let lines = what.lines().into_iter().chain([("at", at.to_string())]).chain(tree);
    lines.fold(format!("{HEADER}\n"), |text, (name, value)| format!("{text}{name} {value}\n"))
}

/// The fields of a certificate's text. `None` for another text.
pub(super) fn fields(text: &str) -> Option<BTreeMap<String, String>> {
    let body = text.strip_prefix(HEADER)?.strip_prefix('\n')?;
    let mut out = BTreeMap::new();
    for line in body.lines() {
        let (name, value) = line.split_once(' ')?;
        // a name that stands twice would say two things
        if out.insert(name.to_owned(), value.to_owned()).is_some() {
            return None;
        }
    }
    Some(out)
}

/// Signs a certificate with the key of the log's epoch.
pub(crate) async fn sign(hub: &Hub, tx: &mut Tx, what: &Erased, at: Timestamp) -> Result<String, HubError> {
    let key = log::key(hub, tx.log_state().await?.epoch)?;
    let tree = log::published(hub)?.map(|(_, tree)| tree);
    let text = text(what, at, tree.as_ref());
    let signature = key.sign(&text).ok_or_else(|| HubError::Unavailable("log-key".to_owned()))?;
    Ok(Note { text, signatures: vec![signature] }.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::verdict::{self, Flaw, NotProven, Outcome};
    use tlog::{Checkpoint, KeyKind, Policy, SignerKey};

    fn at() -> Timestamp {
        "2026-11-24T04:15:00Z".parse().unwrap()
    }

    fn all() -> [Erased; 2] {
        let id = SubmissionId::from_random([9; 16]);
        [
            Erased::Submission { code: "7K3M-Q2XP-D".to_owned(), id, received_at: at(), bytes: 4_096 },
            Erased::Leaving { organisation: "asagiri".to_owned(), keys: 7, on_hold: 1 },
        ]
    }

    fn key(n: u8) -> SignerKey {
        SignerKey::from_seed("hub.example/log", KeyKind::Log, &[n; 32]).unwrap()
    }

    fn signed(text: &str) -> String {
        let signatures = vec![key(1).sign(text).unwrap()];
        Note { text: text.to_owned(), signatures }.to_string()
    }

    fn policy(n: u8) -> Policy {
        Policy::of_logs(&[key(n).verifier().clone()])
    }

    #[test]
    fn a_certificate_says_what_when_who_and_why() {
        for what in all() {
            let read = verdict::read(signed(&text(&what, at(), None)).as_bytes(), &policy(1));
            assert_eq!(read.outcome, Outcome::Signed);
            for (name, value) in what.lines() {
                assert_eq!(read.entry.get(name), Some(&value));
            }
            assert_eq!(read.hub_time(), Some("2026-11-24T04:15:00Z"));
            assert!(
                read.not_proven.contains(&NotProven::Destroyed)
                    && read.not_proven.contains(&NotProven::Clock)
            );
            assert_eq!((read.earliest, read.latest, read.place), (None, None, None));
        }
    }

    #[test]
    fn a_changed_byte_is_refused() {
        let good = signed(&text(&all()[0], at(), None));
        for n in 0..good.len() {
            let mut bad = good.clone().into_bytes();
            bad[n] ^= 1;
            let read = verdict::read(&bad, &policy(1));
            assert!(matches!(read.outcome, Outcome::Refused(_)), "byte {n}: {read:?}");
        }
        assert_eq!(verdict::read(good.as_bytes(), &policy(2)).outcome, Outcome::Refused(Flaw::Log));
        let twice = signed(&format!("{}receipt OTHER\n", text(&all()[0], at(), None)));
        assert_eq!(verdict::read(twice.as_bytes(), &policy(1)).outcome, Outcome::Refused(Flaw::Form));
    }

    #[test]
    fn no_certificate_is_a_checkpoint_and_no_checkpoint_a_certificate() {
        for what in all() {
            assert!(Checkpoint::parse_text(&text(&what, at(), None)).is_err());
        }
        assert_eq!(fields("hub.example/log\n7\nAAAA\n"), None);
    }
}
