//! Mail that a server keeps for us: one folder of it, read by IMAP4rev1 (RFC 3501, over TLS from the first byte as RFC 8314 asks) and
//! moved to another (RFC 6851, else copied and expunged by RFC 4315).
//!
//! Nothing is marked by reading (`BODY.PEEK`). What is done with a mail, and when it may be moved, is the caller's.

mod line;

use imap_proto::{AttributeValue, Capability, MailboxDatum, Response, ResponseCode, Status};
use line::{Ended, Line, parsed};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::BuilderVerifierExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Seconds that one command may take: a mail of the largest size over a slow line.
const COMMAND_SECONDS_MAX: u64 = 120;

/// The longest saying of a server that is passed on, in characters.
const WORDS_MAX: usize = 200;

/// Where the mail lies, and how it is reached.
#[derive(Clone)]
pub struct Mailbox {
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Without TLS: for a server on this very machine.
    pub plain: bool,
    /// The certificates that vouch for the server (PEM); those of the machine when absent.
    pub authorities: Option<Vec<u8>>,
    /// Sign-in name, in printable ASCII.
    pub user: String,
    /// Password, in printable ASCII.
    pub password: String,
    /// The folder that is read, as the server spells it (modified UTF-7).
    pub folder: String,
    /// The folder into which mails are moved; it is made when it is not there.
    pub done: String,
}

/// Why it did not go on. The text holds no mail and no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImapError {
    /// No line, or it broke, or it took too long.
    Line(String),
    /// The server said no.
    Refused(&'static str),
    /// The server said no to moving a mail.
    NotMoved {
        /// The folder into which mails are moved.
        done: String,
        /// What it said when that folder was to be made, where it said no to that too.
        unmade: Option<String>,
    },
    /// What the server said does not read, or is larger than asked for.
    Unreadable,
}

impl std::fmt::Display for ImapError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line(why) => write!(f, "no line to the mail server: {why}"),
            Self::Refused(what) => write!(f, "the mail server refuses {what}"),
            Self::NotMoved { done, unmade } => {
                write!(f, "the mail server refuses to move a mail to `{done}` ([imap] done)")?;
                match unmade {
                    Some(words) => write!(f, "; when the folder was to be made it said: {words}"),
                    None => Ok(()),
                }
            }
            Self::Unreadable => f.write_str("the mail server's answer does not read"),
        }
    }
}

impl std::error::Error for ImapError {}

/// A folder that is open.
pub struct Folder {
    line: Line,
    /// What tells this folder's numbers from those of one that was deleted and made anew under its name (RFC 3501 section 2.3.1.1).
    pub uid_validity: u32,
    done: String,
    unmade: Option<String>,
    moves: bool,
}

