//! What a sweep answers: to the hub, after showing it; or on a slip.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};

use agent::findings;
use agent::slip::{SLIP_ANSWERS_MAX, Slip, public_key};
use agent::sources::Tally;
use client::hub::HubClient;
use model::answer::Progress;
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use sweep::Set;
use uuid::Uuid;

use super::words::Words;
use super::{Refusal, SweepArgs};
use crate::cmd::keys;
use crate::cmd::wait::runtime;
use crate::world;

/// Slips printed at once; for more warnings one names those that are meant.
const SLIPS_MAX: usize = 3;

type Answers<'i> = Vec<(&'i str, Progress)>;

/// Answers as the command line asks.
pub(super) fn answer(
    set: &Set,
    args: &SweepArgs,
    seen: &BTreeSet<String>,
    tally: &Tally,
) -> Result<(), Refusal> {
    if !args.report && !args.slip {
        return Ok(());
    }
    let items: Vec<String> =
        if args.item.is_empty() { set.items() } else { args.item.iter().map(Uuid::to_string).collect() };
    // Lists made elsewhere name items that are nobody's warnings here.
    let items = items.iter().map(String::as_str).filter(|item| Uuid::try_parse(item).is_ok());
    let mut answers = findings::answers(items, seen, tally);
    if !args.item.is_empty() && set.items().is_empty() {
        // Indicators without items stand for the warnings that were named.
        let found = tally.hits > 0;
        answers.iter_mut().filter(|_| found).for_each(|(_, progress)| *progress = Progress::Seen);
    }
    if answers.is_empty() {
        return Err(Refusal::Usage("no warning to answer: name it with --item".to_owned()));
    }
    if args.slip {
        slips(args, &answers)?;
    }
    if args.report { report(args, &answers) } else { Ok(()) }
}

fn report(args: &SweepArgs, answers: &Answers<'_>) -> Result<(), Refusal> {
    let (Some(hub), Some(token)) = (&args.hub, &args.token) else { return Ok(()) };
    let words = Words(args.lang);
    eprintln!("{}", words.will_be_sent(hub, args.machines));
    for (item, progress) in answers {
        eprintln!("  {item}  {}", words.progress(*progress));
    }
    if !agreed(args)? {
        return Ok(());
    }
    let unread = |why: &dyn std::fmt::Display| Refusal::Unread(format!("{hub}: {why}"));
    let client = HubClient::new(hub, token).map_err(|why| unread(&why))?;
    runtime().map_err(Refusal::Unread)?.block_on(async {
        for (item, progress) in answers {
            let sent = client.answer(item, progress.as_str(), Some(u64::from(args.machines))).await;
            sent.map_err(|why| unread(&format!("{item}: {why}")))?;
        }
        Ok::<(), Refusal>(())
    })?;
    eprintln!("{}", words.sent());
    Ok(())
}

/// Whether what was shown may be sent: said beforehand, or asked now.
pub(super) fn agreed(args: &SweepArgs) -> Result<bool, Refusal> {
    if args.yes {
        return Ok(true);
    }
    if !io::stdin().is_terminal() {
        return Err(Refusal::Usage("nothing was sent: give --yes where nobody can be asked".to_owned()));
    }
    let words = Words(args.lang);
    eprint!("{}", words.ask());
    let mut line = String::new();
    let said = io::stderr().flush().and_then(|()| io::stdin().read_line(&mut line));
    let agreed = said.is_ok() && matches!(line.trim(), "y" | "Y" | "yes" | "はい");
    if !agreed {
        eprintln!("{}", words.not_sent());
    }
    Ok(agreed)
}

fn slips(args: &SweepArgs, answers: &Answers<'_>) -> Result<(), Refusal> {
    let Some(path) = &args.slip_key else { return Ok(()) };
    if answers.len() > SLIPS_MAX * SLIP_ANSWERS_MAX {
        let why = format!("{} warnings are too many for slips: name those meant with --item", answers.len());
        return Err(Refusal::Usage(why));
    }
    let seed = keys::seed(path).map_err(Refusal::Unread)?;
    let at = u32::try_from(world::now().as_second()).unwrap_or(u32::MAX);
    for some in answers.chunks(SLIP_ANSWERS_MAX) {
        let answers =
            some.iter().filter_map(|(item, progress)| Some((Uuid::try_parse(item).ok()?, *progress)));
        let slip = Slip { at, machines: args.machines, answers: answers.collect() };
        let text =
            slip.sign(&seed).ok_or_else(|| Refusal::Unread("the slip could not be signed".to_owned()))?;
        eprintln!("{}", picture(&text).map_err(Refusal::Unread)?);
        println!("{text}");
    }
    eprintln!("{}", Words(args.lang).carry(&keys::print(&public_key(&seed))));
    Ok(())
}

/// The QR code, dark on light as scanners want it, also on a dark terminal.
fn picture(text: &str) -> Result<String, String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).map_err(|why| why.to_string())?;
    let (dark, light) = (Dense1x2::Light, Dense1x2::Dark);
    Ok(code.render::<Dense1x2>().dark_color(dark).light_color(light).build())
}
