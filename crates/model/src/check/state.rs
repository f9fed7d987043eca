//! The life of a put: every state, every act, and who may do it. `docs/states.md` is printed from this table.

use crate::named::named;
use crate::state::Actor::{Asked, Asker, Machine};
use crate::state::{Actor, NotAllowed, Row};

named! {
    /// How far one organisation has come with a check.
    pub enum CheckState {
        /// Put to it; nobody there has opened it.
        Asked = "asked",
        /// A person opened it, or a program fetched it.
        Opened = "opened",
        /// Answered; a correction replaces the answer.
        Answered = "answered",
        /// The due time is over without an answer. It can still be answered.
        Overdue = "overdue",
        /// Over: nothing is awaited and nothing is taken any more.
        Closed = "closed",
    }
}

named! {
    /// What can happen to a put.
    pub enum CheckAct {
        /// It is looked at.
        Open = "open",
        /// It is answered, or the answer is corrected.
        Answer = "answer",
        /// The asked organisation passes it on to its own suppliers.
        Delegate = "delegate",
        /// The due time is over.
        FallDue = "fall-due",
        /// The asker of a named check, or the hub after its time, ends it.
        Close = "close",
    }
}

use CheckAct as A;
use CheckState as S;

/// Every transition of a put.
pub const CHECK: &[Row<S, A>] = &[
    Row { from: &[S::Asked, S::Opened], act: A::Open, by: &[Asked], to: S::Opened },
    Row { from: &[S::Answered], act: A::Open, by: &[Asked], to: S::Answered },
    Row { from: &[S::Overdue], act: A::Open, by: &[Asked], to: S::Overdue },
    Row { from: &[S::Closed], act: A::Open, by: &[Asked], to: S::Closed },
    Row {
        from: &[S::Asked, S::Opened, S::Overdue, S::Answered],
        act: A::Answer,
        by: &[Asked],
        to: S::Answered,
    },
    Row { from: &[S::Asked, S::Opened], act: A::Delegate, by: &[Asked], to: S::Opened },
    Row { from: &[S::Overdue], act: A::Delegate, by: &[Asked], to: S::Overdue },
    Row { from: &[S::Answered], act: A::Delegate, by: &[Asked], to: S::Answered },
    Row { from: &[S::Asked, S::Opened], act: A::FallDue, by: &[Machine], to: S::Overdue },
    Row {
        from: &[S::Asked, S::Opened, S::Overdue, S::Answered],
        act: A::Close,
        by: &[Asker, Machine],
        to: S::Closed,
    },
];

impl CheckState {
    /// The state after `act` by `actor`.
    ///
    /// # Errors
    /// [`NotAllowed`] when [`CHECK`] has no such row.
    pub fn after(self, act: CheckAct, actor: Actor) -> Result<Self, NotAllowed> {
        let row = CHECK.iter().find(|r| r.act == act && r.from.contains(&self) && r.by.contains(&actor));
        row.map(|r| r.to).ok_or(NotAllowed { state: self.as_str(), act: act.as_str(), actor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Every (state, act, actor), written out once more by hand: what is not here is refused.
    #[test]
    fn every_transition_and_no_other() {
        let expected = |s: S, a: A, w: Actor| match (a, w, s) {
            (A::Open, Asked, S::Asked) => Some(S::Opened),
            (A::Open, Asked, same) => Some(same),
            (A::Answer, Asked, S::Closed) => None,
            (A::Answer, Asked, _) => Some(S::Answered),
            (A::Delegate, Asked, S::Asked) => Some(S::Opened),
            (A::Delegate, Asked, S::Closed) => None,
            (A::Delegate, Asked, same) => Some(same),
            (A::FallDue, Machine, S::Asked | S::Opened) => Some(S::Overdue),
            (A::Close, Asker | Machine, S::Closed) => None,
            (A::Close, Asker | Machine, _) => Some(S::Closed),
            _ => None,
        };
        for s in S::ALL {
            for a in A::ALL {
                for w in Actor::ALL {
                    assert_eq!(s.after(*a, *w).ok(), expected(*s, *a, *w), "{s} {a} {w}");
                }
            }
        }
    }

    #[test]
    fn the_table_is_deterministic_and_reaches_every_state() {
        for s in S::ALL {
            for a in A::ALL {
                for w in Actor::ALL {
                    let rows = CHECK.iter().filter(|r| r.act == *a && r.from.contains(s) && r.by.contains(w));
                    assert!(rows.count() <= 1, "{s} {a} {w}");
                }
            }
        }
        let reached: BTreeSet<_> = CHECK.iter().map(|r| r.to).chain([S::Asked]).collect();
        assert_eq!(reached, S::ALL.iter().copied().collect());
    }

    /// Nobody but the asked organisation makes an answer, and only it opens.
    #[test]
    fn only_the_asked_organisation_answers() {
        for act in [A::Open, A::Answer, A::Delegate] {
            let by: BTreeSet<_> =
                CHECK.iter().filter(|r| r.act == act).flat_map(|r| r.by.iter().copied()).collect();
            assert_eq!(by, BTreeSet::from([Asked]), "{act}");
        }
    }
}
