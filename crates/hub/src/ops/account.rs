//! A person's own account: how it is reached, its password, its one-time codes, its sessions.

use crate::ledger::leaf;
use crate::ops::{auth, password, totp};
use crate::{Hub, HubError, Problem};
use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use model::id::PersonId;
use model::role::Notify;
use store::{PersonRow, Tx};

/// Codes on paper that are given at once.
const RECOVERY_CODES: usize = 10;

/// The longest address (RFC 5321 section 4.5.3.1) and telephone number, in bytes.
const ADDRESS_BYTES_MAX: usize = 254;
const PHONE_BYTES_MAX: usize = 40;

/// What the page of one's own account shows.
#[derive(Clone, Debug)]
pub struct Account {
    /// Sign-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Where notices go.
    pub address: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// When it is told by mail.
    pub notify: Notify,
    /// Since when the address refuses mail.
    pub unreachable_at: Option<Timestamp>,
    /// Whether one-time codes are asked for.
    pub totp: bool,
    /// Codes on paper that are left.
    pub recovery_codes: u64,
    /// Open sessions, this one among them.
    pub sessions: u64,
}

/// A new secret, shown once: as text and as the address in a QR code.
#[derive(Clone, Debug)]
pub struct NewTotp {
    /// Base32.
    pub secret: String,
    /// `otpauth://…`
    pub address: String,
}

/// One's own account.
///
/// # Errors
/// `NotFound`, `Unavailable`.
pub async fn show(hub: &Hub, person: PersonId) -> Result<Account, HubError> {
    let mut tx = hub.store.read().await?;
    let row = tx.person(person).await?.ok_or(HubError::NotFound)?;
    Ok(Account {
        recovery_codes: tx.count_recovery_codes(person).await?,
        sessions: tx.count_sessions(person, hub.now()).await?,
        totp: row.totp.is_some(),
        notify: row.notify.parse().unwrap_or(Notify::Off),
        unreachable_at: row.unreachable_at.and_then(|at| Timestamp::from_microsecond(at).ok()),
        login: row.login,
        name: row.name,
        address: row.address,
        phone: row.phone,
    })
}

/// Changes how one is reached.
///
/// # Errors
/// `Invalid`.
pub async fn set_contact(
    hub: &Hub,
    person: PersonId,
    address: &str,
    phone: &str,
    notify: Notify,
) -> Result<(), HubError> {
    let address = checked_address(address)?;
    let phone = checked_phone(phone)?;
    if notify != Notify::Off && address.is_none() {
        return Err(HubError::Invalid("address", Problem::MailNeeded));
    }
    let mut tx = hub.store.write().await?;
    tx.set_contact(person, address, phone, notify).await?;
    Ok(tx.commit().await?)
}

/// An address that a mail can be sent to, or none.
pub(crate) fn checked_address(text: &str) -> Result<Option<&str>, HubError> {
    let text = text.trim();
    let fits = text.len() <= ADDRESS_BYTES_MAX
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
        && text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    match text {
        "" => Ok(None),
        text if fits => Ok(Some(text)),
        _ => Err(HubError::Invalid("address", Problem::NotAMailAddress)),
    }
}

fn checked_phone(text: &str) -> Result<Option<&str>, HubError> {
    let text = text.trim();
    let fits =
        text.len() <= PHONE_BYTES_MAX && text.chars().all(|c| c.is_ascii_digit() || "+-() #*".contains(c));
    match text {
        "" => Ok(None),
        text if fits => Ok(Some(text)),
        _ => Err(HubError::Invalid("phone", Problem::NotAPhone)),
    }
}

/// Changes one's password; every other session ends.
///
/// # Errors
/// `Invalid` when the old one or the code is wrong or the new one short, `SlowDown`.
pub async fn set_password(
    hub: &Hub,
    person: PersonId,
    cookie: &str,
    proof: Proof<'_>,
    new: &str,
) -> Result<(), HubError> {
    let row = row(hub, person).await?;
    let hash = password::hash(new, &hub.random("salt"))?;
    let mut tx = proven(hub, &row, proof).await?;
    tx.set_password(person, &hash).await?;
    tx.end_links_for(person, hub.now()).await?;
    tx.delete_other_sessions(person, &auth::hash(cookie)).await?;
    leaf(hub, &mut tx, "password", &[("person", person.to_string())]).await?;
    Ok(tx.commit().await?)
}

