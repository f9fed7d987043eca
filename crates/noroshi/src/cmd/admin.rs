//! `noroshi admin`: sets up and looks after a hub, on the machine itself.

use crate::cmd::admin_people::{self, MemberVerb, PeopleVerb};
use crate::cmd::seat::{self, SeatVerb};
use crate::cmd::serve::open;
use crate::cmd::supplier::{self, SupplierVerb};
use crate::cmd::there;
use crate::cmd::token::{self, TokenVerb};
use crate::cmd::upkeep;
use crate::cmd::wait::runtime;
use crate::cmd::webhook::{self, WebhookVerb};
use crate::settings::Place;
use clap::{Args, Subcommand};
use hub::Hub;
use hub::ops::admin::{self, AsRegistrar, NewOrganisation, NewPerson};
use model::id::{OrgId, SectorId};
use model::lang::{Bilingual, Lang};
use model::org::Roster;
use model::role::{OrgRole, PersonRole};
use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

/// Set up and look after a hub.
#[derive(Debug, Args)]
pub struct AdminArgs {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    noun: Noun,
}

#[derive(Debug, Subcommand)]
enum Noun {
    /// Sectors.
    #[command(subcommand)]
    Sector(SectorVerb),
    /// Organisations.
    #[command(subcommand)]
    Org(OrgVerb),
    /// People.
    #[command(subcommand)]
    User(UserVerb),
    /// API tokens.
    #[command(subcommand)]
    Token(TokenVerb),
    /// Addresses that are told when a collection has news.
    #[command(subcommand)]
    Webhook(WebhookVerb),
    /// Contracts and addresses of suppliers, for checks.
    #[command(subcommand)]
    Supplier(SupplierVerb),
    /// The machine-release rule.
    #[command(subcommand)]
    Rule(RuleVerb),
    /// Backup, restore, erasure, holds, keys, jobs, and what is wrong.
    #[command(flatten)]
    Upkeep(upkeep::Verb),
    /// Which organisation receives incident reports.
    #[command(subcommand)]
    Seat(SeatVerb),
}

impl Noun {
    /// Whether it is the first step of setting up: it makes the data where there is none.
    fn begins_a_hub(&self) -> bool {
        matches!(self, Self::Org(OrgVerb::Add { roles, .. }) if roles.contains(&OrgRole::Hub))
    }
}

#[derive(Debug, Subcommand)]
enum SectorVerb {
    /// Add a sector.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi sector add --slug energy --name-ja エネルギー --name-en Energy"
    )]
    Add {
        #[arg(long)]
        slug: String,
        #[arg(long)]
        name_ja: Option<String>,
        #[arg(long)]
        name_en: String,
    },
    /// Change what a sector is called; its short name stays.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi sector rename --sector energy --name-ja 電力・ガス --name-en 'Power and gas'"
    )]
    Rename {
        #[arg(long)]
        sector: String,
        #[arg(long)]
        name_ja: Option<String>,
        #[arg(long)]
        name_en: String,
    },
    /// List sectors: short name, names, and how many independent organisations each has (a group counts once).
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi sector list")]
    List,
}

#[derive(Debug, Subcommand)]
enum OrgVerb {
    /// Add an organisation. The hub's own is the first step of setting up a hub: it makes the data where there is none.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi org add --slug grid-a --name-en 'Grid A' --role member --sector energy"
    )]
    Add {
        #[arg(long)]
        slug: String,
        #[arg(long)]
        name_ja: Option<String>,
        #[arg(long)]
        name_en: String,
        /// member, hub, authority, police (beside authority), supplier, customer, peer-hub, witness; repeat for several.
        #[arg(long = "role", required = true)]
        roles: Vec<OrgRole>,
        /// The slug of a sector; repeat for several.
        #[arg(long = "sector")]
        sectors: Vec<String>,
        /// The slug of the group's parent.
        #[arg(long)]
        parent: Option<String>,
        /// A TOML file of the organisation's own names.
        #[arg(long)]
        profile: Option<PathBuf>,
    },
    /// List organisations.
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi org list")]
    List,
    #[command(flatten)]
    Member(MemberVerb),
}

#[derive(Debug, Subcommand)]
enum UserVerb {
    /// Add a person; the password is read from standard input.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi user add --login kita --name 'Kita' --role grid-a:approver < password.txt"
    )]
    Add {
        #[arg(long)]
        login: String,
        #[arg(long)]
        name: String,
        #[arg(long, default_value = "ja")]
        lang: Lang,
        #[arg(long, default_value = "Asia/Tokyo")]
        zone: String,
        /// `ORG:ROLE`, e.g. `grid-a:approver`; repeat for several.
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
    },
    #[command(flatten)]
    Here(PeopleVerb),
}

#[derive(Debug, Subcommand)]
enum RuleVerb {
    /// Let standing consent release by itself, at most so many items a day.
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi rule on --items-per-day 20")]
    On {
        #[arg(long, default_value_t = 20)]
        items_per_day: u32,
    },
    /// The stop switch: every release waits for two people.
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi rule off")]
    Off,
}

/// Runs one verb in one process; the hub may run beside it.
pub fn run(args: AdminArgs) -> Result<ExitCode, String> {
    if let Noun::Upkeep(verb) = args.noun {
        return upkeep::run(&args.place, verb);
    }
    runtime()?.block_on(async {
        let file = args.place.file()?;
        let listen = file.listen.clone().unwrap_or_else(|| crate::settings::LISTEN.to_owned());
        if !args.noun.begins_a_hub() {
            there::require(&args.place, &file).await?;
        }
        let hub = open(&args.place.location(&file), file.settings(&listen)).await?;
        let done = perform(&hub, args.noun).await;
        hub.close().await;
        done.map(|()| ExitCode::SUCCESS)
    })
}

