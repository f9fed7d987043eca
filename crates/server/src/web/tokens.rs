//! The API tokens of one's own organisation. A secret is shown once, on the page that answers the form.

use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::admin::{self, TOKEN_DAYS_MAX, TokenRow};
use model::id::TokenId;
use model::role::Scope;
use model::time::plus_days;

#[derive(Template)]
#[template(path = "tokens.html")]
struct TokensPage {
    f: Frame,
    rows: Vec<TokenRow>,
    scopes: &'static [Scope],
    secret: Option<String>,
    /// The most days until a new one ends.
    days_max: i64,
}

async fn shown(v: &Visit, secret: Option<String>) -> Result<TokensPage, Fault> {
    let rows = admin::tokens(&v.hub, v.caller().org_admin()?).await?;
    Ok(TokensPage { f: v.frame().await?, rows, scopes: Scope::ALL, secret, days_max: TOKEN_DAYS_MAX })
}

/// The list.
pub(crate) async fn get(v: Visit) -> Answer {
    page(&shown(&v, None).await?)
}

/// Makes one.
pub(crate) async fn post(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let ends = plus_days(v.hub.now(), fields.read("days")?);
    let scopes = fields.read_all("scope")?;
    let secret =
        admin::add_own_token(&v.hub, v.caller().org_admin()?, fields.one("name"), scopes, Some(ends)).await?;
    page(&shown(&v, Some(secret)).await?)
}

/// Revokes one.
pub(crate) async fn revoke(v: Visit, Id(id): Id<TokenId>) -> Answer {
    admin::revoke_token(&v.hub, v.caller().org_admin()?, id).await?;
    done("/tokens", "flash-revoked")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, check_page};
    use model::role::OrgRole;

    #[test]
    fn the_page_in_both_languages() {
        let row = |revoked: bool| TokenRow {
            id: TokenId::from_random([3; 16]),
            name: "監視サーバー".to_owned(),
            scopes: Scope::ALL.iter().copied().collect(),
            created_at: at(),
            expires_at: (!revoked).then_some(at()),
            revoked_at: revoked.then_some(at()),
        };
        let page =
            |f, rows, secret| TokensPage { f, rows, scopes: Scope::ALL, secret, days_max: TOKEN_DAYS_MAX };
        check_page("tokens", OrgRole::Member, |f| {
            page(f, vec![row(false), row(true)], Some("nrs_abc".to_owned()))
        });
        check_page("tokens-none", OrgRole::Member, |f| page(f, Vec::new(), None));
    }
}
