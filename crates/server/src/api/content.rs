//! What leaves, typed, as the API shows it.

use super::wire::{list, time};
use model::item::{ItemContent, ItemIndicator};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An indicator of an item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorWire {
    /// Its kind.
    kind: String,
    /// Its canonical value, not defanged.
    value: String,
    /// What it was in the attack.
    part: String,
    /// 0 to 100.
    confidence: u8,
}

/// An attached file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileWire {
    /// By content.
    content_type: String,
    /// A generic name, where it had one.
    generic_name: Option<String>,
    /// SHA-256.
    sha256: Option<String>,
}

/// Everything that leaves in one version of an item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Content {
    /// Indicators.
    indicators: Vec<IndicatorWire>,
    /// Keys of story words.
    story: Vec<String>,
    /// Traces in the structure of the mail.
    features: Vec<String>,
    /// Attached files.
    files: Vec<FileWire>,
    /// ATT&CK techniques.
    techniques: Vec<String>,
    /// The attacker's mail program.
    mailer: Option<String>,
    /// The first day of observation (UTC).
    first_day: Option<String>,
    /// Texts that the source restored, by slot.
    restored: BTreeMap<String, String>,
    /// Fixed advice.
    advice: Vec<String>,
    /// The analyst's words in Japanese.
    analysis_ja: String,
    /// The analyst's words in English.
    analysis_en: String,
}

impl From<ItemIndicator> for IndicatorWire {
    fn from(one: ItemIndicator) -> Self {
        Self {
            kind: one.indicator.kind().to_string(),
            value: one.indicator.value().to_string(),
            part: one.part.to_string(),
            confidence: one.confidence,
        }
    }
}

impl From<ItemContent> for Content {
    fn from(content: ItemContent) -> Self {
        let file = |f: model::item::FileFeature| FileWire {
            content_type: f.content_type,
            generic_name: f.generic_name,
            sha256: f.sha256,
        };
        Self {
            indicators: content.indicators.into_iter().map(IndicatorWire::from).collect(),
            story: list(content.story),
            features: list(content.features),
            files: content.files.into_iter().map(file).collect(),
            techniques: content.techniques.union(&content.analysis.techniques).cloned().collect(),
            mailer: content.mailer,
            first_day: content.first_day.map(time),
            restored: content.restored,
            advice: list(content.analysis.advice),
            analysis_ja: content.analysis.ja,
            analysis_en: content.analysis.en,
        }
    }
}
