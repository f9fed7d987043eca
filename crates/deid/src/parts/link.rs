//! Links: gateway wrappers are off already; query values, fragments, user names and parts made for one victim stay.

use super::host::{self, Host};
use crate::Known;
use crate::made_for_one::looks_made_for_one;
use crate::victim::Victim;
use indicator::{Indicator, Kind};
use model::item::DropReason;
use std::net::IpAddr;

/// What of a link may leave.
#[derive(Debug, Default)]
pub(crate) struct LinkParts {
    /// The address without what stays.
    pub(crate) url: Option<Indicator>,
    /// Its host.
    pub(crate) host: Option<Indicator>,
    /// What stays: what it is and why.
    pub(crate) stays: Vec<(String, DropReason)>,
    /// The full values that looked made for one victim, for the count of independent organisations.
    pub(crate) rare: Vec<String>,
    /// The value names the victim by look-alike: only a person may let it pass.
    pub(crate) names_victim: Option<String>,
}

/// Schemes that a click follows; a shortcut opens a folder of the attacker's server as a file.
const SCHEMES: &[&str] = &["http", "https", "ftp", "ftps", "file"];

/// Parts of a path that are read; no page lies deeper, and each is read with all before it.
const PATH_PARTS_MAX: usize = 32;

/// Takes a link apart.
pub(crate) fn read(target: &str, victim: &Victim, known: &Known<'_>) -> LinkParts {
    let mut out = LinkParts::default();
    let target = if target.starts_with("//") { format!("http:{target}") } else { target.to_owned() };
    let Ok(full) = Indicator::new(Kind::Url, &target) else {
        out.stays.push((target, DropReason::NoConstructor));
        return out;
    };
    let Some((scheme, rest)) = full.value().split_once("://").filter(|(s, _)| SCHEMES.contains(s)) else {
        out.stays.push((target, DropReason::NoConstructor));
        return out;
    };
    let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(authority_end);
    let name = bare_host(authority);
    let kept = match name.parse::<IpAddr>() {
        Ok(ip) => address(ip, victim, &mut out),
        Err(_) => domain(name, written_host(&target), full.value(), victim, known, &mut out),
    };
    let Some(whole) = kept else { return out };
    if !whole {
        return out;
    }
    let (path, query) = tail.split_once('?').map_or((tail, None), |(p, q)| (p, Some(q)));
    let is_known = (known.shared)(full.value()) && !victim.is_named_in(full.value());
    if is_known {
        out.url = Some(full);
        return out;
    }
    if let Some(query) = query.filter(|q| !q.is_empty()) {
        out.stays.push((query.to_owned(), DropReason::QueryValue));
        out.rare.push(full.value().to_owned());
    }
    let (path, cut) = path_until_made_for_one(name, path, victim);
    if let Some(cut) = cut {
        out.stays.push((cut, DropReason::PerVictim));
        if !out.rare.iter().any(|r| r == full.value()) {
            out.rare.push(full.value().to_owned());
        }
        if path == "/" {
            // what is left is the host, which stands by itself or for very many
            return out;
        }
    }
    out.url = Indicator::new(Kind::Url, &format!("{scheme}://{authority}{path}")).ok();
    out
}

/// The host of a link as it stands there, before anything is made small.
pub(super) fn written_host(target: &str) -> &str {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or(rest);
    bare_host(authority.rsplit('@').next().unwrap_or(authority))
}

fn bare_host(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => authority.split(':').next().unwrap_or(authority),
    }
}

/// Whether the whole address may stand; `None` when nothing may.
fn address(ip: IpAddr, victim: &Victim, out: &mut LinkParts) -> Option<bool> {
    match super::hop::indicator(ip, victim) {
        Ok(one) => {
            out.host = Some(one);
            Some(true)
        }
        Err(reason) => {
            out.stays.push((ip.to_string(), reason));
            None
        }
    }
}

