//! What somebody typed into a form that was refused, so that the form can be shown again with it. Only the fields of a text are kept: a
//! browser lets no page choose a file.

use crate::csrf;
use crate::matrix::FORM_BYTES_MAX;
use crate::web::fields::Fields;
use axum::body::{Body, Bytes};
use axum::extract::{Form, FromRequest, Multipart, Request};
use axum::http::{HeaderValue, header};
use std::sync::Arc;

/// The fields of a refused form. The gate puts it beside the refusal, and only for a form that proved that it is ours.
#[derive(Clone)]
pub(crate) struct Typed {
    /// The fields, without the session's value.
    pub(crate) fields: Arc<Fields>,
    /// Whether a file was chosen as well.
    pub(crate) file: bool,
}

impl Typed {
    /// Reads the body of a form. `None` when it is none.
    pub(crate) async fn read(kind: HeaderValue, body: Bytes) -> Option<Self> {
        let multipart = kind.to_str().ok()?.trim().to_ascii_lowercase().starts_with("multipart/");
        let request = Request::post("/").header(header::CONTENT_TYPE, kind).body(Body::from(body)).ok()?;
        if multipart {
            return parts(Multipart::from_request(request, &()).await.ok()?).await;
        }
        let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, &()).await.ok()?;
        Some(Self::new(fields, false))
    }

    pub(crate) fn new(mut fields: Vec<(String, String)>, file: bool) -> Self {
        fields.retain(|(name, _)| name != csrf::FIELD);
        Self { fields: Arc::new(Fields::new(fields)), file }
    }
}

async fn parts(mut parts: Multipart) -> Option<Typed> {
    let (mut fields, mut file, mut held) = (Vec::new(), false, 0);
    while let Some(part) = parts.next_field().await.ok()? {
        if let Some(chosen) = part.file_name() {
            file |= !chosen.is_empty();
            continue;
        }
        let name = part.name().unwrap_or_default().to_owned();
        let text = part.text().await.ok()?;
        held += text.len();
        // as much as a form without a file may hold: a page is made of it
        if held > FORM_BYTES_MAX {
            return None;
        }
        fields.push((name, text));
    }
    Some(Typed::new(fields, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(kind: &'static str, body: &'static str, expected: Option<(&[(&str, &str)], bool)>) {
        let typed = Typed::read(HeaderValue::from_static(kind), Bytes::from_static(body.as_bytes())).await;
        let read = typed.as_ref().map(|typed| {
            let pairs = typed.fields.pairs().iter().map(|(name, value)| (name.as_str(), value.as_str()));
            (pairs.collect::<Vec<_>>(), typed.file)
        });
        assert_eq!(read, expected.map(|(pairs, file)| (pairs.to_vec(), file)), "{body}");
    }

    #[tokio::test]
    async fn forms_of_both_kinds() {
        let form = "application/x-www-form-urlencoded";
        check(form, "a=1&csrf=x&a=%E3%81%82", Some((&[("a", "1"), ("a", "あ")], false))).await;
        check("application/json", "{}", None).await;
        let parts = "multipart/form-data; boundary=x";
        let text = "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n a\r\nb \r\n";
        check(parts, concat_end(text), Some((&[("note", " a\r\nb ")], false))).await;
        let file = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"m.eml\"\r\n\r\nx\r\n";
        check(parts, concat_end(file), Some((&[], true))).await;
        let none = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n";
        check(parts, concat_end(none), Some((&[], false))).await;
        check(parts, "broken", None).await;
    }

    fn concat_end(part: &str) -> &'static str {
        format!("{part}--x--\r\n").leak()
    }
}
