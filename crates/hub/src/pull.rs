//! Mail that lies in a mailbox elsewhere, for a hub to which no mail can be delivered: a folder is read every so often, and what is in
//! it goes the way of what comes by SMTP.
//!
//! A mail is moved away when it is kept, and not before. Mailbox, UIDVALIDITY and UID are its name (RFC 3501 section 2.3.1.1): a line
//! that broke after a mail was kept brings nobody the same mail twice. What cannot be taken stays where it lies, and is named once.

use crate::ops::intake::{self, MAIL_BYTES_MAX, Recipient};
use crate::{Hub, HubError};
use client::imap::{Folder, ImapError, Mailbox};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::watch;

/// Mails of one round: the rest comes with the next, so that a full mailbox holds up nothing else.
const ROUND_MAX: usize = 200;

/// The longest wait after a line that could not be had, in rounds.
const BACK_OFF_MAX: u32 = 16;

/// What one round did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulled {
    /// Mails that are kept and were moved away.
    pub taken: usize,
    /// Mails that stay, by number, found in this round: too large, or for nobody.
    pub left: Vec<(u32, Left)>,
}

/// Why a mail stays where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It has more bytes than the door takes.
    TooLarge,
    /// No header names an address of this hub.
    Nobody,
}

impl Left {
    fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::Nobody => "nobody",
        }
    }
}

/// What is noted of a mail that is kept.
const TAKEN: &str = "taken";

