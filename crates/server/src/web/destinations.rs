//! Destinations in a form: what is ticked is what the source consents to.

use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use hub::{HubError, Problem};
use model::consent::Destinations;
use model::org::Roster;

/// What is ticked.
///
/// # Errors
/// A sector that is none; nothing ticked at all.
pub(crate) fn read(fields: &Fields) -> Result<Destinations, Fault> {
    let chosen = Destinations {
        all: fields.ticked("all"),
        sectors: fields.read_all("sector")?,
        organisations: fields.read_all("organisation")?,
        government: fields.ticked("government"),
        police: fields.ticked("police"),
        foreign: fields.ticked("foreign"),
    };
    if chosen == Destinations::default() {
        return Err(Fault::Hub(HubError::Invalid("destinations", Problem::NoDestination)));
    }
    Ok(chosen)
}

/// Destinations in words, in one line.
pub(crate) fn spoken(f: &Frame, to: &Destinations, roster: &Roster) -> String {
    let mut words = Vec::new();
    if to.all {
        words.push(f.t("to-all"));
    }
    words.extend(
        roster.sectors.iter().filter(|s| to.sectors.contains(&s.id)).map(|s| f.say(&s.name).to_owned()),
    );
    words.extend(
        to.organisations.iter().filter_map(|id| roster.organisation(*id)).map(|o| f.say(&o.name).to_owned()),
    );
    let bodies = [
        (to.government, f.t("to-government")),
        (to.police, f.t("to-police")),
        (to.foreign, f.t("to-foreign")),
    ];
    words.extend(bodies.into_iter().filter(|(ticked, _)| *ticked).map(|(_, words)| words));
    words.join(if f.is_ja() { "、" } else { ", " })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::SectorId;

    #[test]
    fn only_what_is_ticked_is_consented_to() {
        let sector = SectorId::from_random([1; 16]);
        let fields =
            Fields::new(vec![("sector".into(), sector.to_string()), ("police".into(), "yes".into())]);
        let expected = Destinations { sectors: [sector].into(), police: true, ..Destinations::default() };
        assert_eq!(read(&fields).ok(), Some(expected));
    }

    #[test]
    fn nothing_ticked_is_said() {
        let fault = read(&Fields::default()).err();
        assert!(matches!(fault, Some(Fault::Hub(HubError::Invalid("destinations", Problem::NoDestination)))));
    }
}
