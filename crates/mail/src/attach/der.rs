//! What lies in a DER or BER sequence: S/MIME bodies and signatures, key stores, certificates.

/// The object identifiers of CMS content that S/MIME carries, with tag and length (RFC 5652, RFC 8551).
const CMS: &[&[u8]] = &[
    // data, signed, enveloped, signed and enveloped, digested and encrypted data
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01",
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03",
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x04",
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x05",
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06",
    // compressed and authenticated-enveloped data
    b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09",
    b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17",
];

/// Sequences of less than this are too short to name what they hold: tag, length and the longest identifier.
const TELLING_BYTES: usize = 19;

/// The type of a sequence; `None` for bytes that are none, or one of another make.
pub(crate) fn kind(bytes: &[u8], filename: Option<&str>, declared: Option<&str>) -> Option<&'static str> {
    let inner = sequence(bytes)?;
    let declared = declared.unwrap_or_default();
    let stated =
        || declared.starts_with("application/pkcs7-") || declared.starts_with("application/x-pkcs7-");
    if CMS.iter().any(|identifier| inner.starts_with(identifier)) || bytes.len() < TELLING_BYTES && stated() {
        let name = filename.unwrap_or_default().to_ascii_lowercase();
        let detached = declared.ends_with("pkcs7-signature") || name.ends_with(".p7s");
        return Some(if detached { "application/pkcs7-signature" } else { "application/pkcs7-mime" });
    }
    match inner {
        // PFX: version 3, then the sealed contents (RFC 7292)
        [2, 1, 3, 0x30, ..] => Some("application/x-pkcs12"),
        _ => None,
    }
}

/// The inside of a sequence, of stated or open length.
fn sequence(bytes: &[u8]) -> Option<&[u8]> {
    match bytes {
        [0x30, 0..=0x80, inner @ ..]
        | [0x30, 0x81, _, inner @ ..]
        | [0x30, 0x82, _, _, inner @ ..]
        | [0x30, 0x83, _, _, _, inner @ ..]
        | [0x30, 0x84, _, _, _, _, inner @ ..] => Some(inner),
        _ => None,
    }
}
