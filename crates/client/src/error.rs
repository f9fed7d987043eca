//! Why a request did not succeed, in words that say what to do.

/// The error of every request.
#[derive(Debug)]
pub enum ClientError {
    /// No connection, or it broke.
    Connection(String),
    /// The other side answered with an error: status and its own words.
    Answer(u16, String),
    /// An answer that does not read.
    Unreadable(String),
}

impl std::fmt::Display for ClientError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Connection(why) => write!(f, "no answer: {why}; is the address right and the hub running?"),
            Self::Answer(401, _) => f.write_str(
                "the server does not know this token or password; a hub makes tokens on the page Tokens",
            ),
            Self::Answer(403, words) => write!(f, "this token may not do that: {words}"),
            Self::Answer(status, words) => write!(f, "the server answered {status}: {words}"),
            Self::Unreadable(what) => write!(f, "an answer that does not read: {what}"),
        }
    }
}

impl std::error::Error for ClientError {}

impl From<reqwest::Error> for ClientError {
    fn from(why: reqwest::Error) -> Self {
        let mut words = why.to_string();
        let mut cause = std::error::Error::source(&why);
        while let Some(next) = cause {
            words = format!("{words}: {next}");
            cause = next.source();
        }
        Self::Connection(words)
    }
}

/// The answer when it is a success, else the other side's own words.
pub(crate) async fn good(answer: reqwest::Response) -> Result<reqwest::Response, ClientError> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let text = beginning(answer).await;
    let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let word = |key: &str| value.get(key).and_then(|v| v.as_str()).map(ToOwned::to_owned);
    let words =
        word("detail").or_else(|| word("description")).or_else(|| word("title")).unwrap_or_else(|| {
            if text.trim_start().starts_with('<') { "a page" } else { &text }.chars().take(300).collect()
        });
    Err(ClientError::Answer(status.as_u16(), words))
}

/// Bytes of an error that are read. Its words are short; 300 characters are shown.
const ERROR_BYTES_MAX: usize = 64 * 1024;

/// What an error's body begins with, as far as it comes.
async fn beginning(mut answer: reqwest::Response) -> String {
    let mut body = Vec::new();
    while let Ok(Some(piece)) = answer.chunk().await {
        body.extend_from_slice(&piece);
        if body.len() > ERROR_BYTES_MAX {
            break;
        }
    }
    String::from_utf8_lossy(&body).into_owned()
}

/// The body of an answer, if it is not longer than `max` bytes.
pub(crate) async fn within(mut answer: reqwest::Response, max: usize) -> Result<Vec<u8>, ClientError> {
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        if body.len() + piece.len() > max {
            return Err(ClientError::Unreadable(format!("longer than {max} bytes")));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}
