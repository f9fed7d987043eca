//! What a receipt proves and what it does not, told without any hub: a pure function of the file and a policy.
//!
//! Time has two bounds. *Not after*: the quorum of witnesses had signed a tree with the leaf in it by then. *Not before*: the entry
//! itself holds a checkpoint that the quorum had not signed before then. The hub's own clock is told as what it is: its word.

use crate::log::certificate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tlog::{Note, Policy, Proof, leaf_hash};

/// The first line of a receipt without a place.
pub const PENDING_HEADER: &str = "noroshi.example/pending-receipt@v1\n";

/// What stands in the extra line of a receipt's proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// What hides the entry.
    pub nonce: [u8; tlog::leaf::NONCE_BYTES],
    /// The entry as it was committed to: JSON with sorted keys, all values texts.
    pub entry: String,
    /// An RFC 3161 time-stamp response over the checkpoint's text.
    pub stamp: Option<Vec<u8>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    entry: String,
    nonce: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stamp: Option<String>,
}

impl Extra {
    /// As it stands in the file, before base64.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let base64 = |bytes: &[u8]| data_encoding::BASE64.encode(bytes);
        let wire = Wire {
            entry: self.entry.clone(),
            nonce: base64(&self.nonce),
            stamp: self.stamp.as_deref().map(base64),
        };
        serde_json::to_vec(&wire).unwrap_or_default()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let wire: Wire = serde_json::from_slice(bytes).ok()?;
        let base64 = |text: &str| data_encoding::BASE64.decode(text.as_bytes()).ok();
        let stamp = match &wire.stamp {
            Some(text) => Some(base64(text)?),
            None => None,
        };
        Some(Self { nonce: base64(&wire.nonce)?.try_into().ok()?, entry: wire.entry, stamp })
    }
}

/// What the file is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The entry stands in the log, as far as the policy asks.
    Proven,
    /// Not an act in the log: a note that the log's key signed. Its words are the hub's.
    Signed,
    /// No place yet: ask the hub again after its next beat.
    Pending,
    /// Nothing is proven, and this is why.
    Refused(Flaw),
}

/// Why a file proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Not a receipt: neither a tlog-proof nor a pending one.
    Form,
    /// A proof without an opening: it shows that some leaf stands there, not which act.
    NoOpening,
    /// Not signed by a log of the policy.
    Log,
    /// Not cosigned by enough witnesses of the policy.
    Quorum,
    /// The entry is not what the log committed to: entry, nonce or path was changed.
    Entry,
    /// The entry says that it was made after a checkpoint that is younger than what proves it.
    Contradiction,
}

/// What remains unproven even by a good receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotProven {
    /// When the victim knew: the log shows when the hub was told.
    WhenTheVictimKnew,
    /// That what was said is true.
    Truth,
    /// Any time: the policy asks for no witness, so the times are the hub's word.
    Time,
    /// An earliest time: the entry holds no checkpoint that witnesses had cosigned.
    Earliest,
    /// That a certain file is meant: its SHA-256 has to be compared.
    File,
    /// The signature of the time-stamping service: it is checked with its own certificate.
    StampSignature,
    /// That nobody holds a copy: the hub says that it destroyed the key, and the signature shows that it said so.
    Destroyed,
    /// The time of a note that is signed and stands in no tree: it is the hub's word.
    Clock,
}

/// The verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What the file is worth.
    pub outcome: Outcome,
    /// The entry, field by field, where it could be read. Believe it only when proven.
    pub entry: BTreeMap<String, String>,
    /// Name of the log, leaf and tree size.
    pub place: Option<Place>,
    /// Not before: seconds since 1970.
    pub earliest: Option<u64>,
    /// Not after: seconds since 1970.
    pub latest: Option<u64>,
    /// Who cosigned, and when by its own clock.
    pub witnesses: Vec<(String, u64)>,
    /// The RFC 3161 response, if it is over this checkpoint.
    pub stamp: Option<Vec<u8>>,
    /// What is not proven.
    pub not_proven: Vec<NotProven>,
}

/// Where the leaf stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The log's name.
    pub log: String,
    /// The leaf's index, from 0.
    pub index: u64,
    /// The size of the tree that the proof is for.
    pub size: u64,
}

impl Verdict {
    fn refused(flaw: Flaw, entry: BTreeMap<String, String>) -> Self {
        Self::new(Outcome::Refused(flaw), entry)
    }

    fn new(outcome: Outcome, entry: BTreeMap<String, String>) -> Self {
        Self {
            outcome,
            entry,
            place: None,
            earliest: None,
            latest: None,
            witnesses: Vec::new(),
            stamp: None,
            not_proven: Vec::new(),
        }
    }

