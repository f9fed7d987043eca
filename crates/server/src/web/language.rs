//! The language of a page: the person's own; before sign-in what the address asks for, the cookie remembers, the browser wants.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use model::lang::Lang;

/// The cookie that remembers the language before anybody is known. It tells nothing else.
pub(crate) const COOKIE: &str = "noroshi_lang";

/// The language that the address asks for, `?lang=`.
pub(crate) fn asked(uri: &Uri) -> Option<Lang> {
    uri.query()?.split('&').rev().find_map(|pair| pair.strip_prefix("lang=")?.parse().ok())
}

/// The language of a request whose person is not known.
pub(crate) fn of(headers: &HeaderMap, uri: &Uri) -> Lang {
    asked(uri).or_else(|| remembered(headers)).or_else(|| wanted(headers)).unwrap_or(Lang::Ja)
}

fn remembered(headers: &HeaderMap) -> Option<Lang> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .find_map(|one| one.trim().strip_prefix(COOKIE)?.strip_prefix('=')?.parse().ok())
}

/// The first of the browser's languages that we have.
fn wanted(headers: &HeaderMap) -> Option<Lang> {
    let list = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    list.split(',').find_map(|one| one.trim().get(..2)?.to_ascii_lowercase().parse().ok())
}

/// The header that makes the browser remember `lang` for a year.
pub(crate) fn remember(lang: Lang) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{COOKIE}={lang}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax")).ok()
}

/// The address without its `lang=` and `done=`, which stand for one visit only.
pub(crate) fn without_asides(uri: &Uri) -> String {
    let kept: Vec<&str> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("lang=") && !pair.starts_with("done="))
        .collect();
    if kept.is_empty() { uri.path().to_owned() } else { format!("{}?{}", uri.path(), kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(uri: &str, cookie: &str, accept: &str, expected: Lang) {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
        assert_eq!(of(&headers, &uri.parse().unwrap()), expected, "{uri} {cookie} {accept}");
    }

    #[test]
    fn the_address_then_the_cookie_then_the_browser() {
        check("/?lang=en", "noroshi_lang=ja", "ja", Lang::En);
        check("/", "a=b; noroshi_lang=en", "ja", Lang::En);
        check("/", "", "de-DE, en-GB;q=0.8, ja;q=0.5", Lang::En);
        check("/", "", "de", Lang::Ja);
        check("/?lang=fr", "noroshi_lang=xx", "", Lang::Ja);
    }

    #[test]
    fn asides_are_dropped_from_the_address() {
        let check = |uri: &str, expected: &str| assert_eq!(without_asides(&uri.parse().unwrap()), expected);
        check("/queue?all=yes&lang=en", "/queue?all=yes");
        check("/inbox?done=flash-saved", "/inbox");
        check("/inbox", "/inbox");
    }
}
