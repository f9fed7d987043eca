//! How much one caller may ask: a bucket a token, an organisation and an address. Each process counts for itself, so with several
//! nodes behind a proxy a caller has as many buckets as there are nodes.

use hub::HubError;
use jiff::Timestamp;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Mutex;

/// Requests a minute; 0 counts nothing. A bucket holds one minute's worth, so that a burst of that size passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// By one token or session.
    pub token: u32,
    /// By all tokens and sessions of one organisation.
    pub organisation: u32,
    /// From one address.
    pub address: u32,
}

/// Buckets kept at once; beyond it full ones are dropped. A flood of addresses costs 4 MiB.
const BUCKETS_MAX: usize = 100_000;

/// Whose bucket.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) enum Whose<'a> {
    Token(&'a [u8]),
    Organisation(uuid::Uuid),
    Address(std::net::IpAddr),
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// Requests left.
    left: f64,
    /// When that was counted, microseconds.
    at: i64,
    /// Requests a minute.
    limit: u32,
}

impl Bucket {
    fn fill(&mut self, now: i64) {
        let passed = Timestamp::from_microsecond(now.saturating_sub(self.at).max(0)).unwrap_or_default();
        let minutes = passed.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64() / 60.0;
        self.left = (self.left + minutes * f64::from(self.limit)).min(f64::from(self.limit));
        self.at = now;
    }
}

/// The buckets of one process.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    /// Keys are hashes under a secret of the process: nobody can aim at another's bucket.
    keys: RandomState,
    buckets: Mutex<HashMap<u64, Bucket>>,
}

impl Buckets {
    /// Takes one request out of a bucket.
    ///
    /// # Errors
    /// `SlowDown` with the seconds until there is one again.
    pub(crate) fn take(&self, whose: Whose<'_>, limits: &Limits, now: Timestamp) -> Result<(), HubError> {
        let limit = match whose {
            Whose::Token(_) => limits.token,
            Whose::Organisation(_) => limits.organisation,
            Whose::Address(_) => limits.address,
        };
        if limit == 0 {
            return Ok(());
        }
        let (key, now) = (self.keys.hash_one(whose), now.as_microsecond());
        let Ok(mut buckets) = self.buckets.lock() else { return Ok(()) };
        if buckets.len() >= BUCKETS_MAX {
            drop_full(&mut buckets, now);
        }
        let bucket = buckets.entry(key).or_insert(Bucket { left: f64::from(limit), at: now, limit });
        bucket.fill(now);
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Ok(());
        }
        let seconds = ((1.0 - bucket.left) * 60.0 / f64::from(limit)).ceil();
        Err(HubError::SlowDown(std::time::Duration::from_secs_f64(seconds.clamp(1.0, 60.0)).as_secs()))
    }
}

/// Whoever has waited long enough to have a full bucket is as good as unknown.
fn drop_full(buckets: &mut HashMap<u64, Bucket>, now: i64) {
    buckets.retain(|_, bucket| {
        bucket.fill(now);
        bucket.left < f64::from(bucket.limit)
    });
    if buckets.len() >= BUCKETS_MAX {
        // all of them ask at their limit: counting anew is the lesser evil
        buckets.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    const LIMITS: Limits = Limits { token: 3, organisation: 0, address: 60 };

    #[test]
    fn a_minute_s_worth_at_once_and_then_in_turn() {
        let buckets = Buckets::default();
        let now: Timestamp = "2026-01-05T00:00:00Z".parse().unwrap();
        let ask = |who: &[u8], at| buckets.take(Whose::Token(who), &LIMITS, at).is_ok();
        assert!((0..3).all(|_| ask(b"a", now)));
        assert!(!ask(b"a", now), "the fourth");
        assert!(ask(b"b", now), "another's bucket is its own");
        let later = now.checked_add(SignedDuration::from_secs(21)).unwrap();
        assert!(ask(b"a", later) && !ask(b"a", later), "one in 20 seconds");
        let refused = buckets.take(Whose::Token(b"a"), &LIMITS, later).unwrap_err();
        assert!(matches!(refused, HubError::SlowDown(20)), "{refused:?}");
    }

    #[test]
    fn no_limit_is_none() {
        let buckets = Buckets::default();
        let whose = Whose::Organisation(uuid::Uuid::nil());
        assert!((0..10_000).all(|_| buckets.take(whose, &LIMITS, Timestamp::UNIX_EPOCH).is_ok()));
    }

    #[test]
    fn a_flood_of_addresses_stays_bounded() {
        let buckets = Buckets::default();
        for n in 0..(BUCKETS_MAX as u32 + 10) {
            let address = std::net::Ipv4Addr::from(n).into();
            buckets.take(Whose::Address(address), &LIMITS, Timestamp::UNIX_EPOCH).unwrap();
        }
        assert!(buckets.buckets.lock().unwrap().len() <= BUCKETS_MAX);
    }
}
