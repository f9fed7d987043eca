//! The beat: at a constant pace a fixed number of leaves gets places, dummies where nothing waits.
//!
//! One transaction takes the turn, gives the places, writes the bundle and grows the state, on the condition that the state is
//! still what the turn began with. After its commit the order stands; tiles, signature and cosignatures follow, and are made up
//! for after a crash. Of several nodes the one that holds the turn beats, the others follow its files.

use crate::log::writer::{self, LEAF_BYTES, Writer};
use crate::log::{Beat, key, witnesses};
use crate::{Hub, HubError, ledger};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;
use store::{CheckpointRow, LogState, Tx};
use tlog::tile::TILE_WIDTH;

/// Seconds for which a node keeps the turn: after a crash another beats two beats later.
const TURN_SECONDS: i64 = 90;

/// The most leaves of one transaction with the beat off. More would keep other writers of SQLite waiting for longer than 50 ms.
const BATCH_MAX: u32 = 2048;

/// Milliseconds between two looks with the beat off.
const OFF_MILLIS: u64 = 5;

/// The longest sleep: the turn of a node that died is noticed after it.
const NAP: Duration = Duration::from_secs(5);

/// Minutes of waiting after which the queue is an alarm.
pub const ALARM_MINUTES: i64 = 5;

/// What a look at the clock led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beaten {
    /// Leaves got places: so many real ones, so many dummies.
    Grown {
        /// Leaves of acts.
        real: u32,
        /// Leaves of nothing.
        dummies: u32,
    },
    /// Not yet: at this time.
    Waits(Timestamp),
    /// Another node beats; this one has followed it.
    Followed,
}

/// Beats until `stop`. A disk that does not confirm a sync ends the process.
pub async fn run(hub: Hub, mut stop: tokio::sync::watch::Receiver<bool>) {
    while !*stop.borrow() {
        let nap = match beat(&hub).await {
            Ok(Beaten::Grown { .. }) if hub.settings.log.beat == Beat::Off => Duration::ZERO,
            Ok(Beaten::Waits(at)) => until(&hub, at),
            Ok(_) => Duration::from_millis(200),
            Err(HubError::Unavailable(class)) if class == "sync" => {
                tracing::error!("the disk did not confirm what was written: the process ends");
                std::process::abort();
            }
            Err(why) => {
                tracing::error!(error = %why, "no beat; it is tried again");
                NAP
            }
        };
        if nap.is_zero() {
            tokio::task::yield_now().await;
            continue;
        }
        tokio::select! {
            () = tokio::time::sleep(nap) => {}
            _ = stop.changed() => {}
        }
    }
}

fn until(hub: &Hub, at: Timestamp) -> Duration {
    if hub.settings.log.beat == Beat::Off {
        return Duration::from_millis(OFF_MILLIS);
    }
    let left = Duration::try_from(at.duration_since(hub.now())).unwrap_or_default();
    left.clamp(Duration::from_millis(1), NAP)
}

/// One look at the clock: beats when it is time and this node's turn. A look that finds nothing to do writes nothing.
///
/// # Errors
/// `Unavailable`, with the class of what is wrong.
pub async fn beat(hub: &Hub) -> Result<Beaten, HubError> {
    let mut held = hub.log.writer.lock().await;
    loop {
        if let Some(at) = rests(hub, held.as_ref()).await? {
            return Ok(Beaten::Waits(at));
        }
        if let Some(beaten) = turn(hub, &mut held).await? {
            return Ok(beaten);
        }
    }
}

/// When to look again, if the files are where the database is and nothing is due.
async fn rests(hub: &Hub, writer: Option<&Writer>) -> Result<Option<Timestamp>, HubError> {
    let mut tx = hub.store.read().await?;
    let state = tx.log_state().await?;
    let (due, next) = match hub.settings.log.beat {
        Beat::Every { .. } => (hub.now() >= state.next_beat, state.next_beat),
        Beat::Off => (tx.log_waits_since().await?.is_some(), hub.now()),
    };
    let there = writer.is_some_and(|w| w.epoch == state.epoch && w.frontier.size() == state.size);
    let rests = !due && there && published_size(hub)? == state.size;
    Ok(rests.then_some(next))
}

