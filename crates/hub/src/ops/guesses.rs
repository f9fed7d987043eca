//! Wrong passwords of late, and how long each makes the next try wait. Pure: the time is an argument, the keys are hashes.
//!
//! Two tallies a try: one of the sign-in name from this address, one of the name from everywhere, so that a thousand machines are
//! slowed too. The second must not become a way to keep somebody out: it asks little, it fades, and whoever signed in from an address
//! lately is not asked by it there.

use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// What a try is counted under.
pub(crate) type Key = [u8; 32];

/// Tries from one address that cost nothing. After them each failure doubles the wait, from two seconds on.
const FREE_HERE: u32 = 5;

/// The longest wait of one address, in seconds: a quarter of an hour.
const WAIT_HERE_SECONDS_MAX: i64 = 900;

/// Tries from everywhere that cost nothing: more than one address's, so that nobody locks another out by a handful of wrong passwords.
const FREE_ANYWHERE: u32 = 30;

/// The longest wait of a name from everywhere, in seconds. 1,440 guesses a day find no password of twelve characters, and whoever
/// comes from a new address gets in within a minute of the guessing's end.
const WAIT_ANYWHERE_SECONDS_MAX: i64 = 60;

/// Every so many seconds a tally loses half: half an hour.
const HALVED_SECONDS: i64 = 1_800;

/// How long an address from which somebody signed in stays known, in days: a month of holidays.
const KNOWN_DAYS: i64 = 30;

/// The most tallies, and the most known addresses. Beyond it the lowest tallies go first, then the oldest: made-up names push each
/// other out, not the name that is guessed.
const ENTRIES_MAX: usize = 10_000;

/// How many entries go at once, so that sorting is rare.
const EVICTED: usize = ENTRIES_MAX / 10;

#[derive(Clone, Copy, Debug)]
struct Tally {
    count: u32,
    at: Timestamp,
    until: Timestamp,
}

/// The wrong passwords of this process.
#[derive(Debug, Default)]
pub(crate) struct Guesses {
    tallies: HashMap<Key, Tally>,
    known: HashMap<Key, Timestamp>,
}

/// One try: the name with the address, and the name alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Try {
    pub(crate) here: Key,
    pub(crate) anywhere: Key,
}

impl Guesses {
    /// How long this try has to wait, `None` for not at all.
    pub(crate) fn wait(&self, one: Try, now: Timestamp) -> Option<SignedDuration> {
        let until = |key: Key| self.tallies.get(&key).map(|t| t.until);
        let anywhere = if self.is_known(one, now) { None } else { until(one.anywhere) };
        let until = until(one.here).max(anywhere)?;
        (until > now).then(|| until.duration_since(now))
    }

    fn is_known(&self, one: Try, now: Timestamp) -> bool {
        let known = SignedDuration::from_hours(24 * KNOWN_DAYS);
        self.known.get(&one.here).is_some_and(|at| now.duration_since(*at) < known)
    }

    /// A wrong password or code.
    pub(crate) fn failed(&mut self, one: Try, now: Timestamp) {
        self.count(one.here, FREE_HERE, WAIT_HERE_SECONDS_MAX, now);
        self.count(one.anywhere, FREE_ANYWHERE, WAIT_ANYWHERE_SECONDS_MAX, now);
    }

    /// A right password, and a right code where one is asked for: both tallies end, and the address is known.
    pub(crate) fn succeeded(&mut self, one: Try, now: Timestamp) {
        self.tallies.remove(&one.here);
        self.tallies.remove(&one.anywhere);
        evict(&mut self.known, |at| *at);
        self.known.insert(one.here, now);
    }

    fn count(&mut self, key: Key, free: u32, most: i64, now: Timestamp) {
        evict(&mut self.tallies, |tally| (tally.count, tally.at));
        let tally = self.tallies.entry(key).or_insert(Tally { count: 0, at: now, until: now });
        tally.count = faded(*tally, now).saturating_add(1);
        tally.at = now;
        let over = tally.count.saturating_sub(free);
        let wait = if over == 0 { 0 } else { 2i64.pow(over.min(10)).min(most) };
        tally.until = now.checked_add(SignedDuration::from_secs(wait)).unwrap_or(Timestamp::MAX);
    }
}

