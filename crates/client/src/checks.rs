//! Checks that were put to the own organisation, and their answers.

use crate::error::{ClientError, good};
use crate::hub::{HubClient, json};
use serde_json::Value;
use std::time::Duration;

/// Seconds that an alarm's receiver has to take it.
const ALARM_SECONDS_MAX: u64 = 20;

impl HubClient {
    /// What was put to the own organisation, newest first: `[{"id","item","state","due_at",…}]`.
    ///
    /// # Errors
    /// Any.
    pub async fn checks(&self) -> Result<Value, ClientError> {
        let request = self.http.get(format!("{}/api/v1/checks", self.url)).bearer_auth(&self.token);
        json(good(request.send().await?).await?).await
    }

    /// One check with the content of its item.
    ///
    /// # Errors
    /// Any.
    pub async fn check(&self, id: &str) -> Result<Value, ClientError> {
        let request = self.http.get(format!("{}/api/v1/checks/{id}", self.url)).bearer_auth(&self.token);
        json(good(request.send().await?).await?).await
    }

    /// The STIX bundle of its item, as text.
    ///
    /// # Errors
    /// Any.
    pub async fn check_bundle(&self, id: &str) -> Result<String, ClientError> {
        let request =
            self.http.get(format!("{}/api/v1/checks/{id}/bundle", self.url)).bearer_auth(&self.token);
        Ok(good(request.send().await?).await?.text().await?)
    }

    /// Answers a check: `{"checked","hits","leaving","evidence","could_not","words"}`. The same answer again gives the first
    /// receipt. Answers `{"receipt","revision","at"}`.
    ///
    /// # Errors
    /// Any.
    pub async fn answer_check(&self, id: &str, answer: &Value) -> Result<Value, ClientError> {
        let request =
            self.http.post(format!("{}/api/v1/checks/{id}/answer", self.url)).bearer_auth(&self.token);
        json(good(request.json(answer).send().await?).await?).await
    }
}

/// Tells a member's own receiver by POST.
///
/// # Errors
/// Any.
pub async fn alarm(url: &str, body: &Value) -> Result<(), ClientError> {
    let http = reqwest::Client::builder().timeout(Duration::from_secs(ALARM_SECONDS_MAX)).build()?;
    good(http.post(url).json(body).send().await?).await.map(drop)
}
