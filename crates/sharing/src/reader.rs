//! The reading side: a reader's audiences, what the store returns, and the door through which alone things leave.

use model::id::{AudienceId, OrgId, PersonId};
use std::collections::BTreeSet;

/// The audiences that one organisation belongs to: the only key to items. Made from memberships by [`ReaderAudiences::mint`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderAudiences {
    org: OrgId,
    person: Option<PersonId>,
    ids: BTreeSet<AudienceId>,
}

impl ReaderAudiences {
    /// From an authenticated caller and the audiences that contain its organisation.
    #[must_use]
    pub fn mint(caller: &crate::Caller, memberships: impl IntoIterator<Item = AudienceId>) -> Self {
        Self { org: caller.org(), person: caller.person(), ids: memberships.into_iter().collect() }
    }

    /// The reading organisation.
    #[must_use]
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// The person with a session who reads, if one does: TLP:RED is for persons by name.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        self.person
    }

    /// The interned audiences, in order.
    pub fn ids(&self) -> impl Iterator<Item = AudienceId> + '_ {
        self.ids.iter().copied()
    }
}

/// What a store query returns: the value and the audience it was stored for. Nothing can be rendered from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored<T> {
    audience: AudienceId,
    value: T,
}

impl<T> Stored<T> {
    /// As read from a row that carries its audience.
    #[must_use]
    pub fn new(audience: AudienceId, value: T) -> Self {
        Self { audience, value }
    }
}

/// What a store query returns that puts many rows together: the value and the audience of every row in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPage<T> {
    audiences: BTreeSet<AudienceId>,
    value: T,
}

impl<T> StoredPage<T> {
    /// As put together from rows that carry their audiences.
    #[must_use]
    pub fn new(audiences: BTreeSet<AudienceId>, value: T) -> Self {
        Self { audiences, value }
    }
}

/// A value that this reader may have. Only the doors of this crate make one: [`admit`], [`admit_page`], [`own`],
/// [`crate::check::put_to`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Released<T>(T);

impl<T> Released<T> {
    /// The value, for rendering to the reader it was admitted for.
    pub fn get(&self) -> &T {
        &self.0
    }

    /// The value itself.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// Another view of the same admitted value.
    pub fn map<U>(self, view: impl FnOnce(T) -> U) -> Released<U> {
        Released(view(self.0))
    }
}

impl<T> Released<Option<T>> {
    /// What may be absent, once it is known to be there.
    pub fn transpose(self) -> Option<Released<T>> {
        self.0.map(Released)
    }
}

/// The store returned something that the reader may not have: a fault of ours. The face answers 503, never a short page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm;

impl std::fmt::Display for Alarm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a stored value is not for this reader")
    }
}

impl std::error::Error for Alarm {}

/// The door: an integer set test on each value that leaves.
///
/// # Errors
/// [`Alarm`] when the value's audience is not one of the reader's.
pub fn admit<T>(stored: Stored<T>, reader: &ReaderAudiences) -> Result<Released<T>, Alarm> {
    if reader.ids.contains(&stored.audience) { Ok(Released(stored.value)) } else { Err(Alarm) }
}

/// For the doors of this crate alone.
pub(crate) fn released<T>(value: T) -> Released<T> {
    Released(value)
}

/// The door for a page: every audience that has a row in it is one of the reader's.
///
/// # Errors
/// [`Alarm`] when one is not: nothing of the page leaves.
pub fn admit_page<T>(stored: StoredPage<T>, reader: &ReaderAudiences) -> Result<Released<T>, Alarm> {
    if stored.audiences.is_subset(&reader.ids) { Ok(Released(stored.value)) } else { Err(Alarm) }
}

/// The second door: what an organisation sent itself, back to itself.
///
/// # Errors
/// [`Alarm`] when the owner is not the reader.
pub fn own<T>(reader: &ReaderAudiences, owner: OrgId, value: T) -> Result<Released<T>, Alarm> {
    if reader.org == owner { Ok(Released(value)) } else { Err(Alarm) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Caller;
    use model::role::OrgRole;

    #[test]
    fn the_door_opens_for_the_audience_only() {
        let caller =
            Caller::token(OrgId::from_random([1; 16]), BTreeSet::from([OrgRole::Member]), BTreeSet::new());
        let reader = ReaderAudiences::mint(&caller, [AudienceId(1), AudienceId(3)]);
        assert_eq!(admit(Stored::new(AudienceId(3), "x"), &reader).map(Released::into_inner), Ok("x"));
        assert_eq!(admit(Stored::new(AudienceId(2), "x"), &reader), Err(Alarm));
        let page = |audiences: [i64; 2]| StoredPage::new(audiences.map(AudienceId).into(), "x");
        assert_eq!(admit_page(page([1, 3]), &reader).map(Released::into_inner), Ok("x"));
        assert_eq!(admit_page(page([1, 2]), &reader), Err(Alarm));
        assert_eq!(own(&reader, OrgId::from_random([1; 16]), 7).map(Released::into_inner), Ok(7));
        assert_eq!(own(&reader, OrgId::from_random([2; 16]), 7), Err(Alarm));
    }
}