/// Takes the turn and beats; `None` when it only made up for a crash and there may be more to do.
async fn turn(hub: &Hub, held: &mut Option<Writer>) -> Result<Option<Beaten>, HubError> {
    let now = hub.now();
    let mut tx = hub.store.write().await?;
    let until = now.checked_add(SignedDuration::from_secs(TURN_SECONDS)).unwrap_or(now);
    let Some(state) = tx.log_turn(hub.log.node, now, until).await? else {
        drop(tx);
        follow(hub, held).await?;
        return Ok(Some(Beaten::Followed));
    };
    let writer = caught_up(hub, held, &mut tx, &state).await?;
    if published_size(hub)? < state.size {
        // A crash came between commit and checkpoint: what was committed is published before anything is added.
        tx.commit().await?;
        publish(hub, writer, true).await?;
        return Ok(None);
    }
    if matches!(hub.settings.log.beat, Beat::Every { .. }) && now < state.next_beat {
        tx.commit().await?;
        return Ok(Some(Beaten::Waits(state.next_beat)));
    }
    let Some(step) = grow(hub, &mut tx, writer, &state, now).await? else {
        tx.commit().await?;
        return Ok(Some(Beaten::Waits(now)));
    };
    tx.commit().await?;
    let (real, dummies) = (step.real, step.dummies);
    settle(hub, writer, step).await?;
    Ok(Some(Beaten::Grown { real, dummies }))
}

fn published_size(hub: &Hub) -> Result<u64, HubError> {
    Ok(crate::log::published(hub)?.map_or(0, |(_, checkpoint)| checkpoint.size))
}

/// The writer, where the database is.
async fn caught_up<'w>(
    hub: &Hub,
    held: &'w mut Option<Writer>,
    tx: &mut Tx,
    state: &LogState,
) -> Result<&'w mut Writer, HubError> {
    let usable = held.take().filter(|w| w.epoch == state.epoch && w.frontier.size() <= state.size);
    let writer = match usable {
        Some(mut writer) => {
            writer.follow(hub.store.tiles(), tx, state.size, &state.root).await?;
            writer
        }
        None => Writer::take_up(hub.store.tiles(), tx, state, key(hub, state.epoch)?).await?,
    };
    Ok(held.insert(writer))
}

/// What one beat adds, committed in the database and not yet in the files.
struct Step {
    files: Vec<(String, Vec<u8>)>,
    grown: Vec<tlog::frontier::TileData>,
    frontier: tlog::Frontier,
    real: u32,
    dummies: u32,
}

/// Gives places within the transaction; `None` when there is nothing to do.
async fn grow(
    hub: &Hub,
    tx: &mut Tx,
    writer: &Writer,
    state: &LogState,
    now: Timestamp,
) -> Result<Option<Step>, HubError> {
    if state.size == 0 {
        // whoever reads the log later learns from it which key signed from where on
        ledger::leaf(hub, tx, "log-key", &[("key", writer.key.verifier().to_string())]).await?;
    }
    ledger::cover_disclosures(hub, tx).await?;
    let (leaves, real) = match hub.settings.log.beat {
        Beat::Every { leaves, .. } => among_dummies(hub, tx, state, leaves).await?,
        Beat::Off => {
            let leaves = tx.sequence(state.epoch, state.size, BATCH_MAX).await?;
            let real = leaves.len() as u32;
            (leaves, real)
        }
    };
    if leaves.is_empty() {
        return Ok(None);
    }
    let mut frontier = writer.frontier.clone();
    let grown = frontier.append_data(&leaves).map_err(|_| HubError::Unavailable("log-full".to_owned()))?;
    let next =
        LogState { size: frontier.size(), root: frontier.root(), next_beat: after(hub, now), ..*state };
    let (first, bundles) = put_bundles(tx, state, &leaves).await?;
    let all: Vec<&[u8]> = bundles.chunks_exact(LEAF_BYTES).collect();
    let files = writer::files(&grown, first, &all)?;
    if !tx.log_grows(state, &next).await? {
        return Err(HubError::Unavailable("log-turn".to_owned()));
    }
    Ok(Some(Step { files, grown, frontier, real, dummies: leaves.len() as u32 - real }))
}

/// What one beat adds: what waits stands anywhere among the dummies, in an order that only the hub's keys know. In the order of coming the
/// place in a receipt would tell its holder how many others had acted in the same minute.
async fn among_dummies(
    hub: &Hub,
    tx: &mut Tx,
    state: &LogState,
    count: u32,
) -> Result<(Vec<Vec<u8>>, u32), HubError> {
    let mut places: Vec<u64> = (state.size..state.size + u64::from(count)).collect();
    places.sort_by_cached_key(|place| {
        let input = [state.epoch.to_be_bytes(), place.to_be_bytes()].concat();
        hub.store.seals().tag("log-place", &input)
    });
    let mut taken: BTreeMap<u64, Vec<u8>> = tx.sequence_at(state.epoch, &places).await?.into_iter().collect();
    let real = taken.len() as u32;
    places.sort_unstable();
    let leaf = |place| taken.remove(&place).unwrap_or_else(|| dummy(hub, state.epoch, place));
    Ok((places.into_iter().map(leaf).collect(), real))
}

