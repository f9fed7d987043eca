//! `noroshi extract`: the indicators of a text, for people or as JSON lines.
//!
//! Reading and printing only; what an indicator is lies in the `indicator` crate.

mod list;

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use indicator::Find;
use serde::Deserialize;
use serde_json::json;

/// The largest text that is read. It is held in memory whole; logs are for `noroshi sweep`.
const TEXT_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// How finds are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A table for people.
    Text,
    /// One JSON object a line.
    Jsonl,
}

/// Find the indicators in a text.
#[derive(Debug, clap::Args)]
pub(crate) struct ExtractArgs {
    /// The text; `-` or nothing is standard input.
    file: Option<PathBuf>,
    /// How finds are printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Read it as a list: a CSV with any header, a MISP event, or one value a line. Its columns and attributes say what each value is;
    /// `line` counts lines, in JSON attributes. What should have been an indicator and is none is named, and the exit code is 1.
    #[arg(long)]
    list: bool,
    /// Read `{"id","text"}` lines from this file and print `{"id","iocs","seconds"}` lines. A line that cannot be read is named, the
    /// others go on, and the exit code is 1.
    #[arg(long, value_name = "CASES.jsonl", conflicts_with_all = ["file", "format", "list"])]
    cases: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(args: &ExtractArgs) -> Result<ExitCode, String> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut code = ExitCode::SUCCESS;
    match &args.cases {
        Some(cases) => {
            if print_cases(cases, &mut out)? > 0 {
                code = ExitCode::FAILURE;
            }
        }
        None => {
            let bytes = read(args.file.as_deref())?;
            if args.list {
                if list::print(&bytes, args.format, &mut out)? > 0 {
                    code = ExitCode::FAILURE;
                }
            } else {
                if let (Format::Text, Some(kind)) = (args.format, list::looks_like(&bytes)) {
                    eprintln!("noroshi: this is {kind}: --list takes what it says of its values");
                }
                print_finds(&mail::decode_text(&bytes), args.format, &mut out)?;
            }
        }
    }
    reader_stays(out.flush())?;
    Ok(code)
}

fn print_finds(text: &str, format: Format, out: &mut impl Write) -> Result<(), String> {
    let readable = indicator::files::without_escapes(text);
    for find in indicator::find(&readable) {
        let written = match format {
            Format::Jsonl => print_json(&find, &text[find.start..find.end], out),
            Format::Text => print_text(&find, out),
        };
        if !reader_stays(written)? {
            break;
        }
    }
    Ok(())
}

/// The whole file. Its charset is told later: UTF-16 as editors save it, Shift_JIS as spreadsheets do.
fn read(file: Option<&Path>) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = match file {
        Some(path) if path != Path::new("-") => {
            let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
            file.take(TEXT_BYTES_MAX + 1).read_to_end(&mut bytes)
        }
        _ => io::stdin().lock().take(TEXT_BYTES_MAX + 1).read_to_end(&mut bytes),
    };
    let length = read.map_err(|error| format!("the text could not be read: {error}"))?;
    if length as u64 > TEXT_BYTES_MAX {
        return Err(format!("the text is larger than {TEXT_BYTES_MAX} bytes; use noroshi sweep for logs"));
    }
    Ok(bytes)
}

/// Whether the reader of our output is still there; one that has seen enough (`head`) is no failure.
fn reader_stays(written: io::Result<()>) -> Result<bool, String> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(format!("the output could not be written: {error}")),
    }
}

fn print_json(find: &Find<'_>, written: &str, out: &mut impl Write) -> io::Result<()> {
    let line = json!({
        "type": find.indicator.kind(),
        "value": find.indicator.value(),
        "written": written,
        "start": find.start,
        "end": find.end,
        "rule": find.rule,
        "confidence": find.confidence,
        "labels": find.labels,
    });
    writeln!(out, "{line}")
}

fn print_text(find: &Find<'_>, out: &mut impl Write) -> io::Result<()> {
    let labels =
        if find.labels.is_empty() { String::new() } else { format!("  [{}]", find.labels.join(", ")) };
    writeln!(out, "{:<14} {}{labels}", find.indicator.kind().as_str(), find.indicator.value())
}

#[derive(Deserialize)]
struct Case {
    id: String,
    text: String,
}

/// Answers a file of cases: references are left out, values are refanged and not canonical, because that is what lists of
/// expected values hold. A line that is no case is named on standard error, and the others are answered; how many there were
/// comes back.
fn print_cases(path: &Path, out: &mut impl Write) -> Result<usize, String> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut bad = 0;
    for (number, line) in BufReader::new(file).split(b'\n').enumerate() {
        let line = line.map_err(|error| format!("{}: {error}", path.display()))?;
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let case: Case = match serde_json::from_slice(line) {
            Ok(case) => case,
            Err(error) => {
                eprintln!("noroshi: {} line {}: {error}", path.display(), number + 1);
                bad += 1;
                continue;
            }
        };
        let (finds, seconds) = timed(|| indicator::find(&case.text));
        let iocs: Vec<serde_json::Value> = finds
            .iter()
            .filter(|find| !find.is_reference())
            .map(|find| json!({"type": find.indicator.kind(), "value": find.refanged()}))
            .collect();
        let written = writeln!(out, "{}", json!({"id": case.id, "iocs": iocs, "seconds": seconds}));
        if !reader_stays(written)? {
            break;
        }
    }
    Ok(bad)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the binary may read the clock; cases report how long each took"
)]
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_line_does_not_end_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.jsonl");
        let lines =
            b"{\"id\":\"a\",\"text\":\"evil[.]example\"}\nno case\n\n\xff\n{\"id\":\"b\",\"text\":\"\"}\r\n";
        std::fs::write(&path, lines).unwrap();
        let mut out = Vec::new();
        let bad = print_cases(&path, &mut out).unwrap();
        let ids: Vec<String> = String::from_utf8(out)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].to_string())
            .collect();
        assert_eq!((bad, ids.join(" ").as_str()), (2, r#""a" "b""#));
    }
}
