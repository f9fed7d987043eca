//! `noroshi admin user …` and `noroshi admin org …` beyond adding: roles, invitations, hand-over, leaving, agreements.

use clap::Subcommand;
use hub::Hub;
use hub::ops::admin::AsRegistrar;
use hub::ops::export;
use hub::ops::membership;
use hub::ops::org_place::{self, Move};
use hub::ops::org_role;
use hub::ops::passkey;
use hub::ops::people::{self, NewInvitation, PersonView};
use hub::ops::person_name;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::id::{OrgId, PersonId};
use model::lang::Bilingual;
use model::org::Roster;
use model::role::{OrgRole, PersonRole};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use store::DeputyRow;

/// What can be done with people who are here.
#[derive(Debug, Subcommand)]
pub enum PeopleVerb {
    /// List an organisation's people.
    #[command(after_help = "Example:\n  noroshi admin --data /var/lib/noroshi user list --org grid-a")]
    List {
        #[arg(long)]
        org: String,
    },
    /// Print a one-time link.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi user invite --org grid-a --name 'S. Kita' --role approver"
    )]
    Invite {
        #[arg(long)]
        org: String,
        #[arg(long)]
        name: String,
        #[arg(long, default_value = "")]
        address: String,
        #[arg(long = "role", required = true)]
        roles: Vec<PersonRole>,
    },
    /// Replace somebody's roles.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi user roles --org grid-a --login kita --role reporter"
    )]
    Roles {
        #[arg(long)]
        org: String,
        #[arg(long)]
        login: String,
        #[arg(long = "role", required = true)]
        roles: Vec<PersonRole>,
    },
    /// Change what somebody is called, who acts for this organisation alone; the sign-in name stays.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi user rename --org grid-a --login kita --name 'S. Kitano'"
    )]
    Rename {
        #[arg(long)]
        org: String,
        #[arg(long)]
        login: String,
        #[arg(long)]
        name: String,
    },
    /// Take somebody out; sessions and the tokens it made end at once.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi user leave --org grid-a --login kita"
    )]
    Leave {
        #[arg(long)]
        org: String,
        #[arg(long)]
        login: String,
    },
    /// Give somebody's roles to another and take the first out.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi user hand-over --org grid-a --from kita --to minami"
    )]
    HandOver {
        #[arg(long)]
        org: String,
        #[arg(long)]
        from: String,
        #[arg(long)]
        to: String,
    },
    /// Let somebody have another's roles for a time, in absence.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi user deputy --org grid-a --person kita --deputy minami --from 2026-08-10T00:00:00+09:00 --until 2026-08-17T00:00:00+09:00"
    )]
    Deputy {
        #[arg(long)]
        org: String,
        /// Who is absent.
        #[arg(long)]
        person: String,
        /// Who stands in.
        #[arg(long)]
        deputy: String,
        /// From when (RFC 3339); from now where absent.
        #[arg(long)]
        from: Option<Timestamp>,
        /// Until when (RFC 3339).
        #[arg(long)]
        until: Timestamp,
    },
    /// End a deputy before its time.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi user end-deputy --org grid-a --person kita --deputy minami"
    )]
    EndDeputy {
        #[arg(long)]
        org: String,
        #[arg(long)]
        person: String,
        #[arg(long)]
        deputy: String,
    },
    /// Replace the on-call list; nobody is on it without `--login`.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi user on-call --org grid-a --login kita --login minami"
    )]
    OnCall {
        #[arg(long)]
        org: String,
        /// A sign-in name, first to call first; repeat for several.
        #[arg(long = "login")]
        logins: Vec<String>,
    },
    /// Remove every passkey of somebody whose device was lost, and end its sessions; the password signs in as before.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi user drop-passkeys --org grid-a --login kita"
    )]
    DropPasskeys {
        #[arg(long)]
        org: String,
        #[arg(long)]
        login: String,
    },
    /// Print a link by which somebody sets a new password; its passkeys end when it is used.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi user new-password --org grid-a --login kita"
    )]
    NewPassword {
        #[arg(long)]
        org: String,
        #[arg(long)]
        login: String,
    },
}

