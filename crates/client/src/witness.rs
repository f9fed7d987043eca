//! A witness of a transparency log (C2SP tlog-witness). Bodies are texts; what they mean is `tlog`'s and the caller's.

use crate::error::ClientError;
use std::sync::OnceLock;
use std::time::Duration;

/// Seconds for one request.
const SECONDS_MAX: u64 = 10;

/// The most bytes of an answer: cosignature lines of many keys.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// One for all: reading the machine's TLS roots takes longer than asking. It keeps no connection, so that it outlives any runtime.
fn http() -> Result<reqwest::Client, ClientError> {
    static HTTP: OnceLock<reqwest::Client> = OnceLock::new();
    if let Some(http) = HTTP.get() {
        return Ok(http.clone());
    }
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(SECONDS_MAX))
        .pool_max_idle_per_host(0)
        .build()?;
    Ok(HTTP.get_or_init(|| http).clone())
}

/// Sends `POST /add-checkpoint` to the witness at `url`. Answers status and body, whatever the status.
///
/// # Errors
/// No connection, or an answer that is too long or no text.
pub async fn add_checkpoint(url: &str, request: String) -> Result<(u16, String), ClientError> {
    let http = http()?;
    let to = format!("{}/add-checkpoint", url.trim_end_matches('/'));
    let answer =
        http.post(to).header("content-type", "text/plain; charset=utf-8").body(request).send().await?;
    let status = answer.status().as_u16();
    let bytes = crate::error::within(answer, ANSWER_BYTES_MAX).await?;
    let body = String::from_utf8(bytes)
        .map_err(|_| ClientError::Unreadable("the witness answers no text".to_owned()))?;
    Ok((status, body))
}
