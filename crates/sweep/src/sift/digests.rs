//! Long runs of letters and digits against the filter of digests.

use super::{Lanes, Places};
use crate::set::Filters;
use crate::set::filter::may_hold;
use crate::set::names::digest_hash;

/// Keeps the runs of exactly a digest's length that may be listed.
#[inline(always)]
pub(super) fn keep(
    piece: &[u8],
    lanes: &Lanes,
    long: &Places,
    filters: Filters<'_>,
    out: &mut Vec<(u32, u32)>,
) {
    out.clear();
    for at in long.as_slice() {
        let (start, end) = lanes.alnum_run(*at as usize);
        if !matches!(end - start, 32 | 40 | 64 | 128) {
            continue;
        }
        let Some(digits) = piece.get(start..end) else { continue };
        if may_hold(filters.digests, digest_hash(digits)) {
            out.push((start as u32, end as u32));
        }
    }
}
