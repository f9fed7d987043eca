//! A person's language and time zone.

use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::language;
use crate::web::visit::{Answer, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use axum::http::header::SET_COOKIE;
use hub::ops::auth;
use model::lang::Lang;

/// Zones offered first; any IANA name can be written.
const ZONES: &[&str] = &[
    "Asia/Tokyo",
    "UTC",
    "Asia/Seoul",
    "Asia/Singapore",
    "Australia/Sydney",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
];

#[derive(Template)]
#[template(path = "preferences.html")]
struct PreferencesPage {
    f: Frame,
    zones: &'static [&'static str],
}

/// The page.
pub(crate) async fn get(v: Visit) -> Answer {
    page(&PreferencesPage { f: v.frame().await?, zones: ZONES })
}

/// Keeps them.
pub(crate) async fn post(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let lang: Lang = fields.read("lang")?;
    auth::set_preferences(&v.hub, v.who.person, lang, fields.one("zone")).await?;
    let mut answer = done("/preferences", "flash-saved")?;
    if let Some(cookie) = language::remember(lang) {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::check_page;
    use jiff::tz::TimeZone;
    use model::role::OrgRole;

    #[test]
    fn the_page_in_both_languages() {
        check_page("preferences", OrgRole::Member, |f| PreferencesPage { f, zones: ZONES });
    }

    #[test]
    fn every_zone_offered_exists() {
        assert!(ZONES.iter().all(|z| TimeZone::get(z).is_ok()));
    }
}
