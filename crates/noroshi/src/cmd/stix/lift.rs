//! `noroshi stix lift`: what came as STIX 2.0 as a bundle of 2.1, with a list of what was changed.
//!
//! One object after the other, so that memory does not grow with the bundle.

use super::{Stop, open};
use crate::world;
use ::stix::{Id, Limits, Object, read_lifted_streaming};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(super) struct LiftArgs {
    /// A bundle, TAXII envelope or object; `-` or nothing is standard input.
    file: Option<PathBuf>,
}

/// Exits with 1 where something could not be read: the bundle then lacks it.
pub(super) fn run(args: &LiftArgs, out: &mut impl Write) -> Result<ExitCode, Stop> {
    let (mut printed, mut objects, mut faulty) = (Ok(()), 0u64, false);
    let each = |read: Result<Object, ::stix::Fault>| match read {
        Ok(object) if printed.is_ok() => {
            printed = print(&object, objects, out);
            objects += 1;
        }
        Ok(_) => {}
        Err(fault) => {
            faulty = true;
            eprintln!("{fault}");
        }
    };
    let limits = Limits::default();
    let read = match args.file.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => read_lifted_streaming(open(path)?, &limits, each),
        None => read_lifted_streaming(io::stdin().lock(), &limits, each),
    };
    printed?;
    let name = args.file.as_deref().unwrap_or(Path::new("-")).display();
    let changes = read.map_err(|fault| Stop::Input(format!("{name}: {fault}")))?;
    match objects {
        // section 8: a bundle without objects has no such property
        0 => writeln!(out, "{}}}", head())?,
        _ => writeln!(out, "]}}")?,
    }
    out.flush()?;
    for change in changes {
        let place = if change.pointer.is_empty() { "/" } else { &change.pointer };
        eprintln!("{place}: {}", change.text);
    }
    Ok(if faulty { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// How the bundle begins. It is another than the one that was read, so its identifier is new.
fn head() -> String {
    format!("{{\"type\":\"bundle\",\"id\":\"{}\"", Id::new("bundle", world::uuid()))
}

fn print(object: &Object, before: u64, out: &mut impl Write) -> io::Result<()> {
    match before {
        0 => write!(out, "{},\"objects\":[\n{}", head(), object.raw()),
        _ => write!(out, ",\n{}", object.raw()),
    }
}
