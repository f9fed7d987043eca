//! Incidents, whoever reports them, and the offices that receive reports.

use crate::{Member, TestHub, member};
use hub::ops::admin::{self, AsRegistrar, NewOrganisation};
use hub::ops::notice;
use hub::ops::report::incident::{self, Address, NewIncident};
use hub::ops::report::seat;
use jiff::Timestamp;
use model::clock::Trigger;
use model::clock::regime::Fact;
use model::id::OrgId;
use model::lang::Bilingual;
use model::report::Facts;
use model::role::{OrgRole, PersonRole as P};
use sharing::report::{AsFiler, AsOffice};
use std::collections::BTreeSet;

/// A time, as RFC 3339 writes it.
#[must_use]
pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Whoever reports for a member.
#[must_use]
pub fn filer(of: &Member) -> AsFiler {
    member(of.id, &[P::Reporter]).filer().unwrap()
}

/// An office, by its machine.
#[must_use]
pub fn of_office(org: OrgId) -> AsOffice {
    AsOffice { org, person: None }
}

/// An authority with a seat.
pub async fn authority(hub: &TestHub, slug: &str, regime: &str, addressee: &str) -> OrgId {
    let new = NewOrganisation {
        slug: slug.to_owned(),
        name: Bilingual { ja: format!("{slug}庁"), en: format!("{slug} office") },
        parent: None,
        roles: BTreeSet::from([OrgRole::Authority]),
        sectors: BTreeSet::new(),
        profile: model::profile::Profile::default(),
    };
    let org = admin::add_organisation(&hub.hub, AsRegistrar::Machine, new).await.unwrap();
    seat::give(&hub.hub, AsRegistrar::Machine, org, regime, addressee).await.unwrap();
    org
}

/// An address, as a form writes it: regime, addressee, and the office where there are several.
#[must_use]
pub fn address(text: &str) -> Address {
    text.parse().unwrap()
}

/// Facts that every shipped regime accepts: what is not known is marked so.
#[must_use]
pub fn facts(aware: &str) -> Facts {
    let mut facts = Facts { unknown: Fact::ALL.iter().copied().collect(), ..Facts::default() };
    facts.happened.triggers.insert(Trigger::Awareness, at(aware));
    facts.texts.insert(Fact::Outline, "83 machines at 11 sites".to_owned());
    facts.texts.insert(Fact::Contact, "security desk".to_owned());
    facts
}

/// An incident of a member, told to these addresses, not sent.
pub async fn opened(hub: &TestHub, by: &Member, aware: &str, to: &[&str]) -> incident::IncidentView {
    let addresses = to.iter().map(|a| address(a)).collect();
    let new = NewIncident { facts: facts(aware), addresses, exercise: false };
    incident::open(&hub.hub, filer(by), new).await.unwrap()
}

/// The kinds of an organisation's notices, oldest first.
pub async fn notices(hub: &TestHub, org: OrgId) -> Vec<String> {
    let all = notice::list(&hub.hub, &member(org, &[P::Reporter])).await.unwrap();
    all.into_iter().rev().map(|n| n.kind).collect()
}

/// A file of an evidence pack, by the end of its name.
#[must_use]
pub fn in_pack(pack: &[u8], ending: &str) -> serde_json::Value {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(pack)).unwrap();
    let name = archive.file_names().flatten().find(|name| name.ends_with(ending)).unwrap().to_string();
    serde_json::from_reader(archive.by_name(&name).unwrap()).unwrap()
}
