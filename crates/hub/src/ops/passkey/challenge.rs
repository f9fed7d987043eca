//! Challenges that nobody has to remember: chance, an end, and a keyed hash of both with what they are for. Asking for one writes nothing; the
//! hash of one that was answered is kept until its end is past, so that it counts once on every node.

use crate::{Hub, HubError, Problem};
use jiff::Timestamp;
use model::id::PersonId;
use sha2::{Digest, Sha256};
use store::Tx;

/// How long a challenge can be answered, in seconds: 13.4.3 asks for chance, the time is ours. Finding a key in a drawer takes less.
pub const CHALLENGE_SECONDS: i64 = 300;

/// Bytes of chance: what 13.4.3 asks for at least.
const CHANCE: usize = 16;

/// What a challenge is for. One for signing in adds nothing, and one of a person is nobody else's.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    SignIn,
    Add(PersonId),
}

impl Purpose {
    fn tag(self) -> (&'static str, Vec<u8>) {
        match self {
            Self::SignIn => ("passkey-sign-in", Vec::new()),
            Self::Add(person) => ("passkey-add", person.0.as_bytes().to_vec()),
        }
    }
}

/// A new challenge.
pub(super) fn draw(hub: &Hub, purpose: Purpose) -> Vec<u8> {
    let (name, whose) = purpose.tag();
    let ends = hub.now().as_second().saturating_add(CHALLENGE_SECONDS);
    let mut out = [&hub.random::<CHANCE>(name)[..], &ends.to_be_bytes()].concat();
    let tag = hub.store.seals().tag(name, &[out.as_slice(), &whose].concat());
    out.extend(tag);
    out
}

/// When the challenge ends, if it is ours, for this purpose, and has not ended.
pub(super) fn check(hub: &Hub, purpose: Purpose, given: &[u8]) -> Result<Timestamp, HubError> {
    let (name, whose) = purpose.tag();
    let (drawn, tag) = given.split_at_checked(CHANCE + size_of::<i64>()).ok_or_else(over)?;
    let (_, ends) = drawn.split_last_chunk().ok_or_else(over)?;
    if !hub.store.seals().is_tag(name, &[drawn, &whose].concat(), tag) {
        return Err(over());
    }
    let ends = Timestamp::from_second(i64::from_be_bytes(*ends)).map_err(|_| over())?;
    if ends > hub.now() { Ok(ends) } else { Err(over()) }
}

/// Uses a challenge up.
pub(super) async fn spend(tx: &mut Tx, challenge: &[u8], ends: Timestamp) -> Result<(), HubError> {
    match tx.spend_challenge(&Sha256::digest(challenge), ends).await? {
        true => Ok(()),
        false => Err(over()),
    }
}

fn over() -> HubError {
    HubError::Invalid("challenge", Problem::ChallengeOver { n: CHALLENGE_SECONDS })
}
