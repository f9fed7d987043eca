//! Callers of programs, believed for some seconds: a client that polls each second is not looked up each second.

use crate::ops::auth;
use crate::{Hub, HubError, fresh};
use sha2::{Digest, Sha256};
use sharing::Caller;

/// As [`auth::token`].
///
/// # Errors
/// `Unavailable`.
pub async fn token(hub: &Hub, presented: &str) -> Result<Option<Caller>, HubError> {
    fresh::caller(hub, key(&["token", presented]), auth::token(hub, presented)).await
}

/// As [`auth::basic`].
///
/// # Errors
/// `SlowDown`, `Unavailable`.
pub async fn basic(hub: &Hub, user: &str, password: &str, from: &str) -> Result<Option<Caller>, HubError> {
    fresh::caller(hub, key(&["basic", user, password]), auth::basic(hub, user, password, from)).await
}

fn key(parts: &[&str]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().into()
}
