//! Who is calling, as HTTP shows it: the session cookie of people, the `Authorization` header of programs.

use crate::matrix::Face;
use crate::state::App;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use data_encoding::BASE64;
use hub::HubError;
use hub::ops::auth::{self, NewSession, SignedIn};
use hub::ops::known;
use sharing::Caller;
use std::convert::Infallible;
use std::net::SocketAddr;

/// The name of the session cookie.
pub(crate) const SESSION_COOKIE: &str = "noroshi_session";

/// The longest `Authorization` header that is looked at: far beyond every token, short enough to hash at once.
const CREDENTIALS_BYTES_MAX: usize = 4096;

/// How the caller showed who it is.
#[derive(Clone, Debug)]
pub(crate) enum Identity {
    /// Not at all, or not validly.
    Nobody,
    /// By the cookie of a session.
    Session(Box<SignedIn>),
    /// By the `Authorization` header.
    Credentials(Caller),
}

impl Identity {
    /// The caller.
    pub(crate) fn caller(&self) -> Option<&Caller> {
        match self {
            Self::Nobody => None,
            Self::Session(who) => Some(&who.caller),
            Self::Credentials(caller) => Some(caller),
        }
    }
}

/// A person with a session.
pub(crate) struct Session(pub(crate) SignedIn);

/// A caller of the JSON API or of TAXII.
pub(crate) struct ApiCaller(pub(crate) Caller);

/// The address that the request came from, for the back-off at sign-in.
pub(crate) struct From(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Session {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        match parts.extensions.get() {
            Some(Identity::Session(who)) => Ok(Self((**who).clone())),
            _ => Err(StatusCode::UNAUTHORIZED),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ApiCaller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let caller = parts.extensions.get::<Identity>().and_then(Identity::caller);
        caller.cloned().map(Self).ok_or(StatusCode::UNAUTHORIZED)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(address(&parts.extensions)))
    }
}

fn address(extensions: &Extensions) -> String {
    extensions.get::<ConnectInfo<SocketAddr>>().map_or_else(String::new, |from| from.0.ip().to_string())
}

/// Finds out who is calling. The web face looks at the cookie only, TAXII at the header only, the API at both, the header first.
pub(crate) async fn identify(
    app: &App,
    face: Face,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<Identity, HubError> {
    let shown = headers.get(header::AUTHORIZATION).filter(|_| face != Face::Web);
    if let Some(shown) = shown {
        let caller = match Shown::read(shown.as_bytes()) {
            None => None,
            Some(Shown::Token(token)) => known::token(&app.hub, &token).await?,
            Some(Shown::Basic(user, password)) => {
                known::basic(&app.hub, &user, &password, &address(extensions)).await?
            }
        };
        return Ok(caller.map_or(Identity::Nobody, Identity::Credentials));
    }
    let Some(cookie) = session_cookie(headers).filter(|_| face != Face::Taxii) else {
        return Ok(Identity::Nobody);
    };
    Ok(auth::session(&app.hub, cookie)
        .await?
        .map_or(Identity::Nobody, |who| Identity::Session(Box::new(who))))
}

/// Whether what was shown when a stream was opened still shows the same caller: a token may be revoked, a session ended, a role gone.
pub(crate) async fn is_still(app: &App, shown: &Opened, caller: &Caller) -> bool {
    let now = identify(app, shown.face, &shown.headers, &shown.extensions).await;
    now.is_ok_and(|identity| identity.caller() == Some(caller))
}

/// How a stream was opened.
pub(crate) struct Opened {
    pub(crate) face: Face,
    pub(crate) headers: HeaderMap,
    pub(crate) extensions: Extensions,
}

/// What an `Authorization` header holds.
#[derive(Debug, PartialEq, Eq)]
enum Shown {
    Token(String),
    Basic(String, String),
}

impl Shown {
    /// Reads `Bearer T`, `Token T` (taxii2-client), `Basic …` and a bare token (MISP clients).
    fn read(value: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(value).ok().filter(|t| t.len() <= CREDENTIALS_BYTES_MAX)?.trim();
        let Some((scheme, rest)) = text.split_once(' ') else {
            let scheme = ["bearer", "token", "basic"].iter().any(|s| text.eq_ignore_ascii_case(s));
            return (!text.is_empty() && !scheme).then(|| Self::Token(text.to_owned()));
        };
        let rest = rest.trim();
        match scheme.to_ascii_lowercase().as_str() {
            "bearer" | "token" if !rest.is_empty() => Some(Self::Token(rest.to_owned())),
            "basic" => {
                let pair = String::from_utf8(BASE64.decode(rest.as_bytes()).ok()?).ok()?;
                let (user, password) = pair.split_once(':')?;
                Some(Self::Basic(user.to_owned(), password.to_owned()))
            }
            _ => None,
        }
    }
}

/// The value of the session cookie.
pub(crate) fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == SESSION_COOKIE).map(|(_, value)| value)
}

/// The `Set-Cookie` value that begins a session. `Lax`: a link in a notification mail opens the page it points to, a form of
/// another site sends nothing.
pub(crate) fn begin_cookie(app: &App, session: &NewSession) -> Option<HeaderValue> {
    let seconds = session.expires.duration_since(app.hub.now()).as_secs().max(0);
    cookie(app, &session.cookie, seconds)
}

/// The `Set-Cookie` value that ends one.
pub(crate) fn end_cookie(app: &App) -> Option<HeaderValue> {
    cookie(app, "", 0)
}

fn cookie(app: &App, value: &str, seconds: i64) -> Option<HeaderValue> {
    let secure = if app.is_https() { "; Secure" } else { "" };
    let text = format!("{SESSION_COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, expected: Option<Shown>) {
        assert_eq!(Shown::read(header.as_bytes()), expected, "{header}");
    }

    #[test]
    fn every_way_to_show_a_token() {
        let token = || Some(Shown::Token("abc".to_owned()));
        check("Bearer abc", token());
        check("bearer   abc ", token());
        check("Token abc", token());
        check("abc", token());
        check("Basic dXNlcjpwYTpzcw==", Some(Shown::Basic("user".to_owned(), "pa:ss".to_owned())));
        check("Basic dXNlcg==", None);
        check("Basic ???", None);
        check("Digest abc", None);
        check("Bearer ", None);
        check("", None);
    }

    #[test]
    fn the_session_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("lang=ja; noroshi_session=x=y; z=1"));
        assert_eq!(session_cookie(&headers), Some("x=y"));
        headers.clear();
        headers.append(header::COOKIE, HeaderValue::from_static("not_noroshi_session=1"));
        assert_eq!(session_cookie(&headers), None);
    }
}