/// Appends to the bundles in the database. Returns the number of the first that changed, and all leaves from its beginning on.
async fn put_bundles(tx: &mut Tx, state: &LogState, leaves: &[Vec<u8>]) -> Result<(u64, Vec<u8>), HubError> {
    let first = state.size / TILE_WIDTH;
    let within = (state.size % TILE_WIDTH) as usize * LEAF_BYTES;
    let mut all = match within {
        0 => Vec::new(),
        _ => tx
            .log_bundles(state.epoch, first, 1)
            .await?
            .into_iter()
            .map(|(_, leaves)| leaves)
            .next()
            .unwrap_or_default(),
    };
    if all.len() != within {
        return Err(HubError::Unavailable("log-gap".to_owned()));
    }
    all.extend(leaves.iter().flatten());
    for (n, bundle) in (first..).zip(all.chunks(TILE_WIDTH as usize * LEAF_BYTES)) {
        tx.put_log_bundle(state.epoch, n, bundle).await?;
    }
    Ok((first, all))
}

/// The leaf that stands in a place for which nothing waited. Outside nobody can tell it from others; whoever has the keys can
/// make it again, so that a deleted row cannot be passed off as a dummy.
pub(crate) fn dummy(hub: &Hub, epoch: i64, place: u64) -> Vec<u8> {
    let input = [epoch.to_be_bytes(), place.to_be_bytes()].concat();
    hub.store.seals().tag("log-dummy", &input)
}

/// The next full period after now: a hub that was down does not make up for what it missed.
fn after(hub: &Hub, now: Timestamp) -> Timestamp {
    let Beat::Every { seconds, .. } = hub.settings.log.beat else { return now };
    let period = i64::from(seconds.max(1));
    let next = now.as_second().div_euclid(period).saturating_add(1).saturating_mul(period);
    Timestamp::from_second(next).unwrap_or(now)
}

/// Writes, signs, has cosigned and publishes what was committed.
async fn settle(hub: &Hub, writer: &mut Writer, step: Step) -> Result<(), HubError> {
    let tiles = hub.store.tiles().clone();
    let Step { files, grown, frontier, real, .. } = step;
    blocking(move || {
        tiles.write(&files)?;
        writer::prune(&tiles, &grown);
        Ok(())
    })
    .await?;
    writer.frontier = frontier;
    publish(hub, writer, real > 0).await
}

/// Signs, publishes, asks the witnesses, publishes again with what they gave, and keeps the checkpoint for receipts.
async fn publish(hub: &Hub, writer: &Writer, real: bool) -> Result<(), HubError> {
    let mut note = writer.sign()?;
    put_file(hub, note.to_string()).await?;
    if witnesses::cosign(hub, writer, &mut note).await? > 0 {
        put_file(hub, note.to_string()).await?;
    }
    let stamp = witnesses::stamp(hub, &note).await;
    let now = hub.now();
    let row = CheckpointRow { size: writer.frontier.size(), note: note.to_string(), stamp, at: now };
    let mut tx = hub.store.write().await?;
    let day = |at: Timestamp| at.as_second().div_euclid(86_400);
    let first_of_day = tx.last_checkpoint_at(writer.epoch).await?.is_none_or(|last| day(last) != day(now));
    tx.put_checkpoint(writer.epoch, &row, real || first_of_day).await?;
    let since = tx.log_waits_since().await?;
    tx.commit().await?;
    if since.is_some_and(|since| now.duration_since(since).as_mins() >= ALARM_MINUTES) {
        tracing::error!("leaves wait for longer than {ALARM_MINUTES} minutes: raise the beat");
    }
    Ok(())
}

async fn put_file(hub: &Hub, note: String) -> Result<(), HubError> {
    let tiles = hub.store.tiles().clone();
    blocking(move || tiles.publish(&note)).await
}

/// Follows the node that beats: its order from the database, its cosigned checkpoint as it published it.
async fn follow(hub: &Hub, held: &mut Option<Writer>) -> Result<(), HubError> {
    let mut tx = hub.store.read().await?;
    let state = tx.log_state().await?;
    let writer = caught_up(hub, held, &mut tx, &state).await?;
    let Some(row) = tx.checkpoint_over(state.epoch, writer.frontier.size() as i64 - 1).await? else {
        return Ok(());
    };
    let newest = crate::log::published(hub)?.is_none_or(|(note, _)| note.to_string() != row.note);
    if row.size == writer.frontier.size() && newest { put_file(hub, row.note).await } else { Ok(()) }
}

/// Runs what waits for the disk beside the other tasks.
async fn blocking(
    work: impl FnOnce() -> Result<(), store::StoreError> + Send + 'static,
) -> Result<(), HubError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(HubError::Unavailable("log-task".to_owned())),
    }
}