fn domain(
    name: &str,
    written: &str,
    full: &str,
    victim: &Victim,
    known: &Known<'_>,
    out: &mut LinkParts,
) -> Option<bool> {
    let reason = match host::read_written(name, written, victim) {
        Host::Whole(kept) => {
            out.host = host::indicator(&kept);
            return Some(true);
        }
        Host::Cut(kept) => {
            if (known.shared)(name) && !victim.is_named_in(name) {
                out.host = host::indicator(name);
                return Some(true);
            }
            out.host = host::indicator(&kept);
            out.stays.push((name.to_owned(), DropReason::PerVictim));
            out.rare.push(name.to_owned());
            return Some(false);
        }
        Host::Own | Host::Wrapper => DropReason::NamesRecipient,
        Host::NamesVictim => {
            out.names_victim = Some(name.to_owned());
            DropReason::OwnProfile
        }
        Host::Tenant => {
            out.rare.push(name.to_owned());
            if (known.shared)(name) && !victim.is_named_in(name) {
                return Some(true);
            }
            DropReason::PerVictim
        }
        Host::NotPublic => DropReason::NotPublic,
    };
    out.stays.push((full.to_owned(), reason));
    None
}

/// The path up to the first part that looks made for one victim or with which a name of the victim begins, and what stays. A
/// name may lie across parts, and begin in the host.
fn path_until_made_for_one(host: &str, path: &str, victim: &Victim) -> (String, Option<String>) {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let before = before_path(host);
    for (n, part) in parts.iter().enumerate() {
        let until = |start: usize| parts.get(start..=n).unwrap_or_default().join("/");
        let whole = until(0);
        let named = victim.is_named_in(part)
            || before.iter().any(|before| victim.is_named_in(&format!("{before}/{whole}")));
        if named || victim.is_read_in(part) || n >= PATH_PARTS_MAX || looks_made_for_one(part) {
            // the fewest parts that still hold the name
            let (mut first, mut last) = (0, n);
            while named && first < last {
                let middle = last - (last - first) / 2;
                if victim.is_named_in(&until(middle)) {
                    first = middle;
                } else {
                    last = middle - 1;
                }
            }
            let at = if named { first } else { n };
            let kept: String = parts.iter().take(at).map(|part| format!("/{part}")).collect();
            return (format!("{kept}/"), Some(parts.get(at..).unwrap_or_default().join("/")));
        }
    }
    (if path.is_empty() { "/".to_owned() } else { path.to_owned() }, None)
}