/// What is left of a tally.
fn faded(tally: Tally, now: Timestamp) -> u32 {
    let halvings = now.duration_since(tally.at).as_secs().max(0) / HALVED_SECONDS;
    tally.count.checked_shr(u32::try_from(halvings).unwrap_or(u32::MAX)).unwrap_or(0)
}

/// Makes room: the entries of the lowest `order` go. Cost: one sort for each [`EVICTED`] entries that come in.
fn evict<V, O: Ord>(map: &mut HashMap<Key, V>, order: impl Fn(&V) -> O) {
    if map.len() < ENTRIES_MAX {
        return;
    }
    let mut keys: Vec<(O, Key)> = map.iter().map(|(key, value)| (order(value), *key)).collect();
    keys.sort_unstable();
    for (_, key) in keys.into_iter().take(EVICTED) {
        map.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    /// A try at the first name from an address.
    fn from(address: u16) -> Try {
        named(0, address)
    }

    fn named(name: u16, address: u16) -> Try {
        let key = |kind: u8, address: u16| {
            let mut key = [kind; 32];
            key[..2].copy_from_slice(&name.to_be_bytes());
            key[2..4].copy_from_slice(&address.to_be_bytes());
            key
        };
        Try { here: key(1, address), anywhere: key(2, 0) }
    }

    fn seconds(guesses: &Guesses, one: Try, now: i64) -> i64 {
        guesses.wait(one, at(now)).map_or(0, |wait| wait.as_secs())
    }

    #[test]
    fn waits_double_and_fade() {
        let mut guesses = Guesses::default();
        let mut waits = Vec::new();
        for _ in 0..8 {
            guesses.failed(from(1), at(0));
            waits.push(seconds(&guesses, from(1), 0));
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 2, 4, 8]);
        for _ in 0..9 {
            guesses.failed(from(1), at(0));
        }
        assert_eq!(seconds(&guesses, from(1), 0), 900, "a quarter of an hour at most");
        guesses.failed(from(1), at(3 * HALVED_SECONDS));
        assert_eq!(seconds(&guesses, from(1), 3 * HALVED_SECONDS), 0, "17 are 2 after an hour and a half");
    }

    #[test]
    fn success_ends_the_tallies() {
        let mut guesses = Guesses::default();
        for _ in 0..8 {
            guesses.failed(from(1), at(0));
        }
        guesses.succeeded(from(1), at(60));
        guesses.failed(from(1), at(61));
        assert_eq!(seconds(&guesses, from(1), 61), 0);
    }

    #[test]
    fn nobody_is_kept_out_where_it_signed_in_lately() {
        let mut guesses = Guesses::default();
        guesses.succeeded(from(1), at(0));
        for address in 100..1_000 {
            guesses.failed(from(address), at(10));
        }
        assert_eq!(seconds(&guesses, from(2), 10), 60, "a new address waits a minute at most");
        assert_eq!(seconds(&guesses, from(1), 10), 0, "the own one does not");
        for _ in 0..7 {
            guesses.failed(from(1), at(11));
        }
        assert_eq!(seconds(&guesses, from(1), 11), 4, "but guessing from it is slowed");
        let later = (KNOWN_DAYS + 1) * 86_400;
        for address in 100..200 {
            guesses.failed(from(address), at(later));
        }
        assert_eq!(seconds(&guesses, from(1), later), 60, "known for a month");
    }

    #[test]
    fn made_up_names_push_each_other_out() {
        let mut guesses = Guesses::default();
        for _ in 0..8 {
            guesses.failed(from(1), at(0));
        }
        for name in 1..12_000 {
            guesses.failed(named(name, 1), at(1));
        }
        assert_eq!(seconds(&guesses, from(1), 1), 7, "the name that is guessed waits still");
        assert!(guesses.tallies.len() <= ENTRIES_MAX, "{}", guesses.tallies.len());
    }
}
