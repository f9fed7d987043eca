//! The shipped vocabularies: the only words of a mail's own text that may leave, and the fixed words of analysis.
//!
//! A vocabulary word is a concept with a key and its text in both languages. What stands here says nothing about a victim:
//! it is common to thousands of organisations.

use crate::lang::Bilingual;
use crate::named::named;

/// A concept that may leave, with the written forms by which it is found.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// The stable key.
    pub key: &'static str,
    /// Japanese.
    pub ja: &'static str,
    /// English.
    pub en: &'static str,
    /// Forms, in lower case, that mean it. Latin forms are matched as whole words.
    pub forms: &'static [&'static str],
}

/// Words of a subject that tell its story.
pub const STORY: &[Word] = &[
    Word {
        key: "invoice",
        ja: "請求書",
        en: "invoice",
        forms: &["請求書", "請求", "ご請求", "invoice", "billing", "bill"],
    },
    Word {
        key: "quotation",
        ja: "見積書",
        en: "quotation",
        forms: &["見積書", "見積", "お見積", "quotation", "quote", "rfq", "estimate"],
    },
    Word {
        key: "order",
        ja: "注文書",
        en: "purchase order",
        forms: &["注文書", "発注書", "発注", "ご注文", "注文", "purchase order", "order", "p.o."],
    },
    Word {
        key: "payment",
        ja: "支払い",
        en: "payment",
        forms: &[
            "支払",
            "お支払",
            "入金",
            "送金",
            "振込",
            "payment",
            "remittance",
            "swift",
            "wire transfer",
            "paid",
        ],
    },
    Word {
        key: "delivery",
        ja: "配送",
        en: "delivery",
        forms: &[
            "配送",
            "配達",
            "お届け",
            "荷物",
            "不在通知",
            "出荷",
            "delivery",
            "shipment",
            "shipping",
            "parcel",
            "package",
            "tracking",
        ],
    },
    Word {
        key: "contract",
        ja: "契約書",
        en: "contract",
        forms: &["契約書", "契約", "contract", "agreement"],
    },
    Word {
        key: "resume",
        ja: "履歴書",
        en: "résumé",
        forms: &["履歴書", "職務経歴書", "応募", "resume", "curriculum vitae", "job application"],
    },
    Word {
        key: "salary",
        ja: "給与",
        en: "salary",
        forms: &["給与", "賞与", "年末調整", "salary", "payroll", "bonus"],
    },
    Word {
        key: "meeting",
        ja: "会議",
        en: "meeting",
        forms: &["会議", "打ち合わせ", "打合せ", "議事録", "meeting", "agenda", "minutes", "conference"],
    },
    Word {
        key: "document",
        ja: "資料",
        en: "document",
        forms: &["資料", "文書", "書類", "添付", "document", "file", "documents", "attached"],
    },
    Word {
        key: "report", ja: "報告書", en: "report", forms: &["報告書", "報告", "レポート", "report"]
    },
    Word {
        key: "survey",
        ja: "アンケート",
        en: "survey",
        forms: &["アンケート", "調査票", "調査依頼", "survey", "questionnaire"],
    },
    Word {
        key: "notice",
        ja: "お知らせ",
        en: "notice",
        forms: &["お知らせ", "通知", "ご案内", "notice", "notification", "announcement", "alert"],
    },
    Word {
        key: "urgent",
        ja: "至急",
        en: "urgent",
        forms: &["至急", "緊急", "重要", "urgent", "important", "immediately", "action required"],
    },
    Word {
        key: "account",
        ja: "アカウント",
        en: "account",
        forms: &["アカウント", "口座", "account", "accounts"],
    },
    Word {
        key: "password",
        ja: "パスワード",
        en: "password",
        forms: &["パスワード", "暗証番号", "password", "passcode", "credentials"],
    },
    Word {
        key: "verify",
        ja: "確認",
        en: "verification",
        forms: &["ご確認", "確認", "認証", "verify", "verification", "confirm", "confirmation", "validate"],
    },
    Word {
        key: "suspended",
        ja: "利用停止",
        en: "suspension",
        forms: &[
            "利用停止",
            "停止",
            "制限",
            "凍結",
            "suspended",
            "suspension",
            "locked",
            "limited",
            "deactivated",
            "expired",
            "expire",
            "expiring",
        ],
    },
    Word {
        key: "security",
        ja: "セキュリティ",
        en: "security",
        forms: &[
            "セキュリティ",
            "不正アクセス",
            "不正利用",
            "security",
            "unusual activity",
            "unauthorized",
            "sign-in activity",
        ],
    },
    Word {
        key: "mailbox",
        ja: "メールボックス",
        en: "mailbox",
        forms: &["メールボックス", "受信箱", "容量", "mailbox", "quota", "storage", "inbox", "undelivered"],
    },
    Word {
        key: "voicemail",
        ja: "留守番電話",
        en: "voicemail",
        forms: &["留守番電話", "音声メッセージ", "voicemail", "voice message", "missed call"],
    },
    Word {
        key: "fax",
        ja: "FAX",
        en: "fax",
        forms: &["fax", "ファックス", "複合機", "スキャン", "scanned", "scan", "scanner"],
    },
    Word {
        key: "tax",
        ja: "税金",
        en: "tax",
        forms: &["税金", "国税", "納税", "還付", "tax", "refund", "vat"],
    },
    Word { key: "bank", ja: "銀行", en: "bank", forms: &["銀行", "bank", "banking"] },
    Word {
        key: "card",
        ja: "クレジットカード",
        en: "credit card",
        forms: &["クレジットカード", "カード", "credit card", "card"],
    },
    Word {
        key: "crypto",
        ja: "暗号資産",
        en: "cryptocurrency",
        forms: &["暗号資産", "仮想通貨", "bitcoin", "crypto", "wallet", "airdrop"],
    },
    Word {
        key: "prize",
        ja: "当選",
        en: "prize",
        forms: &["当選", "プレゼント", "ポイント", "winner", "prize", "gift", "reward", "gift card", "won"],
    },
    Word { key: "loan", ja: "融資", en: "loan", forms: &["融資", "loan", "funding", "investment"] },
    Word {
        key: "health",
        ja: "健康診断",
        en: "health",
        forms: &["健康診断", "感染症", "ワクチン", "medical", "vaccine", "health"],
    },
    Word {
        key: "recruitment",
        ja: "採用",
        en: "recruitment",
        forms: &["採用", "求人", "recruitment", "vacancy", "job offer", "hiring"],
    },
    Word {
        key: "update",
        ja: "更新",
        en: "update",
        forms: &["更新", "アップデート", "update", "upgrade", "renewal", "renew"],
    },
    Word {
        key: "shared-file",
        ja: "共有ファイル",
        en: "shared file",
        forms: &["共有ファイル", "共有", "shared", "onedrive", "sharepoint", "dropbox"],
    },
    Word {
        key: "signature",
        ja: "電子署名",
        en: "signature request",
        forms: &["電子署名", "署名", "signature", "docusign", "e-sign"],
    },
    Word {
        key: "personnel",
        ja: "人事",
        en: "personnel",
        forms: &["人事", "異動", "personnel", "human resources"],
    },
    Word {
        key: "specification",
        ja: "仕様書",
        en: "specification",
        forms: &["仕様書", "図面", "設計", "specification", "drawing", "drawings"],
    },
    Word {
        key: "disaster",
        ja: "災害",
        en: "disaster",
        forms: &["災害", "地震", "津波", "原発", "放射", "disaster", "earthquake", "tsunami"],
    },
    Word {
        key: "policy",
        ja: "政策",
        en: "policy",
        forms: &["政策", "安全保障", "外交", "防衛", "policy", "diplomacy", "defense", "defence"],
    },
    Word {
        key: "greeting",
        ja: "ご挨拶",
        en: "greeting",
        forms: &["ご挨拶", "挨拶", "hello", "greetings", "congratulations"],
    },
];

