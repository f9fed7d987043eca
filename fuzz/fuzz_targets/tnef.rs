//! Any bytes as the `winmail.dat` of a mail.
#![no_main]

const HEAD: &[u8] = b"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\
Content-Transfer-Encoding: binary\r\n\r\n\x78\x9f\x3e\x22";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let bytes = bytes.strip_prefix(b"\x78\x9f\x3e\x22").unwrap_or(bytes);
    let _ = mail::read_message(&[HEAD, bytes].concat());
});
