//! What is wrong with a field, in the reader's language: the name that the field has in forms, and the problem's sentence.
//!
//! The words stand under `field-…` and `problem-…`; the hub gives key and values. What a library or a parser said has no translation and
//! stands behind a sentence that has one.

use crate::web::text::{knows, text, text_with};
use fluent_bundle::{FluentArgs, FluentValue};
use hub::Problem;
use hub::problem::Arg;
use model::lang::Lang;

/// The problem's sentence.
pub(crate) fn said(lang: Lang, problem: &Problem) -> String {
    let mut args = FluentArgs::new();
    for (name, arg) in problem.args() {
        args.set(name, value(lang, arg));
    }
    text_with(lang, problem.key(), &args)
}

/// The same behind the name of its field.
pub(crate) fn of_field(lang: Lang, field: &str, problem: &Problem) -> String {
    let mut args = FluentArgs::new();
    args.set("field", name(lang, field));
    args.set("problem", said(lang, problem));
    text_with(lang, "error-field", &args)
}

/// What a form calls the field. Those that only programs send have the name that they send.
fn name(lang: Lang, field: &str) -> String {
    let key = format!("field-{}", field.replace('_', "-"));
    if knows(&key) { text(lang, &key) } else { field.to_owned() }
}

fn value(lang: Lang, arg: Arg) -> FluentValue<'static> {
    match arg {
        Arg::Number(n) => n.into(),
        Arg::Text(text) => text.into(),
        Arg::Names(prefix, names) => {
            let words: Vec<String> =
                names.iter().map(|name| text(lang, &format!("{prefix}-{name}"))).collect();
            words.join(if lang == Lang::Ja { "、" } else { ", " }).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// What stays in Latin letters in a Japanese sentence: names of standards, and examples of what to write.
    const LATIN: &[&str] = &[
        "name@company.example",
        "company.example",
        "Asia/Tokyo",
        "https://HOST/PATH",
        "webhook_networks",
        "clientDataJSON",
        "T1566.001",
        "ATT&CK",
        "TLP:RED",
        "ES256",
        "base64url",
        "VERIS",
        "ASCII",
        "CLEAR",
        "GREEN",
        "NUL",
        "PIN",
        "RFC",
        "TLS",
        "UTC",
        "IP",
        "2026-01-05T00:15:00Z",
    ];

    fn shown(lang: Lang, arg: &Arg) -> String {
        match value(lang, arg.clone()) {
            FluentValue::String(text) => text.into_owned(),
            FluentValue::Number(n) => n.value.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_problem_has_its_sentence_with_its_values() {
        for problem in Problem::samples() {
            assert!(knows(problem.key()), "{problem:?}");
            for lang in [Lang::Ja, Lang::En] {
                let words = said(lang, &problem);
                for (name, arg) in problem.args() {
                    let value = shown(lang, &arg);
                    assert!(words.contains(&value), "{problem:?}: {name} is not in `{words}`");
                }
                assert!(!words.contains(['{', '}', '$']), "{words}");
            }
        }
    }

    #[test]
    fn no_english_is_left_in_japanese() {
        for problem in Problem::samples() {
            let mut words = said(Lang::Ja, &problem);
            let values = problem.args();
            let values = values.iter().map(|(_, arg)| shown(Lang::Ja, arg));
            for known in values.chain(LATIN.iter().map(|one| (*one).to_owned())) {
                words = words.replace(&known, "");
            }
            let left = words.chars().any(|c| c.is_ascii_alphabetic());
            assert!(!left, "{problem:?}: {words}");
            // a sentence to somebody: it ends as one, unless what follows is what a parser said
            let ends = words.ends_with(['。', ':', '\u{ff1a}']) || words.trim_end().ends_with(':');
            assert!(ends, "{problem:?}: {words}");
        }
    }

    /// Programs and pages say the same in English, so that support finds one in the other.
    #[test]
    fn the_english_page_says_what_programs_are_told() {
        for problem in Problem::samples() {
            let own_words = matches!(
                problem,
                Problem::Said { .. }
                    | Problem::Unanswered { .. }
                    | Problem::GivenByTwo { .. }
                    | Problem::OnlyAtTheHub { .. }
            );
            if !own_words {
                assert_eq!(said(Lang::En, &problem), problem.to_string());
            }
        }
    }

    #[test]
    fn a_field_stands_before_its_problem() {
        let problem = Problem::CharsAtLeast { least: 12 };
        assert_eq!(of_field(Lang::Ja, "password", &problem), "パスワード: 12 文字以上で入力してください。");
        assert_eq!(of_field(Lang::En, "password", &problem), "Password: at least 12 characters");
        assert_eq!(
            of_field(Lang::En, "Idempotency-Key", &problem),
            "Idempotency-Key: at least 12 characters"
        );
        let role = Problem::GivenByTwo { value: model::role::PersonRole::Operator };
        assert!(of_field(Lang::Ja, "role", &role).contains("「運用担当」"));
    }

    /// Fields that no form has: programs and the command line send them.
    const NO_FORM: &[&str] = &[
        "Idempotency-Key",
        "body",
        "incident",
        "log",
        "log.origin",
        "mail",
        "org",
        "query",
        "regime",
        "setting",
        "since",
        "supplier",
        "veris",
    ];

    fn sources(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs" || e == "html") {
                found.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }

    /// The names that stand quoted behind one of `starts`.
    fn quoted_behind(starts: &[&str], folders: &[&str]) -> BTreeSet<String> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut texts = Vec::new();
        folders.iter().for_each(|folder| sources(&here.join(folder), &mut texts));
        let mut found = BTreeSet::new();
        for (text, start) in texts.iter().flat_map(|text| starts.iter().map(move |start| (text, start))) {
            let behind = text.split(start).skip(1).filter_map(|rest| rest.split('"').next());
            let plain =
                behind.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)));
            found.extend(plain.filter(|name| !name.is_empty()).map(str::to_owned));
        }
        found
    }

    #[test]
    fn every_field_of_a_form_has_its_name() {
        let forms = quoted_behind(
            &[
                "<input name=\"",
                " name=\"",
                ".read(\"",
                ".read_all(\"",
                ".perhaps(\"",
                ".when(\"",
                "&fields, \"",
            ],
            &["templates", "src/web"],
        );
        let refused = quoted_behind(&["Invalid(\"", "Invalid(\n            \""], &["src/web", "../hub/src"]);
        // of a head, and of the session itself
        let of_pages = ["color-scheme", "viewport", "robots", "csrf"];
        let all: BTreeSet<&String> = forms
            .iter()
            .filter(|name| !of_pages.contains(&name.as_str()))
            .chain(refused.iter().filter(|name| !NO_FORM.contains(&name.as_str())))
            .collect();
        assert!(all.len() > 100, "only {} fields: are they still written like this?", all.len());
        let nameless: Vec<_> =
            all.iter().filter(|name| !knows(&format!("field-{}", name.replace('_', "-")))).collect();
        assert!(nameless.is_empty(), "{nameless:?}");
    }
}
