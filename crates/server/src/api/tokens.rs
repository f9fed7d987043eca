//! The tokens of one's own organisation.

use super::wire::{Answer, Body, Id, done, json, list as strings, name, names, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::admin::{self, TokenRow};
use model::id::TokenId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A token as listed: never its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenWire {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// Its scopes.
    scopes: Vec<String>,
    /// When made.
    created_at: String,
    /// When it ends.
    expires_at: Option<String>,
    /// When it was revoked.
    revoked_at: Option<String>,
}

impl From<TokenRow> for TokenWire {
    fn from(one: TokenRow) -> Self {
        Self {
            id: one.id.to_string(),
            name: one.name,
            scopes: strings(one.scopes),
            created_at: time(one.created_at),
            expires_at: one.expires_at.map(time),
            revoked_at: one.revoked_at.map(time),
        }
    }
}

/// All of them.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "organisation", responses((status = 200, body = Vec<TokenWire>)))]
pub(crate) async fn list(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let all = admin::tokens(&app.hub, caller.org_admin()?).await?;
    json(StatusCode::OK, &all.into_iter().map(TokenWire::from).collect::<Vec<_>>())
}

/// A new token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    /// Its name.
    name: String,
    /// `submit`, `read`, `answer`.
    scopes: Vec<String>,
    /// When it ends (RFC 3339): at most 3650 days from now; never where absent.
    expires_at: Option<String>,
}

/// A token's secret, shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Secret {
    /// The secret.
    token: String,
}

/// Makes a token.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "organisation", request_body = NewToken,
    responses((status = 201, body = Secret)))]
pub(crate) async fn add(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(new): Body<NewToken>,
) -> Answer {
    let admin = caller.org_admin()?;
    let expires_at = new.expires_at.as_deref().map(|text| name("expires_at", text)).transpose()?;
    let scopes = names("scopes", &new.scopes)?;
    let token = admin::add_own_token(&app.hub, admin, &new.name, scopes, expires_at).await?;
    json(StatusCode::CREATED, &Secret { token })
}

/// Revokes one.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "organisation", responses((status = 204)))]
pub(crate) async fn revoke(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<TokenId>,
) -> Answer {
    admin::revoke_token(&app.hub, caller.org_admin()?, id).await?;
    done()
}
