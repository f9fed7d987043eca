//! Mail that lies in a mailbox elsewhere, for a hub to which no mail can be delivered: a folder is read every so often, and what is in
//! it goes the way of what comes by SMTP.
//!
//! A mail is moved away when it is kept, and not before. Mailbox, UIDVALIDITY and UID are its name (RFC 3501 section 2.3.1.1): a line
//! that broke after a mail was kept brings nobody the same mail twice. What cannot be taken stays where it lies, and is named once.
//! No mail stops the others: only the line and the store end a round.

mod envelope;
mod later;

use crate::ops::intake::{self, MAIL_BYTES_MAX, READER_PANICKED, Recipient};
use crate::{Hub, HubError};
use client::imap::{Folder, ImapError, Mailbox};
pub use later::{Later, Off};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::watch;

/// Mails that end in one round: the rest comes with the next, so that a full mailbox holds up nothing else.
const ROUND_MAX: usize = 200;

/// The longest wait after a line that could not be had, in rounds.
const BACK_OFF_MAX: u32 = 16;

/// The class of the alarm.
const ALARM: &str = "mailbox";

/// What one round did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulled {
    /// Mails that are kept.
    pub taken: usize,
    /// Mails that stay, by number, found in this round: too large, for nobody, or unreadable.
    pub left: Vec<(u32, Left)>,
    /// Mails that this round put off, by number.
    pub put_off: Vec<(u32, Off)>,
    /// Why the server moves nothing away.
    pub not_moved: Option<ImapError>,
}

/// Why a mail stays where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It has more bytes than the door takes.
    TooLarge,
    /// No header names an address of this hub.
    Nobody,
    /// It cannot be read: what the server hands out is no mail, or more than it said, or the reader stops over it.
    Unreadable,
}

impl Left {
    fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::Nobody => "nobody",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What is noted of a mail that is kept.
const TAKEN: &str = "taken";

/// Reads the mailbox every so often until `stop` is true.
pub async fn run(hub: Hub, mailbox: Mailbox, every: Duration, mut stop: watch::Receiver<bool>) {
    let (later, mut said) = (Later::default(), Said::default());
    raise(false);
    while !*stop.borrow() {
        // a task of its own: what panics over an answer or a mail is a round that failed, and not the last one
        let (of, at, off) = (hub.clone(), mailbox.clone(), later.clone());
        let mut round = tokio::spawn(async move { pull(&of, &at, &off).await });
        let ended = tokio::select! {
            ended = &mut round => ended,
            _ = stop.changed() => {
                round.abort();
                let _ = round.await;
                return;
            }
        };
        match ended {
            Ok(Ok(done)) => said.done(&done, later.reasons()),
            Ok(Err(why)) => {
                later.broke_off(hub.now());
                said.failed(&words(&why));
            }
            Err(_) => {
                later.broke_off(hub.now());
                said.failed("reading it panicked");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(every * (said.failed + 1).min(BACK_OFF_MAX)) => {}
            _ = stop.changed() => {}
        }
    }
}

fn raise(on: bool) {
    metrics::gauge!("noroshi_alarm", "class" => ALARM).set(f64::from(u8::from(on)));
}

/// A failed round in words. What the store says is for the log alone, which is where this goes.
fn words(why: &HubError) -> String {
    match why {
        HubError::Unavailable(why) => why.clone(),
        other => other.to_string(),
    }
}

/// What the log was told: each thing once, when it begins.
#[derive(Default)]
struct Said {
    /// Rounds that failed in a row.
    failed: u32,
    /// Why mails were put off after the last round.
    off: BTreeSet<Off>,
}

impl Said {
    fn done(&mut self, done: &Pulled, off: BTreeSet<Off>) {
        if self.failed > 0 {
            tracing::warn!("the mailbox can be read again");
        }
        self.failed = 0;
        for (uid, why) in &done.left {
            tracing::warn!(
                mail.uid = uid,
                reason = why.as_str(),
                "a mail stays in the mailbox; look at it there"
            );
        }
        for why in off.difference(&self.off) {
            let error = match (why, &done.not_moved) {
                (Off::NotMoved, Some(refused)) => refused.to_string(),
                _ => why.as_str().to_owned(),
            };
            tracing::error!(alarm = ALARM, error, "mails are put off");
        }
        if off.is_empty() && !self.off.is_empty() {
            tracing::warn!("no mail is put off any more");
        }
        raise(!off.is_empty());
        self.off = off;
    }

    fn failed(&mut self, why: &str) {
        self.failed = self.failed.saturating_add(1);
        raise(true);
        if self.failed.is_power_of_two() {
            tracing::error!(
                alarm = ALARM,
                rounds = self.failed,
                error = why,
                "the mailbox could not be read"
            );
        }
    }
}

/// What ends a round.
enum Stop {
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

/// One round: everything that is new in the folder, oldest first, but for what is put off.
///
/// # Errors
/// `Unavailable` for the line and the store: what was taken before that is taken.
pub async fn pull(hub: &Hub, mailbox: &Mailbox, later: &Later) -> Result<Pulled, HubError> {
    match Round::whole(hub, mailbox, later).await {
        Ok(done) => Ok(done),
        Err(Stop::Line(why)) => Err(HubError::Unavailable(format!("imap: {why}"))),
        Err(Stop::Store(why)) => {
            later.let_go();
            Err(why)
        }
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
struct Round<'a> {
    hub: &'a Hub,
    mailbox: &'a Mailbox,
    later: &'a Later,
    folder: Folder,
    done: Pulled,
}

impl<'a> Round<'a> {
    async fn whole(hub: &'a Hub, mailbox: &'a Mailbox, later: &'a Later) -> Result<Pulled, Stop> {
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
        match self.keep(mail, raw).await {
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
        self.note(mail, TAKEN).await?;
        self.done.taken += 1;
        self.move_away(uid, mail).await
    }

    /// Whether it is for anybody, who then has it.
    async fn keep(&self, mail: &Name, raw: Vec<u8>) -> Result<bool, HubError> {
        let read = move || {
            let (from, addresses) = envelope::envelope(&raw);
            (raw, from, addresses)
        };
        let (raw, from, addresses) = intake::apart(read).await?;
        let mut to = BTreeSet::new();
        for address in &addresses {
            to.extend(intake::recipient(self.hub, address).await?);
        }
        let to: Vec<Recipient> = to.into_iter().collect();
        if !to.is_empty() {
            intake::receive_pulled(self.hub, &from, &to, raw, mail).await?;
        }
        Ok(!to.is_empty())
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
        self.note(mail, why.as_str()).await?;
        self.done.left.push((uid, why));
        Ok(())
    }

    async fn note(&self, mail: &Name, outcome: &str) -> Result<(), HubError> {
        let mut tx = self.hub.store.write().await?;
        tx.note_pulled(mail, outcome, self.hub.now()).await?;
        Ok(tx.commit().await?)
    }
}

/// A mail as the server hands it out.
enum Read {
    Gone,
    TooLarge,
    Mail(Vec<u8>),
}

#[cfg(test)]
mod tests;
