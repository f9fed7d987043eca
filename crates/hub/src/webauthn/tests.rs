//! Made by a device of our own, one thing wrong at a time.

use super::*;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

const CHALLENGE: &[u8] = b"what the hub asked for";
const CREDENTIAL: &[u8] = b"a credential";

fn party() -> RelyingParty {
    RelyingParty::at("https://hub.example").unwrap()
}

/// What a browser and its device say, before it is put into bytes.
struct Said {
    kind: &'static str,
    origin: &'static str,
    more: &'static str,
    party: &'static str,
    flags: u8,
    counter: u32,
    /// What stands behind the counter.
    rest: Vec<u8>,
    pair: EcdsaKeyPair,
}

fn said(kind: &'static str, flags: u8) -> Said {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let rest =
        if flags & 0x40 == 0 { Vec::new() } else { made(CREDENTIAL, &cose(pair.public_key().as_ref())) };
    Said {
        kind,
        origin: "https://hub.example",
        more: "",
        party: "hub.example",
        flags,
        counter: 7,
        rest,
        pair,
    }
}

fn cose(point: &[u8]) -> Vec<u8> {
    let (x, y) = point[1..].split_at(32);
    let fixed = |hex: &[u8]| HEXLOWER.decode(hex).unwrap();
    [&fixed(b"a5010203262001215820")[..], x, &fixed(b"225820"), y].concat()
}

fn made(id: &[u8], key: &[u8]) -> Vec<u8> {
    [&[9; 16][..], &u16::try_from(id.len()).unwrap().to_be_bytes(), id, key].concat()
}

impl Said {
    fn client_data(&self) -> Vec<u8> {
        let (challenge, more) = (BASE64URL_NOPAD.encode(CHALLENGE), self.more);
        let (kind, origin) = (self.kind, self.origin);
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}"{more}}}"#).into_bytes()
    }

    fn authenticator_data(&self) -> Vec<u8> {
        let hash = Sha256::digest(self.party);
        [&hash[..], &[self.flags], &self.counter.to_be_bytes(), &self.rest].concat()
    }

    fn assertion(&self) -> Assertion {
        let (client_data, authenticator_data) = (self.client_data(), self.authenticator_data());
        let message = [&authenticator_data[..], &Sha256::digest(&client_data)[..]].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &message).unwrap().as_ref().to_vec();
        let (credential, user_handle) = (CREDENTIAL.to_vec(), b"whose".to_vec());
        Assertion { credential, client_data, authenticator_data, signature, user_handle }
    }

    fn key(&self) -> PublicKey {
        PublicKey::of_point(self.pair.public_key().as_ref()).unwrap()
    }
}

/// Present and verified; the same with a credential.
const GET: u8 = 0x05;
const CREATE: u8 = 0x45;

#[track_caller]
fn check_both(change: impl Fn(&mut Said), expected: Result<(), Flaw>) {
    check_get(&change, expected);
    check_create(change, expected);
}

#[track_caller]
fn check_get(change: impl Fn(&mut Said), expected: Result<(), Flaw>) {
    let mut one = said("webauthn.get", GET);
    change(&mut one);
    let assertion = one.assertion();
    let read = assertion.read(&party());
    assert_eq!(read.as_ref().map(drop).map_err(|why| *why), expected);
    if let Ok(read) = read {
        assert_eq!((read.challenge.as_slice(), read.counter), (CHALLENGE, one.counter));
        assert!(read.signed_by(&one.key()));
        assert!(!read.signed_by(&said("webauthn.get", GET).key()), "another's key");
    }
}

#[track_caller]
fn check_create(change: impl Fn(&mut Said), expected: Result<(), Flaw>) {
    let mut one = said("webauthn.create", CREATE);
    change(&mut one);
    let read = Registration::read(&one.client_data(), &one.authenticator_data(), &party());
    assert_eq!(read.as_ref().map(drop).map_err(|why| *why), expected);
    if let Ok(read) = read {
        assert_eq!((read.challenge.as_slice(), read.credential.as_slice()), (CHALLENGE, CREDENTIAL));
        assert_eq!((read.key.point(), read.counter), (one.pair.public_key().as_ref(), one.counter));
    }
}

