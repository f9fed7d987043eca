//! Host names: the part of a name that may leave, and hosts that stand for nobody in particular.

use crate::made_for_one::looks_made_for_one;
use crate::victim::Victim;
use indicator::{Indicator, Kind};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Warning lists that mark a name as shared or harmless; the others (documentation names, resolvers) say nothing of a host.
const SHARED_LISTS: &[&str] = &[
    "cisco-top1000",
    "google",
    "microsoft",
    "microsoft-office365",
    "microsoft-win10-connection-endpoints",
    "url-shortener",
    "link-in-bio",
    "security-provider-blogpost",
    "whats-my-ip",
    "automated-malware-analysis",
    "crl-hostname",
    "wikimedia",
];

/// The shipped lists of names that stand for nobody in particular; each file states its source.
struct Lists {
    free_mail: HashSet<&'static str>,
    relays: HashSet<&'static str>,
    senders: HashSet<&'static str>,
    wrappers: HashSet<&'static str>,
    tenanted: HashSet<&'static str>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let gateways = |kind: &'static str| {
        lines(include_str!("../../lists/gateways.txt"))
            .filter_map(move |line| line.split_once(' ').filter(|(k, _)| *k == kind).map(|(_, name)| name))
            .collect()
    };
    Lists {
        free_mail: lines(include_str!("../../lists/free-mail.txt")).collect(),
        relays: gateways("relay"),
        senders: gateways("sender"),
        wrappers: gateways("wrapper"),
        tenanted: lines(include_str!("../../lists/tenanted.txt")).collect(),
    }
});

fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Whether the name or one above it is in the list.
fn is_under(host: &str, list: &HashSet<&'static str>) -> bool {
    let mut rest = Some(host);
    while let Some(name) = rest {
        if list.contains(name) {
            return true;
        }
        rest = name.split_once('.').map(|(_, above)| above);
    }
    false
}

/// Whether anybody can have an address there.
pub(crate) fn is_free_mail(host: &str) -> bool {
    is_under(host, &LISTS.free_mail)
}

/// Whether it is a gateway of very many on the way to a recipient.
pub(crate) fn is_gateway(host: &str) -> bool {
    is_under(host, &LISTS.relays) || is_wrapper(host)
}

/// Whether very many organisations send from it.
pub(crate) fn is_sender_cloud(host: &str) -> bool {
    is_under(host, &LISTS.senders)
}

/// Whether links there were rewritten on the way to the recipient: the host says whose mail passed it.
pub(crate) fn is_wrapper(host: &str) -> bool {
    is_under(host, &LISTS.wrappers)
}

/// What of a host name may leave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// All of it.
    Whole(String),
    /// This much; the labels before it look made for one victim.
    Cut(String),
    /// Nothing: it is the victim's own.
    Own,
    /// Nothing: the registered name itself holds a name of the victim.
    NamesVictim,
    /// Nothing: the label names a customer of the service.
    Tenant,
    /// Nothing: a gateway on the way to the recipient put it there.
    Wrapper,
    /// It is no name on the Internet.
    NotPublic,
}

/// Reads a canonical host name.
pub(crate) fn read(host: &str, victim: &Victim) -> Host {
    read_written(host, host, victim)
}

/// Reads a canonical host name that was written like this: capitals in the middle of a label give away a code that reads like a word
/// without them.
pub(crate) fn read_written(host: &str, written: &str, victim: &Victim) -> Host {
    if !matches!(indicator::parse(host), Some(one) if one.kind() == Kind::Domain) {
        return Host::NotPublic;
    }
    if victim.owns_host(host) {
        return Host::Own;
    }
    if is_wrapper(host) {
        return Host::Wrapper;
    }
    let base = indicator::registrable_domain(host).unwrap_or(host);
    let sub = host.strip_suffix(base).unwrap_or_default().trim_end_matches('.');
    if is_under(host, &LISTS.tenanted) && !LISTS.tenanted.contains(host) {
        return Host::Tenant;
    }
    if victim.is_named_in(base) || victim.resembles(base) {
        return Host::NamesVictim;
    }
    let written = written.trim_end_matches('.');
    let seen = if written.eq_ignore_ascii_case(host) { written } else { host };
    let seen = seen.get(..sub.len()).unwrap_or(sub);
    let mut kept = base.to_owned();
    let mut cut = false;
    for (label, seen) in sub.rsplit('.').zip(seen.rsplit('.')).filter(|(l, _)| !l.is_empty()) {
        let longer = format!("{label}.{kept}");
        if victim.is_named_in(label) || victim.is_named_in(&longer) || victim.resembles_label(label) {
            // what stands between is the rest of the victim's own name: `victim.co.jp.evil.example`
            return Host::Cut(base.to_owned());
        }
        if looks_made_for_one(seen) {
            cut = true;
            break;
        }
        kept = longer;
    }
    // the end of another registered name in front: `….co.jp.evil.example`
    if cut && is_ending(kept.strip_suffix(base).unwrap_or_default().trim_end_matches('.')) {
        return Host::Cut(base.to_owned());
    }
    // a public suffix alone is nobody's
    if cut && indicator::is_public_suffix(&kept) {
        return Host::NotPublic;
    }
    if cut { Host::Cut(kept) } else { Host::Whole(kept) }
}

