//! The one binary: reads settings, clock and chance, wires the parts, prints. No rule of the domain lives here.
#![expect(
    unreachable_pub,
    reason = "the commands are modules of a binary; their arguments derive public items"
)]

#[cfg(feature = "hub")]
mod certificate;
#[cfg(feature = "hub")]
mod claim;
mod cmd;
#[cfg(feature = "hub")]
mod figures;
#[cfg(feature = "hub")]
mod mailbox;
#[cfg(feature = "hub")]
mod post;
#[cfg(feature = "hub")]
mod settings;
mod world;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Noroshi (狼煙): one is attacked, within a minute all are warned, nobody can tell who was hit.
#[derive(Debug, Parser)]
#[command(
    name = "noroshi",
    version,
    after_help = "Example:\n  noroshi demo            a live example community\n  noroshi serve --data /var/lib/noroshi"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a hub.
    #[cfg(feature = "hub")]
    #[command(
        after_help = "Example:\n  noroshi serve --data /var/lib/noroshi --listen 127.0.0.1:8440",
        mut_arg("data", |data| data.required(false))
    )]
    Serve(cmd::serve::ServeArgs),
    /// A live example community with a story, addresses, sign-ins and a tour.
    #[cfg(feature = "hub")]
    #[command(after_help = "Example:\n  noroshi demo --once --format json")]
    Demo(cmd::demo::DemoArgs),
    /// Set up and look after a hub, on the machine itself.
    #[cfg(feature = "hub")]
    #[command(
        after_help = "Example:\n  noroshi admin --data /var/lib/noroshi org add --slug grid-a --name-en 'Grid A' --role member --sector energy"
    )]
    Admin(cmd::admin::AdminArgs),
    /// Send files to a hub.
    #[command(
        after_help = "Example:\n  noroshi submit --hub https://hub.example --token \"$TOKEN\" suspicious.eml"
    )]
    Submit(cmd::member::SubmitArgs),
    /// Fetch the warnings that a hub released to your organisation.
    #[command(
        after_help = "Example:\n  noroshi pull --hub https://hub.example --token \"$TOKEN\" --format jsonl"
    )]
    Pull(cmd::member::PullArgs),
    /// Answer a warning: seen, not seen, machines checked.
    #[command(
        after_help = "Example:\n  noroshi answer --hub https://hub.example --token \"$TOKEN\" ITEM not-seen --machines 120"
    )]
    Answer(cmd::member::AnswerArgs),
    /// What the own organisation was asked to check, and its answers.
    #[command(after_help = "Example:\n  noroshi checks --hub https://hub.example --token \"$TOKEN\" list")]
    Checks(cmd::checks::ChecksArgs),
    /// Write, send and prove incident reports.
    #[cfg(feature = "hub")]
    #[command(after_help = "Example:\n  noroshi report status --hub https://hub.example --token \"$TOKEN\"")]
    Report(cmd::report::ReportArgs),
    /// Say what receipts prove, offline, with only the log's key and policy.
    #[cfg(feature = "hub")]
    #[command(
        after_help = "Example:\n  noroshi verify --key \"$KEY\" --policy policy.txt 7K3M-Q2XP-D.tlog-proof --sent suspicious.eml"
    )]
    Verify(cmd::verify::VerifyArgs),
    /// Check a hub's log, or follow another's.
    #[cfg(feature = "hub")]
    #[command(after_help = "Example:\n  noroshi log check --data /var/lib/noroshi")]
    Log(cmd::log::LogArgs),
    /// Cosign a hub's log while it only grows.
    #[cfg(feature = "hub")]
    #[command(
        after_help = "Example:\n  noroshi witness --data /var/lib/witness --name ministry.example --log \"$KEY\""
    )]
    Witness(cmd::witness::WitnessArgs),
    /// Find the indicators in a text.
    #[command(
        after_help = "Example:\n  noroshi extract report.txt --format jsonl\n  noroshi extract misp-event.json --list"
    )]
    Extract(cmd::extract::ExtractArgs),
    /// Show what a mail says.
    #[command(after_help = "Example:\n  noroshi mail suspicious.eml --format json")]
    Mail(cmd::mail::MailArgs),
    /// Make a warning that names nobody, at your own site, without a hub.
    #[command(after_help = "Example:\n  noroshi deid suspicious.eml --profile our-names.toml --format json")]
    Deid(cmd::deid::DeidArgs),
    /// Check STIX, explain and match patterns.
    #[command(after_help = "Example:\n  noroshi stix validate bundle.json --format jsonl")]
    Stix(cmd::stix::StixArgs),
    /// Keep a journal of what logs contain, so that a new warning is answered over a year without reading them.
    #[command(
        after_help = "Example:\n  noroshi watch --journal /var/lib/noroshi/journal /var/log/squid /var/log/mail.log"
    )]
    Watch(cmd::watch::WatchArgs),
    /// Follow logs, fetch warnings and checks, answer what the member's own rules let it answer.
    #[command(
        after_help = "Example:\n  noroshi agent --policy /etc/noroshi/agent.toml\n  noroshi agent status --policy /etc/noroshi/agent.toml"
    )]
    Agent(cmd::agent::AgentArgs),
    /// Check logs, mail boxes and files against indicators.
    #[command(
        after_help = "Example:\n  noroshi sweep --indicators warning.json /var/log --format jsonl\n  noroshi sweep --check ID --hub https://hub.example --token \"$TOKEN\" --machines 12 /var/log\n  noroshi sweep --hub https://hub.example --token \"$TOKEN\" --save-set hub.set\n  noroshi sweep --set hub.set --trust \"$KEY\" /var/log"
    )]
    Sweep(cmd::sweep::SweepArgs),
}

