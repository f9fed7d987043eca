//! The words of the pages, in Japanese and English: one Fluent file a subject and language, compiled in.
//!
//! What members write is not here, nor what `model` says of itself in both languages. A key that is missing shows as the key
//! itself, so that a page is never lost to a word; tests hold both files and every template together.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use model::lang::Lang;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

/// The files of both languages, by subject.
macro_rules! subjects {
    ($($name:literal),+ $(,)?) => {
        const JA: &[&str] = &[$(include_str!(concat!("../../i18n/ja/", $name, ".ftl"))),+];
        const EN: &[&str] = &[$(include_str!(concat!("../../i18n/en/", $name, ".ftl"))),+];
    };
}

subjects![
    "frame",
    "sign_in",
    "item",
    "log",
    "send",
    "approval",
    "queue",
    "drafts",
    "check",
    "community",
    "done",
    "errors",
    "problems",
    "unread",
    "fields",
    "names",
    "places",
    "reports",
    "people",
    "figures",
    "doors",
    "webhooks",
];

static TEXTS: LazyLock<(Bundle, Bundle)> = LazyLock::new(|| (bundle(Lang::Ja, JA), bundle(Lang::En, EN)));

fn bundle(lang: Lang, sources: &[&str]) -> Bundle {
    let id: LanguageIdentifier = lang.as_str().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![id]);
    // Marks around placeables would be copied along with codes and numbers.
    bundle.set_use_isolating(false);
    for source in sources {
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(readable, _)| readable);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn of(lang: Lang) -> &'static Bundle {
    match lang {
        Lang::Ja => &TEXTS.0,
        Lang::En => &TEXTS.1,
    }
}

/// Whether there are words under `key`.
pub(crate) fn knows(key: &str) -> bool {
    of(Lang::En).has_message(key)
}

/// The words of `key`.
pub(crate) fn text(lang: Lang, key: &str) -> String {
    format(lang, key, None)
}

/// The words of `key` with the number `n` in them.
pub(crate) fn text_n(lang: Lang, key: &str, n: u64) -> String {
    let mut args = FluentArgs::new();
    args.set("n", FluentValue::from(n));
    format(lang, key, Some(&args))
}

/// The words of `key` with `args` in them.
pub(crate) fn text_with(lang: Lang, key: &str, args: &FluentArgs<'_>) -> String {
    format(lang, key, Some(args))
}

