//! The auditor's page: how the log stands, without a word of what is in it.

use crate::web::frame::Frame;
use crate::web::visit::{Answer, Visit, page};
use askama::Template;
use hub::log::Beat;
use hub::log::health::{Health, health};
use jiff::Timestamp;

#[derive(Template)]
#[template(path = "log_health.html")]
struct HealthPage {
    f: Frame,
    health: Health,
    beat: Option<(u32, u32)>,
    /// Name, and when it cosigned.
    witnesses: Vec<(String, Option<Timestamp>)>,
}

impl HealthPage {
    fn new(f: Frame, health: Health) -> Self {
        let witnesses = health.witnesses.iter().map(|w| (w.name.clone(), w.cosigned_at.map(time))).collect();
        Self { f, beat: pace(health.beat), witnesses, health }
    }
}

/// Seconds since 1970 as a time; one that no calendar has is the beginning of time.
pub(crate) fn time(seconds: u64) -> Timestamp {
    i64::try_from(seconds).ok().and_then(|s| Timestamp::from_second(s).ok()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The page.
pub(crate) async fn get(v: Visit) -> Answer {
    let health = health(&v.hub, v.caller().auditor()?).await?;
    page(&HealthPage::new(v.frame().await?, health))
}

fn pace(beat: Beat) -> Option<(u32, u32)> {
    match beat {
        Beat::Every { leaves, seconds } => Some((leaves, seconds)),
        Beat::Off => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, check_page};
    use hub::log::health::WitnessHealth;
    use model::role::OrgRole;

    fn sample(quorum: Option<bool>, late: bool) -> Health {
        let witness = |name: &str, cosigned_at| WitnessHealth { name: name.to_owned(), cosigned_at };
        Health {
            keys: vec!["hub.example/log+0a1b2c3d+AQID".to_owned()],
            epoch: 1,
            size: 11_520,
            root: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_owned(),
            behind: u64::from(late),
            late,
            waiting_since: late.then(at),
            beat: Beat::default(),
            witnesses: quorum.map_or_else(Vec::new, |_| {
                vec![witness("ministry", Some(1_795_478_400)), witness("press", None)]
            }),
            quorum,
        }
    }

    #[test]
    fn the_page_in_both_languages() {
        for (name, health) in [
            ("log-health", sample(Some(true), false)),
            ("log-health-late", sample(Some(false), true)),
            ("log-health-alone", sample(None, false)),
        ] {
            check_page(name, OrgRole::Hub, |f| HealthPage::new(f, health.clone()));
        }
    }
}
