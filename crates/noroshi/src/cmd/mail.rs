//! `noroshi mail FILE`: shows what a mail says, with what was wrong about it.

use clap::{Args, ValueEnum};
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Read one mail (.eml, .msg) or an mbox and show what it says.
#[derive(Debug, Args)]
pub struct MailArgs {
    /// The file; `-` for standard input.
    pub file: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = MailFormat::Text)]
    pub format: MailFormat,
}

/// How a mail is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MailFormat {
    /// One JSON document; for an mbox one a line.
    Json,
    /// For people.
    Text,
}

/// Reads and prints. Only a file that cannot be opened is an error.
pub fn run(args: &MailArgs) -> Result<ExitCode, String> {
    let raw = bytes(&args.file).map_err(|why| format!("{}: {why}", args.file.display()))?;
    let messages = if mail::is_mbox(&raw) { mail::read_mbox(&raw) } else { vec![raw.as_slice()] };
    let mut out = String::new();
    for message in messages {
        let (message, problems) = mail::read_message(message);
        match args.format {
            MailFormat::Json => {
                let _ = writeln!(out, "{}", mail::to_json(&message, &problems));
            }
            MailFormat::Text => out.push_str(&mail::to_text(&message, &problems)),
        }
    }
    std::io::Write::write_all(&mut std::io::stdout().lock(), out.as_bytes())
        .map_err(|why| why.to_string())?;
    Ok(ExitCode::SUCCESS)
}

fn bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut raw = Vec::new();
        std::io::stdin().lock().read_to_end(&mut raw)?;
        return Ok(raw);
    }
    std::fs::read(file)
}
