//! "There is something new", pushed by a hub while the connection stands (server-sent events, WHATWG HTML section 9.2).
//!
//! An event says that there is news and nothing of what; whoever hears it looks as if it had come by itself.

use crate::error::{ClientError, good};
use crate::hub::HubClient;
use std::time::Duration;

/// Seconds without a byte after which the connection is taken for dead. The hub gives a sign of life every 15.
const SILENCE_SECONDS_MAX: u64 = 45;

/// The most bytes of one event. What the hub sends has a few hundred.
const EVENT_BYTES_MAX: usize = 16 * 1024;

/// A standing connection.
#[derive(Debug)]
pub struct News {
    answer: reqwest::Response,
    unread: Vec<u8>,
}

impl HubClient {
    /// Opens a connection on which the hub tells of news in a collection. `known` is the last event's id, where there was one: then
    /// nothing is told before there is more.
    ///
    /// # Errors
    /// Any.
    pub async fn news(&self, collection: &str, known: Option<&str>) -> Result<News, ClientError> {
        let http =
            reqwest::Client::builder().read_timeout(Duration::from_secs(SILENCE_SECONDS_MAX)).build()?;
        let mut request = http
            .get(format!("{}/taxii2/hub/collections/{collection}/news/", self.url))
            .bearer_auth(&self.token)
            .header("accept", "text/event-stream");
        if let Some(known) = known {
            request = request.header("last-event-id", known);
        }
        Ok(News { answer: good(request.send().await?).await?, unread: Vec::new() })
    }
}

impl News {
    /// The id of the next event; `None` when the hub ended the connection, which it does from time to time.
    ///
    /// # Errors
    /// A connection that broke or fell silent; an event that is too long.
    pub async fn next(&mut self) -> Result<Option<String>, ClientError> {
        loop {
            while let Some(event) = cut(&mut self.unread) {
                if let Some(id) = id_of(&event) {
                    return Ok(Some(id));
                }
            }
            if self.unread.len() > EVENT_BYTES_MAX {
                return Err(ClientError::Unreadable(format!("an event longer than {EVENT_BYTES_MAX} bytes")));
            }
            match self.answer.chunk().await? {
                Some(piece) => self.unread.extend_from_slice(&piece),
                None => return Ok(None),
            }
        }
    }
}

/// Takes the first whole event off, up to and with its blank line.
fn cut(unread: &mut Vec<u8>) -> Option<String> {
    let blank = |mark: &[u8]| unread.windows(mark.len()).position(|w| w == mark).map(|at| at + mark.len());
    let end = [blank(b"\n\n"), blank(b"\r\n\r\n"), blank(b"\r\r")].into_iter().flatten().min()?;
    let event: Vec<u8> = unread.drain(..end).collect();
    Some(String::from_utf8_lossy(&event).into_owned())
}

/// The id of an event; comments, which are signs of life, have none.
fn id_of(event: &str) -> Option<String> {
    let value = event.split(['\n', '\r']).find_map(|line| line.strip_prefix("id:"))?;
    Some(value.strip_prefix(' ').unwrap_or(value).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_any_pieces() {
        fn check(pieces: &[&str], expected: &[Option<&str>]) {
            let (mut unread, mut ids) = (Vec::new(), Vec::new());
            for piece in pieces {
                unread.extend_from_slice(piece.as_bytes());
                while let Some(event) = cut(&mut unread) {
                    ids.push(id_of(&event));
                }
            }
            let expected: Vec<Option<String>> = expected.iter().map(|id| id.map(str::to_owned)).collect();
            assert_eq!(ids, expected, "{pieces:?}");
        }
        check(&["event: news\nid: 7\nretry: 1000\ndata: {}\n\n"], &[Some("7")]);
        check(&["id:7\nda", "ta:\n", "\nid: 8\r\n\r\n:\n\n"], &[Some("7"), Some("8"), None]);
        check(&["id: 9\n"], &[]);
        check(&["data: id: 3\n\n"], &[None]);
    }
}
