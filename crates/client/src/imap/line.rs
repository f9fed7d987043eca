//! The line to an IMAP server: commands with tags, answers with literals (RFC 3501 sections 2.2 and 4.3). Every read has a limit.

use super::ImapError;
use imap_proto::{Response, Status};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufStream};

/// The longest line of an answer, in bytes: a search that names a hundred thousand mails.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// The longest literal that nobody asked for, in bytes.
const LITERAL_BYTES_MAX: usize = 64 * 1024;

/// The most untagged answers to one command.
const ANSWERS_MAX: usize = 10_000;

/// What all answers to one command may hold beside the literal that it asks for, in bytes: a search that comes in several lines, and what a
/// server tells unasked.
const ROOM: usize = 4 * LINE_BYTES_MAX;

/// The deepest nesting of brackets in an answer: the parser goes down one call a bracket, and the stack ends. What we ask for nests twice.
const NESTING_MAX: usize = 64;

/// Either kind of stream.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

pub(super) struct Line {
    stream: BufStream<Box<dyn Stream>>,
    tags: u32,
    literal: usize,
    /// Bytes that may still come in answer to the command under way.
    room: usize,
}

/// How a command ended.
pub(super) struct Ended {
    pub(super) status: Status,
    /// What the server says to it, for people.
    pub(super) words: String,
    /// The untagged answers.
    pub(super) answers: Vec<Vec<u8>>,
}

fn broke(why: &std::io::Error) -> ImapError {
    ImapError::Line(why.kind().to_string())
}

/// An answer as it reads. The parser stops at some of what a hostile server may say by a panic, which is one answer that does not read.
pub(super) fn parsed(answer: &[u8]) -> Option<Response<'_>> {
    let read = catch_unwind(AssertUnwindSafe(|| Response::from_bytes(answer)));
    read.ok()?.ok().map(|(_, response)| response)
}

impl Line {
    /// Waits for the greeting.
    pub(super) async fn begin(stream: Box<dyn Stream>) -> Result<Self, ImapError> {
        let (literal, room) = (LITERAL_BYTES_MAX, LITERAL_BYTES_MAX + ROOM);
        let mut line = Self { stream: BufStream::new(stream), tags: 0, literal, room };
        let greeting = line.answer().await?;
        match parsed(&greeting) {
            Some(Response::Data { status: Status::Ok, .. }) => Ok(line),
            Some(_) => Err(ImapError::Refused("to talk")),
            None => Err(ImapError::Unreadable),
        }
    }

    /// Lets the literals of the next command be as long as this.
    pub(super) fn allow(&mut self, bytes: usize) {
        self.literal = bytes;
    }

    /// Sends a command and reads to its end.
    pub(super) async fn ask(&mut self, command: &str) -> Result<Ended, ImapError> {
        self.tags += 1;
        self.room = self.literal + ROOM;
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
            return match parsed(&answer) {
                Some(Response::Done { tag: of, status, information, .. }) if of.0 == tag => {
                    Ok(Ended { status, words: information.unwrap_or_default().into_owned(), answers })
                }
                _ => Err(ImapError::Unreadable),
            };
        }
    }

    /// One answer with its literals.
    async fn answer(&mut self) -> Result<Vec<u8>, ImapError> {
        let (mut out, mut depth) = (Vec::new(), 0);
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
            depth = nested(part, depth).ok_or(ImapError::Unreadable)?;
            self.room = self.room.checked_sub(part.len()).ok_or(ImapError::Unreadable)?;
            let Some(bytes) = literal(part) else { return Ok(out) };
            if bytes > self.literal {
                return Err(ImapError::Unreadable);
            }
            self.room = self.room.checked_sub(bytes).ok_or(ImapError::Unreadable)?;
            let from = out.len();
            out.resize(from + bytes, 0);
            let room = out.get_mut(from..).unwrap_or_default();
            self.stream.read_exact(room).await.map_err(|why| broke(&why))?;
        }
    }
}

/// How deep the brackets of an answer are open after this part of it, which began at `depth`; `None` beyond [`NESTING_MAX`]. A bracket in a
/// quoted text closes nothing.
fn nested(part: &[u8], mut depth: usize) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for byte in part {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTING_MAX {
            return None;
        }
    }
    Some(depth)
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

    /// What comes of the first command when the server says this, and every answer is read.
    async fn check(said: &[u8]) -> Result<(Status, Vec<Vec<u8>>), ImapError> {
        let (ours, mut theirs) = tokio::io::duplex(1 << 24);
        theirs.write_all(said).await.unwrap();
        drop(theirs.shutdown().await);
        let mut line = Line::begin(Box::new(ours)).await?;
        let Ended { status, answers, .. } = line.ask("NOOP").await?;
        if answers.iter().any(|answer| parsed(answer).is_none()) {
            return Err(ImapError::Unreadable);
        }
        Ok((status, answers))
    }

    fn brackets(count: usize) -> Vec<u8> {
        let (open, close) = ("(".repeat(count), ")".repeat(count));
        format!("* OK hello\r\n* 1 FETCH {open}{close}\r\nn1 OK done\r\n").into_bytes()
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
            b"* OK hello\r\n* 1 FETCH (INTERNALDATE NIL)\r\nn1 OK done\r\n",
            &brackets(100_000),
        ] {
            assert!(check(said).await.is_err(), "{:?}", String::from_utf8_lossy(said));
        }
    }

    #[test]
    fn brackets_nest_so_deep_and_no_deeper() {
        assert_eq!(nested(&b"(".repeat(NESTING_MAX), 0), Some(NESTING_MAX));
        assert_eq!(nested(&b"(".repeat(NESTING_MAX + 1), 0), None);
        assert_eq!(nested(b"(", NESTING_MAX), None, "the depth goes on behind a literal");
        assert_eq!(nested(&b"()".repeat(NESTING_MAX + 1), 0), Some(0));
        assert_eq!(
            nested(&b"(\")\\\")\" ".repeat(NESTING_MAX + 1), 0),
            None,
            "a quoted bracket closes nothing"
        );
        assert_eq!(nested(&b"\"(\" ".repeat(NESTING_MAX + 1), 0), Some(0));
    }

    #[tokio::test]
    async fn all_answers_to_a_command_have_one_limit() {
        let answer = [b"* OK ".as_slice(), &b"x".repeat(LINE_BYTES_MAX / 2), b"\r\n"].concat();
        let said =
            |count: usize| [b"* OK hello\r\n", answer.repeat(count).as_slice(), b"n1 OK done\r\n"].concat();
        assert_eq!(check(&said(8)).await.unwrap().1.len(), 8);
        assert_eq!(check(&said(9)).await, Err(ImapError::Unreadable));
        let literals = b"* 1 FETCH (BODY[] {65536}\r\n".to_vec();
        let literal = [literals, b"x".repeat(LITERAL_BYTES_MAX), b")\r\n".to_vec()].concat();
        let said = [b"* OK hello\r\n", literal.repeat(66).as_slice(), b"n1 OK done\r\n"].concat();
        assert_eq!(check(&said).await, Err(ImapError::Unreadable));
    }

    #[test]
    fn announced_lengths() {
        assert_eq!(literal(b"* 1 FETCH (BODY[] {310}\r\n"), Some(310));
        assert_eq!(literal(b"* 1 FETCH {a}\r\n"), None);
        assert_eq!(literal(b"* OK done\r\n"), None);
    }
}
