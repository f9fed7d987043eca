//! Finds names of organisations and people in a text, however they are spelt or coded there.
//!
//! All names go into two automata (as written, as they sound), so that a text costs the same for one profile and for three
//! hundred. Latin names and words under five characters match as whole tokens only.

mod address;
pub(crate) mod alike;
pub(crate) mod decode;
pub(crate) mod fold;
mod legal;

use aho_corasick::AhoCorasick;
use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Latin names shorter than this match as whole tokens only (design, rule 2).
const WHOLE_BELOW: usize = 5;

/// Latin names shorter than this are not looked for in what base64, base32 and numbers decode to: any warning holds dozens of identifiers,
/// whose letters, decoded, spell two or three of somebody's by chance, and each such warning would wait for a person.
const DECODED_MIN: usize = 4;

/// Codings of which any run of letters is one.
const OF_ANY_RUN: &[&str] = &["base64", "base32", "hex", "decimal"];

/// Names of kana alone shorter than this match as whole tokens only: they are syllables of ordinary words.
const KANA_WHOLE_BELOW: usize = 4;

/// Latin names at least this long are also found across separators: `Fujimi Denki` in `fuji-midenki`. Shorter ones that are no
/// whole tokens are found so where they begin and end with a token: `fuji-mi`, but not in `kung-fu-jimi`.
const ACROSS_MIN: usize = 8;

/// Names written in Chinese characters at least this long are also found across separators.
const ACROSS_KANJI_MIN: usize = 3;

/// Latin and kana names at least this long are also found by their sound.
const SOUND_MIN: usize = 6;

/// Letters of a name that are looked for. The first so many stand for a longer one, which nobody has by chance; a sender chooses what
/// stands in his own mail's `To`, and the time to make a needle ready grows with the square of its length.
const NEEDLE_CHARS_MAX: usize = 80;

/// A name to look for and whose it is.
#[derive(Clone, Debug)]
struct Needle {
    owner: usize,
    text: String,
    whole: bool,
    /// Too short for what a run of letters decodes to.
    by_chance: bool,
    /// Found also where separators stand inside it.
    across: bool,
}

/// A name that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NameHit {
    /// Whose it is.
    pub(crate) owner: usize,
    /// The name as its owner states it.
    pub(crate) name: String,
    /// The coding in which it was found.
    pub(crate) how: &'static str,
}

/// Names ready to be looked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    needles: Vec<Needle>,
    written: Option<AhoCorasick>,
    /// The needle of each pattern of `written`.
    of_written: Vec<usize>,
    sounding: Option<AhoCorasick>,
    of_sounding: Vec<usize>,
    networks: Vec<(usize, ipnet::IpNet)>,
}

/// Collects names before they are compiled.
#[derive(Clone, Debug, Default)]
pub(crate) struct NamesBuilder {
    seen: BTreeSet<(usize, String)>,
    needles: Vec<(Needle, String)>,
    networks: Vec<(usize, ipnet::IpNet)>,
}

impl NamesBuilder {
    /// Adds a name, word, host or address of `owner`; the name of an organisation also without its legal form.
    pub(crate) fn name(&mut self, owner: usize, text: &str) {
        legal::without(text).for_each(|bare| self.name(owner, bare));
        let text = text.char_indices().nth(NEEDLE_CHARS_MAX).map_or(text, |(end, _)| &text[..end]);
        let spaced = fold::spaced(text);
        let length = spaced.chars().filter(|c| *c != ' ').count();
        let kanji = spaced.chars().any(is_kanji);
        let kana = !kanji && !spaced.is_ascii();
        if length < if kanji { 1 } else { 2 } || !self.seen.insert((owner, spaced.clone())) {
            return;
        }
        let digits = spaced.chars().all(|c| c.is_ascii_digit() || c == ' ');
        let whole = match (kanji, kana) {
            (true, _) => length < 2,
            (_, true) => length < KANA_WHOLE_BELOW,
            _ => length < WHOLE_BELOW || (digits && length < ACROSS_MIN),
        };
        let across = length >= if kanji { ACROSS_KANJI_MIN } else { ACROSS_MIN };
        let by_chance = !kanji && !kana && length < DECODED_MIN;
        self.needles.push((Needle { owner, text: text.to_owned(), whole, by_chance, across }, spaced));
    }

