//! A server that keeps mail (IMAP4rev1), with as much of it as the hub asks for; some mails it answers for as a bad one would.

use client::imap::Mailbox;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the server does when it is asked for a mail.
#[derive(Clone, Debug)]
pub enum Lying {
    /// It hands it out.
    Mail(Vec<u8>),
    /// It names a size and hands out nothing.
    Sized(usize),
    /// It answers a question for the size with this, in place of the number and the bracket behind it.
    SizeSaid(String),
    /// It hands out this, in place of the literal with the mail.
    BodySaid(String),
    /// It says no.
    Refused,
    /// It ends the line.
    Broken,
}

#[derive(Default)]
struct Kept {
    lies: BTreeMap<u32, Lying>,
    moved: Vec<u32>,
    asked: Vec<u32>,
    holds_fast: bool,
}

/// A server that listens on the loopback, with one folder.
pub struct MailServer {
    port: u16,
    kept: Arc<Mutex<Kept>>,
    listening: JoinHandle<()>,
}

impl MailServer {
    /// Listens on a free port; the mails have the numbers 1, 2, …
    pub async fn start(mails: impl IntoIterator<Item = Lying>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let kept = Kept { lies: (1..).zip(mails).collect(), ..Kept::default() };
        let kept = Arc::new(Mutex::new(kept));
        let of = kept.clone();
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, of.clone()));
            }
        });
        Self { port, kept, listening }
    }

    /// As a hub reaches it.
    #[must_use]
    pub fn mailbox(&self) -> Mailbox {
        Mailbox {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            plain: true,
            authorities: None,
            user: "hub".to_owned(),
            password: "x".to_owned(),
            folder: "INBOX".to_owned(),
            done: "Taken".to_owned(),
        }
    }

    /// Whether it refuses to make folders and to move mails from now on.
    pub fn hold_fast(&self, holds_fast: bool) {
        self.kept.lock().unwrap().holds_fast = holds_fast;
    }

    /// The mails that were moved, in this order.
    #[must_use]
    pub fn moved(&self) -> Vec<u32> {
        self.kept.lock().unwrap().moved.clone()
    }

    /// The mails whose size it was asked for since the last time.
    #[must_use]
    pub fn asked(&self) -> Vec<u32> {
        std::mem::take(&mut self.kept.lock().unwrap().asked)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn talk(stream: TcpStream, kept: Arc<Mutex<Kept>>) {
    let mut stream = BufReader::new(stream);
    if stream.write_all(b"* OK hello\r\n").await.is_err() {
        return;
    }
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|bytes| bytes > 0) {
        let Some((tag, command)) = line.trim_end().split_once(' ') else { return };
        let Some(answer) = kept.lock().unwrap().answer(tag, command) else { return };
        if stream.write_all(&answer).await.is_err() {
            return;
        }
        line.clear();
    }
}

impl Kept {
    /// What is said to a command; `None` to end the line.
    fn answer(&mut self, tag: &str, command: &str) -> Option<Vec<u8>> {
        let words: Vec<&str> = command.split(' ').collect();
        let done = |before: &str| Some(format!("{before}{tag} OK done\r\n").into_bytes());
        let refused = Some(format!("{tag} NO [NOPERM] not here\r\n").into_bytes());
        match words.as_slice() {
            ["CAPABILITY"] => done("* CAPABILITY IMAP4rev1 MOVE\r\n"),
            ["SELECT", _] => done("* OK [UIDVALIDITY 7] valid\r\n"),
            ["CREATE", ..] | ["UID", "MOVE", ..] if self.holds_fast => refused,
            ["UID", "SEARCH", ..] => {
                let uids: Vec<String> = self.lies.keys().map(u32::to_string).collect();
                done(&format!("* SEARCH {}\r\n", uids.join(" ")))
            }
            ["UID", "MOVE", uid, _] => {
                let uid = uid.parse().unwrap();
                self.lies.remove(&uid);
                self.moved.push(uid);
                done("")
            }
            ["UID", "FETCH", uid, _, what] => {
                let uid = uid.parse().unwrap();
                let of_size = what.starts_with("RFC822");
                if of_size {
                    self.asked.push(uid);
                }
                let told = match self.lies.get(&uid) {
                    Some(Lying::Refused) => return refused,
                    Some(Lying::Broken) => return None,
                    Some(lying) if of_size => format!("RFC822.SIZE {}", size(lying)).into_bytes(),
                    Some(Lying::Mail(raw)) => {
                        [format!("BODY[] {{{}}}\r\n", raw.len()).as_bytes(), raw, b")"].concat()
                    }
                    Some(Lying::BodySaid(said)) => format!("BODY[] {said}").into_bytes(),
                    _ => return done(""),
                };
                let before = format!("* {uid} FETCH (UID {uid} ").into_bytes();
                Some([before, told, format!("\r\n{tag} OK done\r\n").into_bytes()].concat())
            }
            _ => done(""),
        }
    }
}

/// A size and what stands behind it.
fn size(lying: &Lying) -> String {
    match lying {
        Lying::SizeSaid(said) => said.clone(),
        Lying::Mail(raw) => format!("{})", raw.len()),
        Lying::Sized(bytes) => format!("{bytes})"),
        _ => "10)".to_owned(),
    }
}
