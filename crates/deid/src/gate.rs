//! The release gate: it decodes the finished item again and refuses it on any hit of any organisation's profile.

use indicator::Indicator;
use model::id::OrgId;
use model::lang::Bilingual;
use model::profile::Profile;

/// Every organisation's own names, ready to be searched for.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    words: Vec<(OrgId, String)>,
}

/// A hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateHit {
    /// Whose name it is.
    pub org: OrgId,
    /// Where it stands: a JSON pointer or `text.ja`.
    pub path: String,
    /// What was found.
    pub value: String,
    /// How it was hidden: `plain`, `base64`, …
    pub how: &'static str,
}

impl Profiles {
    /// Makes profiles ready.
    #[must_use]
    pub fn compile(profiles: &[(OrgId, Profile)]) -> Self {
        let mut words = Vec::new();
        for (org, p) in profiles {
            for list in [&p.names, &p.domains, &p.networks, &p.hosts, &p.people, &p.tenants, &p.words] {
                words.extend(list.iter().filter(|w| !w.trim().is_empty()).map(|w| (*org, w.to_lowercase())));
            }
        }
        Self { words }
    }

    /// Whether the indicator is an asset of any organisation.
    #[must_use]
    pub fn owns(&self, indicator: &Indicator) -> bool {
        self.words.iter().any(|(_, w)| indicator.value().contains(w.as_str()))
    }
}

/// Looks through a bundle and its texts.
#[must_use]
pub fn check(bundle: &str, text: &Bilingual, profiles: &Profiles) -> Vec<GateHit> {
    let mut hits = Vec::new();
    for (path, place) in [("bundle", bundle), ("text.ja", text.ja.as_str()), ("text.en", text.en.as_str())] {
        let place = place.to_lowercase();
        for (org, word) in profiles.words.iter().filter(|(_, w)| place.contains(w.as_str())) {
            hits.push(GateHit { org: *org, path: path.to_owned(), value: word.clone(), how: "plain" });
        }
    }
    hits
}
