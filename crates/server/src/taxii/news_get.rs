//! "This collection has news since …": as one answer, or pushed while the connection stands (server-sent events, WHATWG HTML section 9.2).
//! TAXII has only polling; a client that never heard of this address loses nothing.
//!
//! An event says when the newest object that the caller may read was added, which the next poll would show it in a header. It says
//! nothing of what, how many, or from whom.

use super::error::TaxiiError;
use super::media::Accept;
use super::page::timestamp;
use super::place::{self, Named};
use crate::auth::{self, ApiCaller, Opened};
use crate::matrix::Face;
use crate::state::App;
use axum::extract::State;
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use hub::ops::taxii;
use model::id::CollectionId;
use serde::Serialize;
use sharing::Caller;
use std::convert::Infallible;
use std::time::Duration;

/// How often a waiting connection looks, in milliseconds. A look at nothing new reads no table.
const LOOK_MILLIS: u64 = 250;

/// Looks of one connection: a minute. Then it ends, and the client comes again with its credentials, as EventSource does by itself.
const LOOKS_MAX: u32 = 240;

/// Milliseconds after which a client comes again.
const RETRY_MILLIS: u64 = 1_000;

/// Seconds between two signs of life.
const ALIVE_SECONDS: u64 = 15;

#[derive(Serialize)]
struct News {
    collection: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_added_last: Option<String>,
}

/// One answer, or a stream for a client that accepts `text/event-stream`. `Last-Event-ID` says what the client knows already.
pub(crate) async fn get(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Named(named): Named<String>,
    headers: HeaderMap,
    extensions: Extensions,
    accept: Result<Accept, TaxiiError>,
) -> Result<Response, TaxiiError> {
    let collection = place::collection(&app.hub, &caller, &named).await?.id;
    let said = |name: header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if said(header::ACCEPT).to_ascii_lowercase().contains("text/event-stream") {
        let known = said(header::HeaderName::from_static("last-event-id")).parse().ok();
        let rights = taxii::rights(&app.hub).await?;
        let opened = Opened { face: Face::Taxii, headers, extensions };
        let watch = Watch { app, opened, caller, collection, known, looks: 0, rights };
        let keep = KeepAlive::new().interval(Duration::from_secs(ALIVE_SECONDS));
        return Ok(Sse::new(events(watch)).keep_alive(keep).into_response());
    }
    let last = taxii::newest(&app.hub, &caller, collection).await?;
    Ok(accept?.json(StatusCode::OK, &news(collection, last)))
}

fn news(collection: CollectionId, last: Option<i64>) -> News {
    News { collection: collection.to_string(), date_added_last: last.map(timestamp) }
}

/// One waiting client.
struct Watch {
    app: App,
    /// How it showed who it is.
    opened: Opened,
    caller: Caller,
    collection: CollectionId,
    /// What it knows, microseconds.
    known: Option<i64>,
    looks: u32,
    /// The rights as of its last look.
    rights: i64,
}

/// What is new, each time it is.
fn events(watch: Watch) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(watch, async |mut watch| {
        while watch.looks < LOOKS_MAX {
            if watch.looks > 0 {
                tokio::time::sleep(Duration::from_millis(LOOK_MILLIS)).await;
            }
            watch.looks += 1;
            if let Some(event) = watch.look().await? {
                return Some((Ok(event), watch));
            }
        }
        None
    })
}

impl Watch {
    /// An event if there is news; `None` ends the stream, which it does when this caller's own rights changed and for nothing that
    /// others do.
    async fn look(&mut self) -> Option<Option<Event>> {
        let rights = taxii::rights(&self.app.hub).await.ok()?;
        if self.rights != rights {
            auth::is_still(&self.app, &self.opened, &self.caller).await.then_some(())?;
            self.rights = rights;
        }
        let last = taxii::newest(&self.app.hub, &self.caller, self.collection).await.ok()?;
        if last <= self.known {
            return Some(None);
        }
        self.known = last;
        let event = Event::default().event("news").id(last.unwrap_or_default().to_string());
        let event = event.retry(Duration::from_millis(RETRY_MILLIS));
        Some(event.json_data(news(self.collection, last)).ok())
    }
}
