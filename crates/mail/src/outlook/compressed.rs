//! The compression that Outlook puts on RTF bodies: LZ77 with a dictionary of common RTF words.

const START: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// Bytes of the ring that references point into.
const RING: usize = 4096;

/// Decompresses a body; a broken end keeps what came before. Never more than `room` bytes.
pub(crate) fn decompress(data: &[u8], room: usize) -> Vec<u8> {
    let Some(head) = data.get(..16) else { return Vec::new() };
    let body = &data[16..];
    let stated = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
    let room = room.min(stated);
    match &head[8..12] {
        b"MELA" => return body[..body.len().min(room)].to_vec(),
        b"LZFu" => {}
        _ => return Vec::new(),
    }
    let mut ring = [b' '; RING];
    ring[..START.len()].copy_from_slice(START);
    let mut write = START.len();
    let mut out = Vec::new();
    let mut bytes = body.iter().copied();
    while let Some(flags) = bytes.next() {
        for bit in 0..8 {
            if out.len() >= room {
                return out;
            }
            if flags >> bit & 1 == 0 {
                let Some(byte) = bytes.next() else { return out };
                out.push(byte);
                ring[write] = byte;
                write = (write + 1) % RING;
                continue;
            }
            let (Some(high), Some(low)) = (bytes.next(), bytes.next()) else { return out };
            let reference = usize::from(high) << 8 | usize::from(low);
            let offset = reference >> 4;
            if offset == write {
                return out;
            }
            for step in 0..(reference & 15) + 2 {
                let byte = ring[(offset + step) % RING];
                out.push(byte);
                ring[write] = byte;
                write = (write + 1) % RING;
            }
        }
    }
    out
}
