//! `Received` lines, and the one that is evidence: where a foreign host spoke to the source's edge.
//!
//! Everything above that hop is the source's own machinery; everything below it was written by the
//! attacker or his provider and may be invented.

use super::date;
use crate::message::{Hop, Message};
use std::net::IpAddr;

/// Reads one line.
pub(crate) fn read(value: &str, index: usize) -> Hop {
    let (route, time) = match value.rsplit_once(';') {
        Some((route, time)) => (route, date::read(time)),
        None => (value, None),
    };
    let mut hop = Hop { index, time, ..Hop::default() };
    let mut called = None;
    let tokens = tokens(route);
    let mut at = 0;
    let mut in_from = false;
    while at < tokens.len() {
        let token = tokens[at];
        let next = tokens.get(at + 1).copied();
        match token.to_ascii_lowercase().as_str() {
            "from" if at == 0 => {
                in_from = true;
                if let Some(host) = next.filter(|host| !host.starts_with('(')) {
                    called = address(host);
                    if !(called.is_some() && host.starts_with('[')) {
                        hop.from_helo = Some(host.trim_end_matches('.').to_owned());
                    }
                    at += 1;
                }
            }
            "by" => {
                in_from = false;
                if let Some(host) = next.filter(|host| !host.starts_with('(')) {
                    hop.by.get_or_insert_with(|| host.trim_end_matches('.').to_owned());
                    at += 1;
                }
            }
            "with" | "id" | "for" | "via" => in_from = false,
            _ if in_from && token.starts_with('(') => take_comment(&mut hop, token),
            _ => {}
        }
        at += 1;
    }
    // an address in place of the name is what the sender calls himself, wherever another one was seen
    hop.from_ip = hop.from_ip.or(called);
    hop
}

/// Words and brackets of a line; a bracket with all inside is one token.
fn tokens(route: &str) -> Vec<&str> {
    let mut list = Vec::new();
    let mut at = 0;
    while at < route.len() && list.len() < 64 {
        let rest = &route[at..];
        let skip = rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let length = if rest.starts_with('(') {
            let mut depth = 0usize;
            rest.char_indices()
                .find(|(_, letter)| {
                    depth = match letter {
                        '(' => depth + 1,
                        ')' => depth.saturating_sub(1),
                        _ => depth,
                    };
                    depth == 0
                })
                .map_or(rest.len(), |(end, letter)| end + letter.len_utf8())
        } else {
            rest.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(rest.len())
        };
        list.push(&rest[..length]);
        at += skip + length;
    }
    list
}

/// What the receiving host put in brackets: the looked-up name, the address, sometimes the HELO.
fn take_comment(hop: &mut Hop, comment: &str) {
    let inner = comment.trim_start_matches('(').trim_end_matches(')');
    let mut words = inner.split_whitespace().peekable();
    let mut first = true;
    while let Some(word) = words.next() {
        let lower = word.to_ascii_lowercase();
        if let Some(helo) = lower.strip_prefix("helo=").or_else(|| lower.strip_prefix("ehlo=")) {
            hop.from_rdns = hop.from_rdns.take().or_else(|| hop.from_helo.take());
            hop.from_helo = Some(helo.to_owned());
        } else if lower == "helo" || lower == "ehlo" {
            if let Some(helo) = words.next() {
                hop.from_rdns =
                    hop.from_rdns.take().or_else(|| hop.from_helo.take()).filter(|name| name != "unknown");
                hop.from_helo = Some(helo.trim_end_matches('.').to_owned());
            }
        } else if let Some(ip) = address(word) {
            hop.from_ip.get_or_insert(ip);
        } else if first && word.contains('.') && !word.contains(['=', ':', '@', '/']) {
            hop.from_rdns.get_or_insert_with(|| word.trim_end_matches('.').to_owned());
        }
        first = false;
    }
}

