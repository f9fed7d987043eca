//! What a sweep says to people, in both languages.

use agent::sources::Tally;
use model::answer::Progress;
use model::check::{CheckAnswer, Leaving};
use model::lang::Lang;

/// The words of one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) Lang);

impl Words {
    fn pick(self, ja: &'static str, en: &'static str) -> &'static str {
        match self.0 {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }

    pub(super) fn made(self, maker: &str, made: &str, trusted: bool) -> String {
        let believed = match trusted {
            true => self.pick("署名を確認しました", "its signature was verified"),
            false => self.pick(
                "署名は確認していません。作成者の鍵を --trust で指定してください",
                "its signature was not verified: give the maker's key with --trust",
            ),
        };
        match self.0 {
            Lang::Ja => format!("作成者 {maker}、{made} 時点。{believed}"),
            Lang::En => format!("made by {maker} as of {made}; {believed}"),
        }
    }

    pub(super) fn not_read(self) -> &'static str {
        self.pick("読めなかったもの", "not read")
    }

    pub(super) fn summary(self, tally: &Tally, indicators: usize, seconds: f64) -> String {
        let Tally { files, bytes, lines, hits, skipped } = tally;
        let (size, skipped) = (indicatif::DecimalBytes(*bytes), skipped.len());
        match self.0 {
            Lang::Ja => format!(
                "該当 {hits} 件: ファイル {files} 個、{lines} 行、{size}、指標 {indicators} 件、読めなかったもの {skipped} 件、{seconds:.2} 秒"
            ),
            Lang::En => format!(
                "hits: {hits}; files: {files}, lines: {lines}, {size}; indicators: {indicators}; not read: {skipped}; {seconds:.2} s"
            ),
        }
    }

    pub(super) fn progress(self, progress: Progress) -> &'static str {
        match progress {
            Progress::Seen => self.pick("あり", "seen"),
            Progress::NotSeen => self.pick("なし", "not seen"),
            _ => self.pick("確認済み(読めないものあり)", "checked, not all could be read"),
        }
    }

    pub(super) fn will_be_sent(self, hub: &str, machines: u32) -> String {
        match self.0 {
            Lang::Ja => format!(
                "次の内容を {hub} に送ります。確認した機器 {machines} 台。ファイル名、機器名、ログの行は送りません。"
            ),
            Lang::En => format!(
                "This will be sent to {hub}; machines checked: {machines}. No file names, host names or lines are sent."
            ),
        }
    }

    pub(super) fn asked(self, from: &str, due: &str, title: &str) -> String {
        match self.0 {
            Lang::Ja => format!("確認の依頼: {title}\n  依頼元 {from}、期限 {due}"),
            Lang::En => format!("Check: {title}\n  asked by {from}, due {due}"),
        }
    }

    pub(super) fn correction(self, receipt: &str) -> String {
        match self.0 {
            Lang::Ja => format!("  回答済みです(受領番号 {receipt})。次の回答は訂正になります。"),
            Lang::En => format!("  answered already (receipt {receipt}); what follows corrects that answer"),
        }
    }

    pub(super) fn answer(self, hub: &str, answer: &CheckAnswer) -> String {
        let CheckAnswer { checked, hits, leaving, evidence, words, .. } = answer;
        let evidence = match evidence {
            true => self.pick("保全済み", "kept"),
            false => self.pick("保全なし", "not kept"),
        };
        let leaving = match leaving {
            Leaving::No => self.pick("なし", "none found"),
            Leaving::Suspected => self.pick("疑いあり", "suspected"),
            Leaving::Yes => self.pick("あり", "certain"),
            Leaving::Unknown => self.pick("未確認", "not looked for"),
        };
        let complete = match answer.could_not {
            None => self.pick("すべて読めた", "everything could be read"),
            Some(_) => self.pick("一部読めず", "not everything could be read"),
        };
        match self.0 {
            Lang::Ja => format!(
                "次の内容を {hub} に送ります。ファイル名、機器名、ログの行は送りません。\n  確認した機器 {checked} 台、該当した機器 {hits} 台、{complete}\n  持ち出しの兆候 {leaving}、証拠 {evidence}\n  伝言 {words}"
            ),
            Lang::En => format!(
                "This will be sent to {hub}. No file names, host names or lines are sent.\n  machines checked {checked}, with hits {hits}, {complete}\n  signs of data leaving: {leaving}; evidence: {evidence}\n  remark: {words}"
            ),
        }
    }

    /// What was not looked at, a sentence each.
    pub(super) fn unread(self, files: usize, patterns: usize) -> String {
        let (unread, left_out, between) = match self.0 {
            Lang::Ja => {
                let unread = format!("読めなかったファイルが {files} 件あります。");
                (unread, format!("探せなかった指標が {patterns} 件あります。"), "")
            }
            Lang::En => {
                let unread = format!("Files that could not be read: {files}.");
                (unread, format!("Indicators that could not be looked for: {patterns}."), " ")
            }
        };
        let said = [(files, unread), (patterns, left_out)].into_iter().filter(|(count, _)| *count > 0);
        said.map(|(_, words)| words).collect::<Vec<_>>().join(between)
    }

    pub(super) fn receipt(self, code: &str) -> String {
        match self.0 {
            Lang::Ja => format!("送りました。受領番号 {code}"),
            Lang::En => format!("Sent. Receipt {code}"),
        }
    }

    pub(super) fn ask(self) -> &'static str {
        self.pick("送りますか [y/N] ", "Send it? [y/N] ")
    }

    pub(super) fn not_sent(self) -> &'static str {
        self.pick("送りませんでした。", "Nothing was sent.")
    }

    pub(super) fn sent(self) -> &'static str {
        self.pick("送りました。", "Sent.")
    }

    pub(super) fn carry(self, key: &str) -> String {
        match self.0 {
            Lang::Ja => format!(
                "この票を、つながる機器に運び、`noroshi answer --slip 票 --slip-key {key}` で記録してください。"
            ),
            Lang::En => format!(
                "Carry this slip to a connected machine and record it: noroshi answer --slip SLIP --slip-key {key}"
            ),
        }
    }
}