/// A text in a command; what needs a literal is refused.
fn quoted(text: &str) -> Result<String, ImapError> {
    if text.chars().any(|c| !(' '..='~').contains(&c)) {
        return Err(ImapError::Refused("a name or password that is not printable ASCII"));
    }
    Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// A command with its time limit.
async fn end(line: &mut Line, command: &str) -> Result<Ended, ImapError> {
    let limit = Duration::from_secs(COMMAND_SECONDS_MAX);
    match tokio::time::timeout(limit, line.ask(command)).await {
        Ok(ended) => ended,
        Err(_) => Err(ImapError::Line("it took too long".to_owned())),
    }
}

/// A command that is to go well; its untagged answers.
async fn ask(line: &mut Line, command: &str, what: &'static str) -> Result<Vec<Vec<u8>>, ImapError> {
    match end(line, command).await? {
        Ended { status: Status::Ok, answers, .. } => Ok(answers),
        _ => Err(ImapError::Refused(what)),
    }
}

/// Makes a folder; what the server says where it refuses. Most often the folder is there already: whether it can be used shows when a mail
/// is moved, for nothing else needs it.
async fn make(line: &mut Line, folder: &str) -> Result<Option<String>, ImapError> {
    let ended = end(line, &format!("CREATE {}", quoted(folder)?)).await?;
    let words = ended.words.trim().chars().filter(|c| !c.is_control()).take(WORDS_MAX).collect();
    Ok((ended.status != Status::Ok).then_some(words))
}

impl Mailbox {
    /// Signs in and opens the folder.
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn open(&self) -> Result<Folder, ImapError> {
        let limit = Duration::from_secs(COMMAND_SECONDS_MAX);
        let connecting = tokio::time::timeout(limit, self.connect());
        let mut line = connecting.await.map_err(|_| ImapError::Line("it took too long".to_owned()))??;
        let login = format!("LOGIN {} {}", quoted(&self.user)?, quoted(&self.password)?);
        ask(&mut line, &login, "user and password").await?;
        let moves = can_move(&ask(&mut line, "CAPABILITY", "to say what it can").await?);
        let unmade = make(&mut line, &self.done).await?;
        let opened = ask(&mut line, &format!("SELECT {}", quoted(&self.folder)?), "the folder").await?;
        let uid_validity =
            opened.iter().find_map(|answer| uid_validity(answer)).ok_or(ImapError::Unreadable)?;
        Ok(Folder { line, uid_validity, done: self.done.clone(), unmade, moves })
    }

    async fn connect(&self) -> Result<Line, ImapError> {
        let broke = |why: std::io::Error| ImapError::Line(why.to_string());
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(broke)?;
        if self.plain {
            return Line::begin(Box::new(stream)).await;
        }
        let name = ServerName::try_from(self.host.clone()).map_err(|why| ImapError::Line(why.to_string()))?;
        let tls =
            TlsConnector::from(Arc::new(self.verified()?)).connect(name, stream).await.map_err(broke)?;
        Line::begin(Box::new(tls)).await
    }

    fn verified(&self) -> Result<rustls::ClientConfig, ImapError> {
        let wrong = |why: rustls::Error| ImapError::Line(why.to_string());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(wrong)?;
        let Some(pem) = &self.authorities else {
            return Ok(builder.with_platform_verifier().map_err(wrong)?.with_no_client_auth());
        };
        let mut roots = RootCertStore::empty();
        for one in CertificateDer::pem_slice_iter(pem) {
            let one =
                one.map_err(|why| ImapError::Line(format!("the certificate file is not PEM: {why}")))?;
            roots.add(one).map_err(wrong)?;
        }
        Ok(builder.with_root_certificates(roots).with_no_client_auth())
    }
}

impl Folder {
    /// The numbers of its mails, oldest first.
    ///
    /// # Errors
    /// [`ImapError`].
    pub async fn uids(&mut self) -> Result<Vec<u32>, ImapError> {
        let answers = ask(&mut self.line, "UID SEARCH ALL", "to list the folder").await?;
        let mut uids = Vec::new();
        for answer in &answers {
            uids.extend(found(answer)?);
        }
        uids.sort_unstable();
        uids.dedup();
        Ok(uids)
    }

    /// The size of a mail in bytes, as the server says it; `None` when it is not there any more.
    ///
    /// # Errors
    /// [`ImapError`]; `Unreadable` where the server tells of the mail and its size does not read.
    pub async fn size(&mut self, uid: u32) -> Result<Option<usize>, ImapError> {
        let answers = ask(&mut self.line, &format!("UID FETCH {uid} (UID RFC822.SIZE)"), "a size").await?;
        let size = |value: &AttributeValue<'_>| match value {
            AttributeValue::Rfc822Size(size) => usize::try_from(*size).ok(),
            _ => None,
        };
        fetched(&answers, uid, size)
    }

    /// A mail as it lies there; `None` when it is not there any more.
    ///
    /// # Errors
    /// [`ImapError`]; `Unreadable` where the server tells of the mail and it does not read, and for one of more than `limit` bytes, after
    /// which the line is of no use any more.
    pub async fn mail(&mut self, uid: u32, limit: usize) -> Result<Option<Vec<u8>>, ImapError> {
        self.line.allow(limit);
        let answers = ask(&mut self.line, &format!("UID FETCH {uid} (UID BODY.PEEK[])"), "a mail").await?;
        let body = |value: &AttributeValue<'_>| match value {
            AttributeValue::BodySection { section: None, data: Some(data), .. } => Some(data.to_vec()),
            _ => None,
        };
        fetched(&answers, uid, body)
    }

    /// Moves a mail to the folder of those that were taken. One that is not there any more is moved already.
    ///
    /// # Errors
    /// [`ImapError`]; `NotMoved` where the server refuses.
    pub async fn move_away(&mut self, uid: u32) -> Result<(), ImapError> {
        match self.moved(uid).await {
            Err(ImapError::Refused(_)) => {
                Err(ImapError::NotMoved { done: self.done.clone(), unmade: self.unmade.clone() })
            }
            other => other,
        }
    }

    async fn moved(&mut self, uid: u32) -> Result<(), ImapError> {
        let done = quoted(&self.done)?;
        if self.moves {
            ask(&mut self.line, &format!("UID MOVE {uid} {done}"), "to move a mail").await?;
            return Ok(());
        }
        ask(&mut self.line, &format!("UID COPY {uid} {done}"), "to copy a mail").await?;
        ask(&mut self.line, &format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)"), "to mark a mail").await?;
        ask(&mut self.line, &format!("UID EXPUNGE {uid}"), "to remove a mail").await?;
        Ok(())
    }

    /// Says goodbye.
    pub async fn close(mut self) {
        let _ = ask(&mut self.line, "LOGOUT", "to end").await;
    }
}

