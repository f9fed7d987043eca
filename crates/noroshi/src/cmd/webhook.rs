//! `noroshi admin webhook`: the addresses that are told of news, for whoever holds the machine.

use clap::Subcommand;
use hub::ops::admin::AsRegistrar;
use hub::ops::webhook;
use hub::{Hub, HubError};
use model::id::{OrgId, WebhookId};

#[derive(Debug, Subcommand)]
pub enum WebhookVerb {
    /// Add an address of an organisation; the secret of its signatures is printed once.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi webhook add --org grid-a --url https://soc.grid-a.example/hooks/noroshi"
    )]
    Add {
        #[arg(long)]
        org: String,
        /// Where to: https://HOST/PATH. Private networks only where webhook_networks names them.
        #[arg(long)]
        url: String,
    },
    /// List the addresses of an organisation and what came of the last call.
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi webhook list --org grid-a")]
    List {
        #[arg(long)]
        org: String,
    },
    /// Remove an address of an organisation.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi webhook remove --org grid-a --id 0f3c1f9e-6a83-4d55-8f0e-0d6a2e6f7c11"
    )]
    Remove {
        #[arg(long)]
        org: String,
        /// As `list` shows it.
        #[arg(long)]
        id: WebhookId,
    },
}

impl WebhookVerb {
    /// The slug of the organisation.
    pub fn organisation(&self) -> &str {
        match self {
            Self::Add { org, .. } | Self::List { org } | Self::Remove { org, .. } => org,
        }
    }
}

/// Does one verb for the organisation that it names.
pub async fn perform(hub: &Hub, by: AsRegistrar, org: OrgId, verb: WebhookVerb) -> Result<(), HubError> {
    match verb {
        WebhookVerb::Add { url, .. } => {
            let added = webhook::add_for(hub, by, org, &url).await?;
            println!("{}\t{}", added.id, added.secret);
        }
        WebhookVerb::List { .. } => {
            for one in webhook::list_for(hub, by, org).await? {
                let state = if one.ended_at.is_some() { "given-up" } else { "on" };
                let last = one.last.map_or_else(|| "-".to_owned(), |(at, class)| format!("{class} {at}"));
                println!("{}\t{}\t{state}\t{last}", one.id, one.url);
            }
        }
        WebhookVerb::Remove { id, .. } => webhook::remove_for(hub, by, org, id).await?,
    }
    Ok(())
}
