//! One's own account: what one is called, how one is reached, password, one-time codes, passkeys, sessions.

use crate::auth::session_cookie;
use crate::web::again;
use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::markup::Markup;
use crate::web::passkeys::Card;
use crate::web::visit::{Answer, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use axum::http::HeaderMap;
use hub::HubError;
use hub::ops::account::{self, Account, Proof};
use hub::ops::person_name;
use model::role::Notify;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

#[derive(Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage {
    f: Frame,
    view: Account,
    modes: &'static [Notify],
    /// A new secret: text and picture.
    secret: Option<(String, Markup)>,
    /// Codes on paper, shown once.
    codes: Vec<String>,
    /// Passkeys.
    pub(super) card: Card,
}

pub(super) async fn shown(v: &Visit) -> Result<AccountPage, Fault> {
    let view = account::show(&v.hub, v.who.person).await?;
    let card = Card::of(&v.hub, v.who.person).await?;
    Ok(AccountPage { f: v.frame().await?, view, modes: Notify::ALL, secret: None, codes: Vec::new(), card })
}

/// The page.
pub(crate) async fn get(v: Visit) -> Answer {
    page(&shown(&v).await?)
}

/// Changes what one is called.
pub(crate) async fn name(v: Visit, Form(fields): Form<Fields>) -> Answer {
    person_name::set_own(&v.hub, v.who.person, fields.one("name")).await?;
    done("/account", "flash-saved")
}

/// Changes how one is reached.
pub(crate) async fn contact(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let notify = fields.read("notify")?;
    account::set_contact(&v.hub, v.who.person, fields.one("address"), fields.one("phone"), notify).await?;
    done("/account", "flash-saved")
}

/// Changes the password.
pub(crate) async fn password(v: Visit, headers: HeaderMap, Form(fields): Form<Fields>) -> Answer {
    let cookie = session_cookie(&headers).unwrap_or_default();
    let proof = Proof { password: fields.one("old"), code: fields.one("code") };
    account::set_password(&v.hub, v.who.person, cookie, proof, fields.one("new")).await?;
    done("/account", "flash-saved")
}

/// Ends every other session.
pub(crate) async fn sessions(v: Visit, headers: HeaderMap) -> Answer {
    let cookie = session_cookie(&headers).unwrap_or_default();
    account::end_other_sessions(&v.hub, v.who.person, cookie).await?;
    done("/account", "flash-saved")
}

pub(super) fn proof(fields: &Fields) -> Proof<'_> {
    Proof { password: fields.one("password"), code: fields.one("code") }
}

/// Draws a secret and shows it.
pub(crate) async fn totp(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let new = account::begin_totp(&v.hub, v.who.person, proof(&fields)).await?;
    let secret = Some((new.secret, picture(&new.address)));
    page(&AccountPage { secret, ..shown(&v).await? })
}

/// Puts it into force; the codes on paper are shown. After a wrong code the same secret stands there again, for whoever shows that it has it:
/// no address leads to it, since an open session alone must not.
pub(crate) async fn confirm(v: Visit, Form(fields): Form<Fields>) -> Answer {
    match account::confirm_totp(&v.hub, v.who.person, fields.one("code")).await {
        Ok(codes) => page(&AccountPage { codes, ..shown(&v).await? }),
        Err(HubError::Invalid(field, problem)) => {
            let waiting = account::waiting_totp(&v.hub, v.who.person, fields.one("secret")).await?;
            let Some(waiting) = waiting else { return Err(HubError::Invalid(field, problem).into()) };
            let secret = Some((waiting.secret, picture(&waiting.address)));
            let shown = AccountPage { secret, ..shown(&v).await? };
            let html = shown.render().map_err(|_| Fault::Page)?;
            let form = ("/account/totp/confirm", &fields, false);
            Ok(again::on(&html, shown.f.lang, form, (field, &problem)))
        }
        Err(why) => Err(why.into()),
    }
}

/// New codes on paper.
pub(crate) async fn codes(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let codes = account::renew_codes(&v.hub, v.who.person, proof(&fields)).await?;
    page(&AccountPage { codes, ..shown(&v).await? })
}

/// Ends one-time codes.
pub(crate) async fn end_totp(v: Visit, Form(fields): Form<Fields>) -> Answer {
    account::end_totp(&v.hub, v.who.person, proof(&fields)).await?;
    done("/account", "flash-saved")
}

/// A QR code as SVG, dark on white in every theme: cameras read no other.
fn picture(text: &str) -> Markup {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
        return Markup::trusted(String::new());
    };
    let size = code.width();
    let mut path = String::new();
    for (n, _) in code.to_colors().iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
        let _ = write!(path, "M{} {}h1v1h-1z", n % size, n / size);
    }
    let view = format!("-2 -2 {0} {0}", size + 4);
    Markup::trusted(format!(
        "<svg viewBox=\"{view}\" aria-hidden=\"true\"><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, check_page};
    use model::role::OrgRole;

    fn view(totp: bool) -> Account {
        Account {
            login: "kita".to_owned(),
            name: "北山 しおり".to_owned(),
            address: Some("kita@asagiri.example".to_owned()),
            phone: None,
            notify: Notify::Digest,
            unreachable_at: totp.then(at),
            totp,
            recovery_codes: 7,
            sessions: 2,
        }
    }

    #[test]
    fn the_page_in_both_languages() {
        use crate::web::passkeys::sample;
        let page = |f, totp, secret, codes| {
            let card = sample(if totp { Some("hub.example") } else { None }, false);
            AccountPage { f, view: view(totp), modes: Notify::ALL, secret, codes, card }
        };
        check_page("account", OrgRole::Member, |f| page(f, false, None, Vec::new()));
        let secret = || Some(("ABC".to_owned(), picture("otpauth://totp/x?secret=ABC")));
        check_page("account-new-totp", OrgRole::Member, |f| page(f, false, secret(), Vec::new()));
        let adding = |f, totp| AccountPage {
            card: sample(Some("hub.example"), true),
            ..page(f, totp, None, Vec::new())
        };
        check_page("account-new-passkey", OrgRole::Member, |f| adding(f, false));
        check_page("account-codes", OrgRole::Member, |f| page(f, true, None, vec!["abcde-fghij".to_owned()]));
    }
}