impl Command {
    /// Whether it serves until it is told to stop: nobody's closed pipe may end it.
    fn stays_up(&self) -> bool {
        #[cfg(feature = "hub")]
        return matches!(self, Self::Serve(_) | Self::Demo(_));
        #[cfg(not(feature = "hub"))]
        false
    }

    /// Whether it makes files of a hub: they are its owner's alone, whatever the shell's own rule is.
    #[cfg(feature = "hub")]
    fn keeps_data(&self) -> bool {
        matches!(self, Self::Serve(_) | Self::Demo(_) | Self::Admin(_))
    }
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    if !command.stays_up() {
        // a reader that has seen enough (`| head`) ends the command quietly, as with every other tool
        sigpipe::reset();
    }
    #[cfg(feature = "hub")]
    if command.keeps_data() {
        rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
        // where the allocator has no such setting it has other ways
        let _ = heap::share();
    }
    let outcome = match command {
        #[cfg(feature = "hub")]
        Command::Serve(args) => cmd::serve::run(args),
        #[cfg(feature = "hub")]
        Command::Demo(args) => cmd::demo::run(args),
        #[cfg(feature = "hub")]
        Command::Admin(args) => cmd::admin::run(args),
        Command::Submit(args) => cmd::member::submit(args),
        Command::Pull(args) => cmd::member::pull(args),
        Command::Answer(args) => cmd::member::answer(args),
        Command::Checks(args) => cmd::checks::run(args),
        #[cfg(feature = "hub")]
        Command::Report(args) => cmd::report::run(args),
        #[cfg(feature = "hub")]
        Command::Verify(args) => cmd::verify::run(&args),
        #[cfg(feature = "hub")]
        Command::Log(args) => cmd::log::run(args),
        #[cfg(feature = "hub")]
        Command::Witness(args) => cmd::witness::run(&args),
        Command::Extract(args) => cmd::extract::run(&args),
        Command::Mail(args) => cmd::mail::run(&args),
        Command::Deid(args) => cmd::deid::run(&args),
        Command::Stix(args) => cmd::stix::run(&args),
        Command::Watch(args) => cmd::watch::run(args),
        Command::Agent(args) => cmd::agent::run(args),
        Command::Sweep(args) => cmd::sweep::run(&args),
    };
    outcome.unwrap_or_else(|why| {
        eprintln!("noroshi: {why}");
        ExitCode::from(2)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// No argument stands twice and every rule between arguments names one that exists, in every command.
    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    /// Every command that does something shows an example.
    #[test]
    fn help_shows_an_example() {
        fn check(command: &clap::Command, path: &str) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            if !command.has_subcommands() {
                assert!(help.contains("Example"), "{path}");
            }
            command.get_subcommands().for_each(|one| check(one, &format!("{path} {}", one.get_name())));
        }
        check(&Cli::command(), "noroshi");
    }
}
