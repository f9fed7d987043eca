//! About what a member may ask its suppliers, and what the answer to an ask does not tell.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::HubError;
use hub::ops::admin::{self, AsRegistrar, NewOrganisation};
use hub::ops::check::{ask, link, put};
use hub::ops::read;
use jiff::SignedDuration;
use model::check::Counts;
use model::consent::{Delay, Destinations};
use model::id::{CheckId, ItemId, OrgId};
use model::lang::Bilingual;
use model::role::{OrgRole, PersonRole as P};
use sharing::Caller;
use std::collections::BTreeSet;
use testkit::{Administrator, TestHub, member, staff};

async fn asks(hub: &TestHub, caller: &Caller, item: ItemId, whom: OrgId) -> Result<CheckId, HubError> {
    let reader = read::audiences(&hub.hub, caller).await.unwrap();
    let new = ask::NewCheck {
        item,
        whom: BTreeSet::from([whom]),
        named: true,
        due_at: model::time::plus_days(hub.hub.now(), 5),
        counts: Counts::LogsAndMachines,
        parent: None,
    };
    ask::ask(&hub.hub, caller.asker().unwrap(), &reader, new).await
}

/// Whether the sources of an AMBER warning named a supplier is theirs to tell: a member that asks is answered alike either way.
#[tokio::test]
async fn an_ask_about_amber_does_not_tell_whom_the_sources_named() {
    let hub = TestHub::new(12).await;
    hub.standing(&hub.members[5], Delay::Now).await;
    hub.send(&hub.members[5], 1).await;
    hub.pass(SignedDuration::from_mins(20)).await;
    let new = NewOrganisation {
        slug: "misaki".to_owned(),
        name: Bilingual { ja: "みさき精工".to_owned(), en: "Misaki Seiko".to_owned() },
        parent: None,
        roles: BTreeSet::from([OrgRole::Supplier]),
        sectors: BTreeSet::new(),
        profile: model::profile::Profile::default(),
    };
    let by = AsRegistrar::Machine;
    let supplier = admin::add_organisation(&hub.hub, by, new).await.unwrap();
    link::add_contract(&hub.hub, by, hub.members[0].id, supplier).await.unwrap();
    let db = Administrator::of(&hub);
    let id = db.read("SELECT id FROM item").await.remove(0);
    let item = ItemId(uuid::Uuid::from_slice(&id).unwrap());
    db.tell("UPDATE item SET tlp = 'amber'; UPDATE item_version SET tlp = 'amber'").await;
    let asker = member(hub.members[0].id, &[P::Approver]);
    let unnamed = asks(&hub, &asker, item, supplier).await;
    let named = Destinations { organisations: BTreeSet::from([supplier]), ..Destinations::default() };
    let named = serde_json::to_string(&named).unwrap();
    db.tell(&format!("UPDATE consent SET destinations = '{named}'")).await;
    let told = asks(&hub, &asker, item, supplier).await;
    assert!(matches!(&unnamed, Err(HubError::Invalid("item", _))), "{unnamed:?}");
    assert_eq!(format!("{unnamed:?}"), format!("{told:?}"));
    let puts = async || {
        let asked = member(supplier, &[P::Reporter]).asked().unwrap();
        put::list(&hub.hub, asked).await.unwrap().len()
    };
    assert_eq!(puts().await, 0);
    asks(&hub, &staff(hub.staff, P::Analyst), item, supplier).await.unwrap();
    assert_eq!(puts().await, 1, "the hub, which knows, asks in its place");
}
