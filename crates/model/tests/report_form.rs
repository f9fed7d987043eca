//! The forms of the regimes that ship, filled from one set of facts; the incidents of others in and out.
#![expect(clippy::unwrap_used, reason = "a failing set-up must fail the test")]

use jiff::tz::TimeZone;
use model::clock::Regime;
use model::clock::regime::Fact;
use model::clock::shipped::shipped;
use model::lang::{Bilingual, Lang};
use model::report::form::{Head, fill};
use model::report::lines;
use model::report::{Count, Facts, Filled};

fn both(text: &str) -> Bilingual {
    Bilingual { ja: text.to_owned(), en: text.to_owned() }
}

fn head() -> Head {
    Head {
        addressee: both("office"),
        reporter: both("Kitayama Heavy"),
        code: "7K3M-Q2XP-D".to_owned(),
        exercise: false,
        numbers: vec![(both("DC3"), "2026-17".to_owned())],
    }
}

fn facts() -> Facts {
    let zone = TimeZone::get("Asia/Tokyo").unwrap();
    let mut facts = Facts { people: Some(Count { low: Some(1000), high: None }), ..Facts::default() };
    let aware = model::report::when::read_when("平成23年8月11日 9:40", &zone).unwrap();
    facts.happened.triggers.insert(model::clock::Trigger::Awareness, aware);
    facts.systems = lines::read("本社 | サーバ | 10-20\n工場 | PC | 38", &zone).0;
    facts.data = lines::read(
        "設計書 | 不明\n設計書 | 疑い | 注意 | 部内区分 | 情報管理課 | 平成24年2月7日 10:00",
        &zone,
    )
    .0;
    facts.noticed = lines::read("平成23年8月11日 9:40 | 当直 | 検知 | 委託先", &zone).0;
    facts.exfiltration = lines::read("203.0.113.7 | 100+ | likely", &zone).0;
    facts.texts.insert(Fact::Outline, "83台の感染".to_owned());
    facts.unknown.insert(Fact::Cause);
    facts
}

fn regime(id: &str) -> Regime {
    shipped().unwrap().into_iter().find(|regime| regime.id == id).unwrap()
}

fn check(regime_id: &str, stage: &str, fact: Fact, ja: &str, en: &str) {
    let form = fill(&regime(regime_id), stage, &facts(), &head()).unwrap();
    let row = form.rows.iter().find(|row| row.fact == fact).unwrap();
    assert_eq!((row.value.in_lang(Lang::Ja), row.value.in_lang(Lang::En)), (ja, en), "{regime_id} {fact}");
}

#[test]
fn one_filling_serves_every_addressee() {
    check(
        "contract-promptly",
        "first",
        Fact::Systems,
        "本社、サーバ、10〜20\n工場、PC、38\n計 48〜58",
        "本社, サーバ, 10–20\n工場, PC, 38\nin all 48–58",
    );
    check(
        "contract-promptly",
        "first",
        Fact::DataClass,
        "設計書：区分不明\n設計書：区分の疑い、注意（部内区分）、情報管理課、2012-02-07 10:00 JST（平成24年2月7日）",
        "設計書: class unknown\n設計書: class suspected, 注意 (部内区分), 情報管理課, 2012-02-07 10:00 JST",
    );
    check(
        "contract-promptly",
        "first",
        Fact::Noticed,
        "認知 2011-08-11 09:40 JST（平成23年8月11日）\n2011-08-11 09:40 JST（平成23年8月11日）、当直、検知（委託先による）",
        "awareness 2011-08-11 09:40 JST\n2011-08-11 09:40 JST, 当直, 検知 (says 委託先)",
    );
    check(
        "contract-promptly",
        "first",
        Fact::Exfiltration,
        "203.0.113.7、100以上 バイト、おそらく",
        "203.0.113.7, 100 or more bytes, likely",
    );
    check("ppc-jp", "preliminary", Fact::People, "1000以上", "1000 or more");
    check("ppc-jp", "preliminary", Fact::Cause, "不明", "unknown");
    check("dfars-7012", "follow-on", Fact::Reference, "2026-17 (DC3)", "2026-17 (DC3)");
    check("dfars-7012", "initial", Fact::Organisation, "Kitayama Heavy", "Kitayama Heavy");
}

#[test]
fn a_stage_says_what_it_misses() {
    let form = fill(&regime("ppc-jp"), "preliminary", &facts(), &head()).unwrap();
    let missing: Vec<Fact> = form.missing().map(|row| row.fact).collect();
    assert_eq!(missing, [Fact::SecondaryHarm, Fact::PeopleInformed, Fact::Publication, Fact::Prevention]);
    assert!(fill(&regime("ppc-jp"), "none", &facts(), &head()).is_none());
}

/// Every stage of every regime that ships makes a form, and nothing in it is lost between facts and rows.
#[test]
fn every_form_of_every_regime() {
    for regime in shipped().unwrap() {
        for stage in &regime.stages {
            let form = fill(&regime, &stage.id, &facts(), &head()).unwrap();
            assert!(!form.rows.is_empty(), "{} {}", regime.id, stage.id);
            for row in &form.rows {
                let said = row.filled != Filled::Empty.as_str();
                assert_eq!(said, !row.value.ja.is_empty(), "{} {} {}", regime.id, stage.id, row.fact);
            }
        }
    }
}

/// The public incidents lie beside the repository where a developer has them; without them the samples in `veris.rs` hold.
#[test]
fn public_incidents_come_back_the_same() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/incidents/vcdb-incidents.jsonl");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("no public incidents beside the repository: only the project's own samples were read");
        return;
    };
    let mut count = 0;
    for line in text.lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let facts = model::report::veris::import(record.clone()).unwrap();
        let stored: Facts = serde_json::from_str(&serde_json::to_string(&facts).unwrap()).unwrap();
        assert_eq!(model::report::veris::export(&stored, "X"), record);
        assert!(facts.problems().is_empty() && !model::report::veris::leaves(&record).is_empty());
        count += 1;
    }
    assert_eq!(count, 422);
}
