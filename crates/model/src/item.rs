//! What leaves: an item as typed fields. There is no field for free words of a mail; `deid` builds it, the gate reads it.

use crate::named::named;
use crate::vocabulary::{Advice, Feature};
use indicator::Indicator;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The most indicators of one item. 5,000 is a day of a large campaign; more is a feed, sent as several items.
pub const ITEM_INDICATORS_MAX: usize = 5_000;

/// The longest text of an analyst in one language, in characters: two pages.
pub const ANALYSIS_CHARS_MAX: usize = 8_000;

named! {
    /// What an indicator was in the attack.
    pub enum Part {
        /// The address that sent the mail.
        Sender = "sender",
        /// Where replies go.
        ReplyTo = "reply-to",
        /// The foreign host that delivered the mail.
        SendingHost = "sending-host",
        /// The target of a link.
        Link = "link",
        /// An attached file.
        Attachment = "attachment",
        /// Named by a reporter or a list.
        Listed = "listed",
    }
}

/// One indicator of an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ItemIndicator {
    /// Kind and canonical value.
    pub indicator: Indicator,
    /// What it was in the attack.
    pub part: Part,
    /// 0 to 100 (STIX 2.1 appendix A).
    pub confidence: u8,
}

/// The kind of an attached file, by content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileFeature {
    /// The content type found by looking into the file.
    pub content_type: String,
    /// Its name, only when that is a generic word of the vocabulary with an ending, e.g. `invoice.zip`.
    pub generic_name: Option<String>,
    /// SHA-256 of the file, which ties it to the indicator.
    pub sha256: Option<String>,
}

/// What the hub's analyst adds. The own text goes through the gate like everything else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Analysis {
    /// Fixed advice.
    pub advice: BTreeSet<Advice>,
    /// ATT&CK technique ids, e.g. `T1566.001`.
    pub techniques: BTreeSet<String>,
    /// Own words in Japanese.
    pub ja: String,
    /// Own words in English.
    pub en: String,
}

/// Everything that leaves in one version of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemContent {
    /// Indicators, sorted, each once.
    pub indicators: BTreeSet<ItemIndicator>,
    /// Keys of story words of the vocabulary.
    pub story: BTreeSet<String>,
    /// Traces in the structure of the mail.
    pub features: BTreeSet<Feature>,
    /// Attached files.
    pub files: BTreeSet<FileFeature>,
    /// ATT&CK technique ids, e.g. `T1566.001`.
    pub techniques: BTreeSet<String>,
    /// The mail program the attacker used, from the shipped vocabulary.
    pub mailer: Option<String>,
    /// Days (UTC) on which it was observed, never finer.
    pub first_day: Option<Timestamp>,
    /// Texts that the source restored one by one, slot by slot, at approval.
    pub restored: BTreeMap<String, String>,
    /// What the hub adds.
    pub analysis: Analysis,
}

impl ItemContent {
    /// Whether nothing would leave.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it names this indicator, whatever its part. Logarithmic: they are sorted by the indicator first.
    #[must_use]
    pub fn names(&self, indicator: &Indicator) -> bool {
        let least = ItemIndicator { indicator: indicator.clone(), part: Part::Sender, confidence: 0 };
        self.indicators.range(least..).next().is_some_and(|found| found.indicator == *indicator)
    }

    /// Takes in what another source alone supplied; equal indicators are one.
    pub fn merge(&mut self, other: &Self) {
        for add in &other.indicators {
            if !self.names(&add.indicator) {
                self.indicators.insert(add.clone());
            }
        }
        self.story.extend(other.story.iter().cloned());
        self.features.extend(other.features.iter().copied());
        self.files.extend(other.files.iter().cloned());
        self.techniques.extend(other.techniques.iter().cloned());
        self.restored.extend(other.restored.clone());
        self.mailer = self.mailer.take().or_else(|| other.mailer.clone());
        self.first_day = match (self.first_day, other.first_day) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

/// The random identifiers of an item's STIX objects: the same for an indicator through all versions of the item, and of
/// no other item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemIds {
    /// The `report` object.
    pub report: Uuid,
    /// One a indicator, by `kind value`.
    pub indicators: BTreeMap<String, Uuid>,
}

impl ItemIds {
    /// The key under which an indicator's identifier is kept.
    #[must_use]
    pub fn key(indicator: &Indicator) -> String {
        format!("{} {}", indicator.kind(), indicator.value())
    }

