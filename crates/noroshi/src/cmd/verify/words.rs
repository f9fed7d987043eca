//! A verdict in words, for people who have nothing but the file.

use hub::log::verdict::{Flaw, NotProven, Outcome, Verdict};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::lang::Lang;

/// Columns that the widest name of a row takes, in English and in Japanese.
const NAME_COLUMNS: usize = 13;

/// Words in one language.
#[derive(Clone, Copy)]
pub(super) struct Words(pub(super) Lang);

impl Words {
    fn say(self, ja: &'static str, en: &'static str) -> &'static str {
        match self.0 {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }

    /// Everything that a receipt proves and does not prove.
    pub(super) fn verdict(self, name: &str, verdict: &Verdict, is_same: Option<bool>) -> String {
        let mut out = format!("{name}: {}\n", self.outcome(verdict.outcome));
        if let Outcome::Refused(flaw) = verdict.outcome {
            row(&mut out, self.say("理由", "why"), self.flaw(flaw));
        }
        if let Some(kind) = verdict.kind() {
            row(&mut out, self.say("行為", "act"), kind);
        }
        let told = |field: &str| matches!(field, "checkpoint" | "at" | "kind");
        verdict.entry.iter().filter(|(f, _)| !told(f)).for_each(|(field, value)| row(&mut out, field, value));
        if verdict.outcome == Outcome::Signed {
            row(&mut out, self.say("ハブの時計", "hub's clock"), verdict.hub_time().unwrap_or("-"));
        }
        if let Some(place) = &verdict.place {
            let (log, index, size) = (&place.log, place.index, place.size);
            let where_it_is = match self.0 {
                Lang::Ja => format!("{log}（全 {size} 件の {index} 番）"),
                Lang::En => format!("{log}, leaf {index} of {size}"),
            };
            row(&mut out, self.say("ログ", "log"), &where_it_is);
            row(&mut out, self.say("これより後", "not before"), &self.known(verdict.earliest));
            row(&mut out, self.say("これより前", "not after"), &self.known(verdict.latest));
            row(&mut out, self.say("ハブの時計", "hub's clock"), verdict.hub_time().unwrap_or("-"));
        }
        for (witness, at) in &verdict.witnesses {
            row(&mut out, self.say("証人", "witness"), &format!("{witness}, {}", self.time(*at)));
        }
        if let Some(same) = is_same {
            row(&mut out, self.say("送ったファイル", "sent file"), self.sent(same));
        }
        let open = verdict.not_proven.iter().filter(|one| **one != NotProven::File || is_same.is_none());
        let open: Vec<&str> = open.map(|one| self.not_proven(*one)).collect();
        if !open.is_empty() {
            out.push_str(self.say("  証明されないこと:\n", "  not proven:\n"));
            open.iter().for_each(|one| out.push_str(&format!("    - {one}\n")));
        }
        out
    }

    fn outcome(self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Proven => self.say("証明されました。ログに記録されています", "PROVEN: it stands in the log"),
            Outcome::Signed => self.say(
                "ログの鍵で署名されています。内容はハブの申告です",
                "SIGNED by the log's key: what it says is the hub's word",
            ),
            Outcome::Pending => self.say(
                "保留中です。まだログに記録されていないので、何も証明されません。1分ほど後に取得し直してください",
                "PENDING: no place in the log yet; nothing is proven. Fetch it again after a minute",
            ),
            Outcome::Refused(_) => self.say("何も証明されません", "NOTHING IS PROVEN"),
        }
    }

    fn sent(self, same: bool) -> &'static str {
        if same {
            self.say("同じものです（SHA-256 が一致）", "the same, by its SHA-256")
        } else {
            self.say(
                "別のファイルです。受領証の SHA-256 と一致しません",
                "ANOTHER FILE: its SHA-256 is not the one in the receipt",
            )
        }
    }

    fn known(self, at: Option<u64>) -> String {
        at.map_or_else(|| self.say("証明されません", "not proven").to_owned(), |at| self.time(at))
    }

    /// In Japan's zone with UTC beside it in Japanese, in UTC in English.
    fn time(self, seconds: u64) -> String {
        let Some(at) = i64::try_from(seconds).ok().and_then(|s| Timestamp::from_second(s).ok()) else {
            return format!("1970 + {seconds} s");
        };
        let utc = at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
        match (self.0, TimeZone::get("Asia/Tokyo")) {
            (Lang::Ja, Ok(zone)) => {
                format!("{} ({utc})", at.to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M:%S %Z"))
            }
            _ => utc,
        }
    }

    /// Why nothing is proven.
    pub(super) fn flaw(self, flaw: Flaw) -> &'static str {
        match flaw {
            Flaw::Form => {
                self.say("受領証ではないか、途中で壊れています", "not a receipt, or damaged on the way")
            }
            Flaw::NoOpening => self.say(
                "何らかの記録がログにあることは示していますが、どの行為かを示す部分がありません",
                "some leaf stands in the log, but the file does not say which act it is",
            ),
            Flaw::Log => self.say("この鍵のログの署名ではありません", "not signed by the log of these keys"),
            Flaw::Quorum => self.say(
                "連署した証人の数が足りません。後で受領証を取得し直してください",
                "not cosigned by enough witnesses of the policy; fetch the receipt again later",
            ),
            Flaw::Entry => self.say(
                "ログの内容と一致しません。行為、乱数、経路のいずれかが変更されています",
                "the log says something else: act, nonce or path was changed",
            ),
            Flaw::Contradiction => self.say("時刻が矛盾しています", "the times contradict each other"),
        }
    }

    /// What a receipt leaves open.
    pub(super) fn not_proven(self, one: NotProven) -> &'static str {
        match one {
            NotProven::WhenTheVictimKnew => self.say(
                "被害者がいつ知ったか。ログが示すのは、ハブがいつ知らされたかです",
                "when the victim knew: the log shows when the hub was told",
            ),
            NotProven::Truth => self.say("述べられた内容が真実であること", "that what was said is true"),
            NotProven::Time => self.say(
                "時刻。方針が証人を求めていないため、時刻はハブの申告です",
                "any time: the policy asks for no witness, so the times are the hub's word",
            ),
            NotProven::Earliest => self.say(
                "最も早い時刻。証人が連署したチェックポイントが含まれていません",
                "an earliest time: the act holds no checkpoint that witnesses had cosigned",
            ),
            NotProven::File => self.say(
                "特定のファイルを指すこと。--sent で指定してください",
                "that a certain file is meant: give it with --sent",
            ),
            NotProven::StampSignature => self.say(
                "タイムスタンプ局の署名。--stamp-to FILE で取り出し、局の証明書を使って openssl ts -verify で確認してください",
                "the signature of the time-stamping service: --stamp-to FILE, then openssl ts -verify with its certificate",
            ),
            NotProven::Destroyed => self.say(
                "写しがどこにも残っていないこと。署名が示すのは、鍵を破棄したとハブが述べたことです",
                "that no copy is left: the signature shows that the hub said that it destroyed the key",
            ),
            NotProven::Clock => self.say(
                "時刻。ログの木に入っていないため、ハブの申告です",
                "its time: it stands in no tree of the log, so the time is the hub's word",
            ),
        }
    }
}

fn row(out: &mut String, name: &str, value: &str) {
    let columns: usize = name.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    let blanks = " ".repeat(NAME_COLUMNS.saturating_sub(columns).max(1));
    out.push_str(&format!("  {name}{blanks}{value}\n"));
}
