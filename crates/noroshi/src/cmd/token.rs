//! `noroshi admin token`: the tokens of any organisation. One that leaked is stopped here, without waiting for who made it.

use clap::Subcommand;
use hub::Hub;
use hub::ops::admin::{self, AsRegistrar};
use model::id::TokenId;
use model::org::Roster;
use model::role::Scope;

/// What can be done with API tokens.
#[derive(Debug, Subcommand)]
pub enum TokenVerb {
    /// Make a token; it is printed once.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi token add --org grid-a --name mail-gateway --scope submit --days 365"
    )]
    Add {
        #[arg(long)]
        org: String,
        #[arg(long)]
        name: String,
        /// submit, read, answer, report; repeat for several.
        #[arg(long = "scope", required = true)]
        scopes: Vec<Scope>,
        /// Days until it ends, at most 3650; never, when absent.
        #[arg(long)]
        days: Option<i64>,
    },
    /// List an organisation's tokens, without their secrets: identifier, name, scopes, made, ends, revoked.
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi token list --org grid-a")]
    List {
        #[arg(long)]
        org: String,
    },
    /// Stop a token; it is refused from the next request on.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi token revoke --org grid-a --id 0197c1de-…"
    )]
    Revoke {
        #[arg(long)]
        org: String,
        /// The identifier, as `token list` prints it.
        #[arg(long)]
        id: TokenId,
    },
}

/// Runs one verb.
pub async fn perform(hub: &Hub, roster: &Roster, verb: TokenVerb) -> Result<(), String> {
    let by = AsRegistrar::Machine;
    let of = |slug: &str| super::admin::organisation(roster, slug);
    match verb {
        TokenVerb::Add { org, name, scopes, days } => {
            let ends = days.map(|d| model::time::plus_days(hub.now(), d));
            let scopes = scopes.into_iter().collect();
            let made = admin::add_token(hub, by, of(&org)?, &name, scopes, ends).await;
            println!("{}", made.map_err(|why| why.to_string())?);
            Ok(())
        }
        TokenVerb::List { org } => {
            for token in admin::tokens_for(hub, by, of(&org)?).await.map_err(|why| why.to_string())? {
                print(&token);
            }
            Ok(())
        }
        TokenVerb::Revoke { org, id } => {
            admin::revoke_token_for(hub, by, of(&org)?, id).await.map_err(|why| {
                format!("{why}; `noroshi admin token list --org {org}` shows which there are")
            })?;
            println!("{id} is refused from now on");
            Ok(())
        }
    }
}

fn print(token: &admin::TokenRow) {
    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
    let time = |at: Option<jiff::Timestamp>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    println!(
        "{}\t{}\t{}\tmade={}\tends={}\trevoked={}",
        token.id,
        token.name,
        scopes.join(","),
        token.created_at,
        time(token.expires_at),
        time(token.revoked_at)
    );
}