/// Whether the labels are the public end of a name (`co.jp`) and hold nothing beside it.
fn is_ending(labels: &str) -> bool {
    let known =
        || matches!(indicator::parse(&format!("x.{labels}")), Some(one) if one.kind() == Kind::Domain);
    !labels.is_empty() && indicator::is_public_suffix(labels) && known()
}

/// The domain as an indicator of its own, unless it is shared by very many: then it is left to people.
pub(crate) fn indicator(host: &str) -> Option<Indicator> {
    let one = Indicator::new(Kind::Domain, host).ok()?;
    let labels = indicator::warning::WarningLists::built_in().labels(&one);
    let shared = labels.iter().any(|l| SHARED_LISTS.contains(l));
    let nobodys =
        is_free_mail(host) || is_gateway(host) || is_sender_cloud(host) || is_under(host, &LISTS.tenanted);
    (!shared && !nobodys).then_some(one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::profile::Profile;

    fn check(host: &str, expected: Host) {
        let profile = Profile {
            names: vec!["富士見電機".to_owned()],
            domains: vec!["fujimi-denki.example".to_owned()],
            ..Profile::default()
        };
        assert_eq!(read(host, &Victim::of_profile(&profile)), expected, "{host}");
    }

    #[test]
    fn hosts() {
        check("login.evil.example", Host::Whole("login.evil.example".to_owned()));
        check("a8f3k2j9.login.evil.example", Host::Cut("login.evil.example".to_owned()));
        check("fujimi-denki.evil.example", Host::Cut("evil.example".to_owned()));
        check("vpn.fujimi-denki.example", Host::Own);
        check("fujimi-denki-login.example", Host::NamesVictim);
        check("xn--zqsv0e35s8l4apbo.example", Host::NamesVictim);
        check("somebody.sharepoint.com", Host::Tenant);
        check("fs01.corp.internalnet", Host::NotPublic);
        check("fujimi-denki.co.jp.evil.example", Host::Cut("evil.example".to_owned()));
        check("a8f3k2j9.co.jp.evil.example", Host::Cut("evil.example".to_owned()));
        check("jpn01.safelinks.protection.outlook.com", Host::Wrapper);
        check("imsva91-ctp.trendmicro.com", Host::Wrapper);
        check("sharepoint.com", Host::Whole("sharepoint.com".to_owned()));
    }

    #[test]
    fn every_list_holds_names_and_each_kind_its_own() {
        let all = [&LISTS.free_mail, &LISTS.relays, &LISTS.senders, &LISTS.wrappers, &LISTS.tenanted];
        for name in all.into_iter().flatten() {
            assert!(matches!(indicator::parse(name), Some(one) if one.kind() == Kind::Domain), "{name}");
        }
        let kinds =
            |host: &str| (is_free_mail(host), is_gateway(host), is_wrapper(host), is_sender_cloud(host));
        assert_eq!(kinds("taro.gmail.com"), (true, false, false, false));
        assert_eq!(kinds("mx1.antispamcloud.com"), (false, true, false, false));
        assert_eq!(kinds("eu.avanan.click"), (false, true, true, false));
        assert_eq!(kinds("a.smtp-out.amazonses.com"), (false, false, false, true));
        assert_eq!(kinds("amazonses.com.evil.example"), (false, false, false, false));
    }

    #[test]
    fn shared_hosts_are_no_indicators_of_their_own() {
        for shared in [
            "10minutemail.com",
            "mx1.antispamcloud.com",
            "x.avanan.click",
            "a.amazonses.com",
            "x.sharepoint.com",
        ] {
            assert_eq!(indicator(shared), None, "{shared}");
        }
        assert_eq!(indicator("gmail.com"), None);
        assert_eq!(indicator("is.gd"), None);
        assert_eq!(indicator("mail-abc.google.com"), None);
        assert!(indicator("evil.example").is_some());
    }
}
