//! Incident reports in the example: the timeline of 2011 told again, and one that is running while you look.

use super::community::{CAREFUL, Community, QUICK, text};
use crate::world;
use hub::Hub;
use hub::ops::admin::AsRegistrar;
use hub::ops::report::incident::{self, NewIncident};
use hub::ops::report::{office, seat, send};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::clock::Trigger;
use model::clock::regime::Fact;
use model::lang::Bilingual;
use model::report::event::Declared;
use model::report::{Facts, lines};
use sharing::report::{AsFiler, AsOffice};
use std::path::Path;

/// The installation's own regime of the example.
const REGIME: &str = include_str!("example-72h.toml");

/// Puts the example's own regime into its data folder, as an installation would.
pub(super) fn regimes(folder: &Path) -> Result<(), String> {
    let place = folder.join("regimes");
    let write = || {
        std::fs::create_dir_all(&place)?;
        std::fs::write(place.join("example-72h.toml"), REGIME)
    };
    write().map_err(|why: std::io::Error| format!("{}: {why}", place.display()))
}

/// Plays both. Answers the case of 2011 in one sentence.
pub(super) async fn play(hub: &Hub, community: &Community) -> Result<Bilingual, String> {
    let ministry = community.org("ministry")?.id;
    for (regime, addressee) in [("example-72h", "ministry"), ("contract-promptly", "contracting-office")] {
        seat::give(hub, AsRegistrar::Machine, ministry, regime, addressee).await.map_err(text)?;
    }
    let said = case_of_2011(hub, community).await?;
    running(hub, community).await?;
    Ok(said)
}

fn tokyo() -> TimeZone {
    TimeZone::get("Asia/Tokyo").unwrap_or(TimeZone::UTC)
}

fn at(text: &str) -> Result<Timestamp, String> {
    model::report::when::read_when(text, &tokyo()).map_err(|why| format!("{text}: {why}"))
}

/// Known on 11 August; the ministry learnt of it on 19 September. What was sent on another channel is declared, not proven.
async fn case_of_2011(hub: &Hub, community: &Community) -> Result<Bilingual, String> {
    let filer = AsFiler { org: community.org(CAREFUL)?.id, person: None };
    let mut facts = Facts::default();
    facts.happened.triggers.insert(Trigger::Awareness, at("平成23年8月11日 9:40")?);
    facts.texts.insert(Fact::Outline, "2011年の事案の再現：83台の感染、11拠点、8種のマルウェア".to_owned());
    facts.texts.insert(Fact::Contact, "情報セキュリティ室".to_owned());
    facts.noticed = lines::read("平成23年8月11日 9:40 | 当直 | ウイルス検知 | 情報システム部", &tokyo()).0;
    facts.systems = lines::read("本社ほか11拠点 | サーバ | 45\n本社ほか11拠点 | PC | 38", &tokyo()).0;
    facts.data = lines::read(
        "設計資料 | 不明 | | | 当社 | 平成23年8月11日 9:40\n設計資料 | 疑い | 注意 | 部内区分 | 当社 | 平成23年9月19日 9:00",
        &tokyo(),
    )
    .0;
    let address = "example-72h/ministry".parse().map_err(|why: hub::Problem| why.to_string())?;
    let new = NewIncident { facts, addresses: vec![address], exercise: true };
    let view = incident::open(hub, filer, new).await.map_err(text)?;
    let report = view.reports.first().ok_or("no report")?.id;
    let said = Declared {
        stage: "initial".to_owned(),
        form: "書面".to_owned(),
        channel: "報道を受けて電話".to_owned(),
        addressee: "契約担当官".to_owned(),
        at: at("平成23年9月19日 9:00")?,
        acknowledgement: String::new(),
    };
    send::declare(hub, filer, report, said).await.map_err(text)?;
    let (view, _) = send::show(hub, filer, report).await.map_err(text)?;
    Ok(view.duties.first().map(|duty| duty.timeline.clone()).unwrap_or_default())
}

/// Known thirty hours ago: told at once, acknowledged, asked back; the details are still due.
async fn running(hub: &Hub, community: &Community) -> Result<(), String> {
    let filer = AsFiler { org: community.org(QUICK)?.id, person: None };
    let office_of = AsOffice { org: community.org("ministry")?.id, person: None };
    office::set_hours(hub, office_of, "contract-promptly", "details-hours", 48).await.map_err(text)?;
    let mut facts = Facts { unknown: Fact::ALL.iter().copied().collect(), ..Facts::default() };
    let known = world::now().checked_sub(SignedDuration::from_hours(30)).unwrap_or_default();
    facts.happened.triggers.insert(Trigger::Awareness, known);
    facts.texts.insert(Fact::Outline, "見積依頼を装うメールの添付を1台で開いた".to_owned());
    facts.texts.insert(Fact::Contact, "情報セキュリティ室 当直".to_owned());
    facts.texts.insert(Fact::Contracts, "例示契約 第12号".to_owned());
    facts.texts.insert(Fact::Indicators, "hxxps://mitsumori[.]attacker[.]test/dl".to_owned());
    facts.systems = lines::read("神戸 | PC | 1-5", &tokyo()).0;
    facts.data = lines::read("見積書 第12号 | 不明", &tokyo()).0;
    let to = ["contract-promptly/contracting-office", "ppc-jp/ppc"];
    let addresses = to.iter().map(|a| a.parse()).collect::<Result<Vec<_>, hub::Problem>>();
    let addresses = addresses.map_err(|why| why.to_string())?;
    let view =
        incident::open(hub, filer, NewIncident { facts, addresses, exercise: false }).await.map_err(text)?;
    let report = view.reports.iter().find(|r| r.on_hub).ok_or("no report")?.id;
    send::send(hub, filer, report, "first").await.map_err(text)?;
    office::look(hub, office_of, report, None).await.map_err(text)?;
    office::acknowledge(hub, office_of, report, "産安-2026-017").await.map_err(text)?;
    office::ask(hub, office_of, report, "神戸のほかに接続のあった拠点はありますか。").await.map_err(text)
}
