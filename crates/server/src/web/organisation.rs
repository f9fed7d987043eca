//! One organisation, for whoever keeps the roster and for the auditor: who may do what, what was signed, and the forms that change it. And the
//! form that adds one.

use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::organisations::overseer;
use crate::web::people::day;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::admin::{self, AsRegistrar, NewOrganisation};
use hub::ops::membership;
use hub::ops::org_place::{self, Move};
use hub::ops::org_role;
use hub::ops::register::{self, Standing};
use model::id::OrgId;
use model::org::{Organisation, Roster, Sector};
use model::role::OrgRole;

#[derive(Template)]
#[template(path = "organisation.html")]
struct OrganisationPage {
    f: Frame,
    org: Standing,
    may_change: bool,
    /// Every sector, and whether it belongs to it.
    sectors: Vec<(Sector, bool)>,
    /// Through which others it could report.
    parents: Vec<Organisation>,
    parent: Option<OrgId>,
    /// Which others report through it: then it has no parent itself.
    below: Vec<Organisation>,
}

impl OrganisationPage {
    fn new(f: Frame, org: Standing, roster: Roster, may_change: bool) -> Self {
        let own = roster.organisation(org.id).cloned();
        let belongs = |sector: &Sector| own.as_ref().is_some_and(|own| own.sectors.contains(&sector.id));
        let with = |sector: Sector| {
            let belongs = belongs(&sector);
            (sector, belongs)
        };
        let sectors = roster.sectors.into_iter().map(with).collect();
        let (mut parents, mut below) = (Vec::new(), Vec::new());
        for other in roster.organisations {
            match other.parent {
                Some(parent) if parent == org.id => below.push(other),
                None if other.id != org.id => parents.push(other),
                _ => {}
            }
        }
        let parent = own.and_then(|own| own.parent);
        Self { f, org, may_change, sectors, parents, parent, below }
    }

    fn is_parent(&self, id: &OrgId) -> bool {
        self.parent == Some(*id)
    }

    /// The roles to choose from. That of the hub is neither given nor taken: it stands where it is.
    fn roles(&self) -> Vec<OrgRole> {
        let hub = self.org.roles.contains(&OrgRole::Hub);
        OrgRole::ALL.iter().copied().filter(|role| hub || *role != OrgRole::Hub).collect()
    }

    /// Whether there is a page for its leaving: not for the hub itself.
    fn may_leave(&self) -> bool {
        !self.org.roles.contains(&OrgRole::Hub)
    }
}

#[derive(Template)]
#[template(path = "organisation_new.html")]
struct NewPage {
    f: Frame,
    roles: Vec<OrgRole>,
    sectors: Vec<Sector>,
    parents: Vec<Organisation>,
}

fn registrar(v: &Visit) -> Result<AsRegistrar, Fault> {
    Ok(AsRegistrar::Operator(v.caller().operator()?))
}

/// The page. The auditor reads, the operator changes.
pub(crate) async fn get(v: Visit, Id(id): Id<OrgId>) -> Answer {
    let (by, may_change) = overseer(&v)?;
    let (org, roster) = register::one(&v.hub, by, id).await?;
    page(&OrganisationPage::new(v.frame().await?, org, roster, may_change))
}

/// The form of a new one.
pub(crate) async fn form(v: Visit) -> Answer {
    let roster = admin::roster_for(&v.hub, registrar(&v)?).await?;
    let parents = roster.organisations.into_iter().filter(|org| org.parent.is_none()).collect();
    // the hub is there already
    let roles = OrgRole::ALL.iter().copied().filter(|role| *role != OrgRole::Hub).collect();
    page(&NewPage { f: v.frame().await?, roles, sectors: roster.sectors, parents })
}

/// Adds one.
pub(crate) async fn add(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let new = NewOrganisation {
        slug: fields.one("slug").to_owned(),
        name: fields.bilingual(),
        parent: fields.perhaps("parent")?,
        roles: fields.read_all("role")?,
        sectors: fields.read_all("sector")?,
        profile: model::profile::Profile::default(),
    };
    let id = admin::add_organisation(&v.hub, registrar(&v)?, new).await?;
    done(&format!("/organisations/{id}"), "flash-saved")
}

/// Changes its name.
pub(crate) async fn rename(v: Visit, Id(id): Id<OrgId>, Form(fields): Form<Fields>) -> Answer {
    membership::rename(&v.hub, registrar(&v)?, id, fields.bilingual()).await?;
    done(&format!("/organisations/{id}"), "flash-saved")
}

