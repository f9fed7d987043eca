//! What was said on the telephone or came by fax, recorded by hub staff on somebody's behalf. Anybody can say a name: whoever records it
//! has called a person back whose number stands in the register, and says whom.

use crate::ledger::{leaf, look};
use crate::ops::submit::{NewSubmission, Receipt, check, keep};
use crate::ops::words;
use crate::{Hub, HubError, Problem};
use model::consent::Delay;
use model::id::{OrgId, PersonId};
use model::lang::Bilingual;
use model::submission::{Door, Kind, Medium};
use sha2::{Digest, Sha256};
use sharing::caller::AsTriager;
use store::Tx;

/// The longest name of a caller, in characters; that of an account has as many.
const CALLER_CHARS_MAX: usize = 100;

/// What was said, or came by fax.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// On whose behalf.
    pub organisation: OrgId,
    /// The words.
    pub text: String,
    /// The way they came.
    pub medium: Medium,
    /// Who called or sent the fax, as that person said it.
    pub caller: Option<String>,
    /// Who was called back: somebody of the organisation whose number is registered.
    pub called_back: PersonId,
    /// The scanned fax, its name and bytes: then it is what is kept, and the words stand beside it.
    pub file: Option<(Option<String>, Vec<u8>)>,
}

/// Somebody who can be called back.
#[derive(Clone, Debug)]
pub struct Callable {
    /// Who.
    pub person: PersonId,
    /// Its name.
    pub name: String,
    /// Its registered number.
    pub phone: String,
}

/// Whom of an organisation to call back before anything is recorded in its name. The look is a leaf: numbers are contacts of people.
///
/// # Errors
/// `NotFound` for an organisation that is not here.
pub async fn to_call(
    hub: &Hub,
    triager: AsTriager,
    org: OrgId,
) -> Result<(Bilingual, Vec<Callable>), HubError> {
    let mut tx = hub.store.read().await?;
    let roster = tx.roster().await?;
    roster.organisation(org).ok_or(HubError::NotFound)?;
    let people = callable(&mut tx, org).await?;
    if !people.is_empty() {
        // a leaf is found in clear by its first field: with the organisation there, this row and that of the call, a minute later,
        // would together name a source
        let entry = [
            ("office", triager.office.to_string()),
            ("person", triager.person.to_string()),
            ("organisation", org.to_string()),
        ];
        look(hub, "look-phones", &entry).await?;
    }
    Ok((words::name(&roster, org), people))
}

async fn callable(tx: &mut Tx, org: OrgId) -> Result<Vec<Callable>, HubError> {
    let mut out = Vec::new();
    for row in tx.people_of(org).await? {
        let person = row.id()?;
        if let Some(phone) = row.phone {
            out.push(Callable { person, name: row.name, phone });
        }
    }
    Ok(out)
}

/// Hub staff records what somebody said, on its organisation's behalf, after calling back.
///
/// # Errors
/// `Invalid` without words, and when the person who was called back is not of the organisation or has no number; `NotFound` for an
/// organisation that is not here; `TooLarge`.
pub async fn on_behalf(hub: &Hub, triager: AsTriager, spoken: Spoken) -> Result<Receipt, HubError> {
    let (org, person) = (spoken.organisation, spoken.called_back);
    let (mut new, said) = kept(spoken)?;
    check(&new)?;
    let tag = hub.store.seals().source_tag(org);
    let hash = Sha256::digest(&new.bytes).to_vec();
    let mut tx = hub.store.write().await?;
    tx.organisation_roles(org).await?.ok_or(HubError::NotFound)?;
    let called = callable(&mut tx, org).await?.into_iter().find(|one| one.person == person);
    let called = called.ok_or(HubError::Invalid("called_back", Problem::CallBack))?;
    new.note = format!("called back: {}, {}\n{said}", called.name, called.phone);
    let receipt = keep(hub, &mut tx, org, &new, &tag, &hash).await?;
    // who was called stands in the note, which goes with the submission's key: here it would say whose it was after an erasure
    let entry = [("submission", receipt.id.to_string()), ("person", triager.person.to_string())];
    leaf(hub, &mut tx, "recorded", &entry).await?;
    tx.commit().await?;
    hub.wake.notify_one();
    Ok(receipt)
}

/// What is kept of it as the submission, and what is noted beside it.
fn kept(spoken: Spoken) -> Result<(NewSubmission, String), HubError> {
    let caller = spoken.caller.as_deref().map(str::trim).unwrap_or_default();
    if caller.chars().count() > CALLER_CHARS_MAX || caller.chars().any(char::is_control) {
        return Err(HubError::Invalid("caller", Problem::CharsAtMost { most: CALLER_CHARS_MAX }));
    }
    let mut said = format!("by {}", spoken.medium);
    if !caller.is_empty() {
        said.push_str(&format!("\ncaller: {caller}"));
    }
    let text = spoken.text.trim();
    let (bytes, kind, filename) = match spoken.file {
        Some((name, bytes)) => {
            said.push_str(&format!("\n\n{text}"));
            (bytes, None, name)
        }
        None => (text.as_bytes().to_vec(), Some(Kind::Text), None),
    };
    let new = NewSubmission {
        bytes,
        kind,
        filename,
        note: String::new(),
        door: Door::Staff,
        delay: Delay::Slot,
        exercise: false,
        idempotency_key: None,
        seen: None,
    };
    Ok((new, said))
}
