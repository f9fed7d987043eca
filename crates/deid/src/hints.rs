//! Hints for triage: targeted, mass-mailed, fraud or harmless, as a suggestion with its reasons, and the fields of the
//! quarterly report. A person decides; the words say by what.

use crate::parts::{feature, file, mailer, story};
use crate::victim::Victim;
use mail::{LinkPlace, Message};
use model::lang::Bilingual;
use model::profile::Profile;
use model::submission::{AttachmentKind, MailKind, TriageFields, Verdict};
use model::vocabulary::Feature;

/// From so many named recipients on a mail is a circular.
const MANY_RECIPIENTS: usize = 10;

/// One reason for a verdict.
#[derive(Clone, Debug)]
pub struct Hint {
    /// For which.
    pub verdict: Verdict,
    /// In words.
    pub words: Bilingual,
    /// How much it weighs.
    pub weight: i32,
}

/// Stories that come to everybody: they say nothing of whom they reach.
const MASS_STORIES: &[&str] =
    &["account", "password", "suspended", "security", "mailbox", "delivery", "card", "bank", "prize", "tax"];
/// Stories that ask for money in words alone.
const FRAUD_STORIES: &[&str] = &["prize", "loan", "crypto"];
/// Stories of somebody's daily work.
const WORK_STORIES: &[&str] = &[
    "specification",
    "meeting",
    "resume",
    "personnel",
    "policy",
    "contract",
    "report",
    "survey",
    "quotation",
];
/// Programs that send to lists.
const BULK_MAILERS: &[&str] = &[
    "PHPMailer",
    "King Mailer",
    "SendBlaster",
    "Atomic Mail Sender",
    "Mass Mailer",
    "MailChimp",
    "Supmailer",
];
/// How circulars greet.
const GENERIC_GREETINGS: &[&str] = &[
    "お客様",
    "お客さま",
    "会員様",
    "ご利用者様",
    "dear customer",
    "dear user",
    "dear client",
    "dear sir",
    "dear email",
];

/// The hints of a mail, in the order in which they are looked for.
#[must_use]
pub fn of_mail(message: &Message, profile: &Profile) -> Vec<Hint> {
    if message.headers.is_empty() && message.from.is_empty() {
        // no mail that anybody could read: what it lacks says nothing
        return Vec::new();
    }
    let victim = Victim::of_mail(profile, message, &[]);
    let mut hints = Vec::new();
    let mut put = |is: bool, verdict, weight, ja: &str, en: &str| {
        if is {
            let words = Bilingual { ja: ja.to_owned(), en: en.to_owned() };
            hints.push(Hint { verdict, words, weight });
        }
    };
    for (is, weight, ja, en) in targeted(message, &victim) {
        put(is, Verdict::Targeted, weight, ja, en);
    }
    for (is, weight, ja, en) in mass_mailed(message) {
        put(is, Verdict::MassMailed, weight, ja, en);
    }
    let keys = story::keys(&message.subject);
    let tells = |list: &[&str]| list.iter().any(|key| keys.contains(*key));
    let words_alone = message.links.is_empty() && message.attachments.is_empty();
    let coin =
        indicator::find(&message.text).iter().any(|f| f.indicator.kind() == indicator::Kind::CryptoAddress);
    put(coin, Verdict::Fraud, 3, "暗号資産の送金先がある", "it names a crypto address to pay to");
    put(tells(FRAUD_STORIES), Verdict::Fraud, 2, "金銭や当選の話題である", "it is about money or a prize");
    put(
        words_alone && message.reply_to.iter().any(|r| elsewhere(message, &r.address)),
        Verdict::Fraud,
        1,
        "リンクも添付もなく、別の宛先への返信を求めている",
        "no link, no file, and replies go to somebody else",
    );
    put(
        is_proven_list(message),
        Verdict::Harmless,
        3,
        "送信元の認証に成功した配信リストである",
        "a mailing list whose sender is authenticated",
    );
    hints
}

type Row = (bool, i32, &'static str, &'static str);