/// What a path is read on from: the labels of a host without the public end, and those before the registered one.
fn before_path(host: &str) -> Vec<String> {
    let Some(registered) = indicator::registrable_domain(host) else { return vec![String::new()] };
    let sub = host.strip_suffix(registered).unwrap_or_default().trim_end_matches('.');
    let own = registered.split('.').next().unwrap_or_default();
    vec![sub.to_owned(), format!("{sub}.{own}")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::profile::Profile;

    fn check(target: &str, url: Option<&str>, host: Option<&str>) {
        let profile = Profile {
            domains: vec!["fujimi.example".to_owned()],
            people: vec!["taro.yamada@fujimi.example".to_owned()],
            ..Profile::default()
        };
        let known = |_: &str| false;
        let parts = read(target, &Victim::of_profile(&profile), &Known { shared: &known });
        assert_eq!(parts.url.as_ref().map(Indicator::value), url, "{target}");
        assert_eq!(parts.host.as_ref().map(Indicator::value), host, "{target}");
    }

    #[test]
    fn what_stays_of_a_link() {
        let host = Some("www.evil.example");
        check(
            "https://www.evil.example/login/verify.php",
            Some("https://www.evil.example/login/verify.php"),
            host,
        );
        check(
            "https://www.evil.example/login?u=dGFybw==&x=1#taro",
            Some("https://www.evil.example/login"),
            host,
        );
        check("https://taro:pw@www.evil.example/", Some("https://www.evil.example/"), host);
        check("https://www.evil.example/t/taro.yamada/open.gif", Some("https://www.evil.example/t/"), host);
        check("https://www.evil.example/dGFyby55YW1hZGFAZnVqaW1p/", None, host);
        check("https://bit.ly/3fK9xQz", None, None);
        check("https://www.evil.example/in/fujirni/a", Some("https://www.evil.example/in/"), host);
        check("https://taro-yamada.evil.example/login", None, Some("evil.example"));
        check("https://portal.fujimi.example/", None, None);
        check("http://intranet/", None, None);
        check("http://10.1.2.3/a", None, None);
        check("http://198.51.100.7:8080/a.php", Some("http://198.51.100.7:8080/a.php"), Some("198.51.100.7"));
        check(
            "file://198.51.100.7/share/a.exe",
            Some("file://198.51.100.7/share/a.exe"),
            Some("198.51.100.7"),
        );
        check("file://filesv07/share/a.exe", None, None);
        check("file:///C:/a.exe", None, None);
        check("javascript://x.example/a", None, None);
        check("cid:image001.png@01D9", None, None);
        let deep = "/a".repeat(PATH_PARTS_MAX);
        let whole = format!("https://www.evil.example{deep}");
        check(&whole, Some(&whole), host);
        check(&format!("{whole}/a/a"), Some(&format!("{whole}/")), host);
    }

    #[test]
    fn what_three_organisations_have_passes_unless_it_names_the_victim() {
        let known = |_: &str| true;
        let known = Known { shared: &known };
        let victim = Victim::of_profile(&Profile { people: vec!["taro".to_owned()], ..Profile::default() });
        let url = |t: &str| read(t, &victim, &known).url.map(|u| u.value().to_owned());
        assert_eq!(url("https://evil.example/?id=a8f3").as_deref(), Some("https://evil.example/?id=a8f3"));
        assert_eq!(url("https://evil.example/x?id=dGFybw==").as_deref(), Some("https://evil.example/x"));
    }

    /// With `shared`, three others had everything of it before.
    #[track_caller]
    fn check_shared(target: &str, shared: bool, url: Option<&str>, host: Option<&str>, rare: &[&str]) {
        let profile = Profile { domains: vec!["fujimi.example".to_owned()], ..Profile::default() };
        let known = |_: &str| shared;
        let parts = read(target, &Victim::of_profile(&profile), &Known { shared: &known });
        let found = (parts.url.as_ref().map(Indicator::value), parts.host.as_ref().map(Indicator::value));
        assert_eq!(found, (url, host), "{target}, shared {shared}");
        assert_eq!(parts.rare, rare, "{target}, shared {shared}");
    }

    #[test]
    fn what_three_others_had_leaves_unless_it_names_the_victim() {
        let host = Some("www.evil.example");
        let query = "https://www.evil.example/login?u=dGFybw==";
        check_shared(query, false, Some("https://www.evil.example/login"), host, &[query]);
        check_shared(query, true, Some(query), host, &[]);
        // two reasons to wait are one value to count
        let both = "https://www.evil.example/a/dGFyby55YW1hZGFAZnVqaW1p/b?u=dGFybw==";
        check_shared(both, false, Some("https://www.evil.example/a/"), host, &[both]);
        let path = "https://www.evil.example/a/dGFyby55YW1hZGFAZnVqaW1p/b";
        check_shared(path, false, Some("https://www.evil.example/a/"), host, &[path]);
        let label = "https://a8f3k2j9.evil.example/a";
        check_shared(label, false, None, Some("evil.example"), &["a8f3k2j9.evil.example"]);
        check_shared(label, true, Some(label), Some("a8f3k2j9.evil.example"), &[]);
        let tenant = "https://somebody.sharepoint.com/a";
        check_shared(tenant, false, None, None, &["somebody.sharepoint.com"]);
        check_shared(tenant, true, Some(tenant), None, &["somebody.sharepoint.com"]);
        // however many had it
        let named = "https://www.evil.example/login?to=fujimi.example";
        check_shared(named, true, Some("https://www.evil.example/login"), host, &[named]);
        let named = "https://fujimi.evil.example/a";
        check_shared(named, true, None, Some("evil.example"), &["fujimi.evil.example"]);
        let named = "https://fujimi.sharepoint.com/a";
        check_shared(named, true, None, None, &["fujimi.sharepoint.com"]);
    }
}
