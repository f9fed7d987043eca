//! Who may ask whom to check itself, whether the item may go there with it, and who sees a check and its answers.

use crate::caller::{Caller, Denied};
use crate::reader::{Alarm, Released, released};
use model::consent::Destinations;
use model::id::{OrgId, PersonId, PutId};
use model::org::Organisation;
use model::role::{OrgRole, PersonRole};
use model::tlp::Tlp;

/// May ask checks and see the boards of its organisation's.
#[derive(Clone, Copy, Debug)]
pub struct AsAsker {
    /// The asker.
    pub org: OrgId,
    /// Who asks for it.
    pub person: PersonId,
    /// The hub itself: it may ask everybody, and its boards tell what was found in bands.
    pub hub: bool,
}

/// May see and answer what was put to one organisation.
#[derive(Clone, Copy, Debug)]
pub struct AsAsked {
    org: OrgId,
    only: Option<PutId>,
    link: Option<ByLink>,
}

/// The one-time link that somebody came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByLink {
    /// Hash of its address.
    pub hash: [u8; 32],
    /// Who of the hub made it: that person may hold it, too.
    pub made_by: Option<PersonId>,
}

impl ByLink {
    /// Whether its holder may see and correct an answer that came by `answered` (the hash of another link; none for another way). A
    /// link that staff made opens what was given by itself and nothing else: it is for whoever has not answered.
    #[must_use]
    pub fn covers(self, answered: Option<&[u8]>) -> bool {
        self.made_by.is_none() || answered == Some(self.hash.as_slice())
    }
}

impl AsAsked {
    /// Whoever holds the one-time link of a put: that one and no other.
    #[must_use]
    pub fn by_link(org: OrgId, put: PutId, link: ByLink) -> Self {
        Self { org, only: Some(put), link: Some(link) }
    }

    /// The link, for whoever came by one.
    #[must_use]
    pub fn link(&self) -> Option<ByLink> {
        self.link
    }

    /// The organisation.
    #[must_use]
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// The one put that may be seen; `None` for every put of the organisation.
    #[must_use]
    pub fn only(&self) -> Option<PutId> {
        self.only
    }
}

impl Caller {
    /// The capability to ask checks.
    ///
    /// # Errors
    /// [`Denied`] for tokens, for persons who do not speak for their organisation (approver or org-admin; at the hub analyst or
    /// releaser), and for organisations that are owed nothing.
    pub fn asker(&self) -> Result<AsAsker, Denied> {
        let person = self.person().ok_or(Denied)?;
        let is = |role: OrgRole| self.org_roles().contains(&role);
        let does = |roles: &[PersonRole]| roles.iter().any(|r| self.roles().contains(r));
        let hub = is(OrgRole::Hub);
        let speaks = match hub {
            true => does(&[PersonRole::Analyst, PersonRole::Releaser]),
            false => does(&[PersonRole::Approver, PersonRole::OrgAdmin]),
        };
        let owed = hub || [OrgRole::Member, OrgRole::Authority, OrgRole::Customer].iter().any(|r| is(*r));
        if speaks && owed { Ok(AsAsker { org: self.org(), person, hub }) } else { Err(Denied) }
    }

    /// The capability to see and answer what was put to one's own organisation: whoever may answer items.
    ///
    /// # Errors
    /// [`Denied`] without role or scope.
    pub fn asked(&self) -> Result<AsAsked, Denied> {
        self.answerer().map(|who| AsAsked { org: who.org, only: None, link: None })
    }
}

/// Proof that an asker may put a check to an organisation. Only [`may_ask`] makes one.
#[derive(Debug)]
#[must_use]
pub struct MayAsk(());

/// The hub may ask every member and supplier; others the suppliers with which they have a contract (`under_contract`).
///
/// # Errors
/// [`Denied`] otherwise, and for asking oneself.
pub fn may_ask(asker: &AsAsker, whom: &Organisation, under_contract: bool) -> Result<MayAsk, Denied> {
    let checks_itself = [OrgRole::Member, OrgRole::Supplier].iter().any(|r| whom.roles.contains(r));
    let may = whom.id != asker.org && checks_itself && (asker.hub || under_contract);
    if may { Ok(MayAsk(())) } else { Err(Denied) }
}

/// Proof that an asker may ask about an item with this marking. Only [`may_ask_about`] makes one.
#[derive(Debug)]
#[must_use]
pub struct MayAskAbout(());

/// Whether an asker may ask anybody at all about an item with this marking: the hub always, members about CLEAR and GREEN. What is
/// narrower goes only to whom the sources named, and an answer by addressee would tell the member whom they named. The hub, which knows,
/// asks in its place.
///
/// # Errors
/// [`Denied`] otherwise, whomever it is to be put to.
pub fn may_ask_about(asker: &AsAsker, tlp: Tlp) -> Result<MayAskAbout, Denied> {
    let passed_on = matches!(tlp, Tlp::Clear | Tlp::Green);
    if asker.hub || passed_on { Ok(MayAskAbout(())) } else { Err(Denied) }
}

/// Proof that an item may be shown to an organisation that is asked about it. Only [`may_flow`] makes one.
#[derive(Debug)]
#[must_use]
pub struct MayFlow(());

