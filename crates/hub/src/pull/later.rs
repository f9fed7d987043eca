//! Mails that are put off: they stay where they lie, and are looked at again when their time has come.
//!
//! In memory only: a hub that starts anew tries each of them once more, which harms nobody.

use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Seconds until something is tried again that a server refused or that broke the line: it mends nothing to ask each minute.
pub(super) const AGAIN_SECONDS: u64 = 3600;

/// The longest that a mail is put off, in seconds: quotas begin anew each day.
const SECONDS_MAX: u64 = 24 * 3600;

/// Why a mail is put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Off {
    /// As much is held for an organisation as may be, or its quota of the day is used up.
    Full,
    /// It was taken, and the server refuses to move it.
    NotMoved,
    /// The server refuses to hand it out.
    Refused,
    /// The round broke off at it twice in a row.
    Broke,
}

impl Off {
    /// What it is and what to do.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Full => {
                "an organisation has as many undecided mails as are held, or has used up its day: its mails wait in the mailbox"
            }
            Self::NotMoved => "a mail was taken and cannot be moved to the folder of [imap] done",
            Self::Refused => "the mail server refuses to hand out a mail; look at it there",
            Self::Broke => "the line broke twice at the same mail; look at it there",
        }
    }
}

#[derive(Debug, Default)]
struct Known {
    off: HashMap<Vec<u8>, (Off, Timestamp)>,
    in_hand: Option<Vec<u8>>,
    broke_at: Option<Vec<u8>>,
}

/// What is put off until when. Cheap to clone; it outlives a round that stops in the middle.
#[derive(Clone, Debug, Default)]
pub struct Later(Arc<Mutex<Known>>);

impl Later {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets those whose time has come and those that lie there no more.
    pub(super) fn begin(&self, lie_there: &[Vec<u8>], now: Timestamp) {
        let lie_there: HashSet<&Vec<u8>> = lie_there.iter().collect();
        self.known().off.retain(|mail, (_, until)| now < *until && lie_there.contains(mail));
    }

    pub(super) fn has(&self, mail: &[u8]) -> bool {
        self.known().off.contains_key(mail)
    }

    pub(super) fn put_off(&self, mail: &[u8], why: Off, seconds: u64, now: Timestamp) {
        let wait = SignedDuration::from_secs(i64::try_from(seconds.min(SECONDS_MAX)).unwrap_or_default());
        let until = now.checked_add(wait).unwrap_or(Timestamp::MAX);
        self.known().off.insert(mail.to_vec(), (why, until));
    }

    /// Notes at which mail the round is.
    pub(super) fn take_in_hand(&self, mail: &[u8]) {
        self.known().in_hand = Some(mail.to_vec());
    }

    /// Notes that the round is at no mail any more.
    pub(super) fn let_go(&self) {
        self.known().in_hand = None;
    }

    /// The round broke off. A line breaks by chance at any mail, and twice in a row at one that breaks it: that one must not keep the
    /// others from being read.
    pub(super) fn broke_off(&self, now: Timestamp) {
        let mut known = self.known();
        let Some(mail) = known.in_hand.take() else { return };
        if known.broke_at.as_ref() != Some(&mail) {
            known.broke_at = Some(mail);
            return;
        }
        known.broke_at = None;
        drop(known);
        self.put_off(&mail, Off::Broke, AGAIN_SECONDS, now);
    }

    /// Why mails are put off now.
    pub(super) fn reasons(&self) -> BTreeSet<Off> {
        self.known().off.values().map(|(why, _)| *why).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_mail_is_put_off_until_its_time_or_until_it_is_gone() {
        let (later, mails) = (Later::default(), [b"a".to_vec(), b"b".to_vec()]);
        later.put_off(b"a", Off::Full, 60, at(0));
        later.put_off(b"b", Off::NotMoved, u64::MAX, at(0));
        later.begin(&mails, at(59));
        assert!(later.has(b"a") && later.has(b"b") && !later.has(b"c"));
        assert_eq!(later.reasons(), BTreeSet::from([Off::Full, Off::NotMoved]));
        later.begin(&mails, at(60));
        assert!(!later.has(b"a") && later.has(b"b"));
        later.begin(&mails[..1], at(60));
        assert_eq!(later.reasons(), BTreeSet::new());
    }

    #[test]
    fn what_breaks_two_rounds_in_a_row_is_put_off() {
        let later = Later::default();
        let round = |mail: &[u8]| {
            later.take_in_hand(mail);
            later.broke_off(at(0));
            later.has(mail)
        };
        assert!(!round(b"a") && !round(b"b") && !round(b"a"), "by chance");
        assert!(round(b"a"));
        later.take_in_hand(b"b");
        later.let_go();
        later.broke_off(at(0));
        assert!(!round(b"b"), "it was the store, not the mail");
    }
}
