//! Webhooks as the Standard Webhooks specification (1.0.0) has them: a POST whose id, time and body are signed with HMAC-SHA256.
//!
//! Receivers name the address, so it is looked at before anything is sent there: [`crate::reach`]. No redirect is followed and no
//! proxy of the environment is used; nothing of an answer is kept but its status.

use crate::error::ClientError;
use crate::reach::{OutOfReach, Reach};
use aws_lc_rs::hmac;
use data_encoding::BASE64;
use ipnet::IpNet;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use url::{Host, Url};

/// Seconds for one delivery. A receiver takes it and works afterwards; one that is slower is told again.
const SECONDS_MAX: u64 = 10;

/// The longest address, in bytes: what every HTTP server takes.
pub const URL_BYTES_MAX: usize = 2_000;

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id: the same at every try, so that a receiver knows it again.
    pub id: String,
    /// The body, JSON.
    pub body: String,
}

/// What came of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken.
    Taken(u16),
    /// The receiver wants none any more (410).
    Gone,
    /// Any other answer.
    Refused(u16),
    /// No connection, or no answer in time.
    NoAnswer,
    /// The address is not one that a request may go to.
    OutOfReach,
}

impl Outcome {
    /// A word for lists and logs; it says nothing of the answer but its status.
    #[must_use]
    pub fn class(self) -> String {
        match self {
            Self::Taken(status) | Self::Refused(status) => status.to_string(),
            Self::Gone => "410".to_owned(),
            Self::NoAnswer => "no-answer".to_owned(),
            Self::OutOfReach => "out-of-reach".to_owned(),
        }
    }
}

/// Why an address cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is longer than [`URL_BYTES_MAX`].
    Long,
    /// It is no address of HTTPS, nor of HTTP into a network that was named.
    Form,
    /// It carries a user, a password or a fragment.
    Secrets,
    /// It lies in a private network that was not named.
    Private,
}

/// Sends webhooks.
pub struct Sender {
    networks: Arc<[IpNet]>,
    /// Over TLS: to the open Internet and to the networks that were named.
    secure: OnceLock<reqwest::Client>,
    /// Without it: to networks that were named only.
    plain: OnceLock<reqwest::Client>,
}

impl Sender {
    /// One that may also reach these networks.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self { networks: networks.into(), secure: OnceLock::new(), plain: OnceLock::new() }
    }

    /// Whether an address can be told at all. A name is looked up at each delivery, not here.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self, url: &str) -> Result<Url, Unfit> {
        if url.len() > URL_BYTES_MAX {
            return Err(Unfit::Long);
        }
        let url = Url::parse(url).map_err(|_| Unfit::Form)?;
        let reach = self.reach(url.scheme()).ok_or(Unfit::Form)?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(Unfit::Secrets);
        }
        let address = match url.host().ok_or(Unfit::Form)? {
            Host::Ipv4(four) => Some(IpAddr::V4(four)),
            Host::Ipv6(six) => Some(IpAddr::V6(six)),
            Host::Domain(_) => None,
        };
        match address {
            Some(address) if !reach.admits(address) => Err(Unfit::Private),
            _ => Ok(url),
        }
    }

    /// Where requests of this scheme may go; `None` for one that is not sent at all.
    fn reach(&self, scheme: &str) -> Option<Reach> {
        match scheme {
            "https" => Some(Reach { networks: Arc::clone(&self.networks), public: true }),
            "http" if !self.networks.is_empty() => {
                Some(Reach { networks: Arc::clone(&self.networks), public: false })
            }
            _ => None,
        }
    }

    fn http(&self, url: &Url) -> Result<reqwest::Client, ClientError> {
        let kept = if url.scheme() == "https" { &self.secure } else { &self.plain };
        if let Some(http) = kept.get() {
            return Ok(http.clone());
        }
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(SECONDS_MAX))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            // it keeps no connection: receivers hear of news now and then
            .pool_max_idle_per_host(0)
            .user_agent("noroshi")
            .dns_resolver(self.reach(url.scheme()).unwrap_or_default())
            .build()?;
        Ok(kept.get_or_init(|| http).clone())
    }

    /// Sends one message, signed at `at` (seconds since 1970).
    pub async fn tell(&self, url: &str, secret: &[u8], message: &Message, at: i64) -> Outcome {
        let Ok(url) = self.check(url) else { return Outcome::OutOfReach };
        let Ok(http) = self.http(&url) else { return Outcome::NoAnswer };
        let request = http
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", at.to_string())
            .header("webhook-signature", sign(secret, message, at))
            .body(message.body.clone());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Outcome::Taken(answer.status().as_u16()),
            Ok(answer) if answer.status().as_u16() == 410 => Outcome::Gone,
            Ok(answer) => Outcome::Refused(answer.status().as_u16()),
            Err(why) if is_out_of_reach(&why) => Outcome::OutOfReach,
            Err(_) => Outcome::NoAnswer,
        }
    }
}

