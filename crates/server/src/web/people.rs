//! The people of one's own organisation. A link is shown once, on the page that answers the form.

use crate::web::dates;
use crate::web::fault::Fault;
use crate::web::fields::{Fields, not_a_day};
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, file, page};
use askama::Template;
use axum::extract::Form;
use hub::HubError;
use hub::ops::admission::{self, Admission};
use hub::ops::export;
use hub::ops::people::{self, NewInvitation, People};
use hub::ops::person_name;
use jiff::Timestamp;
use model::id::{AdmissionId, InvitationId, PersonId};

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    f: Frame,
    view: People,
    /// What the hub was asked to decide about administrators here.
    asked: Vec<Admission>,
    link: Option<String>,
}

async fn shown(v: &Visit, link: Option<String>) -> Result<PeoplePage, Fault> {
    let admin = v.caller().org_admin()?;
    let view = people::list(&v.hub, admin).await?;
    let asked = admission::into_own(&v.hub, admin).await?;
    Ok(PeoplePage { f: v.frame().await?, view, asked, link })
}

/// The page.
pub(crate) async fn get(v: Visit) -> Answer {
    page(&shown(&v, None).await?)
}

/// Makes an invitation.
pub(crate) async fn invite(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let new = NewInvitation {
        name: fields.one("name").to_owned(),
        address: fields.one("address").to_owned(),
        roles: fields.read_all("role")?,
    };
    let link = people::invite(&v.hub, v.caller().org_admin()?, new).await?;
    page(&shown(&v, Some(link)).await?)
}

/// Takes one back.
pub(crate) async fn end_invitation(v: Visit, Id(id): Id<InvitationId>) -> Answer {
    people::end_invitation(&v.hub, v.caller().org_admin()?, id).await?;
    done("/people", "flash-revoked")
}

/// Refuses what the hub was asked to decide.
pub(crate) async fn refuse(v: Visit, Id(id): Id<AdmissionId>) -> Answer {
    admission::refuse_own(&v.hub, v.caller().org_admin()?, id).await?;
    done("/people", "flash-admission-refused")
}

/// Changes what somebody is called.
pub(crate) async fn name(v: Visit, Id(id): Id<PersonId>, Form(fields): Form<Fields>) -> Answer {
    person_name::set(&v.hub, v.caller().org_admin()?, id, fields.one("name")).await?;
    done("/people", "flash-saved")
}

/// Replaces somebody's roles.
pub(crate) async fn roles(v: Visit, Id(id): Id<PersonId>, Form(fields): Form<Fields>) -> Answer {
    people::set_roles(&v.hub, v.caller().org_admin()?, id, fields.read_all("role")?).await?;
    done("/people", "flash-saved")
}

/// A link for a new password.
pub(crate) async fn reset(v: Visit, Id(id): Id<PersonId>) -> Answer {
    let link = people::reset_link(&v.hub, v.caller().org_admin()?, id).await?;
    page(&shown(&v, Some(link)).await?)
}

/// Names a deputy.
pub(crate) async fn deputy(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let (person, deputy) = (fields.read("person")?, fields.read("deputy")?);
    let from = day(&v, &fields, "from", false)?;
    let until = day(&v, &fields, "until", true)?;
    people::name_deputy(&v.hub, v.caller().org_admin()?, person, deputy, from, until).await?;
    done("/people", "flash-saved")
}

/// A day of the reader's zone: its first instant, or its last.
pub(super) fn day(v: &Visit, fields: &Fields, name: &'static str, last: bool) -> Result<Timestamp, Fault> {
    let written = fields.one(name);
    let fault = || Fault::Hub(HubError::Invalid(name, not_a_day(written)));
    let date: jiff::civil::Date = written.parse().map_err(|_| fault())?;
    let date = if last { date.tomorrow().unwrap_or(date) } else { date };
    let zoned = date.to_zoned_datetime(dates::zone(&v.who.zone));
    zoned.map(|z| z.timestamp()).map_err(|_| fault())
}

