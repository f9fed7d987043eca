//! Brings rows that earlier versions wrote under hashes that joined what must not be joined to hashes of one purpose each: an
//! asker's threads with one another, an organisation's incidents with its submissions, held mails with a name. An older node beside this one
//! still finds its rows until the daily job comes.

use crate::ops::{intake, question, report};
use crate::{Hub, HubError};
use model::id::OrgId;
use std::collections::HashMap;
use store::Tx;

pub(super) async fn all(hub: &Hub, tx: &mut Tx) -> Result<(), HubError> {
    intake::hide(hub, tx).await?;
    let mut orgs: Vec<OrgId> = tx.roster().await?.organisations.iter().map(|org| org.id).collect();
    orgs.extend(tx.departed().await?.into_iter().map(|(org, _)| org));
    let mut askers = HashMap::new();
    for org in orgs {
        let [now, before] = report::owner_tags(hub, org);
        tx.move_incidents(&before, &now).await?;
        askers.insert(question::asker_tag_before(hub, org), org);
    }
    for thread in tx.threads(None).await? {
        if let Some(org) = askers.get(&thread.asker) {
            tx.move_thread(thread.id, &question::asker_tag(hub, *org, thread.subject)).await?;
        }
    }
    Ok(())
}
