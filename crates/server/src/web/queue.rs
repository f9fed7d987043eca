//! The hub's queue, a look at one submission, and the verdict. Each look is a leaf of the log, and the page says so.

use crate::web::fields::Fields;
use crate::web::frame::Frame;
use crate::web::visit::{Answer, Id, Visit, done, file, page};
use askama::Template;
use axum::extract::Form;
use hub::ops::triage::{self, Look, QueueRow};
use model::id::SubmissionId;
use model::submission::{AttachmentKind, MailKind, TriageFields, Verdict};

#[derive(Template)]
#[template(path = "queue.html")]
struct QueuePage {
    f: Frame,
    rows: Vec<QueueRow>,
    all: bool,
    next: Option<String>,
    paged: bool,
    here: &'static str,
}

#[derive(Template)]
#[template(path = "look.html")]
struct LookPage {
    f: Frame,
    look: Look,
    may_triage: bool,
    verdicts: &'static [Verdict],
    mail_kinds: &'static [MailKind],
    attachment_kinds: &'static [AttachmentKind],
}

impl LookPage {
    /// The verdict that is ticked: the one given, else the one suggested.
    fn chosen(&self, verdict: &Verdict) -> bool {
        self.look.fields.verdict.or(self.look.row.suggestion) == Some(*verdict)
    }

    fn sender_region(&self) -> &str {
        self.look.fields.sender_region.as_deref().unwrap_or_default()
    }

    fn destination_region(&self) -> &str {
        self.look.fields.destination_region.as_deref().unwrap_or_default()
    }

    fn campaign(&self) -> &str {
        self.look.fields.campaign.as_deref().unwrap_or_default()
    }
}

/// The queue.
pub(crate) async fn list(v: Visit) -> Answer {
    let staff = v.caller().staff()?;
    let all = v.query.all.is_some();
    let found = triage::queue(&v.hub, staff, all, &v.page_request()).await?;
    let here = if all { "/queue?all=yes" } else { "/queue" };
    page(&QueuePage { f: v.frame().await?, rows: found.rows, all, next: found.next, paged: v.paged(), here })
}

/// A look.
pub(crate) async fn get(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    let look = triage::look(&v.hub, v.caller().staff()?, id).await?;
    page(&LookPage {
        f: v.frame().await?,
        look,
        may_triage: v.caller().triager().is_ok(),
        verdicts: Verdict::ALL,
        mail_kinds: MailKind::ALL,
        attachment_kinds: AttachmentKind::ALL,
    })
}

/// The bytes as they came; logged like a look.
pub(crate) async fn raw(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    let bytes = triage::raw(&v.hub, v.caller().staff()?, id).await?;
    file(&format!("{id}.bin"), "application/octet-stream", bytes)
}

/// The verdict.
pub(crate) async fn triage(v: Visit, Id(id): Id<SubmissionId>, Form(fields): Form<Fields>) -> Answer {
    let triager = v.caller().triager()?;
    let region = |name: &str| fields.words(name).map(|r| r.to_ascii_uppercase());
    let read = TriageFields {
        verdict: Some(fields.read("verdict")?),
        mail_kind: fields.perhaps("mail_kind")?,
        attachment_kind: fields.perhaps("attachment_kind")?,
        sender_region: region("sender_region"),
        destination_region: region("destination_region"),
        campaign: fields.words("campaign"),
    };
    triage::triage(&v.hub, triager, id, read, fields.ticked("close")).await?;
    done(&format!("/queue/{id}"), "flash-triaged")
}

/// Opens a closed one again.
pub(crate) async fn reopen(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    triage::reopen(&v.hub, v.caller().triager()?, id).await?;
    done(&format!("/queue/{id}"), "flash-reopened")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{at, both, check_page, item_id, submission_id, unread};
    use model::role::OrgRole;
    use model::state::SubmissionState;
    use model::submission::{Door, Kind};

    fn row(state: SubmissionState) -> QueueRow {
        QueueRow {
            id: submission_id(),
            code: "7K3M-Q2XP-D".to_owned(),
            received_at: at(),
            door: Door::Taxii,
            kind: Kind::Mail,
            state,
            copies: 3,
            organisations: 2,
            alike: vec![both("本文がほぼ同じ", "nearly the same text")],
            suggestion: Some(Verdict::MassMailed),
            because: vec![both("配信停止の案内がある", "it offers to unsubscribe")],
            exercise: true,
            item: Some(item_id()),
            sealed: false,
        }
    }

    #[test]
    fn the_pages_in_both_languages() {
        let rows: Vec<QueueRow> = triage::WAITING.iter().map(|s| row(*s)).collect();
        let here = "/queue?all=yes";
        check_page("queue", OrgRole::Hub, |f| QueuePage {
            f,
            rows: rows.clone(),
            all: true,
            next: Some("x".into()),
            paged: false,
            here,
        });
        check_page("queue-empty", OrgRole::Hub, |f| QueuePage {
            f,
            rows: Vec::new(),
            all: false,
            next: None,
            paged: false,
            here,
        });
        let look = Look {
            row: row(SubmissionState::Closed),
            source: both("あさぎり電力", "Asagiri Power"),
            erased: false,
            sent: vec![("subject".to_owned(), "<請求書>".to_owned())],
            note: "経理に届きました。".to_owned(),
            finds: vec![("domain evil.example".to_owned(), vec!["alexa".to_owned()])],
            hints: vec![both("差出人と返信先が異なる", "replies go elsewhere")],
            unread: unread(),
            gate: vec![("/name".to_owned(), true), ("/description".to_owned(), false)],
            fields: TriageFields { mail_kind: Some(MailKind::Link), ..TriageFields::default() },
            seen_before: 4,
        };
        let erased = Look {
            erased: true,
            source: both("(消去済み)", "(erased)"),
            sent: Vec::new(),
            note: String::new(),
            finds: Vec::new(),
            ..look.clone()
        };
        for (name, look) in [("look", look), ("look-erased", erased)] {
            check_page(name, OrgRole::Hub, |f| LookPage {
                f,
                look: look.clone(),
                may_triage: true,
                verdicts: Verdict::ALL,
                mail_kinds: MailKind::ALL,
                attachment_kinds: AttachmentKind::ALL,
            });
        }
    }
}