/// Ends every other session of the person.
///
/// # Errors
/// `Unavailable`.
pub async fn end_other_sessions(hub: &Hub, person: PersonId, cookie: &str) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    tx.delete_other_sessions(person, &auth::hash(cookie)).await?;
    Ok(tx.commit().await?)
}

/// Draws a new secret; it counts from its first code on ([`confirm_totp`]). An open session alone is not enough: whoever finds one
/// would own the account.
///
/// # Errors
/// `Invalid` for a wrong password, and without a code where one-time codes are in force; `SlowDown`.
pub async fn begin_totp(hub: &Hub, person: PersonId, proof: Proof<'_>) -> Result<NewTotp, HubError> {
    let row = row(hub, person).await?;
    let mut tx = proven(hub, &row, proof).await?;
    let secret = hub.random::<{ totp::SECRET_BYTES }>(&format!("totp/{person}"));
    let sealed = hub.store.seals().hub_key("totp").seal(hub.random("seal"), &context(person), &secret)?;
    tx.set_totp_pending(person, &sealed).await?;
    tx.commit().await?;
    Ok(shown_once(hub, &secret, &row.login))
}

fn shown_once(hub: &Hub, secret: &[u8], login: &str) -> NewTotp {
    let address = totp::address(secret, &hub.settings.name.en, login);
    NewTotp { secret: totp::printed(secret), address }
}

/// The secret that waits for its first code, for whoever was shown it: after a wrong code it is shown once more. `None` for another.
///
/// # Errors
/// `NotFound`, `Unavailable`.
pub async fn waiting_totp(hub: &Hub, person: PersonId, secret: &str) -> Result<Option<NewTotp>, HubError> {
    let row = row(hub, person).await?;
    let Some(sealed) = row.totp_pending.as_deref() else { return Ok(None) };
    let waiting = shown_once(hub, &open(hub, person, sealed)?, &row.login);
    Ok(Some(waiting).filter(|waiting| waiting.secret == secret))
}

/// What somebody who is signed in shows once more before its password or its one-time codes change. A link for a new password that
/// went astray ends with each of these changes: it would undo them.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// The password.
    pub password: &'a str,
    /// A code, of the app or of the paper; asked for while codes are in force.
    pub code: &'a str,
}

/// A transaction for whoever proved both.
pub(crate) async fn proven(hub: &Hub, row: &PersonRow, proof: Proof<'_>) -> Result<Tx, HubError> {
    auth::confirm(hub, row, proof.password).await?;
    let mut tx = hub.store.write().await?;
    if let Some(sealed) = &row.totp
        && !second_proof(hub, &mut tx, row.id()?, sealed, proof.code).await?
    {
        auth::wrong_code(hub, row);
        return Err(HubError::Invalid("code", Problem::NotTheCode));
    }
    Ok(tx)
}

/// Puts the waiting secret into force with its first code, and gives the codes on paper: shown once.
///
/// # Errors
/// `Invalid` for a wrong code; `NotFound` when none waits.
pub async fn confirm_totp(hub: &Hub, person: PersonId, code: &str) -> Result<Vec<String>, HubError> {
    let mut tx = hub.store.write().await?;
    let row = tx.person(person).await?.ok_or(HubError::NotFound)?;
    let secret = open(hub, person, row.totp_pending.as_deref().ok_or(HubError::NotFound)?)?;
    let step =
        totp::step_of(&secret, code, hub.now()).ok_or(HubError::Invalid("code", Problem::NotTheCode))?;
    tx.confirm_totp(person, step).await?;
    tx.end_links_for(person, hub.now()).await?;
    let codes = paper(hub, &mut tx, person).await?;
    leaf(hub, &mut tx, "totp", &[("person", person.to_string()), ("on", "yes".to_owned())]).await?;
    tx.commit().await?;
    Ok(codes)
}

