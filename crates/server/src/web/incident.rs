//! One incident: its reports with their clocks, its facts, what can be done with it.

use crate::web::dates;
use crate::web::fault::as_is;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::report_fields::{Input, Question, TRIGGERS, Values, questions};
use crate::web::reports::{addresses, title};
use crate::web::visit::{Answer, Id, Visit, done, file, page};
use askama::Template;
use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use hub::ops::report::incident::{self, Choice, IncidentView};
use hub::ops::report::{pack, share};
use model::clock::Regime;
use model::id::IncidentId;
use model::report::facts::{Facts, ReportKind};
use model::report::technical::technical;
use model::report::veris::leaves;
use model::submission::Door;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "incident.html")]
struct IncidentPage {
    f: Frame,
    title: String,
    view: IncidentView,
    may_share: bool,
    foreign: Vec<(String, String)>,
}

/// One incident.
pub(crate) async fn get(v: Visit, Id(id): Id<IncidentId>) -> Answer {
    let view = incident::show(&v.hub, v.caller().filer()?, id).await?;
    page(&IncidentPage {
        f: v.frame().await?,
        title: title(&view),
        may_share: v.caller().reporter().is_ok() && technical(&view.facts).is_some(),
        foreign: view.facts.foreign.as_ref().map(|foreign| leaves(&foreign.record)).unwrap_or_default(),
        view,
    })
}

#[derive(Template)]
#[template(path = "report_edit.html")]
struct EditPage {
    f: Frame,
    title: String,
    view: IncidentView,
    version: i64,
    values: Values,
    problems: Vec<(String, String)>,
    asked: Vec<Question>,
    more: Vec<Question>,
    choices: Vec<(Choice, bool)>,
    kinds: &'static [ReportKind],
}

impl EditPage {
    fn triggers(&self) -> Vec<&'static str> {
        TRIGGERS.iter().map(|(_, name)| *name).collect()
    }
}

/// What the regimes of this incident ask, with what is known filled in.
pub(crate) async fn edit_get(v: Visit, Id(id): Id<IncidentId>) -> Answer {
    let view = incident::show(&v.hub, v.caller().filer()?, id).await?;
    let values = Values::of(&view.facts, &dates::zone(&v.who.zone));
    let version = view.version;
    edit_page(&v, view, version, values, Vec::new(), &BTreeSet::new()).await
}

async fn edit_page(
    v: &Visit,
    view: IncidentView,
    version: i64,
    values: Values,
    problems: Vec<(String, String)>,
    chosen: &BTreeSet<String>,
) -> Answer {
    let regimes: Vec<&Regime> =
        view.reports.iter().filter_map(|report| v.hub.regimes().get(&report.regime)).collect();
    // an office whose seat was taken does not hide who has it now
    let told = |c: &Choice| {
        view.reports.iter().any(|r| {
            !r.office_gone
                && r.regime == c.regime
                && (r.addressee == c.addressee || Some(&r.addressee) == c.office.as_ref())
        })
    };
    let choices = incident::choices(&v.hub).await?.into_iter().filter(|c| !told(c));
    let choices = choices.map(|c| (c.clone(), chosen.contains(&c.value))).collect();
    page(&EditPage {
        f: v.frame().await?,
        title: title(&view),
        version,
        asked: questions(&regimes, &values, true),
        more: questions(&regimes, &values, false),
        values,
        problems,
        choices,
        kinds: ReportKind::ALL,
        view,
    })
}

