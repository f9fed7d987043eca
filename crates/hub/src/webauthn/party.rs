//! The hub as a relying party: its identifier and its origin, both from the address under which it is reached.

use std::net::IpAddr;
use url::{Host, Url};

/// Why a hub at this address has no passkeys. Browsers refuse them there; nothing that the hub does changes that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The host is an IP address: a relying party is named by a domain (4, "RP ID").
    Address,
    /// Plain HTTP elsewhere than at `localhost`: no secure context (3, "Secure Contexts").
    Plain,
}

/// A relying party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RelyingParty {
    /// Its identifier: the whole host, so that no other host of the domain can ask for its passkeys.
    pub(crate) id: String,
    /// The origin of its pages.
    pub(crate) origin: String,
}

impl RelyingParty {
    /// The relying party at an address.
    pub(crate) fn at(url: &str) -> Result<Self, Unfit> {
        let url = Url::parse(url).map_err(|_| Unfit::Plain)?;
        let Some(Host::Domain(host)) = url.host() else { return Err(Unfit::Address) };
        if host.parse::<IpAddr>().is_ok() {
            return Err(Unfit::Address);
        }
        let here = host == "localhost" || host.ends_with(".localhost");
        if url.scheme() != "https" && !(url.scheme() == "http" && here) {
            return Err(Unfit::Plain);
        }
        Ok(Self { id: host.to_owned(), origin: url.origin().ascii_serialization() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_address() {
        let check = |url: &str, expected: Result<(&str, &str), Unfit>| {
            let expected =
                expected.map(|(id, origin)| RelyingParty { id: id.to_owned(), origin: origin.to_owned() });
            assert_eq!(RelyingParty::at(url), expected, "{url}");
        };
        check("https://hub.example", Ok(("hub.example", "https://hub.example")));
        check("https://Hub.Example:443/", Ok(("hub.example", "https://hub.example")));
        check("https://hub.example:8443", Ok(("hub.example", "https://hub.example:8443")));
        check("https://狼煙.example", Ok(("xn--ouxv8a.example", "https://xn--ouxv8a.example")));
        check("http://localhost:8440", Ok(("localhost", "http://localhost:8440")));
        check("http://hub.localhost", Ok(("hub.localhost", "http://hub.localhost")));
        check("http://127.0.0.1:8440", Err(Unfit::Address));
        check("https://192.0.2.7", Err(Unfit::Address));
        check("https://[2001:db8::1]", Err(Unfit::Address));
        check("http://hub.example", Err(Unfit::Plain));
        check("http://notlocalhost", Err(Unfit::Plain));
        check("hub.example", Err(Unfit::Plain));
    }
}
