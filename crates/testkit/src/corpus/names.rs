//! Invented Japanese words, each in kanji, kana and romaji: surnames, projects, hosts, companies.

use super::dice::Dice;

/// A word and its readings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// In kanji.
    pub(super) kanji: String,
    /// In hiragana.
    pub(super) kana: String,
    /// In Hepburn romaji, lower case.
    pub(super) romaji: String,
}

impl Word {
    /// In katakana.
    #[must_use]
    pub(super) fn katakana(&self) -> String {
        self.kana.chars().map(|c| char::from_u32(u32::from(c) + 0x60).unwrap_or(c)).collect()
    }

    /// In the romaji of schools (`si`, `tu`, `hu`).
    #[must_use]
    pub(super) fn kunrei(&self) -> String {
        let pairs = [("tsu", "tu"), ("chi", "ti"), ("shi", "si"), ("fu", "hu")];
        pairs.iter().fold(self.romaji.clone(), |text, (from, to)| text.replace(from, to))
    }

    /// With a capital letter.
    #[must_use]
    pub(super) fn title(&self) -> String {
        let mut text = self.romaji.clone();
        text[..1].make_ascii_uppercase();
        text
    }
}

const FIRST: &[(&str, &str, &str)] = &[
    ("霧", "きり", "kiri"),
    ("霞", "かすみ", "kasumi"),
    ("雲", "くも", "kumo"),
    ("鷹", "たか", "taka"),
    ("鶴", "つる", "tsuru"),
    ("楓", "かえで", "kaede"),
    ("葛", "くず", "kuzu"),
    ("蓮", "はす", "hasu"),
    ("菱", "ひし", "hishi"),
    ("榎", "えのき", "enoki"),
    ("橘", "たちばな", "tachibana"),
    ("椿", "つばき", "tsubaki"),
    ("桂", "かつら", "katsura"),
    ("鯨", "くじら", "kujira"),
    ("鴎", "かもめ", "kamome"),
    ("鷺", "さぎ", "sagi"),
    ("楠", "くすのき", "kusunoki"),
    ("梓", "あずさ", "azusa"),
    ("暁", "あかつき", "akatsuki"),
    ("曙", "あけぼの", "akebono"),
    ("黛", "まゆずみ", "mayuzumi"),
    ("鏡", "かがみ", "kagami"),
    ("錦", "にしき", "nishiki"),
    ("鎧", "よろい", "yoroi"),
    ("篝", "かがり", "kagari"),
    ("翠", "みどり", "midori"),
    ("雫", "しずく", "shizuku"),
    ("渚", "なぎさ", "nagisa"),
    ("嵐", "あらし", "arashi"),
    ("燕", "つばめ", "tsubame"),
    ("柳", "やなぎ", "yanagi"),
    ("茜", "あかね", "akane"),
];

const SECOND: &[(&str, &str, &str)] = &[
    ("崎", "さき", "saki"),
    ("沢", "さわ", "sawa"),
    ("原", "はら", "hara"),
    ("谷", "たに", "tani"),
    ("淵", "ふち", "fuchi"),
    ("塚", "つか", "tsuka"),
    ("倉", "くら", "kura"),
    ("森", "もり", "mori"),
    ("浜", "はま", "hama"),
    ("島", "しま", "shima"),
    ("嶺", "みね", "mine"),
    ("畑", "はた", "hata"),
    ("橋", "はし", "hashi"),
    ("坂", "さか", "saka"),
    ("城", "しろ", "shiro"),
    ("里", "さと", "sato"),
    ("垣", "かき", "kaki"),
    ("窪", "くぼ", "kubo"),
    ("滝", "たき", "taki"),
    ("鳥", "とり", "tori"),
    ("牧", "まき", "maki"),
    ("宿", "やど", "yado"),
    ("湊", "みなと", "minato"),
    ("堀", "ほり", "hori"),
    ("砂", "すな", "suna"),
    ("苗", "なえ", "nae"),
];

/// Every word, each once, in a random order.
#[must_use]
pub(super) fn pool(dice: &mut Dice) -> Vec<Word> {
    let pair = |a: &(&str, &str, &str), b: &(&str, &str, &str)| Word {
        kanji: format!("{}{}", a.0, b.0),
        kana: format!("{}{}", a.1, b.1),
        romaji: format!("{}{}", a.2, b.2),
    };
    let mut out: Vec<Word> = FIRST.iter().flat_map(|a| SECOND.iter().map(move |b| pair(a, b))).collect();
    dice.shuffle(&mut out);
    out
}
