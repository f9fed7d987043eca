//! The life of a report: states, acts, and who may do them. One table; nothing else decides.

use crate::named::named;
use crate::state::Actor::{Office, Reporter};
use crate::state::{Actor, NotAllowed, Row};

named! {
    /// The state of a report to one addressee.
    pub enum ReportState {
        /// Opened; nothing was sent.
        Open = "open",
        /// Told on another channel only: declared, not proven.
        Elsewhere = "elsewhere",
        /// A stage was sent and waits for the office.
        Sent = "sent",
        /// The office gave its number.
        Acknowledged = "acknowledged",
        /// The office closed it.
        Closed = "closed",
    }
}

named! {
    /// What can happen to a report.
    pub enum ReportAct {
        /// A stage is sent.
        Send = "send",
        /// It is said that a stage was sent on another channel.
        Declare = "declare",
        /// The reporter writes into the thread.
        Write = "write",
        /// The office looks at it.
        Look = "look",
        /// The office gives its number.
        Acknowledge = "acknowledge",
        /// The office asks back.
        Ask = "ask",
        /// The office states the class of data.
        StateClass = "state-class",
        /// The office grants more time.
        Extend = "extend",
        /// Another office takes it over.
        HandOver = "hand-over",
        /// The office closes it.
        Close = "close",
    }
}

use ReportAct as Ra;
use ReportState as Rs;

/// Every transition of a report. A closed one can be sent again: classes are revised upward months later.
pub const REPORT: &[Row<Rs, Ra>] = &[
    Row {
        from: &[Rs::Open, Rs::Elsewhere, Rs::Sent, Rs::Acknowledged, Rs::Closed],
        act: Ra::Send,
        by: &[Reporter],
        to: Rs::Sent,
    },
    Row { from: &[Rs::Open, Rs::Elsewhere], act: Ra::Declare, by: &[Reporter], to: Rs::Elsewhere },
    Row { from: &[Rs::Sent], act: Ra::Declare, by: &[Reporter], to: Rs::Sent },
    Row { from: &[Rs::Acknowledged], act: Ra::Declare, by: &[Reporter], to: Rs::Acknowledged },
    Row { from: &[Rs::Closed], act: Ra::Declare, by: &[Reporter], to: Rs::Closed },
    Row { from: &[Rs::Sent], act: Ra::Write, by: &[Reporter], to: Rs::Sent },
    Row { from: &[Rs::Acknowledged], act: Ra::Write, by: &[Reporter], to: Rs::Acknowledged },
    Row { from: &[Rs::Closed], act: Ra::Write, by: &[Reporter], to: Rs::Closed },
    Row { from: &[Rs::Sent], act: Ra::Look, by: &[Office], to: Rs::Sent },
    Row { from: &[Rs::Acknowledged], act: Ra::Look, by: &[Office], to: Rs::Acknowledged },
    Row { from: &[Rs::Closed], act: Ra::Look, by: &[Office], to: Rs::Closed },
    Row { from: &[Rs::Sent, Rs::Acknowledged], act: Ra::Acknowledge, by: &[Office], to: Rs::Acknowledged },
    Row { from: &[Rs::Sent], act: Ra::Ask, by: &[Office], to: Rs::Sent },
    Row { from: &[Rs::Acknowledged, Rs::Closed], act: Ra::Ask, by: &[Office], to: Rs::Acknowledged },
    Row { from: &[Rs::Sent], act: Ra::StateClass, by: &[Office], to: Rs::Sent },
    Row { from: &[Rs::Acknowledged], act: Ra::StateClass, by: &[Office], to: Rs::Acknowledged },
    Row { from: &[Rs::Closed], act: Ra::StateClass, by: &[Office], to: Rs::Closed },
    Row { from: &[Rs::Sent], act: Ra::Extend, by: &[Office], to: Rs::Sent },
    Row { from: &[Rs::Acknowledged], act: Ra::Extend, by: &[Office], to: Rs::Acknowledged },
    Row { from: &[Rs::Sent, Rs::Acknowledged], act: Ra::HandOver, by: &[Office], to: Rs::Sent },
    Row { from: &[Rs::Acknowledged], act: Ra::Close, by: &[Office], to: Rs::Closed },
];

impl ReportState {
    /// The state after `act` by `actor`.
    ///
    /// # Errors
    /// [`NotAllowed`] when [`REPORT`] has no such row.
    pub fn after(self, act: ReportAct, actor: Actor) -> Result<Self, NotAllowed> {
        let row = REPORT.iter().find(|r| r.act == act && r.from.contains(&self) && r.by.contains(&actor));
        row.map(|r| r.to).ok_or(NotAllowed { state: self.as_str(), act: act.as_str(), actor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_is_deterministic_and_complete() {
        for (s, a, w) in all() {
            let rows = REPORT.iter().filter(|r| r.act == a && r.from.contains(&s) && r.by.contains(&w));
            assert!(rows.count() <= 1, "{s} {a} {w}");
        }
        let reached: BTreeSet<_> = REPORT.iter().map(|r| r.to).chain([Rs::Open]).collect();
        assert_eq!(reached, Rs::ALL.iter().copied().collect());
        let used: BTreeSet<_> = REPORT.iter().map(|r| r.act).collect();
        assert_eq!(used, Ra::ALL.iter().copied().collect());
    }

    fn all() -> impl Iterator<Item = (Rs, Ra, Actor)> {
        Rs::ALL
            .iter()
            .flat_map(|s| Ra::ALL.iter().flat_map(move |a| Actor::ALL.iter().map(move |w| (*s, *a, *w))))
    }

    /// Every triple: who may do what in which state, as one rule apart from the table.
    #[test]
    fn who_may_do_what() {
        for (s, a, w) in all() {
            let reporters = matches!(a, Ra::Send | Ra::Declare | Ra::Write);
            let told = matches!(s, Rs::Sent | Rs::Acknowledged | Rs::Closed);
            let possible = match a {
                Ra::Send | Ra::Declare => true,
                Ra::Write | Ra::Look | Ra::Ask | Ra::StateClass => told,
                Ra::Acknowledge | Ra::Extend | Ra::HandOver => told && s != Rs::Closed,
                Ra::Close => s == Rs::Acknowledged,
            };
            let actor = if reporters { Reporter } else { Office };
            assert_eq!(s.after(a, w).is_ok(), possible && w == actor, "{s} {a} {w}");
        }
    }

    /// Before a stage was sent an office can do nothing, so that no draft is ever seen.
    #[test]
    fn an_office_sees_nothing_that_was_not_sent() {
        for a in Ra::ALL {
            for s in [Rs::Open, Rs::Elsewhere] {
                assert!(s.after(*a, Office).is_err(), "{s} {a}");
            }
        }
    }
}
