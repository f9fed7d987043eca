//! The regimes that ship, faulty regime files, and the case of 2011 told in words.
#![expect(clippy::unwrap_used, reason = "a failing set-up must fail the test")]

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::clock::duty::{Contradiction, contradictions, duties, keep_until};
use model::clock::regime::Circumstance;
use model::clock::shipped::{SHIPPED, shipped};
use model::clock::{Extension, Happened, Regime, Trigger};
use model::lang::Lang;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn regime(id: &str) -> Regime {
    shipped().unwrap().into_iter().find(|regime| regime.id == id).unwrap()
}

fn aware(text: &str) -> Happened {
    Happened { triggers: BTreeMap::from([(Trigger::Awareness, at(text))]), ..Happened::default() }
}

/// What one stage says of itself, both languages.
fn check(regime: &Regime, happened: &Happened, stage: &str, now: &str, en: &str, ja: &str) {
    let duties = duties(regime, happened);
    let duty = duties.iter().find(|duty| duty.stage.id == stage).unwrap();
    let words = |lang| {
        let margin = duty.margin_words(at(now), lang);
        if margin.is_empty() { duty.explain(lang) } else { format!("{} | {margin}", duty.explain(lang)) }
    };
    assert_eq!(words(Lang::En), en);
    assert_eq!(words(Lang::Ja), ja);
}

#[test]
fn all_that_ship_are_without_fault_and_cite_their_sources() {
    let regimes = shipped().unwrap();
    assert_eq!(regimes.len(), SHIPPED.len());
    for (regime, (file, _)) in regimes.iter().zip(SHIPPED) {
        assert_eq!(format!("{}.toml", regime.id), *file);
        assert!(
            !regime.sources.is_empty() && !regime.addressees.is_empty() && !regime.fields.is_empty(),
            "{file}"
        );
        assert!(!regime.not_confirmed.is_empty(), "{file} says what was not confirmed");
    }
}

#[test]
fn every_regime_file_of_the_repository_ships() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../regimes");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    files.sort();
    assert_eq!(files, SHIPPED.iter().map(|(file, _)| *file).collect::<Vec<_>>());
}

#[test]
fn the_case_of_2011() {
    // The 72 h rule counted in Japan: the clause names no zone.
    let text = SHIPPED.iter().find(|(file, _)| *file == "dfars-7012.toml").unwrap().1;
    let regime = Regime::parse(&text.replace("America/New_York", "Asia/Tokyo")).unwrap();
    let mut happened = aware("2011-08-11T09:40:00+09");
    happened.sent.insert("initial".to_owned(), at("2011-09-19T09:00:00+09"));
    check(
        &regime,
        &happened,
        "initial",
        "2026-11-24T00:00:00Z",
        "72 h from awareness 2011-08-11 09:40 JST, weekends count → 2011-08-14 09:40 JST | late by 36 days",
        "認知 2011-08-11 09:40 JST（平成23年8月11日）から72時間、土日祝日を含む → 2011-08-14 09:40 JST（平成23年8月14日） | 36日の遅れ",
    );
    let initial = &duties(&regime, &happened)[0];
    assert_eq!(
        initial.timeline(at("2026-11-24T00:00:00Z"), Lang::En),
        "awareness 11 August 2011, due 14 August 2011 (72 h), reported 19 September 2011, late by 36 days"
    );
    assert_eq!(
        initial.timeline(at("2026-11-24T00:00:00Z"), Lang::Ja),
        "認知 2011年8月11日（平成23年8月11日）、期限 2011年8月14日（平成23年8月14日）（72時間）、報告 2011年9月19日（平成23年9月19日）、36日の遅れ"
    );
    let keep = keep_until(&regime, &happened).unwrap().unwrap();
    assert_eq!(keep.at.to_string(), "2011-12-18T23:59:59+09:00[Asia/Tokyo]");
}

#[test]
fn suspicion_is_enough_and_the_earlier_clock_counts() {
    let regime = regime("dfars-7012");
    let mut happened = aware("2026-11-03T14:00:00Z");
    happened.triggers.insert(Trigger::Suspicion, at("2026-10-31T12:00:00Z"));
    check(
        &regime,
        &happened,
        "initial",
        "2026-11-03T11:15:00Z",
        "72 h from suspicion 2026-10-31 08:00 EDT, weekends count, the clocks change in between → 2026-11-03 07:00 EST | 45 minutes left",
        "疑いの認知 2026-10-31 08:00 EDT（令和8年10月31日）から72時間、土日祝日を含む、途中で夏時間の切替あり → 2026-11-03 07:00 EST（令和8年11月3日） | 残り45分",
    );
}

