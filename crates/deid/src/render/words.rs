//! The text for people: what was seen, by what it is recognised, what to do. Every word is ours or of a shipped vocabulary;
//! values are written so that nobody opens them by mistake.

use super::Frame;
use super::names::{self, Named};
use indicator::Kind;
use model::item::{FileFeature, ItemContent, Part};
use model::lang::{Bilingual, Lang};
use model::vocabulary::{self, Advice};
use std::collections::BTreeSet;

/// Story words of a title; more make it a sentence.
const TITLE_WORDS_MAX: usize = 3;

/// The title: kind of attack and its story.
#[must_use]
pub fn title(content: &ItemContent) -> Bilingual {
    let (ja, en) = if is_mail(content) {
        ("不審メール", "Suspicious mail")
    } else {
        ("脅威情報", "Threat indicators")
    };
    let words: Vec<_> =
        content.story.iter().filter_map(|key| vocabulary::story(key)).take(TITLE_WORDS_MAX).collect();
    if words.is_empty() {
        return Bilingual { ja: ja.to_owned(), en: en.to_owned() };
    }
    let join = |list: Vec<&str>, by: &str| list.join(by);
    Bilingual {
        ja: format!("{ja}（{}）", join(words.iter().map(|w| w.ja).collect(), "・")),
        en: format!("{en} ({})", join(words.iter().map(|w| w.en).collect(), ", ")),
    }
}

fn is_mail(content: &ItemContent) -> bool {
    let of_mail = |part| matches!(part, Part::Sender | Part::ReplyTo | Part::Attachment | Part::SendingHost);
    !content.story.is_empty()
        || !content.features.is_empty()
        || content.mailer.is_some()
        || content.indicators.iter().any(|i| of_mail(i.part))
}

/// The text for people.
#[must_use]
pub fn text(content: &ItemContent, frame: &Frame<'_>) -> Bilingual {
    Bilingual { ja: in_language(content, frame, Lang::Ja), en: in_language(content, frame, Lang::En) }
}

fn in_language(content: &ItemContent, frame: &Frame<'_>, lang: Lang) -> String {
    let page = Page { lang };
    let mut parts = vec![page.head(content, frame)];
    parts.extend(page.section("特徴", "What it looks like", &page.features(content)));
    parts.extend(page.section("添付ファイル", "Attached files", &page.files(content)));
    parts.extend(page.section("公開された原文の表記", "Wording of the original", &page.restored(content)));
    parts.extend(page.values(content));
    parts.extend(page.section(
        "攻撃手法（MITRE ATT&CK）",
        "Techniques (MITRE ATT&CK)",
        &page.techniques(content),
    ));
    parts.extend(page.analysis(content));
    parts.extend(page.section("推奨する対応", "What to do", &page.advice(content)));
    parts.join("\n\n") + "\n"
}

/// A page in one language.
struct Page {
    lang: Lang,
}

impl Page {
    fn say<'s>(&self, ja: &'s str, en: &'s str) -> &'s str {
        match self.lang {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }

    /// A heading over lines; nothing where there are none.
    fn section(&self, ja: &str, en: &str, lines: &[String]) -> Option<String> {
        let (mark, dot) = (self.say("■ ", "## "), self.say("・", "- "));
        let list: Vec<String> = lines.iter().map(|line| format!("{dot}{line}")).collect();
        (!lines.is_empty()).then(|| format!("{mark}{}\n{}", self.say(ja, en), list.join("\n")))
    }

    fn head(&self, content: &ItemContent, frame: &Frame<'_>) -> String {
        let title = title(content);
        let mut out = match self.lang {
            Lang::Ja => format!("【{}】{}", frame.tlp.label(), title.ja),
            Lang::En => format!("[{}] {}", frame.tlp.label(), title.en),
        };
        if frame.exercise {
            out.push_str(self.say("\n【訓練】これは訓練です。", "\nEXERCISE: this is an exercise."));
        }
        out.push_str("\n\n");
        out.push_str(&self.lead(content));
        out
    }

    /// Two sentences: what it is about, and when it was seen.
    fn lead(&self, content: &ItemContent) -> String {
        let story = |lang: Lang| -> Vec<&'static str> {
            let words = content.story.iter().filter_map(|key| vocabulary::story(key));
            words.map(|w| if lang == Lang::Ja { w.ja } else { w.en }).collect()
        };
        let mut out = match (self.lang, is_mail(content), story(self.lang)) {
            (Lang::Ja, true, words) if words.is_empty() => "不審メールに関する情報を共有します。".to_owned(),
            (Lang::Ja, true, words) => {
                format!("「{}」を題材とする不審メールに関する情報を共有します。", words.join("」「"))
            }
            (Lang::Ja, false, _) => "サイバー攻撃に関する脅威情報を共有します。".to_owned(),
            (Lang::En, true, words) if words.is_empty() => "A suspicious mail was reported.".to_owned(),
            (Lang::En, true, words) => {
                format!("A suspicious mail was reported. Its subject is about: {}.", words.join(", "))
            }
            (Lang::En, false, _) => "Indicators of an attack were reported.".to_owned(),
        };
        if let Some(day) = content.first_day {
            let date = jiff::tz::Offset::UTC.to_datetime(day).date();
            let (y, m, d) = (date.year(), date.month(), date.day());
            out.push_str(&match self.lang {
                Lang::Ja => format!("観測日は{y}年{m}月{d}日（UTC）です。"),
                Lang::En => format!(" It was observed on {d} {} {y} (UTC).", names::month(m)),
            });
        }
        out
    }

