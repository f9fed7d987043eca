//! News pushed over a real connection: server-sent events (WHATWG HTML, section 9.2) as a client reads them off the wire.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use model::consent::Delay;
use std::time::Duration;
use testkit::{Ask, Member, TestHub, mails};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How long an event may take in a test: twenty looks.
const WAIT: Duration = Duration::from_secs(5);

struct Live {
    hub: TestHub,
    source: Member,
    reader: Member,
    collection: String,
    address: String,
}

impl Live {
    async fn new() -> Self {
        let hub = TestHub::new(12).await;
        let (source, reader) = (hub.members[0].clone(), hub.members[1].clone());
        hub.standing(&source, Delay::Now).await;
        let list = hub.ask(Ask::get("/taxii2/hub/collections/").token(&reader.token)).await.json();
        let all = list["collections"].as_array().unwrap();
        let energy = all.iter().find(|one| one["alias"] == "energy").unwrap();
        let collection = format!("/taxii2/hub/collections/{}/", energy["id"].as_str().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = hub.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { hub, source, reader, collection, address }
    }

    async fn news(&self, n: u32) {
        let mail = mails::attack("m0.example", n);
        let sent = Ask::post("/api/v1/submissions?delay=now", mail).content("message/rfc822");
        assert_eq!(self.hub.ask(sent.token(&self.source.token)).await.status, 201);
        self.hub.work().await;
    }

    async fn newest(&self) -> String {
        let page = self.hub.ask(Ask::get(format!("{}objects/", self.collection)).token(&self.reader.token));
        page.await.header("x-taxii-date-added-last").unwrap().to_owned()
    }

    async fn listen(&self, known: &str) -> Stream {
        let mut line = TcpStream::connect(&self.address).await.unwrap();
        let request = format!(
            "GET {}news/ HTTP/1.1\r\nHost: hub.test\r\nAuthorization: Bearer {}\r\nAccept: text/event-stream\r\nLast-Event-ID: {known}\r\n\r\n",
            self.collection, self.reader.token
        );
        line.write_all(request.as_bytes()).await.unwrap();
        Stream { line, read: String::new() }
    }
}

struct Stream {
    line: TcpStream,
    read: String,
}

/// The fields of one event.
#[derive(Debug)]
struct Event {
    id: String,
    data: serde_json::Value,
}

impl Stream {
    /// The next event; `None` when the stream ends or nothing comes in time.
    async fn next(&mut self, wait: Duration) -> Option<Event> {
        let end = tokio::time::Instant::now() + wait;
        loop {
            if let Some((event, rest)) = event(&self.read) {
                self.read = rest;
                return Some(event);
            }
            // the last chunk: the stream has ended, the connection stands
            if self.read.ends_with("\r\n0\r\n\r\n") {
                return None;
            }
            let mut piece = [0; 4096];
            let read = tokio::time::timeout_at(end, self.line.read(&mut piece)).await.ok()?.unwrap();
            if read == 0 {
                return None;
            }
            self.read.push_str(&String::from_utf8_lossy(&piece[..read]));
        }
    }
}

/// The first whole event of what was read, and what follows it.
fn event(read: &str) -> Option<(Event, String)> {
    let (_, from) = read.split_once("event: news")?;
    let (fields, rest) = from.split_once("\n\n")?;
    let field = |name: &str| fields.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    let event = Event { id: field("id: "), data: serde_json::from_str(&field("data: ")).unwrap() };
    Some((event, rest.to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn news_arrive_while_the_connection_stands_and_say_when_and_nothing_else() {
    let live = Live::new().await;
    live.news(1).await;
    let mut stream = live.listen("").await;
    let first = stream.next(WAIT).await.unwrap();
    assert_eq!(first.data["date_added_last"], live.newest().await);
    assert_eq!(first.data.as_object().unwrap().len(), 2, "{}", first.data);
    assert!(stream.next(Duration::from_millis(700)).await.is_none(), "nothing new, no event");
    live.news(2).await;
    let second = stream.next(WAIT).await.unwrap();
    assert_eq!(second.data["date_added_last"], live.newest().await);
    assert!(second.id.parse::<i64>().unwrap() > first.id.parse::<i64>().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_again_is_told_of_what_it_missed_and_of_nothing_else() {
    let live = Live::new().await;
    live.news(1).await;
    let known = live.listen("").await.next(WAIT).await.unwrap().id;
    assert!(live.listen(&known).await.next(Duration::from_millis(700)).await.is_none());
    live.news(2).await;
    let missed = live.listen(&known).await.next(WAIT).await.unwrap();
    assert_eq!(missed.data["date_added_last"], live.newest().await);
}
