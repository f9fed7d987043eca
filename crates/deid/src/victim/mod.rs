//! Whom the mail was for, read from the mail itself: names that no output may hold, also where no profile knows them.
//!
//! Header lines that a mail server or a recipient's program wrote name the recipient; those that the sender wrote do not.
//! This and the source's profile are a second net: what leaves is built by constructors that ask for more than "not known".

mod machines;
mod trace;
mod words;

use crate::names::{Names, NamesBuilder, alike};
use crate::parts::feature;
use mail::{Address, Message};
use model::profile::Profile;
use std::collections::BTreeSet;
use std::net::IpAddr;

pub(crate) use trace::{is_proven, reached};
pub(crate) use words::add_profile;

/// The owner number of the source's own profile.
pub(crate) const PROFILE: usize = 0;
/// The owner number of names that the mail itself gives away.
pub(crate) const MAIL: usize = 1;

/// Whom the mail was for.
#[derive(Debug, Default)]
pub(crate) struct Victim {
    names: Names,
    domains: BTreeSet<String>,
    addresses: BTreeSet<String>,
    /// The victim's own labels and their words, as they are read.
    labels: Vec<Vec<char>>,
}

impl Victim {
    /// From the source's profile alone.
    pub(crate) fn of_profile(profile: &Profile) -> Self {
        let mut builder = NamesBuilder::default();
        let domains = add_profile(&mut builder, PROFILE, profile, true);
        let labels = words::skeletons(domains.iter().map(String::as_str));
        Self { names: builder.compile(), domains, addresses: addresses_of(profile), labels }
    }

    /// From the profile and from what the attack's mail, and the messages around it, say of their recipients. Whom a mail
    /// inside the attack names is the attacker's choice: only those among them that are known to be the victim's add names.
    pub(crate) fn of_mail(profile: &Profile, attack: &Message, around: &[&Message]) -> Self {
        let mut builder = NamesBuilder::default();
        let mut domains = words::add_profile(&mut builder, PROFILE, profile, true);
        let mut people: Vec<Address> = Vec::new();
        trace::recipients(attack, &mut people);
        for message in around {
            trace::recipients(message, &mut people);
            people.extend(message.from.iter().chain(&message.sender).chain(&message.reply_to).cloned());
        }
        trace::drop_the_senders_own(attack, &domains, &mut people);
        add_own_hosts(&mut builder, attack, &people, &mut domains);
        let mut addresses = addresses_of(profile);
        for one in &people {
            addresses.insert(one.address.to_lowercase());
            words::add_person(&mut builder, MAIL, one);
            if let Some(domain) = registrable_of(&one.address).filter(|d| !is_shared(d)) {
                words::add_domain(&mut builder, MAIL, &domain);
                domains.insert(domain);
                let host = one.address.rsplit_once('@').map_or("", |(_, host)| host).to_lowercase();
                words::own_labels(&host)
                    .into_iter()
                    .for_each(|label| words::add_words(&mut builder, MAIL, label));
            }
        }
        let greeted = words::salutations(&attack.own_text());
        greeted.iter().for_each(|name| words::add_words(&mut builder, MAIL, name));
        add_quoted(&mut builder, attack, &domains, &addresses);
        for address in trace::own_addresses(attack, &domains) {
            builder.network(MAIL, &address.to_string());
        }
        let hosts = addresses.iter().filter_map(|a: &String| Some(a.rsplit_once('@')?.1));
        let hosts = hosts.filter(|host| !registrable(host).is_some_and(|d| is_shared(&d)));
        let labels = words::skeletons(domains.iter().map(String::as_str).chain(hosts));
        Self { names: builder.compile(), domains, addresses, labels }
    }

    /// Whether the text holds any.
    pub(crate) fn is_named_in(&self, text: &str) -> bool {
        self.names.has(text)
    }

