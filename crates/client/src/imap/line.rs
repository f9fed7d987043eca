//! The line to an IMAP server: commands with tags, answers with literals (RFC 3501 sections 2.2 and 4.3). Every read has a limit.

use super::ImapError;
use imap_proto::{Response, Status};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufStream};

/// The longest line of an answer, in bytes: a search that names a hundred thousand mails.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// The longest literal that nobody asked for, in bytes.
const LITERAL_BYTES_MAX: usize = 64 * 1024;

/// The most untagged answers to one command.
const ANSWERS_MAX: usize = 10_000;

/// What an answer may hold beside its literal, in bytes.
const ROOM: usize = 4096;

/// Either kind of stream.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

pub(super) struct Line {
    stream: BufStream<Box<dyn Stream>>,
    tags: u32,
    literal: usize,
}

fn broke(why: &std::io::Error) -> ImapError {
    ImapError::Line(why.kind().to_string())
}

impl Line {
    /// Waits for the greeting.
    pub(super) async fn begin(stream: Box<dyn Stream>) -> Result<Self, ImapError> {
        let mut line = Self { stream: BufStream::new(stream), tags: 0, literal: LITERAL_BYTES_MAX };
        let greeting = line.answer().await?;
        match Response::from_bytes(&greeting) {
            Ok((_, Response::Data { status: Status::Ok, .. })) => Ok(line),
            Ok(_) => Err(ImapError::Refused("to talk")),
            Err(_) => Err(ImapError::Unreadable),
        }
    }

    /// Lets the literals of the next command be as long as this.
    pub(super) fn allow(&mut self, bytes: usize) {
        self.literal = bytes;
    }

    /// Sends a command and reads to its end: how it ended, and the untagged answers.
    pub(super) async fn ask(&mut self, command: &str) -> Result<(Status, Vec<Vec<u8>>), ImapError> {
        self.tags += 1;
        let tag = format!("n{}", self.tags);
        let text = format!("{tag} {command}\r\n");
        self.stream.write_all(text.as_bytes()).await.map_err(|why| broke(&why))?;
        self.stream.flush().await.map_err(|why| broke(&why))?;
        let mut answers = Vec::new();
        loop {
            let answer = self.answer().await?;
            if answer.starts_with(b"* ") {
                if answers.len() == ANSWERS_MAX {
                    return Err(ImapError::Unreadable);
                }
                answers.push(answer);
                continue;
            }
            self.literal = LITERAL_BYTES_MAX;
            return match Response::from_bytes(&answer) {
                Ok((_, Response::Done { tag: of, status, .. })) if of.0 == tag => Ok((status, answers)),
                _ => Err(ImapError::Unreadable),
            };
        }
    }

    /// One answer with its literals.
    async fn answer(&mut self) -> Result<Vec<u8>, ImapError> {
        let mut out = Vec::new();
        loop {
            let begun = out.len();
            let mut limited = (&mut self.stream).take(LINE_BYTES_MAX as u64);
            limited.read_until(b'\n', &mut out).await.map_err(|why| broke(&why))?;
            let part = out.get(begun..).unwrap_or_default();
            if part.is_empty() {
                return Err(ImapError::Line("it was closed".to_owned()));
            }
            if !part.ends_with(b"\r\n") {
                return Err(ImapError::Unreadable);
            }
            let Some(bytes) = literal(part) else { return Ok(out) };
            if bytes > self.literal || out.len() + bytes > self.literal + LINE_BYTES_MAX + ROOM {
                return Err(ImapError::Unreadable);
            }
            let from = out.len();
            out.resize(from + bytes, 0);
            let room = out.get_mut(from..).unwrap_or_default();
            self.stream.read_exact(room).await.map_err(|why| broke(&why))?;
        }
    }
}

/// The length of the literal that a line announces at its end: `{310}` before the line end.
fn literal(line: &[u8]) -> Option<usize> {
    let text = line.strip_suffix(b"}\r\n")?;
    let begins = text.iter().rposition(|byte| *byte == b'{')?;
    let digits = text.get(begins + 1..)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of the first command when the server says this.
    async fn check(said: &'static [u8]) -> Result<(Status, Vec<Vec<u8>>), ImapError> {
        let (ours, mut theirs) = tokio::io::duplex(1 << 22);
        theirs.write_all(said).await.unwrap();
        drop(theirs.shutdown().await);
        let mut line = Line::begin(Box::new(ours)).await?;
        line.ask("NOOP").await
    }

    #[tokio::test]
    async fn literals_belong_to_their_answer() {
        let (status, answers) =
            check(b"* OK hello\r\n* 1 FETCH (UID 7 BODY[] {4}\r\nn1 \n)\r\nn1 OK done\r\n").await.unwrap();
        assert_eq!(status, Status::Ok);
        assert_eq!(answers, [b"* 1 FETCH (UID 7 BODY[] {4}\r\nn1 \n)\r\n".to_vec()]);
    }

    #[tokio::test]
    async fn what_a_hostile_server_says_is_an_error_and_no_more() {
        for said in [
            b"* OK hello\r\n* 1 FETCH (BODY[] {99999999999}\r\n".as_slice(),
            b"* OK hello\r\n* 1 FETCH (BODY[] {18446744073709551615}\r\n",
            b"* OK hello\r\n+ go on\r\n",
            b"* OK hello\r\nn2 OK of another command\r\n",
            b"* OK hello\r\n",
            b"* OK hello\r\n* line without its end",
            b"",
            b"* BYE full\r\n",
            b"\xff\xfe\r\n",
        ] {
            assert!(check(said).await.is_err(), "{:?}", String::from_utf8_lossy(said));
        }
    }

    #[test]
    fn announced_lengths() {
        assert_eq!(literal(b"* 1 FETCH (BODY[] {310}\r\n"), Some(310));
        assert_eq!(literal(b"* 1 FETCH {a}\r\n"), None);
        assert_eq!(literal(b"* OK done\r\n"), None);
    }
}
