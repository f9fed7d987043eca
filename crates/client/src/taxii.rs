//! Any TAXII 2.1 server, as a reader.

use crate::error::{ClientError, good};
use serde_json::Value;
use std::time::Duration;

/// The media type of TAXII 2.1 (section 1.6.8 of the standard).
const MEDIA: &str = "application/taxii+json;version=2.1";

/// Seconds without an answer after which a request is given up.
const ANSWER_SECONDS_MAX: u64 = 120;

/// Pages of one pull. A server that says `more` for ever is left after them.
const PAGES_MAX: usize = 100_000;

/// An API root and the token to use there.
#[derive(Clone, Debug)]
pub struct TaxiiClient {
    http: reqwest::Client,
    root: String,
    token: String,
}

/// What one page held.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The objects.
    pub objects: Vec<Value>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// `X-TAXII-Date-Added-Last`: what to ask for after when coming again.
    pub last_added: Option<String>,
}

impl TaxiiClient {
    /// For the API root at `root`, e.g. `https://hub.example/taxii2/hub/`.
    ///
    /// # Errors
    /// When the machine's TLS roots cannot be read.
    pub fn new(root: &str, token: &str) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(ANSWER_SECONDS_MAX)).build()?;
        Ok(Self { http, root: format!("{}/", root.trim_end_matches('/')), token: token.to_owned() })
    }

    /// The collections: (id, title, can read).
    ///
    /// # Errors
    /// Any.
    pub async fn collections(&self) -> Result<Vec<(String, String, bool)>, ClientError> {
        let value: Value = self.get("collections/", &[]).await?.0;
        let list = value.get("collections").and_then(Value::as_array).cloned().unwrap_or_default();
        let text = |v: &Value, key: &str| v.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let reads = |v: &Value| v.get("can_read").and_then(Value::as_bool).unwrap_or(false);
        Ok(list.iter().map(|c| (text(c, "id"), text(c, "title"), reads(c))).collect())
    }

    /// One page of a collection. A `next` carries everything; `added_after` is for the first page.
    ///
    /// # Errors
    /// Any.
    pub async fn page(
        &self,
        collection: &str,
        added_after: Option<&str>,
        next: Option<&str>,
    ) -> Result<Page, ClientError> {
        let mut query: Vec<(&str, &str)> = Vec::new();
        if let Some(at) = added_after {
            query.push(("added_after", at));
        }
        if let Some(next) = next {
            query.push(("next", next));
        }
        let (value, last_added) = self.get(&format!("collections/{collection}/objects/"), &query).await?;
        let objects = value.get("objects").and_then(Value::as_array).cloned().unwrap_or_default();
        let more = value.get("more").and_then(Value::as_bool).unwrap_or(false);
        let next = value.get("next").and_then(Value::as_str).filter(|_| more).map(ToOwned::to_owned);
        Ok(Page { objects, next, last_added })
    }

    /// Every object of a collection that was added after `added_after`, page by page. Returns the date to go on from.
    ///
    /// # Errors
    /// Any; what was handed to `each` before stays valid.
    pub async fn pull(
        &self,
        collection: &str,
        added_after: Option<&str>,
        mut each: impl FnMut(Value),
    ) -> Result<Option<String>, ClientError> {
        let mut last = added_after.map(ToOwned::to_owned);
        let mut next = None;
        for _ in 0..PAGES_MAX {
            let page = self.page(collection, added_after, next.as_deref()).await?;
            page.objects.into_iter().for_each(&mut each);
            last = page.last_added.or(last);
            next = page.next;
            if next.is_none() {
                return Ok(last);
            }
        }
        Err(ClientError::Unreadable(format!("more than {PAGES_MAX} pages; the server repeats itself")))
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<(Value, Option<String>), ClientError> {
        let request = self.http.get(format!("{}{path}", self.root)).query(query).bearer_auth(&self.token);
        let answer = good(request.header("accept", MEDIA).send().await?).await?;
        let last = answer
            .headers()
            .get("x-taxii-date-added-last")
            .and_then(|v| v.to_str().ok())
            .map(ToOwned::to_owned);
        let value = answer.json().await.map_err(|why| ClientError::Unreadable(why.to_string()))?;
        Ok((value, last))
    }
}
