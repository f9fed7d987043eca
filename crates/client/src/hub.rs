//! A Noroshi hub's own API, as a member uses it.

use crate::error::{ClientError, good};
use crate::log::LogClient;
use serde_json::{Value, json};
use std::time::Duration;

/// Seconds without an answer after which a request is given up.
const ANSWER_SECONDS_MAX: u64 = 120;

/// The most bytes of a checkpoint: its header must fit into a request's head.
const CHECKPOINT_BYTES_MAX: usize = 16 * 1024;

/// A hub and the token to use there.
#[derive(Clone, Debug)]
pub struct HubClient {
    pub(crate) http: reqwest::Client,
    pub(crate) url: String,
    pub(crate) token: String,
    /// The newest checkpoint of the hub's log that was seen, in base64.
    seen: Option<String>,
}

impl HubClient {
    /// For the hub at `url` (no trailing slash needed).
    ///
    /// # Errors
    /// When the machine's TLS roots cannot be read.
    pub fn new(url: &str, token: &str) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(ANSWER_SECONDS_MAX)).build()?;
        Ok(Self { http, url: url.trim_end_matches('/').to_owned(), token: token.to_owned(), seen: None })
    }

    /// Fetches the newest checkpoint of the hub's log. What is sent from now on carries it, which proves later that it was not
    /// made before. A hub without one is no fault.
    pub async fn see_log(&mut self) {
        let log = LogClient::new(&format!("{}/log", self.url));
        if let Ok(log) = log
            && let Ok(bytes) = log.get("checkpoint", CHECKPOINT_BYTES_MAX).await
        {
            self.seen = Some(data_encoding::BASE64.encode(&bytes));
        }
    }

    /// Sends one file. The same `key` and bytes give the same receipt, so that a retry sends nothing twice. Answers
    /// `{"id","receipt","received_at","state"}`.
    ///
    /// # Errors
    /// Any.
    pub async fn submit(
        &self,
        bytes: Vec<u8>,
        filename: &str,
        now: bool,
        key: &str,
    ) -> Result<Value, ClientError> {
        let delay = if now { "now" } else { "slot" };
        let request = self
            .http
            .post(format!("{}/api/v1/submissions", self.url))
            .query(&[("filename", filename), ("delay", delay)])
            .bearer_auth(&self.token)
            .header("content-type", "application/octet-stream")
            .header("idempotency-key", key)
            .body(bytes);
        let request = match &self.seen {
            Some(seen) => request.header("noroshi-checkpoint", seen),
            None => request,
        };
        json(good(request.send().await?).await?).await
    }

    /// A page of the inbox: `{"rows":[…],"next"}`.
    ///
    /// # Errors
    /// Any.
    pub async fn items(&self, after: Option<&str>) -> Result<Value, ClientError> {
        let mut request = self.http.get(format!("{}/api/v1/items", self.url)).bearer_auth(&self.token);
        if let Some(after) = after {
            request = request.query(&[("after", after)]);
        }
        json(good(request.send().await?).await?).await
    }

    /// One item, with its texts and its bundle.
    ///
    /// # Errors
    /// Any.
    pub async fn item(&self, id: &str) -> Result<Value, ClientError> {
        let request = self.http.get(format!("{}/api/v1/items/{id}", self.url)).bearer_auth(&self.token);
        json(good(request.send().await?).await?).await
    }

    /// What stands under a path of the API (`/api/v1/…`), as JSON.
    ///
    /// # Errors
    /// Any.
    pub async fn get(&self, path: &str) -> Result<Value, ClientError> {
        let request = self.http.get(format!("{}{path}", self.url)).bearer_auth(&self.token);
        json(good(request.send().await?).await?).await
    }

    /// The same as bytes: a form, a pack.
    ///
    /// # Errors
    /// Any.
    pub async fn bytes(&self, path: &str) -> Result<Vec<u8>, ClientError> {
        let request = self.http.get(format!("{}{path}", self.url)).bearer_auth(&self.token);
        Ok(good(request.send().await?).await?.bytes().await?.to_vec())
    }

    /// Posts JSON to a path of the API, answers JSON.
    ///
    /// # Errors
    /// Any.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, ClientError> {
        let request = self.http.post(format!("{}{path}", self.url)).bearer_auth(&self.token).json(body);
        json(good(request.send().await?).await?).await
    }

    /// Puts JSON to a path of the API, answers JSON.
    ///
    /// # Errors
    /// Any.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Value, ClientError> {
        let request = self.http.put(format!("{}{path}", self.url)).bearer_auth(&self.token).json(body);
        json(good(request.send().await?).await?).await
    }

    /// One item's STIX bundle, as it came.
    ///
    /// # Errors
    /// Any.
    pub async fn bundle(&self, id: &str) -> Result<Vec<u8>, ClientError> {
        self.bytes(&format!("/api/v1/items/{id}/bundle")).await
    }

    /// What the organisation may sweep for, as one signed set; with `since` what came later than the set that was made then.
    ///
    /// # Errors
    /// Any.
    pub async fn set(&self, since: Option<&str>) -> Result<Vec<u8>, ClientError> {
        let since = since.map(|since| ("since", since));
        let request = self.http.get(format!("{}/api/v1/set", self.url)).bearer_auth(&self.token);
        let request = request.query(&since.as_slice());
        Ok(good(request.send().await?).await?.bytes().await?.to_vec())
    }

    /// Answers an item.
    ///
    /// # Errors
    /// Any.
    pub async fn answer(&self, id: &str, progress: &str, machines: Option<u64>) -> Result<(), ClientError> {
        let body = json!({"progress": progress, "machines": machines});
        let request = self
            .http
            .post(format!("{}/api/v1/items/{id}/answer", self.url))
            .bearer_auth(&self.token)
            .json(&body);
        good(request.send().await?).await.map(drop)
    }
}

pub(crate) async fn json(answer: reqwest::Response) -> Result<Value, ClientError> {
    answer.json().await.map_err(|why| ClientError::Unreadable(why.to_string()))
}
