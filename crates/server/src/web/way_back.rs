//! Where the links of a refusal's page lead: to a page that exists. An address that only takes a form shows nothing to whoever follows a link
//! to it.

use crate::web::{language, routes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, Uri, header};
use std::sync::LazyLock;

/// The addresses that show something, as the routes write them.
static PAGES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let shown = routes().into_iter().filter(|route| route.row.method == Method::GET);
    shown.map(|route| route.row.path).collect()
});

/// The address of the page around a request: its own where it asked for one, else the page of the form that it sent.
pub(crate) fn of(request: &Request) -> String {
    let uri = request.uri();
    if request.method().is_safe() {
        return uri.path_and_query().map_or_else(String::new, ToString::to_string);
    }
    let own =
        || if is_page(uri.path()) { language::without_asides(uri) } else { above(uri.path()).to_owned() };
    referred(request.headers()).unwrap_or_else(own)
}

/// The addresses at which the form of a request may stand: its own page, or, where that is a list, the page below it for something new.
pub(crate) fn forms_of(request: &Request) -> Vec<String> {
    let page = of(request);
    let new = format!("{}/new", page.trim_end_matches('/'));
    let is_page = PAGES.contains(&new.as_str());
    std::iter::once(page).chain(is_page.then_some(new)).collect()
}

/// The page that the browser came from, when it is one of ours.
fn referred(headers: &HeaderMap) -> Option<String> {
    let from: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let ours = from.authority()?.as_str().eq_ignore_ascii_case(host) && is_page(from.path());
    ours.then(|| language::without_asides(&from))
}

/// The nearest page at or above an address. The hub tells browsers to send no referrer, so this is what most of them get; forms are sent to
/// addresses below the page they stand on, or, where its address says whose form it is (a one-time link), to that address itself.
fn above(path: &str) -> &str {
    let mut path = path;
    while !is_page(path) {
        match path.rsplit_once('/') {
            Some((parent, _)) if !parent.is_empty() => path = parent,
            _ => return "/",
        }
    }
    path
}

fn is_page(path: &str) -> bool {
    PAGES.iter().any(|page| fits(page, path))
}

/// Whether `path` is one of the addresses that `pattern` stands for.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(one), Some(part)) if one == part || (one.starts_with('{') && !part.is_empty()) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    const ID: &str = "0f3c1f9e-6a83-4d55-8f0e-0d6a2e6f7c11";

    #[test]
    fn the_nearest_page_above() {
        let check = |path: &str, expected: &str| assert_eq!(above(path), expected, "{path}");
        check("/account/password", "/account");
        check("/preferences", "/preferences");
        check(&format!("/people/{ID}/roles"), "/people");
        check(&format!("/drafts/{ID}/urgent"), &format!("/drafts/{ID}"));
        check(&format!("/c/{ID}/answer"), &format!("/c/{ID}"));
        check("/sign-out", "/");
        check("//evil.example/x", "/");
        check("", "/");
    }

    #[test]
    fn the_form_of_something_new_may_stand_below_its_list() {
        let check = |path: &str, expected: &[&str]| {
            let request = Request::builder().method(Method::POST).uri(path).body(Body::empty()).unwrap();
            assert_eq!(forms_of(&request), expected, "{path}");
        };
        check("/asks", &["/asks", "/asks/new"]);
        check("/organisations/new", &["/organisations/new"]);
        check("/people/invite", &["/people"]);
        check("/sign-out", &["/"]);
        check("/join?t=abc&lang=ja", &["/join?t=abc"]);
    }

    #[test]
    fn the_page_that_the_form_stood_on() {
        let check = |method: Method, path: &str, referer: &str, expected: &str| {
            let request = Request::builder().method(method).uri(path).header("host", "hub.example");
            let request = request.header("referer", referer).body(Body::empty()).unwrap();
            assert_eq!(of(&request), expected, "{path} from {referer}");
        };
        let post = Method::POST;
        check(post.clone(), "/join", "https://hub.example/join?t=abc&lang=en", "/join?t=abc");
        check(post.clone(), "/act-for", "https://HUB.example/queue?done=flash-saved", "/queue");
        check(post.clone(), "/account/password", "https://hub.example/account/totp", "/account");
        check(post.clone(), "/account/password", "https://else.example/queue", "/account");
        check(post.clone(), "/act-for", "https://hub.example//else.example/x", "/");
        check(post, "/act-for", "no address", "/");
        check(Method::GET, "/queue?all=yes", "https://hub.example/inbox", "/queue?all=yes");
    }
}
