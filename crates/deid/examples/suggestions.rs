//! What triage is told of the mails of folders, and how many rows they make: `suggestions FOLDER…` prints one JSON line a folder,
//! `{"folder","mails","targeted","mass_mailed","fraud","harmless","none","rows","largest"}`. With `--show` each mail has a line of its
//! own with the reasons.

use model::profile::Profile;
use model::submission::Verdict;
use std::collections::HashMap;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, folders): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let show = flags.iter().any(|flag| flag == "--show");
    for folder in folders {
        let mut paths: Vec<_> = std::fs::read_dir(&folder)?
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .map(|e| e.path())
            .collect();
        paths.sort();
        let (mut told, mut rows) = (HashMap::new(), Rows::default());
        for (number, path) in paths.iter().enumerate() {
            let (message, _) = mail::read_message(&std::fs::read(path)?);
            let hints = deid::hints::of_mail(&message, &Profile::default());
            let word = word(deid::hints::suggestion(&hints));
            *told.entry(word).or_insert(0) += 1;
            rows.add(number, deid::likeness(&message).into_iter().map(|one| one.key));
            if show {
                let reasons: Vec<_> = hints
                    .iter()
                    .map(|h| format!("{}+{} {}", word_of(h.verdict), h.weight, h.words.en))
                    .collect();
                println!("{word}\t{}\t{}", path.display(), reasons.join("; "));
            }
        }
        let count = |word: &str| told.get(word).copied().unwrap_or(0);
        let sizes = rows.sizes();
        println!(
            "{}",
            serde_json::json!({
                "folder": folder, "mails": paths.len(), "targeted": count("targeted"), "mass_mailed": count("mass_mailed"),
                "fraud": count("fraud"), "harmless": count("harmless"), "none": count("none"),
                "rows": sizes.len(), "largest": sizes.iter().max(),
            })
        );
    }
    Ok(())
}

fn word(verdict: Option<Verdict>) -> &'static str {
    verdict.map_or("none", word_of)
}

fn word_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Targeted => "targeted",
        Verdict::MassMailed => "mass_mailed",
        Verdict::Fraud => "fraud",
        Verdict::Harmless => "harmless",
        _ => "none",
    }
}

/// Mails that share a key are of one row, also by way of others.
#[derive(Default)]
struct Rows {
    above: Vec<usize>,
    keys: HashMap<String, usize>,
}

impl Rows {
    fn root(&self, mut one: usize) -> usize {
        while self.above[one] != one {
            one = self.above[one];
        }
        one
    }

    fn add(&mut self, number: usize, keys: impl Iterator<Item = String>) {
        self.above.push(number);
        for key in keys {
            let other = *self.keys.entry(key).or_insert(number);
            let (a, b) = (self.root(other), self.root(number));
            self.above[b.max(a)] = a.min(b);
        }
    }

    fn sizes(&self) -> Vec<usize> {
        let mut sizes: HashMap<usize, usize> = HashMap::new();
        for one in 0..self.above.len() {
            *sizes.entry(self.root(one)).or_default() += 1;
        }
        sizes.into_values().collect()
    }
}
