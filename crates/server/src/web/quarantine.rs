//! The mail door of one's own organisation: its intake address, and the mails of unknown senders that wait there.

use crate::web::fault::Fault;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use hub::ops::intake::{self, Held};
use model::id::QuarantineId;

#[derive(Template)]
#[template(path = "quarantine.html")]
struct QuarantinePage {
    f: Frame,
    address: Option<String>,
    rows: Vec<Held>,
    may_renew: bool,
}

/// The page.
pub(crate) async fn get(v: Visit) -> Answer {
    let source = v.caller().reporter()?;
    let address = intake::address(&v.hub, source).await?;
    let rows = intake::held(&v.hub, source).await?;
    let may_renew = v.caller().org_admin().is_ok();
    page(&QuarantinePage { f: v.frame().await?, address, rows, may_renew })
}

/// Takes a held mail in.
pub(crate) async fn take(v: Visit, Id(id): Id<QuarantineId>) -> Answer {
    intake::take_held(&v.hub, v.caller().reporter()?, id).await?;
    done("/quarantine", "flash-taken")
}

/// Throws it away.
pub(crate) async fn drop_it(v: Visit, Id(id): Id<QuarantineId>) -> Answer {
    intake::drop_held(&v.hub, v.caller().reporter()?, id).await?;
    done("/quarantine", "flash-dropped")
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
        let row = || Held {
            id: QuarantineId::from_random([3; 16]),
            sender: "<b>x@evil.example".to_owned(),
            subject: String::new(),
            bytes: 4_096,
            at: at(),
        };
        let address = Some("in-abc@hub.example".to_owned());
        check_page("quarantine", OrgRole::Member, |f| QuarantinePage {
            f,
            address: address.clone(),
            rows: vec![row()],
            may_renew: true,
        });
        check_page("quarantine-none", OrgRole::Member, |f| QuarantinePage {
            f,
            address: None,
            rows: Vec::new(),
            may_renew: false,
        });
    }
}
