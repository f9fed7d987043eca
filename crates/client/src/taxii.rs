//! Any TAXII 2.1 server: reading with resume, and posting.
//!
//! Servers differ from the standard in ways that lose objects or never end (a `next` that dies with its session, `more` without `next`, no
//! date headers): each is met here, once.

use crate::error::{ClientError, good, within};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// The media type of TAXII 2.1 (section 1.6.8 of the standard).
const MEDIA: &str = "application/taxii+json;version=2.1";

/// Seconds without an answer after which a request is given up.
const ANSWER_SECONDS_MAX: u64 = 120;

/// Objects asked for in one page; servers give fewer where they like. It is always said: medallion answers 500 to a `next` without it.
const PAGE_OBJECTS: &str = "1000";

/// Pages of one pull. A server that says `more` for ever is left after them.
const PAGES_MAX: usize = 100_000;

/// Bytes of one answer. Some servers give a whole collection as one page: ATT&CK is 45 MB. What is longer would fill the memory of
/// whoever asked.
const ANSWER_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Redirects followed for one request, as browsers' and other clients' limits are.
const REDIRECTS_MAX: usize = 10;

/// Looks at a status that stays pending: a minute, as `taxii2-client` does.
const STATUS_LOOKS_MAX: usize = 60;

/// The longest wait that a busy server may ask for, in seconds, and how often.
const WAIT_SECONDS_MAX: u64 = 60;
const WAITS_MAX: usize = 5;

/// How the client shows who it is.
#[derive(Clone)]
pub enum Credentials {
    /// A token.
    Bearer(String),
    /// User name and password.
    Basic(String, String),
    /// Nothing: public feeds.
    None,
}

/// An API root and what to show there.
#[derive(Clone)]
pub struct TaxiiClient {
    http: reqwest::Client,
    root: String,
    shown: Credentials,
    /// The largest body that the root takes, in bytes.
    body_max: usize,
}

/// A collection as its server tells of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Collection {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its alias, where there is one.
    pub alias: Option<String>,
    /// Whether the caller may read.
    pub can_read: bool,
    /// Whether the caller may post.
    pub can_write: bool,
}

/// Where a pull stands. Kept between pulls, it makes each go on where the one before ended, whole or broken off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// What was added until then is here.
    pub added_after: Option<String>,
    /// The cursor of the next page, within an unfinished pull.
    pub next: Option<String>,
}

/// What one page held.
#[derive(Debug, Default)]
pub struct Page {
    /// The objects, byte for byte.
    pub objects: Vec<Box<RawValue>>,
    /// Where to go on.
    pub place: Place,
    /// Whether more is there now.
    pub more: bool,
    /// Whether more is there and the server does not say how to ask for it.
    pub stuck: bool,
}

impl Page {
    /// The same for the same objects with the same way on, and for nothing else that a server would send.
    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.place.hash(&mut hasher);
        self.objects.iter().for_each(|object| object.get().hash(&mut hasher));
        hasher.finish()
    }
}

/// What became of posted objects.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Status {
    /// The status resource.
    pub id: String,
    /// `complete` or `pending`.
    pub status: String,
    /// Taken.
    pub success_count: u64,
    /// Not taken.
    pub failure_count: u64,
    /// Undecided yet.
    pub pending_count: u64,
    /// Which were not taken, and why.
    pub failures: Vec<Failure>,
}

/// One object that was not taken.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Failure {
    /// Its id.
    pub id: String,
    /// Why.
    pub message: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Envelope {
    more: Option<bool>,
    #[serde(deserialize_with = "cursor")]
    next: Option<String>,
    objects: Option<Vec<Box<RawValue>>>,
}

/// A cursor is a string (section 3.7); servers that count pages write the number.
fn cursor<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    })
}

/// Bodies of a root that does not say what it takes.
const BODY_BYTES_DEFAULT: usize = 10 * 1024 * 1024;

impl TaxiiClient {
    /// For the API root at `root`, e.g. `https://hub.example/taxii2/hub/`.
    ///
    /// # Errors
    /// When the machine's TLS roots cannot be read.
    pub fn new(root: &str, token: &str) -> Result<Self, ClientError> {
        Self::with(root, Credentials::Bearer(token.to_owned()))
    }

