//! The addresses at which an organisation wants to hear that a collection has news.

use crate::ledger::leaf;
use crate::ops::admin::{AsRegistrar, by_whom};
use crate::{Hub, HubError, Problem, webhook};
use jiff::Timestamp;
use model::id::{OrgId, WebhookId};
use sharing::caller::AsOrgAdmin;
use store::WebhookRow;

/// The most addresses of one organisation: every one is told of every release.
const WEBHOOKS_MAX: usize = 10;

/// An address as listed: never its secret.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where to.
    pub url: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// The last try and what came of it: a status, `no-answer` or `out-of-reach`.
    pub last: Option<(Timestamp, String)>,
    /// When it is tried again, where the last try did not succeed.
    pub again_at: Option<Timestamp>,
    /// When it was given up.
    pub ended_at: Option<Timestamp>,
}

/// An address that was added.
#[derive(Clone, Debug)]
pub struct Added {
    /// Its id.
    pub id: WebhookId,
    /// The secret with which its messages are signed: `whsec_…`. It is shown once.
    pub secret: String,
}

impl From<WebhookRow> for Webhook {
    fn from(row: WebhookRow) -> Self {
        let again_at = (row.tries > 0 && row.ended_at.is_none()).then_some(row.next_at);
        let WebhookRow { id, url, created_at, last, ended_at, .. } = row;
        Self { id, url, created_at, last, again_at, ended_at }
    }
}

/// Those of one's own organisation, newest first.
///
/// # Errors
/// `Unavailable`.
pub async fn list(hub: &Hub, admin: AsOrgAdmin) -> Result<Vec<Webhook>, HubError> {
    of(hub, admin.org).await
}

/// Those of an organisation, for whoever holds the machine.
///
/// # Errors
/// `Unavailable`.
pub async fn list_for(hub: &Hub, _by: AsRegistrar, org: OrgId) -> Result<Vec<Webhook>, HubError> {
    of(hub, org).await
}

async fn of(hub: &Hub, org: OrgId) -> Result<Vec<Webhook>, HubError> {
    let rows = hub.store.read().await?.webhooks_of(org).await?;
    Ok(rows.into_iter().map(Webhook::from).collect())
}

/// Adds one. It is told of what comes from now on.
///
/// # Errors
/// `Invalid` for what is no address that the hub may send to, and beyond ten.
pub async fn add(hub: &Hub, admin: AsOrgAdmin, url: &str) -> Result<Added, HubError> {
    make(hub, admin.person.to_string(), admin.org, url).await
}

/// Adds one for an organisation, for whoever holds the machine.
///
/// # Errors
/// As [`add`].
pub async fn add_for(hub: &Hub, by: AsRegistrar, org: OrgId, url: &str) -> Result<Added, HubError> {
    make(hub, by_whom(by), org, url).await
}

async fn make(hub: &Hub, by: String, org: OrgId, url: &str) -> Result<Added, HubError> {
    let url = url.trim();
    hub.webhooks.check(url)?;
    let roster = hub.store.read().await?.roster().await?;
    let told_to = webhook::newest(hub, &roster, org).await?;
    let id = WebhookId::from_random(hub.random(&format!("webhook/{org}")));
    let now = hub.now();
    let row = WebhookRow {
        id,
        organisation: org,
        url: url.to_owned(),
        created_at: now,
        told_to,
        tries: 0,
        next_at: now,
        last: None,
        ended_at: None,
    };
    let mut tx = hub.store.write().await?;
    if tx.webhooks_of(org).await?.len() >= WEBHOOKS_MAX {
        return Err(HubError::Invalid("url", Problem::WebhooksFull { most: WEBHOOKS_MAX }));
    }
    tx.insert_webhook(&row).await?;
    leaf(hub, &mut tx, "webhook", &[("webhook", id.to_string()), ("by", by)]).await?;
    tx.commit().await?;
    hub.webhooks.changed.notify_one();
    Ok(Added { id, secret: client::webhook::secret_text(&webhook::secret(hub, id)) })
}

/// Removes one of one's own organisation.
///
/// # Errors
/// `NotFound` for another's and for none.
pub async fn remove(hub: &Hub, admin: AsOrgAdmin, id: WebhookId) -> Result<(), HubError> {
    take_away(hub, admin.person.to_string(), admin.org, id).await
}

/// Removes one of an organisation, for whoever holds the machine.
///
/// # Errors
/// As [`remove`].
pub async fn remove_for(hub: &Hub, by: AsRegistrar, org: OrgId, id: WebhookId) -> Result<(), HubError> {
    take_away(hub, by_whom(by), org, id).await
}

async fn take_away(hub: &Hub, by: String, org: OrgId, id: WebhookId) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    if !tx.remove_webhook(org, id).await? {
        return Err(HubError::NotFound);
    }
    leaf(hub, &mut tx, "webhook-removed", &[("webhook", id.to_string()), ("by", by)]).await?;
    Ok(tx.commit().await?)
}

/// Sends a message that says nothing and tells what came of it: a status, `no-answer` or `out-of-reach`. One that was given up is told
/// of news again when it takes this.
///
/// # Errors
/// `NotFound` for another's and for none.
pub async fn try_now(hub: &Hub, admin: AsOrgAdmin, id: WebhookId) -> Result<String, HubError> {
    let rows = hub.store.read().await?.webhooks_of(admin.org).await?;
    let row = rows.into_iter().find(|row| row.id == id).ok_or(HubError::NotFound)?;
    Ok(webhook::try_one(hub, row).await?.class())
}
