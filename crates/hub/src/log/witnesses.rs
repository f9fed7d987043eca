//! Cosignatures and time stamps: what others say about a checkpoint. Their absence never stops the log; receipts then say so.

use crate::log::writer::Writer;
use crate::{Hub, HubError};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;
use store::Tiles;
use tlog::policy::Party;
use tlog::witness::AddCheckpoint;
use tlog::{Hash, Node, Note, VerifierKey, consistency, cosignature, note, tile};

/// Seconds for all witnesses together. A beat is a minute; a witness that is slower is asked again at the next.
const SECONDS_MAX: u64 = 10;

/// The size that each witness holds, by its key.
#[derive(Default)]
pub(crate) struct Asked(Mutex<BTreeMap<String, u64>>);

impl Asked {
    fn size(&self, key: &VerifierKey) -> u64 {
        self.0.lock().ok().and_then(|held| held.get(&key.to_string()).copied()).unwrap_or(0)
    }

    fn learn(&self, key: &VerifierKey, size: u64) {
        if let Ok(mut held) = self.0.lock() {
            held.insert(key.to_string(), size);
        }
    }
}

/// Since when each witness that was asked has not cosigned.
#[derive(Debug, Default)]
pub(crate) struct Away(Mutex<BTreeMap<String, Timestamp>>);

impl Away {
    fn answered(&self, name: &str) {
        if let Ok(mut away) = self.0.lock() {
            away.remove(name);
        }
    }

    fn missed(&self, name: &str, now: Timestamp) {
        if let Ok(mut away) = self.0.lock() {
            away.entry(name.to_owned()).or_insert(now);
        }
    }

    /// Those that have been away for at least so many minutes.
    pub(crate) fn for_minutes(&self, least: i64, now: Timestamp) -> Vec<String> {
        let long = |since: &Timestamp| now.duration_since(*since).as_mins() >= least;
        let Ok(away) = self.0.lock() else { return Vec::new() };
        away.iter().filter(|(_, since)| long(since)).map(|(name, _)| name.clone()).collect()
    }
}

/// Asks every witness of the policy and adds the lines that verify. Returns how many. Names each that did not cosign.
pub(crate) async fn cosign(hub: &Hub, writer: &Writer, note: &mut Note) -> Result<usize, HubError> {
    let Some(policy) = &hub.settings.log.policy else { return Ok(0) };
    let size = writer.frontier.size();
    let mut asking = tokio::task::JoinSet::new();
    for party in policy.witnesses().iter().filter(|party| party.url.is_some()) {
        let (hub, party, note) = (hub.clone(), party.clone(), note.clone());
        asking.spawn(async move {
            let wait = Duration::from_secs(SECONDS_MAX);
            let asked = tokio::time::timeout(wait, ask(&hub, &party, size, &note)).await;
            (party.name, asked.unwrap_or_else(|_| Err("it did not answer in time".to_owned())))
        });
    }
    let mut lines = 0;
    while let Some(joined) = asking.join_next().await {
        match joined {
            Ok((name, Ok(line))) => {
                hub.log.away.answered(&name);
                note.signatures.push(line);
                lines += 1;
            }
            Ok((name, Err(why))) => {
                hub.log.away.missed(&name, hub.now());
                tracing::warn!(witness.name = name, error = %why, "a witness did not cosign")
            }
            Err(_) => tracing::error!("a witness task broke"),
        }
    }
    let names: std::collections::BTreeSet<&str> = policy
        .witnesses()
        .iter()
        .filter(|party| cosignature::cosigned_at(note, &party.key).is_some())
        .map(|party| party.name.as_str())
        .collect();
    if policy.asks_for_witnesses() && !policy.is_quorum(&names) {
        tracing::error!(
            log.size = size,
            "no quorum of witnesses cosigned: receipts rest on the hub's word until they do"
        );
    }
    Ok(lines)
}

/// Asks one witness, once more when it says that it holds another size.
async fn ask(hub: &Hub, party: &Party, size: u64, checkpoint: &Note) -> Result<note::Signature, String> {
    let url = party.url.as_deref().unwrap_or_default();
    let mut old = hub.log.asked.size(&party.key).min(size);
    for _ in 0..2 {
        let proof = consistency::prove(old, size, |at| node(hub.store.tiles(), size, at))
            .map_err(|why| format!("no proof from {old} to {size}: {why:?}"))?;
        let request = AddCheckpoint { old, proof, checkpoint: checkpoint.clone() };
        let answer = client::witness::add_checkpoint(url, request.to_string()).await;
        let (status, body) = answer.map_err(|why| why.to_string())?;
        match status {
            200 => {
                let lines = note::signature_lines(&body).map_err(|why| why.to_string())?;
                let ours = |line: &note::Signature| {
                    cosignature::verify(&checkpoint.text, line, &party.key).is_some()
                };
                let line =
                    lines.into_iter().find(ours).ok_or("its answer holds no cosignature by its key")?;
                hub.log.asked.learn(&party.key, size);
                return Ok(line);
            }
            409 => {
                let holds: u64 = body.trim().parse().map_err(|_| "409 without a size".to_owned())?;
                hub.log.asked.learn(&party.key, holds);
                if holds > size {
                    tracing::error!(
                        witness.name = party.name,
                        log.size = size,
                        witness.size = holds,
                        "a witness has seen a larger log than this: was the hub put back? See docs/log.md"
                    );
                    return Err(format!("it holds {holds} leaves, this log has {size}"));
                }
                old = holds;
            }
            422 => {
                tracing::error!(
                    witness.name = party.name,
                    "a witness holds another history than this: see docs/log.md"
                );
                return Err("it holds another history".to_owned());
            }
            other => {
                return Err(format!("it answered {other}: {}", body.chars().take(200).collect::<String>()));
            }
        }
    }
    Err("it changed its mind about the size".to_owned())
}

/// The hash of a node in the tree of `size` leaves, out of the tile files.
pub(crate) fn node(tiles: &Tiles, size: u64, at: Node) -> Option<Hash> {
    let wanted = tile::tile_of(at, size)?;
    let bytes = tiles.tile(wanted).ok().flatten()?;
    tile::node_in_tile(at, wanted, &bytes)
}

/// An RFC 3161 token over the checkpoint's text, where a service is set. A service that fails is named and asked again at the
/// next checkpoint.
pub(crate) async fn stamp(hub: &Hub, note: &Note) -> Option<Vec<u8>> {
    let url = hub.settings.log.stamp_url.as_deref()?;
    let digest: [u8; 32] = Sha256::digest(note.text.as_bytes()).into();
    match client::stamp::ask(url, digest, hub.random("log-stamp")).await {
        Ok(token) => Some(token),
        Err(why) => {
            tracing::warn!(error = %why, "no time stamp for this checkpoint");
            None
        }
    }
}