fn is_out_of_reach(why: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(why);
    while let Some(one) = cause {
        if one.is::<OutOfReach>() {
            return true;
        }
        cause = one.source();
    }
    false
}

/// The signature of a message ("Signature scheme", symmetric): over id, time and body.
fn sign(secret: &[u8], message: &Message, at: i64) -> String {
    let signed = format!("{}.{at}.{}", message.id, message.body);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
    format!("v1,{}", BASE64.encode(tag.as_ref()))
}

/// A secret as receivers keep it.
#[must_use]
pub fn secret_text(secret: &[u8]) -> String {
    format!("whsec_{}", BASE64.encode(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the specification's libraries are tested with.
    #[test]
    fn a_signature_is_that_of_others() {
        let secret = BASE64.decode(b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let message = Message {
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned(),
            body: r#"{"test": 2432232314}"#.to_owned(),
        };
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(sign(&secret, &message, 1_614_265_330), expected);
        assert_eq!(secret_text(&secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }

    #[track_caller]
    fn check(networks: &[&str], url: &str, expected: bool) {
        let sender = Sender::new(networks.iter().map(|net| net.parse().unwrap()).collect());
        assert_eq!(sender.check(url).is_ok(), expected, "{url}");
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_called() {
        let message = Message { id: "msg_1".to_owned(), body: "{}".to_owned() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("localhost:{}", listener.local_addr().unwrap().port());
        let closed = Sender::new(Vec::new());
        assert_eq!(closed.tell(&format!("https://{at}/"), b"x", &message, 0).await, Outcome::OutOfReach);
        let elsewhere = Sender::new(vec!["10.0.0.0/8".parse().unwrap()]);
        assert_eq!(elsewhere.tell(&format!("http://{at}/"), b"x", &message, 0).await, Outcome::OutOfReach);
        let called = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(called.is_err(), "somebody connected");
    }

    #[test]
    fn addresses_that_can_be_told() {
        check(&[], "https://hooks.example/noroshi?x=1", true);
        check(&[], "https://8.8.8.8/", true);
        check(&[], "http://hooks.example/", false);
        check(&["10.0.0.0/8"], "http://hooks.example/", true);
        check(&["10.0.0.0/8"], "http://10.1.2.3:8080/x", true);
        check(&["10.0.0.0/8"], "http://8.8.8.8/", false);
        for url in ["", "x", "ftp://a.example/", "https://", "file:///etc/passwd", "https://u:p@a.example/"] {
            check(&[], url, false);
        }
        for url in ["https://127.0.0.1/", "https://0x7f.1/", "https://2130706433/", "https://[::1]/"] {
            check(&[], url, false);
        }
        check(&[], "https://[::ffff:169.254.169.254]/latest", false);
        check(&[], &format!("https://a.example/{}", "x".repeat(URL_BYTES_MAX)), false);
    }
}
