//! Who receives incident reports: seats are given, taken, given to another; whoever reports there knows.

use hub::HubError;
use hub::ops::admin::AsRegistrar;
use hub::ops::report::{incident, office, pack, seat, send};
use model::id::OrgId;
use testkit::TestHub;
use testkit::incident::{address, authority, facts, filer, in_pack, notices, of_office, opened};

/// A seat that is taken closes the office's view, and whoever reports there is told; given again, everything is there as it was.
#[tokio::test]
async fn a_seat_is_taken_and_given_again() {
    let hub = TestHub::new(2).await;
    let me = hub.members[0].clone();
    let dc3 = authority(&hub, "dc3", "dfars-7012", "dc3").await;
    let by = AsRegistrar::Machine;
    let view = opened(&hub, &me, "2026-01-05T00:00:00Z", &["dfars-7012/dc3"]).await;
    let id = view.reports[0].id;
    send::send(&hub.hub, filer(&me), id, "initial").await.unwrap();
    let seen = async || office::look(&hub.hub, of_office(dc3), id, None).await;
    seen().await.unwrap();

    seat::take(&hub.hub, by, dc3, "dfars-7012", "dc3").await.unwrap();
    assert!(matches!(seen().await, Err(HubError::NotFound)), "at once");
    assert_eq!(office::board(&hub.hub, of_office(dc3)).await.unwrap().len(), 0);
    assert_eq!(notices(&hub, me.id).await, ["report-office-gone"]);
    assert_eq!(notices(&hub, hub.members[1].id).await, Vec::<String>::new());
    let (mine, _) = send::show(&hub.hub, filer(&me), id).await.unwrap();
    assert!(!mine.on_hub && mine.office_gone, "{mine:?}");
    let pack = pack::pack(&hub.hub, filer(&me), view.id).await.unwrap();
    assert_eq!(in_pack(&pack, "/clock.json")["on_hub"], true, "what was sent here was");
    for refused in [
        send::write(&hub.hub, filer(&me), id, "are you there?").await,
        send::send(&hub.hub, filer(&me), id, "follow-on").await.map(drop),
    ] {
        assert!(matches!(refused, Err(HubError::Invalid("report", _))), "{refused:?}");
    }
    let twice = seat::take(&hub.hub, by, dc3, "dfars-7012", "dc3").await;
    assert!(matches!(twice, Err(HubError::NotFound)), "{twice:?}");

    seat::give(&hub.hub, by, dc3, "dfars-7012", "dc3").await.unwrap();
    assert_eq!(seen().await.unwrap().into_inner().id, id);
    send::send(&hub.hub, filer(&me), id, "follow-on").await.unwrap();
}

/// Nobody is offered an office that left, and hours that an office set stay when its seat is given twice.
#[tokio::test]
async fn an_office_leaves_with_its_seats() {
    let hub = TestHub::new(1).await;
    let (regime, addressee) = ("contract-promptly", "contracting-office");
    let atla = authority(&hub, "atla", regime, addressee).await;
    office::set_hours(&hub.hub, of_office(atla), regime, "details-hours", 48).await.unwrap();
    seat::give(&hub.hub, AsRegistrar::Machine, atla, regime, addressee).await.unwrap();
    let hours = async || hub.hub.store().read().await.unwrap().seats().await.unwrap();
    assert!(hours().await[0].hours.contains("48"));
    let offered = async || {
        let all = incident::choices(&hub.hub).await.unwrap();
        all.into_iter().filter(|one| one.office.is_some()).count()
    };
    assert_eq!(offered().await, 1);
    testkit::leave(&hub.hub, atla).await.unwrap();
    assert_eq!((offered().await, hours().await.len()), (0, 0));
}

/// Only an authority or a customer receives, and only what a regime names.
#[tokio::test]
async fn a_seat_is_of_an_office_and_of_a_regime() {
    let hub = TestHub::new(1).await;
    let dc3 = authority(&hub, "dc3", "dfars-7012", "dc3").await;
    for (org, regime, addressee) in [
        (hub.members[0].id, "dfars-7012", "dc3"),
        (dc3, "dfars-7012", "ppc"),
        (dc3, "no-such-regime", "dc3"),
        (OrgId::from_random([9; 16]), "dfars-7012", "dc3"),
    ] {
        let refused = seat::give(&hub.hub, AsRegistrar::Machine, org, regime, addressee).await;
        assert!(matches!(refused, Err(HubError::Invalid(..))), "{regime}/{addressee}: {refused:?}");
    }
    assert_eq!(hub.hub.store().read().await.unwrap().seats().await.unwrap().len(), 1);
}

/// Where another office has the seat now, an incident is told to it by naming it again; where the office is still there, nothing doubles.
#[tokio::test]
async fn what_was_told_to_an_office_that_went_is_told_to_the_one_that_came() {
    let hub = TestHub::new(1).await;
    let me = hub.members[0].clone();
    let by = AsRegistrar::Machine;
    let old = authority(&hub, "old", "dfars-7012", "dc3").await;
    let aware = "2026-01-05T00:00:00Z";
    let view = opened(&hub, &me, aware, &["dfars-7012/dc3"]).await;
    let again = async |version: i64| {
        let to = [address("dfars-7012/dc3")];
        let saved = incident::save(&hub.hub, filer(&me), view.id, version, facts(aware), &to).await.unwrap();
        saved.reports.iter().map(|report| report.on_hub).collect::<Vec<_>>()
    };
    assert_eq!(again(1).await, [true], "it is told there already");
    seat::take(&hub.hub, by, old, "dfars-7012", "dc3").await.unwrap();
    let new = authority(&hub, "new", "dfars-7012", "dc3").await;
    let mut on_hub = again(2).await;
    on_hub.sort_unstable();
    assert_eq!(on_hub, [false, true], "the new office beside what was told to the old one");
    assert_eq!(again(3).await.len(), 2);
    let shown = incident::show(&hub.hub, filer(&me), view.id).await.unwrap();
    let report = shown.reports.iter().find(|report| report.on_hub).unwrap().id;
    send::send(&hub.hub, filer(&me), report, "initial").await.unwrap();
    assert_eq!(office::board(&hub.hub, of_office(new)).await.unwrap().len(), 1);
    assert!(office::board(&hub.hub, of_office(old)).await.unwrap().is_empty());
}
