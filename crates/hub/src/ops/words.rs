//! Audiences and rosters in words, for pages of both languages.

use model::audience::Audience;
use model::id::{OrgId, SectorId};
use model::lang::Bilingual;
use model::org::Roster;

/// The sectors that may be named, each with the number of organisations that it reaches.
pub(crate) fn sectors(roster: &Roster, least: usize) -> Vec<(SectorId, Bilingual, usize)> {
    roster
        .sectors
        .iter()
        .filter(|s| sharing::audience::sector_may_be_named(s.id, roster, least))
        .map(|s| (s.id, s.name.clone(), sharing::audience::reach(&Audience::sector(s.id), roster).len()))
        .collect()
}

/// An audience in words.
pub(crate) fn audience(audience: &Audience, roster: &Roster) -> Bilingual {
    let mut ja: Vec<String> = Vec::new();
    let mut en: Vec<String> = Vec::new();
    if audience.all {
        ja.push("全参加組織".to_owned());
        en.push("all members".to_owned());
    }
    let sectors = roster.sectors.iter().filter(|s| !audience.all && audience.sectors.contains(&s.id));
    let named = roster.organisations.iter().filter(|o| audience.organisations.contains(&o.id));
    for name in sectors.map(|s| &s.name).chain(named.map(|o| &o.name)) {
        ja.push(name.ja.clone());
        en.push(name.en.clone());
    }
    let (mut ja, mut en) = (ja.join("、"), en.join(", "));
    if !audience.excluded.is_empty() {
        ja.push_str(&format!("（{} 組織を除く）", audience.excluded.len()));
        en.push_str(&format!(" (less {} excluded)", audience.excluded.len()));
    }
    Bilingual { ja, en }
}

/// An organisation's name, also when it has left.
pub(crate) fn name(roster: &Roster, id: OrgId) -> Bilingual {
    let gone = || Bilingual {
        ja: "（退会した組織）".to_owned(),
        en: "(an organisation that left)".to_owned(),
    };
    roster.organisation(id).map_or_else(gone, |o| o.name.clone())
}
