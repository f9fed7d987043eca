//! Sending: a file or pasted text, kept before anything is parsed; then the receipt.

use crate::web::fault::Fault;
use crate::web::frame::Frame;
use crate::web::upload::Upload;
use crate::web::visit::{Answer, Id, Visit, page};
use askama::Template;
use axum::response::{IntoResponse, Redirect};
use hub::ops::mine::{self, MyRow};
use hub::ops::submit::{self, NewSubmission};
use hub::{HubError, Problem};
use model::consent::Delay;
use model::id::SubmissionId;
use model::submission::{Door, Kind};

#[derive(Template)]
#[template(path = "send.html")]
struct SendPage {
    f: Frame,
    kinds: &'static [Kind],
    /// The newest checkpoint of the log: sent back with the form, it shows that what is sent is not older.
    seen: String,
    /// By which two sendings of one form are one submission.
    once: String,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage {
    f: Frame,
    row: MyRow,
}

/// The form.
pub(crate) async fn get(v: Visit) -> Answer {
    let source = v.caller().reporter()?;
    let seen = hub::log::seen_now(&v.hub)?;
    page(&SendPage { f: v.frame().await?, kinds: Kind::ALL, seen, once: submit::once(&v.hub, source) })
}

/// Keeps what was sent.
pub(crate) async fn post(v: Visit, upload: Upload) -> Answer {
    let source = v.caller().reporter()?;
    let receipt = submit::submit(&v.hub, source, submission(upload)?).await?;
    Ok(Redirect::to(&format!("/submissions/{}/receipt", receipt.id)).into_response())
}

/// What a form means: the file when there is one, else the pasted text.
fn submission(upload: Upload) -> Result<NewSubmission, Fault> {
    let fields = &upload.fields;
    let (bytes, filename) = match upload.file {
        Some((name, bytes)) => (bytes, name),
        None => (fields.one("text").as_bytes().to_vec(), None),
    };
    if bytes.is_empty() {
        return Err(Fault::Hub(HubError::Invalid("file", Problem::NothingInIt)));
    }
    let new = NewSubmission {
        bytes,
        kind: fields.perhaps("kind")?,
        filename,
        note: fields.one("note").to_owned(),
        door: Door::Web,
        delay: fields.perhaps("delay")?.unwrap_or(Delay::Slot),
        exercise: fields.ticked("exercise"),
        idempotency_key: None,
        seen: fields.perhaps("checkpoint")?,
    };
    Ok(new.by_form(fields.one("once")))
}

/// The receipt: its code in letters that can be read aloud.
pub(crate) async fn receipt(v: Visit, Id(id): Id<SubmissionId>) -> Answer {
    let view = mine::show(&v.hub, v.caller().source()?, id).await?;
    page(&ReceiptPage { f: v.frame().await?, row: view.row })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::fields::Fields;
    use crate::web::samples::{check_page, my_row};
    use model::role::OrgRole;

    fn upload(pairs: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Upload {
        let fields = Fields::new(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect());
        Upload { fields, file: file.map(|(name, bytes)| (Some(name.to_owned()), bytes.to_vec())) }
    }

    #[test]
    fn the_file_goes_before_the_text() {
        let new =
            submission(upload(&[("text", "words"), ("delay", "now")], Some(("a.eml", b"bytes")))).unwrap();
        assert_eq!(
            (new.bytes, new.filename, new.delay),
            (b"bytes".to_vec(), Some("a.eml".to_owned()), Delay::Now)
        );
        let new =
            submission(upload(&[("text", " words "), ("kind", "text"), ("exercise", "yes")], None)).unwrap();
        assert_eq!(
            (new.bytes, new.kind, new.delay, new.exercise),
            (b"words".to_vec(), Some(Kind::Text), Delay::Slot, true)
        );
    }

    #[test]
    fn nothing_and_rubbish_are_refused() {
        assert!(submission(upload(&[("text", "  ")], None)).is_err());
        assert!(submission(upload(&[("text", "x"), ("kind", "rubbish")], None)).is_err());
    }

    #[test]
    fn the_pages_in_both_languages() {
        check_page("send", OrgRole::Member, |f| SendPage {
            f,
            kinds: Kind::ALL,
            seen: "bG9n".to_owned(),
            once: "b25jZQ".to_owned(),
        });
        let row = MyRow { exercise: true, ..my_row() };
        check_page("receipt", OrgRole::Member, |f| ReceiptPage { f, row: row.clone() });
    }
}
