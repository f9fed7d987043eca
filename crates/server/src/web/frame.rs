//! What every page has: its language, the reader's zone, who reads, the navigation, the line that says what a form did.
//!
//! Templates call it `f`; it is the only thing through which they get words, names and times.

use crate::web::markup::{self, Markup};
use crate::web::nav::Group;
use crate::web::{dates, text, unread};
use hub::Unread;
use hub::ops::auth::SignedIn;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::answer::Progress;
use model::check::CheckState;
use model::item::Analysis;
use model::lang::{Bilingual, Lang};
use model::report::ReportState;
use model::state::SubmissionState;
use model::tlp::Tlp;
use model::vocabulary::{self, Advice, Feature};
use std::collections::BTreeSet;
use std::fmt::Display;

/// The frame of a page.
pub(crate) struct Frame {
    /// The language of the page.
    pub(crate) lang: Lang,
    /// The reader's zone.
    pub(crate) zone: TimeZone,
    /// Its name.
    pub(crate) zone_name: String,
    /// The hub's name in this language.
    pub(crate) hub_name: String,
    /// Who reads, once signed in.
    pub(crate) who: Option<SignedIn>,
    /// The navigation.
    pub(crate) nav: Vec<Group>,
    /// Key of the line that says what a form did.
    pub(crate) flash: Option<String>,
    /// The address of this page, for the switch of language.
    pub(crate) path: String,
}

/// A link to the same page in a language.
pub(crate) struct Tongue {
    pub(crate) code: Lang,
    pub(crate) name: &'static str,
    pub(crate) href: String,
    pub(crate) current: bool,
}

impl Frame {
    /// The frame of a page that anybody may see. Nobody has said in which zone: who reads Japanese is most likely in Japan, and UTC stands
    /// beside.
    pub(crate) fn outside(lang: Lang, path: String) -> Self {
        let zone_name = match lang {
            Lang::Ja => "Asia/Tokyo",
            Lang::En => "UTC",
        };
        Self {
            lang,
            zone: dates::zone(zone_name),
            zone_name: zone_name.to_owned(),
            hub_name: String::new(),
            who: None,
            nav: Vec::new(),
            flash: None,
            path,
        }
    }

    /// The words of a key.
    pub(crate) fn t(&self, key: &str) -> String {
        text::text(self.lang, key)
    }

    /// The words of a key with a number.
    pub(crate) fn n(&self, key: &str, n: impl Number) -> String {
        text::text_n(self.lang, key, n.counted())
    }

    /// A size as people read it, in units of 1024.
    pub(crate) fn size(&self, bytes: i64) -> String {
        const UNIT: f64 = 1024.0;
        match bytes as f64 {
            few if few < UNIT => format!("{few} B"),
            some if some < UNIT * UNIT => format!("{:.0} KiB", some / UNIT),
            many => format!("{:.1} MiB", many / UNIT / UNIT),
        }
    }

    /// The words of a name, e.g. of a state.
    pub(crate) fn name(&self, prefix: &str, name: impl Display) -> String {
        self.t(&format!("{prefix}-{name}"))
    }

    /// The words of a name that may be one we have no words for: then the name itself.
    fn name_or(&self, key: &str, name: &str) -> String {
        if text::knows(key) { self.t(key) } else { name.to_owned() }
    }

    /// The chip of a state.
    pub(crate) fn chip(&self, prefix: &str, name: impl Display) -> Markup {
        let name = name.to_string();
        markup::chip(&name, &self.name(prefix, &name))
    }

