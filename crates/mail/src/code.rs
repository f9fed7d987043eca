//! What can be wrong with a mail, each with its fixed word. One table makes the list and the only values that
//! [`Reader::problem`](crate::reader::Reader::problem) takes, so that whoever has words of its own for each misses none.

/// One of [`PROBLEM_CODES`]; only the table below makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code(&'static str);

impl Code {
    /// The word.
    pub(crate) fn as_str(self) -> &'static str {
        self.0
    }
}

/// What a problem says in English, and the number in it, so that it can be said in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) text: String,
    pub(crate) number: Option<usize>,
}

impl From<&str> for Sentence {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), number: None }
    }
}

impl Sentence {
    /// One with `number` where `text` has `{n}`.
    pub(crate) fn counted(number: usize, text: &str) -> Self {
        Self { text: text.replace("{n}", &number.to_string()), number: Some(number) }
    }
}

macro_rules! codes {
    ($($name:ident = $code:literal;)+) => {
        $(pub(crate) const $name: Code = Code($code);)+

        /// Every code that a [`Problem`](crate::Problem) can have.
        pub const PROBLEM_CODES: &[&str] = &[$($code),+];
    };
}

codes! {
    // the whole of it
    EMPTY = "empty";
    SAVED_UTF_16 = "saved-utf-16";
    LIMIT_MESSAGE = "limit-message";
    LIMIT_EXPANDED = "limit-expanded";
    LIMIT_PROBLEMS = "limit-problems";

    // headers
    HEADER_BROKEN = "header-broken";
    HEADER_END = "header-end";
    HEADER_RAW = "header-raw";
    ENCODED_WORD = "encoded-word";
    DATE_UNREADABLE = "date-unreadable";
    LIMIT_HEADERS = "limit-headers";
    LIMIT_HEADER = "limit-header";
    LIMIT_ADDRESSES = "limit-addresses";

    // parts and their codings
    MULTIPART_UNSTATED = "multipart-unstated";
    MULTIPART_UNCLOSED = "multipart-unclosed";
    BOUNDARY_ABSENT = "boundary-absent";
    BOUNDARY_MISSING = "boundary-missing";
    BASE64_BROKEN = "base64-broken";
    BASE64_APPENDED = "base64-appended";
    BASE64_CUT = "base64-cut";
    QUOTED_PRINTABLE_BROKEN = "quoted-printable-broken";
    CODING_LIES = "coding-lies";
    CODING_UNKNOWN = "coding-unknown";
    CODING_MULTIPART = "coding-multipart";
    LIMIT_PARTS = "limit-parts";
    LIMIT_DEPTH = "limit-depth";

    // letters: a label that did not tell the truth, one that nobody knows, lines of different charsets, no charset at all
    CHARSET_LIES = "charset-lies";
    CHARSET_UNKNOWN = "charset-unknown";
    CHARSET_MIXED = "charset-mixed";
    CHARSET_UNREADABLE = "charset-unreadable";

    // attached files
    ARCHIVE_BROKEN = "archive-broken";
    ARCHIVE_LOCKED = "archive-locked";
    FILE_ABSENT = "file-absent";
    OUTLOOK_BROKEN = "outlook-broken";
    TNEF_BROKEN = "tnef-broken";
    LIMIT_ARCHIVE = "limit-archive";
    LIMIT_ATTACHMENTS = "limit-attachments";
    LIMIT_TEXT = "limit-text";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_sentence_is_said_and_kept() {
        let mail = b"Content-Transfer-Encoding: quoted-printable\r\n\r\na=ZZ b=ZZ\r\n";
        let (_, problems) = crate::read_message(mail);
        let told: Vec<_> = problems.iter().map(|one| (one.code, one.text.as_str(), one.number)).collect();
        let expected = ("quoted-printable-broken", "2 places are no quoted-printable and stayed", Some(2));
        assert_eq!(told, [expected]);
        assert!(PROBLEM_CODES.contains(&problems[0].code));
    }
}