/// Replaces its roles.
pub(crate) async fn roles(v: Visit, Id(id): Id<OrgId>, Form(fields): Form<Fields>) -> Answer {
    org_role::set(&v.hub, registrar(&v)?, id, fields.read_all("role")?).await?;
    done(&format!("/organisations/{id}"), "flash-saved")
}

/// Notes a signed agreement: today, or on the day that stands on it.
pub(crate) async fn agreement(v: Visit, Id(id): Id<OrgId>, Form(fields): Form<Fields>) -> Answer {
    let by = registrar(&v)?;
    let at = if fields.ticked("signed") { day(&v, &fields, "signed", false)? } else { v.hub.now() };
    membership::sign_agreement(&v.hub, by, id, fields.one("version"), at).await?;
    done(&format!("/organisations/{id}"), "flash-saved")
}

/// Changes group parent and sectors.
pub(crate) async fn place(v: Visit, Id(id): Id<OrgId>, Form(fields): Form<Fields>) -> Answer {
    let by = registrar(&v)?;
    let (parent, sectors) = (fields.perhaps("parent")?, fields.read_all("sector")?);
    org_place::set(&v.hub, by, id, Move { parent: Some(parent), sectors: Some(sectors) }).await?;
    done(&format!("/organisations/{id}"), "flash-saved")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page};
    use hub::ops::register::Access;
    use model::id::SectorId;
    use model::role::PersonRole;

    fn organisation(n: u8, parent: Option<u8>) -> Organisation {
        Organisation {
            id: OrgId::from_random([n; 16]),
            slug: format!("asagiri-{n}"),
            name: both("あさぎり電力", "Asagiri Power"),
            parent: parent.map(|n| OrgId::from_random([n; 16])),
            roles: [OrgRole::Member].into(),
            sectors: [SectorId::from_random([4; 16])].into(),
        }
    }

    fn sector(n: u8) -> Sector {
        Sector { id: SectorId::from_random([n; 16]), slug: format!("s{n}"), name: both("電力", "Power") }
    }

    fn roster() -> Roster {
        Roster {
            organisations: vec![
                organisation(1, None),
                organisation(2, Some(1)),
                organisation(3, None),
                organisation(5, None),
            ],
            sectors: vec![sector(4), sector(6)],
        }
    }

    fn standing(n: u8, people: u8) -> Standing {
        let person = |n: u8| Access {
            login: format!("kita-{n}"),
            name: "北山 <しおり>".to_owned(),
            roles: [PersonRole::OrgAdmin].into(),
            totp: n == 1,
            passkeys: u64::from(n),
            signed_in_at: (n == 1).then(at),
            unreachable: n == 1,
        };
        let org = organisation(n, None);
        Standing {
            id: org.id,
            slug: org.slug,
            name: org.name,
            parent: None,
            roles: org.roles,
            agreement: (people > 0).then(|| ("2026-04".to_owned(), at())),
            people: (1..=people).map(person).collect(),
            tokens: 2,
            on_call: usize::from(people),
        }
    }

    #[test]
    fn the_page_in_both_languages() {
        for (name, n, people, may_change) in [
            ("organisation-parent", 1, 2, true),
            ("organisation-child", 2, 0, true),
            ("organisation-audit", 3, 1, false),
        ] {
            let page = |f| OrganisationPage::new(f, standing(n, people), roster(), may_change);
            check_page(name, OrgRole::Hub, page);
        }
    }

    #[test]
    fn a_group_is_one_level_deep() {
        let page = |n| {
            OrganisationPage::new(
                crate::web::samples::frame(model::lang::Lang::En, OrgRole::Hub),
                standing(n, 0),
                roster(),
                true,
            )
        };
        let ids = |of: &[Organisation]| of.iter().map(|one| one.slug.clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(ids(&page(2).parents), "asagiri-1 asagiri-3 asagiri-5");
        assert_eq!(ids(&page(1).below), "asagiri-2");
        assert!(!page(1).render().unwrap().contains("name=\"parent\""));
    }

    #[test]
    fn the_form_of_a_new_one_in_both_languages() {
        check_page("organisation-new", OrgRole::Hub, |f| NewPage {
            f,
            roles: OrgRole::ALL.to_vec(),
            sectors: roster().sectors,
            parents: roster().organisations,
        });
    }
}