    fn with(root: &str, shown: Credentials) -> Result<Self, ClientError> {
        let builder = reqwest::Client::builder().timeout(Duration::from_secs(ANSWER_SECONDS_MAX));
        // `reqwest` itself shows credentials to no other host, but to the same host and port without TLS it does
        let redirects = reqwest::redirect::Policy::custom(|attempt| match attempt.previous().last() {
            Some(from) if is_downgrade(from, attempt.url()) => attempt.error("a redirect from https to http"),
            _ if attempt.previous().len() > REDIRECTS_MAX => attempt.error("too many redirects"),
            _ => attempt.follow(),
        });
        let http = builder.redirect(redirects).build()?;
        let root = format!("{}/", root.trim_end_matches('/'));
        Ok(Self { http, root, shown, body_max: BODY_BYTES_DEFAULT })
    }

    /// Finds the API root behind an address that people have: that of the discovery, of the root itself, or of a collection, whose id comes
    /// back too.
    ///
    /// # Errors
    /// Any; `Unreadable` when neither stands there.
    pub async fn find(url: &str, shown: Credentials) -> Result<(Self, Option<String>), ClientError> {
        let (at, collection) = match url.split_once("/collections/") {
            Some((root, rest)) => (root, rest.split('/').next().filter(|id| !id.is_empty())),
            None => (url, None),
        };
        let shows = !matches!(shown, Credentials::None);
        let mut client = Self::with(at, shown)?;
        let told: Value = client.json("", &[]).await?.0;
        let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
        if let Some(roots) = told.get("api_roots").and_then(Value::as_array) {
            let root = told.get("default").and_then(text).or_else(|| roots.first().and_then(text));
            let root =
                root.ok_or_else(|| ClientError::Unreadable("a discovery without API roots".to_owned()))?;
            let root = absolute(&client.root, &root);
            if shows && !may_see(&client.root, &root) {
                return Err(ClientError::Unreadable(format!(
                    "the API root is on another host, or without TLS: {root}; what is shown here is not for it; name that address itself"
                )));
            }
            client.root = format!("{}/", root.trim_end_matches('/'));
            let told = client.json("", &[]).await?.0;
            client.body_max = body_max(&told);
        } else {
            client.body_max = body_max(&told);
        }
        Ok((client, collection.map(ToOwned::to_owned)))
    }

    /// The API root.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The largest body that the root takes, in bytes.
    #[must_use]
    pub fn body_max(&self) -> usize {
        self.body_max
    }