async fn perform(hub: &Hub, noun: Noun) -> Result<(), String> {
    let by = AsRegistrar::Machine;
    admin::set_up(hub, by).await.map_err(|why| why.to_string())?;
    let roster = admin::roster_for(hub, by).await.map_err(|why| why.to_string())?;
    let done = match noun {
        Noun::Sector(SectorVerb::Add { slug, name_ja, name_en }) => {
            let name = Bilingual { ja: name_ja.unwrap_or_else(|| name_en.clone()), en: name_en };
            hub::ops::sector::add(hub, by, &slug, name).await.map(|id| println!("{id}"))
        }
        Noun::Sector(SectorVerb::Rename { sector: slug, name_ja, name_en }) => {
            let name = Bilingual { ja: name_ja.unwrap_or_else(|| name_en.clone()), en: name_en };
            hub::ops::sector::rename(hub, by, sector(&roster, &slug)?, name).await
        }
        Noun::Sector(SectorVerb::List) => {
            list_sectors(&roster);
            Ok(())
        }
        Noun::Org(OrgVerb::List) => {
            list(&roster);
            Ok(())
        }
        Noun::Org(OrgVerb::Member(verb)) => return admin_people::member(hub, &roster, verb).await,
        Noun::User(UserVerb::Here(verb)) => return admin_people::people(hub, &roster, verb).await,
        Noun::Org(verb) => {
            let new = new_organisation(&roster, verb)?;
            admin::add_organisation(hub, by, new).await.map(|id| println!("{id}"))
        }
        Noun::User(verb) => {
            let new = new_person(&roster, verb)?;
            admin::add_person(hub, by, new).await.map(|id| println!("{id}"))
        }
        Noun::Token(verb) => return token::perform(hub, &roster, verb).await,
        Noun::Webhook(verb) => {
            webhook::perform(hub, by, organisation(&roster, verb.organisation())?, verb).await
        }
        Noun::Supplier(verb) => supplier::perform(hub, by, &roster, verb).await,
        Noun::Rule(verb) => {
            let rule = match verb {
                RuleVerb::On { items_per_day } => {
                    model::consent::MachineRule { enabled: true, items_per_day }
                }
                RuleVerb::Off => model::consent::MachineRule::default(),
            };
            admin::set_machine_rule(hub, by, rule).await
        }
        Noun::Upkeep(_) => Ok(()),
        Noun::Seat(verb) => return seat::perform(hub, by, &roster, verb).await,
    };
    done.map_err(|why| why.to_string())
}

fn list(roster: &Roster) {
    for org in &roster.organisations {
        let roles: Vec<&str> = org.roles.iter().map(|r| r.as_str()).collect();
        println!("{}\t{}\t{}\t{}", org.slug, org.name.ja, org.name.en, roles.join(","));
    }
}

fn list_sectors(roster: &Roster) {
    for sector in &roster.sectors {
        let (name, independent) = (&sector.name, roster.independent_in(sector.id));
        println!("{}\t{}\t{}\t{independent}", sector.slug, name.ja, name.en);
    }
}

pub(super) fn organisation(roster: &Roster, slug: &str) -> Result<OrgId, String> {
    let found = roster.organisations.iter().find(|o| o.slug == slug);
    found
        .map(|o| o.id)
        .ok_or_else(|| format!("there is no organisation `{slug}`; `noroshi admin org list` shows them"))
}

pub(super) fn sector(roster: &Roster, slug: &str) -> Result<SectorId, String> {
    let found = roster.sectors.iter().find(|s| s.slug == slug);
    found.map(|s| s.id).ok_or_else(|| {
        format!("there is no sector `{slug}`; `noroshi admin sector list` shows them, `sector add` makes one")
    })
}

fn new_organisation(roster: &Roster, verb: OrgVerb) -> Result<NewOrganisation, String> {
    let OrgVerb::Add { slug, name_ja, name_en, roles, sectors, parent, profile } = verb else {
        return Err("nothing to add".to_owned());
    };
    let profile = match profile {
        Some(path) => {
            let text = std::fs::read_to_string(&path).map_err(|why| format!("{}: {why}", path.display()))?;
            deid::profile_from_toml(&text).map_err(|why| format!("{}: {why}", path.display()))?
        }
        None => model::profile::Profile::default(),
    };
    Ok(NewOrganisation {
        slug,
        name: Bilingual { ja: name_ja.unwrap_or_else(|| name_en.clone()), en: name_en },
        parent: parent.map(|p| organisation(roster, &p)).transpose()?,
        roles: roles.into_iter().collect(),
        sectors: sectors.iter().map(|s| sector(roster, s)).collect::<Result<BTreeSet<_>, _>>()?,
        profile,
    })
}

fn new_person(roster: &Roster, verb: UserVerb) -> Result<NewPerson, String> {
    let UserVerb::Add { login, name, lang, zone, roles } = verb else {
        return Err("nobody to add".to_owned());
    };
    if std::io::stdin().is_terminal() {
        eprintln!("Password of {login} (at least 12 characters), then Enter:");
    }
    let mut password = String::new();
    std::io::stdin().read_line(&mut password).map_err(|why| why.to_string())?;
    let roles = roles
        .iter()
        .map(|pair| {
            let (org, role) = pair.split_once(':').ok_or_else(|| format!("`{pair}`: write ORG:ROLE"))?;
            let role: PersonRole = role.parse().map_err(|why: model::id::UnknownName| why.to_string())?;
            Ok((organisation(roster, org)?, role))
        })
        .collect::<Result<Vec<_>, String>>()?;
    Ok(NewPerson {
        login,
        name,
        lang,
        zone,
        password: password.trim_end_matches(['\r', '\n']).to_owned(),
        roles,
    })
}
