//! Any bytes as a mail to one victim: what its profile names never passes the gate unseen, and never leaves by a constructor.
#![no_main]

use deid::gate::Profiles;
use deid::render::{self, Frame, Identity};
use model::id::OrgId;
use model::item::ItemIds;
use model::lang::Bilingual;
use model::profile::Profile;
use std::collections::BTreeMap;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let profile = Profile {
        names: vec!["富士見電機".to_owned()],
        domains: vec!["fujimi.example".to_owned()],
        networks: vec!["203.0.113.0/24".to_owned()],
        people: vec!["taro.yamada@fujimi.example".to_owned()],
        ..Profile::default()
    };
    let (message, _) = mail::read_message(bytes);
    let draft = deid::from_mail(&message, &profile, &deid::Known { shared: &|_| false });
    let _ = deid::likeness(&message);
    let _ = deid::hints::of_mail(&message, &profile);
    let author = Identity { id: uuid(1), name: Bilingual { ja: "ハブ".to_owned(), en: "Hub".to_owned() } };
    let mut ids = ItemIds { report: uuid(2), indicators: BTreeMap::new() };
    let mut n = 2;
    ids.complete(&draft.content, || {
        n += 1;
        uuid(n)
    });
    let at = "2026-01-13T09:15:00Z".parse().expect("a time");
    let frame = Frame {
        ids: &ids,
        author: &author,
        created: at,
        modified: at,
        tlp: model::tlp::Tlp::Green,
        exercise: false,
        revoked: false,
    };
    let objects = render::bundle(&draft.content, &frame);
    let text = render::text(&draft.content, &frame);
    let profiles = Profiles::compile(&[(OrgId(uuid(3)), profile)]);
    let hits = deid::gate::check(&render::bundle_json(&ids, &objects), &text, &profiles);
    assert!(hits.is_empty(), "{hits:?}");
});

fn uuid(n: u8) -> uuid::Uuid {
    uuid::Uuid::from_bytes([n; 16])
}
