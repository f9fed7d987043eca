//! Runs a command with one PostgreSQL for all its tests: `cargo run -p testkit --example with_postgres -- cargo test -p server`.
#![expect(clippy::unwrap_used, reason = "a fault must stop the run")]

use std::process::{Command, ExitCode};
use testkit::{Care, Cluster};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some((program, arguments)) = words.split_first() else {
        eprintln!("usage: with_postgres COMMAND…");
        return ExitCode::from(2);
    };
    let cluster = Cluster::start(Care::Fast);
    let mut command = Command::new(program);
    command.args(arguments);
    command.env("NOROSHI_TEST_DATABASE", "postgres").env("NOROSHI_TEST_POSTGRES", cluster.url());
    let ended = command.status().unwrap();
    ExitCode::from(u8::try_from(ended.code().unwrap_or(1)).unwrap_or(1))
}
