//! `noroshi stix`: validate objects, explain patterns, match patterns against observations.
//!
//! Reading and printing only; everything else lies in the `stix` crate, and the verb `lift` in a file of its own. With `--cases` the
//! commands read published conformance cases and print one line for each, in their order.

mod lift;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ::stix::pattern::{
    Lang, Observed, explain, hints, matches, normal_form, parse, parse_edition, parse_strict,
};
use ::stix::{Fault, Limits, Options, Timestamp, Version, validate, validate_streaming};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Work with STIX objects and patterns.
#[derive(Debug, clap::Args)]
pub(crate) struct StixArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Hold the objects of a bundle against the standard.
    #[command(after_help = "Example:\n  noroshi stix validate bundle.json --format jsonl")]
    Validate(ValidateArgs),
    /// Make STIX 2.1 of STIX 2.0: prints the bundle, and lists on standard error what was changed.
    #[command(after_help = "Example:\n  noroshi stix lift old.json > new.json")]
    Lift(lift::LiftArgs),
    /// Say in words what a pattern looks for.
    #[command(after_help = "Example:\n  noroshi stix pattern \"[domain-name:value = 'evil.example']\"")]
    Pattern(PatternArgs),
    /// Look for observations that satisfy a pattern.
    #[command(
        after_help = "Example:\n  noroshi stix match \"[ipv4-addr:value = '192.0.2.1']\" observed.json"
    )]
    Match(MatchArgs),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Words {
    Ja,
    En,
}

