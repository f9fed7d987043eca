//! Server-sent events (HTML Living Standard, section 9.2): "there is something new for you", and nothing else. For pages and programs.
//!
//! An event is sent when the newest notice of the caller's own organisation changed; what others do wakes the loop and sends nothing.
//! Comments and the end come at instants that are fixed when the stream begins: a line that came earlier because somebody else was
//! warned would say so.

use crate::auth::Identity;
use crate::error::Refusal;
use crate::state::App;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
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

/// The stream.
#[utoipa::path(get, path = "/api/v1/events", tag = "items",
    responses((status = 200, description = "an event `news` when there is something new", content_type = "text/event-stream", body = String)))]
pub(crate) async fn get(
    State(app): State<App>,
    Extension(identity): Extension<Identity>,
) -> Result<Response, crate::api::error::Problem> {
    let caller = identity.caller().cloned().ok_or(Refusal::SignIn)?;
    let rings = app.hub.news();
    let seen = board::newest_notice(&app.hub, &caller).await?;
    let now = Instant::now();
    let (comments, ends) =
        (now + Duration::from_secs(COMMENT_SECONDS), now + Duration::from_secs(LIFE_SECONDS));
    let watcher = Watcher { app, caller, seen, rings, rung: false, looks: now, comments, ends, first: true };
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
            return Some(("retry: 5000\n: here\n\n".to_owned(), self));
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
                    return Some((": here\n\n".to_owned(), self));
                }
                () = tokio::time::sleep(nap) => {}
                lives = rung => if !lives { return None },
            }
            self.looks = Instant::now() + Duration::from_millis(LOOK_MILLIS);
            self.rung = false;
            self.rings.mark_unchanged();
            let newest = board::newest_notice(&self.app.hub, &self.caller).await.ok()?;
            if newest != self.seen {
                self.seen = newest;
                return Some(("event: news\ndata: \n\n".to_owned(), self));
            }
        }
    }
}
