//! A time-stamping service (RFC 3161 over HTTP, section 3.4).
//!
//! The request is twelve fields of DER with fixed lengths, so it is written out here. Of the answer only the status is read; its
//! signature is for whoever has the service's certificate (`openssl ts -verify`).

use crate::error::{ClientError, good, within};
use std::time::Duration;

/// Seconds for one stamp.
const SECONDS_MAX: u64 = 10;

/// The most bytes of an answer: a token with a long certificate chain.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Asks for a time stamp over a SHA-256. Returns the whole response, as `openssl ts` keeps it in `.tsr` files.
///
/// # Errors
/// No connection, a refusal, or an answer that is not over this hash.
pub async fn ask(url: &str, digest: [u8; 32], nonce: [u8; 8]) -> Result<Vec<u8>, ClientError> {
    let http = reqwest::Client::builder().timeout(Duration::from_secs(SECONDS_MAX)).build()?;
    let sending = http
        .post(url)
        .header("content-type", "application/timestamp-query")
        .header("accept", "application/timestamp-reply")
        .body(query(digest, nonce));
    let bytes = within(good(sending.send().await?).await?, ANSWER_BYTES_MAX).await?;
    match status(&bytes) {
        Some(0 | 1) if bytes.windows(32).any(|window| window == digest) => Ok(bytes),
        Some(0 | 1) => Err(ClientError::Unreadable("a time stamp over something else".to_owned())),
        Some(other) => Err(ClientError::Unreadable(format!("the service refuses: PKI status {other}"))),
        None => Err(ClientError::Unreadable("no time-stamp response".to_owned())),
    }
}

/// `TimeStampReq` (RFC 3161 section 2.4.1): version 1, SHA-256 imprint, nonce, certificates wanted.
fn query(digest: [u8; 32], nonce: [u8; 8]) -> Vec<u8> {
    const VERSION: [u8; 3] = [0x02, 0x01, 0x01];
    /// SEQUENCE { SEQUENCE { OID 2.16.840.1.101.3.4.2.1 (SHA-256), NULL }, OCTET STRING of 32 bytes.
    const IMPRINT: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
        0x04, 0x20,
    ];
    const CERTIFICATES: [u8; 3] = [0x01, 0x01, 0xff];
    // A leading byte of 1 keeps the integer positive and of a fixed length.
    let nonce = [&[0x02, 0x09, 0x01][..], &nonce].concat();
    let body = [&VERSION[..], &IMPRINT, &digest, &nonce, &CERTIFICATES].concat();
    [&[0x30, body.len() as u8][..], &body].concat()
}

/// The `PKIStatus` of a `TimeStampResp`: SEQUENCE { SEQUENCE { INTEGER status …
fn status(response: &[u8]) -> Option<u8> {
    let outer = contents(response, 0x30)?;
    let info = contents(outer, 0x30)?;
    match contents(info, 0x02)? {
        [status, ..] => Some(*status),
        [] => None,
    }
}

/// The contents of the DER element at the beginning, if it has this tag.
fn contents(der: &[u8], tag: u8) -> Option<&[u8]> {
    let (found, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    if *found != tag {
        return None;
    }
    if *first < 0x80 {
        return rest.get(..usize::from(*first));
    }
    let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
    let length = length.iter().try_fold(0_usize, |sum, b| Some(sum.checked_mul(256)? + usize::from(*b)))?;
    rest.get(..length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_well_formed() {
        let query = query([7; 32], [0; 8]);
        let body = contents(&query, 0x30).unwrap();
        assert_eq!(query.len(), body.len() + 2);
        assert_eq!(contents(body, 0x02), Some(&[1][..]));
        let imprint = contents(&body[3..], 0x30).unwrap();
        assert_eq!(imprint.len(), 0x31);
        assert_eq!(&imprint[17..], [7; 32]);
        assert_eq!(&body[body.len() - 3..], [1, 1, 255]);
    }

    #[track_caller]
    fn check(response: &[u8], expected: Option<u8>) {
        assert_eq!(status(response), expected);
    }

    #[test]
    fn the_status_of_answers() {
        check(&[0x30, 5, 0x30, 3, 2, 1, 0], Some(0));
        check(&[0x30, 5, 0x30, 3, 2, 1, 2], Some(2));
        check(&[0x30, 0x81, 5, 0x30, 3, 2, 1, 0], Some(0));
        check(b"<html>", None);
        check(&[0x30, 0x84, 255, 255, 255, 255], None);
        check(&[], None);
    }
}
