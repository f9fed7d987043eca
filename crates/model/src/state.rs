//! The lives of submissions and items: every state, every act, and who may do it. One table each; nothing else decides.
//!
//! `docs/states.md` is printed from these tables by a test.

use crate::named::named;

named! {
    /// Who does an act.
    pub enum Actor {
        /// The hub's own jobs.
        Machine = "machine",
        /// The organisation that sent it, through its approver.
        Source = "source",
        /// Hub staff: triager.
        Triager = "triager",
        /// Hub staff: analyst.
        Analyst = "analyst",
        /// Hub staff: releaser, another person than the analyst.
        Releaser = "releaser",
        /// Who asked a check.
        Asker = "asker",
        /// The organisation that a check was put to.
        Asked = "asked",
        /// The organisation that an incident report belongs to.
        Reporter = "reporter",
        /// The authority or customer that a report is addressed to.
        Office = "office",
    }
}

named! {
    /// The state of a submission.
    pub enum SubmissionState {
        /// On disk, not yet read.
        Received = "received",
        /// Nothing could be read in it; the bytes stay.
        Unreadable = "unreadable",
        /// The gate or a person holds it.
        Held = "held",
        /// A draft item exists.
        Drafted = "drafted",
        /// The source is asked.
        AwaitingApproval = "awaiting-approval",
        /// The source said yes, or its standing consent did.
        Approved = "approved",
        /// The source said yes to less.
        ApprovedWithCuts = "approved-with-cuts",
        /// The source said no.
        Refused = "refused",
        /// The source said nothing in time.
        Lapsed = "lapsed",
        /// The source took it back.
        Withdrawn = "withdrawn",
        /// Its part is in a released item.
        Shared = "shared",
        /// Ended at triage with a verdict that went back to the sender.
        Closed = "closed",
    }
}

named! {
    /// What can happen to a submission.
    pub enum SubmissionAct {
        /// It was read and a draft was made.
        Draft = "draft",
        /// Nothing could be read.
        CannotRead = "cannot-read",
        /// It is read anew: a newer program, or a closed or lapsed one that matters after all.
        ReadAgain = "read-again",
        /// The gate found a name, or a person wants to look.
        Hold = "hold",
        /// The hold is lifted, value by value.
        Clear = "clear",
        /// Ended with a verdict.
        Close = "close",
        /// The draft changes, so that what was asked or agreed no longer stands.
        Reopen = "reopen",
        /// The source is asked.
        Ask = "ask",
        /// The source agrees.
        Approve = "approve",
        /// The source agrees to less.
        ApproveWithCuts = "approve-with-cuts",
        /// The source refuses.
        Refuse = "refuse",
        /// The source's standing consent agrees.
        ApproveByStanding = "approve-by-standing",
        /// The time to answer is over.
        Lapse = "lapse",
        /// The source takes it back.
        Withdraw = "withdraw",
        /// Its part leaves.
        Release = "release",
    }
}

named! {
    /// The state of the newest version of an item.
    pub enum ItemState {
        /// Being built.
        Draft = "draft",
        /// The gate holds it.
        Held = "held",
        /// Its sources are asked.
        AwaitingConsent = "awaiting-consent",
        /// Every source agreed; a releaser, or the machine rule, decides.
        Ready = "ready",
        /// Decided; leaves at its slot.
        Scheduled = "scheduled",
        /// Left.
        Released = "released",
        /// Taken back.
        Recalled = "recalled",
        /// Will not leave.
        Abandoned = "abandoned",
    }
}

named! {
    /// What can happen to an item.
    pub enum ItemAct {
        /// The gate found a name.
        Hold = "hold",
        /// The hold is lifted.
        Clear = "clear",
        /// Its sources are asked.
        Ask = "ask",
        /// The last source agreed.
        ConsentsComplete = "consents-complete",
        /// A source changed its mind, or the draft was changed after it agreed.
        Reopen = "reopen",
        /// The decision to release.
        Schedule = "schedule",
        /// The slot has come.
        Release = "release",
        /// A new version is begun.
        Revise = "revise",
        /// Taken back.
        Recall = "recall",
        /// No source is left, or the hub drops it.
        Abandon = "abandon",
    }
}

/// Days after which an unanswered request for approval lapses. Two weeks: long enough for a holiday week, short enough
/// that the warning is still of use.
pub const APPROVAL_DAYS: i64 = 14;

/// An act that the table does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAllowed {
    /// The state it was in.
    pub state: &'static str,
    /// The act.
    pub act: &'static str,
    /// Who wanted it.
    pub actor: Actor,
}