    /// The collections of the root.
    ///
    /// # Errors
    /// Any.
    pub async fn collections(&self) -> Result<Vec<Collection>, ClientError> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct All {
            collections: Vec<Collection>,
        }
        Ok(self.json::<All>("collections/", &[]).await?.0.collections)
    }

    /// One page of a collection. A `next` that its server has forgotten is given up for the date reached.
    ///
    /// # Errors
    /// Any.
    pub async fn page(&self, collection: &str, place: &Place) -> Result<Page, ClientError> {
        let path = format!("collections/{collection}/objects/");
        let after = place.added_after.as_deref().map(|at| ("added_after", at));
        let first: Vec<(&str, &str)> = after.into_iter().chain([("limit", PAGE_OBJECTS)]).collect();
        // the filters with `next` too: some servers forget their own, and those that carry them do not mind
        let query: Vec<(&str, &str)> =
            first.iter().copied().chain(place.next.as_deref().map(|next| ("next", next))).collect();
        let (envelope, last) = match self.json::<Envelope>(&path, &query).await {
            Err(ClientError::Answer(400 | 404 | 410, _)) if place.next.is_some() => {
                self.json(&path, &first).await?
            }
            answer => answer?,
        };
        let said = envelope.more == Some(true);
        let next = envelope.next.filter(|next| said && !next.is_empty());
        // `more` without a cursor goes on by the date, if that moves at all
        let moves = last.is_some() && last != place.added_after;
        let more = next.is_some() || (said && moves);
        let added_after = match &next {
            // the date of a page inside a listing filters what follows with some servers: it is kept for the end
            Some(_) => place.added_after.clone(),
            None => last.clone().or_else(|| place.added_after.clone()),
        };
        Ok(Page {
            objects: envelope.objects.unwrap_or_default(),
            place: Place { added_after, next },
            more,
            stuck: said && !more,
        })
    }

    /// Every object of a collection that was added after `added_after`. Returns the date to go on from.
    ///
    /// # Errors
    /// Any; what was handed to `each` before stays valid.
    pub async fn pull(
        &self,
        collection: &str,
        added_after: Option<&str>,
        mut each: impl FnMut(Value),
    ) -> Result<Option<String>, ClientError> {
        let begin = Place { added_after: added_after.map(ToOwned::to_owned), next: None };
        let each = |page: Page| {
            for object in page.objects {
                let object = serde_json::from_str(object.get());
                each(object.map_err(|why| ClientError::Unreadable(why.to_string()))?);
            }
            Ok(())
        };
        Ok(self.walk(collection, begin, each).await?.added_after)
    }

    /// Every object of a collection from `place` on, page by page; `each` gets a page and where to go on, and says whether to. Returns the place
    /// reached.
    ///
    /// # Errors
    /// Any; what was handed to `each` before stays valid.
    pub async fn walk(
        &self,
        collection: &str,
        mut place: Place,
        mut each: impl FnMut(Page) -> Result<(), ClientError>,
    ) -> Result<Place, ClientError> {
        let mut had = HashSet::new();
        for _ in 0..PAGES_MAX {
            let page = self.page(collection, &place).await?;
            let (more, stuck) = (page.more, page.stuck);
            place = page.place.clone();
            let is_new = had.insert(page.fingerprint());
            each(page)?;
            if stuck {
                let why =
                    "there is more, and nothing says how to ask for it (neither `next` nor a later date)";
                return Err(ClientError::Unreadable(why.to_owned()));
            }
            if !more {
                return Ok(place);
            }
            // medallion gives one cursor for a whole listing: the same page with the same way on is what never ends
            if !is_new {
                let why = "a page that was there before; the server repeats itself";
                return Err(ClientError::Unreadable(why.to_owned()));
            }
        }
        Err(ClientError::Unreadable(format!("more than {PAGES_MAX} pages; the server repeats itself")))
    }

    /// Posts an envelope and waits until its server has decided.
    ///
    /// # Errors
    /// Any.
    pub async fn post(&self, collection: &str, envelope: Vec<u8>) -> Result<Status, ClientError> {
        let request =
            self.http.post(format!("{}collections/{collection}/objects/", self.root)).body(envelope);
        let request = request.header("accept", MEDIA).header("content-type", MEDIA);
        let mut status: Status = read(self.send(request).await?).await?;
        for _ in 0..STATUS_LOOKS_MAX {
            if status.status != "pending" {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            status = self.json(&format!("status/{}/", status.id), &[]).await?.0;
        }
        Ok(status)
    }

    /// Sends a request, and again where the server asks to wait (RFC 9110, section 10.2.3; TAXII 2.1, section 3.6).
    async fn send(&self, request: reqwest::RequestBuilder) -> Result<reqwest::Response, ClientError> {
        let mut request = self.show(request);
        for _ in 0..WAITS_MAX {
            let again = request.try_clone();
            let answer = request.send().await?;
            let (Some(seconds), Some(next)) = (wait_asked(&answer), again) else { return good(answer).await };
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            request = next;
        }
        good(request.send().await?).await
    }

    fn show(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.shown {
            Credentials::Bearer(token) => request.bearer_auth(token),
            Credentials::Basic(user, password) => request.basic_auth(user, Some(password)),
            Credentials::None => request,
        }
    }

    async fn json<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<(T, Option<String>), ClientError> {
        let request = self.http.get(format!("{}{path}", self.root)).query(query).header("accept", MEDIA);
        let answer = self.send(request).await?;
        let last = answer.headers().get("x-taxii-date-added-last").and_then(|v| v.to_str().ok());
        // some servers write the word instead of leaving the header out
        let last = last.filter(|at| at.starts_with(|c: char| c.is_ascii_digit())).map(ToOwned::to_owned);
        Ok((read(answer).await?, last))
    }
}

