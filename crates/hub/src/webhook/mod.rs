//! Telling addresses that a collection has news, so that their owners need not poll.
//!
//! Nothing is queued. What there is to tell is the difference between what an address was told and where its owner's feeds end, so an
//! address that was away hears once, and whoever never hears anything loses nothing. An address reads with its owner's audiences, as
//! a token of it would. Which one is told first is drawn anew each time.

mod message;

use crate::ops::taxii;
use crate::{Hub, HubError, Problem};
use client::webhook::{Message, Outcome, Sender, URL_BYTES_MAX, Unfit};
use jiff::{SignedDuration, Timestamp};
use message::Fresh;
use model::id::{OrgId, WebhookId};
use model::org::Roster;
use model::role::Scope;
use sharing::Caller;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::{WebhookRow, WebhookTold};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinSet;

/// Time between two looks at where the feeds end. Where nothing was added, a look reads one row or none.
const LOOK: Duration = Duration::from_millis(200);

/// Seconds after which addresses are read again though nothing seems due: another node may have died with its claims.
const READ_AGAIN_SECONDS: i64 = 10;

/// Seconds for which a node's claim holds: six times the longest delivery.
const LEASE_SECONDS: i64 = 60;

/// Deliveries under way at once. Each is a connection and little memory; a slow receiver holds one of them for ten seconds.
const AT_ONCE: usize = 64;

/// What the hub keeps for telling.
pub(crate) struct Webhooks {
    sender: Sender,
    under_way: Arc<Semaphore>,
    /// Rung when an address was added or tried.
    pub(crate) changed: Notify,
}

impl Webhooks {
    pub(crate) fn new(networks: Vec<ipnet::IpNet>) -> Self {
        let under_way = Arc::new(Semaphore::new(AT_ONCE));
        Self { sender: Sender::new(networks), under_way, changed: Notify::new() }
    }

    pub(crate) fn check(&self, url: &str) -> Result<(), HubError> {
        self.sender.check(url).map(drop).map_err(|why| HubError::Invalid("url", problem(why)))
    }
}

fn problem(why: Unfit) -> Problem {
    match why {
        Unfit::Long => Problem::BytesAtMost { most: URL_BYTES_MAX },
        Unfit::Form => Problem::NotAUrl,
        Unfit::Secrets => Problem::UrlSecrets,
        Unfit::Private => Problem::UrlPrivate,
    }
}

/// The secret of an address. It is derived, so no table and no backup holds it.
pub(crate) fn secret(hub: &Hub, id: WebhookId) -> Vec<u8> {
    hub.store.seals().tag("webhook", id.0.as_bytes())
}

/// Something to tell one address.
struct Task {
    row: WebhookRow,
    told_to: i64,
    message: Message,
}

/// Looks and tells until `stop` is true. What is under way then is told again by the next start: receivers know it by its id.
pub(crate) async fn run(hub: Hub, mut stop: watch::Receiver<bool>) {
    let mut round = Round::default();
    while !*stop.borrow() {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = hub.webhooks.changed.notified() => round.read_at = None,
            Some(done) = round.under_way.join_next() => round.told.extend(done.ok()),
            _ = stop.changed() => {}
        }
        if let Err(why) = round.turn(&hub).await {
            tracing::warn!(error = %why, "news could not be told; it is tried again");
        }
    }
}

/// Tells everything that is to be told now, and waits for it.
pub(crate) async fn tell_due(hub: &Hub) -> Result<(), HubError> {
    let mut round = Round::default();
    round.turn(hub).await?;
    while let Some(done) = round.under_way.join_next().await {
        round.told.extend(done.ok());
    }
    round.keep(hub).await
}

/// Sends a message that says nothing. The outcome is kept; an address that was given up is told of news again when it takes it.
pub(crate) async fn try_one(hub: &Hub, row: WebhookRow) -> Result<Outcome, HubError> {
    let now = hub.now();
    let id = hub.random::<16>(&format!("webhook-test/{}", row.organisation));
    let outcome = send(hub, &row, &message::test(&id, now)).await;
    let (tries, next_at, _) = message::after(0, outcome, now);
    let taken = matches!(outcome, Outcome::Taken(_));
    let ended = row.ended_at.is_some() && !taken;
    let told = WebhookTold { id: row.id, told_to: None, tries, next_at, outcome: outcome.class(), ended };
    let mut tx = hub.store.write().await?;
    tx.webhooks_told(&[told], now).await?;
    tx.commit().await?;
    hub.webhooks.changed.notify_one();
    Ok(outcome)
}

/// Where the feeds of an organisation end now, microseconds: what an address that it adds need not be told of.
pub(crate) async fn newest(hub: &Hub, roster: &Roster, org: OrgId) -> Result<i64, HubError> {
    let caller = reads_as(roster, org);
    let mut newest = 0;
    for collection in filled_by_the_hub(hub, &caller).await? {
        newest = newest.max(taxii::newest(hub, &caller, collection.id).await?.unwrap_or(0));
    }
    Ok(newest)
}

fn reads_as(roster: &Roster, org: OrgId) -> Caller {
    let roles = roster.organisation(org).map(|one| one.roles.clone()).unwrap_or_default();
    Caller::token(org, roles, [Scope::Read].into())
}

/// An owner knows what it posted itself.
async fn filled_by_the_hub(hub: &Hub, caller: &Caller) -> Result<Vec<taxii::Collection>, HubError> {
    let all = taxii::collections(hub, caller).await?;
    Ok(all.iter().filter(|one| one.slug != taxii::OWN).cloned().collect())
}