    /// Gives each indicator that has none an identifier drawn from `chance`.
    pub fn complete(&mut self, content: &ItemContent, mut chance: impl FnMut() -> Uuid) {
        for one in &content.indicators {
            self.indicators.entry(Self::key(&one.indicator)).or_insert_with(&mut chance);
        }
    }
}

/// One thing that did not leave: shown to the source only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dropped {
    /// Where it stood, e.g. `header To`, `body link 3`, `attachment 1 name`.
    pub path: String,
    /// What it was, as written, cut to a readable length.
    pub value: String,
    /// Why it stays.
    pub reason: DropReason,
}

named! {
    /// Why something does not leave.
    pub enum DropReason {
        /// It names the recipient or its systems by its nature (an address header, a trace line, an internal host).
        NamesRecipient = "names-recipient",
        /// It hit the source's own profile.
        OwnProfile = "own-profile",
        /// It looks made for one victim, and fewer than three independent organisations have it.
        PerVictim = "per-victim",
        /// Only the text of the mail names it, and nothing ties it to the attacker: a person decides.
        NeedsPerson = "needs-person",
        /// It is free text.
        FreeText = "free-text",
        /// It is a private, local or reserved address.
        NotPublic = "not-public",
        /// A warning list knows it as harmless or shared.
        WarningList = "warning-list",
        /// It is the value of a query.
        QueryValue = "query-value",
        /// No constructor accepts it.
        NoConstructor = "no-constructor",
        /// A report's own reference link.
        Reference = "reference",
        /// A limit was reached; the raw bytes keep it.
        Limit = "limit",
    }
}

/// What the approver can restore: what it was, and its slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The slot's name: `subject`, `attachment-1-name`, `sender-name`, `value-1`.
    pub name: String,
    /// The text as the source sent it.
    pub value: String,
    /// What it leaves as when it is restored; `None` for a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicator: Option<ItemIndicator>,
}

impl Slot {
    /// Whether the value names the source itself: the one hit of the gate that its approver may let pass, value by value.
    #[must_use]
    pub fn names_you(&self) -> bool {
        self.name.starts_with(NAMES_YOU)
    }
}

/// What the names of such slots begin with.
pub const NAMES_YOU: &str = "names-you-";

impl ItemContent {
    /// Puts back what the approver chose.
    pub fn restore<'s>(&mut self, chosen: impl IntoIterator<Item = &'s Slot>) {
        for slot in chosen {
            match &slot.indicator {
                Some(one) => {
                    if !self.indicators.iter().any(|have| have.indicator == one.indicator) {
                        self.indicators.insert(one.clone());
                    }
                }
                None => {
                    self.restored.insert(slot.name.clone(), slot.value.clone());
                }
            }
        }
    }
}

named! {
    /// Why an item was recalled.
    pub enum RecallReason {
        /// Wrong.
        Error = "error",
        /// It told more than it should.
        Leak = "leak",
        /// It is harmless.
        FalsePositive = "false-positive",
        /// A source took it back.
        SourceWish = "source-wish",
        /// Its time is over.
        Expired = "expired",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_indicator_is_known_by_itself_whatever_its_part() {
        let of = |value: &str| indicator::parse(value).unwrap();
        for &part in Part::ALL {
            for confidence in [0, 100] {
                let mut content = ItemContent::default();
                content.indicators.insert(ItemIndicator { indicator: of("b.example"), part, confidence });
                let said = ["a.example", "b.example", "b.example.com"].map(|value| content.names(&of(value)));
                assert_eq!(said, [false, true, false], "{part} {confidence}");
            }
        }
    }
}
