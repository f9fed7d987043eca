//! The machine-release rule and its stop switch.

use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::release;
use model::consent::MachineRule;

#[derive(Template)]
#[template(path = "rule.html")]
struct RulePage {
    f: Frame,
    rule: MachineRule,
    may_change: bool,
}

/// The page.
pub(crate) async fn get(v: Visit) -> Answer {
    let rule = release::rule(&v.hub, v.caller().staff()?).await?;
    page(&RulePage { f: v.frame().await?, rule, may_change: v.caller().releaser().is_ok() })
}

/// Changes it; the stop switch is the same form without the tick.
pub(crate) async fn post(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let rule =
        MachineRule { enabled: fields.ticked("enabled"), items_per_day: fields.read("items_per_day")? };
    release::set_rule(&v.hub, v.caller().releaser()?, rule).await?;
    done("/rule", "flash-rule")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::check_page;
    use model::role::OrgRole;

    #[test]
    fn the_page_in_both_languages() {
        let rule = |enabled| MachineRule { enabled, items_per_day: 20 };
        check_page("rule", OrgRole::Hub, |f| RulePage { f, rule: rule(true), may_change: true });
        check_page("rule-off", OrgRole::Hub, |f| RulePage { f, rule: rule(false), may_change: false });
    }
}
