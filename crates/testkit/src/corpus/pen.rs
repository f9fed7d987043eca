//! Writes templates and keeps the list of what was planted where.
//!
//! A template names what it wants in braces: `{addr}` is the address of a person that stands nowhere else in the mail,
//! `{cc.path}` the local part of one who also stands in `Cc`. Whatever names the victim is noted with its class;
//! what is the attacker's (`{site}`, `{path}`) is not.

use super::cast::{Attacker, Company};
use super::coding;
use super::dice::Dice;
use super::fold;
use super::names::Word;
use sha2::{Digest, Sha256};

/// By what an identifier is found again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needle {
    /// Letters and digits alone, folded ([`fold::squash`]).
    Squashed(String),
    /// As it stands, with no letter or digit beside it.
    Whole(String),
}

/// One identifier of the victim.
#[derive(Clone, Debug)]
pub struct Plant {
    /// What carries it, e.g. `header Delivered-To`.
    pub class: String,
    /// It, as it was drawn.
    pub written: String,
    /// It, as a profile would list it.
    pub listed: String,
    /// Its forms. One of them in an output means that it survived.
    pub needles: Vec<Needle>,
}

/// The letters of queue ids and tokens.
const TOKEN: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

/// Fills templates.
#[derive(Debug)]
pub(super) struct Pen {
    /// Chance.
    pub(super) dice: Dice,
    /// The companies; the first is the one that got the mail.
    pub(super) companies: Vec<Company>,
    /// The attacker.
    pub(super) attacker: Attacker,
    /// What was planted.
    pub(super) plants: Vec<Plant>,
    /// Addresses that must stand in `Cc`.
    pub(super) cc: Vec<String>,
    /// The victim's networks that must stand in its own trace lines.
    pub(super) seen: Vec<String>,
    words: Vec<Word>,
    public: Vec<u8>,
}

impl Pen {
    /// A pen over a cast and the words that are left for it.
    #[must_use]
    pub(super) fn new(mut dice: Dice, companies: Vec<Company>, attacker: Attacker, words: Vec<Word>) -> Self {
        let mut public: Vec<u8> = (2..=250).collect();
        dice.shuffle(&mut public);
        let mut pen = Self {
            dice,
            companies,
            attacker,
            plants: Vec::new(),
            cc: Vec::new(),
            seen: Vec::new(),
            words,
            public,
        };
        for company in pen.companies.clone() {
            pen.plant("organisation", &company.domain, vec![squashed(&company.label())]);
            pen.plant("organisation", &company.kanji(), vec![squashed(&company.kanji())]);
            pen.plant("organisation", &company.word.kana, word_needles(&company.word));
        }
        pen
    }

    fn plant(&mut self, class: &str, written: &str, needles: Vec<Needle>) {
        self.plant_as(class, written, written.to_owned(), needles);
    }

    fn plant_as(&mut self, class: &str, written: &str, listed: String, needles: Vec<Needle>) {
        self.plants.push(Plant { class: class.to_owned(), written: written.to_owned(), listed, needles });
    }

    /// Notes a name that was written by other means.
    pub(super) fn note(&mut self, class: &str, written: &str) {
        self.plant(class, written, vec![squashed(written)]);
    }

    /// A word that stands nowhere else.
    fn word(&mut self) -> Word {
        self.words.pop().expect("the pool has some 800 words, a mail takes some 400")
    }

