//! A refused form is shown again: the page that it stood on, with what was typed still in it and what is wrong beside its field.
//!
//! One mechanism for every form, and no page knows of it. The page is asked for once more by the same session, through the same gate, so
//! that it shows what this person may see now; [`refill`] then writes what was typed into the form with the address that was sent. A page
//! that has no such form (any more) is not shown: then the refusal has the page of [`fault`].

use crate::web::fields::Fields;
use crate::web::refill::{self, Refused, Words};
use crate::web::text::text;
use crate::web::typed::Typed;
use crate::web::{fault, problems, way_back};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use hub::Problem;
use model::lang::Lang;
use tower::ServiceExt;

/// The largest page that is written into. The longest of ours, with 5,000 choices, is a tenth of it.
const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Stands around the pages; `pages` are the same ones without this.
pub(crate) async fn show(State(pages): State<Router>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let (headers, action) = (asking(request.headers()), request.uri().path().to_owned());
    let candidates = way_back::forms_of(&request);
    let refusal = next.run(request).await;
    let typed = refusal.extensions().get::<Typed>().cloned();
    let (Some(typed), Some((field, problem))) = (typed, fault::of_field(&refusal)) else {
        return refusal;
    };
    for page in candidates {
        let Some(html) = shown(&pages, &page, &headers).await else { continue };
        let path = page.split('?').next().unwrap_or_default();
        let Some(lang) = language(&html) else { continue };
        let words = words(lang, field, &problem, typed.file);
        let refused = Refused { action: &action, page: path, fields: &typed.fields, field, words: &words };
        if let Some(filled) = refill::refill(&html, &refused) {
            return fault::as_is((StatusCode::UNPROCESSABLE_ENTITY, Html(filled)).into_response());
        }
    }
    refusal
}

/// The same on a page to which no address leads, because it is the answer to a form: `html` is that page, made anew. `file` says whether one
/// was chosen.
pub(crate) fn on(
    html: &str,
    lang: Lang,
    (action, fields, file): (&str, &Fields, bool),
    (field, problem): (&str, &Problem),
) -> Response {
    let words = words(lang, field, problem, file);
    let refused = Refused { action, page: action, fields, field, words: &words };
    let filled = refill::refill(html, &refused).unwrap_or_else(|| html.to_owned());
    fault::as_is((StatusCode::UNPROCESSABLE_ENTITY, Html(filled)).into_response())
}

/// What the page is asked for with: whoever sent the form, in the language of the browser.
fn asking(sent: &HeaderMap) -> HeaderMap {
    let mut out = HeaderMap::new();
    for name in [header::COOKIE, header::ACCEPT_LANGUAGE, header::HOST] {
        sent.get_all(&name).iter().for_each(|value| {
            out.append(name.clone(), value.clone());
        });
    }
    out
}

/// The page at an address, when it is one.
async fn shown(pages: &Router, address: &str, headers: &HeaderMap) -> Option<String> {
    let mut request = Request::get(address).body(Body::empty()).ok()?;
    request.headers_mut().clone_from(headers);
    let Ok(response) = pages.clone().oneshot(request).await;
    if response.status() != StatusCode::OK {
        return None;
    }
    let bytes = axum::body::to_bytes(response.into_body(), PAGE_BYTES_MAX).await.ok()?;
    String::from_utf8(bytes.to_vec()).ok()
}

/// The language that a page is in.
fn language(html: &str) -> Option<Lang> {
    html.split("<html lang=\"").nth(1)?.split('"').next()?.parse().ok()
}

fn words(lang: Lang, field: &str, problem: &Problem, file: bool) -> Words {
    Words {
        title: text(lang, "again-title"),
        lead: text(lang, "again-lead"),
        file: file.then(|| text(lang, "again-file")),
        whole: problems::of_field(lang, field, problem),
        problem: problems::said(lang, problem),
    }
}