fn can_move(answers: &[Vec<u8>]) -> bool {
    let has = |answer: &Vec<u8>| match parsed(answer) {
        Some(Response::Capabilities(all)) => {
            all.iter().any(|one| matches!(one, Capability::Atom(name) if name.eq_ignore_ascii_case("MOVE")))
        }
        _ => false,
    };
    answers.iter().any(has)
}

fn uid_validity(answer: &[u8]) -> Option<u32> {
    match parsed(answer) {
        Some(Response::Data { code: Some(ResponseCode::UidValidity(n)), .. }) => Some(n),
        _ => None,
    }
}

/// The words of an answer that tell what it is about.
fn words(answer: &[u8]) -> impl Iterator<Item = &[u8]> {
    answer.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty()).skip(1)
}

/// What an answer says that was found. One to something else says nothing of it.
fn found(answer: &[u8]) -> Result<Vec<u32>, ImapError> {
    match parsed(answer) {
        Some(Response::MailboxData(MailboxDatum::Search(uids))) => Ok(uids),
        None if words(answer).next().is_some_and(|word| word.eq_ignore_ascii_case(b"SEARCH")) => {
            Err(ImapError::Unreadable)
        }
        _ => Ok(Vec::new()),
    }
}

/// What one answer says of a mail.
enum Told<T> {
    /// Nothing: it is about another mail, or about something else.
    Nothing,
    /// It is about the mail, or about some mail and does not read, and has no such value.
    Unreadable,
    Value(T),
}

