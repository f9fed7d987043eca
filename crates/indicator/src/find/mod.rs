//! Finds every indicator in a text.
//!
//! The text is passed over once for the places that are worth a look ([`skim`]), and cut into chunks at white space there
//! ([`chunk`]). What is left is refanged and read once from left to right ([`token`]). What spans spaces
//! (paths, registry keys, names that follow a word such as *mutex*) is read from the text itself.

mod agent;
mod chunk;
mod colon;
mod email;
mod host;
mod japanese;
mod mutexes;
mod named;
mod path;
mod piece;
mod prose;
mod reference;
mod registry;
mod shape;
mod skim;
mod spoken;
mod spoken_mail;
mod system;
mod token;
mod url;
mod version;
mod word;

use std::borrow::Cow;

use crate::warning::WarningLists;
use crate::{Indicator, Kind, refang};

pub use reference::REFERENCE;

/// One indicator in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find<'t> {
    /// Kind and canonical value.
    pub indicator: Indicator,
    /// The characters that stand in the text.
    pub written: &'t str,
    /// The first byte of `written` in the text.
    pub start: usize,
    /// The byte behind `written`.
    pub end: usize,
    /// The name of the rule that found it.
    pub rule: &'static str,
    /// How sure the rule is, 0 to 100.
    pub confidence: u8,
    /// [`REFERENCE`] and the names of warning lists that hold the value.
    pub labels: Vec<&'static str>,
}

impl Find<'_> {
    /// Whether it points to a report about the attack and not to the attack.
    pub fn is_reference(&self) -> bool {
        self.labels.contains(&REFERENCE)
    }

    /// The written form without its defanging, where the canonical value may have lost a fragment or a user name.
    pub fn refanged(&self) -> Cow<'_, str> {
        match self.indicator.kind() {
            Kind::Email if self.rule == spoken_mail::RULE => Cow::Borrowed(self.indicator.value()),
            // a backslash stands in a URL only where its slashes are written so
            Kind::Url if self.written.contains('\\') => Cow::Owned(refang(self.written).replace('\\', "/")),
            Kind::Url | Kind::Domain | Kind::Email => refang(self.written),
            _ => Cow::Borrowed(self.indicator.value()),
        }
    }
}

/// Every indicator in `text`, ordered by its start.
pub fn find(text: &str) -> Vec<Find<'_>> {
    /// In lists of indicators one stands in so many bytes; moving the list while it grows costs more than room.
    const BYTES_A_FIND: usize = 128;
    let room = text.len().min(1 << 20) / BYTES_A_FIND;
    let mut found = Found {
        text,
        finds: Vec::with_capacity(room),
        plain: Vec::with_capacity(room),
        version: None,
        data_until: 0,
    };
    chunk::scan(text, &mut found);
    let spoken = found.finds.len();
    spoken::scan(text, &mut found);
    spoken_mail::join(&mut found, spoken);
    reference::label(&mut found);
    let lists = WarningLists::built_in();
    for find in &mut found.finds {
        find.labels.extend(lists.labels(&find.indicator));
    }
    let mut finds = found.finds;
    if !finds.is_sorted_by_key(|find| find.start) {
        finds.sort_by_key(|find| find.start);
    }
    finds
}

/// What has been found so far.
struct Found<'t> {
    text: &'t str,
    finds: Vec<Find<'t>>,
    /// For each find, whether its author left it clickable.
    plain: Vec<bool>,
    /// Where the last number stands that is a version, for lists of them.
    version: Option<version::Last>,
    /// Up to where a text is data: what began before it as a link was too long for one.
    data_until: usize,
}

impl Found<'_> {
    fn push(
        &mut self,
        range: (usize, usize),
        plain: bool,
        value: (Kind, String),
        rule: &'static str,
        confidence: u8,
    ) {
        let (start, end) = range;
        self.plain.push(plain);
        self.finds.push(Find {
            indicator: Indicator::from_canonical(value.0, value.1),
            written: self.text.get(start..end).unwrap_or_default(),
            start,
            end,
            rule,
            confidence,
            labels: Vec::new(),
        });
    }
}
