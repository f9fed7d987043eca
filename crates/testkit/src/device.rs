//! A device that holds a passkey, and the browser before it, in software: what WebAuthn says that they send, with real keys.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use hub::ops::passkey::{Assertion, NewPasskey, ToAdd, ToSignIn};
use sha2::{Digest, Sha256};

/// A passkey on a device.
pub struct Device {
    /// The origin of the page that the browser shows.
    pub origin: String,
    /// How often it has signed; a device that counts nothing stays at 0.
    pub counter: u32,
    /// The credential id.
    pub credential: Vec<u8>,
    /// The user handle that the hub gave it.
    pub user: Vec<u8>,
    pair: EcdsaKeyPair,
}

/// Flags: present and verified, and with a new credential.
const GET: u8 = 0x05;
const CREATE: u8 = 0x45;

impl Device {
    /// Makes a passkey for what the hub told the browser.
    #[must_use]
    pub fn make(told: &ToAdd, origin: &str, label: &str) -> (Self, NewPasskey) {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let credential = Sha256::digest(pair.public_key().as_ref())[..16].to_vec();
        let device =
            Self { origin: origin.to_owned(), counter: 1, credential, user: told.user.clone(), pair };
        let (x, y) = device.pair.public_key().as_ref()[1..].split_at(32);
        let key = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20][..], x, &[0x22, 0x58, 0x20], y].concat();
        let length = u16::try_from(device.credential.len()).unwrap().to_be_bytes();
        let made = [&[0; 16][..], &length, &device.credential, &key].concat();
        let new = NewPasskey {
            client_data: device.client_data("webauthn.create", &told.challenge),
            authenticator_data: device.said(&told.relying_party, CREATE, &made),
            label: label.to_owned(),
        };
        (device, new)
    }

    /// Signs what the hub told the browser.
    pub fn sign(&mut self, told: &ToSignIn) -> Assertion {
        self.counter += u32::from(self.counter > 0);
        let client_data = self.client_data("webauthn.get", &told.challenge);
        let authenticator_data = self.said(&told.relying_party, GET, &[]);
        let message = [&authenticator_data[..], &Sha256::digest(&client_data)[..]].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &message).unwrap().as_ref().to_vec();
        let (credential, user_handle) = (self.credential.clone(), self.user.clone());
        Assertion { credential, client_data, authenticator_data, signature, user_handle }
    }

    fn client_data(&self, kind: &str, challenge: &[u8]) -> Vec<u8> {
        let (challenge, origin) = (BASE64URL_NOPAD.encode(challenge), &self.origin);
        let said = serde_json::json!({
            "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false
        });
        said.to_string().into_bytes()
    }

    fn said(&self, party: &str, flags: u8, made: &[u8]) -> Vec<u8> {
        [&Sha256::digest(party)[..], &[flags], &self.counter.to_be_bytes(), made].concat()
    }
}