named! {
    /// What a mail is made of, where that is a trace of the attacker.
    pub enum Feature {
        /// The text shown for a link names another host than its target.
        LinkTextDiffers = "link-text-differs",
        /// Replies go to another domain than the sender's.
        ReplyToDiffers = "reply-to-differs",
        /// The display name looks like a mail address of another domain.
        AddressInName = "address-in-name",
        /// SPF failed, as the source's own server stated.
        SpfFail = "spf-fail",
        /// DKIM failed, as the source's own server stated.
        DkimFail = "dkim-fail",
        /// DMARC failed, as the source's own server stated.
        DmarcFail = "dmarc-fail",
        /// An attachment holds macros.
        Macros = "macros",
        /// An attachment is encrypted.
        EncryptedAttachment = "encrypted-attachment",
        /// An attachment's content is not what its name says.
        TypeDiffers = "type-differs",
        /// A file name with two endings.
        DoubleExtension = "double-extension",
        /// Text that a person does not see.
        HiddenText = "hidden-text",
        /// Only a picture and a link.
        ImageOnly = "image-only",
        /// A link by bare address.
        LinkToAddress = "link-to-address",
        /// A form in the mail itself.
        HtmlForm = "html-form",
        /// The sender claims to be of the recipient's own organisation.
        OwnDomainSpoofed = "own-domain-spoofed",
    }
}

