//! Facts as an office reads them: one text an answer, in Japanese and English.

use super::facts::{Certainty, ClassState, ClassStatement, Evidence, Facts, Leaving, ReportKind};
use super::range::Count;
use crate::clock::explain::instant;
use crate::clock::regime::{Fact, Field, Regime};
use crate::clock::rule::Trigger;
use crate::lang::{Bilingual, Lang};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The lines of evidence that a form shows; a longer custody list is in its own file of the pack and the spreadsheet's count.
const EVIDENCE_SHOWN: usize = 200;

/// The answer to one field, in both languages.
pub(super) fn answer(facts: &Facts, field: &Field, regime: &Regime) -> Bilingual {
    let say = |lang| in_lang(facts, field, regime, lang);
    Bilingual { ja: say(Lang::Ja), en: say(Lang::En) }
}

fn in_lang(facts: &Facts, field: &Field, regime: &Regime, lang: Lang) -> String {
    let zone = &regime.place.zone;
    let mut lines: Vec<String> = match field.fact {
        Fact::ReportKind => kind(facts, field, lang),
        Fact::Noticed => noticed(facts, zone, lang),
        Fact::Systems => systems(facts, lang),
        Fact::People => facts.people.iter().map(|p| count(*p, lang)).collect(),
        Fact::DataAffected => references(facts),
        Fact::DataClass => facts.data.iter().map(|d| statement(d, zone, lang)).collect(),
        Fact::Exfiltration => facts.exfiltration.iter().map(|l| leaving(l, zone, lang)).collect(),
        Fact::Evidence => custody(&facts.custody, zone, lang),
        Fact::Publication => facts
            .publication
            .iter()
            .map(|p| parts(&[time(p.at, zone, lang), p.what.clone(), before(&p.before, lang)], lang))
            .collect(),
        Fact::Malicious if facts.is_malicious() => vec![pick(lang, "故意による", "on purpose").to_owned()],
        _ => Vec::new(),
    };
    if field.fact != Fact::ReportKind {
        lines.extend(facts.texts.get(&field.fact).map(|text| chosen(field, text, lang)));
    }
    lines.join("\n")
}

fn pick<'a>(lang: Lang, ja: &'a str, en: &'a str) -> &'a str {
    if lang == Lang::Ja { ja } else { en }
}

fn parts(all: &[String], lang: Lang) -> String {
    let said: Vec<&str> = all.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    said.join(pick(lang, "、", ", "))
}

/// A choice of the form by its name, other words as they are.
fn chosen(field: &Field, text: &str, lang: Lang) -> String {
    let choice = field.choices.iter().find(|choice| choice.id == text);
    choice.map_or_else(|| text.to_owned(), |choice| choice.name.in_lang(lang).to_owned())
}

fn kind(facts: &Facts, field: &Field, lang: Lang) -> Vec<String> {
    let words = match facts.kind.unwrap_or(ReportKind::Incident) {
        ReportKind::Incident => None,
        ReportKind::NearMiss => Some(pick(lang, "未遂（ヒヤリハット）", "near miss")),
        ReportKind::Checking => Some(pick(lang, "確認中", "being checked")),
    };
    let said = facts.texts.get(&Fact::ReportKind).map(|text| chosen(field, text, lang));
    words.map(str::to_owned).into_iter().chain(said).collect()
}

/// A count in words.
pub(super) fn count(count: Count, lang: Lang) -> String {
    match (count.low, count.high) {
        (None, None) => pick(lang, "不明", "unknown").to_owned(),
        (Some(low), None) if lang == Lang::Ja => format!("{low}以上"),
        (Some(low), None) => format!("{low} or more"),
        (None, Some(high)) if lang == Lang::Ja => format!("{high}以下"),
        (None, Some(high)) => format!("at most {high}"),
        (Some(low), Some(high)) if low == high => low.to_string(),
        (Some(low), Some(high)) => format!("{low}{}{high}", pick(lang, "〜", "–")),
    }
}

fn time(at: Option<Timestamp>, zone: &TimeZone, lang: Lang) -> String {
    at.map(|at| instant(&at.to_zoned_datetime(zone.clone()), lang)).unwrap_or_default()
}

fn trigger(trigger: Trigger, lang: Lang) -> &'static str {
    match trigger {
        Trigger::Awareness => pick(lang, "認知", "awareness"),
        Trigger::Suspicion => pick(lang, "疑いの認知", "suspicion"),
        Trigger::Classification => pick(lang, "分類", "classification"),
        Trigger::Payment => pick(lang, "支払い", "payment"),
    }
}

