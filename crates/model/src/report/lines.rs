//! Lists as people type or paste them: one line an entry, parts by `|`, `｜` or a tab (what a spreadsheet's clipboard holds).
//!
//! Reading gives what was understood and a list of problems with their lines; writing gives text that reads back the same.

use super::facts::{
    Announcement, Certainty, ClassState, ClassStatement, Evidence, Leaving, Noticed, SiteCount,
};
use super::range::Count;
use super::when::read_when;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineProblem {
    /// The line, from 1.
    pub line: usize,
    /// Why, and what to write.
    pub reason: String,
}

impl std::fmt::Display for LineProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// An entry of a list that can be written in one line.
pub trait Entry: Sized {
    /// The parts in their order, as told to whoever writes them.
    const PARTS: &'static str;

    /// Reads the parts; missing ones are empty.
    ///
    /// # Errors
    /// What is wrong, in words.
    fn read(parts: &Parts<'_>) -> Result<Self, String>;

    /// The parts.
    fn parts(&self, zone: &TimeZone) -> Vec<String>;
}

/// The parts of one line.
pub struct Parts<'a> {
    all: Vec<&'a str>,
    zone: &'a TimeZone,
}

impl Parts<'_> {
    fn text(&self, n: usize) -> String {
        self.all.get(n).map_or("", |part| part.trim()).to_owned()
    }

    fn time(&self, n: usize) -> Result<Option<Timestamp>, String> {
        let text = self.text(n);
        if matches!(text.as_str(), "" | "?" | "不明" | "unknown") {
            return Ok(None);
        }
        read_when(&text, self.zone).map(Some).map_err(|why| format!("`{text}`: {why}"))
    }

    fn count(&self, n: usize) -> Result<Count, String> {
        let text = self.text(n);
        if text.is_empty() {
            return Ok(Count::UNKNOWN);
        }
        text.parse().map_err(|why| format!("`{text}`: {why}"))
    }

    fn word<T: Copy>(&self, n: usize, words: &[(&str, T)], empty: T) -> Result<T, String> {
        let text = self.text(n).to_lowercase();
        if text.is_empty() {
            return Ok(empty);
        }
        let known = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        known.ok_or_else(|| {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            format!("`{text}` is none of {}", all.join(", "))
        })
    }
}

/// Reads a list. Empty lines are passed over.
#[must_use]
pub fn read<T: Entry>(text: &str, zone: &TimeZone) -> (Vec<T>, Vec<LineProblem>) {
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let all = line.split(['|', '｜', '\t']).collect();
        match T::read(&Parts { all, zone }) {
            Ok(entry) => entries.push(entry),
            Err(reason) => {
                problems.push(LineProblem { line: n + 1, reason: format!("{reason}. Write: {}", T::PARTS) });
            }
        }
    }
    (entries, problems)
}

