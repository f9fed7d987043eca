//! What hostile bytes must not do: panic, hang, or grow beyond the bounds.
#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up shall fail")]

use mail::{limits, read_message};
use proptest::prelude::*;

/// Mails that the random changes start from.
fn seeds() -> &'static [Vec<u8>] {
    static SEEDS: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    SEEDS.get_or_init(read_seeds)
}

fn read_seeds() -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.retain(|path| path.extension().is_some_and(|end| end == "eml"));
    paths.into_iter().map(|path| std::fs::read(path).unwrap()).filter(|raw| !raw.is_empty()).collect()
}

fn codes(raw: &[u8]) -> Vec<&'static str> {
    read_message(raw).1.into_iter().map(|problem| problem.code).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes_are_read(raw in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let (message, problems) = read_message(&raw);
        prop_assert!(mail::to_json(&message, &problems).is_object());
    }

    #[test]
    fn damaged_mails_are_read(
        seed in any::<prop::sample::Index>(),
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let raw = damaged(seed.get(seeds()).clone(), &places, cut);
        let (message, _) = read_message(&raw);
        prop_assert!(message.structure.parts <= limits::PARTS_MAX);
        prop_assert!(message.text.len() <= raw.len() * 16 + 4096);
    }

    /// Every byte of a forward is in one of the mails it carries, or in what is left of it.
    #[test]
    fn what_a_forward_carries_is_its_bytes(
        seeds_in in proptest::collection::vec(any::<prop::sample::Index>(), 1..4),
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut raw = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=outermost\r\n\r\n".to_vec();
        for one in &seeds_in {
            raw.extend_from_slice(b"--outermost\r\nContent-Type: message/rfc822\r\n\r\n");
            let seed: &Vec<u8> = one.get(seeds());
            raw.extend_from_slice(seed);
            raw.extend_from_slice(b"\r\n");
        }
        raw.extend_from_slice(b"--outermost--\r\n");
        let raw = damaged(raw, &places, cut);
        let (message, _) = read_message(&raw);
        let _ = mail::inline_forward(&message);
        let (carried, _) = mail::carried(&raw);
        if let Some(rest) = carried.without_mails {
            let coded = String::from_utf8_lossy(&rest).to_ascii_lowercase().contains("content-transfer-encoding");
            let mails = carried.attached.iter().filter(|one| one.role == mail::Role::Mail);
            let kept: usize = mails.map(|one| one.bytes.len()).sum();
            prop_assert!(coded || rest.len() + kept == raw.len(), "{} + {} of {}", rest.len(), kept, raw.len());
        }
    }
}

fn damaged(mut raw: Vec<u8>, places: &[(prop::sample::Index, u8)], cut: prop::sample::Index) -> Vec<u8> {
    for (place, byte) in places {
        let at = place.index(raw.len());
        raw[at] = *byte;
    }
    raw.truncate(cut.index(raw.len()) + 1);
    raw
}

#[test]
fn a_multipart_of_itself_ends() {
    let mut raw = b"Subject: s\r\n".to_vec();
    for level in 0..200 {
        raw.extend(format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n").bytes());
    }
    assert!(codes(&raw).contains(&"limit-depth"));
}

#[test]
fn too_many_parts_are_counted_not_read() {
    let mut raw = b"Subject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n".to_vec();
    for _ in 0..limits::PARTS_MAX + 10 {
        raw.extend_from_slice(b"--b\r\n\r\nx\r\n");
    }
    assert!(codes(&raw).contains(&"limit-parts"));
}

#[test]
fn an_endless_gzip_is_stopped() {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let block = vec![0u8; 1024 * 1024];
    for _ in 0..100 {
        packer.write_all(&block).unwrap();
    }
    let mut raw = b"Subject: s\r\nContent-Type: application/gzip; name=x.gz\r\nContent-Transfer-Encoding: binary\r\n\r\n".to_vec();
    raw.extend(packer.finish().unwrap());
    assert!(codes(&raw).contains(&"limit-expanded"));
}

#[test]
fn a_mail_beyond_the_limit_says_so() {
    let mut raw = b"Subject: s\r\n\r\n".to_vec();
    raw.resize(limits::MESSAGE_BYTES_MAX + 1, b' ');
    assert!(codes(&raw).contains(&"limit-message"));
}

#[test]
fn a_type_after_blanks_with_its_semicolon_forgotten_is_read() {
    let raw = "Subject: s\r\nContent-Type:   text/plain 貉貉貉 charset=utf-8\r\n\r\nx";
    assert_eq!(read_message(raw.as_bytes()).0.text, "x");
}

#[test]
fn addresses_in_one_another_cost_no_square() {
    let raw = format!("Subject: s\r\n\r\n{}", "http://a.example/".repeat(200_000));
    assert!(!mail::urls(&read_message(raw.as_bytes()).0).is_empty());
}

#[test]
fn encoded_words_that_never_end_cost_no_square() {
    for word in ["=?utf-8?Q?", "=?utf-8?Q?a ", "=?utf-8?B?YQ", "=?utf-8?Q?a?=E3 "] {
        let many = word.repeat(limits::HEADER_BYTES_MAX / word.len());
        let raw = format!("Subject: {many}\r\nContent-Type: text/plain; name={many}\r\n\r\nx");
        assert_eq!(read_message(raw.as_bytes()).0.headers.len(), 2, "{word}");
    }
}

#[test]
fn strings_of_a_pdf_that_never_end_cost_no_square() {
    for key in ["/URI(", "/JS(", "/URI<"] {
        let raw = format!(
            "Subject: s\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4\n{}",
            key.repeat(4 * 1024 * 1024 / key.len())
        );
        assert_eq!(read_message(raw.as_bytes()).0.attachments.len(), 1, "{key}");
    }
}

#[test]
fn headers_behind_one_another_cost_no_square() {
    let raw = format!("Subject: s\r\n\r\n{}", "MIME-Version: 1.0\r\n\r\n".repeat(200_000));
    assert!(read_message(raw.as_bytes()).0.text.starts_with("MIME-Version"));
    let raw = format!("Subject: s\r\n\r\n{}", "--abc\r\nContent-Type: text/plain\r\n\r\n".repeat(100_000));
    assert!(codes(raw.as_bytes()).contains(&"limit-parts"));
}
