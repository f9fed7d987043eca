//! The decision to release, the rule that replaces it, and recall.

use crate::{Hub, HubError};
use jiff::Timestamp;
use model::consent::MachineRule;
use model::id::ItemId;
use model::item::RecallReason;
use model::lang::Bilingual;
use sharing::caller::{AsReleaser, AsStaff};

/// Lets an item leave at its sources' delay class. The releaser is another person than the analyst.
pub async fn release(hub: &Hub, releaser: AsReleaser, id: ItemId) -> Result<Timestamp, HubError> { todo!() }

/// Recalls an item: every holder is told on the channel it got the item by.
pub async fn recall(hub: &Hub, releaser: AsReleaser, id: ItemId, reason: RecallReason) -> Result<(), HubError> { todo!() }

/// Who holds a recalled item and has (not) confirmed its removal: (organisation, channels, confirmed at).
pub async fn recall_board(hub: &Hub, staff: AsStaff, id: ItemId) -> Result<Vec<(Bilingual, Vec<String>, Option<Timestamp>)>, HubError> { todo!() }

/// The machine-release rule.
pub async fn rule(hub: &Hub, staff: AsStaff) -> Result<MachineRule, HubError> { todo!() }

/// Changes the rule; a leaf.
pub async fn set_rule(hub: &Hub, releaser: AsReleaser, rule: MachineRule) -> Result<(), HubError> { todo!() }
