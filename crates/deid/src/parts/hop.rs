//! Addresses: only public ones outside the victim's networks; of the trace lines only the foreign host's.

use crate::victim::Victim;
use indicator::{Indicator, Kind};
use mail::Message;
use model::item::DropReason;
use std::net::IpAddr;

/// Special uses that can stand for a stranger: examples are written with documentation addresses.
const HARMLESS_USE: &str = "documentation";

/// A public address that is not the victim's.
pub(crate) fn indicator(ip: IpAddr, victim: &Victim) -> Result<Indicator, DropReason> {
    let ip = ip.to_canonical();
    if indicator::is_special_ip(ip).is_some_and(|used_for| used_for != HARMLESS_USE) {
        return Err(DropReason::NotPublic);
    }
    if victim.owns_address(ip) {
        return Err(DropReason::OwnProfile);
    }
    let kind = if ip.is_ipv4() { Kind::Ipv4 } else { Kind::Ipv6 };
    Indicator::new(kind, &ip.to_string()).map_err(|_| DropReason::NoConstructor)
}

/// The address of the foreign host that spoke to the victim's edge. Everything newer is the victim's machinery, everything
/// older the attacker may have invented.
pub(crate) fn foreign(message: &Message, victim: &Victim) -> Option<IpAddr> {
    let own = |name: &str| {
        let name = name.trim_matches(['[', ']']);
        match name.parse::<IpAddr>() {
            Ok(ip) => victim.owns_address(ip),
            Err(_) => victim.owns_host(name) || super::host::is_gateway(name) && !is_exit(name),
        }
    };
    let hop = before_filters(message, &own)?;
    if claims_to_be_inside(hop, victim) {
        // the victim's own host, or a stranger who says so: only the server that judged the mail knows
        return message.authentication.client_ip.filter(|ip| hop.from_ip != Some(*ip));
    }
    // the victim's server states which address it judged: a hop further out with that address is the better witness
    let judged = message.authentication.client_ip;
    let witness =
        message.hops.iter().find(|h| h.index >= hop.index && h.from_ip.is_some() && h.from_ip == judged);
    witness.unwrap_or(hop).from_ip
}

/// The foreign hop as `own` knows it, or the one behind filters of others through which the source gets its mail. Some servers write no
/// looked-up name, so that a filter's host is known by what it calls itself alone. Anybody can call himself so: only where the next older
/// line was written by a filter's host too it is taken for one. The address of a filter is that of very many, and says who filters for
/// the source.
fn before_filters<'m>(message: &'m Message, own: &dyn Fn(&str) -> bool) -> Option<&'m mail::Hop> {
    /// Filters in a row; mail passes one, seldom two, with a few hosts of each.
    const FILTERS_MAX: usize = 8;
    let is_filter = |name: &Option<String>| {
        name.as_deref().is_some_and(|name| super::host::is_gateway(&name.to_lowercase()) && !is_exit(name))
    };
    let mut passed: Vec<IpAddr> = Vec::new();
    for _ in 0..FILTERS_MAX {
        let inside = |name: &str| own(name) || name.parse().is_ok_and(|ip: IpAddr| passed.contains(&ip));
        let hop = mail::foreign_hop(message, &inside)?;
        let older = message.hops.get(hop.index + 1);
        match hop.from_ip {
            Some(ip)
                if hop.from_rdns.is_none()
                    && is_filter(&hop.from_helo)
                    && older.is_some_and(|older| is_filter(&older.by)) =>
            {
                passed.push(ip);
            }
            _ => return Some(hop),
        }
    }
    None
}

/// A host that nobody looked up and that names itself after the victim.
fn claims_to_be_inside(hop: &mail::Hop, victim: &Victim) -> bool {
    hop.from_rdns.is_none() && hop.from_helo.as_deref().is_some_and(|helo| victim.owns_host(helo))
}

/// Hosts of the clouds from which their customers send: a sender there is foreign.
fn is_exit(host: &str) -> bool {
    let host = host.to_lowercase();
    host.contains("outbound.protection.outlook.com")
        || host.starts_with("mail-") && host.ends_with(".google.com")
}