/// The seconds after which a server that has too much to do wants to be asked again. A longer wait, or a date, is for whoever
/// started us: the place reached is kept.
fn wait_asked(answer: &reqwest::Response) -> Option<u64> {
    let busy = matches!(answer.status().as_u16(), 429 | 503);
    let told = answer.headers().get("retry-after").filter(|_| busy)?.to_str().ok()?.trim().parse().ok()?;
    (told <= WAIT_SECONDS_MAX).then_some(told)
}

async fn read<T: serde::de::DeserializeOwned>(answer: reqwest::Response) -> Result<T, ClientError> {
    let bytes = within(answer, ANSWER_BYTES_MAX).await?;
    serde_json::from_slice(&bytes).map_err(|why| ClientError::Unreadable(why.to_string()))
}

fn body_max(root: &Value) -> usize {
    let told = root.get("max_content_length").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    told.filter(|n| *n > 0).unwrap_or(BODY_BYTES_DEFAULT)
}

/// Whether what is shown at one address may be shown at another that it names: one of the same host, and not without TLS where the first had
/// it. Another port, or TLS where there was none, is another server on the host, which servers behind a proxy name.
fn may_see(from: &str, to: &str) -> bool {
    let (Ok(from), Ok(to)) = (url::Url::parse(from), url::Url::parse(to)) else { return false };
    from.host_str().is_some() && from.host_str() == to.host_str() && !is_downgrade(&from, &to)
}

/// Whether the way from one address to the other loses its TLS: whoever listens on the line would read the credentials.
fn is_downgrade(from: &url::Url, to: &url::Url) -> bool {
    from.scheme() == "https" && to.scheme() != "https"
}