#[derive(Debug, clap::Args)]
struct ValidateArgs {
    /// A bundle, TAXII envelope or object; `-` or nothing is standard input.
    file: Option<PathBuf>,
    /// How verdicts are printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// What is only advised against makes an object invalid, too.
    #[arg(long)]
    strict: bool,
    /// Advice that is not looked at, by name.
    #[arg(long, value_name = "NAME")]
    disable: Vec<String>,
    /// Hold everything against this edition: 2.0 or 2.1.
    #[arg(long, value_name = "2.0|2.1", value_parser = edition)]
    edition: Option<Version>,
    /// Read conformance cases and print `{"line","valid"}` lines.
    #[arg(long, value_name = "CASES.jsonl", conflicts_with = "file")]
    cases: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct PatternArgs {
    /// The pattern.
    #[arg(required_unless_present = "cases")]
    pattern: Option<String>,
    /// The language of the words; without it, both.
    #[arg(long, value_enum)]
    lang: Option<Words>,
    /// How it is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Read conformance cases and print `{"line","valid"}` lines.
    #[arg(long, value_name = "CASES.jsonl", conflicts_with = "pattern")]
    cases: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct MatchArgs {
    /// The pattern.
    #[arg(required_unless_present = "cases")]
    pattern: Option<String>,
    /// Files of bundles or observed data.
    files: Vec<PathBuf>,
    /// Read conformance cases and print `{"line","result"}` lines.
    #[arg(long, value_name = "CASES.jsonl", conflicts_with_all = ["pattern", "files"], requires = "observed")]
    cases: Option<PathBuf>,
    /// The observations that the cases name.
    #[arg(long, value_name = "OBSERVED.json")]
    observed: Option<PathBuf>,
}

fn edition(text: &str) -> Result<Version, String> {
    match text {
        "2.0" => Ok(Version::V20),
        "2.1" => Ok(Version::V21),
        _ => Err("2.0 or 2.1".to_owned()),
    }
}

/// Runs the command.
pub(crate) fn run(args: &StixArgs) -> Result<ExitCode, String> {
    let mut out = BufWriter::new(io::stdout().lock());
    let done = match &args.what {
        What::Validate(args) => match &args.cases {
            Some(cases) => validity_cases(cases, &mut out),
            None => validate_file(args, &mut out),
        },
        What::Lift(args) => lift::run(args, &mut out),
        What::Pattern(args) => match (&args.cases, &args.pattern) {
            (Some(cases), _) => syntax_cases(cases, &mut out),
            (None, pattern) => explain_one(pattern.as_deref().unwrap_or_default(), args, &mut out),
        },
        What::Match(args) => match (&args.cases, &args.observed) {
            (Some(cases), Some(observed)) => match_cases(cases, observed, &mut out),
            _ => match_files(args.pattern.as_deref().unwrap_or_default(), &args.files, &mut out),
        },
    };
    match done.and_then(|code| out.flush().map(|()| code).map_err(Stop::Output)) {
        Ok(code) => Ok(code),
        // A reader that has seen enough (`head`) is no failure.
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(Stop::Output(error)) => Err(format!("printing failed: {error}")),
        Err(Stop::Input(text)) => Err(text),
    }
}

/// Why a command ends early.
enum Stop {
    Input(String),
    Output(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Output(error)
    }
}

fn open(path: &Path) -> Result<BufReader<File>, Stop> {
    let file = File::open(path).map_err(|error| Stop::Input(format!("{}: {error}", path.display())))?;
    Ok(BufReader::new(file))
}

/// Hands over each line of a file of cases, with its number.
fn each_case<C: for<'de> Deserialize<'de>>(
    path: &Path,
    mut each: impl FnMut(usize, C) -> Result<(), Stop>,
) -> Result<ExitCode, Stop> {
    for (index, line) in open(path)?.lines().enumerate() {
        let fault =
            |error: &dyn std::fmt::Display| Stop::Input(format!("{}:{}: {error}", path.display(), index + 1));
        let line = line.map_err(|error| fault(&error))?;
        if !line.trim().is_empty() {
            each(index + 1, serde_json::from_str(&line).map_err(|error| fault(&error))?)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Deserialize)]
struct ValidityCase {
    object: Value,
    #[serde(default)]
    options: CaseOptions,
}

#[derive(Deserialize, Default)]
struct CaseOptions {
    #[serde(default)]
    strict: bool,
    #[serde(flatten)]
    options: Options,
}

fn validity_cases(path: &Path, out: &mut impl Write) -> Result<ExitCode, Stop> {
    each_case(path, |line, case: ValidityCase| {
        let report = validate(&case.object, &case.options.options);
        let valid = report.is_valid() && (!case.options.strict || report.warnings.is_empty());
        Ok(writeln!(out, "{}", json!({"line": line, "valid": valid}))?)
    })
}

fn validate_file(args: &ValidateArgs, out: &mut impl Write) -> Result<ExitCode, Stop> {
    let options = Options { version: args.edition, disabled: args.disable.clone(), ..Options::default() };
    let (mut all, mut invalid) = (0u64, 0u64);
    let mut printed = Ok(());
    let each = |checked: ::stix::Checked<'_>| {
        let valid = checked.report.is_valid() && (!args.strict || checked.report.warnings.is_empty());
        all += 1;
        invalid += u64::from(!valid);
        if printed.is_ok() {
            printed = match args.format {
                Format::Jsonl => print_json(&checked, valid, out),
                Format::Text => print_text(&checked, out),
            };
        }
    };
    let limits = Limits::default();
    let read = match args.file.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => validate_streaming(open(path)?, &limits, &options, each),
        None => validate_streaming(io::stdin().lock(), &limits, &options, each),
    };
    printed?;
    let name = args.file.as_deref().unwrap_or(Path::new("-")).display();
    read.map_err(|fault| Stop::Input(format!("{name}: {fault}")))?;
    if args.format == Format::Text {
        writeln!(out, "{all} objects, {invalid} invalid")?;
    }
    Ok(if invalid == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One line of `--format jsonl`.
#[derive(Serialize)]
struct Verdict<'v> {
    id: Option<&'v str>,
    valid: bool,
    errors: &'v [Fault],
    warnings: &'v [Fault],
}

fn print_json(checked: &::stix::Checked<'_>, valid: bool, out: &mut impl Write) -> io::Result<()> {
    let verdict =
        Verdict { id: checked.id, valid, errors: &checked.report.errors, warnings: &checked.report.warnings };
    serde_json::to_writer(&mut *out, &verdict)?;
    writeln!(out)
}

fn print_text(checked: &::stix::Checked<'_>, out: &mut impl Write) -> io::Result<()> {
    let id = checked.id.unwrap_or("(no id)");
    let mut print = |faults: &[Fault], word: &str| {
        faults.iter().try_for_each(|fault| writeln!(out, "{id}: {word}: {fault}"))
    };
    print(&checked.report.errors, "error")?;
    print(&checked.report.warnings, "warning")
}

#[derive(Deserialize)]
struct SyntaxCase {
    pattern: String,
    #[serde(default, alias = "version")]
    stix_version: Option<Version>,
}

fn syntax_cases(path: &Path, out: &mut impl Write) -> Result<ExitCode, Stop> {
    each_case(path, |line, case: SyntaxCase| {
        let read = match case.stix_version {
            Some(edition) => parse_edition(&case.pattern, edition),
            None => parse_strict(&case.pattern),
        };
        let valid = read.is_ok();
        Ok(writeln!(out, "{}", json!({"line": line, "valid": valid}))?)
    })
}

fn explain_one(text: &str, args: &PatternArgs, out: &mut impl Write) -> Result<ExitCode, Stop> {
    let pattern = parse_strict(text).map_err(|fault| Stop::Input(fault.to_string()))?;
    let (ja, en) = (explain(&pattern, Lang::Ja), explain(&pattern, Lang::En));
    let warnings: Vec<(String, String)> =
        hints(&pattern, Lang::Ja).into_iter().zip(hints(&pattern, Lang::En)).collect();
    match (args.format, args.lang) {
        (Format::Jsonl, _) => {
            let warnings: Vec<Value> = warnings.iter().map(|(ja, en)| json!({"ja": ja, "en": en})).collect();
            let (text, normal) = (pattern.to_string(), normal_form(&pattern).to_string());
            let told = json!({"pattern": text, "normal": normal, "ja": ja, "en": en, "warnings": warnings});
            writeln!(out, "{told}")?;
            return Ok(ExitCode::SUCCESS);
        }
        (Format::Text, Some(Words::Ja)) => writeln!(out, "{ja}")?,
        (Format::Text, Some(Words::En)) => writeln!(out, "{en}")?,
        (Format::Text, None) => writeln!(out, "{ja}\n{en}")?,
    }
    // the words first, whatever buffers them
    out.flush()?;
    for (ja, en) in warnings {
        match args.lang {
            Some(Words::Ja) => eprintln!("警告: {ja}"),
            Some(Words::En) => eprintln!("warning: {en}"),
            None => eprintln!("警告: {ja}\nwarning: {en}"),
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Deserialize)]
struct MatchCase {
    pattern: String,
    observed: String,
}

fn match_cases(path: &Path, observed: &Path, out: &mut impl Write) -> Result<ExitCode, Stop> {
    let fault = |error| Stop::Input(format!("{}: {error}", observed.display()));
    let named: HashMap<String, Vec<Value>> = serde_json::from_reader(open(observed)?).map_err(fault)?;
    let read: HashMap<String, Vec<Observed>> =
        named.into_iter().map(|(name, values)| (name, Observed::read(&values).0)).collect();
    each_case(path, |line, case: MatchCase| {
        let seen = read.get(&case.observed).map(Vec::as_slice).unwrap_or_default();
        let result = match parse(&case.pattern).map(|pattern| matches(&pattern, seen)) {
            Ok(Ok(Some(_))) => "match",
            Ok(Ok(None)) => "no-match",
            Ok(Err(_)) | Err(_) => "error",
        };
        Ok(writeln!(out, "{}", json!({"line": line, "result": result}))?)
    })
}

/// Exits with 1 where nothing matched, as `grep` does.
fn match_files(text: &str, files: &[PathBuf], out: &mut impl Write) -> Result<ExitCode, Stop> {
    let pattern = parse(text).map_err(|fault| Stop::Input(fault.to_string()))?;
    let mut values = Vec::new();
    for path in files {
        let read = serde_json::from_reader(open(path)?);
        match read.map_err(|error| Stop::Input(format!("{}: {error}", path.display())))? {
            Value::Array(items) => values.extend(items),
            value => values.push(value),
        }
    }
    let (observed, faults) = Observed::read(&values);
    faults.iter().for_each(|fault| eprintln!("{fault}"));
    let found = matches(&pattern, &observed).map_err(|fault| Stop::Input(fault.to_string()))?;
    let Some(found) = found else {
        writeln!(out, "{}", json!({"matched": false}))?;
        return Ok(ExitCode::FAILURE);
    };
    let ids: Vec<_> = found.observed.iter().map(|index| observed[*index].id.as_deref()).collect();
    let (first, last) = (Timestamp::from_micros(found.first), Timestamp::from_micros(found.last));
    writeln!(out, "{}", json!({"matched": true, "observed": ids, "first": first, "last": last}))?;
    Ok(ExitCode::SUCCESS)
}