#[test]
fn stages_that_hang_on_one_another() {
    let regime = regime("nis2-eu");
    let mut happened = aware("2026-01-28T09:00:00Z");
    check(
        &regime,
        &happened,
        "final",
        "2026-01-29T10:00:00Z",
        "1 month from sending “incident notification” 2026-01-31 10:00 CET, weekends count → 2026-02-28 10:00 CET (moves once the stage before is sent) | 30 days left",
        "「インシデント通知」の提出 2026-01-31 10:00 CET（令和8年1月31日）から1か月、土日祝日を含む → 2026-02-28 10:00 CET（令和8年2月28日）（前の段階の提出後に確定） | 残り30日",
    );
    happened.sent.insert("notification".to_owned(), at("2026-01-30T08:00:00Z"));
    check(
        &regime,
        &happened,
        "notification",
        "2026-03-01T00:00:00Z",
        "72 h from awareness 2026-01-28 10:00 CET, weekends count → 2026-01-31 10:00 CET | in time, 25 hours to spare",
        "認知 2026-01-28 10:00 CET（令和8年1月28日）から72時間、土日祝日を含む → 2026-01-31 10:00 CET（令和8年1月31日） | 期限内（25時間の余裕）",
    );
    check(
        &regime,
        &happened,
        "final",
        "2026-03-01T00:00:00Z",
        "1 month from sending “incident notification” 2026-01-30 09:00 CET, weekends count → 2026-02-28 09:00 CET | overdue by 16 hours",
        "「インシデント通知」の提出 2026-01-30 09:00 CET（令和8年1月30日）から1か月、土日祝日を含む → 2026-02-28 09:00 CET（令和8年2月28日） | 16時間超過",
    );
    check(
        &regime,
        &happened,
        "intermediate",
        "2026-03-01T00:00:00Z",
        "nothing has started this clock",
        "起算の事実がまだない",
    );
}

#[test]
fn what_is_not_confirmed_has_no_due_time() {
    let now = "2026-11-24T00:00:00Z";
    let happened = aware("2026-11-23T00:00:00Z");
    check(
        &regime("acd-jp"),
        &happened,
        "report",
        now,
        "the number could not be confirmed, so no due time is shown",
        "期限の数値は確認できていないため表示しない",
    );
    let contract = regime("contract-promptly");
    check(
        &contract,
        &happened,
        "first",
        now,
        "at once from awareness 2026-11-23 09:00 JST; no number of hours is set: what counts is when it was known and when it was sent",
        "認知 2026-11-23 09:00 JST（令和8年11月23日）から直ちに。時間数の定めは確認されておらず、知った時刻と送った時刻が問われる",
    );
    check(
        &contract,
        &happened,
        "details",
        now,
        "the contracting office has not set the hours (details-hours)",
        "期限の時間数（details-hours）を発注者がまだ定めていない",
    );
    assert_eq!(contract.settings().collect::<Vec<_>>(), ["details-hours"]);
    let set = Happened { hours: BTreeMap::from([("details-hours".to_owned(), 48)]), ..happened };
    check(
        &contract,
        &set,
        "details",
        now,
        "48 h from awareness 2026-11-23 09:00 JST, weekends count → 2026-11-25 09:00 JST | 24 hours left",
        "認知 2026-11-23 09:00 JST（令和8年11月23日）から48時間、土日祝日を含む → 2026-11-25 09:00 JST（令和8年11月25日） | 残り24時間",
    );
}

#[test]
fn circumstances_and_extensions() {
    let ppc = regime("ppc-jp");
    let mut happened = aware("2026-11-02T01:00:00Z");
    let until = |happened: &Happened| duties(&ppc, happened)[1].until().unwrap();
    assert_eq!(until(&happened), at("2026-12-02T01:00:00Z"));
    happened.circumstances.insert(Circumstance::MaliciousPurpose);
    assert_eq!(until(&happened), at("2027-01-01T01:00:00Z"));
    let extension = |until: &str, reason: &str| Extension {
        stage: "final".to_owned(),
        until: at(until),
        by: "Office".to_owned(),
        reason: reason.to_owned(),
    };
    // Neither one without a ground nor one that ends earlier counts.
    happened.extensions =
        vec![extension("2027-02-01T00:00:00Z", " "), extension("2026-12-01T00:00:00Z", "early")];
    assert_eq!(until(&happened), at("2027-01-01T01:00:00Z"));
    happened.extensions.push(extension("2027-01-15T03:00:00Z", "analysis still running"));
    check(
        &ppc,
        &happened,
        "final",
        "2027-01-14T00:00:00Z",
        "60 days from awareness 2026-11-02 10:00 JST, weekends count → 2027-01-01 10:00 JST; extended by Office to 2027-01-15 12:00 JST (analysis still running) | 27 hours left",
        "認知 2026-11-02 10:00 JST（令和8年11月2日）から60日、土日祝日を含む → 2027-01-01 10:00 JST（令和9年1月1日）。Officeが2027-01-15 12:00 JST（令和9年1月15日）まで延長（理由：analysis still running） | 残り27時間",
    );
}

