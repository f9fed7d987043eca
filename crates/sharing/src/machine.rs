//! The machine-release rule: when standing consent may release without a person (design, rule of trust 4).

use model::consent::MachineRule;

/// What is known of a draft when the rule is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    /// Indicators that a warning list knows.
    pub warning_list_hits: usize,
    /// Values that are an asset of any organisation of the community.
    pub asset_hits: usize,
    /// Hits of the release gate of any kind: a value that names the source or anybody else.
    pub gate_hits: usize,
    /// Items that the rule already released today (UTC).
    pub released_today: u32,
    /// Indicators that would leave.
    pub indicators: usize,
    /// Whether every source has a standing consent that covers the audience and marking.
    pub standing: bool,
    /// Whether the door showed that the source itself sent this: a name in a mail or on the telephone does not.
    pub by_source: bool,
}

model::named! {
    /// Why a person has to decide.
    pub enum Hold {
        /// The stop switch is off.
        Stopped = "stopped",
        /// A source has no fitting standing consent.
        NoStanding = "no-standing-consent",
        /// It came through a door at which anybody can say a name.
        Door = "door",
        /// A warning list knows a value.
        WarningList = "warning-list",
        /// A value belongs to an organisation of the community.
        Asset = "asset",
        /// A value names somebody.
        Names = "names",
        /// Enough for today.
        DailyLimit = "daily-limit",
        /// There is no indicator to act on.
        Nothing = "nothing",
    }
}

/// Proof that the rule lets an item go. Only [`decide`] makes one.
#[derive(Debug)]
#[must_use]
pub struct MachineRelease(());

/// Asks the rule.
///
/// # Errors
/// The first reason why people decide instead.
pub fn decide(rule: &MachineRule, facts: Facts) -> Result<MachineRelease, Hold> {
    let reasons = [
        (!rule.enabled, Hold::Stopped),
        (!facts.standing, Hold::NoStanding),
        (!facts.by_source, Hold::Door),
        (facts.gate_hits > 0, Hold::Names),
        (facts.asset_hits > 0, Hold::Asset),
        (facts.warning_list_hits > 0, Hold::WarningList),
        (facts.indicators == 0, Hold::Nothing),
        (facts.released_today >= rule.items_per_day, Hold::DailyLimit),
    ];
    match reasons.into_iter().find(|(holds, _)| *holds) {
        Some((_, reason)) => Err(reason),
        None => Ok(MachineRelease(())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut MachineRule, &mut Facts), expected: Option<Hold>) {
        let mut rule = MachineRule { enabled: true, items_per_day: 2 };
        let mut facts = Facts { standing: true, by_source: true, indicators: 1, ..Facts::default() };
        change(&mut rule, &mut facts);
        assert_eq!(decide(&rule, facts).err(), expected);
    }

    #[test]
    fn each_reason_holds_alone() {
        check(|_, _| {}, None);
        check(|r, _| r.enabled = false, Some(Hold::Stopped));
        check(|_, f| f.standing = false, Some(Hold::NoStanding));
        check(|_, f| f.by_source = false, Some(Hold::Door));
        check(|_, f| f.gate_hits = 1, Some(Hold::Names));
        check(|_, f| f.asset_hits = 1, Some(Hold::Asset));
        check(|_, f| f.warning_list_hits = 1, Some(Hold::WarningList));
        check(|_, f| f.indicators = 0, Some(Hold::Nothing));
        check(|_, f| f.released_today = 2, Some(Hold::DailyLimit));
    }
}