/// Whether an item may go to an organisation with a check: it has it already (`reached`), or its marking lets recipients pass it
/// on within the community (TLP 2.0: CLEAR, GREEN), or every source of an AMBER item consented to this very organisation.
///
/// # Errors
/// [`Denied`] otherwise: AMBER+STRICT stays in the organisations that got it, RED with the persons.
pub fn may_flow(tlp: Tlp, whom: OrgId, reached: bool, consents: &[Destinations]) -> Result<MayFlow, Denied> {
    let consented = || !consents.is_empty() && consents.iter().all(|c| c.organisations.contains(&whom));
    let may = match tlp {
        Tlp::Red => false,
        Tlp::Clear | Tlp::Green => true,
        Tlp::Amber => reached || consented(),
        Tlp::AmberStrict => reached,
    };
    if may { Ok(MayFlow(())) } else { Err(Denied) }
}

/// The third door: what was put to an organisation, to that organisation; by link, the one put that the link is for.
///
/// # Errors
/// [`Alarm`] when it was put to another.
pub fn put_to<T>(asked: &AsAsked, owner: OrgId, put: PutId, value: T) -> Result<Released<T>, Alarm> {
    let own = asked.org == owner && asked.only.is_none_or(|only| only == put);
    if own { Ok(released(value)) } else { Err(Alarm) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn id(n: u8) -> OrgId {
        OrgId::from_random([n; 16])
    }

    fn org(n: u8, role: OrgRole) -> Organisation {
        Organisation {
            id: id(n),
            slug: format!("o{n}"),
            name: model::lang::Bilingual::default(),
            parent: None,
            roles: BTreeSet::from([role]),
            sectors: BTreeSet::new(),
        }
    }

    /// Who may ask, and who may answer, for every role of organisation and person.
    #[test]
    fn capabilities_by_role() {
        for org_role in OrgRole::ALL {
            for role in PersonRole::ALL {
                let person = PersonId::from_random([9; 16]);
                let caller = Caller::session(id(1), [*org_role].into(), person, [*role].into());
                let speaks = match org_role {
                    OrgRole::Hub => matches!(role, PersonRole::Analyst | PersonRole::Releaser),
                    OrgRole::Member | OrgRole::Authority | OrgRole::Customer => {
                        matches!(role, PersonRole::Approver | PersonRole::OrgAdmin)
                    }
                    _ => false,
                };
                assert_eq!(caller.asker().is_ok(), speaks, "{org_role} {role}");
                assert_eq!(caller.asker().is_ok_and(|a| a.hub), speaks && *org_role == OrgRole::Hub);
                assert_eq!(caller.asked().is_ok(), !role.of_hub(), "{org_role} {role}");
            }
        }
        let token =
            Caller::token(id(1), [OrgRole::Member].into(), model::role::Scope::ALL.iter().copied().collect());
        assert!(token.asker().is_err() && token.asked().is_ok());
    }

    #[test]
    fn the_hub_asks_all_others_their_suppliers() {
        let asker = |hub| AsAsker { org: id(1), person: PersonId::from_random([9; 16]), hub };
        for role in OrgRole::ALL {
            let checks_itself = matches!(role, OrgRole::Member | OrgRole::Supplier);
            assert_eq!(may_ask(&asker(true), &org(2, *role), false).is_ok(), checks_itself, "{role}");
            assert_eq!(may_ask(&asker(false), &org(2, *role), true).is_ok(), checks_itself, "{role}");
            assert!(may_ask(&asker(false), &org(2, *role), false).is_err(), "{role}");
            assert!(may_ask(&asker(true), &org(1, *role), true).is_err(), "oneself");
        }
    }

    #[test]
    fn members_ask_about_what_may_be_passed_on() {
        let about = |hub| {
            let asker = AsAsker { org: id(1), person: PersonId::from_random([9; 16]), hub };
            let ok = Tlp::ALL.iter().filter(|tlp| may_ask_about(&asker, **tlp).is_ok());
            ok.map(|tlp| tlp.as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(about(false), "clear green");
        assert_eq!(about(true), "clear green amber amber+strict red");
    }

    #[test]
    fn an_item_flows_only_as_marking_and_consent_say() {
        let named = Destinations { organisations: [id(2)].into(), ..Destinations::default() };
        let all = Destinations { all: true, government: true, foreign: true, ..Destinations::default() };
        let flows = |tlp, reached, consents: &[Destinations]| may_flow(tlp, id(2), reached, consents).is_ok();
        let table = |reached, consents: &[Destinations]| {
            let ok = Tlp::ALL.iter().filter(|t| flows(**t, reached, consents));
            ok.map(|t| t.as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(table(false, &[]), "clear green");
        assert_eq!(table(false, std::slice::from_ref(&all)), "clear green");
        assert_eq!(table(false, std::slice::from_ref(&named)), "clear green amber");
        assert_eq!(table(false, &[named, all]), "clear green");
        assert_eq!(table(true, &[]), "clear green amber amber+strict");
    }

    #[test]
    fn the_third_door() {
        let put = PutId::from_random([5; 16]);
        let other = PutId::from_random([6; 16]);
        let all = AsAsked { org: id(1), only: None, link: None };
        let by = ByLink { hash: [7; 32], made_by: None };
        let link = AsAsked::by_link(id(1), put, by);
        assert!(put_to(&all, id(1), put, ()).is_ok() && put_to(&all, id(1), other, ()).is_ok());
        assert!(put_to(&link, id(1), put, ()).is_ok());
        assert_eq!(put_to(&link, id(1), other, ()).err(), Some(Alarm));
        assert_eq!(put_to(&all, id(2), put, ()).err(), Some(Alarm));
    }
}
