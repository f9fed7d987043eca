//! Talk on a check, relayed by the hub: whoever was asked writes on its put, an asker on its ask. Neither reads a line of the other
//! before staff let it pass, and an asker is named to nobody.

use super::{asker_tag, put};
use crate::ops::question::{self, Line, checked, lines, write_in};
use crate::{Hub, HubError};
use model::id::{CheckId, PutId};
use model::question::{About, Voice};
use sharing::check::{AsAsked, AsAsker};
use store::{LineRow, Tx};

/// Whoever was asked writes to the hub, which relays what the askers shall read.
///
/// # Errors
/// `NotFound` for what was put to another, `Invalid` text.
pub async fn ask(hub: &Hub, asked: AsAsked, id: PutId, text: &str) -> Result<(), HubError> {
    let text = checked(text)?;
    let mut tx = hub.store.write().await?;
    put::own(&mut tx, &asked, id).await?;
    write_in(hub, &mut tx, (About::Check, id.0), asked.org(), Voice::Recipient, text).await?;
    Ok(tx.commit().await?)
}

/// What whoever was asked reads: its own lines, and what passed from the hub and from the askers. Cost: the askers of the put.
///
/// # Errors
/// `NotFound` for what was put to another.
pub async fn of_asked(hub: &Hub, asked: AsAsked, id: PutId) -> Result<Vec<Line>, HubError> {
    let mut tx = hub.store.read().await?;
    put::own(&mut tx, &asked, id).await?;
    let mut out = Vec::new();
    for thread in tx.questions(id.0, None).await? {
        out.extend(lines(hub, &mut tx, &thread, own_or_relayed(Voice::Recipient), Voice::Recipient).await?);
    }
    for ask in tx.askers_of(id).await? {
        for thread in tx.questions(ask.0, None).await? {
            let passed = |line: &LineRow| line.relayed && line.voice == Voice::Source;
            out.extend(lines(hub, &mut tx, &thread, passed, Voice::Recipient).await?);
        }
    }
    out.sort_by_key(|line| line.at);
    Ok(out)
}

/// An asker writes to the hub, which relays it to everybody whom the ask was put to.
///
/// # Errors
/// `NotFound` for another's ask, `Invalid` text.
pub async fn reply(hub: &Hub, asker: AsAsker, id: CheckId, text: &str) -> Result<(), HubError> {
    let text = checked(text)?;
    let mut tx = hub.store.write().await?;
    tx.ask_of(&asker_tag(hub, asker.org), id).await?.ok_or(HubError::NotFound)?;
    write_in(hub, &mut tx, (About::Check, id.0), asker.org, Voice::Source, text).await?;
    Ok(tx.commit().await?)
}

/// What an asker reads: its own lines, the hub's, and what passed from those it asked; not from whom. Cost: its shares.
///
/// # Errors
/// `NotFound` for another's ask.
pub async fn of_asker(hub: &Hub, asker: AsAsker, id: CheckId) -> Result<Vec<Line>, HubError> {
    let mut tx = hub.store.read().await?;
    let ask = tx.ask_of(&asker_tag(hub, asker.org), id).await?.ok_or(HubError::NotFound)?;
    let mut out = own_thread(hub, &mut tx, asker, id).await?;
    for (put, share) in tx.shares(&ask).await? {
        for thread in tx.questions(put.id.0, None).await? {
            // what was said before this one asked would tell that somebody else had
            let passed =
                |line: &LineRow| line.relayed && line.voice == Voice::Recipient && line.at >= share.joined_at;
            out.extend(lines(hub, &mut tx, &thread, passed, Voice::Source).await?);
        }
    }
    out.sort_by_key(|line| line.at);
    Ok(out)
}

async fn own_thread(hub: &Hub, tx: &mut Tx, asker: AsAsker, id: CheckId) -> Result<Vec<Line>, HubError> {
    let mut out = Vec::new();
    for thread in question::own_threads(hub, tx, id.0, asker.org).await? {
        out.extend(lines(hub, tx, &thread, own_or_relayed(Voice::Source), Voice::Source).await?);
    }
    Ok(out)
}

fn own_or_relayed(own: Voice) -> impl Fn(&LineRow) -> bool {
    move |line| line.relayed || line.voice == own
}
