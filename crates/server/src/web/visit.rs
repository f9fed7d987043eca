//! One visit of a signed-in person: what every handler starts from, and how it answers.

use crate::auth::Session;
use crate::state::App;
use crate::web::fault::Fault;
use crate::web::frame::Frame;
use crate::web::{dates, language, nav};
use askama::Template;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use hub::ops::auth::SignedIn;
use hub::ops::notice;
use hub::{Hub, HubError, PageRequest};
use sharing::Caller;
use std::str::FromStr;

/// What a handler of a page returns.
pub(crate) type Answer = Result<Response, Fault>;

/// A signed-in person on a page.
pub(crate) struct Visit {
    /// The hub.
    pub(crate) hub: Hub,
    /// Who.
    pub(crate) who: SignedIn,
    path: String,
    here: String,
    done: Option<String>,
    asked: Option<model::lang::Lang>,
    /// The cursor and the filters in the address.
    pub(crate) query: Asked,
}

/// What the address of a list may carry.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// The cursor of the page.
    pub(crate) after: Option<String>,
    /// A state to filter by.
    pub(crate) state: Option<String>,
    /// The stage of a report.
    pub(crate) stage: Option<String>,
    /// A submission that an incident begins with.
    pub(crate) submission: Option<String>,
    /// Letters that a name has to hold.
    pub(crate) q: Option<String>,
    /// Everything, not only what waits.
    pub(crate) all: Option<String>,
    done: Option<String>,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Session(who) =
            Session::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let query = Query::<Asked>::try_from_uri(&parts.uri).map(|q| q.0).unwrap_or_default();
        let done = query.done.clone().filter(|key| key.starts_with("flash-") && crate::web::text::knows(key));
        Ok(Self {
            hub: app.hub.clone(),
            who,
            path: parts.uri.path().to_owned(),
            here: language::without_asides(&parts.uri),
            done,
            asked: language::asked(&parts.uri),
            query,
        })
    }
}

impl Visit {
    /// The caller.
    pub(crate) fn caller(&self) -> &Caller {
        &self.who.caller
    }

    /// The page of a list that is asked for.
    pub(crate) fn page_request(&self) -> PageRequest {
        PageRequest { after: self.query.after.clone(), limit: 0 }
    }

    /// Whether this is not the first page of a list.
    pub(crate) fn paged(&self) -> bool {
        self.query.after.is_some()
    }

    /// The frame of the page. A switch of language in the address is kept as the person's own.
    pub(crate) async fn frame(&self) -> Result<Frame, Fault> {
        let waiting = notice::waiting(&self.hub, self.caller()).await?;
        let lang = self.asked.unwrap_or(self.who.lang);
        if lang != self.who.lang {
            hub::ops::auth::set_preferences(&self.hub, self.who.person, lang, &self.who.zone).await?;
        }
        Ok(Frame {
            lang,
            zone: dates::zone(&self.who.zone),
            zone_name: self.who.zone.clone(),
            hub_name: hub_name(&self.hub, lang),
            nav: nav::groups(self.caller(), &self.path, &waiting),
            flash: self.done.clone(),
            path: self.here.clone(),
            who: Some(self.who.clone()),
        })
    }
}

/// The hub's name in a language.
pub(crate) fn hub_name(hub: &Hub, lang: model::lang::Lang) -> String {
    hub.settings().name.in_lang(lang).to_owned()
}

/// The page.
pub(crate) fn page(template: &impl Template) -> Answer {
    let html = template.render().map_err(|_| Fault::Page)?;
    Ok(Html(html).into_response())
}

/// The page that follows a form, with the line that says what it did.
pub(crate) fn done(to: &str, key: &str) -> Answer {
    Ok(Redirect::to(&format!("{to}?done={key}")).into_response())
}

/// A file to keep. `name` is ours, never a member's.
pub(crate) fn file(name: &str, content_type: &'static str, bytes: Vec<u8>) -> Answer {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers =
        [(header::CONTENT_TYPE, content_type.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, bytes).into_response())
}

/// The identifier in an address. What is none is as absent as what does not exist.
pub(crate) struct Id<T>(pub(crate) T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let absent = Fault::Hub(HubError::NotFound);
        let Ok(Path(raw)) = Path::<String>::from_request_parts(parts, state).await else {
            return Err(absent);
        };
        raw.parse().map(Self).map_err(|_| absent)
    }
}
