//! The verbs of `noroshi admin` that look after a hub: backup, restore, erasure, holds, keys, jobs, doctor.

mod backup;
mod doctor;

use crate::claim::Claim;
use crate::cmd::serve::open;
use crate::cmd::there;
use crate::cmd::wait::runtime;
use crate::settings::{LISTEN, Place};
use crate::world;
use clap::Subcommand;
use hub::ops::admin::AsRegistrar;
use hub::ops::{erase, report, restore};
use hub::{Hub, HubError};
use model::id::{IncidentId, SubmissionId};
use std::path::PathBuf;
use std::process::ExitCode;
use uuid::Uuid;

/// What looks after a hub.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Copy the data while the hub runs. The copy holds ciphertext; the keys are not in it.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi backup --to /backup/noroshi-2026-11-26"
    )]
    Backup {
        /// A folder that does not exist yet.
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
    },
    /// Put a backup in the place of the data. The hub must be stopped. Recalls, withdrawals and erasures since the backup are
    /// applied again; the log gets an epoch.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi restore --from /backup/noroshi-2026-11-26"
    )]
    Restore {
        /// A folder that `noroshi admin backup` made.
        #[arg(long, value_name = "FOLDER")]
        from: PathBuf,
    },
    /// Say what is wrong and how to mend it. Changes nothing.
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi doctor")]
    Doctor,
    /// Erase a submission, or an incident with its reports, everywhere: its bytes, and the key that opens them in every backup.
    #[command(
        after_help = "Example:\n  noroshi admin --data DIR erase 0197c1de-… --reason 'asked by the member on 3 March'"
    )]
    Erase {
        /// The submission or incident.
        id: Uuid,
        /// Why; it stands in the log.
        #[arg(long)]
        reason: String,
    },
    /// Legal holds: what must not be erased.
    #[command(subcommand)]
    Hold(HoldVerb),
    /// Keys: what there is, and a fresh root key.
    #[command(subcommand)]
    Key(KeyVerb),
    /// Let jobs that were given up run again.
    #[command(subcommand)]
    Job(JobVerb),
}

/// What can be done to a hold.
#[derive(Debug, Subcommand)]
pub enum HoldVerb {
    /// Put a submission under a hold.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi hold add 0197c1de-… --reason 'court order of 3 March'"
    )]
    Add {
        /// The submission.
        submission: SubmissionId,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Lift it.
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi hold lift 0197c1de-…")]
    Lift {
        /// The submission.
        submission: SubmissionId,
    },
    /// List them.
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi hold list")]
    List,
}

/// What can be done to keys.
#[derive(Debug, Subcommand)]
pub enum KeyVerb {
    /// Where they lie and how many there are.
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi key list")]
    List,
    /// Seal with a fresh root key from now on; the earlier ones are kept to open what they sealed. Stop every node first.
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi key rotate")]
    Rotate,
}

/// What can be done to jobs.
#[derive(Debug, Subcommand)]
pub enum JobVerb {
    /// How many wait, and what was given up.
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi job list")]
    List,
    /// Once the cause is mended: all that were given up run again.
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi job retry")]
    Retry,
}

/// Runs one verb.
pub fn run(place: &Place, verb: Verb) -> Result<ExitCode, String> {
    runtime()?.block_on(async {
        match verb {
            Verb::Doctor => doctor::run(place).await,
            Verb::Backup { to } => backup::backup(place, &to).await,
            Verb::Restore { from } => backup::restore(place, &from).await,
            Verb::Key(KeyVerb::Rotate) => {
                let _ours = Claim::of(&place.location(&place.file()?))?;
                performed(place, verb).await
            }
            verb => performed(place, verb).await,
        }
    })
}

/// A verb that works on the open hub.
async fn performed(place: &Place, verb: Verb) -> Result<ExitCode, String> {
    let hub = opened(place).await?;
    let done = perform(&hub, verb).await;
    hub.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

/// The hub of this place, without its workers.
async fn opened(place: &Place) -> Result<Hub, String> {
    let file = place.file()?;
    let listen = file.listen.clone().unwrap_or_else(|| LISTEN.to_owned());
    there::require(place, &file).await?;
    open(&place.location(&file), file.settings(&listen)).await
}

async fn perform(hub: &Hub, verb: Verb) -> Result<(), String> {
    let by = AsRegistrar::Machine;
    let done = match verb {
        Verb::Erase { id, reason } => {
            let mut asked = erase::erase(hub, by, SubmissionId(id), &reason).await;
            if matches!(asked, Err(HubError::NotFound)) {
                asked = report::erase::erase(hub, by, IncidentId(id), &reason).await;
            }
            if asked.is_ok() {
                // a running hub would do it within a second; a stopped one may never run again
                hub::jobs::erase_now(hub).await.map_err(|why| why.to_string())?;
                println!("erased: {id}");
            }
            asked
        }
        Verb::Hold(HoldVerb::Add { submission, reason }) => erase::hold(hub, by, submission, &reason).await,
        Verb::Hold(HoldVerb::Lift { submission }) => erase::lift_hold(hub, by, submission).await,
        Verb::Hold(HoldVerb::List) => {
            let holds = erase::holds(hub, by).await.map_err(|why| why.to_string())?;
            holds.iter().for_each(|(id, reason)| println!("{id}\t{reason}"));
            Ok(())
        }
        Verb::Key(KeyVerb::List) => return keys(hub),
        Verb::Key(KeyVerb::Rotate) => {
            hub.store().seals().rotate(world::random()).map_err(|why| why.to_string())?;
            println!("a fresh root key seals from now on: copy the key folder, then start every node");
            restore::note_rotation(hub, by).await
        }
        Verb::Job(verb) => jobs(hub, verb).await,
        Verb::Backup { .. } | Verb::Restore { .. } | Verb::Doctor => Ok(()),
    };
    done.map_err(|why| why.to_string())
}

fn keys(hub: &Hub) -> Result<(), String> {
    let seals = hub.store().seals();
    println!("root keys\t{}", seals.generations());
    println!("submission keys\t{}", seals.count().map_err(|why| why.to_string())?);
    let journal = seals.journal().read().map_err(|why| why.to_string())?;
    println!("lines of the journal\t{}", journal.len());
    Ok(())
}

async fn jobs(hub: &Hub, verb: JobVerb) -> Result<(), hub::HubError> {
    let (queue, given_up) = restore::jobs(hub).await?;
    match verb {
        JobVerb::List => {
            println!("due\t{}", queue.due);
            for (kind, class, count) in given_up {
                println!("given up\t{kind}\t{class}\t{count}");
            }
        }
        JobVerb::Retry => {
            println!("{} jobs run again", restore::retry_jobs(hub, AsRegistrar::Machine).await?)
        }
    }
    Ok(())
}
