//! Which of the mails that lie in one another is the attack: where somebody of the source handed it on, the one inside.
//!
//! What lies inside proves nothing: an attacker attaches stolen letters, and addresses them as he likes. So it is the outer mail
//! that has to show that it is the source's own, by its sender and its way.

use crate::parts::host::is_gateway;
use crate::victim::{self, Victim, is_shared};
use mail::{Address, Hop, Message};
use model::profile::Profile;
use std::net::IpAddr;

/// The attacker's mail and the messages around it, which are the source's own.
pub(crate) fn attack_of<'m>(outer: &'m Message, profile: &Victim) -> (&'m Message, Vec<&'m Message>) {
    let mut around = Vec::new();
    let mut attack = outer;
    while let Some(inner) = attack.nested.first().filter(|inner| hands_on(attack, inner, profile)) {
        around.push(attack);
        attack = inner;
    }
    (attack, around)
}

/// Whether the outer mail is the source's, handing on the inner one: its sender is in the profile and not borrowed, or no foreign host
/// handed it over and the inner mail came to its sender's domain. A mail without trace lines is the sender's own copy, unless it is
/// addressed to the source by somebody whom the profile does not know. A stranger's mail is his own attack, whatever he attaches.
fn hands_on(outer: &Message, inner: &Message, profile: &Victim) -> bool {
    if outer.structure.delivery_report || inner.from.is_empty() {
        return false;
    }
    let to_source = outer.to.iter().chain(&outer.cc).any(|to| profile.owns_mailbox(&to.address));
    let from_outside = outer.hops.is_empty() && to_source;
    let of_its_way = |domain: &String| !is_shared(domain) && victim::reached(inner, domain);
    let unknown = stranger(outer, profile).is_none() && !from_outside;
    is_from(outer, profile)
        || unknown
            && outer
                .from
                .iter()
                .filter_map(|from| victim::registrable_of(&from.address))
                .any(|d| of_its_way(&d))
}

/// Whether the mail is shown to be from somebody of this profile: it has a way, and no stranger on it, or a server found their domain's name
/// on it to be genuine. Of a mail without trace lines nobody knows.
#[must_use]
pub fn is_own(outer: &Message, profile: &Profile) -> bool {
    let profile = Victim::of_profile(profile);
    let proven = |from: &Address| {
        victim::registrable_of(&from.address).is_some_and(|domain| victim::is_proven(outer, &domain))
    };
    let straight = !outer.hops.is_empty() && stranger(outer, &profile).is_none();
    outer.from.iter().any(|from| profile.owns_mailbox(&from.address) && (straight || proven(from)))
}

fn is_from(outer: &Message, profile: &Victim) -> bool {
    let stranger = stranger(outer, profile);
    outer.from.iter().filter(|from| profile.owns_mailbox(&from.address)).any(|from| {
        let Some(domain) = victim::registrable_of(&from.address) else { return false };
        stranger.is_none_or(|hop| !is_borrowed(outer, hop, &domain, profile))
    })
}

/// The foreign host that handed the mail over.
fn stranger<'m>(outer: &'m Message, profile: &Victim) -> Option<&'m Hop> {
    mail::foreign_hop(outer, &|name: &str| owns(name, profile))
}

/// Whether a host name or an address is in the profile.
fn owns(name: &str, profile: &Victim) -> bool {
    match name.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(ip) => profile.owns_address(ip),
        Err(_) => profile.owns_host(name),
    }
}

/// Whether a stranger writes under a domain of the source: a foreign host handed the mail to the source's own edge, and no server
/// found it to be genuine. Another's edge (a hub's) takes the source's mail from a host that is foreign to it.
fn is_borrowed(outer: &Message, hop: &Hop, domain: &str, profile: &Victim) -> bool {
    let failed = |result: &Option<String>| matches!(result.as_deref(), Some("fail" | "softfail"));
    let says = &outer.authentication;
    let at_the_source = hop.by.as_deref().is_none_or(|by| profile.owns_host(by) || is_gateway(by));
    (at_the_source || failed(&says.dmarc) || failed(&says.spf)) && !victim::is_proven(outer, domain)
}
