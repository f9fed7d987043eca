//! What stands before the faces of one process: whose word about the caller's address is believed, and how much one caller may ask.

use crate::limits::Limits;
use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::IpAddr;

/// The settings of one process's faces.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// Proxies whose `X-Forwarded-For` is believed. Behind an unnamed proxy all callers share its address, its back-off and its
    /// limit.
    pub trusted_proxies: Vec<IpNet>,
    /// Requests a minute; none by default.
    pub limits: Limits,
}

impl Front {
    /// The address that a request came from. Each trusted proxy appends the address that it saw, so the list is read from its
    /// end: the first that is not a trusted proxy is the caller, whatever stands before it.
    pub(crate) fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut caller = peer.to_canonical();
        let values: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).collect();
        let mut hops = values.iter().flat_map(|line| line.split(',')).map(str::trim).rev();
        while self.trusts(caller) {
            match hops.next().map(|hop| hop.parse::<IpAddr>()) {
                Some(Ok(before)) => caller = before.to_canonical(),
                _ => break,
            }
        }
        caller
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|net| net.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[track_caller]
    fn check(peer: &str, forwarded: &[&str], expected: &str) {
        let front = Front { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..Front::default() };
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
        }
        let caller = front.caller(peer.parse().unwrap(), &headers);
        assert_eq!(caller, expected.parse::<IpAddr>().unwrap(), "{peer} {forwarded:?}");
    }

    #[test]
    fn only_what_trusted_proxies_saw_is_believed() {
        check("192.0.2.1", &["198.51.100.7"], "192.0.2.1");
        check("10.1.1.1", &["198.51.100.7"], "198.51.100.7");
        check("10.1.1.1", &["203.0.113.9, 198.51.100.7"], "198.51.100.7");
        check("10.1.1.1", &["198.51.100.7, 10.2.2.2"], "198.51.100.7");
        check("10.1.1.1", &["203.0.113.9", "198.51.100.7"], "198.51.100.7");
        check("10.1.1.1", &[], "10.1.1.1");
        check("10.1.1.1", &["nonsense"], "10.1.1.1");
        check("::ffff:10.1.1.1", &["2001:db8::1"], "2001:db8::1");
    }
}
