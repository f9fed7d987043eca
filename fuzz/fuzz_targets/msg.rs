//! Any bytes behind the mark of an OLE container, which is what Outlook saves mail in.
#![no_main]

const MARK: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let raw = if bytes.starts_with(MARK) { bytes.to_vec() } else { [MARK, bytes].concat() };
    let _ = mail::read_message(&raw);
});