    /// A text in the page's language, or in the other one where this is empty.
    pub(crate) fn say<'a>(&self, text: &'a Bilingual) -> &'a str {
        let own = text.in_lang(self.lang);
        if own.is_empty() { self.other(text) } else { own }
    }

    /// The same text in the other language.
    pub(crate) fn other<'a>(&self, text: &'a Bilingual) -> &'a str {
        text.in_lang(self.other_lang())
    }

    /// The language that the page is not in.
    pub(crate) fn other_lang(&self) -> Lang {
        if self.is_ja() { Lang::En } else { Lang::Ja }
    }

    /// Whether the page is in Japanese.
    pub(crate) fn is_ja(&self) -> bool {
        self.lang == Lang::Ja
    }

    /// A time in the reader's zone.
    pub(crate) fn at(&self, at: &Timestamp) -> Markup {
        dates::element(*at, &self.zone, self.lang)
    }

    /// A day.
    pub(crate) fn day(&self, at: &Timestamp) -> String {
        dates::day(*at, self.lang)
    }

    /// The chip of a marking.
    pub(crate) fn tlp(&self, tlp: &Tlp) -> Markup {
        markup::tlp(*tlp)
    }

    /// The marking as a key.
    pub(crate) fn tlp_key(&self, tlp: &Tlp) -> String {
        markup::tlp_key(*tlp)
    }

    /// The field that each form of a session carries.
    pub(crate) fn csrf(&self) -> Markup {
        let value = self.who.as_ref().map_or("", |who| who.csrf.as_str());
        Markup::trusted(format!("<input type=\"hidden\" name=\"csrf\" value=\"{}\">", markup::escaped(value)))
    }

    /// The links that switch the language of this page.
    pub(crate) fn tongues(&self) -> Vec<Tongue> {
        let joint = if self.path.contains('?') { '&' } else { '?' };
        let tongue = |code: Lang, name| Tongue {
            code,
            name,
            href: format!("{}{joint}lang={code}", self.path),
            current: code == self.lang,
        };
        vec![tongue(Lang::Ja, "日本語"), tongue(Lang::En, "English")]
    }

    /// Whether nobody of the organisation has opened it.
    pub(crate) fn is_new(&self, progress: &Progress) -> bool {
        *progress == Progress::Received
    }

    /// Whether the source has something to decide.
    pub(crate) fn awaits(&self, state: &SubmissionState) -> bool {
        *state == SubmissionState::AwaitingApproval
    }

    /// Whether a check waits for the organisation.
    pub(crate) fn check_waits(&self, state: &CheckState) -> bool {
        matches!(state, CheckState::Asked | CheckState::Opened | CheckState::Overdue)
    }

    /// Whether a check is overdue.
    pub(crate) fn check_late(&self, state: &CheckState) -> bool {
        *state == CheckState::Overdue
    }

    /// Whether a report waits for its office.
    pub(crate) fn awaits_office(&self, state: &ReportState) -> bool {
        *state == ReportState::Sent
    }

    /// How many organisations something reaches.
    pub(crate) fn reach(&self, n: impl Number) -> String {
        self.n("reach", n)
    }

    /// A kind of indicator.
    pub(crate) fn kind(&self, kind: &str) -> String {
        self.name_or(&format!("kind-{kind}"), kind)
    }

    /// A value that no program makes a link of.
    pub(crate) fn defanged(&self, value: &str) -> String {
        hub::defang(value)
    }

    /// The key by which a form names an indicator.
    pub(crate) fn indicator_key(&self, kind: &str, value: &str) -> String {
        format!("{kind} {value}")
    }

    /// The kind in such a key.
    pub(crate) fn key_kind<'a>(&self, key: &'a str) -> &'a str {
        key.split_once(' ').map_or(key, |(kind, _)| kind)
    }

    /// The value in such a key.
    pub(crate) fn key_value<'a>(&self, key: &'a str) -> &'a str {
        key.split_once(' ').map_or("", |(_, value)| value)
    }

    /// The words of the story, in one line.
    pub(crate) fn story(&self, keys: &BTreeSet<String>) -> String {
        let word = |key: &String| match vocabulary::story(key) {
            Some(word) if self.is_ja() => word.ja.to_owned(),
            Some(word) => word.en.to_owned(),
            None => key.clone(),
        };
        keys.iter().map(word).collect::<Vec<_>>().join(if self.is_ja() { "、" } else { ", " })
    }

    /// The words of a trace.
    pub(crate) fn feature(&self, feature: &Feature) -> String {
        feature.words().in_lang(self.lang).to_owned()
    }

    /// The words of an advice.
    pub(crate) fn advice(&self, advice: &Advice) -> String {
        advice.words().in_lang(self.lang).to_owned()
    }

    /// The analyst's own words, in the page's language when there are any.
    pub(crate) fn analysis<'a>(&self, analysis: &'a Analysis) -> &'a str {
        let (own, other) =
            if self.is_ja() { (&analysis.ja, &analysis.en) } else { (&analysis.en, &analysis.ja) };
        if own.is_empty() { other } else { own }
    }

    /// The label of a part of what was sent.
    pub(crate) fn sent(&self, label: &str) -> String {
        let key = if label.starts_with("sent-") { label.to_owned() } else { format!("sent-{label}") };
        self.name_or(&key, label)
    }

    /// Where in a submission something stood, e.g. `header To`: its first word in the page's language, the rest as written.
    pub(crate) fn place(&self, path: &str) -> String {
        let (first, rest) = path.split_once(' ').unwrap_or((path, ""));
        let key = format!("place-{}", first.to_lowercase());
        if text::knows(&key) {
            format!("{} {rest}", self.t(&key)).trim_end().to_owned()
        } else {
            path.to_owned()
        }
    }

    /// What could not be read, behind its place.
    pub(crate) fn unread(&self, unread: &Unread) -> String {
        unread::said(self.lang, unread)
    }

    /// The words of a slot's name.
    pub(crate) fn slot(&self, name: &str) -> String {
        let number = name
            .strip_prefix("attachment-")
            .and_then(|rest| rest.strip_suffix("-name"))
            .and_then(|n| n.parse::<u64>().ok());
        match number {
            Some(n) => self.n("slot-attachment-name", n),
            None if name.starts_with("value-") => self.t("slot-value"),
            None if name.starts_with("names-you-") => self.t("slot-names-you"),
            None => self.name_or(&format!("slot-{name}"), name),
        }
    }

    /// A cursor as it stands in an address.
    pub(crate) fn in_address(&self, cursor: &str) -> String {
        markup::in_address(cursor)
    }

    /// The words of a channel.
    pub(crate) fn channel(&self, name: &str) -> String {
        self.name_or(&format!("channel-{name}"), name)
    }

    /// The words of a notice.
    pub(crate) fn notice(&self, kind: &str) -> String {
        self.name_or(&format!("notice-{kind}"), &self.t("notice-other"))
    }
}

/// What can be counted on a page.
pub(crate) trait Number {
    fn counted(self) -> u64;
}

macro_rules! numbers {
    ($($t:ty),+) => {$(
        impl Number for $t {
            fn counted(self) -> u64 { self as u64 }
        }
    )+};
}
numbers!(u32, u64, usize);

impl<T: Number + Copy> Number for &T {
    fn counted(self) -> u64 {
        (*self).counted()
    }
}
