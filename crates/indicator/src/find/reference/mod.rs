//! Which links point to a report about the attack and not to the attack.
//!
//! Only what its author left clickable can be a reference. It is one when it goes to a publisher of reports, when it
//! stands under a heading that says so, or when the words of its own line do. A text that is nothing but the value has no
//! references.

mod line;
mod publisher;
mod section;

use super::Found;
use crate::Kind;

/// The label of links that point to a report rather than to the attack.
pub const REFERENCE: &str = "reference";

/// Labels the references among what was found.
pub(super) fn label(found: &mut Found<'_>) {
    let candidate = |kind: Kind| matches!(kind, Kind::Url | Kind::Domain | Kind::Email);
    let any =
        found.finds.iter().zip(&found.plain).any(|(find, plain)| *plain && candidate(find.indicator.kind()));
    if !any || is_value_alone(found) {
        return;
    }
    let text = found.text;
    let sections = section::of(text);
    // who defangs what is malicious leaves clickable what is not
    let mut defangs = None;
    let mut author_defangs = |plain: &[bool]| *defangs.get_or_insert_with(|| plain.contains(&false));
    let mut last = None;
    for (find, plain) in found.finds.iter_mut().zip(&found.plain) {
        let kind = find.indicator.kind();
        if !*plain || !candidate(kind) {
            continue;
        }
        let section = sections[..sections.partition_point(|(from, _)| *from <= find.start)].last();
        let inside = section.is_some_and(|(_, to)| find.start < *to);
        let link = find.start..find.end;
        if inside || publisher::is_published(kind, find.indicator.value()) {
            find.labels.push(REFERENCE);
        } else if kind == Kind::Url && line::says_so(text, link, last, || author_defangs(&found.plain)) {
            find.labels.push(REFERENCE);
            last = Some(find.end);
        }
    }
}

fn is_value_alone(found: &Found<'_>) -> bool {
    match found.finds.as_slice() {
        [only] => found.text.trim() == only.written,
        _ => false,
    }
}
