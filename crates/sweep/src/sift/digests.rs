//! Long runs of letters and digits against the filter of digests.

use super::{Lanes, Places, TOGETHER};
use crate::classify::Classify;
use crate::set::Filters;
use crate::set::filter::{may_hold, word_at};
use crate::set::names::digest_hash;

/// Keeps the runs of exactly a digest's length that may be listed.
#[inline(always)]
pub(super) fn keep<C: Classify>(
    classify: C,
    piece: &[u8],
    lanes: &Lanes,
    long: &Places,
    filters: Filters<'_>,
    out: &mut Vec<(u32, u32)>,
) {
    out.clear();
    let mut runs = [(0, 0, 0); TOGETHER];
    for group in long.as_slice().chunks(TOGETHER) {
        let mut count = 0;
        for at in group {
            let (start, end) = lanes.alnum_run(*at as usize);
            if !matches!(end - start, 32 | 40 | 64 | 128) {
                continue;
            }
            let hash = digest_hash(piece.get(start..end).unwrap_or_default());
            classify.prefetch(filters.digests, word_at(filters.digests, hash));
            runs[count] = (hash, start as u32, end as u32);
            count += 1;
        }
        for (hash, start, end) in &runs[..count] {
            if may_hold(filters.digests, *hash) {
                out.push((*start, *end));
            }
        }
    }
}
