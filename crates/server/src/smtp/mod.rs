//! The door for mail: what a person forwards to its organisation's intake address, and what bounces.
//!
//! Parse, call, answer: who has an address and what becomes of a mail is `hub::ops::intake`. A mail is acknowledged when it is on disk.

mod peers;
mod session;

use crate::tls::Tls;
use hub::ops::intake::{self, MAIL_BYTES_MAX, Recipient};
use hub::{Hub, HubError};
use peers::{Peers, Place};
use session::{Dots, Session, Step, TOO_LARGE};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Bytes of a command line. RFC 5321 section 4.5.3.1.4 asks for 512 and more with extensions.
const COMMAND_BYTES_MAX: u64 = 4096;

/// Conversations at once; the next wait in the listener's queue.
const CONVERSATIONS_MAX: usize = 200;

/// Mails at once of which more than [`SMALL_BYTES`] have come: they are held in memory until they are kept.
const LARGE_MAX: usize = 4;

/// A mail up to this size is read without waiting for others.
const SMALL_BYTES: usize = 2 * 1024 * 1024;

/// Seconds without a byte after which a conversation ends (RFC 5321 section 4.5.3.2 asks for minutes).
const IDLE_SECONDS_MAX: u64 = 300;

/// Seconds of a whole conversation: whoever keeps a place by saying nothing much gives it back.
const CONVERSATION_SECONDS_MAX: u64 = 1800;

/// Conversations of one peer at once: a tenth of all, so that one peer cannot close the door to the others.
const CONVERSATIONS_OF_ONE_MAX: usize = CONVERSATIONS_MAX / 10;

/// How the door is set up.
#[derive(Clone)]
pub struct Door {
    /// The hub.
    pub hub: Hub,
    /// The name that it greets with.
    pub host: String,
    /// TLS for STARTTLS, where there is a certificate.
    pub tls: Option<Arc<Tls>>,
}

/// Serves the door on `listener` until `shutdown`.
///
/// # Errors
/// None today: faults of single conversations end those only.
pub async fn serve_smtp(
    listener: TcpListener,
    door: Door,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let large = Arc::new(Semaphore::new(LARGE_MAX));
    let peers = Peers::default();
    let mut talks = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = talks.join_next(), if !talks.is_empty() => {}
            accepted = listener.accept(), if talks.len() < CONVERSATIONS_MAX => match accepted {
                Ok((stream, peer)) => {
                    let _ = stream.set_nodelay(true);
                    let place = peers.place(peer.ip());
                    talks.spawn(converse(Box::new(stream), place, door.clone(), large.clone()));
                }
                Err(why) => {
                    tracing::warn!(error.class = %why.kind(), "no mail connection could be accepted");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            },
        }
    }
    talks.shutdown().await;
    Ok(())
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

async fn converse(stream: Box<dyn Stream>, place: Option<Place>, door: Door, large: Arc<Semaphore>) {
    let mut talk = Talk { stream: BufStream::new(stream), door, large };
    let whole = Duration::from_secs(CONVERSATION_SECONDS_MAX);
    let talked = match &place {
        Some(_) => tokio::time::timeout(whole, talk.run()).await,
        None => Ok(talk.say("421 4.7.0 too many connections from your address").await),
    };
    if let Err(why) = talked.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
        tracing::info!(error.class = %why.kind(), "a mail conversation broke");
    }
}

struct Talk {
    stream: BufStream<Box<dyn Stream>>,
    door: Door,
    large: Arc<Semaphore>,
}

impl Talk {
    async fn run(&mut self) -> io::Result<()> {
        let mut session = Session::new(self.door.tls.is_some(), false, MAIL_BYTES_MAX);
        self.say(&format!("220 {} ESMTP", self.door.host)).await?;
        while let Some(line) = self.line().await? {
            match session.command(&line, &self.door.host) {
                Step::Say(words) => self.say(&words).await?,
                Step::Close(words) => return self.say(&words).await,
                Step::Recipient(address) => {
                    let answer = match intake::recipient(&self.door.hub, &address).await {
                        Ok(Some(_)) => session.accepted(address),
                        Ok(None) => "550 5.1.1 nobody has this address",
                        Err(_) => "451 4.3.0 not now",
                    };
                    self.say(answer).await?;
                }
                Step::Data => {
                    let answer = self.data(&session).await?;
                    session.reset();
                    self.say(answer).await?;
                }
                Step::Tls => {
                    self.begin_tls().await?;
                    session = Session::new(true, true, MAIL_BYTES_MAX);
                }
            }
        }
        Ok(())
    }