/// What can be done with an organisation that is here.
#[derive(Debug, Subcommand)]
pub enum MemberVerb {
    /// Note that it signed a version of the agreement.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi org agreement --org grid-a --version 2026-04"
    )]
    Agreement {
        #[arg(long)]
        org: String,
        #[arg(long)]
        version: String,
        /// The day that stands on it, like 2026-04-01; today, when absent.
        #[arg(long)]
        signed: Option<jiff::civil::Date>,
    },
    /// Change its name. What it sent and consented to stays, and the release gate goes on to watch for the earlier name.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi org rename --org grid-a --name-ja 甲電力 --name-en 'Grid A'"
    )]
    Rename {
        #[arg(long)]
        org: String,
        #[arg(long)]
        name_ja: Option<String>,
        #[arg(long)]
        name_en: String,
    },
    /// Change through which organisation it reports; none without `--parent`.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi org group --org grid-a --parent grid-holding"
    )]
    Group {
        #[arg(long)]
        org: String,
        #[arg(long)]
        parent: Option<String>,
    },
    /// Replace the sectors that it belongs to; none without `--sector`. Warnings for a sector reach it from then on.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi org sectors --org grid-a --sector energy --sector water"
    )]
    Sectors {
        #[arg(long)]
        org: String,
        /// The slug of a sector; repeat for several.
        #[arg(long = "sector")]
        sectors: Vec<String>,
    },
    /// Replace what it is. A new member reads what was released to all and to its sectors; without a role that receives warnings it reads none.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi org roles --org parts-a --role supplier --role member"
    )]
    Roles {
        #[arg(long)]
        org: String,
        /// member, authority, police (beside authority), supplier, customer, peer-hub, witness; repeat for several. The hub's stays.
        #[arg(long = "role", required = true)]
        roles: Vec<OrgRole>,
    },
    /// Write everything that is held about it into a folder.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi org export --org grid-a --to ./grid-a"
    )]
    Export {
        #[arg(long)]
        org: String,
        #[arg(long)]
        to: PathBuf,
    },
    /// Take it out for good: people, tokens and consents end, the keys of what it sent are destroyed.
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi org leave --org grid-a --for-good --certificate grid-a.note"
    )]
    Leave {
        #[arg(long)]
        org: String,
        /// Say that you mean it: there is no way back.
        #[arg(long, required = true)]
        for_good: bool,
        /// Write a certificate of it here, signed with the log's key, for the organisation: `noroshi verify` checks it.
        #[arg(long, value_name = "FILE")]
        certificate: Option<PathBuf>,
    },
}

