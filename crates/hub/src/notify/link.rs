//! A check's link and code by mail, to an address without an account.
//!
//! The link is made when the letter goes out: its address and code are in that letter and nowhere else. A letter that goes out twice
//! ends the first one's link.

use super::letter::{Kind, Waiting, Words};
use super::{Post, message_id, put_out, system_time};
use crate::ops::check::{contact_address, link};
use crate::ops::words;
use crate::{Hub, HubError};
use client::post::{Mail, PostError};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::id::{ContactId, PutId};
use model::lang::Bilingual;
use store::{PutRow, Tx};

/// Queues a letter to every address that the asked organisation gave, inside the caller's transaction.
pub(crate) async fn queue_links(hub: &Hub, tx: &mut Tx, put: &PutRow, kind: Kind) -> Result<(), HubError> {
    if hub.post.is_none() {
        return Ok(());
    }
    for contact in tx.check_contacts(put.organisation).await? {
        let waiting = Waiting::Contact { to: contact.id, put: put.id, kind };
        put_out(hub, tx, &waiting, &contact.id.to_string(), true).await?;
    }
    Ok(())
}

/// Sends one. Nothing is sent any more once the check was answered or closed.
pub(super) async fn send(
    hub: &Hub,
    post: &Post,
    to: ContactId,
    put: PutId,
    kind: Kind,
) -> Result<Option<Result<(), String>>, HubError> {
    let mut tx = hub.store.write().await?;
    let row = tx.put(put).await?.filter(|row| row.closed_at.is_none() && row.answered_at.is_none());
    let Some(row) = row else { return Ok(None) };
    let contacts = tx.check_contacts(row.organisation).await?;
    let Some(contact) = contacts.into_iter().find(|contact| contact.id == to) else { return Ok(None) };
    let handed = link::make(hub, &mut tx, &row, Some(to), None).await?;
    let roster = tx.roster().await?;
    tx.commit().await?;
    let (subject, text) = kind.written(&Words {
        hub: hub.settings.name.clone(),
        url: hub.settings.url.clone(),
        organisation: words::name(&roster, row.organisation),
        link: handed.url,
        code: handed.code,
        due: due(row.due_at),
        ..Words::default()
    });
    let mail = Mail {
        bounce_to: post.from.clone(),
        from_name: hub.settings.name.en.clone(),
        from: post.from.clone(),
        to: contact_address(hub, &contact)?,
        subject,
        text,
        id: message_id(hub, &to.to_string()),
        at: system_time(hub.now()),
    };
    match post.transport.send(&mail).await {
        Ok(()) => Ok(Some(Ok(()))),
        Err(PostError::Refused(class)) => {
            tracing::warn!(
                "mail to a supplier's contact comes back: alarm; hand its link out on the page of slips"
            );
            Ok(Some(Err(class)))
        }
        Err(PostError::Later(class)) => Err(HubError::Unavailable(format!("mail-{class}"))),
    }
}

/// The due time as both halves of the letter say it: in Japan's time, and in UTC.
fn due(at: Timestamp) -> Bilingual {
    let utc = at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let zone = TimeZone::get("Asia/Tokyo").unwrap_or(TimeZone::UTC);
    let local = at.to_zoned_datetime(zone);
    Bilingual { ja: format!("{} ({utc})", local.strftime("%Y年%-m月%-d日 %H:%M %Z")), en: utc }
}

#[cfg(test)]
mod tests {
    use super::due;

    #[test]
    fn the_due_time_in_both_zones() {
        let told = due("2026-11-27T08:00:00Z".parse().unwrap());
        assert_eq!(told.ja, "2026年11月27日 17:00 JST (2026-11-27 08:00 UTC)");
        assert_eq!(told.en, "2026-11-27 08:00 UTC");
    }
}
