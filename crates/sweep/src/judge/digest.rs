//! Digests: whole runs of exactly 32, 40, 64 or 128 hexadecimal digits (rule 17).

use super::Judge;
use crate::set::key;

impl Judge<'_> {
    /// Judges a run of letters and digits of a digest's length.
    pub(super) fn digest(&mut self, start: usize, end: usize) {
        let Some(digits) = self.piece.get(start..end) else { return };
        let mut value = Vec::with_capacity(64);
        if !key::hex_into(digits, &mut value) {
            return;
        }
        for (kind, len) in key::DIGESTS {
            if len == digits.len() {
                self.look_up(kind, &value, start..end, "digest");
            }
        }
    }
}
