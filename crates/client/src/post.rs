//! Mail that goes out: to a relay by SMTP, into a folder (a dry run that people can read), or into memory (for tests and the demo).
//!
//! One mail, one envelope. What is in it is decided by the caller.

use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

/// Seconds that one conversation with the relay may take. RFC 5321 section 4.5.3.2 allows more; a relay of one's own answers sooner.
const RELAY_SECONDS_MAX: u64 = 60;

/// Connections to the relay that are kept open.
const CONNECTIONS_MAX: u32 = 4;

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Where it goes if it cannot be delivered.
    pub bounce_to: String,
    /// The name in `From`.
    pub from_name: String,
    /// The address in `From`.
    pub from: String,
    /// To whom.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// Left of the `@` in the `Message-ID`: random, so that it says nothing.
    pub id: String,
    /// The `Date`.
    pub at: SystemTime,
}

/// Why a mail did not go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostError {
    /// The address refuses mail for good (SMTP 5xx), or is none.
    Refused(String),
    /// Not now: try again.
    Later(String),
}

impl std::fmt::Display for PostError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "refused: {why}"),
            Self::Later(why) => write!(f, "not now: {why}"),
        }
    }
}

impl std::error::Error for PostError {}

/// Where mail goes.
#[derive(Clone)]
pub enum Transport {
    /// A relay.
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// A folder: one `.eml` a mail.
    Folder(PathBuf),
    /// Memory.
    Memory(Arc<Mutex<Vec<Mail>>>),
}

impl Transport {
    /// A relay by its address: `smtp://host:25` (plain, or STARTTLS by `?tls=required` or `?tls=opportunistic`), `smtps://host`;
    /// a user and password may stand before the host.
    ///
    /// # Errors
    /// An address that does not read.
    pub fn relay(address: &str) -> Result<Self, PostError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(address)
            // not the address itself: a password may stand in it
            .map_err(|why| {
                PostError::Refused(format!("{why}; write smtp://HOST:25 or smtps://USER:PASSWORD@HOST"))
            })?;
        let pool = lettre::transport::smtp::PoolConfig::new().max_size(CONNECTIONS_MAX);
        let relay = builder.timeout(Some(Duration::from_secs(RELAY_SECONDS_MAX))).pool_config(pool);
        Ok(Self::Smtp(relay.build()))
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// [`PostError`].
    pub async fn send(&self, mail: &Mail) -> Result<(), PostError> {
        match self {
            Self::Smtp(relay) => {
                let envelope = Envelope::new(Some(address(&mail.bounce_to)?), vec![address(&mail.to)?])
                    .map_err(|why| PostError::Refused(why.to_string()))?;
                let sent = relay.send_raw(&envelope, &written(mail)?).await;
                sent.map(drop).map_err(|why| {
                    if why.is_permanent() {
                        PostError::Refused("permanent".to_owned())
                    } else {
                        PostError::Later(class(&why))
                    }
                })
            }
            Self::Folder(folder) => {
                let write = async || {
                    tokio::fs::create_dir_all(folder).await?;
                    let bytes = written(mail).map_err(std::io::Error::other)?;
                    tokio::fs::write(folder.join(format!("{}.eml", mail.id)), bytes).await
                };
                write().await.map_err(|why| PostError::Later(why.kind().to_string()))
            }
            Self::Memory(mails) => {
                if let Ok(mut mails) = mails.lock() {
                    mails.push(mail.clone());
                }
                Ok(())
            }
        }
    }
}

/// A class without names, for logs.
fn class(why: &lettre::transport::smtp::Error) -> String {
    let class = match () {
        () if why.is_timeout() => "timeout",
        () if why.is_transient() => "transient",
        () if why.is_tls() => "tls",
        () => "connection",
    };
    class.to_owned()
}

fn address(text: &str) -> Result<Address, PostError> {
    text.parse().map_err(|_| PostError::Refused("no address".to_owned()))
}

/// The mail as it goes over the line. `Auto-Submitted` (RFC 3834) keeps holiday notices from answering it.
fn written(mail: &Mail) -> Result<Vec<u8>, PostError> {
    let refused = |why: String| PostError::Refused(why);
    let from = Mailbox::new(Some(mail.from_name.clone()), address(&mail.from)?);
    let domain = mail.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let auto =
        HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    let body = SinglePart::builder()
        .header(ContentType::TEXT_PLAIN)
        .header(ContentTransferEncoding::Base64)
        .body(mail.text.clone());
    let message = Message::builder()
        .message_id(Some(format!("<{}@{domain}>", mail.id)))
        .date(mail.at)
        .from(from)
        .to(Mailbox::new(None, address(&mail.to)?))
        .subject(mail.subject.clone())
        .raw_header(auto)
        .singlepart(body)
        .map_err(|why| refused(why.to_string()))?;
    Ok(message.formatted())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            bounce_to: "b-1@hub.example".to_owned(),
            from_name: "例示ハブ".to_owned(),
            from: "notice@hub.example".to_owned(),
            to: "kita@asagiri.example".to_owned(),
            subject: "お知らせがあります".to_owned(),
            text: "各位\n".to_owned(),
            id: "abc".to_owned(),
            at: SystemTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_mail_as_it_goes_over_the_line() {
        let text = String::from_utf8(written(&mail()).unwrap()).unwrap();
        for line in [
            "Message-ID: <abc@hub.example>",
            "To: kita@asagiri.example",
            "Auto-Submitted: auto-generated",
            "Date: Thu, 01 Jan 1970 00:00:00 +0000",
        ] {
            assert!(text.contains(&format!("{line}\r\n")), "{line} in {text}");
        }
        assert!(text.is_ascii(), "eight bits arrive nowhere safely");
    }

    #[test]
    fn what_is_no_address_is_refused_for_good() {
        let broken = Mail { to: "kita\r\nBcc: x@y.example".to_owned(), ..mail() };
        assert!(matches!(written(&broken), Err(PostError::Refused(_))));
        assert!(Transport::relay("http://x").is_err());
    }
}
