//! A submission's way as a chain of beacons: which are lit, where it is now, where it stopped.

use model::state::SubmissionState as S;

/// One beacon.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Key of its words.
    pub(crate) title: &'static str,
    /// Reached.
    pub(crate) lit: bool,
    /// Where it is now.
    pub(crate) current: bool,
    /// Where it ended or is held.
    pub(crate) stopped: bool,
}

const WAY: [&str; 5] = ["step-received", "step-drafted", "step-asked", "step-approved", "step-shared"];

/// The beacons of a state. A dead end stands in the place of the step that was not reached.
pub(crate) fn steps(state: S) -> Vec<Step> {
    let (at, dead): (usize, Option<&'static str>) = match state {
        S::Received => (0, None),
        S::Drafted => (1, None),
        S::AwaitingApproval => (2, None),
        S::Approved | S::ApprovedWithCuts => (3, None),
        S::Shared => (4, None),
        S::Unreadable => (1, Some("step-unreadable")),
        S::Held => (1, Some("step-held")),
        S::Closed => (2, Some("step-closed")),
        S::Lapsed => (3, Some("step-lapsed")),
        S::Refused => (3, Some("step-refused")),
        S::Withdrawn => (4, Some("step-withdrawn")),
    };
    let step = |(place, title): (usize, &&'static str)| {
        let here = place == at;
        match dead {
            Some(end) if here => Step { title: end, lit: false, current: true, stopped: true },
            _ => Step { title, lit: place <= at, current: here, stopped: false },
        }
    };
    // Nothing follows an end but the release, which then stays dark.
    WAY.iter()
        .enumerate()
        .map(step)
        .filter(|s| dead.is_none() || s.lit || s.stopped || s.title == "step-shared")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(state: S, expected: &str) {
        let drawn: Vec<String> = steps(state)
            .iter()
            .map(|s| {
                let mark = if s.stopped {
                    "!"
                } else if s.current {
                    "@"
                } else if s.lit {
                    "*"
                } else {
                    "."
                };
                format!("{mark}{}", s.title.trim_start_matches("step-"))
            })
            .collect();
        assert_eq!(drawn.join(" "), expected, "{state}");
    }

    #[test]
    fn the_way_and_its_ends() {
        check(S::Received, "@received .drafted .asked .approved .shared");
        check(S::AwaitingApproval, "*received *drafted @asked .approved .shared");
        check(S::Shared, "*received *drafted *asked *approved @shared");
        check(S::Refused, "*received *drafted *asked !refused .shared");
        check(S::Held, "*received !held .shared");
    }

    #[test]
    fn every_state_has_one_place() {
        for state in S::ALL {
            assert_eq!(steps(*state).iter().filter(|s| s.current).count(), 1, "{state}");
        }
    }
}
