//! Who may write and who may see incident reports: the organisation it happened to, and the office it is addressed to, under
//! the regimes for which that office has a seat. Hub staff have no part in it.

use crate::caller::{Caller, Denied};
use model::id::{OrgId, PersonId};
use model::role::{OrgRole, PersonRole, Scope};
use std::collections::BTreeSet;

/// May write and send this organisation's reports, and see them.
#[derive(Clone, Copy, Debug)]
pub struct AsFiler {
    /// The organisation.
    pub org: OrgId,
    /// Who, when it is a person.
    pub person: Option<PersonId>,
}

/// May see and answer the reports addressed to this authority or customer.
#[derive(Clone, Copy, Debug)]
pub struct AsOffice {
    /// The office.
    pub org: OrgId,
    /// Who, when it is a person: each look is logged with it.
    pub person: Option<PersonId>,
}

/// What one office may see: reports addressed to it, under these regimes. Made by [`AsOffice::sight`] alone.
#[derive(Clone, Debug)]
pub struct Sight {
    office: AsOffice,
    regimes: BTreeSet<String>,
}

/// A report as the store has it, with what decides who sees it.
#[derive(Clone, Debug)]
pub struct Stored<T> {
    /// The office it is addressed to, if that is on this hub.
    pub office: Option<OrgId>,
    /// Its regime.
    pub regime: String,
    /// Whether a stage was ever sent.
    pub sent: bool,
    /// The rest.
    pub value: T,
}

/// A report that has passed [`Sight::admit`]: the only thing of a report that an office's page can be made of.
#[derive(Clone, Debug)]
pub struct Addressed<T>(T);

impl<T> Addressed<T> {
    /// What is addressed.
    #[must_use]
    pub fn get(&self) -> &T {
        &self.0
    }

    /// The same, taken out.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl AsOffice {
    /// What it may see, from the regimes of its seats.
    #[must_use]
    pub fn sight(self, regimes: BTreeSet<String>) -> Sight {
        Sight { office: self, regimes }
    }
}

impl Sight {
    /// Whose.
    #[must_use]
    pub fn office(&self) -> AsOffice {
        self.office
    }

    /// Lets a report through that is addressed to this office, under one of its regimes, and was sent.
    ///
    /// # Errors
    /// [`Denied`]: to be answered as if there were no such report.
    pub fn admit<T>(&self, stored: Stored<T>) -> Result<Addressed<T>, Denied> {
        let addressed = stored.office == Some(self.office.org);
        let admitted = addressed && stored.sent && self.regimes.contains(&stored.regime);
        if admitted { Ok(Addressed(stored.value)) } else { Err(Denied) }
    }
}

fn acts(role: &PersonRole) -> bool {
    matches!(role, PersonRole::Reporter | PersonRole::Approver | PersonRole::OrgAdmin)
}

impl Caller {
    /// The capability to write and send reports.
    ///
    /// # Errors
    /// [`Denied`] without role reporter, approver or org-admin, or scope `report`; hubs and witnesses have no incidents here.
    pub fn filer(&self) -> Result<AsFiler, Denied> {
        let may = [OrgRole::Member, OrgRole::Supplier, OrgRole::Customer, OrgRole::Authority];
        self.reports(&may, acts).map(|person| AsFiler { org: self.org(), person })
    }

    /// The capability to receive reports.
    ///
    /// # Errors
    /// [`Denied`] for organisations that are neither authority nor customer, and as for [`Caller::filer`].
    pub fn office(&self) -> Result<AsOffice, Denied> {
        let may = [OrgRole::Authority, OrgRole::Customer];
        self.reports(&may, acts).map(|person| AsOffice { org: self.org(), person })
    }

    fn reports(
        &self,
        orgs: &[OrgRole],
        person_may: impl Fn(&PersonRole) -> bool,
    ) -> Result<Option<PersonId>, Denied> {
        if !orgs.iter().any(|role| self.org_roles().contains(role)) {
            return Err(Denied);
        }
        self.either(person_may, Scope::Report)?;
        Ok(self.person())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office(n: u8) -> AsOffice {
        AsOffice { org: OrgId::from_random([n; 16]), person: None }
    }

    fn stored(office: Option<u8>, regime: &str, sent: bool) -> Stored<()> {
        Stored {
            office: office.map(|n| OrgId::from_random([n; 16])),
            regime: regime.to_owned(),
            sent,
            value: (),
        }
    }

    #[test]
    fn an_office_sees_what_is_sent_to_it_under_its_regimes() {
        let sight = office(1).sight(BTreeSet::from(["nis2-eu".to_owned()]));
        assert!(sight.admit(stored(Some(1), "nis2-eu", true)).is_ok());
        assert!(sight.admit(stored(Some(2), "nis2-eu", true)).is_err(), "another office's");
        assert!(sight.admit(stored(None, "nis2-eu", true)).is_err(), "an addressee outside");
        assert!(sight.admit(stored(Some(1), "dora-eu", true)).is_err(), "a regime without a seat");
        assert!(sight.admit(stored(Some(1), "nis2-eu", false)).is_err(), "a draft");
    }

    #[test]
    fn who_files_and_who_receives() {
        let granted = |org: OrgRole, role: PersonRole| {
            let (id, person) = (OrgId::from_random([1; 16]), PersonId::from_random([2; 16]));
            let caller = Caller::session(id, [org].into(), person, [role].into());
            (caller.filer().is_ok(), caller.office().is_ok())
        };
        assert_eq!(granted(OrgRole::Member, PersonRole::Reporter), (true, false));
        assert_eq!(granted(OrgRole::Supplier, PersonRole::Approver), (true, false));
        assert_eq!(granted(OrgRole::Authority, PersonRole::Reporter), (true, true));
        assert_eq!(granted(OrgRole::Customer, PersonRole::OrgAdmin), (true, true));
        assert_eq!(granted(OrgRole::Member, PersonRole::Contact), (false, false));
        for role in PersonRole::ALL {
            assert_eq!(granted(OrgRole::Hub, *role), (false, false), "{role} of the hub");
        }
        let token =
            |scope| Caller::token(OrgId::from_random([1; 16]), [OrgRole::Authority].into(), [scope].into());
        assert!(token(Scope::Report).office().is_ok() && token(Scope::Read).office().is_err());
    }
}
