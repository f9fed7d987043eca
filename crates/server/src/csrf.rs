//! Whether an act by session came from a page of ours: the session's `csrf` value in a header or in the form, and no browser
//! that says the request comes from another site.

use crate::error::Refusal;
use axum::body::{Body, Bytes};
use axum::extract::{Form, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};

/// The name of the field in forms.
pub(crate) const FIELD: &str = "csrf";

/// The header in which programs send it.
pub(crate) const HEADER: &str = "x-noroshi-csrf";

/// Whether the browser itself says that another site made this request.
pub(crate) fn is_cross_site(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site")
}

/// Checks the value of one request whose body is in memory.
pub(crate) async fn check(headers: &HeaderMap, body: &Bytes, expected: &str) -> Result<(), Refusal> {
    let given = match headers.get(HEADER) {
        Some(value) => value.to_str().ok().map(ToOwned::to_owned),
        None => in_form(headers, body).await,
    };
    match given {
        Some(given) if !expected.is_empty() && same(given.as_bytes(), expected.as_bytes()) => Ok(()),
        _ => Err(Refusal::Form),
    }
}

/// Compares without saying by its time how much was right.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differ, (x, y)| differ | (x ^ y)) == 0
}

async fn in_form(headers: &HeaderMap, body: &Bytes) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.clone();
    let multipart = kind.to_str().ok()?.trim().to_ascii_lowercase().starts_with("multipart/");
    let request =
        Request::post("/").header(header::CONTENT_TYPE, kind).body(Body::from(body.clone())).ok()?;
    if multipart {
        return in_multipart(request).await;
    }
    let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, &()).await.ok()?;
    fields.into_iter().find(|(name, _)| name == FIELD).map(|(_, value)| value)
}

async fn in_multipart(request: Request) -> Option<String> {
    let mut parts = Multipart::from_request(request, &()).await.ok()?;
    while let Some(field) = parts.next_field().await.ok()? {
        if field.name() == Some(FIELD) {
            return field.text().await.ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    async fn check_form(kind: &'static str, body: &'static str, good: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        let outcome = check(&headers, &Bytes::from_static(body.as_bytes()), "v4lue").await;
        assert_eq!(outcome.is_ok(), good, "{kind}: {body}");
    }

    #[tokio::test]
    async fn forms_with_and_without_the_value() {
        let form = "application/x-www-form-urlencoded";
        check_form(form, "a=1&csrf=v4lue", true).await;
        check_form(form, "a=1&csrf=other", false).await;
        check_form(form, "a=1", false).await;
        check_form(form, "", false).await;
        let parts = "multipart/form-data; boundary=x";
        check_form(
            parts,
            "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nv4lue\r\n--x--\r\n",
            true,
        )
        .await;
        check_form(
            parts,
            "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nv4lue\r\n--x--\r\n",
            false,
        )
        .await;
        check_form(parts, "broken", false).await;
        check_form("text/plain", "csrf=v4lue", false).await;
    }

    #[tokio::test]
    async fn a_session_without_a_value_has_no_forms() {
        let headers = HeaderMap::from_iter([(HEADER.parse().unwrap(), HeaderValue::from_static(""))]);
        assert!(check(&headers, &Bytes::new(), "").await.is_err());
    }
}
