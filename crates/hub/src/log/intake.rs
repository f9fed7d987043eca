//! Leaves that accompany no other change (looks): many at once in one transaction.
//!
//! Whoever comes while a transaction is being written waits for the next one, which takes all that have come meanwhile. So two
//! thousand looks a second cost a few syncs, and each caller goes on only when its own leaf is on disk.

use crate::{Hub, HubError};
use std::sync::Mutex;
use store::NewLeaf;
use tokio::sync::oneshot;

type Waiting = (NewLeaf, oneshot::Sender<Result<(), HubError>>);

/// What waits, and the one who writes.
#[derive(Default)]
pub(crate) struct Intake {
    waiting: Mutex<Vec<Waiting>>,
    writing: tokio::sync::Mutex<()>,
}

/// Keeps a leaf. Durable when it returns.
pub(crate) async fn keep(hub: &Hub, leaf: NewLeaf) -> Result<(), HubError> {
    let intake = &hub.log.intake;
    let (done, mut told) = oneshot::channel();
    if let Ok(mut waiting) = intake.waiting.lock() {
        waiting.push((leaf, done));
    }
    loop {
        tokio::select! {
            biased;
            outcome = &mut told => return outcome.unwrap_or_else(|_| Err(HubError::Unavailable("log-intake".to_owned()))),
            _turn = intake.writing.lock() => {
                // A task of its own: a caller that goes away must not take others' leaves with it.
                let hub = hub.clone();
                let _ = tokio::spawn(async move { write(&hub).await }).await;
            }
        }
    }
}

async fn write(hub: &Hub) {
    let taken = hub.log.intake.waiting.lock().map(|mut all| std::mem::take(&mut *all)).unwrap_or_default();
    if taken.is_empty() {
        return;
    }
    let (leaves, told): (Vec<NewLeaf>, Vec<_>) = taken.into_iter().unzip();
    let outcome = append(hub, &leaves).await;
    for one in told {
        let said = match &outcome {
            Ok(()) => Ok(()),
            Err(why) => Err(HubError::Unavailable(why.to_string())),
        };
        // A caller that went away meanwhile has nothing to be told; its leaf is kept.
        let _ = one.send(said);
    }
}

async fn append(hub: &Hub, leaves: &[NewLeaf]) -> Result<(), HubError> {
    let mut tx = hub.store.write().await?;
    tx.append_leaves(leaves, hub.now()).await?;
    Ok(tx.commit().await?)
}
