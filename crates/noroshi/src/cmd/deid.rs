//! `noroshi deid FILE --profile PROFILE.toml`: the draft that would be put before the source's approver, made at the member's
//! own site, without a hub.

use crate::world;
use clap::{Args, ValueEnum};
use deid::gate::Profiles;
use deid::render::{Frame, Identity};
use model::id::OrgId;
use model::item::{ItemContent, ItemIds};
use model::lang::Bilingual;
use model::profile::Profile;
use model::submission::Kind;
use model::tlp::Tlp;
use serde_json::{Value, json};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Make a warning that names nobody from a mail, a list, a STIX bundle or a text.
#[derive(Debug, Args)]
pub struct DeidArgs {
    /// The file; `-` for standard input.
    file: PathBuf,
    /// Your own names: a TOML file with lists `names`, `domains`, `networks`, `hosts`, `people`, `tenants`, `words`.
    #[arg(long, value_name = "PROFILE.toml")]
    profile: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How the draft is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON document.
    Json,
    /// For people.
    Text,
}

/// Reads, builds, lets the gate look, prints. Exit 1 when the gate refuses: nothing of the item is printed then.
pub fn run(args: &DeidArgs) -> Result<ExitCode, String> {
    let raw = bytes(&args.file).map_err(|why| format!("{}: {why}", args.file.display()))?;
    let profile = match &args.profile {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))?;
            deid::profile_from_toml(&text).map_err(|why| format!("{}: {why}", path.display()))?
        }
        None => Profile::default(),
    };
    let name = args.file.file_name().map(|n| n.to_string_lossy().into_owned());
    let kind = deid::sniff(name.as_deref(), &raw);
    let (draft, mut problems) = read(kind, &deid::readable(kind, &raw), &profile);
    problems.extend(deid::misread(&profile).into_iter().map(|bad| {
        let text = format!("`{}` is looked for as a word only: it is none of {}", bad.entry, bad.list);
        json!({"code": "profile", "path": bad.list, "text": text})
    }));
    let (bundle, text) = render(&draft.content);
    let own = [(OrgId(uuid::Uuid::nil()), profile)];
    let hits = deid::gate::check(&bundle, &text, &Profiles::compile(&own));
    let refused = !hits.is_empty();
    problems.extend(
        hits.iter().map(
            |hit| json!({"code": "gate", "path": hit.path, "text": format!("names you: {}", hit.value)}),
        ),
    );
    let item = if refused {
        Value::Null
    } else {
        json!({"bundle": serde_json::from_str::<Value>(&bundle).map_err(|why| why.to_string())?, "text": text})
    };
    match args.format {
        Format::Json => println!("{}", json!({"item": item, "dropped": draft.dropped, "problems": problems})),
        Format::Text => print_text(&text, &draft, &problems, refused),
    }
    Ok(if refused { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn read(kind: Kind, raw: &[u8], profile: &Profile) -> (deid::Draft, Vec<Value>) {
    let nothing_known = |_: &str| false;
    let known = deid::Known { shared: &nothing_known };
    match kind {
        Kind::Mail => {
            let (message, problems) = ::mail::read_message(raw);
            let words =
                problems.iter().map(|p| json!({"code": p.code, "path": p.part, "text": p.text})).collect();
            (deid::from_mail(&message, profile, &known), words)
        }
        Kind::Stix => {
            let ::stix::Lifted { objects, faults, changes } =
                ::stix::read_lifted(raw, &::stix::Limits::default())
                    .unwrap_or_else(|fault| ::stix::Lifted { faults: vec![fault], ..Default::default() });
            let faults = faults.iter().map(|f| json!({"code": f.code, "path": f.pointer, "text": f.text}));
            let changes =
                changes.iter().map(|c| json!({"code": "lifted", "path": c.pointer, "text": c.text}));
            (deid::from_stix(&objects, profile, &known), faults.chain(changes).collect())
        }
        Kind::Indicators => {
            use indicator::files::{Format as F, Listed, Problem, read_csv, read_text, sniff};
            let of = |(lines, problems): (Vec<Listed>, Vec<Problem>)| {
                (deid::from_indicators(&lines, profile, &known), problems)
            };
            let (draft, problems) = match sniff(raw) {
                F::MispJson => deid::from_misp(raw, profile, &known),
                F::StixJson => return read(Kind::Stix, raw, profile),
                F::Csv => of(read_csv(raw)),
                F::Text => of(read_text(&String::from_utf8_lossy(raw))),
            };
            let word =
                |p: &Problem| json!({"code": "line", "path": format!("line {}", p.line), "text": p.text});
            (draft, problems.iter().map(word).collect())
        }
        Kind::Text => {
            let empty = raw.trim_ascii().is_empty();
            let words = empty.then(|| json!({"code": "empty", "path": "", "text": "there is nothing in it"}));
            let draft = deid::from_text(&String::from_utf8_lossy(raw), profile, &known);
            (draft, words.into_iter().collect())
        }
    }
}

/// The draft as it would leave: random identifiers, the current slot, TLP:GREEN, no source.
fn render(content: &ItemContent) -> (String, Bilingual) {
    let mut ids = ItemIds { report: world::uuid(), indicators: std::collections::BTreeMap::new() };
    ids.complete(content, world::uuid);
    let author = Identity {
        id: world::uuid(),
        name: Bilingual { ja: "下書き".to_owned(), en: "Draft".to_owned() },
    };
    let slot = model::time::next_slot(world::now());
    let frame = Frame {
        ids: &ids,
        author: &author,
        created: slot,
        modified: slot,
        tlp: Tlp::Green,
        exercise: false,
        revoked: false,
    };
    let objects = deid::render::bundle(content, &frame);
    (deid::render::bundle_json(&ids, &objects), deid::render::text(content, &frame))
}

fn print_text(text: &Bilingual, draft: &deid::Draft, problems: &[Value], refused: bool) {
    if refused {
        println!("The gate refused the draft: something in it names you. See the problems below.");
    } else {
        println!("{}\n\n{}", text.ja.trim_end(), text.en.trim_end());
    }
    println!("\nStays with you:");
    for one in &draft.dropped {
        println!("  {:<16} {:<28} {}", one.reason, one.path, one.value);
    }
    for problem in problems {
        let word = |key: &str| problem.get(key).and_then(Value::as_str).unwrap_or_default();
        println!("  ! {:<28} {}", word("path"), word("text"));
    }
}

fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut out = Vec::new();
        std::io::stdin().read_to_end(&mut out)?;
        return Ok(out);
    }
    std::fs::read(path)
}
