//! The two languages in which people read.

use crate::named::named;

named! {
    /// A language of the pages, mails and texts.
    pub enum Lang {
        /// Japanese.
        Ja = "ja",
        /// English.
        En = "en",
    }
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Bilingual {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// The text in one language.
    #[must_use]
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}
