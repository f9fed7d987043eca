//! `noroshi admin supplier`: whom a customer may ask to check itself, and where a supplier without an account gets its links.

use clap::Subcommand;
use hub::ops::admin::AsRegistrar;
use hub::ops::check::link;
use hub::problem::quoted;
use hub::{Hub, HubError, Problem};
use model::lang::Lang;
use model::org::Roster;

/// What can be entered.
#[derive(Debug, Subcommand)]
pub enum SupplierVerb {
    /// Enter a contract: the customer may ask the supplier to check itself.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi supplier contract --customer grid-a --supplier misaki"
    )]
    Contract {
        /// The slug of the customer.
        #[arg(long)]
        customer: String,
        /// The slug of the supplier.
        #[arg(long)]
        supplier: String,
    },
    /// Add an address for a supplier's links.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi supplier contact --org misaki --mail kita@misaki.example"
    )]
    Contact {
        /// The slug of the supplier.
        #[arg(long)]
        org: String,
        /// The address.
        #[arg(long)]
        mail: String,
        /// The language of its mails.
        #[arg(long, default_value = "ja")]
        lang: Lang,
    },
}

/// Enters it.
pub async fn perform(
    hub: &Hub,
    by: AsRegistrar,
    roster: &Roster,
    verb: SupplierVerb,
) -> Result<(), HubError> {
    let org = |slug: &str| {
        let found = roster.organisations.iter().find(|o| o.slug == slug).map(|o| o.id);
        found.ok_or_else(|| HubError::Invalid("org", Problem::NoOrganisation { value: quoted(slug) }))
    };
    match verb {
        SupplierVerb::Contract { customer, supplier } => {
            link::add_contract(hub, by, org(&customer)?, org(&supplier)?).await
        }
        SupplierVerb::Contact { org: slug, mail, lang } => {
            link::add_contact(hub, by, org(&slug)?, &mail, lang).await.map(drop)
        }
    }
}
