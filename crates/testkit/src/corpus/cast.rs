//! Who plays in a mail: the victim with its sister company, and the attacker.

use super::dice::Dice;
use super::names::Word;

/// A company of the victim's group.
#[derive(Clone, Debug)]
pub(super) struct Company {
    /// Its word.
    pub(super) word: Word,
    /// What it makes, in kanji.
    pub(super) trade_ja: &'static str,
    /// The same in romaji.
    pub(super) trade: &'static str,
    /// Its domain.
    pub(super) domain: String,
}

impl Company {
    /// The first label of its domain.
    #[must_use]
    pub(super) fn label(&self) -> String {
        format!("{}-{}", self.word.romaji, self.trade)
    }

    /// Its name in kanji.
    #[must_use]
    pub(super) fn kanji(&self) -> String {
        format!("{}{}", self.word.kanji, self.trade_ja)
    }
}

/// What the attacker uses.
#[derive(Clone, Debug)]
pub(super) struct Attacker {
    /// The domain he sends from.
    pub(super) domain: String,
    /// The name before the `@`.
    pub(super) local: String,
    /// The host that spoke to the victim's edge.
    pub(super) hop: String,
    /// Where replies go.
    pub(super) reply: String,
    /// The host of his pages.
    pub(super) site: String,
    /// A second host, behind a gateway's wrapper.
    pub(super) second: String,
    /// A bare address in a link.
    pub(super) bare: String,
    /// A path on his host.
    pub(super) path: String,
}

const TRADES: &[(&str, &str)] = &[
    ("電機", "denki"),
    ("重工", "juko"),
    ("化学", "kagaku"),
    ("製薬", "seiyaku"),
    ("鉄道", "tetsudo"),
    ("海運", "kaiun"),
];
const VICTIM_ENDS: &[&str] = &["co.jp", "or.jp", "example", "test", "com", "example.co.jp", "ne.jp"];
const STEMS: &[&str] = &[
    "velkor",
    "nimbrex",
    "dastun",
    "qorvelle",
    "zephtan",
    "brullix",
    "wexford-pay",
    "plinthos",
    "ovrando",
    "tresk",
];
const TAILS: &[&str] = &["notice", "billing", "cloud", "secure", "office", "parcel", "docs", "portal"];
const ATTACK_ENDS: &[&str] = &["test", "example", "com", "top", "xyz", "info", "net"];
const HOSTS: &[&str] = &["www", "secure", "portal", "files", "login"];
const LOCALS: &[&str] = &["billing", "info", "accounts", "noreply", "support", "sales", "admin"];
const PATHS: &[&str] = &[
    "portal/login.php",
    "secure/verify/index.html",
    "wp-content/plugins/gate.php",
    "docs/view",
    "owa/auth/logon.html",
];

/// A company of a fresh word.
#[must_use]
pub(super) fn company(dice: &mut Dice, word: Word) -> Company {
    let (trade_ja, trade) = *dice.of(TRADES);
    let domain = format!("{}-{trade}.{}", word.romaji, dice.of(VICTIM_ENDS));
    Company { word, trade_ja, trade, domain }
}

/// A domain of the attacker's.
fn lair(dice: &mut Dice) -> String {
    format!("{}-{}{}.{}", dice.of(STEMS), dice.of(TAILS), dice.below(90) + 10, dice.of(ATTACK_ENDS))
}

/// An attacker.
#[must_use]
pub(super) fn attacker(dice: &mut Dice) -> Attacker {
    let (domain, site, second, reply) = (lair(dice), lair(dice), lair(dice), lair(dice));
    Attacker {
        domain,
        local: (*dice.of(LOCALS)).to_owned(),
        hop: format!("198.51.100.{}", dice.below(250) + 2),
        reply: format!("{}@{reply}", dice.of(LOCALS)),
        site: format!("{}.{site}", dice.of(HOSTS)),
        second: format!("{}.{second}", dice.of(HOSTS)),
        bare: format!("192.0.2.{}", dice.below(250) + 2),
        path: (*dice.of(PATHS)).to_owned(),
    }
}
