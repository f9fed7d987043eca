//! What the receiving server stated about SPF, DKIM and DMARC. It is quoted, not checked.

use crate::message::{Authentication, Header};
use std::net::IpAddr;

/// Reads the newest `Authentication-Results`, filled up from the newest `Received-SPF`.
pub(crate) fn read(headers: &[Header]) -> Authentication {
    let newest = |name: &str| headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    let mut found = Authentication::default();
    if let Some(header) = newest("Authentication-Results").or_else(|| newest("ARC-Authentication-Results")) {
        results(&header.value, &mut found);
    }
    if let Some(header) = newest("Received-SPF") {
        received_spf(&header.value, &mut found);
    }
    found
}

fn results(value: &str, found: &mut Authentication) {
    for (index, clause) in value.split(';').enumerate() {
        let clause = clause.trim();
        let bare = without_brackets(clause);
        let Some((method, rest)) = bare.split_once('=').filter(|(method, _)| !method.trim().contains(' '))
        else {
            if index == 0 {
                found.server = bare.split_whitespace().next().map(str::to_owned);
            }
            continue;
        };
        let result = rest.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        let domain =
            |names: &[&str]| names.iter().find_map(|name| property(&bare, name)).map(|text| domain_of(&text));
        match method.trim().to_ascii_lowercase().as_str() {
            "spf" => {
                found.spf.get_or_insert(result);
                found.spf_domain =
                    found.spf_domain.take().or_else(|| domain(&["smtp.mailfrom", "smtp.mail", "smtp.helo"]));
                found.client_ip = found.client_ip.or_else(|| sender_ip(clause));
            }
            "dkim" => found.dkim.push((result, domain(&["header.d", "header.i"]))),
            "dmarc" => {
                found.dmarc.get_or_insert(result);
            }
            _ => {}
        }
    }
}

fn received_spf(value: &str, found: &mut Authentication) {
    let bare = without_brackets(value).replace(';', " ");
    let result = bare.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    if !result.is_empty() && !result.contains('=') {
        found.spf.get_or_insert(result);
    }
    found.spf_domain =
        found.spf_domain.take().or_else(|| property(&bare, "envelope-from").map(|text| domain_of(&text)));
    found.client_ip = found.client_ip.or_else(|| property(&bare, "client-ip")?.parse().ok());
    found.server = found.server.take().or_else(|| property(&bare, "receiver"));
}

fn property(clause: &str, name: &str) -> Option<String> {
    clause.split_whitespace().find_map(|word| {
        let (found, value) = word.split_once('=')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim_matches(['"', ';', '<', '>']).to_owned())
    })
}

fn domain_of(text: &str) -> String {
    text.rsplit('@').next().unwrap_or(text).to_ascii_lowercase()
}

/// `(sender IP is 192.0.2.1)`, `designates 192.0.2.1 as permitted sender`.
fn sender_ip(clause: &str) -> Option<IpAddr> {
    clause
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ','))
        .find_map(|word| word.parse().ok())
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0usize;
    text.chars()
        .filter(|letter| {
            match letter {
                '(' => depth += 1,
                ')' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}
