//! `noroshi witness`: cosigns logs while they only grow. For a regulator, an industry body, a friend abroad.

use crate::cmd::log_key;
use crate::cmd::serve::{bind, log_to_stderr};
use crate::cmd::wait::{runtime, stop_signal};
use crate::world::{MachineClock, random};
use clap::Args;
use hub::log::witness::{Witness, key_in};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Where a witness listens unless told otherwise.
const LISTEN: &str = "127.0.0.1:8442";

/// Run a witness.
#[derive(Debug, Args)]
pub struct WitnessArgs {
    /// Where the key lies, and what was seen of each log. It must never be put back to an older state.
    #[arg(long, env = "NOROSHI_WITNESS_DATA", value_name = "DIR")]
    data: PathBuf,
    /// The name of the key, e.g. your domain. A key keeps the name that it was made with.
    #[arg(long, default_value = "witness")]
    name: String,
    /// The public key of a log to cosign, `name+id+base64`; repeat for several.
    #[arg(long = "log", required = true, value_name = "VKEY")]
    logs: Vec<String>,
    /// Where to listen.
    #[arg(long, default_value = LISTEN, value_name = "ADDR")]
    listen: String,
}

/// Runs until SIGINT or SIGTERM.
pub fn run(args: &WitnessArgs) -> Result<ExitCode, String> {
    log_to_stderr();
    let logs = log_key::all(&args.logs)?;
    let own = key_in(&args.data, &args.name, random()).map_err(|why| why.to_string())?;
    let witness = Arc::new(Witness::new(own, logs, args.data.clone(), Arc::new(MachineClock)));
    runtime()?.block_on(async {
        let listener = bind(&args.listen).await?;
        let address = listener.local_addr().map_err(|why| why.to_string())?;
        eprintln!("noroshi: the witness's line for a policy:");
        println!("witness {} {} http://{address}", args.name, witness.vkey());
        eprintln!("noroshi: listening on http://{address}");
        server::serve(listener, server::witness_router(witness), stop_signal())
            .await
            .map_err(|why| why.to_string())?;
        Ok(ExitCode::SUCCESS)
    })
}
