//! An incident from a file of others: a record of the VERIS vocabulary becomes facts, and what has no place among them stays beside
//! them as it came.

use crate::web::fault::Fault;
use crate::web::upload::Upload;
use crate::web::visit::{Answer, Visit};
use axum::response::{IntoResponse, Redirect};
use hub::ops::report::incident::{self, NewIncident};
use hub::{HubError, Problem};
use model::report::Facts;
use model::report::veris;

/// Opens the incident; the next page asks what is still missing and whom to tell.
pub(crate) async fn post(v: Visit, upload: Upload) -> Answer {
    let filer = v.caller().filer()?;
    let facts =
        facts(&upload).map_err(|value| Fault::Hub(HubError::Invalid("file", Problem::NotVeris { value })))?;
    let new = NewIncident { facts, addresses: Vec::new(), exercise: false };
    let opened = incident::open(&v.hub, filer, new).await?;
    Ok(Redirect::to(&format!("/incidents/{}/edit", opened.id)).into_response())
}

fn facts(upload: &Upload) -> Result<Facts, String> {
    let bytes = upload.file.as_ref().map_or(&[][..], |(_, bytes)| bytes);
    let record = serde_json::from_slice(bytes).map_err(|why| why.to_string())?;
    veris::import(record).map_err(|why| why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::fields::Fields;

    #[test]
    fn a_record_is_read_or_refused_with_the_place() {
        let read = |bytes: &[u8]| {
            let file = Some((Some("a.json".to_owned()), bytes.to_vec()));
            facts(&Upload { fields: Fields::new(Vec::new()), file })
        };
        let good = br#"{"schema_version":"1.3","security_incident":"Near miss","summary":"Nearly."}"#;
        assert!(read(good).is_ok_and(|facts| facts.foreign.is_some()));
        assert!(read(b"{").is_err_and(|why| why.contains("line 1")));
        assert!(read(b"[]").is_err());
        assert!(facts(&Upload { fields: Fields::new(Vec::new()), file: None }).is_err());
    }
}