    fn features(&self, content: &ItemContent) -> Vec<String> {
        let mut lines: Vec<String> =
            content.features.iter().map(|f| f.words().in_lang(self.lang).to_owned()).collect();
        if let Some(mailer) = &content.mailer {
            lines.push(format!("{}{mailer}", self.say("送信に使われたメールソフト: ", "sent with ")));
        }
        lines
    }

    fn files(&self, content: &ItemContent) -> Vec<String> {
        let line = |file: &FileFeature| {
            let kind = names::content_type(&file.content_type);
            let kind = kind.map_or(file.content_type.as_str(), |kind| self.say(kind.ja, kind.en));
            match (&file.generic_name, self.lang) {
                (Some(name), Lang::Ja) => format!("{name}（{kind}）"),
                (Some(name), Lang::En) => format!("{name} ({kind})"),
                (None, Lang::Ja) => format!("{kind}（ファイル名は非公開）"),
                (None, Lang::En) => format!("{kind} (name withheld)"),
            }
        };
        // files that differ in nothing but their digests are one line
        content.files.iter().map(line).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn restored(&self, content: &ItemContent) -> Vec<String> {
        let label = |slot: &str| match slot {
            "subject" => self.say("件名", "Subject"),
            "sender-name" => self.say("差出人の表示名", "Display name of the sender"),
            name if name.starts_with("attachment") => self.say("添付ファイル名", "Name of an attached file"),
            _ => self.say("表記", "Wording"),
        };
        content.restored.iter().map(|(slot, text)| format!("{}: {text}", label(slot))).collect()
    }

    /// Indicators by what they were in the attack.
    fn values(&self, content: &ItemContent) -> Option<String> {
        let mut out = String::new();
        for (part, Named { ja, en }) in names::PARTS {
            let of_part: Vec<_> = content.indicators.iter().filter(|i| i.part == *part).collect();
            if of_part.is_empty() {
                continue;
            }
            out.push_str(&format!("\n{}", self.say(ja, en)));
            for one in of_part {
                let kind = names::kind(one.indicator.kind());
                let value = indicator::defang(one.indicator.value());
                out.push_str(&format!("\n{}{value} ({})", self.say("・", "- "), self.say(kind.ja, kind.en)));
            }
        }
        let head = self
            .say("■ インジケーター（誤って開かないよう一部を置き換えています）", "## Indicators (defanged)");
        (!out.is_empty()).then(|| format!("{head}{out}"))
    }

    fn techniques(&self, content: &ItemContent) -> Vec<String> {
        let line = |id: &String| match names::technique(id) {
            Some(name) => format!("{id} {}", self.say(name.ja, name.en)),
            None => id.clone(),
        };
        content.techniques.union(&content.analysis.techniques).map(line).collect()
    }

    /// The analyst's own words, as they stand.
    fn analysis(&self, content: &ItemContent) -> Option<String> {
        let words = self.say(&content.analysis.ja, &content.analysis.en).trim();
        let head = self.say("■ 分析", "## Analysis");
        (!words.is_empty()).then(|| format!("{head}\n{words}"))
    }

    /// What the analyst advises, else what the indicators themselves suggest.
    fn advice(&self, content: &ItemContent) -> Vec<String> {
        let mut advice = content.analysis.advice.clone();
        if advice.is_empty() {
            advice = suggested(content);
        }
        let mut lines: Vec<String> =
            advice.into_iter().map(|a| a.words().in_lang(self.lang).to_owned()).collect();
        if !content.indicators.is_empty() {
            let answer = self.say(
                "確認結果（該当の有無）をハブにご回答ください。回答した組織の名前は他の参加組織に伝わりません。",
                "Tell the hub whether you have seen it. No other member learns who answered.",
            );
            lines.push(answer.to_owned());
        }
        lines
    }
}

fn suggested(content: &ItemContent) -> BTreeSet<Advice> {
    let mut out = BTreeSet::new();
    for one in &content.indicators {
        match one.indicator.kind() {
            Kind::Email => {
                out.insert(Advice::SearchMail);
            }
            Kind::Domain | Kind::Url | Kind::Ipv4 | Kind::Ipv6 if one.part != Part::SendingHost => {
                out.extend([Advice::SearchProxy, Advice::Block]);
            }
            Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => {
                out.insert(Advice::SearchHosts);
            }
            _ => {}
        }
    }
    out
}
