//! Policies: which logs and witnesses are believed, and how many witnesses are enough (C2SP tlog-policy).
//!
//! This is where a checkpoint or a proof is believed or refused; the formats are in their own modules. Fetching and
//! asking witnesses for cosignatures is left to `client`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::checkpoint::Checkpoint;
use crate::cosignature::cosigned_at;
use crate::hash::Hash;
use crate::inclusion;
use crate::key::{KeyFault, KeyKind, VerifierKey};
use crate::note::Note;
use crate::proof::Proof;

/// The longest policy file we read, in bytes: a thousand lines of 250 characters.
pub const POLICY_BYTES_MAX: usize = 256 * 1024;

/// The most logs, witnesses and groups, each. The specification asks for at least 32.
pub const EACH_MAX: usize = 256;

/// A log or witness of the policy with its address, where one is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The name by which groups and the quorum refer to a witness; a log's key name.
    pub name: String,
    /// The key.
    pub key: VerifierKey,
    /// Where to reach it.
    pub url: Option<String>,
}

/// How many of which members make a group a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    name: String,
    threshold: usize,
    members: Vec<String>,
}

/// A policy that has been read without fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Party>,
    witnesses: Vec<Party>,
    /// In the order of the file: a group refers to what stands before it only, so there are no circles.
    groups: Vec<Group>,
    /// `None` is `quorum none`.
    quorum: Option<String>,
}

/// What is wrong with a policy file, and in which line (from 1; 0 is the whole file).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFault {
    /// The line.
    pub line: usize,
    /// The reason.
    pub reason: PolicyReason,
}

/// Why a line of a policy is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyReason {
    /// Not UTF-8 text without control characters, or longer than [`POLICY_BYTES_MAX`]. (The specification takes names
    /// as opaque octets and recommends UTF-8; we insist on it.)
    NotText,
    /// Not one of `log`, `witness`, `group`, `quorum`, or with the wrong number of words.
    Form,
    /// The key cannot be read.
    Key(KeyFault),
    /// A witness's key for a log or the other way round.
    WrongKind,
    /// This key stands in the file already.
    DuplicateKey,
    /// This name is taken, or is `none`.
    DuplicateName(String),
    /// This name is not defined on a line before.
    Unknown(String),
    /// This name is already a member of a group.
    UsedTwice(String),
    /// The threshold is not a number from 1 to the number of members.
    Threshold,
    /// More than [`EACH_MAX`] of a kind.
    TooMany,
    /// No quorum line, or more than one.
    Quorum,
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match &self.reason {
            PolicyReason::NotText => f.write_str("not text, or too long"),
            PolicyReason::Form => f.write_str("expected log, witness, group or quorum with their words"),
            PolicyReason::Key(fault) => write!(f, "{fault}"),
            PolicyReason::WrongKind => f.write_str("the key's signature type does not fit its role"),
            PolicyReason::DuplicateKey => f.write_str("this public key stands in the file already"),
            PolicyReason::DuplicateName(name) => write!(f, "the name {name} is taken"),
            PolicyReason::Unknown(name) => write!(f, "{name} is not defined above"),
            PolicyReason::UsedTwice(name) => write!(f, "{name} is already a member of a group"),
            PolicyReason::Threshold => f.write_str("the threshold must be from 1 to the number of members"),
            PolicyReason::TooMany => write!(f, "more than {EACH_MAX} of a kind"),
            PolicyReason::Quorum => f.write_str("exactly one quorum line is needed"),
        }
    }
}

impl std::error::Error for PolicyFault {}

/// Why a checkpoint or proof is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No log of the policy signed this checkpoint for its own origin.
    Log,
    /// The witnesses that cosigned are not enough for the quorum.
    Quorum,
    /// The path does not lead from the leaf to the root.
    Inclusion,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Log => "not signed by a log of the policy",
            Self::Quorum => "not cosigned by enough witnesses",
            Self::Inclusion => "the path does not lead from this leaf to the root",
        })
    }
}

impl std::error::Error for Refusal {}

/// A checkpoint that the policy believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Believed {
    /// What the checkpoint says.
    pub checkpoint: Checkpoint,
    /// The witnesses of the policy that cosigned, by their name in it, with the earliest time each vouches for
    /// (seconds since 1970).
    pub cosigned: Vec<(String, u64)>,
    /// The time by which the quorum was complete: everything in the tree existed by then, whatever the log's own
    /// clock said. `None` under `quorum none`: then nobody but the log vouches for any time.
    pub not_after: Option<u64>,
}

