//! Signing in and out, and acting for another of one's organisations.

use crate::auth::{From, begin_cookie, end_cookie, session_cookie};
use crate::error::{hub_retry_after, later};
use crate::state::App;
use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::passkeys::Offer;
use crate::web::text::{text, text_n};
use crate::web::visit::{Answer, Visit, done, hub_name, page};
use crate::web::{language, nav};
use askama::Template;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use hub::HubError;
use hub::ops::auth::{self, NewSession};
use model::lang::Lang;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    f: Frame,
    problem: Option<String>,
    /// Whether the problem is that of name and password.
    of_form: bool,
    login: String,
    next: String,
    offer: Offer,
}

/// The address of the sign-in page that leads back to `path`.
pub(crate) fn address(path: &str) -> String {
    if path == "/" || path.is_empty() {
        return "/sign-in".to_owned();
    }
    let escaped: String =
        axum::http::uri::PathAndQuery::try_from(path).map(|p| p.to_string()).unwrap_or_default();
    format!("/sign-in?next={}", escaped.replace('%', "%25").replace('&', "%26").replace('+', "%2B"))
}

/// Where to go after signing in: a path of ours or the first page, never another host.
pub(super) fn local(next: &str) -> &str {
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if ours { next } else { "/" }
}

#[derive(serde::Deserialize)]
pub(crate) struct Arrival {
    #[serde(default)]
    next: String,
    #[serde(default)]
    done: String,
}

/// The form.
pub(crate) async fn get(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    query: axum::extract::Query<Arrival>,
) -> Answer {
    let lang = language::of(&headers, &uri);
    let mut f = Frame::outside(lang, language::without_asides(&uri));
    f.hub_name = hub_name(&app.hub, lang);
    f.flash = ["flash-signed-out", "flash-joined", "flash-removed"]
        .contains(&query.done.as_str())
        .then(|| query.done.clone());
    let shown = page(&SignInPage {
        f,
        problem: None,
        of_form: false,
        login: String::new(),
        next: local(&query.next).to_owned(),
        offer: Offer::of(&app.hub),
    })?;
    Ok(with_cookies(shown, [language::remember(lang)]))
}

/// Signs in.
pub(crate) async fn post(
    State(app): State<App>,
    From(from): From,
    headers: HeaderMap,
    uri: Uri,
    Form(fields): Form<Fields>,
) -> Answer {
    let shown = auth::Shown {
        login: fields.one("login"),
        password: fields.one("password"),
        code: fields.one("code"),
    };
    let lang = language::of(&headers, &uri);
    let said = match auth::sign_in_with(&app.hub, shown, &from).await {
        Ok(session) => return Ok(entered(&app, &session, local(fields.one("next")))),
        Err(why) => refused(lang, why, "sign-in-wrong")?,
    };
    again(&app, lang, said, &fields)
}

/// Why somebody is not let in, as the form says it.
pub(super) struct NotIn {
    pub(super) status: StatusCode,
    pub(super) words: String,
    /// Seconds after which a program may try again: people read it in the words.
    pub(super) after: Option<u64>,
}

/// What the form says when somebody is not let in: `wrong` is the key of the words for what was shown. Other faults have a page of their own.
pub(super) fn refused(lang: Lang, why: HubError, wrong: &str) -> Result<NotIn, Fault> {
    let after = hub_retry_after(&why);
    let (status, words) = match why {
        HubError::SlowDown(seconds) => (StatusCode::TOO_MANY_REQUESTS, text_n(lang, "sign-in-slow", seconds)),
        HubError::Credentials => (StatusCode::UNAUTHORIZED, text(lang, wrong)),
        other => return Err(other.into()),
    };
    Ok(NotIn { status, words, after })
}

pub(super) fn entered(app: &App, session: &NewSession, next: &str) -> Response {
    let cookies = [begin_cookie(app, session), language::remember(session.lang)];
    with_cookies(Redirect::to(next).into_response(), cookies)
}

/// The form once more, with what was wrong. A passkey names nobody: where no name was given, it was not the form that was wrong.
pub(super) fn again(app: &App, lang: Lang, said: NotIn, fields: &Fields) -> Answer {
    let mut f = Frame::outside(lang, "/sign-in".to_owned());
    f.hub_name = hub_name(&app.hub, lang);
    let shown = page(&SignInPage {
        f,
        problem: Some(said.words),
        of_form: fields.ticked("login"),
        login: fields.one("login").to_owned(),
        next: local(fields.one("next")).to_owned(),
        offer: Offer::of(&app.hub),
    })?;
    Ok(crate::web::fault::as_is(later((said.status, shown).into_response(), said.after)))
}

pub(crate) fn with_cookies(
    mut response: Response,
    cookies: impl IntoIterator<Item = Option<HeaderValue>>,
) -> Response {
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The first page of whoever is signed in, in the language that this address asks for.
pub(crate) async fn home(v: Visit, uri: Uri) -> Answer {
    let to = nav::home(v.caller());
    let to = language::asked(&uri).map_or_else(|| to.to_owned(), |lang| format!("{to}?lang={lang}"));
    Ok(Redirect::to(&to).into_response())
}

/// Signs out.
pub(crate) async fn out(v: Visit, State(app): State<App>, headers: HeaderMap) -> Answer {
    auth::sign_out(&v.hub, session_cookie(&headers).unwrap_or_default()).await?;
    Ok(with_cookies(done("/sign-in", "flash-signed-out")?, [end_cookie(&app)]))
}

/// Acts for another organisation.
pub(crate) async fn act_for(v: Visit, headers: HeaderMap, Form(fields): Form<Fields>) -> Answer {
    auth::act_for(&v.hub, session_cookie(&headers).unwrap_or_default(), fields.read("org")?).await?;
    Ok(Redirect::to("/").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::check_page;
    use model::role::OrgRole;

    #[test]
    fn the_way_back_stays_on_this_host() {
        let check = |next: &str, expected: &str| assert_eq!(local(next), expected);
        check("/items/1?x=y", "/items/1?x=y");
        check("//evil.example/", "/");
        check("https://evil.example/", "/");
        check("/\\evil.example", "/");
        check("", "/");
    }

    #[test]
    fn the_way_back_is_carried_in_the_address() {
        assert_eq!(address("/"), "/sign-in");
        assert_eq!(address("/queue?all=yes&state=a%20b"), "/sign-in?next=/queue?all=yes%26state=a%2520b");
    }

    #[test]
    fn the_page_in_both_languages() {
        let page = |f, problem: Option<String>, party| SignInPage {
            f,
            of_form: problem.is_some(),
            problem,
            login: "\"kita".to_owned(),
            next: "/inbox".to_owned(),
            offer: crate::web::passkeys::offer(party),
        };
        check_page("sign-in", OrgRole::Member, |f| page(f, None, Some("hub.example")));
        let wrong = || Some(text(Lang::En, "sign-in-wrong"));
        check_page("sign-in-wrong", OrgRole::Member, |f| page(f, wrong(), None));
    }
}
