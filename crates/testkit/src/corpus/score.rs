//! What of a mail is left after de-identification: names that survived, indicators that were lost.

use super::dice::Dice;
use super::oracle::Oracle;
use super::specimen::{Kept, KeptKind, Specimen};
use deid::render::{self, Frame, Identity};
use jiff::Timestamp;
use model::item::ItemIds;
use model::lang::Bilingual;
use model::profile::Profile;
use model::tlp::Tlp;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Everything that members see of one item.
#[derive(Clone, Debug)]
pub struct Output {
    /// The bundle.
    pub bundle: String,
    /// Title and text, in both languages.
    pub texts: Vec<(&'static str, String)>,
}

/// A name that survived.
#[derive(Clone, Debug)]
pub struct Found {
    /// What carried it.
    pub class: String,
    /// It.
    pub written: String,
    /// Where it survived, which codings were undone, and the text around it.
    pub place: String,
}

/// An indicator that did not leave.
pub type Lost = Kept;

/// The judgement on one mail.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Names that survived, once for each plant.
    pub survivors: Vec<Found>,
    /// The attacker's indicators that did not leave.
    pub lost: Vec<Lost>,
    /// Whether every output was looked through to its end.
    pub complete: bool,
}

/// Reads the mail and renders what would leave, as the hub does.
#[must_use]
pub fn output(raw: &[u8], profile: &Profile, dice: &mut Dice, at: Timestamp) -> Output {
    let (message, _) = mail::read_message(raw);
    let nobody = |_: &str| false;
    let draft = deid::from_mail(&message, profile, &deid::Known { shared: &nobody });
    let mut chance = || Uuid::from_bytes(dice.bytes16());
    let mut ids = ItemIds { report: chance(), indicators: BTreeMap::new() };
    ids.complete(&draft.content, &mut chance);
    let name = Bilingual { ja: "試験ハブ".to_owned(), en: "Test hub".to_owned() };
    let author = Identity { id: Uuid::from_bytes([5; 16]), name };
    let frame = Frame {
        ids: &ids,
        author: &author,
        created: at,
        modified: at,
        tlp: Tlp::Green,
        exercise: false,
        revoked: false,
    };
    let objects = render::bundle(&draft.content, &frame);
    let (title, text) = (render::title(&draft.content), render::text(&draft.content, &frame));
    let texts =
        vec![("title.ja", title.ja), ("title.en", title.en), ("text.ja", text.ja), ("text.en", text.en)];
    Output { bundle: render::bundle_json(&ids, &objects), texts }
}

/// Judges an output.
#[must_use]
pub fn judge(specimen: &Specimen, output: &Output) -> Outcome {
    let oracle = Oracle::new(&specimen.plants);
    let bundle: Value = serde_json::from_str(&output.bundle).unwrap_or_default();
    let mut places = vec![("bundle".to_owned(), output.bundle.clone())];
    strings(&bundle, "bundle", &mut places);
    places.extend(output.texts.iter().map(|(name, text)| ((*name).to_owned(), text.clone())));
    let mut found = BTreeMap::new();
    let mut complete = !bundle.is_null();
    // The exact places come last and win.
    for (place, text) in places {
        let (hits, whole) = oracle.find(text.as_bytes());
        complete &= whole;
        for hit in hits {
            found.insert(hit.plant, format!("{place} [{}] …{}…", hit.way, hit.around));
        }
    }
    let survivors = found.into_iter().map(|(at, place)| {
        let plant = &specimen.plants[at];
        Found { class: plant.class.clone(), written: plant.written.clone(), place }
    });
    let values = values(&output.bundle);
    let lost = specimen.kept.iter().filter(|k| !values.iter().any(|v| holds(k, v))).cloned().collect();
    Outcome { survivors: survivors.collect(), lost, complete }
}

fn strings(value: &Value, at: &str, out: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => out.push((at.to_owned(), text.clone())),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(n, one)| strings(one, &format!("{at}/{n}"), out))
        }
        Value::Object(map) => map.iter().for_each(|(key, one)| strings(one, &format!("{at}/{key}"), out)),
        _ => {}
    }
}

/// The literals of the patterns of a bundle.
fn values(bundle: &str) -> Vec<String> {
    let parsed: Value = serde_json::from_str(bundle).unwrap_or_default();
    let objects = parsed["objects"].as_array().cloned().unwrap_or_default();
    let patterns = objects.iter().filter_map(|o| o["pattern"].as_str()).map(str::to_owned);
    patterns
        .flat_map(|p| {
            p.split(" = '").skip(1).filter_map(|v| Some(v.split_once('\'')?.0.to_owned())).collect::<Vec<_>>()
        })
        .collect()
}

fn holds(kept: &Kept, value: &str) -> bool {
    match kept.kind {
        KeptKind::Link => value
            .strip_prefix(&kept.value)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '#'])),
        _ => value.eq_ignore_ascii_case(&kept.value),
    }
}
