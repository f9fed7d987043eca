//! The collections of the caller (TAXII 2.1, section 5.1). Those of others do not exist.

use super::error::TaxiiError;
use super::media::{Accept, STIX};
use crate::auth::ApiCaller;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use hub::ops::taxii::{self, Collection};
use serde::Serialize;

/// Section 5.2.1.
#[derive(Serialize)]
pub(crate) struct Resource {
    id: String,
    title: String,
    /// The title in Japanese.
    description: String,
    alias: String,
    can_read: bool,
    can_write: bool,
    media_types: [&'static str; 1],
}

impl From<Collection> for Resource {
    fn from(one: Collection) -> Self {
        Self {
            id: one.id.to_string(),
            title: one.title.en,
            description: one.title.ja,
            alias: one.slug,
            can_read: one.can_read,
            can_write: one.can_write,
            media_types: [STIX],
        }
    }
}

#[derive(Serialize)]
struct Collections {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    collections: Vec<Resource>,
}

/// All of them: a caller has a dozen at most.
pub(crate) async fn get(
    State(app): State<App>,
    ApiCaller(caller): ApiCaller,
    accept: Accept,
) -> Result<Response, TaxiiError> {
    let all = taxii::collections(&app.hub, &caller).await?;
    Ok(accept.json(
        StatusCode::OK,
        &Collections { collections: all.iter().cloned().map(Resource::from).collect() },
    ))
}
