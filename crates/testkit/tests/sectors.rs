//! A sector is added and renamed while the hub runs: its collection is there at once, and its short name stays.

use hub::HubError;
use hub::ops::admin::AsRegistrar;
use hub::ops::org_place::{self, Move};
use hub::ops::register::AsOverseer;
use hub::ops::sector;
use model::id::SectorId;
use model::lang::Bilingual;
use testkit::{Ask, TestHub};

const BY: AsRegistrar = AsRegistrar::Machine;

fn name(ja: &str, en: &str) -> Bilingual {
    Bilingual { ja: ja.to_owned(), en: en.to_owned() }
}

#[tokio::test]
async fn a_new_sector_has_its_collection_and_keeps_its_short_name() {
    let hub = TestHub::new(12).await;
    let id = sector::add(&hub.hub, BY, "water", name("水", "Water")).await.unwrap();
    for member in &hub.members[..11] {
        let both = Move { sectors: Some([hub.sector, id].into()), ..Move::default() };
        org_place::set(&hub.hub, BY, member.id, both).await.unwrap();
    }
    sector::rename(&hub.hub, BY, id, name("水道", "Water supply")).await.unwrap();
    let rows = sector::list(&hub.hub, AsOverseer::Registrar(BY)).await.unwrap();
    let seen: Vec<_> =
        rows.iter().map(|r| (r.sector.slug.as_str(), r.sector.name.en.as_str(), r.independent)).collect();
    assert_eq!(seen, [("energy", "Energy", 12), ("water", "Water supply", 11)]);
    let path = "/taxii2/hub/collections/water/objects/";
    let media = "application/taxii+json;version=2.1";
    let inside = hub.ask(Ask::get(path).token(&hub.members[0].token).with("accept", media)).await;
    assert_eq!(inside.status, 200, "{}", inside.text());
    let outside = hub.ask(Ask::get(path).token(&hub.members[11].token).with("accept", media)).await;
    assert_eq!(outside.status, 404, "{}", outside.text());
}

#[tokio::test]
async fn what_is_no_sector_and_no_name_is_refused() {
    let hub = TestHub::new(1).await;
    let nobody = sector::rename(&hub.hub, BY, SectorId::from_random([9; 16]), name("水", "Water")).await;
    assert!(matches!(nobody, Err(HubError::NotFound)), "{nobody:?}");
    for (slug, ja, en) in [("energy", "電力", "Energy"), ("Water", "水", "Water"), ("water", "", "Water")]
    {
        let refused = sector::add(&hub.hub, BY, slug, name(ja, en)).await;
        assert!(matches!(refused, Err(HubError::Invalid(..))), "{slug} {ja} {en}: {refused:?}");
    }
    let unnamed = sector::rename(&hub.hub, BY, hub.sector, name("電力", " ")).await;
    assert!(matches!(unnamed, Err(HubError::Invalid(..))), "{unnamed:?}");
}
