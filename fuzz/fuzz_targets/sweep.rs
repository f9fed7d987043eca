//! Any bytes as text: the fast classification and the portable one find the same, in one piece and line by line.
#![no_main]
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;
use sweep::{Hit, Scanner, Set, SetBuilder};

const LIST: &[u8] = b"domain\tevil.example\ndomain\ta.cn\ndomain\tco.uk\nipv4\t192.0.2.1\ncidr4\t198.51.100.0/24\n\
    ipv6\t2001:db8::1\ncidr6\t2001:db8:7::/48\nurl\thttp://evil.example/a\nurl\thttp://192.0.2.9/b\n\
    email\ta@evil.example\nfile-name\tdropper.exe\nmd5\t00112233445566778899aabbccddeeff\n";

fn set() -> &'static Set {
    static SET: OnceLock<Set> = OnceLock::new();
    SET.get_or_init(|| {
        let mut builder = SetBuilder::new();
        agent::lists::add(LIST, &mut builder);
        builder.compile().0
    })
}

fn scan(mut scanner: Scanner<'_>, pieces: &[&[u8]]) -> Vec<Hit> {
    let (mut line, mut hits) = (1, Vec::new());
    for piece in pieces {
        line += scanner.scan(piece, line, &mut hits);
    }
    hits
}

fuzz_target!(|data: &[u8]| {
    let whole = scan(Scanner::new(set()), &[data]);
    assert_eq!(whole, scan(Scanner::portable(set()), &[data]));
    let lines: Vec<&[u8]> = data.split_inclusive(|b| *b == b'\n').collect();
    assert_eq!(whole, scan(Scanner::new(set()), &lines));
});
