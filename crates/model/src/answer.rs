//! What recipients answer, and the bands in which a source learns of it.

use crate::named::named;

named! {
    /// How far one recipient has come with one item. The order is the order of progress.
    pub enum Progress {
        /// It was put into the organisation's feed.
        Received = "received",
        /// A person opened it, or a program fetched it.
        Read = "read",
        /// Own systems were checked.
        Swept = "swept",
        /// Checked: nothing found.
        NotSeen = "not-seen",
        /// Checked: found.
        Seen = "seen",
    }
}

named! {
    /// A number of organisations, told only roughly.
    pub enum Band {
        /// Too few to tell.
        Hidden = "hidden",
        /// Three to five.
        ThreeToFive = "3-5",
        /// Six to ten.
        SixToTen = "6-10",
        /// More than ten.
        OverTen = "over-10",
    }
}

/// The fewest organisations, besides the asker, on each side of a band that is told (design, rule of trust 7).
pub const BAND_MIN: usize = 3;

/// The bands of one item as told to its source: how many saw it, how many checked and did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Bands {
    /// Found it.
    pub seen: Band,
    /// Checked and did not find it.
    pub not_seen: Band,
}

impl Bands {
    /// Nothing told yet.
    pub const HIDDEN: Self = Self { seen: Band::Hidden, not_seen: Band::Hidden };

    /// Bands of today: told only when both sides have [`BAND_MIN`] independent organisations besides the asker, never less
    /// than what was told before (monotone), so that no single answer can be read from a change.
    #[must_use]
    pub fn of(seen: usize, not_seen: usize, before: Self) -> Self {
        if seen < BAND_MIN || not_seen < BAND_MIN {
            return before;
        }
        Self { seen: before.seen.max(band(seen)), not_seen: before.not_seen.max(band(not_seen)) }
    }
}

fn band(count: usize) -> Band {
    match count {
        0..BAND_MIN => Band::Hidden,
        BAND_MIN..=5 => Band::ThreeToFive,
        6..=10 => Band::SixToTen,
        _ => Band::OverTen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seen: usize, not_seen: usize, expected: (Band, Band)) {
        let bands = Bands::of(seen, not_seen, Bands::HIDDEN);
        assert_eq!((bands.seen, bands.not_seen), expected, "{seen} seen, {not_seen} not");
    }

    #[test]
    fn a_band_needs_three_on_both_sides() {
        check(2, 20, (Band::Hidden, Band::Hidden));
        check(20, 2, (Band::Hidden, Band::Hidden));
        check(3, 3, (Band::ThreeToFive, Band::ThreeToFive));
        check(6, 11, (Band::SixToTen, Band::OverTen));
    }

    #[test]
    fn bands_never_shrink() {
        let before = Bands { seen: Band::SixToTen, not_seen: Band::ThreeToFive };
        assert_eq!(Bands::of(3, 7, before), Bands { seen: Band::SixToTen, not_seen: Band::SixToTen });
        assert_eq!(Bands::of(0, 0, before), before);
    }
}