fn targeted(message: &Message, victim: &Victim) -> Vec<Row> {
    let features = feature::of(message, victim);
    let has = |f| features.contains(&f);
    // a colleague's own mail passes the checks of its own server, or never met them
    let says = &message.authentication;
    let judged = says.spf.is_some() || says.dmarc.is_some();
    let spoofed = has(Feature::OwnDomainSpoofed) && judged && says.dmarc.as_deref() != Some("pass");
    let top: String =
        message.text.lines().map(str::trim).filter(|l| !l.is_empty()).take(3).collect::<Vec<_>>().join("\n");
    let greeted = victim.is_named_in(&top);
    let people = message.to.len() + message.cc.len();
    let keys = story::keys(&message.subject);
    let files: Vec<_> =
        feature::all_files(message).into_iter().filter(|f| file::is_evidence(f, false)).collect();
    let runs = has(Feature::Macros)
        || has(Feature::DoubleExtension)
        || files.iter().any(|f| crate::parts::technique::is_program(&f.content_type));
    let near = message.from.iter().chain(&message.reply_to).any(|a| {
        a.address.rsplit_once('@').is_some_and(|(_, host)| !victim.owns_host(host) && victim.resembles(host))
    });
    let mut rows = vec![
        (spoofed, 3, "受信組織自身を騙っている", "it claims to come from the recipient's own organisation"),
        (
            near,
            3,
            "差出人のドメインが受信組織のものに似ている",
            "the sender's domain is made to look like the recipient's",
        ),
        (
            greeted,
            2,
            "受信者や組織の名前で呼びかけている",
            "it addresses the recipient or its organisation by name",
        ),
        (
            victim.is_named_in(&message.subject),
            1,
            "件名に受信者や組織の名前がある",
            "the subject names the recipient or its organisation",
        ),
        (has(Feature::EncryptedAttachment), 2, "暗号化された添付がある", "an encrypted attachment"),
        (runs, 2, "実行される添付がある", "an attachment that runs a program"),
        (
            WORK_STORIES.iter().any(|k| keys.contains(*k)),
            1,
            "業務に関わる話題である",
            "it is about somebody's daily work",
        ),
    ];
    // most mail, of every kind, has one recipient: it says something only beside another reason
    let another = rows.iter().any(|row| row.0);
    let listed = message.headers.iter().any(|h| h.name.eq_ignore_ascii_case("List-Unsubscribe"));
    let alone = another && people == 1 && !listed;
    rows.push((alone, 1, "宛先が一人だけである", "it is addressed to one person alone"));
    rows
}

fn mass_mailed(message: &Message) -> Vec<Row> {
    let header = |name: &str| message.headers.iter().find(|h| h.name.eq_ignore_ascii_case(name));
    let bulk = header("Precedence")
        .is_some_and(|h| matches!(h.value.trim().to_lowercase().as_str(), "bulk" | "list" | "junk"))
        || header("Feedback-ID").is_some()
        || header("X-Campaign-ID").is_some();
    let keys = story::keys(&message.subject);
    let lower = message.text.chars().take(500).collect::<String>().to_lowercase();
    let people = message.to.len() + message.cc.len();
    let mailer = message.mailer.as_deref().and_then(mailer::product).unwrap_or_default();
    let clicks = message.links.iter().filter(|l| l.place == LinkPlace::Anchor).count();
    vec![
        (header("List-Unsubscribe").is_some(), 2, "配信停止の案内がある", "it offers to unsubscribe"),
        (bulk, 2, "一斉配信の印がある", "it is marked as bulk"),
        (
            people == 0 || people >= MANY_RECIPIENTS,
            2,
            "宛先が伏せられているか、多数である",
            "its recipients are hidden or many",
        ),
        (
            GENERIC_GREETINGS.iter().any(|g| lower.contains(g)),
            2,
            "不特定の相手への呼びかけである",
            "it greets nobody in particular",
        ),
        (
            MASS_STORIES.iter().any(|k| keys.contains(*k)),
            2,
            "広く出回る題材である",
            "it tells a story that goes to everybody",
        ),
        (
            BULK_MAILERS.iter().any(|m| mailer.starts_with(m)),
            1,
            "一斉配信用のプログラムで送られている",
            "it was sent by a program for bulk mail",
        ),
        (clicks > 0 && message.attachments.is_empty(), 1, "リンクだけで誘導している", "links alone lead on"),
    ]
}

fn elsewhere(message: &Message, reply: &str) -> bool {
    let host = |a: &str| a.rsplit_once('@').map(|(_, h)| h.to_lowercase());
    host(reply).is_some_and(|r| !message.from.iter().any(|f| host(&f.address).as_ref() == Some(&r)))
}

/// The list names itself, and SPF or DKIM and DMARC passed.
fn is_proven_list(message: &Message) -> bool {
    let says = &message.authentication;
    let list = message.headers.iter().any(|h| h.name.eq_ignore_ascii_case("List-Id"));
    let signed = says.spf.as_deref() == Some("pass") || says.dkim.iter().any(|(result, _)| result == "pass");
    list && signed && says.dmarc.as_deref() == Some("pass") && message.attachments.is_empty()
}