/// Runs one verb on people.
pub async fn people(hub: &Hub, roster: &Roster, verb: PeopleVerb) -> Result<(), String> {
    let by = AsRegistrar::Machine;
    let of = |slug: &str| super::admin::organisation(roster, slug);
    match verb {
        PeopleVerb::List { org } => {
            for one in all(hub, of(&org)?).await? {
                print(&one);
            }
            Ok(())
        }
        PeopleVerb::Invite { org, name, address, roles } => {
            let roles = roles.into_iter().collect();
            let new = NewInvitation { name, address, roles };
            let link = people::invite_by_machine(hub, by, of(&org)?, new).await;
            link.map(|link| println!("{link}")).map_err(|why| why.to_string())
        }
        PeopleVerb::Roles { org, login, roles } => {
            let org = of(&org)?;
            let (who, roles) = (person(hub, org, &login).await?, roles.into_iter().collect());
            people::set_roles_for(hub, by, org, who, roles).await.map_err(|why| why.to_string())
        }
        PeopleVerb::Rename { org, login, name } => {
            let org = of(&org)?;
            let who = person(hub, org, &login).await?;
            person_name::set_for(hub, by, org, who, &name).await.map_err(|why| why.to_string())
        }
        PeopleVerb::Leave { org, login } => {
            let org = of(&org)?;
            let who = person(hub, org, &login).await?;
            people::remove_for(hub, by, org, who).await.map_err(|why| why.to_string())
        }
        PeopleVerb::HandOver { org, from, to } => {
            let org = of(&org)?;
            let (from, to) = (person(hub, org, &from).await?, person(hub, org, &to).await?);
            people::hand_over_for(hub, by, org, from, to).await.map_err(|why| why.to_string())
        }
        PeopleVerb::Deputy { org, person: absent, deputy, from, until } => {
            let org = of(&org)?;
            let (person, deputy) = (person(hub, org, &absent).await?, person(hub, org, &deputy).await?);
            let row =
                DeputyRow { person, deputy, from_at: from.unwrap_or_else(|| hub.now()), until_at: until };
            people::name_deputy_for(hub, by, org, row).await.map_err(|why| why.to_string())
        }
        PeopleVerb::EndDeputy { org, person: absent, deputy } => {
            let org = of(&org)?;
            let (absent, deputy) = (person(hub, org, &absent).await?, person(hub, org, &deputy).await?);
            let ended = people::end_deputy_for(hub, by, org, absent, deputy).await;
            ended.map_err(|why| why.to_string())
        }
        PeopleVerb::OnCall { org, logins } => on_call(hub, by, of(&org)?, &logins).await,
        PeopleVerb::DropPasskeys { org, login } => {
            let org = of(&org)?;
            let who = person(hub, org, &login).await?;
            let count = passkey::remove_all_for(hub, by, org, who).await.map_err(|why| why.to_string())?;
            println!("{login}: {count} passkeys removed");
            Ok(())
        }
        PeopleVerb::NewPassword { org, login } => {
            let org = of(&org)?;
            let who = person(hub, org, &login).await?;
            let link = people::reset_link_by_machine(hub, by, org, who).await;
            link.map(|link| println!("{link}")).map_err(|why| why.to_string())
        }
    }
}

async fn on_call(hub: &Hub, by: AsRegistrar, org: OrgId, logins: &[String]) -> Result<(), String> {
    let mut list = Vec::with_capacity(logins.len());
    for login in logins {
        list.push(person(hub, org, login).await?);
    }
    people::set_on_call_for(hub, by, org, list).await.map_err(|why| why.to_string())
}

async fn all(hub: &Hub, org: OrgId) -> Result<Vec<PersonView>, String> {
    let all = people::list_for(hub, AsRegistrar::Machine, org).await;
    all.map(|all| all.people).map_err(|why| why.to_string())
}

async fn person(hub: &Hub, org: OrgId, login: &str) -> Result<PersonId, String> {
    let found = all(hub, org).await?.into_iter().find(|p| p.login == login);
    found
        .map(|p| p.id)
        .ok_or_else(|| format!("nobody there signs in as `{login}`; `noroshi admin user list` shows them"))
}

fn print(one: &PersonView) {
    let roles: Vec<&str> = one.roles.iter().map(|r| r.as_str()).collect();
    let last = one.signed_in_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
    let codes = if one.totp { "codes" } else { "no-codes" };
    let passkeys = one.passkeys;
    println!("{}\t{}\t{}\t{codes}\t{last}\tpasskeys={passkeys}", one.login, one.name, roles.join(","));
}

