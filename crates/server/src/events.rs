//! Server-sent events (HTML Living Standard, section 9.2): "there is something new for you", and nothing else. For pages and programs.
//!
//! An event is sent when the newest notice of the caller's own organisation changed; what others do wakes the loop and sends nothing.
//! Comments and the end come at instants that are fixed when the stream begins: a line that came earlier because somebody else was
//! warned would say so.

use crate::auth::{self, Identity, Opened};
use crate::error::Refusal;
use crate::matrix::Face;
use crate::state::App;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{Extensions, HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use hub::ops::board;
use jiff::Timestamp;
use sharing::Caller;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Seconds between two comments that keep the line open: below what proxies and our own listener wait for.
const COMMENT_SECONDS: u64 = 25;

/// The longest life of a stream: the browser opens it anew, and a session that ended meanwhile does not live on in it.
const LIFE_SECONDS: u64 = 15 * 60;

/// Milliseconds between two looks at the store that others' acts can cause: a busy hub wakes each stream many times a second.
const LOOK_MILLIS: u64 = 250;

struct Watcher {
    app: App,
    /// How the caller showed who it is, and where: it is asked again before anything is told.
    opened: Opened,
    caller: Caller,
    seen: Option<Timestamp>,
    rings: watch::Receiver<u64>,
    /// A ring that no look has followed yet.
    rung: bool,
    /// When the store may be asked again.
    looks: Instant,
    /// When the next comment is sent, whatever happens.
    comments: Instant,
    /// When the stream ends, whatever happens.
    ends: Instant,
    first: bool,
}

/// What a page knows already, when it comes again after it was hidden. `Last-Event-ID` says the same for a line that broke.
#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Known {
    /// The identifier of the newest event that was seen.
    #[param(required = false)]
    after: Option<i64>,
}

/// The stream.
#[utoipa::path(get, path = "/api/v1/events", tag = "items", params(Known),
    responses((status = 200, description = "an event `news` when there is something new", content_type = "text/event-stream", body = String)))]
pub(crate) async fn get(
    State(app): State<App>,
    Extension(identity): Extension<Identity>,
    Query(known): Query<Known>,
    uri: Uri,
    headers: HeaderMap,
    extensions: Extensions,
) -> Result<Response, crate::api::error::Problem> {
    let caller = identity.caller().cloned().ok_or(Refusal::SignIn)?;
    let rings = app.hub.news();
    let said = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let seen = match said.or(known.after).map(Timestamp::from_microsecond) {
        Some(Ok(at)) => Some(at),
        _ => board::newest_notice(&app.hub, &caller).await?,
    };
    let opened = Opened { face: Face::of(uri.path()), headers, extensions };
    let now = Instant::now();
    let (comments, ends) =
        (now + Duration::from_secs(COMMENT_SECONDS), now + Duration::from_secs(LIFE_SECONDS));
    let watcher =
        Watcher { app, opened, caller, seen, rings, rung: false, looks: now, comments, ends, first: true };
    let body = Body::from_stream(stream::unfold(watcher, |watcher| async {
        let (text, watcher) = watcher.next().await?;
        Some((Ok::<Bytes, Infallible>(Bytes::from(text)), watcher))
    }));
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, body).into_response())
}

impl Watcher {
    /// The next thing to say; `None` at the end of the stream.
    async fn next(mut self) -> Option<(String, Self)> {
        if self.first {
            self.first = false;
            return Some((format!("retry: 5000\nevent: here\nid: {}\ndata: \n\n", self.id()), self));
        }
        let nap = Duration::from_secs(u64::try_from(board::news_nap().as_secs()).unwrap_or(5));
        loop {
            let looks = self.looks;
            let rung = async {
                // a ring that came before the comment went out is not lost
                self.rung = self.rung || self.rings.changed().await.is_ok();
                tokio::time::sleep_until(looks).await;
                self.rung
            };
            tokio::select! {
                () = tokio::time::sleep_until(self.ends) => return None,
                () = tokio::time::sleep_until(self.comments) => {
                    self.comments += Duration::from_secs(COMMENT_SECONDS);
                    self.still().await?;
                    return Some((": here\n\n".to_owned(), self));
                }
                () = tokio::time::sleep(nap) => {}
                lives = rung => if !lives { return None },
            }
            self.looks = Instant::now() + Duration::from_millis(LOOK_MILLIS);
            self.rung = false;
            self.rings.mark_unchanged();
            let newest = board::newest_notice(&self.app.hub, &self.caller).await.ok()?;
            if newest > self.seen {
                self.still().await?;
                self.seen = newest;
                return Some((format!("event: news\nid: {}\ndata: \n\n", self.id()), self));
            }
        }
    }

    /// The newest notice that was told of, in microseconds since 1970.
    fn id(&self) -> i64 {
        self.seen.map_or(0, Timestamp::as_microsecond)
    }

    /// `None` when whoever opened the stream is not who it was any more.
    async fn still(&self) -> Option<()> {
        auth::is_still(&self.app, &self.opened, &self.caller).await.then_some(())
    }
}
