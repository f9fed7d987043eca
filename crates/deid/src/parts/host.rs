//! Host names: the part of a name that may leave, and hosts that stand for nobody in particular.

use crate::made_for_one::looks_made_for_one;
use crate::victim::Victim;
use indicator::{Indicator, Kind};

/// Mail providers open to all: an address there is evidence, the domain is not.
const FREE_MAIL: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.co.jp",
    "ymail.ne.jp",
    "ybb.ne.jp",
    "outlook.com",
    "outlook.jp",
    "hotmail.com",
    "hotmail.co.jp",
    "live.com",
    "live.jp",
    "msn.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "gmx.de",
    "gmx.net",
    "gmx.com",
    "web.de",
    "mail.com",
    "mail.ru",
    "bk.ru",
    "list.ru",
    "inbox.ru",
    "yandex.ru",
    "yandex.com",
    "proton.me",
    "protonmail.com",
    "pm.me",
    "tutanota.com",
    "zoho.com",
    "qq.com",
    "163.com",
    "126.com",
    "sina.com",
    "foxmail.com",
    "naver.com",
    "daum.net",
    "hanmail.net",
    "docomo.ne.jp",
    "ezweb.ne.jp",
    "au.com",
    "softbank.ne.jp",
    "i.softbank.jp",
    "nifty.com",
    "biglobe.ne.jp",
    "ocn.ne.jp",
    "so-net.ne.jp",
    "plala.or.jp",
    "excite.co.jp",
    "goo.jp",
    "t-online.de",
    "orange.fr",
    "free.fr",
    "laposte.net",
    "libero.it",
    "rediffmail.com",
    "comcast.net",
    "verizon.net",
    "att.net",
    "btinternet.com",
    "uol.com.br",
    "bol.com.br",
    "terra.com.br",
    "seznam.cz",
    "wp.pl",
    "o2.pl",
    "interia.pl",
    "onet.pl",
    "fastmail.com",
    "hey.com",
    "duck.com",
    "tuta.io",
];

/// Mail gateways and clouds through which the mail of very many organisations passes.
const GATEWAYS: &[&str] = &[
    "outlook.com",
    "office365.com",
    "exchangelabs.com",
    "microsoft.com",
    "google.com",
    "googlegroups.com",
    "pphosted.com",
    "ppe-hosted.com",
    "mimecast.com",
    "mimecast-offshore.com",
    "barracudanetworks.com",
    "messagelabs.com",
    "iphmx.com",
    "trendmicro.com",
    "trendmicro.co.jp",
    "tmes.trendmicro.com",
    "sophos.com",
    "fireeyecloud.com",
    "hornetsecurity.com",
    "antispamcloud.com",
    "mailcontrol.com",
    "forcepoint.net",
    "cloudflare.net",
    "amazonses.com",
    "sendgrid.net",
    "secure-mailgate.com",
    "mailspamprotection.com",
    "yahoodns.net",
    "icloud.com",
    "gmx.net",
    "iij.ad.jp",
    "securemx.jp",
];

/// Services that give each customer organisation a sub-domain: the label names that customer.
const TENANTED: &[&str] = &[
    "sharepoint.com",
    "onmicrosoft.com",
    "slack.com",
    "atlassian.net",
    "box.com",
    "webex.com",
    "zoom.us",
    "okta.com",
    "salesforce.com",
    "force.com",
    "service-now.com",
    "zendesk.com",
    "cybozu.com",
    "kintone.com",
    "backlog.jp",
    "backlog.com",
    "my.salesforce.com",
    "sansan.com",
    "smarthr.jp",
    "workday.com",
    "myworkday.com",
];

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

fn is_under(host: &str, list: &[&str]) -> bool {
    list.iter().any(|d| host.strip_suffix(d).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Whether anybody can have an address there.
pub(crate) fn is_free_mail(host: &str) -> bool {
    is_under(host, FREE_MAIL)
}

/// Whether it is a gateway or cloud of very many.
pub(crate) fn is_gateway(host: &str) -> bool {
    is_under(host, GATEWAYS)
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
    /// It is no name on the Internet.
    NotPublic,
}

/// Reads a canonical host name.
pub(crate) fn read(host: &str, victim: &Victim) -> Host {
    if !matches!(indicator::parse(host), Some(one) if one.kind() == Kind::Domain) {
        return Host::NotPublic;
    }
    if victim.owns_host(host) {
        return Host::Own;
    }
    let base = indicator::registrable_domain(host).unwrap_or(host);
    let sub = host.strip_suffix(base).unwrap_or_default().trim_end_matches('.');
    if TENANTED.contains(&base) && !sub.is_empty() {
        return Host::Tenant;
    }
    if victim.is_named_in(base) {
        return Host::NamesVictim;
    }
    let mut kept = base.to_owned();
    let mut cut = false;
    for label in sub.rsplit('.').filter(|l| !l.is_empty()) {
        let longer = format!("{label}.{kept}");
        if looks_made_for_one(label) || victim.is_named_in(label) || victim.is_named_in(&longer) {
            cut = true;
            break;
        }
        kept = longer;
    }
    // a public suffix alone is nobody's
    if cut && indicator::is_public_suffix(&kept) {
        return Host::NotPublic;
    }
    if cut { Host::Cut(kept) } else { Host::Whole(kept) }
}

/// The domain as an indicator of its own, unless it is shared by very many: then it is left to people.
pub(crate) fn indicator(host: &str) -> Option<Indicator> {
    let one = Indicator::new(Kind::Domain, host).ok()?;
    let labels = indicator::warning::WarningLists::built_in().labels(&one);
    let shared = labels.iter().any(|l| SHARED_LISTS.contains(l));
    (!shared && !is_free_mail(host) && !is_gateway(host) && !is_under(host, TENANTED)).then_some(one)
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
    }

    #[test]
    fn shared_hosts_are_no_indicators_of_their_own() {
        assert_eq!(indicator("gmail.com"), None);
        assert_eq!(indicator("is.gd"), None);
        assert_eq!(indicator("mail-abc.google.com"), None);
        assert!(indicator("evil.example").is_some());
    }
}