/// The verdict with the most weight, `None` when nothing weighs. Of equals the graver: a targeted mail taken for a circular
/// costs more than the reverse.
#[must_use]
pub fn suggestion(hints: &[Hint]) -> Option<Verdict> {
    let weight = |v: Verdict| hints.iter().filter(|h| h.verdict == v).map(|h| h.weight).sum::<i32>();
    let order = [Verdict::Harmless, Verdict::MassMailed, Verdict::Fraud, Verdict::Targeted];
    order.into_iter().filter(|v| weight(*v) > 0).max_by_key(|v| weight(*v))
}

/// The fields of the quarterly report that a program can fill in.
#[must_use]
pub fn triage_fields(message: &Message) -> TriageFields {
    let files: Vec<_> = message.attachments.iter().filter(|f| file::is_evidence(f, false)).collect();
    let kind = if !files.is_empty() {
        MailKind::Attachment
    } else if !message.links.is_empty() {
        MailKind::Link
    } else {
        MailKind::Words
    };
    let attachment = files.first().map_or(AttachmentKind::Nothing, |f| attachment_kind(&f.content_type));
    TriageFields { mail_kind: Some(kind), attachment_kind: Some(attachment), ..TriageFields::default() }
}

fn attachment_kind(content_type: &str) -> AttachmentKind {
    const ARCHIVES: &[&str] = &["zip", "rar", "7z", "gzip", "x-tar", "cab", "lzh", "bzip", "x-ace", "x-arj"];
    let has = |marks: &[&str]| marks.iter().any(|m| content_type.contains(m));
    match content_type {
        "application/x-ms-shortcut" | "application/x-mswinurl" => AttachmentKind::Shortcut,
        "application/pdf" => AttachmentKind::Pdf,
        "text/html" | "image/svg+xml" => AttachmentKind::Html,
        kind if crate::parts::technique::is_program(kind) => AttachmentKind::Executable,
        kind if kind.starts_with("image/") => AttachmentKind::Image,
        _ if has(&["iso9660", "x-vhd"]) => AttachmentKind::DiskImage,
        _ if has(&[
            "msword",
            "ms-excel",
            "ms-powerpoint",
            "officedocument",
            "opendocument",
            "rtf",
            "onenote",
            "ms-word",
        ]) =>
        {
            AttachmentKind::Office
        }
        _ if has(ARCHIVES) => AttachmentKind::Archive,
        _ => AttachmentKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &str, body: &str, expected: Option<Verdict>) {
        let raw = format!("{headers}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n");
        let (message, _) = mail::read_message(raw.as_bytes());
        let profile = Profile { names: vec!["富士見電機".to_owned()], ..Profile::default() };
        let hints = of_mail(&message, &profile);
        let words: Vec<_> = hints.iter().map(|h| &h.words.en).collect();
        assert_eq!(suggestion(&hints), expected, "{headers} {words:?}");
        assert!(hints.iter().all(|h| !h.words.ja.is_empty() && h.weight > 0));
    }

    #[test]
    fn suggestions() {
        check(
            "From: a@evil.example\r\nTo: taro.yamada@fujimi.example\r\nSubject: 打ち合わせ資料",
            "富士見電機\r\n山田様\r\n\r\n資料をお送りします。",
            Some(Verdict::Targeted),
        );
        check(
            "From: a@evil.example\r\nTo: undisclosed-recipients:;\r\nSubject: アカウントの利用停止\r\nList-Unsubscribe: <https://evil.example/u>",
            "お客様\r\n下記より確認してください。\r\nhttps://evil.example/login",
            Some(Verdict::MassMailed),
        );
        check(
            "From: a@evil.example\r\nReply-To: b@other.example\r\nTo: x@fujimi.example, y@fujimi.example\r\nSubject: You won a prize",
            "Write back to claim.",
            Some(Verdict::Fraud),
        );
        check(
            "Authentication-Results: mx.fujimi.example; spf=pass; dkim=pass header.d=news.example; dmarc=pass\r\nFrom: a@news.example\r\nTo: list@news.example, x@fujimi.example\r\nList-Id: <news.example>\r\nSubject: 42",
            "News.",
            Some(Verdict::Harmless),
        );
        check("From: a@evil.example\r\nTo: a@b.example, c@d.example\r\nSubject: x", "y", None);
        // a colleague writes to one person, and no server judged it
        check("From: taro@fujimi.example\r\nTo: hanako@fujimi.example\r\nSubject: 42", "y", None);
    }
}