/// Reads the mailbox every so often until `stop` is true.
pub async fn run(hub: Hub, mailbox: Mailbox, every: Duration, mut stop: watch::Receiver<bool>) {
    let mut failed: u32 = 0;
    while !*stop.borrow() {
        let round = tokio::select! {
            round = pull(&hub, &mailbox) => round,
            _ = stop.changed() => return,
        };
        match round {
            Ok(done) => {
                if failed > 0 {
                    tracing::warn!("the mailbox can be read again");
                }
                failed = 0;
                for (uid, why) in &done.left {
                    tracing::warn!(
                        mail.uid = uid,
                        reason = why.as_str(),
                        "a mail stays in the mailbox; look at it there"
                    );
                }
            }
            Err(why) => {
                failed = failed.saturating_add(1);
                if failed.is_power_of_two() {
                    tracing::error!(alarm = "mailbox", rounds = failed, error = %why, "the mailbox could not be read");
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(every * (failed + 1).min(BACK_OFF_MAX)) => {}
            _ = stop.changed() => {}
        }
    }
}

fn no_line(why: &ImapError) -> HubError {
    HubError::Unavailable(format!("imap: {why}"))
}

/// One round: everything that is new in the folder, oldest first.
///
/// # Errors
/// `Unavailable` for the line and the store: what was taken before that is taken.
pub async fn pull(hub: &Hub, mailbox: &Mailbox) -> Result<Pulled, HubError> {
    let mut folder = mailbox.open().await.map_err(|why| no_line(&why))?;
    let mut done = Pulled::default();
    let mut new = 0;
    for uid in folder.uids().await.map_err(|why| no_line(&why))? {
        let mail = name(hub, mailbox, folder.uid_validity, uid);
        let noted = hub.store.read().await?.pulled(&mail).await?;
        match noted.as_deref() {
            // it was kept, and the line broke before it was moved
            Some(TAKEN) => folder.move_away(uid).await.map_err(|why| no_line(&why))?,
            Some(_) => {}
            None if new == ROUND_MAX => break,
            None => {
                new += 1;
                one(hub, &mut folder, uid, &mail, &mut done).await?;
            }
        }
    }
    folder.close().await;
    Ok(done)
}

fn name(hub: &Hub, mailbox: &Mailbox, uid_validity: u32, uid: u32) -> Vec<u8> {
    let Mailbox { host, port, user, folder, .. } = mailbox;
    let name = format!("{host}\n{port}\n{user}\n{folder}\n{uid_validity}\n{uid}");
    hub.store.seals().tag("pulled", name.as_bytes())
}

async fn one(
    hub: &Hub,
    folder: &mut Folder,
    uid: u32,
    mail: &[u8],
    done: &mut Pulled,
) -> Result<(), HubError> {
    let Some(size) = folder.size(uid).await.map_err(|why| no_line(&why))? else { return Ok(()) };
    if size > MAIL_BYTES_MAX {
        return leave(hub, uid, mail, Left::TooLarge, done).await;
    }
    let raw = folder.mail(uid, MAIL_BYTES_MAX).await.map_err(|why| no_line(&why))?;
    let Some(raw) = raw else { return Ok(()) };
    let (from, addresses) = envelope(&raw);
    let mut to = BTreeSet::new();
    for address in &addresses {
        to.extend(intake::recipient(hub, address).await?);
    }
    if to.is_empty() {
        return leave(hub, uid, mail, Left::Nobody, done).await;
    }
    let to: Vec<Recipient> = to.into_iter().collect();
    match intake::receive_pulled(hub, &from, &to, raw, mail).await {
        // one organisation's flood is held up by itself; the others' mails go on
        Err(HubError::SlowDown(_)) => return Ok(()),
        other => other?,
    }
    note(hub, mail, TAKEN).await?;
    folder.move_away(uid).await.map_err(|why| no_line(&why))?;
    done.taken += 1;
    Ok(())
}

async fn leave(hub: &Hub, uid: u32, mail: &[u8], why: Left, done: &mut Pulled) -> Result<(), HubError> {
    note(hub, mail, why.as_str()).await?;
    done.left.push((uid, why));
    Ok(())
}

async fn note(hub: &Hub, mail: &[u8], outcome: &str) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    tx.note_pulled(mail, outcome, hub.now()).await?;
    Ok(tx.commit().await?)
}

/// Headers in which servers keep the address that a mail was delivered to. `To` and `Cc` are what its writer says, and stand in where
/// none of these does.
const DELIVERED: [&str; 4] = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to"];

/// From whom and to whom a mail was, as the server that delivered it wrote down: the first `Return-Path` and every recipient. An
/// absent sender is empty, and its mail waits for a person like every stranger's.
fn envelope(raw: &[u8]) -> (String, Vec<String>) {
    let (message, _) = mail::read_message(raw);
    let bare = |text: &str| text.trim().trim_start_matches('<').trim_end_matches('>').trim().to_owned();
    let is = |header: &mail::Header, name: &str| header.name.eq_ignore_ascii_case(name);
    let from = message.headers.iter().find(|header| is(header, "return-path"));
    let from = from.map(|header| bare(&header.value)).unwrap_or_default();
    let delivered = message.headers.iter().filter(|header| DELIVERED.iter().any(|name| is(header, name)));
    let delivered: Vec<String> = delivered.map(|header| bare(&header.value)).collect();
    if !delivered.is_empty() {
        return (from, delivered);
    }
    (from, message.to.iter().chain(&message.cc).map(|one| one.address.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::envelope;

    fn check(raw: &str, from: &str, to: &[&str]) {
        let found = envelope(raw.replace('\n', "\r\n").as_bytes());
        assert_eq!(found, (from.to_owned(), to.iter().map(|one| (*one).to_owned()).collect()), "{raw}");
    }

    #[test]
    fn what_the_server_wrote_down_goes_before_what_the_writer_says() {
        check(
            "Return-Path: <a@x.example>\nDelivered-To: in-1@h.example\nTo: b@y.example\n\nx",
            "a@x.example",
            &["in-1@h.example"],
        );
        check(
            "Return-Path: <>\nTo: <in-1@h.example>, c@z.example\nCc: d@z.example\n\nx",
            "",
            &["in-1@h.example", "c@z.example", "d@z.example"],
        );
        check(
            "Return-Path: <a@x.example>\nReturn-Path: <b@x.example>\nX-Original-To: q@h.example\n\nx",
            "a@x.example",
            &["q@h.example"],
        );
        check("\n", "", &[]);
    }
}
