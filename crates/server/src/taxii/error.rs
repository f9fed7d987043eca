//! Refusals as TAXII 2.1 words them: the error message of section 3.6.1, always JSON, always with a title.

use super::media::TAXII;
use crate::error::{Refusal, detail, retry_after};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hub::HubError;
use serde::Serialize;

/// Why a TAXII request did not do what it should.
#[derive(Debug)]
pub(crate) enum TaxiiError {
    /// As everywhere.
    Refused(Refusal),
    /// A filter, a limit, an identifier: (what, why).
    Bad(&'static str, String),
    /// The caller accepts nothing that we can send (section 1.6.8.1).
    NotAcceptable,
    /// The body is of a type that is not taken.
    UnsupportedType,
    /// The body is compressed.
    UnsupportedCoding,
    /// The collection is not for this caller's writing, or reading.
    Forbidden(&'static str),
}

/// Section 3.6.1.
#[derive(Serialize)]
struct Message {
    title: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// A string in the standard.
    http_status: String,
}

impl From<Refusal> for TaxiiError {
    fn from(why: Refusal) -> Self {
        Self::Refused(why)
    }
}

impl From<HubError> for TaxiiError {
    fn from(why: HubError) -> Self {
        Self::Refused(Refusal::Hub(why))
    }
}

impl From<sharing::Denied> for TaxiiError {
    fn from(why: sharing::Denied) -> Self {
        HubError::from(why).into()
    }
}

impl TaxiiError {
    fn parts(self) -> (StatusCode, &'static str, Option<String>, Option<u64>) {
        use StatusCode as S;
        match self {
            // an envelope that cannot be processed is 422, a request that is not understood 400 (section 3.6)
            Self::Refused(why) => {
                let (status, title) = why.words();
                (status, title, detail(&why), retry_after(&why))
            }
            Self::Bad(what, why) => (S::BAD_REQUEST, what, Some(why), None),
            Self::NotAcceptable => {
                let said = format!("this server answers with {TAXII}");
                (S::NOT_ACCEPTABLE, "none of the accepted media types is spoken here", Some(said), None)
            }
            Self::UnsupportedType => {
                let said = format!("send {TAXII}, application/stix+json or application/json");
                (S::UNSUPPORTED_MEDIA_TYPE, "the body's media type is not taken", Some(said), None)
            }
            Self::UnsupportedCoding => {
                let said = "send the body as it is, without Content-Encoding".to_owned();
                (S::UNSUPPORTED_MEDIA_TYPE, "the body's coding is not taken", Some(said), None)
            }
            Self::Forbidden(why) => (S::FORBIDDEN, why, None, None),
        }
    }
}

impl IntoResponse for TaxiiError {
    fn into_response(self) -> Response {
        let coded = matches!(self, Self::UnsupportedCoding);
        let (status, title, description, after) = self.parts();
        let message = Message { title, description, http_status: status.as_u16().to_string() };
        let body = serde_json::to_vec(&message).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, TAXII)], body).into_response();
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.append(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"noroshi\", charset=\"UTF-8\""),
            );
            headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"noroshi\""));
        }
        if coded {
            // says which codings would have been taken, and so that the type was not the reason (RFC 9110, sections 12.5.3 and 15.5.16)
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        if let Some(seconds) = after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
