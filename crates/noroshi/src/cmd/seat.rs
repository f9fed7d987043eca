//! `noroshi admin seat`: which authority or customer receives reports under which regime.

use crate::cmd::admin::organisation;
use clap::{Args, Subcommand};
use hub::Hub;
use hub::ops::admin::AsRegistrar;
use hub::ops::register::AsOverseer;
use hub::ops::report::seat::{self, Seat};
use model::org::Roster;

/// What to do with seats.
#[derive(Debug, Subcommand)]
pub enum SeatVerb {
    /// Give an authority or customer a seat: reports under the regime go to it.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi seat add --org ministry --regime contract-promptly --addressee contracting-office"
    )]
    Add(Which),
    /// Take a seat away: its office sees the reports to it no longer; they stay with who sent them.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi seat take --org ministry --regime contract-promptly --addressee contracting-office"
    )]
    Take(Which),
    /// List who receives reports: organisation, regime, addressee.
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi seat list")]
    List,
}

/// Which seat, and whose.
#[derive(Debug, Args)]
pub struct Which {
    /// The organisation, by its short name.
    #[arg(long)]
    org: String,
    /// The regime, by id; `noroshi report regimes` lists them.
    #[arg(long)]
    regime: String,
    /// Its addressee, by id.
    #[arg(long)]
    addressee: String,
}

/// Does it.
///
/// # Errors
/// A sentence for whoever typed it.
pub async fn perform(hub: &Hub, by: AsRegistrar, roster: &Roster, verb: SeatVerb) -> Result<(), String> {
    let done = match verb {
        SeatVerb::Add(one) => {
            seat::give(hub, by, organisation(roster, &one.org)?, &one.regime, &one.addressee).await
        }
        SeatVerb::Take(one) => {
            seat::take(hub, by, organisation(roster, &one.org)?, &one.regime, &one.addressee).await
        }
        SeatVerb::List => {
            let all = seat::list(hub, AsOverseer::Registrar(by)).await;
            all.map(|all| all.iter().for_each(|one| println!("{}", line_of_seat(roster, one))))
        }
    };
    done.map_err(|why| why.to_string())
}

fn line_of_seat(roster: &Roster, seat: &Seat) -> String {
    let slug = roster.organisation(seat.organisation).map_or("-", |org| org.slug.as_str());
    format!("{slug}\t{}\t{}", seat.regime, seat.addressee)
}
