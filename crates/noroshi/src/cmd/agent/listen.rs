//! The hub's call: a standing connection on which it says that there is news, so that the agent looks at once and not at its next turn.
//!
//! Nothing depends on it. A proxy that lets no such connection through, or a hub that is away, leaves the agent with its own turns.

use super::status::Status;
use super::{BACK_OFF_SECONDS_MAX, back_off};
use client::ClientError;
use client::hub::HubClient;
use tokio::sync::Notify;

/// The collection of everything that the member may read, exercises apart: those wait for the agent's turn.
const COLLECTION: &str = "all";

/// Listens for ever, and wakes whoever looks.
pub(super) async fn listen(client: &HubClient, called: &Notify, status: &Status) {
    let (mut known, mut failures) = (None, 0);
    loop {
        let heard = connection(client, called, status, &mut known).await;
        status.called(false);
        failures = if heard.is_ok() { 0 } else { failures + 1 };
        tokio::time::sleep(back_off(1, failures, BACK_OFF_SECONDS_MAX)).await;
    }
}

async fn connection(
    client: &HubClient,
    called: &Notify,
    status: &Status,
    known: &mut Option<String>,
) -> Result<(), ClientError> {
    let mut news = client.news(COLLECTION, known.as_deref()).await?;
    status.called(true);
    while let Some(id) = news.next().await? {
        *known = Some(id);
        called.notify_one();
    }
    Ok(())
}
