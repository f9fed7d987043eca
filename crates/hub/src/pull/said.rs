//! What the log and the alarm are told of the rounds: each thing once, when it begins, and that it is over.

use super::{Left, Off, Pulled};
use std::collections::BTreeSet;

/// The class of the alarm.
const ALARM: &str = "mailbox";

/// Raises the alarm, or ends it.
pub(super) fn raise(on: bool) {
    metrics::gauge!("noroshi_alarm", "class" => ALARM).set(f64::from(u8::from(on)));
}

/// Names a mail that stays. Said when that is noted: a round that breaks off afterwards says nothing of what it did.
pub(super) fn stays(uid: u32, why: Left) {
    tracing::warn!(mail.uid = uid, reason = why.as_str(), "a mail stays in the mailbox; look at it there");
}

/// What the log was told: each thing once, when it begins.
#[derive(Default)]
pub(super) struct Said {
    /// Rounds that failed in a row.
    pub(super) failed: u32,
    /// Why mails were put off after the last round.
    off: BTreeSet<Off>,
}

impl Said {
    pub(super) fn done(&mut self, done: &Pulled, off: BTreeSet<Off>) {
        if self.failed > 0 {
            tracing::warn!("the mailbox can be read again");
        }
        self.failed = 0;
        for why in off.difference(&self.off) {
            let error = match (why, &done.not_moved) {
                (Off::NotMoved, Some(refused)) => refused.to_string(),
                _ => why.as_str().to_owned(),
            };
            tracing::error!(alarm = ALARM, error, "mails are put off");
        }
        if off.is_empty() && !self.off.is_empty() {
            tracing::warn!("no mail is put off any more");
        }
        raise(!off.is_empty());
        self.off = off;
    }

    pub(super) fn failed(&mut self, why: &str) {
        self.failed = self.failed.saturating_add(1);
        raise(true);
        if self.failed.is_power_of_two() {
            tracing::error!(
                alarm = ALARM,
                rounds = self.failed,
                error = why,
                "the mailbox could not be read"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::imap::ImapError;
    use std::fmt::{Debug, Write};
    use std::sync::{Arc, Mutex, PoisonError};
    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    /// What is logged, a line each.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<String>>>);

    struct Fields(String);

    impl Visit for Fields {
        fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
            write!(self.0, "{value:?} ").unwrap();
        }
    }

    impl Subscriber for Lines {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            let mut fields = Fields(String::new());
            event.record(&mut fields);
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(fields.0);
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    /// What the log says of these rounds: what was done and is put off, or why it failed. Each line by a word of it.
    fn check(rounds: &[Result<(Pulled, &[Off]), &str>], words: &[&str]) {
        let lines = Lines::default();
        tracing::subscriber::with_default(lines.clone(), || {
            let mut said = Said::default();
            for round in rounds {
                match round {
                    Ok((done, off)) => said.done(done, off.iter().copied().collect()),
                    Err(why) => said.failed(why),
                }
            }
        });
        let lines = lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(lines.len(), words.len(), "{lines:?}");
        for (line, word) in lines.iter().zip(words) {
            assert!(line.contains(word), "{word}: {lines:?}");
        }
    }

    #[test]
    fn a_thing_is_said_when_it_begins_and_when_it_is_over() {
        let nothing = Pulled::default();
        let full = || Ok((nothing.clone(), [Off::Full].as_slice()));
        let well = || Ok((nothing.clone(), [].as_slice()));
        check(&[well(), well()], &[]);
        check(
            &[full(), full(), well(), well(), full()],
            &["undecided mails", "no mail is put off", "undecided mails"],
        );
        check(&[full(), Ok((nothing.clone(), &[Off::Full, Off::Broke]))], &["undecided mails", "twice"]);
        check(&[full(), Err("gone"), full()], &["undecided mails", "gone", "again"]);
        check(&[Err("a"), Err("b"), Err("c"), Err("d"), well()], &["a", "b", "d", "again"]);
    }

    #[test]
    fn a_refused_move_is_said_with_the_folder() {
        let why = ImapError::NotMoved { done: "Elsewhere".to_owned(), unmade: Some("[NOPERM]".to_owned()) };
        let refused = Pulled { not_moved: Some(why), ..Pulled::default() };
        check(
            &[Ok((refused, &[Off::NotMoved]))],
            &["`Elsewhere` ([imap] done); when the folder was to be made it said: [NOPERM]"],
        );
        check(&[Ok((Pulled::default(), &[Off::NotMoved]))], &["[imap] done"]);
    }
}
