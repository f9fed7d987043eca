//! The one way from a report to a submission: the technical part, with the source's own act, and always by the slot.

use crate::ops::submit::{NewSubmission, Receipt, submit};
use crate::{Hub, HubError, Problem};
use model::consent::Delay;
use model::id::IncidentId;
use model::report::technical::technical;
use model::submission::{Door, Kind};
use sharing::caller::AsReporter;
use sharing::report::AsFiler;

/// Submits the attack technical information of an incident. From here on it is a submission like any other: read, drafted,
/// put to its source, gated. The hub learns nothing of the incident; no row ties the two together.
///
/// # Errors
/// `NotFound`; `Invalid` when there is nothing technical in it; as for submitting.
pub async fn share(
    hub: &Hub,
    filer: AsFiler,
    source: AsReporter,
    id: IncidentId,
    door: Door,
) -> Result<Receipt, HubError> {
    let view = super::incident::show(hub, filer, id).await?;
    let text = technical(&view.facts).ok_or(HubError::Invalid("facts", Problem::NothingTechnical))?;
    let new = NewSubmission {
        bytes: text.into_bytes(),
        kind: Some(Kind::Text),
        filename: None,
        note: String::new(),
        door,
        // never `now`: the moment of a report would tell who was hit
        delay: Delay::Slot,
        exercise: view.exercise,
        idempotency_key: None,
        seen: None,
    };
    submit(hub, source, new).await
}