async fn send(hub: &Hub, row: &WebhookRow, message: &Message) -> Outcome {
    let secret = secret(hub, row.id);
    hub.webhooks.sender.tell(&row.url, &secret, message, hub.now().as_second()).await
}

/// One node's telling: what is under way, and what came of it but is not on disk.
#[derive(Default)]
struct Round {
    under_way: JoinSet<(WebhookRow, WebhookTold)>,
    told: Vec<(WebhookRow, WebhookTold)>,
    /// Where the feed stood when addresses were read last.
    feed: i64,
    read_at: Option<Timestamp>,
    /// When the first address is due that could not be told yet.
    due: Option<Timestamp>,
    /// Whether nobody wants to be told: then the feed is not looked at either.
    idle: bool,
}

impl Round {
    async fn turn(&mut self, hub: &Hub) -> Result<(), HubError> {
        while let Some(done) = self.under_way.try_join_next() {
            self.told.extend(done.ok());
        }
        self.keep(hub).await?;
        if self.is_time(hub).await? {
            self.begin(hub).await?;
        }
        Ok(())
    }

    async fn is_time(&mut self, hub: &Hub) -> Result<bool, HubError> {
        let now = hub.now();
        let again =
            self.read_at.and_then(|at| at.checked_add(SignedDuration::from_secs(READ_AGAIN_SECONDS)).ok());
        if again.is_none_or(|again| again <= now) || self.due.is_some_and(|due| due <= now) {
            return Ok(true);
        }
        Ok(!self.idle && crate::fresh::epoch(hub).await?.feed != self.feed)
    }

    /// Reads the addresses, claims those that have something to hear, and starts telling them. Cost: one row an address.
    async fn begin(&mut self, hub: &Hub) -> Result<(), HubError> {
        let now = hub.now();
        let feed = crate::fresh::epoch(hub).await?.feed;
        let mut tx = hub.store.read().await?;
        let rows = tx.webhooks().await?;
        let roster = if rows.is_empty() { Roster::default() } else { tx.roster().await? };
        drop(tx);
        (self.feed, self.read_at, self.due, self.idle) = (feed, Some(now), None, rows.is_empty());
        let mut tasks = BTreeMap::new();
        for row in rows {
            let Some(task) = task(hub, &roster, &row).await? else { continue };
            if row.next_at <= now {
                tasks.insert(row.id, task);
            } else {
                self.due = Some(self.due.map_or(row.next_at, |due| due.min(row.next_at)));
            }
        }
        if tasks.is_empty() {
            return Ok(());
        }
        let until = now.checked_add(SignedDuration::from_secs(LEASE_SECONDS)).unwrap_or(now);
        let mut tx = hub.store.write_aside().await?;
        let rows: Vec<&WebhookRow> = tasks.values().map(|task| &task.row).collect();
        let mine = tx.claim_webhooks(&rows, now, until).await?;
        tx.commit().await?;
        let mut mine: Vec<Task> = mine.iter().filter_map(|id| tasks.remove(id)).collect();
        mine.sort_by_cached_key(|_| hub.random::<8>("webhook-order"));
        for task in mine {
            self.under_way.spawn(tell(hub.clone(), task));
        }
        Ok(())
    }

    /// Writes what came of the telling; what could not be written waits for the next turn.
    async fn keep(&mut self, hub: &Hub) -> Result<(), HubError> {
        if self.told.is_empty() {
            return Ok(());
        }
        let told: Vec<WebhookTold> = self.told.iter().map(|(_, told)| told.clone()).collect();
        let mut tx = hub.store.write_aside().await?;
        tx.webhooks_told(&told, hub.now()).await?;
        for (row, told) in self.told.iter().filter(|(_, told)| told.ended) {
            tracing::warn!(webhook = %row.id, outcome = told.outcome, "an address took no news for days: given up");
            crate::notices::notify_asked(hub, &mut tx, row.organisation, "webhook-ended").await?;
        }
        tx.commit().await?;
        self.told.clear();
        // what was added while they were told is told now
        self.read_at = None;
        Ok(())
    }
}

/// What an address has to hear, `None` for nothing.
async fn task(hub: &Hub, roster: &Roster, row: &WebhookRow) -> Result<Option<Task>, HubError> {
    let caller = reads_as(roster, row.organisation);
    let (mut fresh, mut told_to) = (Vec::new(), row.told_to);
    for collection in filled_by_the_hub(hub, &caller).await? {
        let last = taxii::newest(hub, &caller, collection.id).await?;
        if let Some(last) = last.filter(|last| *last > row.told_to) {
            fresh.push(Fresh::new(collection.id, collection.slug, row.told_to, last));
            told_to = told_to.max(last);
        }
    }
    if fresh.is_empty() {
        return Ok(None);
    }
    let named = [row.id.0.as_bytes().as_slice(), &told_to.to_be_bytes()].concat();
    let id = hub.store.seals().tag("webhook-message", &named);
    Ok(Some(Task { message: message::news(&id, &fresh, told_to), row: row.clone(), told_to }))
}

async fn tell(hub: Hub, task: Task) -> (WebhookRow, WebhookTold) {
    let permit = Arc::clone(&hub.webhooks.under_way).acquire_owned().await;
    let outcome = send(&hub, &task.row, &task.message).await;
    drop(permit);
    let (tries, next_at, ended) = message::after(task.row.tries, outcome, hub.now());
    let told_to = matches!(outcome, Outcome::Taken(_)).then_some(task.told_to);
    metrics::counter!("noroshi_webhooks_total", "outcome" => outcome.class()).increment(1);
    let told = WebhookTold { id: task.row.id, told_to, tries, next_at, outcome: outcome.class(), ended };
    (task.row, told)
}
