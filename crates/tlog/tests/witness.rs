//! 1,000 rewritten histories offered to a witness: none is cosigned.
#![expect(clippy::unwrap_used, reason = "a failing set-up must fail the test")]

#[path = "support/rewritten.rs"]
mod rewritten;

use rewritten::{leaves, log_key, request, rewritten};
use tlog::witness::{Seen, Verdict, judge};

const SEEN: u64 = 100;

fn check(seen: Seen, old: u64, history: &[[u8; 32]], expected: u16) {
    let (request, claimed) = request(old, history).unwrap();
    let key = log_key().unwrap();
    let verdict = judge(&request, |_| Some((key.verifier(), seen)));
    assert_eq!(verdict.status(), expected, "{verdict:?}");
    if let Verdict::Cosign(checkpoint) = verdict {
        assert_eq!((checkpoint.size, checkpoint.root), (claimed.size, claimed.root));
    }
}

#[test]
fn no_rewritten_history_is_cosigned() {
    let (_, seen) = request(0, &leaves(SEEN)).unwrap();
    for step in 0..1000 {
        let history = rewritten(step, SEEN);
        // A history of just the size that was seen has no proof to fail: the roots differ, which is a conflict.
        let expected = if history.len() as u64 == SEEN { 409 } else { 422 };
        check(seen, SEEN, &history, expected);
    }
}

#[test]
fn every_true_continuation_is() {
    let mut seen = Seen::default();
    for size in [1, 2, 3, 64, 65, SEEN, 256, 257] {
        let (_, next) = request(seen.size, &leaves(size)).unwrap();
        check(seen, seen.size, &leaves(size), 200);
        seen = next;
    }
}
