//! The one-time link of a supplier: the code, then one page on a telephone with the warning and the form. No account, no session.
//!
//! The address is the capability together with the cookie that its code was exchanged for; the cookie is bound to this
//! address and to this site, so that no other page can send the form.

use crate::state::App;
use crate::web::check_form::{self, AnswerForm};
use crate::web::fault::{Fault, as_is};
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, hub_name, page};
use crate::web::{dates, language, problems};
use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect};
use hub::HubError;
use hub::ops::check::link::{self, Opened};
use hub::ops::check::put::{self, PutPage};
use model::check::{CheckState, Via};
use model::lang::Lang;

/// How the holder of a link got the item.
const CHANNEL: &str = "check-link";

/// The cookie that a code is exchanged for.
const COOKIE: &str = "noroshi_check";

/// The zone of whoever has not said theirs, by language: most who read Japanese are in Japan.
fn zone(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "Asia/Tokyo",
        Lang::En => "UTC",
    }
}

#[derive(Template)]
#[template(path = "link_code.html")]
struct CodePage {
    f: Frame,
    action: String,
    awaits_code: bool,
    problem: bool,
}

#[derive(Template)]
#[template(path = "link_check.html")]
struct LinkPage {
    f: Frame,
    view: PutPage,
    form: AnswerForm,
    open: bool,
}

fn frame(app: &App, headers: &HeaderMap, uri: &Uri) -> Frame {
    let lang = language::of(headers, uri);
    let mut f = Frame::outside(lang, language::without_asides(uri));
    f.hub_name = hub_name(&app.hub, lang);
    f.zone = dates::zone(zone(lang));
    f.zone_name = zone(lang).to_owned();
    f
}

fn cookie(headers: &HeaderMap) -> &str {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map_or("", |(_, value)| value)
}

async fn opened(app: &App, token: &str, headers: &HeaderMap) -> Result<Opened, HubError> {
    link::opened(&app.hub, token, cookie(headers)).await
}

/// The form for the code, or the check for whoever typed it.
pub(crate) async fn get(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Answer {
    let f = frame(&app, &headers, &uri);
    match opened(&app, &token, &headers).await {
        Ok(holder) => shown(&app, f, &token, &holder, None).await,
        Err(HubError::NotFound) => {
            let awaits_code = link::closed(&app.hub, &token).await?.awaits_code;
            page(&CodePage { f, action: format!("/c/{token}"), awaits_code, problem: false })
        }
        Err(other) => Err(other.into()),
    }
}

async fn shown(app: &App, f: Frame, token: &str, holder: &Opened, problem: Option<String>) -> Answer {
    let view = put::look(&app.hub, holder.asked, holder.put, CHANNEL).await?.into_inner();
    let form = AnswerForm::new(format!("/c/{token}/answer"), view.given.clone());
    let open = view.put.state != CheckState::Closed;
    page(&LinkPage { f, view, form: AnswerForm { problem, ..form }, open })
}

/// Exchanges the code for the cookie.
pub(crate) async fn code(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    Form(fields): Form<Fields>,
) -> Answer {
    match link::redeem(&app.hub, &token, fields.one("code")).await {
        Ok(value) => {
            let secure = if app.is_https() { "; Secure" } else { "" };
            let text = format!(
                "{COOKIE}={value}; Path=/c/{token}; Max-Age=5184000; HttpOnly; SameSite=Strict{secure}"
            );
            let mut answer = Redirect::to(&format!("/c/{token}")).into_response();
            answer
                .headers_mut()
                .insert(header::SET_COOKIE, HeaderValue::from_str(&text).map_err(|_| Fault::Page)?);
            Ok(answer)
        }
        Err(HubError::Credentials) => {
            let f = frame(&app, &headers, &uri);
            let shown =
                page(&CodePage { f, action: format!("/c/{token}"), awaits_code: true, problem: true })?;
            Ok(as_is((StatusCode::UNAUTHORIZED, shown).into_response()))
        }
        Err(other) => Err(other.into()),
    }
}

/// Keeps the answer; what is wrong with it is said above the form, with what was typed still in the browser's history.
pub(crate) async fn answer(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    Form(fields): Form<Fields>,
) -> Answer {
    let holder = opened(&app, &token, &headers).await?;
    let given = check_form::read(&fields)?;
    match put::answer(&app.hub, holder.asked, holder.put, &given, Via::Link).await {
        Ok(_) => Ok(Redirect::to(&format!("/c/{token}")).into_response()),
        Err(HubError::Invalid(field, problem)) => {
            let f = frame(&app, &headers, &uri);
            let problem = problems::of_field(f.lang, field, &problem);
            let shown = shown(&app, f, &token, &holder, Some(problem)).await?;
            Ok(as_is((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()))
        }
        Err(other) => Err(other.into()),
    }
}

/// The warning's STIX bundle, for whoever has a program at hand.
pub(crate) async fn bundle(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> Answer {
    let holder = opened(&app, &token, &headers).await?;
    let view = put::look(&app.hub, holder.asked, holder.put, CHANNEL).await?.into_inner();
    let media = "application/stix+json;version=2.1";
    crate::web::visit::file("noroshi-check.json", media, view.bundle.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::checks::tests::{given, put_page};
    use crate::web::samples::check_page;
    use hub::Problem;
    use model::role::OrgRole;

    #[test]
    fn the_pages_in_both_languages() {
        let outside = |f: Frame| Frame { who: None, nav: Vec::new(), flash: None, ..f };
        for (name, awaits_code, problem) in
            [("link-code", true, false), ("link-code-wrong", true, true), ("link-used", false, false)]
        {
            let action = "/c/abc".to_owned();
            check_page(name, OrgRole::Supplier, |f| CodePage {
                f: outside(f),
                action: action.clone(),
                awaits_code,
                problem,
            });
        }
        let page = |f, state, given: Option<hub::ops::check::put::Given>, problem| LinkPage {
            f: outside(f),
            form: AnswerForm { problem, ..AnswerForm::new("/c/abc/answer".to_owned(), given.clone()) },
            view: put_page(state, given),
            open: state != CheckState::Closed,
        };
        check_page("link-check", OrgRole::Supplier, |f| {
            let problem = problems::of_field(f.lang, "hits", &Problem::MoreHitsThanMachines);
            page(f, CheckState::Asked, None, Some(problem))
        });
        check_page("link-answered", OrgRole::Supplier, |f| {
            page(f, CheckState::Answered, Some(given()), None)
        });
        check_page("link-closed", OrgRole::Supplier, |f| page(f, CheckState::Closed, Some(given()), None));
    }
}