impl std::fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` by {} is not possible in state `{}`", self.act, self.actor, self.state)
    }
}

impl std::error::Error for NotAllowed {}

/// One row: in these states, this act, by these actors, leads there.
#[derive(Debug)]
pub struct Row<S: 'static, A: 'static> {
    /// From any of these.
    pub from: &'static [S],
    /// The act.
    pub act: A,
    /// Who may.
    pub by: &'static [Actor],
    /// To this.
    pub to: S,
}

use Actor::{Analyst, Machine, Releaser, Source, Triager};
use SubmissionAct as Sa;
use SubmissionState as Ss;

/// Every transition of a submission.
pub const SUBMISSION: &[Row<Ss, Sa>] = &[
    Row { from: &[Ss::Received], act: Sa::Draft, by: &[Machine], to: Ss::Drafted },
    Row { from: &[Ss::Received], act: Sa::CannotRead, by: &[Machine], to: Ss::Unreadable },
    Row { from: &[Ss::Received, Ss::Drafted], act: Sa::Hold, by: &[Machine, Analyst], to: Ss::Held },
    Row { from: &[Ss::Unreadable], act: Sa::ReadAgain, by: &[Machine, Analyst], to: Ss::Received },
    Row { from: &[Ss::Held], act: Sa::Clear, by: &[Analyst], to: Ss::Drafted },
    Row {
        from: &[Ss::Unreadable, Ss::Held, Ss::Drafted, Ss::AwaitingApproval, Ss::Lapsed],
        act: Sa::Close,
        by: &[Triager],
        to: Ss::Closed,
    },
    Row {
        from: &[Ss::Closed, Ss::Lapsed, Ss::AwaitingApproval],
        act: Sa::Reopen,
        by: &[Triager, Analyst],
        to: Ss::Drafted,
    },
    Row {
        from: &[Ss::Approved, Ss::ApprovedWithCuts],
        act: Sa::Reopen,
        by: &[Analyst, Machine],
        to: Ss::Drafted,
    },
    Row { from: &[Ss::Drafted, Ss::Shared], act: Sa::Ask, by: &[Analyst, Machine], to: Ss::AwaitingApproval },
    Row { from: &[Ss::AwaitingApproval], act: Sa::Approve, by: &[Source], to: Ss::Approved },
    Row { from: &[Ss::AwaitingApproval], act: Sa::ApproveWithCuts, by: &[Source], to: Ss::ApprovedWithCuts },
    Row { from: &[Ss::AwaitingApproval], act: Sa::Refuse, by: &[Source], to: Ss::Refused },
    Row { from: &[Ss::Drafted], act: Sa::ApproveByStanding, by: &[Machine], to: Ss::Approved },
    Row { from: &[Ss::AwaitingApproval], act: Sa::Lapse, by: &[Machine], to: Ss::Lapsed },
    Row {
        from: &[
            Ss::Received,
            Ss::Unreadable,
            Ss::Held,
            Ss::Drafted,
            Ss::AwaitingApproval,
            Ss::Approved,
            Ss::ApprovedWithCuts,
            Ss::Lapsed,
            Ss::Shared,
        ],
        act: Sa::Withdraw,
        by: &[Source],
        to: Ss::Withdrawn,
    },
    Row {
        from: &[Ss::Approved, Ss::ApprovedWithCuts, Ss::Shared],
        act: Sa::Release,
        by: &[Machine],
        to: Ss::Shared,
    },
];

use ItemAct as Ia;
use ItemState as Is;

/// Every transition of an item.
pub const ITEM: &[Row<Is, Ia>] = &[
    Row {
        from: &[Is::Draft, Is::AwaitingConsent, Is::Ready, Is::Scheduled],
        act: Ia::Hold,
        by: &[Machine, Analyst],
        to: Is::Held,
    },
    Row { from: &[Is::Held], act: Ia::Clear, by: &[Analyst], to: Is::Draft },
    Row { from: &[Is::Draft], act: Ia::Ask, by: &[Analyst, Machine], to: Is::AwaitingConsent },
    Row { from: &[Is::Draft, Is::AwaitingConsent], act: Ia::ConsentsComplete, by: &[Machine], to: Is::Ready },
    Row {
        from: &[Is::AwaitingConsent, Is::Ready, Is::Scheduled],
        act: Ia::Reopen,
        by: &[Analyst, Machine],
        to: Is::Draft,
    },
    Row { from: &[Is::Ready], act: Ia::Schedule, by: &[Releaser, Machine], to: Is::Scheduled },
    Row { from: &[Is::Scheduled], act: Ia::Release, by: &[Machine], to: Is::Released },
    Row { from: &[Is::Released], act: Ia::Revise, by: &[Analyst, Machine], to: Is::Draft },
    Row {
        from: &[Is::Released, Is::Draft, Is::Held, Is::AwaitingConsent, Is::Ready, Is::Scheduled],
        act: Ia::Recall,
        by: &[Releaser, Machine],
        to: Is::Recalled,
    },
    Row {
        from: &[Is::Draft, Is::Held, Is::AwaitingConsent, Is::Ready, Is::Scheduled],
        act: Ia::Abandon,
        by: &[Triager, Analyst, Machine],
        to: Is::Abandoned,
    },
];

impl SubmissionState {
    /// Whether nothing more is to happen to it of itself, so that its age counts.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(
            self,
            Self::Closed | Self::Shared | Self::Refused | Self::Lapsed | Self::Withdrawn | Self::Unreadable
        )
    }

    /// The state after `act` by `actor`.
    ///
    /// # Errors
    /// [`NotAllowed`] when [`SUBMISSION`] has no such row.
    pub fn after(self, act: SubmissionAct, actor: Actor) -> Result<Self, NotAllowed> {
        let row = SUBMISSION.iter().find(|r| r.act == act && r.from.contains(&self) && r.by.contains(&actor));
        row.map(|r| r.to).ok_or(NotAllowed { state: self.as_str(), act: act.as_str(), actor })
    }
}

impl ItemState {
    /// The state after `act` by `actor`.
    ///
    /// # Errors
    /// [`NotAllowed`] when [`ITEM`] has no such row.
    pub fn after(self, act: ItemAct, actor: Actor) -> Result<Self, NotAllowed> {
        let row = ITEM.iter().find(|r| r.act == act && r.from.contains(&self) && r.by.contains(&actor));
        row.map(|r| r.to).ok_or(NotAllowed { state: self.as_str(), act: act.as_str(), actor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// For one (state, act, actor) there is at most one row, so that the order of rows means nothing.
    #[test]
    fn the_tables_are_deterministic() {
        for s in Ss::ALL {
            for a in Sa::ALL {
                for w in Actor::ALL {
                    let rows =
                        SUBMISSION.iter().filter(|r| r.act == *a && r.from.contains(s) && r.by.contains(w));
                    assert!(rows.count() <= 1, "{s} {a} {w}");
                }
            }
        }
        for s in Is::ALL {
            for a in Ia::ALL {
                for w in Actor::ALL {
                    let rows = ITEM.iter().filter(|r| r.act == *a && r.from.contains(s) && r.by.contains(w));
                    assert!(rows.count() <= 1, "{s} {a} {w}");
                }
            }
        }
    }

    #[test]
    fn every_state_is_reached_and_every_act_is_used() {
        let reached: BTreeSet<_> = SUBMISSION.iter().map(|r| r.to).chain([Ss::Received]).collect();
        assert_eq!(reached, Ss::ALL.iter().copied().collect());
        let used: BTreeSet<_> = SUBMISSION.iter().map(|r| r.act).collect();
        assert_eq!(used, Sa::ALL.iter().copied().collect());
        let reached: BTreeSet<_> = ITEM.iter().map(|r| r.to).collect();
        assert_eq!(reached, Is::ALL.iter().copied().collect());
        let used: BTreeSet<_> = ITEM.iter().map(|r| r.act).collect();
        assert_eq!(used, Ia::ALL.iter().copied().collect());
    }

    #[test]
    fn nothing_is_shared_but_by_the_machine_after_consent() {
        for s in Ss::ALL {
            for w in Actor::ALL {
                let allowed = s.after(Sa::Release, *w).is_ok();
                let consented = matches!(s, Ss::Approved | Ss::ApprovedWithCuts | Ss::Shared);
                assert_eq!(allowed, consented && *w == Machine, "{s} {w}");
            }
        }
    }

    #[test]
    fn only_the_source_consents_and_withdraws() {
        for act in [Sa::Approve, Sa::ApproveWithCuts, Sa::Refuse, Sa::Withdraw] {
            let by: BTreeSet<_> =
                SUBMISSION.iter().filter(|r| r.act == act).flat_map(|r| r.by.iter().copied()).collect();
            assert_eq!(by, BTreeSet::from([Source]), "{act}");
        }
    }

    #[test]
    fn refused_withdrawn_recalled_and_abandoned_are_ends() {
        for s in [Ss::Refused, Ss::Withdrawn] {
            assert!(SUBMISSION.iter().all(|r| !r.from.contains(&s)), "{s}");
        }
        for s in [Is::Recalled, Is::Abandoned] {
            assert!(ITEM.iter().all(|r| !r.from.contains(&s)), "{s}");
        }
    }

    /// The printed table is the table: a change of rows without a change of the page fails here.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "UPDATE=1 rewrites the page")]
    fn the_page_says_what_the_tables_say() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/states.md");
        let expected = crate::state::print::page();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(page, &expected).unwrap();
        }
        assert_eq!(std::fs::read_to_string(page).unwrap(), expected, "run with UPDATE=1 to print it anew");
    }
}

#[cfg(test)]
mod print {
    use super::{Actor, ITEM, Row, SUBMISSION};
    use std::fmt::Display;

    pub(super) fn page() -> String {
        format!(
            "# States\n\nPrinted from the tables in `crates/model`; a test holds the two together.\n\n\
             ## Submission\n\n{}\n## Item\n\n{}\n## Check, as put to one organisation\n\n{}\n## Report\n\n{}",
            table(SUBMISSION),
            table(ITEM),
            table(crate::check::state::CHECK),
            table(crate::report::state::REPORT)
        )
    }

    fn table<S: Display, A: Display>(rows: &[Row<S, A>]) -> String {
        let mut out = String::from("| act | by | from | to |\n| --- | --- | --- | --- |\n");
        for row in rows {
            let from: Vec<String> = row.from.iter().map(ToString::to_string).collect();
            let by: Vec<String> = row.by.iter().map(Actor::to_string).collect();
            out.push_str(&format!(
                "| {} | {} | {} | {} |\n",
                row.act,
                by.join(", "),
                from.join(", "),
                row.to
            ));
        }
        out
    }
}