    /// Fills `template`, noting under `class` what it plants.
    pub(super) fn fill(&mut self, class: &str, template: &str) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (key, tail) = after.split_once('}').expect("braces of templates are closed");
            out.push_str(before);
            out.push_str(&self.draw(class, key));
            rest = tail;
        }
        out + rest
    }

    fn draw(&mut self, class: &str, key: &str) -> String {
        self.scenery(key).or_else(|| self.machine(class, key)).unwrap_or_else(|| self.person(class, key))
    }

    /// What is not planted: the attacker's values, and names noted once for the whole mail.
    fn scenery(&self, key: &str) -> Option<String> {
        let (a, first) = (&self.attacker, &self.companies[0]);
        Some(match key {
            "from" => format!("{}@{}", a.local, a.domain),
            "evil" => a.domain.clone(),
            "hop" => a.hop.clone(),
            "reply" => a.reply.clone(),
            "site" => a.site.clone(),
            "second" => a.second.clone(),
            "bare" => a.bare.clone(),
            "path" => a.path.clone(),
            "victim" => first.domain.clone(),
            "sister" => self.companies[1].domain.clone(),
            "label" => first.label(),
            "orgword" => first.word.romaji.clone(),
            "orgja" => first.kanji(),
            "orgkata" => first.word.katakana(),
            "sisterja" => self.companies[1].kanji(),
            "sisterkata" => self.companies[1].word.katakana(),
            "date" => "Tue, 13 Jan 2026 09:14:07 +0900".to_owned(),
            _ => return None,
        })
    }

    /// What names a machine or a record.
    fn machine(&mut self, class: &str, key: &str) -> Option<String> {
        let (written, needle) = match key {
            "host" | "short" | "sisterhost" => {
                let label = format!("{}{}", self.word().romaji, self.dice.below(90) + 10);
                let needle = squashed(&label);
                let domain = &self.companies[usize::from(key == "sisterhost")].domain;
                (if key == "short" { label } else { format!("{label}.{domain}") }, needle)
            }
            "ip" | "cc.ip" => {
                let last = self.public.pop().expect("a mail takes fewer than 249 addresses");
                let address = format!("203.0.113.{last}");
                self.seen.extend((key != "ip").then(|| address.clone()));
                whole(address)
            }
            "lan" => whole(format!(
                "10.{}.{}.{}",
                self.dice.below(250) + 2,
                self.dice.below(250) + 2,
                self.dice.below(250) + 2
            )),
            "ip6" => whole(format!(
                "2001:db8:{:x}:{:x}::{:x}",
                self.dice.below(60000) + 16,
                self.dice.below(60000) + 16,
                self.dice.below(60000) + 16
            )),
            "guid" => {
                let raw = coding::hex_with("", &self.dice.bytes16()).to_lowercase();
                let parts = [&raw[..8], &raw[8..12], &raw[12..16], &raw[16..20], &raw[20..]];
                (parts.join("-"), squashed(&raw))
            }
            "id" => {
                let id = self.dice.text(TOKEN, 14);
                (id.clone(), squashed(&id))
            }
            "num" => {
                let id = format!("KX-{}", self.dice.text(b"0123456789", 9));
                (id.clone(), squashed(&id))
            }
            "phone" => {
                let id = format!("03-5550-{}", self.dice.text(b"0123456789", 4));
                (id.clone(), squashed(&id))
            }
            _ => return None,
        };
        self.plant(class, &written, vec![needle]);
        Some(written)
    }

    fn person(&mut self, class: &str, key: &str) -> String {
        let word = self.word();
        let domain = self.companies[usize::from(self.dice.chance(30))].domain.clone();
        let addr = format!("{}@{domain}", word.romaji);
        let form = key.strip_prefix("cc.").unwrap_or(key);
        let mut needles = word_needles(&word);
        let (written, extra) = disguise(form, &word, &addr).unwrap_or_else(|| panic!("no such key: {key}"));
        needles.extend(extra.map(|e| squashed(&e)));
        if key != form {
            self.cc.push(addr.clone());
        }
        let listed = if self.dice.chance(50) { word.kanji } else { word.romaji };
        self.plant_as(class, &written, listed, needles);
        written
    }
}

/// The form `form` of a person, and a further needle where no decoder leads back to the name.
fn disguise(form: &str, word: &Word, addr: &str) -> Option<(String, Option<String>)> {
    let kanji = word.kanji.as_str();
    let opaque = |text: String| Some((text.clone(), Some(text)));
    let text = match form {
        "addr" => addr.to_owned(),
        "local" | "romaji" | "path" => word.romaji.clone(),
        "title" => word.title(),
        "kunrei" => word.kunrei(),
        "verp" => addr.replace('@', "="),
        "dash" => addr.replace(['@', '.'], "-"),
        "kanji" => kanji.to_owned(),
        "kana" => word.kana.clone(),
        "kata" => word.katakana(),
        "half" => coding::half(&word.kana),
        "wide" => coding::wide(&word.romaji),
        "encb" => coding::word_b("UTF-8", kanji.as_bytes()),
        "encq" => coding::word_q(kanji),
        "jisb" => coding::word_b("ISO-2022-JP", &coding::jis(kanji)),
        "sjisb" => coding::word_b("Shift_JIS", &coding::sjis(kanji)),
        "eucb" => coding::word_b("EUC-JP", &coding::euc(kanji)),
        "halfb" => coding::word_b("UTF-8", coding::half(&word.kana).as_bytes()),
        "utf7" => coding::utf7(kanji),
        "ent" => coding::entities(kanji),
        "pctja" => coding::hex_with("%", kanji.as_bytes()),
        "pct" => addr.replace('@', "%40"),
        "pctall" => coding::hex_with("%", addr.as_bytes()),
        "pctpct" => coding::hex_with("%25", addr.as_bytes()),
        "b64" => coding::base64(addr.as_bytes()).trim_end_matches('=').to_owned(),
        "b64u" => coding::base64url(addr.as_bytes()),
        "b64local" => coding::base64url(word.romaji.as_bytes()),
        "hex" => coding::hex_with("", addr.as_bytes()).to_lowercase(),
        "hexlocal" => coding::hex_with("", word.romaji.as_bytes()).to_lowercase(),
        "b32" => data_encoding::BASE32_NOPAD.encode(addr.as_bytes()).to_lowercase(),
        "rot" => return opaque(coding::rot13(&word.romaji)),
        "rev" => return opaque(word.romaji.chars().rev().collect()),
        "sha" => return opaque(data_encoding::HEXLOWER.encode(&Sha256::digest(addr.as_bytes()))),
        "sha16" => return opaque(data_encoding::HEXLOWER.encode(&Sha256::digest(addr.as_bytes())[..8])),
        _ => return None,
    };
    Some((text, None))
}

fn squashed(text: &str) -> Needle {
    Needle::Squashed(fold::squash(text))
}

fn whole(text: String) -> (String, Needle) {
    (text.clone(), Needle::Whole(text))
}

/// Kanji, kana and both romaji; katakana and widths fold onto these.
fn word_needles(word: &Word) -> Vec<Needle> {
    let mut out: Vec<Needle> =
        [&word.kanji, &word.kana, &word.romaji, &word.kunrei()].iter().map(|t| squashed(t)).collect();
    out.sort();
    out.dedup();
    out
}