/// Ends one.
pub(crate) async fn end_deputy(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let (person, deputy) = (fields.read("person")?, fields.read("deputy")?);
    people::end_deputy(&v.hub, v.caller().org_admin()?, person, deputy).await?;
    done("/people", "flash-saved")
}

/// Replaces the on-call list: the places in the form, lowest first.
pub(crate) async fn on_call(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let admin = v.caller().org_admin()?;
    let all = people::list(&v.hub, admin).await?;
    let place = |id: PersonId| fields.one(&format!("place-{id}")).parse::<u8>().ok().filter(|n| *n > 0);
    let mut chosen: Vec<(u8, PersonId)> =
        all.people.iter().filter_map(|p| place(p.id).map(|n| (n, p.id))).collect();
    chosen.sort();
    people::set_on_call(&v.hub, admin, chosen.into_iter().map(|(_, id)| id).collect()).await?;
    done("/people", "flash-saved")
}

/// What the hub holds about one's organisation.
pub(crate) async fn export(v: Visit) -> Answer {
    let all = export::export(&v.hub, v.caller().org_admin()?).await?;
    let bytes = serde_json::to_vec_pretty(&all).map_err(|_| Fault::Page)?;
    file("organisation.json", "application/json", bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page};
    use hub::ops::people::{DeputyView, PersonView};
    use model::id::OrgId;
    use model::role::{OrgRole, PersonRole};

    fn view() -> People {
        let person = |n: u8, name: &str| PersonView {
            id: PersonId::from_random([n; 16]),
            login: format!("login-{n}"),
            name: name.to_owned(),
            roles: [PersonRole::Reporter, PersonRole::OrgAdmin].into(),
            address: Some("kita@asagiri.example".to_owned()),
            phone: Some("03-0000-0000".to_owned()),
            unreachable: n == 2,
            totp: n == 1,
            passkeys: u64::from(n - 1),
            signed_in_at: (n == 1).then(at),
            on_call: Some(usize::from(n)),
        };
        let people = vec![person(1, "北山 しおり"), person(2, "<南>")];
        let deputy = DeputyView {
            person: people[0].id,
            name: people[0].name.clone(),
            deputy: people[1].id,
            deputy_name: people[1].name.clone(),
            from: at(),
            until: at(),
        };
        let invitation = store_row();
        let roles = vec![PersonRole::Reporter, PersonRole::Approver, PersonRole::OrgAdmin];
        People { people, deputies: vec![deputy], invitations: vec![invitation], roles }
    }

    fn store_row() -> hub::ops::people::InvitationRow {
        hub::ops::people::InvitationRow {
            id: InvitationId::from_random([5; 16]),
            organisation: OrgId::from_random([1; 16]),
            roles: [PersonRole::Contact].into(),
            name: "西".to_owned(),
            address: None,
            person: None,
            made_by: None,
            relieves: [].into(),
            created_at: at(),
            expires_at: at(),
            used_at: None,
            ended_at: None,
        }
    }

    #[test]
    fn the_page_in_both_languages() {
        let asked = || Admission {
            id: AdmissionId::from_random([6; 16]),
            organisation: both("あさぎり電力", "Asagiri Power"),
            name: "東".to_owned(),
            roles: [PersonRole::OrgAdmin].into(),
            reason: "the last administrator left <at once>".to_owned(),
            relieves: vec!["北山 しおり".to_owned()],
            asked_by: "operator".to_owned(),
            asked_at: at(),
            waits_until: Some(at()),
            decided_by: None,
            agreed: None,
            may_decide: true,
        };
        let page = |f, asked, link: Option<&str>| PeoplePage {
            f,
            view: view(),
            asked,
            link: link.map(str::to_owned),
        };
        check_page("people", OrgRole::Member, |f| page(f, Vec::new(), None));
        check_page("people-asked", OrgRole::Member, |f| page(f, vec![asked()], None));
        let link = Some("https://hub.example/join?t=x");
        check_page("people-invited", OrgRole::Member, |f| page(f, Vec::new(), link));
    }
}
