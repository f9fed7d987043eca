//! The analyst's desk: one draft, its analysis, marking and audience.

use crate::web::fault::Fault;
use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, page};
use askama::Template;
use axum::extract::Form;
use hub::HubError;
use hub::ops::admin;
use hub::ops::draft::{self, DraftForm, DraftView};
use model::audience::Audience;
use model::id::ItemId;
use model::item::Analysis;
use model::org::Organisation;
use model::state::{Actor, ItemAct, ItemState};
use model::tlp::Tlp;
use model::vocabulary::Advice;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "draft.html")]
struct DraftPage {
    f: Frame,
    view: DraftView,
    organisations: Vec<Organisation>,
    advices: &'static [Advice],
    tlps: &'static [Tlp],
    may_edit: bool,
    may_ask: bool,
    may_release: bool,
    editable: bool,
}

impl DraftPage {
    fn is(&self, state: ItemState) -> bool {
        self.view.row.state == state
    }

    fn held(&self) -> bool {
        self.is(ItemState::Held)
    }

    fn ready(&self) -> bool {
        self.is(ItemState::Ready)
    }

    fn scheduled(&self) -> bool {
        self.is(ItemState::Scheduled)
    }

    fn released(&self) -> bool {
        self.is(ItemState::Released)
    }

    fn recalled(&self) -> bool {
        self.is(ItemState::Recalled)
    }

    /// What is out can be taken back; what never left is only abandoned.
    fn recallable(&self) -> bool {
        self.view.row.live.is_some() && self.view.row.state.after(ItemAct::Recall, Actor::Releaser).is_ok()
    }

    /// What is out, or about to leave, can be called about.
    fn callable(&self) -> bool {
        self.recallable() || self.scheduled()
    }

    /// What is for persons by name and was decided: who they are can still be changed.
    fn by_name(&self) -> bool {
        self.view.row.tlp == Tlp::Red && (self.scheduled() || self.released())
    }

    fn techniques(&self) -> String {
        self.view.content.techniques.iter().cloned().collect::<Vec<_>>().join(" ")
    }
}

/// The states in which the content can be changed. What waits for its time can be stopped by that: it is a draft again.
fn editable(state: ItemState) -> bool {
    use ItemState as S;
    matches!(state, S::Draft | S::Held | S::AwaitingConsent | S::Ready | S::Scheduled)
}

/// The page.
pub(crate) async fn get(v: Visit, Id(id): Id<ItemId>) -> Answer {
    let view = draft::show(&v.hub, v.caller().staff()?, id).await?;
    let roster = admin::roster(&v.hub, v.caller()).await?;
    let may_edit = v.caller().analyst().is_ok();
    page(&DraftPage {
        f: v.frame().await?,
        organisations: roster.organisations.into_iter().filter(sharing::audience::receives).collect(),
        advices: Advice::ALL,
        tlps: Tlp::ALL,
        may_edit,
        may_ask: may_edit && view.row.state == ItemState::Draft,
        may_release: v.caller().releaser().is_ok(),
        editable: may_edit && editable(view.row.state),
        view,
    })
}

/// Saves what the analyst changed.
pub(crate) async fn save(v: Visit, Id(id): Id<ItemId>, Form(fields): Form<Fields>) -> Answer {
    let analyst = v.caller().analyst()?;
    let before = draft::show(&v.hub, v.caller().staff()?, id).await?;
    let saved = draft::save(&v.hub, analyst, id, form(&fields, before.audience.exercise)?).await;
    // a hold is no refusal: the change is kept, and the draft's page lists what held it
    let flash = match saved {
        Err(HubError::HeldForReview) => "flash-held",
        other => other.map(|()| "flash-saved")?,
    };
    done(&format!("/drafts/{id}"), flash)
}

fn form(fields: &Fields, exercise: bool) -> Result<DraftForm, Fault> {
    let techniques = fields.one("techniques").split([' ', ',', '\u{3001}', '\u{3000}']).map(str::trim);
    let techniques: BTreeSet<String> =
        techniques.filter(|t| !t.is_empty()).map(str::to_ascii_uppercase).collect();
    Ok(DraftForm {
        analysis: Analysis {
            advice: fields.read_all("advice")?,
            ja: fields.one("ja").to_owned(),
            en: fields.one("en").to_owned(),
            techniques: techniques.clone(),
        },
        tlp: fields.read("tlp")?,
        audience: Audience {
            all: fields.ticked("all"),
            sectors: fields.read_all("sector")?,
            organisations: fields.read_all("organisation")?,
            excluded: fields.read_all("excluded")?,
            exercise,
        },
        removed: fields.all("removed"),
        techniques,
        fingerprint: fields.words("fingerprint"),
    })
}

#[cfg(test)]
pub(super) use tests::sample;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page, content, item_id, submission_id};
    use hub::ops::draft::ItemRow;
    use model::answer::Progress;
    use model::consent::Decision;
    use model::id::{OrgId, SectorId};
    use model::role::OrgRole;

    #[test]
    fn techniques_as_people_write_them() {
        let fields = Fields::new(vec![
            ("tlp".into(), "green".into()),
            ("techniques".into(), "t1566.001, T1204、T1059".into()),
        ]);
        let read = form(&fields, true).unwrap();
        assert_eq!(read.techniques, ["T1059", "T1204", "T1566.001"].map(str::to_owned).into());
        assert!(read.audience.exercise, "an exercise stays one");
    }

    #[test]
    fn a_form_without_a_marking_is_refused() {
        assert!(form(&Fields::default(), false).is_err());
    }

    /// A draft in a state, with something of everything.
    pub(crate) fn sample(state: ItemState) -> DraftView {
        let live = matches!(state, ItemState::Released | ItemState::Recalled).then_some(1);
        let title = both("請求書を装うメール", "Mail that poses as an invoice");
        DraftView {
            row: ItemRow {
                id: item_id(),
                state,
                title,
                version: 1,
                live,
                tlp: Tlp::Green,
                changed_at: at(),
                sources: 1,
                by_machine: false,
                exercise: true,
            },
            content: content(),
            bundle: "{}".to_owned(),
            text: both("本文", "Text"),
            audience: Audience::everybody(),
            audience_words: both("全ての参加組織", "every member"),
            reaches: 17,
            sources: vec![
                (submission_id(), "7K3M-Q2XP-D".to_owned(), Some(Decision::Approved)),
                (submission_id(), "8".to_owned(), None),
            ],
            gate: vec![("/name".to_owned(), false)],
            edited_by_me: false,
            release_at: Some(at()),
            sectors: vec![(SectorId::from_random([5; 16]), both("電力", "Power"), 12)],
            answers: vec![(both("みずほの森銀行", "Forest Bank"), Progress::NotSeen)],
            fingerprint: "ab".repeat(32),
        }
    }

    #[test]
    fn every_state_has_its_page() {
        let organisation = Organisation {
            id: OrgId::from_random([8; 16]),
            slug: "asagiri".to_owned(),
            name: both("あさぎり電力", "Asagiri Power"),
            parent: None,
            roles: [OrgRole::Member].into(),
            sectors: BTreeSet::new(),
        };
        for state in ItemState::ALL {
            check_page(&format!("draft-{state}"), OrgRole::Hub, |f| DraftPage {
                f,
                view: sample(*state),
                organisations: vec![organisation.clone()],
                advices: Advice::ALL,
                tlps: Tlp::ALL,
                may_edit: true,
                may_ask: *state == ItemState::Draft,
                may_release: true,
                editable: editable(*state),
            });
        }
    }
}
