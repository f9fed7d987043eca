//! Which of an object's versions is the last one and the first one that its owner can see, and hiding.

use super::{HIDDEN, NEWER, OLDER, Version, tag, versions};
use crate::ops::taxii::Versions;
use crate::{Hub, HubError};
use std::collections::BTreeMap;
use store::Tx;

/// Sets the marks of all versions of one object. Returns those that changed: (`date_added`, marks).
pub(super) fn order(all: &mut [Version]) -> Vec<(i64, i64)> {
    let place = |one: &Version| (one.version_at, one.date_added);
    let visible: Vec<(i64, i64)> = all.iter().filter(|v| v.marks & HIDDEN == 0).map(place).collect();
    let (oldest, newest) = (visible.iter().min().copied(), visible.iter().max().copied());
    let mut changed = Vec::new();
    for one in all {
        let newer = newest.is_some_and(|newest| place(one) < newest);
        let older = oldest.is_some_and(|oldest| place(one) > oldest);
        let mut marks = one.marks & HIDDEN;
        marks |= if newer { NEWER } else { 0 };
        marks |= if older { OLDER } else { 0 };
        if marks != one.marks {
            one.marks = marks;
            changed.push((one.date_added, marks));
        }
    }
    changed
}

/// Whether one of the picks takes a version with these marks.
pub(super) fn takes(picks: &[Versions], version_at: i64, marks: i64) -> bool {
    let one = |pick: &Versions| match pick {
        Versions::All => true,
        Versions::Last => marks & NEWER == 0,
        Versions::First => marks & OLDER == 0,
        Versions::At(at) => version_at == *at,
    };
    marks & HIDDEN == 0 && if picks.is_empty() { one(&Versions::Last) } else { picks.iter().any(one) }
}

/// Hides the versions of an object that were added at these times. The submissions that brought them stay.
pub(crate) async fn hide(
    hub: &Hub,
    tx: &mut Tx,
    owner: &[u8],
    id: &str,
    dates: &[i64],
) -> Result<(), HubError> {
    // locks the owner against a post that runs now
    tx.own_dates(owner, 0, hub.now()).await?;
    let tag = tag(hub, id);
    let mut found = versions(hub, tx, owner, &[tag]).await?;
    let Some(all) = found.get_mut(&tag) else { return Ok(()) };
    for one in all.iter_mut().filter(|one| dates.contains(&one.date_added)) {
        one.marks |= HIDDEN;
    }
    let mut changed: BTreeMap<i64, i64> = all.iter().map(|v| (v.date_added, v.marks)).collect();
    changed.extend(order(all));
    tx.put_own_marks(owner, &changed.into_iter().collect::<Vec<_>>()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(date_added: i64, version_at: i64, marks: i64) -> Version {
        Version { date_added, version_at, marks }
    }

    #[track_caller]
    fn check(mut all: Vec<Version>, expected: &[i64]) {
        order(&mut all);
        let marks: Vec<i64> = all.iter().map(|v| v.marks).collect();
        assert_eq!(marks, expected);
        assert_eq!(order(&mut all), [], "stable");
    }

    #[test]
    fn last_and_first_go_by_version_and_not_by_arrival() {
        check(vec![version(1, 10, 0)], &[0]);
        check(vec![version(1, 10, 0), version(2, 20, 0)], &[NEWER, OLDER]);
        check(vec![version(1, 20, 0), version(2, 10, 0)], &[OLDER, NEWER]);
        check(vec![version(1, 10, 0), version(2, 20, 0), version(3, 15, 0)], &[NEWER, OLDER, NEWER | OLDER]);
        check(vec![version(1, 10, 0), version(2, 20, HIDDEN)], &[0, HIDDEN | OLDER]);
        check(vec![version(1, 10, HIDDEN)], &[HIDDEN]);
    }

    #[test]
    fn picks() {
        assert!(takes(&[], 5, OLDER) && !takes(&[], 5, NEWER));
        assert!(takes(&[Versions::All], 5, NEWER) && !takes(&[Versions::All], 5, HIDDEN));
        assert!(takes(&[Versions::First], 5, NEWER) && !takes(&[Versions::First], 5, OLDER));
        assert!(takes(&[Versions::At(5)], 5, NEWER | OLDER) && !takes(&[Versions::At(6)], 5, 0));
    }
}
