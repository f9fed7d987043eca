//! Refusals that come before a handler runs, and how each face words them. What the hub refuses stands in each face's own
//! `error.rs`; pages are dressed by [`crate::web`], so a refusal of the web face is a bare status here.

use crate::matrix::Face;
use crate::{api, taxii};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hub::HubError;

/// Why a request did not reach its handler, or did not come back.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Nobody showed who is calling.
    SignIn,
    /// A form that is not of this session.
    Form,
    /// The body could not be read to its end, or not in time.
    Body,
    /// There is no such path.
    NoRoute,
    /// The path is there, the method is not.
    NoMethod,
    /// A fault of ours.
    Fault,
    /// What the hub says.
    Hub(HubError),
}

impl Refusal {
    /// Status and title, the same words on every face.
    pub(crate) fn words(&self) -> (StatusCode, &'static str) {
        match self {
            Self::SignIn => (StatusCode::UNAUTHORIZED, "show who you are"),
            Self::Form => (StatusCode::FORBIDDEN, "the request does not carry the session's csrf value"),
            Self::Body => (StatusCode::BAD_REQUEST, "the body broke off or came too slowly"),
            Self::NoRoute => (StatusCode::NOT_FOUND, "there is no such address"),
            Self::NoMethod => (StatusCode::METHOD_NOT_ALLOWED, "this address does not know the method"),
            Self::Fault => (StatusCode::INTERNAL_SERVER_ERROR, "a fault of the hub; it has been noted"),
            Self::Hub(why) => (hub_status(why), hub_title(why)),
        }
    }

    /// The refusal as this face words it.
    pub(crate) fn on(self, face: Face) -> Response {
        match face {
            Face::Api => api::error::Problem::from(self).into_response(),
            Face::Taxii => taxii::error::TaxiiError::from(self).into_response(),
            Face::Web => later(self.words().0.into_response(), retry_after(&self)),
        }
    }
}

/// The same answer, saying after how many seconds to try again.
pub(crate) fn later(mut answer: Response, seconds: Option<u64>) -> Response {
    if let Some(seconds) = seconds {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    answer
}

/// The status of what the hub says, for the two faces of programs.
pub(crate) fn hub_status(why: &HubError) -> StatusCode {
    match why {
        HubError::NotFound => StatusCode::NOT_FOUND,
        HubError::Denied => StatusCode::FORBIDDEN,
        HubError::Credentials => StatusCode::UNAUTHORIZED,
        HubError::SlowDown(_) => StatusCode::TOO_MANY_REQUESTS,
        HubError::Invalid(..) | HubError::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        HubError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        HubError::State(_)
        | HubError::HeldForReview
        | HubError::SamePerson
        | HubError::Sealed
        | HubError::NotCovered => StatusCode::CONFLICT,
        HubError::Unavailable(_) | HubError::Alarm => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn hub_title(why: &HubError) -> &'static str {
    match why {
        HubError::NotFound => "there is nothing here for you",
        HubError::Denied => "you may not do this",
        HubError::Credentials => "the sign-in name or the password is wrong",
        HubError::SlowDown(_) => "too many tries",
        HubError::Invalid(..) => "the request is wrong",
        HubError::TooLarge(_) => "larger than the limit",
        HubError::State(_) => "the state does not allow it",
        HubError::KeyReused => "the idempotency key was used for another request",
        HubError::HeldForReview => "held for review",
        HubError::SamePerson => "another person has to do this",
        HubError::Sealed => "sealed for its protective marking",
        HubError::NotCovered => "not covered by the sources' consent",
        HubError::Unavailable(_) => "the hub cannot keep this now",
        HubError::Alarm => "the hub refused to show this",
    }
}

/// Seconds after which to try again, where a refusal passes by itself.
pub(crate) fn retry_after(why: &Refusal) -> Option<u64> {
    match why {
        Refusal::Hub(why) => hub_retry_after(why),
        _ => None,
    }
}

/// The same for what the hub says.
pub(crate) fn hub_retry_after(why: &HubError) -> Option<u64> {
    /// A full disk or a database that restarts is rarely back sooner.
    const UNAVAILABLE_SECONDS: u64 = 5;
    match why {
        HubError::SlowDown(seconds) => Some(*seconds),
        HubError::Unavailable(_) => Some(UNAVAILABLE_SECONDS),
        _ => None,
    }
}

/// What is said beyond the title: only what the caller sent or may know, never what exists.
pub(crate) fn detail(why: &Refusal) -> Option<String> {
    match why {
        Refusal::Hub(
            said @ (HubError::Invalid(..)
            | HubError::TooLarge(_)
            | HubError::State(_)
            | HubError::SlowDown(_)),
        ) => Some(said.to_string()),
        _ => None,
    }
}
