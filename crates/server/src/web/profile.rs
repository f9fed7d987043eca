//! The organisation's own names and assets, which the release gate looks for.

use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::admin;
use model::profile::Profile;

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage {
    f: Frame,
    fields: Vec<(&'static str, String)>,
}

/// The page.
pub(crate) async fn get(v: Visit) -> Answer {
    let own = admin::profile(&v.hub, v.caller().org_admin()?).await?;
    let lines = |list: &[String]| list.join("\n");
    let fields = vec![
        ("names", lines(&own.names)),
        ("domains", lines(&own.domains)),
        ("networks", lines(&own.networks)),
        ("hosts", lines(&own.hosts)),
        ("people", lines(&own.people)),
        ("tenants", lines(&own.tenants)),
        ("words", lines(&own.words)),
    ];
    page(&ProfilePage { f: v.frame().await?, fields })
}

/// Replaces it.
pub(crate) async fn post(v: Visit, Form(fields): Form<Fields>) -> Answer {
    let profile = Profile {
        names: fields.lines("names"),
        domains: fields.lines("domains"),
        networks: fields.lines("networks"),
        hosts: fields.lines("hosts"),
        people: fields.lines("people"),
        tenants: fields.lines("tenants"),
        words: fields.lines("words"),
    };
    admin::set_profile(&v.hub, v.caller().org_admin()?, profile).await?;
    done("/profile", "flash-saved")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::check_page;
    use model::role::OrgRole;

    #[test]
    fn the_page_in_both_languages() {
        let names = ["names", "domains", "networks", "hosts", "people", "tenants", "words"];
        let fields: Vec<(&'static str, String)> = names.iter().map(|n| (*n, "a\nb".to_owned())).collect();
        check_page("profile", OrgRole::Member, |f| ProfilePage { f, fields: fields.clone() });
    }
}
