//! Webhooks: how soon everybody's address knows of a release.

use super::deid::example;
use super::table::Table;
use crate::place::Place;

/// Addresses, each of another organisation.
const ADDRESSES: &str = "300";

/// The last of them was called.
const TOLD_MS_MAX: f64 = 3000.0;

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let folder = place.target.join("bench/webhooks");
    let out = example(place, "testkit", "webhook_bench", &[&folder.to_string_lossy(), ADDRESSES])?;
    let worst = out["worst_ms"].as_f64().ok_or_else(|| format!("no worst_ms in {out}"))?;
    let mut table = Table::with_note(format!(
        "Release build, embedded database with full syncs. {ADDRESSES} organisations with an address each at one receiver on the same machine; \
         counted from the acknowledgement of the mail, reading and release included, to the last call; the worst of {}.",
        out["releases"]
    ));
    table.at_most(&format!("a release told to {ADDRESSES} addresses"), worst, TOLD_MS_MAX, "ms");
    table.beside("calls, of which each address needs one a release", out["calls"].to_string());
    Ok(table)
}