/// Runs one verb on an organisation.
pub async fn member(hub: &Hub, roster: &Roster, verb: MemberVerb) -> Result<(), String> {
    let by = AsRegistrar::Machine;
    let of = |slug: &str| super::admin::organisation(roster, slug);
    match verb {
        MemberVerb::Agreement { org, version, signed } => {
            let at = match signed {
                Some(day) => day.to_zoned_datetime(TimeZone::UTC).map_err(|why| why.to_string())?.timestamp(),
                None => hub.now(),
            };
            let done = membership::sign_agreement(hub, by, of(&org)?, &version, at).await;
            done.map_err(|why| why.to_string())
        }
        MemberVerb::Rename { org, name_ja, name_en } => {
            let name = Bilingual { ja: name_ja.unwrap_or_else(|| name_en.clone()), en: name_en };
            membership::rename(hub, by, of(&org)?, name).await.map_err(|why| why.to_string())
        }
        MemberVerb::Group { org, parent } => {
            let parent = parent.map(|slug| of(&slug)).transpose()?;
            let wanted = Move { parent: Some(parent), ..Move::default() };
            org_place::set(hub, by, of(&org)?, wanted).await.map_err(|why| why.to_string())
        }
        MemberVerb::Sectors { org, sectors } => {
            let sectors =
                sectors.iter().map(|slug| super::admin::sector(roster, slug)).collect::<Result<_, _>>()?;
            let wanted = Move { sectors: Some(sectors), ..Move::default() };
            org_place::set(hub, by, of(&org)?, wanted).await.map_err(|why| why.to_string())
        }
        MemberVerb::Roles { org, roles } => {
            let roles = roles.into_iter().collect();
            org_role::set(hub, by, of(&org)?, roles).await.map_err(|why| why.to_string())
        }
        MemberVerb::Export { org, to } => export(hub, of(&org)?, &to).await,
        MemberVerb::Leave { org, for_good: _, certificate } => {
            leave(hub, by, (&org, of(&org)?), certificate.as_deref()).await
        }
    }
}

async fn leave(
    hub: &Hub,
    by: AsRegistrar,
    (slug, org): (&str, OrgId),
    certificate: Option<&Path>,
) -> Result<(), String> {
    let told = |path: &Path, why: std::io::Error| format!("{}: {why}", path.display());
    // first, while there is a way back: the certificate is given once, and overwrites none
    let paper = certificate.map(|path| File::create_new(path).map_err(|why| told(path, why))).transpose()?;
    let left = membership::leave(hub, by, org, slug).await;
    let left = left.map_err(|why| {
        // nobody has left: nothing is certified
        certificate.map(std::fs::remove_file);
        why.to_string()
    })?;
    println!("{slug} has left; the keys of {} submissions are destroyed", left.keys);
    if left.on_hold > 0 {
        println!("{} are under a legal hold and stay until it is lifted", left.on_hold);
    }
    if let (Some(path), Some(mut paper)) = (certificate, paper) {
        paper.write_all(left.certificate.as_bytes()).map_err(|why| told(path, why))?;
    }
    Ok(())
}

async fn export(hub: &Hub, org: OrgId, to: &Path) -> Result<(), String> {
    let (all, files) =
        export::export_all(hub, AsRegistrar::Machine, org).await.map_err(|why| why.to_string())?;
    let submissions = to.join("submissions");
    let named = |path: &Path| {
        let path = path.display().to_string();
        move |why: std::io::Error| format!("{path}: {why}")
    };
    if to.read_dir().is_ok_and(|mut inside| inside.next().is_some()) {
        return Err(format!("{}: is not empty; name a new folder with --to", to.display()));
    }
    // raw mails of a member: for nobody else on this machine
    let mut folder = std::fs::DirBuilder::new();
    folder.recursive(true).mode(0o700).create(to).map_err(named(to))?;
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(0o700)).map_err(named(to))?;
    folder.create(&submissions).map_err(named(&submissions))?;
    let text = serde_json::to_string_pretty(&all).map_err(|why| why.to_string())?;
    let whole = to.join("organisation.json");
    std::fs::write(&whole, text).map_err(named(&whole))?;
    for (code, raw) in &files {
        let path = submissions.join(format!("{code}.raw"));
        std::fs::write(&path, raw).map_err(named(&path))?;
    }
    println!("organisation.json and {} files as they came, in {}", files.len(), to.display());
    Ok(())
}
