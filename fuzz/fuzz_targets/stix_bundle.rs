//! Any bytes as a bundle: what is read is in them byte for byte, reads alone as it read among others, and is validated and lifted without a
//! fault of ours.
#![no_main]

use stix::{Limits, Object, read_lifted, read_objects, read_objects_streaming};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let whole = read_objects(bytes, &limits);
    let mut streamed = Vec::new();
    let ended = read_objects_streaming(bytes, &limits, |read| streamed.extend(read.ok()));
    assert_eq!(whole.is_ok(), ended.is_ok());
    let Ok((objects, _)) = whole else { return };
    assert_eq!(objects, streamed);
    for object in &objects {
        let raw = object.raw().as_bytes();
        assert!(bytes.windows(raw.len()).any(|part| part == raw));
        assert_eq!(Object::parse(object.raw()).as_ref(), Ok(object));
    }
    let lifted = read_lifted(bytes, &limits).expect("it was read before");
    for object in &lifted.objects {
        let alone = format!(r#"{{"objects":[{}]}}"#, object.raw());
        let again = read_lifted(alone.as_bytes(), &limits).expect("what is lifted can be read");
        assert_eq!((again.objects.as_slice(), again.changes.len()), (std::slice::from_ref(object), 0));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = stix::validate_text(text, &stix::Options::default());
    }
});