    /// Adds a network or an address of `owner`. What is neither is looked for as a word.
    pub(crate) fn network(&mut self, owner: usize, text: &str) {
        let text = text.trim();
        let net =
            text.parse::<ipnet::IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(ipnet::IpNet::from));
        match net {
            Some(net) => self.networks.push((owner, net)),
            None => self.name(owner, text),
        }
    }

    /// Makes the names ready.
    pub(crate) fn compile(self) -> Names {
        let (mut written, mut of_written) = (Vec::new(), Vec::new());
        let (mut sounding, mut of_sounding) = (Vec::new(), Vec::new());
        for (at, (_, spaced)) in self.needles.iter().enumerate() {
            let tight = fold::squeezed(spaced);
            let sound = fold::squeezed(&fold::phonetic(spaced));
            if !spaced.chars().any(is_kanji)
                && sound.chars().count() >= SOUND_MIN
                && sound.bytes().any(|b| b.is_ascii_alphabetic())
            {
                sounding.push(sound);
                of_sounding.push(at);
            }
            if tight != *spaced {
                written.push(tight);
                of_written.push(at);
            }
            written.push(spaced.clone());
            of_written.push(at);
        }
        Names {
            needles: self.needles.into_iter().map(|(needle, _)| needle).collect(),
            // Building fails only beyond 2^31 patterns or bytes, which limits on profiles exclude.
            written: AhoCorasick::new(&written).ok().filter(|_| !written.is_empty()),
            of_written,
            sounding: AhoCorasick::new(&sounding).ok().filter(|_| !sounding.is_empty()),
            of_sounding,
            networks: self.networks,
        }
    }
}

impl Names {
    /// Every name in the text and in all that can be decoded from it, each once.
    pub(crate) fn find(&self, text: &str) -> Vec<NameHit> {
        let mut hits = BTreeSet::new();
        decode::views(text, &mut |view, how| self.in_view(view, how, &mut hits));
        for (turned, how) in [(fold::reversed(text), "reversed"), (fold::rot13(text), "rot13")] {
            self.in_turned(&turned, how, &mut hits);
        }
        hits.into_iter().collect()
    }

    /// Whether any name is in the text.
    pub(crate) fn has(&self, text: &str) -> bool {
        !self.find(text).is_empty()
    }

