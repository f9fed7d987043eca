//! One round over the folder: each mail that is new is taken, left where it lies, or put off.

use super::envelope::envelope;
use super::{Later, Left, Off, Pulled, later, said};
use crate::ops::intake::{self, MAIL_BYTES_MAX, READER_PANICKED, Recipient};
use crate::{Hub, HubError};
use client::imap::{Folder, ImapError, Mailbox};
use std::collections::BTreeSet;

/// Mails that end in one round: the rest comes with the next, so that a full mailbox holds up nothing else.
const ROUND_MAX: usize = 200;

/// What is noted of a mail that is kept.
const TAKEN: &str = "taken";

/// What ends a round.
pub(super) enum Stop {
    Line(ImapError),
    Store(HubError),
}

impl From<ImapError> for Stop {
    fn from(why: ImapError) -> Self {
        Self::Line(why)
    }
}

impl<E: Into<HubError>> From<E> for Stop {
    fn from(why: E) -> Self {
        Self::Store(why.into())
    }
}

/// What a mail is known by: a keyed hash.
type Name = Vec<u8>;

fn name(hub: &Hub, mailbox: &Mailbox, uid_validity: u32, uid: u32) -> Name {
    let Mailbox { host, port, user, folder, .. } = mailbox;
    let name = format!("{host}\n{port}\n{user}\n{folder}\n{uid_validity}\n{uid}");
    hub.store.seals().tag("pulled", name.as_bytes())
}

/// A round under way.
pub(super) struct Round<'a> {
    hub: &'a Hub,
    mailbox: &'a Mailbox,
    later: &'a Later,
    folder: Folder,
    done: Pulled,
}

impl<'a> Round<'a> {
    pub(super) async fn whole(hub: &'a Hub, mailbox: &'a Mailbox, later: &'a Later) -> Result<Pulled, Stop> {
        let folder = mailbox.open().await?;
        let mut round = Self { hub, mailbox, later, folder, done: Pulled::default() };
        let uids = round.folder.uids().await?;
        let names: Vec<Name> =
            uids.iter().map(|uid| name(hub, mailbox, round.folder.uid_validity, *uid)).collect();
        later.begin(&names, hub.now());
        for (uid, mail) in uids.into_iter().zip(&names) {
            if round.done.taken + round.done.left.len() >= ROUND_MAX {
                break;
            }
            if !later.has(mail) {
                later.take_in_hand(mail);
                round.one(uid, mail).await?;
                later.let_go();
            }
        }
        round.folder.close().await;
        Ok(round.done)
    }

    async fn one(&mut self, uid: u32, mail: &Name) -> Result<(), Stop> {
        let noted = self.hub.store.read().await?.pulled(mail).await?;
        match noted.as_deref() {
            // it was kept, and not moved then
            Some(TAKEN) => return self.move_away(uid, mail).await,
            Some(_) => return Ok(()),
            None => {}
        }
        match self.read(uid).await {
            Ok(Read::Gone) => Ok(()),
            Ok(Read::TooLarge) => self.leave(uid, mail, Left::TooLarge).await,
            Ok(Read::Mail(raw)) => self.take(uid, mail, raw).await,
            Err(ImapError::Unreadable) => {
                // the rest of the answer may still be on the line; a server that cannot be had again says nothing about the mail
                self.open_anew().await?;
                self.leave(uid, mail, Left::Unreadable).await
            }
            Err(ImapError::Refused(_)) => {
                self.put_off(uid, mail, Off::Refused, later::AGAIN_SECONDS);
                Ok(())
            }
            Err(why) => Err(why.into()),
        }
    }

    async fn read(&mut self, uid: u32) -> Result<Read, ImapError> {
        let Some(size) = self.folder.size(uid).await? else { return Ok(Read::Gone) };
        if size > MAIL_BYTES_MAX {
            return Ok(Read::TooLarge);
        }
        Ok(self.folder.mail(uid, MAIL_BYTES_MAX).await?.map_or(Read::Gone, Read::Mail))
    }

    async fn open_anew(&mut self) -> Result<(), ImapError> {
        let before = self.folder.uid_validity;
        self.folder = self.mailbox.open().await?;
        if self.folder.uid_validity == before {
            return Ok(());
        }
        Err(ImapError::Line("the folder was made anew meanwhile".to_owned()))
    }

    async fn take(&mut self, uid: u32, mail: &Name, raw: Vec<u8>) -> Result<(), Stop> {
        match keep(self.hub, mail, raw).await {
            Ok(true) => {}
            Ok(false) => return self.leave(uid, mail, Left::Nobody).await,
            // one organisation's flood is held up by itself; the others' mails go on
            Err(HubError::SlowDown(wait)) => {
                self.put_off(uid, mail, Off::Full, wait);
                return Ok(());
            }
            Err(HubError::Unavailable(why)) if why != READER_PANICKED => {
                return Err(HubError::Unavailable(why).into());
            }
            Err(HubError::Alarm) => return Err(HubError::Alarm.into()),
            Err(_) => return self.leave(uid, mail, Left::Unreadable).await,
        }
        note(self.hub, mail, TAKEN).await?;
        self.done.taken += 1;
        self.move_away(uid, mail).await
    }

    async fn move_away(&mut self, uid: u32, mail: &Name) -> Result<(), Stop> {
        match self.folder.move_away(uid).await {
            Err(why @ ImapError::NotMoved { .. }) => {
                let mut tx = self.hub.store.write().await?;
                tx.pulled_still_lies(mail, self.hub.now()).await?;
                tx.commit().await?;
                self.put_off(uid, mail, Off::NotMoved, later::AGAIN_SECONDS);
                self.done.not_moved = Some(why);
                Ok(())
            }
            other => Ok(other?),
        }
    }

    fn put_off(&mut self, uid: u32, mail: &Name, why: Off, seconds: u64) {
        self.later.put_off(mail, why, seconds, self.hub.now());
        self.done.put_off.push((uid, why));
    }

    async fn leave(&mut self, uid: u32, mail: &Name, why: Left) -> Result<(), Stop> {
        note(self.hub, mail, why.as_str()).await?;
        said::stays(uid, why);
        self.done.left.push((uid, why));
        Ok(())
    }
}

/// Whether a mail is for anybody, who then has it.
async fn keep(hub: &Hub, mail: &Name, raw: Vec<u8>) -> Result<bool, HubError> {
    let read = move || {
        let (from, addresses) = envelope(&raw);
        (raw, from, addresses)
    };
    let (raw, from, addresses) = intake::apart(read).await?;
    let mut to = BTreeSet::new();
    for address in &addresses {
        to.extend(intake::recipient(hub, address).await?);
    }
    let to: Vec<Recipient> = to.into_iter().collect();
    if !to.is_empty() {
        intake::receive_pulled(hub, &from, &to, raw, mail).await?;
    }
    Ok(!to.is_empty())
}

async fn note(hub: &Hub, mail: &Name, outcome: &str) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    tx.note_pulled(mail, outcome, hub.now()).await?;
    Ok(tx.commit().await?)
}

/// A mail as the server hands it out.
enum Read {
    Gone,
    TooLarge,
    Mail(Vec<u8>),
}
