//! A receipt dropped on a page, and what it proves in words. Anyone may ask; the hub judges by its own keys and witnesses, and says
//! so: who does not want to believe the hub runs `noroshi verify`.

use crate::matrix::{Object, Row, Who};
use crate::state::App;
use crate::web::fault::Fault;
use crate::web::frame::Frame;
use crate::web::log_health::time;
use crate::web::sign_in::with_cookies;
use crate::web::upload::Upload;
use crate::web::visit::{Answer, Visit, hub_name, page};
use crate::web::{act, language};
use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use hub::log::own_policy;
use hub::log::verdict::{self, Flaw, NotProven, Outcome, Verdict};
use jiff::Timestamp;

/// The largest form: a proof and what multipart adds around it.
const FORM_BYTES_MAX: usize = tlog::proof::PROOF_BYTES_MAX + 64 * 1024;

#[derive(Template)]
#[template(path = "verify.html")]
struct VerifyPage {
    f: Frame,
    said: Option<Said>,
}

/// A verdict in keys and times.
struct Said {
    class: &'static str,
    title: &'static str,
    why: Option<&'static str>,
    act: Option<&'static str>,
    verdict: Verdict,
    /// The entry without what is shown in other words.
    entry: Vec<(String, String)>,
    hub_time: Option<Timestamp>,
    earliest: Option<Timestamp>,
    latest: Option<Timestamp>,
    witnesses: Vec<(String, Timestamp)>,
    not_proven: Vec<&'static str>,
}

/// Anyone may drop a file: nothing is kept and nothing is changed, so the form needs no session.
pub(crate) fn row() -> Row {
    act("/verify", Who::Public, Object::None).without_csrf().body_max(FORM_BYTES_MAX)
}

/// The form.
pub(crate) async fn get(State(app): State<App>, parts: Parts) -> Answer {
    // the answer to the form speaks the language that this address asked for
    let asked = language::asked(&parts.uri).and_then(language::remember);
    let shown = page(&VerifyPage { f: frame(&app, parts).await?, said: None })?;
    Ok(with_cookies(shown, [asked]))
}

/// The verdict.
pub(crate) async fn post(State(app): State<App>, parts: Parts, upload: Upload) -> Answer {
    let bytes = upload.file.map(|(_, bytes)| bytes).unwrap_or_default();
    let verdict = verdict::read(&bytes, &own_policy(&app.hub)?);
    page(&VerifyPage { f: frame(&app, parts).await?, said: Some(said(verdict)) })
}

/// With the navigation for who is signed in, without for everybody else.
async fn frame(app: &App, mut parts: Parts) -> Result<Frame, Fault> {
    if let Ok(visit) = Visit::from_request_parts(&mut parts, app).await {
        return visit.frame().await;
    }
    let lang = language::of(&parts.headers, &parts.uri);
    let mut f = Frame::outside(lang, language::without_asides(&parts.uri));
    f.hub_name = hub_name(&app.hub, lang);
    Ok(f)
}

fn said(verdict: Verdict) -> Said {
    let (class, title, why) = match verdict.outcome {
        Outcome::Proven => ("good", "verify-proven", None),
        Outcome::Signed => ("good", "verify-signed", Some("verify-signed-why")),
        Outcome::Pending => ("warn", "verify-pending", Some("verify-pending-why")),
        Outcome::Refused(flaw) => ("bad", "verify-refused", Some(flaw_key(flaw))),
    };
    let shown = |name: &str| !matches!(name, "checkpoint" | "at" | "kind");
    Said {
        class,
        title,
        why,
        act: verdict.kind().and_then(act_key),
        entry: verdict
            .entry
            .iter()
            .filter(|(name, _)| shown(name))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect(),
        hub_time: verdict.hub_time().and_then(|at| at.parse().ok()),
        earliest: verdict.earliest.map(time),
        latest: verdict.latest.map(time),
        witnesses: verdict.witnesses.iter().map(|(name, at)| (name.clone(), time(*at))).collect(),
        not_proven: verdict.not_proven.iter().map(|one| not_proven_key(*one)).collect(),
        verdict,
    }
}

