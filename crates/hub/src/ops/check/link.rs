//! One-time links: a supplier answers from the mail in its hand, without an account.
//!
//! The address alone opens nothing, because programs that test mails open every address in them. The code that stands beside it is
//! typed once and exchanged for a cookie of that browser; the code is dead afterwards, and the link is good for that browser until
//! its time is over. A lost cookie means a new link.

use super::seal;
use crate::ledger::leaf;
use crate::ops::admin::AsRegistrar;
use crate::ops::auth::hash;
use crate::{Hub, HubError, Problem};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use model::check::term::CLOSE_DAYS;
use model::id::{ContactId, OrgId, PersonId, PutId};
use model::lang::{Bilingual, Lang};
use sha2::{Digest, Sha256};
use sharing::check::{AsAsked, ByLink};
use store::{CheckContactRow, LinkRow, PutRow, Tx};

/// Wrong codes after which a link is dead. Six tries at a million codes.
pub const TRIES_MAX: i64 = 6;

/// A link as handed out: its address and code are shown once and kept nowhere.
#[derive(Clone, Debug)]
pub struct Handed {
    /// The address.
    pub url: String,
    /// Six digits.
    pub code: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What the page of a link may say before the code is typed: nothing of the check.
#[derive(Clone, Debug)]
pub struct Closed {
    /// Whether a code is awaited; otherwise the code has been used, by whom this browser cannot show.
    pub awaits_code: bool,
}

/// An open link.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What its holder may see and answer.
    pub asked: AsAsked,
    /// The one put.
    pub put: PutId,
    /// Who is asked.
    pub organisation: Bilingual,
}

/// Makes a link; older ones of the same contact end.
pub(crate) async fn make(
    hub: &Hub,
    tx: &mut Tx,
    put: &PutRow,
    contact: Option<ContactId>,
    made_by: Option<PersonId>,
) -> Result<Handed, HubError> {
    let token = BASE64URL_NOPAD.encode(&hub.random::<24>(&format!("check-link/{}", put.organisation)));
    let number = u32::from_be_bytes(hub.random(&format!("check-code/{}", put.organisation))) % 1_000_000;
    let code = format!("{number:06}");
    let expires_at = model::time::plus_days(put.due_at, CLOSE_DAYS);
    let row = LinkRow {
        put: put.id,
        contact,
        made_by,
        code_hash: hash(&format!("{token} {code}")),
        tries: 0,
        cookie_hash: None,
        made_at: hub.now(),
        expires_at,
    };
    tx.insert_link(&hash(&token), &row).await?;
    Ok(Handed { url: format!("{}/c/{token}", hub.settings().url), code, expires_at })
}

async fn live(hub: &Hub, tx: &mut Tx, token: &str) -> Result<LinkRow, HubError> {
    let row = tx.link(&hash(token)).await?.filter(|l| l.expires_at > hub.now() && l.tries < TRIES_MAX);
    row.ok_or(HubError::NotFound)
}

/// The page before the code: an absent, used-up and expired link look alike.
///
/// # Errors
/// `NotFound`.
pub async fn closed(hub: &Hub, token: &str) -> Result<Closed, HubError> {
    let mut tx = hub.store.read().await?;
    let link = live(hub, &mut tx, token).await?;
    Ok(Closed { awaits_code: link.cookie_hash.is_none() })
}

/// Exchanges the code for the value of a cookie, once.
///
/// # Errors
/// `NotFound`; `Credentials` for a wrong code or one that was used.
pub async fn redeem(hub: &Hub, token: &str, code: &str) -> Result<String, HubError> {
    let digits: String =
        code.chars().filter_map(|c| c.to_digit(10).or_else(|| wide(c))).map(|d| d.to_string()).collect();
    let mut tx = hub.store.write().await?;
    let link = live(hub, &mut tx, token).await?;
    let right = link.code_hash == hash(&format!("{token} {digits}"));
    let cookie = BASE64URL_NOPAD.encode(&hub.random::<24>("check-cookie"));
    if !right {
        tx.count_wrong_code(&hash(token)).await?;
        tx.commit().await?;
        return Err(HubError::Credentials);
    }
    if !tx.redeem_link(&hash(token), &hash(&cookie)).await? {
        return Err(HubError::Credentials);
    }
    leaf(hub, &mut tx, "check-link-used", &[("put", link.put.to_string())]).await?;
    tx.commit().await?;
    Ok(cookie)
}

/// A full-width digit, as Japanese keyboards write it.
fn wide(c: char) -> Option<u32> {
    (u32::from(c)).checked_sub(u32::from('０')).filter(|d| *d < 10)
}

/// The holder of a link, by the cookie that its code was exchanged for.
///
/// # Errors
/// `NotFound` without a live link and its cookie, and once the organisation has left.
pub async fn opened(hub: &Hub, token: &str, cookie: &str) -> Result<Opened, HubError> {
    let mut tx = hub.store.read().await?;
    let link = live(hub, &mut tx, token).await?;
    if link.cookie_hash.as_deref() != Some(hash(cookie).as_slice()) {
        return Err(HubError::NotFound);
    }
    let put = tx.put(link.put).await?.ok_or(HubError::NotFound)?;
    let roster = tx.roster().await?;
    let organisation = roster.organisation(put.organisation).ok_or(HubError::NotFound)?;
    let by = ByLink { hash: Sha256::digest(token).into(), made_by: link.made_by };
    Ok(Opened {
        asked: AsAsked::by_link(put.organisation, put.id, by),
        put: put.id,
        organisation: organisation.name.clone(),
    })
}

/// Enters a contract: from then on the customer may ask its supplier.
///
/// # Errors
/// `Invalid` for an organisation that does not exist.
pub async fn add_contract(
    hub: &Hub,
    _by: AsRegistrar,
    customer: OrgId,
    supplier: OrgId,
) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    let roster = tx.roster().await?;
    if customer == supplier || [customer, supplier].iter().any(|o| roster.organisation(*o).is_none()) {
        return Err(HubError::Invalid("supplier", Problem::TwoOrganisations));
    }
    tx.put_contract(customer, supplier, hub.now()).await?;
    let entry = [("customer", customer.to_string()), ("supplier", supplier.to_string())];
    leaf(hub, &mut tx, "contract", &entry).await?;
    Ok(tx.commit().await?)
}

/// Adds the address at which a supplier without an account gets its links.
///
/// # Errors
/// `Invalid` for what is no address.
pub async fn add_contact(
    hub: &Hub,
    _by: AsRegistrar,
    organisation: OrgId,
    mail: &str,
    lang: Lang,
) -> Result<ContactId, HubError> {
    let well_formed =
        mail.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.'));
    if !well_formed || mail.len() > 254 || mail.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(HubError::Invalid("mail", Problem::NotAMailAddress));
    }
    let id = ContactId::from_random(hub.random("check-contact"));
    let sealed = seal(hub, &format!("contact {id}"), mail.as_bytes())?;
    let mut tx = hub.store.write().await?;
    tx.insert_check_contact(&CheckContactRow { id, organisation, lang, sealed }).await?;
    tx.commit().await?;
    Ok(id)
}