/// Writes a list as [`read`] reads it. Separators inside a part become `/`, line ends blanks.
#[must_use]
pub fn write<T: Entry>(entries: &[T], zone: &TimeZone) -> String {
    let line = |entry: &T| {
        let mut parts: Vec<String> = entry.parts(zone).iter().map(|part| plain(part)).collect();
        while parts.last().is_some_and(String::is_empty) {
            parts.pop();
        }
        parts.join(" | ")
    };
    entries.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn plain(part: &str) -> String {
    let keep = |c| match c {
        '|' | '｜' => '/',
        '\n' | '\r' | '\t' => ' ',
        other => other,
    };
    part.chars().map(keep).collect()
}

/// A time as it reads back: to the minute where that is exact.
#[must_use]
pub fn time_text(at: Option<Timestamp>, zone: &TimeZone) -> String {
    let Some(at) = at else { return String::new() };
    let local = at.to_zoned_datetime(zone.clone());
    let text = local.strftime("%Y-%m-%d %H:%M").to_string();
    match read_when(&text, zone) {
        Ok(back) if back == at => text,
        _ => at.to_string(),
    }
}

impl Entry for Noticed {
    const PARTS: &'static str = "when | who noticed | what | who says so";

    fn read(parts: &Parts<'_>) -> Result<Self, String> {
        Ok(Self { at: parts.time(0)?, who: parts.text(1), what: parts.text(2), says: parts.text(3) })
    }

    fn parts(&self, zone: &TimeZone) -> Vec<String> {
        vec![time_text(self.at, zone), self.who.clone(), self.what.clone(), self.says.clone()]
    }
}

impl Entry for SiteCount {
    const PARTS: &'static str = "site | kind of system | count (45, 10-20, 100+, unknown)";

    fn read(parts: &Parts<'_>) -> Result<Self, String> {
        Ok(Self { site: parts.text(0), kind: parts.text(1), count: parts.count(2)? })
    }

    fn parts(&self, _: &TimeZone) -> Vec<String> {
        vec![self.site.clone(), self.kind.clone(), self.count.to_string()]
    }
}

const CLASS_WORDS: &[(&str, ClassState)] = &[
    ("unknown", ClassState::Unknown),
    ("suspected", ClassState::Suspected),
    ("stated", ClassState::Stated),
    ("不明", ClassState::Unknown),
    ("疑い", ClassState::Suspected),
    ("確定", ClassState::Stated),
];

impl Entry for ClassStatement {
    const PARTS: &'static str =
        "title or number | unknown, suspected or stated | class | scheme | who says so | when";

    fn read(parts: &Parts<'_>) -> Result<Self, String> {
        let reference = parts.text(0);
        if reference.is_empty() {
            return Err("the title or number is missing".to_owned());
        }
        let state = parts.word(1, CLASS_WORDS, ClassState::Unknown)?;
        let (class, scheme, by) = (parts.text(2), parts.text(3), parts.text(4));
        Ok(Self { reference, state, class, scheme, by, at: parts.time(5)? })
    }

    fn parts(&self, zone: &TimeZone) -> Vec<String> {
        let (state, at) = (self.state.to_string(), time_text(self.at, zone));
        vec![self.reference.clone(), state, self.class.clone(), self.scheme.clone(), self.by.clone(), at]
    }
}

const CERTAINTY_WORDS: &[(&str, Certainty)] = &[
    ("possible", Certainty::Possible),
    ("likely", Certainty::Likely),
    ("confirmed", Certainty::Confirmed),
    ("可能性", Certainty::Possible),
    ("おそらく", Certainty::Likely),
    ("確認済", Certainty::Confirmed),
];

impl Entry for Leaving {
    const PARTS: &'static str = "destination | bytes | possible, likely or confirmed | when";

    fn read(parts: &Parts<'_>) -> Result<Self, String> {
        let destination = parts.text(0);
        if destination.is_empty() {
            return Err("the destination is missing".to_owned());
        }
        let certainty = parts.word(2, CERTAINTY_WORDS, Certainty::Possible)?;
        Ok(Self { destination, bytes: parts.count(1)?, certainty, at: parts.time(3)? })
    }

    fn parts(&self, zone: &TimeZone) -> Vec<String> {
        let (bytes, certainty) = (self.bytes.to_string(), self.certainty.to_string());
        vec![self.destination.clone(), bytes, certainty, time_text(self.at, zone)]
    }
}

const HOLD_WORDS: &[(&str, bool)] =
    &[("hold", true), ("no", false), ("yes", true), ("保全命令", true), ("有", true), ("無", false)];

impl Entry for Evidence {
    const PARTS: &'static str = "what | hash | holder | place | keep until | hold or no";

    fn read(parts: &Parts<'_>) -> Result<Self, String> {
        let (what, hash) = (parts.text(0), parts.text(1));
        if what.is_empty() && hash.is_empty() {
            return Err("say what it is, or its hash".to_owned());
        }
        let (holder, place) = (parts.text(2), parts.text(3));
        let hold = parts.word(5, HOLD_WORDS, false)?;
        Ok(Self { what, hash, holder, place, keep_until: parts.time(4)?, hold })
    }

    fn parts(&self, zone: &TimeZone) -> Vec<String> {
        let hold = if self.hold { "hold" } else { "" }.to_owned();
        let until = time_text(self.keep_until, zone);
        vec![self.what.clone(), self.hash.clone(), self.holder.clone(), self.place.clone(), until, hold]
    }
}

impl Entry for Announcement {
    const PARTS: &'static str = "when | what, where | who is told before";

    fn read(parts: &Parts<'_>) -> Result<Self, String> {
        Ok(Self { at: parts.time(0)?, what: parts.text(1), before: parts.text(2) })
    }

    fn parts(&self, zone: &TimeZone) -> Vec<String> {
        vec![time_text(self.at, zone), self.what.clone(), self.before.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokyo() -> TimeZone {
        TimeZone::get("Asia/Tokyo").unwrap()
    }

    /// Reads, and expects what is written back and the problems.
    fn check<T: Entry>(text: &str, written: &str, problems: &[&str]) {
        let (entries, found) = read::<T>(text, &tokyo());
        assert_eq!(write(&entries, &tokyo()), written);
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), problems);
        let (again, none) = read::<T>(written, &tokyo());
        assert_eq!((write(&again, &tokyo()), none), (written.to_owned(), vec![]));
    }

    #[test]
    fn lists_read_and_write_back() {
        check::<SiteCount>(
            "本社\tサーバ\t45\n\n神戸 ｜ PC ｜ 30～38台",
            "本社 | サーバ | 45\n神戸 | PC | 30-38",
            &[],
        );
        check::<Noticed>(
            "平成23年8月11日 9:40 | 情報システム部 | ウイルス検知 | 担当者\n? | 委託先",
            "2011-08-11 09:40 | 情報システム部 | ウイルス検知 | 担当者\n | 委託先",
            &[],
        );
        check::<ClassStatement>(
            "入札公告資料 | 疑い | 注意 | 部内区分 | 情報管理課 | 令和2年2月7日 10:00",
            "入札公告資料 | suspected | 注意 | 部内区分 | 情報管理課 | 2020-02-07 10:00",
            &[],
        );
        check::<Leaving>("203.0.113.7 | 10-20 | likely", "203.0.113.7 | 10-20 | likely", &[]);
        check::<Evidence>(
            "disk image | sha256:00ff | 田中 | 金庫 | 2027-02-01 00:00 | hold",
            "disk image | sha256:00ff | 田中 | 金庫 | 2027-02-01 00:00 | hold",
            &[],
        );
        check::<Announcement>(
            "2026-12-01 10:00 | press, web | ministry, police",
            "2026-12-01 10:00 | press, web | ministry, police",
            &[],
        );
    }

    #[test]
    fn what_is_not_understood_is_told_with_its_line() {
        check::<SiteCount>(
            "a | b | 3\nc | d | many",
            "a | b | 3",
            &[
                "line 2: `many`: not a count; write 45, 10-20, 100+, <=5 or unknown. Write: site | kind of system | count (45, 10-20, 100+, unknown)",
            ],
        );
        check::<Leaving>(
            "x | 1 | perhaps",
            "",
            &[
                "line 1: `perhaps` is none of possible, likely, confirmed, 可能性, おそらく, 確認済. Write: destination | bytes | possible, likely or confirmed | when",
            ],
        );
    }

    #[test]
    fn separators_in_parts_do_not_make_new_parts() {
        let entry = Noticed { what: "a|b\nc".to_owned(), ..Noticed::default() };
        assert_eq!(write(&[entry], &tokyo()), " |  | a/b c");
    }

    #[test]
    fn ten_thousand_lines_are_read() {
        let text = "image | sha256:00 | holder | place\n".repeat(10_000);
        let (entries, problems) = read::<Evidence>(&text, &tokyo());
        assert_eq!((entries.len(), problems.len()), (10_000, 0));
    }
}