fn format(lang: Lang, key: &str, args: Option<&FluentArgs<'_>>) -> String {
    let bundle = of(lang);
    let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
        #[cfg(test)]
        tests::missing(key);
        return key.to_owned();
    };
    let mut faults = Vec::new();
    bundle.format_pattern(pattern, args, &mut faults).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// In tests a page without its words is a failure; in the product the key is shown.
    pub(super) fn missing(key: &str) {
        panic!("no words for `{key}`");
    }

    fn keys(sources: &[&str]) -> BTreeSet<String> {
        let found: Vec<String> = sources
            .iter()
            .flat_map(|source| source.lines())
            .filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|l| l.split_once(" =").map(|(key, _)| key.to_owned()))
            .collect();
        let once: BTreeSet<String> = found.iter().cloned().collect();
        assert_eq!(once.len(), found.len(), "a key stands twice");
        once
    }

    #[test]
    fn both_files_are_read_without_a_fault() {
        for source in JA.iter().chain(EN) {
            assert!(FluentResource::try_new((*source).to_owned()).is_ok());
        }
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        assert_eq!(keys(JA), keys(EN));
    }

    /// Every placeable of one language stands in the other too; each message formats without a fault.
    #[test]
    fn every_message_formats_in_both_languages() {
        for key in keys(EN) {
            for lang in [Lang::Ja, Lang::En] {
                let mut args = FluentArgs::new();
                for name in ["n", "least", "most", "value", "other", "field", "problem", "place"] {
                    args.set(name, FluentValue::from(3));
                }
                let mut faults = Vec::new();
                let message = of(lang).get_message(&key).and_then(|m| m.value()).unwrap();
                let said = of(lang).format_pattern(message, Some(&args), &mut faults);
                assert!(faults.is_empty() && !said.is_empty(), "{lang} {key}: {faults:?}");
            }
        }
    }

    #[test]
    fn numbers_choose_their_form() {
        assert_eq!(text_n(Lang::En, "sources", 1), "1 source");
        assert_eq!(text_n(Lang::En, "sources", 2), "2 sources");
        assert_eq!(text_n(Lang::Ja, "sources", 2), "提供元 2 組織");
    }

    /// The keys that templates and handlers write out in full.
    fn used() -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        for path in [folder.join("templates"), folder.join("templates/parts"), folder.join("src/web")] {
            for entry in std::fs::read_dir(path).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() && path.file_name().is_some_and(|n| n != "text.rs") {
                    let source = std::fs::read_to_string(&path).unwrap();
                    for start in
                        ["f.t(\"", "f.n(\"", "text(v.who.lang, \"", "text(lang, \"", "text_n(lang, \""]
                    {
                        found.extend(
                            source
                                .split(start)
                                .skip(1)
                                .filter_map(|rest| rest.split('"').next())
                                .map(str::to_owned),
                        );
                    }
                    let quoted = source
                        .split('"')
                        .filter(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
                    let whole = quoted.filter(|w| {
                        ["flash-", "error-", "step-"].iter().any(|p| w.starts_with(p) && w.len() > p.len())
                    });
                    found.extend(whole.map(str::to_owned));
                }
            }
        }
        found
    }

    #[test]
    fn every_key_that_is_used_exists() {
        let known = keys(EN);
        let missing: Vec<String> = used().into_iter().filter(|k| !known.contains(k)).collect();
        assert_eq!(missing, Vec::<String>::new());
    }

    /// Keys that are put together from a name: each name has its words.
    #[test]
    fn every_name_has_its_words() {
        use model::{answer, consent, item, question, role, state, submission};
        let mut wanted: Vec<String> = Vec::new();
        let mut add = |prefix: &str, names: Vec<String>| {
            wanted.extend(names.iter().map(|n| format!("{prefix}-{n}").replace('+', "-")))
        };
        macro_rules! all {
            ($($prefix:literal $t:ty),+ $(,)?) => { $(add($prefix, <$t>::ALL.iter().map(ToString::to_string).collect());)+ };
        }
        all!(
            "progress" answer::Progress, "band" answer::Band, "submission-state" state::SubmissionState,
            "submission-state-means" state::SubmissionState, "item-state" state::ItemState, "decision" consent::Decision,
            "delay-name" consent::Delay, "submission-kind" submission::Kind, "door" submission::Door,
            "verdict" submission::Verdict, "verdict-means" submission::Verdict, "mail-kind" submission::MailKind,
            "attachment-kind" submission::AttachmentKind, "part" item::Part, "recall" item::RecallReason,
            "recall-means" item::RecallReason, "drop" item::DropReason, "voice" question::Voice,
            "org-role" role::OrgRole, "scope" role::Scope, "scope-means" role::Scope, "tlp-means" model::tlp::Tlp,
            "report-state" model::report::ReportState, "report-what" model::report::What,
            "report-kind" model::report::facts::ReportKind, "class-state" model::report::ClassState,
            "fact" model::clock::Fact, "medium" submission::Medium,
        );
        all!(
            "check-state" model::check::CheckState, "counts" model::check::Counts, "leaving" model::check::Leaving,
            "could-not" model::check::CouldNot,
        );
        add("answer", ["swept", "seen", "not-seen"].map(str::to_owned).to_vec());
        add("answer-hint", ["swept", "seen", "not-seen"].map(str::to_owned).to_vec());
        let known = keys(EN);
        let missing: Vec<&String> = wanted.iter().filter(|k| !known.contains(*k)).collect();
        assert_eq!(missing, Vec::<&String>::new());
    }
}