    /// Whether the host lies in one of the victim's own domains.
    pub(crate) fn owns_host(&self, host: &str) -> bool {
        let host = host.to_lowercase();
        self.domains
            .iter()
            .any(|d| host.strip_suffix(d.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    }

    /// Whether the registered name is made to be read as one of the victim's.
    pub(crate) fn resembles(&self, registered: &str) -> bool {
        registered.split('.').next().is_some_and(|label| self.resembles_label(label))
    }

    /// Whether the label is made to be read as one of the victim's, or holds one.
    pub(crate) fn resembles_label(&self, label: &str) -> bool {
        let read = alike::skeleton(label);
        self.labels.iter().any(|own| alike::is_alike(own, &read))
    }

    /// Whether the text holds what is read as one of the victim's labels. A letter more or less is no sign in a path: ordinary words differ
    /// by one.
    pub(crate) fn is_read_in(&self, text: &str) -> bool {
        let mut words = text.split(|c: char| !c.is_alphanumeric()).map(alike::skeleton);
        words.any(|read| self.labels.iter().any(|own| alike::is_read_in(own, &read)))
    }

    /// Whether the address lies in one of the victim's own networks.
    pub(crate) fn owns_address(&self, address: IpAddr) -> bool {
        self.names.holds(address)
    }

    /// Whether the mail address is one of the victim's.
    pub(crate) fn owns_mailbox(&self, address: &str) -> bool {
        self.addresses.contains(&address.to_lowercase())
            || address.rsplit_once('@').is_some_and(|(_, host)| self.owns_host(host))
    }
}

/// The mail addresses of a profile's people, private ones too.
fn addresses_of(profile: &Profile) -> BTreeSet<String> {
    profile.people.iter().filter(|one| one.contains('@')).map(|one| one.to_lowercase()).collect()
}

/// The domains of the machines that received the mail, and their own names.
fn add_own_hosts(
    builder: &mut NamesBuilder,
    attack: &Message,
    people: &[Address],
    domains: &mut BTreeSet<String>,
) {
    let senders: BTreeSet<String> =
        attack.from.iter().chain(&attack.reply_to).filter_map(|a| registrable_of(&a.address)).collect();
    let named: BTreeSet<String> = people.iter().filter_map(|a| registrable_of(&a.address)).collect();
    for host in trace::own_hosts(attack) {
        if let Some(domain) = registrable(&host)
            && (named.contains(&domain) || !senders.contains(&domain))
            && !is_shared(&domain)
        {
            words::add_domain(builder, MAIL, &domain);
            machines::add(builder, MAIL, &host);
            domains.insert(domain);
        }
    }
    for name in trace::inner_names(attack) {
        let own = |name: &str| registrable(name).is_some_and(|domain| domains.contains(&domain));
        if !name.contains('.') || own(&name) {
            machines::add(builder, MAIL, &name);
        }
    }
}

/// Names of those people of the victim whom a mail inside the attack names, and of those whom it greets. A name that stands in the
/// attack's own domains is left: whoever attaches a mail could else take any of them away by it.
fn add_quoted(
    builder: &mut NamesBuilder,
    attack: &Message,
    domains: &BTreeSet<String>,
    addresses: &BTreeSet<String>,
) {
    let mut people = trace::quoted(attack);
    people.retain(|one| {
        addresses.contains(&one.address.to_lowercase())
            || registrable_of(&one.address).is_some_and(|domain| domains.contains(&domain))
    });
    let greeted = words::salutations(&attack.text).into_iter();
    people.extend(greeted.map(|name| Address { name: Some(name), address: String::new() }));
    if attack.nested.is_empty() || people.is_empty() {
        return;
    }
    let mut trial = NamesBuilder::default();
    for (n, one) in people.iter().enumerate() {
        words::add_person(&mut trial, n, one);
    }
    let senders = attack.from.iter().chain(&attack.reply_to).filter_map(|a| registrable_of(&a.address));
    let links = attack.links.iter().filter_map(|l| registrable(&feature::host_of(l.destination())?));
    // a domain that names the victim already is none of them
    let known = builder.clone().compile();
    let theirs: BTreeSet<String> = senders.chain(links).collect();
    let theirs: Vec<&str> = theirs.iter().map(String::as_str).filter(|domain| !known.has(domain)).collect();
    let taken = trial.compile().find(&theirs.join("\n"));
    for (n, one) in people.iter().enumerate() {
        if !taken.iter().any(|hit| hit.owner == n) {
            words::add_person(builder, MAIL, one);
        }
    }
}

pub(crate) fn registrable(host: &str) -> Option<String> {
    let host = indicator::canon::domain(host).ok()?;
    indicator::registrable_domain(&host).map(str::to_owned).or(Some(host))
}

pub(crate) fn registrable_of(address: &str) -> Option<String> {
    registrable(address.rsplit_once('@')?.1)
}

/// The domain that an address shows to be its owner's own; `None` where very many have theirs (free mail, gateways, sending services), and
/// for a public suffix, below which live strangers.
#[must_use]
pub fn own_domain(address: &str) -> Option<String> {
    let host = indicator::canon::domain(address.rsplit_once('@')?.1).ok()?;
    indicator::registrable_domain(&host).filter(|domain| !is_shared(domain)).map(str::to_owned)
}

/// Domains that very many organisations' mail comes from or goes through: they name nobody.
pub(crate) fn is_shared(domain: &str) -> bool {
    use crate::parts::host;
    host::is_free_mail(domain) || host::is_gateway(domain) || host::is_sender_cloud(domain)
}