/// The lines read so far.
#[derive(Default)]
struct Draft {
    logs: Vec<Party>,
    witnesses: Vec<Party>,
    groups: Vec<Group>,
    quorum: Option<Option<String>>,
    used: BTreeSet<String>,
}

impl Draft {
    fn line(&mut self, words: &[&str]) -> Result<(), PolicyReason> {
        match words {
            ["log", key, url @ ..] => self.log(key, url),
            ["witness", name, key, url @ ..] => self.witness(name, key, url),
            ["group", name, threshold, members @ ..] => self.group(name, threshold, members),
            ["quorum", name] => self.quorum(name),
            _ => Err(PolicyReason::Form),
        }
    }

    fn log(&mut self, key: &str, url: &[&str]) -> Result<(), PolicyReason> {
        let party = party(None, key, url, KeyKind::Log)?;
        add(&mut self.logs, party)
    }

    fn witness(&mut self, name: &str, key: &str, url: &[&str]) -> Result<(), PolicyReason> {
        self.free(name)?;
        let party = party(Some(name), key, url, KeyKind::Witness)?;
        add(&mut self.witnesses, party)
    }

    fn group(&mut self, name: &str, threshold: &str, members: &[&str]) -> Result<(), PolicyReason> {
        self.free(name)?;
        for member in members {
            self.defined(member)?;
            if !self.used.insert((*member).to_owned()) {
                return Err(PolicyReason::UsedTwice((*member).to_owned()));
            }
        }
        let count = members.len();
        let threshold = match threshold {
            "any" => 1,
            "all" => count,
            digits if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().unwrap_or(0),
            _ => 0,
        };
        if threshold == 0 || threshold > count {
            return Err(PolicyReason::Threshold);
        }
        if self.groups.len() == EACH_MAX {
            return Err(PolicyReason::TooMany);
        }
        let members = members.iter().map(|m| (*m).to_owned()).collect();
        self.groups.push(Group { name: name.to_owned(), threshold, members });
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), PolicyReason> {
        if self.quorum.is_some() {
            return Err(PolicyReason::Quorum);
        }
        if name != "none" {
            self.defined(name)?;
        }
        self.quorum = Some((name != "none").then(|| name.to_owned()));
        Ok(())
    }

    fn defined(&self, name: &str) -> Result<(), PolicyReason> {
        let known =
            self.witnesses.iter().any(|w| w.name == name) || self.groups.iter().any(|g| g.name == name);
        known.then_some(()).ok_or_else(|| PolicyReason::Unknown(name.to_owned()))
    }

    fn free(&self, name: &str) -> Result<(), PolicyReason> {
        let taken = name == "none" || self.defined(name).is_ok();
        if taken { Err(PolicyReason::DuplicateName(name.to_owned())) } else { Ok(()) }
    }
}

fn party(name: Option<&str>, key: &str, url: &[&str], kind: KeyKind) -> Result<Party, PolicyReason> {
    let key = VerifierKey::parse(key).map_err(PolicyReason::Key)?;
    if key.kind() != kind {
        return Err(PolicyReason::WrongKind);
    }
    let url = match url {
        [] => None,
        [url] => Some((*url).to_owned()),
        _ => return Err(PolicyReason::Form),
    };
    Ok(Party { name: name.unwrap_or(key.name()).to_owned(), key, url })
}

fn add(parties: &mut Vec<Party>, party: Party) -> Result<(), PolicyReason> {
    if parties.iter().any(|other| other.key.public() == party.key.public()) {
        return Err(PolicyReason::DuplicateKey);
    }
    if parties.len() == EACH_MAX {
        return Err(PolicyReason::TooMany);
    }
    parties.push(party);
    Ok(())
}

