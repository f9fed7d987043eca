//! Who is calling, and the capabilities that this gives. An operation takes a capability, not a caller, so that a face that
//! forgets the check does not compile.

use model::id::{OrgId, PersonId};
use model::role::{OrgRole, PersonRole, Scope};
use std::collections::BTreeSet;

/// An authenticated caller: a person with a session acting for one organisation, or a token of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    org: OrgId,
    org_roles: BTreeSet<OrgRole>,
    person: Option<PersonId>,
    roles: BTreeSet<PersonRole>,
    scopes: BTreeSet<Scope>,
}

/// The caller lacks the role. Faces say it without saying what exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied;

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the caller may not do this")
    }
}

impl std::error::Error for Denied {}

/// May send submissions for this organisation.
#[derive(Clone, Copy, Debug)]
pub struct AsReporter {
    /// The source.
    pub org: OrgId,
}

/// May consent, cut, refuse and withdraw for this organisation.
#[derive(Clone, Copy, Debug)]
pub struct AsApprover {
    /// The source.
    pub org: OrgId,
    /// Who answers for it.
    pub person: PersonId,
}

/// May answer items for this organisation.
#[derive(Clone, Copy, Debug)]
pub struct AsAnswerer {
    /// The recipient.
    pub org: OrgId,
}

/// May manage this organisation's people, tokens and profile.
#[derive(Clone, Copy, Debug)]
pub struct AsOrgAdmin {
    /// The organisation.
    pub org: OrgId,
    /// Who.
    pub person: PersonId,
}

/// Hub staff of one role.
#[derive(Clone, Copy, Debug)]
pub struct AsHub<const ROLE: u8> {
    /// The office: a community may be served by several, and a look is logged with it.
    pub office: OrgId,
    /// Who: each look is logged with it.
    pub person: PersonId,
}

/// Hub: may give verdicts.
pub type AsTriager = AsHub<0>;
/// Hub: may edit drafts.
pub type AsAnalyst = AsHub<1>;
/// Hub: may release and recall.
pub type AsReleaser = AsHub<2>;
/// Hub: may look at submissions (triager, analyst or releaser).
pub type AsStaff = AsHub<3>;
/// Hub: runs the machine and the roster, without content.
pub type AsOperator = AsHub<4>;
/// Hub: looks at the log's health, reads who did what and who may do what, without content.
pub type AsAuditor = AsHub<5>;
/// Hub: one of the two people who admit somebody (operator or releaser).
pub type AsRescuer = AsHub<6>;

impl Caller {
    /// A person with a session.
    #[must_use]
    pub fn session(
        org: OrgId,
        org_roles: BTreeSet<OrgRole>,
        person: PersonId,
        roles: BTreeSet<PersonRole>,
    ) -> Self {
        Self { org, org_roles, person: Some(person), roles, scopes: BTreeSet::new() }
    }

    /// A token of an organisation. It never acts for the hub and never consents.
    #[must_use]
    pub fn token(org: OrgId, org_roles: BTreeSet<OrgRole>, scopes: BTreeSet<Scope>) -> Self {
        Self { org, org_roles, person: None, roles: BTreeSet::new(), scopes }
    }

