//! Cursors that cannot be forged nor read: what a face puts in comes back, or nothing does.
//!
//! Sealed with a nonce made from the state itself, so that the same position gives the same cursor, on every node and after a
//! restart, and a cursor tells its holder nothing.

use crate::Hub;
use data_encoding::BASE64URL_NOPAD;

/// The longest cursor that is looked at, in bytes. Ours hold a position and some filters.
const CURSOR_BYTES_MAX: usize = 16 * 1024;

/// A printable cursor that holds `state`.
#[must_use]
pub fn seal(hub: &Hub, state: &[u8]) -> String {
    let tag = hub.store.seals().tag("cursor-nonce", state);
    let mut nonce = [0; store::seal::NONCE_BYTES];
    nonce.copy_from_slice(&tag[..store::seal::NONCE_BYTES]);
    let sealed = hub.store.seals().hub_key("cursor").seal(nonce, "cursor", state).unwrap_or_default();
    BASE64URL_NOPAD.encode(&sealed)
}

/// What [`seal`] was given, `None` when the cursor is not ours.
#[must_use]
pub fn open(hub: &Hub, cursor: &str) -> Option<Vec<u8>> {
    if cursor.len() > CURSOR_BYTES_MAX {
        return None;
    }
    let sealed = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
    hub.store.seals().hub_key("cursor").open("cursor", &sealed).ok()
}

/// The cursor after a row with this time and identifier.
pub(crate) fn after(hub: &Hub, list: &str, micros: i64, id: uuid::Uuid) -> String {
    seal(hub, format!("{list} {micros} {id}").as_bytes())
}

/// The reverse of [`after`], for the same list.
///
/// # Errors
/// `Invalid` for a cursor that is not ours or of another list.
pub(crate) fn position(
    hub: &Hub,
    list: &str,
    cursor: Option<&str>,
) -> Result<Option<(i64, uuid::Uuid)>, crate::HubError> {
    let Some(cursor) = cursor else { return Ok(None) };
    let read = || {
        let text = String::from_utf8(open(hub, cursor)?).ok()?;
        let (name, rest) = text.split_once(' ')?;
        let (micros, id) = rest.split_once(' ')?;
        (name == list).then_some(())?;
        Some((micros.parse().ok()?, id.parse().ok()?))
    };
    read().map(Some).ok_or(crate::HubError::Invalid("after", crate::Problem::NotACursor))
}

/// The cursor after a row that its name places.
pub(crate) fn after_name(hub: &Hub, list: &str, name: &str) -> String {
    seal(hub, format!("{list} {name}").as_bytes())
}

/// The reverse of [`after_name`], for the same list.
///
/// # Errors
/// `Invalid` for a cursor that is not ours or of another list.
pub(crate) fn name(hub: &Hub, list: &str, cursor: Option<&str>) -> Result<Option<String>, crate::HubError> {
    let Some(cursor) = cursor else { return Ok(None) };
    let read = || {
        let text = String::from_utf8(open(hub, cursor)?).ok()?;
        Some(text.strip_prefix(list)?.strip_prefix(' ')?.to_owned())
    };
    read().map(Some).ok_or(crate::HubError::Invalid("after", crate::Problem::NotACursor))
}