/// Saves a version. What is not understood comes back with what was typed.
pub(crate) async fn edit_post(v: Visit, Id(id): Id<IncidentId>, Form(fields): Form<Fields>) -> Answer {
    let filer = v.caller().filer()?;
    let view = incident::show(&v.hub, filer, id).await?;
    let (values, chosen) = (Values::typed(&fields), fields.all("address"));
    let (mut facts, problems): (Facts, _) = values.facts(&view.facts, &dates::zone(&v.who.zone));
    let version: i64 = fields.read("version")?;
    if !problems.is_empty() {
        let shown = edit_page(&v, view, version, values, problems, &chosen).await?;
        return Ok(as_is((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()));
    }
    let addresses = addresses(&chosen)?;
    if fields.ticked("rest_unknown") {
        let told = view.reports.iter().map(|report| &report.regime);
        let regimes =
            told.chain(addresses.iter().map(|a| &a.regime)).filter_map(|id| v.hub.regimes().get(id));
        facts.rest_is_unknown(regimes);
    }
    incident::save(&v.hub, filer, id, version, facts, &addresses).await?;
    done(&format!("/incidents/{id}"), "flash-incident-saved")
}

/// The evidence pack.
pub(crate) async fn pack_get(v: Visit, Id(id): Id<IncidentId>) -> Answer {
    let filer = v.caller().filer()?;
    let code = incident::show(&v.hub, filer, id).await?.code;
    file(&format!("evidence-{code}.zip"), "application/zip", pack::pack(&v.hub, filer, id).await?)
}

/// Submits the technical part for sharing; the receipt follows.
pub(crate) async fn share_post(v: Visit, Id(id): Id<IncidentId>) -> Answer {
    let (filer, source) = (v.caller().filer()?, v.caller().reporter()?);
    let receipt = share::share(&v.hub, filer, source, id, Door::Web).await?;
    Ok(Redirect::to(&format!("/submissions/{}/receipt", receipt.id)).into_response())
}

#[cfg(test)]
mod tests {
    use crate::web::samples::faults;
    use hub::ops::admin::{AsRegistrar, NewOrganisation, add_organisation};
    use model::role::{OrgRole, PersonRole};
    use testkit::{Answer, Ask, TestHub};

    struct Person {
        cookie: String,
        csrf: String,
    }

    impl Person {
        async fn of(hub: &TestHub, login: &str, org: model::id::OrgId) -> Self {
            hub.person(login, org, &[PersonRole::Reporter]).await;
            let cookie = hub.sign_in(login).await;
            let csrf = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().csrf;
            Self { cookie, csrf }
        }

        /// A page in both languages, without what no page may hold.
        async fn see(&self, hub: &TestHub, path: &str) -> String {
            let joint = if path.contains('?') { '&' } else { '?' };
            let mut last = String::new();
            for lang in ["ja", "en"] {
                let answer =
                    hub.ask(Ask::get(format!("{path}{joint}lang={lang}")).cookie(&self.cookie)).await;
                assert_eq!(answer.status, 200, "{path}: {}", answer.text());
                assert_eq!(faults(&answer.text()), Vec::<String>::new(), "{path} in {lang}");
                last = answer.text();
            }
            last
        }

        async fn act(&self, hub: &TestHub, path: &str, body: &str) -> Answer {
            let ask = Ask::post(path, body).cookie(&self.cookie).with("x-noroshi-csrf", &self.csrf);
            hub.ask(ask.content("application/x-www-form-urlencoded")).await
        }
    }

    async fn office(hub: &TestHub) -> model::id::OrgId {
        let name = |text: &str| model::lang::Bilingual { ja: text.to_owned(), en: text.to_owned() };
        let new = NewOrganisation {
            slug: "dc3".to_owned(),
            name: name("DC3 office"),
            parent: None,
            roles: [OrgRole::Authority].into(),
            sectors: std::collections::BTreeSet::new(),
            profile: model::profile::Profile::default(),
        };
        let org = add_organisation(&hub.hub, AsRegistrar::Machine, new).await.unwrap();
        let seat = hub::ops::report::seat::give(&hub.hub, AsRegistrar::Machine, org, "dfars-7012", "dc3");
        seat.await.unwrap();
        org
    }

    /// A newcomer's way: three pages, six fields, two unknowns; then the office's side.
    #[tokio::test]
    async fn the_way_of_a_report_through_the_pages() {
        let hub = TestHub::new(1).await;
        let dc3 = office(&hub).await;
        let me = Person::of(&hub, "reporter", hub.members[0].id).await;
        assert!(me.see(&hub, "/reports").await.contains("No incidents yet"));
        let new = me.see(&hub, "/reports/new").await;
        let at = new.find("value=\"dfars-7012/dc3").unwrap() + "value=\"".len();
        let address = new[at..].split('"').next().unwrap().to_owned();

        let wrong = format!("kind=incident&t-awareness=yesterday&f-outline=83+machines&address={address}");
        let again = me.act(&hub, "/reports", &wrong).await;
        assert_eq!(again.status, 422);
        assert!(
            again.text().contains("yesterday") && again.text().contains("83 machines"),
            "nothing typed is lost"
        );

        let first = format!(
            "kind=incident&t-awareness=2026-01-05+08%3A30&f-outline=83+machines&f-contact=desk&address={address}"
        );
        let opened = me.act(&hub, "/reports", &first).await;
        let edit = opened.header("location").unwrap().to_owned();
        let page = me.see(&hub, &edit).await;
        assert!(page.contains("company (name, DUNS/UEI"), "the regime's own words");
        let rest = "version=1&kind=incident&t-awareness=2026-01-05+08%3A30&f-outline=83+machines&f-contact=desk\
                    &f-report-kind=initial&f-contracts=N00024&u-data-affected=yes&u-evidence=yes&f-systems=HQ+%7C+server+%7C+45";
        assert_eq!(me.act(&hub, &edit, rest).await.status, 303);
        let open = rest.replace("version=1", "version=2").replace("&u-data-affected=yes&u-evidence=yes", "");
        assert_eq!(me.act(&hub, &edit, &format!("{open}&rest_unknown=yes")).await.status, 303);
        let incident = edit.trim_end_matches("/edit");
        let page = me.see(&hub, incident).await;
        let at = page.find("href=\"/reports/").map(|_| page.rfind("href=\"/reports/").unwrap()).unwrap();
        let report = page[at + "href=\"".len()..].split('"').next().unwrap().to_owned();
        let page = me.see(&hub, &report).await;
        assert!(page.contains("72 h from awareness") && page.contains("unknown"), "{page}");
        assert_eq!(me.act(&hub, &format!("{report}/send"), "stage=initial").await.status, 303);
        let file = hub.ask(Ask::get(format!("{report}/xlsx?stage=initial")).cookie(&me.cookie)).await;
        assert!(file.body.starts_with(b"PK"));

        let them = Person::of(&hub, "officer", dc3).await;
        assert!(them.see(&hub, "/office").await.contains("m0 corporation"));
        let id = report.trim_start_matches("/reports/").to_owned();
        let page = them.see(&hub, &format!("/office/{id}")).await;
        assert!(page.contains("83 machines") && page.contains("N00024"));
        assert_eq!(them.act(&hub, &format!("/office/{id}/acknowledge"), "number=DC3-17").await.status, 303);
        assert_eq!(
            them.act(&hub, &format!("/office/{id}/class"), "reference=drawing&state=stated&class=CUI")
                .await
                .status,
            303
        );
        let page = me.see(&hub, &report).await;
        assert!(page.contains("DC3-17") && page.contains("Looked at"), "{page}");
        me.see(&hub, incident).await;
        me.see(&hub, "/reports").await;
        me.see(&hub, "/notices").await;
        let pack = hub.ask(Ask::get(format!("{incident}/pack")).cookie(&me.cookie)).await;
        assert_eq!(hub::ops::report::verify(&pack.body, None).faults, []);
    }
}
