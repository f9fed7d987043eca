//! Any bytes as a mail: read, printed for machines and for people.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (message, problems) = mail::read_message(bytes);
    let _ = mail::to_json(&message, &problems);
    let _ = mail::to_text(&message, &problems);
    let _ = mail::foreign_hop(&message, &|_| false);
    let (carried, _) = mail::carried(bytes);
    if let Some(rest) = carried.without_mails {
        assert!(rest.len() <= bytes.len());
    }
    let _ = mail::inline_forward(&message);
    if mail::is_mbox(bytes) {
        let _ = mail::read_mbox(bytes);
    }
});
