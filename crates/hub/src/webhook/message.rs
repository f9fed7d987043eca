//! What an address is told, and when it is told again: pure.

use client::webhook::{Message, Outcome};
use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use model::id::CollectionId;
use serde::Serialize;

/// Seconds between the tries of one message: three days in all ("Retry schedule" of the Standard Webhooks specification).
const WAITS: [i64; 10] = [5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// A collection in which something is new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Fresh {
    id: String,
    alias: String,
    /// What a client asks with, to be served what is new.
    added_after: String,
    date_added_last: String,
}

impl Fresh {
    /// A collection whose newest object was added at `last`, told to somebody who knows of everything until `known`; microseconds.
    pub(super) fn new(id: CollectionId, alias: String, known: i64, last: i64) -> Self {
        Self { id: id.to_string(), alias, added_after: written(known), date_added_last: written(last) }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    collections: &'a [Fresh],
}

fn written(micros: i64) -> String {
    format!("{:.6}", Timestamp::from_microsecond(micros).unwrap_or_default())
}

/// "These collections have news": the time is that of the newest object, as the next poll shows it in a header.
pub(super) fn news(id: &[u8], collections: &[Fresh], last: i64) -> Message {
    message("collection.news", id, collections, last)
}

/// A message that says nothing, for trying an address.
pub(super) fn test(id: &[u8], at: Timestamp) -> Message {
    message("webhook.test", id, &[], at.as_microsecond())
}

fn message(kind: &'static str, id: &[u8], collections: &[Fresh], at: i64) -> Message {
    let body = Body { kind, timestamp: written(at), data: Data { collections } };
    // texts and lists of texts always have a JSON form
    let body = serde_json::to_string(&body).unwrap_or_default();
    Message { id: format!("msg_{}", HEXLOWER.encode(id.get(..16).unwrap_or(id))), body }
}

/// What follows from an outcome: tries without success in a row, not again before, whether it is given up.
pub(super) fn after(tries: i64, outcome: Outcome, now: Timestamp) -> (i64, Timestamp, bool) {
    match outcome {
        Outcome::Taken(_) => (0, now, false),
        Outcome::Gone => (tries + 1, now, true),
        Outcome::Refused(_) | Outcome::NoAnswer | Outcome::OutOfReach => {
            let wait = usize::try_from(tries).ok().and_then(|n| WAITS.get(n));
            let next = now.checked_add(SignedDuration::from_secs(wait.copied().unwrap_or(0))).unwrap_or(now);
            (tries + 1, next, wait.is_none())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_collections_and_times_only() {
        let one =
            Fresh::new(CollectionId::from_random([1; 16]), "energy".to_owned(), 0, 1_795_493_700_000_001);
        let message = news(&[7; 32], &[one], 1_795_493_700_000_001);
        assert_eq!(message.id, "msg_07070707070707070707070707070707");
        let expected = concat!(
            r#"{"type":"collection.news","timestamp":"2026-11-24T04:15:00.000001Z","data":{"collections":[{"#,
            r#""id":"01010101-0101-4101-8101-010101010101","alias":"energy","#,
            r#""added_after":"1970-01-01T00:00:00.000000Z","date_added_last":"2026-11-24T04:15:00.000001Z"}]}}"#
        );
        assert_eq!(message.body, expected);
    }

    #[track_caller]
    fn check(tries: i64, outcome: Outcome, expected: (i64, i64, bool)) {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let (tries, next, ended) = after(tries, outcome, now);
        assert_eq!((tries, next.as_second() - 1_000_000, ended), expected);
    }

    #[test]
    fn the_waits_grow_and_end_after_three_days() {
        check(0, Outcome::NoAnswer, (1, 5, false));
        check(1, Outcome::Refused(503), (2, 60, false));
        check(9, Outcome::OutOfReach, (10, 86_400, false));
        check(10, Outcome::NoAnswer, (11, 0, true));
        check(3, Outcome::Gone, (4, 0, true));
        check(7, Outcome::Taken(204), (0, 0, false));
        assert!(WAITS.windows(2).all(|pair| pair[0] < pair[1]));
        assert!((2 * 86_400..5 * 86_400).contains(&WAITS.iter().sum::<i64>()));
    }
}
