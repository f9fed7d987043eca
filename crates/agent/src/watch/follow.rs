//! What to do with a log, from how far it was read and what it looks like now. Pure.

use crate::journal::block::Place;

/// A file as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// Device and inode, hashed.
    pub(super) file: u64,
    /// Its length.
    pub(super) length: u64,
    /// Hash of its first bytes; 0 while it has fewer.
    pub(super) start: u64,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing is new.
    Wait,
    /// Read on.
    On,
    /// It was cut, or another content stands in it: read from its beginning.
    Anew,
    /// Another file stands in its place: read the old one to its end, then this one.
    Rotated,
}

/// Decides for a log that is open.
pub(super) fn step(known: &Place, now: &Look) -> Step {
    let other_start = known.start != 0 && now.start != 0 && known.start != now.start;
    match () {
        () if known.file != now.file => Step::Rotated,
        () if now.length < known.offset || other_start => Step::Anew,
        () if now.length > known.offset => Step::On,
        () => Step::Wait,
    }
}

/// Where to begin with a log that is opened: where any of the known places of this very file says.
pub(super) fn begin(known: &[Place], now: &Look) -> Place {
    let of_this = |p: &&Place| step(p, now) == Step::On || step(p, now) == Step::Wait;
    let offset = known.iter().filter(of_this).map(|p| p.offset).max().unwrap_or(0);
    Place { file: now.file, offset, start: now.start }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(known: (u64, u64, u64), now: (u64, u64, u64), expected: Step) {
        let known = Place { file: known.0, offset: known.1, start: known.2 };
        let now = Look { file: now.0, length: now.1, start: now.2 };
        assert_eq!(step(&known, &now), expected, "{known:?} {now:?}");
    }

    #[test]
    fn grown_cut_refilled_and_rotated() {
        check((1, 100, 7), (1, 100, 7), Step::Wait);
        check((1, 100, 7), (1, 150, 7), Step::On);
        check((1, 100, 0), (1, 400, 7), Step::On);
        check((1, 100, 7), (1, 20, 0), Step::Anew);
        check((1, 100, 7), (1, 150, 8), Step::Anew);
        check((1, 100, 7), (2, 150, 7), Step::Rotated);
    }

    #[test]
    fn a_restart_goes_on_at_the_farthest_place_of_the_same_file() {
        let place = |file, offset| Place { file, offset, start: 7 };
        let now = Look { file: 1, length: 500, start: 7 };
        assert_eq!(begin(&[place(1, 100), place(1, 300), place(2, 400), place(1, 900)], &now).offset, 300);
        assert_eq!(begin(&[place(2, 400)], &now).offset, 0);
        assert_eq!(begin(&[Place { file: 1, offset: 300, start: 8 }], &now).offset, 0, "another content");
    }
}
