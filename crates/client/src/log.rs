//! The files of another's transparency log (C2SP tlog-tiles). What they say is held against each other by the caller.

use crate::error::{ClientError, good, within};
use std::time::Duration;

/// Seconds for one file.
const SECONDS_MAX: u64 = 60;

/// A log's address.
#[derive(Clone, Debug)]
pub struct LogClient {
    http: reqwest::Client,
    url: String,
}

impl LogClient {
    /// For the log whose `checkpoint` lies below `url`.
    ///
    /// # Errors
    /// When the machine's TLS roots cannot be read.
    pub fn new(url: &str) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(SECONDS_MAX)).build()?;
        Ok(Self { http, url: url.trim_end_matches('/').to_owned() })
    }

    /// A file of at most `max` bytes.
    ///
    /// # Errors
    /// Any.
    pub async fn get(&self, path: &str, max: usize) -> Result<Vec<u8>, ClientError> {
        let answer = self.http.get(format!("{}/{path}", self.url)).send().await?;
        within(good(answer).await?, max).await
    }
}
