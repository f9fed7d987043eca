//! Checks: asking, the asker's board, what an organisation was put and answers, the one-time links of suppliers.
//!
//! Unnamed asks about one item to one organisation share one put on the hub's own terms, so that neither the asked organisation
//! nor another asker can tell how many there are; `model::check::term` says when an asker is told what.

pub mod ask;
pub mod board;
pub mod link;
pub mod put;
pub mod slip;
pub mod talk;

use crate::{Hub, HubError};
use model::check::{CheckAct, CheckAnswer};
use model::id::{OrgId, PutId};
use model::state::Actor;
use store::{AskRow, CheckAnswerRow, CheckContactRow, Tx};

/// The key under which answers and askers are sealed.
const SEAL: &str = "check";

fn asker_tag(hub: &Hub, org: OrgId) -> Vec<u8> {
    hub.store.seals().tag("check-asker", org.0.as_bytes())
}

fn seal(hub: &Hub, context: &str, plain: &[u8]) -> Result<Vec<u8>, HubError> {
    Ok(hub.store.seals().hub_key(SEAL).seal(hub.random("check-seal"), context, plain)?)
}

fn open(hub: &Hub, context: &str, sealed: &[u8]) -> Result<Vec<u8>, HubError> {
    Ok(hub.store.seals().hub_key(SEAL).open(context, sealed)?)
}

fn answer_context(put: PutId) -> String {
    format!("answer {put}")
}

fn opened_answer(hub: &Hub, put: PutId, row: &CheckAnswerRow) -> Result<CheckAnswer, HubError> {
    let plain = open(hub, &answer_context(put), &row.sealed)?;
    Ok(serde_json::from_slice(&plain).map_err(store::StoreError::from)?)
}

/// Ends what an organisation that leaves has asked, what was put to it, every link to that, its contracts and addresses.
pub(crate) async fn leave(hub: &Hub, tx: &mut Tx, org: OrgId) -> Result<(), HubError> {
    for own in tx.open_asks_of(&asker_tag(hub, org)).await? {
        ask::end(hub, tx, &own).await?;
    }
    tx.forget_supplier(org).await?;
    for put in tx.open_puts_to(org).await? {
        if let Ok(to) = put.state.after(CheckAct::Close, Actor::Machine) {
            tx.move_put(put.id, put.state, to, false, hub.now()).await?;
        }
    }
    Ok(())
}

/// Who asked, opened for naming it to whom it wished to be named.
fn asker(hub: &Hub, ask: &AskRow) -> Result<OrgId, HubError> {
    let plain = open(hub, &format!("asker {}", ask.id), &ask.asker_sealed)?;
    let id = uuid::Uuid::from_slice(&plain).map_err(|_| HubError::Unavailable("row".to_owned()))?;
    Ok(OrgId(id))
}

/// The address of a contact.
pub(crate) fn contact_address(hub: &Hub, contact: &CheckContactRow) -> Result<String, HubError> {
    let plain = open(hub, &format!("contact {}", contact.id), &contact.sealed)?;
    String::from_utf8(plain).map_err(|_| HubError::Unavailable("row".to_owned()))
}
