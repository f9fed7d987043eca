//! One kept-open HTTP/1.1 connection to a hub: as much of the protocol as a measurement needs.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;
use std::time::Duration;

/// An answer that takes longer has failed.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// Lines of a head; ours have a dozen.
const HEAD_LINES_MAX: usize = 100;

/// The largest answer: a page of 1,000 objects has a tenth of it.
const ANSWER_BYTES_MAX: u64 = 16 * 1024 * 1024;

pub(super) struct Connection {
    stream: BufReader<TcpStream>,
    host: String,
}

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    head: String,
    pub(super) body: Vec<u8>,
}

impl Connection {
    pub(super) fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_LIMIT))?;
        Ok(Self { stream: BufReader::new(stream), host: address.to_owned() })
    }

    pub(super) fn get(&mut self, path: &str, token: &str) -> Result<Answer> {
        self.request("GET", path, token, b"")
    }

    /// Sends a mail.
    pub(super) fn post(&mut self, path: &str, token: &str, body: &[u8]) -> Result<Answer> {
        self.request("POST", path, token, body)
    }

    /// Signs in; the cookie of the session.
    pub(super) fn sign_in(&mut self, login: &str, password: &str) -> Result<String> {
        let form = serde_json::json!({"login": login, "password": password}).to_string();
        let answer =
            self.send("POST", "/api/v1/session", "Content-Type: application/json", form.as_bytes())?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        cookie.map(ToOwned::to_owned).ok_or_else(|| Error::new(ErrorKind::PermissionDenied, "not signed in"))
    }

    /// A page, by the cookie of a session.
    pub(super) fn page(&mut self, path: &str, cookie: &str) -> Result<Answer> {
        self.send("GET", path, &format!("Cookie: {cookie}"), b"")
    }

    fn request(&mut self, method: &str, path: &str, token: &str, body: &[u8]) -> Result<Answer> {
        let headers = format!("Authorization: Bearer {token}\r\nContent-Type: message/rfc822");
        self.send(method, path, &headers, body)
    }

    /// Sends any request; `headers` are whole lines, the last one without its end.
    pub(super) fn send(&mut self, method: &str, path: &str, headers: &str, body: &[u8]) -> Result<Answer> {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{headers}\r\nContent-Length: {}\r\n\r\n",
            self.host,
            body.len()
        );
        // in one write: a head that waits for its body's packet would measure the network
        self.stream.get_mut().write_all(&[head.as_bytes(), body].concat())?;
        read(&mut self.stream)
    }
}

/// A stream of server-sent events.
impl Connection {
    /// Asks for it; what is said is heard line by line.
    pub(super) fn listen(&mut self, path: &str, token: &str) -> Result<()> {
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\r\n", self.host);
        self.stream.get_mut().write_all(head.as_bytes())
    }

    /// Waits for a line that begins with these words.
    pub(super) fn heard(&mut self, words: &str) -> Result<()> {
        let mut line = Vec::new();
        while !line.starts_with(words.as_bytes()) {
            line.clear();
            if self.stream.read_until(b'\n', &mut line)? == 0 {
                return Err(Error::new(
                    ErrorKind::UnexpectedEof,
                    format!("the stream ended before `{words}`"),
                ));
            }
        }
        Ok(())
    }
}

impl Answer {
    /// The value of a header, by its name in small letters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(is, _)| is.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

fn read(stream: &mut impl BufRead) -> Result<Answer> {
    let odd = |what: &str| Error::new(ErrorKind::InvalidData, what.to_owned());
    let mut head = String::new();
    for _ in 0..HEAD_LINES_MAX {
        let before = head.len();
        stream.read_line(&mut head)?;
        if head.len() - before <= 2 {
            break;
        }
    }
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(|| odd("no status"))?;
    let mut answer = Answer { status, head, body: Vec::new() };
    // these have no body and need not say so (RFC 9112 section 6.3)
    let none = matches!(status, 204 | 304).then_some(0);
    let length = none.or_else(|| answer.header("content-length").and_then(|l| l.parse::<u64>().ok()));
    let length = length.filter(|l| *l <= ANSWER_BYTES_MAX).ok_or_else(|| odd("no length, or too long"))?;
    stream.take(length).read_to_end(&mut answer.body)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wire: &str, expected: Option<(u16, &str)>) {
        let answer = read(&mut wire.as_bytes()).ok();
        let seen = answer.as_ref().map(|a| (a.status, std::str::from_utf8(&a.body).unwrap()));
        assert_eq!(seen, expected);
    }

    #[test]
    fn an_answer_ends_where_it_says() {
        check("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1", Some((200, "{}")));
        check("HTTP/1.1 503 Service Unavailable\r\nContent-Length:0\r\n\r\n", Some((503, "")));
        check("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1", Some((204, "")));
        check("HTTP/1.1 200 OK\r\n\r\n", None);
        check("", None);
    }
}
