//! Writes one true request and many rewritten histories for a witness that is not ours, each body in base64 on a line.
//!
//! `rewritten_histories COUNT`; the first line is the log's key, the second the true request that the witness must
//! cosign first. See `tests/foreign/witness.py`.

#[path = "../tests/support/rewritten.rs"]
mod rewritten;

use std::io::{self, Write};

use base64::{Engine, engine::general_purpose::STANDARD};
use rewritten::{Outcome, leaves, log_key, request, rewritten};

/// Leaves that the witness has seen before the histories are rewritten.
const SEEN: u64 = 300;

fn main() -> Outcome<()> {
    let count: u64 = std::env::args().nth(1).ok_or("rewritten_histories COUNT")?.parse()?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    writeln!(out, "{}", log_key()?.verifier())?;
    let (first, _) = request(0, &leaves(SEEN))?;
    writeln!(out, "{}", STANDARD.encode(first.to_string()))?;
    for step in 0..count {
        let (request, _) = request(SEEN, &rewritten(step, SEEN))?;
        writeln!(out, "{}", STANDARD.encode(request.to_string()))?;
    }
    Ok(out.flush()?)
}