    /// The hub's own word for the time.
    #[must_use]
    pub fn hub_time(&self) -> Option<&str> {
        self.entry.get("at").map(String::as_str)
    }

    /// What kind of act it is.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.entry.get("kind").map(String::as_str)
    }
}

/// Reads a receipt and tells what it proves under this policy.
#[must_use]
pub fn read(bytes: &[u8], policy: &Policy) -> Verdict {
    if let Some(rest) = bytes.strip_prefix(PENDING_HEADER.as_bytes()) {
        return pending(rest);
    }
    if bytes.starts_with(certificate::HEADER.as_bytes()) {
        return signed(bytes, policy);
    }
    let Ok(proof) = Proof::parse(bytes) else { return Verdict::refused(Flaw::Form, BTreeMap::new()) };
    let Some(extra) = proof.extra.as_deref().and_then(Extra::read) else {
        return Verdict::refused(Flaw::NoOpening, BTreeMap::new());
    };
    let Ok(entry) = serde_json::from_str::<BTreeMap<String, String>>(&extra.entry) else {
        return Verdict::refused(Flaw::NoOpening, BTreeMap::new());
    };
    let leaf = leaf_hash(&tlog::commit(&extra.nonce, extra.entry.as_bytes()));
    let believed = match policy.verify(&proof, &leaf) {
        Ok(believed) => believed,
        Err(why) => {
            let flaw = match why {
                tlog::policy::Refusal::Log => Flaw::Log,
                tlog::policy::Refusal::Quorum => Flaw::Quorum,
                tlog::policy::Refusal::Inclusion => Flaw::Entry,
            };
            return Verdict::refused(flaw, entry);
        }
    };
    let embedded = entry.get("checkpoint").and_then(|text| Note::parse(text.as_bytes()).ok());
    let earliest = embedded.and_then(|note| policy.not_before(&note));
    if earliest.zip(believed.not_after).is_some_and(|(earliest, latest)| earliest > latest) {
        return Verdict::refused(Flaw::Contradiction, entry);
    }
    let stamp = extra.stamp.filter(|token| is_over(token, &proof.checkpoint.text));
    let mut not_proven = vec![NotProven::WhenTheVictimKnew, NotProven::Truth];
    let mut also = |is: bool, what| not_proven.extend(is.then_some(what));
    also(believed.not_after.is_none(), NotProven::Time);
    also(believed.not_after.is_some() && earliest.is_none(), NotProven::Earliest);
    also(entry.contains_key("sha256"), NotProven::File);
    also(stamp.is_some(), NotProven::StampSignature);
    let tlog::Checkpoint { origin, size, .. } = believed.checkpoint;
    Verdict {
        outcome: Outcome::Proven,
        entry,
        place: Some(Place { log: origin, index: proof.index, size }),
        earliest,
        latest: believed.not_after,
        witnesses: believed.cosigned,
        stamp,
        not_proven,
    }
}

/// A certificate: one key of the policy has to have signed it.
fn signed(bytes: &[u8], policy: &Policy) -> Verdict {
    let note = Note::parse(bytes).ok();
    let read = note.and_then(|note| certificate::fields(&note.text).map(|fields| (note, fields)));
    let Some((note, fields)) = read else { return Verdict::refused(Flaw::Form, BTreeMap::new()) };
    if !policy.logs().iter().any(|log| log.key.signed(&note)) {
        return Verdict::refused(Flaw::Log, fields);
    }
    let not_proven = vec![NotProven::Destroyed, NotProven::Clock];
    Verdict { not_proven, ..Verdict::new(Outcome::Signed, fields) }
}

fn pending(rest: &[u8]) -> Verdict {
    let line =
        std::str::from_utf8(rest).ok().and_then(|text| text.strip_prefix("extra ")?.strip_suffix('\n'));
    let extra = line.and_then(|line| data_encoding::BASE64.decode(line.as_bytes()).ok());
    let entry =
        extra.as_deref().and_then(Extra::read).and_then(|extra| serde_json::from_str(&extra.entry).ok());
    match entry {
        Some(entry) => Verdict::new(Outcome::Pending, entry),
        None => Verdict::refused(Flaw::Form, BTreeMap::new()),
    }
}

/// Whether a token names the SHA-256 of this text. Its signature is another matter: [`NotProven::StampSignature`].
fn is_over(token: &[u8], text: &str) -> bool {
    use sha2::Digest;
    let digest: [u8; 32] = sha2::Sha256::digest(text.as_bytes()).into();
    token.windows(digest.len()).any(|window| window == digest)
}
