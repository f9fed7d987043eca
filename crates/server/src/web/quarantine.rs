//! The mail door of one's own organisation: its intake address, and the mails of unknown senders that wait there.

use crate::web::fault::{Fault, as_is};
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use hub::HubError;
use hub::ops::intake::{self, Held};
use model::id::QuarantineId;

#[derive(Template)]
#[template(path = "quarantine.html")]
struct QuarantinePage {
    f: Frame,
    address: Option<String>,
    rows: Vec<Held>,
    may_renew: bool,
    /// How long a mail waits.
    days: u64,
    /// Whether what was to be decided is decided.
    gone: bool,
}

const HELD_DAYS: u64 = intake::HELD_DAYS.unsigned_abs();

/// The page.
pub(crate) async fn get(v: Visit) -> Answer {
    shown(&v, false).await
}

async fn shown(v: &Visit, gone: bool) -> Answer {
    let source = v.caller().reporter()?;
    let address = intake::address(&v.hub, source).await?;
    let rows = intake::held(&v.hub, source).await?;
    let may_renew = v.caller().org_admin().is_ok();
    page(&QuarantinePage { f: v.frame().await?, address, rows, may_renew, days: HELD_DAYS, gone })
}

/// Takes a held mail in.
pub(crate) async fn take(v: Visit, Id(id): Id<QuarantineId>) -> Answer {
    let done = intake::take_held(&v.hub, v.caller().reporter()?, id).await;
    decided(&v, done, "flash-taken").await
}

/// Throws it away.
pub(crate) async fn drop_it(v: Visit, Id(id): Id<QuarantineId>) -> Answer {
    let done = intake::drop_held(&v.hub, v.caller().reporter()?, id).await;
    decided(&v, done, "flash-dropped").await
}

/// Two people look at the same list: the second one is told, and sees what is left.
async fn decided(v: &Visit, result: Result<(), HubError>, key: &str) -> Answer {
    match result {
        Err(HubError::NotFound) => Ok(as_is((StatusCode::NOT_FOUND, shown(v, true).await?).into_response())),
        other => done("/quarantine", other.map(|()| key)?),
    }
}

/// Another intake address.
pub(crate) async fn renew(v: Visit) -> Answer {
    intake::renew_address(&v.hub, v.caller().org_admin().map_err(Fault::from)?).await?;
    done("/quarantine", "flash-saved")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, check_page};
    use model::role::OrgRole;

    #[test]
    fn the_page_in_both_languages() {
        let row = |n: u8, sender: &str, delivered_by: Option<&str>| Held {
            id: QuarantineId::from_random([n; 16]),
            sender: sender.to_owned(),
            subject: String::new(),
            delivered_by: delivered_by.map(str::to_owned),
            bytes: 4_096,
            at: at(),
        };
        let address = Some("in-abc@hub.example".to_owned());
        check_page("quarantine", OrgRole::Member, |f| QuarantinePage {
            f,
            address: address.clone(),
            rows: vec![row(3, "<b>x@evil.example", None), row(4, "", Some("mei@kita.example"))],
            may_renew: true,
            days: HELD_DAYS,
            gone: true,
        });
        check_page("quarantine-none", OrgRole::Member, |f| QuarantinePage {
            f,
            address: None,
            rows: Vec::new(),
            may_renew: false,
            days: HELD_DAYS,
            gone: false,
        });
    }
}
