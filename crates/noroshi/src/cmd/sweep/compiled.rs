//! Compiled sets: read and believed, fetched from a hub, signed. Each signed one is told with its maker and its time.

use std::path::Path;

use bytes::Bytes;
use client::hub::HubClient;
use jiff::Timestamp;
use model::lang::Lang;
use sweep::Set;
use sweep::signed::{self, KeyKind, SignatureFault, SignerKey, Statement, VerifierKey};

use super::load::read;
use super::print::clean;
use super::words::Words;
use super::{Refusal, SweepArgs};
use crate::cmd::keys;
use crate::cmd::log_key;
use crate::cmd::wait::runtime;
use crate::world;

/// The name of a key that signs what was compiled on a member's own machine.
const OWN_NAME: &str = "own-set";

/// Every set that the command line names, in its order, and behind them what it says to fetch.
pub(super) fn all(args: &SweepArgs) -> Result<Vec<Set>, Refusal> {
    let trusted = log_key::all(&args.trust).map_err(|why| Refusal::Usage(format!("--trust: {why}")))?;
    let mut sets = Vec::new();
    let mut newest: Option<Timestamp> = None;
    for path in &args.set {
        let (set, statement) = open(path, read(path)?, &trusted, args.lang)?;
        let of_hub = statement.filter(|_| set.items_of_hub().is_some());
        newest = newest.max(of_hub.and_then(|said| said.made.parse().ok()));
        sets.push(set);
    }
    if let (Some(out), Some(hub), Some(token)) = (&args.save_set, &args.hub, &args.token) {
        if args.set.contains(out) {
            let why = "is one of the sets given with --set and would be lost; name another file";
            return Err(Refusal::Usage(format!("--save-set: {} {why}", out.display())));
        }
        if args.since && newest.is_none() {
            return Err(Refusal::Usage("--since: none of the sets is a signed one of a hub".to_owned()));
        }
        let since = newest.filter(|_| args.since).map(|at| at.to_string());
        let bytes = Bytes::from(fetch(hub, token, since.as_deref())?);
        let (set, _) = open(out, bytes.clone(), &trusted, args.lang)?;
        mapped::replace(out, &bytes)
            .map_err(|fault| Refusal::Unread(format!("{}: {fault}", out.display())))?;
        sets.push(set);
    }
    Ok(sets)
}

/// A set's bytes, believed as the command line says, and what their maker says.
fn open(
    path: &Path,
    bytes: Bytes,
    trusted: &[VerifierKey],
    lang: Lang,
) -> Result<(Set, Option<Statement>), Refusal> {
    let refusal = |fault: &dyn std::fmt::Display| Refusal::Unread(format!("{}: {fault}", path.display()));
    let opened = signed::open(bytes, trusted).map_err(|fault| match fault {
        SignatureFault::Unsigned => {
            let out = "sign it when it is compiled (--sign-key), or leave out --trust and NOROSHI_LOG_KEY";
            refusal(&format!("{fault}: {out}"))
        }
        _ => refusal(&fault),
    })?;
    let set = Set::from_bytes(opened.set).map_err(|fault| refusal(&fault))?;
    if let Some(said) = &opened.statement {
        let (maker, made) = (clean(&said.maker), clean(&said.made));
        eprintln!("{}: {}", path.display(), Words(lang).made(&maker, &made, said.trusted));
    }
    Ok((set, opened.statement))
}

fn fetch(hub: &str, token: &str, since: Option<&str>) -> Result<Vec<u8>, Refusal> {
    let unread = |why: &dyn std::fmt::Display| Refusal::Unread(format!("{hub}: {why}"));
    let client = HubClient::new(hub, token).map_err(|why| unread(&why))?;
    runtime().map_err(Refusal::Unread)?.block_on(client.set(since)).map_err(|why| unread(&why))
}

/// The set with a statement by the key in a file, made where there is none.
pub(super) fn sign(set: &Set, path: &Path) -> Result<Vec<u8>, Refusal> {
    let fault = |why: &dyn std::fmt::Display| Refusal::Unread(format!("{}: {why}", path.display()));
    let seed = keys::seed(path).map_err(Refusal::Unread)?;
    let key = SignerKey::from_seed(OWN_NAME, KeyKind::Log, &seed).map_err(|why| fault(&why))?;
    eprintln!("signed; whoever uses it gives: --trust {}", key.verifier());
    let made = world::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    signed::sign(set.to_bytes(), &made, &key).ok_or_else(|| fault(&"this key does not sign sets"))
}
