//! The draft: what may leave, and what stays with its reason.

use crate::gate::GateHit;
use indicator::{Indicator, Kind};
use model::item::{DropReason, Dropped, ITEM_INDICATORS_MAX, ItemContent, ItemIndicator, Part, Slot};
use model::profile::Profile;
use model::stix_map;

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
    /// Values of the content that name the source.
    pub names_you: Vec<GateHit>,
    /// Indicators that warning lists know: (`kind value`, names of the lists).
    pub warning_labels: Vec<(String, Vec<String>)>,
}

impl Draft {
    /// Takes an indicator in, or says why not.
    fn take(&mut self, indicator: Indicator, part: Part, confidence: u8, path: &str) {
        if self.content.indicators.len() >= ITEM_INDICATORS_MAX {
            self.drop(path, indicator.value(), DropReason::Limit);
            return;
        }
        let labels = indicator::warning::WarningLists::built_in().labels(&indicator);
        if !labels.is_empty() {
            let labels = labels.into_iter().map(ToOwned::to_owned).collect();
            self.warning_labels.push((model::item::ItemIds::key(&indicator), labels));
        }
        self.content.indicators.insert(ItemIndicator { indicator, part, confidence });
    }

    fn drop(&mut self, path: &str, value: &str, reason: DropReason) {
        let value = value.chars().take(200).collect();
        self.dropped.push(Dropped { path: path.to_owned(), value, reason });
    }
}

/// From a mail.
#[must_use]
pub fn from_mail(message: &mail::Message, _problems: &[mail::Problem], profile: &Profile, known: &Known<'_>) -> Draft {
    let mut draft = from_text(&message.text, profile, known);
    for address in &message.from {
        if let Ok(one) = Indicator::new(Kind::Email, &address.address) {
            draft.take(one, Part::Sender, 60, "header From");
        }
    }
    for (n, file) in message.attachments.iter().enumerate() {
        if let Ok(one) = Indicator::new(Kind::Sha256, &file.sha256) {
            draft.take(one, Part::Attachment, 80, &format!("attachment {}", n + 1));
        }
    }
    if !message.subject.is_empty() {
        draft.slots.push(Slot { name: "subject".to_owned(), value: message.subject.clone() });
        draft.drop("header Subject", &message.subject, DropReason::FreeText);
    }
    draft
}

/// From a list of indicators.
#[must_use]
pub fn from_indicators(listed: &[indicator::files::Listed], _profile: &Profile, _known: &Known<'_>) -> Draft {
    let mut draft = Draft::default();
    for one in listed {
        draft.take(one.indicator.clone(), Part::Listed, 70, &format!("line {}", one.line));
    }
    draft
}

/// From STIX objects: only what maps to typed fields.
#[must_use]
pub fn from_stix(objects: &[stix::Object], _profile: &Profile, _known: &Known<'_>) -> Draft {
    let mut draft = Draft::default();
    for object in objects {
        let value = object.value();
        let pattern = value.get("pattern").and_then(|p| p.as_str()).unwrap_or_default();
        match stix_map::from_pattern(pattern) {
            Some(one) => draft.take(one, Part::Listed, 70, object.id().as_str()),
            None => draft.drop(object.id().as_str(), object.type_(), DropReason::NoConstructor),
        }
    }
    draft
}

/// From free text: the indicators in it; the words stay.
#[must_use]
pub fn from_text(text: &str, _profile: &Profile, _known: &Known<'_>) -> Draft {
    let mut draft = Draft::default();
    for find in indicator::find(text) {
        draft.take(find.indicator, Part::Link, find.confidence, &format!("text {}", find.start));
    }
    draft
}
