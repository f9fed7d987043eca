//! Texts made small before they are sealed: their length (u32, little-endian), then one zstd frame.

/// The fastest of zstd's usual levels: a block of indicators shrinks to a sixth in less than a millisecond.
const LEVEL: i32 = 1;

/// Packs. `None` only beyond 4 GiB or without memory.
pub(crate) fn pack(plain: &[u8]) -> Option<Vec<u8>> {
    let mut out = u32::try_from(plain.len()).ok()?.to_le_bytes().to_vec();
    out.append(&mut zstd::bulk::compress(plain, LEVEL).ok()?);
    Some(out)
}

/// What was packed; `None` for anything else.
pub(crate) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let (length, frame) = packed.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let plain = zstd::bulk::decompress(frame, length).ok()?;
    (plain.len() == length).then_some(plain)
}
