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

#[cfg(test)]
mod tests {
    use super::*;
    use mail::{Authentication, Hop};
    use model::profile::Profile;

    /// A line: who received, the looked-up name, the name that was given, the address.
    type Line<'a> = (&'a str, &'a str, &'a str, &'a str);

    /// `judged` is the address that the source's server says it judged.
    #[track_caller]
    fn check(lines: &[Line<'_>], judged: &str, expected: Option<&str>) {
        let profile = Profile {
            domains: vec!["fujimi.example".to_owned(), "fujimi-dc.example".to_owned()],
            ..Profile::default()
        };
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let hop = |(index, (by, rdns, helo, ip)): (usize, &Line<'_>)| Hop {
            from_helo: some(helo),
            from_rdns: some(rdns),
            from_ip: ip.parse().ok(),
            by: some(by),
            time: None,
            index,
        };
        let message = Message {
            hops: lines.iter().enumerate().map(hop).collect(),
            authentication: Authentication { client_ip: judged.parse().ok(), ..Authentication::default() },
            ..Message::default()
        };
        let found = foreign(&message, &Victim::of_profile(&profile));
        assert_eq!(found.map(|ip| ip.to_string()).as_deref(), expected, "{lines:?}");
    }

    const EVIL: Line<'_> = ("mx.fujimi.example", "mail.evil.example", "mail.evil.example", "198.51.100.7");
    const OLDER: Line<'_> = ("mail.evil.example", "", "pc", "198.51.100.8");

    #[test]
    fn whatever_is_the_victims_own_is_passed() {
        check(&[EVIL, OLDER], "", Some("198.51.100.7"));
        // a host under another of its domains, a filter, and one that spoke from an address without a name
        let office = ("mx.fujimi.example", "gw.fujimi-dc.example", "gw", "203.0.113.9");
        let to_office = ("gw.fujimi-dc.example", "mail.evil.example", "mail.evil.example", "198.51.100.7");
        check(&[office, to_office, OLDER], "", Some("198.51.100.7"));
        let filter = ("mx.fujimi.example", "mx0a-001.pphosted.com", "mx0a-001.pphosted.com", "203.0.113.32");
        let to_filter = ("mx0a-001.pphosted.com", "mail.evil.example", "mail.evil.example", "198.51.100.7");
        check(&[filter, to_filter, OLDER], "", Some("198.51.100.7"));
    }

    #[test]
    fn who_sends_from_a_cloud_is_foreign() {
        let exit = "jpn01-tyc-obe.outbound.protection.outlook.com";
        let cloud = ("mx.fujimi.example", exit, exit, "203.0.113.60");
        check(&[cloud, ("a.jpnprd01.prod.outlook.com", "", "pc", "198.51.100.8")], "", Some("203.0.113.60"));
        let google =
            ("mx.fujimi.example", "mail-oi1-f1.google.com", "mail-oi1-f1.google.com", "203.0.113.61");
        check(&[google, ("smtp.gmail.com", "", "pc", "198.51.100.8")], "", Some("203.0.113.61"));
        assert!(
            is_exit("MAIL-oi1-f1.google.com")
                && !is_exit("mail-1.evil.example")
                && !is_exit("aspmx.l.google.com")
        );
        // a name that only begins or ends like theirs is none
        for stranger in ["mail-1.evil.example", "relay.google.com.evil.example"] {
            check(
                &[("mx.fujimi.example", stranger, stranger, "203.0.113.62"), OLDER],
                "",
                Some("203.0.113.62"),
            );
        }
    }

    #[test]
    fn the_address_that_was_judged_is_the_better_witness() {
        // further out it is believed, from further in it is the victim's own
        check(&[EVIL, OLDER], "198.51.100.8", Some("198.51.100.8"));
        check(&[EVIL, OLDER], "198.51.100.99", Some("198.51.100.7"));
        let inside = ("mx.fujimi.example", "gw.fujimi-dc.example", "gw", "203.0.113.9");
        check(&[inside, EVIL, OLDER], "203.0.113.9", Some("198.51.100.7"));
        // a line without an address is no witness of a mail of which nothing was judged
        let unseen = ("mail.evil.example", "pc.evil.example", "pc", "");
        check(&[EVIL, unseen], "", Some("198.51.100.7"));
    }

    #[test]
    fn who_says_that_he_is_inside_is_believed_by_nobody() {
        let claims = ("mx.fujimi.example", "", "mail.fujimi.example", "198.51.100.9");
        check(&[claims, OLDER], "", None);
        check(&[claims, OLDER], "198.51.100.7", Some("198.51.100.7"));
        check(&[claims, OLDER], "198.51.100.9", None);
        // with a name that somebody looked up it is no claim
        let looked_up = ("mx.fujimi.example", "mail.evil.example", "mail.fujimi.example", "198.51.100.9");
        check(&[looked_up, OLDER], "", Some("198.51.100.9"));
    }

    #[test]
    fn only_public_addresses_of_others_are_made() {
        let profile = Profile { networks: vec!["203.0.113.0/24".to_owned()], ..Profile::default() };
        let made = |ip: &str| {
            let made = indicator(ip.parse().unwrap(), &Victim::of_profile(&profile));
            made.map(|one| (one.kind(), one.value().to_owned()))
        };
        assert_eq!(made("198.51.100.7"), Ok((Kind::Ipv4, "198.51.100.7".to_owned())));
        assert_eq!(made("::ffff:198.51.100.7"), Ok((Kind::Ipv4, "198.51.100.7".to_owned())));
        assert_eq!(made("2001:db8::7"), Ok((Kind::Ipv6, "2001:db8::7".to_owned())));
        assert_eq!(made("203.0.113.7"), Err(DropReason::OwnProfile));
        for special in ["10.0.0.7", "127.0.0.1", "fe80::1"] {
            assert_eq!(made(special), Err(DropReason::NotPublic), "{special}");
        }
    }
}
