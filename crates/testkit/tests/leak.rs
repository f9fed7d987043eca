//! The leak score on a few mails: what survives de-identification, and that the oracle would see it.

use std::collections::BTreeSet;
use std::thread;
use testkit::corpus::{Dice, Oracle, Outcome, Specimen, decode, judge, output, specimen};

const SEED: u64 = 20_260_113;
/// Enough that each story, charset and way of writing a link comes up several times.
const MAILS: u64 = 60;
/// At least so many names in each mail, in so many classes of carrier; so many indicators to keep.
const PLANTED: usize = 200;
const CLASSES: usize = 100;
const KEPT: usize = 8;

fn outcome(number: u64) -> (Specimen, Outcome) {
    let mail = specimen(SEED, number);
    let out = output(&mail.raw, &mail.profile, &mut Dice::new(number), jiff::Timestamp::UNIX_EPOCH);
    let outcome = judge(&mail, &out);
    (mail, outcome)
}

#[expect(clippy::unwrap_used, reason = "a thread that fails fails the test")]
fn outcomes() -> Vec<(Specimen, Outcome)> {
    thread::scope(|scope| {
        let halves: Vec<_> = (0..2)
            .map(|half| {
                scope.spawn(move || (0..MAILS).filter(|n| n % 2 == half).map(outcome).collect::<Vec<_>>())
            })
            .collect();
        halves.into_iter().flat_map(|half| half.join().unwrap()).collect()
    })
}

#[test]
fn nothing_survives_and_the_attacker_is_kept() {
    let all = outcomes();
    let (mut wanted, mut lost) = (0, Vec::new());
    for (mail, outcome) in &all {
        assert!(mail.plants.len() >= PLANTED && mail.kept.len() >= KEPT);
        assert!(mail.plants.iter().map(|p| &p.class).collect::<BTreeSet<_>>().len() >= CLASSES);
        assert!(outcome.complete, "an output was not looked through to its end");
        assert!(outcome.survivors.is_empty(), "{:#?}", outcome.survivors);
        wanted += mail.kept.len();
        lost.extend(&outcome.lost);
    }
    assert!(lost.len() * 50 <= wanted, "98 of 100 indicators are kept: {lost:#?}");
}

#[test]
fn the_oracle_finds_all_in_the_raw_mail() {
    let mail = specimen(SEED, 1);
    let (hits, complete) = Oracle::new(&mail.plants).find(&mail.raw);
    let seen: BTreeSet<_> = hits.iter().map(|h| h.plant).collect();
    let missed: Vec<_> = mail.plants.iter().enumerate().filter(|(at, _)| !seen.contains(at)).collect();
    assert!(complete && missed.is_empty(), "{missed:#?}");
}

#[test]
fn the_oracle_sees_through_disguises() {
    let mail = specimen(SEED, 0);
    let plant = mail.plants.iter().find(|p| p.class == "header Delivered-To").unwrap();
    let address = plant.written.as_str();
    let oracle = Oracle::new(&mail.plants);
    let check = |text: &str, expected: bool| {
        let found = oracle.find(text.as_bytes()).0.iter().any(|h| mail.plants[h.plant].written == address);
        assert_eq!(found, expected, "{text}");
    };
    let base64 = |text: &str| data_encoding::BASE64URL_NOPAD.encode(text.as_bytes());
    check(address, true);
    check(&address.to_uppercase(), true);
    check(&address.replace('@', "%2540"), true);
    check(&format!("https://a.test/c/{}", base64(address)), true);
    check(&format!("https://a.test/c/{}", base64(&base64(address))), true);
    check(&format!("{}.a.test", data_encoding::BASE32_NOPAD.encode(address.as_bytes()).to_lowercase()), true);
    check(&data_encoding::HEXLOWER.encode(address.as_bytes()), true);
    check(&address.chars().map(|c| format!("&#{};", u32::from(c))).collect::<String>(), true);
    check("https://attacker.test/portal", false);
    assert!(decode::views(b"plain").1);
}

#[test]
fn the_same_seed_makes_the_same_mail() {
    assert_eq!(specimen(3, 5).raw, specimen(3, 5).raw);
    assert_ne!(specimen(3, 5).raw, specimen(3, 6).raw);
}
