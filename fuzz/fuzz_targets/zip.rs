//! Any bytes as an attached archive or document: ZIP, gzip, OOXML, OLE, PDF, RTF by their first bytes.
#![no_main]

const HEAD: &[u8] = b"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: application/zip; name=a.zip\r\n\
Content-Disposition: attachment; filename=a.zip\r\nContent-Transfer-Encoding: binary\r\n\r\n";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = mail::read_message(&[HEAD, bytes].concat());
});