/// An address with or without brackets, `IPv6:` and port, behind the name of who signed in (`info@evil.example@192.0.2.1`).
fn address(word: &str) -> Option<IpAddr> {
    let word = word.rsplit('@').next().unwrap_or(word);
    let word = word.trim_matches(|c| matches!(c, '(' | ')' | ',' | ';'));
    let inner = match word.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => word,
    };
    let lower = inner.to_ascii_lowercase();
    let plain = lower.strip_prefix("ipv6:").unwrap_or(&lower);
    let plain = plain.split('%').next().unwrap_or(plain);
    plain.parse().ok().or_else(|| {
        // 192.0.2.1:25
        let (host, port) = plain.rsplit_once(':')?;
        port.parse::<u16>().ok().and_then(|_| host.parse().ok())
    })
}

/// The hop where a foreign host spoke to the source's edge. `own` says whether a host name or an address is
/// the source's; where it knows none of the chain, the organisation of the newest receiving host counts as
/// the source's.
#[must_use]
pub fn foreign_hop<'a>(message: &'a Message, own: &dyn Fn(&str) -> bool) -> Option<&'a Hop> {
    let hops = &message.hops;
    let ours = |name: &str| own(name) || is_local_name(name);
    let known = hops.iter().position(|hop| hop.by.as_deref().is_some_and(own));
    let start = known.unwrap_or(0);
    let edge_organisation = match known {
        Some(_) => None,
        None => hops.iter().find_map(|hop| hop.by.as_deref()).map(organisation),
    };
    let same = |name: &str| {
        ours(name)
            || edge_organisation
                .as_deref()
                .is_some_and(|edge| !is_shared_exit(name) && organisation(name).eq_ignore_ascii_case(edge))
    };
    for hop in &hops[start.min(hops.len())..] {
        if hop.from_ip.is_none() && hop.from_helo.is_none() && hop.from_rdns.is_none() {
            continue;
        }
        let address_inside = hop.from_ip.is_some_and(|ip| is_inside(ip) || own(&ip.to_string()));
        // the looked-up name and the address are facts; the HELO is what the sender says of itself
        let name_inside = match (&hop.from_rdns, &hop.from_ip) {
            (Some(name), _) => same(name),
            (None, Some(ip)) if !is_inside(*ip) => {
                hop.from_helo.as_deref().is_some_and(|helo| same(helo) && is_cloud(helo))
            }
            (None, _) => hop
                .from_helo
                .as_deref()
                .is_some_and(|helo| same(helo) || hop.from_ip.is_none() && is_bare(helo)),
        };
        if address_inside || name_inside {
            continue;
        }
        return Some(hop);
    }
    None
}

/// The last two labels, three where the second is short (`co.jp`).
pub(super) fn organisation(host: &str) -> String {
    let labels: Vec<&str> = host.trim_end_matches('.').split('.').collect();
    let short =
        labels.len() >= 3 && labels[labels.len() - 2].len() <= 3 && labels[labels.len() - 1].len() == 2;
    let keep = if short { 3 } else { 2 };
    let organisation = labels[labels.len().saturating_sub(keep)..].join(".").to_ascii_lowercase();
    match organisation.as_str() {
        // one provider, whose hosts speak to one another under all three
        "exchangelabs.com" | "office365.com" => "outlook.com".to_owned(),
        _ => organisation,
    }
}

/// Names inside the large providers, whose addresses are public although the hop is internal.
fn is_cloud(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host.ends_with(".prod.outlook.com")
        || host.ends_with(".prod.exchangelabs.com")
        || host.ends_with(".prod.protection.outlook.com")
        || host.ends_with(".mail.protection.outlook.com")
}

/// Exits that a provider's customers share: a sender there is foreign although the provider is the source's own.
fn is_shared_exit(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host.contains("outbound.protection.outlook.com")
        || host.starts_with("mail-") && host.ends_with(".google.com")
}

/// A name that no host on the internet has: machines of one house call one another so.
fn is_bare(name: &str) -> bool {
    !name.contains('.') && !name.eq_ignore_ascii_case("unknown")
}

fn is_local_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localdomain")
        || name.ends_with(".local")
        || name.ends_with(".internal")
}

/// Addresses that no foreign host on the internet has.
fn is_inside(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            // RFC 6598: what providers share among their own machines
            let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64;
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() || shared
        }
        IpAddr::V6(v6) => {
            v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_unspecified()
        }
    }
}
