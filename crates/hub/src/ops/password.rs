//! Passwords: Argon2id (RFC 9106) as PHC strings.

use crate::{HubError, Problem};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

/// The shortest password. NIST SP 800-63B asks for at least 8 and for no rules of composition; 12 leaves a margin.
pub(crate) const PASSWORD_CHARS_MIN: usize = 12;

/// A hash that no password has: checked when a login does not exist, so that it takes as long.
pub(crate) const DUMMY_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9yb3NoaS1ub2JvZHk$hVxLcSn6oT7Wg1a8vQm0b8Xq0JpC1o4h7z1v6k8m3dE";

/// 19 MiB, two passes, one lane: the first choice of the OWASP cheat sheet for Argon2id.
fn argon() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// The PHC string of a new password.
///
/// # Errors
/// `Invalid` for a short one.
pub(crate) fn hash(password: &str, salt: &[u8; 16]) -> Result<String, HubError> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(HubError::Invalid("password", Problem::CharsAtLeast { least: PASSWORD_CHARS_MIN }));
    }
    let hash = argon().hash_password_with_salt(password.as_bytes(), salt);
    hash.map(|h| h.to_string()).map_err(|_| HubError::Unavailable("argon2".to_owned()))
}

/// Whether `password` is the one of `stored`.
pub(crate) fn matches(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| argon().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let stored = hash("correct horse battery", &[3; 16]).unwrap();
        assert!(matches("correct horse battery", &stored));
        assert!(!matches("correct horse batterz", &stored));
        assert!(hash("short", &[3; 16]).is_err());
    }

    #[test]
    fn the_dummy_hash_reads_and_matches_nothing() {
        assert!(PasswordHash::new(DUMMY_HASH).is_ok());
        assert!(!matches("", DUMMY_HASH));
    }
}
