//! The draft: what may leave, what stays with its reason, and what a person can put back.

use crate::gate::GateHit;
use indicator::Indicator;
use indicator::warning::WarningLists;
use model::id::OrgId;
use model::item::{
    DropReason, Dropped, ITEM_INDICATORS_MAX, ItemContent, ItemIds, ItemIndicator, NAMES_YOU, Part, Slot,
};
use std::collections::BTreeSet;

/// What is listed as left out of one submission; more is a list that nobody reads.
pub const DROPPED_MAX: usize = 2_000;

/// Characters of a value that is shown as left out: enough to recognise it.
const SHOWN_CHARS_MAX: usize = 200;

/// Characters of a text that can be restored: the longest subject that programs show.
const SLOT_CHARS_MAX: usize = 500;

/// Texts of one submission that can be restored one by one.
const SLOTS_MAX: usize = 100;

/// What is known of values that look made for one victim.
pub struct Known<'a> {
    /// Whether three independent organisations had this value before today.
    pub shared: &'a dyn Fn(&str) -> bool,
}

/// The outcome of reading one submission.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// What may leave, after consent.
    pub content: ItemContent,
    /// What stays, and why: for the source only.
    pub dropped: Vec<Dropped>,
    /// Free words that the approver can restore one by one.
    pub slots: Vec<Slot>,
    /// Values that look made for one victim and stay out, for the hub's keyed count.
    pub rare: Vec<String>,
    /// Values that name the source by look-alike: they stay out unless a person restores their slot.
    pub names_you: Vec<GateHit>,
    /// Indicators that warning lists know: (`kind value`, names of the lists).
    pub warning_labels: Vec<(String, Vec<String>)>,
}

/// Names and addresses reserved for documentation warn nobody: nothing real has them, and exercises and demonstrations must
/// take the same path as what is real.
fn only_an_example(indicator: &Indicator, label: &str) -> bool {
    let reserved = |address: std::net::IpAddr| indicator::is_special_ip(address) == Some("documentation");
    match label {
        "documentation-name" => true,
        "rfc5735" | "rfc3849" => indicator.value().parse().is_ok_and(reserved),
        _ => false,
    }
}

impl Draft {
    /// Takes an indicator in; one that is there already keeps its first part.
    pub(crate) fn take(&mut self, indicator: Indicator, part: Part, confidence: u8, path: &str) {
        if self.content.names(&indicator) {
            return;
        }
        if self.content.indicators.len() >= ITEM_INDICATORS_MAX {
            self.drop(path, indicator.value(), DropReason::Limit);
            return;
        }
        let labels = WarningLists::built_in().labels(&indicator);
        let labels: Vec<String> =
            labels.into_iter().filter(|l| !only_an_example(&indicator, l)).map(ToOwned::to_owned).collect();
        if !labels.is_empty() {
            self.warning_labels.push((ItemIds::key(&indicator), labels));
        }
        self.content.indicators.insert(ItemIndicator { indicator, part, confidence });
    }

    /// Notes what stays.
    pub(crate) fn drop(&mut self, path: &str, value: &str, reason: DropReason) {
        let value: String = value.chars().filter(|c| !c.is_control()).take(SHOWN_CHARS_MAX).collect();
        if value.is_empty() {
            return;
        }
        if self.dropped.len() < DROPPED_MAX {
            self.dropped.push(Dropped { path: path.to_owned(), value, reason });
        } else if self.dropped.len() == DROPPED_MAX {
            let value = format!("> {DROPPED_MAX}");
            self.dropped.push(Dropped { path: String::new(), value, reason: DropReason::Limit });
        }
    }

    /// Notes a text that the approver can put back.
    pub(crate) fn slot(&mut self, name: &str, value: &str) {
        let value: String = value.trim().chars().take(SLOT_CHARS_MAX).collect();
        self.add_slot(Slot { name: name.to_owned(), value, indicator: None });
    }

    fn add_slot(&mut self, slot: Slot) {
        let there = self.slots.iter().any(|s| s.name == slot.name);
        if !slot.value.is_empty() && self.slots.len() < SLOTS_MAX && !there {
            self.slots.push(slot);
        }
    }

    /// Notes an indicator that only a person may let out: nothing ties it to the attacker but that the text names it.
    pub(crate) fn offer(&mut self, indicator: Indicator, part: Part, confidence: u8, path: &str) {
        let offered = |s: &Slot| s.indicator.as_ref().is_some_and(|i| i.indicator == indicator);
        if self.content.names(&indicator) || self.slots.iter().any(offered) {
            return;
        }
        self.drop(path, indicator.value(), DropReason::NeedsPerson);
        let number = self.slots.iter().filter(|s| s.name.starts_with("value-")).count() + 1;
        let value = indicator.value().to_owned();
        let indicator = Some(ItemIndicator { indicator, part, confidence });
        self.add_slot(Slot { name: format!("value-{number}"), value, indicator });
    }

    /// Notes a value that names the source by look-alike. It stays out; a person can restore it as a slot of its own.
    pub(crate) fn names_you(&mut self, path: &str, value: &str, part: Part) {
        if self.names_you.iter().any(|hit| hit.value == value) {
            return;
        }
        let number = self.names_you.len() + 1;
        let org = OrgId(uuid::Uuid::nil());
        self.names_you.push(GateHit { org, path: path.to_owned(), value: value.to_owned(), how: "plain" });
        let indicator =
            indicator::parse(value).map(|indicator| ItemIndicator { indicator, part, confidence: 70 });
        self.add_slot(Slot { name: format!("{NAMES_YOU}{number}"), value: value.to_owned(), indicator });
    }

    /// Takes in what was read of one value: indicators that `tied` knows, the others as offers.
    pub(crate) fn take_in(&mut self, path: &str, found: Self, tied: impl Fn(&Indicator) -> bool) {
        for hit in &found.names_you {
            let slot = found.slots.iter().find(|s| s.value == hit.value).and_then(|s| s.indicator.as_ref());
            self.names_you(&hit.path, &hit.value, slot.map_or(Part::Listed, |i| i.part));
        }
        for one in found.dropped {
            self.drop(&one.path, &one.value, one.reason);
        }
        for value in found.rare {
            self.rare(value);
        }
        for ItemIndicator { indicator, part, confidence } in found.content.indicators {
            if tied(&indicator) {
                self.take(indicator, part, confidence, path);
            } else {
                self.offer(indicator, part, confidence, path);
            }
        }
    }

    /// Takes in the draft of another mail that came with this one.
    pub fn join(&mut self, other: Self) {
        const PATH: &str = "another mail";
        let names_you =
            |one: &ItemIndicator| other.names_you.iter().any(|hit| hit.value == one.indicator.value());
        let offered =
            other.slots.iter().filter_map(|slot| slot.indicator.clone()).filter(|one| !names_you(one));
        for ItemIndicator { indicator, part, confidence } in offered {
            self.offer(indicator, part, confidence, PATH);
        }
        self.content.merge(&ItemContent { indicators: BTreeSet::new(), ..other.content.clone() });
        self.take_in(PATH, other, |_| true);
    }

    /// Notes a value for the count of independent organisations.
    pub(crate) fn rare(&mut self, value: String) {
        if !self.rare.contains(&value) && self.rare.len() < DROPPED_MAX {
            self.rare.push(value);
        }
    }
}
