//! The text that people read, whole, in both languages.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

use deid::render::{Frame, Identity, text, title};
use indicator::{Indicator, Kind};
use model::item::{FileFeature, ItemContent, ItemIds, ItemIndicator, Part};
use model::lang::Bilingual;
use model::tlp::Tlp;
use model::vocabulary::Feature;
use std::collections::BTreeMap;
use uuid::Uuid;

fn content() -> ItemContent {
    let one = |kind, value: &str, part| ItemIndicator {
        indicator: Indicator::new(kind, value).unwrap(),
        part,
        confidence: 60,
    };
    let sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    ItemContent {
        indicators: [
            one(Kind::Email, "billing@evil.example", Part::Sender),
            one(Kind::Email, "pay@reply.example", Part::ReplyTo),
            one(Kind::Ipv4, "198.51.100.7", Part::SendingHost),
            one(Kind::Url, "https://www.evil.example/login/verify.php", Part::Link),
            one(Kind::Sha256, sum, Part::Attachment),
        ]
        .into(),
        story: ["invoice".to_owned(), "urgent".to_owned()].into(),
        features: [Feature::ReplyToDiffers, Feature::SpfFail].into(),
        files: [
            FileFeature {
                content_type: "application/zip".to_owned(),
                generic_name: Some("invoice.zip".to_owned()),
                sha256: Some(sum.to_owned()),
            },
            FileFeature { content_type: "text/javascript".to_owned(), generic_name: None, sha256: None },
        ]
        .into(),
        techniques: ["T1566.001".to_owned(), "T9999".to_owned()].into(),
        mailer: Some("PHPMailer 6.1".to_owned()),
        first_day: Some("2026-01-13T00:00:00Z".parse().unwrap()),
        restored: [("subject".to_owned(), "請求書の件".to_owned())].into(),
        ..ItemContent::default()
    }
}

fn rendered(content: &ItemContent, exercise: bool) -> Bilingual {
    let ids = ItemIds { report: Uuid::nil(), indicators: BTreeMap::new() };
    let author = Identity { id: Uuid::nil(), name: Bilingual::default() };
    let at = "2026-01-13T09:15:00Z".parse().unwrap();
    let frame = Frame {
        ids: &ids,
        author: &author,
        created: at,
        modified: at,
        tlp: Tlp::Green,
        exercise,
        revoked: false,
    };
    text(content, &frame)
}

const JA: &str = "【TLP:GREEN】不審メール（請求書・至急）

「請求書」「至急」を題材とする不審メールに関する情報を共有します。観測日は2026年1月13日（UTC）です。

■ 特徴
・返信先が差出人と別のドメイン
・SPF 認証に失敗
・送信に使われたメールソフト: PHPMailer 6.1

■ 添付ファイル
・JavaScript（ファイル名は非公開）
・invoice.zip（ZIP ファイル）

■ 公開された原文の表記
・件名: 請求書の件

■ インジケーター（誤って開かないよう一部を置き換えています）
差出人
・billing[@]evil[.]example (メールアドレス)
返信先
・pay[@]reply[.]example (メールアドレス)
送信元サーバー
・198[.]51[.]100[.]7 (IP アドレス)
リンク先
・hxxps://www[.]evil[.]example/login/verify.php (URL)
添付ファイル
・e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 (SHA-256)

■ 攻撃手法（MITRE ATT&CK）
・T1566.001 添付ファイルによるフィッシング
・T9999

■ 推奨する対応
・メールのログで差出人を検索してください。
・プロキシと DNS のログで接続先を検索してください。
・端末でファイルのハッシュ値を検索してください。
・接続先を遮断してください。
・確認結果（該当の有無）をハブにご回答ください。回答した組織の名前は他の参加組織に伝わりません。
";

const EN: &str = "[TLP:GREEN] Suspicious mail (invoice, urgent)

A suspicious mail was reported. Its subject is about: invoice, urgent. It was observed on 13 January 2026 (UTC).

## What it looks like
- replies go to another domain than the sender's
- SPF failed
- sent with PHPMailer 6.1

## Attached files
- JavaScript (name withheld)
- invoice.zip (ZIP archive)

## Wording of the original
- Subject: 請求書の件

## Indicators (defanged)
Sender
- billing[@]evil[.]example (mail address)
Replies go to
- pay[@]reply[.]example (mail address)
Sending host
- 198[.]51[.]100[.]7 (IP address)
Links
- hxxps://www[.]evil[.]example/login/verify.php (URL)
Attached files
- e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 (SHA-256)

## Techniques (MITRE ATT&CK)
- T1566.001 Phishing: Spearphishing Attachment
- T9999

## What to do
- Search your mail logs for the sender.
- Search your proxy and DNS logs for the destinations.
- Search your machines for the file hashes.
- Block the destinations.
- Tell the hub whether you have seen it. No other member learns who answered.
";

#[test]
fn the_whole_text() {
    let text = rendered(&content(), false);
    assert_eq!(text.ja, JA);
    assert_eq!(text.en, EN);
}

#[test]
fn a_list_is_no_mail() {
    let one = ItemIndicator {
        indicator: Indicator::new(Kind::Domain, "evil.example").unwrap(),
        part: Part::Listed,
        confidence: 70,
    };
    let list = ItemContent { indicators: [one].into(), ..ItemContent::default() };
    let text = rendered(&list, true);
    assert!(text.ja.starts_with(
        "【TLP:GREEN】脅威情報\n【訓練】これは訓練です。\n\nサイバー攻撃に関する脅威情報を共有します。\n"
    ));
    assert!(text.en.starts_with("[TLP:GREEN] Threat indicators\nEXERCISE: this is an exercise.\n\nIndicators of an attack were reported.\n"));
    assert_eq!(title(&list).ja, "脅威情報");
}
