//! What was read in a submission, sealed beside its raw bytes: for its source and for hub staff, never for a reader.

use crate::unread::{self, Unread};
use crate::{Hub, HubError};
use model::id::{OrgId, SubmissionId};
use model::item::{Dropped, ItemContent, Slot};
use model::lang::Bilingual;
use model::submission::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{SubmissionRow, Tx};

/// Everything that reading found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Reading {
    /// What was sent, as a person reads it: (label key, text).
    pub(crate) sent: Vec<(String, String)>,
    /// What may leave, before any decision.
    pub(crate) part: ItemContent,
    /// What stays, and why.
    pub(crate) dropped: Vec<Dropped>,
    /// Free words that the source can restore.
    pub(crate) slots: Vec<Slot>,
    /// Values of the part that name the source: (path, value).
    pub(crate) names_you: Vec<(String, String)>,
    /// Indicators that warning lists know: (`kind value`, lists).
    pub(crate) labels: Vec<(String, Vec<String>)>,
    /// What speaks for one verdict or another.
    pub(crate) hints: Vec<Bilingual>,
    /// What speaks for the suggested one.
    pub(crate) because: Vec<Bilingual>,
    /// The suggestion.
    pub(crate) suggestion: Option<Verdict>,
    /// By what it joined its near-duplicates, in words.
    pub(crate) alike: Vec<Bilingual>,
    /// What could not be read, in English: the version before reads this, and knows nothing of `unread`. `with_unread` writes
    /// both, `take_unread` reads them.
    pub(crate) problems: Vec<String>,
    /// The same as values, one beside each sentence; empty in what the version before kept.
    pub(crate) unread: Vec<Unread>,
    /// Protective markings in attachments.
    pub(crate) markings: Vec<String>,
}

impl Reading {
    /// Keeps what could not be read: the sentences where programs of the version before look for them, the values beside.
    pub(crate) fn with_unread(self, unread: Vec<Unread>) -> Self {
        Self { problems: unread.iter().map(|one| one.text.clone()).collect(), unread, ..self }
    }

    /// What could not be read, taken out.
    pub(crate) fn take_unread(&mut self) -> Vec<Unread> {
        unread::joined(std::mem::take(&mut self.problems), std::mem::take(&mut self.unread))
    }
}

/// The parts of a submission that are sealed.
pub(crate) const RAW: &str = "raw";
pub(crate) const NOTE: &str = "note";
pub(crate) const READING: &str = "reading";
/// The person who forwarded it by mail, to whom the verdict goes.
pub(crate) const SENDER: &str = "sender";
/// That it is itself the mail which its source sent to the door, or what is left of that.
pub(crate) const CARRIER: &str = "carrier";
/// What is left of the mail to which it was attached, or that mail's header lines.
pub(crate) const OUTER: &str = "outer";

/// Seals a part of a submission and puts it into the transaction.
pub(crate) async fn put(
    hub: &Hub,
    tx: &mut Tx,
    id: SubmissionId,
    part: &str,
    plain: &[u8],
) -> Result<(), HubError> {
    let sealed = hub.store.seals().key(id)?.seal(hub.random("seal"), &context(id, part), plain)?;
    tx.put_sealed(id, part, &sealed).await?;
    Ok(())
}

/// Opens a part; `None` when it was never there or its key was destroyed.
pub(crate) async fn get(
    hub: &Hub,
    tx: &mut Tx,
    id: SubmissionId,
    part: &str,
) -> Result<Option<Vec<u8>>, HubError> {
    let Some(sealed) = tx.sealed(id, part).await? else { return Ok(None) };
    match hub.store.seals().key(id) {
        Ok(key) => Ok(Some(key.open(&context(id, part), &sealed)?)),
        Err(store::StoreError::Erased) => Ok(None),
        Err(why) => Err(why.into()),
    }
}

/// What was read in it; an empty reading before the job ran or after erasure.
pub(crate) async fn reading(hub: &Hub, tx: &mut Tx, id: SubmissionId) -> Result<Reading, HubError> {
    let bytes = get(hub, tx, id, READING).await?;
    Ok(match bytes {
        Some(bytes) => serde_json::from_slice(&bytes).map_err(store::StoreError::from)?,
        None => Reading::default(),
    })
}

/// What was read in each of these; those without a reading are absent.
pub(crate) async fn readings(
    hub: &Hub,
    tx: &mut Tx,
    ids: &[SubmissionId],
) -> Result<HashMap<SubmissionId, Reading>, HubError> {
    let mut out = HashMap::with_capacity(ids.len());
    for (id, sealed) in tx.sealed_of(ids, READING).await? {
        let key = match hub.store.seals().key(id) {
            Ok(key) => key,
            Err(store::StoreError::Erased) => continue,
            Err(why) => return Err(why.into()),
        };
        let plain = key.open(&context(id, READING), &sealed)?;
        out.insert(id, serde_json::from_slice(&plain).map_err(store::StoreError::from)?);
    }
    Ok(out)
}

/// Seals the source's identifier under its submission's key.
pub(crate) fn seal_source(
    hub: &Hub,
    key: &store::seal::SealKey,
    id: SubmissionId,
    org: OrgId,
) -> Result<Vec<u8>, HubError> {
    Ok(key.seal(hub.random("seal"), &context(id, "source"), org.0.as_bytes())?)
}

/// Who sent it. The machine needs it for consent and bands; staff sees it by a logged look.
pub(crate) fn source(hub: &Hub, row: &SubmissionRow) -> Result<OrgId, HubError> {
    let plain = hub.store.seals().key(row.id)?.open(&context(row.id, "source"), &row.source_sealed)?;
    let id = uuid::Uuid::from_slice(&plain).map_err(|_| store::StoreError::Sealed)?;
    Ok(OrgId(id))
}

/// Who sent it, `None` once it was erased.
pub(crate) fn source_unless_erased(hub: &Hub, row: &SubmissionRow) -> Result<Option<OrgId>, HubError> {
    match hub.store.seals().key(row.id) {
        Err(store::StoreError::Erased) => Ok(None),
        Err(why) => Err(why.into()),
        Ok(_) => source(hub, row).map(Some),
    }
}

fn context(id: SubmissionId, part: &str) -> String {
    format!("{id}/{part}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_again(kept: &str) -> Vec<Unread> {
        serde_json::from_str::<Reading>(kept).unwrap().take_unread()
    }

    #[test]
    fn what_could_not_be_read_is_kept_with_its_values() {
        let fault = stix::Fault::new("required", "/objects/3/type", "the property \"type\" is missing");
        let told = vec![Unread::of_stix(stix::Fault { values: vec!["type".to_owned()], ..fault })];
        let kept = serde_json::to_string(&Reading::default().with_unread(told.clone())).unwrap();
        assert_eq!(read_again(&kept), told);
        assert_eq!(told[0].text, "/objects/3/type: the property \"type\" is missing");
    }

    /// Neighbouring versions run side by side: each reads what the other kept.
    #[test]
    fn the_version_before_had_sentences_alone() {
        let told = read_again(r#"{"problems":["line 3: no indicator in: x"]}"#);
        assert_eq!((told.len(), told[0].text.as_str()), (1, "line 3: no indicator in: x"));
        assert_eq!((told[0].code.as_str(), &told[0].place), ("", &unread::Place::Whole));
        let fault = Unread::of_stix(stix::Fault::new("truncated", "", "the text ends"));
        let kept = serde_json::to_value(Reading::default().with_unread(vec![fault])).unwrap();
        assert_eq!(kept["problems"], serde_json::json!(["the text ends"]));
    }
}
