//! The addresses at which one's own organisation is told that a collection has news.

use super::wire::{Answer, Body, Id, done, json, time};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use hub::ops::webhook::{self, Webhook};
use model::id::WebhookId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An address as listed: never its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookWire {
    /// Its id.
    id: String,
    /// Where to.
    url: String,
    /// When it was added.
    created_at: String,
    /// When it was told last.
    last_at: Option<String>,
    /// What came of it: a status, `no-answer` or `out-of-reach`.
    last_outcome: Option<String>,
    /// When it is told again, where the last try did not succeed.
    again_at: Option<String>,
    /// When it was given up.
    ended_at: Option<String>,
}

impl From<Webhook> for WebhookWire {
    fn from(one: Webhook) -> Self {
        let (last_at, last_outcome) = one.last.unzip();
        Self {
            id: one.id.to_string(),
            url: one.url,
            created_at: time(one.created_at),
            last_at: last_at.map(time),
            last_outcome,
            again_at: one.again_at.map(time),
            ended_at: one.ended_at.map(time),
        }
    }
}

/// All of them.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "organisation", responses((status = 200, body = Vec<WebhookWire>)))]
pub(crate) async fn list(State(app): State<App>, ApiCaller(caller): ApiCaller) -> Answer {
    let all = webhook::list(&app.hub, caller.org_admin()?).await?;
    json(StatusCode::OK, &all.into_iter().map(WebhookWire::from).collect::<Vec<_>>())
}

/// A new address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWebhook {
    /// Where to: `https://HOST/PATH`.
    url: String,
}

/// An address that was added.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddedWebhook {
    /// Its id.
    id: String,
    /// The secret of its signatures, shown once: `whsec_…`.
    secret: String,
}

/// Adds one. Messages are those of Standard Webhooks 1.0.0, `type` is `collection.news`.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "organisation", request_body = NewWebhook,
    responses((status = 201, body = AddedWebhook)))]
pub(crate) async fn add(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Body(new): Body<NewWebhook>,
) -> Answer {
    let added = webhook::add(&app.hub, caller.org_admin()?, &new.url).await?;
    json(StatusCode::CREATED, &AddedWebhook { id: added.id.to_string(), secret: added.secret })
}

/// Removes one.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "organisation", responses((status = 204)))]
pub(crate) async fn remove(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<WebhookId>,
) -> Answer {
    webhook::remove(&app.hub, caller.org_admin()?, id).await?;
    done()
}

/// What came of a test.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tested {
    /// A status, `no-answer` or `out-of-reach`.
    outcome: String,
}

/// Sends a message of type `webhook.test` and waits for what comes of it.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/test", tag = "organisation", responses((status = 200, body = Tested)))]
pub(crate) async fn test(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    Id(id): Id<WebhookId>,
) -> Answer {
    let outcome = webhook::try_now(&app.hub, caller.org_admin()?, id).await?;
    json(StatusCode::OK, &Tested { outcome })
}