/// An address that may be a path only, on the server of another.
fn absolute(base: &str, url: &str) -> String {
    if url.contains("://") {
        return url.to_owned();
    }
    let host = base.match_indices('/').nth(2).map_or(base, |(at, _)| &base[..at]);
    format!("{host}/{}", url.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::task::JoinHandle;

    #[test]
    fn roots_are_paths_or_addresses() {
        let check = |url: &str, expected: &str| {
            assert_eq!(absolute("https://a.example:8/taxii2/", url), expected);
        };
        check("/root/", "https://a.example:8/root/");
        check("root/", "https://a.example:8/root/");
        check("https://b.example/x/", "https://b.example/x/");
    }

    #[test]
    fn credentials_go_to_the_same_host_and_never_from_tls_to_none() {
        let check =
            |from: &str, to: &str, expected: bool| assert_eq!(may_see(from, to), expected, "{from} {to}");
        check("https://h.example/taxii2/", "https://h.example/root/", true);
        check("https://h.example/taxii2/", "https://H.example:8443/root/", true);
        check("http://h.example/taxii2/", "https://h.example/root/", true);
        check("http://h.example/taxii2/", "http://h.example:8080/root/", true);
        check("https://h.example/taxii2/", "http://h.example/root/", false);
        check("https://h.example:8443/taxii2/", "http://h.example:8443/root/", false);
        check("https://h.example/taxii2/", "ftp://h.example/root/", false);
        check("https://h.example/taxii2/", "https://h.example.evil.example/root/", false);
        check("https://h.example/taxii2/", "https://h.example@evil.example/root/", false);
        check("https://h.example/taxii2/", "nonsense", false);
    }

    /// A server of one answer, and the requests that it got.
    async fn server(head: &'static str, piece: &'static [u8], pieces: usize) -> (String, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("http://{}/", listener.local_addr().unwrap());
        let got = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap();
            let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{head}\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            for _ in 0..pieces {
                // whoever has enough closes the connection
                if stream.write_all(piece).await.is_err() {
                    break;
                }
            }
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        (at, got)
    }

    /// A server that answers each request with the next of these texts (head and body), and the requests that it got.
    async fn script(answers: Vec<String>) -> (TaxiiClient, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client =
            TaxiiClient::new(&format!("http://{}/", listener.local_addr().unwrap()), "secret").unwrap();
        let got = tokio::spawn(async move {
            let mut got = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = vec![0; 4096];
                let length = stream.read(&mut request).await.unwrap();
                let text = String::from_utf8_lossy(&request[..length]).into_owned();
                got.push(text.lines().next().unwrap_or_default().to_owned());
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
            got
        });
        (client, got)
    }

    fn answer(status: &str, head: &str, body: &str) -> String {
        let length = body.len();
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{head}\r\n{body}")
    }

    async fn walked(answers: Vec<String>) -> (usize, Result<Place, String>) {
        let (client, _server) = script(answers).await;
        let mut objects = 0;
        let each = |page: Page| {
            objects += page.objects.len();
            Ok(())
        };
        let end = client.walk("1", Place::default(), each).await.map_err(|why| why.to_string());
        (objects, end)
    }

    #[tokio::test]
    async fn a_busy_server_is_asked_again_when_it_says() {
        let busy = |status| answer(status, "retry-after: 0\r\n", r#"{"title":"slow"}"#);
        let good = answer("200 OK", "", r#"{"objects":[{}]}"#);
        let (objects, end) = walked(vec![busy("429 Slow"), busy("503 Busy"), good]).await;
        assert_eq!((objects, end), (1, Ok(Place::default())));
        let whole_day = answer("503 Busy", "retry-after: 86400\r\n", "{}");
        assert!(walked(vec![whole_day]).await.1.unwrap_err().contains("503"));
        assert!(walked(vec![busy("429 Slow"); WAITS_MAX + 1]).await.1.unwrap_err().contains("429"));
        let unasked = answer("503 Busy", "", "{}");
        assert!(walked(vec![unasked]).await.1.unwrap_err().contains("503"));
    }

    #[tokio::test]
    async fn a_list_that_goes_in_a_circle_is_left() {
        let page = |next: &str| {
            answer("200 OK", "", &format!(r#"{{"more":true,"next":"{next}","objects":[{{}}]}}"#))
        };
        let (objects, end) = walked(vec![page("a"), page("b"), page("a")]).await;
        assert_eq!(objects, 3);
        assert!(end.unwrap_err().contains("repeats itself"));
    }

    #[tokio::test]
    async fn one_cursor_for_a_whole_listing_is_followed() {
        let page =
            |n: u32| answer("200 OK", "", &format!(r#"{{"more":true,"next":"a","objects":[{{"n":{n}}}]}}"#));
        let last = answer("200 OK", "", r#"{"objects":[{"n":4}]}"#);
        let (objects, end) = walked(vec![page(1), page(2), page(3), last]).await;
        assert_eq!((objects, end), (4, Ok(Place::default())));
    }

    #[tokio::test]
    async fn more_without_a_way_to_it_is_said() {
        let stuck = answer("200 OK", "", r#"{"more":true,"objects":[{},{}]}"#);
        let (objects, end) = walked(vec![stuck]).await;
        assert_eq!(objects, 2, "what came is handed over");
        assert!(end.unwrap_err().contains("there is more"));
    }

    #[tokio::test]
    async fn loose_envelopes_are_read() {
        let numbered = answer("200 OK", "", r#"{"more":true,"next":2,"objects":[{}]}"#);
        let empty = answer("200 OK", "", r#"{"more":null,"next":null,"objects":null}"#);
        let (client, server) = script(vec![numbered, empty]).await;
        client.walk("1", Place::default(), |_| Ok(())).await.unwrap();
        assert!(server.await.unwrap()[1].contains("next=2"));
    }

    #[tokio::test]
    async fn a_root_elsewhere_is_not_shown_the_token() {
        let (at, got) = server("", br#"{"api_roots":["http://elsewhere.example/root/"]}"#, 1).await;
        let found = TaxiiClient::find(&at, Credentials::Bearer("secret".to_owned())).await;
        assert!(matches!(found, Err(ClientError::Unreadable(why)) if why.contains("elsewhere.example")));
        assert!(got.await.unwrap().contains("authorization: Bearer secret"), "whom it is for sees it");
    }

    #[tokio::test]
    async fn an_answer_without_end_is_given_up() {
        static BLANKS: [u8; 1 << 20] = [b' '; 1 << 20];
        let (at, _server) =
            server("content-type: application/taxii+json;version=2.1\r\n", &BLANKS, usize::MAX).await;
        let client = TaxiiClient::new(&at, "secret").unwrap();
        let page = client.page("1", &Place::default()).await;
        assert!(matches!(page, Err(ClientError::Unreadable(why)) if why.contains("longer than")));
    }
}