    async fn say(&mut self, words: &str) -> io::Result<()> {
        within_time(async {
            self.stream.write_all(words.as_bytes()).await?;
            self.stream.write_all(b"\r\n").await?;
            self.stream.flush().await
        })
        .await
    }

    /// A command line; `None` at the end of the stream.
    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let mut limited = (&mut self.stream).take(COMMAND_BYTES_MAX);
        if within_time(limited.read_until(b'\n', &mut line)).await? == 0 {
            return Ok(None);
        }
        if !line.ends_with(b"\n") {
            self.say("500 5.5.2 line too long").await?;
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// Reads a mail and hands it over. What is too large is read to its end and refused.
    async fn data(&mut self, session: &Session) -> io::Result<&'static str> {
        self.stream.write_all(b"354 go on, end with a dot\r\n").await?;
        self.stream.flush().await?;
        let large = self.large.clone();
        let (mut mail, mut dots, mut piece, mut permit) = (Vec::new(), Dots::default(), Vec::new(), None);
        let mut too_large = false;
        loop {
            piece.clear();
            let mut limited = (&mut self.stream).take(SMALL_BYTES as u64);
            if within_time(limited.read_until(b'\n', &mut piece)).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let Some(bytes) = dots.piece(&piece) else { break };
            if mail.len() + bytes.len() > MAIL_BYTES_MAX {
                too_large = true;
                mail = Vec::new();
            }
            if !too_large {
                if permit.is_none() && mail.len() > SMALL_BYTES {
                    permit = large.acquire().await.ok();
                }
                mail.extend_from_slice(bytes);
            }
        }
        if too_large {
            return Ok(TOO_LARGE);
        }
        Ok(keep(&self.door.hub, session, mail).await)
    }

    /// Bytes that came before the handshake are dropped: a man in the middle may have put them there (RFC 3207 section 4).
    async fn begin_tls(&mut self) -> io::Result<()> {
        let Some(tls) = self.door.tls.as_ref().and_then(|tls| tls.acceptor()) else { return Ok(()) };
        self.stream.write_all(b"220 2.0.0 begin\r\n").await?;
        self.stream.flush().await?;
        let nothing: Box<dyn Stream> = Box::new(tokio::io::duplex(1).0);
        let plain = std::mem::replace(&mut self.stream, BufStream::new(nothing)).into_inner();
        let secured = within_time(async { tls.accept(plain).await }).await?;
        self.stream = BufStream::new(Box::new(secured));
        Ok(())
    }
}

/// Hands a mail over; says what to answer.
async fn keep(hub: &Hub, session: &Session, mail: Vec<u8>) -> &'static str {
    let mut to: Vec<Recipient> = Vec::new();
    for address in &session.to {
        match intake::recipient(hub, address).await {
            Ok(Some(one)) if !to.contains(&one) => to.push(one),
            Ok(Some(_)) => {}
            // it was there when it was named: what comes again is told which address is gone
            Ok(None) => return "451 4.2.1 an address has changed, send it again",
            Err(_) => return "451 4.3.0 not now",
        }
    }
    match intake::receive(hub, session.from.as_deref().unwrap_or_default(), &to, mail).await {
        Ok(()) => "250 2.6.0 kept",
        Err(HubError::TooLarge(_)) => TOO_LARGE,
        Err(HubError::SlowDown(_)) => "452 4.2.2 too much is held for this organisation",
        Err(HubError::Unavailable(_)) => "451 4.3.0 not now",
        Err(_) => "554 5.6.0 it could not be kept",
    }
}

async fn within_time<T>(doing: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    let limit = Duration::from_secs(IDLE_SECONDS_MAX);
    tokio::time::timeout(limit, doing).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}
