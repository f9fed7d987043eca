//! Refusals as problem details (RFC 9457). The type names the problem; the detail never says what exists.

use crate::error::{Refusal, detail, retry_after};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hub::HubError;
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of problems.
pub(crate) const PROBLEM: &str = "application/problem+json";

/// A problem: what every refusal of this API looks like (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The kind of problem, stable: programs decide by it.
    r#type: &'static str,
    /// The kind in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What is special about this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip)]
    retry_after: Option<u64>,
}

impl From<Refusal> for Problem {
    fn from(why: Refusal) -> Self {
        let (status, title) = why.words();
        Self {
            r#type: kind(&why),
            title,
            status: status.as_u16(),
            detail: detail(&why),
            retry_after: retry_after(&why),
        }
    }
}

impl From<HubError> for Problem {
    fn from(why: HubError) -> Self {
        Refusal::Hub(why).into()
    }
}

impl From<sharing::Denied> for Problem {
    fn from(why: sharing::Denied) -> Self {
        HubError::from(why).into()
    }
}

/// Relative references: they mean the same on every hub.
fn kind(why: &Refusal) -> &'static str {
    match why {
        Refusal::SignIn => "/problems/sign-in",
        Refusal::Form => "/problems/csrf",
        Refusal::Body => "/problems/body",
        Refusal::NoRoute => "/problems/no-such-address",
        Refusal::NoMethod => "/problems/method",
        Refusal::Fault => "/problems/fault",
        Refusal::Hub(why) => match why {
            HubError::NotFound => "/problems/not-found",
            HubError::Denied => "/problems/denied",
            HubError::Credentials => "/problems/credentials",
            HubError::SlowDown(_) => "/problems/slow-down",
            HubError::Invalid(..) => "/problems/invalid",
            HubError::TooLarge(_) => "/problems/too-large",
            HubError::State(_) => "/problems/state",
            HubError::KeyReused => "/problems/key-reused",
            HubError::HeldForReview => "/problems/held-for-review",
            HubError::SamePerson => "/problems/same-person",
            HubError::Sealed => "/problems/sealed",
            HubError::NotCovered => "/problems/not-covered",
            HubError::Unavailable(_) => "/problems/unavailable",
            HubError::Alarm => "/problems/alarm",
        },
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, PROBLEM)], body).into_response();
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.append(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"noroshi\", charset=\"UTF-8\""),
            );
            headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"noroshi\""));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