#[test]
fn what_the_browser_says() {
    check_both(|_| {}, Ok(()));
    check_both(|s| s.more = r#","crossOrigin":false,"other_keys_can_be_added_here":"x""#, Ok(()));
    check_both(|s| s.kind = "payment.get", Err(Flaw::Type));
    check_get(|s| s.kind = "webauthn.create", Err(Flaw::Type));
    check_create(|s| s.kind = "webauthn.get", Err(Flaw::Type));
    for origin in
        ["http://hub.example", "https://hub.example:8443", "https://evil.example", "https://a.hub.example"]
    {
        check_both(|s| s.origin = origin, Err(Flaw::Origin));
    }
    check_both(|s| s.more = r#","crossOrigin":true"#, Err(Flaw::CrossOrigin));
    check_both(|s| s.more = r#","topOrigin":"https://hub.example""#, Err(Flaw::CrossOrigin));
    check_both(|s| s.more = r#","origin":"https://hub.example""#, Err(Flaw::ClientData));
    check_both(|s| s.more = ",", Err(Flaw::ClientData));
}

#[test]
fn what_the_device_says() {
    check_both(|s| s.party = "example", Err(Flaw::RelyingParty));
    check_both(|s| s.party = "https://hub.example", Err(Flaw::RelyingParty));
    check_both(|s| s.flags &= !0x01, Err(Flaw::NotPresent));
    check_both(|s| s.flags &= !0x04, Err(Flaw::NotVerified));
    check_both(|s| s.flags |= 0x10, Err(Flaw::Backup));
    check_both(|s| s.flags |= 0x18, Ok(()));
    check_both(|s| s.rest.push(0xa0), Err(Flaw::Length));
    check_both(|s| s.flags |= 0x80, Err(Flaw::Length));
    let extended = |s: &mut Said| {
        s.flags |= 0x80;
        s.rest.push(0xa0);
    };
    check_both(extended, Ok(()));
    check_create(|s| s.flags &= !0x40, Err(Flaw::Length));
    let without = |s: &mut Said| {
        s.flags &= !0x40;
        s.rest.clear();
    };
    check_create(without, Err(Flaw::Credential));
    let with = |s: &mut Said| {
        s.flags |= 0x40;
        s.rest = made(CREDENTIAL, &cose(s.pair.public_key().as_ref()));
    };
    check_get(with, Err(Flaw::Credential));
}

#[test]
fn what_a_new_credential_is() {
    let check = |id: &[u8], change: fn(&mut Vec<u8>), expected| {
        let mut one = said("webauthn.create", CREATE);
        let mut key = cose(one.pair.public_key().as_ref());
        change(&mut key);
        one.rest = made(id, &key);
        let read = Registration::read(&one.client_data(), &one.authenticator_data(), &party());
        assert_eq!(read.map(|read| read.credential.len()), expected);
    };
    check(&[1; 1], |_| {}, Ok(1));
    check(&[1; 1_023], |_| {}, Ok(1_023));
    check(&[1; 1_024], |_| {}, Err(Flaw::TooLong("credential", 1_023)));
    check(&[], |_| {}, Err(Flaw::Length));
    check(CREDENTIAL, |key| key.truncate(76), Err(Flaw::Key));
    check(CREDENTIAL, |key| key.push(0), Err(Flaw::Length));
    // RS256 instead of ES256, P-384 instead of P-256, a sixth member
    check(CREDENTIAL, |key| key[4] = 0x39, Err(Flaw::Key));
    check(CREDENTIAL, |key| key[6] = 0x02, Err(Flaw::Key));
    check(CREDENTIAL, |key| key[0] = 0xa6, Err(Flaw::Key));
    // a point beside the curve, and none at all
    check(CREDENTIAL, |key| key[76] ^= 1, Err(Flaw::Key));
    check(CREDENTIAL, |key| key[10..].fill(0), Err(Flaw::Key));
}

#[test]
fn limits() {
    let check = |change: fn(&mut Assertion), expected| {
        let mut one = said("webauthn.get", GET).assertion();
        change(&mut one);
        assert_eq!(one.read(&party()).map(drop), Err(expected));
    };
    check(|a| a.credential = vec![0; 1_024], Flaw::TooLong("credential", 1_023));
    check(|a| a.signature = vec![0; 73], Flaw::TooLong("signature", 72));
    check(|a| a.user_handle = vec![0; 65], Flaw::TooLong("user_handle", 64));
    check(|a| a.client_data.resize(4_097, b' '), Flaw::TooLong("client_data", 4_096));
    check(|a| a.authenticator_data.resize(4_097, 0), Flaw::TooLong("authenticator_data", 4_096));
    check(|a| a.authenticator_data.truncate(36), Flaw::Length);
}

#[test]
fn a_counter_goes_on_or_stands_at_nothing() {
    let check = |counter, last, expected| {
        let mut one = said("webauthn.get", GET);
        one.counter = counter;
        assert_eq!(
            one.assertion().read(&party()).unwrap().counts_on(last),
            expected,
            "{counter} after {last}"
        );
    };
    check(0, 0, true);
    check(1, 0, true);
    check(8, 7, true);
    check(7, 7, false);
    check(6, 7, false);
    check(0, 7, false);
    check(u32::MAX, 7, true);
}

/// Every bit of what is signed and of the signature, one after the other.
#[test]
fn no_bit_can_be_turned_over() {
    let one = said("webauthn.get", GET);
    let (key, party) = (one.key(), party());
    let passes = |assertion: &Assertion| assertion.read(&party).is_ok_and(|read| read.signed_by(&key));
    let whole = one.assertion();
    assert!(passes(&whole));
    let fields: [fn(&mut Assertion) -> &mut Vec<u8>; 3] =
        [|a| &mut a.client_data, |a| &mut a.authenticator_data, |a| &mut a.signature];
    for (n, field) in fields.into_iter().enumerate() {
        for bit in 0..8 * field(&mut whole.clone()).len() {
            let mut wrong = whole.clone();
            field(&mut wrong)[bit / 8] ^= 1 << (bit % 8);
            assert!(!passes(&wrong), "field {n}, bit {bit}");
        }
    }
}

proptest! {
    /// Whatever comes is read or refused; nothing of it is signed by a key that did not sign it.
    #[test]
    fn any_bytes_are_read_or_refused(tail in proptest::collection::vec(any::<u8>(), 0..1_300), flags: u8, json: Vec<u8>) {
        let hash = Sha256::digest("hub.example");
        let authenticator_data = [&hash[..], &[flags], &tail].concat();
        let client_data = said("webauthn.create", CREATE).client_data();
        let _ = Registration::read(&client_data, &authenticator_data, &party());
        let _ = Registration::read(&json, &authenticator_data, &party());
        let client_data = said("webauthn.get", GET).client_data();
        let signature = tail.iter().copied().take(72).collect();
        let assertion = Assertion { client_data, authenticator_data, signature, ..Assertion::default() };
        if let Ok(read) = assertion.read(&party()) {
            prop_assert!(!read.signed_by(&said("webauthn.get", GET).key()));
        }
    }
}
