//! Bytes that say they are a compiled set, with a checksum that fits: whatever they hold, scanning with them never crashes.
#![no_main]
use indicator::{Indicator, Kind};
use libfuzzer_sys::fuzz_target;
use sweep::signed::{self, KeyKind, SignerKey};
use sweep::{Entry, Items, Scanner, Set, SetBuilder};

const TEXT: &[u8] = b"GET http://www.evil.example/a 192.0.2.1 2001:db8::1 a@evil.example \
    00112233445566778899aabbccddeeff evil[.]example 1.2.0.192.in-addr.arpa\n";

/// A good set with bytes of the input written over it, its checksum made to fit by the set's own writer.
fn damaged(data: &[u8]) -> Vec<u8> {
    let mut builder = SetBuilder::new();
    for (kind, value) in [
        (Kind::Domain, "evil.example"),
        (Kind::Url, "http://evil.example/a"),
        (Kind::Ipv4, "192.0.2.1"),
        (Kind::Cidr6, "2001:db8::/32"),
        (Kind::Md5, "00112233445566778899aabbccddeeff"),
        (Kind::Email, "a@evil.example"),
    ] {
        if let Ok(indicator) = Indicator::new(kind, value) {
            builder.add(Entry { indicator, labels: vec!["l".to_owned()], item: Some("i".to_owned()) });
        }
    }
    builder.of_hub(Items { brings: [("i".to_owned(), 1)].into(), ..Items::default() });
    let mut bytes = builder.compile().0.to_bytes();
    for change in data.chunks_exact(5) {
        let at = u32::from_le_bytes([change[0], change[1], change[2], 0]) as usize % bytes.len();
        bytes[at] = change[4];
    }
    sweep::fit_checksum(&mut bytes);
    bytes
}

fuzz_target!(|data: &[u8]| {
    let trusted = SignerKey::from_seed("fuzz", KeyKind::Log, &[7; 32]).map(|key| key.verifier().clone());
    let _ = signed::open(data.to_vec(), &trusted.into_iter().collect::<Vec<_>>());
    for bytes in [data.to_vec(), damaged(data)] {
        if let Ok(set) = Set::from_bytes(bytes) {
            let mut hits = Vec::new();
            Scanner::new(&set).scan(TEXT, 1, &mut hits);
            for hit in hits.iter().take(100) {
                let _ = set.entry(hit.entry);
            }
            let _ = set.items();
            let _ = SetBuilder::new().add_sets(&[set.clone(), set]);
        }
    }
});