fn noticed(facts: &Facts, zone: &TimeZone, lang: Lang) -> Vec<String> {
    let clocks = facts.happened.triggers.iter();
    let mut lines: Vec<String> =
        clocks.map(|(t, at)| format!("{} {}", trigger(*t, lang), time(Some(*at), zone, lang))).collect();
    lines.extend(facts.noticed.iter().map(|n| {
        let says = match (n.says.as_str(), lang) {
            ("", _) => String::new(),
            (who, Lang::Ja) => format!("（{who}による）"),
            (who, Lang::En) => format!(" (says {who})"),
        };
        parts(&[time(n.at, zone, lang), n.who.clone(), n.what.clone()], lang) + &says
    }));
    lines
}

fn systems(facts: &Facts, lang: Lang) -> Vec<String> {
    let line =
        |s: &super::facts::SiteCount| parts(&[s.site.clone(), s.kind.clone(), count(s.count, lang)], lang);
    let mut lines: Vec<String> = facts.systems.iter().map(line).collect();
    if facts.systems.len() > 1 {
        let sum = facts.systems.iter().map(|s| s.count).fold(Count::exactly(0), Count::plus);
        lines.push(format!("{} {}", pick(lang, "計", "in all"), count(sum, lang)));
    }
    lines
}

fn references(facts: &Facts) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for statement in &facts.data {
        if !seen.contains(&statement.reference) {
            seen.push(statement.reference.clone());
        }
    }
    seen
}

fn statement(d: &ClassStatement, zone: &TimeZone, lang: Lang) -> String {
    let state = match d.state {
        ClassState::Unknown => pick(lang, "区分不明", "class unknown"),
        ClassState::Suspected => pick(lang, "区分の疑い", "class suspected"),
        ClassState::Stated => pick(lang, "区分確定", "class stated"),
    };
    let class = match (d.class.as_str(), d.scheme.as_str()) {
        ("", _) => String::new(),
        (class, "") => class.to_owned(),
        (class, scheme) if lang == Lang::Ja => format!("{class}（{scheme}）"),
        (class, scheme) => format!("{class} ({scheme})"),
    };
    let at = time(d.at, zone, lang);
    let colon = pick(lang, "：", ": ");
    format!("{}{colon}{}", d.reference, parts(&[state.to_owned(), class, d.by.clone(), at], lang))
}

fn leaving(l: &Leaving, zone: &TimeZone, lang: Lang) -> String {
    let certainty = match l.certainty {
        Certainty::Possible => pick(lang, "可能性", "possible"),
        Certainty::Likely => pick(lang, "おそらく", "likely"),
        Certainty::Confirmed => pick(lang, "確認済", "confirmed"),
    };
    let bytes = format!("{} {}", count(l.bytes, lang), pick(lang, "バイト", "bytes"));
    parts(&[l.destination.clone(), bytes, certainty.to_owned(), time(l.at, zone, lang)], lang)
}

fn before(who: &str, lang: Lang) -> String {
    match (who, lang) {
        ("", _) => String::new(),
        (who, Lang::Ja) => format!("事前連絡：{who}"),
        (who, Lang::En) => format!("told before: {who}"),
    }
}

fn custody(all: &[Evidence], zone: &TimeZone, lang: Lang) -> Vec<String> {
    let mut lines: Vec<String> = all.iter().take(EVIDENCE_SHOWN).map(|e| evidence(e, zone, lang)).collect();
    if let Some(more) = all.len().checked_sub(EVIDENCE_SHOWN).filter(|more| *more > 0) {
        lines.push(match lang {
            Lang::Ja => format!("ほか{more}件（保全一覧を参照）"),
            Lang::En => format!("and {more} more (see the custody list)"),
        });
    }
    lines
}

fn evidence(e: &Evidence, zone: &TimeZone, lang: Lang) -> String {
    let until = match (e.keep_until, lang) {
        (None, _) => String::new(),
        (at, Lang::Ja) => format!("{}まで保全", time(at, zone, lang)),
        (at, Lang::En) => format!("kept until {}", time(at, zone, lang)),
    };
    let hold = if e.hold { pick(lang, "法的保全中", "legal hold") } else { "" };
    parts(&[e.what.clone(), e.hash.clone(), e.holder.clone(), e.place.clone(), until, hold.to_owned()], lang)
}
