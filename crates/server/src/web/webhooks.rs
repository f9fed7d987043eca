//! The addresses at which one's own organisation is told that a collection has news. A secret is shown once, on the page that answers
//! the form.

use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::webhook::{self, Webhook};
use model::id::WebhookId;

#[derive(Template)]
#[template(path = "webhooks.html")]
struct WebhooksPage {
    f: Frame,
    rows: Vec<Webhook>,
    secret: Option<String>,
}

impl WebhooksPage {
    /// The key of the words for an outcome, or the status itself.
    fn outcome(&self, class: &str) -> String {
        match class {
            "no-answer" => self.f.t("webhooks-no-answer"),
            "out-of-reach" => self.f.t("webhooks-out-of-reach"),
            status if status.starts_with('2') => self.f.t("webhooks-taken"),
            status => format!("{} {status}", self.f.t("webhooks-answered")),
        }
    }
}

async fn shown(v: &Visit, secret: Option<String>) -> Result<WebhooksPage, Fault> {
    let rows = webhook::list(&v.hub, v.caller().org_admin()?).await?;
    Ok(WebhooksPage { f: v.frame().await?, rows, secret })
}

/// The list.
pub(crate) async fn get(v: Visit) -> Answer {
    page(&shown(&v, None).await?)
}

/// Adds one.
pub(crate) async fn post(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let added = webhook::add(&v.hub, v.caller().org_admin()?, fields.one("url")).await?;
    page(&shown(&v, Some(added.secret)).await?)
}

/// Tries one; the list shows what came of it.
pub(crate) async fn test(v: Visit, Id(id): Id<WebhookId>) -> Answer {
    webhook::try_now(&v.hub, v.caller().org_admin()?, id).await?;
    done("/webhooks", "flash-webhook-tried")
}

/// Removes one.
pub(crate) async fn remove(v: Visit, Id(id): Id<WebhookId>) -> Answer {
    webhook::remove(&v.hub, v.caller().org_admin()?, id).await?;
    done("/webhooks", "flash-webhook-removed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, check_page};
    use model::role::OrgRole;

    #[test]
    fn the_page_in_both_languages() {
        let row = |outcome: Option<&str>, again: bool, ended: bool| Webhook {
            id: WebhookId::from_random([3; 16]),
            url: "https://soc.asagiri.example/hooks/noroshi".to_owned(),
            created_at: at(),
            last: outcome.map(|class| (at(), class.to_owned())),
            again_at: again.then(at),
            ended_at: ended.then(at),
        };
        let rows = vec![
            row(None, false, false),
            row(Some("204"), false, false),
            row(Some("503"), true, false),
            row(Some("no-answer"), false, true),
            row(Some("out-of-reach"), true, false),
        ];
        check_page("webhooks", OrgRole::Member, |f| WebhooksPage {
            f,
            rows: rows.clone(),
            secret: Some("whsec_abc".to_owned()),
        });
        check_page("webhooks-none", OrgRole::Member, |f| WebhooksPage { f, rows: Vec::new(), secret: None });
    }
}