impl Feature {
    /// What people read.
    #[must_use]
    pub fn words(self) -> Bilingual {
        let (ja, en) = match self {
            Self::LinkTextDiffers => {
                ("表示と異なる宛先のリンク", "a link that shows another address than it opens")
            }
            Self::ReplyToDiffers => {
                ("返信先が差出人と別のドメイン", "replies go to another domain than the sender's")
            }
            Self::AddressInName => ("表示名に別のメールアドレス", "another mail address in the display name"),
            Self::SpfFail => ("SPF 認証に失敗", "SPF failed"),
            Self::DkimFail => ("DKIM 認証に失敗", "DKIM failed"),
            Self::DmarcFail => ("DMARC 認証に失敗", "DMARC failed"),
            Self::Macros => ("添付にマクロ", "macros in an attachment"),
            Self::EncryptedAttachment => ("暗号化された添付", "an encrypted attachment"),
            Self::TypeDiffers => ("拡張子と中身が異なる添付", "an attachment that is not what its name says"),
            Self::DoubleExtension => ("二重拡張子", "a file name with two endings"),
            Self::HiddenText => ("見えない文字", "text that a person does not see"),
            Self::ImageOnly => ("画像とリンクのみの本文", "a body of a picture and a link only"),
            Self::LinkToAddress => ("IP アドレス直書きのリンク", "a link by bare address"),
            Self::HtmlForm => ("本文中の入力フォーム", "a form in the mail itself"),
            Self::OwnDomainSpoofed => {
                ("受信組織自身のドメインを騙る差出人", "a sender that claims the recipient's own domain")
            }
        };
        Bilingual { ja: ja.to_owned(), en: en.to_owned() }
    }
}

named! {
    /// What recipients are advised to do.
    pub enum Advice {
        /// Search mail logs for the sender.
        SearchMail = "search-mail",
        /// Search proxy and DNS logs.
        SearchProxy = "search-proxy",
        /// Search machines for the hashes.
        SearchHosts = "search-hosts",
        /// Block the destinations.
        Block = "block",
        /// Tell staff.
        WarnStaff = "warn-staff",
        /// Change credentials of whoever opened it.
        ResetCredentials = "reset-credentials",
        /// Keep evidence.
        KeepEvidence = "keep-evidence",
    }
}

impl Advice {
    /// What people read.
    #[must_use]
    pub fn words(self) -> Bilingual {
        let (ja, en) = match self {
            Self::SearchMail => {
                ("メールのログで差出人を検索してください。", "Search your mail logs for the sender.")
            }
            Self::SearchProxy => (
                "プロキシと DNS のログで接続先を検索してください。",
                "Search your proxy and DNS logs for the destinations.",
            ),
            Self::SearchHosts => (
                "端末でファイルのハッシュ値を検索してください。",
                "Search your machines for the file hashes.",
            ),
            Self::Block => ("接続先を遮断してください。", "Block the destinations."),
            Self::WarnStaff => ("職員に注意を呼びかけてください。", "Warn your staff."),
            Self::ResetCredentials => {
                ("開いた人の認証情報を変更してください。", "Change the credentials of whoever opened it.")
            }
            Self::KeepEvidence => ("証拠を保全してください。", "Keep the evidence."),
        };
        Bilingual { ja: ja.to_owned(), en: en.to_owned() }
    }
}

/// The story word with this key.
#[must_use]
pub fn story(key: &str) -> Option<&'static Word> {
    STORY.iter().find(|w| w.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn keys_are_unique_and_forms_are_lower_case() {
        let keys: BTreeSet<_> = STORY.iter().map(|w| w.key).collect();
        assert_eq!(keys.len(), STORY.len());
        for word in STORY {
            assert!(!word.forms.is_empty(), "{}", word.key);
            assert!(word.forms.iter().all(|f| *f == f.to_lowercase()), "{}", word.key);
        }
    }
}
