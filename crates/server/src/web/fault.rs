//! What a handler returns when it cannot show its page, and the page that says it in words with what to do next.
//!
//! The handler only names the fault; [`dress`] stands around all web routes and writes the page, so that refusals of the
//! router (no session, wrong form, too large) look like those of the hub, and absent looks like forbidden.

use crate::error::{hub_retry_after, later};
use crate::web::frame::Frame;
use crate::web::text::{text, text_n};
use crate::web::{language, problems, way_back};
use askama::Template;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use hub::{HubError, Problem};
use model::lang::Lang;

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The hub refused.
    Hub(HubError),
    /// The form is not of this session.
    Form,
    /// A one-time link that is used up, over or withdrawn.
    LinkOver,
    /// A page could not be written.
    Page,
}

impl From<HubError> for Fault {
    fn from(why: HubError) -> Self {
        Self::Hub(why)
    }
}

impl From<sharing::Denied> for Fault {
    fn from(why: sharing::Denied) -> Self {
        Self::Hub(why.into())
    }
}

/// What the error page says: keys of title and next step, and the middle in words.
#[derive(Clone, Debug)]
struct Said {
    key: &'static str,
    detail: Option<Detail>,
}

#[derive(Clone, Debug)]
enum Detail {
    Number(u64),
    Field(&'static str, Problem),
}

impl Fault {
    fn status_and_key(&self) -> (StatusCode, &'static str) {
        use StatusCode as S;
        match self {
            Self::Form => (S::FORBIDDEN, "error-form"),
            Self::LinkOver => (S::NOT_FOUND, "error-link-over"),
            Self::Page => (S::INTERNAL_SERVER_ERROR, "error-unavailable"),
            Self::Hub(why) => match why {
                HubError::NotFound => (S::NOT_FOUND, "error-not-found"),
                HubError::Denied => (S::FORBIDDEN, "error-denied"),
                HubError::Credentials => (S::UNAUTHORIZED, "error-signed-out"),
                HubError::SlowDown(_) => (S::TOO_MANY_REQUESTS, "error-slow"),
                HubError::Invalid(..) => (S::UNPROCESSABLE_ENTITY, "error-invalid"),
                HubError::KeyReused => (S::UNPROCESSABLE_ENTITY, "error-key-reused"),
                HubError::TooLarge(_) => (S::PAYLOAD_TOO_LARGE, "error-too-large"),
                HubError::State(_) => (S::CONFLICT, "error-state"),
                HubError::HeldForReview => (S::CONFLICT, "error-held"),
                HubError::SamePerson => (S::CONFLICT, "error-same-person"),
                HubError::Sealed => (S::CONFLICT, "error-sealed"),
                HubError::NotCovered => (S::CONFLICT, "error-not-covered"),
                HubError::Unavailable(_) | HubError::Alarm => (S::SERVICE_UNAVAILABLE, "error-unavailable"),
            },
        }
    }

    fn detail(&self) -> Option<Detail> {
        match self {
            Self::Hub(HubError::Invalid(field, problem)) => Some(Detail::Field(field, problem.clone())),
            Self::Hub(HubError::TooLarge(bytes)) => Some(Detail::Number((*bytes / (1024 * 1024)) as u64)),
            _ => None,
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, key) = self.status_and_key();
        let after = match &self {
            Self::Hub(why) => hub_retry_after(why),
            _ => None,
        };
        let mut response = later(status.into_response(), after);
        response.extensions_mut().insert(Said { key, detail: self.detail() });
        response
    }
}

/// What is wrong with which field, when that is why `response` is a refusal.
pub(crate) fn of_field(response: &Response) -> Option<(&'static str, Problem)> {
    match &response.extensions().get::<Said>()?.detail {
        Some(Detail::Field(field, problem)) => Some((field, problem.clone())),
        _ => None,
    }
}

/// A refusal that is already a page: a form shown again.
#[derive(Clone, Copy)]
struct AsIs;

/// Marks `response` as a page that [`dress`] leaves alone.
pub(crate) fn as_is(mut response: Response) -> Response {
    response.extensions_mut().insert(AsIs);
    response
}

/// The same for a refusal that came from the router.
fn said_of(status: StatusCode, get: bool) -> Said {
    let key = match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => "error-not-found",
        StatusCode::FORBIDDEN if get => "error-denied",
        StatusCode::FORBIDDEN => "error-form",
        StatusCode::UNAUTHORIZED => "error-signed-out",
        StatusCode::PAYLOAD_TOO_LARGE => "error-too-large",
        StatusCode::TOO_MANY_REQUESTS => "error-slow",
        status if status.is_client_error() => "error-invalid",
        _ => "error-unavailable",
    };
    Said { key, detail: None }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    f: Frame,
    title: &'static str,
    what: String,
    next: String,
}

/// Writes the page of every refusal; whoever is not signed in is led to the sign-in page and back.
pub(crate) async fn dress(request: Request, next: Next) -> Response {
    let lang = language::of(request.headers(), request.uri());
    let get = request.method() == Method::GET;
    let path = way_back::of(&request);
    let response = next.run(request).await;
    let status = response.status();
    let whole = response.extensions().get::<AsIs>().is_some();
    if whole || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    if status == StatusCode::UNAUTHORIZED && get {
        return Redirect::to(&super::sign_in::address(&path)).into_response();
    }
    let said = response.extensions().get::<Said>().cloned().unwrap_or_else(|| said_of(status, get));
    let mut page = (status, Html(page(lang, path, &said))).into_response();
    if let Some(after) = response.headers().get(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, after.clone());
    }
    page
}

fn page(lang: Lang, path: String, said: &Said) -> String {
    let what = format!("{}-what", said.key);
    let what = match &said.detail {
        Some(Detail::Field(field, problem)) => problems::of_field(lang, field, problem),
        Some(Detail::Number(n)) => text_n(lang, &what, *n),
        None if said.key == "error-too-large" => text_n(lang, &what, 64),
        None => text(lang, &what),
    };
    let f = Frame::outside(lang, path);
    ErrorPage { f, title: said.key, what, next: format!("{}-next", said.key) }.render().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::faults;

    /// Every refusal has its words in both languages, and its page is whole.
    #[test]
    fn every_refusal_has_its_page() {
        use model::state::{Actor, NotAllowed};
        let state = NotAllowed { state: "draft", act: "release", actor: Actor::Releaser };
        let all = [
            Fault::Form,
            Fault::LinkOver,
            Fault::Page,
            Fault::Hub(HubError::NotFound),
            Fault::Hub(HubError::Denied),
            Fault::Hub(HubError::Credentials),
            Fault::Hub(HubError::SlowDown(9)),
            Fault::Hub(HubError::Invalid("zone", Problem::NotAZone { value: "`x`".to_owned() })),
            Fault::Hub(HubError::TooLarge(64 * 1024 * 1024)),
            Fault::Hub(HubError::State(state)),
            Fault::Hub(HubError::KeyReused),
            Fault::Hub(HubError::HeldForReview),
            Fault::Hub(HubError::SamePerson),
            Fault::Hub(HubError::Sealed),
            Fault::Hub(HubError::NotCovered),
            Fault::Hub(HubError::Unavailable("io".to_owned())),
            Fault::Hub(HubError::Alarm),
        ];
        for fault in all {
            let said = Said { key: fault.status_and_key().1, detail: fault.detail() };
            for lang in [Lang::Ja, Lang::En] {
                let html = page(lang, "/".to_owned(), &said);
                assert_eq!(faults(&html), Vec::<String>::new(), "{fault:?}");
                assert!(html.contains(&text(lang, said.key)), "{fault:?}");
            }
        }
    }
}