    /// The organisation that the caller acts for.
    #[must_use]
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// The person, when it is one.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        self.person
    }

    /// The roles of the person.
    #[must_use]
    pub fn roles(&self) -> &BTreeSet<PersonRole> {
        &self.roles
    }

    /// The roles of the organisation.
    #[must_use]
    pub fn org_roles(&self) -> &BTreeSet<OrgRole> {
        &self.org_roles
    }

    /// Whether the caller is hub staff of any role.
    #[must_use]
    pub fn is_hub(&self) -> bool {
        self.org_roles.contains(&OrgRole::Hub) && self.roles.iter().any(|r| r.of_hub())
    }

    /// Whether the caller may read what is released to its organisation.
    ///
    /// # Errors
    /// [`Denied`] for a token without the scope `read`.
    pub fn reader(&self) -> Result<(), Denied> {
        self.either(|_| true, Scope::Read)
    }

    /// The capability to send.
    ///
    /// # Errors
    /// [`Denied`] without role reporter, approver or org-admin, or scope `submit`; suppliers alone do not send.
    pub fn reporter(&self) -> Result<AsReporter, Denied> {
        let sends =
            [OrgRole::Member, OrgRole::Authority, OrgRole::Hub].iter().any(|r| self.org_roles.contains(r));
        let may =
            |r: &PersonRole| matches!(r, PersonRole::Reporter | PersonRole::Approver | PersonRole::OrgAdmin);
        self.either(may, Scope::Submit)?;
        if sends { Ok(AsReporter { org: self.org }) } else { Err(Denied) }
    }

    /// The capability to see one's own submissions: whoever may send, or read.
    ///
    /// # Errors
    /// [`Denied`] otherwise.
    pub fn source(&self) -> Result<AsReporter, Denied> {
        self.reporter().or_else(|_| self.reader().map(|()| AsReporter { org: self.org }))
    }

    /// The capability to consent.
    ///
    /// # Errors
    /// [`Denied`] for tokens and for persons who are not approver.
    pub fn approver(&self) -> Result<AsApprover, Denied> {
        let person = self.with_role(&[PersonRole::Approver])?;
        Ok(AsApprover { org: self.org, person })
    }

    /// The capability to answer.
    ///
    /// # Errors
    /// [`Denied`] without role or scope.
    pub fn answerer(&self) -> Result<AsAnswerer, Denied> {
        self.either(|r| !r.of_hub(), Scope::Answer)?;
        Ok(AsAnswerer { org: self.org })
    }

    /// The capability to manage one's own organisation.
    ///
    /// # Errors
    /// [`Denied`] for everybody but its org-admins.
    pub fn org_admin(&self) -> Result<AsOrgAdmin, Denied> {
        let person = self.with_role(&[PersonRole::OrgAdmin])?;
        Ok(AsOrgAdmin { org: self.org, person })
    }

    /// The capability to give verdicts.
    ///
    /// # Errors
    /// [`Denied`] for everybody but hub triagers.
    pub fn triager(&self) -> Result<AsTriager, Denied> {
        self.hub(&[PersonRole::Triager])
    }

    /// The capability to edit drafts.
    ///
    /// # Errors
    /// [`Denied`] for everybody but hub analysts.
    pub fn analyst(&self) -> Result<AsAnalyst, Denied> {
        self.hub(&[PersonRole::Analyst])
    }

    /// The capability to release and recall.
    ///
    /// # Errors
    /// [`Denied`] for everybody but hub releasers.
    pub fn releaser(&self) -> Result<AsReleaser, Denied> {
        self.hub(&[PersonRole::Releaser])
    }

    /// The capability to look at submissions.
    ///
    /// # Errors
    /// [`Denied`] for everybody but triagers, analysts and releasers; the operator sees no content.
    pub fn staff(&self) -> Result<AsStaff, Denied> {
        self.hub(&[PersonRole::Triager, PersonRole::Analyst, PersonRole::Releaser])
    }

    /// The capability to run the machine and the roster.
    ///
    /// # Errors
    /// [`Denied`] for everybody but hub operators.
    pub fn operator(&self) -> Result<AsOperator, Denied> {
        self.hub(&[PersonRole::Operator])
    }

    /// The capability to look at the log's health and to read the review of rights.
    ///
    /// # Errors
    /// [`Denied`] for everybody but hub auditors and operators.
    pub fn auditor(&self) -> Result<AsAuditor, Denied> {
        self.hub(&[PersonRole::Auditor, PersonRole::Operator])
    }

    /// The capability to admit somebody together with another person of the hub.
    ///
    /// # Errors
    /// [`Denied`] for everybody but hub operators and releasers.
    pub fn rescuer(&self) -> Result<AsRescuer, Denied> {
        self.hub(&[PersonRole::Operator, PersonRole::Releaser])
    }

    fn hub<const ROLE: u8>(&self, any: &[PersonRole]) -> Result<AsHub<ROLE>, Denied> {
        if !self.org_roles.contains(&OrgRole::Hub) {
            return Err(Denied);
        }
        self.with_role(any).map(|person| AsHub { office: self.org, person })
    }

    fn with_role(&self, any: &[PersonRole]) -> Result<PersonId, Denied> {
        let has = any.iter().any(|r| self.roles.contains(r));
        self.person.filter(|_| has).ok_or(Denied)
    }

    pub(crate) fn either(
        &self,
        person_may: impl Fn(&PersonRole) -> bool,
        scope: Scope,
    ) -> Result<(), Denied> {
        let may = match self.person {
            Some(_) => self.roles.iter().any(person_may),
            None => self.scopes.contains(&scope),
        };
        if may { Ok(()) } else { Err(Denied) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(org: OrgRole, role: PersonRole) -> Caller {
        Caller::session(
            OrgId::from_random([1; 16]),
            [org].into(),
            PersonId::from_random([2; 16]),
            [role].into(),
        )
    }

    /// Every capability for every role, in one table: what changes here changes who may do what.
    #[test]
    fn capabilities_by_role() {
        let granted = |c: &Caller| {
            let row = [
                ("read", c.reader().is_ok()),
                ("send", c.reporter().is_ok()),
                ("consent", c.approver().is_ok()),
                ("answer", c.answerer().is_ok()),
                ("admin", c.org_admin().is_ok()),
                ("triage", c.triager().is_ok()),
                ("draft", c.analyst().is_ok()),
                ("release", c.releaser().is_ok()),
                ("look", c.staff().is_ok()),
                ("operate", c.operator().is_ok()),
                ("audit", c.auditor().is_ok()),
                ("admit", c.rescuer().is_ok()),
            ];
            row.into_iter().filter(|(_, ok)| *ok).map(|(name, _)| name).collect::<Vec<_>>().join(" ")
        };
        let check =
            |org, role, expected: &str| assert_eq!(granted(&person(org, role)), expected, "{org} {role}");
        check(OrgRole::Member, PersonRole::Reporter, "read send answer");
        check(OrgRole::Member, PersonRole::Approver, "read send consent answer");
        check(OrgRole::Member, PersonRole::Contact, "read answer");
        check(OrgRole::Member, PersonRole::OrgAdmin, "read send answer admin");
        check(OrgRole::Member, PersonRole::Triager, "read");
        check(OrgRole::Supplier, PersonRole::Reporter, "read answer");
        check(OrgRole::Hub, PersonRole::Triager, "read triage look");
        check(OrgRole::Hub, PersonRole::Analyst, "read draft look");
        check(OrgRole::Hub, PersonRole::Releaser, "read release look admit");
        check(OrgRole::Hub, PersonRole::Operator, "read operate audit admit");
        check(OrgRole::Hub, PersonRole::Auditor, "read audit");
        let token = |scopes: &[Scope]| {
            Caller::token(
                OrgId::from_random([1; 16]),
                [OrgRole::Member].into(),
                scopes.iter().copied().collect(),
            )
        };
        assert_eq!(granted(&token(Scope::ALL)), "read send answer");
        assert_eq!(granted(&token(&[])), "");
    }
}
