//! The texts of every format, byte for byte: `goldens/*`. `UPDATE=1` rewrites them; a golden without its case fails.
//!
//! Keys and leaves are fixed, and Ed25519 is deterministic, so the bytes never change by themselves.
#![expect(clippy::unwrap_used, reason = "a failing set-up must fail the test")]

#[path = "support/rewritten.rs"]
mod rewritten;

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use rewritten::{ORIGIN, leaves, log_key, request, rewritten};
use tlog::tile::TileSet;
use tlog::{
    Checkpoint, Frontier, KeyKind, Policy, Proof, SignerKey, VerifierKey, cosignature, entries, inclusion,
    leaf_hash, note::Note,
};

/// 23 November 2026, 00:00 UTC.
const COSIGNED_AT: u64 = 1_795_392_000;

fn hex(bytes: &[u8]) -> String {
    bytes.chunks(32).map(|row| row.iter().map(|b| format!("{b:02x}")).collect::<String>() + "\n").collect()
}

/// Every golden by its file name.
fn cases() -> BTreeMap<&'static str, String> {
    let (log, all) = (log_key().unwrap(), leaves(258));
    let witness = SignerKey::from_seed("witness.example", KeyKind::Witness, &[2; 32]).unwrap();
    let mut tree = Frontier::new();
    let mut tiles = TileSet::new(258);
    let mut listing = String::new();
    let written = tree.append_data(&all).unwrap();
    for data in &written {
        listing += &format!("{} {}\n", data.tile.path(), leaf_hash(&data.bytes));
        tiles.insert(data.tile, data.bytes.clone());
    }
    let checkpoint = Checkpoint::new(ORIGIN, tree.size(), tree.root());
    let mut note = checkpoint.sign(&log).unwrap();
    let signed = note.to_string();
    note.signatures.push(cosignature::cosign(&note.text, &witness, COSIGNED_AT).unwrap());
    let path = inclusion::prove(7, 258, |n| tiles.node(n)).unwrap();
    let extra = Some(b"submission 7".to_vec());
    let proof = Proof { extra, index: 7, path, checkpoint: note.clone() };
    let policy = format!("log {}\nwitness w {}\nquorum w\n", log.verifier(), witness.verifier());
    BTreeMap::from([
        ("add-checkpoint.txt", request(200, &all).unwrap().0.to_string()),
        ("add-checkpoint-rewritten.txt", request(200, &rewritten(0, 200)).unwrap().0.to_string()),
        ("checkpoint.txt", signed),
        ("checkpoint-cosigned.txt", note.to_string()),
        ("edge-tile.hex", hex(&written[1].bytes)),
        ("entries.hex", hex(&entries::encode(&all[256..]).unwrap())),
        ("keys.txt", format!("{}\n{}\n", log.verifier(), witness.verifier())),
        ("leaf-7.tlog-proof", proof.to_string()),
        ("policy.txt", policy),
        ("tiles.txt", listing),
    ])
}

#[test]
fn every_format_is_written_as_it_was() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens");
    let cases = cases();
    #[expect(
        clippy::disallowed_methods,
        reason = "the switch that rewrites goldens is for people at a terminal"
    )]
    let update = env::var_os("UPDATE").is_some();
    for (name, text) in &cases {
        if update {
            fs::write(folder.join(name), text).unwrap();
        }
        assert_eq!(&fs::read_to_string(folder.join(name)).unwrap(), text, "{name}");
    }
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(cases.contains_key(name.as_str()), "{name} belongs to no case");
    }
}

#[test]
fn what_is_written_is_believed() {
    let cases = cases();
    let policy = Policy::parse(cases["policy.txt"].as_bytes()).unwrap();
    let proof = Proof::parse(cases["leaf-7.tlog-proof"].as_bytes()).unwrap();
    let believed = policy.verify(&proof, &leaf_hash(&leaves(8)[7])).unwrap();
    assert_eq!(believed.not_after, Some(COSIGNED_AT));
    assert_eq!(Note::parse(cases["checkpoint-cosigned.txt"].as_bytes()).as_ref(), Ok(&proof.checkpoint));
    for line in cases["keys.txt"].lines() {
        assert_eq!(VerifierKey::parse(line).unwrap().to_string(), line);
    }
}
