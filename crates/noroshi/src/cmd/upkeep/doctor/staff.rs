//! Whether there are the people without whom nothing goes on: the hub's own, and an administrator of each organisation.

use super::Complaint;
use hub::Hub;
use hub::ops::admin::{self, AsRegistrar};
use hub::ops::people::{self, PersonView};
use model::id::PersonId;
use model::role::{OrgRole, PersonRole};
use std::collections::BTreeSet;

/// Organisations that are named of those without an administrator.
const NAMED_MAX: usize = 5;

/// Looks at the rosters. Cost: the organisations and their people.
pub(super) async fn look(hub: &Hub, found: &mut Vec<Complaint>) -> Result<(), hub::HubError> {
    let by = AsRegistrar::Machine;
    let roster = admin::roster_for(hub, by).await?;
    let (mut staff, mut without) = (Vec::new(), Vec::new());
    for org in &roster.organisations {
        let here = people::list_for(hub, by, org.id).await?.people;
        if org.roles.contains(&OrgRole::Hub) {
            staff.extend(here);
        } else if sharing::audience::receives(org)
            && !here.iter().any(|p| p.roles.contains(&PersonRole::OrgAdmin))
        {
            without.push(org.slug.as_str());
        }
    }
    found.extend(of_hub(&staff));
    found.extend(administrators(&without));
    Ok(())
}

fn holders(staff: &[PersonView], role: PersonRole) -> BTreeSet<PersonId> {
    staff.iter().filter(|person| person.roles.contains(&role)).map(|person| person.id).collect()
}

fn of_hub(staff: &[PersonView]) -> Vec<Complaint> {
    let add = "noroshi admin user add --login … --name … --role HUB:";
    let mut found = Vec::new();
    for (role, loss) in [
        (PersonRole::Triager, "nobody gives verdicts"),
        (PersonRole::Analyst, "nobody asks for approval"),
        (PersonRole::Releaser, "nothing that waits for people is released or recalled"),
    ] {
        if holders(staff, role).is_empty() {
            found.push(Complaint(format!("the hub has no {role}: {loss}"), format!("{add}{role}")));
        }
    }
    let (analysts, releasers) = (holders(staff, PersonRole::Analyst), holders(staff, PersonRole::Releaser));
    if analysts.len() == 1 && analysts == releasers {
        found.push(Complaint(
            "one person alone is analyst and releaser: what it edits it may not release".to_owned(),
            format!("{add}{}", PersonRole::Releaser),
        ));
    }
    if staff.iter().filter(|person| person.roles.contains(&PersonRole::Operator)).count() < 2 {
        found.push(Complaint(
            "fewer than two operators: nobody can bring a lost administrator back".to_owned(),
            format!("{add}{}", PersonRole::Operator),
        ));
    }
    found
}

fn administrators(without: &[&str]) -> Option<Complaint> {
    let (first, more) = (without.first()?, without.len().saturating_sub(NAMED_MAX));
    let mut named = without.iter().take(NAMED_MAX).copied().collect::<Vec<_>>().join(", ");
    if more > 0 {
        named.push_str(&format!(" and {more} more"));
    }
    Some(Complaint(
        format!("{} organisations have no administrator: {named}", without.len()),
        format!("noroshi admin user invite --org {first} --name … --role org-admin"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_named_and_the_rest_counted() {
        assert!(administrators(&[]).is_none());
        let many = ["a", "b", "c", "d", "e", "f", "g"];
        let said = administrators(&many).unwrap();
        assert_eq!(said.0, "7 organisations have no administrator: a, b, c, d, e and 2 more");
    }

    #[test]
    fn an_empty_hub_lacks_everybody() {
        assert_eq!(of_hub(&[]).len(), 4);
    }
}
