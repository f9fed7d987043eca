//! What the receiving server stated about SPF, DKIM and DMARC. It is quoted, not checked.
//!
//! Anybody can write such a line into his own mail. What stands above the `Received` line of the source's server was written by
//! that server or one behind it. Further down (some filters and providers write there) a line counts only when it names that
//! server, which has the duty to take such lines of strangers out (RFC 8601, section 5).

use super::received::organisation;
use crate::message::{Authentication, Header, Hop};
use std::net::IpAddr;

/// Reads the newest `Authentication-Results`, with the others of the same server, filled up from the newest `Received-SPF`. `edge`
/// is the hop where a foreign host spoke to the source.
pub(crate) fn read(headers: &[Header], edge: Option<&Hop>) -> Authentication {
    let received = |index: usize| {
        let mut lines = headers.iter().enumerate().filter(|(_, h)| h.name.eq_ignore_ascii_case("Received"));
        lines.nth(index).map_or(headers.len(), |(at, _)| at)
    };
    let (above, below) =
        edge.map_or((headers.len(), 0), |hop| (received(hop.index), received(hop.index + 1)));
    let named = |name: &'static str| {
        headers.iter().enumerate().filter(move |(_, h)| h.name.eq_ignore_ascii_case(name)).filter_map(
            move |(at, header)| {
                let mut stated = Authentication::default();
                match name {
                    "Received-SPF" => received_spf(&header.value, &mut stated),
                    _ => results(&header.value, &mut stated),
                }
                let inside = at < above;
                (inside || edge.is_some_and(|edge| fits(&stated, edge, at < below))).then_some((
                    header,
                    stated.server,
                    inside,
                ))
            },
        )
    };
    let mut found = Authentication::default();
    let mut lines = named("Authentication-Results").peekable();
    if let Some((server, inside)) = lines.peek().map(|(_, server, inside)| (server.clone(), *inside)) {
        // some write one line for each method; whoever writes above has no line below, whatever name that bears
        lines
            .filter(|(_, by, above)| *by == server && *above == inside)
            .for_each(|(header, ..)| results(&header.value, &mut found));
    } else if let Some((header, ..)) = named("ARC-Authentication-Results").next() {
        results(&header.value, &mut found);
    }
    if let Some((header, ..)) = named("Received-SPF").next() {
        received_spf(&header.value, &mut found);
    }
    found
}

/// Whether a line below the edge's own is of the server there: by its name, or just below by the address that both saw.
fn fits(stated: &Authentication, edge: &Hop, just_below: bool) -> bool {
    let named = stated.server.as_deref().zip(edge.by.as_deref());
    named.is_some_and(|(server, by)| organisation(server) == organisation(by))
        || just_below && stated.client_ip.is_some() && stated.client_ip == edge.from_ip
}

fn results(value: &str, found: &mut Authentication) {
    let list = clauses(value, true).or_else(|| clauses(value, false)).unwrap_or_default();
    for (index, (clause, bare)) in list.into_iter().enumerate() {
        let Some((method, rest)) =
            bare.split_once('=').and_then(|(before, rest)| Some((method(before)?, rest)))
        else {
            if index == 0 {
                found.server = bare.split_whitespace().next().map(|name| name.trim_matches('"').to_owned());
            }
            continue;
        };
        let result =
            rest.split_whitespace().next().unwrap_or_default().trim_matches('"').to_ascii_lowercase();
        let domain =
            |names: &[&str]| names.iter().find_map(|name| property(&bare, name)).map(|text| domain_of(&text));
        match method.to_ascii_lowercase().as_str() {
            "spf" => {
                found.spf.get_or_insert(result);
                found.spf_domain =
                    found.spf_domain.take().or_else(|| domain(&["smtp.mailfrom", "smtp.mail", "smtp.helo"]));
                found.client_ip = found.client_ip.or_else(|| sender_ip(&clause));
            }
            "dkim" => found.dkim.push((result, domain(&["header.d", "header.i"]))),
            "dmarc" => {
                found.dmarc.get_or_insert(result);
            }
            _ => {}
        }
    }
}

/// The name of a method, which may have a version behind a slash.
fn method(before: &str) -> Option<&str> {
    let name = before.split('/').next().unwrap_or(before).trim();
    (!name.contains(' ')).then_some(name)
}

/// The clauses of a line, each whole and without its comments. A comment or a quoted string can hold what the sender wrote
/// (`smtp.mailfrom="a;dmarc=pass"@evil.example`): its semicolons part nothing. `None` where comments in one another are never closed.
fn clauses(value: &str, nested: bool) -> Option<Vec<(String, String)>> {
    let mut list = vec![(String::new(), String::new())];
    let (mut depth, mut quoted) = (0usize, false);
    for letter in value.chars() {
        let (whole, bare) = list.last_mut()?;
        match letter {
            ';' if depth == 0 && !quoted => {
                list.push((String::new(), String::new()));
                continue;
            }
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted && (nested || depth == 0) => depth += 1,
            _ => {}
        }
        whole.push(letter);
        if depth == 0 {
            bare.push(letter);
        }
        if letter == ')' && !quoted {
            depth = depth.saturating_sub(1);
        }
    }
    let clean = |text: String| text.trim().to_owned();
    (depth == 0 || !nested)
        .then(|| list.into_iter().map(|(whole, bare)| (clean(whole), clean(bare))).collect())
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
