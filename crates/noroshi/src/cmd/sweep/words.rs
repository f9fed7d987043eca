//! What a sweep says to people, in both languages.

use agent::sources::Tally;
use model::answer::Progress;
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
                "{hits} hits in {files} files, {lines} lines, {size}; {indicators} indicators, {skipped} not read, {seconds:.2} s"
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
                "This will be sent to {hub}: {machines} machines checked. No file names, host names or lines are sent."
            ),
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