#[test]
fn contradictory_times_are_told() {
    let nis2 = regime("nis2-eu");
    let mut happened = aware("2026-11-20T00:00:00Z");
    happened.triggers.insert(Trigger::Suspicion, at("2026-11-21T00:00:00Z"));
    happened.triggers.insert(Trigger::Payment, at("2026-12-01T00:00:00Z"));
    happened.sent.insert("early-warning".to_owned(), at("2026-11-19T00:00:00Z"));
    happened.sent.insert("notification".to_owned(), at("2026-12-02T00:00:00Z"));
    happened.sent.insert("final".to_owned(), at("2026-11-22T00:00:00Z"));
    let groundless = Extension {
        stage: "none".to_owned(),
        until: at("2027-01-01T00:00:00Z"),
        by: String::new(),
        reason: String::new(),
    };
    happened.extensions.push(groundless);
    let name = |text: &str| text.to_owned();
    assert_eq!(
        contradictions(&nis2, &happened, at("2026-11-24T00:00:00Z")),
        [
            Contradiction::TriggerInFuture(Trigger::Payment),
            Contradiction::SuspicionAfterAwareness,
            Contradiction::SentBeforeKnown(name("early-warning")),
            Contradiction::SentBefore { stage: name("final"), earlier: name("notification") },
            Contradiction::SentInFuture(name("notification")),
            Contradiction::UnknownStage(name("none")),
            Contradiction::ExtensionWithoutReason(name("none")),
        ]
    );
    assert_eq!(contradictions(&nis2, &aware("2026-11-20T00:00:00Z"), at("2026-11-24T00:00:00Z")), []);
}

#[test]
fn what_happened_is_stored_as_json() {
    let mut happened = aware("2026-11-20T00:00:00Z");
    happened.circumstances.insert(Circumstance::MaliciousPurpose);
    happened.sent.insert("first".to_owned(), at("2026-11-20T01:00:00Z"));
    let text = serde_json::to_string(&happened).unwrap();
    assert_eq!(
        text,
        r#"{"triggers":{"awareness":"2026-11-20T00:00:00Z"},"sent":{"first":"2026-11-20T01:00:00Z"},"circumstances":["malicious-purpose"],"hours":{},"extensions":[]}"#
    );
    assert_eq!(serde_json::from_str::<Happened>(&text).unwrap(), happened);
    assert_eq!(serde_json::from_str::<Happened>("{}").unwrap(), Happened::default());
}

/// Replaces one piece of a good file and expects faults at these lines.
fn check_fault(from: &str, to: &str, expected: &[&str]) {
    let good = include_str!("regime-small.toml");
    assert!(good.contains(from), "{from}");
    let faults = Regime::parse(&good.replace(from, to)).unwrap_err();
    let got: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(got, expected);
}

#[test]
fn faults_name_line_and_reason() {
    assert_eq!(
        Regime::parse(include_str!("regime-small.toml")).map(|regime| regime.id),
        Ok("small".to_owned())
    );
    check_fault(
        "\"small\"",
        "\"Small one\"",
        &["line 1: \"Small one\" is no id: lower case letters, digits and hyphens"],
    );
    check_fault("\"law\"", "\"lore\"", &["line 2: kind \"lore\" is not known"]);
    check_fault("Asia/Tokyo", "Asia/Edo", &["line 3: time zone \"Asia/Edo\" is not known"]);
    check_fault("every-day", "some", &["line 4: calendar \"some\" is not known"]);
    check_fault("en = \"small\"", "en = \" \"", &["line 5: empty in one language"]);
    check_fault(
        "hours = 1",
        "",
        &[
            "line 18: a limit has exactly one of hours, days, business-days, months, at-once, hours-set-by-office, not-confirmed",
        ],
    );
    check_fault(
        "hours = 1",
        "hours = 1, days = 1",
        &[
            "line 18: a limit has exactly one of hours, days, business-days, months, at-once, hours-set-by-office, not-confirmed",
        ],
    );
    check_fault("hours = 1", "hours = 0", &["line 18: a period is from 1 to 10000"]);
    check_fault("hours = 1", "hours = 10001", &["line 18: a period is from 1 to 10000"]);
    check_fault("from = \"awareness\"", "from = \"dusk\"", &["line 18: trigger \"dusk\" is not known"]);
    check_fault(
        "from = \"sent:one\"",
        "from = \"sent:two\"",
        &["line 23: no stage \"two\" stands before this one"],
    );
    check_fault(
        "id = \"two\"",
        "id = \"one\"",
        &["line 21: the stage \"one\" stands here twice", "line 28: there is no stage \"two\""],
    );
    check_fault("fact = \"outline\"", "fact = \"weather\"", &["line 26: fact \"weather\" is not known"]);
    check_fault("from = \"one\"", "from = \"six\"", &["line 36: there is no stage \"six\""]);
    check_fault("label-column = \"A\"", "label-column = \"a1\"", &["line 41: \"a1\" is no column"]);
    check_fault("first-row = 3", "first-row = 0", &["line 40: rows are counted from 1"]);
    check_fault("id = \"b\"", "id = \"a\"", &["line 32: \"a\" stands here twice"]);
    check_fault(
        "zone =",
        "zones =",
        &[
            "line 3: unknown field `zones`, expected one of `id`, `kind`, `name`, `zone`, `calendar`, `source`, `not-confirmed`, `addressee`, `stage`, `field`, `evidence`, `layout`",
        ],
    );
    assert_eq!(Regime::parse("id = ").unwrap_err().len(), 1);
    assert_eq!(Regime::parse(&" ".repeat(300_000)).unwrap_err().len(), 1);
}