/// The acts that receipts are handed out for, in words. Another kind is shown as it stands.
fn act_key(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "submission" => "verify-act-submission",
        "release" => "verify-act-release",
        "recall" => "verify-act-recall",
        "report-sent" => "verify-act-report-sent",
        "report-look" => "verify-act-report-look",
        "report-event" => "verify-act-report-event",
        "check-answer" => "verify-act-check-answer",
        "erased-submission" => "verify-act-erased-submission",
        "erased-leaving" => "verify-act-erased-leaving",
        _ => return None,
    })
}

fn flaw_key(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Form => "verify-flaw-form",
        Flaw::NoOpening => "verify-flaw-opening",
        Flaw::Log => "verify-flaw-log",
        Flaw::Quorum => "verify-flaw-quorum",
        Flaw::Entry => "verify-flaw-entry",
        Flaw::Contradiction => "verify-flaw-contradiction",
    }
}

fn not_proven_key(one: NotProven) -> &'static str {
    match one {
        NotProven::WhenTheVictimKnew => "verify-not-knew",
        NotProven::Truth => "verify-not-truth",
        NotProven::Time => "verify-not-time",
        NotProven::Earliest => "verify-not-earliest",
        NotProven::File => "verify-not-file",
        NotProven::StampSignature => "verify-not-stamp",
        NotProven::Destroyed => "verify-not-destroyed",
        NotProven::Clock => "verify-not-clock",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::check_page;
    use hub::log::verdict::Place;
    use model::role::OrgRole;
    use std::collections::BTreeMap;

    fn sample(outcome: Outcome) -> Verdict {
        let entry = [
            ("kind", "submission"),
            ("at", "2026-11-24T04:15:00Z"),
            ("sha256", "e3b0c442"),
            ("checkpoint", "x"),
        ];
        let not_proven = [
            NotProven::WhenTheVictimKnew,
            NotProven::Truth,
            NotProven::Time,
            NotProven::Earliest,
            NotProven::File,
            NotProven::StampSignature,
            NotProven::Destroyed,
            NotProven::Clock,
        ];
        Verdict {
            outcome,
            entry: entry.map(|(n, v)| (n.to_owned(), v.to_owned())).into_iter().collect::<BTreeMap<_, _>>(),
            place: Some(Place { log: "hub.example/log".to_owned(), index: 7, size: 16 }),
            earliest: Some(1_795_478_400),
            latest: Some(1_795_478_460),
            witnesses: vec![("ministry".to_owned(), 1_795_478_460)],
            stamp: None,
            not_proven: not_proven.to_vec(),
        }
    }

    #[test]
    fn every_verdict_has_its_page() {
        use Flaw as F;
        let flaws =
            [F::Form, F::NoOpening, F::Log, F::Quorum, F::Entry, F::Contradiction].map(Outcome::Refused);
        let all = [Outcome::Proven, Outcome::Signed, Outcome::Pending].into_iter().chain(flaws);
        check_page("verify", OrgRole::Member, |f| VerifyPage { f, said: None });
        for (n, outcome) in all.enumerate() {
            check_page(&format!("verify-{n}"), OrgRole::Member, |f| VerifyPage {
                f,
                said: Some(said(sample(outcome))),
            });
        }
    }

    #[test]
    fn every_act_has_its_words() {
        let acts = [
            "submission",
            "release",
            "recall",
            "report-sent",
            "report-look",
            "report-event",
            "check-answer",
            "erased-submission",
            "erased-leaving",
            "of-later",
        ];
        for act in acts {
            let mut verdict = sample(Outcome::Proven);
            verdict.entry.insert("kind".to_owned(), act.to_owned());
            check_page(&format!("verify-act-{act}"), OrgRole::Member, |f| VerifyPage {
                f,
                said: Some(said(verdict.clone())),
            });
        }
    }
}