impl Policy {
    /// Reads a policy file. All faulty lines are reported, in their order.
    pub fn parse(bytes: &[u8]) -> Result<Self, Vec<PolicyFault>> {
        let whole = |reason| vec![PolicyFault { line: 0, reason }];
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= POLICY_BYTES_MAX);
        let text = text.ok_or_else(|| whole(PolicyReason::NotText))?;
        let (mut draft, mut faults) = (Draft::default(), Vec::new());
        for (at, line) in text.split('\n').enumerate() {
            let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            let result = match words.first() {
                _ if line.chars().any(|c| c.is_ascii_control() && c != '\t') => Err(PolicyReason::NotText),
                None => Ok(()),
                Some(word) if word.starts_with('#') => Ok(()),
                Some(_) => draft.line(&words),
            };
            faults.extend(result.err().map(|reason| PolicyFault { line: at + 1, reason }));
        }
        match (draft.quorum, faults.is_empty()) {
            (Some(quorum), true) => {
                Ok(Self { logs: draft.logs, witnesses: draft.witnesses, groups: draft.groups, quorum })
            }
            (None, true) => Err(whole(PolicyReason::Quorum)),
            (_, false) => Err(faults),
        }
    }

    /// These logs and no witness: what they sign is believed, and no time.
    #[must_use]
    pub fn of_logs(keys: &[VerifierKey]) -> Self {
        let none = Self { logs: Vec::new(), witnesses: Vec::new(), groups: Vec::new(), quorum: None };
        none.with_logs(keys)
    }

    /// The same with these logs as well.
    #[must_use]
    pub fn with_logs(mut self, keys: &[VerifierKey]) -> Self {
        for key in keys.iter().filter(|key| key.kind() == KeyKind::Log) {
            if !self.logs.iter().any(|log| log.key == *key) {
                self.logs.push(Party { name: key.name().to_owned(), key: key.clone(), url: None });
            }
        }
        self
    }

    /// The logs that are believed.
    #[must_use]
    pub fn logs(&self) -> &[Party] {
        &self.logs
    }

    /// The witnesses that can be asked.
    #[must_use]
    pub fn witnesses(&self) -> &[Party] {
        &self.witnesses
    }

    /// Whether any cosignature is asked for.
    #[must_use]
    pub fn asks_for_witnesses(&self) -> bool {
        self.quorum.is_some()
    }

    /// Whether these witnesses, by their names in the policy, are enough.
    #[must_use]
    pub fn is_quorum(&self, witnesses: &BTreeSet<&str>) -> bool {
        let Some(quorum) = &self.quorum else { return true };
        let mut witnessed = witnesses.clone();
        for group in &self.groups {
            let count = group.members.iter().filter(|member| witnessed.contains(member.as_str())).count();
            if count >= group.threshold {
                witnessed.insert(&group.name);
            }
        }
        witnessed.contains(quorum.as_str())
    }

    /// The earliest time by which the quorum was complete.
    fn complete_at(&self, cosigned: &[(String, u64)]) -> Option<u64> {
        let mut by_time: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
        for (name, time) in cosigned {
            by_time.entry(*time).or_default().push(name);
        }
        let mut so_far = BTreeSet::new();
        by_time.into_iter().find_map(|(time, names)| {
            so_far.extend(names);
            self.is_quorum(&so_far).then_some(time)
        })
    }

    /// The latest time before which no quorum had cosigned this note: whoever holds it made what holds it after that. `None`
    /// when the note is not believed, or nobody but the log vouches.
    #[must_use]
    pub fn not_before(&self, note: &Note) -> Option<u64> {
        let believed = self.believe(note).ok()?;
        believed.not_after?;
        let mut by_time = believed.cosigned;
        by_time.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
        let mut so_far = BTreeSet::new();
        by_time.iter().find_map(|(name, time)| {
            so_far.insert(name.as_str());
            self.is_quorum(&so_far).then_some(*time)
        })
    }

    /// Believes a checkpoint, or says why not.
    pub fn believe(&self, note: &Note) -> Result<Believed, Refusal> {
        let mut opened = self.logs.iter().filter_map(|log| Checkpoint::open_note(note, &log.key).ok());
        let checkpoint = opened.next().ok_or(Refusal::Log)?;
        let times = self.witnesses.iter().filter_map(|w| Some((w.name.clone(), cosigned_at(note, &w.key)?)));
        let cosigned: Vec<(String, u64)> = times.collect();
        let not_after = self.complete_at(&cosigned).filter(|_| self.asks_for_witnesses());
        if self.asks_for_witnesses() && not_after.is_none() {
            return Err(Refusal::Quorum);
        }
        Ok(Believed { checkpoint, cosigned, not_after })
    }

    /// Believes that `leaf` stands in the log as the proof says, or says why not.
    pub fn verify(&self, proof: &Proof, leaf: &Hash) -> Result<Believed, Refusal> {
        let believed = self.believe(&proof.checkpoint)?;
        let Checkpoint { size, root, .. } = &believed.checkpoint;
        let proven = inclusion::verify(leaf, proof.index, *size, &proof.path, root);
        if proven { Ok(believed) } else { Err(Refusal::Inclusion) }
    }
}