    /// Whether the address lies in one of the networks.
    pub(crate) fn holds(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|(_, net)| net.contains(&address))
    }

    fn in_view(&self, view: &str, how: &'static str, hits: &mut BTreeSet<NameHit>) {
        self.addresses(view, how, hits);
        let spaced = fold::spaced(view);
        if let Some(automaton) = &self.written {
            self.search(automaton, &self.of_written, &spaced, how, hits);
            self.search_tight(automaton, &self.of_written, &spaced, how, hits);
        }
        if let Some(automaton) = &self.sounding {
            let sound = fold::phonetic(&spaced);
            self.search(automaton, &self.of_sounding, &sound, how, hits);
            self.search_tight(automaton, &self.of_sounding, &sound, how, hits);
        }
    }

    /// A text turned about is hardly ever a word by chance when it holds a long name: short ones are not looked for.
    fn in_turned(&self, text: &str, how: &'static str, hits: &mut BTreeSet<NameHit>) {
        let Some(automaton) = &self.written else { return };
        let mut found = BTreeSet::new();
        let spaced = fold::spaced(text);
        self.search(automaton, &self.of_written, &spaced, how, &mut found);
        self.search_tight(automaton, &self.of_written, &spaced, how, &mut found);
        let short = |name: &str| self.needles.iter().any(|n| n.text == name && n.whole);
        hits.extend(found.into_iter().filter(|hit| hit.name.is_ascii() && !short(&hit.name)));
    }

    fn search(
        &self,
        automaton: &AhoCorasick,
        of: &[usize],
        text: &str,
        how: &'static str,
        hits: &mut BTreeSet<NameHit>,
    ) {
        for found in automaton.find_overlapping_iter(text) {
            let needle = &self.needles[of[found.pattern().as_usize()]];
            let is_there = !needle.whole || is_whole(text, found.start(), found.end());
            if is_there && !(needle.by_chance && OF_ANY_RUN.contains(&how)) {
                hits.insert(NameHit { owner: needle.owner, name: needle.text.clone(), how });
            }
        }
    }

    /// Searches the text without its separators.
    fn search_tight(
        &self,
        automaton: &AhoCorasick,
        of: &[usize],
        spaced: &str,
        how: &'static str,
        hits: &mut BTreeSet<NameHit>,
    ) {
        let tight = fold::squeezed(spaced);
        let borders = LazyCell::new(|| fold::borders(spaced));
        for found in automaton.find_overlapping_iter(&tight) {
            let needle = &self.needles[of[found.pattern().as_usize()]];
            let is_border = |at: usize| borders.get(at).copied().unwrap_or(true);
            let is_there = needle.across
                || found.len() >= ACROSS_MIN
                || !needle.whole && is_border(found.start()) && is_border(found.end());
            if is_there && !(needle.by_chance && OF_ANY_RUN.contains(&how)) {
                hits.insert(NameHit { owner: needle.owner, name: needle.text.clone(), how });
            }
        }
    }

    /// Addresses of own networks. Read backwards, any address ends in the first number of a very large network by chance: only the
    /// others count then.
    fn addresses(&self, view: &str, how: &'static str, hits: &mut BTreeSet<NameHit>) {
        const BACKWARDS_PREFIX_MIN: u8 = 16;
        if self.networks.is_empty() {
            return;
        }
        address::each(view, &mut |address, backwards| {
            let address = address.to_canonical();
            let told = |net: &ipnet::IpNet| !backwards || net.prefix_len() >= BACKWARDS_PREFIX_MIN;
            for (owner, net) in self.networks.iter().filter(|(_, net)| net.contains(&address) && told(net)) {
                hits.insert(NameHit { owner: *owner, name: net.to_string(), how });
            }
        });
    }
}

/// Whether no letter (or digit, where the name ends in one) continues the find on either side.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let continues = |inside: Option<char>, outside: Option<char>| match (inside, outside) {
        (Some(i), Some(o)) if i.is_ascii_digit() => o.is_ascii_digit(),
        (Some(i), Some(o)) if i.is_ascii_alphabetic() => o.is_ascii_alphabetic(),
        (Some(_), Some(o)) => o.is_alphanumeric() && !o.is_ascii(),
        _ => false,
    };
    let found = &text[start..end];
    !continues(found.chars().next(), text[..start].chars().next_back())
        && !continues(found.chars().next_back(), text[end..].chars().next())
}