/// New codes on paper; the old ones count no more.
///
/// # Errors
/// `Invalid` when the password or the code is wrong, `NotFound` without one-time codes, `SlowDown`.
pub async fn renew_codes(hub: &Hub, person: PersonId, proof: Proof<'_>) -> Result<Vec<String>, HubError> {
    let row = row(hub, person).await?;
    if row.totp.is_none() {
        return Err(HubError::NotFound);
    }
    let mut tx = proven(hub, &row, proof).await?;
    tx.end_links_for(person, hub.now()).await?;
    let codes = paper(hub, &mut tx, person).await?;
    leaf(hub, &mut tx, "recovery-codes", &[("person", person.to_string())]).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Ends one-time codes.
///
/// # Errors
/// `Invalid` when the password or the code is wrong, `SlowDown`.
pub async fn end_totp(hub: &Hub, person: PersonId, proof: Proof<'_>) -> Result<(), HubError> {
    let row = row(hub, person).await?;
    let mut tx = proven(hub, &row, proof).await?;
    tx.remove_totp(person).await?;
    tx.end_links_for(person, hub.now()).await?;
    leaf(hub, &mut tx, "totp", &[("person", person.to_string()), ("on", "no".to_owned())]).await?;
    Ok(tx.commit().await?)
}

/// Whether the code is right for a person who has one-time codes: of the app, or of the paper. A right one is used up.
pub(crate) async fn second_proof(
    hub: &Hub,
    tx: &mut Tx,
    person: PersonId,
    sealed: &[u8],
    code: &str,
) -> Result<bool, HubError> {
    if let Some(step) = totp::step_of(&open(hub, person, sealed)?, code, hub.now()) {
        return Ok(tx.use_totp_step(person, step).await?);
    }
    let hash = paper_hash(hub, person, code);
    let used = tx.use_recovery_code(person, &hash, hub.now()).await?;
    if used {
        leaf(hub, tx, "recovery-code-used", &[("person", person.to_string())]).await?;
    }
    Ok(used)
}

pub(crate) async fn row(hub: &Hub, person: PersonId) -> Result<PersonRow, HubError> {
    let mut tx = hub.store.read().await?;
    tx.person(person).await?.ok_or(HubError::NotFound)
}

/// Draws the codes on paper: 50 random bits each, in letters that are read aloud without doubt.
async fn paper(hub: &Hub, tx: &mut Tx, person: PersonId) -> Result<Vec<String>, HubError> {
    let codes: Vec<String> = (0..RECOVERY_CODES)
        .map(|_| {
            let text = BASE32_NOPAD.encode(&hub.random::<7>(&format!("paper/{person}"))).to_lowercase();
            format!("{}-{}", &text[..5], &text[5..10])
        })
        .collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| paper_hash(hub, person, code)).collect();
    tx.set_recovery_codes(person, &hashes).await?;
    Ok(codes)
}

fn paper_hash(hub: &Hub, person: PersonId, code: &str) -> Vec<u8> {
    let plain: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    hub.store.seals().tag("recovery-code", format!("{person}/{plain}").as_bytes())
}

fn open(hub: &Hub, person: PersonId, sealed: &[u8]) -> Result<Vec<u8>, HubError> {
    Ok(hub.store.seals().hub_key("totp").open(&context(person), sealed)?)
}

fn context(person: PersonId) -> String {
    format!("totp/{person}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers() {
        let address = |text: &str| checked_address(text).map(|a| a.is_some()).ok();
        assert_eq!(address(" kita@asagiri.example "), Some(true));
        assert_eq!(address(""), Some(false));
        assert_eq!(address("kita"), None);
        assert_eq!(address("a@b.example, c@d.example"), None);
        assert_eq!(address("a@b.example\r\nBcc: x@y.example"), None);
        let phone = |text: &str| checked_phone(text).map(|p| p.is_some()).ok();
        assert_eq!(phone("+81 (0)3-0000-0000"), Some(true));
        assert_eq!(phone("call me"), None);
    }
}