/// A value of the answers about this mail: a server may tell of others unasked. `None` when it tells nothing of this one.
fn fetched<T>(
    answers: &[Vec<u8>],
    uid: u32,
    of: impl Fn(&AttributeValue<'_>) -> Option<T>,
) -> Result<Option<T>, ImapError> {
    let mut unreadable = false;
    for answer in answers {
        match told(answer, uid, &of) {
            Told::Value(value) => return Ok(Some(value)),
            Told::Unreadable => unreadable = true,
            Told::Nothing => {}
        }
    }
    if unreadable { Err(ImapError::Unreadable) } else { Ok(None) }
}

fn told<T>(answer: &[u8], uid: u32, of: impl Fn(&AttributeValue<'_>) -> Option<T>) -> Told<T> {
    match parsed(answer) {
        Some(Response::Fetch(_, values)) => {
            if !values.iter().any(|value| matches!(value, AttributeValue::Uid(n) if *n == uid)) {
                return Told::Nothing;
            }
            values.iter().find_map(of).map_or(Told::Unreadable, Told::Value)
        }
        None if words(answer).nth(1).is_some_and(|word| word.eq_ignore_ascii_case(b"FETCH")) => {
            Told::Unreadable
        }
        _ => Told::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_holds_is_one_quoted_text() {
        assert_eq!(quoted("a \"b\" \\").unwrap(), "\"a \\\"b\\\" \\\\\"");
        for wrong in ["a\r\nA1 DELETE INBOX", "パス", "\0"] {
            assert!(quoted(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn answers_are_read() {
        assert_eq!(found(b"* SEARCH 2 84 882\r\n").unwrap(), [2, 84, 882]);
        assert_eq!(found(b"* 3 EXISTS\r\n"), Ok(Vec::new()));
        assert_eq!(found(b"* search 2 x\r\n"), Err(ImapError::Unreadable));
        assert_eq!(uid_validity(b"* OK [UIDVALIDITY 3857529045] UIDs valid\r\n"), Some(3_857_529_045));
        assert!(can_move(&[b"* CAPABILITY IMAP4rev1 UIDPLUS MOVE\r\n".to_vec()]));
        assert!(!can_move(&[b"* CAPABILITY IMAP4rev1\r\n".to_vec()]));
        let body = |value: &AttributeValue<'_>| match value {
            AttributeValue::BodySection { data: Some(data), .. } => Some(data.to_vec()),
            _ => None,
        };
        let answer = [b"* 1 FETCH (UID 7 BODY[] {5}\r\na)\r\nb)\r\n".to_vec()];
        assert_eq!(fetched(&answer, 7, body).unwrap().unwrap(), b"a)\r\nb");
        assert_eq!(fetched(&answer, 8, body), Ok(None), "told of another mail");
    }

    #[test]
    fn a_mail_that_is_gone_is_not_one_that_does_not_read() {
        let size = |value: &AttributeValue<'_>| match value {
            AttributeValue::Rfc822Size(size) => Some(*size),
            _ => None,
        };
        let check = |said: &[&str]| {
            let answers: Vec<Vec<u8>> = said.iter().map(|one| one.as_bytes().to_vec()).collect();
            fetched(&answers, 7, size)
        };
        let (good, bad) = ("* 1 FETCH (UID 7 RFC822.SIZE 12)\r\n", "* 1 FETCH (UID 7 RFC822.SIZE x)\r\n");
        assert_eq!(check(&[]), Ok(None));
        assert_eq!(check(&["* 3 EXISTS\r\n", "* FETCH of nothing\r\n"]), Ok(None));
        assert_eq!(check(&[good]), Ok(Some(12)));
        assert_eq!(check(&[bad]), Err(ImapError::Unreadable));
        assert_eq!(check(&["* 1 fetch (INTERNALDATE NIL UID 7)\r\n"]), Err(ImapError::Unreadable));
        assert_eq!(check(&["* 1 FETCH (UID 7 FLAGS (\\Seen))\r\n"]), Err(ImapError::Unreadable));
        assert_eq!(
            check(&[bad, "* 1 FETCH (UID 7 FLAGS ())\r\n", good]),
            Ok(Some(12)),
            "what reads is enough"
        );
    }

    #[test]
    fn a_refused_move_names_the_folder_and_the_setting() {
        let refused = |unmade: Option<&str>| {
            ImapError::NotMoved { done: "Taken".to_owned(), unmade: unmade.map(str::to_owned) }.to_string()
        };
        assert_eq!(refused(None), "the mail server refuses to move a mail to `Taken` ([imap] done)");
        assert!(
            refused(Some("[NOPERM] no")).ends_with("it said: [NOPERM] no"),
            "{}",
            refused(Some("[NOPERM] no"))
        );
    }
}
