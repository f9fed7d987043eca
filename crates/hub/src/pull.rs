//! Mail that lies in a mailbox elsewhere, for a hub to which no mail can be delivered: a folder is read every so often, and what is in
//! it goes the way of what comes by SMTP.
//!
//! A mail is moved away when it is kept, and not before. Mailbox, UIDVALIDITY and UID are its name (RFC 3501 section 2.3.1.1): a line
//! that broke after a mail was kept brings nobody the same mail twice. What cannot be taken stays where it lies, and is named once.
//! No mail stops the others: only the line and the store end a round.

mod envelope;
mod later;
mod round;
mod said;

use crate::{Hub, HubError};
use client::imap::{ImapError, Mailbox};
pub use later::{Later, Off};
use round::{Round, Stop};
use said::Said;
use std::time::Duration;
use tokio::sync::watch;

/// The longest wait after a line that could not be had, in rounds.
const BACK_OFF_MAX: u32 = 16;

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

/// Reads the mailbox every so often until `stop` is true.
pub async fn run(hub: Hub, mailbox: Mailbox, every: Duration, mut stop: watch::Receiver<bool>) {
    let (later, mut said) = (Later::default(), Said::default());
    said::raise(false);
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

/// A failed round in words. What the store says is for the log alone, which is where this goes.
fn words(why: &HubError) -> String {
    match why {
        HubError::Unavailable(why) => why.clone(),
        other => other.to_string(),
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