pub(crate) fn is_kanji(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '々')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, text: &str, expected: bool) {
        let mut builder = NamesBuilder::default();
        builder.network(0, name);
        assert_eq!(builder.compile().has(text), expected, "{name} in {text}");
    }

    #[test]
    fn spellings() {
        check("富士見電機", "https://x.example/富士見電機/", true);
        check("冨士見電機", "富士見-電機", true);
        check("フジミ電機", "ﾌｼﾞﾐ電機", true);
        check("Fujimi Denki", "www.fujimidenki.example", true);
        check("Fujimi Denki", "fujimi_denki", true);
        check("フジミデンキ", "huzimi-denki.example", true);
        check("fujimi-denki.example", "mail.fujimi-denki.example", true);
        check("fujimi-denki.example", "xn--mgbh0fb.example", false);
        check("山田太郎", "5bGx55Sw5aSq6YOO", true);
        check("富士見電機", "xn--zqsv0e35s8l4apbo.example", true);
        check("富士見電機株式会社", "xn--zqsv0e35s8l4apbo.example", true);
        check("株式会社フジミデンキ", "huzimi-denki.example", true);
        check("株式会社", "合同会社の件", false);
        check("yamada", "adamay", true);
        check("yamada", "/ada/may", true);
        check("yamada", "ln/znqn", true);
        check("yamada", "canada-mayor", false);
        check("taro.yamada", "gneb.lnznqn", true);
        check("sato", "otas", false);
    }

    #[test]
    fn separators_inside_a_name() {
        for text in
            ["/ake_bono/x", "/ake/bono/", "a-k-e-b-o-n-o", "a.k.e.b.o.n.o", "x-ake-bono01", "ake%5Fbono"]
        {
            check("akebono", text, true);
        }
        check("akebono", "make-bono", false);
        check("akebono", "ake-bonobo", false);
        check("アケボノ", "ake_bono", true);
        check("kiri", "k-iri", false);
    }

    #[test]
    fn short_latin_names_are_whole_tokens() {
        check("ABC", "abc-login.example", true);
        check("ABC", "abc01.example", true);
        check("ABC", "ABC株式会社", true);
        check("ABC", "abcd.example", false);
        check("sato", "satomi", false);
        check("森", "森林", false);
        check("森", "森 様", true);
        check("阿部", "阿部様", true);
        check("12345", "a12345b", true);
        check("12345", "9123456", false);
    }

    #[test]
    fn two_letters_are_no_name_in_what_any_run_decodes_to() {
        // `a m2 b`, `a kiri b` in base64, as a part of an identifier could be
        check("m2株式会社", "YSBtMiBi", false);
        check("ABC", "YSBhYmMgYg", false);
        check("kiri", "YSBraXJpIGI", true);
        check("ABC", "a%20abc%20b", true);
        check("m2株式会社", "see m2", true);
        check("森", "5qOuIGE", true);
    }

    #[test]
    fn of_a_long_name_the_first_letters_count() {
        let long = "fujimi denki ".repeat(2_000);
        check(&long, &long, true);
        check(&long, &"fujimi-denki-".repeat(8), true);
        check(&long, "fujimi-denki", false);
    }

    #[test]
    fn long_names_cost_no_square() {
        for name in ["a".repeat(100_000), "a ".repeat(50_000), "山田".repeat(20_000)] {
            check(&name, "https://evil.example/login", false);
        }
    }

    #[test]
    fn networks() {
        check("198.51.100.0/24", "http://198.51.100.9:8080/", true);
        check("198.51.100.0/24", "198.51.101.9", false);
        check("2001:db8:1::/48", "[2001:db8:1::5]:443", true);
        check("203.0.113.5", "203.0.113.5", true);
        for text in [
            "http://203-0-113-7.evil.example/",
            "/7.113.0.203",
            "/ip203_0_113_7x",
            "/203/0/113/7/",
            "203.000.113.007",
            "7.113.0.203.in-addr.arpa",
            "7-113-0-203",
            "203%2D0%2D113%2D7",
            "1.203-0-113-7.8",
        ] {
            check("203.0.113.0/24", text, true);
        }
        for text in
            ["203-0-114-7", "203--0-113-7", "2030-0-113-7", "203-0-113-700", "203-0-113", "203a0-113-7"]
        {
            check("203.0.113.0/24", text, false);
        }
        // a time of day is none
        check("9.0.0.0/8", "2026-01-13T09:15:00.000Z", false);
        // any address of others may end like this
        check("10.0.0.0/8", "198.51.100.10", false);
        check("10.0.0.0/8", "10-51-100-198", true);
        let nibbles = "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2";
        for text in [
            "2001-db8-1--5.ipv6-literal.net",
            "/2001-0db8-0001-0000-0000-0000-0000-0005/",
            &format!("{nibbles}.ip6.arpa"),
            &nibbles.chars().rev().collect::<String>(),
            &format!("x/{}", nibbles.replace('.', "-")),
        ] {
            check("2001:db8:1::/48", text, true);
            check("2001:db8:2::/48", text, false);
        }
    }
}
